"""A worker: does one task after another for the process that started it, until that closes the pipe or is gone.

Run by `audit.intake.processes` as ``python -m audit.intake.worker SECONDS BYTES``.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
from contextlib import suppress
from typing import IO

from audit.intake.messages import receive, send


def main(seconds: float, memory: int) -> None:
    """Takes tasks from standard input and puts their outcomes on what was standard output.

    Args:
        seconds: how long a task may take; the worker then ends itself. The watch is no Python code, so it also
            ends a task that never lets other Python code run, even if the parent is gone by then.
        memory: how many bytes of memory the worker may ask for, where the system can bound it.
    """
    tasks, outcomes = _take_pipes()
    _bound(memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then ends its workers
    with open(os.devnull, "wb") as nowhere:
        send(outcomes, b"ready")
        while True:
            try:
                task = receive(tasks)
                faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
                outcome = _do(task)
                faulthandler.cancel_dump_traceback_later()
                send(outcomes, outcome)
            except (EOFError, OSError):
                return


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes to the parent, put where no ``print`` and no library can reach them."""
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return pipes


def _bound(memory: int) -> None:
    """Bounds memory, and leaves no dump on the disk of a worker that dies of it. Windows knows neither."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        allowed = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        with suppress(ValueError, OSError):  # macOS may not let it be bounded
            resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _do(task: bytes) -> bytes:
    """What came of a task: whether it succeeded, and its value or what it raised."""
    try:
        function, arguments, named = pickle.loads(task)
        return pickle.dumps((True, function(*arguments, **named)))
    except BaseException as error:  # a library's panic is no Exception, and must not end the worker
        try:
            return pickle.dumps((False, error))
        except Exception:
            return pickle.dumps((False, RuntimeError(repr(error))))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
