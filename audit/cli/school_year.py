"""The commands for a school's year: next, changes, history, plan, review, sign, reopen and pack.

Next, changes and history are about the years of one school. Plan says which actions are overdue or due, who does them
and what they would bring, also as CSV and as a calendar. Review, sign and reopen are for signing, and pack writes the
PDF for governors.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from audit import theme
from audit.cli.terminal import (
    DATE,
    FILE,
    FOLDER,
    check_free,
    chosen_frameworks,
    fail,
    main,
    read_file,
    read_workbook,
    save_file,
    say,
    shipped_criteria,
    short_name,
    shown_path,
    tell,
    writes,
)
from audit.english import day, first_capital, plural
from audit.identifiers import read_year
from audit.model import PHASES, SIGNING_ROLES, Action, Audit, Criteria, Phase, SigningRole
from audit.problems import Problem, errors
from audit.school import signing
from audit.school.outcome import signed_in_words
from audit.text import fault_of

if TYPE_CHECKING:
    import pandas as pd

    from audit.authority.feedback.benchmark import Benchmark
    from audit.model import Framework
    from audit.school import plan
    from audit.school.moves import Move
    from audit.school.outcome import Outcome
    from audit.school.review import Finding
    from audit.tables import Schema
    from audit.workbook.read_book import Reading


@main.command("next")
@click.argument("file", type=FILE)
@click.option("--year", metavar="YEAR", help="The new academic year.  [default: the one after that of FILE]")
@click.option("--phase", type=click.Choice(PHASES), help="The school's phase in the new year.  [default: that of FILE]")
@click.option(
    "--framework",
    "ids",
    multiple=True,
    metavar="ID",
    help="The id of criteria to answer; give it once for each. The command criteria lists them.  "
    "[default: those of FILE]",
)
@click.option("--as-printed", is_flag=True, help="Also ask what law or guidance has overtaken.")
@writes(text="The workbook to write.")
def next_(file: Path, year: str | None, phase: Phase | None, ids: tuple[str, ...], as_printed: bool, out: Path) -> None:
    """Start the next year from last year's workbook FILE, with its answers to be confirmed or changed."""
    from audit.school import next_year, proposals
    from audit.school.questionnaire import phase_change, phase_change_in_words, with_phase
    from audit.workbook.write import write

    criteria = shipped_criteria()
    reading = read_workbook(file, criteria, any_edition=True)
    if reading.audit is None:
        fail(reading.problems)
    last = reading.audit
    chosen = next_year.year_after(last.year) if year is None else read_year(year)
    if isinstance(chosen, Problem):
        raise click.BadParameter(f"{chosen.what} {chosen.fix}", param_hint="--year")
    if chosen <= last.year:
        raise click.BadParameter(
            f"{chosen} is not after {last.year}, the year of {short_name(file)}.", param_hint="--year"
        )
    as_it_was = next_year.start_from(last, criteria, year=chosen, as_printed=as_printed)
    if ids:
        as_it_was = replace(as_it_was, frameworks=chosen_frameworks(criteria, ids))
    begun = with_phase(as_it_was, phase or last.school.phase)
    save_file(out, write(begun, criteria))
    click.echo(f"{last.school.name} (URN {last.school.urn}), {chosen}")
    for line in (*next_year.begun_in_words(begun, criteria), *proposals.once_in_words(begun, criteria)):
        click.echo(line)
    if begun.school.phase != last.school.phase:
        click.echo(f"Phase: {criteria.phases[last.school.phase]} → {criteria.phases[begun.school.phase]}.")
        for line in phase_change_in_words(phase_change(as_it_was, criteria, begun.school.phase)):
            click.echo(line)
    click.echo(f"Wrote {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


@main.command("add-criteria")
@click.argument("file", type=FILE)
@click.option(
    "--framework",
    "ids",
    multiple=True,
    required=True,
    metavar="ID",
    help="The id of criteria to answer too; give it once for each. The command criteria lists them.",
)
@writes(text="The workbook to write.")
def add_criteria(file: Path, ids: tuple[str, ...], out: Path) -> None:
    """Have the audit in the workbook FILE answer further criteria too; every answer stays."""
    from audit.school import proposals
    from audit.workbook.write import write

    criteria = shipped_criteria()
    reading = read_workbook(file, criteria)
    audit = reading.audit
    if audit is None:
        fail(reading.problems)
    if audit.signed is not None:
        what = "The audit is signed, so its criteria cannot be changed."
        fail([Problem(where=short_name(file), what=what, fix="Open it again first, with the command reopen.")])
    wider = proposals.with_frameworks(audit, chosen_frameworks(criteria, ids), criteria)
    if wider.frameworks == audit.frameworks:
        fail([Problem(where="--framework", what="The audit answers it already.", fix="Name other criteria.")])
    save_file(out, write(wider, criteria))
    click.echo(f"{audit.school.name} (URN {audit.school.urn}), {audit.year}")
    found = proposals.proposals(wider, criteria).values()
    for line in (
        *proposals.proposed_in_words(found),
        *proposals.once_in_words(wider, criteria),
    ):
        click.echo(line)
    click.echo(f"Wrote {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


@main.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@writes(text="A CSV to write, one row per statement.", required=False)
def changes_command(old: Path, new: Path, out: Path | None) -> None:
    """Say what changed between the workbooks OLD and NEW of a school, statement by statement."""
    from audit.school import transition
    from audit.school.moves import moves

    criteria = shipped_criteria()
    (before, now), problems = _outcomes_of((old, new), criteria)
    earlier, later = before[0].audit, now[0].audit
    if earlier.year > later.year:
        what = f"It is of {earlier.year}, and {short_name(new)} of {later.year}."
        fail([Problem(where=str(old), what=what, fix="Name the earlier workbook first.")])
    tables = []
    gone_into = moves(now, before, criteria)
    for framework in _frameworks([*before, *now]):
        first = next(iter(transition.of_framework(before, framework.id)), None)
        second = next(iter(transition.of_framework(now, framework.id)), None)
        if first is None or second is None:
            year = later.year if first is None else earlier.year
            moved = any(framework.id in (move.before.framework.id, move.now.framework.id) for move in gone_into)
            compared = "its figures are not compared" if moved else "nothing of it can be compared"
            click.echo(f"{first_capital(framework.called)}: answered in {year} only, so {compared}.")
            continue
        if len(now) > 1 or len(before) > 1:
            click.echo(f"{first_capital(framework.called)}:")
        tables.append(transition.what_changed(first, second))
        for line in _change_lines(first, second, tables[-1]):
            click.echo(line)
    for move in gone_into:
        for line in _move_lines(move):
            click.echo(line)
    _finish(_together(tables, transition.CHANGED), out, problems)


def _frameworks(outcomes: Iterable[Outcome]) -> tuple[Framework, ...]:
    """The frameworks of some outcomes, each once, in the edition of the last."""
    return tuple({outcome.framework.id: outcome.framework for outcome in outcomes}.values())


def _together(tables: Sequence[pd.DataFrame], schema: Schema) -> pd.DataFrame:
    """The tables of all frameworks as one, for a CSV."""
    import pandas as pd

    from audit.tables import typed

    return typed(pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(schema)), schema)


def _change_lines(before: Outcome, now: Outcome, changed: pd.DataFrame) -> Iterator[str]:
    """What changed by one framework, for the terminal: in words, then statement by statement."""
    from audit.school import history_words, transition

    yield history_words.changed_in_words(changed)
    if apart := history_words.apart_in_words(before, now, changed):
        yield apart
    for change, rows in history_words.by_change(changed).items():
        words = transition.CHANGES[change]
        yield f"{words.heading}: {len(rows)}. {words.means}"
        for reference, text, was, became, *why in rows.itertuples(index=False, name=None):
            yield f"  {reference}: {was} → {became}. {' '.join([text, *why])}"


def _move_lines(move: Move) -> Iterator[str]:
    """Where the statements of one edition went in another one, for the terminal: in words, then statement by statement."""
    from audit.exhibits.governors import moved_exhibit
    from audit.school import history_words
    from audit.school.moves import MOVED

    exhibit = moved_exhibit(move)
    yield f"{exhibit.title}:"
    yield f"{exhibit.finding}."
    yield exhibit.means
    for name, statements in history_words.by_move(move).items():
        words = MOVED[name]
        yield f"{words.heading}: {len(statements)}. {words.means}"
        for moved in statements:
            yield f"  {moved.criterion.statement.reference}: {theme.words(moved.before)}. {moved.criterion.statement.statement}"
            states = (theme.words(counterpart.kind) for counterpart in moved.counterparts)
            for line, state in zip(history_words.counterpart_lines(moved), states, strict=True):
                yield f"    → {line} {state}."
            if moved.because:
                yield f"    {moved.because}"


@main.command("history")
@click.argument("files", nargs=-1, required=True, type=FILE)
@writes(text="A CSV to write, two rows per year: over all it asks, and what all years ask.", required=False)
def history_(files: tuple[Path, ...], out: Path | None) -> None:
    """Show how the figures of a school went over the years of its workbooks FILES."""
    from audit.school import history_words, transition
    from audit.school.moves import moves_into

    criteria = shipped_criteria()
    audits, problems = _outcomes_of(files, criteria)
    years = [of_audit[0].audit.year for of_audit in audits]
    if twice := sorted({year for year in years if years.count(year) > 1}):
        fix = "Give one workbook of each year."
        fail([Problem(where="Files", what=f"More than one is of {', '.join(twice)}.", fix=fix)])
    outcomes = [outcome for of_audit in audits for outcome in of_audit]
    frameworks, tables = _frameworks(outcomes), []
    for framework in frameworks:
        tables.append(transition.trend(transition.of_framework(outcomes, framework.id)))
        if len(frameworks) > 1:
            click.echo(f"{first_capital(framework.called)}:")
        coverage = framework.coverage_called
        click.echo(f"{history_words.trend_title(transition.comparable(tables[-1]), coverage)}.")
        if note := history_words.comparable_in_words(tables[-1]):
            click.echo(note)
        into = moves_into(transition.of_framework(outcomes, framework.id), outcomes, criteria)
        if broken := history_words.break_in_words(into):
            click.echo(broken)
        for row in history_words.trend_table(tables[-1], coverage).to_dict("records"):
            click.echo("; ".join(f"{name} {value}" for name, value in row.items()))
    _finish(_together(tables, transition.TREND), out, problems)


def _outcomes_of(files: Sequence[Path], criteria: Criteria) -> tuple[list[tuple[Outcome, ...]], list[Problem]]:
    """The outcomes of each workbook, one for each framework that it answers, and the problems.

    Exit status 1 and every reason if one workbook cannot be used.
    """
    readings = [read_workbook(path, criteria, any_edition=True) for path in files]
    problems = [problem for reading in readings for problem in reading.problems]
    audits = [of_audit for reading in readings if (of_audit := _by_edition(reading, criteria))]
    if len(audits) < len(files):
        fail(problems)
    heads = [of_audit[0].audit for of_audit in audits]
    urns = {audit.school.urn for audit in heads}
    if len(urns) > 1:
        problems.append(
            Problem(
                where="Files",
                what=f"They are of the URNs {', '.join(sorted(urns))}.",
                fix="Make sure that it is one school that changed its number.",
                severity="warning",
            )
        )
    for audit in heads:
        signed = f"signed content SHA-256 {audit.signed.content}" if audit.signed else "not signed"
        click.echo(f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, {signed}")
    return audits, problems


def _by_edition(reading: Reading, criteria: Criteria) -> tuple[Outcome, ...]:
    """The outcomes of a workbook: a signed one by the criteria that it was signed with; none if it cannot be used."""
    from audit.school.outcome import outcomes
    from audit.school.transition import outcomes_by_edition

    if reading.audit is None:
        return ()
    if reading.criteria is not None:
        return outcomes(reading.audit, reading.criteria)
    return outcomes_by_edition(reading.audit, criteria)


def _finish(table: pd.DataFrame, out: Path | None, problems: Sequence[Problem]) -> NoReturn:
    """Says that all is self-reported, writes the table if asked, and prints the problems of the files."""
    from audit.exports import table_csv

    click.echo(theme.SELF_REPORTED)
    if out is not None:
        save_file(out, table_csv(table))
        click.echo(f"Wrote {out}.")
    tell(problems)
    sys.exit(1 if errors(problems) else 0)


_SHOWN: tuple[plan.When, ...] = ("overdue", "due soon", "no date")
"""The groups whose actions are listed one by one; the CSV holds all actions."""


@main.command("plan")
@click.argument("file", type=FILE)
@writes(FOLDER, text="The folder to write into.")
@click.option("--date", "day", type=DATE, help="How it stands on this day, such as 20/11/2026.  [default: today]")
def plan_(file: Path, out: Path, day: dt.date | None) -> None:
    """Say how the action plan of the workbook FILE stands; write it as CSV, and its dates for a calendar."""
    from audit.school.outcome import outcomes

    current = shipped_criteria()
    reading = read_workbook(file, current)
    if reading.audit is None:
        fail(reading.problems)
    audit, criteria = reading.audit, reading.criteria or current.of(reading.audit.frameworks)
    today = day or dt.date.today()
    for line in _plan_lines(outcomes(audit, criteria), criteria, today):
        say(line)
    click.echo(f"Wrote {_write_plan(audit, criteria, out, today)} to {out}.")
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


def _write_plan(audit: Audit, criteria: Criteria, out: Path, today: dt.date) -> str:
    """Writes the files; returns their names."""
    from audit.exports import plan_calendar, table_csv
    from audit.school import plan

    signed = audit.signed.content if audit.signed else ""
    check_free(out / "actions.csv", out / "actions.ics")
    save_file(out / "actions.csv", table_csv(plan.actions_table(audit, criteria, today), signed=signed))
    calendar = plan_calendar(audit, criteria, made_at=dt.datetime.now(dt.UTC))
    if calendar is None:
        return "actions.csv (and no actions.ics: no action has a date)"
    save_file(out / "actions.ics", calendar)
    return "actions.csv and actions.ics"


def _plan_lines(results: Sequence[Outcome], criteria: Criteria, today: dt.date) -> Iterator[str]:
    """The lines about a plan for the terminal: the plan as a whole, then what it means for each framework.

    Args:
        results: the outcomes of the audit, one for each framework.
        criteria: the criteria that it answers.
        today: the day that decides which actions are overdue.
    """
    from audit.school import plan, what_if

    audit = results[0].audit
    now = plan.plan_progress(audit, today)
    yield f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, on {day(today)}"
    if audit.signed is not None:
        yield f"Signed content (SHA-256): {audit.signed.content}"
    yield plan.plan_progress_in_words(now)
    for when in _SHOWN:
        yield from _action_lines(plan.WORDS[when], now.groups[when], criteria)
    overtaken = plan.for_overtaken(audit, criteria)
    yield from _action_lines(
        "Open, for a statement that is no longer asked; see whether it is still right", overtaken, criteria
    )
    waiting = what_if.to_answer(audit, criteria)
    yield from _action_lines("Done, but the answer is still a gap; answer again", waiting, criteria)
    roles = plan.roles_table(now)
    if not roles.empty:
        yield "By role:"
        for role, number, overdue, soon, _ in roles.itertuples(index=False):
            yield f"  {role}: {number} open, {overdue} overdue, {soon} due within {plan.SOON.days} days"
    for result in results:
        if len(results) > 1:
            yield f"{first_capital(result.framework.called)}:"
        yield from _gap_lines(result, criteria, waiting)


def _gap_lines(result: Outcome, criteria: Criteria, waiting: tuple[Action, ...]) -> Iterator[str]:
    """What the plan means for one framework: what it would bring, and the gaps without an action."""
    from audit.school import what_if

    if choices := what_if.choices(result):
        statements = [action.statement for action in choices.values()]
        then = what_if.what_if(result.audit, criteria, statements, result.framework.ref)
        yield f"If the open actions closed their gaps: {what_if.what_if_in_words(result, then)}"
    if not result.gaps.empty:
        alone = what_if.unattended(result, waiting)
        yield f"{len(alone)} of {plural(len(result.gaps), 'gap')} without an action{':' if len(alone) else '.'}"
        for _, gap in alone.iterrows():
            text = criteria[gap["statement"]].statement.with_today.replace("\n", " ")
            yield f"  {gap['reference']}  {text}"


def _action_lines(title: str, actions: tuple[Action, ...], criteria: Criteria) -> Iterator[str]:
    from audit.school import plan

    if actions:
        yield f"{title}: {len(actions)}"
        for action in actions:
            yield f"  {plan.short(action, criteria)} ({plan.about_action(action, criteria)})"


_ROLES: dict[str, SigningRole] = {**{role: role for role in SIGNING_ROLES}, "chair": "chair of governors"}
"""The role that signs, by what may be typed."""


@main.command("review")
@click.argument("file", type=FILE)
@click.option("--before", type=FILE, help="Last year's workbook: its evidence is compared with this year's.")
def review_(file: Path, before: Path | None) -> None:
    """Say what a reviewer would ask about the workbook FILE before it is signed; none of it stops the signing."""
    from audit.school.review import review

    criteria = shipped_criteria()
    reading = read_workbook(file, criteria)
    if reading.audit is None:
        fail(reading.problems)
    earlier = None if before is None else read_workbook(before, criteria, any_edition=True)
    if earlier is not None and earlier.audit is None:
        fail(earlier.problems)
    others = () if earlier is None or earlier.audit is None else (earlier.audit,)
    findings = review(reading.audit, reading.criteria or criteria, others=others)
    say(f"{reading.audit.school.name} (URN {reading.audit.school.urn}), {reading.audit.year}")
    for line in _remarks(findings):
        say(line)
    tell(reading.problems)
    sys.exit(1 if errors(reading.problems) else 0)


def _remarks(findings: tuple[Finding, ...]) -> Iterator[str]:
    """The findings by check, each with its place, its reason, and what the school typed."""
    from audit.school.review import TITLES

    for check, group in groupby(findings, key=lambda finding: finding.check):
        of_check = list(group)
        yield f"{TITLES[check]}: {len(of_check)}"
        for finding in of_check:
            statement = finding.criterion.statement
            quote = f" [{finding.quote[:80]}{'…' if len(finding.quote) > 80 else ''}]" if finding.quote else ""
            yield f"  {statement.reference} ({statement.id}): {finding.reason}{quote}"
    yield f"{plural(len(findings), 'point')} that a reviewer may ask about; nothing here stops the signing."


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
def sign_command(file: Path, role: str, day: dt.date | None, statement: str, out: Path) -> None:
    """Sign the workbook FILE off, or countersign it: it is then read-only and carries the SHA-256 of its content."""
    from audit.school.outcome import outcomes
    from audit.workbook.write import write

    audit, criteria = _sound_audit(file)
    today = dt.date.today()
    signature = signing.signature_of(
        audit, _ROLES[role], on=day or today, statement=statement, today=today, criteria=criteria
    )
    if isinstance(signature, Problem):
        fail([signature])
    signed = signing.sign(audit, criteria, signature)
    save_file(out, write(signed, criteria))
    results = outcomes(signed, criteria)
    for result in results:
        named = f"{first_capital(result.framework.called)}: " if len(results) > 1 else ""
        say(f"{named}{result.headline}")
    _say_signed(signed, criteria)
    click.echo(f"Wrote {out}.")


def _say_signed(audit: Audit, criteria: Criteria) -> None:
    if audit.signed is not None:
        click.echo(signed_in_words(audit, criteria))
        click.echo(f"SHA-256 of what was signed: {audit.signed.content}")


@main.command()
@click.argument("file", type=FILE)
@click.option("--because", required=True, help="Why it is opened again; kept with the signed version.")
@writes(text="The workbook to write, which can be changed and signed again.")
def reopen_command(file: Path, because: str, out: Path) -> None:
    """Open the signed workbook FILE for changes again; the version that was signed stays in its history."""
    from audit.workbook.write import write

    audit, criteria = _sound_audit(file)
    if audit.signed is None:
        fail([Problem(where=str(file), what="It is not signed.", fix="It can be changed as it is.")])
    because = because.strip()
    fault = fault_of(because) if because else "It is empty."
    if fault:
        fail([Problem(where="Reason", what=fault, fix="Say in a few words why it is opened again.")])
    version = audit.signed.version
    save_file(out, write(signing.reopen(audit, on=dt.date.today(), because=because), criteria))
    click.echo(f"Opened again. Version {version} stays as it was signed; keep {shown_path(file)}.")
    click.echo(f"Wrote {out}.")


def _sound_audit(file: Path) -> tuple[Audit, Criteria]:
    """The audit of a workbook without a fault, and the criteria that it answers."""
    current = shipped_criteria()
    reading: Reading = read_workbook(file, current)
    tell(reading.problems)
    if reading.audit is None or not reading.is_sound:
        click.echo("Nothing was written.", err=True)
        sys.exit(1)
    return reading.audit, reading.criteria or current.of(reading.audit.frameworks)


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
    """Write the governors' pack of the workbook FILE: a PDF of two to four pages, more with several frameworks."""
    from audit.reports.pack import governors_pack
    from audit.reports.pack_inputs import Meeting, PackInputs
    from audit.school.moves import compare_each

    if fault := fault_of(presenter):
        raise click.BadParameter(fault, param_hint="--presenter")
    criteria = shipped_criteria()
    results, problems = _results_of(file, criteria)
    audit = results[0].audit
    earlier = () if before is None else _last_year(before, audit, criteria)
    answered = Criteria(tuple(result.framework for result in results))
    save_file(
        out,
        governors_pack(
            PackInputs(
                parts=compare_each(results, earlier, criteria),
                today=dt.date.today(),
                meeting=Meeting(on=meeting_date, presenter=presenter.strip()),
                benchmark=None if benchmark is None else _benchmark(benchmark, answered),
            )
        ),
    )
    click.echo(f"{audit.school.name} (URN {audit.school.urn}), {audit.year}")
    click.echo(
        f"Signed content, SHA-256: {audit.signed.content}" if audit.signed else "Not signed: the pack is a draft."
    )
    click.echo(f"Wrote {out}.")
    tell(problems)
    sys.exit(1 if errors(problems) else 0)


def _results_of(
    path: Path, criteria: Criteria, *, any_edition: bool = False
) -> tuple[tuple[Outcome, ...], tuple[Problem, ...]]:
    """The outcomes of a workbook, one for each framework; exit status 1 and every reason if it cannot be used."""
    reading = read_workbook(path, criteria, any_edition=any_edition)
    results = _by_edition(reading, criteria)
    if not results:
        fail(reading.problems)
    return results, reading.problems


def _last_year(path: Path, audit: Audit, criteria: Criteria) -> tuple[Outcome, ...]:
    """Last year's outcomes; exit status 1 and the reason if they cannot be compared with this year's."""
    results, problems = _results_of(path, criteria, any_edition=True)
    last = results[0].audit
    what = ""
    if last.school.urn != audit.school.urn:
        what = f"It is of URN {last.school.urn}, and the audit of URN {audit.school.urn}."
    elif last.year >= audit.year:
        what = f"It is of {last.year}, which is not before {audit.year}."
    elif last.basis != audit.basis:
        what = f"It is a {last.basis}, and the audit a {audit.basis}."
    if what:
        fix = "Choose the workbook of an earlier year of the same school, or leave --before out."
        fail([Problem(where=str(path), what=what, fix=fix)])
    tell(problems)
    return results


def _benchmark(path: Path, criteria: Criteria) -> Benchmark:
    """The authority's benchmark; exit status 1 and every reason if it cannot be used."""
    from audit.authority.feedback.benchmark import Benchmark, read_benchmark

    data = read_file(path)
    if isinstance(data, Problem):
        fail([data])
    benchmark = read_benchmark(data, short_name(path), criteria)
    if not isinstance(benchmark, Benchmark):
        fail(benchmark)
    tell(benchmark.notes)
    return benchmark
