"""What ``python -m audit compare`` says on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from audit.authority.collecting.expected_types import PLACES
from audit.authority.collecting.register import Register
from audit.english import plural
from audit.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

    from audit.authority.collecting.settling import Intake
    from audit.cli.authority_files import Outputs

_MOST_FILES = 40
"""Files with problems that are named on the terminal; the lists name all."""


def outcome(outputs: Outputs) -> Iterator[str]:
    """The verdicts, the files with something to mend, the tracker and the comparison, a line each."""
    from audit.authority.believing.moderation import agreement_in_words
    from audit.authority.collecting.tracker import headline

    intake, comparison = outputs.intake, outputs.comparison
    yield from _verdicts(intake)
    yield headline(intake.tracker, intake.year)
    yield from _no_return_of_the_year(intake)
    yield comparison.headline
    yield from comparison.notes
    if outputs.agreement is not None:
        yield from agreement_in_words(outputs.agreement)
    yield from _released(outputs)


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
    from audit.authority.releasing.tables import held_back

    for _, row in held_back(release).iterrows():
        yield f"  Held back: {row['Figures'].lower()}, {row['Schools of']}: {row['How many']}. {row['Why held back']}"


def _for_whom(outputs: Outputs, rest: str) -> str:
    """For whom the files are that are not shared."""
    if outputs.letters is None:
        return f"{rest} for the authority only."
    return "Each letter is for its school; all other files are for the authority only."


def not_asked(register: Register | None) -> Iterator[str]:
    """The kinds of place that the register has open, and that no return is expected of: once, with the switch."""
    there = register.places.items() if register else ()
    for place, schools in there:
        if not schools[0].expected:
            yield f"Not asked for a return: {PLACES[place]} ({len(schools):,}). To ask them, add --ask {place}."


def _verdicts(intake: Intake) -> Iterator[str]:
    files = intake.files
    counts = files["verdict"].value_counts()
    verdicts = ", ".join(f"{counts.get(verdict, 0):,} {verdict}" for verdict in files["verdict"].cat.categories)
    yield f"{plural(len(files), 'file')}: {verdicts}."
    if aside := int((files["set_aside"] != "").sum()):
        yield f"{plural(aside, 'file')} set aside, since another return of the same school and year counts."
    yield from _to_mend(intake.problems)


def _to_mend(problems: pd.DataFrame) -> Iterator[str]:
    """By file one problem with its place and remedy: an error before a warning, then what is in a cell, then the first."""
    from audit.authority.collecting.verdicts import Place, sentence

    by_file = list(problems.groupby("file", sort=False))
    if by_file:
        yield f"Something to mend in {plural(len(by_file), 'file')}:"
    for file, found in by_file[:_MOST_FILES]:
        ordered = found.assign(no_cell=found["cell"] == "").sort_values(["severity", "no_cell"], kind="stable")
        first = ordered.iloc[0]
        more = f" (and {plural(len(found) - 1, 'more problem')})" * (len(found) > 1)
        what = sentence(Place(sheet=first["sheet"], cell=first["cell"]), first["what"])
        yield f"  {file}: {what} {first['fix']}{more}"
    if (rest := len(by_file) - _MOST_FILES) > 0:
        yield f"  {plural(rest, 'more file')} with something to mend: the list of faults names all."


def _no_return_of_the_year(intake: Intake) -> Iterator[str]:
    years = intake.returns.years
    if years and intake.year not in years:
        yield f"No return for {intake.year} counts. There are returns for {', '.join(years)}: choose with --year."


def stray_readings(readings: pd.DataFrame | None, intake: Intake, file: Path | None) -> list[Problem]:
    """That some of the adviser's readings are of no return at hand, so that they change nothing."""
    from audit.authority.believing.moderation import without_return

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
