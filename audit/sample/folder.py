"""A folder of invented returns with their register, written by several processes at once.

A folder that is there whole or not at all: written beside its place, and moved there when it is done.

What a killed run leaves behind is called after the folder, with ``unfinished`` and the number of the process. The next
run takes it away; it never stands in the way of one.

Every way in which a return goes wrong or is only odd, each by a name.

None of them is rare: authorities meet the odd and the faulty ones every year, and the hostile ones are
what any open letter box must expect.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from audit.criteria.load import load
from audit.exports import table_csv
from audit.intake.processes import Processes
from audit.sample.believable import LAST, randomness, returns, sends
from audit.sample.damage import FAULTY, Damages, Sound
from audit.sample.odd import HOSTILE, ODD
from audit.sample.schools import Invented, invented, register, successors
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.model import Audit, Criteria


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A new, empty folder to write into; what is in it is moved to its place at the end, unless something went wrong.

    Files that are in the place already stay, but for those of the same names, each of which is replaced by the new one
    in one step.

    Args:
        out: the place; it is made if need be.

    Raises:
        OSError: nothing can be written there.
    """
    place = Path(os.path.abspath(out))
    beside = _beside(place)
    _take_away_remains(beside, place.name)
    fresh = beside / f"{place.name}.unfinished-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        if not place.exists():
            fresh.rename(place)
        else:
            _merge(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _beside(place: Path) -> Path:
    """The folder that the new one is written in: beside its place, or within it where that alone can be written."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.parent
    same_disk = place.stat().st_dev == place.parent.stat().st_dev
    return place.parent if same_disk and os.access(place.parent, os.W_OK) else place


def _take_away_remains(beside: Path, name: str) -> None:
    """Takes away what earlier runs left behind that were killed."""
    pattern = re.compile(re.escape(name) + r"\.unfinished-(\d{1,9})")
    for remains in list(beside.iterdir()):
        if (found := pattern.fullmatch(remains.name)) and not _runs(int(found[1])):
            shutil.rmtree(remains, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process is there; where the system cannot be asked without harm, it counts as there."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _merge(fresh: Path, place: Path) -> None:
    """Moves everything into a folder that is there: folders first, so that what lists their files comes last."""
    for one in sorted(fresh.iterdir(), key=lambda one: (one.is_file(), one.name)):
        target = place / one.name
        if one.is_dir() and target.is_dir():
            _merge(one, target)
            with suppress(OSError):
                one.rmdir()
        else:
            one.replace(target)


DAMAGES: Damages = {**HOSTILE, **FAULTY, **ODD}
"""Each kind of damage by its name."""

_BATCH = 8
_AHEAD = 16
"""Batches handed out before the first is waited for, so that no more audits are held than are being written."""
_SILENT = 4
"""For each so many schools that send a return, the register has one more that does not."""
_CLOSED = 2


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One file to write: a return as it is, or damaged in a way that `DAMAGES` names."""

    path: Path
    sound: Sound
    damage: str


def write_sample(
    out: Path,
    *,
    schools: int,
    years: int,
    seed: int,
    damaged: int = 0,
    local_authority: str = "886",
    executor: Executor | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Path, ...]:
    """Writes ``returns/<year>/<urn> <name>.xlsx``, ``register.csv``, ``successors.csv`` and ``damaged.csv``.

    The same arguments give the same files. Files of an earlier sample in the folder stay. Everything is written beside
    the folder and moved into it at the end, so that it never holds half a sample: see `audit.sample.folder`.

    Args:
        out: the folder; it is made if need be.
        schools: how many schools send a return for the newest year; the register has a quarter more.
        years: how many academic years; earlier ones have somewhat fewer returns.
        seed: of the random numbers, 0 or more.
        damaged: how many of the newest returns are damaged, each in another way as long as there are
            other ways; ``damaged.csv`` says which and how. The first school's is never damaged.
        local_authority: three-digit code of an authority of the national register.
        executor: what writes the workbooks; by default one process for each processor.
        progress: called with the number of files written so far, and of all.

    Returns:
        The paths of the returns.

    Raises:
        OSError: the files cannot be written.
        ValueError: fewer than one school, years not 1 to 20, a seed below 0, or not fewer damaged returns than schools.
    """
    if schools < 1 or not 1 <= years <= 20 or seed < 0 or not 0 <= damaged < schools:
        raise ValueError(
            "a sample needs a school, 1 to 20 years, a seed from 0, and fewer damaged returns than schools"
        )
    criteria = load()
    expected = list(islice(invented(local_authority), schools + schools // _SILENT + _CLOSED))
    senders, closed = expected[:schools], expected[-_CLOSED:]
    damages = _damages(senders, damaged, seed)
    audits = returns(criteria, schools=schools, years=years, seed=seed, local_authority=local_authority)
    of = sum(sends(seed, one, back) for one in senders for back in range(years))
    written: list[Path] = []
    with written_whole(out) as fresh:
        with nullcontext(executor) if executor else _processes() as pool:
            for paths in _written(pool, _tasks(audits, senders, damages, criteria, fresh)):
                written += [path.relative_to(fresh) for path in paths]
                if progress is not None:
                    progress(len(written), of)
        (fresh / "register.csv").write_bytes(register(expected[:-_CLOSED], closed=closed))
        (fresh / "successors.csv").write_bytes(successors(expected[:-_CLOSED]))
        (fresh / "damaged.csv").write_bytes(_list_of(damages, written))
    return tuple(out / path for path in written)


@contextmanager
def _processes() -> Iterator[Executor]:
    """Processes that write, without limits, since the work is our own; when something goes wrong, they end at once."""
    pool = Processes(os.cpu_count() or 1, seconds=0, memory=0)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def path_of(audit: Audit) -> Path:
    """Where a return stands in a folder of returns: by year, named for its URN and school."""
    return Path(audit.year.replace("/", "-"), f"{audit.school.urn} {audit.school.name}.xlsx")


def _damages(senders: Sequence[Invented], damaged: int, seed: int) -> Mapping[str, str]:
    """The kind of damage by URN: every kind once before any comes again."""
    rng = randomness("damage", seed)
    kinds = [str(kind) for kind in rng.permutation(list(DAMAGES))]
    places = 1 + rng.permutation(len(senders) - 1)[:damaged]
    return {senders[place].school.urn: kinds[number % len(kinds)] for number, place in enumerate(places)}


def _tasks(
    audits: Iterable[Audit], senders: Sequence[Invented], damages: Mapping[str, str], criteria: Criteria, out: Path
) -> Iterator[_Task]:
    numbers = {one.school.urn: one.dfe_number for one in senders}
    first: Audit | None = None
    for audit in audits:
        urn, is_new = audit.school.urn, audit.year == LAST
        first = audit if first is None and is_new else first  # never damaged, so that a copy of it can be told
        damage = damages.get(urn, "") if is_new else ""
        sound = Sound(audit=audit, other=first or audit, dfe_number=numbers.get(urn, ""), criteria=criteria)
        yield _Task(path=out / "returns" / path_of(audit), sound=sound, damage=damage)


def _written(pool: Executor, tasks: Iterator[_Task]) -> Iterator[list[Path]]:
    """The paths of the files, batch by batch, in the order of the tasks."""
    running: deque[Future[list[Path]]] = deque()
    while batch := list(islice(tasks, _BATCH)):
        running.append(pool.submit(_write, batch))
        if len(running) > _AHEAD:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def _write(batch: Sequence[_Task]) -> list[Path]:
    """What a worker does."""
    for task in batch:
        task.path.parent.mkdir(parents=True, exist_ok=True)
        sound = task.sound
        data = DAMAGES[task.damage].make(sound) if task.damage else write(sound.audit, sound.criteria)
        task.path.write_bytes(data)
    return [task.path for task in batch]


def _list_of(damages: Mapping[str, str], written: Iterable[Path]) -> bytes:
    """The damaged files and what each is; what becomes of it depends on the register and the other returns too."""
    newest = {path.name.split(" ")[0]: path for path in written}  # the newest return of a school comes last
    rows = [(newest[urn].as_posix(), kind, DAMAGES[kind].what) for urn, kind in sorted(damages.items())]
    return table_csv(pd.DataFrame(rows, columns=["file", "kind", "what"]))
