"""What cells show besides their text: a line through it, and a colour in place of it.

Hardly a workbook has either, so a search of the bytes comes first; only a sheet in which something is found is parsed.

Notes and threaded comments on cells: what people write beside an answer instead of into it.

Excel keeps a threaded comment twice: in a part of its own, and as a note for older programs; Google Sheets
keeps all as notes, each with the name of who wrote it. Names of people are left out.

What stands beside the values of cells, sheet by sheet: notes, struck-out text, colours, and text on sheets that are not read.

Text that somebody typed on a sheet which only the product fills, in cells that it leaves empty.

Such a sheet is not read: a search of its bytes finds which of its cells hold anything, and the shape of what the product
writes there tells which of them it did not fill.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from xml.parsers import expat

from audit.text import LONGEST, tidy
from audit.workbook import layout
from audit.workbook.safety.contents import (
    Contents,
    DeclaresEntities,
    Parts,
    parse_small_part,
    refuse_declarations,
    related_parts,
    remembered,
)
from audit.workbook.safety.worksheet_xml import Cell, Note, cell_of

MOST_NOTES = 10_000
"""Notes of one sheet that are looked at; a return has a few."""
_LARGEST = 4 * 1024 * 1024
_NOTES, _THREADS = "comments", "threadedComment"
_FOR_OLD_PROGRAMS = re.compile(r"\[Threaded comment\].*?\bComment:\n", re.DOTALL)
"""What Excel puts before a threaded comment in the note that stands for it."""
_REPLY = re.compile(r"\nReply:\n\s*")
_SIGNED_BELOW = re.compile(r"\n\t-[^\n]*(?:\n_[^\n]*_)?")
"""The name with which Google Sheets ends a comment."""


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
        texts = _MarkedTexts.of(strings).shared if strings and is_struck and strings.count(b"<") < _MOST_TAGS else {}
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
        found = _MarkedTexts.of(content, looks)
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
    for name, given in parse_small_part(content):
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


class _MarkedTexts:
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
    def of(cls, content: bytes, looks: Looks | None = None) -> _MarkedTexts:
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


_ONLY_OURS = frozenset({layout.LAST_YEAR, layout.SIGN_OFF, layout.SIGNED_CONTENT, layout.LISTS})
"""Sheets in which nobody answers, so that neither a colour nor a line through a text means anything."""


_PLACED = re.compile(rb"(?:two|one)CellAnchor|absoluteAnchor")
"""What places a thing on a sheet."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """What somebody wrote on a sheet that only the product fills.

    Attributes:
        typed: cells with a text where the product leaves them empty.
        notes: notes and comments on its cells.
    """

    typed: tuple[Cell, ...] = ()
    notes: tuple[Note, ...] = ()


def marks_by_sheet(
    parts: Parts, contents: Contents, sheets: Mapping[str, bytes], shared: Mapping[str, bytes]
) -> dict[str, Marks]:
    """What stands on the cells of each sheet that is read; a sheet on which nothing stands is left out.

    Args:
        parts: the parts of the workbook.
        contents: where things are in it.
        sheets: the part of each sheet by its title.
        shared: the parts that the sheets share, by name.
    """
    looks = looks_of(shared.get("styles.xml", b""), shared.get("sharedStrings.xml", b""))
    found: dict[str, Marks] = {}
    for title, content in sheets.items():
        marks = NONE if title in _ONLY_OURS else marks_of(content, looks)
        notes = read_notes(parts, contents.sheets[title])
        if notes is None:
            marks = replace(marks, notes_lost=True)
        elif notes:
            marks = replace(marks, notes=notes)
        if title not in _ONLY_OURS | SHEETS and _is_laid_over(parts, contents.sheets[title]):
            marks = replace(marks, laid_over=True)
        if marks is not NONE:
            found[title] = marks
    return found


def _is_laid_over(parts: Parts, sheet: str) -> bool:
    """Whether pictures, text boxes or other things lie over a sheet; some programs give every sheet an empty drawing."""
    try:
        drawings = [target for kind, target in related_parts(parts.glimpse, sheet) if kind == "drawing"]
    except ValueError:  # damaged or hostile relations are told with the notes
        return False
    return any(_PLACED.search(parts.glimpse(part) or b"") for part in drawings)


def unread_by_sheet(parts: Parts, contents: Contents, read: Collection[str]) -> dict[str, Unread]:
    """What somebody wrote on each sheet that only the product fills; a sheet where nobody did is left out.

    Args:
        parts: the parts of the workbook.
        contents: where things are in it.
        read: the titles of the sheets that are read.
    """
    has_notes = any("comment" in part for part in parts)
    found: dict[str, Unread] = {}
    for title, part in contents.sheets.items():
        content = parts.glimpse(part, LARGEST) if title in SHEETS else None
        typed = typed_outside(title, content) if content else ()
        notes = read_notes(parts, part) if has_notes and title not in read else ()
        if typed or notes:
            found[title] = Unread(typed=typed, notes=notes or ())
    return found


LARGEST = 512 * 1024
"""Bytes of such a sheet that are searched; ours have a tenth of it."""
_HELD = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7}+)"(?: s="[0-9]++")?+(?: t="([a-zA-Z]{1,9})")?+ ?+>'
    rb"<(?:v|is)>(?!</v>|</is>|<t/>|<t></t>)"
)
"""A cell with a value, as spreadsheet programs spell it; one with a formula has none here."""
_NUMBERS = (b"", b"n")

_Held = Sequence[tuple[bytes, bytes, bytes]]
"""Column, row and type of each cell that holds something."""


def typed_outside(title: str, content: bytes) -> tuple[Cell, ...]:
    """The cells of a sheet that hold what the product never puts there, in order.

    Args:
        title: the sheet's name; one that is not known has none.
        content: its part.
    """
    outside = _RULES.get(title)
    if outside is None:
        return ()
    cells = (cell_of((column + row).decode()) for column, row in outside(_HELD.findall(content)))
    return tuple(sorted({cell for cell in cells if cell is not None}))


def _beside_read_me(held: _Held) -> list[tuple[bytes, bytes]]:
    """On *Read me* each line has a name and a text; the first is the title."""
    known = {(column, row) for column, row, _ in held}
    other = {b"A": b"B", b"B": b"A"}
    return [
        (column, row)
        for column, row in known
        if column not in other or (row != b"1" and (other[column], row) not in known)
    ]


def _beside_summary(held: _Held) -> list[tuple[bytes, bytes]]:
    """*Summary* has eight columns, and ends with a row of counts."""
    return _beyond(held, columns=8, ends_at=0)


def _beside_gaps(held: _Held) -> list[tuple[bytes, bytes]]:
    """*Gaps* has ten columns, and ends with a row of counts; with its headings, in the third row, if there is no gap."""
    return _beyond(held, columns=10, ends_at=3)


def _beyond(held: _Held, columns: int, ends_at: int) -> list[tuple[bytes, bytes]]:
    own = frozenset(layout.column_letters(column).encode() for column in range(columns))
    found = [(column, row) for column, row, _ in held if column not in own]
    below: list[tuple[bytes, bytes]] = []
    last = ends_at
    for column, row, kind in reversed(held):  # programs write the rows in their order
        if kind in _NUMBERS and column in own:
            last = int(row)
            break
        below.append((column, row))
    return found + [(column, row) for column, row in below if last and int(row) > last]


_RULES: Mapping[str, Callable[[_Held], list[tuple[bytes, bytes]]]] = {
    layout.READ_ME: _beside_read_me,
    layout.SUMMARY: _beside_summary,
    layout.GAPS: _beside_gaps,
}
SHEETS = frozenset(_RULES)
