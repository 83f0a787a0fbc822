"""What the command ``compare`` writes into files and prints on the terminal.

The files hold verdicts, the tracker, the comparison, answers, benchmarks and letters.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sized
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, TypeVar

import click
import pandas as pd
import sqlalchemy as sa

from audit.authority import comparison_in_words
from audit.authority.assurance.checks import credibility
from audit.authority.assurance.moderation import agreement
from audit.authority.assurance.visits import visit_sample
from audit.authority.compare.release import Release, prepare
from audit.authority.compare.release_tables import write_benchmark
from audit.authority.feedback.letter import correspondence
from audit.authority.register import Register, read_register, read_successors
from audit.authority.register_columns import PLACES
from audit.authority.returns import framework_named
from audit.authority.tracker import chase_list
from audit.cli.terminal import cannot_be_written, check_free, fail, has_written, read_file, short_name, store_problem
from audit.english import plural
from audit.exhibits.authority import Knowledge
from audit.exports import table_csv, write_scores_csv, write_scores_parquet
from audit.model import Criteria
from audit.problems import Problem, UnusableFile, errors
from audit.reports.comparison_report import comparison_report, release_report
from audit.reports.letter import LetterSettings, letters_zip
from audit.store.collections import AuthorityStore
from audit.store.schema import NotSaved
from audit.workbook.cells import write_tables
from audit.workbook.write_comparison import write_comparison, write_release

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.authority.compare.release import Release
    from audit.authority.reconcile import Intake
    from audit.authority.register import Register
    from audit.authority.returns import Return, Returns
    from audit.model import Criteria

_Writer: TypeAlias = Callable[[BinaryIO], object]
"""Writes the content of a file; it is worked out only when this is called."""
T = TypeVar("T")
_ALWAYS = (
    "verdicts.csv",
    "faults.csv",
    "verdicts.xlsx",
    "tracker.csv",
    "chase-list.csv",
    "chase-list.xlsx",
    "scores.csv",
    "scores.parquet",
    "letters.zip",
    "comparison.csv",
    "common-gaps.csv",
    "training.csv",
    "training-schools.csv",
    "comparison.xlsx",
    "comparison.html",
)
"""The files that are only for the authority, and the letters, each of which is for its school."""
_SHARED = ("for-sharing.xlsx", "for-sharing.html")
_MOST_FILES = 40
"""How many files with problems the terminal names; the lists name all."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Everything that the files are made from.

    Attributes:
        readings: READINGS; None if the adviser gave none.
        last_visits: the day of the last visit by URN.
        visits: schools in the visit sample.
        seed: the seed of the visit sample.
        authority: the name of the authority of these schools; empty if nobody said.
        letters: who writes the letters; None for no letters.
        wants_release: whether the adviser wants figures to share.
        release: the figures to share; None if there are none.
        is_named: whether the release lists its schools.
    """

    intake: Intake
    comparison: Comparison
    readings: pd.DataFrame | None
    last_visits: Mapping[str, dt.date]
    visits: int
    seed: int
    authority: str
    letters: LetterSettings | None
    wants_release: bool = False
    release: Release | None = None
    is_named: bool = True

    @cached_property
    def agreement(self) -> pd.DataFrame | None:
        """AGREEMENT between the schools and the adviser; None without readings."""
        return None if self.readings is None else agreement(self.intake.returns, self.readings)

    @cached_property
    def beside(self) -> Knowledge:
        """What the adviser knows besides the comparison."""
        doubts = credibility(self.intake.returns, year=self.comparison.year)
        visits = visit_sample(
            self.intake.returns,
            self.comparison.returns.table,
            doubts,
            size=self.visits,
            seed=self.seed,
            last_visits=self.last_visits,
        )
        return Knowledge(doubts=doubts, visits=visits, agreement=self.agreement, tracker=self.intake.tracker)


def names(criteria: Criteria) -> tuple[str, ...]:
    """The names of all files that may be written."""
    return (*_ALWAYS, *_SHARED, *_benchmarks(criteria))


def _benchmarks(criteria: Criteria) -> tuple[str, ...]:
    return tuple(f"benchmark-{framework.id}.json" for framework in criteria.refs)


def left_from_before(out: Path, criteria: Criteria) -> Collection[Path]:
    """The files in the folder that an earlier run may have written, and that are no returns."""
    return [out / name for name in names(criteria)]


def make_ready(out: Path, criteria: Criteria) -> None:
    """Makes the folder if it is missing, and checks that files can be written; exit status 1 if not.

    This is done before the returns are read, which takes time.

    Args:
        out: the folder.
        criteria: the current criteria.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        fail([cannot_be_written(out, error)])
    check_free(*(out / name for name in names(criteria)))


def write_outputs(out: Path, outputs: Outputs) -> tuple[list[str], list[Problem]]:
    """Writes every file into the folder; returns the names, and a problem for each file that could not be written."""
    files = _collected(outputs)
    files |= _compared(outputs) if outputs.comparison.overall["returns"] else {}
    files |= _shared(outputs) if outputs.release is not None else {}
    written, problems = [], []
    hidden = not sys.stderr.isatty()
    with click.progressbar(files.items(), label="Writing", file=sys.stderr, show_pos=True, hidden=hidden) as bar:
        for name, write in bar:
            try:
                with (out / name).open("wb") as file:
                    write(file)
                written.append(name)
            except OSError as error:
                problems.append(cannot_be_written(out / name, error))
    has_written(*(out / name for name in written))
    return written, problems


def _collected(outputs: Outputs) -> dict[str, _Writer]:
    intake, returns = outputs.intake, outputs.comparison.returns
    verdicts = comparison_in_words.verdicts(intake.files, intake.problems)
    problems = comparison_in_words.problems(intake.problems)
    chase = comparison_in_words.chase(chase_list(intake.tracker, intake.problems), intake.criteria)
    files = {
        "verdicts.csv": _table(verdicts),
        "faults.csv": _table(problems),
        "verdicts.xlsx": _bytes(
            lambda: write_tables({"Verdicts": verdicts, "Faults": problems}, for_the_authority=True)
        ),
        "tracker.csv": _table(comparison_in_words.tracker_in_words(intake.tracker, intake.criteria)),
        "chase-list.csv": _table(chase),
        "chase-list.xlsx": _bytes(lambda: write_tables({"Chase list": chase}, for_the_authority=True)),
    }
    if len(returns.table):
        files["scores.csv"] = partial(write_scores_csv, returns)
        files["scores.parquet"] = partial(write_scores_parquet, returns)
    if settings := outputs.letters:
        files["letters.zip"] = _bytes(lambda: letters_zip(correspondence(intake, outputs.release), settings))
    return files


def _compared(outputs: Outputs) -> dict[str, _Writer]:
    comparison = outputs.comparison
    return {
        "comparison.csv": _table(comparison.schools),
        "common-gaps.csv": _table(comparison.common_gaps),
        "training.csv": _table(comparison.training),
        "training-schools.csv": _table(comparison.training_schools),
        "comparison.xlsx": _bytes(lambda: write_comparison(comparison, outputs.beside)),
        "comparison.html": _bytes(lambda: comparison_report(comparison, outputs.beside).encode("utf-8")),
    }


def _shared(outputs: Outputs) -> dict[str, _Writer]:
    release, criteria, authority = outputs.release, outputs.intake.criteria, outputs.authority
    assert release is not None
    files = {
        "for-sharing.xlsx": _bytes(lambda: write_release(release, authority=authority, named=outputs.is_named)),
        "for-sharing.html": _bytes(
            lambda: release_report(release, authority=authority, named=outputs.is_named).encode("utf-8")
        ),
    }
    for name, framework in zip(_benchmarks(criteria), criteria.refs, strict=True):
        files[name] = _bytes(partial(write_benchmark, release, framework, authority=authority))
    return files


def _bytes(make: Callable[[], bytes]) -> _Writer:
    return lambda file: file.write(make())


def _table(table: pd.DataFrame) -> _Writer:
    return _bytes(lambda: table_csv(table))


def outcome_lines(outputs: Outputs) -> Iterator[str]:
    """The lines for the terminal: verdicts, files with something to mend, tracker, comparison and release."""
    from audit.authority.assurance.moderation import agreement_in_words
    from audit.authority.tracker import tracker_headline

    intake, comparison = outputs.intake, outputs.comparison
    yield from _verdicts(intake)
    yield tracker_headline(intake.tracker, intake.year)
    yield from _no_return_of_the_year(intake)
    yield comparison.headline
    yield f"Compared by {framework_named(comparison.framework)}."
    yield from comparison.notes
    if outputs.agreement is not None:
        yield from agreement_in_words(outputs.agreement)
    yield from _released(outputs)


def _verdicts(intake: Intake) -> Iterator[str]:
    files = intake.files
    counts = files["verdict"].value_counts()
    verdicts = ", ".join(f"{counts.get(verdict, 0):,} {verdict}" for verdict in files["verdict"].cat.categories)
    yield f"{plural(len(files), 'file')}: {verdicts}."
    if aside := int((files["set_aside"] != "").sum()):
        yield f"{plural(aside, 'file')} set aside, since another return of the same school and year counts."
    yield from _to_mend(intake.problems)


def _to_mend(problems: pd.DataFrame) -> Iterator[str]:
    """For each file one problem, with its place and what to do: errors first, then problems in a cell, then the first one."""
    from audit.authority.tracker import Place, sentence

    by_file = list(problems.groupby("file", sort=False))
    if by_file:
        yield f"Something to mend in {plural(len(by_file), 'file')}:"
    for file, of_file in by_file[:_MOST_FILES]:
        ordered = of_file.assign(no_cell=of_file["cell"] == "").sort_values(["severity", "no_cell"], kind="stable")
        first = ordered.iloc[0]
        more = f" (and {plural(len(of_file) - 1, 'more problem')})" * (len(of_file) > 1)
        what = sentence(Place(sheet=first["sheet"], cell=first["cell"]), first["what"])
        yield f"  {file}: {what} {first['fix']}{more}"
    if (rest := len(by_file) - _MOST_FILES) > 0:
        yield f"  {plural(rest, 'more file')} with something to mend: the list of faults names all."


def _no_return_of_the_year(intake: Intake) -> Iterator[str]:
    years = intake.returns.years
    if years and intake.year not in years:
        yield f"No return for {intake.year} counts. There are returns for {', '.join(years)}: choose with --year."


def _released(outputs: Outputs) -> Iterator[str]:
    release = outputs.release
    if release is None:
        yield (
            "There are no figures to share: too few schools, or not every file was read."
            if outputs.wants_release
            else f"{_for_whom(outputs, 'All of this is')} For figures to share, use --release."
        )
        return
    yield (
        f"Release {release.number}, to share: {plural(len(release.figures), 'figure')} over {len(release.schools):,} "
        f"schools; {len(release.held):,} held back. {_for_whom(outputs, 'All other files are')}"
    )
    from audit.authority.compare.release_tables import held_back

    for _, row in held_back(release).iterrows():
        yield f"  Held back: {row['Figures'].lower()}, {row['Schools of']}: {row['How many']}. {row['Why held back']}"


def _for_whom(outputs: Outputs, rest: str) -> str:
    """Who the files are for that are not shared."""
    if outputs.letters is None:
        return f"{rest} for the authority only."
    return "Each letter is for its school; all other files are for the authority only."


def not_asked(register: Register | None) -> Iterator[str]:
    """One line for each kind of open place in the register that is not asked for a return, with the option to ask it."""
    places = register.places.items() if register else ()
    for place, schools in places:
        if not schools[0].expected:
            yield f"Not asked for a return: {PLACES[place]} ({len(schools):,}). To ask them, add --ask {place}."


def stray_readings(readings: pd.DataFrame | None, intake: Intake, file: Path | None) -> list[Problem]:
    """A warning if some of the adviser's readings are of no return that counts, so that they change nothing."""
    from audit.authority.assurance.moderation import without_return

    if readings is None or file is None:
        return []
    strays = without_return(intake.returns, readings)
    if strays.empty:
        return []
    first = strays.iloc[0]
    what = (
        f"{plural(len(strays), 'reading')} of no return that counts, or of a statement that it does not ask; the first "
        f"is of {first['statement']}, URN {first['urn']}, {first['year']}."
    )
    return [Problem(where=file.name, what=what, fix="Check URN and academic year.", severity="warning")]


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The contents of the lists and files that the adviser named.

    Attributes:
        register: the expected schools; None if no register was named.
        successors: new URN by old.
        readings: READINGS; None if the adviser gave none.
        last_visits: the day of the last visit by URN.
        opening: the first paragraphs of the authority's letters.
        files: the paths of these files, which are no returns even if they are in the folder of returns.
        problems: every fault found in them.
    """

    register: Register | None
    successors: Mapping[str, str]
    readings: pd.DataFrame | None
    last_visits: Mapping[str, dt.date]
    opening: str
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def read_lists(
    criteria: Criteria,
    *,
    register: Path | None,
    successors: Path | None,
    moderation: Path | None,
    last_visits: Path | None,
    opening: Path | None,
) -> Lists:
    """Reads the lists and files; exit status 1 and the reason if one of them cannot be used at all.

    Lines of a list that cannot be used are left out, and each is one of the problems.
    """
    from audit.authority.assurance.moderation import read_readings
    from audit.authority.assurance.visits import read_last_visits
    from audit.reports.letter import OPENING

    all_problems: list[Problem] = []

    def read(path: Path | None, reader: Callable[[bytes, str], tuple[T, tuple[Problem, ...]]], nothing: T) -> T:
        if path is None:
            return nothing
        content, problems = reader(_list_bytes(path), short_name(path))
        if errors(problems) and (content is None or (isinstance(content, Sized) and not len(content))):
            fail(problems)
        all_problems.extend(problems)
        return content

    return Lists(
        register=read(register, read_register, None),
        successors=read(successors, read_successors, {}),
        readings=read(moderation, lambda data, file: read_readings(data, file, criteria), None),
        last_visits=read(last_visits, read_last_visits, {}),
        opening=_list_text(opening) if opening else OPENING,
        files=tuple(path for path in (register, successors, moderation, last_visits, opening) if path),
        problems=tuple(all_problems),
    )


def _list_bytes(path: Path) -> bytes:
    data = read_file(path)
    if isinstance(data, Problem):
        fail([data])
    return data


def _list_text(path: Path) -> str:
    try:
        return _list_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        fail([Problem(where=str(path), what="It is no text in UTF-8.", fix="Save it as plain text, encoded in UTF-8.")])


def take_in(
    paths: Collection[Path],
    criteria: Criteria,
    *,
    loaded: Criteria,
    register: Register | None,
    leave_out: Collection[Path],
    scheduler: str | None,
    workers: int | None,
) -> tuple[list[Return], bool]:
    """Reads every file, with a progress bar; returns the returns, and whether these are all.

    Ctrl+C stops the reading and keeps what was read. Exit status 1 and the reason if nothing can be read.

    Args:
        paths: files and folders.
        criteria: the criteria that are compared.
        loaded: all criteria of this installation.
        register: the known schools; None without a register.
        leave_out: files that are no returns.
        scheduler: the address of a Dask cluster; None for this machine.
        workers: how many processes read; None for one a processor.
    """
    from audit.intake.reading import executor, read_all
    from audit.intake.sources import find, how_many, passed_over_in_words

    urns, schools = ({}, {}) if register is None else (register.urns, register.known)
    read_returns: list[Return] = []
    skipped: list[str] = []
    hidden = not sys.stderr.isatty()
    try:
        with (
            executor(scheduler, workers) as pool,
            click.progressbar(
                length=how_many(paths), label="Reading", file=sys.stderr, show_pos=True, hidden=hidden
            ) as bar,
        ):
            sources = find(paths, leave_out=leave_out, skipped=skipped)
            for school_return in read_all(sources, criteria, executor=pool, loaded=loaded, urns=urns, schools=schools):
                read_returns.append(school_return)
                bar.update(1)
    except KeyboardInterrupt:
        if not read_returns:
            fail([Problem(where="Stopped", what="No file was read yet, so nothing is written.", fix="Run it again.")])
        return read_returns, False
    except UnusableFile as error:
        fail(error.problems)
    except BrokenExecutor as error:
        what = f"The processes that read the files cannot run: {error}."
        fail([Problem(where="Reading", what=what, fix="Close other programs, and run it again with --workers 1.")])
    if skipped:
        click.echo(passed_over_in_words(skipped))
    return read_returns, True


def make_release(returns: Returns, year: str, successors: Mapping[str, str]) -> Release | None:
    """Makes a release of all schools of a year; None if nothing may be shown. Exit status 1 if it cannot be kept.

    Args:
        returns: the returns that count, of every year.
        year: the academic year.
        successors: new URN by old.
    """
    try:
        store = AuthorityStore()
        try:
            return store.release(
                "",
                lambda earlier: prepare(returns, year=year, earlier=earlier, successors=successors),
                returns.criteria,
            )
        finally:
            store.close()
    except (sa.exc.SQLAlchemyError, OSError, ImportError, NotSaved) as error:
        fail([store_problem(error)])
