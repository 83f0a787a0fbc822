"""The way through an audit: its questions, how far each is, what is left, and how long that takes."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from audit.model import (
    Area,
    Audit,
    Criteria,
    Criterion,
    Framework,
    FrameworkRef,
    Phase,
    Question,
    Response,
    School,
    Scope,
)
from audit.problems import Problem
from audit.school import merge
from audit.school.details import read_school

_PAUSE = dt.timedelta(minutes=10)
"""A gap between two answers from here on is a break, not the pace."""
_AT_ONCE = dt.timedelta(seconds=2)
"""Up to here it is two clicks about one thing, for which nothing was read or asked in between."""
_ENOUGH = 5
"""Paces after which there is something to say of the time left."""
_RECENT = 30
"""Paces that are looked at, the last ones: enough that a few odd ones do not move their median."""


@dataclass(frozen=True, kw_only=True)
class QuestionStep:
    """One question of an audit, as a page shows it.

    Attributes:
        page: its id among all frameworks, as the browser's address names it.
        criteria: the statements of the audit's phase in it, in source order, and any other answered,
            be it last year.
        required: the statements that the audit's scope asks for.
        answered: how many of ``required`` are answered.
        to_confirm: how many of ``criteria`` have last year's answer still to be confirmed or changed.
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
        to_confirm: those that are not answered yet and have last year's answer to be confirmed or changed.
        minutes_left: at the pace of the last answers; None before there is a pace.
    """

    answered: int
    asked: int
    to_confirm: int
    minutes_left: int | None

    @property
    def left(self) -> int:
        """How many are still to be answered, those to be confirmed included."""
        return self.asked - self.answered


def is_answered(response: Response, audit: Audit) -> bool:
    """Whether nothing is left to answer: both answers, *unknown* included, or a reason why neither applies.

    A desk review asks only what is written.
    """
    return audit.is_answered(response)


def required(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """The statements that count towards progress: those of the phase that the scope asks for."""
    return tuple(filter(audit.asks, criteria.of(audit.frameworks)))


def steps(audit: Audit, criteria: Criteria, *, asked_of: str | None = None) -> tuple[QuestionStep, ...]:
    """The questions of an audit in source order, each with how far it is.

    Args:
        audit: the audit.
        criteria: the criteria at hand.
        asked_of: a role; only the statements that it is asked, and the questions that hold one.
    """
    shown: dict[str, list[Criterion]] = {}
    answered = audit.responses.keys() | audit.carried.keys()
    for c in criteria.of(audit.frameworks):
        for_role = asked_of is None or c.statement.asked_of == asked_of
        if for_role and (audit.school.phase in c.statement.phases or c.id in answered):
            shown.setdefault(c.page, []).append(c)
    needed = {c.id for c in required(audit, criteria)}
    waiting = {c.id for c in merge.to_confirm(audit, criteria)}
    result = []
    for page, own in shown.items():
        counting = tuple(c for c in own if c.id in needed)
        result.append(
            QuestionStep(
                page=page,
                framework=own[0].framework,
                area=own[0].area,
                question=own[0].question,
                criteria=tuple(own),
                required=counting,
                answered=sum(is_answered(audit.response(c.id), audit) for c in counting),
                to_confirm=sum(c.id in waiting for c in own),
            )
        )
    return tuple(result)


def next_unanswered(all_steps: Sequence[QuestionStep], page: str = "") -> str | None:
    """The first page after ``page`` (from the beginning again after the last) with something left to answer."""
    pages = [step.page for step in all_steps]
    start = pages.index(page) + 1 if page in pages else 0
    ahead = [*all_steps[start:], *all_steps[:start]]
    return next((step.page for step in ahead if step.answered < len(step.required)), None)


def answer_progress(audit: Audit, criteria: Criteria, answered_at: Iterable[dt.datetime] = ()) -> AnswerProgress:
    """How far an audit is.

    Args:
        audit: the audit.
        criteria: the criteria at hand.
        answered_at: when each statement was first answered, for the pace.
    """
    needed = required(audit, criteria)
    done = sum(is_answered(audit.response(c.id), audit) for c in needed)
    waiting = {c.id for c in merge.to_confirm(audit, criteria)}
    each = _minutes_each(answered_at)
    return AnswerProgress(
        answered=done,
        asked=len(needed),
        to_confirm=sum(c.id in waiting for c in needed),
        minutes_left=None if each is None else round((len(needed) - done) * each),
    )


def _minutes_each(answered_at: Iterable[dt.datetime]) -> float | None:
    """Minutes a statement takes: the median between the last first answers; None before there are enough.

    Answers that share one moment came with an upload: how long they took, and the one after them, is not known.
    """
    moments = sorted(Counter(answered_at).items())
    gaps = [b - a for (a, first), (b, second) in pairwise(moments) if first == second == 1]
    paces = [gap.total_seconds() / 60 for gap in gaps if _AT_ONCE < gap < _PAUSE][-_RECENT:]
    return statistics.median(paces) if len(paces) >= _ENOUGH else None


def begin(
    name: str,
    urn: str,
    *,
    phase: Phase | None,
    local_authority: str,
    year: str,
    frameworks: tuple[FrameworkRef, ...],
    scope: Scope,
) -> Audit | tuple[Problem, ...]:
    """A new audit from what a person entered, or every problem with it."""
    school = read_school(name, urn, phase=phase, local_authority=local_authority)
    problems = () if isinstance(school, School) else school
    if not frameworks:
        problems = (*problems, Problem(where="Criteria", what="None is chosen.", fix="Choose at least one."))
    if not isinstance(school, School) or problems:
        return problems
    return Audit(school=school, year=year, frameworks=frameworks, scope=scope)
