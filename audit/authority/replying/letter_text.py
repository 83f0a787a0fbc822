"""What a letter to a school says, whole sentences and small tables, without its looks and its sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Table:
    """A small table of texts; a line break in a cell begins a paragraph.

    Attributes:
        caption: what it holds, for those who cannot see it.
        widths: of its columns, as shares of the page.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a letter under its heading: paragraphs, then points, then a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """Everything that a letter to a school says but who sends it.

    Attributes:
        on: what it answers.
        urn: empty if none could be read, in a file that was refused.
        school: its name; empty likewise.
        thanks: the first paragraph.
        sections: none of them empty.
        version: which version of what the school sent it answers; empty where it answers no return.
    """

    on: Literal["self-audit", "desk review", "refused file"]
    urn: str
    school: str
    year: str
    title: str
    thanks: str
    sections: tuple[Section, ...]
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """A letter yet to be written.

    Attributes:
        urn: of the school; empty if none could be read.
        to: URN and name of the school, or its file if neither could be read.
        compose: what makes its text.
    """

    urn: str
    to: str
    compose: Callable[[], Feedback]
