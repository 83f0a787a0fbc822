"""The database behind the store: its tables, how it is opened, and rows as the model's types."""

from __future__ import annotations

import atexit
import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from audit import sqlite_file
from audit.model import PRACTICE, Audit, AuditHead, FrameworkRef, Practice, Response, School

DEFAULT_FOLDER = Path(__file__).parent.parent / "data"
_PRACTICE_BY_TEXT: Mapping[str, Practice] = {str(value): value for value in PRACTICE}
SCHEMA = 3
"""Number of this layout of the tables, kept in an SQLite file; raise it with each column or table that comes.

Databases of releases before there was a number have 0. A backup of a higher number is of a later release.
"""
_OPEN: WeakSet[sa.Engine] = WeakSet()
metadata = sa.MetaData()

audits = sa.Table(
    "audits",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("urn", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phase", sa.String(20), nullable=False),
    sa.Column("local_authority", sa.String(8), nullable=False),
    sa.Column("year", sa.String(8), nullable=False),
    sa.Column("frameworks", sa.JSON, nullable=False),
    sa.Column("scope", sa.String(20), nullable=False),
    sa.Column("basis", sa.String(20), nullable=False),
    sa.Column("policy_read", sa.Text, nullable=False),
    sa.Column("completed_on", sa.Date),
    sa.Column("page", sa.String(80), nullable=False, default=""),
    sa.Column("touched_at", sa.DateTime, nullable=False),
    sa.Column("carried_from", sa.String(8), nullable=False, server_default=""),
    sa.UniqueConstraint("urn", "year"),
)
responses = sa.Table(
    "responses",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("statement", sa.String(80), primary_key=True),
    sa.Column("written", sa.String(8)),
    sa.Column("practice", sa.String(8)),
    sa.Column("not_applicable", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("of_revision", sa.Integer, nullable=False, server_default="1"),
)
"""``revision`` counts the changes of an answer; ``of_revision`` is the revision of the statement that it answers."""
carried = sa.Table(
    "carried",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("statement", sa.String(80), primary_key=True),
    sa.Column("response", sa.JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("statement", sa.String(80), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("id", sa.String(40), nullable=False, server_default=""),
    sa.Column("since", sa.String(8), nullable=False, server_default=""),
)
history = sa.Table(
    "history",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("audit", sa.ForeignKey("audits.id"), nullable=False, index=True),
    sa.Column("statement", sa.String(80), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("old", sa.JSON, nullable=False),
    sa.Column("new", sa.JSON, nullable=False),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("audit", sa.ForeignKey("audits.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False, server_default=""),
    sa.Column("subject", sa.Text, nullable=False, server_default=""),
    sa.Column("old", sa.JSON(none_as_null=True), server_default=sa.text("'null'")),
    sa.Column("new", sa.JSON(none_as_null=True), server_default=sa.text("'null'")),
)
"""What happened to an audit besides its answers, as data: see `audit.model.Event`. ``what`` holds the words of a note, and
of an event of an earlier release those that it had; one without a kind has not been brought over yet."""
sign_offs = sa.Table(
    "sign_offs",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("sign_off", sa.JSON, nullable=False),
    sa.Column("content", sa.LargeBinary),
)
"""Each version that was signed: what the audit says of it, and the whole content as `audit.signing.as_json` gives it.

The content is blank where an audit came from elsewhere with the history of its sign-offs and without their contents.
"""
editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("edition", sa.String(80), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)
"""The wording of each framework edition that audits of this database were answered with, as JSON."""
benchmarks = sa.Table(
    "benchmarks",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
bin_ = sa.Table(
    "bin",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("deleted_at", sa.DateTime, nullable=False),
)
"""The audits that were deleted, and when (UTC): see `audit.store.bin`."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One line of the list of audits: what it is about, and where its last visitor was."""

    id: str
    school: School
    year: str
    basis: str
    page: str
    touched_at: dt.datetime


def default_url() -> str:
    """The database that the environment names, else an SQLite file in ``data/``."""
    named = os.environ.get("AUDIT_DATABASE_URL")
    if named:
        return named
    sqlite_file.make_private_folder(DEFAULT_FOLDER)
    return f"sqlite:///{DEFAULT_FOLDER / 'audits.sqlite3'}"


def connect(url: str | None) -> sa.Engine:
    """The engine of a database, its tables made if they are not there."""
    engine = sa.create_engine(url or default_url())
    if engine.dialect.name == "sqlite":
        _keep_in_one_file(engine)
        sa.event.listen(engine, "connect", _prepare_sqlite)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # programs that open a new database at once take turns
        metadata.create_all(connection)
        _add_columns(connection)
        if engine.dialect.name == "sqlite":
            number = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
            if number < SCHEMA:
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
        connection.commit()
    return engine


def _keep_in_one_file(engine: sa.Engine) -> None:
    """Makes the database's file private, and its main file whole again after each spell of writing and at the end."""
    file = sqlite_file.named(engine.url.database)
    if file is None:
        return
    sqlite_file.make_private(file)
    log = sqlite_file.LogFolder(file)
    sa.event.listen(engine, "commit", lambda _connection: log.committed())
    sa.event.listen(engine, "engine_disposed", lambda _engine: log.close())
    _OPEN.add(engine)


@atexit.register
def close_all() -> None:
    """Closes every database that is still open when the program ends."""
    for engine in tuple(_OPEN):
        engine.dispose()


def _add_columns(connection: sa.Connection) -> None:
    """Brings a database of an earlier version up to this one: columns that came later, with their defaults.

    A table that lacks other columns too is another program's, and is left alone.
    """
    there = sa.inspect(connection)
    for table in metadata.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        missing = [column for column in table.columns if column.name not in known]
        if all(column.server_default is not None for column in missing):
            for column in missing:
                added = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {added}")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Readers never wait; a commit is on the disk before it is acknowledged; what is deleted is overwritten there."""
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 60000",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def is_there(audit: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """What holds for a row that belongs to an audit which is not in the bin; ``audit`` is the column that names it."""
    return audit.not_in(sa.select(bin_.c.audit))


def head_of(audit: Audit) -> dict[str, Any]:
    """An audit's own columns."""
    head = asdict(audit.head)
    school = head.pop("school")
    del head["first_answer_at"], head["last_answer_at"]  # told by the history of the answers
    return {**school, **head, "carried_from": audit.carried_from}


def head_from(row: sa.RowMapping, first_answer_at: dt.datetime | None, last_answer_at: dt.datetime | None) -> AuditHead:
    """The head of an audit from its row, with the moments that its history tells."""
    return AuditHead(
        school=school_of(row),
        frameworks=tuple(FrameworkRef(**ref) for ref in row["frameworks"]),
        first_answer_at=first_answer_at,
        last_answer_at=last_answer_at,
        **{name: row[name] for name in ("year", "scope", "basis", "policy_read", "completed_on")},
    )


def school_of(row: sa.RowMapping) -> School:
    """The school of a row of audits."""
    return School(urn=row["urn"], name=row["name"], phase=row["phase"], local_authority=row["local_authority"])


def card_of(row: sa.RowMapping) -> Card:
    """A row of audits as a card."""
    return Card(
        id=row["id"],
        school=school_of(row),
        year=row["year"],
        basis=row["basis"],
        page=row["page"],
        touched_at=row["touched_at"],
    )


def response_of(row: sa.RowMapping) -> Response:
    """A row of responses as a response."""
    return Response(
        written=row["written"],
        practice=_PRACTICE_BY_TEXT.get(row["practice"]),
        not_applicable=row["not_applicable"],
        evidence=row["evidence"],
        comment=row["comment"],
    )
