"""Backs up the SQLite database while others write, and restores a backup while nobody uses the database.

SQLite makes the copies itself: another copy of the main file would lack what is still in the log next to it. Each copy
is checked whole and then gets its name in one step.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa

from audit.problems import Problem, UnusableFile
from audit.store import schema

_NEEDED = (schema.audits, schema.responses, schema.actions, schema.history)
_PATIENCE = 10.0  # seconds to wait for a database that is locked
_TRIES = 40  # of a quarter of a second each
DAMAGED = "The database in this file is damaged or was cut short."
IN_USE = Problem(
    where="Store",
    what="The app or another program has the database open, so nothing was changed.",
    fix="Stop the app: press Ctrl+C in the window where it runs. Then try again.",
)
_MAGIC = b"SQLite format 3\0"
_HEAD = 100  # bytes of the header of an SQLite file
_SHARED_LOCK = (0x4000_0002, 510)
"""First byte and number of the bytes that every open connection locks; SQLite's file format fixes them."""


@dataclass(frozen=True, kw_only=True)
class DatabaseContents:
    """How many audits and how many collections of returns a database holds."""

    audits: int
    collections: int


def back_up(target: Path, *, url: str | None = None, force: bool = False) -> DatabaseContents:
    """Writes everything that the database holds into one new file, even while others write.

    It holds everything that was saved before the call. The file is private to the user. It is complete, or there is no
    file.

    Args:
        target: the file to write.
        url: the database; by default the one in ``AUDIT_DATABASE_URL``, else the one in ``data/``.
        force: whether an existing file may be replaced.

    Returns:
        What the backup holds, counted in the backup itself.

    Raises:
        UnusableFile: there is no database to back up, or the file cannot be written; nothing was written.
    """
    source = database_file(url)
    if not source.is_file():
        refuse(
            "Store", f"There is no database at {source} yet, so there is nothing to back up.", "Start an audit first."
        )
    _refuse_target(target, source, force=force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft_in(target.parent) as draft, told(str(target), "Choose another folder."):
            with closing(open_database(source)) as connection:
                copy(connection, draft)
            contents = contents_of(draft, str(source))
            for path in schema.companion_files(target):  # SQLite would take the old file's log for the backup's log
                path.unlink(missing_ok=True)
            put_file(draft, target, replace=force)
    except OSError as error:
        refuse(str(target), f"The backup cannot be written: {error.strerror or error}.", "Choose another folder.")
    return contents


def backup_bytes(url: str | None = None) -> bytes:
    """A backup as bytes, for a download.

    Raises:
        UnusableFile: there is no database to back up.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "backup.sqlite3"
        back_up(file, url=url)
        return file.read_bytes()


def _refuse_target(target: Path, database_file: Path, *, force: bool) -> None:
    """Refuses to write a backup over a folder, the database itself, or, without ``force``, another file."""
    if target.is_dir():
        refuse(str(target), "This is a folder, not a file.", "Add a file name, such as audits-backup.sqlite3.")
    if target.exists() and not target.is_file():
        refuse(str(target), "This is not a file, so no backup can be kept there.", "Choose another name.")
    taken = (database_file, *schema.companion_files(database_file))
    if target.resolve() in taken or (target.exists() and target.samefile(database_file)):
        refuse(str(target), "This is the database itself.", "Choose another name for the backup.")
    if not force and (target.exists() or target.is_symlink()):
        refuse(
            str(target), "There is a file of this name already.", "Choose another name, or add --force to replace it."
        )


def restore(source: Path, *, url: str | None = None) -> tuple[DatabaseContents, Path | None]:
    """Replaces the database with a backup; the old database is kept next to it under a dated name.

    The whole backup is checked before anything changes. The change is one transaction: if it is interrupted, even by
    a power cut, the database is the old one or the new one.

    Args:
        source: the backup; it is not changed.
        url: the database; by default the one in ``AUDIT_DATABASE_URL``, else the one in ``data/``.

    Returns:
        What the backup holds, and the file with the old database; None if there was no database.

    Raises:
        UnusableFile: this version cannot use the file as a backup, or the database is in use; nothing was changed.
    """
    file = database_file(url)
    _refuse_source(source, file)
    if file.exists() and not file.is_file():
        refuse("Store", f"{file} is not a file, so no database can be put there.", "Check AUDIT_DATABASE_URL.")
    fix = f"Check that the folder {file.parent} can be written, and that its drive is not full."
    with told("Store", fix), draft_in(file.parent) as draft:
        with draft_in(file.parent) as copied:
            _copy_files(source, copied)
            contents = contents_of(copied, str(source))
            with closing(open_database(copied)) as connection:
                copy(connection, draft)
        try:
            kept = _put_in_place(draft, file)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            kept = _replace_damaged(draft, file)
    schema.make_private(file)
    return contents, kept


def _refuse_source(source: Path, database_file: Path) -> None:
    """Refuses a file that cannot be a backup, by its name, its first bytes and its size."""
    again = "Choose a file that was made with: python -m audit backup FILE."
    if source.is_dir():
        refuse(str(source), "This is a folder, not a backup.", again)
    if not source.is_file():
        refuse(str(source), "There is no file of this name.", "Check the name and the folder.")
    if source.resolve() == database_file or (database_file.exists() and source.samefile(database_file)):
        refuse(str(source), "This is the database itself, so there is nothing to restore.", again)
    try:
        with source.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        refuse(str(source), f"The file cannot be opened: {error.strerror or error}.", "Check the name and the folder.")
    if not head:
        refuse(str(source), "The file is empty.", again)
    if not head.startswith(_MAGIC):
        refuse(str(source), "This is not a backup: it is not a database file.", again)
    if not schema.companion_files(source)[0].exists() and source.stat().st_size < _size_by(head):
        refuse(str(source), DAMAGED, "Use another backup.")


def _size_by(head: bytes) -> int:
    """The size of a database in bytes by its own header; 0 if the header does not say.

    SQLite itself accepts a file that is cut off within its last page.
    """
    if len(head) < _HEAD or head[24:28] != head[92:96]:  # the number of pages is out of date
        return 0
    page = int.from_bytes(head[16:18])
    return int.from_bytes(head[28:32]) * (65_536 if page == 1 else page)


def _copy_files(source: Path, target: Path) -> None:
    """Copies a database as files, with its log, so that checking a backup never changes it."""
    shutil.copyfile(source, target)
    log, log_copy = schema.companion_files(source)[0], schema.companion_files(target)[0]
    if log.is_file():
        shutil.copyfile(log, log_copy)


def _put_in_place(draft: Path, file: Path) -> Path | None:
    """Copies a checked database over the existing one, in one transaction, under SQLite's own exclusive lock.

    The operating system keeps the lock. It ends with the process, so a program that was killed never holds one.
    """
    has_data = file.exists() and file.stat().st_size > 0
    schema.make_private(file)
    with closing(open_database(file)) as live:
        live.execute("PRAGMA locking_mode = EXCLUSIVE")
        live.execute("PRAGMA journal_mode = DELETE")  # moves the log into the main file; fails while others use it
        live.execute("BEGIN EXCLUSIVE")
        live.execute("COMMIT")
        kept = _reserve(file) if has_data else None
        try:
            if kept is not None:
                copy(live, kept)
            with closing(open_database(draft)) as new:
                new.backup(live, progress=give_up_when_stuck())
        except BaseException:
            if kept is not None:
                kept.unlink(missing_ok=True)
            raise
    return kept


def _replace_damaged(draft: Path, file: Path) -> Path:
    """Moves a database that SQLite cannot read aside, with the files next to it, and gives the new one its name."""
    if _is_held(file):
        raise UnusableFile([IN_USE])
    kept = _reserve(file)
    for path, aside in zip(schema.companion_files(file), schema.companion_files(kept), strict=True):
        if path.exists():
            path.replace(aside)
    shutil.copyfile(file, kept)
    put_file(draft, file, replace=True)
    return kept


def _reserve(file: Path) -> Path:
    """Makes an empty private file with a dated name next to a database; returns its path."""
    at = f"{dt.datetime.now():%Y-%m-%d-%H%M%S}"
    number = 1
    while True:
        name = f"{file.stem}-replaced-{at}{f'-{number}' if number > 1 else ''}{file.suffix}"
        try:
            os.close(os.open(file.with_name(name), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            number += 1
        else:
            return file.with_name(name)


def _is_held(file: Path) -> bool:
    """Whether another program has a damaged database open: every open connection holds SQLite's shared lock."""
    first, length = _SHARED_LOCK
    with file.open("rb+") as opened:
        try:
            if os.name == "nt":
                import msvcrt

                opened.seek(first)
                msvcrt.locking(opened.fileno(), msvcrt.LK_NBLCK, length)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, length, first)
        except OSError:
            return True
    return False


def is_in_one_file(url: str | None = None) -> bool:
    """Whether audits are kept in an SQLite file, so that a backup can be made here."""
    parsed = sa.make_url(url or schema.default_url())
    return parsed.get_backend_name() == "sqlite" and schema.database_path(parsed.database) is not None


def database_file(url: str | None) -> Path:
    """The file of the database.

    Raises:
        UnusableFile: the database is not one SQLite file.
    """
    try:
        parsed = sa.make_url(url or schema.default_url())
    except (sa.exc.ArgumentError, OSError) as error:
        refuse("Store", f"The database cannot be used: {error}.", "Check AUDIT_DATABASE_URL.")
    if parsed.get_backend_name() != "sqlite":
        what = f"The audits are kept in a database of another kind ({parsed.get_backend_name()}), which has tools of its own."
        refuse("Store", what, "For PostgreSQL, back up with pg_dump and restore with pg_restore.")
    file = schema.database_path(parsed.database)
    if file is None:
        fix = "Name it in AUDIT_DATABASE_URL as sqlite:/// and the path of the file."
        refuse("Store", "The database is not named as a file.", fix)
    return file.resolve()


def contents_of(file: Path, where: str) -> DatabaseContents:
    """Checks that a database is whole and made by this product; returns what it holds.

    Raises:
        UnusableFile: it is damaged, or comes from another program or a later release.
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
    return DatabaseContents(audits=audits, collections=collections)


def _refuse_foreign(connection: sqlite3.Connection, where: str) -> None:
    """Refuses a database of another program, or of a later release of this one."""
    kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT type FROM sqlite_master")}
    columns = {table: _columns(connection, table.name) for table in _NEEDED}
    lacking = [
        column.name
        for table, names in columns.items()
        for column in table.columns
        if column.name not in names and (not names or column.server_default is None)
    ]
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if number > schema.SCHEMA and columns[schema.audits]:
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
    """A connection to a database file that exists; a missing one is not made."""
    uri = f"{file.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Copies one state of a database into an empty file, which then needs no second file."""
    with closing(open_database(target)) as connection:
        source.backup(connection, progress=give_up_when_stuck())
        connection.execute("PRAGMA journal_mode = DELETE")


def give_up_when_stuck() -> Callable[[int, int, int], None]:
    """A callback that ends a copy which waits for a lock of another program; without a lock, a copy is one step."""
    steps = 0

    def count(_status: int, _remaining: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps > _TRIES:
            raise UnusableFile([IN_USE])

    return count


@contextmanager
def draft_in(folder: Path) -> Iterator[Path]:
    """An empty temporary file that only the user may read; it is deleted at the end if it still exists."""
    handle, name = tempfile.mkstemp(prefix=".audits-", suffix=".part", dir=folder)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for path in (draft, *schema.companion_files(draft)):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def put_file(draft: Path, target: Path, *, replace: bool) -> None:
    """Gives a finished file its name in one step; replaces another file only with ``replace``."""
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
    except OSError:  # the drive, such as a USB stick, does not support hard links
        if target.exists():
            raise
        draft.rename(target)


@contextmanager
def told(where: str, fix: str) -> Iterator[None]:
    """Turns errors of SQLite and of the system into `UnusableFile`."""
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


def refuse(where: str, what: str, fix: str) -> NoReturn:
    """Ends a job with the one problem that stops it."""
    raise UnusableFile([Problem(where=where, what=what, fix=fix)])
