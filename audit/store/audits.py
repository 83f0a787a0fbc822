"""Keeps the audits of schools in a database: their answers, action plans, sign-offs and history, and the bin.

Every answer and every action is saved in one transaction. Nothing that somebody else changed meanwhile is
overwritten, and every change is kept in the history. `Store.save` returns only after the commit, so that what the
screen shows as saved is saved.

The database is SQLite in ``data/``, unless the environment variable ``AUDIT_DATABASE_URL`` names another one.

A deleted audit stays in the bin for some days (see `days_kept`). It can be put back; after that it is removed for good.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

import sqlalchemy as sa
from pydantic import TypeAdapter

from audit.model import NO_RESPONSE, Action, Audit, Criteria, Event, Framework, Response, School, action_state
from audit.school.merge import Conflict, UploadChange, merge
from audit.school.signing import NotIntact, Signed
from audit.store import rows, schema
from audit.store.connection import Database, opened
from audit.store.rows import Stored
from audit.store.schema import AlreadyThere, Card, ChangedMeanwhile, Gone, NotSaved
from audit.store.signed import Listed, SignOffs, audits_listed, content_of, criteria_of, current, currents, heads

_FRAMEWORK = TypeAdapter(Framework)
_MOST_TRIES = 20
"""How often `Store.save` tries again when somebody else writes the same answer between its reading and its writing."""
_DEFAULT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Past:
    """One change of one answer: when (UTC), by which role, the old response and the new one."""

    statement: str
    at: dt.datetime
    role: str
    old: Response
    new: Response


class Store:
    """The audits of one database."""

    def __init__(self, database: Database | str | None = None) -> None:
        self._db = opened(database)
        self.plans = Plans(self._db)
        self.sign_offs = SignOffs(self._db)
        self.bin = Bin(self._db)
        with suppress(NotSaved):  # the audits can be removed the next time
            self.bin.purge()

    def close(self) -> None:
        """Closes every connection."""
        self._db.engine.dispose()

    def cards(self) -> tuple[Card, ...]:
        """Every audit, the most recently changed first."""
        with self._db.reading() as connection:
            return tuple(schema.card_of(row) for row in heads(connection))

    def listed(self, in_use: Criteria) -> tuple[Listed, ...]:
        """Every audit with what its card shows, the most recently changed first; see `audit.store.signed`."""
        with self._db.reading() as connection:
            return audits_listed(connection, in_use)

    def card(self, audit_id: str) -> Card | None:
        """The card of one audit; None if there is no such audit."""
        with self._db.reading() as connection:
            row = rows.head(connection, audit_id)
            return None if row is None else schema.card_of(row)

    def find(self, urn: str, year: str) -> str | None:
        """The id of the audit of a school and year; None if there is none."""
        with self._db.reading() as connection:
            table = schema.audits
            query = sa.select(table.c.id).where(table.c.urn == urn, table.c.year == year, rows.NOT_DELETED)
            return connection.scalar(query)

    def _taken(self, urn: str, year: str) -> AlreadyThere | None:
        """The refusal that names the audit of a school and year, even one in the bin; None if there is none."""
        table = schema.audits
        with self._db.reading() as connection:
            audit_id = connection.scalar(sa.select(table.c.id).where(table.c.urn == urn, table.c.year == year))
            return None if audit_id is None else AlreadyThere(audit_id, in_bin=rows.in_bin(connection, audit_id))

    def add(self, audit: Audit, *, criteria: Criteria | None = None, role: str = "") -> str:
        """Adds a new audit with everything that it holds; returns its id.

        Args:
            audit: the audit.
            criteria: for a signed audit, the criteria that it was signed with. They are kept with it; any other criteria
                are not kept.
            role: who adds it, as a role.

        Raises:
            AlreadyThere: this school already has an audit for this year.
            NotSaved: the database refused.
        """
        audit_id = uuid.uuid4().hex[:12]
        try:
            with self._db.writing() as connection:
                self._insert(connection, audit_id, audit, criteria, role)
        except sa.exc.IntegrityError as error:
            taken = self._taken(audit.school.urn, audit.year)
            if taken is None:
                raise
            raise taken from error
        return audit_id

    def _insert(
        self, connection: sa.Connection, audit_id: str, audit: Audit, criteria: Criteria | None, role: str
    ) -> None:
        now, head = rows.now(), schema.head_of(audit)
        connection.execute(schema.audits.insert().values(id=audit_id, **head, page="", touched_at=now))
        for statement, response in audit.responses.items():
            of_revision = audit.revisions.get(statement, 1)
            rows.put_response(
                connection, audit_id, statement, Stored(), response, of_revision=of_revision, role=role, at=now
            )
        rows.put_actions(connection, audit_id, audit.actions)
        rows.put_carried(connection, audit, audit_id)
        for sign_off in audit.sign_offs:
            content = content_of(audit, criteria) if criteria is not None and sign_off == audit.signed else None
            rows.put_sign_off(connection, audit_id, sign_off, content)
        after = {"carried_from": audit.carried_from} if audit.carried_from else None
        rows.note(connection, audit_id, role, kind="begun", after=after)

    def load(self, audit_id: str) -> Audit | None:
        """A whole audit; None if there is no such audit. A signed one is as it was when it was signed.

        Raises:
            NotIntact: the audit is signed, and the database was changed by hand: its content is not what was signed.
        """
        with self._db.reading() as connection:
            return current(connection, audit_id)

    def criteria_of(self, audit_id: str, audit: Audit, loaded: Criteria) -> Criteria:
        """The criteria of an audit: the ones it was signed with; else the current ones; else the edition kept here.

        A framework whose edition is in none of these places is left out.

        Args:
            audit_id: which audit.
            audit: the audit itself.
            loaded: the criteria in use now.
        """
        with suppress(NotIntact):
            if audit.signed is not None and (signed := self.sign_offs.version(audit_id, audit.signed.version)):
                return signed.criteria
        with self._db.reading() as connection:
            return criteria_of(connection, {audit.frameworks}, loaded)[audit.frameworks]

    def keep(self, criteria: Criteria) -> None:
        """Keeps the wording of these editions, so that an audit can still be read when a later edition is in use."""
        table = schema.editions
        with self._db.writing() as connection:
            for framework in criteria.frameworks:
                this_edition = (table.c.id == framework.id) & (table.c.edition == framework.edition)
                content = _FRAMEWORK.dump_json(framework).decode()
                if connection.scalar(sa.select(table.c.content).where(this_edition)) != content:
                    connection.execute(table.delete().where(this_edition))
                    values = {"id": framework.id, "edition": framework.edition, "content": content}
                    connection.execute(table.insert().values(**values))

    def of_school(self, urn: str) -> tuple[tuple[str, Audit], ...]:
        """Every audit of a school with its id, the earliest year first.

        A signed audit whose content is not what was signed is left out.
        """
        table = schema.audits
        query = sa.select(table).where(table.c.urn == urn, rows.NOT_DELETED).order_by(table.c.year)
        with self._db.reading() as connection:
            states = currents(connection, connection.execute(query).mappings().all())
        audits = ((audit_id, state.audit if isinstance(state, Signed) else state) for audit_id, state in states.items())
        return tuple((audit_id, audit) for audit_id, audit in audits if isinstance(audit, Audit))

    def stored(self, audit_id: str) -> Mapping[str, Stored]:
        """The stored responses of an audit by statement, with their revisions."""
        with self._db.reading() as connection:
            return rows.stored_responses(connection, audit_id)

    def save(
        self,
        audit_id: str,
        statement: str,
        *,
        base: Response,
        mine: Response,
        of_revision: int = 1,
        also: Mapping[str, int] = MappingProxyType({}),
        role: str = "",
    ) -> Stored | Conflict:
        """Saves an answer, unless somebody else changed the same thing meanwhile; returns after the commit.

        Args:
            audit_id: which audit.
            statement: id of the statement.
            base: the response that the person saw before answering.
            mine: the response with the person's answer.
            of_revision: the revision of the statement that the person answers.
            also: the revisions of the statements for which the same answer is stored, since they ask the same in
                another edition.
            role: who answers, as a role.

        Returns:
            What is stored now, including other people's changes; or a `Conflict`, and then nothing was stored.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        for _ in range(_MOST_TRIES):
            with self._db.writing() as connection:
                rows.refuse_if_closed(connection, audit_id)
                stored = rows.stored_responses(connection, audit_id, statement).get(statement, Stored())
                merged = merge(base, mine, stored.response)
                if isinstance(merged, Conflict) or merged == stored.response:
                    return merged if isinstance(merged, Conflict) else stored
                saved = rows.put_response(
                    connection,
                    audit_id,
                    statement,
                    stored,
                    merged,
                    of_revision=of_revision,
                    role=role,
                    at=rows.now(),
                )
                if saved is not None and self._save_also(connection, audit_id, merged, base, also, role):
                    rows.touch(connection, audit_id)
                    connection.commit()
                    return saved
                connection.rollback()  # somebody wrote in between: read again
        raise NotSaved("Others changed this answer at every try.")

    @staticmethod
    def _save_also(
        connection: sa.Connection, audit_id: str, response: Response, base: Response, also: Mapping[str, int], role: str
    ) -> bool:
        """Saves one response for further statements; False if somebody else wrote one of them in between.

        Where a further statement no longer has the answer that the person saw (``base``), it keeps the one that it has.
        """
        for statement, of_revision in also.items():
            before = rows.stored_responses(connection, audit_id, statement).get(statement, Stored())
            if before.response == response or (base != NO_RESPONSE and before.response != base):
                continue
            at = rows.now()
            if not rows.put_response(
                connection, audit_id, statement, before, response, of_revision=of_revision, role=role, at=at
            ):
                return False
        return True

    def apply(
        self,
        audit_id: str,
        changes: tuple[UploadChange, ...],
        *,
        revisions: Mapping[str, int] = MappingProxyType({}),
        plan: tuple[Action, ...] | None = None,
        role: str = "",
    ) -> tuple[UploadChange, ...]:
        """Saves the uploaded side of each change and the uploaded plan, all or none; returns the changes that no longer fit.

        A change fits as long as the store holds what the person was shown. If any change does not fit, nothing
        is stored, and the caller shows the person the changes again.

        Args:
            audit_id: which audit.
            changes: what to change.
            revisions: the revision of each answered statement, where it is not 1.
            plan: the whole action plan, in place of the stored one; None to keep that.
            role: who answers, as a role.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            stored = rows.stored_responses(connection, audit_id)
            stale = tuple(
                change for change in changes if stored.get(change.statement, Stored()).response != change.stored
            )
            if not stale:
                now = rows.now()
                for change in changes:
                    before = stored.get(change.statement, Stored())
                    rows.put_response(
                        connection,
                        audit_id,
                        change.statement,
                        before,
                        change.given,
                        of_revision=revisions.get(change.statement, 1),
                        role=role,
                        at=now,
                    )
                if plan is not None:
                    rows.replace_actions(connection, audit_id, plan, role=role)
                rows.touch(connection, audit_id)
            return stale

    def stay_at(self, audit_id: str, page: str) -> None:
        """Remembers the question that somebody looked at last, for the next visit; does nothing if there is no such audit."""
        with self._db.writing() as connection:
            connection.execute(schema.audits.update().where(schema.audits.c.id == audit_id).values(page=page))

    def describe(self, audit_id: str, audit: Audit, *, seen: School | None = None, role: str = "") -> None:
        """Changes what an audit says about the school, its scope and its completion, but not its answers or criteria.

        Args:
            audit_id: which audit.
            audit: the audit with the new details.
            seen: the school as this person saw it; None if the change does not depend on it.
            role: who changes it, as a role.

        Raises:
            AlreadyThere: that school has another audit for that year.
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            ChangedMeanwhile: the stored school is not the one that the person saw.
        """
        try:
            with self._db.writing() as connection:
                rows.refuse_if_closed(connection, audit_id)
                rows.note_school(connection, audit_id, role, audit.school, seen=seen)
                table, values = schema.audits, schema.head_of(audit)
                del values["frameworks"]  # somebody may have added criteria meanwhile
                connection.execute(table.update().where(table.c.id == audit_id).values(**values))
        except sa.exc.IntegrityError as error:
            raise self._taken(audit.school.urn, audit.year) or AlreadyThere(audit_id) from error

    def add_frameworks(self, audit_id: str, wider: Audit, *, named: str, role: str = "") -> None:
        """Adds frameworks to an audit under way, with the answers that they get from equal statements, all or nothing.

        An answer that somebody else has given to one of these statements meanwhile stays.

        Args:
            audit_id: which audit.
            wider: the audit with the further frameworks, as `audit.school.proposals.with_frameworks` makes it.
            named: the titles of the frameworks that are added, for the log.
            role: who adds them, as a role.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            stored, now = rows.stored_responses(connection, audit_id), rows.now()
            for statement, response in wider.responses.items():
                if stored.get(statement, Stored()).response == NO_RESPONSE != response:
                    before, of_revision = stored.get(statement, Stored()), wider.revisions.get(statement, 1)
                    rows.put_response(
                        connection, audit_id, statement, before, response, of_revision=of_revision, role=role, at=now
                    )
            table, refs = schema.audits, schema.head_of(wider)["frameworks"]
            of_audit = table.c.id == audit_id
            there = connection.scalar(sa.select(table.c.frameworks).where(of_audit)) or ()
            together = [*there, *(ref for ref in refs if ref not in there)]  # somebody may have added others meanwhile
            connection.execute(table.update().where(of_audit).values(frameworks=together))
            rows.note(connection, audit_id, role, kind="criteria added", after={"criteria": named})
            rows.touch(connection, audit_id)

    def set_benchmark(self, audit_id: str, *, file: str, data: bytes) -> None:
        """Keeps the authority's benchmark file with an audit, in place of an earlier one; no bytes remove it.

        Raises:
            Gone: there is no such audit any more.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_gone(connection, audit_id)
            connection.execute(schema.benchmarks.delete().where(schema.benchmarks.c.audit == audit_id))
            if data:
                connection.execute(schema.benchmarks.insert().values(audit=audit_id, file=file, data=data))

    def benchmark(self, audit_id: str) -> tuple[str, bytes] | None:
        """Name and bytes of the benchmark file kept with an audit; None if there is none."""
        table = schema.benchmarks
        query = sa.select(table).where(table.c.audit == audit_id, schema.is_there(table.c.audit))
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else (row["file"], row["data"])

    def history(self, audit_id: str) -> tuple[Past, ...]:
        """Every change of every answer, oldest first."""
        table = schema.history
        query = (
            sa.select(table).where(table.c.audit == audit_id, schema.is_there(table.c.audit)).order_by(table.c.number)
        )
        with self._db.reading() as connection:
            return tuple(
                Past(
                    statement=row["statement"],
                    at=row["at"],
                    role=row["role"],
                    old=Response(**row["old"]),
                    new=Response(**row["new"]),
                )
                for row in connection.execute(query).mappings()
            )

    def events(self, audit_id: str) -> tuple[Event, ...]:
        """Everything that happened to an audit except changes of its answers, oldest first."""
        with self._db.reading() as connection:
            return tuple(rows.of_audit(connection, audit_id))

    def answered_at(self, audit_id: str) -> tuple[dt.datetime, ...]:
        """When each statement was first answered (UTC), in no order."""
        table = schema.history
        query = sa.select(sa.func.min(table.c.at)).where(table.c.audit == audit_id, schema.is_there(table.c.audit))
        with self._db.reading() as connection:
            return tuple(connection.scalars(query.group_by(table.c.statement)))


class Plans:
    """The action plans of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, audit_id: str, action: Action, *, base: Action | None = None, role: str = "") -> Action:
        """Adds an action, or replaces the one that the person saw; returns it as stored, with its id.

        Args:
            audit_id: which audit.
            action: the new action, or the changed one. It gets an id if it has none, and keeps the id that it has.
            base: the action as this person saw it; None for a new one.
            role: who plans, as a role.

        Raises:
            ChangedMeanwhile: the stored action is not the one that the person saw.
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            plan = rows.actions(connection, audit_id)
            if base is None:
                made = action if action.id else replace(action, id=uuid.uuid4().hex[:12])
                rows.put_actions(connection, audit_id, (*plan, made))
                state = action_state(made)
                rows.note(connection, audit_id, role, kind="action added", subject=made.id, after=state)
            else:
                if base not in plan:
                    raise ChangedMeanwhile(audit_id)
                made, place = replace(action, id=base.id or action.id or uuid.uuid4().hex[:12]), plan.index(base)
                rows.put_actions(connection, audit_id, (*plan[:place], made, *plan[place + 1 :]))
                was, state = action_state(base), action_state(made)
                rows.note(connection, audit_id, role, kind="action changed", subject=made.id, before=was, after=state)
            rows.touch(connection, audit_id)
            return made

    def came_at(self, audit_id: str) -> Mapping[Action, dt.datetime]:
        """When each action was last changed to what it is now (UTC); an action that came with a workbook has no entry."""
        with self._db.reading() as connection:
            events = tuple(rows.of_audit(connection, audit_id))
            return rows.came_at(events, rows.actions(connection, audit_id))


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """An audit in the bin: its card, when it was deleted, and when it may be removed for good (both UTC)."""

    card: schema.Card
    at: dt.datetime
    until: dt.datetime


class Bin:
    """The deleted audits of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, audit_id: str, *, now: dt.datetime | None = None) -> None:
        """Deletes an audit: from ``now`` (UTC) on it is only in the bin.

        Raises:
            Gone: there is no such audit, or it is already in the bin.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_gone(connection, audit_id)
            connection.execute(schema.bin_.insert().values(audit=audit_id, deleted_at=now or rows.now()))

    def put_back(self, audit_id: str) -> None:
        """Takes an audit out of the bin, with everything that belongs to it.

        Raises:
            Gone: it is not in the bin.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            if not connection.execute(schema.bin_.delete().where(schema.bin_.c.audit == audit_id)).rowcount:
                raise Gone(audit_id)

    def remove(self, audit_id: str) -> None:
        """Removes an audit in the bin for good, with everything that belongs to it.

        Raises:
            Gone: it is not in the bin.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            if not rows.in_bin(connection, audit_id):
                raise Gone(audit_id)
            _remove(connection, audit_id)

    def purge(self, now: dt.datetime | None = None) -> int:
        """Removes for good the audits whose days in the bin are over at ``now`` (UTC); returns how many."""
        before = (now or rows.now()) - dt.timedelta(days=days_kept())
        old = sa.select(schema.bin_.c.audit).where(schema.bin_.c.deleted_at <= before)
        with self._db.reading() as connection:
            if connection.scalars(old).first() is None:
                return 0
        with self._db.writing() as connection:
            audit_ids = connection.scalars(old).all()
            for audit_id in audit_ids:
                _remove(connection, audit_id)
            return len(audit_ids)

    def all(self) -> tuple[Deleted, ...]:
        """Every audit in the bin, the most recently deleted first."""
        table, kept = schema.bin_, dt.timedelta(days=days_kept())
        query = sa.select(schema.audits, table.c.deleted_at).join(table).order_by(table.c.deleted_at.desc())
        with self._db.reading() as connection:
            return tuple(
                Deleted(card=schema.card_of(row), at=row["deleted_at"], until=row["deleted_at"] + kept)
                for row in connection.execute(query).mappings()
            )


def days_kept() -> int:
    """How many days a deleted audit is kept: ``AUDIT_BIN_DAYS`` if that is a whole number from 0 up, else 30."""
    written = os.environ.get("AUDIT_BIN_DAYS", "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 5 else _DEFAULT_DAYS


def _remove(connection: sa.Connection, audit_id: str) -> None:
    """Deletes an audit's rows from every table that has any; its row in the table of audits goes last."""
    for table in reversed(schema.metadata.sorted_tables):
        if any(key.column is schema.audits.c.id for key in table.foreign_keys):
            connection.execute(table.delete().where(table.c.audit == audit_id))
    connection.execute(schema.audits.delete().where(schema.audits.c.id == audit_id))
