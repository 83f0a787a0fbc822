"""What every job of the command line shares: the group, the criteria, files in and out, problems told."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from audit.framework import load
from audit.model import Criteria
from audit.problems import Problem, UnusableFile
from audit.workbook import Reading, read

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Online-safety self-audit for schools, from a terminal.

    The questionnaire itself runs in a browser: streamlit run app.py
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without a letter shows a question mark, no traceback


def criteria_at_hand() -> Criteria:
    """The criteria that come with the product; exit status 1 and every fault if they cannot be loaded."""
    try:
        return load()
    except UnusableFile as error:
        fail(error.problems)


def read_workbook(path: Path, criteria: Criteria, *, any_edition: bool = False) -> Reading:
    """A workbook's reading; a file that cannot be opened is a problem too."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(
            where=str(path),
            what=f"The file cannot be opened: {error.strerror or error}.",
            fix="Check the name and the folder.",
        )
        return Reading(audit=None, problems=(problem,))
    return read(data, path.name, criteria, any_edition=any_edition)


def fail(problems: Iterable[Problem]) -> NoReturn:
    """Each problem on a line of its own on standard error, then exit status 1."""
    tell(problems)
    sys.exit(1)


def tell(problems: Iterable[Problem]) -> None:
    """Each problem on a line of its own on standard error."""
    for problem in problems:
        prefix = "Warning: " if problem.severity == "warning" else ""
        click.echo(f"{prefix}{' '.join(str(problem).split())}", err=True)


def save(path: Path, content: bytes | str) -> None:
    """Writes a file, its folder made if need be; exit status 1 and the reason if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    except OSError as error:
        fail([cannot_be_written(path, error)])


def cannot_be_written(path: Path, error: OSError) -> Problem:
    """That a file cannot be written, and why."""
    what = f"The file cannot be written: {error.strerror or error}."
    return Problem(where=str(path), what=what, fix="Choose another folder, or close the file where it is open.")
