"""The jobs around signing: review, sign, reopen, and verify what was signed."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit import findings, signing
from audit.cli.terminal import DATE, FILE, criteria_at_hand, fail, main, read_workbook, save, say, shown, tell, writes
from audit.english import plural
from audit.model import SIGNING_ROLES, Audit, Criteria, SigningRole
from audit.problems import Problem, errors
from audit.text import fault_of
from audit.workbook import Reading

if TYPE_CHECKING:
    from audit.review import Finding

_ROLES: dict[str, SigningRole] = {**{role: role for role in SIGNING_ROLES}, "chair": "chair of governors"}
"""Who signs, by what may be typed."""


@main.command("review")
@click.argument("file", type=FILE)
@click.option("--before", type=FILE, help="Last year's workbook: its evidence is held against this year's.")
def review_(file: Path, before: Path | None) -> None:
    """Say what a reviewer would ask about the workbook FILE before it is signed; none of it stops the signing."""
    from audit.review import review

    own = criteria_at_hand()
    reading = read_workbook(file, own)
    if reading.audit is None:
        fail(reading.problems)
    earlier = None if before is None else read_workbook(before, own, any_edition=True)
    if earlier is not None and earlier.audit is None:
        fail(earlier.problems)
    others = () if earlier is None or earlier.audit is None else (earlier.audit,)
    found = review(reading.audit, reading.criteria or own, others=others)
    say(f"{reading.audit.school.name} (URN {reading.audit.school.urn}), {reading.audit.year}")
    for line in _remarks(found):
        say(line)
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


def _remarks(found: tuple[Finding, ...]) -> Iterator[str]:
    """The remarks by check, each with its place, its reason, and what the school typed."""
    from audit.review import TITLES

    for check, those in groupby(found, key=lambda one: one.check):
        remarks = list(those)
        yield f"{TITLES[check]}: {len(remarks)}"
        for one in remarks:
            statement = one.criterion.statement
            quote = f" [{one.quote[:80]}{'…' if len(one.quote) > 80 else ''}]" if one.quote else ""
            yield f"  {statement.reference} ({statement.id}): {one.reason}{quote}"
    yield f"{plural(len(found), 'point')} that a reviewer may ask about; nothing here stops the signing."


@main.command()
@click.argument("file", type=FILE)
@click.option("--role", type=click.Choice(list(_ROLES)), required=True, help="Who signs: the headteacher first.")
@click.option("--date", "day", type=DATE, help="The day of signing, such as 03/05/2027.  [default: today]")
@click.option(
    "--statement",
    default="",
    help="What the role has to say with it; where statements are not answered, why it is signed. No pupil details.",
)
@writes(text="The signed workbook to write.")
def sign(file: Path, role: str, day: dt.date | None, statement: str, out: Path) -> None:
    """Sign the workbook FILE off, or countersign it: it is then read-only and carries the SHA-256 of its content."""
    from audit.outcome import outcome
    from audit.workbook import write

    audit, own = _sound(file)
    today = dt.date.today()
    made = signing.signature_of(audit, _ROLES[role], on=day or today, statement=statement, today=today, criteria=own)
    if isinstance(made, Problem):
        fail([made])
    signed = signing.sign(audit, own, made)
    save(out, write(signed, own))
    say(outcome(signed, own).headline)
    _say_signed(signed, own)
    click.echo(f"Wrote {out}.")


def _say_signed(audit: Audit, own: Criteria) -> None:
    if audit.signed is not None:
        click.echo(findings.signed_in_words(audit, own))
        click.echo(f"SHA-256 of what was signed: {audit.signed.content}")


@main.command()
@click.argument("file", type=FILE)
@click.option("--because", required=True, help="Why it is opened again; kept with the signed version.")
@writes(text="The workbook to write, which can be changed and signed again.")
def reopen(file: Path, because: str, out: Path) -> None:
    """Open the signed workbook FILE for changes again; the version that was signed stays in its history."""
    from audit.workbook import write

    audit, own = _sound(file)
    if audit.signed is None:
        fail([Problem(where=str(file), what="It is not signed.", fix="It can be changed as it is.")])
    because = because.strip()
    fault = fault_of(because) if because else "It is empty."
    if fault:
        fail([Problem(where="Reason", what=fault, fix="Say in a few words why it is opened again.")])
    version = audit.signed.version
    save(out, write(signing.reopen(audit, on=dt.date.today(), because=because), own))
    click.echo(f"Opened again. Version {version} stays as it was signed; keep {shown(file)}.")
    click.echo(f"Wrote {out}.")


def _sound(file: Path) -> tuple[Audit, Criteria]:
    """The audit of a workbook without a fault, and the criteria that it answers."""
    at_hand = criteria_at_hand()
    reading: Reading = read_workbook(file, at_hand)
    tell(reading.problems)
    if reading.audit is None or not reading.is_sound:
        click.echo("Nothing was written.", err=True)
        sys.exit(1)
    return reading.audit, reading.criteria or at_hand.of(reading.audit.frameworks)
