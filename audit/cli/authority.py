"""The command ``compare``: a local authority compares the returns of its schools, and writes back to them.

The lists and the opening paragraphs that an adviser names are read before the first return. With ``--release`` the
figures to share are checked and kept in the store of this computer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from audit.authority.register_columns import ASKED_BY_DEFAULT, PLACES
from audit.cli.terminal import (
    FILE,
    FOLDER,
    chosen_frameworks,
    fail,
    framework_ids,
    main,
    shipped_criteria,
    tell,
    writes,
)
from audit.english import first_and_more, plural
from audit.identifiers import FORMER, doubt_about_authority, read_local_authority, read_year
from audit.identifiers import authority_name as called
from audit.model import PHASES
from audit.problems import Problem, errors

if TYPE_CHECKING:
    from audit.authority.reconcile import Intake
    from audit.authority.register import Register
    from audit.cli.authority_files import Outputs
    from audit.reports.letter import LetterSettings

_MOST_NAMED = 40
"""How many authorities of the register a message names."""
_WRITER = "Your local authority"
"""Who writes the letters if no option and no register tells the authority's name."""


@main.command("compare")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--register",
    "register_file",
    type=FILE,
    help="Who is expected: the national register's CSV or zip, or URN and name.",
)
@click.option(
    "--framework",
    metavar="ID",
    default="",
    help=f"The framework to compare, one at a time: {', '.join(framework_ids())}.  [default: the usual one]",
)
@click.option("--authority", metavar="CODE", help="Only this authority's schools of the register, such as 886.")
@click.option(
    "--ask", multiple=True, type=click.Choice(list(PLACES)), help="Expect returns of these too; may be given again."
)
@click.option(
    "--do-not-ask", multiple=True, type=click.Choice(list(PLACES)), help="Expect none of these; may be given again."
)
@click.option("--successors", type=FILE, help="Schools that changed their URN: a CSV of old and new.")
@click.option(
    "--year", metavar="YEAR", help="The academic year to compare.  [default: the latest that is being collected]"
)
@click.option(
    "--phase", "phases", type=click.Choice(PHASES), multiple=True, help="Only this phase; may be given again."
)
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="Only this type of the register; may be given again."
)
@click.option("--moderation", type=FILE, help="The adviser's readings: filled-in forms as one CSV.")
@click.option("--use-moderation", is_flag=True, help="Compare the adviser's readings in place of the schools' answers.")
@click.option("--last-visits", type=FILE, help="A CSV of URN and the day of the last visit.")
@click.option("--visits", default=12, show_default=True, type=click.IntRange(1), help="Schools in the visit sample.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the sample's lots.")
@click.option(
    "--release",
    "is_released",
    is_flag=True,
    help="Also figures to share: benchmark, workbook and report, checked with all that was released before.",
)
@click.option("--without-names", is_flag=True, help="List no school in what is shared.")
@click.option("--anonymise", "key_file", type=FILE, hidden=True)
@click.option(
    "--letters",
    is_flag=True,
    help="Also a letter to each school, as a zip; with --release it says where the school stands.",
)
@click.option(
    "--authority-name",
    metavar="NAME",
    help="The full name at the head of letters, such as Kent County Council.  [default: the register's]",
)
@click.option("--sender-role", default="Online safety adviser", show_default=True, help="Who signs them, as a role.")
@click.option("--opening", type=FILE, help="A text file with the authority's own opening paragraphs.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that read.  [default: one a processor]")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Read on a Dask cluster, such as tcp://127.0.0.1:8786, or tls://127.0.0.1:8786 with the certificates of Dask's "
    "own configuration. The cluster is trusted with everything: it is sent every return, and what it answers can run "
    "any code here. Name only one that you run yourselves.",
)
@writes(FOLDER, text="The folder to write into.")
def compare_(
    paths: tuple[Path, ...],
    register_file: Path | None,
    framework: str,
    authority: str | None,
    ask: tuple[str, ...],
    do_not_ask: tuple[str, ...],
    successors: Path | None,
    year: str | None,
    phases: tuple[str, ...],
    types: tuple[str, ...],
    moderation: Path | None,
    use_moderation: bool,
    last_visits: Path | None,
    visits: int,
    seed: int,
    is_released: bool,
    without_names: bool,
    key_file: Path | None,
    letters: bool,
    authority_name: str | None,
    sender_role: str,
    opening: Path | None,
    workers: int | None,
    scheduler: str | None,
    out: Path,
) -> None:
    """Compare the returns at PATH...: workbooks, folders of them, or zip files.

    A comparison is of one framework. A return that answers others too counts with what it answers of this one; a return
    that answers only others is refused, and named. Every file gets a verdict; one bad file never stops the rest. Exit status 1 means that a file was refused, a fault
    found in one of the lists, or an output not written; the comparison of all others is written all the same.
    """
    from audit.authority.assurance.moderation import moderated
    from audit.authority.compare.comparison import compare
    from audit.authority.reconcile import settle
    from audit.cli.authority_files import (
        Outputs,
        left_from_before,
        make_ready,
        make_release,
        not_asked,
        read_lists,
        stray_readings,
        take_in,
    )

    _check_options(
        {
            "--authority needs --register.": authority and not register_file,
            "--ask and --do-not-ask need --register.": (ask or do_not_ask) and not register_file,
            "One kind of place cannot stand in both --ask and --do-not-ask.": set(ask) & set(do_not_ask),
            "--type needs --register, which tells the types.": types and not register_file,
            "--use-moderation needs --moderation.": use_moderation and not moderation,
            "--anonymise is gone, since codes did not keep answers from being worked out. For figures to share, use "
            "--release, with --without-names if they are to name no school.": key_file,
            "--without-names needs --release.": without_names and not is_released,
        }
    )
    wanted = _usable(read_year(year), "--year") if year else None
    _check_paths(paths)
    loaded = shipped_criteria()
    criteria = loaded.of(chosen_frameworks(loaded, [framework] if framework else ())[:1])
    lists = read_lists(
        criteria,
        register=register_file,
        successors=successors,
        moderation=moderation,
        last_visits=last_visits,
        opening=opening,
    )
    code, noted = _code(authority, lists.register)
    places = ASKED_BY_DEFAULT.union(ask).difference(do_not_ask)
    register = _chosen(lists.register, code, types, places)
    settings = _settings(authority_name or _WRITER, sender_role, lists.opening)
    make_ready(out, criteria)
    others = [*lists.files, *left_from_before(out, criteria)]
    read_returns, is_whole = take_in(
        paths, criteria, loaded=loaded, register=register, leave_out=others, scheduler=scheduler, workers=workers
    )
    intake = settle(read_returns, criteria, year=wanted, register=register, successors=lists.successors)
    returns = intake.returns
    if lists.readings is not None and use_moderation:
        returns = moderated(returns, lists.readings)
    comparison = compare(returns, year=intake.year, phases=phases, types=types)
    names = lists.register.names if lists.register else {}
    usual = code or _usual_authority(intake)
    name = authority_name or called(usual, names).removeprefix(usual)  # a code is no name
    outputs = Outputs(
        intake=intake,
        comparison=comparison,
        readings=lists.readings,
        last_visits=lists.last_visits,
        visits=visits,
        seed=seed,
        authority=name,
        letters=replace(settings, authority=name or _WRITER) if letters else None,
        wants_release=is_released,
        release=make_release(returns, intake.year, lists.successors) if is_released and is_whole else None,
        is_named=not without_names,
    )
    for line in not_asked(register):
        click.echo(line)
    problems = [*lists.problems, *noted, *stray_readings(lists.readings, intake, moderation)]
    _finish(out, outputs, problems, is_whole=is_whole)


def _check_options(faults: Mapping[str, object]) -> None:
    for message, applies in faults.items():
        if applies:
            raise click.UsageError(message)


def _usable(value: str | Problem, option: str) -> str:
    if isinstance(value, Problem):
        raise click.BadParameter(f"{value.what} {value.fix}", param_hint=option)
    return value


def _check_paths(paths: Collection[Path]) -> None:
    """Stops at a mistyped name: otherwise all of its schools would count as not received."""
    fix = "Check the name, and put quotation marks around spaces."
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        fail(Problem(where=str(path), what="There is no file or folder of this name.", fix=fix) for path in missing)


def _code(authority: str | None, register: Register | None) -> tuple[str, list[Problem]]:
    """The authority's code, which the register may know alone; with a note if it was divided or merged."""
    if not authority:
        return "", []
    names = register.authorities if register else {}
    code = _usable(read_local_authority(authority, names=names, unknown=True), "--authority")
    note = doubt_about_authority(
        code, "--authority", {number: name for number, name in names.items() if number not in FORMER}
    )
    return code, [note] if note else []


def _chosen(register: Register | None, code: str, types: Collection[str], places: Collection[str]) -> Register | None:
    """The schools of the register that are asked for; exit status 2 if it has no such authority or type."""
    if register is None:
        return None
    register = register.asking(places)
    chosen = register.of(code) if code else register
    if not chosen.schools or (code and code not in register.authorities and register.authorities):
        authorities = [f"{number} {name}" for number, name in register.authorities.items()]
        note = doubt_about_authority(code) if code in FORMER else None
        why = f"The register has no school of {code}; it has: {first_and_more(authorities, _MOST_NAMED) or 'none'}."
        raise click.BadParameter(f"{why} {note.what}" if note else why, param_hint="--authority")
    known = sorted(set(chosen.types.values()))
    if strange := [name for name in types if name not in known]:
        what = f'The register has no school of type "{strange[0]}"; it has: {", ".join(known) or "no types"}.'
        raise click.BadParameter(what, param_hint="--type")
    return chosen


def _settings(authority: str, role: str, opening: str) -> LetterSettings:
    """Who writes the letters; exit status 2 if a letter cannot use an option, 1 if it cannot use the opening."""
    from audit.reports.letter import LetterSettings, read_settings

    options = {"Authority": "--authority-name", "Sender's role": "--sender-role"}
    settings = read_settings(authority=authority, sender_role=role, opening=opening)
    if not isinstance(settings, LetterSettings):
        for problem in settings:
            if problem.where in options:
                _usable(problem, options[problem.where])
        fail(settings)
    return settings


def _usual_authority(intake: Intake) -> str:
    """The code of the authority that most returns name; empty if none does."""
    codes = intake.returns.table["local_authority"]
    return str(next(iter(codes[codes != ""].mode()), ""))


def _finish(out: Path, outputs: Outputs, problems: list[Problem], *, is_whole: bool) -> NoReturn:
    """Writes the files, and prints the outcome on the terminal."""
    from audit.cli.authority_files import outcome_lines, write_outputs

    written, unwritten = write_outputs(out, outputs)
    for line in outcome_lines(outputs):
        click.echo(line)
    click.echo(f"Wrote {', '.join(written) or 'nothing'} to {out}.")
    if not is_whole:
        what = f"{plural(len(outputs.intake.files), 'file')} read before it was stopped; the others are not in it."
        fix = "Run it again for all: schools whose file was not read stand as not received."
        problems.append(Problem(where="Stopped", what=what, fix=fix))
    tell([*problems, *unwritten])
    refused = outputs.intake.files["verdict"] == "refused"
    sys.exit(1 if refused.any() or unwritten or errors(problems) else 0)
