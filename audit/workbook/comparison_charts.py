"""The native charts of the comparison workbook, beside the tables whose figures they draw."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter

from audit.exhibits.exhibit import Exhibit, NativeChart
from audit.workbook.tables import Placed


def add_chart(placed: Placed, exhibit: Exhibit, native: NativeChart) -> None:
    """Adds a chart to the right of the table of its exhibit, if the table has a row.

    Args:
        placed: where the table stands.
        exhibit: whose table and finding it is.
        native: what to draw.
    """
    if placed.last == placed.head:
        return
    headings = list(exhibit.table.columns)
    draw = _points if native.kind == "points" else _bars
    chart = draw(placed, native, headings)
    chart.title, chart.style, chart.height = exhibit.finding, 10, native.height
    placed.sheet.add_chart(chart, f"{get_column_letter(len(headings) + 2)}{placed.head}")


def _column(placed: Placed, column: int, last: int, *, headed: bool) -> Reference:
    """A column of the table from its heading, or from its first row, down to a row."""
    first = placed.head if headed else placed.head + 1
    return Reference(placed.sheet, min_col=column, max_col=column, min_row=first, max_row=last)


def _fill(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour.removeprefix("#"))


def _bars(placed: Placed, native: NativeChart, headings: list[str]) -> BarChart:
    """Bars, each series in its colour with its numbers in it; the order of the series is that of the columns."""
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
    """White figures, which read on the colour of every state."""
    properties = CharacterProperties(solidFill="FFFFFF", sz=900)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def _points(placed: Placed, native: NativeChart, headings: list[str]) -> ScatterChart:
    """One point for each row."""
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
