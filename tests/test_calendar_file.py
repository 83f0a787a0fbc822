"""The action plan as a calendar file, read back by the library that calendars are read with."""

from __future__ import annotations

import dataclasses
import datetime as dt

from icalendar import Calendar

from audit.exports import plan_calendar
from audit.model import Action, Audit, Criteria, School, Signature
from audit.school.signing import sign
from tests.conftest import audit_of

MADE_AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
DAY = dt.date(2027, 3, 31)
ABOUT = (
    "Hilltop, URN 900001, audit of 2026/27. Self-reported by the school. Nobody outside it has checked these answers."
)


def written(toy: Criteria, *actions: Action) -> bytes:
    """The calendar file of these actions."""
    made = plan_calendar(audit_of(toy, {}, actions=actions), toy, made_at=MADE_AT)
    assert made is not None
    return made


def entries(data: bytes) -> list[dict[str, object]]:
    """The events of a calendar file, each as its UID, day, summary and description."""
    return [
        {
            "uid": str(event["UID"]),
            "day": event["DTSTART"].dt,
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
        }
        for event in Calendar.from_ical(data).walk("VEVENT")
    ]


def test_an_open_action_is_a_whole_day_with_all_that_the_plan_says(toy: Criteria) -> None:
    """The day it is due, what is to be done, who, for which statement, the note, and that it is self-reported."""
    action = Action(
        what="Write it; tell\nall, please", statement="toy-1.1-k1", role="Head", due=DAY, note="By 3 pm", id="a1"
    )
    assert entries(written(toy, action)) == [
        {
            "uid": "online-safety-action-900001-a1",
            "day": DAY,
            "summary": "Online safety: Write it; tell all, please",
            "description": "Write it; tell\nall, please\n\n"
            "Due 31 March 2027 · Head · not started · for 1.1 K1.\n\n"
            "1.1 K1: Statement 1.1 K 1 holds.\n\nBy 3 pm\n\n" + ABOUT,
        }
    ]


def test_the_file_is_one_that_calendars_take_in(toy: Criteria) -> None:
    """It has one calendar, lines of at most 75 octets that end in CR LF, and a reminder a week before."""
    data = written(toy, Action(what="Größe 😀 " * 40, due=DAY))
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Online safety self-audit//Action plan//EN\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    [alarm] = Calendar.from_ical(data).walk("VALARM")
    assert alarm["TRIGGER"].dt == dt.timedelta(days=-7)


def test_what_is_done_or_dropped_is_cancelled_without_a_reminder(toy: Criteria) -> None:
    """A later file takes back what an earlier one brought; what never had a date was never in one."""
    actions = (
        Action(what="Open", due=DAY),
        Action(what="Done", due=DAY, status="Done"),
        Action(what="Dropped", due=DAY, status="Dropped"),
        Action(what="Some day"),
    )
    events = Calendar.from_ical(written(toy, *actions)).walk("VEVENT")
    assert [(str(event["SUMMARY"]), str(event["STATUS"]), len(event.walk("VALARM"))) for event in events] == [
        ("Online safety: Open", "CONFIRMED", 1),
        ("Online safety: Done", "CANCELLED", 0),
        ("Online safety: Dropped", "CANCELLED", 0),
    ]


def test_a_later_file_is_newer_for_every_calendar(toy: Criteria) -> None:
    """The same action has the same UID, and a higher SEQUENCE and a later LAST-MODIFIED, wherever the file is made."""
    first = audit_of(toy, {}, actions=(Action(what="Train", due=DAY, id="a1"),))
    later = audit_of(toy, {}, actions=(Action(what="Train", due=DAY + dt.timedelta(30), id="a1"),))
    events = []
    for audit, at in ((first, MADE_AT), (later, MADE_AT + dt.timedelta(seconds=1))):
        made = plan_calendar(audit, toy, made_at=at)
        assert made is not None
        events += Calendar.from_ical(made).walk("VEVENT")
    old, new = events
    assert old["UID"] == new["UID"]
    assert old["SEQUENCE"] < new["SEQUENCE"] < 2**31
    assert old["LAST-MODIFIED"].dt < new["LAST-MODIFIED"].dt


def test_commas_are_escaped_in_the_calendars_own_name(toy: Criteria) -> None:
    """A bare comma or semicolon would end the name (RFC 5545, 3.3.11)."""
    audit = audit_of(
        toy, {}, actions=(Action(what="Train", due=DAY),), school=School(urn="900001", name="A, B; C", phase="primary")
    )
    made = plan_calendar(audit, toy, made_at=MADE_AT)
    assert made is not None
    for name in (b"NAME", b"X-WR-CALNAME"):
        assert name + b":Online safety actions\\, A\\, B\\; C\r\n" in made


def test_without_a_date_there_is_no_file(toy: Criteria) -> None:
    """A calendar needs an entry, so there is none of a plan without dates."""
    audit = audit_of(toy, {}, actions=(Action(what="Some day"), Action(what="Done", status="Done")))
    assert plan_calendar(audit, toy, made_at=MADE_AT) is None


def test_an_action_keeps_its_entry_when_it_moves(toy: Criteria) -> None:
    """A later file gives the same action the same UID, with an id by it and without one by what is to be done."""
    before = entries(written(toy, Action(what="A", id="a", due=DAY), Action(what="B", due=DAY)))
    after = entries(
        written(toy, Action(what="A2", id="a", due=dt.date(2027, 7, 15)), Action(what="B", note="Later", due=DAY))
    )
    assert [entry["uid"] for entry in before] == [entry["uid"] for entry in after]


def test_the_same_plan_gives_the_same_bytes(toy: Criteria) -> None:
    """Nothing in the file is by chance."""
    action = Action(what="A", due=DAY)
    assert written(toy, action) == written(toy, action)


def test_no_text_begins_an_entry_of_its_own(toy: Criteria) -> None:
    """Text that looks like a calendar, and characters that calendars cannot hold, stay text of one entry."""
    action = Action(
        what="A\u2028END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Fake\x85\\n,;",
        role='x"\x7f:;',
        due=dt.date(9999, 12, 31),
        id="a:b",
    )
    assert entries(written(toy, action)) == [
        {
            "uid": "online-safety-action-900001-a:b",
            "day": dt.date(9999, 12, 31),
            "summary": "Online safety: A END:VEVENT BEGIN:VEVENT SUMMARY:Fake \\n,;",
            "description": "A END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Fake \\n,;\n\n"
            'Due 31 December 9999 · x" :; · not started.\n\n' + ABOUT,
        }
    ]


def test_a_schools_name_in_two_lines_stands_in_one(toy: Criteria) -> None:
    """A cell of a workbook may hold a line break, and the name of a calendar none."""
    school = School(urn="900001", name="Hilltop\nBEGIN:VEVENT", phase="primary")
    audit = dataclasses.replace(audit_of(toy, {}, actions=(Action(what="A", due=DAY),)), school=school)
    data = plan_calendar(audit, toy, made_at=MADE_AT)
    assert data is not None
    assert b"\r\nX-WR-CALNAME:Online safety actions\\, Hilltop BEGIN:VEVENT\r\n" in data
    assert len(entries(data)) == 1


def test_a_signed_audits_calendar_names_what_was_signed(toy: Criteria) -> None:
    """Each entry of a signed audit holds its SHA-256."""
    audit: Audit = audit_of(toy, {}, actions=(Action(what="A", due=DAY),))
    signed = sign(audit, toy, Signature(role="headteacher", on=dt.date(2026, 11, 20)))
    made = plan_calendar(signed, toy, made_at=MADE_AT)
    assert signed.signed is not None
    assert made is not None
    assert str(entries(made)[0]["description"]).endswith(f" Signed content (SHA-256): {signed.signed.content}")
