"""The workbook as form, report and return: nothing a person typed is lost, and a person's edits still read."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.model import NO_RESPONSE, Action, Audit, Carried, Criteria, Response, School, Signature
from audit.problems import Problem
from audit.school import signing
from audit.school.outcome import outcome
from audit.tables import COUNTED
from audit.text import fault_of, tidy
from audit.theme import STATES
from audit.workbook import layout
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of

ROOT = Path(__file__).parent.parent
LIKE_FORMULAS = ["=1+1", "=A1", "+44 1622", "-", "-1", "@SUM(A1)", "'quoted"]
LIKE_VALUES = ["007", "3.0", "TRUE", "#N/A", "2026-01-01", "<b>&amp;</b>"]
LIKE_ESCAPES = ["_x000D_", "_x000d_", "_x005F_x000D_", "_x0041", "__x0041_", "_xD83D_"]
BREAKS = ["one\ntwo", "\n\nend\n", "a\tb", "\t", "\n", "\u2028"]
SPACES = [" ", "   ", "\u00a0", "\u3000 ", "  both ends  "]
OF_THE_WORLD = ["👩🏽‍🏫 first", "שלום, مرحبا", "\ufeffmark", "e\u0301"]
TROUBLESOME = [*LIKE_FORMULAS, *LIKE_VALUES, *LIKE_ESCAPES, *BREAKS, *SPACES, *OF_THE_WORLD]
LONGEST = {
    "plain": "x" * 32_767,
    "emoji": "😀" * 16_383 + "x",
    "line breaks": "\n" * 32_766 + "x",
    "escapes": "_x000D_" * 2_520,
    "spaces": " " * 32_761,
}
texts = (
    st.one_of(st.just(""), st.sampled_from(TROUBLESOME), st.text(max_size=60))
    .map(tidy)
    .filter(lambda text: fault_of(text) is None)
)
responses = st.one_of(
    st.builds(
        Response,
        written=st.sampled_from([None, "yes", "partly", "no", "unknown"]),
        practice=st.sampled_from([None, 0, 1, 2, 3, 4, "unknown"]),
        evidence=texts,
        comment=texts,
    ),
    st.builds(Response, not_applicable=texts.filter(str.strip), evidence=texts, comment=texts),
).filter(lambda response: response != NO_RESPONSE)
days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
IDS = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.1-s1", "toy-1.2-k1", "toy-1.2-k2", "toy-2.1-k1", "toy-2.1-s1")
actions = st.builds(
    dict,
    what=texts,
    statement=st.sampled_from(["", *IDS]),
    role=texts,
    due=st.none() | days,
    status=st.sampled_from(["", "Not started", "Done", "as agreed"]),
    note=texts,
    since=st.sampled_from(["", "2024/25"]),
).filter(lambda given: any(given[name] for name in ("what", "role", "due", "status", "note")))


carried = st.builds(Carried, response=st.just(NO_RESPONSE) | responses, revision=st.integers(1, 12))
signatures = {
    role: st.builds(Signature, role=st.just(role), on=days, statement=texts)
    for role in ("headteacher", "chair of governors")
}


@st.composite
def audits(draw: st.DrawFn, criteria: Criteria) -> Audit:
    """Any audit of the toy framework that can exist: open, begun with last year's answers, signed, opened again."""
    audit = _open(draw, criteria)
    for steps in draw(st.sampled_from(((), (1,), (2,), (1, 0), (2, 0, 1), (1, 0, 2, 0)))):
        if steps == 0:
            audit = signing.reopen(audit, on=draw(days), because=draw(texts))
        for role in ("headteacher", "chair of governors")[:steps]:
            audit = signing.sign(audit, criteria, draw(signatures[role]))
    return audit


def _open(draw: st.DrawFn, criteria: Criteria) -> Audit:
    given = draw(st.dictionaries(st.sampled_from(IDS), responses))
    revised = {statement: draw(st.integers(1, 3)) for statement in given}
    plan = draw(st.lists(actions, max_size=3))
    return Audit(
        revisions={statement: number for statement, number in revised.items() if number != 1},
        carried_from=draw(st.sampled_from(["", "2008/09"])),
        carried=draw(st.dictionaries(st.sampled_from((*IDS, "toy-9.9-k1")), carried, max_size=4)),
        school=School(
            urn=str(draw(st.integers(100_000, 159_999))),
            name=draw(texts.filter(str.strip)),
            phase=draw(st.sampled_from(["primary", "secondary"])),
            local_authority=draw(st.sampled_from(["", "201", "886", "938"])),
        ),
        year=draw(st.sampled_from(["2009/10", "2026/27", "2099/00"])),
        frameworks=criteria.refs,
        scope=draw(st.sampled_from(["recommended", "all"])),
        basis=draw(st.sampled_from(["self-audit", "desk review"])),
        policy_read=draw(texts),
        completed_on=draw(st.none() | days),
        first_answer_at=draw(st.none() | moments),
        last_answer_at=draw(st.none() | moments),
        responses=given,
        actions=tuple(Action(**one, id=draw(st.sampled_from(["", f"{number}e9"]))) for number, one in enumerate(plan)),
    )


def returned(audit: Audit, criteria: Criteria) -> tuple[Audit | None, tuple[object, ...]]:
    """What comes back of an audit that is written and read, and the problems on the way."""
    reading = read(write(audit, criteria), "Hilltop.xlsx", criteria)
    return reading.audit, reading.problems


def saved_after(audit: Audit, criteria: Criteria, edit: Callable[[Workbook], object]) -> bytes:
    """An audit's workbook after somebody edited and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    edit(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def edited(audit: Audit, criteria: Criteria, edit: Callable[[Workbook], object]) -> Reading:
    """The reading of an audit's workbook after somebody edited and saved it."""
    return read(saved_after(audit, criteria, edit), "Hilltop.xlsx", criteria)


def opened(audit: Audit, criteria: Criteria, *, asked_of: str | None = None) -> Workbook:
    """An audit's workbook as a spreadsheet program opens it."""
    return openpyxl.load_workbook(io.BytesIO(write(audit, criteria, asked_of=asked_of)))


def values(sheet: Worksheet) -> list[tuple[object, ...]]:
    """What stands in a sheet, row by row."""
    return list(sheet.iter_rows(values_only=True))


ANSWERED: Mapping[str, Response] = {
    "toy-1.1-k1": Response(written="yes", practice=3, evidence="Policy, page 2."),
    "toy-1.1-k2": Response(written="partly", practice=1, comment="=soon"),
    "toy-1.2-k1": Response(not_applicable="We have no network."),
}


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_every_audit_comes_back_as_it_was(toy: Criteria, data: st.DataObject) -> None:
    """What is read back from a workbook is the audit that was written, without a problem."""
    audit = data.draw(audits(toy))
    assert returned(audit, toy) == (audit, ())


@pytest.mark.parametrize("text", TROUBLESOME, ids=ascii)
def test_troublesome_texts_come_back(toy: Criteria, text: str) -> None:
    """Text that spreadsheets like to change comes back unchanged from every free-text field."""
    audit = audit_of(
        toy,
        {"toy-1.1-k1": Response(written="no", evidence=text, comment=text)},
        policy_read=text,
        actions=(Action(what=text, role=text, note=text),),
    )
    assert returned(audit, toy) == (audit, ())


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
def test_the_longest_texts_come_back(toy: Criteria, text: str) -> None:
    """Evidence comes back whole up to the longest text that a cell holds."""
    audit = audit_of(toy, {"toy-1.1-k1": Response(written="no", evidence=text)})
    assert returned(audit, toy) == (audit, ())


BROKEN = "one\r\ntwo\rthree, _x000D_ as typed, &#13;\r"
"""Line breaks of other systems, and what looks like one."""


def with_line_breaks(toy: Criteria, text: str) -> Audit:
    """An audit with a text in every field that takes more than a line."""
    return audit_of(
        toy,
        {
            "toy-1.1-k1": Response(written="no", evidence=text, comment=text),
            "toy-1.2-k1": Response(not_applicable=text),
        },
        policy_read=text,
        actions=(Action(what=text, role=text, note=text, status=text),),
        carried_from="2025/26",
        carried={"toy-1.1-k1": Carried(response=Response(written="yes", evidence=text, comment=text))},
    )


def test_every_kind_of_line_break_comes_back_as_a_line_break(toy: Criteria) -> None:
    """A line break of another system keeps its place in every text, and what only looks like one stays as typed."""
    expected = with_line_breaks(toy, "one\ntwo\nthree, _x000D_ as typed, &#13;\n")
    assert returned(with_line_breaks(toy, BROKEN), toy) == (expected, ())


def test_an_audit_with_line_breaks_of_another_system_is_as_signed(toy: Criteria) -> None:
    """What was signed with such line breaks is found unaltered in its workbook."""
    audit, day = with_line_breaks(toy, BROKEN), dt.date(2027, 3, 31)
    signature = signing.signature_of(audit, "headteacher", on=day, statement=BROKEN, today=day)
    assert isinstance(signature, Signature)
    assert read(write(signing.sign(audit, toy, signature), toy), "return.xlsx", toy).intact


def test_every_relation_in_a_workbook_is_relative_to_its_part(toy: Criteria) -> None:
    """Readers that resolve relations only from the folder of their part, as exceljs does, find every part."""
    with zipfile.ZipFile(io.BytesIO(write(audit_of(toy, ANSWERED), toy))) as package:
        names = set(package.namelist())
        for name in (name for name in names if name.endswith(".rels")):
            folder = posixpath.dirname(posixpath.dirname(name))
            targets = re.findall(r'Target="([^"]*)"', package.read(name).decode())
            assert targets
            assert not [target for target in targets if target.startswith("/")]
            assert {posixpath.normpath(posixpath.join(folder, target)) for target in targets} <= names


def test_the_same_audit_gives_the_same_bytes(toy: Criteria) -> None:
    """A workbook holds no time of writing, so that an audit written twice is one file."""
    audit = audit_of(toy, ANSWERED)
    assert write(audit, toy) == write(audit, toy)


def test_reading_takes_none_of_the_libraries_for_writing() -> None:
    """A process that only reads workbooks starts without the libraries that write and tabulate."""
    script = "import sys, audit.workbook.read; print(sorted({'openpyxl', 'pandas', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def shuffle(book: Workbook) -> None:
    """Sorts the answers anew."""
    sheet = book["Answers"]
    rows = values(sheet)[1:]
    random.Random(3).shuffle(rows)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
            if isinstance(value, str):
                sheet.cell(number, column).data_type = "s"


def rename(book: Workbook) -> None:
    """Gives the sheets names of the school's own."""
    book["Answers"].title = "Our answers 2026"
    book["School"].title = "About us"
    book["Action plan"].title = "Plan"


REARRANGED: Mapping[str, Callable[[Workbook], object]] = {
    "rows in another order": shuffle,
    "columns inserted before": lambda book: book["Answers"].insert_cols(1, 2),
    "column inserted between answers": lambda book: book["Answers"].insert_cols(7),
    "lines inserted above the headings": lambda book: book["Answers"].insert_rows(1, 3),
    "empty row inserted": lambda book: book["Answers"].insert_rows(3),
    "given columns deleted": lambda book: book["Answers"].delete_cols(2, 4),
    "sheets renamed": rename,
    "sheets in another order": lambda book: book.move_sheet("Answers", -2),
    "unread sheets deleted": lambda book: [book.remove(book[name]) for name in ("Read me", "Summary", "Gaps", "Lists")],
}


@pytest.mark.parametrize("edit", REARRANGED.values(), ids=REARRANGED)
def test_a_workbook_that_was_rearranged_still_reads(toy: Criteria, edit: Callable[[Workbook], object]) -> None:
    """Rows are known by their id and columns by their heading, wherever they stand."""
    audit = audit_of(toy, ANSWERED, actions=(Action(what="Write it.", statement="toy-1.1-k2"),))
    reading = edited(audit, toy, edit)
    assert (reading.audit, reading.problems) == (audit, ())


def test_a_deleted_row_leaves_out_only_its_answer(toy: Criteria) -> None:
    """What a partly deleted sheet still holds is read, and one warning says what is not there."""
    reading = edited(audit_of(toy, ANSWERED), toy, lambda book: book["Answers"].delete_rows(3))
    assert (reading.audit, reading.problems) == (
        audit_of(toy, {name: given for name, given in ANSWERED.items() if name != "toy-1.1-k2"}),
        (
            Problem(
                where="Hilltop.xlsx, sheet Answers",
                what="1 of the 4 statements that are asked has no row and counts as not answered: toy-1.1-k2.",
                fix="Copy the missing rows from a blank form, or leave them out if they are not to be answered.",
                severity="warning",
            ),
        ),
    )


def test_a_colleagues_part_is_told_from_a_return_with_rows_deleted(toy: Criteria) -> None:
    """A workbook with the rows of one role says so, since it is not the whole that an authority waits for."""
    audit = audit_of(toy, {"toy-1.2-k1": Response(written="no", practice=0)}, scope="all")
    reading = read(write(audit, toy, asked_of="network"), "Hilltop.xlsx", toy)
    assert (reading.audit, [problem.what for problem in reading.problems], reading.is_sound) == (
        audit,
        [
            "The workbook holds only the 2 statements that are asked of: Network manager. "
            "The other 4 have no row and count as not answered."
        ],
        True,
    )


def test_when_answers_were_saved_stands_on_the_school_sheet(toy: Criteria) -> None:
    """The first and the last saved answer are told to the minute, in cells that only the product fills."""
    audit = audit_of(
        toy, {}, first_answer_at=dt.datetime(2026, 9, 14, 9, 5), last_answer_at=dt.datetime(2027, 2, 1, 16, 0)
    )
    sheet = opened(audit, toy)["School"]
    assert [row[:2] for row in values(sheet)[-2:]] == [
        ("First answer saved", "2026-09-14 09:05"),
        ("Last answer saved", "2027-02-01 16:00"),
    ]
    assert [sheet[cell].protection.locked for cell in ("B14", "B15")] == [True, True]


def test_what_could_be_read_of_the_school_is_told_even_without_an_audit(toy: Criteria) -> None:
    """Of a workbook that cannot be used, the URN and the name are known as far as they could be read."""
    school = School(urn="900001", name="Hilltop", phase="primary")
    without_answers = edited(audit_of(toy, {}, school=school), toy, lambda book: book.remove(book["Answers"]))
    without_urn = edited(audit_of(toy, {}, school=school), toy, lambda book: book["School"].delete_rows(4))
    assert [(reading.audit, reading.urn, reading.name) for reading in (without_answers, without_urn)] == [
        (None, "900001", "Hilltop"),
        (None, "", "Hilltop"),
    ]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("YES", "yes"),
        (" partly ", "partly"),
        ("no.", "no"),
        ("Don't know", "unknown"),
        ("y", "yes"),
        ("in part", "partly"),
    ],
)
def test_written_is_read_as_people_type_it(toy: Criteria, typed: str, written: str) -> None:
    """An answer to *written* is known in any letter case, with stray spaces, short or in full words."""
    reading = edited(audit_of(toy, {}), toy, lambda book: book["Answers"].__setitem__("F2", typed))
    assert (reading.audit, reading.problems) == (audit_of(toy, {"toy-1.1-k1": Response(written=written)}), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "practice"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        ("3 In place", 3),
        ("in PLACE", 3),
        (0, 0),
        (" 4 embedded ", 4),
        ("UNKNOWN", "unknown"),
    ],
    ids=repr,
)
def test_practice_is_read_as_people_type_it(toy: Criteria, typed: object, practice: object) -> None:
    """A practice level is known by its number, its label, or both."""
    reading = edited(audit_of(toy, {}), toy, lambda book: book["Answers"].__setitem__("G2", typed))
    assert (reading.audit, reading.problems) == (audit_of(toy, {"toy-1.1-k1": Response(practice=practice)}), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed", ["3/7/2027", "2027-07-03", "03.07.2027", dt.datetime(2027, 7, 3), dt.date(2027, 7, 3)]
)
def test_dates_are_read_as_people_type_them(toy: Criteria, typed: object) -> None:
    """A day is read from a date cell and from the usual ways of typing it, the day before the month."""
    reading = edited(audit_of(toy, {}), toy, lambda book: book["School"].__setitem__("B8", typed))
    assert (reading.audit, reading.problems) == (audit_of(toy, {}, completed_on=dt.date(2027, 7, 3)), ())


def test_no_text_ever_becomes_a_formula(toy: Criteria) -> None:
    """Every text, typed or given, is stored as text, so that nothing in a written workbook is ever run."""
    audit = audit_of(
        toy,
        {name: Response(written="no", practice=0, evidence="=1+1", comment="@SUM(A1)") for name in IDS},
        school=School(urn="900001", name="=cmd()", phase="primary"),
        policy_read="+1",
        actions=(Action(what="-1+1", role="=A1", status="=B1", note="@x"),),
    )
    kinds = {
        (type(cell.value).__name__, cell.data_type)
        for sheet in opened(audit, toy)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert kinds == {("str", "s"), ("int", "n")}


def test_only_what_the_school_fills_in_is_unlocked(toy: Criteria) -> None:
    """On every sheet all cells are locked but those for answers, so that a slip cannot change the form."""
    book = opened(audit_of(toy, {}), toy)
    assert all(sheet.protection.sheet for sheet in book)
    unlocked = {
        (sheet.title, sheet.cell(1, cell.column).value if sheet.title != "School" else sheet.cell(cell.row, 1).value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == {
        *(("School", label.label) for label in layout.SCHOOL_LABELS if label.kind == "answer"),
        *(("Answers", field.heading) for field in layout.ANSWER_FIELDS if field.kind == "answer"),
        *(("Action plan", field.heading) for field in layout.ACTION_FIELDS if field.kind == "answer"),
    }
    assert all(not book["Answers"].cell(row, 6).protection.locked for row in range(2, 6))


def test_answers_are_chosen_from_lists(toy: Criteria) -> None:
    """The cells for written and practice offer exactly the answers that exist."""
    book = opened(audit_of(toy, {}), toy)
    sources = {
        str(choice.sqref): str(choice.formula1)
        for choice in book["Answers"].data_validations.dataValidation
        if choice.type == "list"
    }
    assert sources == {"F2:F5": "Lists!$A$2:$A$6", "G2:G5": "Lists!$B$2:$B$7"}
    offered = [[cell.value for (cell,) in book["Lists"][area]] for area in ("A2:A6", "B2:B7")]
    assert offered == [
        ["Yes", "Partly", "No", "Unknown", "Not applicable"],
        ["0 Not in place", "1 Planned", "2 Partly in place", "3 In place", "4 Embedded", "Unknown"],
    ]
    assert book["Lists"].sheet_state == "hidden"


def test_the_answers_print_and_scroll_with_their_headings(toy: Criteria) -> None:
    """The heading row stays in view and is repeated on every printed A4 page, and the rows can be filtered."""
    sheet = opened(audit_of(toy, {}), toy)["Answers"]
    shown = (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref, sheet.page_setup.paperSize)
    assert shown == ("E2", "$1:$1", "A1:L5", 9)


def test_summary_and_gaps_have_charts(toy: Criteria) -> None:
    """The report sheets show their counts as charts of the spreadsheet's own."""
    book = opened(audit_of(toy, ANSWERED), toy)
    assert {sheet.title: len(sheet._charts) for sheet in book if sheet._charts} == {"Summary": 2, "Gaps": 1}


def test_summary_shows_the_counts_of_the_outcome(toy: Criteria) -> None:
    """*Summary* holds the outcome's counts by question and by area as plain values."""
    audit = audit_of(toy, ANSWERED)
    result = outcome(audit, toy)
    rows = [tuple(value for value in row if value is not None) for row in values(opened(audit, toy)["Summary"])]
    assert rows[1] == (result.headline,)
    head = ("Question", "Apply", *(STATES[kind].word for kind in COUNTED), "Not applicable")
    columns = ["topic", "applicable", *COUNTED, "not_applicable"]
    start = rows.index(head) + 1
    assert rows[start : start + 3] == [tuple(row) for row in result.questions[columns].itertuples(index=False)]
    start = rows.index(("Area", "Apply", "Written", "Done")) + 1
    columns = ["title", "applicable", "written_yes", "practice_in_place"]
    assert rows[start : start + 2] == [tuple(row) for row in result.areas[columns].itertuples(index=False)]


def test_gaps_lists_the_gaps_of_the_outcome(toy: Criteria) -> None:
    """*Gaps* lists each gap with its kind and answers in words, the most urgent first."""
    rows = values(opened(audit_of(toy, ANSWERED), toy)["Gaps"])
    assert [row[:7] for row in rows[3:5]] == [
        (1, "1.1 K2", "Statement 1.1 K 2 holds.", "✕ Neither", "Partly", "1 Planned", STATES["neither"].closes),
        (
            2,
            "2.1 K1",
            "Statement 2.1 K 1 holds.",
            "? Not known",
            "Not answered",
            "Not answered",
            STATES["not_known"].closes,
        ),
    ]


def test_a_blank_form_asks_everything_and_answers_nothing(toy: Criteria) -> None:
    """A blank form has a row for each statement of the phase, and reading it misses only the school."""
    form = audit_of(toy, {}, school=School(urn="", name="", phase="secondary"), scope="all")
    rows = values(opened(form, toy)["Answers"])
    assert [row[0] for row in rows[1:]] == list(IDS)
    assert {row[5:] for row in rows[1:]} == {(None, None, None, None, None, None, "1")}
    reading = read(write(form, toy), "form.xlsx", toy)
    assert [problem.where for problem in reading.problems] == [
        "form.xlsx, sheet School, cell B4",
        "form.xlsx, sheet School, cell B3",
    ]


def test_a_role_gets_only_its_own_statements(toy: Criteria) -> None:
    """A form for one role has that role's rows, and no report of a whole that it does not show."""
    audit = audit_of(toy, ANSWERED, scope="all")
    book = opened(audit, toy, asked_of="network")
    assert [row[0] for row in values(book["Answers"])[1:]] == ["toy-1.2-k1", "toy-2.1-s1"]
    assert book.sheetnames == ["Read me", "School", "Answers", "Lists"]


def test_a_very_long_text_among_many_comes_back(shipped: Criteria) -> None:
    """One answer of the greatest length does not make a workbook of all statements too large to be read."""
    given = {one.id: Response(written="yes", practice=3, evidence=f"{one.id} is in the policy.") for one in shipped}
    given["kcc-2.1-k1"] = Response(written="no", practice=0, evidence="\u5b57" * 32_767)
    audit = audit_of(shipped, given, scope="all")
    assert returned(audit, shipped) == (audit, ())
