"""The jobs over the years of one school: next, changes, history."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from audit import theme
from audit.cli.terminal import FILE, criteria_at_hand, fail, main, name_of, read_workbook, save, tell, writes
from audit.identifiers import read_year
from audit.model import PHASES, Phase
from audit.problems import Problem, errors
from audit.school_details import phase_change, phase_change_in_words

if TYPE_CHECKING:
    import pandas as pd

    from audit.outcome import Outcome


@main.command("next")
@click.argument("file", type=FILE)
@click.option("--year", metavar="YEAR", help="The new academic year.  [default: the one after that of FILE]")
@click.option("--phase", type=click.Choice(PHASES), help="The school's phase in the new year.  [default: that of FILE]")
@writes(text="The workbook to write.")
def next_(file: Path, year: str | None, phase: Phase | None, out: Path) -> None:
    """Start the next year from last year's workbook FILE, with its answers to be confirmed or changed."""
    from audit import carrying
    from audit.workbook import write

    own = criteria_at_hand()
    reading = read_workbook(file, own, any_edition=True)
    if reading.audit is None:
        fail(reading.problems)
    last = reading.audit
    chosen = carrying.year_after(last.year) if year is None else read_year(year)
    if isinstance(chosen, Problem):
        raise click.BadParameter(f"{chosen.what} {chosen.fix}", param_hint="--year")
    if chosen <= last.year:
        raise click.BadParameter(
            f"{chosen} is not after {last.year}, the year of {name_of(file)}.", param_hint="--year"
        )
    as_it_was = carrying.start_from(last, own, year=chosen)
    begun = carrying.start_from(last, own, year=chosen, phase=phase)
    save(out, write(begun, own))
    click.echo(f"{last.school.name} (URN {last.school.urn}), {chosen}")
    for line in carrying.in_words(begun, own):
        click.echo(line)
    if begun.school.phase != last.school.phase:
        click.echo(f"Phase: {own.phases[last.school.phase]} → {own.phases[begun.school.phase]}.")
        for line in phase_change_in_words(phase_change(as_it_was, own, begun.school.phase)):
            click.echo(line)
    click.echo(f"Wrote {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


@main.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@writes(text="A CSV to write, one row per statement.", required=False)
def changes(old: Path, new: Path, out: Path | None) -> None:
    """Say what changed between the workbooks OLD and NEW of a school, statement by statement."""
    from audit import history

    (before, now), problems = _read((old, new))
    if before.audit.year > now.audit.year:
        what = f"It is of {before.audit.year}, and {name_of(new)} of {now.audit.year}."
        fail([Problem(where=str(old), what=what, fix="Name the earlier workbook first.")])
    changed = history.what_changed(before, now)
    click.echo(history.changed_in_words(changed))
    if apart := history.apart_in_words(before, now, changed):
        click.echo(apart)
    for change, rows in history.by_change(changed).items():
        words = history.CHANGES[change]
        click.echo(f"{words.heading}: {len(rows)}. {words.means}")
        for reference, text, was, became in rows.itertuples(index=False, name=None):
            click.echo(f"  {reference}: {was} → {became}. {text}")
    _finish(changed, out, problems)


@main.command("history")
@click.argument("files", nargs=-1, required=True, type=FILE)
@writes(text="A CSV to write, two rows per year: over all it asks, and what all years ask.", required=False)
def history_(files: tuple[Path, ...], out: Path | None) -> None:
    """Show how the figures of a school went over the years of its workbooks FILES."""
    from audit import history

    outcomes, problems = _read(files)
    years = [one.audit.year for one in outcomes]
    if twice := sorted({year for year in years if years.count(year) > 1}):
        fix = "Give one workbook of each year."
        fail([Problem(where="Files", what=f"More than one is of {', '.join(twice)}.", fix=fix)])
    table = history.trend(outcomes)
    click.echo(f"{history.trend_title(history.comparable(table))}.")
    if note := history.comparable_in_words(table):
        click.echo(note)
    for row in history.trend_table(table).to_dict("records"):
        click.echo("; ".join(f"{name} {value}" for name, value in row.items()))
    _finish(table, out, problems)


def _read(files: Sequence[Path]) -> tuple[list[Outcome], list[Problem]]:
    """Each workbook's outcome, and what else to know; exit status 1 and every reason if one cannot be used."""
    from audit import history

    own = criteria_at_hand()
    readings = [read_workbook(path, own, any_edition=True) for path in files]
    problems = [problem for reading in readings for problem in reading.problems]
    found = [
        history.outcome_at_hand(reading.audit, reading.criteria or own) if reading.audit is not None else None
        for reading in readings
    ]
    outcomes = [one for one in found if one is not None]
    if len(outcomes) < len(files):
        fail(problems)
    urns = {one.audit.school.urn for one in outcomes}
    if len(urns) > 1:
        problems.append(
            Problem(
                where="Files",
                what=f"They are of the URNs {', '.join(sorted(urns))}.",
                fix="Make sure that it is one school that changed its number.",
                severity="warning",
            )
        )
    for audit in (one.audit for one in outcomes):
        signed = f"signed content SHA-256 {audit.signed.content}" if audit.signed else "not signed"
        click.echo(f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, {signed}")
    return outcomes, problems


def _finish(table: pd.DataFrame, out: Path | None, problems: Sequence[Problem]) -> NoReturn:
    """Says that all is self-reported, writes the table if wanted, and tells what was wrong with the files."""
    from audit.exports import table_csv

    click.echo(theme.SELF_REPORTED)
    if out is not None:
        save(out, table_csv(table))
        click.echo(f"Wrote {out}.")
    tell(problems)
    sys.exit(1 if errors(problems) else 0)
