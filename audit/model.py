"""The words of the product as frozen types: the criteria, a school's audit, and what happened to the audit.

- Criteria: frameworks, areas, questions and statements, and the words in which answers are given. These types are also
  the schema of the files in ``criteria/``: a key of a file is a field here, and a field without a default is a key that
  every file must have.
- Audit: a school's answers, action plan and signatures for one academic year.
- Event: something that happened to an audit besides its answers. It is kept as data; `audit.school.history_words` makes
  the words when it is shown.

What is signed is the JSON of these types (`audit.school.signing`): names, order and defaults of their fields are part
of a format that files of earlier releases use.
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
HowSure = Literal["read", "second-hand", "inferred"]
"""Whether the source itself was read, is known from others, or something is inferred from it."""
Standing = Literal["law", "statutory guidance", "government standard", "good practice", "change of name or body"]
Relation = Literal["equal", "subset", "superset", "intersects"]
"""How the demand of one statement stands to that of another: the same, a part of it, more than it, or a common part."""
Scope = Literal["recommended", "all"]
Basis = Literal["self-audit", "desk review"]
Status = Literal["Not started", "In progress", "Done", "Dropped"]
SigningRole = Literal["headteacher", "chair of governors"]

PHASES: tuple[Phase, ...] = get_args(Phase)
WRITTEN: tuple[Written, ...] = get_args(Written)
PRACTICE: tuple[Practice, ...] = get_args(Practice)
IN_PLACE = 3
"""The lowest practice level that counts as done."""
STATUSES: tuple[Status, ...] = get_args(Status)
SIGNING_ROLES: tuple[SigningRole, ...] = get_args(SigningRole)
"""Who signs an audit off, in this order."""
NOTE = "note"
"""The kind of an event that has only words."""
SURE = 7
"""From this strength on, a reviewed pair of a crosswalk may propose an answer; the fact sheet of the crosswalks sets it."""
_REVERSED: Mapping[Relation, Relation] = {
    "equal": "equal",
    "subset": "superset",
    "superset": "subset",
    "intersects": "intersects",
}
_NO_FORCE = 99
"""After every force that a framework can list, so that what the law asks comes before what a template recommends."""

_NO_OTHER_KEYS: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the source says a statement: section, mark, and its number among the statements with that mark."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    section: str
    mark: Mark
    ordinal: int

    @property
    def number(self) -> str:
        """Mark and number as people write them: ``K1``, ``no. 4``."""
        return f"K{self.ordinal}" if self.mark == "K" else f"no. {self.ordinal}"

    def __str__(self) -> str:
        return f"section {self.section}, {self.number}"


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """A document that a statement rests on: which edition, which place in it, and of what date (in words)."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    document: str
    edition: str
    place: str
    date: str

    def __str__(self) -> str:
        return f"{self.document}, {self.edition}, {self.place}"


@dataclass(frozen=True, kw_only=True)
class Today:
    """What has changed since the source was written. It informs readers; it never changes a score.

    Attributes:
        how_sure: whether the reference was read. It keeps its default, since signed criteria of earlier releases have none.
        read_today: one short sentence that says how the dated wording of the statement is read now; empty if it is not dated.
    """

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    what: str
    reference: str
    status: Standing
    checked: str
    how_sure: HowSure = "read"
    read_today: str = ""


@dataclass(frozen=True, kw_only=True)
class Superseded:
    """A statement that law or guidance has overtaken.

    Attributes:
        since: the day, as 2026-06-29. The statement is not asked and not counted in academic years that begin on or after it.
        by: ids of the statements, of any framework, that hold instead; none if it is only retired.
        because: why, in words for a school.
    """

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    since: str
    because: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One criterion: something that a school says in its policy and does in practice.

    Attributes:
        source: a place in the one document that the framework restates, or the document or documents that it rests on.
        mark: id of one of the framework's marks, where it rests on documents; it says why the statement counts.
        how_sure: how sure its source is; None where it restates a template.
        checked: the day on which it was last compared with its documents, as 2026-11-27.
        revision: raised when the meaning changes; a statement answered in an earlier revision is asked again.
        rests_on: ids of statements of the same framework without which this one can hardly be met.
        superseded: since when, by what and why it is no longer asked; None while it is.
    """

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    statement: str
    recommended: bool
    source: Source | Provenance | tuple[Provenance, ...]
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
    superseded: Superseded | None = None

    @property
    def reference(self) -> str:
        """How people write its place: ``2.3.2 K1`` or ``2.3.2 no. 4`` in a template, else question and number, ``3.2 no. 4``."""
        if isinstance(self.source, Source):
            return f"{self.source.section} {self.source.number}"
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

    @property
    def provenance(self) -> str:
        """Its place in words: ``section 2.3.2, K1`` in a template, else each document with edition and place.

        `Criterion.provenance` names the template too.
        """
        return "; ".join(map(str, self.documents)) or str(self.source)

    @property
    def sureness(self) -> HowSure:
        """How sure its source is; a template was read."""
        return self.how_sure or "read"

    @property
    def checked_on(self) -> str:
        """The day on which it was last compared with its documents, or what has changed since a template; else empty."""
        return self.checked or (self.today.checked if self.today else "")

    @property
    def read_today(self) -> str:
        """One sentence that says how its dated wording is read now; empty if it is not dated."""
        return self.today.read_today if self.today else ""

    @property
    def with_today(self) -> str:
        """The statement and, in a second line, how its dated wording is read now."""
        return f"{self.statement}\nToday: {self.read_today}" if self.read_today else self.statement

    def is_overtaken_in(self, year: str) -> bool:
        """Whether law or guidance had overtaken it when an academic year began."""
        return self.superseded is not None and first_day(year).isoformat() >= self.superseded.since

    def counts_in(self, phase: str) -> bool:
        """Whether scores count it for a school of this phase: it is recommended, and meant for the phase."""
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
    """A level of practice. Code compares the number; people read the label and its meaning."""

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
    """The word for a coverage of at least ``from_percent`` (0 to 100)."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    from_percent: int
    label: str


@dataclass(frozen=True, kw_only=True)
class FrameworkMark:
    """One of the marks that a framework gives its statements: what it is called, and what it means."""

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
    """The criteria drawn from one source, with the words for answers to them.

    Attributes:
        marks: its marks, the weightiest first.
        coverage: the words for its coverage, such as "K coverage"; empty in criteria of earlier releases.
        name: its short name within a sentence, such as "the Kent template"; empty in criteria of earlier releases.
        purpose: one sentence that says what it is for, where an audit starts.
        usual: whether it is ticked when an audit starts.
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
    name: str = ""
    purpose: str = ""
    usual: bool = False

    @property
    def ref(self) -> FrameworkRef:
        """The id and edition by which an audit names this framework."""
        return FrameworkRef(self.id, self.edition)

    @property
    def called(self) -> str:
        """Its name within a sentence: the short one, else the title."""
        return self.name or self.title

    @property
    def coverage_called(self) -> str:
        """The words for its coverage within a sentence, whether or not it has words of its own."""
        return self.coverage or "coverage"

    @property
    def statements(self) -> Iterator[Statement]:
        """Every statement in source order."""
        return (s for area in self.areas for question in area.questions for s in question.statements)

    def mark_of(self, statement: Statement) -> FrameworkMark | None:
        """Its mark of a statement; None if it does not list the mark."""
        return next((mark for mark in self.marks if mark.id == statement.marked), None)

    def force_rank(self, statement: Statement) -> int:
        """How much weight its force gives a statement, 0 for the most; marks that tell no forces apart weigh least."""
        return self.mark_rank(statement) if self.has_forces else _NO_FORCE

    def mark_rank(self, statement: Statement) -> int:
        """The position of a statement's mark, 0 for the weightiest; one that is not listed comes last."""
        return next((rank for rank, mark in enumerate(self.marks) if mark.id == statement.marked), len(self.marks))

    @property
    def about_marks(self) -> str:
        """What the marks of its recommended statements mean, in sentences; empty in criteria of earlier releases."""
        marked = {statement.marked for statement in self.statements if statement.recommended}
        marks = [mark for mark in self.marks if mark.id in marked]
        return " ".join(f"{mark.title}: {mark.means}" if len(marks) > 1 else mark.means for mark in marks)

    @cached_property
    def has_forces(self) -> bool:
        """Whether its marks tell recommended statements apart, as the force of law and guidance does."""
        return len({statement.marked for statement in self.statements if statement.recommended}) > 1


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

    @property
    def mark_title(self) -> str:
        """The words of its mark; of criteria of earlier releases, whether it is recommended."""
        mark = self.framework.mark_of(self.statement)
        return mark.title if mark else "Recommended" if self.statement.recommended else "Optional"

    @property
    def mark_in_words(self) -> str:
        """The words of its mark, and whether it is optional: ``Law``, ``Good practice, optional``."""
        listed = self.framework.mark_of(self.statement) is not None
        return f"{self.mark_title}, optional" if listed and not self.statement.recommended else self.mark_title

    @property
    def sources(self) -> tuple[str, ...]:
        """Each document that the statement comes from, with edition and place in words; of a template, title and place."""
        documents = tuple(map(str, self.statement.documents))
        return documents or (f"{self.framework.title}, {self.statement.source}",)

    @property
    def provenance(self) -> str:
        """All of `sources` in one line."""
        return "; ".join(self.sources)


@dataclass(frozen=True, kw_only=True)
class Review:
    """That somebody has looked at a pair of a crosswalk again: the role, never a name, and the day as 2026-11-28."""

    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    role: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two statements of two editions that ask something in common.

    Attributes:
        old: id of the statement of the older edition.
        new: id of the statement of the newer edition.
        relation: how the old demand stands to the new one: ``subset`` if it asks less, ``superset`` if it asks more.
        strength: 0 to 10: how sure it is that the two are about the same thing, not how much they have in common.
        because: what both ask, and what only one of them asks.
        reviewed: who looked at it again; None while nobody has, and then it proposes nothing.
    """

    old: str
    new: str
    relation: Relation
    strength: int
    because: str
    reviewed: Review | None = None

    @property
    def is_sure(self) -> bool:
        """Whether answers may be proposed from it: it is strong enough, and somebody has reviewed it."""
        return self.strength >= SURE and self.reviewed is not None


@dataclass(frozen=True, kw_only=True)
class Crosswalk:
    """How the statements of two editions relate. Each statement of either is in a pair, or is listed as without one.

    Attributes:
        old: id of the framework of the older edition.
        new: id of the framework of the newer one.
        pairs: in the order of the older edition.
        old_alone: why a statement of the older edition has no counterpart, by its id.
        new_alone: the same for the newer edition.
    """

    old: str
    new: str
    pairs: tuple[Pair, ...]
    old_alone: Mapping[str, str] = field(default_factory=dict)
    new_alone: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A pair of a crosswalk as seen from one of its statements, whichever edition is the older.

    Attributes:
        statement: id of the statement from which it is seen.
        other: id of its counterpart.
        relation: how the demand of the counterpart stands to that of the statement: ``superset`` if the counterpart
            asks more.
        is_newer: whether the statement is of the newer edition.
    """

    statement: str
    other: str
    relation: Relation
    pair: Pair
    is_newer: bool


@dataclass(frozen=True)
class Criteria:
    """One or more frameworks as one list of criteria in source order, and how their editions relate.

    Attributes:
        frameworks: those that it lists.
        crosswalks: how editions relate, of these frameworks and of others.
        beyond: further frameworks that are loaded; only `counterpart` looks into them.
    """

    frameworks: tuple[Framework, ...]
    crosswalks: tuple[Crosswalk, ...] = field(default=(), compare=False, repr=False)
    beyond: tuple[Framework, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def _by_id(self) -> dict[str, Criterion]:
        return _criteria_by_id(self.frameworks)

    @cached_property
    def _beyond(self) -> dict[str, Criterion]:
        return _criteria_by_id(self.beyond)

    def __iter__(self) -> Iterator[Criterion]:
        return iter(self._by_id.values())

    def __contains__(self, statement_id: str) -> bool:
        return statement_id in self._by_id

    def __getitem__(self, statement_id: str) -> Criterion:
        return self._by_id[statement_id]

    def of(self, refs: Iterable[FrameworkRef]) -> Criteria:
        """Only the frameworks that the refs name; refs to frameworks that are not loaded are ignored."""
        wanted = set(refs)
        named = tuple(f for f in self.frameworks if f.ref in wanted)
        if named == self.frameworks:
            return self
        others = tuple(f for f in (*self.frameworks, *self.beyond) if f.ref not in wanted)
        return Criteria(named, self.crosswalks, others)

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        links: dict[str, tuple[Link, ...]] = {}
        for pair in (pair for crosswalk in self.crosswalks for pair in crosswalk.pairs):
            back = _REVERSED[pair.relation]
            for link in (
                Link(statement=pair.new, other=pair.old, relation=pair.relation, pair=pair, is_newer=True),
                Link(statement=pair.old, other=pair.new, relation=back, pair=pair, is_newer=False),
            ):
                links[link.statement] = (*links.get(link.statement, ()), link)
        return links

    def links(self, statement_id: str) -> tuple[Link, ...]:
        """The pairs of a statement in every crosswalk; one whose counterpart is not among these criteria is there too."""
        return self._links.get(statement_id, ())

    def counterpart(self, link: Link) -> Criterion | None:
        """The statement at the other end of a link, in these frameworks or beyond them; None if it is not loaded."""
        return self._by_id.get(link.other) or self._beyond.get(link.other)

    def crosswalk(self, one: str, other: str) -> Crosswalk | None:
        """The crosswalk of two frameworks by their ids, in either order; None if there is none."""
        return next((walk for walk in self.crosswalks if {walk.old, walk.new} == {one, other}), None)

    @property
    def refs(self) -> tuple[FrameworkRef, ...]:
        """The editions of the frameworks, in order."""
        return tuple(framework.ref for framework in self.frameworks)

    @property
    def usual(self) -> tuple[FrameworkRef, ...]:
        """What a new audit answers unless somebody chooses: the editions that are usual, else the first."""
        return tuple(framework.ref for framework in self.frameworks if framework.usual) or self.refs[:1]

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


def _criteria_by_id(frameworks: Iterable[Framework]) -> dict[str, Criterion]:
    """Every statement of some frameworks in its place, by id, in source order."""
    places = (
        (framework, area, question, statement)
        for framework in frameworks
        for area in framework.areas
        for question in area.questions
        for statement in question.statements
    )
    return {
        s.id: Criterion(framework=f, area=a, question=q, statement=s, order=order)
        for order, (f, a, q, s) in enumerate(places)
    }


def _hold_texts(instance: object, **texts: str) -> None:
    """Checks texts that people typed, and stores every line break as one character, as a workbook returns it.

    Raises:
        ValueError: the product cannot store a text.
    """
    for name, text in texts.items():
        if "\r" in text:
            text = tidy(text)
            object.__setattr__(instance, name, text)  # the object is frozen, but nobody else has it yet
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
    """What a register says about a school, for use where a workbook does not say it.

    Attributes:
        phase: None if the register does not say.
        local_authority: three-digit code; empty if the register does not say.
        authority_name: what the register calls the authority, if this program does not know its code.
    """

    name: str
    phase: Phase | None = None
    local_authority: str = ""
    authority_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a school answers to one statement; None and empty text mean not answered.

    Attributes:
        not_applicable: the reason why the statement does not apply. A reason replaces both answers: a response never
            has a reason and an answer.

    Raises:
        ValueError: an answer that does not exist, an answer together with a reason, or a text that the product cannot
            store. Check what people type before you build a response from it.
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
        """Whether it answers the statement at least in part; evidence or a comment alone is no answer."""
        return bool(self.not_applicable) or self.written is not None or self.practice is not None

    @property
    def is_in_place(self) -> bool:
        """Whether the school says that it is done across the school; False while that is unknown or not answered."""
        return isinstance(self.practice, int) and self.practice >= IN_PLACE


NO_RESPONSE = Response()


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that the school plans to do, usually to close a gap.

    Attributes:
        statement: id of the statement whose gap it closes; empty if the school planned it without one.
        role: who is responsible, as a role and never as a name.
        status: one of `STATUSES`, or what a person typed instead; `audit.school.plan.status_of` says what it counts as.
        note: anything to remember; for a dropped action, the reason.
        id: stays the same from year to year and from workbook to workbook; empty if it was typed into a workbook.
        since: the academic year of the audit in which it was first planned; empty if that is this audit.

    Raises:
        ValueError: it says nothing but the statement, or the product cannot store a text.
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
    """An answer carried forward from an earlier audit, and the revision of the statement that it answered."""

    response: Response
    revision: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One role's signature on an audit: the day, and what the role says about it."""

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
        content: SHA-256 of what was signed, as `audit.school.signing.content_hash` computes it.
        criteria: SHA-256 of the criteria that it was signed with.
        signatures: the headteacher's, then the chair of governors'.
        seal: SHA-256 of the content hash and the signatures together.
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
    """The facts about an audit that do not depend on its answers: its school, its year and what it asks.

    Attributes:
        year: the academic year, ``2026/27``: 1 September to 31 August.
        frameworks: the framework editions that it answers.
        scope: whether it asks the recommended statements only, or all.
        basis: a self-audit, or a desk review, which only reads a published policy.
        policy_read: for a desk review, which published text was read.
        completed_on: the day on which the school marked it complete; None while it is open.
        first_answer_at: when its first answer was saved, to the minute (UTC); None if that is not known.
        last_answer_at: when its last answer was saved.
        as_printed: whether it also asks what law or guidance has overtaken (`Superseded`). It is the default, so that an
            audit of a release that did not know the difference keeps the rules by which it was begun.
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
    as_printed: bool = True

    def __post_init__(self) -> None:
        _hold_texts(self, policy_read=self.policy_read)

    def leaves_out(self, statement: Statement) -> bool:
        """Whether it neither asks nor counts a statement, because law or guidance had overtaken it when the year began."""
        return not self.as_printed and statement.is_overtaken_in(self.year)

    def is_for(self, statement: Statement) -> bool:
        """Whether a statement is meant for the school's phase and not left out."""
        return self.school.phase in statement.phases and not self.leaves_out(statement)

    def counts(self, statement: Statement) -> bool:
        """Whether scores count a statement: it is recommended, and `is_for` the school."""
        return statement.recommended and self.is_for(statement)

    def asks(self, criterion: Criterion) -> bool:
        """Whether phase, scope and year ask a statement. An answer to any other statement is shown, but not asked for."""
        statement = criterion.statement
        return self.is_for(statement) and (statement.recommended or self.scope == "all")


@dataclass(frozen=True, kw_only=True)
class Audit(AuditHead):
    """One school's answers for one academic year. It inherits from its head, whose fields come first in what is signed.

    Attributes:
        responses: by statement id; a statement without a response has not been answered.
        actions: the action plan, in the school's own order.
        carried_from: the academic year from which answers were carried forward; empty if none were.
        carried: the answers carried forward, by statement id. One that has no response yet is still to be confirmed,
            and counts as not answered.
        revisions: the revision that a response answers, by statement id, where it is not 1.
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
        """The head without the answers."""
        return AuditHead(**{name: getattr(self, name) for name in AuditHead.__dataclass_fields__})

    @property
    def signed(self) -> SignOff | None:
        """The sign-off in force, which makes the audit read-only; None while the audit is open."""
        last = self.sign_offs[-1] if self.sign_offs else None
        return last if last is not None and last.reopened_on is None else None

    def is_answered(self, response: Response) -> bool:
        """Whether a response is complete: both answers (*unknown* is one), or a reason why the statement does not apply.

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
        """How many statements have one of the two answers."""
        return sum(response.has_answer for response in self.responses.values()) - self.answered

    def response(self, statement_id: str) -> Response:
        """The response to a statement; an empty one if there is none."""
        return self.responses.get(statement_id, NO_RESPONSE)


def academic_year(day: dt.date) -> str:
    """The academic year of a day; it begins on 1 September."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def first_day(year: str) -> dt.date:
    """The first day of an academic year: 1 September."""
    return dt.date(int(year[:4]), 9, 1)


def is_academic_year(text: str) -> bool:
    """Whether a text is an academic year as the product writes it, such as ``2026/27``."""
    match = re.fullmatch(r"(20[0-9]{2})/([0-9]{2})", text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to an audit besides its answers.

    Attributes:
        at: when (UTC).
        role: who did it, as a role; empty if nobody said.
        kind: what sort of thing happened, such as ``action changed``; `audit.school.history_words` has the words.
        subject: what it happened to: the id of an action or a statement, or the number of a signed version.
        before: the state before, as JSON holds it; None for nothing.
        after: the state after.
        what: the words of a note; empty for any other kind.
    """

    at: dt.datetime
    role: str
    kind: str = NOTE
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    what: str = ""


def action_state(action: Action) -> dict[str, Any]:
    """An action as an event stores it: empty fields are left out, a day is ISO text."""
    values = {name: value for name, value in asdict(action).items() if value}
    return values | ({"due": action.due.isoformat()} if action.due else {})
