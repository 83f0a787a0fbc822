"""The version of the product, and the one digest of its code.

Files that the product writes carry the version. `audit.verify` uses it: new wording in a later version must not look
like a change that somebody made to a file.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

VERSION = "0.4.0"
"""Semantic versioning: repairs raise the last number, new features the middle one, and a version that cannot read earlier
files the first. Every change to what a file shows raises it."""
UNMARKED = ""
"""The version in files of 0.1.0, 0.2.0 and 0.3.0: these releases did not write theirs."""
PROGRAM = "Online safety self-audit"
MADE_BY = f"{PROGRAM} {VERSION}"
"""The program that written files name as their maker."""
_FIRST_MARKED = (0, 4, 0)
_VERSION = re.compile(r"(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})")
_ROOM = Path(__file__).parent
_SOURCES = {".py", ".typ", ".html", ".xml", ".csv"}


@cache
def code_digest() -> str:
    """SHA-256 of the product's code and templates without its pages: the same digest means that files are read and written alike."""
    digest = hashlib.sha256()
    for path in sorted(_ROOM.rglob("*"), key=lambda path: path.as_posix()):
        parts = path.relative_to(_ROOM).parts
        if path.suffix in _SOURCES and parts[0] != "ui":
            lines = path.read_text(encoding="utf-8").splitlines()  # line endings differ between computers
            digest.update("\n".join(["/".join(parts), *lines, ""]).encode())
    return digest.hexdigest()


def numbers(version: str) -> tuple[int, ...] | None:
    """The three numbers of a version, for comparing it with another; None if the text is no version."""
    match = _VERSION.fullmatch(version)
    return tuple(map(int, match.groups())) if match else None


def is_other(version: str) -> bool:
    """Whether a file says that another version wrote it, and that version can have done so.

    Releases before `_FIRST_MARKED` did not write their version. A file that names one of them is false, and is treated
    as a file of this version.
    """
    parsed = numbers(version)
    return version == UNMARKED or (parsed is not None and parsed >= _FIRST_MARKED and version != VERSION)


def version_in_words(version: str) -> str:
    """A version other than this one, as part of a sentence."""
    theirs, ours = numbers(version), numbers(VERSION)
    if theirs is None or ours is None:
        return "an earlier release"
    return f"the {'later' if theirs > ours else 'earlier'} version {version}"
