"""Where audits are kept: every answer in its own transaction, nothing overwritten unseen, every change remembered.

SQLite in ``data/`` by default; the environment variable ``AUDIT_DATABASE_URL`` names another
database. `Store.save` returns only after the commit, so that what is shown as saved is saved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from pydantic import TypeAdapter

from audit import database
from audit.changes import Change, Conflict, merge
from audit.database import Card
from audit.model import Audit, Criteria, Event, Framework, Response, School
from audit.signing import NotIntact, Signed
from audit.store import audit_list, events, rows
from audit.store.audit_list import Listed
from audit.store.bin import Bin
from audit.store.connection import Database
from audit.store.errors import AlreadyThere, NotSaved
from audit.store.plans import Plans
from audit.store.rows import Stored
from audit.store.signed import SignOffs, content_of, current, currents

_FRAMEWORK = TypeAdapter(Framework)
_ROUNDS = 20
"""How often an answer is tried that somebody else changes at that very moment."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """One change of one answer: when (UTC), by which role, from what to what."""

    statement: str
    at: dt.datetime
    role: str
    old: Response
    new: Response


class Store:
    """The audits of one database."""

    def __init__(self, url: str | None = None) -> None:
        self._db = Database(url)
        self.plans = Plans(self._db)
        self.sign_offs = SignOffs(self._db)
        self.bin = Bin(self._db)
        with suppress(NotSaved):  # what is due to go may go the next time
            self.bin.purge()

    def close(self) -> None:
        """Gives back every connection."""
        self._db.engine.dispose()

    def cards(self) -> tuple[Card, ...]:
        """Every audit, the one last touched first."""
        with self._db.reading() as connection:
            return tuple(database.card_of(row) for row in audit_list.heads(connection))

    def listed(self, in_use: Criteria) -> tuple[Listed, ...]:
        """Every audit with what a card shows of it, the one last touched first; see `audit.store.audit_list`."""
        with self._db.reading() as connection:
            return audit_list.listed(connection, in_use)

    def card(self, audit_id: str) -> Card | None:
        """One audit's line; None if there is no such audit."""
        with self._db.reading() as connection:
            row = rows.head(connection, audit_id)
            return None if row is None else database.card_of(row)

    def find(self, urn: str, year: str) -> str | None:
        """The id of the audit of a school and year; None if there is none."""
        with self._db.reading() as connection:
            table = database.audits
            query = sa.select(table.c.id).where(table.c.urn == urn, table.c.year == year, rows.NOT_DELETED)
            return connection.scalar(query)

    def _taken(self, urn: str, year: str) -> AlreadyThere | None:
        """The refusal that names the audit of a school and year, one in the bin too; None if there is none."""
        table = database.audits
        with self._db.reading() as connection:
            there = connection.scalar(sa.select(table.c.id).where(table.c.urn == urn, table.c.year == year))
            return None if there is None else AlreadyThere(there, in_bin=rows.in_bin(connection, there))

    def add(self, audit: Audit, *, criteria: Criteria | None = None, role: str = "") -> str:
        """A new audit with all that it holds; returns its id.

        Args:
            audit: the audit.
            criteria: for a signed audit the criteria that it was signed with, which are kept with it; any others are not.
            role: who adds it, as a role.

        Raises:
            AlreadyThere: there is one of this school and year.
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
        now, head = rows.now(), database.head_of(audit)
        connection.execute(database.audits.insert().values(id=audit_id, **head, page="", touched_at=now))
        for statement, response in audit.responses.items():
            of_revision = audit.revisions.get(statement, 1)
            rows.put_response(
                connection, audit_id, statement, Stored(), response, of_revision=of_revision, role=role, at=now
            )
        rows.put_actions(connection, audit_id, audit.actions)
        rows.put_carried(connection, audit, audit_id)
        for sign_off in audit.sign_offs:
            whole = content_of(audit, criteria) if criteria is not None and sign_off == audit.signed else None
            rows.put_sign_off(connection, audit_id, sign_off, whole)
        after = {"carried_from": audit.carried_from} if audit.carried_from else None
        rows.note(connection, audit_id, role, kind="begun", after=after)

    def load(self, audit_id: str) -> Audit | None:
        """A whole audit; None if there is no such audit. A signed one is as it was when it was signed.

        Raises:
            NotIntact: the database was changed by hand: a signed audit is not what was signed.
        """
        with self._db.reading() as connection:
            return current(connection, audit_id)

    def criteria_of(self, audit_id: str, audit: Audit, at_hand: Criteria) -> Criteria:
        """The criteria of an audit: those that it was signed with, else those at hand, else the edition once kept.

        They hold no framework if its edition is nowhere.
        """
        with suppress(NotIntact):
            if audit.signed is not None and (signed := self.sign_offs.version(audit_id, audit.signed.version)):
                return signed.criteria
        with self._db.reading() as connection:
            return audit_list.criteria_of(connection, {audit.frameworks}, at_hand)[audit.frameworks]

    def keep(self, criteria: Criteria) -> None:
        """Keeps the wording of these editions, so that an audit can still be read when a later one has come."""
        table = database.editions
        with self._db.writing() as connection:
            for framework in criteria.frameworks:
                here = (table.c.id == framework.id) & (table.c.edition == framework.edition)
                content = _FRAMEWORK.dump_json(framework).decode()
                if connection.scalar(sa.select(table.c.content).where(here)) != content:
                    connection.execute(table.delete().where(here))
                    values = {"id": framework.id, "edition": framework.edition, "content": content}
                    connection.execute(table.insert().values(**values))

    def of_school(self, urn: str) -> tuple[tuple[str, Audit], ...]:
        """Every audit of a school with its id, the earliest year first; without one that is not what was signed."""
        table = database.audits
        query = sa.select(table).where(table.c.urn == urn, rows.NOT_DELETED).order_by(table.c.year)
        with self._db.reading() as connection:
            states = currents(connection, connection.execute(query).mappings().all())
        audits = ((audit_id, state.audit if isinstance(state, Signed) else state) for audit_id, state in states.items())
        return tuple((audit_id, audit) for audit_id, audit in audits if isinstance(audit, Audit))

    def stored(self, audit_id: str) -> Mapping[str, Stored]:
        """The stored responses of an audit by statement, with their revisions."""
        with self._db.reading() as connection:
            return rows.stored(connection, audit_id)

    def save(
        self, audit_id: str, statement: str, *, base: Response, mine: Response, of_revision: int = 1, role: str = ""
    ) -> Stored | Conflict:
        """Puts an answer, if nobody changed the same thing meanwhile; returns after the commit.

        Args:
            audit_id: which audit.
            statement: id of the statement.
            base: the response that the person saw before answering.
            mine: the response with the person's answer.
            of_revision: the revision of the statement that the person answers.
            role: who answers, as a role.

        Returns:
            What is stored now, other people's changes included; or a `Conflict`, nothing being stored.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        for _ in range(_ROUNDS):
            with self._db.writing() as connection:
                rows.refuse_if_closed(connection, audit_id)
                now = rows.stored(connection, audit_id, statement).get(statement, Stored())
                merged = merge(base, mine, now.response)
                if isinstance(merged, Conflict) or merged == now.response:
                    return merged if isinstance(merged, Conflict) else now
                put = rows.put_response(
                    connection,
                    audit_id,
                    statement,
                    now,
                    merged,
                    of_revision=of_revision,
                    role=role,
                    at=rows.now(),
                )
                if put is not None:
                    rows.touch(connection, audit_id)
                    connection.commit()
                    return put
                connection.rollback()  # somebody wrote in between: read again
        raise NotSaved("Others changed this answer at every try.")

    def apply(
        self,
        audit_id: str,
        changes: tuple[Change, ...],
        *,
        revisions: Mapping[str, int] = MappingProxyType({}),
        role: str = "",
    ) -> tuple[Change, ...]:
        """Puts the given side of each change, all or none; returns those that no longer fit.

        A change fits as long as the store holds what the person was shown; if any does not, nothing
        is stored, and the person is to be shown the changes afresh.

        Args:
            audit_id: which audit.
            changes: what shall change.
            revisions: the revision of each statement that is answered, where it is not 1.
            role: who answers, as a role.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            stored = rows.stored(connection, audit_id)
            stale = tuple(c for c in changes if stored.get(c.statement, Stored()).response != c.stored)
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
                rows.touch(connection, audit_id)
            return stale

    def stay_at(self, audit_id: str, page: str) -> None:
        """Remembers the question that was last looked at, for the next visit; nothing if the audit is not there."""
        with self._db.writing() as connection:
            connection.execute(database.audits.update().where(database.audits.c.id == audit_id).values(page=page))

    def describe(self, audit_id: str, audit: Audit, *, seen: School | None = None, role: str = "") -> None:
        """Changes what an audit says of the school, its scope and its completion, not its answers.

        Args:
            audit_id: which audit.
            audit: the audit as it shall be.
            seen: the school as this person saw it; None if nothing hangs on it.
            role: who changes it, as a role.

        Raises:
            AlreadyThere: another audit is of that school and year.
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            ChangedMeanwhile: the stored school is not the one that the person saw.
        """
        try:
            with self._db.writing() as connection:
                rows.refuse_if_closed(connection, audit_id)
                rows.note_school(connection, audit_id, role, audit.school, seen=seen)
                table, values = database.audits, database.head_of(audit)
                connection.execute(table.update().where(table.c.id == audit_id).values(**values))
        except sa.exc.IntegrityError as error:
            raise self._taken(audit.school.urn, audit.year) or AlreadyThere(audit_id) from error

    def set_benchmark(self, audit_id: str, *, file: str, data: bytes) -> None:
        """Keeps the authority's benchmark file beside an audit, in place of an earlier one; without bytes, none.

        Raises:
            Gone: there is no such audit any more.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_gone(connection, audit_id)
            connection.execute(database.benchmarks.delete().where(database.benchmarks.c.audit == audit_id))
            if data:
                connection.execute(database.benchmarks.insert().values(audit=audit_id, file=file, data=data))

    def benchmark(self, audit_id: str) -> tuple[str, bytes] | None:
        """Name and bytes of the benchmark file kept beside an audit; None if there is none."""
        table = database.benchmarks
        query = sa.select(table).where(table.c.audit == audit_id, database.is_there(table.c.audit))
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else (row["file"], row["data"])

    def history(self, audit_id: str) -> tuple[Past, ...]:
        """Every change of every answer, oldest first."""
        table = database.history
        query = (
            sa.select(table).where(table.c.audit == audit_id, database.is_there(table.c.audit)).order_by(table.c.number)
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
        """What happened to an audit besides its answers, oldest first."""
        with self._db.reading() as connection:
            return tuple(events.of_audit(connection, audit_id))

    def answered_at(self, audit_id: str) -> tuple[dt.datetime, ...]:
        """When each statement was first answered (UTC), in no order."""
        table = database.history
        query = sa.select(sa.func.min(table.c.at)).where(table.c.audit == audit_id, database.is_there(table.c.audit))
        with self._db.reading() as connection:
            return tuple(connection.scalars(query.group_by(table.c.statement)))
