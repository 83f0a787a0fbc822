"""The sheet *School*: where its lines are found, what they say, and what is told of those that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from audit.model import Criteria, FrameworkRef, KnownSchool, School, academic_year
from audit.problems import Problem
from audit.workbook.read_identity import (
    About,
    OtherSchool,
    find_about,
    is_about,
    is_label,
    named_frameworks,
    other_schools,
    read_about,
)
from audit.workbook.safety.used_range import Extent
from audit.workbook.sheets import Sheet

LINES: Mapping[str, Any] = {
    "School name": "Hilltop",
    "URN": "900001",
    "Phase": "Secondary",
    "Local authority": "886",
    "Academic year": "2026/27",
    "Completed on": "31/03/2027",
    "Statements asked": "All statements",
    "Kind of audit": "Desk review of a published policy",
    "Policy read": "Safeguarding policy",
    "Framework": "toy (edition 1)",
    "Workbook format": "2",
    "Written by version": "0.9.0",
    "First answer saved": "2026-10-01 09:15",
    "Last answer saved": "2027-03-30 16:45",
    "Answers carried from": "2025/26",
}
"""Every line but that of signed content, as the tool writes it."""
PLACES = {label: f"Hilltop.xlsx, sheet School, cell B{row}" for row, label in enumerate(LINES, start=1)}
KENT = KnownSchool(name="Hilltop School", phase="secondary", local_authority="886")
REGISTER = {"900001": KENT}


def sheet(
    rows: list[list[Any]], *, title: str = "School", formulas: dict[tuple[int, int], bool] | None = None
) -> Sheet:
    """A sheet of these rows, each made as long as the longest."""
    width = max((len(row) for row in rows), default=0)
    extent = Extent(texts=0, area=0, formulas=formulas or {}, merged=(), has_huge=False)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return Sheet(file="Hilltop.xlsx", title=title, rows=padded, extent=extent)


def about_of(*sheets: Sheet) -> About:
    """What these sheets say of the school."""
    return find_about("Hilltop.xlsx", {one.title: one for one in sheets})


def with_lines(changes: Mapping[str, Any] = {}) -> About:
    """The sheet as the tool writes it, with other values in some of its lines."""
    return about_of(sheet([[label, value] for label, value in (LINES | changes).items()]))


def read_with(
    criteria: Criteria,
    changes: Mapping[str, Any],
    *,
    schools: Mapping[str, KnownSchool] = {},
    urns: Mapping[str, str] = {},
    any_edition: bool = False,
) -> tuple[dict[str, Any], list[Problem]]:
    """What is read of the sheet with these changes, and what is told of it."""
    about = with_lines(changes)
    head, carried_from = read_about(about, criteria, urns, schools, any_edition=any_edition)
    return {**vars(head), "carried_from": carried_from}, about.problems


WHOLE: dict[str, Any] = {
    "school": School(urn="900001", name="Hilltop", phase="secondary", local_authority="886"),
    "year": "2026/27",
    "frameworks": (FrameworkRef(id="toy", edition="1"),),
    "scope": "all",
    "basis": "desk review",
    "policy_read": "Safeguarding policy",
    "completed_on": dt.date(2027, 3, 31),
    "first_answer_at": dt.datetime(2026, 10, 1, 9, 15),
    "last_answer_at": dt.datetime(2027, 3, 30, 16, 45),
    "as_printed": True,
    "carried_from": "2025/26",
}


def test_every_line_is_read_into_its_own_place(toy: Criteria) -> None:
    """The sheet as the tool writes it gives every field of the audit, and nothing is told."""
    assert read_with(toy, {}) == (WHOLE, [])


def test_lines_that_are_empty_say_nothing(toy: Criteria) -> None:
    """What a school need not fill in is left as it is in a new audit."""
    empty = dict.fromkeys(
        (
            "Local authority", "Completed on", "Statements asked", "Kind of audit", "Policy read", "Workbook format",
            "First answer saved", "Last answer saved", "Answers carried from",
        ),
        "",
    )  # fmt: skip
    read, told = read_with(toy, empty)
    assert told == []
    assert read == WHOLE | {
        "school": School(urn="900001", name="Hilltop", phase="secondary"),
        "scope": "recommended",
        "basis": "self-audit",
        "policy_read": "",
        "completed_on": None,
        "first_answer_at": None,
        "last_answer_at": None,
        "carried_from": "",
    }


def warning(label: str, what: str, fix: str) -> Problem:
    """A warning about the value beside a label."""
    return Problem(where=PLACES[label], what=what, fix=fix, severity="warning")


PHASES = "Choose one of Primary, Secondary."
BOTH_YEARS = "Write the two years of it, such as 2026/27."
MISSPELT: Mapping[str, tuple[dict[str, Any], dict[str, Any], Problem]] = {
    "format": (
        {"Workbook format": "123456789012345678901"},
        {},
        warning(
            "Workbook format",
            'The workbook has format "12345678901234567890", which this version does not know; it was read as format 2.',
            "Compare what was read; if something is missing, use a blank form of this version.",
        ),
    ),
    "name": (
        {"School name": "  "},
        {"school": School(urn="900001", name="School with URN 900001", phase="secondary", local_authority="886")},
        warning(
            "School name",
            'The school name is missing. "School with URN 900001" was taken in its place.',
            "Type the name in this cell.",
        ),
    ),
    "phase in other words": (
        {"Phase": "High"},
        {},
        warning("Phase", '"High" was read as Secondary.', PHASES),
    ),
    "no phase": (
        {"Phase": "x" * 50},
        {"school": School(urn="900001", name="Hilltop", phase="primary", local_authority="886")},
        warning(
            "Phase",
            f'"{"x" * 40}" is not a phase. It was read as Primary, which is asked every statement.',
            PHASES,
        ),
    ),
    "phase missing": (
        {"Phase": ""},
        {"school": School(urn="900001", name="Hilltop", phase="primary", local_authority="886")},
        warning("Phase", "The phase is missing. It was read as Primary, which is asked every statement.", PHASES),
    ),
    "half a year": (
        {"Academic year": " 2026 "},
        {},
        warning(
            "Academic year",
            '"2026" was read as 2026/27, the academic year that begins then.',
            "Write both years of it if another one is meant.",
        ),
    ),
    "year after that of the answers carried": (
        {"Academic year": "y" * 50},
        {},
        warning(
            "Academic year",
            f'"{"y" * 40}" is not an academic year; 2026/27 was taken, the one after last year\'s.',
            BOTH_YEARS,
        ),
    ),
    "year before a new century": (
        {"Academic year": "", "Answers carried from": "2098/99"},
        {"year": "2099/00", "carried_from": "2098/99"},
        warning(
            "Academic year", "The academic year is missing; 2099/00 was taken, the one after last year's.", BOTH_YEARS
        ),
    ),
    "which statements are asked": (
        {"Statements asked": "most"},
        {"scope": "recommended"},
        warning(
            "Statements asked",
            '"most" is not one of the answers to this; "Recommended statements" was taken.',
            "Write one of: Recommended statements; All statements.",
        ),
    ),
    "kind of audit": (
        {"Kind of audit": "Desk"},
        {"basis": "self-audit"},
        warning(
            "Kind of audit",
            '"Desk" is not one of the answers to this; "Self-audit" was taken.',
            "Write one of: Self-audit; Desk review of a published policy.",
        ),
    ),
    "year of the day of completion": (
        {"Academic year": "", "Answers carried from": "", "Completed on": "31/08/2024"},
        {"year": "2023/24", "carried_from": "", "completed_on": dt.date(2024, 8, 31)},
        warning(
            "Academic year", "The academic year is missing; 2023/24 was taken, that of the day of its answers.", BOTH_YEARS
        ),
    ),
    "year of the last answer": (
        {
            "Academic year": "",
            "Answers carried from": "",
            "Completed on": "",
            "First answer saved": "2022-03-01 09:00",
            "Last answer saved": "2024-10-01 09:00",
        },
        {
            "year": "2024/25",
            "carried_from": "",
            "completed_on": None,
            "first_answer_at": dt.datetime(2022, 3, 1, 9),
            "last_answer_at": dt.datetime(2024, 10, 1, 9),
        },
        warning(
            "Academic year", "The academic year is missing; 2024/25 was taken, that of the day of its answers.", BOTH_YEARS
        ),
    ),
    "year carried from": (
        {"Answers carried from": "z" * 50},
        {"carried_from": ""},
        warning(
            "Answers carried from", f'"{"z" * 40}" is not an academic year.', "Leave this cell as the tool wrote it."
        ),
    ),
    "day": (
        {"Completed on": "31/02/2027"},
        {"completed_on": None},
        warning(
            "Completed on",
            '"31/02/2027" is not a date. It was left open.',
            "Write day, month and year, such as 31/03/2027.",
        ),
    ),
    "framework missing": (
        {"Framework": ""},
        {},
        warning(
            "Framework", "The framework is missing; it was read as toy (edition 1).", "Write one of: toy (edition 1)."
        ),
    ),
    "no framework": (
        {"Framework": "f" * 70},
        {},
        warning(
            "Framework",
            f'"{"f" * 60}" names no framework with its edition; it was read as toy (edition 1).',
            "Write one of: toy (edition 1).",
        ),
    ),
    "authority": (
        {"Local authority": "Atlantis"},
        {"school": School(urn="900001", name="Hilltop", phase="secondary")},
        warning(
            "Local authority",
            '"Atlantis" is not a local authority of the national register. It was left blank.',
            "Choose it from the list, or type its three-digit code, such as 886.",
        ),
    ),
    "authority that ended": (
        {"Local authority": "909"},
        {"school": School(urn="900001", name="Hilltop", phase="secondary", local_authority="909")},
        warning(
            "Local authority",
            "Cumbria (909) ended in 2023; its schools are now in Cumberland (942) and Westmorland and Furness (943).",
            "Choose the authority of today, if you know it.",
        ),
    ),
    "URN of no open school": (
        {"URN": "886123"},
        {"school": School(urn="886123", name="Hilltop", phase="secondary", local_authority="886")},
        warning(
            "URN",
            "886123 begins with 886, the code of Kent: it looks like a DfE number that lost a zero.",
            "Compare it with Get Information About Schools; change it if it is another number.",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "read", "told"), MISSPELT.values(), ids=MISSPELT)
def test_what_is_taken_for_a_line_that_cannot_be_read_is_told(
    toy: Criteria, typed: dict[str, Any], read: dict[str, Any], told: Problem
) -> None:
    """One warning says in which cell, what was typed, what was taken in its place, and what to do; all else is read."""
    assert read_with(toy, typed) == (WHOLE | read, [told])


BY_REGISTER: Mapping[str, tuple[dict[str, Any], KnownSchool, School, Problem | None]] = {
    "name": (
        {"School name": ""},
        KENT,
        School(urn="900001", name="Hilltop School", phase="secondary", local_authority="886"),
        warning(
            "School name",
            'The school name is missing. "Hilltop School" was taken in its place.',
            "Type the name in this cell.",
        ),
    ),
    "phase": (
        {"Phase": "Big school"},
        KENT,
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="886"),
        warning(
            "Phase", '"Big school" is not a phase; by the register the school is Secondary, which was taken.', PHASES
        ),
    ),
    "phase that is not asked of these criteria": (
        {"Phase": ""},
        KnownSchool(name="Hilltop", phase="16 plus"),
        School(urn="900001", name="Hilltop", phase="16 plus", local_authority="886"),
        warning("Phase", "The phase is missing; by the register the school is 16 plus, which was taken.", PHASES),
    ),
    "authority left blank": (
        {"Local authority": ""},
        KENT,
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="886"),
        None,
    ),
    "authority typed": (
        {"Local authority": "Medway"},
        KENT,
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="887"),
        None,
    ),
    "authority that ended, in the register of then": (
        {"Local authority": "909"},
        KnownSchool(name="Hilltop", phase="secondary", local_authority="909"),
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="909"),
        warning(
            "Local authority",
            "Cumbria (909) ended in 2023; its schools are now in Cumberland (942) and Westmorland and Furness (943).",
            "Choose the authority of today, if you know it.",
        ),
    ),
    "authority that ended": (
        {"Local authority": "909"},
        KnownSchool(name="Hilltop", phase="secondary", local_authority="942"),
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="942"),
        warning(
            "Local authority",
            "Cumbria (909) ended in 2023; by the register it is Cumberland, which was taken.",
            "Choose the authority of today, if you know it.",
        ),
    ),
    "no authority": (
        {"Local authority": "Atlantis"},
        KENT,
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="886"),
        warning(
            "Local authority",
            '"Atlantis" is not a local authority of the national register. By the register it is Kent, which was taken.',
            "Choose it from the list, or type its three-digit code, such as 886.",
        ),
    ),
    "a new authority by its name": (
        {"Local authority": "Ashdown and Weald"},
        KnownSchool(name="Hilltop", local_authority="950", authority_name="Ashdown and Weald"),
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="950"),
        None,
    ),
    "a new authority without a name": (
        {"Local authority": "951"},
        KnownSchool(name="Hilltop", local_authority="950"),
        School(urn="900001", name="Hilltop", phase="secondary", local_authority="950"),
        warning(
            "Local authority",
            "951 is not a local authority that this version of the tool knows; by the register it is 950, which was taken.",
            "Check the code; a new authority is right.",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "known", "school", "told"), BY_REGISTER.values(), ids=BY_REGISTER)
def test_a_register_helps_with_what_is_missing(
    toy: Criteria, typed: dict[str, Any], known: KnownSchool, school: School, told: Problem | None
) -> None:
    """What a school typed goes before the register, unless it cannot be read or is no authority of today."""
    read, problems = read_with(toy, typed, schools={"900001": known})
    assert (read, problems) == (WHOLE | {"school": school}, [told] if told else [])


DFE = "Type the URN, 900001, in this cell."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("886/2001", warning("URN", '"886/2001" is the DfE number; by the register, the school\'s URN is 900001, which was used.', DFE)),
        ("8862001", warning("URN", '"8862001" is the DfE number; by the register, the school\'s URN is 900001, which was used.', DFE)),
    ],
)  # fmt: skip
def test_a_dfe_number_is_looked_up(toy: Criteria, typed: str, told: Problem) -> None:
    """The register tells the URN of a DfE number, and the school is told which was used."""
    assert read_with(toy, {"URN": typed}, urns={"8862001": "900001"}, schools=REGISTER) == (WHOLE, [told])


def test_a_dfe_number_without_its_zero_is_looked_up_unless_it_is_a_urn(toy: Criteria) -> None:
    """886123 is 886/0123 if the register has no school of that URN; a school of that URN is that school."""
    urns = {"8860123": "900001"}
    told = warning(
        "URN", '"886123" is the DfE number; by the register, the school\'s URN is 900001, which was used.', DFE
    )
    assert read_with(toy, {"URN": "886123"}, urns=urns, schools=REGISTER) == (WHOLE, [told])
    read, _ = read_with(toy, {"URN": "886123"}, urns=urns, schools={"886123": KENT})
    assert read["school"].urn == "886123"
    sound = read_with(toy, {}, urns={"9000001": "900002"}, schools={})
    assert sound == (WHOLE, [])


def fault(label: str, what: str, fix: str) -> Problem:
    """A fault in the value beside a label, with which the return cannot be used."""
    return Problem(where=PLACES[label], what=what, fix=fix)


def test_without_a_urn_nobody_knows_whose_answers_these_are(toy: Criteria) -> None:
    """A URN and a name that are both missing are faults, and nothing is made up in their place."""
    read, told = read_with(toy, {"URN": "", "School name": ""}, schools=REGISTER)
    assert read == WHOLE | {"school": School(urn="", name="", phase="secondary", local_authority="886")}
    assert told == [
        fault(
            "URN",
            "The URN is missing.",
            "Type the school's unique reference number: six digits, found on Get Information About Schools.",
        ),
        fault("School name", "The school name is missing.", "Type it in this cell."),
    ]


def test_a_policy_that_cannot_be_held_is_a_fault(toy: Criteria) -> None:
    """A control character in the title of the policy that was read is told with its cell, and the title is not taken."""
    read, told = read_with(toy, {"Policy read": "Policy\x07"})
    assert read == WHOLE | {"policy_read": ""}
    assert [(one.where, one.fix, one.severity) for one in told] == [(PLACES["Policy read"], "Type it again.", "error")]


def test_another_edition_will_do_only_where_that_is_asked_for(toy: Criteria) -> None:
    """A framework of another edition is a fault, or a warning where its answers are to be taken; another one is a fault."""
    what = 'The workbook answers "toy (edition 9)", which is not among the criteria of this program.'
    read, told = read_with(toy, {"Framework": "toy (edition 9)"})
    assert read["frameworks"] == (FrameworkRef(id="toy", edition="9"),)
    assert told == [fault("Framework", what, "Use a blank form for one of: toy (edition 1).")]
    read, told = read_with(toy, {"Framework": "toy (edition 9)"}, any_edition=True)
    fix = "Nothing needs mending: its answers are taken as answers to toy (edition 1), where that asks the same."
    assert read["frameworks"] == (FrameworkRef(id="toy", edition="9"),)
    assert told == [warning("Framework", what, fix)]
    _, told = read_with(toy, {"Framework": "toy (edition 1); other (edition 1)"}, any_edition=True)
    other = 'The workbook answers "other (edition 1)", which is not among the criteria of this program.'
    assert told == [fault("Framework", other, "Use a blank form for one of: toy (edition 1).")]
    _, told = read_with(toy, {"Framework": "toy (edition 1), toy (edition 8)"})
    assert [one.what for one in told] == [what.replace("9", "8")]


def test_a_number_typed_as_a_number_is_read_as_its_text(toy: Criteria) -> None:
    """Spreadsheets turn 900001 and 886 into numbers and days into dates; they are read as what was meant."""
    typed = {"URN": 900001.0, "Local authority": 886.0, "Completed on": dt.date(2027, 3, 31), "Workbook format": 2.0}
    assert read_with(toy, typed) == (WHOLE, [])


def test_the_editions_that_a_workbook_names() -> None:
    """Each framework with its edition is named, whether or not this program has it."""
    about = with_lines({"Framework": "toy (edition 1); kcsie-2.0_x (edition 2026 autumn)"})
    assert named_frameworks(about) == (
        FrameworkRef(id="toy", edition="1"),
        FrameworkRef(id="kcsie-2.0_x", edition="2026 autumn"),
    )


def test_without_any_day_the_year_is_the_present_one(toy: Criteria) -> None:
    """Where nothing in the workbook tells the year, today does, and the school is told which was taken."""
    blank = dict.fromkeys(
        ("Academic year", "Answers carried from", "Completed on", "First answer saved", "Last answer saved"), ""
    )
    read, told = read_with(toy, blank)
    assert read["year"] == academic_year(dt.date.today())
    what = f"The academic year is missing; {read['year']} was taken, the present one."
    assert told == [warning("Academic year", what, BOTH_YEARS)]


def test_a_phase_that_cannot_be_read_is_asked_everything(toy: Criteria) -> None:
    """Where the criteria know all-through schools, such a school is asked every statement, so nothing is left out."""
    phases = {"primary": "Primary", "all-through": "All-through", "secondary": "Secondary"}
    criteria = Criteria((replace(toy.frameworks[0], phases=phases),))
    read, told = read_with(criteria, {"Phase": "Big school"})
    assert read["school"].phase == "all-through"
    what = '"Big school" is not a phase. It was read as All-through, which is asked every statement.'
    assert told == [warning("Phase", what, "Choose one of Primary, All-through, Secondary.")]


def test_lines_that_are_not_there_are_read_as_empty(toy: Criteria) -> None:
    """An old form without the later lines is read like one in which they are empty; another edition is still a fault."""
    about = about_of(
        sheet(
            [
                ["Our school", "1"],
                ["School name", "Hilltop"],
                ["URN", "900001"],
                ["Phase", "Primary"],
                ["", ""],
                ["Academic year", "2026/27"],
                ["Framework", "toy (edition 9)"],
            ]
        )
    )
    head, carried_from = read_about(about, toy, {}, {})
    assert {**vars(head), "carried_from": carried_from} == {
        "school": School(urn="900001", name="Hilltop", phase="primary"),
        "year": "2026/27",
        "frameworks": (FrameworkRef(id="toy", edition="9"),),
        "scope": "recommended",
        "basis": "self-audit",
        "policy_read": "",
        "completed_on": None,
        "first_answer_at": None,
        "last_answer_at": None,
        "as_printed": True,
        "carried_from": "",
    }
    assert [(one.where, one.severity) for one in about.problems] == [
        ("Hilltop.xlsx, sheet School, cell B7", "error"),
    ]


# Where the lines are found


FIVE = [["School name", "Hilltop"], ["URN", "900001"], ["Phase", "Primary"], ["Academic year", "2026/27"],
        ["Framework", "toy (edition 1)"]]  # fmt: skip
TEXTS = {"name": "Hilltop", "urn": "900001", "phase": "Primary", "year": "2026/27", "frameworks": "toy (edition 1)"}


def test_what_a_sheet_without_three_lines_says_is_not_taken() -> None:
    """Two lines of the school may stand in any list; three are the sheet *School*, whatever it is called."""
    two, three = sheet(FIVE[:2]), sheet(FIVE[:3], title="Details")
    assert (about_of(two).texts, about_of(two).places) == ({}, {})
    assert about_of(three).texts["phase"] == "Primary"
    assert about_of(two, three).texts["phase"] == "Primary"


def test_the_sheet_with_the_most_lines_is_taken() -> None:
    """Of two sheets that are like it the fuller counts; of two alike the one called *School*."""
    four = sheet([["School name", "Valley"], *FIVE[1:4]], title="Notes")
    assert about_of(sheet(FIVE[:3]), four).texts["name"] == "Valley"
    assert about_of(four, sheet(FIVE[:4])).texts["name"] == "Hilltop"


def test_five_lines_are_enough_to_look_no_further() -> None:
    """A sheet *School* with five of its lines is it, even if a sheet of the school's own has more of them."""
    more = sheet([[label, "Valley"] for label in LINES], title="Valley")
    assert about_of(more, sheet(FIVE)).texts["name"] == "Hilltop"
    assert about_of(more, sheet(FIVE[:4])).texts["name"] == "Valley"


@pytest.mark.parametrize("beside", [1, 2, 3, 4])
def test_values_may_stand_up_to_four_columns_to_the_right(beside: int) -> None:
    """Columns that were inserted between labels and values do no harm; an empty one says nothing."""
    rows = [[label, *[""] * (beside - 1), value, "Note"] for label, value in FIVE]
    rows[1][beside] = ""
    found = about_of(sheet(rows))
    assert {name: found.texts[name] for name in TEXTS} == TEXTS | {"urn": ""}
    column = "BCDE"[beside - 1]
    assert {name: found.places[name] for name in TEXTS} == {
        name: f"Hilltop.xlsx, sheet School, cell {column}{row}" for row, name in enumerate(TEXTS, start=1)
    }


def test_values_five_columns_away_are_none() -> None:
    """What stands further to the right is not beside the labels; each value is then blank, in the first column."""
    found = about_of(sheet([[label, "", "", "", "", value] for label, value in FIVE]))
    assert {name: found.texts[name] for name in TEXTS} == dict.fromkeys(TEXTS, "")
    assert found.places["name"] == "Hilltop.xlsx, sheet School, cell B1"


def test_a_sheet_of_labels_alone_says_nothing() -> None:
    """Where no column is left for values, every line is there and empty."""
    found = about_of(sheet([[label] for label, _ in FIVE]))
    assert {name: found.texts[name] for name in TEXTS} == dict.fromkeys(TEXTS, "")


def test_a_value_may_stand_in_the_last_column() -> None:
    """One line with a value in the last column of the sheet is enough to say where values stand."""
    rows = [[label, "", ""] for label, _ in FIVE]
    rows[4][2] = "toy (edition 1)"
    found = about_of(sheet(rows))
    assert (found.texts["frameworks"], found.places["frameworks"], found.texts["name"]) == (
        "toy (edition 1)",
        "Hilltop.xlsx, sheet School, cell C5",
        "",
    )


def test_lines_are_looked_for_in_the_upper_left() -> None:
    """Labels count down to row 60 and to column J; what stands below or beyond is something else."""
    last = [["", "", "", "", "", "", "", "", "", label, value] for label, value in FIVE]
    within = sheet([[""] * 11] * 55 + last)
    assert about_of(within).texts["frameworks"] == "toy (edition 1)"
    assert about_of(sheet([[""] * 11] * 58 + last)).texts == {}
    assert about_of(sheet([["", *row] for row in last])).texts == {}


def test_the_first_line_of_a_name_counts() -> None:
    """A label that stands twice is the upper one, or on one row the left one."""
    again = [["School name", "Valley"], ["URN", "900002"], ["Name of school", "Lowland"]]
    assert about_of(sheet([*FIVE, *again])).texts["name"] == "Hilltop"


def test_the_forms_own_word_goes_before_any_other() -> None:
    """A line of the school's own that could be meant is not taken where the form's own label stands too."""
    rows = [["Name of school", "Valley"], ["Year", "1999/00"], *FIVE]
    found = about_of(sheet(rows))
    assert (found.texts["name"], found.texts["year"]) == ("Hilltop", "2026/27")
    others = [["Name of school", "Valley"], ["School URN", 900002.0], ["School phase", "Primary"], ["LA", 886.0]]
    found = about_of(sheet(others))
    assert [found.texts[name] for name in ("name", "urn", "phase", "local_authority")] == [
        "Valley", "900002", "Primary", "886",
    ]  # fmt: skip


def test_a_label_that_was_overwritten_is_known_by_its_place() -> None:
    """The line right after or right before a known one is the line that belongs there in the form; none further on."""
    rows = [["Our school", "Hilltop"], ["URN", "900001"], ["Phase", "Primary"], ["", "886"], ["Academic year", "2026/27"],
            ["When", "31/03/2027"], ["", "All statements"]]  # fmt: skip
    found = about_of(sheet(rows))
    assert found.texts == {
        "name": "Hilltop", "urn": "900001", "phase": "Primary", "local_authority": "886", "year": "2026/27",
        "completed_on": "31/03/2027",
    }  # fmt: skip
    assert found.places["local_authority"] == "Hilltop.xlsx, sheet School, cell B4"


def test_no_line_is_known_by_a_place_that_another_line_has() -> None:
    """A line that was deleted has no place of its own: the one that now stands there keeps its value."""
    rows = [
        ["School name", "Hilltop"],
        ["Phase", "Primary"],
        ["Local authority", "886"],
        ["Framework", "toy (edition 1)"],
    ]
    found = about_of(sheet(rows))
    assert {name: found.texts.get(name) for name in ("name", "urn", "phase", "local_authority", "frameworks")} == {
        "name": "Hilltop",
        "urn": None,
        "phase": "Primary",
        "local_authority": "886",
        "frameworks": "toy (edition 1)",
    }
    above = about_of(sheet([["URN", "900001"], ["Phase", "Primary"], ["Local authority", "886"]]))
    assert "name" not in above.texts


def test_lines_that_stand_only_where_there_is_something_are_not_known_by_place() -> None:
    """Below the last line of the form any text may stand; it is no year and no signed content."""
    rows = [[label, value] for label, value in LINES.items() if label != "Answers carried from"]
    found = about_of(sheet([*rows, ["Our note", "2020/21"], ["", "abc"]]))
    assert ("carried_from" in found.texts, "content" in found.texts) == (False, False)


def test_a_value_that_is_a_formula_is_told() -> None:
    """The cell beside the label is named, and what it last showed is used; formulas elsewhere are of no concern."""
    found = about_of(sheet(FIVE, formulas={(0, 1): False, (1, 1): True, (2, 0): False}))
    assert found.formulas == [
        Problem(
            where="Hilltop.xlsx, sheet School, cell B1",
            what="The cell holds a formula, which is never run.",
            fix="Type the value itself in its place.",
        ),
        Problem(
            where="Hilltop.xlsx, sheet School, cell B2",
            what="The cell takes its value from another file, which is never opened.",
            fix="Type the value itself in its place.",
        ),
    ]
    assert found.texts["name"] == "Hilltop"


def test_a_line_that_is_missing_is_told_of_its_sheet(toy: Criteria) -> None:
    """Where no cell holds a value, the sheet is named; only the beginning of a very long one is looked at."""
    about = about_of(sheet([FIVE[0], ["Written by version", "0.9.0"], ["Workbook format", "2"], ["", ""], FIVE[3]]))
    read_about(about, toy, {}, {})
    assert {one.where for one in about.problems if one.what.startswith("The URN")} == {"Hilltop.xlsx, sheet School"}
    assert with_lines({"Framework": "f" * 2000}).short("frameworks") == "f" * 1000


# Other schools in one workbook


def valley(*rows: list[Any], title: str = "Valley") -> Sheet:
    """A second sheet with lines of a school."""
    return sheet([*rows, ["Phase", "Primary"], ["Academic year", "2026/27"]], title=title)


BOTH = "names Valley (URN 900002), which has no return in this file: a workbook holds the return of one school."
NAME = "names Valley, whose school has no return in this file: a workbook holds the return of one school."
NUMBER = "names URN 900002, whose school has no return in this file: a workbook holds the return of one school."


@pytest.mark.parametrize(
    ("rows", "urn", "name", "cell", "what"),
    [
        ([["School name", " Valley "], ["URN", "900002"]], "900002", "Valley", "B2", BOTH),
        ([["School name", "Valley"], ["URN", ""]], "", "Valley", "B1", NAME),
        ([["School name", "Valley"], ["URN", "none yet"]], "", "Valley", "B2", NAME),
        ([["School name", ""], ["URN", "900002"]], "900002", "", "B2", NUMBER),
        ([["School name", "HILLTOP."], ["URN", "900002"]], "900002", "", "B2", NUMBER),
    ],
    ids=["name and URN", "name", "name, and no URN", "URN", "the same name, another URN"],
)
def test_another_school_in_the_workbook_is_told(
    rows: list[list[Any]], urn: str, name: str, cell: str, what: str
) -> None:
    """A sheet that names another school is told with what it names, so that nobody believes that it was read."""
    about = with_lines()
    problem = Problem(
        where=f"Hilltop.xlsx, sheet Valley, cell {cell}",
        what=f"The sheet Valley {what}",
        fix="Send one workbook for each school.",
        severity="warning",
    )
    sheets = {"own": sheet([[label, value] for label, value in LINES.items()]), "other": valley(*rows)}
    assert list(other_schools(about, sheets, "900001")) == [OtherSchool(urn=urn, name=name, problem=problem)]


def test_sheets_that_name_no_other_school_hide_none_that_does() -> None:
    """The same school again, a list of two lines, and lines without a school are passed over; the next is told."""
    sheets = {
        "two lines": sheet([["School name", "Valley"], ["URN", "900002"]], title="Two"),
        "the same": valley(["School name", "Hilltop"], ["URN", "900001"], title="Same"),
        "the same number": valley(["School name", "Hilltop School"], ["URN", "900001"], title="Number"),
        "nothing": valley(["School name", ""], ["URN", ""], title="Nothing"),
        "another": valley(["School name", "v" * 90], ["URN", "900003"], title="Another"),
    }
    found = list(other_schools(with_lines(), sheets, "900001"))
    assert [(one.urn, one.name) for one in found] == [("900003", "v" * 80)]


def test_the_sheet_of_the_school_is_told_from_others() -> None:
    """The sheet from which the school was read is the one of that name in that file, and no other."""
    about = with_lines()
    rows = [[label, value] for label, value in LINES.items()]
    assert is_about(about, sheet(rows))
    assert not is_about(about, sheet(rows, title="Schoo"))
    assert not is_about(About("Hilltop.xlsx"), sheet(rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("urn:", True), ("Name of school", True), ("SCHOOL", True), ("Kind of audit", True), ("Our school", False), ("", False)],
)  # fmt: skip
def test_a_label_is_known(text: str, expected: bool) -> None:
    """The form's labels, the words that people put for them, and the title of the sheet are no answers of a school."""
    assert is_label(text) is expected


@pytest.mark.parametrize("typed", ["DUTY (Edition 1)", "duty", "Duty 1", "duty edition 1"])
def test_a_framework_in_another_spelling_is_taken(two: Criteria, typed: str) -> None:
    """A framework that is named by its id, however its edition is written, can only mean the one that is loaded."""
    read, told = read_with(two, {"Framework": typed})
    duty = FrameworkRef(id="duty", edition="1")
    fix = "Write it so: duty (edition 1)."
    assert read["frameworks"] == (duty,)
    assert told == [warning("Framework", f'"{typed}" was read as naming duty (edition 1).', fix)]
    read, told = read_with(two, {"Framework": f"toy (edition 1); {typed}"})
    assert read["frameworks"] == (FrameworkRef(id="toy", edition="1"), duty)
    assert told == [warning("Framework", f'"toy (edition 1); {typed}" was read as naming duty (edition 1).', fix)]
