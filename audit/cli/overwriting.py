"""Which file a job may write over: one that it has read itself, or one that stands as this tool last wrote it.

For each file that the tool wrote a note is kept beside the default database: the SHA-256 of what was written, under the
SHA-256 of the path. So the same job can be run again, and a form that somebody has filled in since, or anybody else's
file, is never lost.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

NOTES = Path(__file__).parents[2] / "data" / "written"
_MOST = 5_000
"""Notes that are kept, the newest; of older files it is not known who wrote them."""
_read: set[Path] = set()


def has_read(path: Path) -> None:
    """Notes that this job has read a file, so that it may put its outcome in the file's place."""
    _read.add(path.resolve())


def may_replace(path: Path) -> bool:
    """Whether nothing is lost if a job writes here."""
    if not path.exists() or not path.is_file():  # a device, or what cannot be written anyhow
        return True
    own = path.resolve()
    if own in _read:
        return True
    with suppress(OSError):
        return _note_of(own).read_text(encoding="ascii") == _digest(own)
    return False


def has_written(*paths: Path) -> None:
    """Notes what this tool wrote just now; where no note can be kept, ``--force`` will be asked for."""
    with suppress(OSError):
        NOTES.mkdir(mode=0o700, parents=True, exist_ok=True)
        for own in (path.resolve() for path in paths if path.is_file()):
            _read.add(own)
            note = _note_of(own)
            fresh = note.with_suffix(f".{os.getpid()}")
            fresh.write_text(_digest(own), encoding="ascii")
            fresh.replace(note)
        _forget_old()


def _forget_old() -> None:
    notes = list(NOTES.iterdir())
    if len(notes) > _MOST:
        for note in sorted(notes, key=lambda one: one.stat().st_mtime)[: len(notes) - _MOST]:
            note.unlink(missing_ok=True)


def _note_of(path: Path) -> Path:
    return NOTES / hashlib.sha256(os.fsencode(path)).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
