"""The school's side of the model: its audit of one academic year, and what belongs to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from audit.model.criteria import IN_PLACE, PRACTICE, WRITTEN, Criterion, FrameworkRef, Phase, Practice, Written
from audit.text import fault_of, is_plain, tidy

Scope = Literal["recommended", "all"]
Basis = Literal["self-audit", "desk review"]
Status = Literal["Not started", "In progress", "Done", "Dropped"]
SigningRole = Literal["headteacher", "chair of governors"]

STATUSES: tuple[Status, ...] = get_args(Status)
SIGNING_ROLES: tuple[SigningRole, ...] = get_args(SigningRole)
"""Who signs an audit off, in this order."""


def _hold_texts(held_by: object, **texts: str) -> None:
    """Checks what people typed, and holds every line break as one character, as a workbook gives it back.

    Raises:
        ValueError: a text cannot be held.
    """
    for name, text in texts.items():
        if "\r" in text:
            text = tidy(text)
            object.__setattr__(held_by, name, text)  # of what is frozen, and not yet handed to anybody
        if text and (fault := fault_of(text)):
            raise ValueError(fault)


@dataclass(frozen=True, kw_only=True, slots=True)
class School:
    """A school as an audit names it.

    Attributes:
        urn: the unique reference number of the national register, as text.
        local_authority: the three-digit code of the national register; empty if not given.
    """

    urn: str
    name: str
    phase: Phase
    local_authority: str = ""

    def __post_init__(self) -> None:
        _hold_texts(self, name=self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSchool:
    """What a register tells of a school, for whoever finds that a workbook does not say it.

    Attributes:
        phase: None if the register does not tell it.
        local_authority: three-digit code; empty if the register does not say.
        authority_name: what the register calls it, if it is none of those that this program knows.
    """

    name: str
    phase: Phase | None = None
    local_authority: str = ""
    authority_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a school answers to one statement; None and empty text mean not answered.

    Attributes:
        not_applicable: the reason why the statement does not apply. A reason takes the place of
            both answers, so it never stands beside one.

    Raises:
        ValueError: an answer that does not exist, an answer beside a reason, or a text that cannot
            be held. Check what people type before you build a response of it.
    """

    written: Written | None = None
    practice: Practice | None = None
    not_applicable: str = ""
    evidence: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if self.written is not None and self.written not in WRITTEN:
            raise ValueError(f"written is {self.written!r}, not one of {WRITTEN} or None")
        if self.practice is not None and self.practice not in PRACTICE:
            raise ValueError(f"practice is {self.practice!r}, not one of {PRACTICE} or None")
        if self.not_applicable and (self.written is not None or self.practice is not None):
            raise ValueError("a statement that is not applicable has no answers")
        if self.not_applicable and not self.not_applicable.strip():
            raise ValueError("not applicable needs a reason")
        if not is_plain(self.not_applicable + self.evidence + self.comment):
            _hold_texts(self, not_applicable=self.not_applicable, evidence=self.evidence, comment=self.comment)

    @property
    def has_answer(self) -> bool:
        """Whether it answers anything, be it in part; evidence or a comment alone does not."""
        return bool(self.not_applicable) or self.written is not None or self.practice is not None

    @property
    def is_in_place(self) -> bool:
        """Whether it is said to be done across the school; not so while that is unknown or not answered."""
        return isinstance(self.practice, int) and self.practice >= IN_PLACE


NO_RESPONSE = Response()


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that the school means to do, usually to close a gap.

    Attributes:
        statement: id of the statement whose gap it closes; empty for an action of the school's own.
        role: who is responsible, as a role and never as a name.
        status: one of `STATUSES`, or what a person typed instead; `audit.plan.status_of` says what it counts as.
        note: anything to remember; for a dropped action, the reason.
        id: what it keeps from year to year and from workbook to workbook; empty if it was typed into a workbook.
        since: the academic year of the audit that it was first planned in; empty for this audit's own.

    Raises:
        ValueError: nothing is said of it but the statement, or a text cannot be held.
    """

    what: str = ""
    statement: str = ""
    role: str = ""
    due: dt.date | None = None
    status: str = ""
    note: str = ""
    id: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        if not (self.what or self.role or self.due or self.status or self.note):
            raise ValueError("an action says something of what, who or when")
        _hold_texts(self, what=self.what, role=self.role, status=self.status, note=self.note)


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """The answer of an earlier audit with which this one began, and the revision of the statement that it answered."""

    response: Response
    revision: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """That a role has signed an audit off, on which day, with what it has to say."""

    role: SigningRole
    on: dt.date
    statement: str = ""

    def __post_init__(self) -> None:
        _hold_texts(self, statement=self.statement)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """One signed version of an audit.

    Attributes:
        version: counted from 1.
        content: SHA-256 of what was signed, as `audit.signing.content_hash` gives it.
        criteria: SHA-256 of the criteria that it was signed with.
        signatures: the headteacher's, then the chair of governors'.
        seal: SHA-256 of the content's and the signatures together.
        reopened_on: the day on which the school opened the audit again; None while the version is in force.
        reopened_because: why.
    """

    version: int
    content: str
    criteria: str
    signatures: tuple[Signature, ...]
    seal: str
    reopened_on: dt.date | None = None
    reopened_because: str = ""

    def __post_init__(self) -> None:
        _hold_texts(self, reopened_because=self.reopened_because)


@dataclass(frozen=True, kw_only=True)
class AuditHead:
    """What an audit says of itself, whatever is answered: whose it is, of which year, and what it asks.

    Attributes:
        year: the academic year, ``2026/27``: 1 September to 31 August.
        frameworks: the framework editions that it answers.
        scope: whether it asks the recommended statements only, or all.
        basis: a self-audit, or a desk review that only reads a published policy.
        policy_read: for a desk review, which published text was read.
        completed_on: the day on which the school called it complete; None while it is open.
        first_answer_at: when its first answer was saved, to the minute (UTC); None if that is not known.
        last_answer_at: when its last answer was saved.
    """

    school: School
    year: str
    frameworks: tuple[FrameworkRef, ...]
    scope: Scope = "recommended"
    basis: Basis = "self-audit"
    policy_read: str = ""
    completed_on: dt.date | None = None
    first_answer_at: dt.datetime | None = None
    last_answer_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        _hold_texts(self, policy_read=self.policy_read)

    def asks(self, criterion: Criterion) -> bool:
        """Whether its phase and scope ask a statement; what is answered all the same is shown, but not asked."""
        statement = criterion.statement
        return self.school.phase in statement.phases and (statement.recommended or self.scope == "all")


@dataclass(frozen=True, kw_only=True)
class Audit(AuditHead):
    """One school's answers for one academic year; its head comes first in what is signed, so it is inherited.

    Attributes:
        responses: by statement id; a statement without a response has not been answered.
        actions: the action plan, in the school's own order.
        carried_from: the academic year whose answers it began with; empty if it began with none.
        carried: these answers by statement id. One without a response beside it is still to be
            confirmed, and counts as not answered.
        revisions: the revision of the statement that a response answers, by its id, where it is not 1.
        sign_offs: every version that was signed, oldest first.
    """

    responses: Mapping[str, Response] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    carried_from: str = ""
    carried: Mapping[str, Carried] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    sign_offs: tuple[SignOff, ...] = ()

    @property
    def head(self) -> AuditHead:
        """Its head alone."""
        return AuditHead(**{name: getattr(self, name) for name in AuditHead.__dataclass_fields__})

    @property
    def signed(self) -> SignOff | None:
        """The sign-off in force, which makes the audit read-only; None while it is open."""
        last = self.sign_offs[-1] if self.sign_offs else None
        return last if last is not None and last.reopened_on is None else None

    def is_answered(self, response: Response) -> bool:
        """Whether nothing is left to answer: both answers, *unknown* included, or a reason why neither applies.

        A desk review asks only what is written.
        """
        if response.not_applicable:
            return True
        return response.written is not None and (response.practice is not None or self.basis == "desk review")

    @property
    def answered(self) -> int:
        """How many statements are answered; evidence or a comment alone is no answer."""
        return sum(map(self.is_answered, self.responses.values()))

    @property
    def answered_in_part(self) -> int:
        """How many statements have one answer of two."""
        return sum(given.has_answer for given in self.responses.values()) - self.answered

    def response(self, statement_id: str) -> Response:
        """The response to a statement; an empty one if there is none."""
        return self.responses.get(statement_id, NO_RESPONSE)


def academic_year(day: dt.date) -> str:
    """The academic year that a day falls in: it begins on 1 September."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def is_academic_year(text: str) -> bool:
    """Whether a text is an academic year as the product writes it, such as ``2026/27``."""
    match = re.fullmatch(r"(20[0-9]{2})/([0-9]{2})", text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])
