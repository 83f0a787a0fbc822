"""What became of each school between two years: whether it rose or fell, and statement by statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.tally import Tally, percent_of, topic_of
from audit.authority.returns import NO_KIND, Flags
from audit.authority.tables import CHANGE_STATES, CHANGES
from audit.history import became
from audit.tables import KINDS, typed

_MET, _SET_ASIDE = KINDS.index("met"), KINDS.index("not_applicable")
STILL, ROSE, FELL, NOT_COMPARED = 0, 1, -1, -2
_MOVED = {STILL: "stood still", ROSE: "rose", FELL: "fell"}


def state_of(before: int, after: int) -> str:
    """What became of a statement, by its kinds in `KINDS`; empty if it was set aside in both years."""
    state = became(KINDS[before], KINDS[after])
    return "" if state == "still not applicable" else state


_STATE = np.array(
    [
        [CHANGE_STATES.index(state) if (state := state_of(before, after)) else -1 for after in range(len(KINDS))]
        for before in range(len(KINDS))
    ]
)


@dataclass(frozen=True)
class Change:
    """The returns of a year beside those of an earlier one, school by school.

    Only a school with a self-audit in both years is compared: a desk review says nothing of practice.

    Attributes:
        now: the counts of a year.
        before: the counts of the earlier year.
    """

    now: Tally
    before: Tally

    @cached_property
    def _pairs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Places of the compared schools in each of the two years."""
        now, before = self.now.returns.table, self.before.returns.table
        found = pd.Index(before["urn"]).get_indexer(pd.Index(now["urn"]))
        audited = (before["basis"] == "self-audit").to_numpy(dtype=bool)
        own = (now["basis"] == "self-audit").to_numpy(dtype=bool) & (found >= 0)
        own[own] = audited[found[own]]
        return np.flatnonzero(own), found[own]

    @cached_property
    def coverage_before(self) -> npt.NDArray[np.float64]:
        """By return of the year: K coverage in the earlier one; not a number where there is none."""
        coverage = np.full(len(self.now.returns.table), np.nan)
        now, before = self._pairs
        coverage[now] = percent_of(self.before.totals["met"], self.before.totals["applicable"])[before]
        return coverage

    @cached_property
    def moved(self) -> npt.NDArray[np.int8]:
        """By return of the year: `ROSE`, `STILL`, `FELL` or `NOT_COMPARED`.

        Only the statements that apply in both years are looked at: a school rises if more of them are met than
        before. So nobody rises by setting a gap aside, or falls because a statement came to apply.
        """
        moved = np.full(len(self.now.returns.table), NOT_COMPARED, dtype=np.int8)
        now, before = self._pairs
        both = self.now.applicable[now] & self.before.applicable[before]
        met = ((self.now.kinds[now] == _MET) & both).sum(axis=1, dtype=np.int32)
        met -= ((self.before.kinds[before] == _MET) & both).sum(axis=1, dtype=np.int32)
        moved[now] = np.where(both.any(axis=1), np.sign(met), NOT_COMPARED)
        return moved

    @cached_property
    def moved_words(self) -> list[str | None]:
        """By return of the year: ``moved`` in the words of COMPARISON."""
        return [_MOVED.get(sign) for sign in self.moved.tolist()]

    def totals(self, measure: str) -> npt.NDArray[np.int32]:
        """By year, this one first, and return of this year: a number of statements; 0 for a school that is not compared.

        So both sums are over the same schools, each of the phase and type that it has now.

        Args:
            measure: one of `audit.authority.comparing.tally.MEASURES`.
        """
        found = np.zeros((2, len(self.now.returns.table)), dtype=np.int32)
        now, before = self._pairs
        compared = self.moved[now] != NOT_COMPARED
        now, before = now[compared], before[compared]
        found[0, now], found[1, now] = self.now.totals[measure][now], self.before.totals[measure][before]
        return found

    def changes(self, rows: Flags) -> pd.DataFrame:
        """CHANGES of some schools: one row per statement counted in both years, in source order within a school.

        A statement that was set aside in both years has no row, since nothing can have become of it.

        Args:
            rows: by return of the year: whether it is wanted.
        """
        now, before = (places[rows[self._pairs[0]]] for places in self._pairs)
        after_kinds, before_kinds = self.now.kinds[now], self.before.kinds[before]
        counted = (after_kinds != NO_KIND) & (before_kinds != NO_KIND)
        counted &= (after_kinds != _SET_ASIDE) | (before_kinds != _SET_ASIDE)
        schools, places = np.nonzero(counted)
        own = self.now.returns.table.iloc[now[schools]].reset_index(drop=True)
        said = [(c.id, c.statement.reference, topic_of(c), c.statement.statement) for c in self.now.statements]
        texts = pd.DataFrame(said, columns=["statement", "reference", "topic", "statement_text"], dtype="str")
        table = pd.concat([own[["urn", "school", "phase"]], texts.iloc[places].reset_index(drop=True)], axis=1)
        table["before"] = _category(before_kinds[counted], KINDS)
        table["after"] = _category(after_kinds[counted], KINDS)
        table["change"] = _category(_STATE[before_kinds[counted], after_kinds[counted]], CHANGE_STATES)
        return typed(table, CHANGES)


def _category(places: npt.NDArray[np.integer[Any]], words: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(places, categories=pd.Index(words), ordered=True)
