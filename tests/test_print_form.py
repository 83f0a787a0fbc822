"""The form for paper: readable, with every answer there to be ringed, and never taken for answers."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import openpyxl
import pypdf
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from audit.model import Audit, Criteria, Response, School
from audit.school.proposals import start_from
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.office import LibreOffice


def _blank(criteria: Criteria) -> Audit:
    return Audit(school=School(urn="", name="", phase="primary"), year="2026/27", frameworks=criteria.refs)


def _book(audit: Audit, criteria: Criteria, **part: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write(audit, criteria, **part)))


def _rows(sheet: Worksheet) -> list[list[str]]:
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=8)]


def test_each_statement_has_its_answers_to_be_ringed(toy: Criteria) -> None:
    """One row per statement that is asked: where it comes from, what it asks, both sets of answers, and room to write."""
    assert _rows(_book(_blank(toy), toy)["Print"]) == [
        [
            f"{c.statement.reference}\n{c.question.topic}",
            c.statement.statement,
            "Yes      Partly      No\n\nDon't know",
            "0     1     2     3     4\n\nDon't know",
            "",
        ]
        for c in toy
        if c.statement.recommended and "primary" in c.statement.phases
    ]


def test_the_levels_stand_above_the_answers_on_every_page(toy: Criteria) -> None:
    """The row that is repeated on each page says what 0 to 4 mean."""
    sheet = _book(_blank(toy), toy)["Print"]
    assert sheet.print_title_rows == "$7:$7"
    assert sheet["D7"].value == (
        "Really done? Ring one.\n0 Not in place\n1 Planned\n2 Partly in place\n3 In place\n4 Embedded"
    )


def test_a_colleague_gets_only_their_statements_on_paper(toy: Criteria) -> None:
    """The part that one role is asked prints as that part."""
    assert len(_rows(_book(_blank(toy), toy, asked_of="network")["Print"])) == 1


def test_last_years_answer_is_printed_beside_its_statement(toy: Criteria) -> None:
    """A form that begins with last year's answers shows them, to be confirmed or answered anew."""
    before = audit_of(toy, {"toy-1.1-k1": Response(written="yes", practice=3)}, year="2025/26")
    begun = start_from(before, toy, year="2026/27")
    first = _rows(_book(begun, toy)["Print"])[0][1]
    assert first.startswith("Statement 1.1 K 1 holds.\nLast year: ")
    assert "3 In place" in first


@pytest.mark.parametrize("answered", [{"toy-1.1-k1": Response(written="yes")}])
def test_only_a_form_that_nobody_has_answered_has_the_sheet(answered: dict[str, Response], toy: Criteria) -> None:
    """A workbook with answers, and so each that is signed, is as it was before there was a form for paper."""
    assert "Print" not in _book(audit_of(toy, answered), toy).sheetnames


def test_the_form_is_read_back_as_nothing_answered(shipped: Criteria) -> None:
    """The printed answers are no answers: a blank form that comes back is as blank as it was."""
    blank = dataclasses.replace(_blank(shipped), school=School(urn="900001", name="Hilltop", phase="primary"))
    reading = read(write(blank, shipped), "form.xlsx", shipped)
    assert (reading.audit, reading.problems) == (blank, ())


@pytest.mark.parametrize("scope", ["recommended", "all"])
def test_it_prints_at_nine_points_or_more(office: LibreOffice, scope: str, shipped: Criteria, tmp_path: Path) -> None:
    """LibreOffice prints every page of the form on A4 across, with no text smaller than 9 points."""
    book = _book(dataclasses.replace(_blank(shipped), scope=scope), shipped)  # type: ignore[arg-type]
    for title in book.sheetnames:
        if title not in ("Print", "Answers"):
            del book[title]
    book.save(tmp_path / "form.xlsx")
    office.convert(tmp_path / "form.xlsx", "pdf", tmp_path)
    sizes, words = set(), ""

    def note(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        nonlocal words
        words += text
        if text.strip():
            sizes.add(round(abs(size * tm[3]), 1))

    for page in pypdf.PdfReader(tmp_path / "form.pdf").pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
        page.extract_text(visitor_text=note)
    assert min(sizes) >= 9
    assert words.count("Partly") >= 53
