"""A folder that is there whole or not at all: written beside its place, and moved there when it is done.

What a killed run leaves behind is called after the folder, with ``unfinished`` and the number of the process. The next
run takes it away; it never stands in the way of one.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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
