"""Counts of answers by return, statement and question; the returns that a filter chooses; and quartiles over schools.

- `Tally`: what each return says about each recommended statement and question, as counts.
- `Selection`: which returns of one year a filter chooses, and the groups over which figures are made.
- `spread`: SPREAD, the quartiles of the schools' figures, for all schools and for each phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.returns import (
    APPLICABLE,
    CAN_BE_MET,
    DONE,
    KIND,
    NO_KIND,
    NOT_ASKED,
    WRITTEN_YES,
    Codes,
    Flags,
    Returns,
)
from audit.authority.tables import ALL, SPREAD
from audit.model import PHASES, Criterion
from audit.tables import COUNTED, KINDS, typed

Numbers = npt.NDArray[np.int32]

MEASURES = ("applicable", *COUNTED, "can_be_met", "written_yes", "practice_in_place")
"""What is counted over the applicable recommended statements; columns of COMPARISON and QUESTIONS."""
_FLAGS: Mapping[str, Flags] = {
    **{kind: np.equal(KIND, place) for place, kind in enumerate(KINDS) if kind in COUNTED},
    "can_be_met": CAN_BE_MET,
    "written_yes": WRITTEN_YES,
    "practice_in_place": DONE,
}
"""By measure, for the eight that are not a sum of others: for each code whether it counts."""
_PACKED = np.array([*_FLAGS.values()], dtype=np.uint8).T.copy().view(np.uint64)[:, 0]
"""By code: the eight flags as the eight bytes of one number, so that one addition counts all of them.

A byte holds the count of up to 255 statements of one question.
"""


@dataclass(frozen=True)
class Tally:
    """The counts of some returns, by return and recommended statement or question, both in source order.

    Attributes:
        returns: the returns.
        without: by return and recommended statement, what is not counted here although the return counts it; None for
            nothing.
    """

    returns: Returns
    without: Flags | None = None

    @cached_property
    def statements(self) -> tuple[Criterion, ...]:
        """The recommended statements."""
        return tuple(criterion for criterion in self.returns.criteria if criterion.statement.recommended)

    @cached_property
    def questions(self) -> tuple[Criterion, ...]:
        """The first recommended statement of each question that has one; it represents the question."""
        return tuple({criterion.page: criterion for criterion in reversed(self.statements)}.values())[::-1]

    @cached_property
    def codes(self) -> Codes:
        """By return and statement: the code of the answer; `NOT_ASKED` where it is not counted."""
        wanted, returns = self.returns.recommended, self.returns
        counted = returns.counted[:, wanted]
        if self.without is not None:
            counted = counted & ~self.without
        codes: Codes = np.where(counted, returns.codes[:, wanted], np.uint8(NOT_ASKED))
        return codes

    @cached_property
    def kinds(self) -> Codes:
        """By return and statement: the place in `KINDS` of its state; `NO_KIND` where it is not counted."""
        return KIND[self.codes]

    @cached_property
    def applicable(self) -> Flags:
        """By return and statement: whether it is counted and applicable."""
        return APPLICABLE[self.codes]

    @cached_property
    def by_question(self) -> Mapping[str, Numbers]:
        """By measure: the number of statements by return and question."""
        pages = [criterion.page for criterion in self.statements]
        packed = _PACKED[self.codes.T]
        sums = [
            packed[pages.index(criterion.page) :][: pages.count(criterion.page)].sum(axis=0)
            for criterion in self.questions
        ]
        counts = np.array(sums, dtype=np.uint64).reshape(len(sums), len(self.codes), 1).view(np.uint8).swapaxes(0, 1)
        by_measure = {name: counts[..., place].astype(np.int32) for place, name in enumerate(_FLAGS)}
        return {"applicable": np.sum([by_measure[kind] for kind in COUNTED], axis=0, dtype=np.int32), **by_measure}

    @cached_property
    def totals(self) -> Mapping[str, Numbers]:
        """By measure: the number of statements by return."""
        return {name: counts.sum(axis=1, dtype=np.int32) for name, counts in self.by_question.items()}


def percent_of(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Percent, 0 to 100; not a number where the whole is 0. Equal shares give equal figures."""
    of = np.asarray(whole, dtype=np.float64)
    return 100 * np.asarray(part) / np.where(of == 0, np.nan, of)


def topic_of(criterion: Criterion) -> str:
    """Id and topic of the question, as ``2.3.2 Email``."""
    return f"{criterion.question.id} {criterion.question.topic}"


def area_of(criterion: Criterion) -> str:
    """Id and title of the area, as ``2.3 Managing information systems``."""
    return f"{criterion.area.id} {criterion.area.title}"


Counts = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The chosen returns of one year, among all of that year.

    Attributes:
        whole: the counts of all returns of the year.
        phases: the chosen phases; empty for all.
        types: the chosen types; empty for all.
    """

    whole: Tally
    phases: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    @cached_property
    def _types(self) -> list[str | None]:
        """The types of the schools; None, for a school that is not in the register, comes last."""
        return [*sorted(self.whole.returns.table["type"].dropna().unique()), None]

    @cached_property
    def cells(self) -> npt.NDArray[np.intp]:
        """By return of the year: the number of its phase and type."""
        table = self.whole.returns.table
        types = pd.Index(self._types[:-1]).get_indexer(pd.Index(table["type"]))
        types[types < 0] = len(self._types) - 1
        return np.asarray(table["phase"].cat.codes, dtype=np.intp) * len(self._types) + types

    @cached_property
    def chosen(self) -> Flags:
        """By phase and type: whether the filter chooses it."""
        phases = np.array([not self.phases or phase in self.phases for phase in PHASES])
        types = np.array([not self.types or name in self.types for name in self._types])
        return np.asarray(phases[:, None] & types, dtype=bool)

    @cached_property
    def rows(self) -> Flags:
        """By return of the year: whether the filter chooses it."""
        rows: Flags = self.chosen.ravel()[self.cells]
        return rows

    @cached_property
    def self_audits(self) -> Flags:
        """By return of the year: whether it is a self-audit, which tells about practice, and not a desk review."""
        return (self.whole.returns.table["basis"] == "self-audit").to_numpy(dtype=bool)

    @cached_property
    def groups(self) -> dict[str, Flags]:
        """By group, its chosen phases and types: first all, then each phase that has a chosen return."""
        present = np.unique(self.cells[self.rows]) // len(self._types)
        phase_numbers = np.arange(len(PHASES))[:, None]
        return {
            ALL: self.chosen,
            **{PHASES[place]: self.chosen & (phase_numbers == place) for place in np.unique(present)},
        }

    def members(self, group: str) -> Flags:
        """By return of the year: whether it is in the group and chosen."""
        members: Flags = self.groups[group].ravel()[self.cells]
        return members

    def sums(self, values: npt.NDArray[np.integer[Any]] | Flags) -> Counts:
        """Sums over self-audits by figure, phase and type; for flags, the number of self-audits that have the flag.

        Args:
            values: numbers or flags by figure and return of the year.
        """
        cells, size = self.cells[self.self_audits], self.chosen.size
        sums = [np.bincount(cells, weights=row[self.self_audits], minlength=size) for row in values]
        return np.array(sums, dtype=np.intp).reshape(len(values), *self.chosen.shape)

    @cached_property
    def kinds(self) -> Counts:
        """Number of self-audits by phase, type, recommended statement and kind; the last kind is for statements not asked."""
        kinds = self.whole.kinds[self.self_audits]
        width = NO_KIND + 1
        starts = self.cells[self.self_audits][:, None] * kinds.shape[1] + np.arange(kinds.shape[1])
        counts = np.bincount((starts * width + kinds).ravel(), minlength=self.chosen.size * kinds.shape[1] * width)
        return counts.reshape(*self.chosen.shape, kinds.shape[1], width)


_MEASURES = {"coverage": "met", "written": "written_yes", "practice": "practice_in_place"}
_QUARTERS = (0.25, 0.5, 0.75)


def spread(selection: Selection) -> pd.DataFrame:
    """SPREAD of a selection: for all and each phase, the three measures, then areas and questions in source order.

    Desk reviews are left out of every figure, also of *written*, since it was not the school that answered.
    """
    whole = selection.whole
    measures = [percent_of(whole.totals[count], whole.totals["applicable"]) for count in _MEASURES.values()]
    met, applicable = (whole.by_question[name] for name in ("met", "applicable"))
    areas = areas_of(whole)
    of_areas = [percent_of(met[:, places].sum(axis=1), applicable[:, places].sum(axis=1)) for places in areas]
    values = np.vstack([*measures, *of_areas, percent_of(met, applicable).T])
    names = [(name, "", "") for name in _MEASURES]
    names += [
        ("area", criterion.area.id, area_of(criterion))
        for criterion in (whole.questions[places[0]] for places in areas)
    ]
    names += [("question", criterion.question.id, topic_of(criterion)) for criterion in whole.questions]
    groups = list(selection.groups)
    figures = np.stack([quartiles_of(values[:, selection.members(group) & selection.self_audits]) for group in groups])
    columns = figures.swapaxes(0, 1).reshape(4, -1)
    table = pd.DataFrame(names * len(groups), columns=["measure", "question", "topic"])
    columns[0][columns[0] == 0] = np.nan
    rows = dict(zip(("schools", "lower", "median", "upper"), columns, strict=True))
    return typed(table.assign(group=np.repeat(groups, len(names)), **rows), SPREAD)


def areas_of(whole: Tally) -> list[list[int]]:
    """By area, in source order: the places of its questions."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, criterion in enumerate(whole.questions):
        places.setdefault((criterion.framework.id, criterion.area.id), []).append(place)
    return list(places.values())


def quartiles_of(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """By row of values, in four rows: how many values there are, their lower quartile, median and upper quartile.

    A quartile between two values is interpolated linearly: numpy's method ``linear``, a spreadsheet's
    QUARTILE.INC. Values that are not a number are left out; a row without any number has no quartiles.
    """
    counts = (~np.isnan(values)).sum(axis=1)
    quartiles = np.full((len(values), len(_QUARTERS)), np.nan)
    if known := np.flatnonzero(counts).tolist():
        quartiles[known] = np.nanquantile(values[known], _QUARTERS, axis=1).T
    return np.vstack([counts, quartiles.T])
