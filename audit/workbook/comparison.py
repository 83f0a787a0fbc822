"""The comparison of many schools as a workbook: values only, one sheet per view, native charts."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import heat
from audit.exhibits.authority import Beside, authority_exhibits
from audit.exhibits.exhibit import Exhibit, Painted
from audit.theme import AUTHORITY_ONLY, FOR_THE_AUTHORITY, SELF_REPORTED_BY_SCHOOLS
from audit.workbook import cells
from audit.workbook.comparison_charts import add_chart
from audit.workbook.package import to_bytes
from audit.workbook.tables import Placed, mark_page, set_page, write_sheet

READ_ME = "Read me"
_TURNED = 180.0  # points, for the names of questions that stand upright
_CENTRE = Alignment(horizontal="center", vertical="top")
_UPRIGHT = Alignment(text_rotation=90, horizontal="center", vertical="bottom")


def write_comparison(comparison: Comparison, beside: Beside | None = None) -> bytes:
    """The comparison as the bytes of an .xlsx file for the authority alone; the same comparison gives the same bytes.

    Args:
        comparison: the comparison.
        beside: what else the adviser knows.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"Online safety self-audits compared, {comparison.year}"
    book.properties.creator = "Online safety self-audit"
    book.properties.language = "en-GB"
    exhibits = authority_exhibits(comparison, beside)
    _add_read_me(book, comparison, exhibits)
    for exhibit in exhibits:
        lines = (exhibit.means, SELF_REPORTED_BY_SCHOOLS)
        placed = write_sheet(book, exhibit.title, exhibit.table, heading=exhibit.finding, lines=lines)
        _lay_out(placed, exhibit)
        if exhibit.native is not None:
            add_chart(placed, exhibit, exhibit.native)
    for sheet in book.worksheets:
        mark_page(sheet, AUTHORITY_ONLY)
    return to_bytes(book)


def _add_read_me(book: Workbook, comparison: Comparison, exhibits: Sequence[Exhibit]) -> None:
    """What the workbook is and for whom, what it says in a sentence, and what each sheet shows."""
    sheet = book.create_sheet(READ_ME)
    cells.set_widths(sheet, [28, 84])
    cells.put_title(sheet, 1, "Online safety self-audits compared: read me")
    lines = [
        ("For whom", FOR_THE_AUTHORITY),
        ("What this is", f"The self-audits of schools for {comparison.year}, side by side. {SELF_REPORTED_BY_SCHOOLS}"),
        ("What they say", comparison.headline),
        *(("To know", note) for note in comparison.notes),
        ("Figures", "Every figure is a value, worked out when the workbook was written. Sort and filter as you like."),
        *((exhibit.title, f"{exhibit.finding}.") for exhibit in exhibits),
        ("Source", "; ".join(f"{f.title} ({f.ref}). {f.source}" for f in comparison.criteria.frameworks)),
    ]
    for row, (name, text) in enumerate(lines, 2):
        cells.put(sheet, row, 1, name).font = cells.BOLD
        cells.put(sheet, row, 2, text)
        cells.fit_height(sheet, row, (name, text))
    set_page(sheet, headings=0)


def _lay_out(placed: Placed, exhibit: Exhibit) -> None:
    """What an exhibit wants beyond a plain table."""
    sheet, layout, headings = placed.sheet, exhibit.layout, list(exhibit.table.columns)
    rows = range(placed.head + 1, placed.last + 1)
    if layout.painted is not None:
        _paint(placed, layout.painted, first=len(headings) - layout.painted.shares.shape[1] + 1)
    if layout.tallest is not None:
        for row in rows:
            height = sheet.row_dimensions[row].height or layout.tallest
            sheet.row_dimensions[row].height = min(height, layout.tallest)
    for column in (headings.index(heading) + 1 for heading in layout.exact):
        for row in rows:
            _cell(sheet, row, column).number_format = "0.00"
    if layout.frozen:
        sheet.freeze_panes = f"B{placed.head + 1}"
    if layout.alone:
        sheet.print_area = f"A1:{get_column_letter(len(headings))}{placed.last}"


def _paint(placed: Placed, painted: Painted, *, first: int) -> None:
    """Colours the cells of a heat map by their step; their texts say the same. Its questions stand upright.

    Args:
        placed: where the table stands.
        painted: the shares that the cells hold, and the scale.
        first: the column of the first question.
    """
    looks = {
        place: (PatternFill("solid", fgColor=step.fill[1:].upper()), Font(name="Calibri", size=11, color=step.ink[1:]))
        for place, step in enumerate((heat.EMPTY, *painted.steps), heat.NO_STEP)
    }
    sheet = placed.sheet
    places = heat.steps_of(painted.shares, painted.steps).tolist()
    for row, across in enumerate(places, placed.head + 1):
        for column, place in enumerate(across, first):
            cell = _cell(sheet, row, column)
            (cell.fill, cell.font), cell.alignment = looks[place], _CENTRE
    for column in range(first, first + (len(places[0]) if places else 0)):
        _cell(sheet, placed.head, column).alignment = _UPRIGHT
        sheet.column_dimensions[get_column_letter(column)].width = 6.5
    sheet.row_dimensions[placed.head].height = _TURNED


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell
