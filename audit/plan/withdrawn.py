"""Dates that calendars may hold of a plan and that it holds no more: what is removed, undated, or under another URN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from audit.model import Action, Audit, Event
from audit.plan.planning import key_of, keyed


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
                yield event.subject or key_of(action), action


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
