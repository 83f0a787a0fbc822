"""Intake: every file gets a verdict, whatever it does to its reader, on this machine and on a cluster."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.archive import archive
from audit.authority.returns import Return, pack_return
from audit.intake.processes import Processes
from audit.intake.reading import executor, read_all, read_batch
from audit.intake.sources import FoundFile, of_uploads
from audit.model import Criteria, Response, School, Signature
from audit.problems import Problem
from audit.school import signing
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.test_workbook import saved_after

ANSWERED = {"toy-1.1-k1": Response(written="yes", practice=3, evidence="Policy, page 2.")}


def school(number: int) -> School:
    """An invented school."""
    return School(urn=str(900001 + number), name=f"Hilltop {number}", phase="primary")


@pytest.fixture(scope="module")
def form(toy: Criteria) -> bytes:
    """A blank form of Hilltop."""
    return write(audit_of(toy, {}), toy)


@pytest.fixture(scope="module")
def books(toy: Criteria) -> list[tuple[str, bytes]]:
    """Thirty returns of three schools, more than a batch."""
    written = [write(audit_of(toy, ANSWERED, school=school(number)), toy) for number in range(3)]
    return [(f"{number:02}.xlsx", written[number % 3]) for number in range(30)]


@pytest.fixture(scope="module")
def workers() -> Iterator[Processes]:
    """Two workers of this machine, which give a task three seconds."""
    with Processes(2, seconds=3, memory=2**30) as processes:
        yield processes


def taken_in(uploads: Iterable[tuple[str, bytes]], criteria: Criteria, workers: Executor) -> list[Return]:
    """The returns of these uploads, in the order of their files."""
    found = read_all(of_uploads(uploads), criteria, executor=workers)
    return sorted(found, key=lambda one: one.file)


def told(found: Iterable[Return]) -> list[str]:
    """Place and fact of each problem."""
    return [f"{problem.where}: {problem.what}" for one in found for problem in one.problems]


def test_every_return_is_read(books: list[tuple[str, bytes]], toy: Criteria, workers: Processes) -> None:
    """What is taken in is the audit that the school wrote, under its file's name, with the digest of its bytes."""
    assert taken_in(books, toy, workers) == [
        pack_return(
            audit_of(toy, ANSWERED, school=school(number % 3)),
            toy,
            file=file,
            digest=hashlib.sha256(data).hexdigest(),
        )
        for number, (file, data) in enumerate(books)
    ]


def test_a_worker_and_this_process_read_alike(
    books: list[tuple[str, bytes]], toy: Criteria, workers: Processes
) -> None:
    """A batch is the same whoever reads it."""
    assert read_batch(books, toy, {}) == taken_in(books, toy, workers)


def test_what_was_not_read_is_refused_with_its_own_problem(toy: Criteria, workers: Processes) -> None:
    """A file that was refused where it was found has a verdict like any other, and no digest of bytes unread."""
    problem = Problem(where="a.xlsx", what="It is too large.", fix="Send less.")
    found = read_all([FoundFile(file="a.xlsx", problem=problem)], toy, executor=workers)
    assert list(found) == [Return(file="a.xlsx", digest="", problems=(problem,))]


def test_what_the_reader_refuses_is_named(form: bytes, toy: Criteria, workers: Processes) -> None:
    """What is no workbook, or a damaged one, is refused by the reader's reason, in an archive too."""
    packed = archive([("South/web.xlsx", b"<html></html>")])
    found = taken_in([("empty.xlsx", b""), ("returns.zip", packed), ("short.xlsx", form[:3000])], toy, workers)
    assert [(one.file, one.verdict) for one in found] == [
        ("empty.xlsx", "refused"),
        ("returns.zip/South/web.xlsx", "refused"),
        ("short.xlsx", "refused"),
    ]
    assert [where.split(": ")[0] for where in told(found)] == [one.file for one in found]


def test_a_blank_form_is_refused_by_name(form: bytes, toy: Criteria, workers: Processes) -> None:
    """A form without any answer says nothing of its school, but whose it is can still be told."""
    [found] = taken_in([("blank.xlsx", form)], toy, workers)
    assert (found.verdict, found.urn, found.name, told([found])) == (
        "refused",
        "900001",
        "Hilltop",
        ["blank.xlsx: The form is blank: no statement is answered."],
    )


def test_a_form_of_which_no_answer_can_be_used_is_not_called_blank(toy: Criteria, workers: Processes) -> None:
    """Whoever answered in words that are not understood is told of the cells, not that they answered nothing."""
    book = openpyxl.load_workbook(io.BytesIO(write(audit_of(toy, {}), toy)))
    book["Answers"]["F2"] = "perhaps"
    packed = io.BytesIO()
    book.save(packed)
    [found] = taken_in([("odd.xlsx", packed.getvalue())], toy, workers)
    assert (found.verdict, told([found])) == (
        "refused",
        [
            'odd.xlsx, sheet Answers, cell F2: "perhaps" is not one of yes, partly, no, unknown.',
            "odd.xlsx: No answer in the form could be used.",
        ],
    )


@pytest.mark.parametrize(
    "value", ["=1+1", "='[other.xlsx]Answers'!F2", "x" * 40_000], ids=["formula", "another file", "longer than a cell"]
)
def test_a_return_with_values_that_nobody_typed_is_refused(
    value: str, books: list[tuple[str, bytes]], toy: Criteria, workers: Processes
) -> None:
    """A formula, a value from another file and a text longer than a cell refuse the file, with the cell named first."""
    book = openpyxl.load_workbook(io.BytesIO(books[0][1]))
    book["Answers"]["I2"].data_type = "f"
    book["Answers"]["I2"]._value = value
    if not value.startswith("="):
        book["Answers"]["I2"].data_type = "s"
    made = io.BytesIO()
    book.save(made)
    (found,) = taken_in([("Hilltop.xlsx", made.getvalue())], toy, workers)
    assert (found.verdict, found.urn) == ("refused", school(0).urn)
    assert found.problems[0].where == "Hilltop.xlsx, sheet Answers, cell I2"
    assert found.problems[-1].what.startswith("Values in it are formulas, come from another file, or are longer")


def hang(*_: object, **__: object) -> None:
    """Never ends, as far as anybody waits."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def abort(*_: object, **__: object) -> None:
    """Ends the process in the middle of its work."""
    os.abort()


def eat(*_: object, **__: object) -> None:
    """Asks for two gigabytes."""
    bytearray(2**31)


def fail(*_: object, **__: object) -> None:
    """Raises what no reader should."""
    raise RecursionError("too deep")


TROUBLES: Mapping[str, tuple[Callable[..., None], str]] = {
    "hangs.xlsx": (hang, "Reading it took more than 3 seconds of processor time, so it was stopped."),
    "aborts.xlsx": (abort, "It brought its reader down, so it was not read."),
    "eats.xlsx": (eat, "Reading it takes more memory than any return needs, so it was stopped."),
    "fails.xlsx": (fail, "It brought its reader down, so it was not read."),
}
"""What a file of this name does to its reader, and what is said of it."""


def read_with_troubles(
    read: Callable[..., list[Return]], batch: Sequence[tuple[str, bytes]], *more: Any
) -> list[Return]:
    """Reads a batch, in a worker, with a reader that cannot cope with some files."""
    troubles = [TROUBLES[file][0] for file, _ in batch if file in TROUBLES]
    with pytest.MonkeyPatch.context() as patch:
        if troubles:
            patch.setattr("audit.intake.reading.read", troubles[0])
        return read(batch, *more)


class Troubled(Executor):
    """An executor whose workers' reader cannot cope with some files."""

    def __init__(self, workers: Executor) -> None:
        self._workers = workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._workers.submit(read_with_troubles, fn, *args, **kwargs)


@pytest.mark.slow
def test_only_the_file_at_fault_is_refused(books: list[tuple[str, bytes]], toy: Criteria, workers: Processes) -> None:
    """A file that hangs its reader, ends it, or eats memory is refused; those of its batch are read all the same."""
    bad = [(file, books[0][1]) for file in TROUBLES]
    found = taken_in([*books[:15], *bad, *books[15:]], toy, Troubled(workers))
    assert [one for one in found if one.file not in TROUBLES] == read_batch(books, toy, {})
    refused = {one.file: one for one in found if one.file in TROUBLES}
    assert {file: told([one]) for file, one in refused.items()} == {
        file: [f"{file}: {what}"] for file, (_, what) in TROUBLES.items()
    }
    assert {one.verdict for one in refused.values()} == {"refused"}
    assert {one.digest for one in refused.values()} == {hashlib.sha256(books[0][1]).hexdigest()}


def read_slowly_at_first(
    read: Callable[..., list[Return]], tries: Path, times: int, batch: Sequence[tuple[str, bytes]], *more: Any
) -> list[Return]:
    """Reads a batch, in a worker; the file called slow takes far too long so many times, as on a machine that is ill."""
    if any(file == "slow.xlsx" for file, _ in batch):
        with tries.open("a") as noted:
            noted.write(f"{len(batch)}\n")
        if len(tries.read_text().split()) <= times:
            hang()
    return read(batch, *more)


class SlowAtFirst(Executor):
    """An executor whose reader takes too long at one file, so many times."""

    def __init__(self, workers: Executor, tries: Path, times: int) -> None:
        self._workers, self._more = workers, (tries, times)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._workers.submit(read_slowly_at_first, fn, *self._more, *args, **kwargs)


@pytest.mark.slow
@pytest.mark.parametrize(("times", "verdict"), [(2, "accepted"), (3, "refused")])
def test_a_file_that_ran_out_of_time_is_read_once_more_alone(
    books: list[tuple[str, bytes]], toy: Criteria, tmp_path: Path, times: int, verdict: str
) -> None:
    """With its batch, by itself, and at last when all others are done: only then it is refused."""
    tries = tmp_path / "tries"
    uploads = [*books[:5], ("slow.xlsx", books[0][1]), *books[5:30]]
    with Processes(2, seconds=2.5, memory=2**30) as processes:  # a batch of 25 takes half a second on a machine at rest
        found = list(read_all(of_uploads(uploads), toy, executor=SlowAtFirst(processes, tries, times)))
    assert found[-1].file == "slow.xlsx"
    assert [one.verdict for one in found] == [*["accepted"] * 30, verdict]
    assert tries.read_text().split() == ["25", "1", "1"]


def test_a_dfe_number_is_understood_with_a_register(toy: Criteria, workers: Processes) -> None:
    """The URNs of a register reach the reader, wherever it runs."""
    given = write(audit_of(toy, ANSWERED), toy)
    book = openpyxl.load_workbook(io.BytesIO(given))
    [cell] = [cell for row in book["School"].iter_rows() for cell in row if cell.value == "900001"]
    cell.value = "886/9999"
    packed = io.BytesIO()
    book.save(packed)
    source = FoundFile(file="a.xlsx", data=packed.getvalue())
    [found] = read_all([source], toy, executor=workers, urns={"8869999": "900001"})
    assert (found.urn, found.verdict) == ("900001", "accepted with warnings")


def test_the_search_goes_no_further_than_the_reading_needs(
    books: list[tuple[str, bytes]], toy: Criteria, workers: Processes
) -> None:
    """However many files there are, only so many are held; what was read before it was stopped is kept."""
    drawn = itertools.count()
    endless = (FoundFile(file=f"{next(drawn)}.xlsx", data=books[0][1]) for _ in itertools.repeat(None))
    reading = read_all(endless, toy, executor=workers)
    kept = [next(reading) for _ in range(30)]
    reading.close()
    assert {one.verdict for one in kept} == {"accepted"}
    assert next(drawn) < 3000
    assert taken_in(books, toy, workers) == read_batch(books, toy, {})


def test_a_large_file_is_read_beside_small_ones(
    books: list[tuple[str, bytes]], toy: Criteria, workers: Processes
) -> None:
    """Files are handed out by size too, so that no worker is given a heap of large ones."""
    large = [(f"{number}-large.xlsx", bytes([number]) * 15 * 2**20) for number in range(6)]
    found = taken_in([*large[:3], *books[:3], *large[3:]], toy, workers)
    assert [(one.file, one.verdict) for one in found] == [
        ("0-large.xlsx", "refused"),
        ("00.xlsx", "accepted"),
        ("01.xlsx", "accepted"),
        ("02.xlsx", "accepted"),
        *((f"{number}-large.xlsx", "refused") for number in range(1, 6)),
    ]


def test_an_executor_that_was_shut_down_is_no_fault_of_the_files(books: list[tuple[str, bytes]], toy: Criteria) -> None:
    """When the workers are taken away, the reading ends with an exception, and refuses nothing."""
    with executor(workers=1) as processes:
        endless = (FoundFile(file=f"{number}.xlsx", data=books[0][1]) for number in itertools.count())
        reading = read_all(endless, toy, executor=processes)
        assert next(reading).verdict == "accepted"
    with pytest.raises(BrokenExecutor):
        list(reading)


def test_a_signed_return_is_taken_in_with_its_sign_off(toy: Criteria) -> None:
    """The authority knows a signed return from one that was altered since, and that one is taken in all the same."""
    signed = signing.sign(audit_of(toy, ANSWERED), toy, Signature(role="headteacher", on=dt.date(2027, 7, 5)))
    data = write(signed, toy)
    altered = saved_after(signed, toy, lambda book: book["Answers"].__setitem__("F2", "No"))
    found = read_batch([("a.xlsx", data), ("b.xlsx", altered)], toy, {})
    assert [(one.sign_off, one.verdict) for one in found] == [
        (signed.signed, "accepted"),
        (None, "accepted with warnings"),
    ]


def test_a_signed_return_of_another_edition_is_refused(toy: Criteria) -> None:
    """It can be read, since it brings its criteria, and cannot be compared with what is collected."""
    then = Criteria(tuple(dataclasses.replace(one, edition="0") for one in toy.frameworks))
    audit = audit_of(then, ANSWERED)
    signed = signing.sign(audit, then, Signature(role="headteacher", on=dt.date(2027, 7, 5)))
    (found,) = read_batch([("a.xlsx", write(signed, then))], toy, {})
    assert (found.verdict, told([found])) == (
        "refused",
        ["a.xlsx: It is signed, and answers another edition of the criteria than the one that is collected."],
    )


def test_a_refused_file_has_no_head() -> None:
    """Whoever asks a refused file for its school or year is told which file it is."""
    refused = Return(file="hill.xlsx", digest="", problems=())
    assert refused.verdict == "refused"
    with pytest.raises(ValueError, match=r"hill\.xlsx was refused"):
        _ = refused.head
