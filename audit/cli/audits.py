"""The commands for the audits of a school: blank, who, report, import, export, backup and restore.

A school works offline with blank and report. Who writes what each role would be asked. Import and export move an audit between a workbook and the store of this
computer. Backup and restore copy the whole store.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from audit.cli.terminal import (
    FILE,
    FOLDER,
    check_free,
    chosen_frameworks,
    fail,
    main,
    open_store,
    read_workbook,
    save_file,
    shipped_criteria,
    short_name,
    store_problem,
    tell,
    writes,
)
from audit.english import listed, plural
from audit.identifiers import read_urn, read_year
from audit.model import PHASES, Audit, Phase, School, Scope, academic_year
from audit.problems import Problem, errors
from audit.school.merge import upload_differences
from audit.school.proposals import asked_once
from audit.school.signing import NotIntact, Signed

if TYPE_CHECKING:
    from audit.store.audits import Store
    from audit.store.backup import DatabaseContents
    from audit.workbook.read_book import Reading

_REPORT = ("scores.csv", "gaps.csv", "summary.csv", "report.html", "report.xlsx")
"""The files of a gap report."""


@main.command()
@click.option("--phase", type=click.Choice(PHASES), required=True, help="The school's phase.")
@click.option("--scope", type=click.Choice(get_args(Scope)), default="recommended", show_default=True)
@click.option("--asked-of", metavar="ROLE", help="Only what this role should answer, such as network-manager.")
@click.option("--year", metavar="YEAR", help="Academic year, such as 2026/27.  [default: the current one]")
@click.option(
    "--framework",
    "ids",
    multiple=True,
    metavar="ID",
    help="The id of criteria to answer; give it once for each. The command criteria lists them.  [default: the usual ones]",
)
@click.option("--as-printed", is_flag=True, help="Also ask what law or guidance has overtaken.")
@writes(text="The workbook to write.")
def blank(
    phase: Phase,
    scope: Scope,
    asked_of: str | None,
    year: str | None,
    ids: tuple[str, ...],
    as_printed: bool,
    out: Path,
) -> None:
    """Write a blank form, to be filled in offline."""
    from audit.workbook.write import write

    criteria = shipped_criteria()
    frameworks = chosen_frameworks(criteria, ids)
    roles = criteria.of(frameworks).roles
    if asked_of is not None and asked_of not in roles:
        raise click.BadParameter(f"{asked_of} is not one of {', '.join(roles)}.", param_hint="--asked-of")
    chosen = academic_year(dt.date.today()) if year is None else read_year(year)
    if isinstance(chosen, Problem):
        raise click.BadParameter(f"{chosen.what} {chosen.fix}", param_hint="--year")
    school = School(urn="", name="", phase=phase)
    form = Audit(school=school, year=chosen, frameworks=frameworks, scope=scope, as_printed=as_printed)
    save_file(out, write(form, criteria, asked_of=asked_of))
    click.echo(f"Wrote {out}.")


@main.command()
@click.option("--phase", type=click.Choice(PHASES), default="primary", show_default=True, help="The school's phase.")
@click.option(
    "--framework",
    "ids",
    multiple=True,
    metavar="ID",
    help="The id of criteria to show; give it once for each. The command criteria lists them.  [default: all]",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help="Only this role, such as dsl; give it once for each.  [default: all]",
)
@writes(text="The file to write: a workbook (.xlsx) or a Word document (.docx).")
def who(phase: Phase, ids: tuple[str, ...], roles: tuple[str, ...], out: Path) -> None:
    """Write who answers for what: the statements by role, to put beside a job description or staff handbook."""
    from audit.exhibits.roles import (
        WHO_ANSWERS,
        about_roles,
        role_exhibits,
        role_findings,
        role_sheets,
    )

    every = shipped_criteria()
    criteria = every.of(chosen_frameworks(every, ids)) if ids else every
    if unknown := [role for role in roles if role not in criteria.roles]:
        what = f"There is no role {listed(unknown)} in these criteria. Choose from {', '.join(criteria.roles)}."
        raise click.BadParameter(what, param_hint="--role")
    year = academic_year(dt.date.today())
    exhibits = role_exhibits(criteria, phase=phase, year=year, roles=roles)
    if not exhibits:
        fail([Problem(where="--role", what="These criteria ask nothing of it.", fix="Choose another role, or none.")])
    about = about_roles(criteria, phase=phase, year=year)
    if out.suffix.lower() == ".docx":
        from audit.reports.letter import roles_document

        content = roles_document(exhibits, title=WHO_ANSWERS, about=about)
    elif out.suffix.lower() == ".xlsx":
        from audit.workbook.cells import write_tables

        content = write_tables(role_sheets(exhibits), about=[*about, *role_findings(exhibits)], footer=WHO_ANSWERS)
    else:
        raise click.BadParameter(f"{out.name} ends neither in .docx nor in .xlsx.", param_hint="--out")
    save_file(out, content)
    click.echo(f"Wrote {out}.")


@main.command()
@click.argument("file", type=FILE)
@writes(FOLDER, text="The folder to write into.")
def report(file: Path, out: Path) -> None:
    """Write the gap report of the workbook FILE, as CSV, HTML and workbook, and print the outcome."""
    import pandas as pd

    from audit.exhibits.school import counts_sentence, coverage_sentence
    from audit.exports import table_csv
    from audit.reports.html import gap_report
    from audit.school.outcome import gaps_in_order, outcomes, overtaken_title
    from audit.school.scoring import scores
    from audit.workbook.write import write

    current = shipped_criteria()
    reading = read_workbook(file, current)
    if reading.audit is None:
        fail(reading.problems)
    criteria = reading.criteria or current
    results = outcomes(reading.audit, criteria)
    signed = reading.audit.signed.content if reading.audit.signed else ""
    check_free(*(out / name for name in _REPORT))
    for name, table in (
        ("scores", scores([reading.audit], criteria)),
        ("gaps", gaps_in_order(results)),
        ("summary", pd.concat([result.summary for result in results])),
    ):
        save_file(out / f"{name}.csv", table_csv(table, signed=signed))
    save_file(out / "report.html", gap_report(*results))
    save_file(out / "report.xlsx", write(reading.audit, criteria))
    school = reading.audit.school
    click.echo(f"{school.name} (URN {school.urn}), {reading.audit.year}")
    for result in results:
        if len(results) > 1:
            click.echo(f"{result.framework.title}:")
        for line in (
            result.headline,
            counts_sentence(result),
            coverage_sentence(result),
            result.range_note,
            *((f"{overtaken_title(result)}.",) if result.overtaken else ()),
        ):
            click.echo(line)
    click.echo(f"Wrote {listed(_REPORT)} to {out}.")
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
    import sqlalchemy as sa

    from audit.store.schema import AlreadyThere, Gone, NotSaved, SignedOff

    reading = read_workbook(file, shipped_criteria())
    if not reading.is_sound or reading.audit is None:
        tell(reading.problems)
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    tell(reading.problems)
    store = open_store()
    try:
        audit_id = store.find(reading.audit.school.urn, reading.audit.year)
        if audit_id is None:
            store.add(reading.audit, criteria=reading.criteria, role=role)
            in_part = reading.audit.answered_in_part
            more = f", {in_part} in part," if in_part else ""
            click.echo(f"Imported {plural(reading.audit.answered, 'answer')}{more} as a new audit.")
        elif reading.intact and reading.criteria is not None:
            store.sign_offs.take(audit_id, Signed(audit=reading.audit, criteria=reading.criteria), role=role)
            click.echo("Took the audit as it was signed, in place of what was stored.")
        else:
            _import_into(store, audit_id, reading, conflicts, role, short_name(file))
    except (SignedOff, NotIntact):
        if reading.intact:
            what = "It holds no signature that the store lacks, or lacks one that it has; nothing was imported."
            fail(
                [Problem(where=short_name(file), what=what, fix="See how the two stand: verify the file with --store.")]
            )
        what = "The audit in the store is signed, so nothing of it changes."
        fail(
            [
                Problem(
                    where=short_name(file), what=what, fix="Open it again in the browser, on the page Check and sign."
                )
            ]
        )
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
    kept, criteria = store.load(audit_id), shipped_criteria()
    once = {} if kept is None else asked_once(kept, criteria)
    changes = upload_differences(reading.rows, reading.marks, stored, once)
    clashes = [change for change in changes if change.kind == "conflicting"]
    if kept is not None and (others := {ref.id for ref in reading.frameworks} - {ref.id for ref in kept.frameworks}):
        answered = listed(map(str, kept.frameworks))
        what = f"It answers {listed(sorted(others))} too, and the audit in the store only {answered}; nothing was imported."
        fix = "Export the audit from the store, and answer in that workbook."
        fail([Problem(where=f"{name}, sheet School", what=what, fix=fix)])
    plan, kept_plan = reading.audit.actions if reading.audit else (), kept.actions if kept is not None else ()
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
    revisions = {
        **(reading.audit.revisions if reading.audit else {}),
        **{c.statement: criteria[c.statement].statement.revision for c in taken if c.along_with},
    }
    new_plan = plan if plan and (not other_plan or conflicts == "take") else None
    if store.apply(audit_id, taken, revisions=revisions, plan=new_plan, role=role):
        fail([Problem(where=name, what="Somebody answered meanwhile; nothing was imported.", fix="Run it again.")])
    left = len(changes) - len(taken)
    click.echo(
        f"Imported {plural(len(taken), 'changed answer')} into the audit that was there"
        + (f"; kept {plural(left, 'stored answer')}." if left else ".")
    )


@main.command()
@click.option("--urn", required=True, help="The school's URN.")
@click.option("--year", required=True, help="Academic year, such as 2026/27.")
@writes(text="The workbook to write.")
def export(urn: str, year: str, out: Path) -> None:
    """Write an audit of the store as a workbook."""
    import sqlalchemy as sa

    criteria = shipped_criteria()
    urn_and_year = []
    for option, value in (("--urn", read_urn(urn)), ("--year", read_year(year))):
        if isinstance(value, Problem):
            raise click.BadParameter(f"{value.what} {value.fix}", param_hint=option)
        urn_and_year.append(value)
    store = open_store()
    try:
        audit_id = store.find(*urn_and_year)
        audit = None if audit_id is None else store.load(audit_id)
        criteria = criteria if audit_id is None or audit is None else store.criteria_of(audit_id, audit, criteria)
    except NotIntact as error:
        fix = "Restore a backup of the database, or use the workbook that was signed."
        fail([Problem(where="Store", what=str(error), fix=fix)])
    except sa.exc.SQLAlchemyError as error:
        fail([store_problem(error)])
    if audit is None:
        what = f"The store has no audit of URN {urn_and_year[0]} for {urn_and_year[1]}."
        fail([Problem(where="Store", what=what, fix="Check both, or import the school's workbook first.")])
    from audit.workbook.write import write  # only this job writes

    save_file(out, write(audit, criteria))
    click.echo(f"Wrote {out}.")


_PATH = click.Path(path_type=Path)


@main.command()
@click.argument("file", type=_PATH)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write everything that is stored into FILE.

    The app may run meanwhile. FILE holds all audits with their history, and all collections of returns.
    """
    from audit.problems import UnusableFile
    from audit.store.backup import back_up

    try:
        contents = back_up(file, force=force)
    except UnusableFile as error:
        fail(error.problems)
    click.echo(f"Backed up {_contents_in_words(contents)} to {file}.")


@main.command()
@click.argument("file", type=_PATH)
def restore_command(file: Path) -> None:
    """Put the backup FILE in the place of what is stored.

    Stop the app first. What was stored is kept beside the database under a dated name.
    """
    from audit.problems import UnusableFile
    from audit.store.backup import restore as put_back

    try:
        contents, kept = put_back(file)
    except UnusableFile as error:
        fail(error.problems)
    click.echo(f"Restored {_contents_in_words(contents)} from {file}.")
    if kept is not None:
        click.echo(f"What was stored before is kept as {kept}.")


def _contents_in_words(contents: DatabaseContents) -> str:
    from audit.english import plural

    return f"{plural(contents.audits, 'audit')} and {plural(contents.collections, 'collection')} of returns"
