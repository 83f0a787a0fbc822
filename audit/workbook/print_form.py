"""The *Print* sheet of a form that nobody has answered yet: to be filled in by hand, with the answers there to be ringed.

It is never read back: what was written on paper is typed into *Answers*.
"""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from audit.model import Audit, Criteria, Criterion, practice_labels
from audit.workbook import cells, layout
from audit.workbook.yearly_sheets import last_years_answer

_WIDTHS = (17, 44, 20, 19, 28)
"""Together no wider than A4 across, so that text of 11 points is printed in 9 points at least, also in fonts that run wide."""
NARROWER = {"question": 21, "not_applicable": 22, "evidence": 36, "comment": 22}
"""Columns of *Answers* that are narrower in a blank form, so that two pages side by side hold it in 9 points."""
_LEAST = 62.0  # points: room to ring an answer, and to write three lines
_HEAD = 7
_RINGED = Font(name="Calibri", size=12, color=cells.INK)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRITTEN = "Yes      Partly      No\n\nDon't know"


def is_blank(audit: Audit) -> bool:
    """Whether nobody has answered anything yet, so that the workbook is a form to fill in."""
    return audit.basis == "self-audit" and not audit.responses and not audit.sign_offs


def add_print_form(book: Workbook, audit: Audit, criteria: Criteria, rows: Iterable[Criterion]) -> None:
    """The statements as a form for paper, one row each, on as many pages as it takes.

    Args:
        book: the workbook.
        audit: a blank one.
        criteria: those that it answers.
        rows: the statements to ask.
    """
    sheet = book.create_sheet(layout.PRINT)
    cells.set_widths(sheet, _WIDTHS)
    cells.put_title(sheet, 1, f"Online safety self-audit {audit.year}: to fill in by hand")
    name = audit.school.name or "." * 60
    lines = (
        f"School: {name}     URN: {audit.school.urn or '.' * 14}     Phase: {criteria.phases[audit.school.phase]}",
        f"Filled in by (role, not name): {'.' * 40}     Date: {'.' * 24}",
        "Each statement has two answers. Ring one in each column. Don't know is an answer too. Write no pupil's details.",
        "Then type the answers into the sheet Answers or into the tool: nothing on this sheet is read.",
    )
    for row, line in enumerate(lines, 2):
        cells.put_line(sheet, row, line, across=len(_WIDTHS))
        sheet.row_dimensions[row].height = 20 if row < 4 else 15.5
    _add_rows(sheet, audit, criteria, rows)
    cells.set_page(sheet, headings=_HEAD)
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.9  # inches; the footer stands within the lower one


def _add_rows(sheet: Worksheet, audit: Audit, criteria: Criteria, rows: Iterable[Criterion]) -> None:
    levels = criteria.practice_levels
    meanings = "\n".join(level.practice_label for level in levels)
    cells.put_headings(
        sheet,
        _HEAD,
        [
            "Reference",
            "What it asks for",
            "In your policy? Ring one.",
            f"Really done? Ring one.\n{meanings}",
            "Evidence: what, and where. Or: why it does not apply.",
        ],
    )
    done = "     ".join(str(level.level) for level in levels) + "\n\nDon't know"
    labels = practice_labels(levels)
    for at, criterion in enumerate(rows, _HEAD + 1):
        last = last_years_answer(audit, criterion, labels)
        text = criterion.statement.statement + (f"\nLast year: {last}" if last else "")
        cells.put_row(
            sheet, at, [f"{criterion.statement.reference}\n{criterion.question.topic}", text, _WRITTEN, done, ""]
        )
        for column in (3, 4):
            cell = sheet.cell(at, column)
            cell.font, cell.alignment = _RINGED, _MIDDLE
        height = sheet.row_dimensions[at].height or 0
        sheet.row_dimensions[at].height = max(_LEAST, height)
