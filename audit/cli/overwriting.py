"""Which file a job may write over: one that it has read itself, or one that stands as this tool last wrote it.

What the tool wrote is kept as a list of paths and SHA-256 beside the default database. So the same job can be run
again, and a form that somebody has filled in since, or anybody else's file, is never lost.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

LIST = Path(__file__).parents[2] / "data" / "written.json"
_MOST = 2_000
"""Entries that are kept, the newest; of older files it is not known who wrote them."""
_read: set[Path] = set()


def has_read(path: Path) -> None:
    """Notes that this job has read a file, so that it may put its outcome in the file's place."""
    _read.add(path.resolve())


def may_replace(path: Path) -> bool:
    """Whether nothing is lost if a job writes here."""
    if not path.exists() or not path.is_file():  # a device, or what cannot be written anyhow
        return True
    own = path.resolve()
    return own in _read or _known().get(str(own)) == _digest(own)


def has_written(*paths: Path) -> None:
    """Notes what this tool wrote just now; where the list cannot be kept, ``--force`` will be asked for."""
    known = _known()
    for path in paths:
        own = path.resolve()
        if own.is_file():
            known.pop(str(own), None)
            known[str(own)] = _digest(own)
            _read.add(own)
    kept = dict(list(known.items())[-_MOST:])
    try:
        LIST.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = LIST.with_name(f"written-{os.getpid()}.json")
        fresh.write_text(json.dumps(kept, indent=0), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(LIST)
    except OSError:
        pass


def _known() -> dict[str, str]:
    """The SHA-256 of each file as it was last written, by its path; empty if there is no list that can be read."""
    try:
        known = json.loads(LIST.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(digest) for path, digest in known.items()} if isinstance(known, dict) else {}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
