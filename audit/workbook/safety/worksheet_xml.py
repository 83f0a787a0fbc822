"""Parses a worksheet in full: which cells it has, and whatever two programs could show differently.

The rules are those of ECMA-376, part 1, 18.3: one list of rows, with rows and cells in rising order, and each cell with
one value of the kind that it states. If a sheet breaks a rule, programs repair it in different ways. Then it is not
known what a person saw in it, and it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from audit.workbook.safety.contents import MAIN, ShownOtherwise, refuse_declarations

MOST_ROWS = 9_999
MOST_COLUMNS = 702
"""Columns up to ZZ."""
MOST_CELLS = 150_000
"""The most cells of one sheet, and of the rectangle that they span: a reader allots rows × columns."""
_LAST_ROW = 1_048_576
"""The last row that Excel has. Some programs write it, empty, in a sheet whose columns are formatted."""
_END_OF_ROWS = len("</sheetData>")
_MOST_MERGED = 10_000
_ADDRESS = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_OTHER_FILE = re.compile(r"\[[0-9]+\]")
_PARENTS = {
    "row": ("sheetData",),
    "c": ("row",),
    "f": ("c",),
    "v": ("c",),
    "is": ("c",),
    "r": ("is",),
    "rPh": ("is",),
    "phoneticPr": ("is",),
    "rPr": ("r",),
    "t": ("is", "r", "rPh"),
}
"""Which elements each element of the rows may stand in; a font in ``rPr`` may hold anything."""
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_VALUES = {
    "n": re.compile(f"(?:{_NUMBER})?"),
    "s": re.compile("[0-9]{1,9}"),
    "b": re.compile("[01]"),
    "d": re.compile("[0-9T:.Z+-]{1,40}"),
    "str": re.compile("(?s:.*)"),
    "e": re.compile("(?s:#.+|Err:[0-9]+)?"),
    "inlineStr": re.compile(""),
}
"""The kinds of cell, and how the value of each is spelt; an ``inlineStr`` has its text elsewhere."""

Cell = tuple[int, int]
"""Row and column, counted from 0."""


class ReachesTooFar(ValueError):
    """A sheet has a cell so far out that its grid would exhaust the memory."""


class HoldsTooMuch(ValueError):
    """A part holds, spans or states so many cells or texts that they would exhaust the memory."""


def parse_part(parser: expat.XMLParserType, content: bytes, *, is_all: bool = True) -> None:
    """Parses a part, or a piece of one. It must be in UTF-8 and have no document type declaration.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it is not well-formed, or states another encoding.
    """

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in ("utf-8", "us-ascii"):
            raise ValueError(encoding)

    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = declared, refuse_declarations
    try:
        parser.Parse(content, is_all)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error


def cell_of_address(text: str) -> Cell:
    """Row and column of an address such as ``B7``, counted from 0.

    Raises:
        ReachesTooFar: no sheet has such an address.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ReachesTooFar
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def cell_address(cell: Cell) -> str:
    """The address of a row and column."""
    letters, column = "", cell[1] + 1
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{cell[0] + 1}"


class Worksheet:
    """The cells of a sheet, collected while it is parsed. A cell or row without an address follows the one before it.

    Attributes:
        number: how many cells it has, including empty ones.
        last_row: the last row in which a cell holds anything, counted from 0.
        last_column: the last column in which a cell holds anything, counted from 0.
        formulas: the cells that show the result of a formula, and whether it refers to another file.
        has_errors: whether a cell holds an error, such as ``#REF!``.
    """

    def __init__(self, *, until: Cell = (-1, -1)) -> None:
        """Starts without cells, or as if all cells up to ``until`` were there; these are then not parsed."""
        self.number = 0
        self.last_row, self.last_column = until
        self.formulas: dict[Cell, bool] = {}
        self.has_errors = False
        self._merged: set[tuple[Cell, Cell]] = set()
        self._spilt: list[tuple[str, bool]] = []
        self._path: list[str] = []
        self._space = ""
        self._lists = 0
        self._differs: ValueError | None = None
        self._row = self._column = 0
        self._last_at: Cell = (-1, -1)
        self._row_is_stated = False
        self._at: Cell | None = None
        self._kind = "n"
        self._held: list[str] = []
        self._text: list[str] | None = None
        self._spills = ""

    def parse(self, content: bytes) -> None:
        """Parses a whole sheet.

        Raises:
            DeclaresEntities: it could declare entities.
            ReachesTooFar: one of its cells is too far out.
            HoldsTooMuch: it holds or spans too many cells.
            ShownOtherwise: two programs could show it differently.
            ValueError: it is not well-formed.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartCdataSectionHandler = self._add_text, self._cdata
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._interrupt
        parse_part(parser, content)
        self._finish()

    def parse_around(self, head: bytes, rows: bytes, tail: bytes) -> None:
        """Parses what is around the cells of a sheet.

        Args:
            head: the sheet up to the start of its list of rows.
            rows: the tags of the rows, without the cells; they need only be well-formed.
            tail: the rest of the sheet, from the end of the list.

        Raises:
            DeclaresEntities: it could declare entities.
            HoldsTooMuch: it has too many merged ranges.
            ShownOtherwise: two programs could show it differently.
            ValueError: it is not well-formed.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parse_part(parser, head, is_all=False)
        parser.StartElementHandler = parser.EndElementHandler = None
        parse_part(parser, rows, is_all=False)
        if b"mergeCell" in tail or b"sheetData" in tail[_END_OF_ROWS:]:
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parse_part(parser, tail)
        self._finish()

    def _finish(self) -> None:
        if self._lists != 1:
            self._note("it has no list of rows, or more than one")
        self._spill()
        if self._differs:
            raise self._differs

    @property
    def merged(self) -> tuple[tuple[Cell, Cell], ...]:
        """First and last cell of each merged range that begins among the cells."""
        return tuple(sorted(self._merged))

    def _note(self, why: str) -> None:
        self._differs = self._differs or ShownOtherwise(why)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        path = self._path
        path.append(name)
        if len(path) == 1:
            self._space = space
            if name != "worksheet" or space not in MAIN:
                self._note("it is not marked as a sheet")
        elif name == "sheetData":
            self._lists += 1
            if len(path) != 2 or space != self._space:
                self._note("its list of rows stands within something else")
        elif "sheetData" in path[:3]:
            self._in_data(name, space, attributes)
        elif name == "mergeCell" and path[-2] == "mergeCells":
            self._merge(attributes.get("ref", ""))

    def _in_data(self, name: str, space: str, attributes: dict[str, str]) -> None:
        parent = self._path[-2]
        if parent != "rPr" and (space != self._space or parent not in _PARENTS.get(name, ())):
            self._note(f"the tag {name[:40]} stands where programs expect none")
        if self._at is not None:
            self._within_cell(name, attributes)
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row_is_stated = "r" in attributes
        if self._row_is_stated:
            self._row = cell_of_address(f"A{attributes['r']}")[0]
            if self._row >= _LAST_ROW:
                raise ReachesTooFar

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        at = (self._row, self._column)
        if "r" in attributes:
            at = cell_of_address(attributes["r"])
            if at[0] != self._row and self._row_is_stated:
                self._note(f"cell {cell_address(at)} stands in row {self._row + 1}")
            self._row, self._column, self._row_is_stated = at[0], at[1], True
        if at <= self._last_at:
            self._note(f"cell {cell_address(at)} stands twice, or in the wrong order")
        self._at = self._last_at = at
        self._kind, self._held, self._spills = attributes.get("t", "n"), [], ""
        if self._kind not in _VALUES:
            self._differs = self._differs or ValueError(self._kind)
        self.has_errors |= self._kind == "e"
        self.number += 1
        if self.number > MOST_CELLS:
            raise HoldsTooMuch

    def _within_cell(self, name: str, attributes: dict[str, str]) -> None:
        assert self._at is not None
        self._reach(self._at)
        if name in ("f", "v"):
            self._text = []
        if name in ("f", "v", "is"):
            self._hold(name)
        elif self._path[-2] == "is" and name in ("t", "r"):
            if "t" in self._held or (name == "t" and "r" in self._held):
                self._note(f"cell {cell_address(self._at)} holds two texts")
            if name not in self._held:
                self._held.append(name)
        if name == "f" and attributes.get("t") != "shared":  # each cell of a shared formula has its own ``f``
            self._spills = attributes.get("ref", "")

    def _hold(self, name: str) -> None:
        """Records a formula or value of the cell, which may have one of each, of the kind that it states."""
        assert self._at is not None
        fits = name == "f" or (name == "is") == (self._kind == "inlineStr")
        if name in self._held or not fits:
            self._note(f"cell {cell_address(self._at)} holds two values, or not one of the kind that it states")
        self._held.append(name)

    def _reach(self, at: Cell) -> None:
        """Records a cell that holds something; an empty cell takes up no memory, however far out it is."""
        self.last_row, self.last_column = max(at[0], self.last_row), max(at[1], self.last_column)
        if at[0] >= MOST_ROWS or at[1] >= MOST_COLUMNS:
            raise ReachesTooFar
        if (self.last_row + 1) * (self.last_column + 1) > MOST_CELLS:
            raise HoldsTooMuch

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        self._path.pop()
        if self._at is None:
            if name == "row" and "sheetData" in self._path[:2]:
                self._row, self._column = self._row + 1, 0
        elif name == "c":
            self._at = None
            self._column += 1
        elif self._text is not None and name in ("f", "v"):
            self._end_text(name, "".join(self._text), self._at)
            self._text = None

    def _end_text(self, name: str, text: str, at: Cell) -> None:
        if name == "f":
            other_file = _OTHER_FILE.search(text) is not None
            self.formulas[at] = other_file
            if self._spills:
                self._spilt.append((self._spills, other_file))
        elif self._kind in _VALUES and not _VALUES[self._kind].fullmatch(text):
            self._note(f"cell {cell_address(at)} holds a value that is not of the kind that it states")

    def _add_text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _cdata(self) -> None:
        if self._text is not None:  # readers keep the text before it and lose the rest
            self._note("a value is written as character data")

    def _interrupt(self, *_what: str) -> None:
        if self._text is not None:  # some readers keep only the text before it
            self._note("a value is interrupted by a comment or an instruction")

    def _merge(self, ref: str) -> None:
        first, last = range_of(ref)
        if first[0] <= self.last_row and first[1] <= self.last_column and first != last:
            self._merged.add((first, last))
            if len(self._merged) > _MOST_MERGED:
                raise HoldsTooMuch

    def _spill(self) -> None:
        """Records every cell that an array formula or data table fills from another cell."""
        for ref, other_file in self._spilt:
            first, last = range_of(ref)
            for cell in self._area(first, last):
                self.formulas.setdefault(cell, other_file)

    def _area(self, first: Cell, last: Cell) -> Iterator[Cell]:
        for row in range(max(first[0], 0), min(last[0], self.last_row) + 1):
            for column in range(max(first[1], 0), min(last[1], self.last_column) + 1):
                yield row, column


def range_of(ref: str) -> tuple[Cell, Cell]:
    """First and last cell of a range such as ``B2:C9``, or of one cell.

    Raises:
        ReachesTooFar: no sheet has such a range.
    """
    first, _, last = ref.replace("$", "").partition(":")
    start, end = cell_of_address(first), cell_of_address(last or first)
    return (min(start[0], end[0]), min(start[1], end[1])), (max(start[0], end[0]), max(start[1], end[1]))


_CELL_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note on a cell, without the name of who wrote it."""

    cell: Cell
    text: str


def cell_of(address: str) -> Cell | None:
    """Row and column, counted from 0, of an address such as ``I2``; None if no return has such a cell."""
    match = _CELL_ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    cell = (int(match[2]) - 1, column - 1)
    return cell if cell[0] < MOST_ROWS and cell[1] < MOST_COLUMNS else None
