"""A later edition of some criteria, for what happens when a statement changes or goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from audit.model import Area, Criteria, Question, Statement


def later(criteria: Criteria, change: Callable[[Statement], Statement | None], *, edition: str = "later") -> Criteria:
    """The same frameworks in another edition: every statement as ``change`` makes it, or gone where it gives None."""

    def question_of(one: Question) -> Question:
        kept = (change(statement) for statement in one.statements)
        return replace(one, statements=tuple(statement for statement in kept if statement is not None))

    def area_of(one: Area) -> Area:
        return replace(one, questions=tuple(question_of(question) for question in one.questions))

    return Criteria(
        tuple(
            replace(framework, edition=edition, areas=tuple(area_of(area) for area in framework.areas))
            for framework in criteria.frameworks
        )
    )


def revised(criteria: Criteria, statement_id: str, wording: str = "It holds for everyone.") -> Criteria:
    """A later edition in which one statement has changed its meaning."""
    return later(criteria, lambda one: replace(one, revision=2, statement=wording) if one.id == statement_id else one)


def without(criteria: Criteria, statement_id: str) -> Criteria:
    """A later edition that has dropped one statement."""
    return later(criteria, lambda one: None if one.id == statement_id else one)
