"""The native charts of the comparison workbook, beside the tables whose figures they draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter

from audit.authority.showing.readable import ALL_SCHOOLS
from audit.authority.showing.views import View
from audit.model import Kind
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES
from audit.workbook.tables import Placed

_MOST = 15


def add_chart(placed: Placed, view: View) -> None:
    """Adds the chart of a view to the right of its table, if the view has one and the table a row.

    Args:
        placed: where the table stands.
        view: the view.
    """
    draw = _CHARTS.get(view.key)
    chart = draw(placed, view) if draw is not None and placed.last > placed.head else None
    if chart is not None:
        placed.sheet.add_chart(chart, f"{get_column_letter(len(view.table.columns) + 2)}{placed.head}")


def _fill(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour.removeprefix("#"))


def _bars(view: View, *, lying: bool, height: float) -> BarChart:
    """An empty bar chart under the finding of its view."""
    chart = BarChart()
    chart.type, chart.title, chart.style = "bar" if lying else "col", view.finding, 10
    chart.height, chart.width, chart.gapWidth = height, 24, 40
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"  # as in the table, the first at the top
    return chart


def _rows(placed: Placed, columns: tuple[int, int], last: int, *, headed: bool) -> Reference:
    """Columns of the table from its headings, or from its first row, down to a row."""
    first = placed.head if headed else placed.head + 1
    return Reference(placed.sheet, min_col=columns[0], max_col=columns[1], min_row=first, max_row=last)


def _distribution(placed: Placed, view: View) -> BarChart:
    chart = _bars(view, lying=False, height=9)
    chart.add_data(_rows(placed, (2, 2), placed.last, headed=True), titles_from_data=True)
    chart.set_categories(_rows(placed, (1, 1), placed.last, headed=False))
    chart.series[0].graphicalProperties = _fill(STATES["met"].colour)
    chart.series[0].dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.title, chart.y_axis.title, chart.legend = "K coverage", "Schools", None
    return chart


def _states(placed: Placed, view: View, *, first: int, kinds: tuple[Kind, ...], last: int, share: bool) -> BarChart:
    """States as stacked bars, each series in the colour of its state; its order is that of the columns."""
    chart = _bars(view, lying=True, height=4 + 0.8 * (last - placed.head))
    chart.grouping, chart.overlap = "percentStacked" if share else "stacked", 100
    chart.add_data(_rows(placed, (first, first + len(kinds) - 1), last, headed=True), titles_from_data=True)
    for series, kind in zip(chart.series, kinds, strict=True):
        series.graphicalProperties = _fill(STATES[kind].colour)
        series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        series.dLbls.txPr = _white()
    return chart


def _white() -> RichText:
    """White figures, which read on the colour of every state."""
    properties = CharacterProperties(solidFill="FFFFFF", sz=900)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])


def _kinds(placed: Placed, view: View) -> BarChart:
    chart = _states(placed, view, first=3, kinds=COUNTED, last=placed.last, share=True)
    chart.set_categories(_rows(placed, (1, 1), placed.last, headed=False))
    chart.y_axis.number_format = "0%"
    return chart


def _common_gaps(placed: Placed, view: View) -> BarChart | None:
    """The first rows of the table, which are the most common gaps of all schools."""
    rows = int((view.table["Schools of"].head(_MOST) == ALL_SCHOOLS).sum())
    if not rows:
        return None
    first = list(view.table.columns).index(STATES[GAP_KINDS[0]].word) + 1
    chart = _states(placed, view, first=first, kinds=GAP_KINDS, last=placed.head + rows, share=False)
    chart.set_categories(_rows(placed, (2, 2), placed.head + rows, headed=False))
    chart.y_axis.title = "Schools"
    return chart


def _written_against_done(placed: Placed, view: View) -> ScatterChart:
    """One point per school, written across and done upwards."""
    columns = list(view.table.columns)
    across, upwards = (columns.index(name) + 1 for name in ("Written %", "Done %"))
    chart = ScatterChart()
    chart.title, chart.style, chart.height, chart.width, chart.legend = view.finding, 10, 14, 20, None
    series = Series(
        _rows(placed, (upwards, upwards), placed.last, headed=False),
        _rows(placed, (across, across), placed.last, headed=False),
    )
    series.marker.symbol, series.marker.size = "circle", 6
    series.marker.graphicalProperties = _fill(STATES["met"].colour)
    series.graphicalProperties = GraphicalProperties()
    series.graphicalProperties.line.noFill = True
    chart.series.append(series)
    chart.x_axis.title, chart.y_axis.title = "Written %", "Done %"
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete, axis.scaling.min, axis.scaling.max, axis.number_format = False, 0, 100, "0"
    return chart


_CHARTS: Mapping[str, Callable[[Placed, View], BarChart | ScatterChart | None]] = {
    "distribution": _distribution,
    "kinds": _kinds,
    "common_gaps": _common_gaps,
    "written_against_done": _written_against_done,
}
