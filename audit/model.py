"""The school's side of the model: its audit of one academic year, and what belongs to it.

The criteria side of the model: frameworks, areas, questions, statements, and the words for answers.

These types double as the schema of the files in ``criteria/``: a key of a file is a field here, and a
field without a default is a key that must be there.

What happens to an audit besides its answers, as data; words are made of it when it is shown.

The words of the product as frozen types: criteria on one side, a school's audit on the other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, get_args

from audit.text import fault_of, is_plain, tidy

Phase = Literal["nursery", "primary", "secondary", "all-through", "special", "pru", "sixteen-plus"]
Mark = Literal["K", "other"]
Protects = Literal["directly", "indirectly"]
Written = Literal["yes", "partly", "no", "unknown"]
Practice = Literal[0, 1, 2, 3, 4, "unknown"]
Kind = Literal["met", "not_written", "not_done", "neither", "not_known", "not_applicable"]
"""The state of a statement, as its two answers give it; `audit.school.scoring.kind_of` is the rule."""
Standing = Literal["law", "statutory guidance", "government standard", "good practice", "change of name or body"]

PHASES: tuple[Phase, ...] = get_args(Phase)
WRITTEN: tuple[Written, ...] = get_args(Written)
PRACTICE: tuple[Practice, ...] = get_args(Practice)
IN_PLACE = 3
"""The lowest practice level that counts as done."""

_NO_OTHER_KEYS: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a statement stands in its source: section, mark, and its number among those so marked."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    section: str
    mark: Mark
    ordinal: int


@dataclass(frozen=True, kw_only=True)
class Today:
    """What has changed since the source was written. It informs; it never changes a score."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    what: str
    reference: str
    status: Standing
    checked: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One criterion: something that a school says in its policy and does in practice.

    Attributes:
        revision: raised when its meaning changes; an answer to an earlier revision is asked anew.
        rests_on: ids of statements of the same framework without which this one can hardly be met.
    """

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    statement: str
    recommended: bool
    source: Source
    asked_of: str
    protects: Protects
    phases: tuple[Phase, ...] = PHASES
    revision: int = 1
    evidence: str = ""
    improve: str = ""
    governors_ask: str = ""
    rests_on: tuple[str, ...] = ()
    today: Today | None = None

    @property
    def reference(self) -> str:
        """Section, mark and number as people write them: ``2.3.2 K1``, ``2.3.2 no. 4``."""
        mark = "K" if self.source.mark == "K" else "no. "
        return f"{self.source.section} {mark}{self.source.ordinal}"

    def counts_in(self, phase: str) -> bool:
        """Whether scores count it for a school of a phase: it is recommended, and meant for the phase."""
        return self.recommended and phase in self.phases


@dataclass(frozen=True, kw_only=True)
class Question:
    """One policy question with its statements, in source order; ``topic`` is its name in one to three words."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    topic: str
    title: str
    introduction: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Area:
    """A chapter of a framework with its questions, in source order."""

    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class PracticeLevel:
    """A level of practice; code compares the number, people read the label and its meaning."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    level: Literal[0, 1, 2, 3, 4]
    label: str
    means: str

    @property
    def practice_label(self) -> str:
        """Number and word as people read and write them: ``3 In place``."""
        return f"{self.level} {self.label}"


def practice_labels(levels: Iterable[PracticeLevel]) -> dict[Practice, str]:
    """Each practice answer as people read and write it, in the order of `PRACTICE`: ``3 In place``, ``Unknown``.

    Args:
        levels: all five.
    """
    labels: dict[Practice, str] = {level.level: level.practice_label for level in levels}
    return {answer: "Unknown" if answer == "unknown" else labels[answer] for answer in PRACTICE}


@dataclass(frozen=True, kw_only=True)
class Band:
    """The word for a K coverage of at least ``from_percent`` (0 to 100)."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    from_percent: int
    label: str


@dataclass(frozen=True, order=True)
class FrameworkRef:
    """Which edition of which framework an audit answers."""

    id: str
    edition: str

    def __str__(self) -> str:
        return f"{self.id} (edition {self.edition})"


@dataclass(frozen=True, kw_only=True)
class Framework:
    """The criteria drawn from one source, with the words in which answers to it are given."""

    id: str
    edition: str
    title: str
    source: str
    phases: Mapping[Phase, str]
    roles: Mapping[str, str]
    practice_levels: tuple[PracticeLevel, ...]
    bands: tuple[Band, ...]
    areas: tuple[Area, ...]

    @property
    def ref(self) -> FrameworkRef:
        """What an audit keeps to say that it answers this framework."""
        return FrameworkRef(self.id, self.edition)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A statement in its place: the framework, area and question that it belongs to."""

    framework: Framework
    area: Area
    question: Question
    statement: Statement
    order: int

    @property
    def id(self) -> str:
        """The permanent id of the statement."""
        return self.statement.id

    @property
    def page(self) -> str:
        """The id of the question among all frameworks, as the browser's address names it."""
        return f"{self.framework.id}_{self.question.id}"


@dataclass(frozen=True)
class Criteria:
    """One or more frameworks, read as one list of criteria in source order."""

    frameworks: tuple[Framework, ...]

    @cached_property
    def _by_id(self) -> dict[str, Criterion]:
        places = (
            (framework, area, question, statement)
            for framework in self.frameworks
            for area in framework.areas
            for question in area.questions
            for statement in question.statements
        )
        return {
            s.id: Criterion(framework=f, area=a, question=q, statement=s, order=order)
            for order, (f, a, q, s) in enumerate(places)
        }

    def __iter__(self) -> Iterator[Criterion]:
        return iter(self._by_id.values())

    def __contains__(self, statement_id: str) -> bool:
        return statement_id in self._by_id

    def __getitem__(self, statement_id: str) -> Criterion:
        return self._by_id[statement_id]

    def of(self, refs: Iterable[FrameworkRef]) -> Criteria:
        """Only the frameworks that the refs name; those that are not at hand are left out."""
        wanted = set(refs)
        named = tuple(f for f in self.frameworks if f.ref in wanted)
        return self if named == self.frameworks else Criteria(named)

    @property
    def refs(self) -> tuple[FrameworkRef, ...]:
        """The editions of the frameworks, in order."""
        return tuple(framework.ref for framework in self.frameworks)

    @cached_property
    def practice_levels(self) -> tuple[PracticeLevel, ...]:
        """The five levels, weakest first, in the words of the first framework."""
        return tuple(sorted(self.frameworks[0].practice_levels, key=lambda level: level.level))

    @cached_property
    def phases(self) -> Mapping[Phase, str]:
        """The titles of the phases, in the words of the first framework that has them."""
        return {p: title for f in reversed(self.frameworks) for p, title in f.phases.items()}

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """The titles of the roles that statements are asked of."""
        return {role: title for f in reversed(self.frameworks) for role, title in f.roles.items()}


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
        status: one of `STATUSES`, or what a person typed instead; `audit.school.plan.status_of` says what it counts as.
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
        content: SHA-256 of what was signed, as `audit.school.signing.content_hash` gives it.
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


NOTE = "note"
"""The kind of an event of which there are only words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to an audit besides its answers.

    Attributes:
        at: when (UTC).
        role: who did it, as a role; empty if it was not said.
        kind: what sort of thing it was, such as ``action changed``; `audit.school.history_words` words the known ones.
        subject: what it happened to: the id of an action or a statement, the number of a signed version.
        before: what was, as JSON holds it; None for nothing.
        after: what is since.
        what: of a note its words; any other kind has none.
    """

    at: dt.datetime
    role: str
    kind: str = NOTE
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    what: str = ""


def action_state(action: Action) -> dict[str, Any]:
    """All that an action says, as an event holds it: what is empty is left out, a day is ISO text."""
    given = {name: value for name, value in asdict(action).items() if value}
    return given | ({"due": action.due.isoformat()} if action.due else {})
