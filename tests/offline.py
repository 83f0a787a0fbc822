"""What people do to a workbook in a spreadsheet program."""

from __future__ import annotations

import io

import openpyxl

from audit.workbook import layout


def confirmed(workbook: bytes) -> bytes:
    """The workbook as a leader leaves it who goes through it in Excel: every answer that waits is still true."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book[layout.ANSWERS]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, headings["Is it written?"]).value is None:
            sheet.cell(row, headings["Still as last year?"]).value = "Yes"
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def with_another_letter(workbook: bytes) -> bytes:
    """The workbook with one letter of one piece of evidence changed."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book[layout.ANSWERS]
    headings = {cell.value: cell.column for cell in sheet[1]}
    column = headings["Evidence (no pupil details)"]
    cell = next(sheet.cell(row, column) for row in range(2, 60) if sheet.cell(row, column).value)
    cell.value = str(cell.value).replace("e", "a", 1)
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()
