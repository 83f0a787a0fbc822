"""Notes and threaded comments on cells: what people write beside an answer instead of into it.

Excel keeps a threaded comment twice: in a part of its own, and as a note for older programs; Google Sheets
keeps all as notes, each with the name of who wrote it. Names of people are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from audit.text import LONGEST, tidy
from audit.workbook.contents import DeclaresEntities, refuse_declarations, related_parts
from audit.workbook.parts import Parts
from audit.workbook.worksheet_xml import MOST_COLUMNS, MOST_ROWS, Cell

MOST_NOTES = 10_000
"""Notes of one sheet that are looked at; a return has a few."""
_LARGEST = 4 * 1024 * 1024
_NOTES, _THREADS = "comments", "threadedComment"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FOR_OLD_PROGRAMS = re.compile(r"\[Threaded comment\].*?\bComment:\n", re.DOTALL)
"""What Excel puts before a threaded comment in the note that stands for it."""
_REPLY = re.compile(r"\nReply:\n\s*")
_SIGNED_BELOW = re.compile(r"\n\t-[^\n]*(?:\n_[^\n]*_)?")
"""The name with which Google Sheets ends a comment."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note on a cell, without the name of who wrote it."""

    cell: Cell
    text: str


def read_notes(parts: Parts, sheet: str) -> tuple[Note, ...] | None:
    """The notes and comments on a sheet, each cell's as one, from left to right and down; None if they cannot be read.

    Args:
        parts: the parts of the workbook.
        sheet: the part of the sheet.
    """
    try:
        related = related_parts(parts.glimpse, sheet)
        found: dict[str, dict[Cell, list[str]]] = {_NOTES: {}, _THREADS: {}}
        for kind, target in related:
            if kind in found:
                content = parts.glimpse(target, _LARGEST)
                if content is None:
                    return None
                for cell, text in _Texts(content).found:
                    found[kind].setdefault(cell, []).append(text)
    except (DeclaresEntities, ValueError, expat.ExpatError):
        return None
    return tuple(Note(cell=cell, text="\n".join(texts)) for cell, texts in sorted(_merged(found).items()))


def cell_of(address: str) -> Cell | None:
    """Row and column, counted from 0, of an address such as ``I2``; None if no return has such a cell."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    cell = (int(match[2]) - 1, column - 1)
    return cell if cell[0] < MOST_ROWS and cell[1] < MOST_COLUMNS else None


def _merged(found: Mapping[str, Mapping[Cell, list[str]]]) -> dict[Cell, list[str]]:
    """The texts by cell; of a threaded comment and the note that stands for it, the comment."""
    threads = found[_THREADS]
    merged = {cell: list(texts) for cell, texts in threads.items()}
    for cell, texts in found[_NOTES].items():
        own = [text for text in texts if not (cell in threads and text.startswith("[Threaded comment]"))]
        merged.setdefault(cell, []).extend(filter(None, map(_said, own)))
    return {cell: texts for cell, texts in merged.items() if texts}


def _said(text: str) -> str:
    """What a note says itself, without what a program put around it."""
    text = _FOR_OLD_PROGRAMS.sub("", text, count=1)
    return "\n".join(line.strip() for line in _SIGNED_BELOW.sub("", _REPLY.sub("\n", text)).strip().split("\n"))


class _Texts:
    """The texts of one part, by cell, in its order.

    Raises:
        ExpatError: it is not well-formed.
        DeclaresEntities: it could declare entities.
    """

    def __init__(self, content: bytes) -> None:
        self.found: list[tuple[Cell, str]] = []
        self._authors: list[str] = []
        self._cell: Cell | None = None
        self._author = self._inside = ""
        self._pieces: list[str] = []
        self._length = self._aid = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = refuse_declarations
        parser.Parse(content, True)

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name in ("comment", "threadedComment"):
            self._cell, self._pieces, self._length = cell_of(given.get("ref", "")), [], 0
            number = given.get("authorId", "")
            known = number.isdecimal() and len(number) < 6 and int(number) < len(self._authors)
            self._author = self._authors[int(number)] if known else ""
            self._inside = "text" if name == "threadedComment" else ""
        elif name == "author":
            self._pieces, self._length, self._inside = [], 0, "author"
        elif name == "t" and not self._aid:
            self._inside = "t"
        elif name == "rPh":
            self._aid += 1

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name == "author":
            self._authors.append("".join(self._pieces).strip())
        elif name in ("comment", "threadedComment"):
            text = tidy("".join(self._pieces)).strip()
            if self._author and text.startswith(f"{self._author}:"):
                text = text[len(self._author) + 1 :].strip()
            if text and self._cell is not None and len(self.found) < MOST_NOTES:
                self.found.append((self._cell, text))
            self._cell = None
        elif name == "rPh":
            self._aid -= 1
        if name in ("author", "t", "text"):
            self._inside = ""

    def _text(self, text: str) -> None:
        if self._inside and self._length <= LONGEST:
            self._length += len(text)
            self._pieces.append(text)
