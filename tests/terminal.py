"""The command line as a process of its own, as people and scripts run it."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parent.parent


class Run(NamedTuple):
    """What a command did: exit status, and the lines that it wrote."""

    status: int
    out: list[str]
    err: list[str]


def audit(*arguments: str | Path | int, database: str = "", encoding: str = "utf-8") -> Run:
    """Runs ``python -m audit``, on another database if one is named; no run may end in a traceback."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    if database:
        environment["AUDIT_DATABASE_URL"] = database
    words = [str(argument) for argument in arguments]
    status, out, err = (_forked if hasattr(os, "fork") else _started)(words, environment)
    told = err.decode(encoding)
    assert "Traceback" not in told, told
    return Run(status, out.decode(encoding).splitlines(), told.splitlines())


def _started(arguments: list[str], environment: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Exit status and output of a process that starts anew."""
    command = [sys.executable, "-m", "audit", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _forked(arguments: list[str], environment: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Exit status and output of a process that has everything imported already; see `tests.forking`."""
    asked, told = _forking()
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        run = {"arguments": arguments, "folder": str(ROOT), "environment": environment, "out": str(out)}
        print(json.dumps(run | {"err": str(err)}), file=asked, flush=True)
        status = int(told.readline())
        return status, out.read_bytes(), err.read_bytes()


@cache
def _forking() -> tuple[IO[str], IO[str]]:
    """The process that forks, kept for all tests of this one: what it is asked, and what it tells."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forking"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def end() -> None:
        process.communicate()

    atexit.register(end)
    return process.stdin, process.stdout
