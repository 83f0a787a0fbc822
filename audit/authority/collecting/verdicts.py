"""What became of each file, and every problem by file, sheet and cell: the tables FILES and PROBLEMS."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from audit.authority.returns import Return
from audit.authority.tables import FILES, PROBLEMS
from audit.problems import errors
from audit.tables import typed

_PLACE = re.compile(
    r"(?:, sheet (?P<sheet>.+?))?"
    r"(?:, cell (?P<cell>[A-Z]{1,3}[0-9]{1,7}(?: to [A-Z]{1,3}[0-9]{1,7})?))?"
    r"(?:, (?P<rest>(?:row|column|line) [^,]+))?",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a file a problem is.

    Attributes:
        sheet: empty if the whole file is meant.
        cell: one cell, or two with *to* between; empty if the whole sheet is meant.
        rest: what else the place says, such as a row; usually empty.
    """

    sheet: str = ""
    cell: str = ""
    rest: str = ""

    def __str__(self) -> str:
        parts = [f"sheet {self.sheet}" * bool(self.sheet), f"cell {self.cell}" * bool(self.cell), self.rest]
        return ", ".join(part for part in parts if part)


def last_name(file: str) -> str:
    """The name of a file without its folders or its zip."""
    return re.split(r"[/\\]", file)[-1]


def place_of(where: str, file: str) -> Place:
    """The place that a problem names, without its file.

    Files and sheets may have any name, commas and all: the file's is known, and of the rest the cell
    stands last.

    Args:
        where: `Problem.where`, as ``Hilltop.xlsx, sheet Answers, cell E14``.
        file: the file that it is about, which the problem may call by its last name only.
    """
    names = (file, last_name(file))
    rest = next((where.removeprefix(name) for name in names if where.startswith(name)), f", {where}")
    found = _PLACE.fullmatch(rest)
    if found is None:
        return Place(rest=rest.removeprefix(", "))
    return Place(**{name: text or "" for name, text in found.groupdict().items()})


def sentence(place: Place, what: str) -> str:
    """A fact with its place: ``Sheet Answers, cell E14: "Yess" is not …``."""
    said = str(place)
    return f"{said[0].upper()}{said[1:]}: {what}" if said else what


def first_problem(one: Return) -> str:
    """The first problem of a file as one sentence, an error before a warning; empty if it has none."""
    first = next(iter(errors(one.problems) or one.problems), None)
    return sentence(place_of(first.where, one.file), first.what) if first else ""


def signed_by(one: Return) -> str:
    """Which version is signed, and by which roles: ``Version 1: headteacher, chair of governors``; empty if none.

    Where it was signed without all answers, that follows: ``signed with 12 of 53 not answered``.
    """
    if one.sign_off is None:
        return ""
    left, of = one.not_answered
    roles = ", ".join(signature.role for signature in one.sign_off.signatures)
    return f"Version {one.sign_off.version}: {roles}{f'; signed with {left} of {of} not answered' if left else ''}"


def files_table(items: Sequence[Return], *, counted: Collection[int], set_aside: Mapping[int, str]) -> pd.DataFrame:
    """FILES of everything taken in.

    Args:
        items: all files, in the order of their path.
        counted: the places of those that count.
        set_aside: why another counts in its place, by the place of the file.
    """
    counting = set(counted)
    used = [one.read_head is not None for one in items]
    faults = [len(errors(one.problems)) for one in items]
    completed = [one.read_head.completed_on if one.read_head else None for one in items]
    return typed(
        {
            "file": [one.file for one in items],
            "verdict": [one.verdict for one in items],
            "counts": [place in counting for place in range(len(items))],
            "set_aside": [set_aside.get(place, "") for place in range(len(items))],
            "urn": [one.urn for one in items],
            "school": [one.name for one in items],
            "year": [one.read_head.year if one.read_head else "" for one in items],
            "completed_on": pd.to_datetime(pd.Series(completed, dtype=object)),
            "last_answer_at": _moments(one.read_head.last_answer_at if one.read_head else None for one in items),
            "modified_at": _moments(one.modified_at for one in items),
            "signed": [signed_by(one) if use else "" for one, use in zip(items, used, strict=True)],
            "faults": faults,
            "warnings": [len(one.problems) - errors for one, errors in zip(items, faults, strict=True)],
            "first_problem": [first_problem(one) for one in items],
            "digest": [one.digest for one in items],
        },
        FILES,
    )


def _moments(known: Iterable[dt.datetime | None]) -> pd.Series:
    return pd.to_datetime(pd.Series(list(known), dtype=object))


def problems_table(items: Sequence[Return]) -> pd.DataFrame:
    """PROBLEMS of everything taken in, in the order of the files and within each of its sheets and cells."""
    rows = []
    for one in items:
        placed = [(place_of(problem.where, one.file), problem) for problem in one.problems]
        sheets = list(dict.fromkeys(["", *(place.sheet for place, _ in placed)]))
        for place, problem in sorted(placed, key=lambda pair: (sheets.index(pair[0].sheet), *_row_and_column(pair[0]))):
            what = sentence(Place(rest=place.rest), problem.what)
            rows.append((one.file, one.urn, one.name, place.sheet, place.cell, problem.severity, what, problem.fix))
    return typed(pd.DataFrame(rows, columns=list(PROBLEMS)), PROBLEMS)


def _row_and_column(place: Place) -> tuple[int, int, str]:
    cell = place.cell.split(" ")[0]
    column = cell.rstrip("0123456789")
    return int(cell[len(column) :] or 0), len(column), column
