"""A worker process: does one task after another for the process that started it, until that one closes the pipe or ends.

`audit.intake.processes` runs it as ``python -m audit.intake.worker SECONDS PATIENCE BYTES``.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import time
from contextlib import suppress
from typing import IO

from audit.intake.processes import WAITED, receive, send

_LEAST_SHARE = 0.0005
"""A task that uses less than this share of the time by the clock only waits: a task that works gets far more, even on a
busy machine."""


def work(seconds: float, patience: float, memory: int) -> None:
    """Takes tasks from standard input and writes their outcomes to the original standard output.

    Args:
        seconds: the processor time that a task may take; the system then ends the worker. 0 for no limit.
        patience: the worker ends itself when its task has hardly used the processor for so many seconds by the clock:
            such a task waits for something that never comes. A task that is only slow, on a busy machine, goes on.
        memory: how many bytes of memory the worker may use, where the system can limit it; 0 for no limit.
    """
    tasks, outcomes = _take_pipes()
    if memory:
        _limit_memory(memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then ends its workers
    send(outcomes, b"ready")
    while True:
        try:
            task = receive(tasks)
            if seconds:
                _watch_processor(seconds)
                _watch_clock(patience)
            outcome = _do(task)
            if seconds:
                _watch_clock(0)
                _watch_processor(0)
            send(outcomes, outcome)
        except (EOFError, OSError):
            return


def _watch_processor(seconds: float) -> None:
    """Makes the system end this process when it has used so much more processor time; 0 stops the watch.

    The signal ends a process that does not handle it. So it also ends a task that never lets other Python code run, and
    a task whose parent process has ended. Windows has no such signal; there only the clock is watched.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _watch_clock(patience: float) -> None:
    """Ends this process if it hardly uses the processor for so many seconds by the clock; 0 stops the watch."""
    if sys.platform == "win32":
        if patience:
            faulthandler.dump_traceback_later(patience, exit=True, file=open(os.devnull, "wb"))  # noqa: SIM115
        else:
            faulthandler.cancel_dump_traceback_later()
        return
    used = time.process_time()

    def look(_signal: int, _frame: object) -> None:
        nonlocal used
        if time.process_time() - used < patience * _LEAST_SHARE:
            os._exit(WAITED)
        used = time.process_time()

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, patience, patience)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes to the parent process, moved to where no ``print`` and no library can reach them."""
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return pipes


def _limit_memory(memory: int) -> None:
    """Limits memory, and stops the system from writing a dump of a worker that dies of it. Windows can do neither."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        allowed = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        with suppress(ValueError, OSError):  # macOS may refuse the limit
            resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _do(task: bytes) -> bytes:
    """The outcome of a task: whether it succeeded, and its value or the exception that it raised."""
    try:
        function, arguments, named = pickle.loads(task)
        return pickle.dumps((True, function(*arguments, **named)))
    except BaseException as error:  # a library's panic is no Exception, and must not end the worker
        try:
            return pickle.dumps((False, error))
        except Exception:
            return pickle.dumps((False, RuntimeError(repr(error))))


if __name__ == "__main__":
    work(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
