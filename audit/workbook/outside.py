"""Text that somebody typed on a sheet which only the product fills, in cells that it leaves empty.

Such a sheet is not read: a search of its bytes finds which of its cells hold anything, and the shape of what the product
writes there tells which of them it did not fill.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from audit.workbook import layout
from audit.workbook.notes import cell_of
from audit.workbook.worksheet_xml import Cell

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
