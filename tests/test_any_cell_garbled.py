"""Every cell of a workbook garbled or emptied: no cell that is not the URN or an id costs more than the answer in it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from audit.model import Criteria, Response, School
from audit.workbook import layout
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of

pytestmark = pytest.mark.slow
GARBLED = ("", "xyz", "7", "N/A", "see policy")


@pytest.fixture(scope="module")
def form(toy: Criteria) -> bytes:
    """A return in which every recommended statement of a primary is answered."""
    given: Mapping[str, Response] = {
        one.id: Response(written="yes", practice=3, evidence="Minutes of 4 May")
        for one in toy
        if one.statement.recommended and (not one.statement.phases or "primary" in one.statement.phases)
    }
    school = School(urn="900001", name="Hilltop", phase="primary", local_authority="886")
    return write(audit_of(toy, given, school=school), toy)


def answered(data: bytes, criteria: Criteria) -> int:
    """How many answers are read: of two to each statement."""
    audit = read(data, "return.xlsx", criteria).audit
    given = () if audit is None else audit.responses.values()
    return sum((one.written is not None) + (one.practice is not None) for one in given)


def cells(form: bytes) -> list[tuple[str, str]]:
    """Every cell of *School*, and of *Answers* the headings and the first rows."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    school = [(layout.SCHOOL, cell.coordinate) for row in book[layout.SCHOOL].iter_rows() for cell in row if cell.value]
    sheet = book[layout.ANSWERS]
    return [
        *school,
        *(
            (layout.ANSWERS, f"{get_column_letter(column)}{row}")
            for row in (1, 2, 3)
            for column in range(1, sheet.max_column + 1)
        ),
    ]


@pytest.mark.parametrize("text", GARBLED)
def test_a_cell_costs_at_most_the_answer_in_it(form: bytes, toy: Criteria, text: str) -> None:
    """Only the URN, and the id of a row, are identity; nothing else costs a second answer."""
    whole = answered(form, toy)
    lost = {}
    book = openpyxl.load_workbook(io.BytesIO(form))
    for sheet, place in cells(form):
        cell = book[sheet][place]
        if cell.value is not None and cell.value == "900001":
            continue
        before, cell.value = cell.value, text or None
        out = io.BytesIO()
        book.save(out)
        cell.value = before
        fewer = whole - answered(out.getvalue(), toy)
        of_the_row = 2 if sheet == layout.ANSWERS and place[0] == "A" and place != "A1" else 1
        if fewer > of_the_row:
            lost[f"{sheet} {place}"] = fewer
    assert lost == {}
