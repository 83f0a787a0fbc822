"""The job that puts an audit before governors: pack."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.terminal import (
    DATE,
    FILE,
    criteria_at_hand,
    fail,
    main,
    name_of,
    read_file,
    read_workbook,
    save,
    tell,
    writes,
)
from audit.model import Audit, Criteria
from audit.problems import Problem, errors
from audit.text import fault_of

if TYPE_CHECKING:
    from audit.authority.replying.benchmark import Benchmark
    from audit.outcome import Outcome


@main.command("pack")
@click.argument("file", type=FILE)
@writes(text="The PDF to write.")
@click.option("--before", type=FILE, help="Last year's workbook.  [default: the answers that FILE began with, if any]")
@click.option("--benchmark", type=FILE, help="The benchmark file (.json) of the local authority.")
@click.option("--meeting-date", type=DATE, help="Day of the meeting, such as 01/03/2027.")
@click.option("--presenter", metavar="ROLE", default="", help="Who presents the audit, as a role and never as a name.")
def pack_(
    file: Path,
    out: Path,
    before: Path | None,
    benchmark: Path | None,
    meeting_date: dt.date | None,
    presenter: str,
) -> None:
    """Write the governors' pack of the workbook FILE: a PDF of two to four pages."""
    from audit.history import before as last_year
    from audit.reports.pack import Meeting, PackInputs, pack

    if fault := fault_of(presenter):
        raise click.BadParameter(fault, param_hint="--presenter")
    own = criteria_at_hand()
    result, problems = _outcome_of(file, own)
    earlier = None if before is None else _earlier(before, result.audit, own)
    save(
        out,
        pack(
            PackInputs(
                result=result,
                before=last_year(result, [] if earlier is None else [earlier]),
                today=dt.date.today(),
                meeting=Meeting(on=meeting_date, presenter=presenter.strip()),
                benchmark=None if benchmark is None else _benchmark(benchmark, result.criteria),
            )
        ),
    )
    audit = result.audit
    click.echo(f"{audit.school.name} (URN {audit.school.urn}), {audit.year}")
    click.echo(
        f"Signed content, SHA-256: {audit.signed.content}" if audit.signed else "Not signed: the pack is a draft."
    )
    click.echo(f"Wrote {out}.")
    tell(problems)
    sys.exit(1 if errors(problems) else 0)


def _outcome_of(path: Path, own: Criteria, *, any_edition: bool = False) -> tuple[Outcome, tuple[Problem, ...]]:
    """The outcome of a workbook, by the criteria that it was signed with if it is signed."""
    from audit.history import outcome_at_hand
    from audit.outcome import outcome

    reading = read_workbook(path, own, any_edition=any_edition)
    if reading.audit is None:
        fail(reading.problems)
    if reading.criteria is not None:
        return outcome(reading.audit, reading.criteria), reading.problems
    found = outcome_at_hand(reading.audit, own)
    if found is None:
        fail(reading.problems)
    return found, reading.problems


def _earlier(path: Path, audit: Audit, own: Criteria) -> Outcome:
    """Last year's outcome; exit status 1 and the reason if it cannot be held against this year's."""
    found, problems = _outcome_of(path, own, any_edition=True)
    school, year, basis = found.audit.school, found.audit.year, found.audit.basis
    what = ""
    if school.urn != audit.school.urn:
        what = f"It is of URN {school.urn}, and the audit of URN {audit.school.urn}."
    elif year >= audit.year:
        what = f"It is of {year}, which is not before {audit.year}."
    elif basis != audit.basis:
        what = f"It is a {basis}, and the audit a {audit.basis}."
    if what:
        fix = "Choose the workbook of an earlier year of the same school, or leave --before out."
        fail([Problem(where=str(path), what=what, fix=fix)])
    tell(problems)
    return found


def _benchmark(path: Path, own: Criteria) -> Benchmark:
    """The authority's benchmark; exit status 1 and every reason if it cannot be used."""
    from audit.authority.replying.benchmark import Benchmark, read_benchmark

    data = read_file(path)
    if isinstance(data, Problem):
        fail([data])
    found = read_benchmark(data, name_of(path), own)
    if not isinstance(found, Benchmark):
        fail(found)
    tell(found.notes)
    return found
