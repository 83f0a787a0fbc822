"""What actions lead to: coverage if they closed their gaps, answers to give again, gaps without action, dates to withdraw.

- `what_if`: the outcome if planned actions closed their gaps.
- `to_answer`: done actions whose statement should be answered again. `unattended`: gaps that nobody works on.
- `withdrawn`: dates that a calendar may still show and the plan no longer has, because an action was removed, lost its
  date, or belongs to a former URN.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from audit.english import percent, plural
from audit.model import Action, Audit, Criteria, Event, FrameworkRef, Practice, Response
from audit.school.outcome import Outcome, coverage_range, outcome
from audit.school.plan import action_key, is_open_action, keyed, status_of
from audit.school.scoring import kind_of

_REACHED: Practice = 3
"""The level that an action is assumed to reach: the lowest that counts as done."""


def what_if(
    audit: Audit, criteria: Criteria, statements: Iterable[str], framework: FrameworkRef | None = None
) -> Outcome:
    """The outcome that an audit would have if these statements were written and done.

    Each counts as written and at level 3, or stays at level 4. A statement that is not applicable stays so, and one that
    is not in the audit's frameworks is ignored. The result is nobody's audit, so it has no sign-offs.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        statements: ids.
        framework: the one that the outcome is about; None for the first.

    Raises:
        ValueError: none of the frameworks that the audit answers is loaded.
    """
    answered = criteria.of(audit.frameworks)
    reached = {
        statement: _closed(audit.response(statement))
        for statement in statements
        if statement in answered and not audit.response(statement).not_applicable
    }
    return outcome(replace(audit, responses={**audit.responses, **reached}, sign_offs=()), criteria, framework)


def _closed(response: Response) -> Response:
    return replace(response, written="yes", practice=response.practice if response.is_in_place else _REACHED)


def choices(now: Outcome) -> Mapping[str, Action]:
    """The open actions that could raise coverage, by key: those for a gap in a recommended statement."""
    gaps = set(now.gaps["statement"])
    return {
        key: action
        for key, action in keyed(now.audit.actions).items()
        if is_open_action(action) and action.statement in gaps
    }


def what_if_in_words(now: Outcome, then: Outcome) -> str:
    """What the ticked actions would change, in one or two sentences."""
    more = int(then.overall["met"]) - int(now.overall["met"])
    if not more:
        return f"{now.coverage_called} is {coverage_range(now.overall)} now. Tick actions to see what they would bring."
    return (
        f"{now.coverage_called} would be {coverage_range(then.overall)}; it is {coverage_range(now.overall)} now. "
        f"{plural(more, 'more recommended statement')} would be met."
    )


def what_if_table(now: Outcome, then: Outcome) -> pd.DataFrame:
    """Met, coverage at least and at most, written and done: one row each, with the figure now and afterwards."""
    rows = (
        ("Recommended statements met", "met", _of),
        (f"{now.coverage_called}, at least", "met", percent),
        (f"{now.coverage_called}, at most", "can_be_met", percent),
        ("Written in the policy", "written_yes", _of),
        ("Done in practice", "practice_in_place", _of),
    )
    shown = [
        (name, *(figure(int(result.overall[column]), int(result.overall["applicable"])) for result in (now, then)))
        for name, column, figure in rows
    ]
    return pd.DataFrame(shown, columns=["What is counted", "Now", "With these actions done"])


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def to_answer(
    audit: Audit,
    criteria: Criteria,
    *,
    came_at: Mapping[Action, dt.datetime] = MappingProxyType({}),
    answered_at: Mapping[str, dt.datetime] = MappingProxyType({}),
) -> tuple[Action, ...]:
    """Done actions that need a new answer: their statement is asked, is not met, and has not been answered since.

    Args:
        audit: the audit. Actions never change its answers.
        criteria: the criteria that it answers.
        came_at: when each action got its present state; one that is missing needs an answer until its statement is met.
        answered_at: when each statement was last answered.
    """

    def calls(action: Action) -> bool:
        if status_of(action) != "Done" or action.statement not in criteria:
            return False
        if not audit.is_for(criteria[action.statement].statement):
            return False
        done_at, last_answer = came_at.get(action), answered_at.get(action.statement)
        is_answered_since = done_at is not None and last_answer is not None and last_answer > done_at
        return not is_answered_since and kind_of(audit.response(action.statement)) not in ("met", "not_applicable")

    return tuple(action for action in audit.actions if calls(action))


def unattended(result: Outcome, waiting: tuple[Action, ...]) -> pd.DataFrame:
    """The rows of GAPS that nobody works on: they have no open action, and no done action that needs a new answer.

    Args:
        result: the outcome of the audit.
        waiting: the done actions that need a new answer.
    """
    at_work = {action.statement for action in (*filter(is_open_action, result.audit.actions), *waiting)}
    return result.gaps[~result.gaps["statement"].isin(at_work)].reset_index(drop=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """An entry that an earlier calendar file may have added and that a later file must cancel.

    Attributes:
        urn: the school's URN at the time of the entry.
        key: the key of the action, see `audit.school.plan.keyed`.
        action: the action in its last state with a date.
    """

    urn: str
    key: str
    action: Action


def withdrawn(audit: Audit, events: Sequence[Event]) -> tuple[Withdrawn, ...]:
    """Actions that had a date, as far as events show, and have none now under the school's URN.

    Events of an earlier release that kept only words show no date.

    Args:
        audit: the current audit.
        events: what happened to it, oldest first.
    """
    planned = {key: action for key, action in keyed(audit.actions).items() if action.due is not None}
    dated = dict(_dated(events)) | planned
    added = {event.subject: place for place, event in enumerate(events) if event.kind == "action added"}
    gone = [
        Withdrawn(urn=audit.school.urn, key=key, action=action) for key, action in dated.items() if key not in planned
    ]
    for urn, until in _former_urns(audit, events).items():
        at_that_urn = {key: action for key, action in dated.items() if added.get(key, -1) < until}
        gone += [Withdrawn(urn=urn, key=key, action=action) for key, action in at_that_urn.items()]
    return tuple(gone)


def _dated(events: Sequence[Event]) -> Iterator[tuple[str, Action]]:
    """Every state of an action that had a date: the action's key, and the action."""
    for event in events:
        if event.kind not in ("action added", "action changed", "action replaced"):
            continue
        for state in (event.before, event.after):
            if state is not None and state.get("due"):
                action = _action(state)
                yield event.subject or action_key(action), action


def _action(state: Mapping[str, Any]) -> Action:
    """The action in a state that `audit.model.action_state` made; it must have a date."""
    values = {item.name: state[item.name] for item in fields(Action) if item.name in state}
    return Action(**values | {"due": dt.date.fromisoformat(state["due"])})


def _former_urns(audit: Audit, events: Sequence[Event]) -> Mapping[str, int]:
    """The former URNs of the audit, each with the index of the event that last changed it."""
    urns = {
        str(event.before["urn"]): place
        for place, event in enumerate(events)
        if event.kind == "school changed"
        and event.before
        and event.after
        and event.before.get("urn") != event.after.get("urn")
    }
    return {urn: place for urn, place in urns.items() if urn != audit.school.urn}
