"""The way through an audit: steps, progress, time left, and what to check."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import pytest

from audit.model import Area, Audit, Criteria, Phase, Question, Response, Scope, Superseded
from audit.problems import Problem
from audit.school.questionnaire import advised, answer_progress, asked_in_words, begin, next_unanswered, offers, steps
from tests.conftest import audit_of, framework, statement

DONE = Response(written="yes", practice=3, evidence="Minutes")
START = dt.datetime(2026, 11, 2, 9, 0)


def test_steps_follow_the_source_with_their_state(toy: Criteria) -> None:
    """Each question says how many of the statements that the scope asks are answered."""
    audit = audit_of(toy, {"toy-1.1-k1": DONE, "toy-1.2-k1": Response(written="yes")})
    assert [(s.page, s.answered, len(s.required), s.state) for s in steps(audit, toy)] == [
        ("toy_1.1", 1, 2, "in part"),
        ("toy_1.2", 0, 1, "not started"),
        ("toy_2.1", 0, 1, "not started"),
    ]


def test_steps_for_one_role_hold_only_what_it_is_asked(toy: Criteria) -> None:
    """The network manager sees two questions, each with the statement that is theirs."""
    found = steps(audit_of(toy, {}), toy, asked_of="network")
    assert [[c.id for c in step.criteria] for step in found] == [["toy-1.2-k1"], ["toy-2.1-s1"]]


def test_the_next_unanswered_question_goes_round(toy: Criteria) -> None:
    """After the last question the search begins again at the first; none is left when all is done."""
    half = steps(audit_of(toy, {"toy-2.1-k1": DONE}), toy)
    assert next_unanswered(half, "toy_1.1") == "toy_1.2"
    assert next_unanswered(half, "toy_1.2") == "toy_1.1"
    every = dict.fromkeys(("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"), DONE)
    assert next_unanswered(steps(audit_of(toy, every), toy)) is None


def test_unknown_and_not_applicable_are_answers(toy: Criteria) -> None:
    """Only a missing answer is unanswered; one of the two is not enough."""
    audit = audit_of(
        toy,
        {
            "toy-1.1-k1": Response(written="unknown", practice="unknown"),
            "toy-1.1-k2": Response(not_applicable="None here."),
            "toy-1.2-k1": Response(written="yes"),
        },
    )
    now = answer_progress(audit, toy)
    assert (now.answered, now.asked) == (2, 4)


def test_a_desk_review_asks_only_what_is_written(toy: Criteria) -> None:
    """A policy does not show practice, so its statement is answered without."""
    audit = audit_of(toy, {"toy-1.1-k1": Response(written="no")}, basis="desk review")
    assert answer_progress(audit, toy).answered == 1


def minutes_left(toy: Criteria, *gaps: float) -> int | None:
    """What is said to be left of four statements after answers with these gaps between them, in seconds."""
    times = itertools.accumulate(gaps, lambda at, gap: at + dt.timedelta(seconds=gap), initial=START)
    return answer_progress(audit_of(toy, {}), toy, times).minutes_left


def test_nothing_is_said_of_the_time_left_before_there_is_a_pace(toy: Criteria) -> None:
    """Five answers have four paces between them; the sixth makes a fifth, and then it is said."""
    assert [minutes_left(toy, *[120] * count) for count in (0, 1, 4, 5)] == [None, None, None, 8]


def test_time_left_follows_the_pace_within_sittings(toy: Criteria) -> None:
    """One statement every four minutes makes sixteen; the night between two sittings does not count."""
    evening = [START + dt.timedelta(minutes=4 * n) for n in range(4)]
    morning = [START + dt.timedelta(days=1, minutes=4 * n) for n in range(4)]
    assert answer_progress(audit_of(toy, {}), toy, evening + morning).minutes_left == 16


def test_an_upload_is_not_a_pace(toy: Criteria) -> None:
    """Answers that share a moment say nothing of how long one takes, nor do those just before and after them."""
    assert answer_progress(audit_of(toy, {}), toy, [START] * 100).minutes_left is None
    uploads = [start for n in range(6) for start in [START + dt.timedelta(minutes=n)] * (1 + n % 2)]
    assert answer_progress(audit_of(toy, {}), toy, uploads).minutes_left is None


@pytest.mark.parametrize("odd", [0.3, 2, 7 * 60, 10 * 60, 45 * 60, 86_400])
def test_an_odd_gap_does_not_make_the_time_left_leap(toy: Criteria, odd: float) -> None:
    """Two clicks at once, a telephone call, lunch, the night: what is said stays as it was."""
    assert minutes_left(toy, *[120] * 6, odd) == minutes_left(toy, *[120] * 3, odd, *[120] * 3) == 8


def test_clicks_at_once_and_breaks_are_no_pace(toy: Criteria) -> None:
    """However many there are of them."""
    assert minutes_left(toy, *[1, 2, 600, 3_600] * 5) is None


def test_the_pace_is_that_of_the_last_answers(toy: Criteria) -> None:
    """A slow beginning is forgotten once there are many answers since."""
    assert minutes_left(toy, *[480] * 100, *[60] * 30) == 4


def overtaken(toy: Criteria) -> Criteria:
    """The toy template, whose second statement another framework holds since September 2026."""
    superseded = Superseded(since="2026-09-01", because="The law has it now.", by=("new-1.1-k1",))
    area, *others = toy.frameworks[0].areas
    question, *rest = area.questions
    one, two, *more = question.statements
    question = dataclasses.replace(question, statements=(one, dataclasses.replace(two, superseded=superseded), *more))
    first = dataclasses.replace(area, questions=(question, *rest))
    template = dataclasses.replace(toy.frameworks[0], areas=(first, *others), name="the toy template", usual=True)
    duty = Question(
        id="1.1", topic="Duty", title="A duty?", introduction="Why.", statements=(statement("1.1", "K", 1),)
    )
    duty = dataclasses.replace(duty, statements=(dataclasses.replace(duty.statements[0], id="new-1.1-k1"),))
    duties = dataclasses.replace(
        framework(Area(id="1", title="Duties", questions=(duty,)), id="new"), title="Duties", name=""
    )
    return Criteria((template, duties))


def test_an_offer_counts_what_an_audit_would_ask(toy: Criteria) -> None:
    """By phase and scope, without what is overtaken; without a phase it is the phase that is asked most."""
    criteria = overtaken(toy)

    def counted(phase: Phase | None, year: str = "2026/27", scope: Scope = "recommended") -> list[tuple[int, ...]]:
        found = offers(criteria, phase=phase, year=year, scope=scope)
        return [(offer.recommended, offer.optional, offer.overtaken) for offer in found]

    assert counted("primary") == [(3, 0, 1), (1, 0, 0)]
    assert counted(None) == counted("secondary") == [(4, 0, 1), (1, 0, 0)]
    assert counted("primary", scope="all") == [(3, 2, 1), (1, 0, 0)]
    assert counted("primary", year="2025/26") == [(4, 0, 0), (1, 0, 0)]


def test_what_holds_in_place_of_the_overtaken_is_advised(toy: Criteria) -> None:
    """Until it is chosen too, and only beside the framework whose statements it replaces."""
    criteria = overtaken(toy)
    template, duties = criteria.refs
    found = offers(criteria, phase="primary", year="2026/27", scope="recommended")
    assert advised(found, [template]) == (
        "We advise you to tick “Duties” too. It says what is asked today in place of 1 statement of the toy template.",
    )
    assert advised(found, [template, duties]) == advised(found, [duties]) == ()


def test_the_time_follows_the_pace_and_what_is_asked(toy: Criteria) -> None:
    """What is asked as printed takes its time too."""
    found = offers(overtaken(toy), phase="primary", year="2026/27", scope="all")
    assert asked_in_words(found, 5) == "4 recommended statements and 2 optional, about 30 minutes"
    assert asked_in_words(found[:1], 5, as_printed=True) == (
        "3 recommended statements, 2 optional and 1 that law or guidance has overtaken, about 30 minutes"
    )


def test_the_progress_of_two_frameworks_is_told_of_each(toy: Criteria) -> None:
    """Overall and by framework; of a single framework only overall."""
    criteria = overtaken(toy)
    audit = audit_of(criteria, {"toy-1.1-k1": DONE}, as_printed=False)
    assert answer_progress(audit, criteria).by_framework == (("the toy template", 1, 3), ("Duties", 0, 1))
    assert answer_progress(audit_of(toy, {}), toy).by_framework == ()


def test_a_new_audit_needs_name_urn_and_phase(toy: Criteria) -> None:
    """Every fault of the form is told at once."""
    found = begin(" ", "x", phase=None, local_authority="", year="2026/27", frameworks=(), scope="all")
    assert [problem.where for problem in found if isinstance(problem, Problem)] == [  # type: ignore[union-attr]
        "URN",
        "School name",
        "Phase",
        "Criteria",
    ]
    begun = begin(
        " Hilltop ",
        "URN 900 001",
        phase="primary",
        local_authority="886",
        year="2026/27",
        frameworks=toy.refs,
        scope="all",
    )
    assert isinstance(begun, Audit)
    assert (begun.school.name, begun.school.urn) == ("Hilltop", "900001")
