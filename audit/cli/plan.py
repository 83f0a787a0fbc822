"""The job of the action plan: what is overdue and due, who does it, what it would bring; as CSV and calendar too."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.terminal import (
    DATE,
    FILE,
    FOLDER,
    check_free,
    criteria_at_hand,
    fail,
    main,
    read_workbook,
    save,
    say,
    tell,
    writes,
)
from audit.english import day, plural
from audit.model import Action, Audit, Criteria
from audit.problems import errors

if TYPE_CHECKING:
    from audit import plan
    from audit.outcome import Outcome

_SHOWN: tuple[plan.When, ...] = ("overdue", "due soon", "no date")
"""What is listed action by action; the CSV holds them all."""


@main.command("plan")
@click.argument("file", type=FILE)
@writes(FOLDER, text="The folder to write into.")
@click.option("--date", "day", type=DATE, help="How it stands on this day, such as 20/11/2026.  [default: today]")
def plan_(file: Path, out: Path, day: dt.date | None) -> None:
    """Say how the action plan of the workbook FILE stands; write it as CSV, and its dates for a calendar."""
    from audit.outcome import outcome

    at_hand = criteria_at_hand()
    reading = read_workbook(file, at_hand)
    if reading.audit is None:
        fail(reading.problems)
    audit, own = reading.audit, reading.criteria or at_hand
    today = day or dt.date.today()
    for line in _lines(outcome(audit, own), today):
        say(line)
    click.echo(f"Wrote {_write(audit, own, out, today)} to {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


def _write(audit: Audit, own: Criteria, out: Path, today: dt.date) -> str:
    """Writes the files; returns their names."""
    from audit import plan
    from audit.calendar_file import plan_calendar
    from audit.exports import table_csv

    signed = audit.signed.content if audit.signed else ""
    check_free(out / "actions.csv", out / "actions.ics")
    save(out / "actions.csv", table_csv(plan.actions_table(audit, own, today), signed=signed))
    calendar = plan_calendar(audit, own, made_at=dt.datetime.now(dt.UTC))
    if calendar is None:
        return "actions.csv (and no actions.ics: no action has a date)"
    save(out / "actions.ics", calendar)
    return "actions.csv and actions.ics"


def _lines(result: Outcome, today: dt.date) -> Iterator[str]:
    """What the terminal says of a plan."""
    from audit import plan

    audit, own = result.audit, result.criteria
    now = plan.progress(audit, today)
    yield f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, on {day(today)}"
    if audit.signed is not None:
        yield f"Signed content (SHA-256): {audit.signed.content}"
    yield plan.progress_in_words(now)
    for when in _SHOWN:
        yield from _group(plan.WORDS[when], now.groups[when], own)
    waiting = plan.to_answer(audit, own)
    yield from _group("Done, but the answer is still a gap; answer anew", waiting, own)
    roles = plan.roles_table(now)
    if not roles.empty:
        yield "By role:"
        for role, number, overdue, soon, _ in roles.itertuples(index=False):
            yield f"  {role}: {number} open, {overdue} overdue, {soon} due within {plan.SOON.days} days"
    if choices := plan.choices(result):
        then = plan.what_if(audit, own, [action.statement for action in choices.values()])
        yield f"If the open actions closed their gaps: {plan.what_if_in_words(result, then)}"
    if not result.gaps.empty:
        alone = plan.unattended(result, waiting)
        yield f"{len(alone)} of {plural(len(result.gaps), 'gap')} without an action{':' if len(alone) else '.'}"
        for _, gap in alone.iterrows():
            yield f"  {gap['reference']}  {gap['statement_text']}"


def _group(title: str, actions: tuple[Action, ...], criteria: Criteria) -> Iterator[str]:
    from audit import plan

    if actions:
        yield f"{title}: {len(actions)}"
        for action in actions:
            yield f"  {plan.short(action, criteria)} ({plan.about(action, criteria)})"
