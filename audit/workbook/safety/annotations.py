"""Finds what is on a sheet besides the values of its cells: notes, struck-out text, colours and things laid over it.

Notes and threaded comments are what people write on an answer's cell instead of in it. Excel keeps a threaded comment
twice: in its own part, and as a note for older programs. Google Sheets keeps every comment as a note that ends with
the name of its writer. Names of people are left out.

Few workbooks have struck-out text or colours. So the bytes are searched first, and only a sheet with a hit is parsed.

Sheets that only the product fills are not read. But somebody may have typed in cells that the product leaves empty. A
search of the sheet's bytes finds the cells that hold anything, and `_RULES` says which of them the product fills.
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

_ONLY_OURS = frozenset({layout.LAST_YEAR, layout.SIGN_OFF, layout.SIGNED_CONTENT, layout.LISTS})
"""Sheets in which nobody answers, so that neither a colour nor struck-out text means anything."""
_PLACED = re.compile(rb"(?:two|one)CellAnchor|absoluteAnchor")
"""The elements that place a picture, a chart or a text box on a sheet."""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is on the cells of a sheet besides their values.

    Attributes:
        notes: notes and comments on cells.
        notes_lost: whether there are notes that could not be read.
        laid_over: whether pictures, text boxes or other things lie over the cells.
        struck: for each cell with struck-out text, the text that remains; empty if all of it is struck out.
        coloured: the cells with a colour that the form does not have.
    """

    notes: tuple[Note, ...] = ()
    notes_lost: bool = False
    laid_over: bool = False
    struck: Mapping[Cell, str] = field(default_factory=lambda: MappingProxyType({}))
    coloured: frozenset[Cell] = frozenset()


NONE = Marks()


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
    """The marks of each sheet that is read, by title; a sheet without any is left out.

    Args:
        parts: the parts of the workbook.
        contents: the names of its parts.
        sheets: the bytes of each sheet, by its title.
        shared: the bytes of the parts that the sheets share, by name.
    """
    looks = looks_of(shared.get("styles.xml", b""), shared.get("sharedStrings.xml", b""))
    marked: dict[str, Marks] = {}
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
            marked[title] = marks
    return marked


def _is_laid_over(parts: Parts, sheet: str) -> bool:
    """Whether pictures, text boxes or other things lie over a sheet; some programs give every sheet an empty drawing."""
    try:
        drawings = [target for kind, target in related_parts(parts.glimpse, sheet) if kind == "drawing"]
    except ValueError:  # `read_notes` fails on them too, and reports it
        return False
    return any(_PLACED.search(parts.glimpse(part) or b"") for part in drawings)


def unread_by_sheet(parts: Parts, contents: Contents, read: Collection[str]) -> dict[str, Unread]:
    """What somebody wrote on each sheet that only the product fills, by title; a sheet where nobody did is left out.

    Args:
        parts: the parts of the workbook.
        contents: the names of its parts.
        read: the titles of the sheets that are read.
    """
    has_notes = any("comment" in part for part in parts)
    written: dict[str, Unread] = {}
    for title, part in contents.sheets.items():
        content = parts.glimpse(part, LARGEST) if title in SHEETS else None
        typed = typed_outside(title, content) if content else ()
        notes = read_notes(parts, part) if has_notes and title not in read else ()
        if typed or notes:
            written[title] = Unread(typed=typed, notes=notes or ())
    return written


MOST_NOTES = 10_000
"""The most notes of one sheet that are read; a return has a few."""
_LARGEST = 4 * 1024 * 1024
_NOTES, _THREADS = "comments", "threadedComment"
_FOR_OLD_PROGRAMS = re.compile(r"\[Threaded comment\].*?\bComment:\n", re.DOTALL)
"""What Excel puts before the text of a threaded comment, in the note that it writes for older programs."""
_REPLY = re.compile(r"\nReply:\n\s*")
_SIGNED_BELOW = re.compile(r"\n\t-[^\n]*(?:\n_[^\n]*_)?")
"""The name with which Google Sheets ends a comment."""


def read_notes(parts: Parts, sheet: str) -> tuple[Note, ...] | None:
    """The notes and comments on a sheet, one for each cell, row by row; None if they cannot be read.

    Args:
        parts: the parts of the workbook.
        sheet: the name of the sheet's part.
    """
    try:
        related = related_parts(parts.glimpse, sheet)
        texts_by_kind: dict[str, dict[Cell, list[str]]] = {_NOTES: {}, _THREADS: {}}
        for kind, target in related:
            if kind in texts_by_kind:
                content = parts.glimpse(target, _LARGEST)
                if content is None:
                    return None
                for cell, text in _Texts(content).texts:
                    texts_by_kind[kind].setdefault(cell, []).append(text)
    except (DeclaresEntities, ValueError, expat.ExpatError):
        return None
    return tuple(Note(cell=cell, text="\n".join(texts)) for cell, texts in sorted(_merged(texts_by_kind).items()))


def _merged(texts_by_kind: Mapping[str, Mapping[Cell, list[str]]]) -> dict[Cell, list[str]]:
    """The texts by cell. Where a cell has a threaded comment and the note that repeats it, only the comment is taken."""
    threads = texts_by_kind[_THREADS]
    merged = {cell: list(texts) for cell, texts in threads.items()}
    for cell, texts in texts_by_kind[_NOTES].items():
        notes = [text for text in texts if not (cell in threads and text.startswith("[Threaded comment]"))]
        merged.setdefault(cell, []).extend(filter(None, map(_without_wrapping, notes)))
    return {cell: texts for cell, texts in merged.items() if texts}


def _without_wrapping(text: str) -> str:
    """The text of a note, without the words that a program put around it."""
    text = _FOR_OLD_PROGRAMS.sub("", text, count=1)
    return "\n".join(line.strip() for line in _SIGNED_BELOW.sub("", _REPLY.sub("\n", text)).strip().split("\n"))


class _Texts:
    """The texts of one part of notes or comments.

    Attributes:
        texts: cell and text of each, in the order of the part.

    Raises:
        ExpatError: it is not well-formed.
        DeclaresEntities: it could declare entities.
    """

    def __init__(self, content: bytes) -> None:
        self.texts: list[tuple[Cell, str]] = []
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

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name in ("comment", "threadedComment"):
            self._cell, self._pieces, self._length = cell_of(attributes.get("ref", "")), [], 0
            number = attributes.get("authorId", "")
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
            if text and self._cell is not None and len(self.texts) < MOST_NOTES:
                self.texts.append((self._cell, text))
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
"""The background of a cell that the school fills in: `cells.ENTRY` in numbers."""
_NEAR = 8
"""How far red, green and blue may each be from it: some programs convert colours."""
_OURS = frozenset({"FFFBE6", "E8EEF5", "D9ECF7", "FBE3D9", "FBEFD5", "F6DFEB", "ECECED", "FFFFFF"})
"""The colours that the product writes in a form: the two of `cells`, the tints of `theme`, and white."""
_KNOWN = re.compile(
    rb'fgColor (?:rgb="[0-9A-Fa-f]{2}(?:' + "|".join(sorted(_OURS)).encode() + rb')"|indexed="64"|theme="0") ?/?>'
)
_WHITE = {("indexed", "64"), ("indexed", "65"), ("indexed", "9"), ("indexed", "1"), ("theme", "0"), ("auto", "1")}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Run = tuple[str, bool | None]
"""A piece of a text, and whether it is struck out; None if it has the style of its cell."""


@dataclass(frozen=True, kw_only=True)
class Looks:
    """The shared styles and texts of a workbook that strike text out or colour a cell.

    Attributes:
        struck: the styles in which text is struck out.
        coloured: the styles with a colour that the form does not have.
        texts: by its number, the pieces of each shared text that has several; empty if nothing is struck out.
    """

    struck: frozenset[int]
    coloured: frozenset[int]
    texts: Mapping[int, Sequence[Run]]


@remembered
def looks_of(styles: bytes, strings: bytes) -> Looks:
    """Which styles and shared texts strike out or colour; none if they cannot be parsed.

    Args:
        styles: the bytes of the part with the styles; empty if there is none.
        strings: the bytes of the part with the shared texts; empty if there is none.
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
    """The struck-out text and the coloured cells of a sheet.

    Args:
        content: the bytes of the sheet's part.
        looks: the styles and texts that it shares with the other sheets.
    """
    styled = looks.struck | looks.coloured
    if not (looks.texts or _holds(content) or (styled and _uses(content, styled))):
        return NONE
    if content.count(b"<") > _MOST_TAGS:
        return NONE
    try:
        marked = _MarkedTexts.of(content, looks)
    except (ValueError, expat.ExpatError):
        return NONE
    return Marks(struck=marked.struck, coloured=frozenset(marked.coloured))


def _holds(content: bytes) -> bool:
    """Whether a part may strike text out. It is searched from its end, which Python does four times as fast."""
    return content.rfind(b"strike") >= 0


def _may_mark(styles: bytes) -> bool:
    return _holds(styles) or b"gradientFill" in styles or styles.count(b"fgColor") > len(_KNOWN.findall(styles))


def _uses(content: bytes, styles: frozenset[int]) -> bool:
    """Whether a cell or row has one of these styles, by a search of the bytes."""
    numbers = "|".join(map(str, sorted(styles))).encode()
    return re.search(rb"""\ss\s*=\s*["'](?:""" + numbers + rb""")["']""", content) is not None or 0 in styles


def _styles(content: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the cell styles that strike out, and of those with a colour that the form does not have."""
    section, is_solid = "", False
    font = fill = xf = -1
    struck_fonts: set[int] = set()
    coloured_fills: set[int] = set()
    struck: set[int] = set()
    coloured: set[int] = set()
    for name, attributes in parse_small_part(content):
        if name in _SECTIONS:
            section = name
        elif section == "fonts" and name == "font":
            font += 1
        elif section == "fonts" and name == "strike" and _is_on(attributes):
            struck_fonts.add(font)
        elif section == "fills":
            fill += name == "fill"
            pattern = attributes.get("patternType", "none") if name == "patternFill" else "none"
            if name == "gradientFill" or (pattern not in ("none", "solid") and fill > 1):
                coloured_fills.add(fill)
            if name == "patternFill":
                is_solid = pattern == "solid"
            elif name == "fgColor" and is_solid and _is_a_colour(attributes):
                coloured_fills.add(fill)
        elif section == "cellXfs" and name == "xf":
            xf += 1
            if _number(attributes, "fontId") in struck_fonts:
                struck.add(xf)
            if _number(attributes, "fillId") in coloured_fills:
                coloured.add(xf)
    return frozenset(struck), frozenset(coloured)


def _is_a_colour(attributes: Mapping[str, str]) -> bool:
    """Whether a colour is neither white nor one of the form's."""
    rgb = attributes.get("rgb", "")[-6:].upper()
    if rgb in _OURS:
        return False
    try:
        parts = bytes.fromhex(rgb)
    except ValueError:
        parts = b""
    if len(parts) == 3:
        is_ours = all(abs(part - ours) <= _NEAR for part, ours in zip(parts, _ENTRY, strict=True))
        return not is_ours and min(parts) < 0xFF - _NEAR
    return bool(attributes) and (bool(attributes.get("tint", "")) or _WHITE.isdisjoint(attributes.items()))


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _is_on(attributes: Mapping[str, str]) -> bool:
    return attributes.get("val", "1").strip() not in ("0", "false", "off")


def _left_of(runs: Sequence[Run], *, is_struck: bool) -> str | None:
    """The text without its struck-out pieces; None if nothing of it is struck out."""
    kept = [text for text, struck in runs if not (is_struck if struck is None else struck)]
    if len(kept) == len(runs):
        return None
    left = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), tidy("".join(kept)))
    return left.strip()


class _MarkedTexts:
    """The texts of a part in pieces: those of the shared texts, or those of a sheet's cells with their colours.

    Attributes:
        shared: by its number, the pieces of each shared text that has any.
        struck: for each cell with struck-out text, the text that remains.
        coloured: the cells with a colour that the form does not have.
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
        """Parses a part: a sheet if `looks` is there, else the shared texts."""
        marked = cls(looks)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = marked._start, marked._end
        parser.CharacterDataHandler = marked._text
        parser.StartDoctypeDeclHandler = refuse_declarations
        parser.Parse(content, True)
        return marked

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "row":
            self._row = _number(attributes, "r") - 1 if "r" in attributes else self._row
            self._column = 0
        elif name == "c":
            cell = cell_of(attributes.get("r", "")) if "r" in attributes else (self._row, self._column)
            self._row, self._column = cell or (self._row, self._column)
            self._style, self._type, self._value = _number(attributes, "s"), attributes.get("t", "n"), []
            self._runs, self._is_rich = [], False
        elif name == "si":
            self._number += 1
            self._runs, self._is_rich = [], False
        elif name == "r":
            self._pieces, self._is_rich, self._is_formatted, self._is_struck = [], True, False, False
        elif name == "rPr":
            self._is_formatted = True
        elif name == "strike" and _is_on(attributes):
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


LARGEST = 512 * 1024
"""The largest such sheet, in bytes, that is searched; ours have a tenth of it."""
_HELD = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7}+)"(?: s="[0-9]++")?+(?: t="([a-zA-Z]{1,9})")?+ ?+>'
    rb"<(?:v|is)>(?!</v>|</is>|<t/>|<t></t>)"
)
"""A cell with a value, as spreadsheet programs spell it; a cell with a formula does not match."""
_NUMBERS = (b"", b"n")

_Held = Sequence[tuple[bytes, bytes, bytes]]
"""Column, row and type of each cell that holds something."""


def typed_outside(title: str, content: bytes) -> tuple[Cell, ...]:
    """The cells of a sheet that hold a value where the product writes none, row by row.

    Args:
        title: the sheet's name; a sheet without a rule has no such cells.
        content: the bytes of its part.
    """
    find_added = _RULES.get(title)
    if find_added is None:
        return ()
    cells = (cell_of((column + row).decode()) for column, row in find_added(_HELD.findall(content)))
    return tuple(sorted({cell for cell in cells if cell is not None}))


def _added_on_read_me(held: _Held) -> list[tuple[bytes, bytes]]:
    """On *Read me* each row has a name in A and a text in B; the first row has the title in A."""
    known = {(column, row) for column, row, _ in held}
    other = {b"A": b"B", b"B": b"A"}
    return [
        (column, row)
        for column, row in known
        if column not in other or (row != b"1" and (other[column], row) not in known)
    ]


def _added_on_summary(held: _Held) -> list[tuple[bytes, bytes]]:
    """*Summary* has eight columns, and ends with a row of counts."""
    return _beyond(held, columns=8, ends_at=0)


def _added_on_gaps(held: _Held) -> list[tuple[bytes, bytes]]:
    """*Gaps* has ten columns, and ends with a row of counts; if there is no gap, with its headings in the third row."""
    return _beyond(held, columns=10, ends_at=3)


def _beyond(held: _Held, columns: int, ends_at: int) -> list[tuple[bytes, bytes]]:
    """The cells right of so many columns, and those below the last number; none of the latter if there is no end.

    Args:
        held: the cells that hold something.
        columns: how many columns the product fills.
        ends_at: the last row of the product if no cell holds a number; 0 if it is then not known.
    """
    ours = frozenset(layout.column_letters(column).encode() for column in range(columns))
    right = [(column, row) for column, row, _ in held if column not in ours]
    below: list[tuple[bytes, bytes]] = []
    last = ends_at
    for column, row, kind in reversed(held):  # programs write the rows in their order
        if kind in _NUMBERS and column in ours:
            last = int(row)
            break
        below.append((column, row))
    return right + [(column, row) for column, row in below if last and int(row) > last]


_RULES: Mapping[str, Callable[[_Held], list[tuple[bytes, bytes]]]] = {
    layout.READ_ME: _added_on_read_me,
    layout.SUMMARY: _added_on_summary,
    layout.GAPS: _added_on_gaps,
}
SHEETS = frozenset(_RULES)
