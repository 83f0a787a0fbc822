"""How far a sheet reaches, and which of its cells hold what is never read: before any reader opens it.

Spreadsheet programs spell a cell in one way. In a sheet in which every cell is spelt so, within `A1:Z999`, the cells
are seen to be harmless by one search, and only what is left without them is parsed. Any other is parsed in full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt

from audit.workbook.contents import DeclaresEntities
from audit.workbook.shared_texts import TEXT, is_text
from audit.workbook.worksheet_xml import Cell, HoldsTooMuch, Worksheet

_PLAIN_UNTIL = (998, 25)
"""The last cell of a sheet that is plain: `Z999`."""
_MOST_TAGS = 1_500_000
_NUMBER = rb"-?[0-9]{1,8}(?:\.[0-9]{1,20})?+(?:E-[0-9]{1,3})?+"
_PLAIN_ROW = re.compile(
    rb'(<row r="([1-9][0-9]{0,2})"[^<>]*+>)(?=<c r="A)'
    rb'(?:<c r="[A-Z]\2"(?: s="[0-9]++")?+(?:'
    rb' t="(?:inlineStr"><is><t(?: xml:space="preserve")?+>' + TEXT + rb"</t></is></c>"
    rb'|s"><v>[0-9]{1,9}</v></c>|str"><v>' + TEXT + rb'</v></c>|b"><v>[01]</v></c>)'
    rb'|(?: t="n")?+(?:/>|></c>|><v/></c>|><v>(?:' + _NUMBER + rb")?+</v></c>)))*+</row>"
)
"""A row whose first cell is in column A, and all of whose cells are in that row, without formula, and spelt as programs
spell one. What is spelt as expected is never tried in a second way (possessive quantifiers), for speed."""
_COLUMNS = re.compile(rb'<c r="([A-Z])')
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
    plain = _plain(content)
    if plain is not None:
        texts = content.count(b't="s"') if shares_texts else 0
        return Extent(
            texts=texts,
            area=(_PLAIN_UNTIL[0] + 1) * (_PLAIN_UNTIL[1] + 1),
            formulas={},
            merged=plain.merged,
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


def _plain(content: bytes) -> Worksheet | None:
    """A sheet of which only what stands around the cells had to be parsed: they are all plain, each once and in order.

    None if they are not. Rows are cut out whole, between tags, so what is left is well-formed just if the sheet is.
    """
    around = _PLAIN_ROW.split(content)
    tags, numbers, between = around[1::3], around[2::3], around[3:-1:3]
    head, opened, more = around[0].partition(b"<sheetData>")
    if not tags or not opened or more or not around[-1].startswith(b"</sheetData>") or b"<!" in head + around[-1]:
        return None
    columns = b"".join(_COLUMNS.findall(content)).split(b"A")
    in_order = len(columns) - 1 == len(tags) and all(_rises(letters) for letters in set(columns))
    if not (in_order and _rises(list(map(int, numbers))) and set(between) <= {b""} and is_text(content)):
        return None
    found = Worksheet(until=_PLAIN_UNTIL)
    found.parse_around(head + opened, b"</row>".join(tags) + b"</row>", around[-1])
    return found


def _rises(numbers: Sequence[int]) -> bool:
    return all(map(lt, numbers, numbers[1:]))
