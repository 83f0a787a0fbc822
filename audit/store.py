"""Where audits are kept: every answer in its own transaction, nothing overwritten unseen, every change remembered.

SQLite in ``data/`` by default; the environment variable ``AUDIT_DATABASE_URL`` names another
database. `Store.save` returns only after the commit, so that what is shown as saved is saved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from audit import database
from audit.changes import Change, Conflict, merge
from audit.database import Card
from audit.model import NO_RESPONSE, Action, Audit, FrameworkRef, Response


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A response as it is stored, with the number of times that it has been changed."""

    response: Response = NO_RESPONSE
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class Past:
    """One change of one answer: when (UTC), by which role, from what to what."""

    statement: str
    at: dt.datetime
    role: str
    old: Response
    new: Response


class AlreadyThere(Exception):
    """There is an audit of this school and year already; ``audit_id`` says which."""

    def __init__(self, audit_id: str) -> None:
        self.audit_id = audit_id
        super().__init__(audit_id)


class NotSaved(Exception):
    """The database refused; nothing of the answer was stored."""


class Store:
    """The audits of one database."""

    def __init__(self, url: str | None = None) -> None:
        self._engine = database.connect(url)

    def close(self) -> None:
        """Gives back every connection."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; SQLite takes its write lock at once, so that what is read stays true."""
        try:
            with self._engine.connect() as connection:
                if self._engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.OperationalError as error:
            raise NotSaved("The database did not take the answer.") from error

    def cards(self) -> tuple[Card, ...]:
        """Every audit, the one last touched first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(database.audits).order_by(database.audits.c.touched_at.desc(), database.audits.c.id)
            )
            return tuple(database.card_of(row) for row in rows.mappings())

    def card(self, audit_id: str) -> Card | None:
        """One audit's line; None if there is no such audit."""
        with self._engine.connect() as connection:
            row = (
                connection.execute(sa.select(database.audits).where(database.audits.c.id == audit_id))
                .mappings()
                .first()
            )
            return None if row is None else database.card_of(row)

    def find(self, urn: str, year: str) -> str | None:
        """The id of the audit of a school and year; None if there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(
                sa.select(database.audits.c.id).where(database.audits.c.urn == urn, database.audits.c.year == year)
            )

    def add(self, audit: Audit, *, role: str = "") -> str:
        """A new audit, with its responses and actions; returns its id.

        Raises:
            AlreadyThere: there is one of this school and year.
            NotSaved: the database refused.
        """
        audit_id = uuid.uuid4().hex[:12]
        try:
            with self._writing() as connection:
                now = _now()
                connection.execute(
                    database.audits.insert().values(id=audit_id, **database.head_of(audit), page="", touched_at=now)
                )
                for statement, response in audit.responses.items():
                    self._put(connection, audit_id, statement, Stored(), response, role, now)
                for number, action in enumerate(audit.actions):
                    connection.execute(
                        database.actions.insert().values(audit=audit_id, number=number, **asdict(action))
                    )
        except sa.exc.IntegrityError as error:
            there = self.find(audit.school.urn, audit.year)
            if there is None:
                raise
            raise AlreadyThere(there) from error
        return audit_id

    def load(self, audit_id: str) -> Audit | None:
        """A whole audit; None if there is no such audit."""
        with self._engine.connect() as connection:
            row = (
                connection.execute(sa.select(database.audits).where(database.audits.c.id == audit_id))
                .mappings()
                .first()
            )
            if row is None:
                return None
            actions = connection.execute(
                sa.select(database.actions)
                .where(database.actions.c.audit == audit_id)
                .order_by(database.actions.c.number)
            ).mappings()
            given = {name: stored.response for name, stored in self._stored(connection, audit_id).items()}
            first, last = self._span(connection, audit_id)
            return Audit(
                school=database.school_of(row),
                year=row["year"],
                frameworks=tuple(FrameworkRef(**ref) for ref in row["frameworks"]),
                scope=row["scope"],
                basis=row["basis"],
                policy_read=row["policy_read"],
                completed_on=row["completed_on"],
                first_answer_at=first,
                last_answer_at=last,
                responses={name: response for name, response in given.items() if response != NO_RESPONSE},
                actions=tuple(Action(**{k: a[k] for k in Action.__dataclass_fields__}) for a in actions),
            )

    def stored(self, audit_id: str) -> Mapping[str, Stored]:
        """The stored responses of an audit by statement, with their revisions."""
        with self._engine.connect() as connection:
            return self._stored(connection, audit_id)

    def save(
        self, audit_id: str, statement: str, *, base: Response, mine: Response, role: str = ""
    ) -> Stored | Conflict:
        """Puts an answer, if nobody changed the same thing meanwhile; returns after the commit.

        Args:
            audit_id: which audit.
            statement: id of the statement.
            base: the response that the person saw before answering.
            mine: the response with the person's answer.
            role: who answers, as a role.

        Returns:
            What is stored now, other people's changes included; or a `Conflict`, nothing being stored.

        Raises:
            NotSaved: the database refused.
        """
        while True:
            with self._writing() as connection:
                now = self._stored(connection, audit_id, statement).get(statement, Stored())
                merged = merge(base, mine, now.response)
                if isinstance(merged, Conflict) or merged == now.response:
                    return merged if isinstance(merged, Conflict) else now
                put = self._put(connection, audit_id, statement, now, merged, role, _now())
                if put is not None:
                    connection.execute(
                        database.audits.update().where(database.audits.c.id == audit_id).values(touched_at=_now())
                    )
                    connection.commit()
                    return put
                connection.rollback()  # somebody wrote in between: read again

    def apply(self, audit_id: str, changes: tuple[Change, ...], *, role: str = "") -> tuple[Change, ...]:
        """Puts the given side of each change, all or none; returns those that no longer fit.

        A change fits as long as the store holds what the person was shown; if any does not, nothing
        is stored, and the person is to be shown the changes afresh.
        """
        with self._writing() as connection:
            stored = self._stored(connection, audit_id)
            stale = tuple(c for c in changes if stored.get(c.statement, Stored()).response != c.stored)
            if not stale:
                now = _now()
                for change in changes:
                    before = stored.get(change.statement, Stored())
                    self._put(connection, audit_id, change.statement, before, change.given, role, now)
                connection.execute(
                    database.audits.update().where(database.audits.c.id == audit_id).values(touched_at=now)
                )
            return stale

    def stay_at(self, audit_id: str, page: str) -> None:
        """Remembers the question that was last looked at, for the next visit."""
        with self._writing() as connection:
            connection.execute(database.audits.update().where(database.audits.c.id == audit_id).values(page=page))

    def describe(self, audit_id: str, audit: Audit) -> None:
        """Changes what an audit says of the school, its scope and its completion, not its answers.

        Raises:
            AlreadyThere: another audit is of that school and year.
        """
        try:
            with self._writing() as connection:
                connection.execute(
                    database.audits.update().where(database.audits.c.id == audit_id).values(**database.head_of(audit))
                )
        except sa.exc.IntegrityError as error:
            raise AlreadyThere(self.find(audit.school.urn, audit.year) or audit_id) from error

    def set_actions(self, audit_id: str, actions: tuple[Action, ...]) -> None:
        """Puts the whole action plan of an audit."""
        with self._writing() as connection:
            connection.execute(database.actions.delete().where(database.actions.c.audit == audit_id))
            for number, action in enumerate(actions):
                connection.execute(database.actions.insert().values(audit=audit_id, number=number, **asdict(action)))

    def set_benchmark(self, audit_id: str, *, file: str, data: bytes) -> None:
        """Keeps the authority's benchmark file beside an audit, in place of an earlier one; without bytes, none."""
        with self._writing() as connection:
            connection.execute(database.benchmarks.delete().where(database.benchmarks.c.audit == audit_id))
            if data:
                connection.execute(database.benchmarks.insert().values(audit=audit_id, file=file, data=data))

    def benchmark(self, audit_id: str) -> tuple[str, bytes] | None:
        """Name and bytes of the benchmark file kept beside an audit; None if there is none."""
        query = sa.select(database.benchmarks).where(database.benchmarks.c.audit == audit_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else (row["file"], row["data"])

    def history(self, audit_id: str) -> tuple[Past, ...]:
        """Every change of every answer, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(database.history)
                .where(database.history.c.audit == audit_id)
                .order_by(database.history.c.number)
            ).mappings()
            return tuple(
                Past(
                    statement=row["statement"],
                    at=row["at"],
                    role=row["role"],
                    old=Response(**row["old"]),
                    new=Response(**row["new"]),
                )
                for row in rows
            )

    def answered_at(self, audit_id: str) -> tuple[dt.datetime, ...]:
        """When each statement was first answered (UTC), in no order."""
        first = sa.func.min(database.history.c.at)
        with self._engine.connect() as connection:
            query = sa.select(first).where(database.history.c.audit == audit_id).group_by(database.history.c.statement)
            return tuple(connection.scalars(query))

    def _stored(self, connection: sa.Connection, audit_id: str, statement: str | None = None) -> dict[str, Stored]:
        query = sa.select(database.responses).where(database.responses.c.audit == audit_id)
        if statement is not None:
            query = query.where(database.responses.c.statement == statement)
        return {
            row["statement"]: Stored(response=database.response_of(row), revision=row["revision"])
            for row in connection.execute(query).mappings()
        }

    def _span(self, connection: sa.Connection, audit_id: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """When the first answer and the last were saved, to the minute; unknown if a workbook brought the first ones.

        Answers that a workbook brings share one moment, which is not when they were given.
        """
        at = database.history.c.at
        moments = connection.execute(
            sa.select(at, sa.func.count()).where(database.history.c.audit == audit_id).group_by(at).order_by(at)
        ).all()
        if not moments or moments[0][1] > 1:
            return None, None
        return moments[0][0].replace(second=0, microsecond=0), moments[-1][0].replace(second=0, microsecond=0)

    def _put(
        self,
        connection: sa.Connection,
        audit_id: str,
        statement: str,
        now: Stored,
        new: Response,
        role: str,
        at: dt.datetime,
    ) -> Stored | None:
        """Writes a response over the revision that was read; None if that revision is gone."""
        values = asdict(new) | {
            "practice": None if new.practice is None else str(new.practice),
            "revision": now.revision + 1,
        }
        if now.revision == 0:
            try:  # on a database without a write lock somebody may be first; the savepoint keeps the transaction
                with connection.begin_nested():
                    connection.execute(
                        database.responses.insert().values(audit=audit_id, statement=statement, **values)
                    )
            except sa.exc.IntegrityError:
                return None
        else:
            done = connection.execute(
                database.responses.update()
                .where(
                    database.responses.c.audit == audit_id,
                    database.responses.c.statement == statement,
                    database.responses.c.revision == now.revision,
                )
                .values(**values)
            )
            if done.rowcount != 1:
                return None
        connection.execute(
            database.history.insert().values(
                audit=audit_id, statement=statement, at=at, role=role, old=asdict(now.response), new=asdict(new)
            )
        )
        return replace(now, response=new, revision=now.revision + 1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
