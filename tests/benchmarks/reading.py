"""Taking in many returns, with 1 and 2 workers and on Dask, against unzipping and parsing the XML of the same files.

Run: python -m tests.benchmarks.reading [SIZE ...]

Reading is measured from the path of a folder to the last return, with the start of the workers; only the Dask cluster
runs before. All returns are kept until the last, as the comparison needs them. Memory is what the process holds
resident at most, and beside it what its workers do. Files are made in a temporary folder, which needs 60 kB each.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import threading
import xml.parsers.expat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import pandas as pd
from dask.distributed import LocalCluster

from audit.criteria.load import load
from audit.intake.reading import executor, read_all
from audit.intake.sources import find
from audit.model import Criteria
from tests.benchmarks.measure import report

SIZES = (300, 3_000)
SAMPLES = Path(__file__).parents[2] / "sample_data"
SCHOOL = "xl/worksheets/sheet2.xml"
FLOOR, PANDAS = "unzip and parse", "pandas.read_excel with openpyxl"
_MOST_PARSED = 3_000
"""Files of which the floor is taken: it is the same for each, and more would only take longer."""
_MOST_BY_PANDAS = 30


def make(folder: Path, size: int) -> list[Path]:
    """So many returns of as many schools, made of the example audits by another sheet *School* in each.

    Of the unsigned ones: with another school a signed one would be a forgery, each difference of which is told.
    """
    examples = [_split(path.read_bytes()) for path in sorted(SAMPLES.glob("example-*-2025-26.xlsx"))]
    paths = [folder / f"{number // 1000:02}" / f"{number:05}.xlsx" for number in range(size)]
    for number, path in enumerate(paths):
        rest, school = examples[number % len(examples)]
        for urn in (b"<t>900001<", b"<t>900002<"):
            school = school.replace(urn, b"<t>%d<" % (900_001 + number))
        made = io.BytesIO(rest)
        with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(SCHOOL, school)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made.getvalue())
    return paths


def _split(workbook: bytes) -> tuple[bytes, bytes]:
    """A workbook without its sheet *School*, and that sheet."""
    rest = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != SCHOOL:
                target.writestr(name, source.read(name))
        school = source.read(SCHOOL)
    return rest.getvalue(), school


def unzip_and_parse(paths: Iterable[Path]) -> None:
    """The floor: every XML part of each file inflated and parsed in one process, nothing kept."""
    for path in paths:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    xml.parsers.expat.ParserCreate().Parse(package.read(name), True)


def by_pandas(paths: Iterable[Path]) -> None:
    """What a script would do: one sheet of each file as a table, nothing checked."""
    for path in paths:
        pd.read_excel(path, sheet_name="Answers", engine="openpyxl")


def take_in(folder: Path, criteria: Criteria, scheduler: str | None, workers: int | None) -> int:
    """The product: every file found, read, checked and packed; the number of returns."""
    with executor(scheduler, workers) as readers:
        found = list(read_all(find([folder]), criteria, executor=readers))
    assert all(one.verdict != "refused" for one in found)
    return len(found)


def ms_each(action: Callable[[], object], number: int) -> float:
    """Milliseconds for each of a number of files."""
    begin = perf_counter()
    action()
    return (perf_counter() - begin) * 1000 / number


@contextmanager
def watched() -> Iterator[list[float]]:
    """The most that this process and those below it hold resident, in MB; two numbers, known at the end (Linux)."""
    most, over = [0.0, 0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            own, below = _resident()
            most[:] = max(most[0], own), max(most[1], below)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _resident() -> tuple[float, float]:
    """MB of this process, and of all that it started and they started."""
    sizes: dict[int, float] = {}
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            lines = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
            sizes[int(place.name)] = int(lines.get("VmRSS", "0 kB").split()[0]) / 1024
            parents[int(place.name)] = int(lines["PPid"])
        except OSError:
            continue  # it has ended meanwhile
    below = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in below} - below:
        below |= more
    own = sizes.get(os.getpid(), 0.0)
    return own, sum(sizes[process] for process in below if process in sizes) - own


@contextmanager
def cluster() -> Iterator[str]:
    """Two workers of Dask's, as if they had been there before; yields the scheduler's address."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, silence_logs=logging.CRITICAL, dashboard_address=":0", host="127.0.0.1"
    ) as running:
        yield running.scheduler_address


def measure(size: int, criteria: Criteria) -> float:
    """Measures and prints one size; the milliseconds that one workbook takes one worker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make(folder, size)
        parsed, tried = paths[:: max(1, size // _MOST_PARSED)], paths[:_MOST_BY_PANDAS]
        floor = ms_each(lambda: unzip_and_parse(parsed), len(parsed))
        pandas = ms_each(lambda: by_pandas(tried), len(tried))

        def run(title: str, scheduler: str | None, workers: int | None) -> float:
            with watched() as memory:
                ours = ms_each(lambda: take_in(folder, criteria, scheduler, workers), size)
            what = f"Reading {size:,} workbooks, {title}"
            report(what, ours, f"{FLOOR}, one process", floor, "2 or less")
            report(what, ours, f"{PANDAS}, by {len(tried)} of them", pandas, "none set")
            print(f"{what}: this process held {memory[0]:,.0f} MB, those below it {memory[1]:,.0f} MB; aim below 1,500")
            return ours

        alone = run("1 worker", None, 1)
        run("2 workers", None, 2)
        with cluster() as scheduler:
            run("Dask, 2 workers", scheduler, None)
    return alone


def main(sizes: Iterable[int]) -> None:
    """Measures and prints each size, and how far the cost of one workbook grows with their number."""
    criteria = load()
    times = {size: measure(size, criteria) for size in sizes}
    fewest, most = min(times), max(times)
    report(f"One workbook among {most:,}, 1 worker", times[most], f"one among {fewest:,}", times[fewest], "1 or less")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
