"""What every job of the command line shares: the group, the criteria, files in and out, problems told."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeVar

import click

from audit.cli.jobs import Jobs
from audit.cli.overwriting import has_read, has_written, may_replace
from audit.problems import Problem, UnusableFile
from audit.version import VERSION

if TYPE_CHECKING:
    from audit.model import Criteria
    from audit.workbook import Reading

_Job = TypeVar("_Job", bound=Callable[..., object])
_FORCE = "audit.force"

FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
"""A file to read; ``-`` is standard input."""
OUT = click.Path(path_type=Path, dir_okay=False)
"""A file to write."""
FOLDER = click.Path(path_type=Path, file_okay=False)


class Date(click.ParamType[dt.date]):
    """A day, written as 20/11/2026 or as 2026-11-20."""

    name = "dd/mm/yyyy"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The day that a text spells."""
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            with suppress(ValueError):
                return dt.datetime.strptime(str(value).strip(), form).date()
        raise click.BadParameter(f'"{value}" is no day. Write it as 20/11/2026 or 2026-11-20.', ctx, param)


DATE = Date()


@click.group(cls=Jobs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="Online safety self-audit %(version)s")
def main() -> None:
    """Online-safety self-audit for schools, from a terminal.

    The questionnaire itself runs in a browser: streamlit run app.py
    """


def run() -> NoReturn:
    """Runs the job that the arguments name; whatever it writes to may be full or closed, which is no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without a letter shows a question mark, no traceback
    status: object = 0
    try:
        try:
            main(prog_name="school-audit" if Path(sys.argv[0]).stem == "school-audit" else "python -m audit")
        except SystemExit as stopped:
            status = stopped.code
        except KeyboardInterrupt:  # while the job's module was loading
            status = "Aborted!"
        if sys.stdout is not None:  # it is None where the job was started with its output closed
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has what they wanted, as `head` does
        _to_nowhere(sys.stdout)
        status = status or 1
    except OSError as error:
        _to_nowhere(sys.stdout)
        status = f"Standard output cannot be written: {error.strerror or error}."
    try:
        if isinstance(status, str):
            click.echo(status, err=True)
            status = 1
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        _to_nowhere(sys.stderr)
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _to_nowhere(stream: TextIO) -> None:
    """Lets what a stream still holds go nowhere, so that Python does not try it again at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def criteria_at_hand() -> Criteria:
    """The criteria that come with the product; exit status 1 and every fault if they cannot be loaded."""
    from audit.framework import load

    try:
        return load()
    except UnusableFile as error:
        fail(error.problems)


def read_file(path: Path) -> bytes | Problem:
    """The bytes of a file, or of standard input for ``-``; a problem if it cannot be opened."""
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read()
        data = path.read_bytes()
    except OSError as error:
        what = f"The file cannot be opened: {error.strerror or error}."
        return Problem(where=str(path), what=what, fix="Check the name and the folder.")
    has_read(path)
    return data


def name_of(path: Path) -> str:
    """How problems call a file: its name without its folder."""
    return "standard input" if str(path) == "-" else path.name


def shown(path: Path) -> str:
    """How the terminal calls a file: as it was named."""
    return "standard input" if str(path) == "-" else str(path)


def read_workbook(path: Path, criteria: Criteria, *, any_edition: bool = False) -> Reading:
    """A workbook's reading; a file that cannot be opened is a problem too."""
    from audit.workbook import Reading, read

    data = read_file(path)
    if isinstance(data, Problem):
        return Reading(audit=None, problems=(data,))
    return read(data, name_of(path), criteria, any_edition=any_edition)


def say(line: str) -> None:
    """A line on standard output, whatever letters a file has brought into it."""
    click.echo("".join(letter if letter.isprintable() else " " for letter in line))


def fail(problems: Iterable[Problem]) -> NoReturn:
    """Each problem on a line of its own on standard error, then exit status 1."""
    tell(problems)
    sys.exit(1)


def tell(problems: Iterable[Problem]) -> None:
    """Each problem on a line of its own on standard error."""
    for problem in problems:
        prefix = "Warning: " if problem.severity == "warning" else ""
        click.echo(f"{prefix}{' '.join(str(problem).split())}", err=True)


def writes(kind: click.Path = OUT, *, text: str, required: bool = True) -> Callable[[_Job], _Job]:
    """The options ``--out`` and ``--force`` of a job.

    Args:
        kind: `OUT` or `FOLDER`.
        text: what the help says of ``--out``.
        required: whether the job always writes.
    """

    def add(job: _Job) -> _Job:
        force = "Write over a file that is there, also if this tool did not write it."
        job = click.option("--force", is_flag=True, expose_value=False, callback=_remember_force, help=force)(job)
        return click.option("--out", type=kind, required=required, help=text)(job)

    return add


def _remember_force(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[_FORCE] = value


def check_free(*paths: Path) -> None:
    """Exit status 1 if a file to be written is there already; see `audit.cli.overwriting` for which may be replaced."""
    if click.get_current_context().meta.get(_FORCE):
        return
    taken = [path for path in paths if not may_replace(path)]
    fix = "Choose another name, or add --force to write over it."
    problems = [Problem(where=str(path), what="There is a file of this name already.", fix=fix) for path in taken]
    if problems:
        fail(problems)


def save(path: Path, content: bytes | str) -> None:
    """Writes a file, its folder made if need be; exit status 1 and the reason if it cannot be written.

    A file that is there is written over only if `check_free` allows it.
    """
    check_free(path)
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        fail([cannot_be_written(path, error)])
    has_written(path)


def cannot_be_written(path: Path, error: OSError) -> Problem:
    """That a file cannot be written, and why."""
    what = f"The file cannot be written: {error.strerror or error}."
    return Problem(where=str(path), what=what, fix="Choose another folder, or close the file where it is open.")
