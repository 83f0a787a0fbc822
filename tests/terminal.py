"""The command line as a process of its own, as people and scripts run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Run(NamedTuple):
    """What a command did: exit status, and the lines that it wrote."""

    status: int
    out: list[str]
    err: list[str]


def audit(*arguments: str | Path | int) -> Run:
    """Runs ``python -m audit``; no run may end in a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "audit", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Run(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())
