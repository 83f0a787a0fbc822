"""Answers in a school's own words: taken with a warning where they say one answer for certain, else a fault at the cell."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from audit.model import Audit, Criteria, Response
from audit.school import outcome
from audit.workbook.read_book import Reading
from tests.conftest import audit_of
from tests.test_hostile_files import told
from tests.test_workbook import edited

pytestmark = pytest.mark.slow


def lines(reading: Reading) -> list[str]:
    """Place and fact of each problem, without the file's name and sheet."""
    return [line.removeprefix("Hilltop.xlsx, sheet Answers, cell ") for line in told(reading)]


def read_in(criteria: Criteria, **cells: object) -> tuple[Response, Reading]:
    """The answer to the first statement after cells of an empty form were filled in, and the reading."""

    def edit(book: Workbook) -> None:
        for cell, value in cells.items():
            book["Answers"][cell] = value

    reading = edited(audit_of(criteria, {}), criteria, edit)
    assert reading.audit is not None
    return reading.audit.response("toy-1.1-k1"), reading


@pytest.mark.parametrize("text", ["✓", "✔", "✔\ufe0f", "☑", "✅", "√", "Tick", "[✓]"])
def test_a_tick_says_that_it_is_written(toy: Criteria, text: str) -> None:
    """A tick under *Is it written?* can only mean yes."""
    response, reading = read_in(toy, F2=text)
    assert (response, reading.is_sound) == (Response(written="yes"), True)
    assert lines(reading) == [f'F2: "{text}" was taken for yes.']


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Yes - see policy p.4", "yes"),
        ("Yes (see appendix 2)", "yes"),
        ("Y – in section 3", "yes"),
        ("Yes, section 4.2, reviewed May 2026", "yes"),
        ("yes see page 4", "yes"),
        ("✓ p.4", "yes"),
        ("Partly - no mention of governors", "partly"),
        ("Partially (staff only)", "partly"),
        ("No - see action plan", "no"),
        ("N – we have not written it", "no"),
        ("Not sure - ask the network manager", "unknown"),
    ],
)
def test_what_stands_beyond_the_answer_goes_into_the_comment(toy: Criteria, text: str, written: str) -> None:
    """An answer with words after it that do not change it is taken, and the words are kept."""
    response, reading = read_in(toy, F2=text)
    assert (response.written, response.comment) == (written, f'Is it written? "{text}"')
    assert lines(reading) == [f'F2: "{text}" was taken for {written}; the words are kept in the comment.']


def test_words_beside_an_answer_come_after_the_comment(toy: Criteria) -> None:
    """A comment that was typed stays as it is, and the words follow it."""
    response, _ = read_in(toy, F2="Yes - p.4", G2="3 (DSL leads)", J2="Seen in May.")
    assert response == Response(
        written="yes", practice=3, comment='Seen in May.\nIs it written? "Yes - p.4"\nIs it done? "3 (DSL leads)"'
    )


@pytest.mark.parametrize(
    ("text", "practice", "beyond"),
    [
        ("Fully embedded", 4, False),
        ("well embedded", 4, False),
        ("2 Partly", 2, False),
        ("2 - partly", 2, False),
        ("Partly", 2, False),
        ("3 - in place across school", 3, True),
        ("Level 3: In place, see log", 3, True),
        ("In place since 2019", 3, True),
        ("4: reviewed termly", 4, True),
        ("Planned for May 2026", 1, True),
        ("2 Partly in place - not governors", 2, True),
        ("Unknown - ask the network manager", "unknown", True),
    ],
)
def test_a_level_in_own_words_is_taken(toy: Criteria, text: str, practice: object, beyond: bool) -> None:
    """A level that is named by its number, its label or the beginning of both is that level."""
    response, reading = read_in(toy, G2=text)
    assert (response.practice, reading.is_sound) == (practice, True)
    assert response.comment == (f'Is it done? "{text}"' if beyond else "")


@pytest.mark.parametrize(
    "text",
    [
        *("Yes and no", "Yes/No", "Y/N", "Yes / Partly", "yes but done", "Yes, but not for staff", "Yes (draft)"),
        *("Yes?", "✓✗", "✗", "x", "👍", "1", "Yes - to be written", "Yes, mostly", "Yes except for staff", "No idea"),
        *("No, but it is in the behaviour policy", "No - partly in the handbook", "Partly/No", "Partly - no", "In policy?"),
        *("Yes - awaiting approval", "Yes - under review", "Yes - policy withdrawn", "Yes - verbal", "Yes - implied"),
        *("Yes - DSL to confirm", "Yes - next year", "Yes - by July", "Yes - from September", "Yes - excluding EYFS"),
        *("Yes - for staff", "Yes - staff", "Yes - in places", "Yes - see other policy", "Yes (50%)", "Yes - 3 of 5"),
        *("Yes - 2027", "Yes in theory", "Yes - template", "Yes, Red", "Yes - out-of-date", "✓ no", "✓ partly"),
        *("No - in another policy", "No - covered elsewhere", "No, it is in the AUP", "No (see p.4 of policy)"),
        *("No - separate policy", "Unknown, maybe", "In progress", "Green", "Ydw", "Yes or no", "Yes to page 4, no to page 5", "Not needed", "Yes " * 200),
    ],
)  # fmt: skip
def test_written_that_may_mean_another_answer_is_a_fault(toy: Criteria, text: str) -> None:
    """Where the words could mean more than one answer, only the school can say which."""
    response, reading = read_in(toy, F2=text)
    assert (response, reading.is_sound) == (Response(), False)
    assert [line.partition(":")[0] for line in lines(reading)] == ["F2"]


@pytest.mark.parametrize(
    "text",
    [
        *("-3", "3-", "2-3", "3/4", "3.5", "3 or 4", "2 to 3", "3+", "<3", "3?", "3 - 4 policies", "4 in place", "3 embedded"),
        *("Yes", "No", "Mostly", "mostly in place", "almost embedded", "partly embedded", "in place and embedded"),
        *("In Place / Embedded", "In place but not for staff", "In place except governors", "In place for most", "Amber"),
        *("In place for staff", "In place - stopped in May", "In place from September", "In place - needs work"),
        *("Embedded in theory", "Embedded: awaiting evidence", "3 - 60%", "3 of 5", "In place x", "Planned - done"),
        *("1: done in May", "1 - not planned", "Planned - abandoned", "Partly - in place across the school"),
        *("Not yet", "Not yet in place", "Not in place - planned for May", "✓", "3 in place, 4 embedded"),
    ],
)  # fmt: skip
def test_a_level_that_may_mean_another_is_a_fault(toy: Criteria, text: str) -> None:
    """Between two levels nobody but the school decides."""
    response, reading = read_in(toy, G2=text)
    assert (response, reading.is_sound) == (Response(), False)
    assert [line.partition(":")[0] for line in lines(reading)] == ["G2"]


def test_a_reason_beside_not_applicable_is_the_reason(toy: Criteria) -> None:
    """Who writes the reason into the cell of the answer has given it."""
    response, reading = read_in(toy, F2="N/A - we have no network")
    assert (response, lines(reading)) == (
        Response(not_applicable="we have no network"),
        ['F2: "N/A - we have no network" was taken for not applicable.'],
    )


def test_the_same_words_in_many_cells_are_told_once(toy: Criteria) -> None:
    """A form filled in with ticks has one line for all of them."""
    _, reading = read_in(toy, F2="✓", F3="✓", F4="✓")
    assert lines(reading) == ['F2: "✓" was taken for yes in 3 cells, of which this is the first.']


# Errors of a spreadsheet

ERRORS = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
]
IN_OTHER_LANGUAGES = ["#NV", "#BEZUG!", "#WERT!", "#ÜBERLAUF!", "#¡VALOR!", "#¿NOMBRE?", "#N/D", "Err:502", "#####"]


@pytest.mark.parametrize("error", [*ERRORS, *IN_OTHER_LANGUAGES])
def test_an_error_is_neither_answer_nor_evidence(toy: Criteria, error: str) -> None:
    """What a cell shows where a formula went wrong is told as that in every cell, and says nothing else."""
    response, reading = read_in(toy, F2=error, G2=error, H2=error, I2=error, J2=error)
    assert (response, reading.is_sound) == (Response(), False)
    fact = f"The cell shows an error ({error}) in place of what was meant, so it counts as empty."
    assert sorted(lines(reading)) == [f"{column}2: {fact}" for column in "FGHIJ"]


def test_a_row_with_an_error_overwrites_nothing(toy: Criteria) -> None:
    """Evidence that became an error in the file is not taken for evidence that was deleted."""
    _, reading = read_in(toy, F2="Yes", I2="#REF!")
    assert "toy-1.1-k1" not in reading.rows


@pytest.mark.parametrize("text", ["#great", "#1 of our policies", "# Policy", "See #REF! in the log"])
def test_a_text_with_such_a_sign_is_a_text(toy: Criteria, text: str) -> None:
    """Only a cell that shows nothing else is an error."""
    response, reading = read_in(toy, I2=text)
    assert (response.evidence, reading.problems) == (text, ())


def test_an_error_in_the_action_plan_is_told(toy: Criteria) -> None:
    """An action takes no error for its text or its day."""

    def edit(book: Workbook) -> None:
        book["Action plan"]["E8"], book["Action plan"]["G8"] = "#REF!", "#N/A"

    reading = edited(audit_of(toy, {}), toy, edit)
    assert reading.audit is not None
    assert (reading.audit.actions, [line.partition(" (")[0] for line in told(reading)]) == (
        (),
        [f"Hilltop.xlsx, sheet Action plan, cell {cell}8: The cell shows an error" for cell in "EG"],
    )


# How many are answered


@pytest.mark.parametrize(
    ("responses", "count", "words"),
    [
        ({}, (0, 0), "0 answered"),
        ({"toy-1.1-k1": Response(evidence="Policy"), "toy-1.1-k2": Response(comment="Ask")}, (0, 0), "0 answered"),
        ({"toy-1.1-k1": Response(written="yes", practice="unknown")}, (1, 0), "1 answered"),
        ({"toy-1.1-k1": Response(not_applicable="No network")}, (1, 0), "1 answered"),
        ({"toy-1.1-k1": Response(written="yes"), "toy-1.1-k2": Response(practice=3)}, (0, 2), "0 answered, 2 in part"),
    ],
)
def test_evidence_alone_is_no_answer(
    toy: Criteria, responses: dict[str, Response], count: tuple[int, int], words: str
) -> None:
    """Only statements with both answers, or the reason why neither applies, are called answered."""
    audit: Audit = audit_of(toy, responses)
    assert (audit.answered, audit.answered_in_part, outcome.answered_in_words(audit)) == (*count, words)
