"""The commands that change no audit and no store: criteria, check, verify and sample.

Criteria lists the criteria, check says whether workbooks are readable returns, verify says whether files are what was
signed, and sample makes returns of invented schools to try the comparison with.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.cli.terminal import (
    FILE,
    FOLDER,
    cannot_be_written,
    check_free,
    chosen_frameworks,
    fail,
    has_written,
    main,
    open_store,
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
from audit.criteria.editions import edition_of, preview_of, refusal_to_write, write_edition
from audit.criteria.load import CRITERIA
from audit.english import plural
from audit.identifiers import read_year
from audit.model import PHASES, Audit, Criteria, Criterion, Phase, SignOff
from audit.problems import Problem, UnusableFile, errors
from audit.school import outcome
from audit.school.signing import NotIntact, Verdict, copy_verdict, open_when_signed, verdict_in_words

if TYPE_CHECKING:
    from audit.store.audits import Store
    from audit.workbook.read_book import Reading

_JOINED = {"phases": " ", "source": "; ", "superseded_by": "; "}
"""What stands between the entries of a list in CSV."""
_CROSSWALK = ("from", "to", "relation", "strength", "reviewed", "because")
"""The columns of a crosswalk; one row a pair, or a statement without a counterpart, whose other end is empty."""


@main.group(invoke_without_command=True)
@click.option("--framework", metavar="ID", help="Only this framework, such as kcc-2010.  [default: all, in order]")
@click.option("--recommended", is_flag=True, help="Only the recommended statements.")
@click.option("--phase", type=click.Choice(PHASES), help="Only the statements for this phase.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_context
def criteria_group(
    ctx: click.Context, framework: str | None, recommended: bool, phase: Phase | None, form: str
) -> None:
    """List the criteria of all frameworks, or of one, in the order of their source.

    A command, if one is given, does something else with the criteria.
    """
    if ctx.invoked_subcommand is not None:
        return
    criteria = shipped_criteria()
    wanted = criteria.refs if framework is None else chosen_frameworks(criteria, [framework])
    rows = [
        _criterion_fields(c)
        for c in criteria.of(wanted)
        if (not recommended or c.statement.recommended) and (phase is None or phase in c.statement.phases)
    ]
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        joined = [{name: join.join(row[name]) for name, join in _JOINED.items()} for row in rows]
        flags = [{"recommended": str(row["recommended"]).lower()} for row in rows]
        heads = dict.fromkeys(_criterion_fields(next(iter(criteria))))
        _echo_csv(heads, [row | texts | flag for row, texts, flag in zip(rows, joined, flags, strict=True)])
    else:
        marks = [row["mark"] if row["recommended"] else "" for row in rows]
        width = max(map(len, marks), default=0)
        for row, mark in zip(rows, marks, strict=True):
            click.echo(f"{row['id']:<16} {mark:<{width}}  {row['statement']}")
        click.echo(f"{plural(len(rows), 'statement')}.")


@criteria_group.command("crosswalk")
@click.argument("one", metavar="FROM")
@click.argument("other", metavar="TO")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def crosswalk_command(one: str, other: str, form: str) -> None:
    """Say how the statements of the criteria FROM relate to those of the criteria TO.

    A statement without a counterpart has a line of its own. The relation is read from FROM to TO: "subset" if FROM asks less.
    """
    criteria = shipped_criteria()
    for name, place in ((one, "FROM"), (other, "TO")):
        chosen_frameworks(criteria, [name], place=place)
    if criteria.crosswalk(one, other) is None:
        there = "; ".join(f"{walk.old} and {walk.new}" for walk in criteria.crosswalks) or "none"
        raise click.UsageError(f"There is no crosswalk of {one} and {other}. There are these: {there}.")
    rows = _crosswalk_rows(criteria, one, other)
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        _echo_csv(_CROSSWALK, rows)
    else:
        for row in rows:
            ends = f"{row['from'] or '–':<16} {row['relation'] or 'no counterpart':<15} {row['to'] or '–':<16}"
            reviewed = f"reviewed by the {row['reviewed']}" if row["reviewed"] else "not reviewed"
            sure = f"strength {row['strength']}, {reviewed}. " if row["relation"] else ""
            click.echo(f"{ends} {sure}{row['because']}")
        pairs = sum(bool(row["relation"]) for row in rows)
        click.echo(f"{plural(pairs, 'pair')}, {plural(len(rows) - pairs, 'statement')} without a counterpart.")


def _crosswalk_rows(criteria: Criteria, one: str, other: str) -> list[dict[str, Any]]:
    """The pairs of two frameworks in the order of the first, then what has no counterpart in either."""
    walk = criteria.crosswalk(one, other)
    assert walk is not None
    alone = {**walk.old_alone, **walk.new_alone}
    rows = []
    for criterion in (c for c in criteria if c.framework.id == one):
        for link in criteria.links(criterion.id):
            if link.pair in walk.pairs:
                pair, review = link.pair, link.pair.reviewed
                back = next(each for each in criteria.links(link.other) if each.pair is pair)
                reviewed = f"{review.role}, {review.date}" if review else ""
                values = (criterion.id, link.other, back.relation, pair.strength, reviewed, pair.because)
                rows.append(dict(zip(_CROSSWALK, values, strict=True)))
        if criterion.id in alone:
            rows.append(dict(zip(_CROSSWALK, (criterion.id, "", "", "", "", alone[criterion.id]), strict=True)))
    for criterion in (c for c in criteria if c.framework.id == other and c.id in alone):
        rows.append(dict(zip(_CROSSWALK, ("", criterion.id, "", "", "", alone[criterion.id]), strict=True)))
    return rows


def _echo_csv(heads: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes rows as CSV that a spreadsheet opens with every letter right."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(heads)
    out.writerows(row.values() for row in rows)
    click.echo(text.getvalue().encode("utf-8-sig"), nl=False)


@criteria_group.command("export")
@click.argument("framework", metavar="ID")
@writes(text="The workbook to write, such as criteria.xlsx.")
def export_criteria(framework: str, out: Path) -> None:
    """Write the criteria ID as a workbook in which people make criteria of their own."""
    from audit.workbook.criteria_sheets import write_criteria_workbook

    criteria = shipped_criteria()
    known = {each.id: each for each in criteria.frameworks}
    if framework not in known:
        raise click.BadParameter(f"{framework} is not one of {', '.join(known)}.", param_hint="ID")
    chosen = known[framework]
    save_file(out, write_criteria_workbook(chosen))
    click.echo(f"Wrote {plural(len(list(chosen.statements)), 'statement')} of {chosen.id} to {out}.")
    say(f"Change it, then: python -m audit criteria import {shlex.quote(str(out))} --out criteria/NAME")


@criteria_group.command("import")
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="The folder of the new edition; its name becomes the id.")
@click.option("--replace", is_flag=True, help="Replace an edition of this name that no stored audit answers.")
def import_criteria(file: Path, out: Path, replace: bool) -> None:
    """Make criteria of the workbook FILE, after saying what is new, reworded, changed and retired."""
    from audit.workbook.criteria_sheets import read_criteria_workbook

    criteria = shipped_criteria()
    folder = Path(os.path.abspath(out))
    data = read_file(file)
    if isinstance(data, Problem):
        fail([data])
    try:
        edition = edition_of(read_criteria_workbook(data, short_name(file)), folder.name, criteria)
    except UnusableFile as error:
        tell(error.problems)
        fail([_nothing_written(out, len(errors(error.problems)))])
    tell(edition.notes)
    store = open_store()
    in_use = store.sign_offs.answering(folder.name)
    for heading, lines in preview_of(edition, in_use, len(store.sign_offs.answering(edition.origin.id))):
        say(heading)
        for line in lines:
            say(f"  {line}")
    store.close()
    if (refusal := refusal_to_write(edition, folder, in_use, replaces=replace)) is not None:
        fail([refusal])
    try:
        written = write_edition(edition, folder, on=dt.date.today())
    except OSError as error:
        fail([cannot_be_written(out, error)])
    say(f"Wrote {' and '.join(str(path) for path in written)}.")
    if folder.parent != CRITERIA.resolve():
        say(f"Schools can answer criteria that stand in {CRITERIA}.")


def _nothing_written(out: Path, count: int) -> Problem:
    what = f"Nothing was written, because of {plural(count, 'fault')}."
    return Problem(where=str(out), what=what, fix="Mend each in the workbook, save it, and import it again.")


def _criterion_fields(criterion: Criterion) -> dict[str, Any]:
    """One statement as a row of the list; ``force`` is empty where marks do not tell recommended statements apart."""
    framework, statement = criterion.framework, criterion.statement
    mark, superseded = framework.mark_of(statement), statement.superseded
    return {
        "id": statement.id,
        "framework": framework.id,
        "area": criterion.area.id,
        "question": criterion.question.id,
        "recommended": statement.recommended,
        "mark": statement.marked,
        "ordinal": statement.ordinal,
        "force": mark.title if mark is not None and framework.has_forces else "",
        "statement": statement.statement,
        "phases": list(statement.phases),
        "asked_of": statement.asked_of,
        "protects": statement.protects,
        "source": list(criterion.sources),
        "how_sure": statement.sureness,
        "checked": statement.checked_on,
        "superseded_since": superseded.since if superseded else "",
        "superseded_by": list(superseded.by) if superseded else [],
    }


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check_command(files: tuple[Path, ...]) -> None:
    """Say of each FILE whether it is a readable return."""
    criteria = shipped_criteria()
    faulty = 0
    with click.progressbar(files, label="Checking", file=sys.stderr, hidden=len(files) < 20) as paths:
        for path in paths:
            reading = read_workbook(path, criteria)
            tell(reading.problems)
            faulty += not reading.is_sound
            say(f"{shown_path(path)}: {_check_in_words(reading)}")
    sys.exit(1 if faulty else 0)


def _check_in_words(reading: Reading) -> str:
    count = len(errors(reading.problems))
    if reading.audit is None:
        return f"cannot be used; {plural(count, 'fault')}."
    audit = reading.audit
    about = f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, {outcome.answered_in_words(audit)}"
    return f"readable. {about}." if not count else f"readable with {plural(count, 'fault')}. {about}."


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--store", "with_store", is_flag=True, help="Hold each against the store of this computer too.")
def verify_command(files: tuple[Path, ...], with_store: bool) -> None:
    """Say of each FILE, a workbook or a pack, whether it is what was signed and, if not, what differs."""
    criteria = shipped_criteria()
    store = None
    if with_store:
        store = open_store()
    verdicts = [_verdict_of(path, criteria) for path in files]
    for verdict in verdicts:
        for line in _lines(verdict):
            say(line)
        if store is not None and verdict.audit is not None and verdict.sign_off is not None:
            say(f"  {_in_store(store, verdict.audit, verdict.sign_off)}")
        tell(verdict.problems)
    if store is not None:
        store.close()
    sys.exit(0 if all(verdict.standing == "as signed" for verdict in verdicts) else 1)


def _verdict_of(path: Path, criteria: Criteria) -> Verdict:
    from audit.verify import verify as verify_file

    data = read_file(path)
    if isinstance(data, Problem):
        return Verdict(file=shown_path(path), standing="unreadable", problems=(data,))
    return verify_file(data, short_name(path), criteria)


def _lines(verdict: Verdict) -> Iterator[str]:
    yield verdict_in_words(verdict)
    if verdict.audit is not None:
        yield f"  {verdict.audit.school.name} (URN {verdict.audit.school.urn}), {verdict.audit.year}"
    if verdict.sign_off is not None and verdict.standing != "not signed":
        yield f"  {outcome.signed_by(verdict.sign_off)}"
        if signed_open := open_when_signed(verdict):
            yield f"  {signed_open}"
        yield f"  SHA-256 of what was signed: {verdict.sign_off.content}"
    yield from (f"  {note}" for note in verdict.notes)
    for difference in verdict.differences:
        yield f'  {difference.where}: signed "{difference.signed}", now "{difference.found}"'


def _in_store(store: Store, audit: Audit, sign_off: SignOff) -> str:
    """One sentence that compares a sign-off with the same audit in the store."""
    from sqlalchemy.exc import SQLAlchemyError

    from audit.cli.terminal import store_problem

    try:
        audit_id = store.find(audit.school.urn, audit.year)
        kept = None if audit_id is None else store.load(audit_id)
    except NotIntact as error:
        return f"The audit in the store is not what was signed. {error}"
    except SQLAlchemyError as error:
        fail([store_problem(error)])
    return "The store does not hold this audit." if kept is None else copy_verdict(sign_off, kept)


@main.command()
@click.option(
    "--schools", default=419, show_default=True, type=click.IntRange(1, 30_000), help="Schools that send a return."
)
@click.option("--years", default=1, show_default=True, type=click.IntRange(1, 5), help="Academic years.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed makes the same files."
)
@click.option("--damaged", default=0, show_default=True, type=click.IntRange(0), help="How many of them are damaged.")
@click.option(
    "--framework",
    "frameworks",
    metavar="ID",
    multiple=True,
    help="A framework that they answer, such as england-2026; may be given again.  [default: what a new audit answers]",
)
@click.option("--year", metavar="YEAR", help="The newest academic year, such as 2026/27.  [default: 2025/26]")
@writes(FOLDER, text="The folder to write into.")
def sample(
    schools: int, years: int, seed: int, damaged: int, frameworks: tuple[str, ...], year: str | None, out: Path
) -> None:
    """Make believable returns of invented schools, with a register, to try the comparison with."""
    from audit.sample.believable import LAST
    from audit.sample.folder import write_sample

    known = [ref.id for ref in shipped_criteria().refs]
    if unknown := [one for one in frameworks if one not in known]:
        raise click.BadParameter(f"{unknown[0]} is not one of {', '.join(known)}.", param_hint="--framework")
    last = LAST if year is None else read_year(year)
    if isinstance(last, Problem):
        raise click.BadParameter(f"{last.what} {last.fix}", param_hint="--year")
    if damaged >= schools:
        raise click.BadParameter("Fewer than the schools must be damaged.", param_hint="--damaged")
    lists = [out / name for name in ("register.csv", "successors.csv", "damaged.csv")]
    check_free(*lists)
    hidden = not sys.stderr.isatty()
    try:
        with click.progressbar(length=schools * years, label="Writing", file=sys.stderr, hidden=hidden) as bar:

            def progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            paths = write_sample(
                out,
                schools=schools,
                years=years,
                seed=seed,
                damaged=damaged,
                frameworks=frameworks,
                last=last,
                progress=progress,
            )
    except OSError as error:
        fail([cannot_be_written(out, error)])
    except BrokenExecutor as error:
        what = f"The processes that write the files cannot run: {error}."
        fail([Problem(where="Writing", what=what, fix="Close other programs, and run it again.")])
    has_written(*lists)
    click.echo(f"Wrote {plural(len(paths), 'return')} with register.csv and successors.csv to {out}.")
    if damaged:
        click.echo(f"damaged.csv says which {damaged:,} of them are damaged, and how.")
    paths_of = {"": out / "returns", "--register": out / "register.csv", "--successors": out / "successors.csv"}
    options = " ".join(f"{option} {shlex.quote(str(path))}".strip() for option, path in paths_of.items())
    by = f" --framework {frameworks[0]}" if frameworks else ""
    click.echo(f"Compare them: python -m audit compare {options}{by} --out comparison")
