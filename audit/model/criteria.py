"""The criteria side of the model: frameworks, areas, questions, statements, and the words for answers.

These types double as the schema of the files in ``criteria/``: a key of a file is a field here, and a
field without a default is a key that must be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Discriminator, Tag

Phase = Literal["nursery", "primary", "secondary", "all-through", "special", "pru", "sixteen-plus"]
Mark = Literal["K", "other"]
Protects = Literal["directly", "indirectly"]
Written = Literal["yes", "partly", "no", "unknown"]
Practice = Literal[0, 1, 2, 3, 4, "unknown"]
HowSure = Literal["read", "second-hand", "inferred"]
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
class Provenance:
    """A document that a statement rests on: which edition, which place in it, and of what date (in words)."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    document: str
    edition: str
    place: str
    date: str


def _kind_of_source(given: object) -> str:
    """Which of the three forms of a source this is, so that a fault in it is told for that form alone."""
    if isinstance(given, (list, tuple)):
        return "<several>"
    keys = given if isinstance(given, Mapping) else getattr(given, "__dataclass_fields__", {})
    return "<document>" if {"document", "edition", "place", "date"} & set(keys) else "<section>"


AnySource = Annotated[
    Annotated[Source, Tag("<section>")]
    | Annotated[Provenance, Tag("<document>")]
    | Annotated[tuple[Provenance, ...], Tag("<several>")],
    Discriminator(_kind_of_source),
]
"""A place in the one document that a framework restates, or the document or documents that a statement rests on."""


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
        mark: id of one of the framework's marks, where it has marks of its own; it says why the statement counts.
        how_sure: whether the source was read, is known from others, or the statement is inferred from it.
        checked: the day on which it was last compared with its source, as 2026-11-27.
        revision: raised when its meaning changes; an answer to an earlier revision is asked anew.
        rests_on: ids of statements of the same framework without which this one can hardly be met.
    """

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    statement: str
    recommended: bool
    source: AnySource
    asked_of: str
    protects: Protects
    mark: str = ""
    how_sure: HowSure | None = None
    checked: str = ""
    phases: tuple[Phase, ...] = PHASES
    revision: int = 1
    evidence: str = ""
    improve: str = ""
    governors_ask: str = ""
    rests_on: tuple[str, ...] = ()
    today: Today | None = None

    @property
    def reference(self) -> str:
        """How people write its place: ``2.3.2 K1`` or ``2.3.2 no. 4`` in a template, else ``3.2 no. 4``."""
        if isinstance(self.source, Source):
            mark = "K" if self.source.mark == "K" else "no. "
            return f"{self.source.section} {mark}{self.source.ordinal}"
        question, _, number = self.id.partition("-")[2].rpartition("-")
        return f"{question} no. {number}"

    @property
    def marked(self) -> str:
        """Its mark: ``K`` or ``other`` in a template, else the id of one of the framework's own."""
        return self.source.mark if isinstance(self.source, Source) else self.mark

    @property
    def ordinal(self) -> int:
        """Its number: among those of the same mark in a template, else within its question."""
        return self.source.ordinal if isinstance(self.source, Source) else int(self.id.rpartition("-")[2])

    @property
    def documents(self) -> tuple[Provenance, ...]:
        """The documents that it rests on; none where it restates a template."""
        if isinstance(self.source, Source):
            return ()
        return self.source if isinstance(self.source, tuple) else (self.source,)


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


@dataclass(frozen=True, kw_only=True)
class FrameworkMark:
    """One of the marks that a framework gives its statements, the weightiest first: what it is called and means."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    title: str
    means: str


@dataclass(frozen=True, order=True)
class FrameworkRef:
    """Which edition of which framework an audit answers."""

    id: str
    edition: str

    def __str__(self) -> str:
        return f"{self.id} (edition {self.edition})"


@dataclass(frozen=True, kw_only=True)
class Framework:
    """The criteria drawn from one source, with the words in which answers to it are given.

    Attributes:
        marks: its own marks in order of weight; none where it restates a template with K marks.
        coverage: the words for its coverage, such as "coverage of today's duties"; empty where it has none of its own.
    """

    id: str
    edition: str
    title: str
    source: str
    phases: Mapping[Phase, str]
    roles: Mapping[str, str]
    practice_levels: tuple[PracticeLevel, ...]
    bands: tuple[Band, ...]
    areas: tuple[Area, ...]
    marks: tuple[FrameworkMark, ...] = ()
    coverage: str = ""

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
