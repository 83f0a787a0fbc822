"""Any table as a plain sheet: what it is, headings that stay in sight, a filter, and values only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from audit.text import holdable
from audit.theme import AUTHORITY_ONLY
from audit.workbook import cells
from audit.workbook.package import to_bytes

ABOUT = "About"
_NARROWEST, _WIDEST = 9, 60  # characters


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a table stands, for those who set a chart or a colour beside it.

    Attributes:
        head: the row of the headings.
        last: the last row of the table; the row of the headings if it has no other.
    """

    sheet: Worksheet
    head: int
    last: int


def write_tables(
    tables: Mapping[str, pd.DataFrame], *, about: Sequence[str] = (), for_the_authority: bool = False
) -> bytes:
    """The tables as a workbook, one sheet each, in the order given; the same tables give the same bytes.

    Args:
        tables: by title of the sheet; the columns are headed as they are named.
        about: paragraphs for a first sheet that says what the workbook is.
        for_the_authority: whether each sheet says, on the screen and at the head of each page, that it is not to be shared.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = next(iter(tables), ABOUT)
    book.properties.creator = "Online safety self-audit"
    book.properties.language = "en-GB"
    if about:
        _add_about(book, about)
    for title, frame in tables.items():
        placed = write_sheet(book, title, frame, lines=(f"{AUTHORITY_ONLY}.",) if for_the_authority else ())
        if for_the_authority:
            mark_page(placed.sheet, AUTHORITY_ONLY)
    return to_bytes(book)


def write_sheet(
    book: Workbook, title: str, frame: pd.DataFrame, *, heading: str = "", lines: Sequence[str] = ()
) -> Placed:
    r"""Adds a sheet that holds one table.

    Args:
        book: the workbook to add to.
        title: of the sheet: up to 31 characters, none of ``[]:*?/\``.
        frame: the table; blank where it is ``<NA>``, its index left out.
        heading: what stands above it; the title if empty.
        lines: what to know of it, between heading and table.
    """
    sheet = book.create_sheet(title)
    rows = [[_value(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    headings = [str(name) for name in frame.columns]
    cells.set_widths(sheet, _widths(headings, rows))
    cells.put_title(sheet, 1, heading or title)
    for number, line in enumerate(lines, 2):
        cells.put_line(sheet, number, line, across=max(1, len(headings)))
    head = len(lines) + 2
    cells.put_headings(sheet, head, headings)
    _put_rows(sheet, head + 1, rows, [_format(frame.iloc[:, place]) for place in range(len(headings))])
    last = head + len(rows)
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(1, len(headings)))}{last}"
    set_page(sheet, headings=head)
    return Placed(sheet=sheet, head=head, last=last)


def _put_rows(sheet: Worksheet, top: int, rows: Sequence[Sequence[object]], formats: Sequence[str]) -> None:
    """The rows of a table; the first is dressed, and the rest take its looks, which is several times quicker."""
    for number, row in enumerate(rows[:1], top):
        cells.put_row(sheet, number, row)
        for column, number_format in enumerate(formats, 1):
            sheet.cell(number, column).number_format = number_format
    dressed = [sheet.cell(top, column) for column in range(1, len(formats) + 1)]
    for number, row in enumerate(rows[1:], top + 1):
        for column, (value, like) in enumerate(zip(row, dressed, strict=True), 1):
            cell = cells.put_value(sheet, number, column, value)
            cell._style = copy(like._style)  # type: ignore[attr-defined, union-attr]  # the stubs leave it out
        cells.fit_height(sheet, number, row)


def _format(values: pd.Series) -> str:
    if pd.api.types.is_float_dtype(values):
        return "0.0"
    return "dd/mm/yyyy" if pd.api.types.is_datetime64_any_dtype(values) else "General"


def _value(value: object) -> object:
    """A value as a cell takes it: texts that can be held, yes and no in words, a day without its time, blank for NA."""
    if isinstance(value, str):
        return holdable(value)
    if pd.isna(value):  # type: ignore[call-overload]  # scalars only stand in a table
        return None
    if pd.api.types.is_bool(value):  # also numpy's own
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):  # a pandas Timestamp is one
        return value.date()
    return value


def _widths(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    """In characters: wide enough for most of a column's texts, which wrap beyond it."""
    widths = []
    for column, heading in enumerate(headings):
        longest = max((len(line) for row in rows for line in _as_shown(row[column]).split("\n")), default=0)
        words = max((len(word) for word in heading.split()), default=0)
        widths.append(min(max(longest, words, _NARROWEST) + 2, _WIDEST))
    return widths


def _as_shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _add_about(book: Workbook, about: Sequence[str]) -> None:
    sheet = book.create_sheet(ABOUT)
    cells.set_widths(sheet, [96])
    cells.put_title(sheet, 1, ABOUT)
    for row, line in enumerate(about, 2):
        cells.put_line(sheet, row, line)
        cells.fit_height(sheet, row, [line])
    set_page(sheet, headings=0)


def mark_page(sheet: Worksheet, mark: str) -> None:
    """Prints a mark at the head of each page."""
    header = sheet.oddHeader
    assert isinstance(header, HeaderFooterItem)
    header.center.text = mark


def set_page(sheet: Worksheet, *, headings: int) -> None:
    """The page of every sheet of ours; unlocked, since the adviser who gets it works in it."""
    cells.set_page(sheet, landscape=headings > 0, headings=headings)
    sheet.protection.sheet = False
    footer = sheet.oddFooter
    assert isinstance(footer, HeaderFooterItem)
    footer.left.text = "Self-reported by the schools"
