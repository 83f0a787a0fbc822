"""The page *Action plan*, and planning from a gap of the report, as Streamlit runs them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from audit.model import Action, Audit, Criteria, Response, School, Signature
from audit.school import plan
from audit.store.audits import Store

ROOT = Path(__file__).parent.parent
FIRST, SECOND = "kcc-2.1-k1", "kcc-2.2.3-k1"
LONG_AGO = dt.date(2020, 1, 31)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    url = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    monkeypatch.chdir(ROOT)
    st.cache_resource.clear()
    opened = Store(url)
    yield opened
    opened.close()
    st.cache_resource.clear()


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """An audit of which all recommended statements but two are met."""
    school = School(urn="900401", name="Hilltop", phase="primary")
    met = {c.id: Response(written="yes", practice=3) for c in shipped if c.statement.recommended}
    gaps = {FIRST: Response(written="no", practice=1), SECOND: Response(written="yes", practice=1)}
    return store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs, responses=met | gaps))


def at(page: str, audit_id: str) -> AppTest:
    """A page of the audit, run once."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    app.query_params.update(audit=audit_id)
    app.run()
    app.switch_page(f"audit/ui/pages/{page}.py")
    app.query_params.update(audit=audit_id)
    app.run()
    assert not app.exception
    return app


def actions(store: Store, audit_id: str) -> tuple[Action, ...]:
    """The stored action plan."""
    audit = store.load(audit_id)
    assert audit is not None
    return audit.actions


def put(store: Store, audit_id: str, **fields: object) -> Action:
    """An action of the plan, stored."""
    return store.plans.put(audit_id, Action(**{"what": "Write it down", **fields}))  # type: ignore[arg-type]


def key(audit_id: str, *names: str) -> str:
    """The key of a widget of the plan."""
    return ".".join(("plan", audit_id, *names))


def press(app: AppTest, label: str) -> AppTest:
    """Presses the one button of this label."""
    [button] = [button for button in app.button if button.label == label]
    app = button.click().run()
    assert not app.exception
    return app


def subheaders(app: AppTest) -> list[str]:
    """The groups of the plan."""
    return [one.value for one in app.subheader]


def texts(app: AppTest) -> list[str]:
    """Every text of the page."""
    return [one.value for kind in (app.markdown, app.caption, app.text, app.warning) for one in kind]


@pytest.mark.parametrize("page", ["plan", "report"])
def test_one_click_plans_what_closes_a_gap(store: Store, shipped: Criteria, audit_id: str, page: str) -> None:
    """On the plan and under a gap of the report, one button adds the action with role, date and status filled in."""
    app = at(page, audit_id)
    app.button(key=key(audit_id, "gap", FIRST)).click().run()
    assert not app.exception
    [stored] = actions(store, audit_id)
    wanted = plan.from_gap(shipped[FIRST], year="2026/27", today=dt.date.today())
    assert stored == dataclasses.replace(wanted, id=stored.id)
    assert key(audit_id, "gap", FIRST) not in [button.key for button in app.button]
    assert key(audit_id, "gap", SECOND) in [button.key for button in app.button]


def test_a_gap_that_somebody_planned_meanwhile_is_not_planned_twice(store: Store, audit_id: str) -> None:
    """Two people see the same gap: the second click adds nothing."""
    app = at("plan", audit_id)
    put(store, audit_id, statement=FIRST)
    app.button(key=key(audit_id, "gap", FIRST)).click().run()
    assert [action.what for action in actions(store, audit_id)] == ["Write it down"]


def test_actions_stand_under_how_they_stand(store: Store, audit_id: str) -> None:
    """Overdue, due later, without a date, done and dropped each have their heading with a number."""
    put(store, audit_id, due=LONG_AGO)
    put(store, audit_id, due=LONG_AGO, what="Another")
    put(store, audit_id, due=dt.date(2099, 1, 1))
    put(store, audit_id)
    put(store, audit_id, status="Done")
    put(store, audit_id, status="Dropped", note="No need")
    assert subheaders(at("plan", audit_id)) == [
        "! Overdue: 2",
        "… Due later: 1",
        "? No date: 1",
        "✓ Done: 1",
        "– Dropped: 1",
    ]


def test_the_list_can_be_one_roles(store: Store, audit_id: str) -> None:
    """Choosing a role leaves its actions; when its last action goes to somebody else, all are shown again."""
    put(store, audit_id, role="Headteacher", due=LONG_AGO)
    mine = put(store, audit_id, role="Site manager")
    app = at("plan", audit_id)
    app.selectbox(key=key(audit_id, "whose")).select("Site manager").run()
    assert subheaders(app) == ["? No date: 1"]
    press(app, "Change")
    app.selectbox(key=key(audit_id, mine.id, "role")).set_value("")
    press(app, "Save")
    assert subheaders(app) == ["! Overdue: 1", "? No date: 1"]


def test_an_action_is_changed_in_place(store: Store, audit_id: str) -> None:
    """The form holds what is stored; saving stores all of it at once and says so."""
    base = put(store, audit_id, role="Headteacher", due=LONG_AGO, status="Not started", statement=FIRST)
    app = press(at("plan", audit_id), "Change")
    app.text_area(key=key(audit_id, base.id, "what")).set_value("Write it up")
    app.selectbox(key=key(audit_id, base.id, "role")).set_value("Designated safeguarding lead")
    app.date_input(key=key(audit_id, base.id, "due")).set_value(dt.date(2027, 3, 1))
    app.radio(key=key(audit_id, base.id, "status")).set_value("In progress")
    app.text_area(key=key(audit_id, base.id, "note")).set_value("Asked on Monday")
    press(app, "Save")
    assert actions(store, audit_id) == (
        Action(
            what="Write it up",
            statement=FIRST,
            role="Designated safeguarding lead",
            due=dt.date(2027, 3, 1),
            status="In progress",
            note="Asked on Monday",
            id=base.id,
        ),
    )
    assert any("Saved at" in text for text in texts(app))
    assert "Save" not in [button.label for button in app.button]


def test_a_date_can_be_taken_away(store: Store, audit_id: str) -> None:
    """Emptying the date leaves an action without one."""
    base = put(store, audit_id, due=LONG_AGO)
    app = press(at("plan", audit_id), "Change")
    app.date_input(key=key(audit_id, base.id, "due")).set_value(None)
    press(app, "Save")
    assert [action.due for action in actions(store, audit_id)] == [None]


def test_cancelling_changes_nothing(store: Store, audit_id: str) -> None:
    """What was typed and not saved is gone, also when the form is opened again."""
    base = put(store, audit_id)
    app = press(at("plan", audit_id), "Change")
    app.text_area(key=key(audit_id, base.id, "what")).set_value("Something else")
    press(app, "Cancel")
    press(app, "Change")
    assert app.text_area(key=key(audit_id, base.id, "what")).value == "Write it down"
    assert actions(store, audit_id) == (base,)


def test_a_form_stays_open_while_another_action_is_done(store: Store, audit_id: str) -> None:
    """Marking one action as done closes no form in which somebody types."""
    open_, other = put(store, audit_id), put(store, audit_id, what="Another")
    app = at("plan", audit_id)
    app.button(key=key(audit_id, open_.id, "change")).click().run()
    app.button(key=key(audit_id, other.id, "tick")).click().run()
    assert app.text_area(key=key(audit_id, open_.id, "what")).value == "Write it down"
    assert [action.status for action in actions(store, audit_id)] == ["", "Done"]


def test_an_action_is_dropped_with_its_reason(store: Store, audit_id: str) -> None:
    """Without a reason nothing is stored and the form says what is missing; with one it is."""
    base = put(store, audit_id)
    app = press(at("plan", audit_id), "Change")
    app.radio(key=key(audit_id, base.id, "status")).set_value("Dropped")
    press(app, "Save")
    assert [warning.value for warning in app.warning] == [r"Note\: An action is dropped for a reason\. Say which\."]
    assert actions(store, audit_id) == (base,)
    app.text_area(key=key(audit_id, base.id, "note")).set_value("The platform is gone")
    press(app, "Save")
    assert actions(store, audit_id) == (dataclasses.replace(base, status="Dropped", note="The platform is gone"),)


def test_an_action_of_the_schools_own(store: Store, audit_id: str) -> None:
    """It is added by a form that begins empty."""
    app = press(at("plan", audit_id), "Add an action of your own")
    app.text_area(key=key(audit_id, "new", "what")).set_value("Invite parents =1+1 **now**")
    press(app, "Save")
    [stored] = actions(store, audit_id)
    assert stored == Action(what="Invite parents =1+1 **now**", status="Not started", id=stored.id)
    assert any(r"Invite parents =1\+1 \*\*now\*\*" in text for text in texts(app))


def test_two_people_changing_one_action_are_shown_both(store: Store, audit_id: str) -> None:
    """Nothing is overwritten unseen: the second person sees both and chooses, also where a workbook gave no id."""
    store.apply(audit_id, (), plan=(Action(what="Write it down"),))
    one, other = (press(at("plan", audit_id), "Change") for _ in range(2))
    for app, what, note in ((one, "Write it up", "Theirs"), (other, "Write it down", "Mine")):
        [form] = [area.key.removesuffix(".what") for area in app.text_area if area.key.endswith(".what")]
        app.text_area(key=f"{form}.what").set_value(what)
        app.text_area(key=f"{form}.note").set_value(note)
        press(app, "Save")
    assert [action.note for action in actions(store, audit_id)] == ["Theirs"]
    assert [text.value.splitlines() for text in other.text] == [
        ["Write it up", "No date · no role named · not started", "Theirs"],
        ["Write it down", "No date · no role named · not started", "Mine"],
    ]
    press(other, "Keep mine")
    assert [(action.what, action.note) for action in actions(store, audit_id)] == [("Write it down", "Mine")]


def test_the_stored_action_can_be_kept(store: Store, audit_id: str) -> None:
    """Choosing the stored one leaves it, and the plan can be worked on."""
    base = put(store, audit_id, statement=SECOND)
    app = at("plan", audit_id)
    store.plans.put(audit_id, dataclasses.replace(base, note="Theirs"), base=base)
    press(app, "Mark as done")
    press(app, "Keep the stored one")
    assert actions(store, audit_id) == (dataclasses.replace(base, note="Theirs"),)
    assert "Mark as done" in [button.label for button in app.button]


def test_what_was_typed_outlives_the_action(store: Store, audit_id: str) -> None:
    """If a workbook's plan has replaced the stored one, what this person typed can be added anew."""
    base = put(store, audit_id)
    app = press(at("plan", audit_id), "Change")
    store.apply(audit_id, (), plan=(Action(what="From the workbook"),))
    app.text_area(key=key(audit_id, base.id, "what")).set_value("Mine")
    press(app, "Save")
    assert [action.what for action in actions(store, audit_id)] == ["From the workbook"]
    press(app, "Add it as a new action")
    assert [action.what for action in actions(store, audit_id)] == ["From the workbook", "Mine"]


def test_a_done_action_asks_for_the_new_answer_and_changes_none(store: Store, audit_id: str) -> None:
    """The page links to the question until the statement is answered anew, and the answer is nobody else's."""
    put(store, audit_id, statement=FIRST)
    app = press(at("plan", audit_id), "Mark as done")
    assert app.header[0].value == "Done, and waiting for a new answer: 1"
    stored = store.stored(audit_id)[FIRST].response
    assert stored == Response(written="no", practice=1)
    store.save(audit_id, FIRST, base=stored, mine=Response(written="partly", practice=2))
    assert app.run().header[0].value == "The actions"


def test_what_if_follows_the_ticks(store: Store, audit_id: str) -> None:
    """All actions are ticked at first; taking a tick away takes away what the action would bring."""
    put(store, audit_id, statement=FIRST)
    second = put(store, audit_id, statement=SECOND)
    app = at("plan", audit_id)
    assert "**K coverage would be 100%; it is 96% now. 2 more recommended statements would be met.**" in texts(app)
    app.checkbox(key=key(audit_id, "if", second.id)).uncheck().run()
    assert "**K coverage would be 98%; it is 96% now. 1 more recommended statement would be met.**" in texts(app)


def test_a_signed_plan_is_shown_and_not_changed(store: Store, shipped: Criteria, audit_id: str) -> None:
    """The actions are there; no button adds or changes one."""
    put(store, audit_id, statement=FIRST, due=LONG_AGO)
    seen = store.load(audit_id)
    assert seen is not None
    signature = Signature(role="headteacher", on=dt.date(2026, 11, 20))
    store.sign_offs.sign(audit_id, signature, seen=seen, criteria=shipped)
    app = at("plan", audit_id)
    assert subheaders(app) == ["! Overdue: 1"]
    assert [button.label for button in app.button] == []


def test_a_plan_signed_meanwhile_says_so(store: Store, shipped: Criteria, audit_id: str) -> None:
    """Saving into an audit that was signed after the page was opened stores nothing and says why."""
    put(store, audit_id)
    app = at("plan", audit_id)
    seen = store.load(audit_id)
    assert seen is not None
    signature = Signature(role="headteacher", on=dt.date(2026, 11, 20))
    store.sign_offs.sign(audit_id, signature, seen=seen, criteria=shipped)
    press(app, "Mark as done")
    assert [action.status for action in actions(store, audit_id)] == [""]
    assert any("the audit was signed meanwhile" in warning.value for warning in app.warning)


def test_an_empty_plan_says_where_to_begin(audit_id: str) -> None:
    """Without actions the page says so, and shows the gaps to begin with."""
    app = at("plan", audit_id)
    assert "**No action is planned yet.**" in texts(app)
    assert [header.value for header in app.header] == ["The actions", "Gaps that nobody works on: 2"]


def test_an_open_action_for_what_is_no_longer_asked_says_so(store: Store, shipped: Criteria) -> None:
    """Shared class addresses, planned last year, are named as overtaken; done, they ask for no answer."""
    school = School(urn="900402", name="Hilltop", phase="primary")
    audit_id = store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs, as_printed=False))
    put(store, audit_id, what="Hand out shared class addresses", statement="kcc-2.3.2-k4", since="2025/26")
    app = at("plan", audit_id)
    assert app.header[0].value == "Open, for what is no longer asked: 1"
    assert any("Overtaken since 1 September 2026" in caption.value for caption in app.caption)
    assert press(app, "Mark as done").header[0].value == "The actions"


@pytest.mark.parametrize("page", ["plan", "check", "sign", "report"])
def test_how_a_dated_statement_is_read_today_stands_wherever_it_does(
    store: Store, shipped: Criteria, page: str
) -> None:
    """On every page that puts a statement before the school, the line of today is beside it and not folded below it."""
    dated = next(
        c
        for c in shipped
        if c.statement.counts_in("primary")
        and not c.statement.superseded
        and c.statement.today
        and c.statement.today.read_today
    )
    school = School(urn="900403", name="Hilltop", phase="primary")
    met = {
        c.id: Response(written="yes", practice=3, evidence="Minutes of 4 May")
        for c in shipped
        if c.statement.recommended and c != dated
    }
    audit = Audit(school=school, year="2026/27", frameworks=shipped.refs, as_printed=False, responses=met)
    app = at(page, store.add(audit))
    seen = [text.replace("\\", "") for text in (*texts(app), *(fold.label for fold in app.expander))]
    (shown,) = [text for text in seen if text.removeprefix("1. ").startswith(dated.statement.statement)]
    assert dated.statement.today is not None
    assert f"**Today:** {dated.statement.today.read_today}" in shown
