"""What each return says of each recommended statement and question, as counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from audit.authority.returns import (
    APPLICABLE,
    CAN_BE_MET,
    DONE,
    KIND,
    NOT_ASKED,
    WRITTEN_YES,
    Codes,
    Flags,
    Returns,
)
from audit.model import Criterion
from audit.tables import COUNTED, KINDS

Numbers = npt.NDArray[np.int32]

MEASURES = ("applicable", *COUNTED, "can_be_met", "written_yes", "practice_in_place")
"""What is counted over the applicable recommended statements; columns of COMPARISON and QUESTIONS."""
_FLAGS: Mapping[str, Flags] = {
    **{kind: np.equal(KIND, place) for place, kind in enumerate(KINDS) if kind in COUNTED},
    "can_be_met": CAN_BE_MET,
    "written_yes": WRITTEN_YES,
    "practice_in_place": DONE,
}
"""By measure, of the eight that are not a sum of others: whether an answer of each code counts."""
_PACKED = np.array([*_FLAGS.values()], dtype=np.uint8).T.copy().view(np.uint64)[:, 0]
"""By code: the eight flags as the eight bytes of one number, so that one addition counts all of them.

A byte holds the count of up to 255 statements of one question.
"""


@dataclass(frozen=True)
class Tally:
    """The counts of some returns, by return and recommended statement or question, both in source order."""

    returns: Returns

    @cached_property
    def statements(self) -> tuple[Criterion, ...]:
        """The recommended statements."""
        return tuple(criterion for criterion in self.returns.criteria if criterion.statement.recommended)

    @cached_property
    def questions(self) -> tuple[Criterion, ...]:
        """The first recommended statement of each question that has one; it stands for the question."""
        return tuple({criterion.page: criterion for criterion in reversed(self.statements)}.values())[::-1]

    @cached_property
    def codes(self) -> Codes:
        """By return and statement: the code of the answer; `NOT_ASKED` where it is not counted."""
        wanted, returns = self.returns.recommended, self.returns
        codes: Codes = np.where(returns.counted[:, wanted], returns.codes[:, wanted], np.uint8(NOT_ASKED))
        return codes

    @cached_property
    def kinds(self) -> Codes:
        """By return and statement: the place in `KINDS` of its state; `NO_KIND` where it is not counted."""
        return KIND[self.codes]

    @cached_property
    def applicable(self) -> Flags:
        """By return and statement: counted, and not set aside."""
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
        found = {name: counts[..., place].astype(np.int32) for place, name in enumerate(_FLAGS)}
        return {"applicable": np.sum([found[kind] for kind in COUNTED], axis=0, dtype=np.int32), **found}

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
