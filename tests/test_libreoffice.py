"""The workbook in LibreOffice: it shows what we wrote, and what it saves is still the same audit."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from audit.model import Action, Audit, Criteria, Response, School
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.office import LibreOffice
from tests.test_workbook import saved_after

SHOWN = ("School", "Answers", "Summary", "Gaps", "Action plan")
ALL_SHEETS_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def filled(toy: Criteria) -> Audit:
    """An audit with text that spreadsheet programs like to change."""
    return audit_of(
        toy,
        {
            "toy-1.1-k1": Response(written="yes", practice=4, evidence="=1+1", comment="007"),
            "toy-1.1-k2": Response(written="partly", practice=0, evidence="one\n\ntwo\n", comment="2026-01-01"),
            "toy-1.1-s1": Response(not_applicable="+44: we have none", comment="as_x_is"),
            "toy-1.2-k1": Response(written="no", practice="unknown", evidence="  both ends  ", comment="a\tb"),
            "toy-1.2-k2": Response(written="no", practice=3, evidence="   ", comment="\u3000"),
            "toy-2.1-k1": Response(written="unknown", evidence="👩🏽‍🏫 שלום", comment="@SUM(A1)"),
            "toy-2.1-s1": Response(written="yes", evidence="x" * 32_767, comment='\'quoted, "twice"'),
        },
        phase="secondary",
        scope="all",
        school=School(urn="900001", name="St. =A1 & <b>", phase="secondary", local_authority="886"),
        completed_on=dt.date(2027, 7, 3),
        first_answer_at=dt.datetime(2026, 9, 14, 9, 5),
        last_answer_at=dt.datetime(2027, 7, 2, 16, 0),
        actions=(Action(what="-1", role="DSL", due=dt.date(2027, 3, 31), status="Not started"), Action(note="TRUE")),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for LibreOffice's own files and what it writes."""
    return tmp_path_factory.mktemp("libreoffice")


@pytest.fixture(scope="module")
def ours(folder: Path, filled: Audit, toy: Criteria) -> Path:
    """Our workbook as a file."""
    source = folder / "ours.xlsx"
    source.write_bytes(write(filled, toy))
    return source


@pytest.fixture(scope="module")
def converted(folder: Path, office: LibreOffice, ours: Path) -> Path:
    """A folder with our workbook, LibreOffice's own save of it, and each sheet of it as CSV."""
    for target, into in (("xlsx", "saved"), (ALL_SHEETS_AS_CSV, "csv")):
        office.convert(ours, target, folder / into)
    return folder


@pytest.mark.parametrize("sheet", SHOWN)
def test_libreoffice_keeps_every_value(converted: Path, sheet: str) -> None:
    """Each cell of a sheet that LibreOffice has saved holds what we wrote into it."""
    ours, theirs = (
        {
            cell.coordinate: cell.value
            for row in openpyxl.load_workbook(converted / name)[sheet].iter_rows()
            for cell in row
            if cell.value is not None
        }
        for name in ("ours.xlsx", "saved/ours.xlsx")
    )
    assert theirs == ours


def test_libreoffice_shows_the_answers_in_words(converted: Path) -> None:
    """What a person sees in LibreOffice is the answers as we wrote them, with no formula run."""
    with (converted / "csv" / "ours-Answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ("Statement id", "Is it written?", "Is it done?", "Not applicable because", "Evidence (no pupil details)")
    assert [tuple(row[name] for name in columns) for row in rows[:4]] == [
        ("toy-1.1-k1", "Yes", "4 Embedded", "", "=1+1"),
        ("toy-1.1-k2", "Partly", "0 Not in place", "", "one\n\ntwo\n"),
        ("toy-1.1-s1", "Not applicable", "", "+44: we have none", ""),
        ("toy-1.2-k1", "No", "Unknown", "", "  both ends  "),
    ]


def test_an_audit_comes_back_from_libreoffice(converted: Path, filled: Audit, toy: Criteria) -> None:
    """A school that fills in and saves its workbook in LibreOffice loses nothing, to the last character."""
    reading = read((converted / "saved" / "ours.xlsx").read_bytes(), "ours.xlsx", toy)
    assert (reading.audit, reading.problems) == (filled, ())


def test_the_form_is_still_a_form_after_libreoffice(converted: Path) -> None:
    """Locks, lists, charts, repeated headings and the hidden column survive for the colleague who opens it next."""
    book = openpyxl.load_workbook(converted / "saved" / "ours.xlsx")
    sheet = book["Answers"]
    assert (sheet.protection.sheet, sheet["A2"].protection.locked, sheet["F2"].protection.locked) == (True, True, False)
    lists = {str(choice.formula1) for choice in sheet.data_validations.dataValidation if choice.type == "list"}
    assert lists == {"Lists!$A$2:$A$6", "Lists!$B$2:$B$7"}
    assert {name: len(book[name]._charts) for name in ("Summary", "Gaps")} == {"Summary": 2, "Gaps": 1}
    assert (sheet.print_title_rows, sheet.column_dimensions["K"].hidden) == ("$1:$1", True)


def test_what_a_school_did_in_its_own_way_comes_back_from_libreoffice(
    folder: Path, office: LibreOffice, filled: Audit, toy: Criteria
) -> None:
    """Whole columns formatted, the last row of all made higher, a date as words and counts beside do no harm."""

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Answers"]
        for letter in "ABCDEFGHIJK":
            sheet.column_dimensions[letter].fill = PatternFill("solid", fgColor="FFFF00")
        sheet.row_dimensions[1_048_576].height = 30
        sheet["M3"] = "=COUNTA(F:F)"
        book["School"]["B8"] = "3 July 2027"
        book["School"]["B8"].number_format = "General"

    source = folder / "theirs.xlsx"
    source.write_bytes(saved_after(filled, toy, edit))
    reading = read((office.convert(source, "xlsx", folder / "saved") / "theirs.xlsx").read_bytes(), "theirs.xlsx", toy)
    assert (reading.audit, reading.problems) == (filled, ())


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("ods", "This is an OpenDocument file (.ods), not an Excel workbook."),
        ("fods", "This is an OpenDocument file (.fods), not an Excel workbook."),
        ("xls", "This is an old Excel file (.xls), whatever its name."),
        ("html", "This is a web page, not a workbook."),
        ("csv", "This is plain text or CSV, not a workbook."),
        ("pdf", "This is a PDF, not a workbook."),
    ],
)
def test_a_workbook_in_another_format_is_called_what_it_is(
    office: LibreOffice, folder: Path, ours: Path, toy: Criteria, target: str, what: str
) -> None:
    """A workbook that a program saved in another format, then renamed, is named for what it is."""
    data = (office.convert(ours, target, folder / "others") / f"ours.{target}").read_bytes()
    reading = read(data, "ours.xlsx", toy)
    assert (reading.audit, [f"{problem.where}: {problem.what}" for problem in reading.problems]) == (
        None,
        [f"ours.xlsx: {what}"],
    )
