"""Any table as a plain workbook, and what became of the files in words: verdicts, problems, the chase list."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.authority import comparison_in_words
from audit.authority.reconcile import Intake, settle
from audit.authority.returns import Return, pack_return
from audit.authority.tables import PROBLEMS, TRACKER
from audit.authority.tracker import CHASE
from audit.exports import table_csv
from audit.model import Criteria, Response
from audit.problems import Problem
from audit.tables import typed
from audit.workbook.cells import Placed, write_sheet, write_tables
from tests.conftest import audit_of

TABLE = pd.DataFrame(
    {
        "Text": ["=1+1", "-2", "@SUM(A1)"],
        "Number": pd.array([1, None, 3], dtype="Int32"),
        "Share %": pd.array([12.345, None, 100.0], dtype="Float64"),
        "Day": pd.to_datetime(["2026-09-01", None, "2027-07-03"]),
        "Flag": pd.array([True, None, False], dtype="boolean"),
        "Kind": pd.Categorical(["a", "b", None]),
    }
)


def sheet_of(data: bytes, title: str) -> Worksheet:
    """A sheet of a workbook, as it is read again."""
    found = openpyxl.load_workbook(io.BytesIO(data))[title]
    assert isinstance(found, Worksheet)
    return found


def test_a_table_stands_on_its_sheet_as_values() -> None:
    """Title, headings, then rows: text as text, numbers and days as such, yes and no in words, blank where unknown."""
    sheet = sheet_of(write_tables({"Figures": TABLE}), "Figures")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=6)]
    assert rows[:2] == [["Figures", None, None, None, None, None], ["Text", "Number", "Share %", "Day", "Flag", "Kind"]]
    days = [row[3] for row in rows[2:]]
    assert [None if day is None else f"{day:%d/%m/%Y}" for day in days] == ["01/09/2026", None, "03/07/2027"]
    assert [[*row[:3], *row[4:]] for row in rows[2:]] == [
        ["=1+1", 1, 12.345, "Yes", "a"],
        ["-2", None, None, None, "b"],
        ["@SUM(A1)", 3, 100, "No", None],
    ]


def test_no_text_becomes_a_formula() -> None:
    """What begins like a formula is stored as text."""
    sheet = sheet_of(write_tables({"Figures": TABLE}), "Figures")
    assert {cell.data_type for row in sheet["A3:A5"] for cell in row} == {"s"}


def test_headings_stay_in_sight_and_filter() -> None:
    """The heading row is frozen, filters the table, and is repeated on each page; the sheet is not locked."""
    sheet = sheet_of(write_tables({"Figures": TABLE}), "Figures")
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows, sheet.protection.sheet) == (
        "A3",
        "A2:F5",
        "$2:$2",
        False,
    )


def test_long_texts_wrap_in_a_column_of_bounded_width() -> None:
    """A column is as wide as its texts up to a limit; beyond it they wrap, and the row is high enough."""
    sheet = sheet_of(write_tables({"T": pd.DataFrame({"Long": ["word " * 60], "Short": ["a"]})}), "T")
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (60, 11)
    assert sheet["A3"].alignment.wrap_text
    assert (sheet.row_dimensions[3].height or 0) > 60


def test_what_a_workbook_cannot_hold_is_marked() -> None:
    """A control character, a lone surrogate and a text of megabytes never stop a download."""
    sheet = sheet_of(
        write_tables({"T": pd.DataFrame({"A": ["a\x00b", "\ud800", "x" * 1_000_000]}, dtype="object")}), "T"
    )
    assert [sheet["A3"].value, sheet["A4"].value] == ["a\ufffdb", "\ufffd"]
    assert str(sheet["A5"].value).endswith("x […]")


@pytest.mark.parametrize("table", [TABLE.iloc[:0], pd.DataFrame({"Only": []}, dtype="str")])
def test_an_empty_table_keeps_its_headings(table: pd.DataFrame) -> None:
    """A list without a row says which list it is."""
    sheet = sheet_of(write_tables({"Empty": table}), "Empty")
    assert [cell.value for cell in sheet[2]] == list(table.columns)


def test_the_first_sheet_says_what_the_workbook_is() -> None:
    """Paragraphs on a sheet of their own, before the tables in their order."""
    book = openpyxl.load_workbook(
        io.BytesIO(write_tables({"B": TABLE, "A": TABLE}, about=("What it is.", "=Not run.")))
    )
    assert book.sheetnames == ["About", "B", "A"]
    assert [book["About"][f"A{row}"].value for row in (1, 2, 3)] == ["About", "What it is.", "=Not run."]


def test_what_is_for_the_authority_only_says_so_on_each_sheet_and_page() -> None:
    """Above every table, and at the head of every page that is printed."""
    book = openpyxl.load_workbook(io.BytesIO(write_tables({"B": TABLE, "A": TABLE}, for_the_authority=True)))
    assert [(sheet["A2"].value, sheet.oddHeader.center.text) for sheet in book] == [
        ("For the authority only.", "For the authority only"),
    ] * 2


def test_the_same_tables_give_the_same_bytes() -> None:
    """Nothing in the file tells when it was written."""
    assert write_tables({"Figures": TABLE}) == write_tables({"Figures": TABLE})


def test_a_sheet_says_where_its_table_stands() -> None:
    """Lines come between heading and table; who adds a chart learns the rows."""
    book = Workbook()
    placed = write_sheet(book, "View", TABLE, heading="A finding", lines=("First.", "Second."))
    assert placed == Placed(sheet=book["View"], head=4, last=7)
    assert [placed.sheet[f"A{row}"].value for row in range(1, 6)] == ["A finding", "First.", "Second.", "Text", "=1+1"]


def intake(criteria: Criteria) -> Intake:
    """A refused file, one with a warning, and one that is set aside."""
    whole = {criterion.id: Response(written="yes", practice=3) for criterion in criteria}
    warning = Problem(where="b.xlsx, sheet Answers, cell F2", what="It is odd.", fix="Look at it.", severity="warning")
    error = Problem(where="c.xlsx", what="=It is broken.", fix="Send it again.")

    def took(file: str, responses: dict[str, Response], *problems: Problem) -> Return:
        saved = dt.datetime(2026, 10, 2 if responses else 1, 9)
        audit = dataclasses.replace(audit_of(criteria, responses), first_answer_at=saved, last_answer_at=saved)
        return pack_return(audit, criteria, file=file, digest=file, problems=problems)

    returns = (
        took("in.zip/a.xlsx", {}),
        took("in.zip/b.xlsx", whole, warning),
        pack_return(None, criteria, file="in.zip/c.xlsx", digest="c", problems=[error]),
    )
    return settle(returns, criteria, year="2026/27")


def test_every_file_has_one_row_with_its_verdict(toy: Criteria) -> None:
    """What became of it, and each problem with place and remedy, in words that can be sent to the school."""
    found = intake(toy)
    rows = comparison_in_words.verdicts(found.files, found.problems)
    assert rows.drop(columns=["Completed on", "Last answer saved", "Workbook last changed"]).to_dict("records") == [
        {
            "File": "in.zip/a.xlsx",
            "Verdict": "Accepted",
            "School": "Hilltop",
            "URN": "900001",
            "Year": "2026/27",
            "Signed": "",
            "Counts": "No",
            "Set aside because": found.files["set_aside"][0],
            "Faults": 0,
            "Warnings": 0,
            "What is wrong, and how to mend it": "",
        },
        {
            "File": "in.zip/b.xlsx",
            "Verdict": "Accepted with warnings",
            "School": "Hilltop",
            "URN": "900001",
            "Year": "2026/27",
            "Signed": "",
            "Counts": "Yes",
            "Set aside because": "",
            "Faults": 0,
            "Warnings": 1,
            "What is wrong, and how to mend it": "Sheet Answers, cell F2: It is odd. Look at it.",
        },
        {
            "File": "in.zip/c.xlsx",
            "Verdict": "Refused",
            "School": "",
            "URN": "",
            "Year": "",
            "Signed": "",
            "Counts": "No",
            "Set aside because": "",
            "Faults": 1,
            "Warnings": 0,
            "What is wrong, and how to mend it": "=It is broken. Send it again.",
        },
    ]


def test_very_many_problems_are_counted_in_the_row_of_their_file(toy: Criteria) -> None:
    """A row stays readable; the list of problems has them all."""
    one = {"file": "a.xlsx", "urn": "", "school": "", "sheet": "", "severity": "error", "what": "Odd.", "fix": "Mend."}
    table = typed(pd.DataFrame([{**one, "cell": f"A{n}"} for n in range(1, 101)]), PROBLEMS)
    files = settle([pack_return(None, toy, file="a.xlsx", digest="a")], toy, year="2026/27").files
    (text,) = comparison_in_words.verdicts(files, table)["What is wrong, and how to mend it"]
    lines = text.split("\n")
    assert (len(lines), lines[0], lines[-1]) == (
        31,
        "Cell A1: Odd. Mend.",
        "70 more problems: see the list of problems.",
    )


def test_every_problem_has_one_row(toy: Criteria) -> None:
    """File, school, sheet, cell, the fact and the remedy."""
    rows = comparison_in_words.problems(intake(toy).problems)
    assert rows.to_dict("split")["data"] == [
        ["in.zip/b.xlsx", "Hilltop", "900001", "Answers", "F2", "Warning", "It is odd.", "Look at it."],
        ["in.zip/c.xlsx", "", "", "", "", "Fault", "=It is broken.", "Send it again."],
    ]


def test_the_chase_list_is_in_words(toy: Criteria) -> None:
    """Phase and standing as people say them; blank where the phase is not known."""
    row = {"urn": "900001", "school": "Hilltop", "phase": None, "type": None, "standing": "not received", "file": ""}
    table = typed(pd.DataFrame([{**row, "ask": "Please send it.", "remark": ""}]), CHASE)
    assert set(TRACKER) < set(CHASE)
    assert comparison_in_words.chase(table, toy).fillna("-").to_dict("split")["data"] == [
        ["Hilltop", "900001", "-", "-", "Not received", "", "Please send it.", ""]
    ]


def test_the_lists_are_the_same_in_workbook_and_csv(toy: Criteria) -> None:
    """Both hold the same rows; a text that begins like a formula is held harmless in each."""
    rows = comparison_in_words.problems(intake(toy).problems)
    sheet = sheet_of(write_tables({"Problems": rows}), "Problems")
    read = list(csv.reader(io.StringIO(table_csv(rows).decode("utf-8-sig"))))
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [text.removeprefix("'") for text in row] for row in read
    ]
