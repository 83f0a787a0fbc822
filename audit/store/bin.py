"""The bin: an audit that was deleted lies here for some days, can be put back, and is then gone for good."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass

import sqlalchemy as sa

from audit import database
from audit.store import rows
from audit.store.connection import Database
from audit.store.errors import Gone

_DEFAULT_DAYS = 30


def days_kept() -> int:
    """How many days a deleted audit is kept: ``AUDIT_BIN_DAYS`` if that is a whole number from 0 up, else 30."""
    written = os.environ.get("AUDIT_BIN_DAYS", "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 5 else _DEFAULT_DAYS


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """An audit in the bin: its line, when it was deleted, and from when on it may be gone for good (both UTC)."""

    card: database.Card
    at: dt.datetime
    until: dt.datetime


class Bin:
    """The deleted audits of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, audit_id: str, *, now: dt.datetime | None = None) -> None:
        """Deletes an audit: it is in the bin from ``now`` (UTC) on, and nowhere else to be found.

        Raises:
            Gone: there is no such audit, or it is in the bin already.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_gone(connection, audit_id)
            connection.execute(database.bin_.insert().values(audit=audit_id, deleted_at=now or rows.now()))

    def put_back(self, audit_id: str) -> None:
        """Takes an audit out of the bin, with all that it had.

        Raises:
            Gone: it is not in the bin.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            if not connection.execute(database.bin_.delete().where(database.bin_.c.audit == audit_id)).rowcount:
                raise Gone(audit_id)

    def remove(self, audit_id: str) -> None:
        """Removes an audit in the bin for good, with everything that is kept of it.

        Raises:
            Gone: it is not in the bin.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            if not rows.in_bin(connection, audit_id):
                raise Gone(audit_id)
            _remove(connection, audit_id)

    def purge(self, now: dt.datetime | None = None) -> int:
        """Removes for good what has lain in the bin for its days at ``now`` (UTC); returns how many audits."""
        before = (now or rows.now()) - dt.timedelta(days=days_kept())
        old = sa.select(database.bin_.c.audit).where(database.bin_.c.deleted_at <= before)
        with self._db.reading() as connection:
            if connection.scalars(old).first() is None:
                return 0
        with self._db.writing() as connection:
            gone = connection.scalars(old).all()
            for audit_id in gone:
                _remove(connection, audit_id)
            return len(gone)

    def all(self) -> tuple[Deleted, ...]:
        """What is in the bin, the one last deleted first."""
        table, kept = database.bin_, dt.timedelta(days=days_kept())
        query = sa.select(database.audits, table.c.deleted_at).join(table).order_by(table.c.deleted_at.desc())
        with self._db.reading() as connection:
            return tuple(
                Deleted(card=database.card_of(row), at=row["deleted_at"], until=row["deleted_at"] + kept)
                for row in connection.execute(query).mappings()
            )


def _remove(connection: sa.Connection, audit_id: str) -> None:
    """Deletes an audit's rows from every table that has any, its own row last."""
    for table in reversed(database.metadata.sorted_tables):
        if any(key.column is database.audits.c.id for key in table.foreign_keys):
            connection.execute(table.delete().where(table.c.audit == audit_id))
    connection.execute(database.audits.delete().where(database.audits.c.id == audit_id))
