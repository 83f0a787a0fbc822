"""What K coverage would be if planned actions closed their gaps.

Dates that calendars may hold of a plan and that it holds no more: what is removed, undated, or under another URN.

What a plan leaves open: answers that a done action calls for, and gaps that nobody works on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from audit.english import percent, plural
from audit.model import Action, Audit, Criteria, Event, Practice, Response
from audit.school.outcome import Outcome, coverage_range, outcome
from audit.school.plan import action_key, is_open_action, keyed, status_of
from audit.school.scoring import kind_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """An entry that an earlier calendar file may have brought, and that a later one has to take back.

    Attributes:
        urn: of the school, as it was given when the entry could be made.
        key: of the action, as `keyed` gives it.
        action: the action as it last stood with a date.
    """

    urn: str
    key: str
    action: Action


def withdrawn(audit: Audit, events: Sequence[Event]) -> tuple[Withdrawn, ...]:
    """What the plan once had a date for, as far as its events tell, and has none now under the school's URN.

    An event of an earlier release of which only words are left tells no date.

    Args:
        audit: the audit as it stands.
        events: what happened to it, oldest first.
    """
    now = {key: action for key, action in keyed(audit.actions).items() if action.due is not None}
    dated = dict(_dated(events)) | now
    added = {one.subject: place for place, one in enumerate(events) if one.kind == "action added"}
    gone = [Withdrawn(urn=audit.school.urn, key=key, action=action) for key, action in dated.items() if key not in now]
    for urn, until in _former_urns(audit, events).items():
        known = {key: action for key, action in dated.items() if added.get(key, -1) < until}
        gone += [Withdrawn(urn=urn, key=key, action=action) for key, action in known.items()]
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
    """The action of a state with a date, as `audit.model.action_state` gives it."""
    known = {one.name: state[one.name] for one in fields(Action) if one.name in state}
    return Action(**known | {"due": dt.date.fromisoformat(state["due"])})


def _former_urns(audit: Audit, events: Sequence[Event]) -> Mapping[str, int]:
    """The URNs that the audit had before, each with the place of the event that last changed it."""
    found = {
        str(one.before["urn"]): place
        for place, one in enumerate(events)
        if one.kind == "school changed" and one.before and one.after and one.before.get("urn") != one.after.get("urn")
    }
    return {urn: place for urn, place in found.items() if urn != audit.school.urn}


def to_answer(
    audit: Audit,
    criteria: Criteria,
    *,
    came_at: Mapping[Action, dt.datetime] = MappingProxyType({}),
    answered_at: Mapping[str, dt.datetime] = MappingProxyType({}),
) -> tuple[Action, ...]:
    """Done actions that call for a new answer: their statement is not met, and has not been answered since.

    Args:
        audit: the audit. No action ever changes its answers.
        criteria: the criteria that it answers.
        came_at: when actions came to be as they are; one that is missing calls until its statement is met.
        answered_at: when each statement was last answered.
    """

    def calls(action: Action) -> bool:
        if status_of(action) != "Done" or action.statement not in criteria:
            return False
        done, answered = came_at.get(action), answered_at.get(action.statement)
        since = done is not None and answered is not None and answered > done
        return not since and kind_of(audit.response(action.statement)) not in ("met", "not_applicable")

    return tuple(action for action in audit.actions if calls(action))


def unattended(result: Outcome, waiting: tuple[Action, ...]) -> pd.DataFrame:
    """The rows of GAPS that nobody works on: with no open action, and none whose new answer is waited for.

    Args:
        result: the outcome of the audit.
        waiting: the done actions that call for a new answer.
    """
    at_work = {action.statement for action in (*filter(is_open_action, result.audit.actions), *waiting)}
    return result.gaps[~result.gaps["statement"].isin(at_work)].reset_index(drop=True)


_REACHED: Practice = 3
"""The level that an action is taken to reach: the lowest that counts as done."""


def what_if(audit: Audit, criteria: Criteria, statements: Iterable[str]) -> Outcome:
    """The outcome that an audit would have if these statements were written and done.

    Each is taken as written and at level 3, or at level 4 where it is there already. One that is not applicable stays
    so, and one that the audit does not ask is left out. What comes back is nobody's audit, so it is not a signed one.

    Raises:
        ValueError: none of the frameworks that the audit answers is at hand.
    """
    own = criteria.of(audit.frameworks)
    reached = {s: _closed(audit.response(s)) for s in statements if s in own and not audit.response(s).not_applicable}
    return outcome(replace(audit, responses={**audit.responses, **reached}, sign_offs=()), criteria)


def _closed(response: Response) -> Response:
    return replace(response, written="yes", practice=response.practice if response.is_in_place else _REACHED)


def choices(now: Outcome) -> Mapping[str, Action]:
    """The open actions that could bring something, by their keys: those for a gap of a recommended statement."""
    there = set(now.gaps["statement"])
    return {key: a for key, a in keyed(now.audit.actions).items() if is_open_action(a) and a.statement in there}


def what_if_in_words(now: Outcome, then: Outcome) -> str:
    """What the ticked actions would bring, in one sentence."""
    more = int(then.overall["met"]) - int(now.overall["met"])
    if not more:
        return f"K coverage is {coverage_range(now.overall)} now. Tick actions to see what they would bring."
    return (
        f"K coverage would be {coverage_range(then.overall)}; it is {coverage_range(now.overall)} now. "
        f"{plural(more, 'more recommended statement')} would be met."
    )


def what_if_table(now: Outcome, then: Outcome) -> pd.DataFrame:
    """Met, K coverage with its ends, written and done: one row each, in words; columns now and then."""
    rows = (
        ("Recommended statements met", "met"),
        ("K coverage, at least", "met"),
        ("K coverage, at most", "can_be_met"),
        ("Written in the policy", "written_yes"),
        ("Done in practice", "practice_in_place"),
    )
    shown = [(name, *(_figure(result, column, name) for result in (now, then))) for name, column in rows]
    return pd.DataFrame(shown, columns=["What is counted", "Now", "With these actions done"])


def _figure(result: Outcome, column: str, name: str) -> str:
    part, of = int(result.overall[column]), int(result.overall["applicable"])
    return percent(part, of) if name.startswith("K coverage") else f"{part} of {of}"
