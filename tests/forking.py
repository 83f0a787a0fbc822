"""Runs ``python -m audit`` many times for the price of one start: everything is imported once, and each run is a fork.

Every run is a process of its own with its own arguments, folder, environment and streams, and ends as any process ends.
Only the import, most of what a short run costs, is shared. What a start itself does (help without pandas, a closed
output, a signal) is tested on new processes, in ``test_cli_terminal.py``.

Each line of standard input is a run as JSON: ``arguments``, ``folder``, ``environment``, ``out`` and ``err``, the files
that its streams go to. Each line of standard output is the exit status of one. The end of the input ends this process.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import audit


def _import_all() -> None:
    """Loads what a job of the command line may load: all of the product but its pages."""
    root = Path(audit.__path__[0])
    for file in sorted(root.rglob("*.py")):
        module = ".".join(("audit", *file.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        if not module.startswith(("audit.ui", "audit.__main__")):
            importlib.import_module(module)


def _become(run: dict[str, Any]) -> None:
    """Makes this process the run: its folder, environment, arguments and streams."""
    os.chdir(run["folder"])
    os.environ.clear()
    os.environ.update(run["environment"])
    sys.argv = ["audit", *run["arguments"]]
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, name, how in ((0, os.devnull, os.O_RDONLY), (1, run["out"], writing), (2, run["err"], writing)):
        opened = os.open(name, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    encoding = run["environment"]["PYTHONIOENCODING"]
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115


def serve() -> None:
    """Forks a process for each run that is asked for, and says how it ended."""
    _import_all()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            runpy.run_module("audit", run_name="__main__", alter_sys=True)
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
