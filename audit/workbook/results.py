"""The *Summary* and *Gaps* sheets: what Python worked out, as values, with native charts."""

from __future__ import annotations

from collections.abc import Sequence

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
from audit.model import practice_labels
from audit.outcome import Outcome
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES
from audit.workbook import cells, layout

_CHARTS_AT = "J"


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
    row = 7
    cells.put_line(sheet, row, findings.states_title(result.questions), bold=True, across=8)
    end = _counts_table(sheet, row + 1, "Question", "topic", result.questions)
    sheet.add_chart(
        _stacked(sheet, row + 1, end, columns=range(3, 8), title=findings.states_title(result.questions)),
        f"{_CHARTS_AT}2",
    )
    row = end + 2
    cells.put_line(sheet, row, findings.written_practice_title(result.areas), bold=True, across=8)
    head = ["Area", "Apply", "Written", "Done"]
    cells.put_headings(sheet, row + 1, head)
    for at, (_, area) in enumerate(result.areas.iterrows(), row + 2):
        values = [area["title"], int(area["applicable"]), int(area["written_yes"]), int(area["practice_in_place"])]
        cells.put_row(sheet, at, values)
    sheet.add_chart(
        _side_by_side(sheet, row + 1, row + 1 + len(result.areas), findings.written_practice_title(result.areas)),
        f"{_CHARTS_AT}30",
    )
    cells.set_page(sheet)


def _counts_table(sheet: Worksheet, row: int, first: str, name: str, counts: pd.DataFrame) -> int:
    """States by question or area, with words for headings; returns the last row."""
    cells.put_headings(
        sheet, row, [first, "Apply", *(STATES[kind].word for kind in COUNTED), STATES["not_applicable"].word]
    )
    for at, (_, line) in enumerate(counts.iterrows(), row + 1):
        numbers = [int(line[column]) for column in ("applicable", *COUNTED, "not_applicable")]
        cells.put_row(sheet, at, [line[name], *numbers])
        for column, kind in enumerate(COUNTED, 3):
            cell = sheet.cell(at, column)
            if numbers[column - 2] and isinstance(cell, Cell):
                cells.tint(cell, STATES[kind].tint)
    return row + len(counts)


def _fill(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour.removeprefix("#"))


def _bars(title: str, height: float) -> BarChart:
    chart = BarChart()
    chart.type, chart.title = "bar", title
    chart.height, chart.width, chart.gapWidth = height, 24, 40
    chart.legend.position = "b"
    chart.x_axis.scaling.orientation = "maxMin"  # source order, first at the top
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.majorUnit = 1
    chart.y_axis.title = "Recommended statements"
    chart.layout = Layout(manualLayout=ManualLayout(x=0.22, y=0.1, w=0.74, h=0.72, layoutTarget="inner"))
    return chart


def _stacked(sheet: Worksheet, head: int, end: int, *, columns: Sequence[int], title: str) -> BarChart:
    """Chart (a): states of the recommended statements by question, stacked, in source order."""
    chart = _bars(title, 16)
    chart.grouping, chart.overlap = "stacked", 100
    chart.add_data(
        Reference(sheet, min_col=columns[0], max_col=columns[-1], min_row=head, max_row=end), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=end))
    kinds = {STATES[kind].word: kind for kind in COUNTED}
    for series, column in zip(chart.series, columns, strict=True):
        series.graphicalProperties = _fill(STATES[kinds[str(sheet.cell(head, column).value)]].colour)
    return chart


def _side_by_side(sheet: Worksheet, head: int, end: int, title: str) -> BarChart:
    """Chart (b): written against practice by area."""
    chart = _bars(title, 11)
    chart.add_data(Reference(sheet, min_col=3, max_col=4, min_row=head, max_row=end), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=end))
    for series, colour in zip(chart.series, (theme.WRITTEN_COLOUR, theme.PRACTICE_COLOUR), strict=True):
        series.graphicalProperties = _fill(colour)
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
    title = findings.states_title(result.questions)
    cells.put_line(sheet, row, f"Where they are: {title}", bold=True, across=9)
    counts = result.questions[result.questions["applicable"] > result.questions["met"]]
    # The table stands in columns C to G, below columns wide enough for its words.
    headings = ["Question", *(STATES[kind].word for kind in GAP_KINDS)]
    for column, heading in enumerate(headings, 3):
        cells.put(sheet, row + 1, column, heading).font = cells.BOLD
    for at, (_, line) in enumerate(counts.iterrows(), row + 2):
        cells.put(sheet, at, 3, line["topic"])
        for column, kind in enumerate(GAP_KINDS, 4):
            cells.put(sheet, at, column, int(line[kind]))
    end = row + 1 + len(counts)
    chart = _bars(title, max(7.0, 4 + 0.6 * len(counts)))
    chart.grouping, chart.overlap = "stacked", 100
    chart.add_data(Reference(sheet, min_col=4, max_col=7, min_row=row + 1, max_row=end), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=3, min_row=row + 2, max_row=end))
    for series, kind in zip(chart.series, GAP_KINDS, strict=True):
        series.graphicalProperties = _fill(STATES[kind].colour)
    sheet.add_chart(chart, f"H{row + 1}")
