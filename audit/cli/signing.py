"""The jobs around signing: review, sign, reopen, and verify what was signed."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
import sqlalchemy as sa

from audit import findings, signing
from audit.cli.stored import open_store, store_problem
from audit.cli.terminal import FILE, criteria_at_hand, fail, main, read_workbook, save, tell
from audit.model import SIGNING_ROLES, Audit, Criteria, SigningRole, SignOff
from audit.outcome import outcome
from audit.problems import Problem, errors
from audit.review import TITLES, Finding, review
from audit.signing import NotIntact
from audit.store import Store
from audit.text import fault_of
from audit.verdict import Verdict, beside, in_words
from audit.verifying import verify as verify_file
from audit.workbook import Reading, write

DATE = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_ROLES: dict[str, SigningRole] = {**{role: role for role in SIGNING_ROLES}, "chair": "chair of governors"}
"""Who signs, by what may be typed."""


@main.command("review")
@click.argument("file", type=FILE)
@click.option("--before", type=FILE, help="Last year's workbook: its evidence is held against this year's.")
def review_(file: Path, before: Path | None) -> None:
    """Say what a reviewer would ask about the workbook FILE before it is signed; none of it stops the signing."""
    own = criteria_at_hand()
    reading = read_workbook(file, own)
    if reading.audit is None:
        fail(reading.problems)
    earlier = None if before is None else read_workbook(before, own, any_edition=True)
    if earlier is not None and earlier.audit is None:
        fail(earlier.problems)
    others = () if earlier is None or earlier.audit is None else (earlier.audit,)
    found = review(reading.audit, reading.criteria or own, others=others)
    _say(f"{reading.audit.school.name} (URN {reading.audit.school.urn}), {reading.audit.year}")
    for line in _remarks(found):
        _say(line)
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


def _remarks(found: tuple[Finding, ...]) -> Iterator[str]:
    """The remarks by check, each with its place, its reason, and what the school typed."""
    for check, those in groupby(found, key=lambda one: one.check):
        remarks = list(those)
        yield f"{TITLES[check]}: {len(remarks)}"
        for one in remarks:
            statement = one.criterion.statement
            quote = f" [{one.quote[:80]}{'…' if len(one.quote) > 80 else ''}]" if one.quote else ""
            yield f"  {statement.reference} ({statement.id}): {one.reason}{quote}"
    yield f"{findings.plural(len(found), 'point')} that a reviewer may ask about; nothing here stops the signing."


def _say(line: str) -> None:
    """A line on standard output, whatever letters a file has brought into it."""
    click.echo("".join(letter if letter.isprintable() else " " for letter in line))


@main.command()
@click.argument("file", type=FILE)
@click.option("--role", type=click.Choice(list(_ROLES)), required=True, help="Who signs: the headteacher first.")
@click.option("--date", "day", type=DATE, help="The day of signing, as 2027-05-03.  [default: today]")
@click.option("--statement", default="", help="What the role has to say with it; no pupil details.")
@click.option("--out", type=FILE, required=True, help="The signed workbook to write.")
def sign(file: Path, role: str, day: dt.datetime | None, statement: str, out: Path) -> None:
    """Sign the workbook FILE off, or countersign it: it is then read-only and carries the SHA-256 of its content."""
    audit, own = _sound(file)
    today = dt.date.today()
    made = signing.signature_of(audit, _ROLES[role], on=day.date() if day else today, statement=statement, today=today)
    if isinstance(made, Problem):
        fail([made])
    signed = signing.sign(audit, own, made)
    save(out, write(signed, own))
    _say(outcome(signed, own).headline)
    _say_signed(signed)
    click.echo(f"Wrote {out}.")


def _say_signed(audit: Audit) -> None:
    if audit.signed is not None:
        click.echo(findings.signed_by(audit.signed))
        click.echo(f"SHA-256 of what was signed: {audit.signed.content}")


@main.command()
@click.argument("file", type=FILE)
@click.option("--because", required=True, help="Why it is opened again; kept with the signed version.")
@click.option("--out", type=FILE, required=True, help="The workbook to write, which can be changed and signed again.")
def reopen(file: Path, because: str, out: Path) -> None:
    """Open the signed workbook FILE for changes again; the version that was signed stays in its history."""
    audit, own = _sound(file)
    if audit.signed is None:
        fail([Problem(where=str(file), what="It is not signed.", fix="It can be changed as it is.")])
    because = because.strip()
    fault = fault_of(because) if because else "It is empty."
    if fault:
        fail([Problem(where="Reason", what=fault, fix="Say in a few words why it is opened again.")])
    version = audit.signed.version
    save(out, write(signing.reopen(audit, on=dt.date.today(), because=because), own))
    click.echo(f"Opened again. Version {version} stays as it was signed; keep {file}.")
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


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--store", "with_store", is_flag=True, help="Hold each against the store of this computer too.")
def verify(files: tuple[Path, ...], with_store: bool) -> None:
    """Say of each FILE, a workbook or a pack, whether it is what was signed and, if not, what differs."""
    own = criteria_at_hand()
    store = open_store() if with_store else None
    verdicts = [_verdict(path, own) for path in files]
    for verdict in verdicts:
        for line in _lines(verdict):
            _say(line)
        if store is not None and verdict.audit is not None and verdict.sign_off is not None:
            _say(f"  {_in_store(store, verdict.audit, verdict.sign_off)}")
        tell(verdict.problems)
    if store is not None:
        store.close()
    sys.exit(0 if all(verdict.standing == "as signed" for verdict in verdicts) else 1)


def _verdict(path: Path, criteria: Criteria) -> Verdict:
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"The file cannot be opened: {error.strerror or error}."
        problem = Problem(where=str(path), what=what, fix="Check the name and the folder.")
        return Verdict(file=str(path), standing="unreadable", problems=(problem,))
    return verify_file(data, path.name, criteria)


def _lines(verdict: Verdict) -> Iterator[str]:
    yield in_words(verdict)
    if verdict.audit is not None:
        yield f"  {verdict.audit.school.name} (URN {verdict.audit.school.urn}), {verdict.audit.year}"
    if verdict.sign_off is not None and verdict.standing != "not signed":
        yield f"  {findings.signed_by(verdict.sign_off)}"
        yield f"  SHA-256 of what was signed: {verdict.sign_off.content}"
    yield from (f"  {note}" for note in verdict.notes)
    for one in verdict.differences:
        yield f'  {one.where}: signed "{one.signed}", now "{one.found}"'


def _in_store(store: Store, audit: Audit, sign_off: SignOff) -> str:
    """How a sign-off stands to the same audit in the store, in one sentence."""
    try:
        audit_id = store.find(audit.school.urn, audit.year)
        kept = None if audit_id is None else store.load(audit_id)
    except NotIntact as error:
        return f"The audit in the store is not what was signed. {error}"
    except sa.exc.SQLAlchemyError as error:
        fail([store_problem(error)])
    return "The store does not hold this audit." if kept is None else beside(sign_off, kept)
