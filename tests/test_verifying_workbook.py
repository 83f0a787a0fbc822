"""Verifying a workbook: what was signed is known again, and every changed character is named by its sheet and cell."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment

from audit.model import SIGNING_ROLES, Action, Audit, Criteria, Response, Signature
from audit.school import signing
from audit.school.proposals import start_from
from audit.school.signing import Difference, Verdict
from audit.verify import verify
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.office import LibreOffice
from tests.test_workbook import ANSWERED, saved_after, values

HASH_NOTE = "Compare the SHA-256 with the one in the minutes: only that tells this signing from another one."
AROUND = (
    "Every answer, action and signature is as it was signed. What differs are words or figures around them: "
    "somebody changed them, or another version of the tool wrote them."
)


@pytest.fixture(scope="module")
def signed(toy: Criteria) -> Audit:
    """An audit that both roles have signed, with last year's answers, actions, and text that programs like to change."""
    before = audit_of(toy, ANSWERED, year="2025/26")
    audit = dataclasses.replace(
        start_from(before, toy, year="2026/27"),
        responses={
            "toy-1.1-k1": Response(written="yes", practice=3, evidence="=1+1", comment="007"),
            "toy-1.1-k2": Response(written="no", practice=0, evidence="one\n\ntwo\n", comment="  both ends  "),
        },
        actions=(Action(what="Write it.", statement="toy-1.1-k2", due=dt.date(2027, 9, 1), id="12e4", note="TRUE"),),
        scope="all",
    )
    for role in SIGNING_ROLES:
        audit = signing.sign(audit, toy, Signature(role=role, on=dt.date(2027, 7, 5), statement="2027-07-05"))
    return audit


def verified(audit: Audit, criteria: Criteria, edit: Callable[[Workbook], object]) -> Verdict:
    """The verdict on an audit's workbook after somebody edited and saved it."""
    return verify(saved_after(audit, criteria, edit), "Hilltop.xlsx", criteria)


def as_signed(audit: Audit, *notes: str) -> Verdict:
    """The verdict that nothing was changed."""
    return Verdict(
        file="Hilltop.xlsx", standing="as signed", audit=audit, sign_off=audit.signed, notes=(HASH_NOTE, *notes)
    )


def untouched(_: Workbook) -> None:
    """Saves the workbook as it is."""


def test_the_workbook_that_was_signed_is_known_again(toy: Criteria, signed: Audit) -> None:
    """The very file is as signed, and so is one that another program has saved."""
    assert verify(write(signed, toy), "Hilltop.xlsx", toy) == as_signed(signed)
    assert verified(signed, toy, untouched) == as_signed(signed)


def test_other_criteria_at_hand_change_nothing(toy: Criteria, signed: Audit) -> None:
    """The workbook is compared with what it was signed with, whatever the criteria have become."""
    later = Criteria(tuple(dataclasses.replace(one, edition="2", title="Later") for one in toy.frameworks))
    assert verify(write(signed, toy), "Hilltop.xlsx", later) == as_signed(signed)


def test_saving_it_in_libreoffice_changes_nothing(
    office: LibreOffice, toy: Criteria, signed: Audit, tmp_path: Path
) -> None:
    """What LibreOffice opens and saves shows what was signed."""
    source = tmp_path / "Hilltop.xlsx"
    source.write_bytes(write(signed, toy))
    saved = office.convert(source, "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved") / "Hilltop.xlsx"
    assert verify(saved.read_bytes(), "Hilltop.xlsx", toy) == as_signed(signed)


def test_every_cell_is_compared(toy: Criteria, signed: Audit) -> None:
    """A character more in every cell with text, and one more in every number, are all named, on hidden sheets too."""
    touched: list[str] = []

    def edit(book: Workbook) -> None:
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str | int) and sheet.title != "Signed content":
                        is_id = sheet.title == "Answers" and cell.column == 1  # rows are told apart by it
                        if is_id:
                            continue
                        cell.value = f"{cell.value}." if isinstance(cell.value, str) else cell.value + 1
                        touched.append(f"sheet {sheet.title}, cell {cell.coordinate}")

    verdict = verified(signed, toy, edit)
    assert verdict.standing == "differs"
    assert {", ".join(one.where.split(", ")[:2]) for one in verdict.differences} == set(touched)
    assert len(touched) > 300


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_single_changed_character_is_named(toy: Criteria, signed: Audit, data: st.DataObject) -> None:
    """Whichever cell it is in, the verdict names its sheet and cell, what was signed and what stands there."""
    book = openpyxl.load_workbook(io.BytesIO(write(signed, toy)))
    texts = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and (sheet.title, cell.column) not in (("Answers", 1), ("Signed content", 1))
    ]
    sheet, cell, text = data.draw(st.sampled_from(texts))
    at = data.draw(st.integers(0, len(text) - 1))
    altered = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]

    def edit(book: Workbook) -> None:
        book[sheet][cell] = altered
        book[sheet][cell].data_type = "s"

    (difference,) = verified(signed, toy, edit).differences
    assert difference.where.startswith(f"sheet {sheet}, cell {cell}")
    assert difference.found == altered


def test_a_difference_says_what_was_signed(toy: Criteria, signed: Audit) -> None:
    """It names the place with its row, what was signed and what stands there now."""
    verdict = verified(signed, toy, lambda book: book["Answers"].__setitem__("I3", "3 In place"))
    assert verdict == dataclasses.replace(
        as_signed(signed),
        standing="differs",
        differences=(
            Difference(where="sheet Answers, cell I3, row toy-1.1-k2", signed="0 Not in place", found="3 In place"),
        ),
    )


def test_words_around_the_answers_are_told_apart_from_them(toy: Criteria, signed: Audit) -> None:
    """Where only the report's words differ, the verdict says that the answers are as they were signed."""
    verdict = verified(signed, toy, lambda book: book["Summary"].__setitem__("A2", "All is well."))
    assert (verdict.standing, [one.found for one in verdict.differences], verdict.notes) == (
        "differs",
        ["All is well."],
        (HASH_NOTE, AROUND),
    )


def test_rows_in_another_order_are_what_was_signed(toy: Criteria, signed: Audit) -> None:
    """Sorting the answers changes nothing, and is told; a change in a sorted sheet is still named by its cell."""

    def turn(book: Workbook) -> None:
        sheet = book["Answers"]
        for number, row in enumerate(reversed(values(sheet)[1:]), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
                if isinstance(value, str):
                    sheet.cell(number, column).data_type = "s"

    def turn_and_change(book: Workbook) -> None:
        turn(book)
        book["Answers"]["D2"] = "Another statement."

    note = "The rows of the sheet Answers stand in another order, which changes nothing."
    assert verified(signed, toy, turn) == as_signed(signed, note)
    assert [one.where for one in verified(signed, toy, turn_and_change).differences] == [
        "sheet Answers, cell D2, row toy-2.1-s1"
    ]


@pytest.mark.parametrize(
    ("edit", "differences"),
    [
        (lambda book: book.remove(book["Gaps"]), [("sheet Gaps", "(the sheet)", "")]),
        (lambda book: book.create_sheet("Notes"), [("sheet Notes", "", "(the sheet)")]),
        (lambda book: book["Answers"].delete_rows(3), [("sheet Answers, cell A7", "toy-1.1-k2", "")]),
        (lambda book: book["Signed content"].__setitem__("B1", "x"), [("sheet Signed content, cell B1", "", "x")]),
        (
            lambda book: book["Sign-off"].__setitem__("C5", dt.datetime(2027, 7, 6)),
            [("sheet Sign-off, cell C5, row 1", "05/07/2027", "06/07/2027")],
        ),
    ],
    ids=["sheet gone", "sheet added", "row gone", "cell added to a hidden sheet", "date changed"],
)
def test_whatever_is_gone_or_added_is_named(
    toy: Criteria, signed: Audit, edit: Callable[[Workbook], object], differences: list[tuple[str, str, str]]
) -> None:
    """Sheets, rows, cells and days, hidden ones too."""
    verdict = verified(signed, toy, edit)
    found = [(one.where, one.signed, one.found) for one in verdict.differences]
    assert (verdict.standing, found[:1]) == ("differs", differences)


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook of which one part is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            made = change(content) if name == part else content
            assert name != part or made != content
            target.writestr(name, made)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/charts/chart1.xml", b"Recommended statements", b"Recommended statement"),
        ("xl/worksheets/sheet4.xml", b"LSelf-reported by the school", b"LChecked by the authority"),
        ("xl/styles.xml", b'formatCode="dd/mm/yyyy"', b'formatCode="&quot;1 May 2027&quot;"'),
        ("xl/styles.xml", b'formatCode="dd/mm/yyyy"', b'formatCode="mm/dd/yyyy"'),
        ("xl/styles.xml", b'<xf numFmtId="165"', b'<xf numFmtId="17"'),
        (
            "xl/worksheets/sheet3.xml",
            b"Does the school's own policy say it?",
            b"Does the school's own policy imply it?",
        ),
        ("xl/charts/chart1.xml", b"$C$", b"$D$"),
        ("xl/drawings/drawing1.xml", b"</wsDr>", b"<oneCellAnchor><sp/></oneCellAnchor></wsDr>"),
        ("docProps/core.xml", b"2026/27", b"2027/28"),
    ],
    ids=["chart", "footer", "number format", "day turned", "day cut", "prompt", "plotted cells", "shape", "title"],
)
def test_what_is_shown_beside_the_cells_is_compared_too(
    toy: Criteria, signed: Audit, part: str, old: bytes, new: bytes
) -> None:
    """Words of charts, prompts, footers and the title, what is plotted or laid over, and formats that show something else."""
    data = rewritten(write(signed, toy), part, lambda content: content.replace(old, new))
    verdict = verify(data, "Hilltop.xlsx", toy)
    assert verdict.standing == "differs"
    assert "a chart, a footer, or what lies over the cells" in {one.where for one in verdict.differences}


def test_a_note_over_a_cell_is_told(toy: Criteria, signed: Audit) -> None:
    """What lies over a cell may hide it, or say another thing."""
    verdict = verified(
        signed, toy, lambda book: setattr(book["Gaps"]["A4"], "comment", Comment("All closed since.", "Office"))
    )
    assert "a note" in [one.found for one in verdict.differences]


def test_a_formula_that_shows_the_same_is_told(toy: Criteria, signed: Audit) -> None:
    """It may show another thing tomorrow."""
    verdict = verified(signed, toy, lambda book: book["Answers"].__setitem__("K2", '="Policy"'))
    assert [one.found for one in verdict.differences] == [" (a formula)"]


@pytest.mark.parametrize("edit", ["gone", "cut", "changed", "more"])
def test_signed_content_that_is_not_intact_is_a_problem(toy: Criteria, signed: Audit, edit: str) -> None:
    """Without what was signed there is nothing to compare with, so the file is not what was signed."""

    def alter(book: Workbook) -> None:
        sheet = book["Signed content"]
        text = str(sheet["A1"].value)
        if edit == "gone":
            book.remove(sheet)
        elif edit == "more":
            sheet.cell(sheet.max_row + 1, 1).value = "AAAA"
        else:
            sheet["A1"] = text[:-1] if edit == "cut" else text[:50] + ("A" if text[50] != "A" else "B") + text[51:]

    verdict = verified(signed, toy, alter)
    assert (verdict.standing, verdict.audit, verdict.sign_off, len(verdict.problems)) == (
        "differs",
        None,
        signed.signed,
        1,
    )
    assert verdict.problems[0].where == "Hilltop.xlsx, sheet Signed content"


def test_one_signature_is_said_to_be_one(toy: Criteria) -> None:
    """An audit that the chair has not signed yet is as signed, by the headteacher only."""
    audit = signing.sign(audit_of(toy, ANSWERED), toy, Signature(role="headteacher", on=dt.date(2027, 7, 5)))
    verdict = verify(write(audit, toy), "Hilltop.xlsx", toy)
    assert verdict.notes == (HASH_NOTE,)


def test_an_audit_that_is_not_signed_is_said_to_be_open(toy: Criteria, signed: Audit) -> None:
    """A workbook without a sign-off, or with one that was opened again, is not signed, and nothing of it differs."""
    reopened = signing.reopen(signed, on=dt.date(2027, 7, 9), because="A wrong date.")
    verdicts = [verify(write(one, toy), "Hilltop.xlsx", toy) for one in (audit_of(toy, ANSWERED), reopened)]
    assert verdicts == [
        Verdict(file="Hilltop.xlsx", standing="not signed", notes=("The workbook is not signed.",)),
        Verdict(
            file="Hilltop.xlsx",
            standing="not signed",
            sign_off=reopened.sign_offs[0],
            notes=("The workbook is not signed.", "Version 1 was signed, and opened again on 09/07/2027."),
        ),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"%PDF-1.7 and no more", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
    ids=["empty", "cut zip", "cut pdf", "text", "old Excel"],
)
def test_what_is_no_workbook_is_unreadable(toy: Criteria, data: bytes) -> None:
    """Any other file is a problem with its remedy, and never a crash."""
    verdict = verify(data, "file", toy)
    assert (verdict.standing, verdict.audit, len(verdict.problems)) == ("unreadable", None, 1)


def test_a_workbook_of_something_else_is_unreadable(toy: Criteria) -> None:
    """A workbook that holds no audit cannot be verified."""
    out = io.BytesIO()
    Workbook().save(out)
    assert verify(out.getvalue(), "budget.xlsx", toy).standing == "unreadable"
