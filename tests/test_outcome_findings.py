"""What the figures say in sentences: the headline, the range, shares in percent, and the titles of the charts."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from audit.model import Criteria, Response, Signature, SignOff
from audit.school.outcome import (
    Outcome,
    band,
    coverage_range,
    headline,
    outcome,
    practice_title,
    range_note,
    signed_by,
    states_title,
    two_by_two_title,
    written_practice_title,
)
from tests.conftest import audit_of

MET = Response(written="yes", practice=4)
NOT_DONE = Response(written="yes", practice=1)
NOT_WRITTEN = Response(written="no", practice=3)
NEITHER = Response(written="no", practice=0)
UNKNOWN = Response(written="unknown", practice="unknown")
NAMES = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
"""The four recommended statements for primary: three in the first area, one in the second."""


def _outcome(toy: Criteria, *responses: Response | None, **changes: object) -> Outcome:
    """The outcome of an audit with these responses to the four statements; None is not answered."""
    given = {name: response for name, response in zip(NAMES, responses, strict=True) if response is not None}
    return outcome(audit_of(toy, given, **changes), toy)


ALL_MET = (MET, MET, MET, MET)
COMPLETE = (MET, NOT_DONE, NEITHER, MET)
HALF = (MET, MET, NEITHER, None)
NOTHING = (None, None, None, None)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param(
            COMPLETE,
            "2 of the 4 recommended statements that apply are met (50%), which leaves 2 gaps.",
            id="complete",
        ),
        pytest.param(
            (MET, MET, MET, NOT_DONE),
            "3 of the 4 recommended statements that apply are met (75%), which leaves 1 gap.",
            id="complete, one gap",
        ),
        pytest.param(
            (MET, NEITHER, NEITHER, NEITHER),
            "1 of the 4 recommended statements that apply is met (25%), which leaves 3 gaps.",
            id="complete, one met",
        ),
        pytest.param(
            ALL_MET,
            "All 4 recommended statements that apply are met: each is written, and done.",
            id="all met",
        ),
        pytest.param(
            HALF,
            "2 of the 4 recommended statements that apply are met so far (50%), 1 is a known gap, "
            "and 1 is not known yet.",
            id="half-finished",
        ),
        pytest.param(
            (MET, MET, UNKNOWN, None),
            "2 of the 4 recommended statements that apply are met so far (50%), 0 are known gaps, "
            "and 2 are not known yet.",
            id="half-finished, no known gap",
        ),
        pytest.param(
            NOTHING,
            "None of the 4 recommended statements that apply has both answers yet.",
            id="nothing answered",
        ),
        pytest.param(
            (Response(not_applicable="We are closed."),) * 4,
            "No recommended statement applies, so there is nothing to score.",
            id="nothing applies",
        ),
    ],
)
def test_the_headline_of_an_audit(toy: Criteria, responses: tuple[Response | None, ...], expected: str) -> None:
    """One sentence says how many are met, and how many are gaps or not known; an audit under way says so far."""
    result = _outcome(toy, *responses)
    assert headline(result.audit, result.overall) == expected


def test_the_headline_of_a_desk_review(toy: Criteria) -> None:
    """A desk review speaks of the policy only, and says that practice cannot be read from it."""
    written = (Response(written="yes"), Response(written="yes"), Response(written="partly"), Response(written="no"))
    result = _outcome(toy, *written, basis="desk review")
    assert headline(result.audit, result.overall) == (
        "The policy fully says 2 of the 4 recommended statements that apply (50%), partly says 1 and does not say 1. "
        "What is done in practice cannot be read from a policy."
    )


@pytest.mark.parametrize(
    ("responses", "coverage", "note"),
    [
        pytest.param(
            COMPLETE, "50%", "All that matters to the score is known, so K coverage is one value.", id="complete"
        ),
        pytest.param(
            ALL_MET, "100%", "All that matters to the score is known, so K coverage is one value.", id="all met"
        ),
        pytest.param(
            HALF,
            "50% to 75%",
            "K coverage is at least 50%. If everything unknown turns out well, it is 75% at the most.",
            id="half-finished",
        ),
        pytest.param(
            NOTHING,
            "0% to 100%",
            "K coverage is at least 0%. If everything unknown turns out well, it is 100% at the most.",
            id="nothing answered",
        ),
    ],
)
def test_coverage_with_its_range(
    toy: Criteria, responses: tuple[Response | None, ...], coverage: str, note: str
) -> None:
    """K coverage is one value if all is known, and else a range that is explained."""
    overall = _outcome(toy, *responses).overall
    assert (coverage_range(overall), range_note(overall, "K coverage")) == (coverage, note)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param(ALL_MET, "Strong", id="100%"),
        pytest.param((MET, MET, MET, NEITHER), "Fair", id="75%"),
        pytest.param(COMPLETE, "Weak", id="50%"),
        pytest.param((MET, MET, MET, None), "", id="75% to 100%, which spans two bands"),
        pytest.param(NOTHING, "", id="nothing answered"),
    ],
)
def test_the_band(toy: Criteria, responses: tuple[Response | None, ...], expected: str) -> None:
    """The framework's word for the coverage is given only once the range lies within one band."""
    assert band(toy.frameworks[0].bands, _outcome(toy, *responses).overall) == expected


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param(
            (NEITHER, NOT_DONE, NEITHER, NOT_DONE),
            "First (1.1) and Second (1.2) hold 3 of the 4 gaps",
            id="two questions",
        ),
        pytest.param((NEITHER, NOT_DONE, MET, MET), "First (1.1) holds both gaps", id="one question"),
        pytest.param(ALL_MET, "Every recommended statement that applies is met", id="all met"),
        pytest.param(NOTHING, "No recommended statement has both answers yet", id="nothing answered"),
        pytest.param((MET, None, UNKNOWN, NEITHER), "2 of the 3 gaps are not known yet", id="half-finished"),
    ],
)
def test_the_title_of_states_by_question(toy: Criteria, responses: tuple[Response | None, ...], expected: str) -> None:
    """The title names the questions that hold most gaps, unless most gaps are only not known."""
    assert states_title(_outcome(toy, *responses).questions) == expected


def test_the_title_of_states_is_singular_for_one_gap(toy: Criteria) -> None:
    """One gap that is not known "is" not known."""
    assert "1 gap are" not in states_title(_outcome(toy, MET, MET, MET, None).questions)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param((NOT_DONE, NOT_DONE, MET, MET), "1 Area one: 2 statements are written but not done", id="policy"),
        pytest.param(
            (MET, MET, MET, NOT_WRITTEN), "2 Area two: 1 statement is done but not fully written", id="practice"
        ),
        pytest.param(ALL_MET, "Policy and practice go together wherever both are known", id="all met"),
        pytest.param(
            (Response(written="yes"), Response(written="yes"), Response(written="no"), Response(written="partly")),
            "The policy says 2 of 4; practice is not answered",
            id="desk review",
        ),
    ],
)
def test_the_title_of_written_and_practice(
    toy: Criteria, responses: tuple[Response | None, ...], expected: str
) -> None:
    """The title names the area where policy and practice are furthest apart, and which is ahead."""
    assert written_practice_title(_outcome(toy, *responses).areas) == expected


def test_policy_and_practice_that_part_both_ways_do_not_go_together(toy: Criteria) -> None:
    """One statement written but not done and one done but not written are two that part, not none."""
    title = written_practice_title(_outcome(toy, NOT_DONE, NOT_WRITTEN, MET, MET).areas)
    assert title != "Policy and practice go together wherever both are known"


def test_practice_that_is_not_answered_is_not_behind(toy: Criteria) -> None:
    """A practice level that was not given is never told as weak: the policy is not ahead of it."""
    written = Response(written="yes")
    assert "ahead" not in written_practice_title(_outcome(toy, MET, written, written, MET).areas)


def test_a_policy_that_is_not_answered_is_not_told_as_silent(toy: Criteria) -> None:
    """Where nothing is answered, the title does not say that the policy says none of it."""
    assert "says 0" not in written_practice_title(_outcome(toy, *NOTHING).areas)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param(
            (NOT_DONE, NOT_DONE, NOT_WRITTEN, NEITHER),
            "2 written but not done, 1 done but not fully written, 1 neither",
            id="complete",
        ),
        pytest.param(ALL_MET, "All 4 that are known are written and done", id="all met"),
        pytest.param((MET, MET, MET, None), "All 3 that are known are written and done", id="half-finished"),
        pytest.param(
            NOTHING,
            "Nothing can be placed yet: one of the two answers is missing everywhere",
            id="nothing answered",
        ),
    ],
)
def test_the_title_of_the_two_by_two(toy: Criteria, responses: tuple[Response | None, ...], expected: str) -> None:
    """The title counts each way in which policy and practice fail, over what is known."""
    assert two_by_two_title(_outcome(toy, *responses).overall) == expected


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        pytest.param((MET, NEITHER, MET, MET), "1 Area one is weakest: 2 of 3 in place", id="complete"),
        pytest.param((MET, NEITHER, None, NEITHER), "2 Area two is weakest: 0 of 1 in place", id="half-finished"),
        pytest.param(ALL_MET, "Practice is in place wherever it is known", id="all met"),
        pytest.param((MET, None, UNKNOWN, None), "Practice is in place wherever it is known", id="all known in place"),
        pytest.param((UNKNOWN, None, None, None), "No practice level has been given yet", id="nothing known"),
    ],
)
def test_the_title_of_the_practice_profile(
    toy: Criteria, responses: tuple[Response | None, ...], expected: str
) -> None:
    """The title names the area with the smallest share in place, of the levels that are known."""
    assert practice_title(_outcome(toy, *responses).areas) == expected


def test_a_sign_off_is_told_in_words() -> None:
    """Who signed which version on which day, and who has not yet."""
    head = Signature(role="headteacher", on=dt.date(2026, 7, 3))
    chair = Signature(role="chair of governors", on=dt.date(2026, 7, 10), statement="Seen.")
    first = SignOff(version=1, content="", criteria="", signatures=(head,), seal="")
    assert signed_by(first) == (
        "Version 1, signed by the headteacher on 3 July 2026. The chair of governors has not signed yet."
    )
    assert signed_by(dataclasses.replace(first, version=2, signatures=(head, chair))) == (
        "Version 2, signed by the headteacher on 3 July 2026 and the chair of governors on 10 July 2026."
    )
