"""The criteria side of the model: frameworks, areas, questions, statements, and the words for answers.

These types double as the schema of the files in ``criteria/``: a key of a file is a field here, and a
field without a default is a key that must be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, get_args

Phase = Literal["nursery", "primary", "secondary", "all-through", "special", "pru", "sixteen-plus"]
Mark = Literal["K", "other"]
Protects = Literal["directly", "indirectly"]
Written = Literal["yes", "partly", "no", "unknown"]
Practice = Literal[0, 1, 2, 3, 4, "unknown"]
Kind = Literal["met", "not_written", "not_done", "neither", "not_known", "not_applicable"]
"""The state of a statement, as its two answers give it; `audit.scoring.kind_of` is the rule."""
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
