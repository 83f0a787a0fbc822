"""Writes the comparison of many schools, and a release of it for sharing, as workbooks.

The comparison has one sheet per view, with values only and native charts next to the tables whose figures they draw. A
release says what it is, which figures it shows, and what was held back and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from audit.authority import question_matrix
from audit.authority.compare.release_tables import about_release
from audit.authority.returns import framework_named
from audit.english import first_capital, plural
from audit.exhibits.authority import Knowledge, authority_exhibits
from audit.exhibits.release import release_exhibits
from audit.theme import AUTHORITY_ONLY, FOR_THE_AUTHORITY, SELF_REPORTED_BY_SCHOOLS
from audit.workbook import cells
from audit.workbook.cells import Placed, mark_page, set_unlocked_page, to_bytes, write_sheet, write_tables

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.authority.compare.release import Release
    from audit.exhibits.exhibit import Exhibit, NativeChart, Painted


READ_ME = "Read me"
_TURNED = 180.0  # points: the height of the headings that are turned upright
_CENTRE = Alignment(horizontal="center", vertical="top")
_UPRIGHT = Alignment(text_rotation=90, horizontal="center", vertical="bottom")


def write_comparison(comparison: Comparison, beside: Knowledge | None = None) -> bytes:
    """The bytes of an .xlsx file with the comparison, for the authority only; the same comparison gives the same bytes.

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
        _apply_layout(placed, exhibit)
        if exhibit.native is not None:
            add_chart(placed, exhibit, exhibit.native)
    for sheet in book.worksheets:
        mark_page(sheet, AUTHORITY_ONLY)
    return to_bytes(book)


def _add_read_me(book: Workbook, comparison: Comparison, exhibits: Sequence[Exhibit]) -> None:
    """Adds the sheet that says what the workbook is and for whom, its headline, and what each sheet shows."""
    sheet = book.create_sheet(READ_ME)
    cells.set_widths(sheet, [28, 84])
    cells.put_title(sheet, 1, "Online safety self-audits compared: read me")
    lines = [
        ("For whom", FOR_THE_AUTHORITY),
        ("What this is", f"The self-audits of schools for {comparison.year}, side by side. {SELF_REPORTED_BY_SCHOOLS}"),
        ("Framework", f"{first_capital(framework_named(comparison.framework))}. Figures of two are never added up."),
        ("What they say", comparison.headline),
        *(("To know", note) for note in comparison.notes),
        ("Figures", "Every figure is a value, worked out when the workbook was written. Sort and filter as you like."),
        *((exhibit.title, f"{exhibit.finding}.") for exhibit in exhibits),
        ("Source", "; ".join(f"{f.title} ({f.ref}). {f.source}" for f in comparison.criteria.frameworks)),
    ]
    for row, (name, text) in enumerate(lines, 2):
        cells.put_in_cell(sheet, row, 1, name).font = cells.BOLD
        cells.put_in_cell(sheet, row, 2, text)
        cells.fit_height(sheet, row, (name, text))
    set_unlocked_page(sheet, headings=0)


def _apply_layout(placed: Placed, exhibit: Exhibit) -> None:
    """Applies the layout of an exhibit that goes beyond a plain table."""
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
    """Colours the cells of a heat map by their step; their texts say the same. The questions are turned upright.

    Args:
        placed: where the table is.
        painted: the shares that the cells hold, and the scale.
        first: the column of the first question.
    """
    looks = {
        place: (PatternFill("solid", fgColor=step.fill[1:].upper()), Font(name="Calibri", size=11, color=step.ink[1:]))
        for place, step in enumerate((question_matrix.EMPTY, *painted.steps), question_matrix.NO_STEP)
    }
    sheet = placed.sheet
    places = question_matrix.steps_of(painted.shares, painted.steps).tolist()
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


def write_release(release: Release, *, authority: str = "", named: bool = True) -> bytes:
    """The bytes of an .xlsx file with the release; the same release gives the same bytes.

    Args:
        release: the release, with its number.
        authority: the authority that releases it; may be empty.
        named: also list the schools that are counted, by name and without any figure.
    """
    about = (
        f"Online safety self-audits of {plural(len(release.schools), 'school')}, {release.year}. "
        f"Release {release.number}{f' of {authority}' if authority else ''}, for sharing.",
        *about_release(release),
        *(f"{framework.title} ({framework.ref}). {framework.source}" for framework in release.criteria.frameworks),
    )
    exhibits = release_exhibits(release, named=named)
    return write_tables({exhibit.title: exhibit.table for exhibit in exhibits}, about=about)


def add_chart(placed: Placed, exhibit: Exhibit, native: NativeChart) -> None:
    """Adds a chart to the right of its exhibit's table, if the table has a row.

    Args:
        placed: where the table is.
        exhibit: the exhibit with the table and the finding.
        native: the chart to draw.
    """
    if placed.last == placed.head:
        return
    headings = list(exhibit.table.columns)
    draw = _points if native.kind == "points" else _bars
    chart = draw(placed, native, headings)
    chart.title, chart.style, chart.height = exhibit.finding, 10, native.height
    placed.sheet.add_chart(chart, f"{get_column_letter(len(headings) + 2)}{placed.head}")


def _column(placed: Placed, column: int, last: int, *, headed: bool) -> Reference:
    """A column of the table, from its heading or from its first row down to the last row named."""
    first = placed.head if headed else placed.head + 1
    return Reference(placed.sheet, min_col=column, max_col=column, min_row=first, max_row=last)


def _fill(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour.removeprefix("#"))


def _bars(placed: Placed, native: NativeChart, headings: list[str]) -> BarChart:
    """A bar chart: each series in its colour, with its numbers; the series are in the order of the columns."""
    chart = BarChart()
    is_upright = native.kind == "columns"
    chart.type, chart.width, chart.gapWidth = "col" if is_upright else "bar", 24, 40
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    last = placed.last if native.first is None else placed.head + native.first
    for heading in native.series:
        chart.add_data(_column(placed, headings.index(heading) + 1, last, headed=True), titles_from_data=True)
    chart.set_categories(_column(placed, headings.index(native.names) + 1, last, headed=False))
    for series, colour in zip(chart.series, native.series.values(), strict=True):
        series.graphicalProperties = _fill(colour)
        series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        if not is_upright:
            series.dLbls.txPr = _white()
    if native.counted:
        chart.y_axis.title = native.counted
    if is_upright:
        chart.x_axis.title, chart.legend = native.names, None
        return chart
    chart.legend.position = "b"
    chart.x_axis.scaling.orientation = "maxMin"  # as in the table, the first at the top
    chart.grouping, chart.overlap = "percentStacked" if native.kind == "shares" else "stacked", 100
    if native.kind == "shares":
        chart.y_axis.number_format = "0%"
    return chart


def _white() -> RichText:
    """White figures, which can be read on the colour of every state."""
    properties = CharacterProperties(solidFill="FFFFFF", sz=900)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def _points(placed: Placed, native: NativeChart, headings: list[str]) -> ScatterChart:
    """A chart with one point for each row."""
    ((upwards, colour),) = native.series.items()
    chart = ScatterChart()
    chart.width, chart.legend = 20, None
    y, x = (
        _column(placed, headings.index(heading) + 1, placed.last, headed=False) for heading in (upwards, native.names)
    )
    series = Series(y, x)
    series.marker.symbol, series.marker.size = "circle", 6
    series.marker.graphicalProperties = _fill(colour)
    series.graphicalProperties = GraphicalProperties()
    series.graphicalProperties.line.noFill = True
    chart.series.append(series)
    chart.x_axis.title, chart.y_axis.title = native.names, upwards
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete, axis.scaling.min, axis.scaling.max, axis.number_format = False, 0, 100, "0"
    return chart
