"""What an adviser names beside the returns, read before the first of them: lists, the key of the codes, the opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from audit.authority.anonymity import SHORTEST_KEY, new_key
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
        key: of the codes that stand for schools; empty if schools are named.
        opening: what the authority says first in its letters.
        files: these files, which are no returns even where they lie among them.
        problems: every fault found in them.
    """

    register: Register | None
    successors: Mapping[str, str]
    readings: pd.DataFrame | None
    last_visits: Mapping[str, dt.date]
    key: str
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
    key: Path | None,
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
        key=_key(key) if key else "",
        opening=_text(opening) if opening else OPENING,
        files=tuple(path for path in (register, successors, moderation, last_visits, key, opening) if path),
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


def _key(path: Path) -> str:
    """The key that the file holds; if there is no such file, a new one, which only its owner can read."""
    if not path.exists():
        return _made(path)
    key, fault = _text(path).strip(), ""
    if len(key.split()) > 1:
        fault = "This is no key: a key is one word on one line."
    elif len(key) < SHORTEST_KEY:
        fault = f"The key has fewer than {SHORTEST_KEY} characters, so codes made with it could be guessed."
    if fault:
        fix = "Name a file that does not exist yet, and a new key is made in it."
        fail([Problem(where=str(path), what=fault, fix=fix)])
    return key


def _made(path: Path) -> str:
    key = new_key()
    try:
        path.touch(mode=0o600)
        path.write_text(f"{key}\n", encoding="utf-8")
    except OSError as error:
        what = f"The new key cannot be kept: {error.strerror or error}."
        fail([Problem(where=str(path), what=what, fix="Name a file in a folder that can be written.")])
    click.echo(f"Made a new key in {path}. It gives the same codes next time. Keep it apart from what you share.")
    return key
