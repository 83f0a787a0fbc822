"""Measures a sheet before any reader opens it: how far it reaches, its formulas, and how long the shared texts are.

It also checks that every program finds the same shared texts. Spreadsheet programs spell a cell in one way. If every
cell of a sheet is spelt so, within `A1:Z999`, one search shows that the cells are harmless, and only the rest of the
sheet is parsed. Any other sheet is parsed in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import lt
from string import ascii_uppercase
from xml.parsers import expat

from audit.workbook.safety.contents import MAIN, DeclaresEntities, ShownOtherwise, remembered
from audit.workbook.safety.worksheet_xml import Cell, HoldsTooMuch, Worksheet, parse_part

TEXT = rb"[^<]*+"
"""A text as programs spell it, in a part for which `is_text` holds."""
Merged = tuple[tuple[Cell, Cell], ...]

_PLAIN_UNTIL = (998, 25)
"""The last cell that a plain sheet may have: `Z999`."""
_MOST_TAGS = 1_500_000
_ROWS, _ROW, _NEXT_ROW = b"<sheetData>", b'<row r="', b'</row><row r="'
_NUMBER = rb"-?[0-9]{1,8}(?:\.[0-9]{1,20})?+(?:E-[0-9]{1,3})?+"
_PLAIN_CELL = (
    rb'<c r="%c\1"(?: s="[0-9]++")?+(?:'
    rb' t="(?:inlineStr"><is><t(?: xml:space="preserve")?+>' + TEXT + rb"</t></is></c>"
    rb'|s"><v>[0-9]{1,9}</v></c>|str"><v>' + TEXT + rb'</v></c>|b"><v>[01]</v></c>)'
    rb'|(?: t="n")?+(?:/>|></c>|><v/></c>|><v>(?:' + _NUMBER + rb")?+</v></c>))"
)
_FIRST, *_FURTHER = (_PLAIN_CELL % letter for letter in ascii_uppercase.encode())
_PLAIN_ROWS = re.compile(
    rb'(?:<row r="([1-9][0-9]{0,2})"[^<>]*+>'
    + _FIRST
    + b"".join(b"(?:%s)?+" % cell for cell in _FURTHER)
    + rb"</row>)*+"
)
"""Plain rows: the first cell is in column A, and each cell is in its row, once, in order, without formula and spelt as
programs spell it. Possessive quantifiers prevent a second try at what has matched, for speed."""
_HUGE = re.compile(rb"v\s*>[-+]?(?:[0-9]{9}|[0-9.]+[eE]\+?[0-9]|(?i:inf|nan))")
"""A value that is beyond every calendar: calamine panics if its cell has the format of a date."""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How far a sheet reaches, and what in it needs care.

    Attributes:
        texts: an upper limit for the cells that hold a shared text.
        area: an upper limit for the cells in the rectangle that the sheet spans.
        formulas: the cells that show the result of a formula, their own or one that spills over them, and whether it
            refers to another file.
        merged: first and last cell of each merged range.
        has_huge: whether a cell holds a number that is beyond every calendar.
        has_errors: whether a cell holds an error, such as ``#REF!``.
    """

    texts: int
    area: int
    formulas: dict[Cell, bool]
    merged: tuple[tuple[Cell, Cell], ...]
    has_huge: bool
    has_errors: bool = False


def extent_of(content: bytes, *, shares_texts: bool) -> Extent:
    """The extent of a worksheet.

    Args:
        content: the bytes of its part.
        shares_texts: whether its cells may hold shared texts.

    Raises:
        DeclaresEntities: it could declare entities.
        ReachesTooFar: one of its cells is too far out.
        HoldsTooMuch: it holds or spans too many cells.
        ShownOtherwise: two programs could show it differently.
        ValueError: it is not well-formed.
    """
    merged = _plain(content)
    if merged is not None:
        texts = content.count(b't="s"') if shares_texts else 0
        return Extent(
            texts=texts,
            area=(_PLAIN_UNTIL[0] + 1) * (_PLAIN_UNTIL[1] + 1),
            formulas={},
            merged=merged,
            has_huge=False,
        )
    check_part(content)
    if content.count(b"<") > _MOST_TAGS:
        raise HoldsTooMuch
    sheet = Worksheet()
    sheet.parse(content)
    return Extent(
        texts=sheet.number,
        area=(sheet.last_row + 1) * (sheet.last_column + 1),
        formulas=sheet.formulas,
        merged=sheet.merged,
        has_huge=_HUGE.search(content) is not None,
        has_errors=sheet.has_errors,
    )


def check_part(content: bytes) -> None:
    """Refuses a part that could declare entities, or in which a search of the bytes could miss what a reader finds.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it holds a zero byte, as UTF-16 does and UTF-8 does not.
    """
    if b"\0" in content:
        raise ValueError
    if b"<!" in content and _DECLARATION.search(content):
        raise DeclaresEntities


def _plain(content: bytes) -> Merged | None:
    """The merged ranges of a sheet whose cells are all plain, each once and in order; None if they are not.

    Only what is around the cells is parsed. Whole rows are cut out, between tags, so the rest is well-formed if and
    only if the sheet is.
    """
    begin, end = content.find(_ROWS) + len(_ROWS), content.rfind(b"</sheetData>")
    if not len(_ROWS) <= begin < end or not _PLAIN_ROWS.fullmatch(content, begin, end):
        return None
    head, tail = content[:begin], content[end:]
    tags = [content[at : content.find(b">", at)].partition(b'"') for at in _row_numbers(content, begin, end)]
    if b"<!" in head + tail or not is_text(content) or not _rises([int(number) for number, _, _ in tags]):
        return None
    looks = b"".join(b'<row r="1"%s/>' % look for look in sorted({look for _, _, look in tags}))
    return _merged_around(head, looks, tail)


def _row_numbers(content: bytes, begin: int, end: int) -> Iterator[int]:
    """The position of the number of each row, in rows that are known to be plain."""
    at = begin + len(_ROW)
    while at > 0:
        yield at
        following = content.find(_NEXT_ROW, at, end)
        at = following + len(_NEXT_ROW) if following > 0 else 0


@remembered
def _merged_around(head: bytes, rows: bytes, tail: bytes) -> Merged:
    """The merged ranges of a sheet, from what is around its cells, which is the same in many forms.

    Args:
        head: the sheet up to the start of its list of rows.
        rows: the tags of rows, without cells.
        tail: the rest of the sheet, from the end of the list.
    """
    around = Worksheet(until=_PLAIN_UNTIL)
    around.parse_around(head, rows, tail)
    return around.merged


def _rises(numbers: Sequence[int]) -> bool:
    return all(map(lt, numbers, numbers[1:]))


_HELD = bytes({*range(32, 256), *b"\t\n\r"})
_NAMED = (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;")
_NUMBERED = re.compile(rb"#(?:9|1[03]|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|1[0-9]{5});")
"""A reference to a character by its number, as programs write it."""
_PLAIN_TEXTS = re.compile(
    rb"(?:<\?xml [^<>&]*\?>\s*)?+<sst xmlns=\"(?:%s)\"(?: count=\"[0-9]{1,9}\")?(?: uniqueCount=\"([0-9]{1,9})\")?>"
    rb"(?:<si>(?:<t(?: xml:space=\"preserve\")?>%s</t>|<t/>)</si>|<si/>)*+</sst>\s*"
    % (b"|".join(re.escape(space.encode()) for space in MAIN), TEXT)
)
"""A part of shared texts without formatting, in which every ``</si>`` is the end of a text."""
_SHARED = re.compile(rb' t="s" ?><v>([0-9]{1,9})</v>')
"""A cell that holds a shared text, as spreadsheet programs spell it."""
_PARENTS = {
    "si": ("sst",),
    "t": ("si", "r", "rPh"),
    "r": ("si",),
    "rPh": ("si",),
    "phoneticPr": ("si",),
    "rPr": ("r",),
}
"""Which elements each element of the shared texts may stand in."""


def is_text(content: bytes) -> bool:
    """Whether the bytes of a part are UTF-8 text that every parser accepts, so that they may be searched."""
    if b"]" in content and b"]]>" in content:  # not allowed in a text; one byte is found faster than three
        return False
    if content.translate(None, _HELD) or not _refers_plainly(content):
        return False
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\xef" not in content or b"\xef\xbf" not in content  # U+FFFE and U+FFFF begin so, and are no characters


def _refers_plainly(content: bytes) -> bool:
    """Whether after each ampersand comes the name or number of a character, as programs write it."""
    at = content.find(b"&") + 1
    while at and (content.startswith(_NAMED, at) or _NUMBERED.match(content, at)):
        at = content.find(b"&", at) + 1
    return not at


def longest_text(content: bytes) -> int:
    """An upper limit for the bytes of the longest shared text.

    Raises:
        DeclaresEntities: the part could declare entities.
        HoldsTooMuch: it states more texts than it can hold, and a reader would allot memory for them.
        ShownOtherwise: two programs could show its texts differently.
        ValueError: it is not well-formed, or does not hold shared texts.
    """
    plain = _PLAIN_TEXTS.fullmatch(content)
    if plain and int(plain[1] or 0) <= len(content) and is_text(content) and _in_utf_8(content):
        return max(map(len, content.split(b"</si>")))
    texts = _Texts(content)
    parse_part(texts.parser, content)
    if texts.differs:
        raise ShownOtherwise(texts.differs)
    return max((after - before for before, after in pairwise(texts.ends)), default=0)


def written_out(texts: bytes, sheets: Sequence[bytes], number: int) -> float:
    """The bytes that the shared texts take up if each cell that holds one has its own copy; infinite if not known.

    Args:
        texts: the bytes of the part with the shared texts.
        sheets: the bytes of the sheets.
        number: how many of their cells hold a shared text, at most.
    """
    used = [int(place) for sheet in sheets for place in _SHARED.findall(sheet)]
    lengths = [len(text) for text in texts.split(b"</si>")] if _PLAIN_TEXTS.fullmatch(texts) else []
    if len(used) != number or max(used, default=0) >= len(lengths):
        return inf
    return sum(lengths[place] for place in used)


def _in_utf_8(content: bytes) -> bool:
    declaration = content.partition(b"?>")[0].lower() if content.startswith(b"<?xml") else b""
    return b"encoding" not in declaration or b'encoding="utf-8"' in declaration


class _Texts:
    """The shared texts while they are parsed.

    Attributes:
        ends: 0, then the position of the end of each text.
        differs: why two programs could show the texts differently; empty if they cannot.
    """

    def __init__(self, content: bytes) -> None:
        self.ends, self.differs = [0], ""
        self._bytes, self._path, self._space = len(content), list[str](), ""
        self._held: set[str] = set()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self._path.append(name)
        if len(self._path) == 1:
            self._begin(name, space, attributes)
            return
        if self._path[1] == "extLst" and name != "si":  # extensions, which no program shows in a cell
            return
        parent = self._path[-2]
        if parent != "rPr" and (space != self._space or parent not in _PARENTS.get(name, ())):
            self.differs = self.differs or f"the tag {name[:40]} stands where programs expect none, in the shared texts"
        if name == "si":
            self._held = set()
        elif parent == "si" and name in ("t", "r"):
            if "t" in self._held or (name == "t" and self._held):
                self.differs = self.differs or "one of the shared texts is two"
            self._held.add(name)

    def _begin(self, name: str, space: str, attributes: dict[str, str]) -> None:
        if name != "sst":
            raise ValueError(name)
        self._space = space
        if space not in MAIN:
            self.differs = "the shared texts are not marked as such"
        stated = attributes.get("uniqueCount", "0")
        if not stated.isdecimal() or int(stated) > self._bytes:
            raise HoldsTooMuch

    def _end(self, tag: str) -> None:
        self._path.pop()
        if tag.endswith("si"):
            self.ends.append(self.parser.CurrentByteIndex)
