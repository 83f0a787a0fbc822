"""Backing up a database while others write.

SQLite copies itself: a copy of its main file by other means lacks what stands in the log beside it.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from audit import database, sqlite_file
from audit.store.copying import Contents, contents_of, copy, database_file, draft_in, open_database, put, refuse, told


def is_in_one_file(url: str | None = None) -> bool:
    """Whether audits are kept in an SQLite file, so that there is a file to back up."""
    parsed = sa.make_url(url or database.default_url())
    return parsed.get_backend_name() == "sqlite" and sqlite_file.named(parsed.database) is not None


def back_up(target: Path, *, url: str | None = None, force: bool = False) -> Contents:
    """Writes everything that the database holds into one new file, also while others write.

    All that was saved before the call is in it. The file is private to the user, and complete or not there at all.

    Args:
        target: the file to write.
        url: the database; by default the one that the environment names.
        force: whether a file that is there may be replaced.

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
            for one in sqlite_file.beside(target):  # of what is replaced: it would be taken for the backup's
                one.unlink(missing_ok=True)
            put(draft, target, replace=force)
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
    """Refuses to write a backup over a folder, the database itself, or a file that nobody said may go."""
    if target.is_dir():
        refuse(str(target), "This is a folder, not a file.", "Add a file name, such as audits-backup.sqlite3.")
    if target.exists() and not target.is_file():
        refuse(str(target), "This is not a file, so no backup can be kept there.", "Choose another name.")
    taken = (database_file, *sqlite_file.beside(database_file))
    if target.resolve() in taken or (target.exists() and target.samefile(database_file)):
        refuse(str(target), "This is the database itself.", "Choose another name for the backup.")
    if not force and (target.exists() or target.is_symlink()):
        refuse(
            str(target), "There is a file of this name already.", "Choose another name, or add --force to replace it."
        )
