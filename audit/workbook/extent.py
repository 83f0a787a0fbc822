"""How far a sheet reaches, and which of its cells hold what is never read: before any reader opens it.

Spreadsheet programs spell a cell in one way. In a sheet in which every cell is spelt so, within `A1:Z999`, the cells
are seen to be harmless by one search, and only what is left without them is parsed. Any other is parsed in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import lt
from string import ascii_uppercase

from audit.workbook.contents import DeclaresEntities
from audit.workbook.remembered import remembered
from audit.workbook.shared_texts import TEXT, is_text
from audit.workbook.worksheet_xml import Cell, HoldsTooMuch, Worksheet

Merged = tuple[tuple[Cell, Cell], ...]

_PLAIN_UNTIL = (998, 25)
"""The last cell of a sheet that is plain: `Z999`."""
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
"""Rows whose first cell is in column A, and all of whose cells are in that row, each once and in order, without formula,
and spelt as programs spell one. What is spelt as expected is never tried in a second way (possessive quantifiers), for
speed."""
_HUGE = re.compile(rb"v\s*>[-+]?(?:[0-9]{9}|[0-9.]+[eE]\+?[0-9]|(?i:inf|nan))")
"""The value of a cell that is beyond every calendar, which calamine cannot bear in a date."""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a look at a sheet found.

    Attributes:
        texts: at most so many of its cells hold a shared text.
        area: at most so many cells lie between its first cell and its last.
        formulas: the cells that show what a formula gives, in them or in a cell that spills over them, and whether it
            asks for another file.
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
    found = Worksheet()
    found.parse(content)
    return Extent(
        texts=found.number,
        area=(found.last_row + 1) * (found.last_column + 1),
        formulas=found.formulas,
        merged=found.merged,
        has_huge=_HUGE.search(content) is not None,
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


def _plain(content: bytes) -> Merged | None:
    """The merged ranges of a sheet whose cells are all plain, each once and in order; None if they are not.

    Only what stands around the cells is parsed. Rows are cut out whole, between tags, so what is left is well-formed
    just if the sheet is.
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
    """Where the number of each row stands, of rows that are known to be plain."""
    at = begin + len(_ROW)
    while at > 0:
        yield at
        found = content.find(_NEXT_ROW, at, end)
        at = found + len(_NEXT_ROW) if found > 0 else 0


@remembered
def _merged_around(head: bytes, rows: bytes, tail: bytes) -> Merged:
    """The merged ranges of a sheet by what stands around its cells, which is the same in many forms.

    Args:
        head: the sheet to the begin of its list of rows.
        rows: tags of rows without cells.
        tail: the rest of the sheet, from the end of the list on.
    """
    around = Worksheet(until=_PLAIN_UNTIL)
    around.parse_around(head, rows, tail)
    return around.merged


def _rises(numbers: Sequence[int]) -> bool:
    return all(map(lt, numbers, numbers[1:]))
