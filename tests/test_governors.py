"""What governors are shown of an audit: plain sentences, and the question that fits the kind of gap."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from audit.model import Action, Audit, Criteria, Response, Signature
from audit.school import next_year, signing
from audit.school.governors import for_governors
from audit.school.governors_view import (
    AreaCounts,
    Claim,
    Coverage,
    GovernorsView,
    Overdue,
    Turned,
    areas_table,
    reasons_table,
)
from audit.school.outcome import outcome, outcomes
from audit.school.transition import before as begun_with
from tests.conftest import audit_of, framework, statement
from tests.test_proposals import MET as PROPOSED
from tests.test_proposals import NEW, OLD, duties_after, pair, with_pairs

ONE, DIRECT, NETWORK, THIRD = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"
MET = Response(written="yes", practice=3, evidence="Minutes of 3 May.")
NOT_DONE = Response(written="yes", practice=1)
NOT_WRITTEN = Response(written="partly", practice=4, evidence="A log.")
NEITHER = Response(written="no", practice=0)
UNKNOWN = Response(written="unknown", practice="unknown")
ASIDE = Response(not_applicable="We have none.")
TODAY = dt.date(2026, 11, 22)


def view(criteria: Criteria, audit: Audit, earlier: Audit | None = None, *, most: int = 5) -> GovernorsView:
    """What governors see of an audit, with an earlier one at hand or not."""
    last = None if earlier is None else outcome(earlier, criteria)
    return for_governors(outcome(audit, criteria), last, today=TODAY, most=most)


def answers(*given: Response) -> dict[str, Response]:
    """These answers to the four recommended statements of a primary school, in source order."""
    return dict(zip((ONE, DIRECT, NETWORK, THIRD), given, strict=False))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            (MET, MET, NOT_DONE, UNKNOWN),
            "The school reports that 2 of the 4 recommended statements of the toy template that apply are both in its policy and done (50%); "
            "1 is not and 1 is not known yet.",
        ),
        (
            (MET, NEITHER, NOT_DONE, NOT_WRITTEN),
            "The school reports that 1 of the 4 recommended statements of the toy template that apply is both in its policy and done (25%); "
            "3 are not.",
        ),
        (
            (MET, MET, MET, MET),
            "The school reports that all 4 recommended statements of the toy template that apply are both in its policy and done.",
        ),
        (
            (),
            "It is not known yet whether any of the 4 recommended statements of the toy template that apply is both in the "
            "school's policy and done.",
        ),
        (
            (ASIDE, ASIDE, ASIDE, ASIDE),
            "None of the recommended statements of the toy template applies to the school, so there is nothing to count.",
        ),
    ],
)
def test_the_outcome_in_one_sentence(toy: Criteria, given: tuple[Response, ...], sentence: str) -> None:
    """The outcome says whose word it is, needs no term of the tool, and adds up."""
    assert view(toy, audit_of(toy, answers(*given))).outcome == sentence


def test_a_desk_review_says_that_it_is_one(toy: Criteria) -> None:
    """What somebody read in a policy is never told as what the school reports."""
    review = audit_of(toy, {ONE: Response(written="yes")}, basis="desk review", policy_read="the policy of 2017")
    shown = view(toy, review)
    assert shown.self_reported == ("A reading of a published text, and no judgement on the school: the policy of 2017.")
    assert shown.outcome == (
        "A reading of the published policy only, compared with the toy template. "
        "The policy fully says 1 of the 4 recommended statements that apply (25%), partly says 0 and does not say 0; 3 could not be read. "
        "What is done in practice cannot be read from a policy."
    )


def test_coverage_beside_last_years(toy: Criteria) -> None:
    """Both years' coverage come with their range, as numbers and in words."""
    now = audit_of(toy, answers(MET, MET, NOT_DONE, UNKNOWN))
    last = audit_of(toy, answers(MET, NEITHER, ASIDE, UNKNOWN), year="2025/26")
    shown = view(toy, now, last)
    assert (shown.coverage, shown.last_year, shown.compared) == (
        Coverage(year="2026/27", applicable=4, met=2, can_be_met=3, words="50% to 75%"),
        Coverage(year="2025/26", applicable=3, met=1, can_be_met=2, words="33% to 67%"),
        "In 2025/26 it was 1 of 3 (33% to 67%).",
    )


COUNTED = (
    "The statements that Toy framework recommends count. A statement is met only if the school's own policy says it and "
    "it is done across the school. Other parts of the audit call the share that is met K coverage."
)


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ((MET, MET, NOT_DONE, NEITHER), COUNTED),
        ((MET, UNKNOWN), f"{COUNTED} If all that is not known turns out well, the share is 100% at the most."),
        (
            (MET, MET, MET, Response(written="no", practice="unknown")),
            f"{COUNTED} What is not known yet cannot raise the share.",
        ),
    ],
)
def test_what_is_counted_is_explained(toy: Criteria, given: tuple[Response, ...], note: str) -> None:
    """The share is explained, its other name is told, and a range has its reason."""
    assert view(toy, audit_of(toy, answers(*given))).coverage_note == note


def test_unconfirmed_answers_are_told_apart_from_unknown_ones(toy: Criteria) -> None:
    """What is unknown only because nobody has confirmed last year's answer is said to be that."""
    last = audit_of(toy, answers(MET, MET, NEITHER), year="2025/26")
    begun = dataclasses.replace(next_year.start_from(last, toy, year="2026/27"), responses={ONE: MET})
    result = outcome(begun, toy)
    shown = for_governors(result, begun_with(result, ()), today=TODAY)
    assert shown.coverage_note.endswith(
        "the share is 100% at the most. 2 of the 3 not known are last year's answers that nobody has confirmed yet."
    )
    assert shown.last_year == Coverage(year="2025/26", applicable=4, met=2, can_be_met=3, words="50% to 75%")
    assert [ask.gap for ask in shown.asks] == [
        "It is not known whether the policy says this, nor whether it is done. Last year's answer has not been confirmed.",
        "It is not known whether the policy says this, nor whether it is done. Last year's answer has not been confirmed.",
        "It is not known whether the policy says this, nor whether it is done.",
    ]


def test_what_other_criteria_propose_is_not_called_last_years_answer() -> None:
    """Last year did not answer these statements: the sentences say who proposes, and that nobody has accepted it."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    result = outcome(duties_after(criteria, k1=PROPOSED), criteria)
    shown = for_governors(result, None, today=TODAY)
    assert shown.coverage_note.endswith(
        "For 1 of the 4 not known, answers to other criteria propose an answer that nobody has accepted yet."
    )
    assert [ask.gap for ask in shown.asks if ask.statement == NEW] == [
        "It is not known whether the policy says this, nor whether it is done. "
        "Answers to other criteria propose an answer, and nobody has accepted it yet."
    ]


def test_an_answer_to_an_earlier_meaning_is_not_waiting_to_be_confirmed(toy: Criteria) -> None:
    """Last year's answer to a statement that has changed its meaning cannot be confirmed, so nobody is told to."""
    last = audit_of(toy, {ONE: MET}, year="2025/26", revisions={ONE: 2})
    ask = next(ask for ask in view(toy, next_year.start_from(last, toy, year="2026/27")).asks if ask.statement == ONE)
    assert ask.gap == "It is not known whether the policy says this, nor whether it is done."


def test_an_audit_just_begun_is_not_compared_yet(toy: Criteria) -> None:
    """Before anything is answered, no gap is told as closed, new or still open."""
    last = audit_of(toy, answers(MET, NEITHER, NOT_DONE, MET), year="2025/26")
    shown = view(toy, next_year.start_from(last, toy, year="2026/27"), last)
    assert shown.changes == "Nothing has been answered yet this year, so nothing can be compared with 2025/26."
    assert shown.asks_note == (
        "Nothing is known yet: ask first by when the audit will be answered. "
        "There are 4 gaps. Those that can harm a child directly come first."
    )
    assert shown.coverage_note.endswith("All 4 not known are last year's answers that nobody has confirmed yet.")


def test_a_long_action_is_told_in_its_first_sentence(toy: Criteria) -> None:
    """Governors read what is to be done at a glance; the plan has the rest."""
    action = Action(what="Write it down. Then tell\nall staff.", statement=ONE, due=dt.date(2026, 11, 2))
    shown = view(toy, audit_of(toy, answers(NEITHER, MET, MET, MET), actions=(action,)))
    assert [one.what for one in shown.overdue] == ["Write it down"]
    assert shown.asks[0].planned == "Planned: Write it down (nobody named, by 2 November 2026, not started)."


def test_years_with_nothing_in_common_are_not_compared(toy: Criteria) -> None:
    """Where every statement has changed its meaning since, no change is told and that is said."""
    recommended = (ONE, DIRECT, NETWORK, THIRD)
    last = audit_of(toy, dict.fromkeys(recommended, NEITHER), year="2025/26", revisions=dict.fromkeys(recommended, 2))
    shown = view(toy, audit_of(toy, dict.fromkeys(recommended, MET)), last)
    assert (shown.compared, shown.changes, shown.better, shown.worse) == (
        "In 2025/26 it was 0 of 4 (0%). The two years ask none of the same statements.",
        "The audit of 2025/26 asks none of the same statements, so the two cannot be compared.",
        (),
        (),
    )


def test_areas_are_counted_by_state(toy: Criteria) -> None:
    """Each area has its five counts, the chart's title says where the gaps are, and its table holds every number."""
    shown = view(toy, audit_of(toy, answers(MET, NEITHER, NOT_DONE, NOT_WRITTEN)))
    one = AreaCounts(id="1", title="1 Area one", applicable=3, met=1, not_written=0, not_done=1, neither=1, not_known=0)
    two = AreaCounts(id="2", title="2 Area two", applicable=1, met=0, not_written=1, not_done=0, neither=0, not_known=0)
    assert (shown.areas, shown.areas_title) == ((one, two), "Area one (1) and Area two (2) hold all 3 gaps")
    assert areas_table(shown.areas).to_dict("list") == {
        "Area": ["1 Area one", "2 Area two"],
        "In the policy and done, of all": ["1 of 3", "0 of 1"],
        "Done, not fully in the policy": [0, 1],
        "In the policy, not done": [1, 0],
        "Neither": [1, 0],
        "Not known yet": [0, 0],
    }


def test_what_got_better_and_worse(toy: Criteria) -> None:
    """What closed is better, what opened is worse; what was only found out is neither, and is told beside them."""
    last = audit_of(toy, answers(NEITHER, MET, UNKNOWN, NOT_DONE), year="2025/26")
    shown = view(toy, audit_of(toy, answers(MET, NOT_DONE, NEITHER, NOT_DONE)), last)
    done, not_in_place = "Written in the policy, and done.", "The policy says it, but it is not in place."
    neither = "It is neither fully written nor in place."
    assert (shown.better, shown.worse, shown.changes) == (
        (
            Turned(
                statement=ONE,
                reference="1.1 K1",
                topic="First",
                text="Statement 1.1 K 1 holds.",
                was=neither,
                now=done,
            ),
        ),
        (
            Turned(
                statement=DIRECT,
                reference="1.1 K2",
                topic="First",
                text="Statement 1.1 K 2 holds.",
                was=done,
                now=not_in_place,
            ),
        ),
        "Since 2025/26, 1 gap has been closed, 1 gap is new and 1 gap is still open. "
        "Of the other statements, 1 was not known then and is known now.",
    )


def test_without_an_earlier_audit_nothing_is_compared(toy: Criteria) -> None:
    """A first audit says that there is nothing to compare it with."""
    shown = view(toy, audit_of(toy, answers(MET)))
    assert (shown.last_year, shown.compared, shown.changes, shown.better, shown.worse) == (
        None,
        "There is no earlier audit of the toy template to compare it with.",
        "",
        (),
        (),
    )


def test_years_of_different_editions_are_compared_over_what_both_ask(toy: Criteria) -> None:
    """Where the two years do not ask the same, what both ask is told too, and the rest is said not to compare."""
    (own,) = toy.frameworks
    first, second = own.areas
    (third,) = second.questions
    more = dataclasses.replace(third, statements=(*third.statements, statement("2.1", "K", 2)))
    areas = (first, dataclasses.replace(second, questions=(more,)))
    newer = Criteria((dataclasses.replace(framework(*areas), edition="2"),))
    now = outcome(audit_of(newer, {**answers(MET, MET, MET, NEITHER), "toy-2.1-k2": MET}), newer)
    last = outcome(audit_of(toy, answers(MET, MET, NEITHER, NEITHER), year="2025/26"), toy)
    shown = for_governors(now, last, today=TODAY)
    assert shown.compared == (
        "In 2025/26 it was 2 of 4 (50%). "
        "The two years do not ask all the same: 4 in 2025/26 and 5 in 2026/27. "
        "Over the 4 statements that both ask, it was 2 of 4 and is 3 of 4."
    )
    assert shown.changes == (
        "Since 2025/26, 1 gap has been closed, no gap is new and 1 gap is still open. "
        "Of the other statements, 1 is not the same in both years and cannot be compared."
    )


OWN = "“How do you know?”"
ASKS = [
    pytest.param(
        NOT_DONE,
        "The policy says this. In practice it is planned: planned.",
        f"Our policy says this: what has kept it from being done, which role will see to it, and by when? "
        f"And once it is done, how would you answer this: {OWN}",
        "The line of the action plan on this, with a role and a date. Once it is done, this would show it: A paper.",
        id="written, not done",
    ),
    pytest.param(
        Response(written="yes", practice=2),
        "The policy says this. In practice it is partly in place: partly in place.",
        f"Our policy says this: where in the school, or for whom, is it not done yet, and what will change that? "
        f"And where it is done: {OWN}",
        "The plan for the rest, with a role and a date. What shows how far it is done today: A paper.",
        id="written, partly done",
    ),
    pytest.param(
        NOT_WRITTEN,
        "The policy says only a part of this. In practice it is embedded: embedded.",
        f"If this is done already, when will our policy say so, and who would keep it up if those who do it now left? "
        f"So that it is written as it is really done: {OWN}",
        "The new wording of the policy, with the date on which it comes to us for approval. "
        "What shows that it is done: A paper.",
        id="done, not written",
    ),
    pytest.param(
        NEITHER,
        "The policy does not say this. In practice it is not in place: not in place.",
        "Who will bring this in and write it into our policy, by when, and what do pupils and staff rely on until then? "
        f"And once it is done, how would you answer this: {OWN}",
        "The plan for both, the policy's wording and the practice, each with a role and a date. "
        "Once it is done, this would show it: A paper.",
        id="neither",
    ),
    pytest.param(
        Response(written="partly", practice=2),
        "The policy says only a part of this. In practice it is partly in place: partly in place.",
        f"What is needed so that what some do already is done by all, and when will our policy say so? "
        f"And where it is done: {OWN}",
        "The plan for the rest and for the policy's wording, with a role and a date. "
        "What shows how far it is done today: A paper.",
        id="neither, partly done",
    ),
    pytest.param(
        UNKNOWN,
        "It is not known whether the policy says this, nor whether it is done.",
        f"Who can find out whether our policy says this and whether it is done, and when shall we hear? "
        f"To begin with: {OWN}",
        "The page of the policy where it would stand. Whatever can be shown today of this: A paper.",
        id="nothing known",
    ),
    pytest.param(
        Response(written="no"),
        "The policy does not say this; whether it is done is not known.",
        f"Who can find out whether this is really done, and when shall we hear? To begin with: {OWN}",
        "Which role is finding out, and by when. Whatever can be shown today of this: A paper.",
        id="practice not known",
    ),
    pytest.param(
        Response(practice=3),
        "It is not known whether the policy says this. In practice it is in place: in place.",
        f"Who can find out what our policy says about this, and when shall we hear? And in practice: {OWN}",
        "The page of the policy where it would stand. What shows how far it is done: A paper.",
        id="policy not known",
    ),
]


@pytest.mark.parametrize(("given", "gap", "question", "evidence"), ASKS)
def test_what_to_ask_depends_on_the_kind_of_gap(
    toy: Criteria, given: Response, gap: str, question: str, evidence: str
) -> None:
    """Each kind of gap leads to another question and other evidence, both built on the statement's own."""
    (ask,) = view(toy, audit_of(toy, answers(given, MET, MET, MET))).asks
    assert (ask.statement, ask.gap, f"{ask.question} {ask.then}", ask.evidence) == (ONE, gap, question, evidence)


def test_no_two_kinds_of_gap_are_asked_about_alike() -> None:
    """No question and no evidence to see serves two kinds of gap."""
    questions, evidence = zip(*((case.values[2], case.values[3]) for case in ASKS), strict=True)
    assert (len(set(questions)), len(set(evidence))) == (8, 8)


def test_every_shipped_statement_can_be_asked_about(shipped: Criteria) -> None:
    """Each recommended statement of the shipped criteria has a question and evidence of its own for governors."""
    shown = view(shipped, audit_of(shipped, {}), most=99)
    recommended = [c for c in shipped if c.statement.recommended and "primary" in c.statement.phases]
    assert {ask.statement for ask in shown.asks} == {criterion.id for criterion in recommended}
    for ask in shown.asks:
        own = shipped[ask.statement].statement
        assert own.governors_ask in ask.then
        assert own.evidence in ask.evidence


def test_the_gaps_that_matter_most_come_first(toy: Criteria) -> None:
    """A gap that exposes a child comes before any other; of the rest it is told how many there are."""
    shown = view(toy, audit_of(toy, answers(NEITHER, NOT_WRITTEN, NOT_DONE, MET)), most=2)
    assert ([(ask.reference, ask.kind, ask.exposes) for ask in shown.asks], shown.more) == (
        [("1.1 K2", "not_written", True), ("1.1 K1", "neither", False)],
        1,
    )
    assert shown.asks_note == (
        "The 2 gaps that matter most, of 3. Those that can harm a child directly come first. The full report has the others."
    )


@pytest.mark.parametrize(
    ("given", "note"),
    [((MET, MET, MET, MET), "There is no gap to ask about."), ((MET, MET, MET, NEITHER), "This is the only gap.")],
)
def test_few_gaps_need_no_order(toy: Criteria, given: tuple[Response, ...], note: str) -> None:
    """Where there is one gap or none, nothing is said of an order."""
    assert view(toy, audit_of(toy, answers(*given))).asks_note == note


PLANNED = [
    pytest.param((), "No action is planned for it yet.", id="none"),
    pytest.param(
        (
            Action(what="Later.", statement=ONE, due=dt.date(2027, 3, 1)),
            Action(what="Write it\ndown.", statement=ONE, role="Head", due=dt.date(2026, 12, 1), status="ongoing"),
            Action(what="Never mind", statement=ONE, due=dt.date(2026, 1, 1), status="Dropped"),
        ),
        "Planned: Write it down (Head, by 1 December 2026, in progress).",
        id="the open one that is due first",
    ),
    pytest.param((Action(statement=ONE, role="Head"),), "Planned: an action (Head, no date, not started).", id="vague"),
    pytest.param(
        (Action(what="Write it", statement=ONE, status="Done"),),
        "An action is marked as done, yet the gap is still there.",
        id="done",
    ),
    pytest.param(
        (Action(what="Write it", statement=ONE, status="Dropped"),),
        "The action planned for it was dropped.",
        id="dropped",
    ),
    pytest.param((Action(what="Write it", statement=THIRD),), "No action is planned for it yet.", id="of another"),
]


@pytest.mark.parametrize(("actions", "planned"), PLANNED)
def test_each_gap_says_what_is_planned(toy: Criteria, actions: tuple[Action, ...], planned: str) -> None:
    """Beside a gap stands the open action that is due first, or that there is none."""
    (ask,) = view(toy, audit_of(toy, answers(NEITHER, MET, MET, MET), actions=actions)).asks
    assert ask.planned == planned


def test_overdue_actions_are_listed(toy: Criteria) -> None:
    """Open actions whose day has passed are named, the longest overdue first; one due today is not among them."""
    actions = (
        Action(what="Second", due=dt.date(2026, 11, 21), role="Head"),
        Action(what="Today", due=TODAY),
        Action(what="First", due=dt.date(2026, 7, 1), since="2025/26"),
        Action(what="Done", due=dt.date(2026, 1, 1), status="Done"),
    )
    shown = view(toy, audit_of(toy, answers(MET), actions=actions))
    assert shown.overdue == (
        Overdue(what="First", role="", due=dt.date(2026, 7, 1), since="2025/26"),
        Overdue(what="Second", role="Head", due=dt.date(2026, 11, 21), since=""),
    )


def test_what_is_claimed_without_evidence(toy: Criteria) -> None:
    """A statement at level 3 or 4 with nothing but spaces as evidence is named, met or not; lower levels are not."""
    bare, spaces = Response(written="yes", practice=3), Response(written="no", practice=4, evidence=" \n")
    shown = view(toy, audit_of(toy, answers(bare, MET, spaces, Response(written="yes", practice=2))))
    assert shown.without_evidence == (
        Claim(statement=ONE, reference="1.1 K1", topic="First", text="Statement 1.1 K 1 holds.", level="In place"),
        Claim(statement=NETWORK, reference="1.2 K1", topic="Second", text="Statement 1.2 K 1 holds.", level="Embedded"),
    )
    assert shown.evidence_note == (
        "Of the 3 statements said to be in place, 2 have no evidence noted. Ask what would show it."
    )


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ((NEITHER,), "Nothing is said to be in place yet."),
        ((MET, MET), "Each of the 2 statements said to be in place has a note of what would show it."),
        ((MET,), "The 1 statement said to be in place has a note of what would show it."),
    ],
)
def test_evidence_where_none_is_missing(toy: Criteria, given: tuple[Response, ...], note: str) -> None:
    """Where nothing lacks evidence, that is said."""
    assert view(toy, audit_of(toy, answers(*given))).evidence_note == note


def test_who_has_signed(toy: Criteria) -> None:
    """Governors read who has signed and when, and the SHA-256 of what was signed; an open audit has neither."""
    audit = audit_of(toy, answers(MET))
    assert (view(toy, audit).sign_off, view(toy, audit).signatures, view(toy, audit).sha256) == (
        "Not signed yet: the answers can still change.",
        (),
        "",
    )
    head = Signature(role="headteacher", on=dt.date(2026, 7, 3), statement="Read.")
    signed = signing.sign(audit, toy, head)
    assert signed.signed is not None
    shown = view(toy, signed)
    assert (shown.signatures, shown.sha256) == ((head,), signed.signed.content)
    assert shown.sign_off == (
        "Version 1, signed by the headteacher on 3 July 2026. The chair of governors has not signed yet. "
        "Signed with 3 of 4 not answered."
    )
    reopened = signing.reopen(signed, on=dt.date(2026, 9, 4), because="A mistake.")
    assert (view(toy, reopened).sign_off, view(toy, reopened).sha256) == (
        "Not signed now: version 1 was opened again on 4 September 2026.",
        "",
    )


def test_the_view_says_whose_word_it_is(toy: Criteria) -> None:
    """School, phase and year stand on top, and that all of it is self-reported."""
    shown = view(toy, audit_of(toy, answers(MET)))
    assert (shown.school, shown.urn, shown.phase, shown.year, shown.self_reported) == (
        "Hilltop",
        "900001",
        "Primary",
        "2026/27",
        "Self-reported by the school. Nobody outside it has checked these answers.",
    )


T1, T2, T3 = "toy-1.1-k1", "toy-1.1-k2", "toy-1.1-k3"


def duties(two: Criteria, given: dict[str, Response]) -> GovernorsView:
    """What governors see of the toy duties."""
    _, second = outcomes(audit_of(two, given, as_printed=False), two)
    return for_governors(second, None, today=TODAY)


def test_how_much_is_met_by_force_is_told_law_first(two: Criteria) -> None:
    """A framework with forces says how much of each is met and in which order gaps are asked about; each gap has its force."""
    shown = duties(two, {"duty-1.1-1": MET, "duty-1.1-2": NEITHER, "duty-1.1-3": MET, "duty-1.1-4": NOT_DONE})
    assert shown.forces == "Met, by what stands behind it, the weightiest first: Law 1 of 2; Guidance 1 of 2."
    assert [(mark.title, mark.means) for mark in shown.marks] == [
        ("Law", "An Act says it."),
        ("Guidance", "Guidance says it."),
    ]
    assert [(ask.statement, ask.force) for ask in shown.asks] == [("duty-1.1-4", "Law"), ("duty-1.1-2", "Guidance")]
    assert shown.asks_note == (
        "There are 2 gaps. Those that can harm a child directly come first. "
        "Within these, and within the others, what carries most weight comes first: Law, Guidance."
    )


def test_a_framework_is_told_in_its_own_words(two: Criteria) -> None:
    """Name, marks and coverage come from the framework, and nothing is said to be recommended to every school."""
    shown = duties(two, {})
    assert (shown.framework, shown.called, shown.compared) == (
        "Toy duties",
        "The toy duties",
        "There is no earlier audit of the toy duties to compare it with.",
    )
    assert shown.coverage_note.startswith(
        "The statements that count carry one of these marks: Law, Guidance. A statement is met only if the school's own "
        "policy says it and it is done across the school. Other parts of the audit call the share that is met coverage "
        "of the toy duties."
    )


def test_the_mark_of_a_template_says_what_it_means(shipped: Criteria) -> None:
    """Where one mark makes a statement count, the framework's own words for it are shown."""
    note = view(shipped, audit_of(shipped, {})).coverage_note
    assert note.startswith(
        "K marks a statement that Kent recommended in 2010. Kent asked schools to choose: not every statement suits "
        "every school. Only K statements count here."
    )


def test_what_is_no_longer_asked_is_told_with_the_reason(two: Criteria) -> None:
    """Governors read how many recommended statements today has overtaken, and why; without any, nothing is said."""
    audit = audit_of(two, {T1: MET, T2: NEITHER}, as_printed=False)
    shown = view(two, audit)
    assert shown.overtaken_note == (
        "1 recommended statement of the toy template is no longer asked in 2026/27, "
        "because law or guidance has overtaken it."
    )
    assert reasons_table(shown.overtaken).to_dict("records") == [
        {
            "Reference": "1.1 K3",
            "Statement": "Statement 1.1 K 3 holds.",
            "Why it is no longer asked": "The law asks something else now.",
        }
    ]
    printed = view(two, dataclasses.replace(audit, as_printed=True))
    assert (printed.overtaken, printed.overtaken_note) == ((), "")


def test_statements_that_left_are_not_called_better_or_worse(two: Criteria) -> None:
    """What law or guidance has overtaken since last year is counted apart, and the comparison is over what both years ask."""
    last = audit_of(two, {T1: MET, T2: NEITHER, T3: MET}, year="2025/26", frameworks=two.refs[:1])
    shown = view(two, audit_of(two, {T1: MET, T2: MET}, frameworks=two.refs[:1], as_printed=False), last)
    assert shown.compared == (
        "In 2025/26 it was 2 of 3 (67%). The two years do not ask all the same: 3 in 2025/26 and 2 in 2026/27. "
        "Over the 2 statements that both ask, it was 1 of 2 and is 2 of 2."
    )
    assert shown.changes == (
        "Since 2025/26, 1 gap has been closed, no gap is new and no gap is still open. "
        "Of the other statements, 1 is no longer asked, because law or guidance has overtaken it."
    )
    assert [one.statement for one in shown.better] == [T2]


def test_how_a_dated_statement_is_read_today_stands_under_it(two: Criteria) -> None:
    """The line is there wherever governors see the statement: as a gap, as a change, and where evidence is missing."""
    last = audit_of(two, {T2: NEITHER}, year="2025/26")
    in_place = view(two, audit_of(two, {T2: Response(written="yes", practice=4)}), last)
    read = "Read this as a laptop."
    assert [ask.read_today for ask in view(two, last).asks if ask.statement == T2] == [read]
    assert [one.read_today for one in in_place.better] == [read]
    assert [one.read_today for one in in_place.without_evidence] == [read]
    assert {ask.read_today for ask in in_place.asks} == {""}


def test_the_sign_off_counts_what_the_whole_audit_asks(two: Criteria) -> None:
    """An audit of two frameworks is signed once, so the note counts the statements of both that are not answered."""
    signed = signing.sign(audit_of(two, {T1: MET}), two, Signature(role="headteacher", on=dt.date(2027, 2, 1)))
    first, _ = outcomes(signed, two)
    assert "6 of 7" in for_governors(first, None, today=TODAY, criteria=two).sign_off
