"""What ``python -m audit compare`` writes: verdicts, tracker, comparison, answers, benchmark and letters."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, TypeAlias

import click
import pandas as pd

from audit.authority.believing.credibility import credibility
from audit.authority.believing.moderation import agreement
from audit.authority.believing.visits import visit_sample
from audit.authority.collecting.settling import Intake
from audit.authority.collecting.tracker import chase_list
from audit.authority.comparing.comparison import Comparison
from audit.authority.releasing.release import Release
from audit.authority.replying.benchmark import write_benchmark
from audit.authority.replying.feedback import correspondence
from audit.authority.showing import readable, readable_intake
from audit.cli.overwriting import has_written
from audit.cli.terminal import cannot_be_written, check_free, fail
from audit.exhibits.authority import Beside
from audit.exports import table_csv, write_scores_csv, write_scores_parquet
from audit.model import Criteria
from audit.problems import Problem
from audit.reports.comparison_report import comparison_report
from audit.reports.letter_settings import LetterSettings
from audit.reports.letters import letters_zip
from audit.reports.release_report import release_report
from audit.workbook.comparison import write_comparison
from audit.workbook.release import write_release
from audit.workbook.tables import write_tables

_Writer: TypeAlias = Callable[[BinaryIO], object]
"""Writes a file's content; nothing of it is worked out before."""

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
"""What is for the authority alone, and the letters, each of which is for its school."""
_SHARED = ("for-sharing.xlsx", "for-sharing.html")


def _benchmarks(criteria: Criteria) -> tuple[str, ...]:
    return tuple(f"benchmark-{framework.id}.json" for framework in criteria.refs)


def names(criteria: Criteria) -> tuple[str, ...]:
    """The names of all files that may be written."""
    return (*_ALWAYS, *_SHARED, *_benchmarks(criteria))


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Everything that the files are written from.

    Attributes:
        readings: READINGS; None if the adviser gave none.
        last_visits: the day of the last visit by URN.
        visits: schools in the visit sample.
        seed: of its lots.
        authority: whose schools these are; empty if nobody said.
        letters: who writes letters; None for none.
        wants_release: whether figures to share are asked for.
        release: these; None if there are none.
        is_named: whether the schools counted are listed in it.
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
        """AGREEMENT of the schools with the adviser; None without readings."""
        return None if self.readings is None else agreement(self.intake.returns, self.readings)

    @cached_property
    def beside(self) -> Beside:
        """What the adviser knows beside the comparison."""
        doubts = credibility(self.intake.returns, year=self.comparison.year)
        visits = visit_sample(
            self.intake.returns,
            self.comparison.returns.table,
            doubts,
            size=self.visits,
            seed=self.seed,
            last_visits=self.last_visits,
        )
        return Beside(doubts=doubts, visits=visits, agreement=self.agreement, tracker=self.intake.tracker)


def make_ready(out: Path, criteria: Criteria) -> None:
    """Makes the folder if need be, before time is spent on what cannot be written; exit status 1 if it cannot.

    Args:
        out: the folder.
        criteria: the criteria at hand.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        fail([cannot_be_written(out, error)])
    check_free(*(out / name for name in names(criteria)))


def write_outputs(out: Path, outputs: Outputs) -> tuple[list[str], list[Problem]]:
    """Writes every file into the folder; their names, and a problem for each that could not be written."""
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


def _bytes(make: Callable[[], bytes]) -> _Writer:
    return lambda file: file.write(make())


def _table(table: pd.DataFrame) -> _Writer:

    return _bytes(lambda: table_csv(table))


def _collected(outputs: Outputs) -> dict[str, _Writer]:
    intake, returns = outputs.intake, outputs.comparison.returns
    verdicts = readable_intake.verdicts(intake.files, intake.problems)
    problems = readable_intake.problems(intake.problems)
    chase = readable_intake.chase(chase_list(intake.tracker, intake.problems), intake.criteria)
    files = {
        "verdicts.csv": _table(verdicts),
        "faults.csv": _table(problems),
        "verdicts.xlsx": _bytes(
            lambda: write_tables({"Verdicts": verdicts, "Faults": problems}, for_the_authority=True)
        ),
        "tracker.csv": _table(readable.tracker(intake.tracker, intake.criteria)),
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
    release, criteria, said = outputs.release, outputs.intake.criteria, outputs.authority
    assert release is not None
    files = {
        "for-sharing.xlsx": _bytes(lambda: write_release(release, authority=said, named=outputs.is_named)),
        "for-sharing.html": _bytes(
            lambda: release_report(release, authority=said, named=outputs.is_named).encode("utf-8")
        ),
    }
    for name, framework in zip(_benchmarks(criteria), criteria.refs, strict=True):
        files[name] = _bytes(partial(write_benchmark, release, framework, authority=said))
    return files


def left_from_before(out: Path, criteria: Criteria) -> Collection[Path]:
    """The files in the folder that an earlier run may have written, which are no returns."""
    return [out / name for name in names(criteria)]
