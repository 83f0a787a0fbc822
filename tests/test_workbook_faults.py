"""What is wrong in a return is said by file, sheet and cell, all of it, and the rest is still read."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

import openpyxl
import pytest

from audit.model import Action, Area, Audit, Criteria, Question, Response
from audit.problems import Problem
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of, framework, statement

Cells = Mapping[str, object]
"""What somebody typed, by sheet and cell: ``Answers!F2``."""
ROW_OF_FIRST = {"A6": "toy-1.1-k1", "F6": "Yes", "G6": "3 In place"}


def answered(criteria: Criteria) -> Audit:
    """An audit with one answer, on row 2 of *Answers*."""
    return audit_of(criteria, {"toy-1.1-k1": Response(written="yes", practice=3)})


def typed(audit: Audit, criteria: Criteria, cells: Cells) -> Reading:
    """The reading of an audit's workbook after somebody typed into these cells; None empties a cell."""
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    saved = io.BytesIO()
    book.save(saved)
    return read(saved.getvalue(), "Hilltop.xlsx", criteria)


def lines(reading: Reading) -> list[str]:
    """The problems as place and fact, without the file's name, which each of them must begin with."""
    assert all(problem.where.startswith("Hilltop.xlsx, sheet ") and problem.fix for problem in reading.problems)
    return [f"{problem.where.removeprefix('Hilltop.xlsx, sheet ')}: {problem.what}" for problem in reading.problems]


ANSWER_FAULTS: Mapping[str, tuple[Cells, list[str]]] = {
    "wrong word in written": (
        {"Answers!F3": "Yess"},
        ['Answers, cell F3: "Yess" is not one of yes, partly, no, unknown.'],
    ),
    "wrong word in practice": (
        {"Answers!G3": "5"},
        ['Answers, cell G3: "5" is not one of 0, 1, 2, 3, 4, unknown.'],
    ),
    "practice between two levels": (
        {"Answers!G3": 2.5},
        ['Answers, cell G3: "2.5" is not one of 0, 1, 2, 3, 4, unknown.'],
    ),
    "not applicable without a reason": (
        {"Answers!F3": "Not applicable"},
        ["Answers, cell H3: The statement is marked not applicable, but no reason is given; it counts as not answered."],
    ),
    "unknown statement": (
        {"Answers!A3": "toy-9.9-k9"},
        [
            'Answers, cell A3: "toy-9.9-k9" is not a statement of the criteria of this program.',
            "Answers: 1 of the 4 statements that are asked has no row and counts as not answered: toy-1.1-k2.",
        ],
    ),
    "answers without a statement": (
        {"Answers!G6": "4 Embedded"},
        ["Answers, cell G6: This row has answers but no statement id."],
    ),
    "a reason without a statement": (
        {"Answers!H6": "We have no network."},
        ["Answers, cell H6: This row has answers but no statement id."],
    ),
    "formula in an answer cell": (
        {"Answers!F3": "=F2"},
        ["Answers, cell F3: The cell holds a formula, which is never run."],
    ),
    "overlong evidence": (
        {"Answers!I3": "😀" * 16_384},
        ["Answers, cell I3: The text has 32,768 characters; a workbook cell holds 32,767. "
         "Shorten it, or say where the rest can be found."],
    ),
    "control character in a comment": (
        {"Answers!J3": "ding _x0007_"},
        ["Answers, cell J3: Character 6 is a control character (U+0007) that no workbook can hold. "
         "Delete it, or type the text again instead of pasting it."],
    ),
    "several at once": (
        {"Answers!F3": "ja", "Answers!G4": "often", "Answers!A5": "none"},
        [
            'Answers, cell F3: "ja" is not one of yes, partly, no, unknown.',
            'Answers, cell G4: "often" is not one of 0, 1, 2, 3, 4, unknown.',
            'Answers, cell A5: "none" is not a statement of the criteria of this program.',
            "Answers: 1 of the 4 statements that are asked has no row and counts as not answered: toy-2.1-k1.",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), ANSWER_FAULTS.values(), ids=ANSWER_FAULTS)
def test_a_fault_in_an_answer_names_its_cell_and_spares_the_rest(
    toy: Criteria, cells: Cells, expected: list[str]
) -> None:
    """An answer that cannot be read is a problem at its cell and counts as not answered; the others are read."""
    reading = typed(answered(toy), toy, cells)
    assert (lines(reading), reading.audit, reading.is_sound) == (expected, answered(toy), False)


def test_a_statement_of_a_framework_that_is_not_answered_is_told(toy: Criteria) -> None:
    """A workbook is read with the frameworks that it answers, whatever others are loaded."""
    question = Question(
        id="1.1", topic="First", title="First?", introduction="Why.", statements=(statement("9.9", "K", 9),)
    )
    other = framework(Area(id="1", title="Area one", questions=(question,)), id="other")
    both = Criteria((*toy.frameworks, other))
    assert "toy-9.9-k9" in both
    reading = typed(audit_of(toy, {}), both, {"Answers!A3": "toy-9.9-k9"})
    assert lines(reading)[0] == 'Answers, cell A3: "toy-9.9-k9" is not a statement of the criteria of this program.'


def test_answers_beside_a_reason_are_used_and_the_reason_is_not(toy: Criteria) -> None:
    """A row that is answered and also marked not applicable is a problem at the reason."""
    reading = typed(answered(toy), toy, {"Answers!H2": "No network."})
    assert lines(reading) == [
        "Answers, cell H2: The row is answered and also marked not applicable; the answers were used, the reason was not."
    ]
    assert reading.audit == answered(toy)


def test_a_row_that_stands_twice_with_the_same_answers_is_read_with_a_warning(toy: Criteria) -> None:
    """A repeated row that says the same does no harm, and the school is still told."""
    reading = typed(answered(toy), toy, {f"Answers!{cell}": value for cell, value in ROW_OF_FIRST.items()})
    assert reading.problems == (
        Problem(
            where="Hilltop.xlsx, sheet Answers, cell A6",
            what="toy-1.1-k1 stands in row 2 too, with the same answers.",
            fix="Delete one of them.",
            severity="warning",
        ),
    )
    assert (reading.audit, reading.is_sound) == (answered(toy), True)


def test_a_row_that_stands_twice_with_other_answers_is_not_used(toy: Criteria) -> None:
    """Of two rows that contradict each other neither is taken: nobody but the school knows which is right."""
    reading = typed(
        answered(toy), toy, {f"Answers!{cell}": value for cell, value in (ROW_OF_FIRST | {"F6": "No"}).items()}
    )
    assert lines(reading) == ["Answers, cell A6: toy-1.1-k1 stands in row 2 too, with other answers; neither was used."]
    assert (reading.audit, reading.is_sound) == (audit_of(toy, {}), False)


def test_a_third_row_does_not_revive_an_answer_that_was_contradicted(toy: Criteria) -> None:
    """Where rows contradict each other, a further empty row neither settles nor hides it."""
    other = {f"Answers!{cell}": value for cell, value in (ROW_OF_FIRST | {"F6": "No"}).items()}
    reading = typed(answered(toy), toy, {**other, "Answers!A7": "toy-1.1-k1"})
    assert (reading.audit, reading.is_sound) == (audit_of(toy, {}), False)


SCHOOL_FAULTS: Mapping[str, tuple[Cells, list[str]]] = {
    "URN missing": ({"School!B4": None}, ["School, cell B4: The URN is missing."]),
    "DfE number for URN": (
        {"School!B4": "886/2001"},
        ['School, cell B4: "886/2001" looks like the DfE number (local authority and establishment), not the URN.'],
    ),
    "UKPRN for URN": (
        {"School!B4": 10012345},
        ['School, cell B4: "10012345" looks like the UKPRN, which has eight digits, not the URN.'],
    ),
    "letters for URN": ({"School!B4": "Hilltop"}, ['School, cell B4: "Hilltop" is not a URN.']),
    "unknown edition": (
        {"School!B12": "toy (edition 9)"},
        ['School, cell B12: The workbook answers "toy (edition 9)", which is not among the criteria of this program.'],
    ),
    "control character in the policy read": (
        {"School!B11": "Policy_x0007_"},
        ["School, cell B11: Character 7 is a control character (U+0007) that no workbook can hold. "
         "Delete it, or type the text again instead of pasting it."],
    ),
    "several at once": (
        {"School!B3": None, "School!B4": None, "School!B5": None},
        [
            "School, cell B4: The URN is missing.",
            "School, cell B3: The school name is missing.",
            "School, cell B5: The phase is missing. It was read as Primary, which is asked every statement.",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), SCHOOL_FAULTS.values(), ids=SCHOOL_FAULTS)
def test_a_fault_in_what_the_workbook_is_about_names_its_cell(toy: Criteria, cells: Cells, expected: list[str]) -> None:
    """Without knowing the school, year and framework for certain there is no audit, but each fault is named."""
    reading = typed(answered(toy), toy, cells)
    assert (lines(reading), reading.audit) == (expected, None)


SCHOOL_DOUBTS: Mapping[str, tuple[Cells, str]] = {
    "name missing": (
        {"School!B3": None},
        'School, cell B3: The school name is missing. "School with URN 900001" was taken in its place.',
    ),
    "another word for the phase": ({"School!B5": "Infant"}, 'School, cell B5: "Infant" was read as Primary.'),
    "phase unknown": (
        {"School!B5": "Big school"},
        'School, cell B5: "Big school" is not a phase. It was read as Primary, which is asked every statement.',
    ),
    "authority unknown": (
        {"School!B6": "Atlantis"},
        'School, cell B6: "Atlantis" is not a local authority of the national register. It was left blank.',
    ),
    "bare year": (
        {"School!B7": "2026"},
        'School, cell B7: "2026" was read as 2026/27, the academic year that begins then.',
    ),
    "year that is none": (
        {"School!B7": "2026/28", "School!B8": "31/03/2027"},
        'School, cell B7: "2026/28" is not an academic year; 2026/27 was taken, that of the day of its answers.',
    ),
    "date that is none": (
        {"School!B8": "31/02/2027"},
        'School, cell B8: "31/02/2027" is not a date. It was left open.',
    ),
    "framework missing": (
        {"School!B12": None},
        "School, cell B12: The framework is missing; it was read as toy (edition 1).",
    ),
    "unknown format": (
        {"School!B13": "99"},
        'School, cell B13: The workbook has format "99", which this version does not know; it was read as format 2.',
    ),
    "lost zero of a DfE number": (
        {"School!B4": "886123"},
        "School, cell B4: 886123 begins with 886, the code of Kent: it looks like a DfE number that lost a zero.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), SCHOOL_DOUBTS.values(), ids=SCHOOL_DOUBTS)
def test_a_cell_on_which_no_answer_depends_costs_none(toy: Criteria, cells: Cells, expected: str) -> None:
    """What stands in place of a cell of *School* that cannot be read is told, and every answer is read."""
    reading = typed(answered(toy), toy, cells)
    assert (lines(reading), reading.is_sound) == ([expected], True)
    assert reading.audit is not None
    assert reading.audit.responses == answered(toy).responses


def test_faults_of_school_and_answers_are_told_together(toy: Criteria) -> None:
    """A school mends its workbook once: every fault is in one list."""
    reading = typed(answered(toy), toy, {"School!B4": "12", "Answers!F2": "maybe"})
    assert lines(reading) == [
        'School, cell B4: "12" is not a URN.',
        'Answers, cell F2: "maybe" is not one of yes, partly, no, unknown.',
    ]


def test_a_workbook_without_answers_cannot_be_used(toy: Criteria) -> None:
    """Without the headings of the answers there is nothing to read, and the problem says which are missing."""
    reading = typed(answered(toy), toy, {f"Answers!{column}1": None for column in "ABCDEFGH"})
    assert lines(reading) == [
        'Answers: No sheet has the columns "Statement id", "Is it written?", "Is it done?", so there are no answers to read.'
    ]
    assert reading.audit is None


PLAN = (Action(what="Write it.", statement="toy-1.1-k2", due=dt.date(2027, 3, 31)),)
ACTION_FAULTS: Mapping[str, tuple[Cells, list[str], tuple[Action, ...]]] = {
    "date that is none": (
        {"Action plan!G2": "at Easter"},
        ['Action plan, cell G2: "at Easter" is not a date.'],
        (Action(what="Write it.", statement="toy-1.1-k2"),),
    ),
    "nothing but a date that is none": (
        {"Action plan!E2": None, "Action plan!G2": "at Easter"},
        ['Action plan, cell G2: "at Easter" is not a date.'],
        (),
    ),
    "nothing but a text that cannot be held": (
        {"Action plan!E2": "_x0007_", "Action plan!G2": None},
        ["Action plan, cell E2: Character 1 is a control character (U+0007) that no workbook can hold. "
         "Delete it, or type the text again instead of pasting it."],
        (),
    ),
    "unknown statement": (
        {"Action plan!A2": "toy-9.9-k9"},
        ['Action plan, cell A2: "toy-9.9-k9" is not a statement of the criteria of this program.'],
        (Action(what="Write it.", due=dt.date(2027, 3, 31)),),
    ),
    "formula": (
        {"Action plan!F2": "=1+1"},
        ["Action plan, cell F2: The cell holds a formula, which is never run."],
        PLAN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected", "actions"), ACTION_FAULTS.values(), ids=ACTION_FAULTS)
def test_a_fault_in_the_action_plan_names_its_cell(
    toy: Criteria, cells: Cells, expected: list[str], actions: tuple[Action, ...]
) -> None:
    """An action keeps what of it can be read; a row of which nothing can be read is no action."""
    reading = typed(audit_of(toy, {}, actions=PLAN), toy, cells)
    assert (lines(reading), reading.audit) == (expected, audit_of(toy, {}, actions=actions))


@pytest.mark.parametrize("reason", ["n/a", "-", "Not applicable", "x"])
def test_a_reason_that_says_nothing_is_kept_and_told(toy: Criteria, reason: str) -> None:
    """The person learns by cell that the reason is to be given; the statement stays set aside meanwhile."""
    reading = typed(audit_of(toy, {}), toy, {"Answers!H2": reason})
    assert lines(reading) == [f'Answers, cell H2: The reason "{reason}" says nothing; it was kept.']
    assert reading.is_sound
    assert reading.audit == audit_of(toy, {"toy-1.1-k1": Response(not_applicable=reason)})


def test_a_reason_that_was_stored_or_signed_before_is_not_told(toy: Criteria) -> None:
    """A workbook that the tool wrote with such a reason reads as it always did."""
    audit = audit_of(toy, {"toy-1.1-k1": Response(not_applicable="n/a")})
    reading = typed(audit, toy, {})
    assert (reading.audit, reading.problems) == (audit, ())
