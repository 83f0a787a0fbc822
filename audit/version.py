"""Which version of the product this is, and the one digest of its code.

Files that the product writes carry the version, so that a later one does not take its own new wording for somebody's
change of a file (see `audit.verify`).
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

VERSION = "0.4.0"
"""Semantic: the last number is raised for repairs, the middle one for what is new, the first for what no longer reads
files of before. Every change of what a file shows raises it."""
UNMARKED = ""
"""What files of the releases before the first that wrote its version (0.1.0, 0.2.0 and 0.3.0) say of theirs."""
PROGRAM = "Online safety self-audit"
MADE_BY = f"{PROGRAM} {VERSION}"
"""What written files name as the program that made them."""
_FIRST_MARKED = (0, 4, 0)
_VERSION = re.compile(r"(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})")
_ROOM = Path(__file__).parent
_SOURCES = {".py", ".typ", ".html", ".xml", ".csv"}


@cache
def code_digest() -> str:
    """SHA-256 of the product's code and templates, the pages left out: where it is the same, files are read and written alike."""
    digest = hashlib.sha256()
    for path in sorted(_ROOM.rglob("*"), key=lambda path: path.as_posix()):
        parts = path.relative_to(_ROOM).parts
        if path.suffix in _SOURCES and parts[0] != "ui":
            lines = path.read_text(encoding="utf-8").splitlines()  # however this computer ends them
            digest.update("\n".join(["/".join(parts), *lines, ""]).encode())
    return digest.hexdigest()


def numbers(version: str) -> tuple[int, ...] | None:
    """The three numbers of a version, by which two are compared; None for what is none."""
    found = _VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else None


def is_other(version: str) -> bool:
    """Whether a file says that another version wrote it, and one that can have.

    No release before the first that marks its files names itself; a file that claims to be of one is held to be ours.
    """
    given = numbers(version)
    return version == UNMARKED or (given is not None and given >= _FIRST_MARKED and version != VERSION)


def version_in_words(version: str) -> str:
    """Another version than this one, as a sentence names it."""
    given, ours = numbers(version), numbers(VERSION)
    if given is None or ours is None:
        return "an earlier release"
    return f"the {'later' if given > ours else 'earlier'} version {version}"
