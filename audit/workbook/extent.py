"""How far a sheet reaches, and which of its cells hold what is never read: before any reader opens it.

Spreadsheet programs spell a cell in one way. A sheet in which every cell is spelt so, within `A1:Z999`,
without formulas, declarations and errors, is seen to be harmless by one search. Any other is parsed in
full, and its cells counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from xml.parsers import expat

from audit.workbook.contents import DeclaresEntities, refuse_declarations

MOST_ROWS = 9_999
MOST_COLUMNS = 702
"""Columns up to ZZ."""
MOST_CELLS = 150_000
"""Cells of one sheet, and of the rectangle that they span: a reader allots rows × columns."""
_LAST_ROW = 1_048_576
"""The last row there is. Some programs write it down, empty, for a sheet whose columns are formatted."""
_MOST_TAGS = 1_500_000
_MOST_FORMULAS = 20_000
_MERGED_WITHIN = 100_000
"""Merged ranges are looked for in so many bytes after the cells; a return has none."""

_UNUSUAL = re.compile(
    rb'<(?:c(?! r="[A-Z][0-9]{1,3}+"(?: s="[0-9]++")?+(?: t="(?:s|n|b|d|str|inlineStr)")?+ ?+/?+>)[\s/>]'
    rb'|f[\s/>]|row r="[0-9]{8}|!)'
)
"""A cell that is not spelt as programs spell one, a formula, a comment or declaration, a row that cannot be.

What is spelt as expected is never tried in a second way (possessive quantifiers), for speed.
"""
_PREFIXED = re.compile(rb":[cf][\s/>]")
_HUGE = re.compile(rb"v\s*>[-+]?(?:[0-9]{9}|[0-9.]+[eE]\+?[0-9]|(?i:inf|nan))")
"""The value of a cell that is beyond every calendar, which calamine cannot bear in a date."""
_PLAIN_TEXTS = re.compile(
    rb'<\?xml [^<>]*\?>\s*<sst xmlns="[^"<>]*"(?: count="[0-9]{1,9}")?(?: uniqueCount="([0-9]{1,9})")?>'
    rb'(?:<si>(?:<t(?: xml:space="preserve")?>[^<]*</t>|<t/>)</si>|<si/>)*+</sst>\s*'
)
"""Shared texts without formatting, in which every ``</si>`` is the end of a text."""
_SHARED = re.compile(rb' t="s" ?><v>([0-9]{1,9})</v>')
"""A cell that holds a shared text, as spreadsheet programs spell it."""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
_ADDRESS = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_OTHER_FILE = re.compile(r"\[[0-9]+\]")

Cell = tuple[int, int]
"""Row and column, counted from 0."""


class ReachesTooFar(ValueError):
    """A sheet has a cell so far out that its grid would exhaust memory."""


class HoldsTooMuch(ValueError):
    """A part holds, spans or states so many cells or texts that they would exhaust memory."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a look at a sheet found.

    Attributes:
        texts: at most so many of its cells hold a shared text.
        area: at most so many cells lie between its first cell and its last.
        formulas: the cells that hold a formula, and whether it asks for another file.
        merged: first and last cell of each merged range.
        has_huge: whether a cell holds a number that is no day of any calendar.
        has_errors: whether a cell holds an error, such as ``#REF!``.
    """

    texts: int
    area: int
    formulas: dict[Cell, bool]
    merged: tuple[tuple[Cell, Cell], ...]
    has_huge: bool
    has_errors: bool = False


def extent_of(content: bytes, *, shares_texts: bool) -> Extent:
    """The extent of a worksheet part.

    Args:
        content: the part.
        shares_texts: whether its cells may hold shared texts.

    Raises:
        DeclaresEntities: it could declare entities.
        ReachesTooFar: one of its cells is too far out.
        HoldsTooMuch: it holds or spans too many cells.
        ValueError: it is not well-formed.
    """
    has_huge = _HUGE.search(content) is not None
    if b"\0" not in content and _UNUSUAL.search(content) is None and _PREFIXED.search(content) is None:
        texts = content.count(b't="s"') if shares_texts else 0
        return Extent(texts=texts, area=26 * 999, formulas={}, merged=_merged(content), has_huge=has_huge)
    check_part(content)
    if content.count(b"<") > _MOST_TAGS:
        raise HoldsTooMuch
    found = _Cells()
    found.parse(content)
    return Extent(
        texts=found.number,
        area=(found.last_row + 1) * (found.last_column + 1),
        formulas={cell: _OTHER_FILE.search("".join(text)) is not None for cell, text in found.formulas.items()},
        merged=_merged(content),
        has_huge=has_huge,
        has_errors=found.has_errors,
    )


def check_part(content: bytes) -> None:
    """Refuses a part in which a search of its bytes may not find what a reader does, or that could declare entities.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it holds a zero byte, as UTF-16 does and UTF-8 does not.
    """
    if b"\0" in content:
        raise ValueError
    if b"<!" in content and _DECLARATION.search(content):
        raise DeclaresEntities


def longest_text(content: bytes) -> int:
    """At most so many bytes has the longest of the shared texts.

    Raises:
        DeclaresEntities: the part could declare entities.
        HoldsTooMuch: it states more texts than it can hold, and a reader would make room for them.
        ValueError: it is not well-formed, or does not hold shared texts.
    """
    plain = _PLAIN_TEXTS.fullmatch(content)
    if plain and int(plain[1] or 0) <= len(content):
        return max(map(len, content.split(b"</si>")))
    parser, ends = expat.ParserCreate(namespace_separator=" "), [0]

    def start(name: str, given: dict[str, str]) -> None:
        if name.rpartition(" ")[2] != "sst":
            raise ValueError(name)
        stated = given.get("uniqueCount", "0")
        if not stated.isdecimal() or int(stated) > len(content):
            raise HoldsTooMuch
        parser.StartElementHandler = None

    def end(name: str) -> None:
        if name.endswith("si"):
            ends.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse_declarations
    _parse(parser, content)
    return max((after - before for before, after in pairwise(ends)), default=0)


def written_out(texts: bytes, sheets: Sequence[bytes], number: int) -> float:
    """Bytes that the shared texts take up, written out in every cell that holds one; infinite if that is not plain to see.

    Args:
        texts: the part of the shared texts.
        sheets: the sheets.
        number: how many of their cells hold one, at most.
    """
    used = [int(place) for sheet in sheets for place in _SHARED.findall(sheet)]
    lengths = [len(text) for text in texts.split(b"</si>")] if _PLAIN_TEXTS.fullmatch(texts) else []
    if len(used) != number or max(used, default=0) >= len(lengths):
        return inf
    return sum(lengths[place] for place in used)


def _parse(parser: expat.XMLParserType, content: bytes) -> None:
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error


def _merged(content: bytes) -> tuple[tuple[Cell, Cell], ...]:
    begin = content.rfind(b"</sheetData>")
    if begin < 0 or b"<mergeCell " not in content[begin : begin + _MERGED_WITHIN]:
        return ()
    found = _MERGED.finditer(content, begin, begin + _MERGED_WITHIN)
    return tuple((_address(match[1].decode("ascii")), _address(match[2].decode("ascii"))) for match in found)


def _address(text: str) -> Cell:
    """Row and column of an address such as ``B7``, counted from 0.

    Raises:
        ReachesTooFar: it is no address that there can be.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ReachesTooFar
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class _Cells:
    """The cells of a sheet while it is parsed; a cell or row without an address follows on from the one before."""

    def __init__(self) -> None:
        self.number = 0
        self.last_row = self.last_column = -1
        self.formulas: dict[Cell, list[str]] = {}
        self.has_errors = False
        self._row = self._column = 0
        self._at: Cell | None = None
        self._formula: list[str] | None = None

    def parse(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = refuse_declarations
        _parse(parser, content)

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if self._at is not None:
            self._reach(self._at)
            if name == "f" and len(self.formulas) < _MOST_FORMULAS:
                self._formula = self.formulas.setdefault(self._at, [])
        elif name == "c":
            self._at = (self._row, self._column)
            if "r" in given:
                self._at = _address(given["r"])
                self._column = self._at[1]
            self.has_errors |= given.get("t") == "e"
            self.number += 1
            if self.number > MOST_CELLS:
                raise HoldsTooMuch
        elif name == "row" and "r" in given:
            self._row = _address(f"A{given['r']}")[0]
            if self._row >= _LAST_ROW:
                raise ReachesTooFar

    def _reach(self, at: Cell) -> None:
        """Takes note of a cell that holds something; an empty one takes up no memory, however far out."""
        self.last_row, self.last_column = max(at[0], self.last_row), max(at[1], self.last_column)
        if at[0] >= MOST_ROWS or at[1] >= MOST_COLUMNS:
            raise ReachesTooFar
        if (self.last_row + 1) * (self.last_column + 1) > MOST_CELLS:
            raise HoldsTooMuch

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name == "c":
            self._at = None
            self._column += 1
        elif name == "row":
            self._row, self._column = self._row + 1, 0
        elif name == "f":
            self._formula = None

    def _text(self, text: str) -> None:
        if self._formula is not None and len(self._formula) < 20:
            self._formula.append(text)
