"""What happened to an audit besides its answers: written and read as data, never as prose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from audit import database
from audit.model import NOTE, Action, Event, action_state


def put(
    connection: sa.Connection,
    audit_id: str,
    event: Event,
) -> None:
    """Appends an event."""
    connection.execute(
        database.events.insert().values(
            audit=audit_id,
            at=event.at,
            role=event.role,
            what=event.what,
            kind=event.kind,
            subject=event.subject,
            old=None if event.before is None else dict(event.before),
            new=None if event.after is None else dict(event.after),
        )
    )


def of_audit(connection: sa.Connection, audit_id: str) -> Iterator[Event]:
    """Every event of an audit, oldest first."""
    table = database.events
    query = sa.select(table).where(table.c.audit == audit_id, database.is_there(table.c.audit)).order_by(table.c.number)
    for row in connection.execute(query).mappings():
        yield event_of(row)


def event_of(row: sa.RowMapping) -> Event:
    """A row of events; one that an earlier release has written since is a note of its words."""
    kind = row["kind"] or NOTE
    return Event(
        at=row["at"],
        role=row["role"],
        kind=kind,
        subject=row["subject"],
        before=row["old"],
        after=row["new"],
        what=row["what"] if kind == NOTE else "",
    )


def came_at(events: tuple[Event, ...], actions: tuple[Action, ...]) -> Mapping[Action, dt.datetime]:
    """When each action came to stand as it does; one that no event made so is not among them.

    Args:
        events: of the audit, oldest first.
        actions: its plan as it stands.
    """
    made = [one for one in events if one.kind in ("action added", "action changed")]
    found = {}
    for action in actions:
        state = _without_id(action_state(action))
        moments = [one.at for one in made if one.subject in ("", action.id) and _without_id(one.after) == state]
        found.update({action: moments[-1]} if moments else {})
    return found


def _without_id(state: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (state or {}).items() if name != "id"}
