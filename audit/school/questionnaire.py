"""The questions of an audit in order: how far each is, what is left to answer, and how long that takes.

Before an audit starts, `offers` says what it would ask of each framework, and how long that may take; `begin` and
`read_school` take what a person entered. While it is open, `phase_change` says how another phase changes what is asked.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from audit.english import duration, listed, plural
from audit.identifiers import read_local_authority, read_urn
from audit.model import (
    NO_RESPONSE,
    Area,
    Audit,
    AuditHead,
    Criteria,
    Criterion,
    Framework,
    FrameworkRef,
    Phase,
    Question,
    Response,
    School,
    Scope,
    Statement,
)
from audit.problems import Problem
from audit.school import proposals
from audit.text import fault_of, plain

_PAUSE = dt.timedelta(minutes=10)
"""A gap of this length or more between two answers is a break and says nothing about the pace."""
_AT_ONCE = dt.timedelta(seconds=2)
"""Two answers within this time are two clicks about one thing: nobody read or asked anything in between."""
_ENOUGH = 5
"""How many paces are needed before the time left can be estimated."""
_RECENT = 30
"""How many of the last paces are used: enough that a few odd ones do not move the median."""
USUAL_PACE = 1.0
"""Minutes a statement for somebody who knows the answers: to read it and to choose two. It is assumed, not measured."""


@dataclass(frozen=True, kw_only=True)
class FrameworkOffer:
    """What an audit of one phase and year would ask of a framework. The counts leave out what is overtaken.

    Attributes:
        recommended: how many recommended statements it would ask.
        optional: how many other statements it would ask.
        overtaken: how many more it would ask as printed: law or guidance has overtaken them.
        replaced: how many of those another framework holds instead, by the id of that framework.
    """

    framework: Framework
    recommended: int
    optional: int
    overtaken: int
    replaced: Mapping[str, int]

    @property
    def asked(self) -> int:
        """How many statements it would ask."""
        return self.recommended + self.optional


@dataclass(frozen=True, kw_only=True)
class QuestionStep:
    """One question of an audit, as a page shows it.

    Attributes:
        page: its id among all frameworks, as the browser's address names it.
        criteria: its statements for the audit's phase, in source order, and any other that has an answer from this year
            or last.
        required: the statements that the audit's scope asks for.
        answered: how many of ``required`` are answered.
        to_confirm: for how many of ``criteria`` an answer is proposed that is still to be accepted or changed.
    """

    page: str
    framework: Framework
    area: Area
    question: Question
    criteria: tuple[Criterion, ...]
    required: tuple[Criterion, ...]
    answered: int
    to_confirm: int

    @property
    def state(self) -> str:
        """``nothing asked``, ``not started``, ``in part`` or ``done``."""
        if not self.required:
            return "nothing asked"
        if self.answered == len(self.required):
            return "done"
        return "in part" if self.answered else "not started"


@dataclass(frozen=True, kw_only=True)
class AnswerProgress:
    """How far an audit is, in the statements that its scope asks for.

    Attributes:
        to_confirm: those for which an answer is proposed that is still to be accepted or changed.
        minutes_left: at the pace of the last answers; None while there are too few.
        by_framework: of each framework its name, how many are answered and how many asked; empty if there is only one.
    """

    answered: int
    asked: int
    to_confirm: int
    minutes_left: int | None
    by_framework: tuple[tuple[str, int, int], ...] = ()

    @property
    def left(self) -> int:
        """How many are still to be answered, including those to be confirmed."""
        return self.asked - self.answered


def is_answered(response: Response, audit: Audit) -> bool:
    """Whether a response is complete in an audit; see `Audit.is_answered`.

    Both answers (*unknown* is one) or a reason why the statement does not apply; a desk review asks only what is written.
    """
    return audit.is_answered(response)


def required(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """The statements that count towards progress: those that the audit asks, and a pair that is equal once."""
    once = proposals.asked_once(audit, criteria)
    return tuple(c for c in criteria.of(audit.frameworks) if audit.asks(c) and c.id not in once)


def steps(audit: Audit, criteria: Criteria, *, asked_of: str | None = None) -> tuple[QuestionStep, ...]:
    """The questions of an audit in source order, each with how far it is.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        asked_of: a role; only its statements, and only questions that have one. None for all.
    """
    shown: dict[str, list[Criterion]] = {}
    has_answer = audit.responses.keys() | audit.carried.keys()
    once = proposals.asked_once(audit, criteria)
    for criterion in criteria.of(audit.frameworks):
        if criterion.id in once:  # it is asked in the newer wording
            continue
        for_role = asked_of is None or criterion.statement.asked_of == asked_of
        is_shown = audit.is_for(criterion.statement) or (
            criterion.id in has_answer and not audit.leaves_out(criterion.statement)
        )
        if for_role and (is_shown or criterion.id in audit.responses):
            shown.setdefault(criterion.page, []).append(criterion)
    needed = {criterion.id for criterion in required(audit, criteria)}
    waiting = {criterion.id for criterion in proposals.to_confirm(audit, criteria)}
    result = []
    for page, in_question in shown.items():
        counted = tuple(criterion for criterion in in_question if criterion.id in needed)
        result.append(
            QuestionStep(
                page=page,
                framework=in_question[0].framework,
                area=in_question[0].area,
                question=in_question[0].question,
                criteria=tuple(in_question),
                required=counted,
                answered=sum(is_answered(audit.response(criterion.id), audit) for criterion in counted),
                to_confirm=sum(criterion.id in waiting for criterion in in_question),
            )
        )
    return tuple(result)


def next_unanswered(all_steps: Sequence[QuestionStep], page: str = "") -> str | None:
    """The first page after ``page`` with something left to answer; the search goes on from the beginning after the end."""
    pages = [step.page for step in all_steps]
    start = pages.index(page) + 1 if page in pages else 0
    ahead = [*all_steps[start:], *all_steps[:start]]
    return next((step.page for step in ahead if step.answered < len(step.required)), None)


def answer_progress(audit: Audit, criteria: Criteria, answered_at: Iterable[dt.datetime] = ()) -> AnswerProgress:
    """How far an audit is.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        answered_at: when each statement was first answered, for the pace.
    """
    needed = required(audit, criteria)
    answered = {c.id for c in needed if is_answered(audit.response(c.id), audit)}
    waiting = {c.id for c in proposals.to_confirm(audit, criteria)}
    each = minutes_each(answered_at)
    ids = {framework: [c.id for c in needed if c.framework.id == framework] for framework in _ids(needed)}
    names = {c.framework.id: c.framework.called for c in needed}
    return AnswerProgress(
        answered=len(answered),
        asked=len(needed),
        to_confirm=sum(c.id in waiting for c in needed),
        minutes_left=None if each is None else round((len(needed) - len(answered)) * each),
        by_framework=tuple((names[f], len(answered.intersection(of)), len(of)) for f, of in ids.items())
        if len(ids) > 1
        else (),
    )


def _ids(criteria: Iterable[Criterion]) -> tuple[str, ...]:
    """The ids of the frameworks of some criteria, in order."""
    return tuple(dict.fromkeys(criterion.framework.id for criterion in criteria))


def minutes_each(answered_at: Iterable[dt.datetime]) -> float | None:
    """Minutes that a statement takes: the median time between recent first answers; None if there are too few.

    Answers that share one moment came with an upload: nobody knows how long they took, or how long the next one took.
    """
    moments = sorted(Counter(answered_at).items())
    gaps = [b - a for (a, first), (b, second) in pairwise(moments) if first == second == 1]
    paces = [gap.total_seconds() / 60 for gap in gaps if _AT_ONCE < gap < _PAUSE][-_RECENT:]
    return statistics.median(paces) if len(paces) >= _ENOUGH else None


def offers(criteria: Criteria, *, phase: Phase | None, year: str, scope: Scope) -> tuple[FrameworkOffer, ...]:
    """What an audit would ask of each framework, in order.

    Args:
        criteria: the frameworks to choose from.
        phase: the school's phase; None while it is not chosen, which gives the counts of the phase that is asked most.
        year: the academic year of the audit.
        scope: whether it asks the recommended statements only, or all.
    """
    phases = criteria.phases if phase is None else (phase,)
    return tuple(
        max((_offer(criteria, framework, one, year, scope) for one in phases), key=lambda offer: offer.asked)
        for framework in criteria.frameworks
    )


def _offer(criteria: Criteria, framework: Framework, phase: Phase, year: str, scope: Scope) -> FrameworkOffer:
    school = School(urn="", name="", phase=phase)
    now, printed = (
        AuditHead(school=school, year=year, frameworks=(framework.ref,), scope=scope, as_printed=as_printed)
        for as_printed in (False, True)
    )
    in_framework = criteria.of((framework.ref,))
    asked = [c.statement for c in in_framework if now.asks(c)]
    overtaken = [c.statement for c in in_framework if printed.asks(c) and not now.asks(c)]
    replaced = Counter(
        holder
        for statement in overtaken
        for holder in _ids(criteria[other] for other in _by(statement) if other in criteria)
        if holder != framework.id
    )
    recommended = sum(statement.recommended for statement in asked)
    return FrameworkOffer(
        framework=framework,
        recommended=recommended,
        optional=len(asked) - recommended,
        overtaken=len(overtaken),
        replaced=replaced,
    )


def _by(statement: Statement) -> tuple[str, ...]:
    return statement.superseded.by if statement.superseded else ()


def advised(found: Sequence[FrameworkOffer], chosen: Collection[FrameworkRef]) -> tuple[str, ...]:
    """One sentence for each framework to choose too: it holds what has overtaken statements of those chosen."""
    sentences = []
    for offer in found:
        if offer.framework.ref in chosen:
            continue
        gone = [
            f"{plural(number, 'statement')} of {other.framework.called}"
            for other in found
            if other.framework.ref in chosen and (number := other.replaced.get(offer.framework.id, 0))
        ]
        if gone:
            sentences.append(
                f"We advise you to tick “{offer.framework.title}” too. It says what is asked today in place of "
                f"{listed(gone)}."
            )
    return tuple(sentences)


def asked_in_words(
    found: Sequence[FrameworkOffer], pace: float, *, as_printed: bool = False, once: Collection[Statement] = ()
) -> str:
    """How many statements these frameworks ask, and the time that they take at a pace in minutes a statement.

    Args:
        found: the frameworks.
        pace: minutes a statement.
        as_printed: whether what law or guidance has overtaken is asked too.
        once: statements that are not asked by themselves, since an equal one of another framework is.
    """
    shared = sum(statement.recommended for statement in once)
    recommended = sum(offer.recommended for offer in found) - shared
    optional = sum(offer.optional for offer in found) - (len(once) - shared)
    overtaken = sum(offer.overtaken for offer in found) if as_printed else 0
    counts = [plural(recommended, "recommended statement")]
    counts += [f"{optional:,} optional"] if optional else []
    counts += [f"{overtaken:,} that law or guidance has overtaken"] if overtaken else []
    return f"{listed(counts)}, {duration(round(pace * (recommended + optional + overtaken)))}"


def begin(
    name: str,
    urn: str,
    *,
    phase: Phase | None,
    local_authority: str,
    year: str,
    frameworks: tuple[FrameworkRef, ...],
    scope: Scope,
    as_printed: bool = False,
) -> Audit | tuple[Problem, ...]:
    """A new audit from what a person entered, or every problem with the entries."""
    school = read_school(name, urn, phase=phase, local_authority=local_authority)
    problems = () if isinstance(school, School) else school
    if not frameworks:
        problems = (*problems, Problem(where="Criteria", what="None is chosen.", fix="Choose at least one."))
    if not isinstance(school, School) or problems:
        return problems
    return Audit(school=school, year=year, frameworks=frameworks, scope=scope, as_printed=as_printed)


def read_school(name: str, urn: str, *, phase: Phase | None, local_authority: str) -> School | tuple[Problem, ...]:
    """The school that a person entered, or every problem with it.

    Args:
        name: as typed.
        urn: as typed.
        phase: as chosen; None if none was chosen.
        local_authority: as chosen or typed, by code or name; empty if none. Three digits may be a new authority's code.
    """
    problems = []
    checked_urn = read_urn(urn)
    if isinstance(checked_urn, Problem):
        problems.append(checked_urn)
    if not plain(name):
        problems.append(Problem(where="School name", what="It is missing.", fix="Type the school's name."))
    elif fault := fault_of(name):
        problems.append(Problem(where="School name", what=fault, fix=""))
    if phase is None:
        problems.append(Problem(where="Phase", what="It is missing.", fix="Choose the school's phase."))
    authority = read_local_authority(local_authority, unknown=True)
    if isinstance(authority, Problem):
        problems.append(authority)
    if problems or phase is None or isinstance(checked_urn, Problem) or isinstance(authority, Problem):
        return tuple(problems)
    return School(urn=checked_urn, name=plain(name), phase=phase, local_authority=authority)


@dataclass(frozen=True, kw_only=True)
class PhaseChange:
    """How another phase changes the statements that an audit asks; each field is in source order.

    Attributes:
        added: now asked, with no answer yet.
        brought_back: now asked, with an answer from this year or last.
        hidden: no longer asked; includes ``kept``.
        kept: the hidden statements that have an answer from this year or last, which is kept and no longer counts.
    """

    added: tuple[Criterion, ...] = ()
    brought_back: tuple[Criterion, ...] = ()
    hidden: tuple[Criterion, ...] = ()
    kept: tuple[Criterion, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether both phases are asked the same statements."""
        return not (self.added or self.brought_back or self.hidden)


def phase_change(audit: Audit, criteria: Criteria, phase: Phase) -> PhaseChange:
    """How the statements asked would change if the school had another phase; the audit itself is not changed.

    An audit asks the statements that are meant for its phase and that its scope includes, and any optional statement
    for the phase that has an answer.
    """
    changed = with_phase(audit, phase)
    added: list[Criterion] = []
    brought_back: list[Criterion] = []
    hidden: list[Criterion] = []
    kept: list[Criterion] = []
    for criterion in criteria.of(audit.frameworks):
        has_answer = audit.response(criterion.id) != NO_RESPONSE or criterion.id in audit.carried
        was_asked, is_asked = (
            version.asks(criterion) or (has_answer and version.is_for(criterion.statement))
            for version in (audit, changed)
        )
        if is_asked and not was_asked:
            (brought_back if has_answer else added).append(criterion)
        elif was_asked and not is_asked:
            hidden.append(criterion)
            kept += [criterion] if has_answer else []
    return PhaseChange(added=tuple(added), brought_back=tuple(brought_back), hidden=tuple(hidden), kept=tuple(kept))


def phase_change_in_words(change: PhaseChange) -> tuple[str, ...]:
    """The effect of another phase, as sentences."""
    if change.changes_nothing:
        return ("The same statements are asked of both phases.",)
    sentences = []
    if change.added:
        sentences.append(f"{plural(len(change.added), 'statement')} more to answer.")
    if change.brought_back:
        sentences.append(f"{plural(len(change.brought_back), 'statement')} asked again, with the answers of before.")
    if change.hidden:
        kept = f" Answered of these: {len(change.kept)}; the answers are kept." if change.kept else ""
        sentences.append(f"{plural(len(change.hidden), 'statement')} not asked any more, and not counted.{kept}")
    return tuple(sentences)


def with_phase(audit: Audit, phase: Phase) -> Audit:
    """The audit with another phase of the school; every answer is kept."""
    return replace(audit, school=replace(audit.school, phase=phase))
