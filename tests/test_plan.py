"""The action plan: how it stands on a day, what is missing in it, and what it would bring."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from audit.model import Action, Audit, Criteria, Response
from audit.problems import Problem
from audit.school import plan, what_if
from audit.school.outcome import outcome
from tests.conftest import audit_of

TODAY = dt.date(2026, 11, 22)
K1, K2, NETWORK, THIRD = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"
MET = Response(written="yes", practice=3)


def due(day: dt.date | None, status: str = "", *, what: str = "Do it", role: str = "", statement: str = "") -> Action:
    """An action that is due on a day."""
    return Action(what=what, due=day, status=status, role=role, statement=statement)


def planned(toy: Criteria, *actions: Action) -> Audit:
    """An audit with these actions."""
    return audit_of(toy, {}, actions=actions)


@pytest.mark.parametrize(
    ("day", "status", "when"),
    [
        (dt.date(2026, 11, 21), "", "overdue"),
        (TODAY, "", "due soon"),
        (dt.date(2026, 12, 22), "In progress", "due soon"),
        (dt.date(2026, 12, 23), "", "later"),
        (None, "Not started", "no date"),
        (dt.date(2020, 1, 1), "Completed", "done"),
        (None, "cancelled!", "dropped"),
        (dt.date(2026, 11, 21), "whatever", "overdue"),
    ],
)
def test_an_action_is_overdue_from_the_day_after_its_date(day: dt.date | None, status: str, when: plan.When) -> None:
    """An open action stands by its date: overdue after it, due soon for thirty days before; a closed one by its status."""
    assert plan.when_of(due(day, status), TODAY) == when


def test_progress_puts_every_action_into_one_group(toy: Criteria) -> None:
    """Each action is in exactly one group, those due first in front."""
    late, later, never = due(dt.date(2026, 9, 1)), due(dt.date(2026, 10, 1)), due(None)
    done, dropped = due(None, "Done"), due(None, "Dropped")
    now = plan.plan_progress(planned(toy, never, later, dropped, late, done), TODAY)
    assert now == plan.PlanProgress(
        today=TODAY, overdue=(late, later), due_soon=(), later=(), no_date=(never,), done=(done,), dropped=(dropped,)
    )
    assert (now.open, now.total) == ((late, later, never), 5)


@pytest.mark.parametrize(
    ("actions", "sentence"),
    [
        ([], "No action is planned yet."),
        ([due(dt.date(2027, 3, 1))], "The one action is open. None is overdue or due within 30 days."),
        ([due(None, "Done"), due(TODAY, "Done")], "All 2 actions in the plan are done."),
        ([due(dt.date(2026, 1, 1)), due(None)], "All 2 actions in the plan are open. 1 is overdue and 1 has no date."),
        (
            [due(None, "Done"), due(None, "Dropped"), *[due(dt.date(2026, 1, 1))] * 2, due(TODAY), *[due(None)] * 2],
            "7 actions in the plan: 1 done, 5 open and 1 dropped. "
            "Of those open, 2 are overdue, 1 is due within 30 days and 2 have no date.",
        ),
        ([due(None, "Done"), due(None, "Dropped")], "2 actions in the plan: 1 done and 1 dropped."),
    ],
)
def test_progress_in_words(toy: Criteria, actions: list[Action], sentence: str) -> None:
    """The sentence counts what is done, open and dropped, and names what presses."""
    assert plan.plan_progress_in_words(plan.plan_progress(planned(toy, *actions), TODAY)) == sentence


def test_a_role_is_one_however_it_is_typed() -> None:
    """Spaces and capitals make no other role; actions that nobody has come last."""
    nobody, one, two, head = (due(None, role=role) for role in ("", "IT  support", "it support ", "Headteacher"))
    assert plan.by_role([nobody, one, two, head]) == {
        "Headteacher": (head,),
        "IT support": (one, two),
        "No role named": (nobody,),
    }
    assert list(plan.by_role([nobody, one, two, head])) == ["Headteacher", "IT support", "No role named"]


def test_who_has_what_to_do(toy: Criteria) -> None:
    """Each role has a row with what is open, overdue and due soon, and its first date."""
    actions = (
        due(dt.date(2026, 12, 1), role="Head"),
        due(dt.date(2026, 9, 1), role="Head"),
        due(None, "Done", role="Head"),
        due(None),
    )
    table = plan.roles_table(plan.plan_progress(planned(toy, *actions), TODAY))
    assert table.to_dict("split")["data"] == [
        ["Head", 2, 1, 1, "1 September 2026"],
        ["No role named", 1, 0, 0, "No date"],
    ]


def test_the_list_can_be_one_roles(toy: Criteria) -> None:
    """Actions are listed by how they stand, all of them or one role's, with a key for each."""
    mine, other = (
        dataclasses.replace(due(None, role="Head"), id="a"),
        dataclasses.replace(due(TODAY, role="IT"), id="b"),
    )
    audit = planned(toy, mine, other)
    assert plan.actions_by_standing(audit, TODAY) == {"due soon": {"b": other}, "no date": {"a": mine}}
    assert plan.actions_by_standing(audit, TODAY, role="Head") == {"no date": {"a": mine}}


def test_every_action_has_a_key_of_its_own() -> None:
    """An id is the key; without one it comes of what is done for which statement; copies are told apart."""
    with_id, same_id = Action(what="A", id="x"), Action(what="B", id="x")
    bare, moved, copy = Action(what="C"), Action(what="C", due=TODAY), Action(what="C")
    assert list(plan.keyed([with_id, same_id, bare, moved, copy])) == [
        "x",
        "x-2",
        "ad20ba36ffc6",
        "ad20ba36ffc6-2",
        "ad20ba36ffc6-3",
    ]


@pytest.mark.parametrize(
    ("year", "today", "date"),
    [
        ("2026/27", dt.date(2026, 6, 1), dt.date(2026, 12, 15)),
        ("2026/27", dt.date(2026, 11, 3), dt.date(2026, 12, 15)),
        ("2026/27", dt.date(2026, 11, 4), dt.date(2027, 3, 31)),
        ("2026/27", dt.date(2027, 5, 1), dt.date(2027, 7, 15)),
        ("2026/27", dt.date(2027, 7, 1), dt.date(2027, 12, 15)),
        ("2024/25", dt.date(2026, 11, 22), dt.date(2027, 3, 31)),
    ],
)
def test_a_date_to_begin_with_is_the_end_of_a_term(year: str, today: dt.date, date: dt.date) -> None:
    """It leaves half a term, and is never in the past nor before the audit's own year."""
    assert plan.suggested_due(year, today) == date


def test_a_gap_becomes_an_action(toy: Criteria) -> None:
    """What closes the gap, the role that is asked, a date and *Not started* are filled in."""
    assert plan.from_gap(toy[NETWORK], year="2026/27", today=TODAY) == Action(
        what="Write it.",
        statement=NETWORK,
        role="Network manager",
        due=dt.date(2027, 3, 31),
        status="Not started",
    )


def test_what_a_person_entered_takes_the_place_of_the_action() -> None:
    """Every field but id, statement and year of origin is as the person entered it."""
    base = Action(what="A", statement=K1, id="x", since="2025/26", status="To do")
    made = plan.entered(base, what="B\r\nC", role="Head", due=TODAY, status="In progress", note="N")
    assert made == Action(
        what="B\nC", statement=K1, id="x", since="2025/26", role="Head", due=TODAY, status="In progress", note="N"
    )


def test_a_status_that_nobody_changed_stays_in_its_own_words() -> None:
    """A workbook's "ongoing" counts as in progress and is not rewritten by changing the date."""
    base = Action(what="A", status="ongoing")
    assert plan.entered(base, what="A", role="", due=TODAY, status="In progress", note="") == dataclasses.replace(
        base, due=TODAY
    )


def test_every_fault_of_an_action_is_told() -> None:
    """Nothing to do, a drop without its reason and a text that cannot be held are told together."""
    assert plan.entered(None, what=" \u200b", role="a\x07b", due=None, status="Dropped", note=" ") == (
        Problem(
            where="Who is responsible",
            what="Character 2 is a control character (U+0007) that no workbook can hold. "
            "Delete it, or type the text again instead of pasting it.",
            fix="",
        ),
        Problem(where="What is to be done", what="It is empty.", fix="Say what is to be done."),
        Problem(where="Note", what="An action is dropped for a reason.", fix="Say which."),
    )


def test_an_action_of_the_schools_own_needs_no_statement() -> None:
    """It is what the person entered, and for no statement."""
    assert plan.entered(None, what="Buy it", role="", due=None, status="Not started", note="") == Action(
        what="Buy it", status="Not started"
    )


@pytest.mark.parametrize(
    ("response", "calls"),
    [
        (Response(), True),
        (Response(written="yes", practice=2), True),
        (Response(written="yes", practice=3), False),
        (Response(not_applicable="No network."), False),
    ],
)
def test_a_done_action_calls_for_a_new_answer_until_its_statement_is_met(
    toy: Criteria, response: Response, calls: bool
) -> None:
    """Met and not applicable need no new answer; anything else does."""
    action = due(None, "Done", statement=K1)
    audit = audit_of(toy, {K1: response}, actions=(action,))
    assert what_if.to_answer(audit, toy) == ((action,) if calls else ())


def test_a_done_action_calls_until_the_answer_was_given_after_it(toy: Criteria) -> None:
    """An answer from before it was done calls on; one from after it does not, though the statement is not met."""
    action = due(None, "Done", statement=K1)
    audit = audit_of(toy, {K1: Response(written="no", practice=1)}, actions=(action,))
    done = {action: dt.datetime(2026, 11, 20, 12)}
    before, after = {K1: dt.datetime(2026, 11, 20, 11)}, {K1: dt.datetime(2026, 11, 20, 13)}
    assert what_if.to_answer(audit, toy, came_at=done, answered_at=before) == (action,)
    assert what_if.to_answer(audit, toy, came_at=done, answered_at=after) == ()
    assert what_if.to_answer(audit, toy, answered_at=after) == (action,)


def test_actions_that_are_not_done_or_for_no_statement_call_for_no_answer(toy: Criteria) -> None:
    """Only a done action for a statement of the criteria calls for an answer."""
    actions = (due(None, "Dropped", statement=K1), due(None, "Done"), due(None, "Done", statement="gone-k1"))
    assert what_if.to_answer(planned(toy, *actions), toy) == ()


def test_gaps_that_nobody_works_on(toy: Criteria) -> None:
    """A gap has somebody at work if an action for it is open, or done with its answer waited for."""
    waiting = due(None, "Done", statement=K1)
    audit = planned(toy, due(None, statement=NETWORK), waiting, due(None, "Dropped", statement=THIRD))
    result = outcome(audit, toy)
    assert list(what_if.unattended(result, (waiting,))["statement"]) == [K2, THIRD]
    assert list(what_if.unattended(result, ())["statement"]) == [K2, K1, THIRD]


def test_what_if_counts_the_ticked_statements_as_written_and_done(toy: Criteria) -> None:
    """A ticked statement becomes written and at level 3; one at level 4 stays there; all else stays as it is."""
    given = {K1: Response(written="partly", practice=4, evidence="Log"), K2: MET, NETWORK: Response(written="no")}
    audit = audit_of(toy, given)
    then = what_if.what_if(audit, toy, [K1, THIRD])
    assert then.audit.responses == {
        K1: Response(written="yes", practice=4, evidence="Log"),
        K2: MET,
        NETWORK: Response(written="no"),
        THIRD: MET,
    }
    assert audit.responses == given


def test_what_if_leaves_alone_what_does_not_apply_or_exist(toy: Criteria) -> None:
    """A statement set aside stays so, and one of no criteria changes nothing."""
    audit = audit_of(toy, {K1: Response(not_applicable="No network.")})
    assert what_if.what_if(audit, toy, [K1, "gone-k1"]).audit == audit


def test_what_the_ticked_actions_would_bring(toy: Criteria) -> None:
    """The sentence and the table hold K coverage now and then, each with its range."""
    actions = (due(None, statement=K2), due(None, statement=K2), due(None, statement=NETWORK, what="Other"))
    now = outcome(audit_of(toy, {K1: MET, K2: Response(written="no")}, actions=actions), toy)
    then = what_if.what_if(now.audit, toy, [action.statement for action in what_if.choices(now).values()])
    assert what_if.what_if_in_words(now, then) == (
        "K coverage would be 75% to 100%; it is 25% to 75% now. 2 more recommended statements would be met."
    )
    assert what_if.what_if_table(now, then).to_dict("split")["data"] == [
        ["Recommended statements met", "1 of 4", "3 of 4"],
        ["K coverage, at least", "25%", "75%"],
        ["K coverage, at most", "75%", "100%"],
        ["Written in the policy", "1 of 4", "3 of 4"],
        ["Done in practice", "1 of 4", "3 of 4"],
    ]
    assert what_if.what_if_in_words(now, what_if.what_if(now.audit, toy, [])) == (
        "K coverage is 25% to 75% now. Tick actions to see what they would bring."
    )


def test_only_open_actions_for_a_gap_can_be_ticked(toy: Criteria) -> None:
    """What is done, for no statement, for a met or for an optional one, would bring nothing."""
    useful = due(None, statement=K2)
    others = (
        due(None),
        due(None, statement=K1),
        due(None, "Done", statement=NETWORK),
        due(None, statement="toy-1.1-s1"),
    )
    now = outcome(audit_of(toy, {K1: MET}, actions=(*others, useful)), toy)
    assert list(what_if.choices(now).values()) == [useful]


def test_the_plan_as_a_table(toy: Criteria) -> None:
    """One row per action in the school's order, with its statement; what is not said is blank."""
    own = Action(what="Buy it", id="a", due=dt.date(2026, 9, 1), status="ongoing", note="N", role="Head")
    carried = Action(statement=K1, role="Head", id="b", since="2025/26")
    table = plan.actions_table(planned(toy, own, carried), toy, TODAY)
    shown = table.astype(object).where(table.notna(), None).to_dict("records")
    about = {"urn": "900001", "school": "Hilltop", "year": "2026/27", "role": "Head"}
    assert shown == [
        about
        | {"action": "a", "what": "Buy it", "due": dt.datetime(2026, 9, 1), "status": "In progress", "when": "overdue"}
        | {"note": "N", "since": "2026/27", "statement": None, "reference": None, "statement_text": None},
        about
        | {"action": "b", "what": "", "due": None, "status": "Not started", "when": "no date", "note": ""}
        | {"since": "2025/26", "statement": K1, "reference": "1.1 K1", "statement_text": "Statement 1.1 K 1 holds."},
    ]


def test_an_action_in_one_line(toy: Criteria) -> None:
    """Date, role, status, statement and year of origin, those that are known."""
    action = Action(what="A", statement=K1, role="IT  support", due=TODAY, since="2025/26", status="started")
    assert plan.about_action(action, toy) == (
        "Due 22 November 2026 · IT support · in progress · for 1.1 K1 · planned since 2025/26"
    )
    assert plan.about_action(Action(what="A"), toy) == "No date · no role named · not started"


def test_what_is_to_be_done_at_a_glance(toy: Criteria) -> None:
    """The first words in one line; without any, the statement that it is for."""
    assert plan.short(Action(what="One\ntwo " + "word " * 30), toy) == f"One two {'word ' * 14}…"
    assert plan.short(Action(what="x" * 200), toy) == f"{'x' * 78} …"
    assert plan.title(Action(role="Head", statement=K1), toy) == "Statement 1.1 K 1 holds."
    assert plan.title(Action(role="Head"), toy) == "An action that says not what"


def test_a_done_action_calls_for_no_answer_to_what_is_no_longer_asked(two: Criteria) -> None:
    """Nobody can answer a statement that law or guidance has overtaken; an audit as printed still asks it."""
    action = due(None, "Done", statement="toy-1.1-k3")
    printed = audit_of(two, {}, actions=(action,))
    assert what_if.to_answer(dataclasses.replace(printed, as_printed=False), two) == ()
    assert what_if.to_answer(printed, two) == (action,)


def test_open_actions_for_what_is_no_longer_asked_are_told_apart(two: Criteria) -> None:
    """What was planned for an overtaken statement may be wrong today; what is done or dropped needs no second look."""
    gone, kept = due(None, "", statement="toy-1.1-k3"), due(None, "", statement="toy-1.1-k2")
    audit = audit_of(
        two, {}, as_printed=False, actions=(gone, kept, dataclasses.replace(gone, status="Done"), due(None))
    )
    assert plan.for_overtaken(audit, two) == (gone,)
    assert plan.for_overtaken(dataclasses.replace(audit, as_printed=True), two) == ()
