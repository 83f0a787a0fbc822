"""What every command of the command line shares: the list of commands, reading and writing files, and problems.

In this code a command is called a job. Its exit status is 0 if all is fine, 1 for faults in the input, 2 for wrong usage.
The module of a job is loaded only when the job runs: the libraries for tables, workbooks and databases take longer to
load than most jobs take to run, so a job loads only those that it needs.

A job may write over a file that it has read itself, and over a file that has not changed since this tool wrote it. For
each file that the tool writes it keeps a note next to the default database: the SHA-256 of what it wrote, under the
SHA-256 of the path. So the same job can be run again, and neither a form that somebody has filled in since nor anybody
else's file is lost.
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

from audit.problems import Problem, UnusableFile
from audit.version import VERSION

if TYPE_CHECKING:
    from audit.model import Criteria, FrameworkRef
    from audit.store.audits import Store
    from audit.workbook.read_book import Reading

JOBS: dict[str, tuple[str, str]] = {
    "add-criteria": ("school_year", "Have an audit answer further criteria too."),
    "backup": ("audits", "Copy the database to a file, also while the app runs."),
    "blank": ("audits", "Write a blank form to fill in offline."),
    "changes": ("school_year", "Say what changed between two workbooks."),
    "check": ("files", "Say whether workbooks are readable returns."),
    "compare": ("authority", "Compare the returns of many schools."),
    "criteria": ("files", "List the criteria, or make some of your own."),
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
    "who": ("audits", "Write who answers for what, by role."),
}
"""For each job: its module in this package, and its line in the list of jobs, short enough for a terminal of 80 columns."""
NOTES = Path(__file__).parents[2] / "data" / "written"
_MOST = 5_000
"""How many notes are kept, the newest ones; for older files it is not known who wrote them."""
_read: set[Path] = set()
_Job = TypeVar("_Job", bound=Callable[..., object])
_FORCE = "audit.force"
FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
"""A file to read; ``-`` is standard input."""
OUT = click.Path(path_type=Path, dir_okay=False)
"""A file to write."""
FOLDER = click.Path(path_type=Path, file_okay=False)


class Jobs(click.Group):
    """The group of jobs; the module of a job is loaded when somebody asks for the job."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all jobs, in alphabetical order."""
        return sorted(JOBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Loads the module of a job and returns the job; None if there is no such job."""
        if cmd_name in JOBS:
            import_module(f"audit.cli.{JOBS[cmd_name][0]}")  # its decorators add the jobs to the group
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of jobs without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, JOBS[name][1]) for name in self.list_commands(ctx)])


class Date(click.ParamType[dt.date]):
    """A day, written as 20/11/2026 or as 2026-11-20."""

    name = "dd/mm/yyyy"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The day that a text means."""
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
    """Runs the job that the arguments name; output that is full or closed gives a message and no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal shows a question mark for a letter that it lacks
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
    except BrokenPipeError:  # the reader of the output, such as `head`, has stopped reading
        _discard(sys.stdout)
        status = status or 1
    except OSError as error:
        _discard(sys.stdout)
        status = f"Standard output cannot be written: {error.strerror or error}."
    try:
        if isinstance(status, str):
            click.echo(status, err=True)
            status = 1
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _discard(stream: TextIO) -> None:
    """Discards what a stream still holds, so that Python does not try to write it again at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def shipped_criteria() -> Criteria:
    """The criteria that come with the product; exit status 1 and every fault if they cannot be loaded."""
    from audit.criteria.load import load

    try:
        return load()
    except UnusableFile as error:
        fail(error.problems)


def framework_ids() -> list[str]:
    """The ids of the frameworks that come with the product, for the help of an option; no file is read.

    Each has a folder of its name.
    """
    root = Path(__file__).parents[2] / "criteria"
    return sorted(folder.parent.name for folder in root.glob("*/framework.yaml"))


def chosen_frameworks(
    criteria: Criteria, ids: Iterable[str], *, place: str = "--framework"
) -> tuple[FrameworkRef, ...]:
    """The frameworks that an option, or another place, names, in the order of the criteria; the usual ones if it names none.

    Raises:
        click.BadParameter: there is no framework of such an id.
    """
    known = {framework.id: framework for framework in criteria.frameworks}
    wanted = set(ids)
    if unknown := sorted(wanted - known.keys()):
        there = "; ".join(f"{framework.id} is {framework.called}" for framework in known.values())
        what = f"There are no criteria of the id {', '.join(unknown)}. Choose from these: {there}."
        raise click.BadParameter(what, param_hint=place)
    return tuple(framework.ref for framework in known.values() if framework.id in wanted) or criteria.usual


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


def read_workbook(path: Path, criteria: Criteria, *, any_edition: bool = False) -> Reading:
    """Reads a workbook; a file that cannot be opened gives a reading with a problem."""
    from audit.workbook.read import read
    from audit.workbook.read_book import Reading

    data = read_file(path)
    if isinstance(data, Problem):
        return Reading(audit=None, problems=(data,))
    return read(data, short_name(path), criteria, any_edition=any_edition)


def short_name(path: Path) -> str:
    """The name of a file in problems: without its folder."""
    return "standard input" if str(path) == "-" else path.name


def shown_path(path: Path) -> str:
    """The name of a file on the terminal: as the user gave it."""
    return "standard input" if str(path) == "-" else str(path)


def say(line: str) -> None:
    """Prints a line on standard output; unprintable characters, which may come from a file, become spaces."""
    click.echo("".join(letter if letter.isprintable() else " " for letter in line))


def tell(problems: Iterable[Problem]) -> None:
    """Prints each problem on its own line on standard error."""
    for problem in problems:
        prefix = "Warning: " if problem.severity == "warning" else ""
        click.echo(f"{prefix}{' '.join(str(problem).split())}", err=True)


def fail(problems: Iterable[Problem]) -> NoReturn:
    """Prints each problem on its own line on standard error, then ends with exit status 1."""
    tell(problems)
    sys.exit(1)


def writes(kind: click.Path = OUT, *, text: str, required: bool = True) -> Callable[[_Job], _Job]:
    """Adds the options ``--out`` and ``--force`` to a job.

    Args:
        kind: `OUT` or `FOLDER`.
        text: the help text of ``--out``.
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
    """Exit status 1 if a file to write exists and may not be replaced; see `audit.cli.terminal` for which may."""
    if click.get_current_context().meta.get(_FORCE):
        return
    taken = [path for path in paths if not may_replace(path)]
    fix = "Choose another name, or add --force to write over it."
    problems = [Problem(where=str(path), what="There is a file of this name already.", fix=fix) for path in taken]
    if problems:
        fail(problems)


def save_file(path: Path, content: bytes | str) -> None:
    """Writes a file, and makes its folder if it is missing; exit status 1 and the reason if it cannot be written.

    An existing file is replaced only if `check_free` allows it.
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
    """The problem that a file cannot be written, and why."""
    what = f"The file cannot be written: {error.strerror or error}."
    return Problem(where=str(path), what=what, fix="Choose another folder, or close the file where it is open.")


def may_replace(path: Path) -> bool:
    """Whether a job may write over a file without losing anything."""
    if not path.exists() or not path.is_file():  # a device, or a folder, which cannot be written anyway
        return True
    file = path.resolve()
    if file in _read:
        return True
    with suppress(OSError):
        return _note_of(file).read_text(encoding="ascii") == _digest(file)
    return False


def has_read(path: Path) -> None:
    """Notes that this job has read a file, so that it may write over the file."""
    _read.add(path.resolve())


def has_written(*paths: Path) -> None:
    """Notes what this tool has just written; if a note cannot be kept, the next job needs ``--force``."""
    with suppress(OSError):
        NOTES.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in (path.resolve() for path in paths if path.is_file()):
            _read.add(file)
            note = _note_of(file)
            draft = note.with_suffix(f".{os.getpid()}")
            draft.write_text(_digest(file), encoding="ascii")
            draft.replace(note)
        _forget_old()


def _forget_old() -> None:
    notes = list(NOTES.iterdir())
    if len(notes) > _MOST:
        for note in sorted(notes, key=lambda note: note.stat().st_mtime)[: len(notes) - _MOST]:
            note.unlink(missing_ok=True)


def _note_of(path: Path) -> Path:
    return NOTES / hashlib.sha256(os.fsencode(path)).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_store() -> Store:
    """Opens the store of this computer; exit status 1 and the reason if its database cannot be opened."""
    import sqlalchemy as sa

    from audit.store.audits import Store

    try:
        return Store()
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        fail([store_problem(error)])


def store_problem(error: Exception) -> Problem:
    """The problem that the database cannot be used, and why."""
    return Problem(
        where="Store",
        what=f"The database cannot be used: {' '.join(str(error).split())[:200]}.",
        fix="Check AUDIT_DATABASE_URL, and that the folder data/ can be written.",
    )
