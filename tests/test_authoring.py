"""Criteria that an adviser writes in Excel: there and back without loss, every fault by its cell, and no edition in use is changed."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from audit.criteria.authoring import DOCUMENTS, FRAMEWORK, QUESTIONS, STATEMENTS
from audit.criteria.editions import (
    MARKER,
    crosswalk_of,
    edition_of,
    preview_of,
    refusal_to_write,
    write_edition,
)
from audit.criteria.load import CRITERIA, load
from audit.model import Criteria, Framework, Response, Signature
from audit.problems import UnusableFile
from audit.reports.html import gap_report
from audit.school.outcome import outcomes
from audit.store.audits import Store
from audit.store.collections import AuthorityStore
from audit.workbook.criteria_sheets import SHEETS, read_criteria_workbook, write_criteria_workbook
from audit.workbook.read import read
from audit.workbook.write import write
from tests.authored import NAME, Excel
from tests.conftest import audit_of
from tests.terminal import audit

ON = dt.date(2026, 11, 28)
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def every() -> Criteria:
    """All criteria that come with the product."""
    return load()


@pytest.fixture(scope="module")
def kent(every: Criteria) -> Framework:
    """The Kent template, which restates one document."""
    return _named(every, "kcc-2010")


@pytest.fixture(scope="module")
def england(every: Criteria) -> Framework:
    """Today's duties, which rest on documents."""
    return _named(every, "england-2026")


def _named(criteria: Criteria, name: str) -> Framework:
    return next(framework for framework in criteria.frameworks if framework.id == name)


def new_statement(**more: str) -> Mapping[str, str]:
    """The cells of a statement that an adviser adds."""
    texts = {"question": "2.3.2", "statement": "Pupils use school email only.", "recommended": "Yes"}
    words = {"asked_of": "Headteacher", "protects": "Directly", "evidence": "A list.", "improve": "Write it."}
    return {**texts, **words, "governors_ask": "Do they?", **more}


# There and back


@pytest.mark.parametrize("name", ["kcc-2010", "england-2026", "policies-2017"])
def test_what_is_exported_is_imported_without_loss(every: Criteria, name: str, tmp_path: Path) -> None:
    """Each framework comes back word for word, also when a spreadsheet program has saved the file."""
    for data in (write_criteria_workbook(_named(every, name)), Excel(_named(every, name)).saved()):
        edition = edition_of(read_criteria_workbook(data, "criteria.xlsx"), name, every)
        assert edition.framework == _named(every, name)
        assert edition.notes == ()
        assert len(edition.of("unchanged")) == len(edition.changes)
    shutil.copytree(CRITERIA, tmp_path / "criteria")
    shutil.rmtree(tmp_path / "criteria" / name)
    write_edition(edition, tmp_path / "criteria" / name, on=ON)
    assert load(tmp_path / "criteria") == every


def test_the_same_criteria_give_the_same_file(kent: Framework) -> None:
    """The workbook is the same, byte for byte, whenever it is exported."""
    assert write_criteria_workbook(kent) == write_criteria_workbook(kent)


def test_rows_are_matched_by_id_wherever_they_stand(kent: Framework) -> None:
    """A sheet that somebody sorted, and columns in another order, change nothing."""
    excel = Excel(kent)
    for title in (STATEMENTS, QUESTIONS, "Areas", "Roles"):
        sheet = excel.book[title]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        mixed = [rows[0], *reversed(rows[1:])]
        for number, row in enumerate(mixed, 1):
            for column, value in enumerate(reversed(row), 1):
                sheet.cell(number, column).value = value
    assert excel.edition("kcc-2010").framework == kent


# A new edition


def test_a_new_edition_has_ids_of_its_own(kent: Framework) -> None:
    """Its id is the name of the folder, and every statement begins with it, also where another names it."""
    edition = Excel(kent).edition("mine-2027")
    old, new = list(kent.statements), list(edition.framework.statements)
    assert edition.framework.id == "mine-2027"
    assert [one.id for one in new] == [one.id.replace("kcc-", "mine2027-") for one in old]
    rests = [one.rests_on for one in old if one.rests_on]
    assert [one.rests_on for one in new if one.rests_on] == [
        tuple(other.replace("kcc-", "mine2027-") for other in ids) for ids in rests
    ]
    by = [other for one in new if one.superseded for other in one.superseded.by]
    assert by
    assert not [other for other in by if other.startswith("kcc-")]


def test_new_reworded_changed_and_retired_statements_are_told_apart(kent: Framework) -> None:
    """An adviser adds one, rewords one, changes the meaning of one and deletes one."""
    excel = Excel(kent)
    excel.set(STATEMENTS, "", **new_statement())
    excel.set(STATEMENTS, "kcc-2.1-k2", statement="In other words.", what_changed="Wording only")
    excel.set(STATEMENTS, "kcc-2.2.3-k1", statement="Something else.", what_changed="Meaning changed")
    excel.set(STATEMENTS, "kcc-2.3.2-k2", evidence="Other evidence.")
    excel.remove(STATEMENTS, "kcc-2.3.2-k1")
    edition = excel.edition()
    told = {kind: [(one.new or one.old).id for one in edition.of(kind)] for kind in ("new", "reworded", "retired")}  # type: ignore[union-attr]
    number = sum(one.id.startswith("kcc-2.3.2-k") for one in kent.statements) + 1
    assert told == {
        "new": [f"mine2027-2.3.2-k{number}"],
        "reworded": ["mine2027-2.1-k2"],
        "retired": ["kcc-2.3.2-k1"],
    }
    (changed,) = edition.of("meaning changed")
    assert changed.new is not None
    assert (changed.new.id, changed.new.revision) == ("mine2027-2.2.3-k1", 2)
    assert [(one.new.id, one.also) for one in edition.changes if one.also and one.new] == [
        ("mine2027-2.3.2-k2", ("what would show it",))
    ]


def test_the_number_of_a_retired_statement_is_not_used_again(kent: Framework) -> None:
    """The last statement of its kind is deleted, and a new one gets the number after it."""
    last = [one.id for one in kent.statements if one.id.startswith("kcc-2.3.2-s")][-1]
    excel = Excel(kent)
    excel.remove(STATEMENTS, last)
    excel.set(STATEMENTS, "", **new_statement(recommended="No"))
    (new,) = excel.edition().of("new")
    assert new.new is not None
    assert new.new.ordinal == int(last.rpartition("-s")[2]) + 1


def test_a_new_statement_may_rest_on_documents(england: Framework) -> None:
    """Its rows on Documents name it as its row on Statements does: new 1."""
    excel = Excel(england)
    more = {"question": "1.1", "mark": "Law", "how_sure": "Read", "checked": "27/11/2026", "rests_on": "eng-1.1-1"}
    excel.set(STATEMENTS, "", id="new 1", **new_statement(**more))
    for place in ("section 1", "section 2"):
        texts = {"document": "An Act", "edition": "2026", "place": place, "date": "June 2026"}
        excel.set(DOCUMENTS, "", statement="new 1", **texts)
    (new,) = excel.edition().of("new")
    assert new.new is not None
    assert new.new.id == "mine2027-1.1-5"
    assert [document.place for document in new.new.documents] == ["section 1", "section 2"]
    assert (new.new.mark, new.new.checked, new.new.rests_on) == ("law", "2026-11-27", ("mine2027-1.1-1",))


def test_a_role_and_a_question_can_be_added(kent: Framework) -> None:
    """A new role needs only its title; a new question with a statement stands in its area."""
    excel = Excel(kent)
    excel.set("Roles", "", title="Trust adviser")
    texts = {"topic": "Trust", "title": "What does the trust do?", "introduction": "It helps."}
    excel.set(QUESTIONS, "", area="2.1", id=" 2.1.9 ".strip(), **texts)
    excel.set(STATEMENTS, "", **new_statement(question="2.1.9", asked_of="Trust adviser", phases="Primary; Special"))
    (new,) = excel.edition().of("new")
    assert new.new is not None
    assert (new.new.id, new.new.asked_of, new.new.phases) == (
        "mine2027-2.1.9-k1",
        "trust-adviser",
        ("primary", "special"),
    )


def test_the_preview_says_what_changes_and_whom_it_touches(kent: Framework) -> None:
    """Counts, each statement with its old and new text, and the stored audits."""
    excel = Excel(kent)
    excel.set(STATEMENTS, "kcc-2.1-k2", statement="In other words.", what_changed="Wording only")
    old = next(one.statement for one in kent.statements if one.id == "kcc-2.1-k2")
    preview = dict(preview_of(excel.edition(), ["Dale Primary (URN 900001), 2026/27, signed"], 3))
    assert preview["Reworded: the meaning stays (1)"] == [f"mine2027-2.1-k2: was “{old}”; now “In other words.”"]
    assert preview["Unchanged (142)"] == []
    assert preview["Stored audits that this touches (1)"] == [
        "Dale Primary (URN 900001), 2026/27, signed",
        "3 stored audits and collections keep to kcc-2010, which stays as it is.",
    ]


def test_the_editions_are_related_statement_by_statement(kent: Framework) -> None:
    """Equal where nothing or only the wording changed; never equal where the meaning, the phases or the law changed."""
    excel = Excel(kent)
    excel.set(STATEMENTS, "kcc-2.2.3-k1", statement="In other words.", what_changed="Wording only")
    excel.set(STATEMENTS, "kcc-2.2.3-k2", statement="Something else.", what_changed="Meaning changed")
    excel.set(STATEMENTS, "kcc-2.2.3-s1", phases="Primary")
    excel.remove(STATEMENTS, "kcc-2.3.2-k1")
    excel.set(STATEMENTS, "", **new_statement())
    edition = excel.edition()
    data = crosswalk_of(edition, ON)
    related = {pair["from"]: (pair["to"], pair["relation"], pair["strength"]) for pair in data["pairs"]}
    assert (data["from"], data["to"]) == ("kcc-2010", "mine-2027")
    assert related["kcc-2.2.3-k1"] == ("mine2027-2.2.3-k1", "equal", 10)
    assert related["kcc-2.2.3-k2"] == ("mine2027-2.2.3-k2", "intersects", 7)
    assert related["kcc-2.2.3-s1"][1] == "intersects"
    overtaken = [one.id for one in kent.statements if one.superseded]
    assert {related[one][1] for one in overtaken} == {"intersects"}
    assert data["pairs"][0]["reviewed"] == {"role": "author of the edition", "date": "2026-11-28"}
    alone = data["without_counterpart"]
    assert [one["id"] for one in alone["from"]] == ["kcc-2.3.2-k1"]
    assert [one["id"] for one in alone["to"]] == [one.new.id for one in edition.of("new") if one.new]


# Faults by cell


def test_a_changed_text_asks_what_changed(kent: Framework) -> None:
    """Nothing is taken until somebody says whether it still means the same; more spaces are no change."""
    excel = Excel(kent)
    old = next(one.statement for one in kent.statements if one.id == "kcc-2.2.3-k1")
    excel.set(STATEMENTS, "kcc-2.2.3-k1", statement=f" {old} ")
    excel.set(STATEMENTS, "kcc-2.1-k2", statement="Other.")
    where = excel.set(STATEMENTS, "kcc-2.1-k2", what_changed="")
    assert excel.faults() == {
        where: "The statement differs from that of kcc-2010. Did only its wording change, or its meaning?"
    }


def test_every_fault_is_told_at_once_by_its_cell(kent: Framework) -> None:
    """Many faults in one workbook, each with its sheet and cell, in the words of the sheets."""
    excel = Excel(kent)
    change = excel.set
    day = {"today_what": "New.", "today_reference": "An Act", "today_status": "Law"}
    assert {
        change(STATEMENTS, "kcc-2.1-k1", question="9.9"): 'There is no question "9.9".',
        change(STATEMENTS, "kcc-2.1-k2", asked_of="Caretaker"): (
            'Role asked: "Caretaker" is not one of the entries of the list.'
        ),
        change(STATEMENTS, "kcc-2.2.3-k1", phases="Primary; Upper"): '"Upper" is not a phase of the sheet Phases.',
        change(STATEMENTS, "kcc-2.2.3-k2", evidence=None): (
            'A recommended statement needs "What would show it", and this one has none.'
        ),
        change(STATEMENTS, "kcc-2.2.3-k3", recommended="Perhaps"): (
            'Recommended?: "Perhaps" is not one of the entries of the list.'
        ),
        change(STATEMENTS, "kcc-2.2.3-s2", today_checked="31/02/2026", **day): '"31/02/2026" is not a date.',
        change(STATEMENTS, "kcc-2.2.3-s1", protects="Partly"): (
            'Protects a child: "Partly" is not one of the entries of the list.'
        ),
        change(STATEMENTS, "kcc-2.2.4-s1", since="soon", because="So."): '"soon" is not a date.',
        change(STATEMENTS, "kcc-2.3.1-k2", rests_on="kcc-9-k9"): (
            'No statement of this framework has the id "kcc-9-k9".'
        ),
        change(STATEMENTS, "kcc-2.3.2-k2", rests_on="kcc-2.3.2-k2"): (
            "By way of what it rests on, the statement rests on itself."
        ),
        change(STATEMENTS, "kcc-2.3.2-k3", revision="4"): 'The revision is 1, not "4"; the program counts it.',
        change(STATEMENTS, "kcc-2.3.1-s3", id="kcc-2.3.1-typo"): (
            '"kcc-2.3.1-typo" is not the id of a statement of "kcc-2010".'
        ),
        change(STATEMENTS, "kcc-2.3.1-s2", by="eng-99"): 'No statement of any framework has the id "eng-99".',
        change(STATEMENTS, "kcc-2.3.2-k1", ordinal="first"): '"first" is not a whole number from 0 to 9999.',
        change("Phases", "nursery", id="toddlers"): 'There is no phase "toddlers".',
        change("Roles", "dsl", title=None): 'The cell "What the role is called" is empty.',
        change(QUESTIONS, "2.4.1", area="7"): 'There is no area "7".',
        change(QUESTIONS, "2.4.2", topic=" "): 'The cell "Topic (one to three words)" is empty.',
        change(FRAMEWORK, "Edition", value=None): '"Edition" is missing.',
        change("Bands", "", from_percent="most", label="Some"): '"most" is not a whole number from 0 to 100.',
    } == {where: what for where, what in excel.faults().items() if what != UNKNOWN_DSL}


UNKNOWN_DSL = 'Role asked: "Designated safeguarding lead" is not one of the entries of the list.'


def test_a_statement_on_documents_needs_mark_date_and_document(england: Framework) -> None:
    """What a template does not ask for, each by its cell."""
    excel = Excel(england)
    change = excel.set
    excel.remove(DOCUMENTS, "eng-1.1-4")
    alone = excel.row(STATEMENTS, "eng-1.1-4")
    assert {
        change(STATEMENTS, "eng-1.1-1", mark="Custom"): (
            'Mark (why it counts): "Custom" is not one of the entries of the list.'
        ),
        change(STATEMENTS, "eng-1.1-2", how_sure=None): "How sure is the source?: The cell is empty.",
        change(STATEMENTS, "eng-1.1-3", checked=None): "The date is missing.",
        change(DOCUMENTS, "eng-1.2-1", place=None): 'The cell "Place in it" is empty.',
        change(DOCUMENTS, "", statement="eng-9.9-9", document="A"): 'There is no statement "eng-9.9-9".',
        f"{STATEMENTS}, cell B{alone}": "The statement rests on no document.",
    } == {
        where: what
        for where, what in excel.faults().items()
        if not (where.startswith(DOCUMENTS) and what.startswith("The cell") and "Place" not in what)
    }


def test_an_id_or_a_row_that_stands_twice_is_named_with_both_cells(kent: Framework) -> None:
    """The same id twice among statements, questions, roles and areas."""
    excel = Excel(kent)
    first = excel.row(STATEMENTS, "kcc-2.1-k1")
    second = excel.set(STATEMENTS, "kcc-2.1-s1", id="kcc-2.1-k1")
    role = excel.set("Roles", "", id="dsl", title="Again")
    faults = excel.faults()
    assert faults[second] == (
        f'The id "kcc-2.1-k1" stands twice, also in criteria.xlsx, sheet Statements, cell B{first}.'
    )
    assert faults[role].startswith('"dsl" stands twice, also in criteria.xlsx, sheet Roles, cell A')


def test_what_no_workbook_or_file_can_hold_is_named(kent: Framework) -> None:
    """A formula, and a character that cannot be stored; what follows from an unread cell is not told again."""
    excel = Excel(kent)
    formula = excel.set(STATEMENTS, "kcc-2.1-k2", evidence="=A1")
    control = excel.set(STATEMENTS, "kcc-2.2.3-k1", improve="Copied_x0001_from elsewhere")
    faults = excel.faults()
    assert faults[formula] == "The cell holds a formula, which is never run."
    assert faults[control].startswith("Character 7 is a control character (U+0001) that no workbook can hold.")
    assert len(faults) == 2


def test_a_level_or_the_lowest_band_that_is_gone_is_named_by_its_sheet(kent: Framework) -> None:
    """What belongs to no single cell still names its sheet."""
    excel = Excel(kent)
    excel.book["Levels"].delete_rows(3)
    excel.set("Bands", "", from_percent="1", label="Low")
    excel.book["Bands"].delete_rows(4)
    excel.book["Marks"].delete_rows(2)
    faults = excel.faults()
    assert faults["Levels"] == "The practice levels are not 0, 1, 2, 3 and 4."
    assert faults["Bands"] == "No band begins at 0 percent, so a low score would have no word."
    assert faults["Marks"] == 'The mark "K" of the template is missing.'


def test_a_sheet_or_column_that_is_gone_is_told(kent: Framework) -> None:
    """Nothing is guessed: without phases every statement would be asked of every school."""
    excel = Excel(kent)
    del excel.book["Roles"]
    excel.book[STATEMENTS].delete_cols(excel.column(STATEMENTS, "phases"))
    faults = excel.faults()
    assert faults["Roles"] == "The sheet is missing."
    assert faults["Statements"] == 'The column "Phases asked" is missing.'


def test_what_follows_from_a_missing_sheet_is_not_told_again(england: Framework) -> None:
    """One fault a sheet, and not one for each statement that needs it."""
    excel = Excel(england)
    for title in ("Roles", "Marks", "Phases", QUESTIONS, DOCUMENTS, "Areas"):
        del excel.book[title]
    assert set(excel.faults()) == {"Roles", "Marks", "Phases", QUESTIONS, DOCUMENTS, "Areas"}


def test_a_sheet_that_reaches_too_far_is_told_as_such(kent: Framework) -> None:
    """Not as a sheet that is missing."""
    excel = Excel(kent)
    excel.book[STATEMENTS]["A20000"] = "far"
    assert list(excel.faults()) == [STATEMENTS]


def test_ids_and_choices_may_be_spelt_in_any_case(kent: Framework) -> None:
    """What can only mean one thing is taken."""
    excel = Excel(kent)
    excel.set(STATEMENTS, "kcc-2.3.2-k2", id=" KCC-2.3.2-K2 ", recommended=True, asked_of="DSL", protects="directly")
    excel.set(STATEMENTS, "kcc-2.3.2-k3", rests_on="KCC-2.3.5-K2", phases="all")
    assert len(excel.edition().of("unchanged")) == 143


def test_what_is_not_read_is_told_once(kent: Framework) -> None:
    """An added sheet, an added column and a note, each with its first place."""
    excel = Excel(kent)
    excel.book.create_sheet("My notes")["B2"] = "Remember"
    width = len(SHEETS[STATEMENTS])
    for row in (1, 2, 5):
        excel.book[STATEMENTS].cell(row, width + 1).value = "Owner"
    excel.book[STATEMENTS]["C2"].comment = Comment("Ask Jo's deputy", "LA")
    assert [note for note in excel.notes() if "Framework" not in note] == [
        'criteria.xlsx, sheet My notes, cell B2: The sheet "My notes" is not part of the criteria, and not read.',
        "criteria.xlsx, sheet Statements, cell AA1: "
        "Text stands outside the columns of the criteria, in 3 cells; it was not read.",
        "criteria.xlsx, sheet Statements, cell C2: 1 note on a cell was not read.",
    ]


def test_what_a_failed_formula_shows_is_no_text(kent: Framework) -> None:
    """An error that was pasted as a value is named by its cell, and never becomes a statement."""
    excel = Excel(kent)
    cell = excel.set(STATEMENTS, "kcc-2.1-k2", statement="#REF!", what_changed="Wording only")
    other = excel.set(QUESTIONS, "2.2.1", introduction="#N/A")
    faults = excel.faults()
    assert set(faults) == {cell, other}
    assert faults[cell] == "The cell shows an error (#REF!) in place of what was meant, so it counts as empty."


@pytest.mark.parametrize("title", ["Roles", "Marks"])
def test_what_follows_from_an_empty_list_is_not_told_again(england: Framework, title: str) -> None:
    """Each statement names a role and a mark; that there are none is told once, in the words of the workbook."""
    excel = Excel(england)
    excel.book[title].delete_rows(2, 100)
    assert excel.faults() == {title: "The sheet holds nothing."}
    excel.book.remove(excel.book[title])
    assert excel.faults() == {title: "The sheet is missing."}


def test_two_roles_or_marks_of_one_title_are_named(kent: Framework, england: Framework) -> None:
    """A statement names its role and its mark by the title, so it could mean either."""
    excel = Excel(kent)
    excel.set("Roles", "business-manager", title="network manager or IT support")
    (fault,) = excel.faults().items()
    assert fault == (
        "Roles, cell B9",
        '"network manager or IT support" stands twice, also in criteria.xlsx, sheet Roles, cell B8.',
    )
    excel = Excel(england)
    excel.set("Marks", "law", title="Good practice")
    assert [where.partition(",")[0] for where in excel.faults()] == ["Marks"]


def test_a_row_that_lost_its_id_is_told(kent: Framework) -> None:
    """It would be retired and asked as new, so no earlier answer would be proposed for it."""
    excel = Excel(kent)
    cell = excel.set(STATEMENTS, "kcc-2.2.2-s1", id=None)
    text = next(each.statement for each in kent.statements if each.id == "kcc-2.2.2-s1")
    what = 'This is word for word "kcc-2.2.2-s1", which has no row any more: it would be retired, and this be new.'
    assert f"criteria.xlsx, sheet {cell}: {what}" in excel.notes()
    assert text in [change.new.statement for change in excel.edition().of("new") if change.new]


def test_a_new_row_is_named_in_any_case(england: Framework) -> None:
    """What is called new 1 on one sheet may be called New 1 on the other."""
    excel = Excel(england)
    old = next(iter(england.statements))
    excel.set(
        STATEMENTS, "", **new_statement(question="1.1"), id="new 1", mark="Law", how_sure="Read", checked="01/10/2026"
    )
    excel.set(DOCUMENTS, "", statement="New 1", document="d", edition="e", place="p", date="2026")
    excel.set(STATEMENTS, old.id, rests_on="NEW 1")
    edition = excel.edition()
    (new,) = [change.new for change in edition.of("new") if change.new]
    assert next(iter(edition.framework.statements)).rests_on == (new.id,)


def test_a_title_that_two_editions_would_have_is_only_a_note(kent: Framework) -> None:
    """So is an edition that would be ticked of itself, and a name in the workbook that is not that of the folder."""
    excel = Excel(kent)
    excel.set(FRAMEWORK, "Name of the folder", value="ours")
    assert [note.partition(": ")[2] for note in excel.notes()] == [
        'The workbook says "ours", but the criteria get the name of their folder, "mine-2027".',
        'The title is that of "kcc-2010": two editions would have one title.',
        'The short name is that of "kcc-2010": a sentence on both could not tell them apart.',
        "These criteria will be ticked when an audit starts, beside those that are ticked now.",
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Mine 2027", "The name of the folder becomes the id of the criteria, and this cannot be one."),
        ("crosswalks", "The name of the folder becomes the id of the criteria, and this cannot be one."),
        ("eng", 'The ids of its statements would begin as those of "england-2026": eng-.'),
        ("kcc", 'The ids of its statements would begin as those of "kcc-2010": kcc-.'),
    ],
)
def test_a_name_that_cannot_be_an_id_is_refused(kent: Framework, name: str, what: str) -> None:
    """Ids are permanent and never used for two statements, so no two editions share their beginning."""
    assert what in Excel(kent).faults(name).values()


# Files that are none


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", ""),
        (b"id,statement", ""),
        (b"PK" + bytes(60), ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(data: bytes, what: str) -> None:
    """Empty, text, damaged or locked: one clear sentence each."""
    with pytest.raises(UnusableFile) as caught:
        read_criteria_workbook(data, "criteria.xlsx")
    assert [problem.where for problem in caught.value.problems] == ["criteria.xlsx"]
    assert what in caught.value.problems[0].what


def test_another_workbook_of_ours_is_refused(shipped: Criteria) -> None:
    """A school's audit, and any other workbook."""
    book = openpyxl.Workbook()
    other = io.BytesIO()
    book.save(other)
    said = []
    for data in (write(audit_of(shipped, {}), shipped), other.getvalue()):
        with pytest.raises(UnusableFile) as caught:
            read_criteria_workbook(data, "criteria.xlsx")
        said += [problem.what for problem in caught.value.problems]
    assert said == [
        "This is a school's audit, not a workbook of criteria.",
        "This is not a workbook of criteria: it has no sheets Framework and Statements.",
    ]


def test_what_it_was_exported_from_must_be_here(kent: Framework) -> None:
    """Without the origin nobody knows what changed."""
    excel = Excel(kent)
    where = excel.set(FRAMEWORK, "Exported from (leave as it is)", value="trust-2020")
    assert excel.faults()[where] == 'The workbook was exported from "trust-2020", which is not here.'


# Writing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of criteria with those of the program."""
    shutil.copytree(CRITERIA, tmp_path / "criteria")
    return tmp_path / "criteria"


def test_an_edition_stands_beside_what_it_came_from(kent: Framework, root: Path) -> None:
    """Both load, and so does how they relate; the folder says that it came from a workbook."""
    edition = Excel(kent).edition()
    written = write_edition(edition, root / NAME, on=ON)
    assert [path.relative_to(root).as_posix() for path in written] == [NAME, f"crosswalks/kcc-2010--{NAME}.yaml"]
    assert _named(load(root), NAME) == edition.framework
    assert _named(load(root), "kcc-2010") == kent
    assert (root / NAME / MARKER).is_file()


def test_an_edition_of_an_edition_keeps_its_numbers(kent: Framework, root: Path) -> None:
    """Next year's criteria are exported from this year's."""
    write_edition(Excel(kent).edition(), root / NAME, on=ON)
    mine = _named(load(root), NAME)
    excel = Excel(mine)
    excel.set(STATEMENTS, "", **new_statement())
    book = read_criteria_workbook(excel.saved(), "criteria.xlsx")
    edition = edition_of(book, "mine-2028", load(root), root=root)
    assert [change.new.id for change in edition.of("new") if change.new] == ["mine2028-2.3.2-k5"]
    assert len(edition.of("unchanged")) == len(list(kent.statements))


def test_an_edition_in_use_is_never_replaced(kent: Framework, root: Path) -> None:
    """Refused with the name of the next one; one that nobody uses is replaced if that is said, and no other folder is."""
    edition = Excel(kent).edition()
    folder = root / NAME
    in_use = ("Dale Primary (URN 900001), 2026/27, open",)
    assert refusal_to_write(edition, folder, in_use, replaces=True) is None
    write_edition(edition, folder, on=ON)
    refusal = refusal_to_write(edition, folder, in_use, replaces=True)
    assert refusal is not None
    assert refusal.what == (
        "The edition mine-2027 is in use, so it is never changed: Dale Primary (URN 900001), 2026/27, open."
    )
    assert refusal.fix == "Give the new edition another name, such as mine-2028."
    unsaid = refusal_to_write(edition, folder, (), replaces=False)
    assert unsaid is not None
    assert "--replace" in unsaid.fix
    assert refusal_to_write(edition, folder, (), replaces=True) is None
    came_with_the_program = refusal_to_write(edition, root / "kcc-2010", (), replaces=True)
    assert came_with_the_program is not None
    assert came_with_the_program.what == "What is there was not made from a workbook, so it is never replaced."
    write_edition(edition, folder, on=ON)
    assert _named(load(root), NAME) == edition.framework


def test_an_edition_from_which_another_was_made_is_not_replaced(kent: Framework, root: Path) -> None:
    """Next year's edition says statement by statement how it relates to it."""
    edition = Excel(kent).edition()
    write_edition(edition, root / NAME, on=ON)
    book = read_criteria_workbook(Excel(_named(load(root), NAME)).saved(), "criteria.xlsx")
    write_edition(edition_of(book, "mine-2028", load(root), root=root), root / "mine-2028", on=ON)
    refusal = refusal_to_write(edition, root / NAME, (), replaces=True)
    assert refusal is not None
    assert refusal.what == "Other editions are related to it, in mine-2027--mine-2028.yaml, so it is never replaced."


def test_the_folder_of_another_edition_is_never_replaced(
    kent: Framework, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by the name that a link has, nor by the name of the folder to which one leads."""
    monkeypatch.setattr("audit.criteria.editions.CRITERIA", root)
    edition = Excel(kent).edition("other-2027")
    write_edition(Excel(kent).edition(), root / NAME, on=ON)
    (tmp_path / "other-2027").symlink_to(root / NAME)
    kept = shutil.move(root / NAME, tmp_path / "kept")
    (root / NAME).symlink_to(kept)
    for folder in (tmp_path / "other-2027", tmp_path / "kept"):
        refusal = refusal_to_write(edition, folder, (), replaces=True)
        assert refusal is not None
        assert refusal.what == f"This leads to the folder of {NAME}, so it is never replaced."


def test_away_from_its_origin_nothing_is_related(kent: Framework, tmp_path: Path) -> None:
    """In a folder without the Kent template, a file that relates to it could not be loaded."""
    assert write_edition(Excel(kent).edition(), tmp_path / "away" / NAME, on=ON) == (tmp_path / "away" / NAME,)
    assert [path.name for path in (tmp_path / "away").iterdir()] == [NAME]


def test_what_cannot_be_written_changes_nothing(kent: Framework, root: Path) -> None:
    """Where the crosswalk cannot be put down, the folder is as it was before."""
    edition = Excel(kent).edition()
    write_edition(edition, root / NAME, on=ON)
    before = sorted(path.relative_to(root) for path in root.rglob("*"))
    crosswalk = root / "crosswalks" / f"kcc-2010--{NAME}.yaml"
    text = crosswalk.read_text(encoding="utf-8")
    crosswalk.unlink()
    crosswalk.mkdir()
    (crosswalk / "in the way").touch()
    with pytest.raises(IsADirectoryError):
        write_edition(edition, root / NAME, on=ON)
    shutil.rmtree(crosswalk)
    crosswalk.write_text(text, encoding="utf-8")
    assert sorted(path.relative_to(root) for path in root.rglob("*")) == before
    assert _named(load(root), NAME) == edition.framework


def test_who_answers_an_edition_is_said_in_words(toy: Criteria, tmp_path: Path) -> None:
    """Open and signed audits, those in the bin, and a collection that compares by it."""
    database = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    store, authority = Store(database), AuthorityStore(database)
    (name,) = [ref.id for ref in toy.refs]
    responses = {c.id: Response(written="yes", practice=3, evidence="Minutes of May.") for c in toy}
    store.add(audit_of(toy, responses, year="2024/25"))
    signed = store.add(audit_of(toy, responses, year="2025/26"))
    seen = store.load(signed)
    assert seen is not None
    store.sign_offs.sign(signed, Signature(role="headteacher", on=ON), seen=seen, criteria=toy)
    store.bin.put(store.add(audit_of(toy, responses, year="2023/24")))
    authority.start("Returns 2026/27", settings={"framework": name})
    assert store.sign_offs.answering(name) == (
        "Hilltop (URN 900001), 2023/24, open, in the bin",
        "Hilltop (URN 900001), 2024/25, open",
        "Hilltop (URN 900001), 2025/26, signed",
        "the authority's collection “Returns 2026/27”, which compares by it",
    )
    assert store.sign_offs.answering("another") == ()
    store.close()
    authority.close()


# From a terminal, and a school that answers


def test_the_terminal_exports_and_imports(kent: Framework, tmp_path: Path) -> None:
    """Export, edit, import: the preview first, then what was written; the second time an audit answers it."""
    database = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    file, folder = tmp_path / "criteria.xlsx", tmp_path / "mine" / NAME
    assert audit("criteria", "export", "kcc-2010", "--out", file, database=database).status == 0
    excel = Excel(kent)
    excel.set(STATEMENTS, "kcc-2.1-k2", statement="In other words.")
    file.write_bytes(excel.saved())
    run = audit("criteria", "import", file, "--out", folder, database=database)
    assert run.status == 1
    assert any("sheet Statements, cell D3: The statement differs" in line for line in run.err)
    assert not folder.exists()
    excel.set(STATEMENTS, "kcc-2.1-k2", what_changed="Meaning changed")
    file.write_bytes(excel.saved())
    run = audit("criteria", "import", file, "--out", folder, database=database)
    assert run.status == 0
    assert "Meaning changed: schools are asked again (1)" in run.out
    assert run.out[-2].startswith("Wrote ")
    store = Store(database)
    school = audit_of(Criteria((replace(kent, id=NAME),)), {})
    store.add(school)
    store.close()
    again = audit("criteria", "import", file, "--out", folder, "--replace", database=database)
    assert again.status == 1
    assert "is in use, so it is never changed: Hilltop (URN 900001), 2026/27, open" in again.err[-1]


@pytest.mark.parametrize(("one", "other", "place"), [("nope", "kcc-2010", "FROM"), ("kcc-2010", "nope", "TO")])
def test_the_terminal_says_which_of_two_editions_is_not_here(one: str, other: str, place: str) -> None:
    """A crosswalk takes its two editions by their places, and has no option for them."""
    run = audit("criteria", "crosswalk", one, other)
    assert run.status == 2
    assert run.err[-1].startswith(f"Error: Invalid value for {place}: There are no criteria of the id nope.")


def test_a_school_answers_the_new_edition(kent: Framework, root: Path) -> None:
    """Workbook out and in, and a report, with criteria that an adviser wrote."""
    excel = Excel(kent)
    excel.set(FRAMEWORK, "Title", value="Online safety in our trust")
    excel.set(STATEMENTS, "", **new_statement(question="2.1"))
    write_edition(excel.edition(), root / NAME, on=ON)
    every = load(root)
    mine = every.of([_named(every, NAME).ref])
    responses = {"mine2027-2.1-k3": Response(written="yes", practice=1)}
    answered = audit_of(mine, responses)
    reading = read(write(answered, mine), "return.xlsx", every)
    assert reading.problems == ()
    assert reading.audit == answered
    assert "Pupils use school email only." in gap_report(*outcomes(answered, mine))
