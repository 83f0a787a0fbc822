"""Copies of an SQLite database: made by SQLite itself, looked at whole, and given their name in one step."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa

from audit import database, sqlite_file
from audit.problems import Problem, UnusableFile

_NEEDED = (database.audits, database.responses, database.actions, database.history)
_PATIENCE = 10.0  # seconds to wait for a database that is locked
_TRIES = 40  # of a quarter of a second each
DAMAGED = "The database in this file is damaged or was cut short."
IN_USE = Problem(
    where="Store",
    what="The app or another program has the database open, so nothing was changed.",
    fix="Stop the app: press Ctrl+C in the window where it runs. Then try again.",
)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a database holds: how many audits, and how many collections of returns."""

    audits: int
    collections: int


def database_file(url: str | None) -> Path:
    """The file of the database.

    Raises:
        UnusableFile: it is in no file of its own.
    """
    try:
        parsed = sa.make_url(url or database.default_url())
    except (sa.exc.ArgumentError, OSError) as error:
        refuse("Store", f"The database cannot be used: {error}.", "Check AUDIT_DATABASE_URL.")
    if parsed.get_backend_name() != "sqlite":
        what = f"The audits are kept in a database of another kind ({parsed.get_backend_name()}), which has tools of its own."
        refuse("Store", what, "For PostgreSQL, back up with pg_dump and restore with pg_restore.")
    file = sqlite_file.named(parsed.database)
    if file is None:
        fix = "Name it in AUDIT_DATABASE_URL as sqlite:/// and the path of the file."
        refuse("Store", "The database is not named as a file.", fix)
    return file.resolve()


def refuse(where: str, what: str, fix: str) -> NoReturn:
    """Ends a job with the one problem that stands in its way."""
    raise UnusableFile([Problem(where=where, what=what, fix=fix)])


@contextmanager
def told(where: str, fix: str) -> Iterator[None]:
    """What SQLite or the system refuses, as a problem."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise UnusableFile([IN_USE]) from error
        refuse(where, f"The database cannot be written: {error}.", fix)
    except sqlite3.DatabaseError as error:
        refuse("Store", f"The database is damaged: {error}.", "Restore the last backup of it.")
    except OSError as error:
        refuse(where, f"The file cannot be written: {error.strerror or error}.", fix)


def contents_of(file: Path, where: str) -> Contents:
    """What a database holds, once it is known to be whole and ours.

    Raises:
        UnusableFile: it is damaged, another program's, or of a later release.
    """
    try:
        with closing(open_database(file)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                refuse(where, DAMAGED, "Use another backup.")
            _refuse_foreign(connection, where)
            (audits,) = connection.execute("SELECT count(*) FROM audits").fetchone()
            collections = _count_if_there(connection, "collections")
    except sqlite3.DatabaseError:
        refuse(where, DAMAGED, "Use another backup.")
    return Contents(audits=audits, collections=collections)


def _refuse_foreign(connection: sqlite3.Connection, where: str) -> None:
    """Refuses a database that this program did not make, or that a later release of it made."""
    kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT type FROM sqlite_master")}
    columns = {table: _columns(connection, table.name) for table in _NEEDED}
    lacking = [
        column.name
        for table, there in columns.items()
        for column in table.columns
        if column.name not in there and (not there or column.server_default is None)
    ]
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if number > database.SCHEMA and columns[database.audits]:
        what = "This backup was made by a later version of this program."
        refuse(where, what, "Update this program, then restore the backup.")
    if lacking or not kinds <= {"table", "index"}:
        refuse(where, "This is a database of another program, not a backup of audits.", "Choose another file.")


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _count_if_there(connection: sqlite3.Connection, table: str) -> int:
    if not _columns(connection, table):
        return 0
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def open_database(file: Path) -> sqlite3.Connection:
    """A connection to a database that is there; it is never made."""
    uri = f"{file.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)


def give_up_when_stuck() -> Callable[[int, int, int], None]:
    """Ends a copy that tries for ever because another program locks the database; a whole copy is one step."""
    steps = 0

    def count(_status: int, _remaining: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps > _TRIES:
            raise UnusableFile([IN_USE])

    return count


def copy(source: sqlite3.Connection, target: Path) -> None:
    """One state of a database into an empty file, which then needs no file beside it."""
    with closing(open_database(target)) as copy:
        source.backup(copy, progress=give_up_when_stuck())
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def draft_in(folder: Path) -> Iterator[Path]:
    """An empty file of a passing name that only the user may read; taken away at the end, if it is still there."""
    handle, name = tempfile.mkstemp(prefix=".audits-", suffix=".part", dir=folder)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for one in (draft, *sqlite_file.beside(draft)):
            with suppress(OSError):
                one.unlink(missing_ok=True)


def put(draft: Path, target: Path, *, replace: bool) -> None:
    """Gives a finished file its name, in one step; without leave never over another file."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    if replace:
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        refuse(
            str(target), "There is a file of this name already.", "Choose another name, or add --force to replace it."
        )
    except OSError:  # a drive on which a file has one name only, such as a USB stick
        if target.exists():
            raise
        draft.rename(target)
