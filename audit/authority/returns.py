"""Many returns together: each packed into a few bytes, and all of them as one table and one matrix.

A response is packed as one small code for its *written* and its *practice* answer together. What a code means (its
state, whether it is written, done, or can still be met) is looked up in a list with one entry per code. Each list is
made by asking `audit.school.scoring`, so that there is one rule for one school and for twenty-five thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from audit.authority.tables import RETURNS
from audit.model import (
    IN_PLACE,
    NO_RESPONSE,
    PRACTICE,
    WRITTEN,
    Action,
    Audit,
    AuditHead,
    Criteria,
    Framework,
    Practice,
    Response,
    SignOff,
    Written,
)
from audit.problems import Problem, errors
from audit.school.scoring import can_be_met, kind_of
from audit.school.signing import not_answered
from audit.tables import KINDS, typed

if TYPE_CHECKING:
    import pandas as pd

Codes: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Verdict = Literal["accepted", "accepted with warnings", "refused"]

_WRITTEN: tuple[Written | None, ...] = (None, *WRITTEN)
_PRACTICE: tuple[Practice | None, ...] = (None, *PRACTICE)
ANSWERS: tuple[Response, ...] = (
    *(Response(written=written, practice=practice) for written in _WRITTEN for practice in _PRACTICE),
    Response(not_applicable="-"),
)
"""The response that each code stands for, without its texts; code 0 is no answer, the last code is not applicable."""
NOT_ASKED = len(ANSWERS)
"""The code of a statement that a return does not ask."""
_CODES: Mapping[tuple[Written | None, Practice | None], int] = {
    (answer.written, answer.practice): code for code, answer in enumerate(ANSWERS[:-1])
}


def code_of(response: Response) -> int:
    """The code of a response."""
    return NOT_ASKED - 1 if response.not_applicable else _CODES[response.written, response.practice]


def lookup(rule: Callable[[Response], int], *, not_asked: int = 0) -> npt.NDArray[np.uint8]:
    """The result of a rule for each code; ``lookup(rule)[codes]`` is its result for a whole matrix."""
    return np.array([*(rule(answer) for answer in ANSWERS), not_asked], dtype=np.uint8)


def _done(response: Response) -> bool:
    return isinstance(response.practice, int) and response.practice >= IN_PLACE


NO_KIND = len(KINDS)
KIND = lookup(lambda answer: KINDS.index(kind_of(answer)), not_asked=NO_KIND)
"""The place in `KINDS` of each code's state; `NO_KIND` where it is not asked."""
CAN_BE_MET = lookup(can_be_met).astype(bool)
WRITTEN_YES = lookup(lambda answer: answer.written == "yes").astype(bool)
WRITTEN_KNOWN = lookup(lambda answer: answer.written in ("yes", "partly", "no")).astype(bool)
DONE = lookup(_done).astype(bool)
"""Practice at level 3 or 4."""
PRACTICE_KNOWN = lookup(lambda answer: isinstance(answer.practice, int)).astype(bool)
APPLICABLE = lookup(lambda answer: not answer.not_applicable).astype(bool)
LEVEL = np.array([*(a.practice if isinstance(a.practice, int) else -1 for a in ANSWERS), -1], dtype=np.int8)
"""The practice level of each code; -1 where it is unknown, blank or not applicable."""
WRITTEN_RANK = np.array(
    [*(("no", "partly", "yes").index(a.written) if a.written in ("no", "partly", "yes") else -1 for a in ANSWERS), -1],
    dtype=np.int8,
)
"""Written as a rank: 0 no, 1 partly, 2 yes; -1 where it is unknown, blank or not applicable."""


def criteria_compared(loaded: Criteria, framework: str = "") -> Criteria | Problem:
    """The criteria of the one framework by which returns are compared; a problem if it is not loaded.

    Figures of two frameworks are never added up, so a collection and a comparison are of one.

    Args:
        loaded: all criteria of this installation.
        framework: the id of the framework; empty for the one that a new audit answers.
    """
    if not framework:
        return loaded.of(loaded.usual[:1])
    chosen = loaded.of(ref for ref in loaded.refs if ref.id == framework)
    if chosen.frameworks:
        return chosen
    return Problem(
        where="Framework",
        what=f'There is no framework "{framework[:40]}" here.',
        fix=f"Choose one of: {'; '.join(f'{one.id} ({one.title})' for one in loaded.frameworks)}.",
    )


def framework_named(framework: Framework) -> str:
    """A framework by its name, id and edition: ``the Kent template (kcc-2010, edition 2010)``."""
    return f"{framework.called} ({framework.id}, edition {framework.edition})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """One file that the authority received: its content, packed, or why it could not be used.

    Attributes:
        file: its path as the authority knows it; within a zip ``returns.zip/folder/Hilltop.xlsx``.
        digest: SHA-256 of its bytes, hexadecimal.
        problems: every fault, errors and warnings.
        urn: the URN; it may be known even if the rest could not be read; empty if not.
        name: the school's name; it may be known even if the rest could not be read; empty if not.
        read_head: the head of the audit; None if the file is refused.
        answers: one code per statement of the criteria in use, in their order; empty if the file is refused.
        texts: by place of the statement, reason, evidence and comment if any of them is not empty.
        sign_off: the sign-off in force; None if the file is not signed, or is not what was signed.
        modified_at: when the workbook was last changed, as the workbook itself says (UTC); None if it does not say.
        others: URN and name of each further school that the file names; either may be empty.
        not_answered: for a signed return, how many of the recommended statements that apply are not known, and how many
            apply.
    """

    file: str
    digest: str
    problems: tuple[Problem, ...]
    urn: str = ""
    name: str = ""
    read_head: AuditHead | None = None
    answers: bytes = b""
    texts: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    sign_off: SignOff | None = None
    not_answered: tuple[int, int] = (0, 0)
    modified_at: dt.datetime | None = None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def head(self) -> AuditHead:
        """The head of the audit.

        Raises:
            ValueError: the file is refused, so it has none.
        """
        if self.read_head is None:
            raise ValueError(f"{self.file} was refused")
        return self.read_head

    @property
    def verdict(self) -> Verdict:
        """Whether the file counts, counts with faults that its school should mend, or cannot be used."""
        if self.read_head is None:
            return "refused"
        return "accepted with warnings" if self.problems else "accepted"

    def with_problems(self, *more: Problem) -> Return:
        """The same return with further problems; an error among them refuses the file."""
        changed = replace(self, problems=(*self.problems, *more))
        return replace(changed, read_head=None, answers=b"", texts={}) if errors(more) else changed


def pack_return(
    audit: Audit | None,
    criteria: Criteria,
    *,
    file: str,
    digest: str,
    problems: Iterable[Problem] = (),
    urn: str = "",
    name: str = "",
) -> Return:
    """An audit as a return; without an audit, a refused return.

    Args:
        audit: what the file holds; None if it cannot be used.
        criteria: the criteria that are compared; the codes are in their order. An answer to any other is left out.
        file: its path as the authority knows it.
        digest: SHA-256 of its bytes.
        problems: every fault found in it.
        urn: the URN, if it could be read although there is no audit.
        name: the school's name, if it could be read although there is no audit.
    """
    if audit is None:
        return Return(file=file, digest=digest, problems=tuple(problems), urn=urn, name=name)
    codes = bytearray([NOT_ASKED]) * len(tuple(criteria))
    texts = {}
    answered = {framework.id for framework in criteria.of(audit.frameworks).frameworks}
    for place, criterion in enumerate(criteria):
        response = audit.response(criterion.id)
        if criterion.framework.id in answered and (response is not NO_RESPONSE or audit.asks(criterion)):
            codes[place] = code_of(response)
        if response.not_applicable or response.evidence or response.comment:
            texts[place] = (response.not_applicable, response.evidence, response.comment)
    return Return(
        file=file,
        digest=digest,
        problems=tuple(problems),
        urn=audit.school.urn,
        name=audit.school.name,
        read_head=audit.head,
        answers=bytes(codes),
        texts=texts,
        actions=audit.actions,
        sign_off=audit.signed,
        not_answered=not_answered(audit, criteria) if audit.signed else (0, 0),
    )


def unpack_return(item: Return, criteria: Criteria) -> Audit:
    """The audit that a return holds, without empty responses, what it was carried over from, and its sign-offs.

    An authority compares answers; for everything else there is the school's file.

    Raises:
        ValueError: the file was refused, so it holds no audit.
    """
    head, responses = item.head, {}
    for place, criterion in enumerate(criteria):
        code = item.answers[place]
        if code != NOT_ASKED and (code or place in item.texts):
            reason, evidence, comment = item.texts.get(place, ("", "", ""))
            answer = ANSWERS[code]
            responses[criterion.id] = Response(
                written=answer.written,
                practice=answer.practice,
                not_applicable=reason,
                evidence=evidence,
                comment=comment,
            )
    return Audit(**vars(head), responses=responses, actions=item.actions)


@dataclass(frozen=True, kw_only=True)
class Returns:
    """The returns that count, each school and year once. Every comparison is made from them.

    Attributes:
        criteria: the criteria that are compared, of one framework.
        items: the returns, in the order of ``table``.
        table: RETURNS, one row per return, its index 0, 1, 2 …
        codes: one row per return, one column per statement in the order of the criteria; see `ANSWERS`.
        is_moderated: whether readings of the adviser replace answers of schools.
    """

    criteria: Criteria
    items: Sequence[Return]
    table: pd.DataFrame
    codes: Codes
    is_moderated: bool = False

    @property
    def framework(self) -> Framework:
        """The framework by which the returns are compared."""
        return self.criteria.frameworks[0]

    @cached_property
    def recommended(self) -> Flags:
        """By statement: whether the source recommends it."""
        return np.array([criterion.statement.recommended for criterion in self.criteria])

    @cached_property
    def counted(self) -> Flags:
        """By return and statement: whether its audit counts it and asked it."""
        phases = self.table["phase"].cat
        by_phase = np.array(
            [[c.statement.counts_in(phase) for c in self.criteria] for phase in phases.categories], dtype=bool
        )
        rules, numbers = self._left_out
        by_phase_and_rule = by_phase[:, None] & ~rules[None]
        counted: Flags = by_phase_and_rule[phases.codes.to_numpy(), numbers] & (self.codes != NOT_ASKED)
        return counted

    @property
    def left_out(self) -> Flags:
        """By return and statement: whether its audit leaves it out, because law or guidance has overtaken it."""
        rules, numbers = self._left_out
        left_out: Flags = rules[numbers]
        return left_out

    @property
    def leaves_out(self) -> bool:
        """Whether a return leaves out any statement."""
        return bool(self._left_out[0].any())

    @cached_property
    def _left_out(self) -> tuple[Flags, npt.NDArray[np.intp]]:
        """What returns leave out: by rule and statement, whether it is; and by return, the number of its rule.

        The year and whether it was begun as printed make the rule; nothing else of an audit matters.
        """
        statements = [criterion.statement for criterion in self.criteria]
        if not any(statement.superseded for statement in statements):
            return np.zeros((1, len(statements)), dtype=bool), np.zeros(len(self.items), dtype=np.intp)
        heads = [item.head for item in self.items]
        rules: dict[tuple[str, bool], int] = {}
        numbers = np.array(
            [rules.setdefault((head.year, head.as_printed), len(rules)) for head in heads], dtype=np.intp
        )
        examples = [heads[int(np.argmax(numbers == number))] for number in rules.values()]
        left_out = [[head.leaves_out(statement) for statement in statements] for head in examples]
        return np.array(left_out, dtype=bool).reshape(len(rules), len(statements)), numbers

    @cached_property
    def applicable(self) -> Flags:
        """By return and statement: whether it is counted and applicable."""
        applicable: Flags = self.counted & APPLICABLE[self.codes]
        return applicable

    def where(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Returns:
        """Only some of the returns.

        Args:
            rows: a flag for each return, or the numbers of the wanted returns.
        """
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Returns(
            criteria=self.criteria,
            items=[self.items[place] for place in places],
            table=self.table.iloc[places].reset_index(drop=True),
            codes=self.codes[places],
            is_moderated=self.is_moderated,
        )

    def of_year(self, year: str) -> Returns:
        """Only the returns of one academic year."""
        return self.where((self.table["year"] == year).to_numpy(dtype=bool))

    @property
    def years(self) -> list[str]:
        """The academic years there are, earliest first."""
        return sorted(self.table["year"].unique())


def collect(returns: Iterable[Return], criteria: Criteria, types: Mapping[str, str] | None = None) -> Returns:
    """The returns as one table and one matrix, ordered by name of the school, URN and year.

    Args:
        returns: the returns that count; refused ones are left out.
        criteria: the criteria with which they were packed.
        types: the type of school by URN, as the register groups them; blank where it is not known.
    """
    import pandas as pd

    type_by_urn = types or {}
    used = [(item, head) for item in returns if (head := item.read_head) is not None]
    used.sort(key=lambda pair: (pair[0].name.casefold(), pair[0].urn, pair[1].year))
    items, heads = [item for item, _ in used], [head for _, head in used]
    table = typed(
        {
            "urn": [head.school.urn for head in heads],
            "school": [head.school.name for head in heads],
            "phase": [head.school.phase for head in heads],
            "type": [type_by_urn.get(head.school.urn) for head in heads],
            "local_authority": [head.school.local_authority for head in heads],
            "year": [head.year for head in heads],
            "basis": [head.basis for head in heads],
            "scope": [head.scope for head in heads],
            "completed_on": pd.to_datetime(pd.Series([head.completed_on for head in heads], dtype=object)),
            "file": [item.file for item in items],
        },
        RETURNS,
    )
    width = len(tuple(criteria))
    codes = np.frombuffer(b"".join(item.answers for item in items), dtype=np.uint8).reshape(len(items), width)
    return Returns(criteria=criteria, items=items, table=table, codes=codes)
