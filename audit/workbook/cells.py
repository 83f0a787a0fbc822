"""Writes cells, sheets and files: the look of cells, plain tables as sheets, and the finished bytes.

Text always stays text, so that no text becomes a formula. `write_tables` makes a workbook of any tables: values only,
with headings that stay in sight and a filter. `to_bytes` gives the same bytes for the same workbook, whenever and
wherever it is written.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from audit.archive import archive
from audit.text import NOT_IN_XML, holdable, to_cell
from audit.theme import AUTHORITY_ONLY
from audit.version import VERSION
from audit.workbook.safety.contents import STAMP

INK, PALE, LINE = "1F2A37", "E8EEF5", "B6C1CE"
ENTRY = "FFFBE6"
"""The background of a cell that the school fills in."""
_MOST_LETTERS = 32_767  # in a cell; Excel cuts off the rest
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
_STYLES: WeakKeyDictionary[Workbook, dict[tuple[str, bytes], StyleArray]] = WeakKeyDictionary()
"""For each workbook: by the name of a look and the style that a cell had before, the style that it has after."""


def put_in_cell(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """Puts a value in a cell, in the font of the workbook."""
    cell = put_value(sheet, row, column, value)
    _give_look(cell, "text", _as_text)
    return cell


def put_value(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """Puts a value in a cell and leaves its style; text is always text, so that no text becomes a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        if value:
            _set_text(cell, value)
    elif value is not None:
        cell.value = value  # type: ignore[assignment]  # numbers and dates
    return cell


def _set_text(cell: Any, text: str) -> None:
    """Puts text in a cell past openpyxl's setter, which would take some texts for a formula or an error."""
    cell._value, cell.data_type = to_cell(text)[:_MOST_LETTERS], "s"


def put_title(sheet: Worksheet, row: int, text: str) -> None:
    """Puts a sheet's title in its first column, on one line."""
    cell = put_in_cell(sheet, row, 1, text)
    cell.font, cell.alignment = _TITLE, Alignment(vertical="top")
    sheet.row_dimensions[row].height = 24


def put_line(sheet: Worksheet, row: int, text: str, *, bold: bool = False, across: int = 1) -> None:
    """Puts a line of running text over ``across`` columns."""
    cell = put_in_cell(sheet, row, 1, text)
    cell.font = BOLD if bold else _FONT
    if across > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=across)
        width = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(1, across + 1))
        sheet.row_dimensions[row].height = 15.5 * max(1, -(-len(text) // int(width)))


def put_headings(sheet: Worksheet, row: int, headings: Iterable[str]) -> None:
    """Puts a row of column headings."""
    headings = list(headings)
    for column, heading in enumerate(headings, 1):
        _give_look(put_in_cell(sheet, row, column, heading), "heading", _as_heading)
    fit_height(sheet, row, headings)


def put_row(sheet: Worksheet, row: int, values: Sequence[object]) -> None:
    """Puts a row of a table, as high as its longest text needs."""
    for column, value in enumerate(values, 1):
        _give_look(put_in_cell(sheet, row, column, value), "boxed", _as_boxed)
    fit_height(sheet, row, values)


def fit_height(sheet: Worksheet, row: int, values: Iterable[object]) -> None:
    """Sets the height of a row for its wrapped texts: not every spreadsheet program works it out on opening."""
    lines = 1
    for column, value in enumerate(values, 1):
        if isinstance(value, str) and value:
            width = int(sheet.column_dimensions[get_column_letter(column)].width * 1.05)
            if len(value) > width or "\n" in value:
                lines = max(lines, sum(max(1, -(-len(part) // width)) for part in value.split("\n")))
    sheet.row_dimensions[row].height = min(15.0 * lines + 2, _HIGHEST)


def tint(cell: Cell, colour: str) -> None:
    """Gives a cell a pale background; its words say the same."""

    def apply(cell: Cell) -> None:
        cell.fill = PatternFill("solid", fgColor=colour.removeprefix("#").upper())

    _give_look(cell, f"tint {colour}", apply)


def open_for_entry(cell: Cell, number_format: str = "@", *, is_open: bool = True) -> None:
    """Opens a cell of a protected sheet for the school to fill in; in a signed audit it stays locked."""

    def apply(cell: Cell) -> None:
        cell.number_format, cell.border = number_format, _BOX
        if is_open:
            cell.protection, cell.fill = _OPEN, _ENTRY

    _give_look(cell, f"entry {number_format} {is_open}", apply)


def close_for_entry(cell: Cell) -> None:
    """Greys a cell of a protected sheet that the school fills in elsewhere; it stays locked."""

    def apply(cell: Cell) -> None:
        cell.number_format, cell.border, cell.fill = "@", _BOX, _HEAD

    _give_look(cell, "closed", apply)


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Sets the widths of the columns in characters, from the first."""
    for number, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(number + 1)].width = width


def set_page(sheet: Worksheet, *, landscape: bool = True, headings: int = 0) -> None:
    """Sets up a sheet for print (A4, one page wide, row ``headings`` on each page, a footer) and locks its cells."""
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
    sheet.protection.sheet = True  # no password: this prevents slips, and the file is the school's
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)


def print_across(sheet: Worksheet, pages: int = 2) -> None:
    """Prints a wide table on pages side by side, with its first column on each, so that the text stays large."""
    sheet.page_setup.fitToWidth = pages
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_title_cols = "A:A"


def _as_text(cell: Cell) -> None:
    cell.font, cell.alignment = _FONT, _WRAP


def _as_heading(cell: Cell) -> None:
    cell.font, cell.fill, cell.border = BOLD, _HEAD, _BOX


def _as_boxed(cell: Cell) -> None:
    cell.border = _BOX


def _give_look(cell: Any, look: str, apply: Callable[[Cell], None]) -> None:
    """Gives a cell a look, worked out once per workbook, since openpyxl hashes the whole style for every cell."""
    styles = _STYLES.setdefault(cell.parent.parent, {})
    key = (look, b"" if cell._style is None else cell._style.tobytes())
    if key in styles:
        cell._style = StyleArray(styles[key])  # a copy, since a cell's style is changed in place
    else:
        apply(cell)
        styles[key] = StyleArray(cell._style)


_NO_ROWS = b"<sheetData></sheetData>"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def to_bytes(book: Workbook) -> bytes:
    """The bytes of the workbook as an .xlsx file, without the time of writing in it.

    Nothing is written to the disk, and the parts are compressed only once, at the end.

    Raises:
        ValueError: a text that XML cannot hold.
    """
    raw = io.BytesIO()
    book.properties.created = book.properties.modified = STAMP
    book.properties.version = VERSION
    _Writer(book, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED)).save()
    return archive(_parts(raw))


class _Writer(ExcelWriter):
    """openpyxl's writer, except for the worksheets: openpyxl would write them to temporary files, cell by cell."""

    def write_worksheet(self, ws: Any) -> None:
        """Writes one worksheet; openpyxl writes its charts and drawings later."""
        ws._drawing = _drawing_of(ws)
        writer: Any = _SheetWriter(ws, out=io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        archive_so_far: Any = self
        archive_so_far._archive.writestr(ws.path[1:], writer.content())
        self.manifest.append(ws)


def _drawing_of(sheet: Any) -> Any:
    drawing = SpreadsheetDrawing()
    drawing.charts, drawing.images = sheet._charts, sheet._images
    return drawing


class _SheetWriter(WorksheetWriter):
    """openpyxl's writer of one worksheet, except for the rows: they are joined as text, which is four times as fast."""

    def __init__(self, ws: Any, out: io.BytesIO) -> None:
        super().__init__(ws, out)
        self._sheet = ws
        self._rows = b""
        self._styles: dict[bytes, str] = {}

    def write_rows(self) -> None:
        """Writes an empty list of rows, and keeps the rows for `content` to put there."""
        xf: Any = self.xf.send(True)
        with xf.element("sheetData"):
            pass
        self.xf.send(None)
        text = "".join(self._row(number, cells) for number, cells in self.rows())
        if (wrong := NOT_IN_XML.search(text)) is not None:
            raise ValueError(f"XML cannot hold {wrong[0]!r}")
        self._rows = text.encode("ascii", "xmlcharrefreplace")

    def content(self) -> bytes:
        """The worksheet with its rows."""
        frame: bytes = self.read()
        return frame.replace(_NO_ROWS, b"<sheetData>%s</sheetData>" % self._rows, 1)

    def _row(self, number: int, cells: Iterable[Any]) -> str:
        attributes = {"r": f"{number}", **dict(self._sheet.row_dimensions.get(number, {}))}
        start = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return f"<row{start}>{''.join(map(self._cell, cells))}</row>"

    def _cell(self, cell: Any) -> str:
        value, style = cell._value, self._style(cell)
        if value is None and style == "":
            return ""
        start = f'<c r="{get_column_letter(cell.column)}{cell.row}"{style}'
        kind = cell.data_type
        if kind == "s":
            return f'{start} t="inlineStr">{_text(value)}</c>'
        if kind == "d":
            kind, value = "n", to_excel(value, self._sheet.parent.epoch)  # type: ignore[no-untyped-call]
        assert kind in ("n", "b"), "there are no formulas, so that no text becomes one"
        return f'{start} t="{kind}">{"" if value is None else f"<v>{safe_string(value)}</v>"}</c>'

    def _style(self, cell: Any) -> str:
        """The attribute that names the style of a cell; empty if it has none."""
        if cell._style is None:
            return ""
        style = cell._style.tobytes()
        if style not in self._styles:  # `style_id` numbers new styles in order, and hashes the whole style each time
            self._styles[style] = f' s="{cell.style_id}"' if cell.has_style else ""
        return self._styles[style]


def _text(value: str) -> str:
    """The XML inside a cell of text."""
    if value == "":
        return ""
    space = "" if value == value.strip() else ' xml:space="preserve"'
    return f"<is><t{space}>{value.translate(_ESCAPES)}</t></is>"


def _parts(raw: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part of a package, always in the same order."""
    with zipfile.ZipFile(raw) as source:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name.endswith(".rels"):
                content = _relative(content, posixpath.dirname(posixpath.dirname(name)))
            yield name, content


def _relative(relations: bytes, folder: str) -> bytes:
    """The relations of a part, with targets relative to its folder: not every reader takes a target from the root."""

    def named(match: re.Match[bytes]) -> bytes:
        return b'Target="%s"' % posixpath.relpath(match[1].decode(), f"/{folder}").encode()

    return re.sub(rb'Target="(/[^"]*)"', named, relations)


ABOUT = "About"
_NARROWEST, _WIDEST = 9, 60  # characters


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a table is, for code that adds a chart or a colour to it.

    Attributes:
        sheet: the sheet with the table.
        head: the row of the headings.
        last: the last row of the table; the row of the headings if it has no other.
    """

    sheet: Worksheet
    head: int
    last: int


def write_tables(
    tables: Mapping[str, pd.DataFrame],
    *,
    about: Sequence[str] = (),
    for_the_authority: bool = False,
    footer: str = "",
) -> bytes:
    """The bytes of a workbook with one sheet for each table, in order; the same tables give the same bytes.

    Args:
        tables: the tables by title of the sheet; the names of the columns become the headings.
        about: paragraphs for a first sheet that says what the workbook is.
        for_the_authority: mark each sheet, on the screen and at the top of each printed page, as not to be shared.
        footer: stands at the foot of each printed page, in place of the note that schools report about themselves.
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
    for sheet in book.worksheets if footer else ():
        foot = sheet.oddFooter
        assert isinstance(foot, HeaderFooterItem)
        foot.left.text = footer
    return to_bytes(book)


def write_sheet(
    book: Workbook, title: str, frame: pd.DataFrame, *, heading: str = "", lines: Sequence[str] = ()
) -> Placed:
    r"""Adds a sheet that holds one table.

    Args:
        book: the workbook to add to.
        title: the title of the sheet: up to 31 characters, none of ``[]:*?/\``.
        frame: the table; ``<NA>`` becomes an empty cell, and the index is left out.
        heading: the heading above the table; the title if empty.
        lines: what to know about the table, between heading and table.
    """
    sheet = book.create_sheet(title)
    rows = [[_value(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    headings = [str(name) for name in frame.columns]
    set_widths(sheet, _widths(headings, rows))
    put_title(sheet, 1, heading or title)
    for number, line in enumerate(lines, 2):
        put_line(sheet, number, line, across=max(1, len(headings)))
    head = len(lines) + 2
    put_headings(sheet, head, headings)
    _put_rows(sheet, head + 1, rows, [_format(frame.iloc[:, place]) for place in range(len(headings))])
    last = head + len(rows)
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(1, len(headings)))}{last}"
    set_unlocked_page(sheet, headings=head)
    return Placed(sheet=sheet, head=head, last=last)


def _put_rows(sheet: Worksheet, top: int, rows: Sequence[Sequence[object]], formats: Sequence[str]) -> None:
    """Puts the rows of a table. The others take the style of the first, which is several times quicker."""
    for number, row in enumerate(rows[:1], top):
        put_row(sheet, number, row)
        for column, number_format in enumerate(formats, 1):
            sheet.cell(number, column).number_format = number_format
    first_row = [sheet.cell(top, column) for column in range(1, len(formats) + 1)]
    for number, row in enumerate(rows[1:], top + 1):
        for column, (value, like) in enumerate(zip(row, first_row, strict=True), 1):
            cell = put_value(sheet, number, column, value)
            cell._style = copy(like._style)  # type: ignore[attr-defined, union-attr]  # the stubs leave it out
        fit_height(sheet, number, row)


def _format(values: pd.Series) -> str:
    if pd.api.types.is_float_dtype(values):
        return "0.0"
    return "dd/mm/yyyy" if pd.api.types.is_datetime64_any_dtype(values) else "General"


def _value(value: object) -> object:
    """A value as a cell can hold it: clean text, yes and no in words, a day without its time, None for NA."""
    if isinstance(value, str):
        return holdable(value)
    if pd.isna(value):  # type: ignore[call-overload]  # a table holds only scalars
        return None
    if pd.api.types.is_bool(value):  # also numpy's own
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):  # a pandas Timestamp is one
        return value.date()
    return value


def _widths(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    """The width of each column in characters: that of its longest line, up to a limit beyond which text wraps."""
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
    set_widths(sheet, [96])
    put_title(sheet, 1, ABOUT)
    for row, line in enumerate(about, 2):
        put_line(sheet, row, line)
        fit_height(sheet, row, [line])
    set_unlocked_page(sheet, headings=0)


def mark_page(sheet: Worksheet, mark: str) -> None:
    """Prints a mark at the top of each page."""
    header = sheet.oddHeader
    assert isinstance(header, HeaderFooterItem)
    header.center.text = mark


def set_unlocked_page(sheet: Worksheet, *, headings: int) -> None:
    """Sets up a sheet of the authority for print, without a lock: the adviser works in it."""
    set_page(sheet, landscape=headings > 0, headings=headings)
    sheet.protection.sheet = False
    footer = sheet.oddFooter
    assert isinstance(footer, HeaderFooterItem)
    footer.left.text = "Self-reported by the schools"
