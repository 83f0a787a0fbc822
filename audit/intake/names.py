"""Names of files as one printable line, each given once: they stand in pages, in CSV and in what is sent to schools."""

from __future__ import annotations

import re
from collections import Counter

_LONGEST = 200
"""Characters of a name that are shown; most systems allow 255 bytes for a file, an archive allows 65,535."""


def shown(name: str) -> str:
    """A name as one printable line: what is not printable becomes U+FFFD, and a very long one loses its middle.

    Line breaks are not printable, nor are bytes that are no text, nor the marks that turn the direction of writing,
    by which a name can be made to read as another one.
    """
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in name)
    half = _LONGEST // 2 - 1
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"


def within(name: str) -> str:
    """A name from an archive or an upload as a path that stays inside: no drive, no root, no step upward."""
    parts = re.split(r"[\\/]+", re.sub(r"^[A-Za-z]:", "", name))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def points_outside(name: str) -> bool:
    """Whether an archive's name for a file is a place outside the folder that it would be unpacked in."""
    return bool(re.match(r"[\\/]|[A-Za-z]:", name)) or ".." in re.split(r"[\\/]+", name)


class Once:
    """Gives each name once: the second of the same is marked ``(2)``."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        """The name, marked if it was given before."""
        self._given[name] += 1
        number = self._given[name]
        return name if number == 1 else self(f"{name} ({number})")
