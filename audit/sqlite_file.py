"""The SQLite file behind a store: private to its user, and whole in one file whenever nobody writes.

SQLite keeps what was written last in a second file, the write-ahead log (``-wal``). A copy of the main
file alone would lack it. So the log is written into the main file a moment after the last answer, and
when the store is closed.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a database: tails of its name."""
_PAUSE = 2.0
"""Seconds without a commit after which the log is written into the main file: longer than a pause between two clicks."""
_TRIES = 30  # pauses after which a log that somebody holds is left until the next commit
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def named(database: str | None) -> Path | None:
    """The file that a database's address names; None for one in memory, or one named as a ``file:`` address."""
    if not database or database == ":memory:" or database.startswith("file:"):
        return None
    return Path(database)


def beside(file: Path) -> tuple[Path, ...]:
    """The files that SQLite may put beside a database."""
    return tuple(file.with_name(file.name + tail) for tail in BESIDE)


def make_private_folder(folder: Path) -> None:
    """Makes the product's own folder, which only its user may open; one that another user owns is left as it is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _close_to_others(folder, 0o700)


def make_private(file: Path) -> None:
    """Makes the database an empty file that only its user may read, or takes what others may do to it away.

    The folder is left as it is, since it may be anybody's. SQLite gives the files beside the database the same rights.
    """
    with suppress(OSError):  # it is there already; or it cannot be made, which SQLite tells better
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for one in (file, *beside(file)):
        if one.is_file():
            _close_to_others(one, 0o600)


def _close_to_others(path: Path, mode: int) -> None:
    with suppress(OSError):  # gone meanwhile, or on a drive that knows no rights
        now = path.stat()
        mine = not hasattr(os, "getuid") or now.st_uid == os.getuid()
        if mine and now.st_mode & _OTHERS:
            path.chmod(mode)


def fold_log(file: Path) -> bool:
    """Writes the log into the main file, if nobody is in the way; returns whether the main file holds everything.

    It waits for nobody: a checkpoint that waits for a reader would hold up whoever answers meanwhile.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.Error:
        return not file.exists()


class LogFolder:
    """Writes the log of one database into its main file whenever nobody has committed for a moment."""

    def __init__(self, file: Path, pause: float = _PAUSE) -> None:
        self._file, self._pause = file, pause
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._last = 0.0
        self._tries = 0

    def committed(self) -> None:
        """Notes that something was written just now."""
        self._last, self._tries = time.monotonic(), 0
        with self._lock:
            if self._timer is None:
                self._start(self._pause)

    def close(self) -> None:
        """Writes the log into the main file now, as far as nobody is in the way."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if self._file.exists():
            fold_log(self._file)

    def _start(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._run)
        self._timer.daemon = True  # nobody waits for it when the program ends
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
        with self._lock:  # somebody reads or writes: once more after a pause
            self._tries += 1
            if self._timer is None and self._tries < _TRIES:
                self._start(self._pause)
