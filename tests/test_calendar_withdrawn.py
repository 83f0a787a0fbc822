"""What a calendar file takes back of earlier ones: dates that the plan does not hold any more, as the store tells them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar

from audit.exports import plan_calendar
from audit.model import Action, Criteria, School, Signature
from audit.school.signing import Signed, sign
from audit.store.audits import Store
from tests.conftest import audit_of

MADE_AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
DAY, LATER = dt.date(2027, 3, 31), dt.date(2027, 7, 15)
OPEN = ("CONFIRMED", DAY)
TAKEN_BACK = ("CANCELLED", DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    opened = Store(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    yield opened
    opened.close()


def entries(store: Store, audit_id: str, toy: Criteria) -> dict[str, tuple[str, dt.date]]:
    """Status and day of each entry of the file as it is now, by its UID."""
    audit = store.load(audit_id)
    assert audit is not None
    data = plan_calendar(audit, toy, made_at=MADE_AT, events=store.events(audit_id))
    events = Calendar.from_ical(data).walk("VEVENT") if data else []
    assert all(bool(one.walk("VALARM")) == (str(one["STATUS"]) == "CONFIRMED") for one in events)
    return {str(one["UID"]): (str(one["STATUS"]), one["DTSTART"].dt) for one in events}


def test_an_action_that_a_workbook_removes_is_cancelled(store: Store, toy: Criteria) -> None:
    """Its entry is taken back on the day that it last had; what stays in the plan stays in the file."""
    audit_id = store.add(audit_of(toy, {}))
    stays = store.plans.put(audit_id, Action(what="Stays", due=DAY))
    gone = store.plans.put(audit_id, Action(what="Goes", due=LATER))
    store.plans.put(audit_id, dataclasses.replace(gone, due=DAY), base=gone)
    before = entries(store, audit_id, toy)
    store.apply(audit_id, (), plan=(stays,))
    assert list(before.values()) == [OPEN, OPEN]
    assert list(entries(store, audit_id, toy).items()) == list(zip(before, [OPEN, TAKEN_BACK], strict=True))


def test_a_plan_that_is_emptied_takes_back_all_of_it(store: Store, toy: Criteria) -> None:
    """There is a file as long as an earlier one held a date."""
    audit_id = store.add(audit_of(toy, {}, actions=(Action(what="Typed into a workbook", due=DAY),)))
    before = entries(store, audit_id, toy)
    store.apply(audit_id, (), plan=())
    assert entries(store, audit_id, toy) == dict.fromkeys(before, TAKEN_BACK)


def test_an_action_whose_date_is_taken_away_is_cancelled(store: Store, toy: Criteria) -> None:
    """The plan still holds it, the calendar does not; with a date again it is there again."""
    audit_id = store.add(audit_of(toy, {}))
    dated = store.plans.put(audit_id, Action(what="Train", due=DAY))
    [uid] = entries(store, audit_id, toy)
    undated = store.plans.put(audit_id, dataclasses.replace(dated, due=None), base=dated)
    assert entries(store, audit_id, toy) == {uid: TAKEN_BACK}
    store.plans.put(audit_id, dataclasses.replace(undated, what="Train all", due=DAY), base=undated)
    assert entries(store, audit_id, toy) == {uid: OPEN}


def test_an_action_without_an_id_is_known_by_its_text(store: Store, toy: Criteria) -> None:
    """Reworded in a workbook it is another one; moved to another day it is the same."""
    audit_id = store.add(audit_of(toy, {}, actions=(Action(what="Train", due=LATER), Action(what="Write", due=DAY))))
    train, write = entries(store, audit_id, toy)
    store.apply(audit_id, (), plan=(Action(what="Train", due=DAY), Action(what="Write it", due=DAY)))
    now = entries(store, audit_id, toy)
    [new] = now.keys() - {train, write}
    assert now == {train: OPEN, new: OPEN, write: TAKEN_BACK}


def test_an_action_that_never_had_a_date_is_in_no_file(store: Store, toy: Criteria) -> None:
    """What no calendar ever held is not cancelled."""
    audit_id = store.add(audit_of(toy, {}))
    store.plans.put(audit_id, Action(what="Some day"))
    store.apply(audit_id, (), plan=())
    assert entries(store, audit_id, toy) == {}


def test_entries_under_an_earlier_urn_are_cancelled(store: Store, toy: Criteria) -> None:
    """A corrected URN gives every entry another UID, so that the old ones would stand beside the new."""
    audit = audit_of(toy, {}, actions=(Action(what="Train", due=DAY, id="a1"),))
    audit_id = store.add(audit)
    right = School(urn="900002", name="Hilltop", phase=audit.school.phase)
    store.describe(audit_id, dataclasses.replace(audit, school=right))
    assert entries(store, audit_id, toy) == {
        "online-safety-action-900002-a1": OPEN,
        "online-safety-action-900001-a1": TAKEN_BACK,
    }


def test_a_signed_workbook_that_takes_the_audits_place_says_which_actions_went(store: Store, toy: Criteria) -> None:
    """Each action that it does not hold stays in the log, and its entry is cancelled."""
    audit = audit_of(toy, {})
    audit_id = store.add(audit)
    gone = store.plans.put(audit_id, Action(what="Only here", due=DAY), role="DSL")
    given = sign(audit, toy, Signature(role="headteacher", on=dt.date(2026, 11, 20)))
    store.sign_offs.take(audit_id, Signed(audit=given, criteria=toy), role="Head")
    [log] = [one for one in store.events(audit_id) if one.kind == "action replaced"]
    assert (log.subject, log.role, (log.before or {})["what"]) == (gone.id, "Head", "Only here")
    assert list(entries(store, audit_id, toy).values()) == [TAKEN_BACK]
