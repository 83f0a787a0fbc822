"""Workers: real processes, of which one that hangs, dies or eats memory takes nothing with it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path

import pytest

from audit.intake.processes import OutOfTime, Processes, WorkerDied

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
LIMIT = 3.0
"""Seconds that a task may take here."""


def double(number: int) -> int:
    """Twice a number."""
    return 2 * number


def identity() -> int:
    """Which process this is."""
    return os.getpid()


def pause(seconds: float) -> int:
    """Waits, and says which process did."""
    time.sleep(seconds)
    return os.getpid()


def trickle(times: int, seconds: float) -> int:
    """Works a little and waits, so many times."""
    for _ in range(times):
        sum(range(100_000))
        time.sleep(seconds)
    return times


def spin() -> object:
    """Keeps the interpreter busy for years, in code that lets no other Python code run."""
    return re.match(r"(a+)+$", "a" * 60 + "b")


def eat(size: int) -> int:
    """Asks for so many bytes of memory."""
    return len(bytearray(size))


def chatter() -> str:
    """Writes to every output it can find, and tries to take the input."""
    print("stray", flush=True)
    os.write(1, b"raw\n")
    os.write(2, b"raw\n")
    return sys.stdin.read() + str(os.read(0, 10))


def refuse(reason: str) -> None:
    """Raises."""
    raise ValueError(reason)


def leave() -> None:
    """Asks to exit, as a library should not."""
    sys.exit(3)


def unsendable() -> object:
    """Gives what cannot be pickled."""
    return lambda: None


@pytest.fixture(scope="module")
def workers() -> Iterator[Processes]:
    """Two workers with a short limit on time, and half a gigabyte for each."""
    with Processes(2, seconds=LIMIT, memory=2**30) as processes:
        yield processes


def test_a_task_comes_back_with_its_value(workers: Processes) -> None:
    """Tasks run in other processes, and each future has the value of its own task."""
    assert [future.result() for future in [workers.submit(double, number) for number in range(50)]] == [
        2 * number for number in range(50)
    ]
    assert workers.submit(identity).result() != os.getpid()


def test_tasks_run_side_by_side() -> None:
    """With two workers, two tasks that wait are in two processes; a third worker is never started."""
    with Processes(2) as processes:
        assert len({future.result() for future in [processes.submit(pause, 0.3) for _ in range(4)]}) == 2


def test_a_task_may_raise(workers: Processes) -> None:
    """What a task raises, its future raises, even if it is the wish to exit; the worker lives on."""
    before = {workers.submit(identity).result() for _ in range(20)}
    error = workers.submit(refuse, "no such cell").exception()
    assert (type(error), str(error)) == (ValueError, "no such cell")
    assert isinstance(workers.submit(leave).exception(), SystemExit)
    assert workers.submit(unsendable).exception() is not None
    assert workers.submit(identity).result() in before


def test_a_task_that_takes_too_much_processor_time_fails_alone(workers: Processes) -> None:
    """After the limit the task's worker is ended, also in code that lets nothing else run; only its future fails."""
    late, other = workers.submit(spin), workers.submit(double, 4)
    error = late.exception()
    assert (type(error), error.args if error else None) == (OutOfTime, (LIMIT,))
    assert other.result() == 8
    assert workers.submit(double, 5).result() == 10


def test_a_task_that_waits_for_ever_is_ended_by_the_clock_with_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes no processor time cannot run out of it, so the clock ends it in the end."""
    monkeypatch.setattr("audit.intake.processes.PATIENCE", 2)
    with Processes(1, seconds=0.5) as processes:
        error = processes.submit(pause, 3600.0).exception()
        assert (type(error), error.args if error else None) == (OutOfTime, (0.5,))


def test_a_task_that_is_slow_only_by_the_clock_is_done(workers: Processes) -> None:
    """On a busy machine a task takes longer by the clock than its limit of processor time, which is no fault."""
    assert workers.submit(pause, 1.5 * LIMIT).result() != os.getpid()


def test_a_task_that_works_slowly_is_never_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What gets little of a busy machine goes on as long as its processor time allows, whatever the clock says."""
    monkeypatch.setattr("audit.intake.processes.PATIENCE", 1)
    with Processes(1, seconds=1.0) as processes:
        assert processes.submit(trickle, 40, 0.1).result() == 40


def test_trusted_work_has_no_limit() -> None:
    """Our own writing may take as long, and as much memory, as it needs."""
    with Processes(1, seconds=0, memory=0) as processes:
        assert processes.submit(pause, 0.5).result() != os.getpid()
        assert processes.submit(eat, 2**31).result() == 2**31


def test_a_task_that_brings_its_worker_down_fails_alone(workers: Processes) -> None:
    """A worker that dies is replaced; only the task that it was at fails."""
    futures = [workers.submit(*task) for task in [(double, 1), (os.abort,), (double, 2), (os._exit, 0), (double, 3)]]
    assert [type(future.exception()) for future in futures] == [
        type(None),
        WorkerDied,
        type(None),
        WorkerDied,
        type(None),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory reliably")
def test_a_task_that_eats_memory_fails_alone(workers: Processes) -> None:
    """A worker gets no more memory than it may have, so that the machine does not run out of it."""
    assert isinstance(workers.submit(eat, 2 * 2**30).exception(), MemoryError)
    assert workers.submit(eat, 2**20).result() == 2**20


def test_what_a_task_prints_disturbs_nothing(workers: Processes) -> None:
    """A library's stray output never reaches the pipe that carries the values, nor does it wait for input."""
    assert workers.submit(chatter).result() == "b''"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such program")
@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program"])
def test_workers_that_cannot_start_are_no_fault_of_a_task(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Python cannot be started, or ends at once, each task says that the workers are at fault, and none waits."""
    monkeypatch.setattr(sys, "executable", program)
    with Processes(1) as processes:
        futures = [processes.submit(double, number) for number in range(3)]
        assert [type(future.exception()) for future in futures] == [BrokenExecutor] * 3


def test_shutting_down_waits_for_what_was_begun() -> None:
    """Left in order, every task is done first; after that no task is taken."""
    processes = Processes(1)
    futures = [processes.submit(double, number) for number in range(5)]
    processes.shutdown()
    assert [future.result() for future in futures] == [0, 2, 4, 6, 8]
    with pytest.raises(RuntimeError, match="shut down"):
        processes.submit(double, 1)


def test_cancelling_ends_what_was_begun() -> None:
    """Cancelled, neither the task at hand nor those that wait are waited for."""
    processes = Processes(1)
    worker = processes.submit(identity).result()
    futures = [processes.submit(pause, 25.0) for _ in range(3)]
    while not futures[0].running():
        time.sleep(0.01)
    processes.shutdown(cancel_futures=True)
    assert [future.cancelled() for future in futures] == [False, True, True]
    assert isinstance(futures[0].exception(), CancelledError)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by a signal")
def test_a_worker_without_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server gets its memory back when nothing is read; the next task starts a worker again."""
    monkeypatch.setattr("audit.intake.processes.IDLE_SECONDS", 0.1)
    with Processes(1) as processes:
        worker = processes.submit(identity).result()
        for _ in range(300):
            try:
                os.kill(worker, 0)
            except ProcessLookupError:
                break
            time.sleep(0.1)
        assert processes.submit(identity).result() != worker


def test_at_least_one_worker_is_needed() -> None:
    """No workers at all would never finish."""
    with pytest.raises(ValueError, match="at least one"):
        Processes(0)


PAGE = """
import sys, time
from pathlib import Path
from audit.intake.processes import Processes
from tests.test_intake_processes import identity, spin

with Path(sys.argv[1]).open("a") as runs:
    runs.write("run ")
processes = Processes(1, seconds=3)
worker = processes.submit(identity).result()
if sys.argv[2] == "busy":
    processes.submit(spin)
    time.sleep(0.5)
print(worker, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A script that starts a worker at its top level, as a page of Streamlit's does."""
    script = tmp_path / "page.py"
    script.write_text(PAGE, encoding="utf-8")
    return script


def start(page: Path, state: str) -> subprocess.Popen[str]:
    """The script as a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(page), str(page.with_name("runs")), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and whom nobody has asked for its exit code does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize(("state", "end"), [("idle", "in order"), ("idle", "killed"), ("busy", "killed")])
def test_no_worker_outlives_who_started_it(page: Path, state: str, end: str) -> None:
    """When the server ends, in order or killed, its worker ends, at the latest when its task may take no longer.

    The page was run once, by the server, and not again by the worker.
    """
    with start(page, state) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        if end == "killed":
            parent.kill()
    for _ in range(1800):
        if not is_alive(worker):
            break
        time.sleep(0.1)
    assert not is_alive(worker)
    assert page.with_name("runs").read_text(encoding="utf-8") == "run "
