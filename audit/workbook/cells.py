"""How cells look: text that stays text, headings, tables, print set-up and protection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from audit.text import to_cell

INK, PALE, LINE = "1F2A37", "E8EEF5", "B6C1CE"
ENTRY = "FFFBE6"
"""The ground of a cell that the school fills in."""
_MOST_LETTERS = 32_767  # in a cell, which Excel cuts off after them
_HIGHEST = 409.0  # points, the most that Excel allows
_EDGE = Side(style="thin", color=LINE)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAP = Alignment(wrap_text=True, vertical="top")
_FONT = Font(name="Calibri", size=11, color=INK)
BOLD = Font(name="Calibri", size=11, bold=True, color=INK)
_TITLE = Font(name="Calibri", size=16, bold=True, color=INK)
_HEAD = PatternFill("solid", fgColor=PALE)
_ENTRY = PatternFill("solid", fgColor=ENTRY)
_OPEN = Protection(locked=False)
_WORN: WeakKeyDictionary[Workbook, dict[tuple[str, bytes], StyleArray]] = WeakKeyDictionary()
"""What a look makes of the style that a cell had before."""


def put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """A value in a cell, in the font of the workbook."""
    cell = put_value(sheet, row, column, value)
    _wear(cell, "text", _as_text)
    return cell


def put_value(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """A value in a cell as it looks already; text always as text, so that no text becomes a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        if value:
            _hold(cell, value)
    elif value is not None:
        cell.value = value  # type: ignore[assignment]  # numbers and dates, which openpyxl takes as they are
    return cell


def _hold(cell: Any, text: str) -> None:
    """Text as text, without openpyxl's own look at it, which takes it for a formula or an error where it can."""
    cell._value, cell.data_type = to_cell(text)[:_MOST_LETTERS], "s"


def put_title(sheet: Worksheet, row: int, text: str) -> None:
    """A sheet's title in its first column, on one line."""
    cell = put(sheet, row, 1, text)
    cell.font, cell.alignment = _TITLE, Alignment(vertical="top")
    sheet.row_dimensions[row].height = 24


def put_line(sheet: Worksheet, row: int, text: str, *, bold: bool = False, across: int = 1) -> None:
    """A line of running text over ``across`` columns."""
    cell = put(sheet, row, 1, text)
    cell.font = BOLD if bold else _FONT
    if across > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=across)
        width = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(1, across + 1))
        sheet.row_dimensions[row].height = 15.5 * max(1, -(-len(text) // int(width)))


def put_headings(sheet: Worksheet, row: int, headings: Iterable[str]) -> None:
    """A row of column headings."""
    headings = list(headings)
    for column, heading in enumerate(headings, 1):
        _wear(put(sheet, row, column, heading), "heading", _as_heading)
    fit_height(sheet, row, headings)


def put_row(sheet: Worksheet, row: int, values: Sequence[object]) -> None:
    """A row of a table, as high as its longest text needs."""
    for column, value in enumerate(values, 1):
        _wear(put(sheet, row, column, value), "boxed", _as_boxed)
    fit_height(sheet, row, values)


def fit_height(sheet: Worksheet, row: int, values: Iterable[object]) -> None:
    """Height for the wrapped texts of a row: not every spreadsheet program works it out on opening."""
    lines = 1
    for column, value in enumerate(values, 1):
        if isinstance(value, str) and value:
            width = int(sheet.column_dimensions[get_column_letter(column)].width * 1.05)
            if len(value) > width or "\n" in value:
                lines = max(lines, sum(max(1, -(-len(part) // width)) for part in value.split("\n")))
    sheet.row_dimensions[row].height = min(15.0 * lines + 2, _HIGHEST)


def tint(cell: Cell, colour: str) -> None:
    """A pale ground; the cell's words say the same."""

    def dress(cell: Cell) -> None:
        cell.fill = PatternFill("solid", fgColor=colour.removeprefix("#").upper())

    _wear(cell, f"tint {colour}", dress)


def open_for_entry(cell: Cell, number_format: str = "@", *, is_open: bool = True) -> None:
    """A cell that the school may fill in although the sheet is protected; of a signed audit it no longer may."""

    def dress(cell: Cell) -> None:
        cell.number_format, cell.border = number_format, _BOX
        if is_open:
            cell.protection, cell.fill = _OPEN, _ENTRY

    _wear(cell, f"entry {number_format} {is_open}", dress)


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Column widths in characters, from the first column on."""
    for number, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(number + 1)].width = width


def set_page(sheet: Worksheet, *, landscape: bool = True, headings: int = 0) -> None:
    """A4, one page wide, the rows up to ``headings`` repeated, a footer, and locked cells."""
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if headings:
        sheet.print_title_rows = f"{headings}:{headings}"
        sheet.freeze_panes = f"A{headings + 1}"
    footer = sheet.oddFooter
    assert isinstance(footer, HeaderFooterItem)
    footer.left.text, footer.center.text, footer.right.text = "Self-reported by the school", "&A", "Page &P of &N"
    sheet.protection.sheet = True  # no password: it prevents slips, and the school owns its file
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)


def print_across(sheet: Worksheet, pages: int = 2) -> None:
    """Prints a wide table on two pages side by side, its first column on both, so that its text is not made small."""
    sheet.page_setup.fitToWidth = pages
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_title_cols = "A:A"


def _as_text(cell: Cell) -> None:
    cell.font, cell.alignment = _FONT, _WRAP


def _as_heading(cell: Cell) -> None:
    cell.font, cell.fill, cell.border = BOLD, _HEAD, _BOX


def _as_boxed(cell: Cell) -> None:
    cell.border = _BOX


def _wear(cell: Any, look: str, dress: Callable[[Cell], None]) -> None:
    """Dresses a cell; each look is worked out once per workbook, since openpyxl hashes all of it for every cell."""
    worn = _WORN.setdefault(cell.parent.parent, {})
    key = (look, b"" if cell._style is None else cell._style.tobytes())
    if key in worn:
        cell._style = StyleArray(worn[key])  # its own, since a cell's style is changed in place
    else:
        dress(cell)
        worn[key] = StyleArray(cell._style)
