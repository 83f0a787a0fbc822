"""The jobs of a school offline: blank, report."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import get_args

import click

from audit.cli.terminal import FILE, FOLDER, check_free, criteria_at_hand, fail, main, read_workbook, save, tell, writes
from audit.english import listed
from audit.identifiers import read_year
from audit.model import PHASES, Audit, Phase, School, Scope, academic_year
from audit.problems import Problem, errors

_REPORT = ("scores.csv", "gaps.csv", "summary.csv", "report.html", "report.xlsx")
"""What a gap report consists of."""


@main.command()
@click.option("--phase", type=click.Choice(PHASES), required=True, help="The school's phase.")
@click.option("--scope", type=click.Choice(get_args(Scope)), default="recommended", show_default=True)
@click.option("--asked-of", metavar="ROLE", help="Only what this role should answer, such as network-manager.")
@click.option("--year", metavar="YEAR", help="Academic year, such as 2026/27.  [default: the current one]")
@writes(text="The workbook to write.")
def blank(phase: Phase, scope: Scope, asked_of: str | None, year: str | None, out: Path) -> None:
    """Write a blank form, to be filled in offline."""
    from audit.workbook import write

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
@click.argument("file", type=FILE)
@writes(FOLDER, text="The folder to write into.")
def report(file: Path, out: Path) -> None:
    """Write the gap report of the workbook FILE, as CSV, HTML and workbook, and print the outcome."""
    from audit import readable
    from audit.exports import table_csv
    from audit.outcome import outcome
    from audit.reports import gap_report
    from audit.workbook import write

    at_hand = criteria_at_hand()
    reading = read_workbook(file, at_hand)
    if reading.audit is None:
        fail(reading.problems)
    own = reading.criteria or at_hand
    result = outcome(reading.audit, own)
    signed = reading.audit.signed.content if reading.audit.signed else ""
    check_free(*(out / name for name in _REPORT))
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
    click.echo(f"Wrote {listed(_REPORT)} to {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)
