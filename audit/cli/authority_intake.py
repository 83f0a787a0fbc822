"""Every file at some paths as a return, read with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Collection
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.authority.collecting.register import Register
from audit.cli.terminal import fail
from audit.model import Criteria
from audit.problems import Problem, UnusableFile

if TYPE_CHECKING:
    from audit.authority.returns import Return


def take_in(
    paths: Collection[Path],
    criteria: Criteria,
    *,
    register: Register | None,
    leave_out: Collection[Path],
    scheduler: str | None,
    workers: int | None,
) -> tuple[list[Return], bool]:
    """Every file read, with a bar of how many and how long yet, and whether it was all: interrupting keeps what is read.

    Exit status 1, and why, if nothing can be read.
    """
    from audit.intake import executor, find, how_many, read_all
    from audit.intake.passed_over import in_words

    urns, schools = ({}, {}) if register is None else (register.urns, register.known)
    found: list[Return] = []
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
            for one in read_all(sources, criteria, executor=pool, urns=urns, schools=schools):
                found.append(one)
                bar.update(1)
    except KeyboardInterrupt:
        if not found:
            fail([Problem(where="Stopped", what="No file was read yet, so nothing is written.", fix="Run it again.")])
        return found, False
    except UnusableFile as error:
        fail(error.problems)
    except BrokenExecutor as error:
        what = f"The processes that read the files cannot run: {error}."
        fail([Problem(where="Reading", what=what, fix="Close other programs, and run it again with --workers 1.")])
    if skipped:
        click.echo(in_words(skipped))
    return found, True
