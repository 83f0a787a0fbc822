"""What a release is made from: by statement and measure, the schools that it would be over and what each says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from audit.authority.comparing.spread import areas_of
from audit.authority.comparing.tally import Tally, percent_of
from audit.authority.releasing.inference import Member
from audit.authority.returns import ANSWERS, Flags, Returns
from audit.tables import GAP_KINDS, KINDS

_MEASURES = {"coverage": "met", "written": "written_yes", "practice": "practice_in_place"}
_FEWEST_STATEMENTS = 2
"""A question or area of fewer recommended statements has no quartiles: its share is a single answer."""
_SAID = [
    *("not applicable" if one.not_applicable else f"{one.written} {one.practice}" for one in ANSWERS),
    "not asked",
]
"""What each code says, in words that never change: versions are told apart by them for good."""


@dataclass(frozen=True)
class Counted:
    """The self-audits of one academic year.

    Attributes:
        tally: their counts; no desk review is among them.
    """

    tally: Tally

    @cached_property
    def urns(self) -> list[str]:
        """The URN by school."""
        urns: list[str] = self.tally.returns.table["urn"].tolist()
        return urns

    @cached_property
    def phases(self) -> list[str]:
        """The phase by school."""
        return [str(phase) for phase in self.tally.returns.table["phase"]]

    @cached_property
    def missed(self) -> Flags:
        """By school and recommended statement: whether it is known not to be met."""
        return np.isin(self.tally.kinds, [KINDS.index(kind) for kind in GAP_KINDS if kind != "not_known"])

    @cached_property
    def asked(self) -> Flags:
        """By school and recommended statement: whether the statement is meant for its phase, answered or not."""
        meant = {
            phase: [phase in criterion.statement.phases for criterion in self.tally.statements]
            for phase in set(self.phases)
        }
        return np.array([meant[phase] for phase in self.phases], dtype=bool).reshape(self.tally.codes.shape)

    @cached_property
    def members(self) -> list[Member]:
        """By school: its URN, and the digest of the answers that are counted."""
        ids = [criterion.id for criterion in self.tally.statements]
        found = []
        for urn, codes in zip(self.urns, self.tally.codes.tolist(), strict=True):
            said = "\n".join(sorted(f"{name}: {_SAID[code]}" for name, code in zip(ids, codes, strict=True)))
            found.append((urn, hashlib.sha256(said.encode()).hexdigest()[:16]))
        return found

    def measures(self) -> Iterator[tuple[str, Flags, npt.NDArray[np.float64]]]:
        """By measure of which quartiles can be shown: its name, which schools it concerns, and the percent of each.

        Which schools it concerns follows from their phases alone; where nothing applies, the percent is not a number.
        """
        tally, statements = self.tally, self.tally.statements
        of = tally.totals["applicable"]
        for name, count in _MEASURES.items():
            yield name, self.asked.sum(axis=1) >= _FEWEST_STATEMENTS, percent_of(tally.totals[count], of)
        met, applicable = (tally.by_question[name] for name in ("met", "applicable"))
        pages = np.array([criterion.page for criterion in statements])
        asked = np.array([self.asked[:, pages == one.page].sum(axis=1) for one in tally.questions])
        for places in areas_of(tally):
            first = tally.questions[places[0]]
            share = percent_of(met[:, places].sum(axis=1), applicable[:, places].sum(axis=1))
            yield f"area {first.framework.id} {first.area.id}", asked[places].sum(axis=0) >= _FEWEST_STATEMENTS, share
        shares = percent_of(met, applicable)
        for place, criterion in enumerate(tally.questions):
            yield (
                f"question {criterion.framework.id} {criterion.question.id}",
                asked[place] >= _FEWEST_STATEMENTS,
                shares[:, place],
            )


def counted(returns: Returns, year: str) -> Counted:
    """The self-audits of a year among the returns that count; a desk review is in no figure of a release."""
    own = (returns.table["year"] == year) & (returns.table["basis"] == "self-audit")
    return Counted(Tally(returns.where(own.to_numpy(dtype=bool))))


def both_years(now: Counted, before: Counted) -> Mapping[int, int]:
    """The places of the schools with self-audits of both years: by place now, the place before."""
    places = {urn: place for place, urn in enumerate(before.urns)}
    return {place: places[urn] for place, urn in enumerate(now.urns) if urn in places}
