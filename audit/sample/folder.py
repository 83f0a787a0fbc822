"""Writes a folder of invented returns with their register, in several processes at once.

The folder is complete or missing: it is written next to its place, and moved there when it is done. A killed run leaves
a folder with the same name and ``.unfinished-`` and the number of the process. The next run deletes it, and it never
stops a run.

`DAMAGES` has every way in which a return goes wrong or is only odd. None of them is rare: authorities get odd and faulty
files every year, and everybody who takes files from outside must expect hostile ones.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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

DAMAGES: Damages = {**HOSTILE, **FAULTY, **ODD}
"""Each kind of damage by its name."""
_BATCH = 8
_AHEAD = 16
"""Batches that are submitted before the first is waited for, so that few audits are in memory at a time."""
_SILENT = 4
"""For each so many schools that send a return, the register has one that does not."""
_CLOSED = 2


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One file to write: a sound return, or one with a kind of damage from `DAMAGES`."""

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
    frameworks: Collection[str] = (),
    last: str = LAST,
    executor: Executor | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Path, ...]:
    """Writes ``returns/<year>/<urn> <name>.xlsx``, ``register.csv``, ``successors.csv`` and ``damaged.csv``.

    The same arguments give the same files. Files of an earlier sample in the folder stay. Everything is written next
    to the folder and moved into it at the end, so that it never holds half a sample.

    Args:
        out: the folder; it is made if it is missing.
        schools: how many schools send a return for the newest year; the register has a quarter more.
        years: how many academic years; earlier ones have somewhat fewer returns.
        seed: the seed of the random numbers, 0 or more.
        damaged: how many of the newest returns are damaged, each in a different way while there are ways left;
            ``damaged.csv`` says which and how. The return of the first school is never damaged.
        local_authority: three-digit code of an authority of the national register.
        frameworks: ids of the frameworks that the returns answer; the usual ones if none is named.
        last: the newest academic year.
        executor: what writes the workbooks; by default one process for each processor.
        progress: called with the number of files written so far and the number of all files.

    Returns:
        The paths of the returns.

    Raises:
        OSError: the files cannot be written.
        ValueError: fewer than one school, years not 1 to 20, a seed below 0, not fewer damaged returns than schools, or a
            framework that there is not.
    """
    if schools < 1 or not 1 <= years <= 20 or seed < 0 or not 0 <= damaged < schools:
        raise ValueError(
            "a sample needs a school, 1 to 20 years, a seed from 0, and fewer damaged returns than schools"
        )
    criteria = _answered(load(), frameworks)
    expected = list(islice(invented(local_authority), schools + schools // _SILENT + _CLOSED))
    senders, closed = expected[:schools], expected[-_CLOSED:]
    damages = _damages(senders, damaged, seed)
    audits = returns(criteria, schools=schools, years=years, seed=seed, last=last, local_authority=local_authority)
    of = sum(sends(seed, example, back) for example in senders for back in range(years))
    written: list[Path] = []
    with written_whole(out) as fresh:
        with nullcontext(executor) if executor else _processes() as pool:
            for paths in _written(pool, _tasks(audits, last, senders, damages, criteria, fresh)):
                written += [path.relative_to(fresh) for path in paths]
                if progress is not None:
                    progress(len(written), of)
        (fresh / "register.csv").write_bytes(register(expected[:-_CLOSED], closed=closed))
        (fresh / "successors.csv").write_bytes(successors(expected[:-_CLOSED]))
        (fresh / "damaged.csv").write_bytes(_list_of(damages, written))
    return tuple(out / path for path in written)


def _answered(criteria: Criteria, frameworks: Collection[str]) -> Criteria:
    """The frameworks of these ids, or the usual ones if none is named.

    Raises:
        ValueError: there is no such framework.
    """
    if unknown := set(frameworks) - {ref.id for ref in criteria.refs}:
        raise ValueError(f"not among the frameworks: {', '.join(sorted(unknown))}")
    return criteria.of([ref for ref in criteria.refs if ref.id in frameworks] or criteria.usual)


@contextmanager
def _processes() -> Iterator[Executor]:
    """Processes that write, without limits, since the work is our own; after an error they end at once."""
    pool = Processes(os.cpu_count() or 1, seconds=0, memory=0)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def path_of(audit: Audit) -> Path:
    """The path of a return in a folder of returns: a folder for the year, and the URN and the school as file name."""
    return Path(audit.year.replace("/", "-"), f"{audit.school.urn} {audit.school.name}.xlsx")


def _damages(senders: Sequence[Invented], damaged: int, seed: int) -> Mapping[str, str]:
    """The kind of damage by URN: every kind comes once before any comes again."""
    rng = randomness("damage", seed)
    kinds = [str(kind) for kind in rng.permutation(list(DAMAGES))]
    places = 1 + rng.permutation(len(senders) - 1)[:damaged]
    return {senders[place].school.urn: kinds[number % len(kinds)] for number, place in enumerate(places)}


def _tasks(
    audits: Iterable[Audit],
    last: str,
    senders: Sequence[Invented],
    damages: Mapping[str, str],
    criteria: Criteria,
    out: Path,
) -> Iterator[_Task]:
    numbers = {example.school.urn: example.dfe_number for example in senders}
    first: Audit | None = None
    for audit in audits:
        urn, is_new = audit.school.urn, audit.year == last
        first = audit if first is None and is_new else first  # never damaged, so that a copy of it can be found out
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
    """Writes the files of a batch; this is what a worker does."""
    for task in batch:
        task.path.parent.mkdir(parents=True, exist_ok=True)
        sound = task.sound
        data = DAMAGES[task.damage].make(sound) if task.damage else write(sound.audit, sound.criteria)
        task.path.write_bytes(data)
    return [task.path for task in batch]


def _list_of(damages: Mapping[str, str], written: Iterable[Path]) -> bytes:
    """A CSV of the damaged files, with the kind of damage. Their verdicts also depend on the register and other returns."""
    newest = {path.name.split(" ")[0]: path for path in written}  # the newest return of a school comes last
    rows = [(newest[urn].as_posix(), kind, DAMAGES[kind].what) for urn, kind in sorted(damages.items())]
    return table_csv(pd.DataFrame(rows, columns=["file", "kind", "what"]))


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A new, empty folder to write into; at the end its files are moved to their place, unless something went wrong.

    Files that are already in the place stay. A file of the same name is replaced by the new one in one step.

    Args:
        out: the place; it is made if it is missing.

    Raises:
        OSError: nothing can be written there.
    """
    place = Path(os.path.abspath(out))
    parent = _parent_for(place)
    _delete_unfinished(parent, place.name)
    fresh = parent / f"{place.name}.unfinished-{os.getpid()}"
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


def _parent_for(place: Path) -> Path:
    """The folder in which the new one is written: next to its place, or inside it if only that can be written."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.parent
    same_disk = place.stat().st_dev == place.parent.stat().st_dev
    return place.parent if same_disk and os.access(place.parent, os.W_OK) else place


def _delete_unfinished(parent: Path, name: str) -> None:
    """Deletes what earlier runs that were killed left behind."""
    pattern = re.compile(re.escape(name) + r"\.unfinished-(\d{1,9})")
    for path in list(parent.iterdir()):
        if (match := pattern.fullmatch(path.name)) and not _runs(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process runs; on Windows, where this cannot be asked without harm, it counts as running."""
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
    """Moves everything into an existing folder: folders first, so that the lists of their files come last."""
    for path in sorted(fresh.iterdir(), key=lambda path: (path.is_file(), path.name)):
        target = place / path.name
        if path.is_dir() and target.is_dir():
            _merge(path, target)
            with suppress(OSError):
                path.rmdir()
        else:
            path.replace(target)
