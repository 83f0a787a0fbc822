"""The words of the product as frozen types: criteria on one side, a school's audit on the other.

The criteria types double as the schema of the files in ``criteria/``: a key of a file is a field
here, and a field without a default is a key that must be there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal, get_args

from audit.text import fault_of

Phase = Literal["nursery", "primary", "secondary", "all-through", "special", "pru", "sixteen-plus"]
Mark = Literal["K", "other"]
Protects = Literal["directly", "indirectly"]
Written = Literal["yes", "partly", "no", "unknown"]
Practice = Literal[0, 1, 2, 3, 4, "unknown"]
Scope = Literal["recommended", "all"]
Basis = Literal["self-audit", "desk review"]
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
    """One criterion: something that a school says in its policy and does in practice."""

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
    today: Today | None = None

    @property
    def reference(self) -> str:
        """Section, mark and number as people write them: ``2.3.2 K1``, ``2.3.2 no. 4``."""
        mark = "K" if self.source.mark == "K" else "no. "
        return f"{self.source.section} {mark}{self.source.ordinal}"


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
        return Criteria(tuple(f for f in self.frameworks if f.ref in wanted))

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


def _check_texts(*texts: str) -> None:
    for text in texts:
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
        _check_texts(self.name)


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
        _check_texts(self.not_applicable, self.evidence, self.comment)


NO_RESPONSE = Response()


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that the school means to do, usually to close a gap.

    Attributes:
        statement: id of the statement whose gap it closes; empty for an action of the school's own.
        role: who is responsible, as a role and never as a name.

    Raises:
        ValueError: nothing is said of it but the statement, or a text cannot be held.
    """

    what: str = ""
    statement: str = ""
    role: str = ""
    due: dt.date | None = None
    status: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.what or self.role or self.due or self.status or self.note):
            raise ValueError("an action says something of what, who or when")
        _check_texts(self.what, self.role, self.status, self.note)


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One school's answers for one academic year.

    Attributes:
        year: the academic year, ``2026/27``: 1 September to 31 August.
        frameworks: the framework editions that it answers.
        scope: whether it asks the recommended statements only, or all.
        basis: a self-audit, or a desk review that only reads a published policy.
        policy_read: for a desk review, which published text was read.
        completed_on: the day on which the school called it complete; None while it is open.
        first_answer_at: when its first answer was saved, to the minute (UTC); None if that is not known.
        last_answer_at: when its last answer was saved.
        responses: by statement id; a statement without a response has not been answered.
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
    responses: Mapping[str, Response] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        _check_texts(self.policy_read)

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
