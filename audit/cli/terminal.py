"""What every job of the command line shares: the group, the criteria, files in and out, problems told.

The jobs of the command line: where each lives, and what it does in one line.

A job's module is loaded when the job runs: the libraries for tables, workbooks and databases take longer to load than
most jobs to run, and nobody waits for those that a job does without.

Which file a job may write over: one that it has read itself, or one that stands as this tool last wrote it.

For each file that the tool wrote a note is kept beside the default database: the SHA-256 of what was written, under the
SHA-256 of the path. So the same job can be run again, and a form that somebody has filled in since, or anybody else's
file, is never lost.

The store of this computer, as a job of the command line opens it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeVar

import click
import sqlalchemy as sa

from audit.problems import Problem, UnusableFile
from audit.version import VERSION

if TYPE_CHECKING:
    from audit.model import Criteria
    from audit.store.audits import Store
    from audit.workbook.read_book import Reading

JOBS: dict[str, tuple[str, str]] = {
    "backup": ("audits", "Copy the database to a file, also while the app runs."),
    "blank": ("audits", "Write a blank form to fill in offline."),
    "changes": ("school_year", "Say what changed between two workbooks."),
    "check": ("files", "Say whether workbooks are readable returns."),
    "compare": ("authority", "Compare the returns of many schools."),
    "criteria": ("files", "List the criteria."),
    "export": ("audits", "Write an audit of the store as a workbook."),
    "history": ("school_year", "Show how a school's figures went over the years."),
    "import": ("audits", "Put a workbook's answers into the store."),
    "next": ("school_year", "Start the next year from last year's workbook."),
    "pack": ("school_year", "Write the governors' pack, a PDF."),
    "plan": ("school_year", "Say how the action plan stands."),
    "reopen": ("school_year", "Open a signed workbook for changes again."),
    "report": ("audits", "Write a school's gap report."),
    "restore": ("audits", "Put a backup in place of the database."),
    "review": ("school_year", "Say what a reviewer would ask."),
    "sample": ("files", "Make returns of invented schools to try with."),
    "sign": ("school_year", "Sign a workbook off."),
    "verify": ("files", "Say whether files are what was signed."),
}
"""By job: its module in this room, and its line in the list of jobs, short enough for a terminal of 80 columns."""


class Jobs(click.Group):
    """A group of jobs, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all jobs, in the order of the alphabet."""
        return sorted(JOBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The job of a name, its module loaded; None if there is no such job."""
        if cmd_name in JOBS:
            import_module(f"audit.cli.{JOBS[cmd_name][0]}")  # its decorators add the jobs to the group
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of jobs, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, JOBS[name][1]) for name in self.list_commands(ctx)])


NOTES = Path(__file__).parents[2] / "data" / "written"
_MOST = 5_000
"""Notes that are kept, the newest; of older files it is not known who wrote them."""
_read: set[Path] = set()


def has_read(path: Path) -> None:
    """Notes that this job has read a file, so that it may put its outcome in the file's place."""
    _read.add(path.resolve())


def may_replace(path: Path) -> bool:
    """Whether nothing is lost if a job writes here."""
    if not path.exists() or not path.is_file():  # a device, or what cannot be written anyhow
        return True
    own = path.resolve()
    if own in _read:
        return True
    with suppress(OSError):
        return _note_of(own).read_text(encoding="ascii") == _digest(own)
    return False


def has_written(*paths: Path) -> None:
    """Notes what this tool wrote just now; where no note can be kept, ``--force`` will be asked for."""
    with suppress(OSError):
        NOTES.mkdir(mode=0o700, parents=True, exist_ok=True)
        for own in (path.resolve() for path in paths if path.is_file()):
            _read.add(own)
            note = _note_of(own)
            fresh = note.with_suffix(f".{os.getpid()}")
            fresh.write_text(_digest(own), encoding="ascii")
            fresh.replace(note)
        _forget_old()


def _forget_old() -> None:
    notes = list(NOTES.iterdir())
    if len(notes) > _MOST:
        for note in sorted(notes, key=lambda one: one.stat().st_mtime)[: len(notes) - _MOST]:
            note.unlink(missing_ok=True)


def _note_of(path: Path) -> Path:
    return NOTES / hashlib.sha256(os.fsencode(path)).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    from audit.criteria.load import load

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


def short_name(path: Path) -> str:
    """How problems call a file: its name without its folder."""
    return "standard input" if str(path) == "-" else path.name


def shown_path(path: Path) -> str:
    """How the terminal calls a file: as it was named."""
    return "standard input" if str(path) == "-" else str(path)


def read_workbook(path: Path, criteria: Criteria, *, any_edition: bool = False) -> Reading:
    """A workbook's reading; a file that cannot be opened is a problem too."""
    from audit.workbook.read import read
    from audit.workbook.read_book import Reading

    data = read_file(path)
    if isinstance(data, Problem):
        return Reading(audit=None, problems=(data,))
    return read(data, short_name(path), criteria, any_edition=any_edition)


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
    """Exit status 1 if a file to be written is there already; see `audit.cli.terminal` for which may be replaced."""
    if click.get_current_context().meta.get(_FORCE):
        return
    taken = [path for path in paths if not may_replace(path)]
    fix = "Choose another name, or add --force to write over it."
    problems = [Problem(where=str(path), what="There is a file of this name already.", fix=fix) for path in taken]
    if problems:
        fail(problems)


def save_file(path: Path, content: bytes | str) -> None:
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


def open_store() -> Store:
    """The store; exit status 1 and the reason if its database cannot be opened."""
    from audit.store.audits import Store

    try:
        return Store()
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        fail([store_problem(error)])


def store_problem(error: Exception) -> Problem:
    """That the database cannot be used, and why."""
    return Problem(
        where="Store",
        what=f"The database cannot be used: {' '.join(str(error).split())[:200]}.",
        fix="Check AUDIT_DATABASE_URL, and that the folder data/ can be written.",
    )
