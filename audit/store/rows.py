"""Reads and writes audits as rows of the database, on a connection that the caller has opened.

Events, which are everything that happens to an audit except changes of its answers, are kept as data and never as prose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from audit.model import NO_RESPONSE, NOTE, Action, Audit, Carried, Event, Response, School, SignOff, action_state
from audit.store import schema
from audit.store.schema import ChangedMeanwhile, Gone, SignedOff


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A stored response, and how many times it has been changed."""

    response: Response = NO_RESPONSE
    revision: int = 0


_SIGN_OFF = TypeAdapter(SignOff)
_NO_SPAN = (None, None)
NOT_DELETED = schema.is_there(schema.audits.c.id)
"""The condition that an audit is not in the bin."""


def now() -> dt.datetime:
    """This moment (UTC, without a time zone), as the database keeps it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def head(connection: sa.Connection, audit_id: str) -> sa.RowMapping | None:
    """The row of an audit in the table of audits; None if there is no such audit."""
    query = sa.select(schema.audits).where(schema.audits.c.id == audit_id, NOT_DELETED)
    return connection.execute(query).mappings().first()


def audit_of(connection: sa.Connection, row: sa.RowMapping) -> Audit:
    """The whole audit of a row of the table of audits."""
    return audits_of(connection, [row])[row["id"]]


def audits_of(
    connection: sa.Connection,
    heads: Sequence[sa.RowMapping],
    sign_offs: Mapping[str, tuple[SignOff, ...]] | None = None,
) -> dict[str, Audit]:
    """The whole audits of these rows, by id, read with as many SQL statements for many audits as for one.

    Args:
        connection: a connection that reads.
        heads: their rows in the table of audits.
        sign_offs: what `sign_offs_of` returns for them, if the caller has it already.
    """
    ids = [row["id"] for row in heads]
    responses, revisions = _responses_of(connection, ids)
    plans, carried, spans = _actions_of(connection, ids), _carried_of(connection, ids), _spans_of(connection, ids)
    signed = sign_offs_of(connection, ids) if sign_offs is None else sign_offs
    return {
        row["id"]: Audit(
            **vars(schema.head_from(row, *spans.get(row["id"], _NO_SPAN))),
            responses=responses.get(row["id"], {}),
            actions=plans.get(row["id"], ()),
            carried_from=row["carried_from"],
            carried=carried.get(row["id"], {}),
            revisions=revisions.get(row["id"], {}),
            sign_offs=signed.get(row["id"], ()),
        )
        for row in heads
    }


def _responses_of(
    connection: sa.Connection, ids: Collection[str]
) -> tuple[dict[str, dict[str, Response]], dict[str, dict[str, int]]]:
    """By audit and statement: the responses that are not empty, and the revision of the statement where it is not 1."""
    table = schema.responses
    query = sa.select(table).where(table.c.audit.in_(ids), schema.is_there(table.c.audit))
    responses: dict[str, dict[str, Response]] = {}
    revisions: dict[str, dict[str, int]] = {}
    for row in connection.execute(query).mappings():
        response = schema.response_of(row)
        if response != NO_RESPONSE:
            responses.setdefault(row["audit"], {})[row["statement"]] = response
            if row["of_revision"] != 1:
                revisions.setdefault(row["audit"], {})[row["statement"]] = row["of_revision"]
    return responses, revisions


def _actions_of(connection: sa.Connection, ids: Collection[str]) -> dict[str, tuple[Action, ...]]:
    """The action plan by audit."""
    table = schema.actions
    query = sa.select(table).where(table.c.audit.in_(ids), schema.is_there(table.c.audit))
    plans: dict[str, tuple[Action, ...]] = {}
    for row in connection.execute(query.order_by(table.c.audit, table.c.number)).mappings():
        action = Action(**{name: row[name] for name in Action.__dataclass_fields__})
        plans[row["audit"]] = (*plans.get(row["audit"], ()), action)
    return plans


def _carried_of(connection: sa.Connection, ids: Collection[str]) -> dict[str, dict[str, Carried]]:
    """The answers that the audit began with, by audit and statement."""
    table = schema.carried
    carried: dict[str, dict[str, Carried]] = {}
    for row in connection.execute(sa.select(table).where(table.c.audit.in_(ids))).mappings():
        answer = Carried(response=Response(**row["response"]), revision=row["revision"])
        carried.setdefault(row["audit"], {})[row["statement"]] = answer
    return carried


def _spans_of(
    connection: sa.Connection, ids: Collection[str]
) -> dict[str, tuple[dt.datetime | None, dt.datetime | None]]:
    """By audit, when the first and the last answer were saved, to the minute; none if the first ones came with a workbook.

    Answers from a workbook share one moment, which is not when somebody gave them.
    """
    table = schema.history
    query = sa.select(table.c.audit, table.c.at, sa.func.count()).where(table.c.audit.in_(ids))
    moments: dict[str, list[tuple[dt.datetime, int]]] = {}
    for audit_id, at, answers in connection.execute(query.group_by(table.c.audit, table.c.at)):
        moments.setdefault(audit_id, []).append((at, answers))
    spans = {audit_id: (min(of_audit), max(of_audit)) for audit_id, of_audit in moments.items()}
    return {
        audit_id: (first.replace(second=0, microsecond=0), last.replace(second=0, microsecond=0))
        for audit_id, ((first, answers), (last, _)) in spans.items()
        if answers == 1
    }


def put_whole(connection: sa.Connection, audit_id: str, audit: Audit, *, role: str) -> None:
    """Replaces everything that is stored of an audit; every answer that changes is kept in the history."""
    values = schema.head_of(audit) | {"touched_at": now()}
    connection.execute(schema.audits.update().where(schema.audits.c.id == audit_id).values(**values))
    before, at = stored_responses(connection, audit_id), now()
    for statement in dict.fromkeys((*before, *audit.responses)):
        was, new = before.get(statement, Stored()), audit.response(statement)
        of_revision = audit.revisions.get(statement, 1)
        if was.response != new:
            put_response(connection, audit_id, statement, was, new, of_revision=of_revision, role=role, at=at)
        else:  # the same answer may be to a later revision of its statement
            this_answer = (schema.responses.c.audit == audit_id) & (schema.responses.c.statement == statement)
            connection.execute(schema.responses.update().where(this_answer).values(of_revision=of_revision))
    replace_actions(connection, audit_id, audit.actions, role=role)
    connection.execute(schema.carried.delete().where(schema.carried.c.audit == audit_id))
    put_carried(connection, audit, audit_id)
    for sign_off in audit.sign_offs:
        put_sign_off(connection, audit_id, sign_off, None)


def stored_responses(connection: sa.Connection, audit_id: str, statement: str | None = None) -> dict[str, Stored]:
    """The responses of an audit by statement, with their revisions; only the one of ``statement`` if that is given."""
    table = schema.responses
    query = sa.select(table).where(table.c.audit == audit_id, schema.is_there(table.c.audit))
    if statement is not None:
        query = query.where(table.c.statement == statement)
    return {
        row["statement"]: Stored(response=schema.response_of(row), revision=row["revision"])
        for row in connection.execute(query).mappings()
    }


def put_response(
    connection: sa.Connection,
    audit_id: str,
    statement: str,
    before: Stored,
    new: Response,
    *,
    of_revision: int,
    role: str,
    at: dt.datetime,
) -> Stored | None:
    """Replaces the revision of a response that was read, and appends to the history; None if that revision has changed."""
    values = asdict(new) | {
        "practice": None if new.practice is None else str(new.practice),
        "revision": before.revision + 1,
        "of_revision": of_revision,
    }
    table = schema.responses
    if before.revision == 0:
        try:  # PostgreSQL takes no write lock, so somebody may be first; the savepoint keeps the transaction
            with connection.begin_nested():
                connection.execute(table.insert().values(audit=audit_id, statement=statement, **values))
        except sa.exc.IntegrityError:
            return None
    else:
        as_read = (table.c.audit == audit_id) & (table.c.statement == statement) & (table.c.revision == before.revision)
        if connection.execute(table.update().where(as_read).values(**values)).rowcount != 1:
            return None
    connection.execute(
        schema.history.insert().values(
            audit=audit_id, statement=statement, at=at, role=role, old=asdict(before.response), new=asdict(new)
        )
    )
    return replace(before, response=new, revision=before.revision + 1)


def actions(connection: sa.Connection, audit_id: str) -> tuple[Action, ...]:
    """The action plan of an audit."""
    return _actions_of(connection, [audit_id]).get(audit_id, ())


def replace_actions(connection: sa.Connection, audit_id: str, plan: tuple[Action, ...], *, role: str) -> None:
    """Replaces the stored action plan; each action that the new plan does not hold gets an event."""
    for action in actions(connection, audit_id):
        if action not in plan:
            note(connection, audit_id, role, kind="action replaced", subject=action.id, before=action_state(action))
    put_actions(connection, audit_id, plan)


def put_actions(connection: sa.Connection, audit_id: str, plan: Iterable[Action]) -> None:
    """Replaces the stored action plan, without an event."""
    connection.execute(schema.actions.delete().where(schema.actions.c.audit == audit_id))
    for number, action in enumerate(plan):
        connection.execute(schema.actions.insert().values(audit=audit_id, number=number, **asdict(action)))


def put_carried(connection: sa.Connection, audit: Audit, audit_id: str) -> None:
    """Writes the answers that an audit began with."""
    for statement, answer in audit.carried.items():
        connection.execute(
            schema.carried.insert().values(
                audit=audit_id, statement=statement, response=asdict(answer.response), revision=answer.revision
            )
        )


def sign_offs_of(connection: sa.Connection, ids: Collection[str]) -> dict[str, tuple[SignOff, ...]]:
    """Every signed version by audit, oldest first."""
    table = schema.sign_offs
    query = sa.select(table.c.audit, table.c.sign_off).where(table.c.audit.in_(ids))
    signed: dict[str, tuple[SignOff, ...]] = {}
    for audit_id, sign_off in connection.execute(query.order_by(table.c.audit, table.c.version)):
        signed[audit_id] = (*signed.get(audit_id, ()), _SIGN_OFF.validate_python(sign_off))
    return signed


def put_sign_off(connection: sa.Connection, audit_id: str, sign_off: SignOff, content: bytes | None) -> None:
    """Writes one signed version in place of the stored one. Without content, the stored content is kept."""
    table = schema.sign_offs
    this_version = (table.c.audit == audit_id) & (table.c.version == sign_off.version)
    kept = connection.scalar(sa.select(table.c.content).where(this_version))
    connection.execute(table.delete().where(this_version))
    connection.execute(
        table.insert().values(
            audit=audit_id,
            version=sign_off.version,
            sign_off=_SIGN_OFF.dump_python(sign_off, mode="json"),
            content=kept if content is None else content,
        )
    )


def touch(connection: sa.Connection, audit_id: str) -> None:
    """Notes that an audit was changed now."""
    connection.execute(schema.audits.update().where(schema.audits.c.id == audit_id).values(touched_at=now()))


def in_bin(connection: sa.Connection, audit_id: str) -> bool:
    """Whether an audit was deleted and lies in the bin."""
    query = sa.select(schema.bin_.c.audit).where(schema.bin_.c.audit == audit_id)
    return connection.scalar(query) is not None


def refuse_if_gone(connection: sa.Connection, audit_id: str) -> None:
    """Refuses to write into an audit that does not exist.

    Raises:
        Gone: there is no such audit any more.
    """
    table = schema.audits
    if connection.scalar(sa.select(table.c.id).where(table.c.id == audit_id, NOT_DELETED)) is None:
        raise Gone(audit_id)


def refuse_if_closed(connection: sa.Connection, audit_id: str) -> None:
    """Refuses to change an audit that is signed or does not exist.

    Raises:
        Gone: there is no such audit any more.
        SignedOff: the audit is signed.
    """
    refuse_if_gone(connection, audit_id)
    table = schema.sign_offs
    last = connection.scalars(
        sa.select(table.c.sign_off).where(table.c.audit == audit_id).order_by(table.c.version.desc()).limit(1)
    ).first()
    if last is not None and last["reopened_on"] is None:
        raise SignedOff(audit_id)


def note(
    connection: sa.Connection,
    audit_id: str,
    role: str,
    what: str = "",
    *,
    kind: str = NOTE,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Appends an event to an audit.

    Args:
        connection: a transaction that writes.
        audit_id: which audit.
        role: who did it, as a role.
        what: the words of a note. Any other kind is data, and `audit.school.history_words` turns it into words.
        kind: what sort of event it is.
        subject: what it happened to: the id of an action or statement, or the number of a version.
        before: the state before, as JSON can hold it; None for nothing.
        after: the state after.
    """
    event = Event(at=now(), role=role, kind=kind, subject=subject, before=before, after=after, what=what)
    put_event(connection, audit_id, event)


def note_school(connection: sa.Connection, audit_id: str, role: str, school: School, *, seen: School | None) -> None:
    """Appends an event with what is about to change in the school of an audit, field by field; none if nothing changes.

    Raises:
        ChangedMeanwhile: the stored school is not the one that the person saw.
    """
    row = head(connection, audit_id)
    if row is None:
        return
    was = schema.school_of(row)
    if seen is not None and was != seen:
        raise ChangedMeanwhile(audit_id)
    old, new = asdict(was), asdict(school)
    changed = [name for name in old if old[name] != new[name]]
    if changed:
        before, after = ({name: state[name] for name in changed} for state in (old, new))
        note(connection, audit_id, role, kind="school changed", before=before, after=after)
        touch(connection, audit_id)


def put_event(
    connection: sa.Connection,
    audit_id: str,
    event: Event,
) -> None:
    """Appends an event."""
    connection.execute(
        schema.events.insert().values(
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
    table = schema.events
    query = sa.select(table).where(table.c.audit == audit_id, schema.is_there(table.c.audit)).order_by(table.c.number)
    for row in connection.execute(query).mappings():
        yield event_of(row)


def event_of(row: sa.RowMapping) -> Event:
    """The event of a row.

    An earlier release may still write to the same database. It writes no kind, and its event is a note with its words.
    """
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
    """When each action was last changed to what it is now; an action that no event made so has no entry.

    Args:
        events: the events of the audit, oldest first.
        actions: its action plan now.
    """
    changes = [event for event in events if event.kind in ("action added", "action changed")]
    moments = {}
    for action in actions:
        state = _without_id(action_state(action))
        for event in changes:
            if event.subject in ("", action.id) and _without_id(event.after) == state:
                moments[action] = event.at
    return moments


def _without_id(state: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (state or {}).items() if name != "id"}
