"""What an adviser names beside the returns, read before the first of them: lists, and the opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from audit.authority.collecting.register import Register, read_register, read_successors
from audit.cli.terminal import fail, name_of, read_file
from audit.model import Criteria
from audit.problems import Problem, errors

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What the files that were named say.

    Attributes:
        register: the schools that are expected; None if no register was named.
        successors: new URN by old.
        readings: READINGS; None if the adviser gave none.
        last_visits: the day of the last visit by URN.
        opening: what the authority says first in its letters.
        files: these files, which are no returns even where they lie among them.
        problems: every fault found in them.
    """

    register: Register | None
    successors: Mapping[str, str]
    readings: pd.DataFrame | None
    last_visits: Mapping[str, dt.date]
    opening: str
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def read_lists(
    criteria: Criteria,
    *,
    register: Path | None,
    successors: Path | None,
    moderation: Path | None,
    last_visits: Path | None,
    opening: Path | None,
) -> Lists:
    """What the files say; exit status 1, and why, if one of them cannot be used at all.

    Lines of a list that cannot be used are left out and named among the problems.
    """
    from audit.authority.believing.readings import read_readings
    from audit.authority.believing.visits import read_last_visits
    from audit.reports.letter_settings import OPENING

    found: list[Problem] = []

    def read(path: Path | None, reader: Callable[[bytes, str], tuple[T, tuple[Problem, ...]]], nothing: T) -> T:
        if path is None:
            return nothing
        said, problems = reader(_bytes(path), name_of(path))
        if errors(problems) and (said is None or (isinstance(said, Sized) and not len(said))):
            fail(problems)
        found.extend(problems)
        return said

    return Lists(
        register=read(register, read_register, None),
        successors=read(successors, read_successors, {}),
        readings=read(moderation, lambda data, file: read_readings(data, file, criteria), None),
        last_visits=read(last_visits, read_last_visits, {}),
        opening=_text(opening) if opening else OPENING,
        files=tuple(path for path in (register, successors, moderation, last_visits, opening) if path),
        problems=tuple(found),
    )


def _bytes(path: Path) -> bytes:
    data = read_file(path)
    if isinstance(data, Problem):
        fail([data])
    return data


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        fail([Problem(where=str(path), what="It is no text in UTF-8.", fix="Save it as plain text, encoded in UTF-8.")])
