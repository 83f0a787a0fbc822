"""The tables of the database, how it is opened, its rows as types of the model, and what a store refuses.

The SQLite file is private to its user. It is whole in one file whenever nobody writes: SQLite keeps what was written
last in a second file, the write-ahead log (``-wal``), and a copy of the main file alone would lack it. So the log is
written into the main file a moment after the last answer, and when the store is closed.
"""

from __future__ import annotations

import atexit
import datetime as dt
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from audit.model import PRACTICE, Audit, AuditHead, FrameworkRef, Practice, Response, School

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the names of the files that SQLite puts next to a database."""
_PAUSE = 2.0
"""Seconds without a commit after which the log is written into the main file: longer than a pause between two clicks."""
_TRIES = 30  # attempts to write a log that somebody uses; after these it waits for the next commit
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

DEFAULT_FOLDER = Path(__file__).parents[2] / "data"
_PRACTICE_BY_TEXT: Mapping[str, Practice] = {str(value): value for value in PRACTICE}
SCHEMA = 4
"""The version of the tables, kept in the SQLite file. Raise it with every new column or table.

A database of a release without such a number has 0. A backup with a higher number comes from a later release.
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
    sa.Column("as_printed", sa.Boolean, nullable=False, server_default=sa.true()),
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
"""What happened to an audit except changes of its answers, as data: see `audit.model.Event`.

``what`` holds the words of a note. For an event of an earlier release it holds the words of that release. An event
without a kind has not been brought over yet; see `audit.store.connection`.
"""
sign_offs = sa.Table(
    "sign_offs",
    metadata,
    sa.Column("audit", sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("sign_off", sa.JSON, nullable=False),
    sa.Column("content", sa.LargeBinary),
)
"""Each signed version: its sign-off, and its whole content as `audit.school.signing.as_json` writes it.

The content is blank where an audit came from elsewhere with the history of its sign-offs but without their contents.
"""
editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("edition", sa.String(80), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)
"""The wording of each framework edition that audits of this database answer, as JSON."""
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
"""The deleted audits, and when they were deleted (UTC): see `audit.store.audits`."""
collections = sa.Table(
    "collections",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("year", sa.String(8), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("touched_at", sa.DateTime, nullable=False),
)
returned_files = sa.Table(
    "returned_files",
    metadata,
    sa.Column("collection", sa.ForeignKey("collections.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("problem", sa.JSON),
    sa.Column("out", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""``out`` marks the files that were taken out or replaced: they are kept, and can be put back."""
collection_events = sa.Table(
    "collection_events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("collection", sa.ForeignKey("collections.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("collection", sa.ForeignKey("collections.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
chosen_returns = sa.Table(
    "chosen_returns",
    metadata,
    sa.Column("collection", sa.ForeignKey("collections.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
)
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("collection", sa.ForeignKey("collections.id"), primary_key=True),
    sa.Column("urn", sa.String(16), primary_key=True),
    sa.Column("year", sa.String(8), primary_key=True),
    sa.Column("statement", sa.String(80), primary_key=True),
    sa.Column("written", sa.String(8)),
    sa.Column("practice", sa.String(8)),
    sa.Column("note", sa.Text, nullable=False),
)
releases = sa.Table(
    "releases",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("collection", sa.String(32), nullable=False),
    sa.Column("year", sa.String(8), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)
"""Every release: what it shows, for which schools and which versions of their answers; never the answers.

A release is kept when its collection is removed: somebody can still compare its figures with those of later releases.
"""


class AlreadyThere(Exception):
    """This school already has an audit for this year; ``audit_id`` says which, ``in_bin`` whether it was deleted."""

    def __init__(self, audit_id: str, *, in_bin: bool = False) -> None:
        self.audit_id = audit_id
        self.in_bin = in_bin
        super().__init__("It is in the bin: put it back, or delete it for good." if in_bin else audit_id)


class NotSaved(Exception):
    """The database refused to write; nothing was stored."""


class SignedOff(Exception):
    """The audit is signed, so it cannot change; reopen it first, which makes a new version."""


class Gone(Exception):
    """There is no such audit any more, for example after an older backup was restored; nothing was stored."""

    def __init__(self, audit_id: str) -> None:
        self.audit_id = audit_id
        super().__init__("This audit is not there any more.")


class ChangedMeanwhile(Exception):
    """Somebody changed the audit after this person looked at it; nothing was stored."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One audit in the list of audits: what it is about, and the page that was open last."""

    id: str
    school: School
    year: str
    basis: str
    page: str
    touched_at: dt.datetime


def default_url() -> str:
    """The address of the database: the one in ``AUDIT_DATABASE_URL``, else an SQLite file in ``data/``."""
    named = os.environ.get("AUDIT_DATABASE_URL")
    if named:
        return named
    make_private_folder(DEFAULT_FOLDER)
    return f"sqlite:///{DEFAULT_FOLDER / 'audits.sqlite3'}"


def connect(url: str | None) -> sa.Engine:
    """Opens a database and makes the tables that it lacks; returns the engine."""
    engine = sa.create_engine(url or default_url())
    if engine.dialect.name == "sqlite":
        _keep_in_one_file(engine)
        sa.event.listen(engine, "connect", _prepare_sqlite)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "BEGIN IMMEDIATE"
            )  # programs that open a new database at the same time take turns
        metadata.create_all(connection)
        _add_columns(connection)
        if engine.dialect.name == "sqlite":
            number = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
            if number < SCHEMA:
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
        connection.commit()
    return engine


def _keep_in_one_file(engine: sa.Engine) -> None:
    """Makes the database's file private, and writes the log into it after each burst of writing and at the end."""
    file = database_path(engine.url.database)
    if file is None:
        return
    make_private(file)
    log = LogFolder(file)
    sa.event.listen(engine, "commit", lambda _connection: log.committed())
    sa.event.listen(engine, "engine_disposed", lambda _engine: log.close())
    _OPEN.add(engine)


def _add_columns(connection: sa.Connection) -> None:
    """Adds the columns that a database of an earlier version lacks, with their defaults.

    A table that lacks other columns too belongs to another program and is not changed.
    """
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        known = {column["name"] for column in inspector.get_columns(table.name)}
        missing = [column for column in table.columns if column.name not in known]
        if all(column.server_default is not None for column in missing):
            for column in missing:
                definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Sets up SQLite: readers never wait, a commit is on the disk before it returns, and deleted data is overwritten."""
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 60000",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@atexit.register
def close_all() -> None:
    """Closes every database that is still open when the program ends."""
    for engine in tuple(_OPEN):
        engine.dispose()


def is_there(audit: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to an audit that is not in the bin; ``audit`` is the column with the audit's id."""
    return audit.not_in(sa.select(bin_.c.audit))


def head_of(audit: Audit) -> dict[str, Any]:
    """The columns of an audit in the table of audits."""
    head = asdict(audit.head)
    school = head.pop("school")
    del head["first_answer_at"], head["last_answer_at"]  # the history of the answers holds these
    return {**school, **head, "carried_from": audit.carried_from}


def head_from(row: sa.RowMapping, first_answer_at: dt.datetime | None, last_answer_at: dt.datetime | None) -> AuditHead:
    """The head of an audit from its row, with the two moments from its history."""
    return AuditHead(
        school=school_of(row),
        frameworks=tuple(FrameworkRef(**ref) for ref in row["frameworks"]),
        first_answer_at=first_answer_at,
        last_answer_at=last_answer_at,
        **{name: row[name] for name in ("year", "scope", "basis", "policy_read", "completed_on", "as_printed")},
    )


def school_of(row: sa.RowMapping) -> School:
    """The school in a row of the table of audits."""
    return School(urn=row["urn"], name=row["name"], phase=row["phase"], local_authority=row["local_authority"])


def card_of(row: sa.RowMapping) -> Card:
    """A row of the table of audits as a card."""
    return Card(
        id=row["id"],
        school=school_of(row),
        year=row["year"],
        basis=row["basis"],
        page=row["page"],
        touched_at=row["touched_at"],
    )


def response_of(row: sa.RowMapping) -> Response:
    """A row of the table of responses as a response."""
    return Response(
        written=row["written"],
        practice=_PRACTICE_BY_TEXT.get(row["practice"]),
        not_applicable=row["not_applicable"],
        evidence=row["evidence"],
        comment=row["comment"],
    )


def database_path(database: str | None) -> Path | None:
    """The file of a database address; None for a database in memory, or one named as a ``file:`` address."""
    if not database or database == ":memory:" or database.startswith("file:"):
        return None
    return Path(database)


def companion_files(file: Path) -> tuple[Path, ...]:
    """The files that SQLite may put next to a database."""
    return tuple(file.with_name(file.name + tail) for tail in BESIDE)


def make_private_folder(folder: Path) -> None:
    """Makes the product's own folder, which only its user may open; a folder of another user is not changed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _close_to_others(folder, 0o700)


def make_private(file: Path) -> None:
    """Makes the database file private: an empty file if there is none; else the rights of other users are removed.

    The folder is not changed, since it may belong to anybody. SQLite gives the files next to the database the same rights.
    """
    with suppress(OSError):  # the file exists; or it cannot be made, and SQLite says that in a better way
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for path in (file, *companion_files(file)):
        if path.is_file():
            _close_to_others(path, 0o600)


def _close_to_others(path: Path, mode: int) -> None:
    with suppress(OSError):  # the file was deleted meanwhile, or its drive has no access rights
        status = path.stat()
        mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if mine and status.st_mode & _OTHERS:
            path.chmod(mode)


class LogFolder:
    """Writes the log of one database into its main file when there has been no commit for a moment."""

    def __init__(self, file: Path, pause: float = _PAUSE) -> None:
        self._file, self._pause = file, pause
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._last = 0.0
        self._tries = 0

    def committed(self) -> None:
        """Notes that there was a commit just now."""
        self._last, self._tries = time.monotonic(), 0
        with self._lock:
            if self._timer is None:
                self._start(self._pause)

    def close(self) -> None:
        """Writes the log into the main file now, if nobody uses the database."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if self._file.exists():
            fold_log(self._file)

    def _start(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._run)
        self._timer.daemon = True  # the program does not wait for it at its end
        self._timer.start()

    def _run(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            left = self._last + self._pause - time.monotonic()
            if left > 0:
                self._start(left)
                return
            self._timer = None
        if fold_log(self._file):
            return
        with self._lock:  # somebody reads or writes: try again after a pause
            self._tries += 1
            if self._timer is None and self._tries < _TRIES:
                self._start(self._pause)


def fold_log(file: Path) -> bool:
    """Writes the log into the main file, if nobody uses the database; returns whether the main file holds everything.

    It does not wait: a checkpoint that waits for a reader would delay everybody who answers meanwhile.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.Error:
        return not file.exists()
