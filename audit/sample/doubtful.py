"""Audits that nobody should believe unseen, so that checks of credibility have something to find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from audit.model import Audit, Criteria, Response

Change: TypeAlias = Callable[[Audit, Audit | None, Criteria], Audit]
_EVERY = 60
"""Each kind of doubt is met once in so many schools."""


def doubtful(audit: Audit, place: int, neighbour: Audit | None, criteria: Criteria) -> Audit:
    """The audit as a school at such a place gives it: nearly always as it is.

    Args:
        audit: a believable audit.
        place: of the school among the invented ones.
        neighbour: the audit of the school before it for the same year, if there is one.
        criteria: the criteria that it answers.
    """
    change = DOUBTS.get(place % _EVERY)
    return change(audit, neighbour, criteria) if change else audit


def _answered(audit: Audit, change: Callable[[Response], Response]) -> dict[str, Response]:
    """The responses, those that are answered changed."""
    return {
        statement: response if response.not_applicable else change(response)
        for statement, response in audit.responses.items()
    }


def in_minutes(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Everything written and embedded, without evidence, in one sitting of minutes."""
    day = audit.completed_on or dt.date(int(audit.year[:4]) + 1, 7, 1)
    began = dt.datetime.combine(day, dt.time(15, 40))
    return replace(
        audit,
        completed_on=day,
        first_answer_at=began,
        last_answer_at=began + dt.timedelta(minutes=6),
        responses=_answered(audit, lambda _: Response(written="yes", practice=4)),
        actions=(),
    )


def in_the_same_words(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """In place throughout, and the same evidence for all of it."""
    return replace(
        audit,
        responses=_answered(
            audit, lambda answer: replace(answer, written="yes", practice=3, evidence="See our policy.", comment="")
        ),
    )


def with_one_answer(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """The same two answers for every statement."""
    return replace(audit, responses=_answered(audit, lambda _: Response(written="partly", practice=3)), actions=())


def copied(audit: Audit, neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Its own answers, with the evidence of another school."""
    if neighbour is None:
        return audit
    responses = {
        statement: response
        if response.not_applicable
        else replace(response, evidence=neighbour.response(statement).evidence)
        for statement, response in audit.responses.items()
    }
    return replace(audit, responses=responses)


def embedded_unwritten(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Practice called embedded where the policy says nothing."""
    return replace(
        audit,
        responses=_answered(
            audit, lambda answer: answer if answer.written == "yes" else replace(answer, written="no", practice=4)
        ),
    )


DOUBTS: Mapping[int, Change] = {
    7: in_minutes,
    19: in_the_same_words,
    31: with_one_answer,
    43: copied,
    52: embedded_unwritten,
}
"""What a school does, by its place."""
