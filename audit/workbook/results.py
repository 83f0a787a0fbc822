"""The *Summary* and *Gaps* sheets: what Python worked out, as values, with native charts."""

from __future__ import annotations

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from audit import findings, theme
from audit.english import plural
from audit.exhibits.exhibit import NativeChart
from audit.exhibits.school import gaps_exhibit, school_exhibits
from audit.model import practice_labels
from audit.outcome import Outcome
from audit.tables import COUNTED
from audit.theme import STATES
from audit.workbook import cells, layout

_CHARTS_AT = "J"
_BESIDE = 28
"""Rows that a chart beside the tables takes."""
_TINTS = {STATES[kind].word: STATES[kind].tint for kind in COUNTED}


def add_summary(book: Workbook, result: Outcome) -> None:
    """Outcome, then the counts by question and by area, each with its chart."""
    sheet = book.create_sheet(layout.SUMMARY)
    cells.set_widths(sheet, [36, 9, 9, 11, 10, 10, 11, 14, 3])
    cells.put_title(sheet, 1, f"Summary: {result.audit.school.name or 'school not named yet'}, {result.audit.year}")
    lines = [
        result.headline,
        f"K coverage (met as a share of the recommended statements that apply): {findings.coverage_range(result.overall)}"
        + (f", {result.band}." if result.band else "."),
        result.range_note,
        f"Worked out when this workbook was written; it does not change as you type. {theme.SELF_REPORTED}",
    ]
    for row, line in enumerate(lines, 2):
        cells.put_line(sheet, row, line, bold=row == 2, across=8)
    head, beside = 8, 2
    for exhibit in school_exhibits(result):
        native = exhibit.native
        if native is None or native.table is None:
            continue
        cells.put_line(sheet, head - 1, exhibit.finding, bold=True, across=8)
        cells.put_headings(sheet, head, list(native.table.columns))
        _put_counts(sheet, head + 1, native.table)
        sheet.add_chart(
            _bars(sheet, native, exhibit.finding, head=head, rows=len(native.table)), f"{_CHARTS_AT}{beside}"
        )
        head, beside = head + len(native.table) + 3, beside + _BESIDE
    cells.set_page(sheet)


def _put_counts(sheet: Worksheet, top: int, counts: pd.DataFrame) -> None:
    """The rows of a table of counts; a count of a state, unless it is 0, has the state's tint."""
    for row, values in enumerate(counts.itertuples(index=False, name=None), top):
        cells.put_row(sheet, row, [values[0], *map(int, values[1:])])
        for column, (heading, value) in enumerate(zip(counts.columns, values, strict=True), 1):
            cell = sheet.cell(row, column)
            if heading in _TINTS and value and isinstance(cell, Cell):
                cells.tint(cell, _TINTS[heading])


def _bars(sheet: Worksheet, native: NativeChart, title: str, *, head: int, rows: int, left: int = 1) -> BarChart:
    """The lying bars of an exhibit, drawn from the cells of its table.

    Args:
        sheet: where the table stands.
        native: what to draw.
        title: what the chart says.
        head: the row of the table's headings.
        rows: how many rows of the table follow.
        left: its first column.
    """
    assert native.table is not None
    headings = list(native.table.columns)
    columns = [left + headings.index(heading) for heading in native.series]
    names = left + headings.index(native.names)
    chart = BarChart()
    chart.type, chart.title = "bar", title
    chart.height, chart.width, chart.gapWidth = native.height, 24, 40
    chart.legend.position = "b"
    chart.x_axis.scaling.orientation = "maxMin"  # source order, first at the top
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.majorUnit = 1
    chart.y_axis.title = native.counted
    chart.layout = Layout(manualLayout=ManualLayout(x=0.22, y=0.1, w=0.74, h=0.72, layoutTarget="inner"))
    if native.kind == "stacked":
        chart.grouping, chart.overlap = "stacked", 100
    for column in columns:
        data = Reference(sheet, min_col=column, max_col=column, min_row=head, max_row=head + rows)
        chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=names, min_row=head + 1, max_row=head + rows))
    for series, colour in zip(chart.series, native.series.values(), strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour.removeprefix("#"))
        if native.kind == "pairs":
            series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    return chart


def add_gaps(book: Workbook, result: Outcome) -> None:
    """The gaps in the order in which to close them, below them where they are, with its chart."""
    sheet = book.create_sheet(layout.GAPS)
    cells.set_widths(sheet, [9, 13, 46, 13, 12, 19, 26, 44, 44, 20])
    cells.put_title(sheet, 1, f"Gaps: {plural(len(result.gaps), 'recommended statement')} to look at")
    cells.put_line(
        sheet,
        2,
        "In the order in which to close them: what exposes a child directly comes first, then what is neither written "
        f"nor done. Worked out when this workbook was written. {theme.SELF_REPORTED}",
        across=9,
    )
    head = 3
    cells.put_headings(
        sheet,
        head,
        [
            "Priority",
            "Reference",
            "Statement",
            "Kind of gap",
            "Written",
            "Done",
            "What closes it",
            "How",
            "Evidence to look for",
            "Who is likely to know",
        ],
    )
    levels = practice_labels(result.criteria.practice_levels)
    by_text = {str(practice): label for practice, label in levels.items()}
    for at, (_, gap) in enumerate(result.gaps.iterrows(), head + 1):
        kind = STATES[gap["kind"]]
        cells.put_row(
            sheet,
            at,
            [
                int(gap["priority"]),
                gap["reference"],
                gap["statement_text"],
                f"{kind.symbol} {kind.word}",
                theme.NOT_ANSWERED if pd.isna(gap["written"]) else theme.WRITTEN_WORDS[gap["written"]],
                theme.NOT_ANSWERED if pd.isna(gap["practice"]) else by_text[gap["practice"]],
                gap["closes"],
                gap["improve"],
                gap["evidence_to_look_for"],
                result.criteria.roles.get(gap["asked_of"], gap["asked_of"]),
            ],
        )
        cell = sheet.cell(at, 4)
        assert isinstance(cell, Cell)
        cells.tint(cell, kind.tint)
    end = head + len(result.gaps)
    if len(result.gaps):
        sheet.auto_filter.ref = f"A{head}:J{end}"
        _add_gap_counts(sheet, end + 3, result)
    cells.set_page(sheet, headings=head)


def _add_gap_counts(sheet: Worksheet, row: int, result: Outcome) -> None:
    """How many gaps of each kind a question holds, below the list, and the chart beside it."""
    exhibit = gaps_exhibit(result)
    native, counts = exhibit.native, exhibit.table
    assert native is not None
    cells.put_line(sheet, row, f"{exhibit.title}: {exhibit.finding}", bold=True, across=9)
    # The table stands in columns C to G, below columns wide enough for its words.
    for column, heading in enumerate(counts.columns, 3):
        cells.put(sheet, row + 1, column, heading).font = cells.BOLD
    for at, (question, *numbers) in enumerate(counts.itertuples(index=False, name=None), row + 2):
        for column, value in enumerate((question, *map(int, numbers)), 3):
            cells.put(sheet, at, column, value)
    chart = _bars(sheet, native, exhibit.finding, head=row + 1, rows=len(counts), left=3)
    sheet.add_chart(chart, f"H{row + 1}")
