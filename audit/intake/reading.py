"""Reads files from schools as returns, in worker processes of this machine or on a Dask cluster.

Workers read the files in batches, and each return is handed on when its batch is done. A file that hangs or makes a
worker die stops its whole batch. The batch is then read again file by file, so that only the file at fault is refused.
A file that ran out of time is read once more at the end, when nothing else is read, before it is refused.

A Dask cluster must be running already. Its scheduler and workers need the same version of the product where they can
import it (on ``PYTHONPATH``), with the packages in ``requirements.txt`` and ``requirements-dask.txt``. They need no files
of returns: the bytes are sent to them.

Whoever names a cluster trusts it with everything: every whole return is sent to it, and its answers are unpickled, so
that it could run any code here. With an address that begins with ``tls://`` the connection is encrypted, and both sides
show certificates; Dask's own configuration names these under ``distributed.comm.tls``.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from audit.authority.returns import Return, framework_named, pack_return
from audit.english import listed
from audit.intake.processes import OutOfTime, Processes, WorkerDied
from audit.intake.sources import FoundFile
from audit.problems import Problem, UnusableFile, errors
from audit.version import code_digest
from audit.workbook.read import read

if TYPE_CHECKING:
    from audit.model import Criteria, FrameworkRef, KnownSchool

_MOST_WORKERS = 8
"""More processes take longer to start than the returns of a county take to read."""
_PATIENCE = 20.0
"""Seconds in which a cluster must answer, even a busy one; only without an answer does anybody wait so long."""
_ROOM = "100MB"
"""The size of a task from which Dask warns. Its default is 10 MB, and the largest workbook alone has 20."""
_CERTIFICATES = (
    "Name them in Dask's configuration: distributed.comm.tls.ca-file, and cert and key under distributed.comm.tls.client; "
    "or in the environment as DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY."
)
T = TypeVar("T")
_FILES_A_BATCH = 25
_BYTES_A_BATCH = 1024**2
"""Small enough for steady progress, large enough to be worth sending to a worker; a larger file is read alone."""
_BATCHES_AT_ONCE = 64
_BYTES_AT_ONCE = 32 * 1024**2
"""Limits of what the workers have and have not read yet: enough to keep all busy, little enough for memory."""


class ReaderFailed(Exception):
    """The reader raised an exception that it should not raise; the argument is its text."""


_FAULT_OF_FILE = (OutOfTime, WorkerDied, MemoryError, ReaderFailed)
"""Errors that a file can cause. Any other error is the fault of the workers, and not of a file."""
_Pending = dict[Future[list[Return]], Sequence[FoundFile]]
_UNTYPED = (
    "Values in it are formulas, come from another file, or are longer than any cell can hold. None of that is ever "
    "run, so the file cannot be relied on."
)
_ANOTHER_EDITION = "It is signed, and answers another edition of the criteria than the one that is collected."
_OF_THIS_EDITION = "Ask the school for an audit of this edition."
_TYPE_IT = "Type the values themselves into the cells that are named, and send it again."


def read_all(
    sources: Iterable[FoundFile],
    criteria: Criteria,
    *,
    executor: Executor,
    loaded: Criteria | None = None,
    urns: Mapping[str, str] | None = None,
    schools: Mapping[str, KnownSchool] | None = None,
) -> Generator[Return, None, None]:
    """One return for each source, in the order in which they are done; a file that cannot be used gives a refused return.

    Memory stays limited however many sources there are. When the iterator is closed, files that no worker has begun
    are not read; shut the executor down to stop the others.

    Args:
        sources: what `audit.intake.sources` finds.
        criteria: the criteria that are compared.
        executor: the executor whose workers read.
        loaded: all criteria of this installation: a return that answers others too counts with what it answers of
            ``criteria``, and one that answers only others is refused by their name. None for ``criteria`` alone.
        urns: the URN by DfE number, from a register.
        schools: what the register says about each school, by its URN.

    Raises:
        BrokenExecutor: the workers cannot start or work, were lost, or were shut down.
    """
    shared = pickle.dumps(
        (criteria, loaded or criteria, dict(urns or {}), dict(schools or {}))
    )  # each worker unpacks it once
    pending: _Pending = {}
    slow: list[FoundFile] = []
    try:
        for batch in _batches(sources):
            yield from (_refused(source, source.problem) for source in batch if source.problem is not None)
            _submit([source for source in batch if source.problem is None], shared, executor, pending)
            yield from _finished(shared, executor, pending, slow, seconds=0)
            while _is_full(pending):
                yield from _finished(shared, executor, pending, slow)
        while pending:
            yield from _finished(shared, executor, pending, slow)
        for source in slow:  # once more, while nothing else is read
            _submit([source], shared, executor, pending)
            while pending:
                yield from _finished(shared, executor, pending)
    finally:
        for future in pending:
            future.cancel()


def read_batch(
    batch: Sequence[tuple[str, bytes]],
    criteria: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool] = MappingProxyType({}),
    loaded: Criteria | None = None,
) -> list[Return]:
    """Reads each file as a return; this is what a worker does.

    Args:
        batch: path and bytes of each file.
        criteria: the criteria that are compared.
        urns: the URN by DfE number, from a register.
        schools: what the register says about each school, by its URN.
        loaded: all criteria of this installation; None for those that are compared alone.
    """
    return [_read(file, data, criteria, loaded or criteria, urns, schools) for file, data in batch]


def _batches(sources: Iterable[FoundFile]) -> Iterator[list[FoundFile]]:
    batch: list[FoundFile] = []
    size = 0
    for source in sources:
        if batch and (len(batch) == _FILES_A_BATCH or size + len(source.data) > _BYTES_A_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += len(source.data)
    if batch:
        yield batch


def _submit(batch: Sequence[FoundFile], shared: bytes, executor: Executor, pending: _Pending) -> None:
    if batch:
        pending[executor.submit(_read_shared, [(source.file, source.data) for source in batch], shared)] = batch


def _is_full(pending: _Pending) -> bool:
    size = sum(len(source.data) for batch in pending.values() for source in batch)
    return len(pending) >= _BATCHES_AT_ONCE or size >= _BYTES_AT_ONCE


def _finished(
    shared: bytes, executor: Executor, pending: _Pending, slow: list[FoundFile] | None = None, *, seconds: float = 1
) -> Iterator[Return]:
    """The returns of the batches that are done, as soon as one is done or the time is over.

    The wait is short because Windows cannot interrupt a longer one. The files of a batch that failed are submitted
    again, each in its own task. A file that then runs out of time is added to the list ``slow``, to be read once more
    when all others are done; without a list it is refused.
    """
    for future in wait(pending, seconds, FIRST_COMPLETED).done:
        batch = pending.pop(future)
        try:
            read_returns = future.result()
        except _FAULT_OF_FILE as error:
            read_returns = []
            if len(batch) == 1 and isinstance(error, OutOfTime) and slow is not None:
                slow.append(batch[0])
            elif len(batch) == 1:
                read_returns = [_refused(batch[0], _problem_of(batch[0], error))]
            for source in batch if len(batch) > 1 else ():
                _submit([source], shared, executor, pending)
        except Exception as error:
            reason = str(error) or "they were taken away"
            raise BrokenExecutor(f"the workers cannot do their work: {reason}") from error
        yield from read_returns


def _read_shared(batch: Sequence[tuple[str, bytes]], shared: bytes) -> list[Return]:
    criteria, loaded, urns, schools = _unpacked(shared)
    try:
        return read_batch(batch, criteria, urns, schools, loaded)
    except MemoryError:
        raise
    except BaseException as error:  # a library's panic is no Exception
        raise ReaderFailed(repr(error)) from None


@lru_cache(maxsize=2)
def _unpacked(shared: bytes) -> tuple[Criteria, Criteria, Mapping[str, str], Mapping[str, KnownSchool]]:
    criteria, loaded, urns, schools = pickle.loads(shared)
    return criteria, loaded, urns, schools


def _read(
    file: str,
    data: bytes,
    criteria: Criteria,
    loaded: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool],
) -> Return:
    """A file as a return; refused if it does not answer what is compared, or has values that nobody typed."""
    reading = read(data, file, criteria, urns=urns, schools=schools)
    if loaded.of(reading.frameworks).frameworks != criteria.of(reading.frameworks).frameworks:
        reading = read(data, file, loaded, urns=urns, schools=schools)  # it answers others, alone or too
    packed = pack_return(
        reading.audit,
        criteria,
        file=file,
        digest=_digest(data),
        problems=reading.problems,
        urn=reading.urn,
        name=reading.name,
    )
    packed = replace(packed, modified_at=reading.modified_at, others=reading.others)
    if reading.audit is not None and not criteria.of(reading.audit.frameworks).frameworks:
        # A signed workbook holds its own criteria and is read whatever its edition, so its edition is checked here.
        return packed.with_problems(_answers_others(file, reading.audit.frameworks, criteria, loaded))
    if reading.untyped and reading.audit is not None:
        return packed.with_problems(Problem(where=file, what=_UNTYPED, fix=_TYPE_IT))
    if reading.audit is None:
        return packed
    responses = {name: response for name, response in reading.audit.responses.items() if name in criteria}
    if any(response.has_answer for response in responses.values()):
        return packed
    if errors(reading.problems):
        what, fix = "No answer in the form could be used.", "Mend the cells that are named, and send it again."
    else:
        rows = len(responses)
        what = "The form is blank: no statement is answered."
        if len(reading.audit.responses) > rows:
            what = (
                f"No statement of {criteria.frameworks[0].called} is answered, which is what this collection compares."
            )
        what += f" {rows} of them have evidence or a comment, which is no answer." if rows else ""
        fix = "Fill in the sheet Answers, and send it again."
    return packed.with_problems(Problem(where=file, what=what, fix=fix))


def _answers_others(file: str, answered: Sequence[FrameworkRef], criteria: Criteria, loaded: Criteria) -> Problem:
    """The problem that a return answers nothing of what is compared, with the names of what it does answer."""
    (compared,) = criteria.frameworks
    if any(ref.id == compared.id for ref in answered):
        return Problem(where=file, what=_ANOTHER_EDITION, fix=_OF_THIS_EDITION)
    names = {framework.ref: framework for framework in loaded.frameworks}
    theirs = listed([framework_named(names[ref]) if ref in names else str(ref) for ref in answered])
    return Problem(
        where=file,
        what=f"It answers {theirs}; this collection compares {framework_named(compared)}.",
        fix=f"Send an audit of {compared.called}, or have this one taken into a collection that compares what it answers.",
    )


def _refused(source: FoundFile, problem: Problem) -> Return:
    digest = "" if source.problem else _digest(source.data)
    return Return(file=source.file, digest=digest, problems=(problem,))


def _problem_of(source: FoundFile, error: BaseException) -> Problem:
    """The problem of a file that failed alone in its own worker."""
    what = "It brought its reader down, so it was not read."
    if isinstance(error, OutOfTime):
        what = f"Reading it took more than {error.args[0]:g} seconds of processor time, so it was stopped."
    elif isinstance(error, MemoryError):
        what = "Reading it takes more memory than any return needs, so it was stopped."
    return Problem(where=source.file, what=what, fix="Copy the answers into a fresh blank form, and send that.")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def executor(scheduler: str | None = None, workers: int | None = None) -> Iterator[Executor]:
    """The executor whose workers read the files; at the end, whatever they still do is stopped.

    Args:
        scheduler: the address of a Dask cluster's scheduler, such as ``tcp://127.0.0.1:8786`` or ``tls://…``, which is
            trusted with everything; None for this machine.
        workers: how many processes of this machine; None for as many as it has processors, at most 8.

    Raises:
        UnusableFile: the workers cannot be used, or were lost, with the reason and what to do; the returns read
            before that stay.
    """
    if scheduler is not None:
        with _on_cluster(scheduler) as cluster:
            yield cluster
        return
    processes = Processes(min(os.cpu_count() or 1, _MOST_WORKERS) if workers is None else workers)
    try:
        yield processes
    except BrokenExecutor as error:
        problem = Problem(
            where="This computer",
            what=f"The files cannot be read: {error}.",
            fix="Close other programs or restart the computer, and run this again.",
        )
        raise UnusableFile([problem]) from error
    finally:
        processes.shutdown(cancel_futures=True)


def do_apart(function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """What a worker of a cluster does: it gives the task to a process of its own, so a bad file ends only that process.

    Dask has no limit on the time of a task, and gives a task that kills its worker to three more workers.
    """
    return _own_processes().submit(function, *arguments, **named).result()


@cache
def _own_processes() -> Processes:
    return Processes(os.cpu_count() or 1)  # starts as many as Dask runs tasks at once, and ends idle ones


class _Cluster(Executor):
    """Dask's executor, with each task limited and in its own process, as on one machine."""

    def __init__(self, of_dask: Executor) -> None:
        self._of_dask = of_dask

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return self._of_dask.submit(do_apart, fn, *args, **kwargs)


@contextmanager
def _on_cluster(scheduler: str) -> Iterator[Executor]:
    """A client of the cluster as an executor, after a check that the cluster can do the work."""
    try:
        dask, distributed = import_module("dask"), import_module("dask.distributed")
    except ImportError as error:
        raise _unusable(scheduler, "Dask is not installed.", "Run: pip install -r requirements-dask.txt") from error
    no_answer = _unusable(scheduler, "No scheduler answers there.", "Check the address, and that the scheduler runs.")
    place = _place_of(scheduler)
    if not _is_there(place, _certificates(scheduler, distributed) if scheduler.startswith("tls:") else None, scheduler):
        raise no_answer
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # the code below reports what goes wrong, once
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": _ROOM}):
        try:
            client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except Exception as error:  # another server may send anything, and Dask takes it for a length
            raise no_answer from error
        with client:
            _check_workers(client, scheduler)
            try:
                yield _Cluster(client.get_executor(pure=False))
            except BrokenExecutor as error:
                raise _unusable(scheduler, f"The cluster was lost: {error}.", "Mend it, and run this again.") from error


def _place_of(scheduler: str) -> tuple[str, int]:
    """Host and port of an address."""
    parts = re.fullmatch(r"(?:tcp|tls)://(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", scheduler)
    if parts is None:
        fix = "Write it as tcp://127.0.0.1:8786, or as tls://127.0.0.1:8786 where the cluster has certificates."
        raise _unusable(scheduler, "This is not the address of a scheduler.", fix)
    return parts[1] or parts[2], int(parts[3])


def _certificates(scheduler: str, distributed: Any) -> ssl.SSLContext:
    """The certificates of Dask's own configuration, for an encrypted connection."""
    try:
        context: ssl.SSLContext | None = distributed.Security().get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as error:
        raise _unusable(
            scheduler, f"The certificates that Dask is to use cannot be read: {error}.", _CERTIFICATES
        ) from error
    if context is None:
        raise _unusable(scheduler, "Dask knows no certificates, without which nothing is encrypted.", _CERTIFICATES)
    return context


def _is_there(place: tuple[str, int], certificates: ssl.SSLContext | None, scheduler: str) -> bool:
    """Whether a server at the address sends anything; Dask would wait for ever for a server that accepts and is silent."""
    try:
        with socket.create_connection(place, _PATIENCE) as connection:
            if certificates is None:
                return bool(connection.recv(1))  # a scheduler greets whoever connects
            with certificates.wrap_socket(connection, server_hostname=place[0]) as encrypted:
                return bool(encrypted.recv(1))
    except ssl.SSLError as error:
        what = f"It does not take the certificates, or shows none that can be trusted: {error.reason or error}."
        raise _unusable(scheduler, what, _CERTIFICATES) from error
    except (OSError, OverflowError, UnicodeError):  # the last two: a port or a name that cannot exist
        return False


def _check_workers(client: Any, scheduler: str) -> None:
    """Makes sure that the cluster has workers, and that they have the same version of the product as this machine."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise _unusable(scheduler, "The cluster has no workers.", f"Start some: dask worker {scheduler}") from error
    same = "Put the same version of this product on the PYTHONPATH of the scheduler and of every worker."
    try:
        digests = {scheduler: client.run_on_scheduler(code_digest), **client.run(code_digest)}
    except Exception as error:  # Dask wraps what was raised there, such as a missing module
        raise _unusable(scheduler, f"This product cannot be run there: {error}.", same) from error
    others = sorted(place for place, digest in digests.items() if digest != code_digest())
    if others:
        raise _unusable(scheduler, f"There is another version of this product on {', '.join(others)}.", same)


def _unusable(scheduler: str, what: str, fix: str) -> UnusableFile:
    return UnusableFile([Problem(where=f"Scheduler {scheduler}", what=what, fix=fix)])
