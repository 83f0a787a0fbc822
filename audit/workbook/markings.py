"""What cells show besides their text: a line through it, and a colour in place of it.

Hardly a workbook has either, so a search of the bytes comes first; only a sheet in which something is found is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.parsers import expat

from audit.text import tidy
from audit.workbook.contents import parse, refuse_declarations
from audit.workbook.notes import Note, cell_of
from audit.workbook.remembered import remembered
from audit.workbook.worksheet_xml import Cell

_MOST_TAGS = 1_500_000
_SECTIONS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_ENTRY = (0xFF, 0xFB, 0xE6)
"""The ground of a cell that the school fills in, which `cells.ENTRY` writes."""
_NEAR = 8
"""How far each part of a colour may be from it: some programs convert colours."""
_OURS = frozenset({"FFFBE6", "E8EEF5", "D9ECF7", "FBE3D9", "FBEFD5", "F6DFEB", "ECECED", "FFFFFF"})
"""The colours of a form as it is written: the two of `cells`, the tints of `theme`, and white."""
_KNOWN = re.compile(
    rb'fgColor (?:rgb="[0-9A-Fa-f]{2}(?:' + "|".join(sorted(_OURS)).encode() + rb')"|indexed="64"|theme="0") ?/?>'
)
_WHITE = {("indexed", "64"), ("indexed", "65"), ("indexed", "9"), ("indexed", "1"), ("theme", "0"), ("auto", "1")}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Run = tuple[str, bool | None]
"""A piece of a text, and whether it is struck out; None if it looks as its cell does."""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What stands on the cells of a sheet besides their values.

    Attributes:
        notes: notes and comments on cells.
        notes_lost: whether there are notes that could not be read.
        laid_over: whether pictures, text boxes or other things lie over the cells.
        struck: the text that is left of each cell with struck-out text; empty if all of it is struck out.
        coloured: the cells with a colour that the form does not have.
    """

    notes: tuple[Note, ...] = ()
    notes_lost: bool = False
    laid_over: bool = False
    struck: Mapping[Cell, str] = field(default_factory=lambda: MappingProxyType({}))
    coloured: frozenset[Cell] = frozenset()


NONE = Marks()


@dataclass(frozen=True, kw_only=True)
class Looks:
    """What the sheets of a workbook share that strikes text out or colours a cell.

    Attributes:
        struck: the styles in which text is struck out.
        coloured: the styles with a colour that the form does not have.
        texts: the pieces of each shared text that has pieces, by its number; none if nothing is struck out.
    """

    struck: frozenset[int]
    coloured: frozenset[int]
    texts: Mapping[int, Sequence[Run]]


@remembered
def looks_of(styles: bytes, strings: bytes) -> Looks:
    """What styles and shared texts strike out or colour; nothing if they cannot be parsed.

    Args:
        styles: the part of the styles; empty if there is none.
        strings: the part of the shared texts; likewise.
    """
    try:
        none: frozenset[int] = frozenset()
        struck, coloured = _styles(styles) if _may_mark(styles) else (none, none)
        is_struck = bool(struck) or _holds(strings)
        texts = _Texts.of(strings).shared if strings and is_struck and strings.count(b"<") < _MOST_TAGS else {}
    except (ValueError, expat.ExpatError):
        return Looks(struck=frozenset(), coloured=frozenset(), texts={})
    return Looks(struck=struck, coloured=coloured, texts=texts)


def marks_of(content: bytes, looks: Looks) -> Marks:
    """What a sheet strikes out and colours.

    Args:
        content: the part of the sheet.
        looks: what it shares with the others.
    """
    styled = looks.struck | looks.coloured
    if not (looks.texts or _holds(content) or (styled and _uses(content, styled))):
        return NONE
    if content.count(b"<") > _MOST_TAGS:
        return NONE
    try:
        found = _Texts.of(content, looks)
    except (ValueError, expat.ExpatError):
        return NONE
    return Marks(struck=found.struck, coloured=frozenset(found.coloured))


def _holds(content: bytes) -> bool:
    """Whether a part may strike text out; from its end, which Python searches four times as fast."""
    return content.rfind(b"strike") >= 0


def _may_mark(styles: bytes) -> bool:
    return _holds(styles) or b"gradientFill" in styles or styles.count(b"fgColor") > len(_KNOWN.findall(styles))


def _uses(content: bytes, styles: frozenset[int]) -> bool:
    """Whether any cell or run of cells has one of these styles, as the bytes tell."""
    numbers = "|".join(map(str, sorted(styles))).encode()
    return re.search(rb"""\ss\s*=\s*["'](?:""" + numbers + rb""")["']""", content) is not None or 0 in styles


def _styles(content: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the cell styles that strike out, and of those with a colour of the school's own."""
    section, is_solid = "", False
    font = fill = xf = -1
    struck_fonts: set[int] = set()
    coloured_fills: set[int] = set()
    struck: set[int] = set()
    coloured: set[int] = set()
    for name, given in parse(content):
        if name in _SECTIONS:
            section = name
        elif section == "fonts" and name == "font":
            font += 1
        elif section == "fonts" and name == "strike" and _is_on(given):
            struck_fonts.add(font)
        elif section == "fills":
            fill += name == "fill"
            pattern = given.get("patternType", "none") if name == "patternFill" else "none"
            if name == "gradientFill" or (pattern not in ("none", "solid") and fill > 1):
                coloured_fills.add(fill)
            if name == "patternFill":
                is_solid = pattern == "solid"
            elif name == "fgColor" and is_solid and _is_a_colour(given):
                coloured_fills.add(fill)
        elif section == "cellXfs" and name == "xf":
            xf += 1
            if _number(given, "fontId") in struck_fonts:
                struck.add(xf)
            if _number(given, "fillId") in coloured_fills:
                coloured.add(xf)
    return frozenset(struck), frozenset(coloured)


def _is_a_colour(given: Mapping[str, str]) -> bool:
    """Whether a colour is neither white nor that of a cell to be filled in."""
    rgb = given.get("rgb", "")[-6:].upper()
    if rgb in _OURS:
        return False
    try:
        parts = bytes.fromhex(rgb)
    except ValueError:
        parts = b""
    if len(parts) == 3:
        is_ours = all(abs(part - own) <= _NEAR for part, own in zip(parts, _ENTRY, strict=True))
        return not is_ours and min(parts) < 0xFF - _NEAR
    return bool(given) and (bool(given.get("tint", "")) or _WHITE.isdisjoint(given.items()))


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _is_on(given: Mapping[str, str]) -> bool:
    return given.get("val", "1").strip() not in ("0", "false", "off")


def _left_of(runs: Sequence[Run], *, is_struck: bool) -> str | None:
    """What is left of a text; None if nothing of it is struck out."""
    kept = [text for text, struck in runs if not (is_struck if struck is None else struck)]
    if len(kept) == len(runs):
        return None
    left = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), tidy("".join(kept)))
    return left.strip()


class _Texts:
    """The texts of a part in their pieces: of the shared texts, or of the cells of a sheet with what stands on them.

    Attributes:
        shared: the pieces of each shared text that has any.
        struck: what is left of each cell with struck-out text.
        coloured: the cells with a colour of the school's own.
    """

    def __init__(self, looks: Looks | None) -> None:
        self.shared: dict[int, list[Run]] = {}
        self.struck: dict[Cell, str] = {}
        self.coloured: set[Cell] = set()
        self._looks = looks
        self._number = -1
        self._row = self._column = 0
        self._style, self._type = 0, ""
        self._value: list[str] = []
        self._runs: list[Run] = []
        self._pieces: list[str] = []
        self._is_rich = self._is_formatted = self._is_struck = False
        self._inside = ""
        self._aid = 0

    @classmethod
    def of(cls, content: bytes, looks: Looks | None = None) -> _Texts:
        """The texts of a part; of a sheet if the looks are given."""
        found = cls(looks)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = found._start, found._end
        parser.CharacterDataHandler = found._text
        parser.StartDoctypeDeclHandler = refuse_declarations
        parser.Parse(content, True)
        return found

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "row":
            self._row = _number(given, "r") - 1 if "r" in given else self._row
            self._column = 0
        elif name == "c":
            cell = cell_of(given.get("r", "")) if "r" in given else (self._row, self._column)
            self._row, self._column = cell or (self._row, self._column)
            self._style, self._type, self._value = _number(given, "s"), given.get("t", "n"), []
            self._runs, self._is_rich = [], False
        elif name == "si":
            self._number += 1
            self._runs, self._is_rich = [], False
        elif name == "r":
            self._pieces, self._is_rich, self._is_formatted, self._is_struck = [], True, False, False
        elif name == "rPr":
            self._is_formatted = True
        elif name == "strike" and _is_on(given):
            self._is_struck = True
        elif name == "rPh":
            self._aid += 1
        elif name in ("t", "v") and not self._aid:
            self._inside = name

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name == "t" and not self._is_rich and not self._aid:
            self._runs.append(("".join(self._pieces), None))
            self._pieces = []
        elif name == "r":
            look = True if self._is_struck else False if self._is_formatted else None
            self._runs.append(("".join(self._pieces), look))
            self._pieces = []
        elif name == "si" and self._is_rich:
            self.shared[self._number] = self._runs
        elif name == "c":
            self._take_cell()
            self._column += 1
        elif name == "row":
            self._row += 1
        elif name == "rPh":
            self._aid -= 1
        if name in ("t", "v"):
            self._inside = ""

    def _text(self, text: str) -> None:
        if self._inside == "t":
            self._pieces.append(text)
        elif self._inside == "v":
            self._value.append(text)

    def _take_cell(self) -> None:
        if self._looks is None:
            return
        cell, value = (self._row, self._column), "".join(self._value)
        if self._style in self._looks.coloured:
            self.coloured.add(cell)
        runs: Sequence[Run] = self._runs if self._type == "inlineStr" else [(value, None)] if value else []
        if self._type == "s" and value.strip().isdecimal() and len(value) < 10:
            runs = self._looks.texts.get(int(value), runs)
        left = _left_of(runs, is_struck=self._style in self._looks.struck)
        if left is not None:
            self.struck[cell] = left
