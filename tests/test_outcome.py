"""One audit worked out once: what its tables hold, and which word its coverage has."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from audit.model import Area, Criteria, FrameworkRef, Question, Response
from audit.school.outcome import outcome
from audit.tables import SUMMARY
from tests.conftest import audit_of, framework, statement

MET = Response(written="yes", practice=3)
NOT_DONE = Response(written="yes", practice=2)
PARTLY, NO = Response(written="partly", practice=3), Response(written="no", practice=4)
NEITHER = Response(written="no", practice=0)
UNKNOWN = Response(written="unknown", practice="unknown")
NONE_HERE = Response(not_applicable="We lend no devices.")


def equals(count: int) -> Criteria:
    """One question of so many recommended statements, and a second one of optional statements alone."""
    first = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=tuple(statement("1.1", "K", number) for number in range(1, count + 1)),
    )
    second = Question(
        id="1.2", topic="Second", title="Second?", introduction="Why.", statements=(statement("1.2", "other", 1),)
    )
    third = Question(
        id="2.1", topic="Third", title="Third?", introduction="Why.", statements=(statement("2.1", "other", 1),)
    )
    return Criteria(
        (
            framework(
                Area(id="1", title="Area one", questions=(first, second)),
                Area(id="2", title="Area two", questions=(third,)),
            ),
        )
    )


def answers(*responses: Response) -> dict[str, Response]:
    """These responses to the recommended statements 1, 2, 3 and so on."""
    return {f"toy-1.1-k{number}": given for number, given in enumerate(responses, start=1)}


def test_written_against_done_has_a_place_for_each_kind() -> None:
    """Met, not done, not written (no or partly) and neither stand apart; what is not known or not applicable is in none."""
    criteria = equals(12)
    given = (MET, NOT_DONE, NOT_DONE, PARTLY, NO, NO, NEITHER, NEITHER, NEITHER, NEITHER, UNKNOWN, NONE_HERE)
    expected = pd.DataFrame(
        {"Done": [1, 3], "Not done": [2, 4]}, index=pd.Index(["Written", "Not fully written"], name="In the policy")
    )
    pd.testing.assert_frame_equal(outcome(audit_of(criteria, answers(*given)), criteria).two_by_two, expected)


def test_what_the_policy_does_not_fully_say_is_said_partly_or_not_at_all() -> None:
    """Recommended statements answered partly or no, whatever is done; not those set aside, unknown, blank or optional."""
    criteria = equals(7)
    given = answers(MET, PARTLY, NO, NEITHER, UNKNOWN, NONE_HERE) | {"toy-1.2-s1": NEITHER}
    found = outcome(audit_of(criteria, given), criteria).unwritten
    assert list(found["statement"]) == ["toy-1.1-k2", "toy-1.1-k3", "toy-1.1-k4"]


def test_what_is_set_aside_is_listed_with_its_reason() -> None:
    """Every statement that is not applicable, recommended or optional, with the reason that was given."""
    criteria = equals(3)
    given = answers(MET, NONE_HERE, NEITHER) | {"toy-1.2-s1": Response(not_applicable="No network.")}
    found = outcome(audit_of(criteria, given), criteria).set_aside
    assert found[["statement", "not_applicable"]].astype(object).to_numpy().tolist() == [
        ["toy-1.1-k2", "We lend no devices."],
        ["toy-1.2-s1", "No network."],
    ]


def test_questions_and_areas_without_a_recommended_statement_are_left_out() -> None:
    """Only what is counted has a line, with its number and title, even if optional statements of the others are asked."""
    criteria = equals(2)
    result = outcome(audit_of(criteria, answers(MET, NEITHER), scope="all"), criteria)
    assert result.questions[["question", "title", "topic", "met", "recommended"]].astype(
        object
    ).to_numpy().tolist() == [["1.1", "First?", "1.1 First", 1, 2]]
    assert result.areas[["area", "title", "met", "recommended"]].astype(object).to_numpy().tolist() == [
        ["1", "1 Area one", 1, 2]
    ]
    assert (list(result.questions.index), list(result.areas.index)) == ([0], [0])
    assert (list(result.questions), list(result.areas)) == ([*SUMMARY, "title", "topic"], [*SUMMARY, "title"])


def test_a_question_of_one_set_aside_statement_keeps_its_line() -> None:
    """A single recommended statement is enough for a line, though it counts for nothing where it does not apply."""
    criteria = equals(1)
    result = outcome(audit_of(criteria, answers(NONE_HERE)), criteria)
    assert result.questions[["question", "recommended", "applicable"]].astype(object).to_numpy().tolist() == [
        ["1.1", 1, 0]
    ]


@pytest.mark.parametrize(("basis", "band"), [("self-audit", "Weak"), ("desk review", "")])
def test_only_a_self_audit_has_a_word_for_its_coverage(basis: str, band: str) -> None:
    """A desk review reads what is written, so a policy that says nothing is not called weak, and none is called strong."""
    criteria = equals(2)
    nothing_written = answers(Response(written="no"), Response(written="no"))
    result = outcome(audit_of(criteria, nothing_written, basis=basis), criteria)
    assert (result.audit.basis, result.band) == (basis, band)


def test_the_sentences_are_those_of_this_audit() -> None:
    """Headline, note on the range, and the word for the coverage say what the counts say."""
    criteria = equals(2)
    result = outcome(audit_of(criteria, answers(MET, NOT_DONE)), criteria)
    assert (result.headline, result.range_note, result.band) == (
        "1 of the 2 recommended statements that apply is met (50%), which leaves 1 gap.",
        "All that matters to the score is known, so K coverage is one value.",
        "Weak",
    )


def test_the_overall_row_is_the_one_of_the_whole_audit() -> None:
    """What pages quote for the whole audit is the row over all areas, not that of a part."""
    criteria = equals(2)
    result = outcome(audit_of(criteria, answers(MET, NEITHER)), criteria)
    assert (result.overall["level"], result.overall["met"], result.overall["applicable"]) == ("overall", 1, 2)
    assert result.overall["coverage_percent"] == 50
    assert result.summary[["level", "met"]].astype(object).to_numpy().tolist() == [
        ["overall", 1],
        ["area", 1],
        ["question", 1],
    ]


def test_what_is_worked_out_is_of_the_frameworks_that_the_audit_answers(toy: Criteria) -> None:
    """Statements of another framework that is loaded too are in no table."""
    other = Criteria((*toy.frameworks, replace(equals(1).frameworks[0], id="other")))
    audit = audit_of(toy, {"toy-1.1-k1": MET})
    result = outcome(audit, other)
    assert (result.criteria.refs, set(result.scores["framework"])) == (toy.refs, {"toy"})
    assert len(result.gaps) == 3


def test_an_audit_whose_framework_is_missing_has_no_outcome(toy: Criteria) -> None:
    """Nothing can be said of an audit of which no statement is known."""
    audit = audit_of(toy, {}, frameworks=(FrameworkRef(id="other", edition="1"),))
    with pytest.raises(ValueError, match=r"^the audit asks no statement of the criteria$"):
        outcome(audit, toy)
