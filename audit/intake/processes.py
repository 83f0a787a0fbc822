"""An executor of worker processes: a task that hangs or dies does not harm the other tasks.

Why no existing executor is used: `concurrent.futures` and `pebble` start their processes through `multiprocessing`. It
either runs the module ``__main__`` again in the new process, and under Streamlit that is the page that somebody is
looking at; or it forks, which is not safe in a server with threads. `loky` does neither, but it has no limit on the
time of a task, and a worker that dies breaks the whole pool.

A message between the product and a worker is a length and then as many bytes. So a message that breaks off counts as
the end of the pipe, and never as half a task.

A worker is a Python that runs `work`: one task after another for the process that started it, until that one closes
the pipe or ends.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from typing import IO, Any, ParamSpec, TypeVar

_LENGTH = 8  # bytes
OUT_OF_TIME = -getattr(signal, "SIGPROF", 0) or None
"""The exit code of a worker that the system ended because it used too much processor time; None where no system does so."""
WAITED = 75
"""The exit code of a worker that ended itself because its task only waited."""
SECONDS = 20.0
"""Seconds of processor time that a task may take. A batch of ordinary returns takes 0.2, the largest allowed workbook 1."""
PATIENCE = 15
"""After this many times the allowed seconds by the clock, a task that hardly used the processor counts as waiting for
something that never comes. The clock alone never ends a task that is only slow, as all tasks are on a busy machine."""
MEMORY = 2 * 1024**3
"""Bytes of address space that a worker may use. It starts with 0.4 GB, and the largest workbook takes it to 0.5 GB."""
IDLE_SECONDS = 60.0
"""Seconds after which a worker without a task ends, so that a server gets its memory back."""
_GRACE = 2.0
"""Seconds that a worker may take to end after it has closed its pipes."""
_LEAST_SHARE = 0.0005
"""A task that uses less than this share of the time by the clock only waits: a task that works gets far more, even on a
busy machine."""
_WORK = "import sys; from audit.intake.processes import work; work(*map(float, sys.argv[1:3]), int(sys.argv[3]))"
"""What the Python of a worker runs."""
P = ParamSpec("P")
T = TypeVar("T")
_Task = tuple[Future[Any], bytes]


class OutOfTime(Exception):
    """A task took too much time, and its worker was ended; the argument is the limit in seconds of processor time."""


class WorkerDied(Exception):
    """A task made its worker die; the argument is the exit code of the worker."""


class Processes(Executor):
    """A limited number of worker processes on this machine, started when there is work for them.

    A task is a function that can be imported by its name, with arguments that can be pickled. Its
    future fails with `OutOfTime`, `WorkerDied`, or what the function raised; other tasks go on.

    Args:
        workers: how many at most.
        seconds: the processor time that a task may take; 0 for no limit, if the work is our own and trusted.
        memory: bytes that a worker may use; 0 for no limit.
    """

    def __init__(self, workers: int, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        if workers < 1:
            raise ValueError("there must be at least one worker")
        self._most, self._seconds, self._memory = workers, seconds, memory
        self._changed = threading.Condition()  # guards all attributes below
        self._tasks: deque[_Task] = deque()
        self._threads: set[threading.Thread] = set()
        self._workers: set[_Worker] = set()
        self._idle = 0
        self._closed = self._killed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs ``fn(*args, **kwargs)`` in one of the processes; returns the future of its value."""
        task = pickle.dumps((fn, args, kwargs))
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise BrokenExecutor("the workers were shut down")
            self._tasks.append((future, task))
            if len(self._tasks) > self._idle and len(self._threads) < self._most:
                thread = threading.Thread(target=self._feed, name="feeder of a worker", daemon=True)
                self._threads.add(thread)
                thread.start()
            self._changed.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the workers: when every task is done; or with ``cancel_futures`` at once, even in the middle of a task."""
        with self._changed:
            self._closed = True
            if cancel_futures:
                self._killed = True
                for future, _ in self._tasks:
                    future.cancel()
                    future.set_running_or_notify_cancel()  # wakes the threads that wait for it
                self._tasks.clear()
                for worker in self._workers:
                    worker.kill()
            self._changed.notify_all()
            threads = tuple(self._threads)
        if wait:
            for thread in threads:
                thread.join()

    def _feed(self) -> None:
        """Gives tasks to one worker, in a separate thread; starts a new worker if that one dies."""
        worker: _Worker | None = None
        while (task := self._next()) is not None:
            future, message = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._start()
                succeeded, value = pickle.loads(worker.do(message))
            except Exception as error:
                succeeded, value = False, error
            if worker is not None and not worker.is_alive:
                self._end(worker)
                worker = None
            if succeeded:
                future.set_result(value)
            else:
                future.set_exception(CancelledError() if self._killed else value)
            del future, task, message, value  # otherwise the last task stays in memory while the thread waits
        if worker is not None:
            self._end(worker)

    def _next(self) -> _Task | None:
        """The next task; None if the calling thread is to end, and then it is no longer counted."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._tasks or self._closed, IDLE_SECONDS)
            self._idle -= 1
            if self._tasks:
                return self._tasks.popleft()
            self._threads.discard(threading.current_thread())
            return None

    def _start(self) -> _Worker:
        with self._changed:
            if self._killed:
                raise CancelledError
            worker = _Worker(self._seconds, self._memory)
            self._workers.add(worker)
        return worker

    def _end(self, worker: _Worker) -> None:
        with self._changed:
            self._workers.discard(worker)
        worker.close()


class _Worker:
    """One process that does one task at a time."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._ready = False
        self.is_alive = True
        command = [
            sys.executable,
            "-P",
            "-c",
            _WORK,
            str(seconds),
            str(PATIENCE * seconds),
            str(memory),
        ]
        # The worker can import what this process can. Its numpy starts no threads: their stacks would count as memory.
        import_path = os.pathsep.join(place or os.getcwd() for place in sys.path)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": import_path, "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise BrokenExecutor(f"no worker process could be started: {error}") from error

    def do(self, task: bytes) -> bytes:
        """The outcome of a task."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            if not self._ready:
                self._ready = receive(self._process.stdout) == b"ready"
            began = time.monotonic()
            send(self._process.stdin, task)
            return receive(self._process.stdout)
        except (EOFError, OSError):
            self.is_alive = False
            code = self._exit_code()
            if not self._ready:
                raise BrokenExecutor(f"a worker process ended before it was ready, with exit code {code}") from None
            by_clock = (
                sys.platform == "win32" and self._seconds and time.monotonic() - began >= PATIENCE * self._seconds
            )
            if code in (OUT_OF_TIME, WAITED) or by_clock:
                raise OutOfTime(self._seconds) from None
            raise WorkerDied(code) from None

    def _exit_code(self) -> int:
        """The exit code of the process, which has closed its pipes; if it does not end soon, it is killed."""
        try:
            return self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        """Ends the process at once; the future of its task fails."""
        self._process.kill()

    def close(self) -> None:
        """Ends the process and closes its pipes."""
        self._process.kill()
        self._process.communicate()


def send(stream: IO[bytes], message: bytes) -> None:
    """Writes one message to a pipe."""
    stream.write(len(message).to_bytes(_LENGTH, "big"))
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """The next message from a pipe.

    Raises:
        EOFError: the other side has closed the pipe, or died in the middle of a message.
    """
    length = int.from_bytes(_read_exactly(stream, _LENGTH), "big")
    return _read_exactly(stream, length)


def _read_exactly(stream: IO[bytes], size: int) -> bytes:
    message = stream.read(size)
    if len(message) < size:
        raise EOFError
    return message


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
