"""Every file's return: read in batches by an executor's workers, handed on as soon as its batch is done.

A file that hangs or brings a worker down takes its batch with it. The batch is then read again file by file,
so that the one at fault is refused and all the others are taken in. A file that ran out of time is read once more at
the end, with nothing beside it, before it is refused.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from audit.authority.returns import Return, pack
from audit.intake.processes import OutOfTime, WorkerDied
from audit.intake.sources import Source
from audit.model import Criteria, KnownSchool
from audit.problems import Problem, errors
from audit.workbook import read

_FILES_A_BATCH = 25
_BYTES_A_BATCH = 1024**2
"""Few enough for a steady progress, enough to make up for the way to a worker; a larger file is read alone."""
_BATCHES_AT_ONCE = 64
_BYTES_AT_ONCE = 32 * 1024**2
"""What is handed to the workers and not yet read: enough for all to be busy, little enough for memory."""


class ReaderFailed(Exception):
    """The reader raised what it should not; the argument tells what."""


_OF_THE_FILE = (OutOfTime, WorkerDied, MemoryError, ReaderFailed)
"""What a file can do to its reader. Anything else that fails is the fault of the workers, and of no file."""
_Pending = dict[Future[list[Return]], Sequence[Source]]

_UNTYPED = (
    "Values in it are formulas, come from another file, or are longer than any cell can hold. None of that is ever "
    "run, so the file cannot be relied on."
)
_ANOTHER_EDITION = "It is signed, and answers another edition of the criteria than the one that is collected."
_OF_THIS_EDITION = "Ask the school for an audit of this edition."
_TYPE_IT = "Type the values themselves into the cells that are named, and send it again."


def read_batch(
    batch: Sequence[tuple[str, bytes]],
    criteria: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool] = MappingProxyType({}),
) -> list[Return]:
    """The return that each file is; what a worker does.

    Args:
        batch: path and bytes of each file.
        criteria: the criteria at hand.
        urns: the URN by DfE number, from a register.
        schools: what the register tells of each school, by its URN.
    """
    return [_read(file, data, criteria, urns, schools) for file, data in batch]


def read_all(
    sources: Iterable[Source],
    criteria: Criteria,
    *,
    executor: Executor,
    urns: Mapping[str, str] | None = None,
    schools: Mapping[str, KnownSchool] | None = None,
) -> Generator[Return, None, None]:
    """One return for each source, in the order in which they are done; a file that cannot be used is a refused one.

    Memory stays bounded however many sources there are. When the iterator is closed, what is not begun is never
    read; shut the executor down to end what is.

    Args:
        sources: what `audit.intake.sources` finds.
        criteria: the criteria at hand.
        executor: whose workers read.
        urns: the URN by DfE number, from a register.
        schools: what the register tells of each school, by its URN.

    Raises:
        BrokenExecutor: the workers cannot start or work, were lost, or were shut down meanwhile.
    """
    shared = pickle.dumps((criteria, dict(urns or {}), dict(schools or {})))  # each worker unpacks it once
    pending: _Pending = {}
    slow: list[Source] = []
    try:
        for batch in _batches(sources):
            yield from (_refused(source, source.problem) for source in batch if source.problem is not None)
            _submit([source for source in batch if source.problem is None], shared, executor, pending)
            yield from _finished(shared, executor, pending, slow, seconds=0)
            while _is_full(pending):
                yield from _finished(shared, executor, pending, slow)
        while pending:
            yield from _finished(shared, executor, pending, slow)
        for source in slow:  # once more, and nothing else beside it
            _submit([source], shared, executor, pending)
            while pending:
                yield from _finished(shared, executor, pending)
    finally:
        for future in pending:
            future.cancel()


def _batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and (len(batch) == _FILES_A_BATCH or size + len(source.data) > _BYTES_A_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += len(source.data)
    if batch:
        yield batch


def _submit(batch: Sequence[Source], shared: bytes, executor: Executor, pending: _Pending) -> None:
    if batch:
        pending[executor.submit(_read_shared, [(one.file, one.data) for one in batch], shared)] = batch


def _is_full(pending: _Pending) -> bool:
    size = sum(len(source.data) for batch in pending.values() for source in batch)
    return len(pending) >= _BATCHES_AT_ONCE or size >= _BYTES_AT_ONCE


def _finished(
    shared: bytes, executor: Executor, pending: _Pending, slow: list[Source] | None = None, *, seconds: float = 1
) -> Iterator[Return]:
    """The returns of the batches that are done, once one is or the time is over: Windows cannot interrupt a longer wait.

    The files of a batch that failed are handed in again, each in a task of its own. A file that then ran out of time is
    put on the list ``slow``, to be read once more when all others are done; without a list it is refused.
    """
    for future in wait(pending, seconds, FIRST_COMPLETED).done:
        batch = pending.pop(future)
        try:
            found = future.result()
        except _OF_THE_FILE as error:
            found = []
            if len(batch) == 1 and isinstance(error, OutOfTime) and slow is not None:
                slow.append(batch[0])
            elif len(batch) == 1:
                found = [_refused(batch[0], _at_fault(batch[0], error))]
            for source in batch if len(batch) > 1 else ():
                _submit([source], shared, executor, pending)
        except Exception as error:
            reason = str(error) or "they were taken away"
            raise BrokenExecutor(f"the workers cannot do their work: {reason}") from error
        yield from found


def _read_shared(batch: Sequence[tuple[str, bytes]], shared: bytes) -> list[Return]:
    criteria, urns, schools = _unpacked(shared)
    try:
        return read_batch(batch, criteria, urns, schools)
    except MemoryError:
        raise
    except BaseException as error:  # a library's panic is no Exception
        raise ReaderFailed(repr(error)) from None


@lru_cache(maxsize=2)
def _unpacked(shared: bytes) -> tuple[Criteria, Mapping[str, str], Mapping[str, KnownSchool]]:
    criteria, urns, schools = pickle.loads(shared)
    return criteria, urns, schools


def _read(
    file: str, data: bytes, criteria: Criteria, urns: Mapping[str, str], schools: Mapping[str, KnownSchool]
) -> Return:
    """A file as a return; refused if it has no answer at all, or values that nobody typed."""
    reading = read(data, file, criteria, urns=urns, schools=schools)
    found = pack(
        reading.audit,
        criteria,
        file=file,
        digest=_digest(data),
        problems=reading.problems,
        urn=reading.urn,
        name=reading.name,
    )
    found = replace(found, modified_at=reading.modified_at, others=reading.others)
    if reading.audit is not None and not criteria.of(reading.audit.frameworks).frameworks:
        # A signed workbook brings its own criteria, and is read whatever its edition.
        return found.with_problems(Problem(where=file, what=_ANOTHER_EDITION, fix=_OF_THIS_EDITION))
    if reading.untyped and reading.audit is not None:
        return found.with_problems(Problem(where=file, what=_UNTYPED, fix=_TYPE_IT))
    if reading.audit is None or any(given.has_answer for given in reading.audit.responses.values()):
        return found
    if errors(reading.problems):
        what, fix = "No answer in the form could be used.", "Mend the cells that are named, and send it again."
    else:
        rows = len(reading.audit.responses)
        only = f" {rows} of them have evidence or a comment, which is no answer." if rows else ""
        what = f"The form is blank: no statement is answered.{only}"
        fix = "Fill in the sheet Answers, and send it again."
    return found.with_problems(Problem(where=file, what=what, fix=fix))


def _refused(source: Source, problem: Problem) -> Return:
    digest = "" if source.problem else _digest(source.data)
    return Return(file=source.file, digest=digest, problems=(problem,))


def _at_fault(source: Source, error: BaseException) -> Problem:
    """What a file did to its reader, alone in a worker of its own."""
    what = "It brought its reader down, so it was not read."
    if isinstance(error, OutOfTime):
        what = f"Reading it took more than {error.args[0]:g} seconds of processor time, so it was stopped."
    elif isinstance(error, MemoryError):
        what = "Reading it takes more memory than any return needs, so it was stopped."
    return Problem(where=source.file, what=what, fix="Copy the answers into a fresh blank form, and send that.")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
