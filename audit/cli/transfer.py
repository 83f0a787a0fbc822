"""The jobs between a workbook and the store of this computer: import, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa

from audit.changes import compare
from audit.cli.stored import open_store, store_problem
from audit.cli.terminal import FILE, criteria_at_hand, fail, main, name_of, read_workbook, save, tell, writes
from audit.english import plural
from audit.identifiers import read_urn, read_year
from audit.model import Action
from audit.problems import Problem
from audit.signing import NotIntact, Signed
from audit.workbook import Reading

if TYPE_CHECKING:
    from audit.store import Store


@main.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--conflicts",
    type=click.Choice(["refuse", "keep", "take"]),
    default="refuse",
    show_default=True,
    help="What to do where an answer changed in the store too: refuse the file, keep the stored, or take the file's.",
)
@click.option("--role", default="", help="Who gives these answers, as a role; kept in the history.")
def import_(file: Path, conflicts: str, role: str) -> None:
    """Put the answers of the workbook FILE into the store."""
    from audit.store import AlreadyThere, Gone, NotSaved, SignedOff

    own = criteria_at_hand()
    reading = read_workbook(file, own)
    if not reading.is_sound or reading.audit is None:
        tell(reading.problems)
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    tell(reading.problems)
    store = open_store()
    try:
        there = store.find(reading.audit.school.urn, reading.audit.year)
        if there is None:
            store.add(reading.audit, criteria=reading.criteria, role=role)
            in_part = reading.audit.answered_in_part
            more = f", {in_part} in part," if in_part else ""
            click.echo(f"Imported {plural(reading.audit.answered, 'answer')}{more} as a new audit.")
        elif reading.intact and reading.criteria is not None:
            store.sign_offs.take(there, Signed(audit=reading.audit, criteria=reading.criteria), role=role)
            click.echo("Took the audit as it was signed, in place of what was stored.")
        else:
            _import_into(store, there, reading, conflicts, role, name_of(file))
    except (SignedOff, NotIntact):
        if reading.intact:
            what = "It holds no signature that the store lacks, or lacks one that it has; nothing was imported."
            fail([Problem(where=name_of(file), what=what, fix="See how the two stand: verify the file with --store.")])
        what = "The audit in the store is signed, so nothing of it changes."
        fail([Problem(where=name_of(file), what=what, fix="Open it again in the browser, on the page Check and sign.")])
    except Gone as gone:
        fix = "Run it again: the workbook then becomes a new audit."
        fail([Problem(where="Store", what=f"{gone} Nothing was imported.", fix=fix)])
    except AlreadyThere:
        what = "There is an audit of this school and year, in the bin or begun meanwhile; nothing was imported."
        fix = "Put it back from the bin on Home, or delete it for good there; then run this again."
        fail([Problem(where="Store", what=what, fix=fix)])
    except (NotSaved, sa.exc.SQLAlchemyError) as error:
        fail([store_problem(error)])


def _import_into(store: Store, audit_id: str, reading: Reading, conflicts: str, role: str, name: str) -> None:
    stored = {statement: kept.response for statement, kept in store.stored(audit_id).items()}
    changes = compare(reading.rows, reading.marks, stored)
    clashes = [change for change in changes if change.kind == "conflicting"]
    plan, kept_plan = reading.audit.actions if reading.audit else (), _stored_plan(store, audit_id)
    other_plan = bool(plan and kept_plan) and plan != kept_plan
    if other_plan and conflicts == "refuse":
        fix = "Run again with --conflicts keep or --conflicts take."
        fail([Problem(where=f"{name}, sheet Action plan", what="The stored action plan differs from it.", fix=fix)])
    if clashes and conflicts == "refuse":
        tell(
            Problem(
                where=f"{name}, {change.statement}",
                what="The stored answer changed after this workbook was written, and differs from it.",
                fix="Run again with --conflicts keep or --conflicts take, or upload it in the browser to see both.",
            )
            for change in clashes
        )
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    taken = tuple(change for change in changes if change.kind != "conflicting" or conflicts == "take")
    revisions = reading.audit.revisions if reading.audit else {}
    if store.apply(audit_id, taken, revisions=revisions, role=role):
        fail([Problem(where=name, what="Somebody answered meanwhile; nothing was imported.", fix="Run it again.")])
    if plan and (not other_plan or conflicts == "take"):
        store.plans.replace_all(audit_id, plan, role=role)
    kept = len(changes) - len(taken)
    click.echo(
        f"Imported {plural(len(taken), 'changed answer')} into the audit that was there"
        + (f"; kept {plural(kept, 'stored answer')}." if kept else ".")
    )


def _stored_plan(store: Store, audit_id: str) -> tuple[Action, ...]:
    audit = store.load(audit_id)
    return audit.actions if audit is not None else ()


@main.command()
@click.option("--urn", required=True, help="The school's URN.")
@click.option("--year", required=True, help="Academic year, such as 2026/27.")
@writes(text="The workbook to write.")
def export(urn: str, year: str, out: Path) -> None:
    """Write an audit of the store as a workbook."""
    own = criteria_at_hand()
    wanted = []
    for option, value in (("--urn", read_urn(urn)), ("--year", read_year(year))):
        if isinstance(value, Problem):
            raise click.BadParameter(f"{value.what} {value.fix}", param_hint=option)
        wanted.append(value)
    store = open_store()
    try:
        audit_id = store.find(*wanted)
        audit = None if audit_id is None else store.load(audit_id)
        own = own if audit_id is None or audit is None else store.criteria_of(audit_id, audit, own)
    except NotIntact as error:
        fix = "Restore a backup of the database, or use the workbook that was signed."
        fail([Problem(where="Store", what=str(error), fix=fix)])
    except sa.exc.SQLAlchemyError as error:
        fail([store_problem(error)])
    if audit is None:
        what = f"The store has no audit of URN {wanted[0]} for {wanted[1]}."
        fail([Problem(where="Store", what=what, fix="Check both, or import the school's workbook first.")])
    from audit.workbook.writer import write  # only this job writes

    save(out, write(audit, own))
    click.echo(f"Wrote {out}.")
