"""Putting a backup in the place of a database while nobody uses it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from audit import sqlite_file
from audit.problems import UnusableFile
from audit.store.copying import (
    DAMAGED,
    IN_USE,
    Contents,
    contents_of,
    copy,
    database_file,
    draft_in,
    give_up_when_stuck,
    open_database,
    put,
    refuse,
    told,
)

_MAGIC = b"SQLite format 3\0"
_HEAD = 100  # bytes at the front of a database that say how it is laid out
_SHARED_LOCK = (0x4000_0002, 510)
"""First byte and number of bytes of the file that every open connection locks, as SQLite's file format fixes them."""


def restore(source: Path, *, url: str | None = None) -> tuple[Contents, Path | None]:
    """Puts a backup in the place of the database; the one that was there is kept beside it under a dated name.

    The backup is looked at whole before anything changes. The change is one transaction: whoever stops it, even by
    switching the computer off, finds the old database or the new one.

    Args:
        source: the backup; it is only read.
        url: the database; by default the one that the environment names.

    Returns:
        What the backup holds, and the file that holds what was replaced: None if there was nothing.

    Raises:
        UnusableFile: the file is no backup that this version can use, or the database is in use; nothing was changed.
    """
    file = database_file(url)
    _refuse_source(source, file)
    if file.exists() and not file.is_file():
        refuse("Store", f"{file} is not a file, so no database can be put there.", "Check AUDIT_DATABASE_URL.")
    fix = f"Check that the folder {file.parent} can be written, and that its drive is not full."
    with told("Store", fix), draft_in(file.parent) as draft:
        with draft_in(file.parent) as copied:
            _copy_as_it_stands(source, copied)
            contents = contents_of(copied, str(source))
            with closing(open_database(copied)) as connection:
                copy(connection, draft)
        try:
            kept = _put_in_place(draft, file)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            kept = _put_in_place_of_a_damaged_one(draft, file)
    sqlite_file.make_private(file)
    return contents, kept


def _refuse_source(source: Path, database_file: Path) -> None:
    """Refuses what cannot be a backup by its first bytes."""
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
    if not sqlite_file.beside(source)[0].exists() and source.stat().st_size < _size_by(head):
        refuse(str(source), DAMAGED, "Use another backup.")


def _size_by(head: bytes) -> int:
    """How many bytes a database has by its own first bytes; 0 if these do not tell.

    SQLite itself takes a file for whole that ends within its last page.
    """
    if len(head) < _HEAD or head[24:28] != head[92:96]:  # the count of pages is of an earlier change
        return 0
    page = int.from_bytes(head[16:18])
    return int.from_bytes(head[28:32]) * (65_536 if page == 1 else page)


def _copy_as_it_stands(source: Path, target: Path) -> None:
    """A database as files, its log with it, so that looking at a backup never changes it."""
    shutil.copyfile(source, target)
    log, its_log = sqlite_file.beside(source)[0], sqlite_file.beside(target)[0]
    if log.is_file():
        shutil.copyfile(log, its_log)


def _put_in_place(draft: Path, file: Path) -> Path | None:
    """Copies a checked database over the one that is there, in one transaction, under SQLite's own exclusive lock.

    The lock is the system's: it ends with the process that holds it, so a program that was killed never holds one.
    """
    there = file.exists() and file.stat().st_size > 0
    sqlite_file.make_private(file)
    with closing(open_database(file)) as live:
        live.execute("PRAGMA locking_mode = EXCLUSIVE")
        live.execute("PRAGMA journal_mode = DELETE")  # the log goes into the main file; refused while others are here
        live.execute("BEGIN EXCLUSIVE")
        live.execute("COMMIT")
        kept = _reserve(file) if there else None
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


def _put_in_place_of_a_damaged_one(draft: Path, file: Path) -> Path:
    """Sets a database aside that SQLite cannot read, with what stands beside it, and gives the new one its name."""
    if _is_held(file):
        raise UnusableFile([IN_USE])
    kept = _reserve(file)
    for one, aside in zip(sqlite_file.beside(file), sqlite_file.beside(kept), strict=True):
        if one.exists():
            one.replace(aside)
    shutil.copyfile(file, kept)
    put(draft, file, replace=True)
    return kept


def _reserve(file: Path) -> Path:
    """An empty private file of a dated name beside a database."""
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
    """Whether another program holds the lock that every open connection holds, on a file that SQLite cannot open."""
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
