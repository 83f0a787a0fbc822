"""What happened to an audit is data: words are made when it is shown, and rewording them changes no state."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import sqlalchemy as sa

from audit.model import Action, Criteria, Signature, action_state
from audit.school.history_words import event_words
from audit.store import rows, schema
from audit.store.audits import Store
from tests.conftest import audit_of
from tests.golden.outputs import EVENTS

EARLIER = Path(__file__).parent / "files" / "0.3.0" / "audits.sqlite3"
AT = dt.datetime(2026, 11, 27, 9)
DONE = Action(what="Train; and more → all", role="Head", due=dt.date(2027, 1, 9), status="Done", note="a; b → c")


def kinds(store: Store, audit_id: str) -> list[tuple[str, str]]:
    """Kind and subject of each event."""
    return [(one.kind, one.subject) for one in store.events(audit_id)]


def test_every_change_of_a_plan_is_data(store: Store, toy: Criteria) -> None:
    """An event says what kind it is, of which action, what was and what is; its words are kept nowhere."""
    audit_id = store.add(audit_of(toy, {}), role="head")
    added = store.plans.put(audit_id, Action(what="Train them", due=dt.date(2027, 1, 9)), role="DSL")
    done = store.plans.put(audit_id, dataclasses.replace(added, status="Done"), base=added)
    [begun, first, second] = store.events(audit_id)
    assert (begun.kind, begun.role, begun.after) == ("begun", "head", None)
    assert (first.kind, first.subject, first.role, first.before) == ("action added", added.id, "DSL", None)
    assert first.after == {"what": "Train them", "due": "2027-01-09", "id": added.id}
    assert (second.before, second.after) == (first.after, action_state(done))
    assert [one.what for one in (begun, first, second)] == ["", "", ""]


def test_no_words_in_the_database_matter(store: Store, url: str, toy: Criteria) -> None:
    """Whatever the words of the log are, when an action was done stays known."""
    audit_id = store.add(audit_of(toy, {}))
    added = store.plans.put(audit_id, Action(what="Train them"))
    done = store.plans.put(audit_id, dataclasses.replace(added, status="Done"), base=added)
    known = store.plans.came_at(audit_id)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(schema.events.update().values(what="Worded otherwise"))
    engine.dispose()
    assert list(known) == [done]
    assert store.plans.came_at(audit_id) == known


def test_a_change_back_is_a_change(store: Store, toy: Criteria) -> None:
    """An action came to stand as it does when it last did."""
    audit_id = store.add(audit_of(toy, {}))
    first = store.plans.put(audit_id, Action(what="Train them"))
    other = store.plans.put(audit_id, dataclasses.replace(first, status="Done"), base=first)
    again = store.plans.put(audit_id, dataclasses.replace(other, status=""), base=other)
    assert store.plans.came_at(audit_id) == {again: store.events(audit_id)[-1].at}


def test_any_kind_of_event_can_be_kept_and_worded(store: Store, toy: Criteria) -> None:
    """A kind that nobody has words for says what it is, of what, what was and what is; a note says its words."""
    audit_id = store.add(audit_of(toy, {}))
    with store._db.writing() as connection:
        rows.note(connection, audit_id, "head", "Only words")
        rows.note(
            connection, audit_id, "", kind="label changed", before={"name": "Hill", "urn": ""}, after={"name": "Top"}
        )
        rows.note(connection, audit_id, "", kind="answer put back", subject="toy-1.1-k1")
    assert [event_words(one) for one in store.events(audit_id)] == [
        "Begun",
        "Only words",
        "Label changed: name: Hill → name: Top",
        "Answer put back (toy-1.1-k1)",
    ]


def test_words_are_made_of_the_data() -> None:
    """No two events that differ are told alike; each kind's words are in its golden file."""
    told = [event_words(event) for event in EVENTS]
    assert len(set(told)) == len(told) == 12


def old_database(url: str, toy: Criteria, *words: str, actions: tuple[Action, ...] = ()) -> str:
    """A database in which an earlier release has worded what happened; returns the id of its audit."""
    store = Store(url)
    audit_id = store.add(audit_of(toy, {}, actions=actions))
    store.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(schema.events.delete())
        for what in words:
            connection.exec_driver_sql(
                "INSERT INTO events (audit, at, role, what) VALUES (?, '2026-10-01 08:00:00.000000', 'head', ?)",
                (audit_id, what),
            )
    engine.dispose()
    return audit_id


def test_the_prose_of_earlier_releases_is_brought_over(url: str, toy: Criteria) -> None:
    """Each fixed form becomes its kind, what is in none stays a note, and all of it reads as before."""
    words = (
        "Begun",
        "Begun with the answers of 2025/26",
        "Action added: Train; and more → all; Head; due 09/01/2027; Not started",
        "Action changed: Train; and more → all; Head; due 09/01/2027; Not started → "
        "Train; and more → all; Head; due 09/01/2027; Done; a; b → c",
        "Action changed: Old → New",
        "Action changed: Old → and → new",
        "Action replaced by a workbook's: Old",
        "Version 1 signed by the headteacher, 2027-05-03",
        "Version 1 signed by the chair of governors, 2027-06-04: Read:\nwith care.",
        "Version 1 reopened: A slip.",
        "Version 1 reopened: ",
        "Version 2 taken from a signed workbook",
        "Version 2 signed by the caretaker, 2027-05-03",
        "Something else",
    )
    audit_id = old_database(url, toy, *words, actions=(dataclasses.replace(DONE, id="a1"),))
    store = Store(url)
    found = store.events(audit_id)
    assert [event_words(one) for one in found] == list(words)
    assert [(one.kind, one.subject) for one in found] == [
        ("begun", ""),
        ("begun", ""),
        ("action added", "a1"),
        ("action changed", "a1"),
        ("action changed", ""),
        ("note", ""),
        ("action replaced", ""),
        ("signed", "1"),
        ("signed", "1"),
        ("reopened", "1"),
        ("reopened", "1"),
        ("taken", "2"),
        ("note", ""),
        ("note", ""),
    ]
    assert {one.role for one in found} == {"head"}
    assert store.plans.came_at(audit_id) == {dataclasses.replace(DONE, id="a1"): dt.datetime(2026, 10, 1, 8)}
    store.close()


def test_bringing_over_is_done_once(url: str, toy: Criteria) -> None:
    """What is brought over stays as it is, whatever becomes of the plan, and the old words stay in their column."""
    audit_id = old_database(url, toy, "Action added: Train", "Free words", actions=(Action(what="Train", id="a1"),))
    store = Store(url)
    store.plans.put(audit_id, Action(what="Train all"), base=Action(what="Train", id="a1"))
    before = store.events(audit_id)
    store.close()
    again = Store(url)
    assert again.events(audit_id) == before
    with again._db.reading() as connection:
        words = connection.scalars(sa.select(schema.events.c.what).order_by(schema.events.c.number)).all()
    assert words == ["Action added: Train", "Free words", ""]
    again.close()


def test_done_actions_of_an_earlier_database_keep_their_day(tmp_path: Path) -> None:
    """When an action was done is known after the upgrade as before it."""
    path = tmp_path / "audits.sqlite3"
    shutil.copy(EARLIER, path)
    store = Store(f"sqlite:///{path}")
    audit_id = store.find("900002", "2026/27")
    assert audit_id is not None
    audit = store.load(audit_id)
    assert audit is not None
    [done] = [action for action in audit.actions if action.note == "Held in February → 64 parents came"]
    assert store.plans.came_at(audit_id)[done] == dt.datetime(2026, 11, 27, 11, 23, 11, 217229)
    assert kinds(store, audit_id) == [
        ("begun", ""),
        ("action added", done.id),
        ("action changed", done.id),
        ("action changed", done.id),
        ("signed", "1"),
        ("reopened", "1"),
    ]
    store.close()


def test_a_signature_is_among_the_events_as_data(store: Store, toy: Criteria) -> None:
    """Role, day and what was said can be read without a word of the log."""
    audit_id = store.add(audit_of(toy, {}))
    seen = store.load(audit_id)
    assert seen is not None
    signature = Signature(role="headteacher", on=dt.date(2027, 5, 3), statement="Fair.")
    store.sign_offs.sign(audit_id, signature, seen=seen, criteria=toy)
    store.sign_offs.reopen(audit_id, on=dt.date(2027, 5, 4), because="A slip.")
    [_, signed, reopened] = store.events(audit_id)
    assert (signed.kind, signed.subject) == ("signed", "1")
    assert signed.after == {"role": "headteacher", "on": "2027-05-03", "statement": "Fair."}
    assert (reopened.kind, reopened.after) == ("reopened", {"on": "2027-05-04", "because": "A slip."})
