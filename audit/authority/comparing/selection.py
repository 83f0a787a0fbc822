"""What a filter chooses of the returns of one year, and the groups that its figures are over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.tally import Tally
from audit.authority.returns import NO_KIND, Flags
from audit.authority.tables import ALL
from audit.model import PHASES

Counts = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The chosen returns of one year, among all of that year.

    Attributes:
        whole: the counts of all returns of the year.
        phases: the phases chosen; none stands for all.
        types: the types chosen; none stands for all.
    """

    whole: Tally
    phases: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    @cached_property
    def _types(self) -> list[str | None]:
        """The types that there are; None, for a school that is not in the register, comes last."""
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
        """By phase and type: whether the filter lets it through."""
        phases = np.array([not self.phases or phase in self.phases for phase in PHASES])
        types = np.array([not self.types or name in self.types for name in self._types])
        return np.asarray(phases[:, None] & types, dtype=bool)

    @cached_property
    def rows(self) -> Flags:
        """By return of the year: whether the filter lets it through."""
        rows: Flags = self.chosen.ravel()[self.cells]
        return rows

    @cached_property
    def self_audits(self) -> Flags:
        """By return of the year: whether it says anything of practice, as a desk review does not."""
        return (self.whole.returns.table["basis"] == "self-audit").to_numpy(dtype=bool)

    @cached_property
    def groups(self) -> dict[str, Flags]:
        """By group, all first, and then each phase of which a return is chosen: its phases and types."""
        present = np.unique(self.cells[self.rows]) // len(self._types)
        own = np.arange(len(PHASES))[:, None]
        return {ALL: self.chosen, **{PHASES[place]: self.chosen & (own == place) for place in np.unique(present)}}

    def members(self, group: str) -> Flags:
        """By return of the year: whether it is in the group and chosen."""
        members: Flags = self.groups[group].ravel()[self.cells]
        return members

    def sums(self, values: npt.NDArray[np.integer[Any]] | Flags) -> Counts:
        """Counts added up over self-audits, or self-audits for which flags hold: by figure, phase and type.

        Args:
            values: by figure and return of the year.
        """
        cells, size = self.cells[self.self_audits], self.chosen.size
        sums = [np.bincount(cells, weights=one[self.self_audits], minlength=size) for one in values]
        return np.array(sums, dtype=np.intp).reshape(len(values), *self.chosen.shape)

    @cached_property
    def kinds(self) -> Counts:
        """Self-audits by phase, type, recommended statement and kind, the last for those that are not asked."""
        kinds = self.whole.kinds[self.self_audits]
        width = NO_KIND + 1
        starts = self.cells[self.self_audits][:, None] * kinds.shape[1] + np.arange(kinds.shape[1])
        counts = np.bincount((starts * width + kinds).ravel(), minlength=self.chosen.size * kinds.shape[1] * width)
        return counts.reshape(*self.chosen.shape, kinds.shape[1], width)
