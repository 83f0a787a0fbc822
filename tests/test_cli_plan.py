"""``python -m audit plan``: how an action plan stands, from a workbook, in a terminal."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar

from audit.model import Action, Audit, Criteria, Response, School, Signature
from audit.school.signing import sign
from audit.workbook.write import write
from tests.terminal import audit

FIRST, SECOND = "kcc-2.1-k1", "kcc-2.2.3-k1"


def filled(shipped: Criteria, *actions: Action) -> Audit:
    """An audit of which all recommended statements but two are met."""
    met = {c.id: Response(written="yes", practice=3) for c in shipped if c.statement.recommended}
    gaps = {FIRST: Response(written="no", practice=1), SECOND: Response(written="yes", practice=1)}
    school = School(urn="900401", name="Hilltop", phase="primary")
    return Audit(school=school, year="2026/27", frameworks=shipped.refs, responses=met | gaps, actions=actions)


@pytest.fixture
def workbook(tmp_path: Path, shipped: Criteria) -> Path:
    """A workbook with an overdue, a soon due, a dateless and a done action."""
    actions = (
        Action(
            what="Write it down", statement=FIRST, role="Headteacher", due=dt.date(2026, 9, 18), status="In progress"
        ),
        Action(what="=Buy it", role="Headteacher", due=dt.date(2026, 12, 1), id="a1", since="2025/26"),
        Action(what="Think of it"),
        Action(what="Train them", statement=SECOND, role="Site manager", status="Done"),
    )
    path = tmp_path / "hilltop.xlsx"
    path.write_bytes(write(filled(shipped, *actions), shipped))
    return path


def test_a_plan_is_told_line_by_line(workbook: Path, tmp_path: Path, shipped: Criteria) -> None:
    """What presses, who has it, what it would bring and which gaps have nobody, as on the day that is named."""
    run = audit("plan", workbook, "--date", "2026-11-22", "--out", tmp_path / "out")
    of = sum(c.statement.recommended and "primary" in c.statement.phases for c in shipped)
    now, then = round(100 * (of - 2) / of), round(100 * (of - 1) / of)
    assert run.out == [
        "Hilltop (URN 900401), 2026/27, on 22 November 2026",
        "4 actions in the plan: 1 done and 3 open. "
        "Of those open, 1 is overdue, 1 is due within 30 days and 1 has no date.",
        "! Overdue: 1",
        "  Write it down (Due 18 September 2026 · Headteacher · in progress · for 2.1 K1)",
        "→ Due within 30 days: 1",
        "  =Buy it (Due 1 December 2026 · Headteacher · not started · planned since 2025/26)",
        "? No date: 1",
        "  Think of it (No date · no role named · not started)",
        "Done, but the answer is still a gap; answer again: 1",
        "  Train them (No date · Site manager · done · for 2.2.3 K1)",
        "By role:",
        "  Headteacher: 2 open, 1 overdue, 1 due within 30 days",
        "  No role named: 1 open, 0 overdue, 0 due within 30 days",
        f"If the open actions closed their gaps: K coverage would be {then}%; it is {now}% now. "
        "1 more recommended statement would be met.",
        "0 of 2 gaps without an action.",
        f"Wrote actions.csv and actions.ics to {tmp_path / 'out'}.",
    ]
    assert (run.status, run.err) == (0, [])


def test_the_plan_is_written_for_spreadsheets_and_calendars(workbook: Path, tmp_path: Path) -> None:
    """The CSV holds every action, no text of it a formula; the calendar those that are open and have a date."""
    audit("plan", workbook, "--date", "2026-11-22", "--out", tmp_path / "out")
    with (tmp_path / "out/actions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["what"], row["due"], row["when"], row["since"]) for row in csv.DictReader(file)]
    assert rows == [
        ("Write it down", "2026-09-18", "overdue", "2026/27"),
        ("'=Buy it", "2026-12-01", "due soon", "2025/26"),
        ("Think of it", "", "no date", "2026/27"),
        ("Train them", "", "done", "2026/27"),
    ]
    calendar = Calendar.from_ical((tmp_path / "out/actions.ics").read_bytes())
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == [
        "Online safety: Write it down",
        "Online safety: =Buy it",
    ]


def test_a_signed_plan_names_what_was_signed(tmp_path: Path, shipped: Criteria) -> None:
    """The SHA-256 of a signed audit stands on the terminal, in each row of the CSV and in each date."""
    action = Action(what="Write it down", due=dt.date(2026, 12, 1))
    signed = sign(filled(shipped, action), shipped, Signature(role="headteacher", on=dt.date(2026, 11, 20)))
    assert signed.signed is not None
    path = tmp_path / "hilltop.xlsx"
    path.write_bytes(write(signed, shipped))
    run = audit("plan", path, "--date", "2026-11-22", "--out", tmp_path / "out")
    assert run.out[1] == f"Signed content (SHA-256): {signed.signed.content}"
    with (tmp_path / "out/actions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["signed_content_sha256"] for row in csv.DictReader(file)] == [signed.signed.content]
    [event] = Calendar.from_ical((tmp_path / "out/actions.ics").read_bytes()).walk("VEVENT")
    assert signed.signed.content in event["DESCRIPTION"]


def test_without_dates_there_is_no_calendar(tmp_path: Path, shipped: Criteria) -> None:
    """A plan without actions is told as such, its gaps are listed, and no calendar is written."""
    path = tmp_path / "hilltop.xlsx"
    path.write_bytes(write(filled(shipped), shipped))
    run = audit("plan", path, "--date", "2026-11-22", "--out", tmp_path / "out")
    assert run.out[1:3] == ["No action is planned yet.", "2 of 2 gaps without an action:"]
    assert sorted(line.split()[0:2] for line in run.out[3:5]) == [["2.1", "K1"], ["2.2.3", "K1"]]
    assert run.out[5:] == [f"Wrote actions.csv (and no actions.ics: no action has a date) to {tmp_path / 'out'}."]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["actions.csv"]


def test_a_file_that_is_no_workbook_is_refused_in_words(tmp_path: Path) -> None:
    """Exit status 1, the reason, and nothing written."""
    path = tmp_path / "plan.xlsx"
    path.write_text("Not a workbook")
    run = audit("plan", path, "--out", tmp_path / "out")
    assert (run.status, run.out, (tmp_path / "out").exists()) == (1, [], False)
    assert run.err[0].startswith("plan.xlsx: ")


def test_a_day_that_is_none_is_wrong_usage(workbook: Path, tmp_path: Path) -> None:
    """Exit status 2 for a date that does not exist."""
    assert audit("plan", workbook, "--date", "2026-02-30", "--out", tmp_path / "out").status == 2


def test_what_a_plan_would_bring_is_told_framework_by_framework(tmp_path: Path, every_framework: Criteria) -> None:
    """Actions may close gaps of several frameworks: the plan is told once, its gaps and what it would bring for each."""
    refs = tuple(ref for ref in every_framework.refs if ref.id in ("kcc-2010", "england-2026"))
    actions = (Action(what="Write it down", statement=SECOND), Action(what="Look at it", statement="eng-2.1-1"))
    made = replace(filled(every_framework, *actions), frameworks=refs)
    made = replace(made, responses={**made.responses, "eng-2.1-1": Response(written="no", practice=1)})
    path = tmp_path / "both.xlsx"
    path.write_bytes(write(made, every_framework))
    told = audit("plan", path, "--date", "2026-11-22", "--out", tmp_path / "out").out
    assert [line for line in told if line.startswith(("The Kent", "Today's", "If", "1 of", "0 of"))] == [
        "The Kent template:",
        "If the open actions closed their gaps: K coverage would be 98%; it is 96% now. "
        "1 more recommended statement would be met.",
        "1 of 2 gaps without an action:",
        "Today's duties:",
        "If the open actions closed their gaps: Coverage of today's duties would be 100%; it is 99% now. "
        "1 more recommended statement would be met.",
        "0 of 1 gap without an action.",
    ]
