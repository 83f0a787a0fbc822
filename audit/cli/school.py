"""The jobs of a school, and of whoever keeps the criteria: criteria, blank, check, report, import, export."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, get_args

import click
import sqlalchemy as sa

from audit import findings, questionnaire, readable
from audit.changes import compare
from audit.cli.stored import open_store, store_problem
from audit.cli.terminal import FILE, FOLDER, criteria_at_hand, fail, main, read_workbook, save, tell
from audit.exports import table_csv
from audit.identifiers import read_urn, read_year
from audit.model import PHASES, Action, Audit, Phase, School, Scope, academic_year
from audit.outcome import outcome
from audit.problems import Problem, errors
from audit.reports import gap_report
from audit.signing import NotIntact, Signed
from audit.store import AlreadyThere, NotSaved, SignedOff, Store
from audit.workbook import Reading, write

_CRITERION_FIELDS = ("id", "framework", "question", "recommended", "mark", "ordinal", "phases", "asked_of", "statement")


@main.command()
@click.option("--recommended", is_flag=True, help="Only the statements that the source recommends (K).")
@click.option("--phase", type=click.Choice(PHASES), help="Only the statements for this phase.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def criteria(recommended: bool, phase: Phase | None, form: str) -> None:
    """List the criteria, in the order of their source."""
    rows = [
        {
            "id": c.id,
            "framework": c.framework.id,
            "question": c.question.id,
            "recommended": c.statement.recommended,
            "mark": c.statement.source.mark,
            "ordinal": c.statement.source.ordinal,
            "phases": list(c.statement.phases),
            "asked_of": c.statement.asked_of,
            "statement": c.statement.statement,
        }
        for c in criteria_at_hand()
        if (not recommended or c.statement.recommended) and (phase is None or phase in c.statement.phases)
    ]
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        out = csv.DictWriter(sys.stdout, _CRITERION_FIELDS, lineterminator="\n")
        out.writeheader()
        for row in rows:
            out.writerow(
                {**row, "recommended": str(row["recommended"]).lower(), "phases": " ".join(_texts(row["phases"]))}
            )
    else:
        for row in rows:
            mark = "K" if row["recommended"] else " "
            click.echo(f"{row['id']:<16} {mark}  {row['statement']}")
        click.echo(f"{findings.plural(len(rows), 'statement')}.")


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value]


@main.command()
@click.option("--phase", type=click.Choice(PHASES), required=True, help="The school's phase.")
@click.option("--scope", type=click.Choice(get_args(Scope)), default="recommended", show_default=True)
@click.option("--asked-of", metavar="ROLE", help="Only what this role should answer, such as network-manager.")
@click.option("--year", metavar="YEAR", help="Academic year, such as 2026/27.  [default: the current one]")
@click.option("--out", type=FILE, required=True, help="The workbook to write.")
def blank(phase: Phase, scope: Scope, asked_of: str | None, year: str | None, out: Path) -> None:
    """Write a blank form, to be filled in offline."""
    own = criteria_at_hand()
    if asked_of is not None and asked_of not in own.roles:
        raise click.BadParameter(f"{asked_of} is not one of {', '.join(own.roles)}.", param_hint="--asked-of")
    chosen = academic_year(dt.date.today()) if year is None else read_year(year)
    if isinstance(chosen, Problem):
        raise click.BadParameter(f"{chosen.what} {chosen.fix}", param_hint="--year")
    form = Audit(school=School(urn="", name="", phase=phase), year=chosen, frameworks=own.refs, scope=scope)
    save(out, write(form, own, asked_of=asked_of))
    click.echo(f"Wrote {out}.")


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Say of each FILE whether it is a readable return."""
    own = criteria_at_hand()
    faulty = 0
    with click.progressbar(files, label="Checking", file=sys.stderr, hidden=len(files) < 20) as paths:
        for path in paths:
            reading = read_workbook(path, own)
            tell(reading.problems)
            faulty += not reading.is_sound
            click.echo(f"{path}: {_verdict(reading)}")
    sys.exit(1 if faulty else 0)


def _verdict(reading: Reading) -> str:
    count = len(errors(reading.problems))
    if reading.audit is None:
        return f"cannot be used; {findings.plural(count, 'fault')}."
    audit = reading.audit
    about = f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, {questionnaire.in_words(audit)}"
    return f"readable. {about}." if not count else f"readable with {findings.plural(count, 'fault')}. {about}."


@main.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="The folder to write into.")
def report(file: Path, out: Path) -> None:
    """Write the gap report of the workbook FILE, as CSV, HTML and workbook, and print the outcome."""
    at_hand = criteria_at_hand()
    reading = read_workbook(file, at_hand)
    if reading.audit is None:
        fail(reading.problems)
    own = reading.criteria or at_hand
    result = outcome(reading.audit, own)
    signed = reading.audit.signed.content if reading.audit.signed else ""
    for name, table in (("scores", result.scores), ("gaps", result.gaps), ("summary", result.summary)):
        save(out / f"{name}.csv", table_csv(table, signed=signed))
    save(out / "report.html", gap_report(result))
    save(out / "report.xlsx", write(reading.audit, own))
    school = reading.audit.school
    click.echo(f"{school.name} (URN {school.urn}), {reading.audit.year}")
    for line in (
        result.headline,
        readable.counts_sentence(result),
        readable.coverage_sentence(result),
        result.range_note,
    ):
        click.echo(line)
    click.echo(f"Wrote scores.csv, gaps.csv, summary.csv, report.html and report.xlsx to {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


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
            done, in_part = questionnaire.answered(reading.audit)
            more = f", {in_part} in part," if in_part else ""
            click.echo(f"Imported {findings.plural(done, 'answer')}{more} as a new audit.")
        elif reading.intact and reading.criteria is not None:
            store.sign_offs.take(there, Signed(audit=reading.audit, criteria=reading.criteria), role=role)
            click.echo("Took the audit as it was signed, in place of what was stored.")
        else:
            _import_into(store, there, reading, conflicts, role, file.name)
    except (SignedOff, NotIntact):
        if reading.intact:
            what = "It holds no signature that the store lacks, or lacks one that it has; nothing was imported."
            fail([Problem(where=file.name, what=what, fix="See how the two stand: verify the file with --store.")])
        what = "The audit in the store is signed, so nothing of it changes."
        fail([Problem(where=file.name, what=what, fix="Open it again in the browser, on the page Check and sign.")])
    except (NotSaved, AlreadyThere, sa.exc.SQLAlchemyError) as error:
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
        f"Imported {findings.plural(len(taken), 'changed answer')} into the audit that was there"
        + (f"; kept {findings.plural(kept, 'stored answer')}." if kept else ".")
    )


def _stored_plan(store: Store, audit_id: str) -> tuple[Action, ...]:
    audit = store.load(audit_id)
    return audit.actions if audit is not None else ()


@main.command()
@click.option("--urn", required=True, help="The school's URN.")
@click.option("--year", required=True, help="Academic year, such as 2026/27.")
@click.option("--out", type=FILE, required=True, help="The workbook to write.")
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
    save(out, write(audit, own))
    click.echo(f"Wrote {out}.")
