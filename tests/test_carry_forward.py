"""An audit that begins with last year's answers: what is carried forward, what is asked again, and what counts as not known."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

import pytest

from audit.exhibits.school import not_confirmable
from audit.model import Action, Audit, Carried, Criteria, Criterion, FrameworkRef, Response
from audit.school.outcome import outcome
from audit.school.proposals import (
    begun_in_words,
    confirmed,
    is_same,
    of_other_phases,
    start_from,
    to_answer_again,
    to_confirm,
    without_counterpart,
    year_after,
)
from audit.school.questionnaire import answer_progress, steps
from audit.school.review import BEFORE_COMPLETE, by_check, review
from tests.conftest import audit_of
from tests.editions import revised, without

MET = Response(written="yes", practice=4, evidence="Minutes", comment="Well done")
NONE_HERE = Response(not_applicable="We have none.")
OPEN = Action(statement="toy-1.1-k2", what="Write it.", status="In progress", id="a1")
DONE = Action(statement="toy-1.1-k1", what="Name a lead.", status="Done", id="a2")
DROPPED = Action(what="Buy a filter.", status="Dropped", note="Too dear", id="a3")


def last_year(criteria: Criteria) -> Audit:
    """An audit of 2025/26: two statements answered, one set aside, one left out, three actions."""
    responses = {"toy-1.1-k1": MET, "toy-1.1-s1": Response(written="no", practice=0), "toy-1.2-k1": NONE_HERE}
    return audit_of(criteria, responses, year="2025/26", actions=(OPEN, DONE, DROPPED))


def ids(those: Iterable[Criterion]) -> list[str]:
    """The ids of criteria."""
    return [c.id for c in those]


def test_answers_are_carried_and_none_is_given(toy: Criteria) -> None:
    """The new audit holds last year's answers beside its own, of which it has none, and the actions still open."""
    last = last_year(toy)
    assert start_from(last, toy, year="2026/27") == Audit(
        school=last.school,
        year="2026/27",
        frameworks=toy.refs,
        as_printed=False,
        actions=(dataclasses.replace(OPEN, since="2025/26"),),
        carried_from="2025/26",
        carried={
            "toy-1.1-k1": Carried(response=MET),
            "toy-1.1-s1": Carried(response=Response(written="no", practice=0)),
            "toy-1.2-k1": Carried(response=NONE_HERE),
        },
    )


def test_what_is_not_confirmed_is_not_known(toy: Criteria) -> None:
    """Last year's answers count for nothing until they are confirmed: every applicable statement is not known."""
    begun = start_from(last_year(toy), toy, year="2026/27")
    overall = outcome(begun, toy).overall
    assert (overall["applicable"], overall["not_known"], overall["met"]) == (4, 4, 0)


def test_confirming_is_answering_as_last_year(toy: Criteria) -> None:
    """A confirmed answer is last year's, evidence and comment included, and then it counts."""
    begun = start_from(last_year(toy), toy, year="2026/27")
    given = {name: confirmed(begun, toy[name]) for name in ("toy-1.1-k1", "toy-1.2-k1")}
    assert given == {"toy-1.1-k1": MET, "toy-1.2-k1": NONE_HERE}
    now = dataclasses.replace(begun, responses=given)
    assert ids(to_confirm(now, toy)) == ["toy-1.1-s1"]
    overall = outcome(now, toy).overall
    assert (overall["applicable"], overall["not_known"], overall["met"]) == (3, 2, 1)


def test_a_statement_that_changed_its_meaning_is_asked_anew(toy: Criteria) -> None:
    """Its answer of last year is shown and can not be confirmed; the others can."""
    newer = revised(toy, "toy-1.1-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    assert begun.frameworks == newer.refs
    assert ids(to_answer_again(begun, newer)) == ["toy-1.1-k1"]
    assert ids(to_confirm(begun, newer)) == ["toy-1.1-s1", "toy-1.2-k1"]
    assert not is_same(begun, newer["toy-1.1-k1"])
    with pytest.raises(ValueError, match="has no answer that can be confirmed"):
        confirmed(begun, newer["toy-1.1-k1"])


def test_an_answer_to_the_later_revision_is_confirmed_the_year_after(toy: Criteria) -> None:
    """Which revision an answer was given to is carried with it."""
    newer = revised(toy, "toy-1.1-k1")
    answered = dataclasses.replace(
        start_from(last_year(toy), newer, year="2026/27"), responses={"toy-1.1-k1": MET}, revisions={"toy-1.1-k1": 2}
    )
    third = start_from(answered, newer, year="2027/28")
    assert third.carried == {"toy-1.1-k1": Carried(response=MET, revision=2)}
    assert ids(to_confirm(third, newer)) == ["toy-1.1-k1"]


def test_an_answer_without_counterpart_is_kept_and_named(toy: Criteria) -> None:
    """A statement that this edition has dropped is neither to be confirmed nor asked, and never lost."""
    newer = without(toy, "toy-1.2-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    assert without_counterpart(begun, newer) == ("toy-1.2-k1",)
    assert ids(to_confirm(begun, newer)) == ["toy-1.1-k1", "toy-1.1-s1"]
    assert begun.carried["toy-1.2-k1"] == Carried(response=NONE_HERE)


def test_what_comes_along_is_said_in_words(toy: Criteria) -> None:
    """How many answers wait, are asked anew and have no counterpart, and the open actions; what is nought is not said."""
    newer = without(revised(toy, "toy-1.1-k1"), "toy-1.2-k1")
    assert begun_in_words(start_from(last_year(toy), newer, year="2026/27"), newer) == (
        "1 answer of 2025/26 to be confirmed or changed. What is not confirmed counts as not known.",
        "1 statement changed since 2025/26: answer them again; last year's answer is shown.",
        "1 statement answered in 2025/26 and not in the criteria of this audit: the answers are kept.",
        "1 action still open in the plan of 2025/26.",
    )
    bare = dataclasses.replace(last_year(toy), actions=())
    assert begun_in_words(start_from(bare, toy, year="2026/27"), toy) == (
        "3 answers of 2025/26 to be confirmed or changed. What is not confirmed counts as not known.",
    )


def test_what_cannot_be_confirmed_is_listed_as_it_was_worded(toy: Criteria) -> None:
    """Asked anew, then without counterpart, in the wording that was answered; by its id where that is not at hand."""
    newer = without(revised(toy, "toy-1.1-k1"), "toy-1.2-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    anew, gone = "Asked anew: its meaning has changed", "No longer in these criteria: the answer is kept"
    assert [tuple(row) for row in not_confirmable(begun, newer, toy).itertuples(index=False)] == [
        ("1.1 K1", "Statement 1.1 K 1 holds.", anew),
        ("1.2 K1", "Statement 1.2 K 1 holds.", gone),
    ]
    assert [tuple(row) for row in not_confirmable(begun, newer, newer).itertuples(index=False)] == [
        ("1.1 K1", "It holds for everyone.", anew),
        ("toy-1.2-k1", "This program does not have its wording", gone),
    ]


def test_an_action_keeps_the_year_in_which_it_was_planned(toy: Criteria) -> None:
    """An action carried twice still says since when it is open."""
    first = start_from(last_year(toy), toy, year="2026/27")
    assert [a.since for a in start_from(first, toy, year="2027/28").actions] == ["2025/26"]


def test_a_desk_review_carries_what_is_written(toy: Criteria) -> None:
    """A school can begin with what an adviser read in its policy; what is done is still to be answered."""
    review = audit_of(
        toy,
        {"toy-1.1-k1": Response(written="yes", evidence="Page 3")},
        year="2025/26",
        basis="desk review",
        policy_read="A policy",
        completed_on=dt.date(2026, 2, 3),
    )
    begun = start_from(review, toy, year="2026/27")
    assert (begun.basis, begun.policy_read, begun.completed_on) == ("self-audit", "", None)
    given = {"toy-1.1-k1": confirmed(begun, toy["toy-1.1-k1"])}
    assert answer_progress(dataclasses.replace(begun, responses=given), toy).answered == 0


def test_a_later_year_follows(toy: Criteria) -> None:
    """An audit of the same year, or an earlier one, cannot begin with this one's answers."""
    assert [year_after(year) for year in ("2026/27", "2098/99")] == ["2027/28", "2099/00"]
    with pytest.raises(ValueError, match="2025/26 is not after 2025/26"):
        start_from(last_year(toy), toy, year="2025/26")


def test_steps_and_progress_say_how_many_to_confirm(toy: Criteria) -> None:
    """A question counts all its waiting answers, the optional ones too; progress only those that the scope asks."""
    begun = start_from(last_year(toy), toy, year="2026/27")
    assert [(s.page, s.answered, s.to_confirm, s.state) for s in steps(begun, toy)] == [
        ("toy_1.1", 0, 2, "not started"),
        ("toy_1.2", 0, 1, "not started"),
        ("toy_2.1", 0, 0, "not started"),
    ]
    now = answer_progress(begun, toy)
    assert (now.answered, now.asked, now.to_confirm, now.left) == (0, 4, 2, 4)


def test_an_answer_outside_the_phase_has_its_place_too(toy: Criteria) -> None:
    """Whoever answered a statement of another phase last year can confirm it, or leave it."""
    last = audit_of(toy, {"toy-1.2-k2": MET}, year="2025/26")
    found = steps(start_from(last, toy, year="2026/27"), toy)
    assert [ids(step.criteria) for step in found if step.to_confirm] == [["toy-1.2-k1", "toy-1.2-k2"]]


def test_the_checks_keep_last_years_answers_apart(toy: Criteria) -> None:
    """What waits to be confirmed or is asked anew is listed as such, and not among the unanswered again."""
    newer = revised(toy, "toy-1.1-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    found = by_check(review(begun, newer, checks=BEFORE_COMPLETE), BEFORE_COMPLETE)
    groups = [found[check] for check in ("to confirm", "asked anew", "unanswered")]
    assert [ids(finding.criterion for finding in group) for group in groups] == [
        ["toy-1.1-s1", "toy-1.2-k1"],
        ["toy-1.1-k1"],
        ["toy-1.1-k2", "toy-2.1-k1"],
    ]


def test_a_school_of_another_phase_begins_with_what_it_answered_then(toy: Criteria) -> None:
    """The new audit has the new phase; what that phase is not asked is kept, can be confirmed, and is said in words."""
    last = audit_of(toy, {"toy-1.1-k1": MET, "toy-1.2-k2": MET}, year="2025/26", phase="secondary")
    assert start_from(last, toy, year="2026/27").school.phase == "secondary"
    begun = start_from(last, toy, year="2026/27", phase="primary")
    assert begun.school == dataclasses.replace(last.school, phase="primary")
    assert ids(of_other_phases(begun, toy)) == ["toy-1.2-k2"]
    assert ids(to_confirm(begun, toy)) == ["toy-1.1-k1", "toy-1.2-k2"]
    assert begun_in_words(begun, toy) == (
        "2 answers of 2025/26 to be confirmed or changed. What is not confirmed counts as not known.",
        "1 statement answered in 2025/26 and not asked of this phase (Primary): "
        "the answers are kept, and can be left unconfirmed.",
    )


def test_what_the_earlier_audit_left_blank_or_unasked_is_not_carried(toy: Criteria) -> None:
    """An empty answer is none to confirm; scope, revisions and what is of the school come along, the rest begins anew."""
    last = audit_of(
        toy,
        {"toy-1.1-k1": Response(), "toy-1.1-k2": MET},
        year="2025/26",
        scope="all",
        revisions={"toy-1.1-k2": 4},
        policy_read="A policy",
        completed_on=dt.date(2026, 2, 3),
        actions=(OPEN, dataclasses.replace(OPEN, id="a9", since="2023/24")),
    )
    assert start_from(last, toy, year="2026/27") == Audit(
        school=last.school,
        year="2026/27",
        frameworks=toy.refs,
        scope="all",
        as_printed=False,
        actions=(dataclasses.replace(OPEN, since="2025/26"), dataclasses.replace(OPEN, id="a9", since="2023/24")),
        carried_from="2025/26",
        carried={"toy-1.1-k2": Carried(response=MET, revision=4)},
    )


def test_the_new_audit_answers_the_editions_of_today(toy: Criteria) -> None:
    """Of the frameworks that were answered the editions of today are taken; of ones that are all gone, the usual ones."""
    later_edition = revised(toy, "toy-1.1-k1")
    extra = dataclasses.replace(toy.frameworks[0], id="extra")
    both = Criteria((*later_edition.frameworks, extra))
    assert start_from(last_year(toy), both, year="2026/27").frameworks == later_edition.refs
    gone = dataclasses.replace(last_year(toy), frameworks=(FrameworkRef(id="gone", edition="1"),))
    assert start_from(gone, both, year="2026/27").frameworks == both.usual == later_edition.refs


def test_only_what_waits_can_be_confirmed_and_only_once(toy: Criteria) -> None:
    """A statement answered this year is neither to be confirmed nor asked anew, and one never answered cannot be."""
    newer = revised(toy, "toy-1.1-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    answered = dataclasses.replace(begun, responses={"toy-1.1-k1": MET, "toy-1.1-s1": MET})
    assert (ids(to_answer_again(answered, newer)), ids(to_confirm(answered, newer))) == ([], ["toy-1.2-k1"])
    with pytest.raises(ValueError, match=r"^toy-2\.1-k1 has no answer that can be confirmed$"):
        confirmed(begun, newer["toy-2.1-k1"])


def test_what_has_no_counterpart_is_named_in_order(toy: Criteria) -> None:
    """Several answers of last year that this edition has no more are all named, by their ids, with their number."""
    newer = without(without(toy, "toy-1.2-k1"), "toy-1.1-k1")
    begun = start_from(last_year(toy), newer, year="2026/27")
    assert without_counterpart(begun, newer) == ("toy-1.1-k1", "toy-1.2-k1")
    assert begun_in_words(dataclasses.replace(begun, actions=(OPEN, OPEN)), newer) == (
        "1 answer of 2025/26 to be confirmed or changed. What is not confirmed counts as not known.",
        "2 statements answered in 2025/26 and not in the criteria of this audit: the answers are kept.",
        "2 actions still open in the plan of 2025/26.",
    )
