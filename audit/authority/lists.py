"""Lists of an authority: its tables of files and problems, lists that an adviser made, and names of schools compared.

- `files_table` and `problems_table` say what became of each file, and list every problem by file, sheet and cell.
- `read_lines` reads a list that an adviser made: its columns may be in any order, and unknown columns are ignored.
- `differ_much` and `school_name_key` tell whether two names mean the same school: people shorten, extend and misspell
  them.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import dropwhile
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.csv_file import normal_heading, read_rows
from audit.authority.tables import FILES, PROBLEMS
from audit.problems import Problem, UnusableFile, errors
from audit.tables import typed
from audit.text import plain

if TYPE_CHECKING:
    from audit.authority.returns import Return

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
        sheet: the name of the sheet; empty if the whole file is meant.
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


def problem_place(where: str, file: str) -> Place:
    """The place that a problem names, without its file.

    Names of files and sheets may hold commas. The file's name is known, and the cell comes last in what follows.

    Args:
        where: `Problem.where`, as ``Hilltop.xlsx, sheet Answers, cell E14``.
        file: the file with the problem; ``where`` may have only its last name.
    """
    names = (file, last_name(file))
    rest = next((where.removeprefix(name) for name in names if where.startswith(name)), f", {where}")
    match = _PLACE.fullmatch(rest)
    if match is None:
        return Place(rest=rest.removeprefix(", "))
    return Place(**{name: text or "" for name, text in match.groupdict().items()})


def sentence(place: Place, what: str) -> str:
    """A fact with its place: ``Sheet Answers, cell E14: "Yess" is not …``."""
    where = str(place)
    return f"{where[0].upper()}{where[1:]}: {what}" if where else what


def first_problem(item: Return) -> str:
    """The first problem of a file as one sentence, an error before a warning; empty if it has none."""
    first = next(iter(errors(item.problems) or item.problems), None)
    return sentence(problem_place(first.where, item.file), first.what) if first else ""


def version_signed_by(item: Return) -> str:
    """Which version is signed, and by which roles: ``Version 1: headteacher, chair of governors``; empty if none.

    If some statements were not answered, the text ends with ``signed with 12 of 53 not answered``.
    """
    if item.sign_off is None:
        return ""
    left, of = item.not_answered
    roles = ", ".join(signature.role for signature in item.sign_off.signatures)
    return f"Version {item.sign_off.version}: {roles}{f'; signed with {left} of {of} not answered' if left else ''}"


def files_table(items: Sequence[Return], *, counted: Collection[int], set_aside: Mapping[int, str]) -> pd.DataFrame:
    """FILES: one row for each file taken in.

    Args:
        items: all files, in the order of their path.
        counted: the places of the files that count.
        set_aside: by the place of a file that does not count, why another file counts instead.
    """
    counting = set(counted)
    used = [item.read_head is not None for item in items]
    faults = [len(errors(item.problems)) for item in items]
    completed = [item.read_head.completed_on if item.read_head else None for item in items]
    return typed(
        {
            "file": [item.file for item in items],
            "verdict": [item.verdict for item in items],
            "counts": [place in counting for place in range(len(items))],
            "set_aside": [set_aside.get(place, "") for place in range(len(items))],
            "urn": [item.urn for item in items],
            "school": [item.name for item in items],
            "year": [item.read_head.year if item.read_head else "" for item in items],
            "completed_on": pd.to_datetime(pd.Series(completed, dtype=object)),
            "last_answer_at": _moments(item.read_head.last_answer_at if item.read_head else None for item in items),
            "modified_at": _moments(item.modified_at for item in items),
            "signed": [version_signed_by(item) if use else "" for item, use in zip(items, used, strict=True)],
            "faults": faults,
            "warnings": [len(item.problems) - errors for item, errors in zip(items, faults, strict=True)],
            "first_problem": [first_problem(item) for item in items],
            "digest": [item.digest for item in items],
        },
        FILES,
    )


def _moments(known: Iterable[dt.datetime | None]) -> pd.Series:
    return pd.to_datetime(pd.Series(list(known), dtype=object))


def problems_table(items: Sequence[Return]) -> pd.DataFrame:
    """PROBLEMS of all files, in the order of the files, then of their sheets and cells."""
    rows = []
    for item in items:
        placed = [(problem_place(problem.where, item.file), problem) for problem in item.problems]
        sheets = list(dict.fromkeys(["", *(place.sheet for place, _ in placed)]))
        for place, problem in sorted(placed, key=lambda pair: (sheets.index(pair[0].sheet), *_row_and_column(pair[0]))):
            what = sentence(Place(rest=place.rest), problem.what)
            rows.append((item.file, item.urn, item.name, place.sheet, place.cell, problem.severity, what, problem.fix))
    return typed(pd.DataFrame(rows, columns=list(PROBLEMS)), PROBLEMS)


def _row_and_column(place: Place) -> tuple[int, int, str]:
    cell = place.cell.split(" ")[0]
    column = cell.rstrip("0123456789")
    return int(cell[len(column) :] or 0), len(column), column


Columns = Mapping[str, Sequence[str]]
"""The headings that a column may have, by its name in the code; messages name the first one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the list that is not blank.

    Attributes:
        place: the file and the number of the line.
        cells: by name of the column, the text without outer spaces; empty if the line is too short.
    """

    place: str
    cells: Mapping[str, str]

    def where(self, title: str) -> str:
        """The place of a cell, for a problem."""
        return f"{self.place}, column {title}"


def read_lines(data: bytes, file: str, columns: Columns) -> tuple[list[Line], list[Problem]]:
    """The lines below the headings; if the file cannot be used or a column is missing, no lines, and the problems."""
    accepted = {normal_heading(title): name for name, titles in columns.items() for title in titles}

    def is_headings(cells: Sequence[str]) -> bool:
        return any(normal_heading(cell) in accepted for cell in cells)

    try:
        rows = dropwhile(lambda row: not is_headings(row[1]), read_rows(data, file, is_headings))
        titles = [normal_heading(title) for title in next(rows, (1, ()))[1]]
        places = {accepted[title]: place for place, title in enumerate(titles) if title in accepted}
        if missing := [_missing(name, file, columns) for name in columns if name not in places]:
            return [], missing
        return [
            _line(f"{file}, line {number}", cells, places) for number, cells in rows if any(map(str.strip, cells))
        ], []
    except UnusableFile as unusable:
        return [], list(unusable.problems)


def _line(place: str, cells: Sequence[str], places: Mapping[str, int]) -> Line:
    return Line(place=place, cells={name: plain(cells[at]) if at < len(cells) else "" for name, at in places.items()})


def _missing(name: str, file: str, columns: Columns) -> Problem:
    return Problem(
        where=file,
        what=f'There is no column "{columns[name][0]}".',
        fix=f"Give the columns these headings: {', '.join(titles[0] for titles in columns.values())}.",
    )


_LONGEST = 120
"""Characters of a name that are compared. A longer text is no name, and comparing it would take long."""
_ALIKE = 0.85
"""Words with at least this ratio of matching letters are misspellings of each other; found by trying."""


def _words(name: str) -> list[str]:
    """The words of a name in one spelling, however they are typed: ``St. Mary's C of E`` is st, marys, ce."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter) and letter not in "'’‘`´")
    text = re.sub(r"\bchurch of england\b|\bc\W{0,2}(?:of\W{0,2})?e\b", " ce ", text)
    text = re.sub(r"\broman catholic\b|\br\W?c\b", " catholic ", text)
    return ["st" if word == "saint" else word for word in re.findall(r"[^\W_]+", text)]


_FILLERS = frozenset(_words("the of and at for in a school schools academy"))
"""Words that may be added or dropped in the name of one school: many schools became academies and kept their name."""
_COMMON = _FILLERS | frozenset(
    _words(
        "st primary secondary junior juniors infant infants nursery college high grammar upper lower middle first "
        "community ce catholic voluntary aided controlled free special federation trust foundation girls boys sixth "
        "form all through pre prep preparatory centre pupil referral unit alternative provision studio technical example"
    )
)
"""Words that tell the kind of school, not which school it is; every invented school is an *example*."""


def school_name_key(name: str) -> frozenset[str]:
    """The words of a name that distinguish schools, in no order: names with equal keys are the same name."""
    return frozenset(_words(name[:_LONGEST])) - _FILLERS


def differ_much(name: str, other_name: str) -> bool:
    """Whether two names have nothing in common that could mean one school.

    One common word that tells more than the kind of school is enough, and so are initials or a misspelt word.
    A name without any such word tells nothing, so it differs from none.
    """
    words, other_words = _telling(name), _telling(other_name)
    if (
        not words
        or not other_words
        or words & other_words
        or _initials(name) & other_words
        or _initials(other_name) & words
    ):
        return False
    matcher = SequenceMatcher(a="".join(sorted(words)), b="".join(sorted(other_words)), autojunk=False)
    return matcher.ratio() < _ALIKE


def _telling(name: str) -> set[str]:
    return {word for word in school_name_key(name) - _COMMON if not word.isdigit()}


def _initials(name: str) -> set[str]:
    """The first letters of all words together, with and without the small words: ``QEGS``."""
    words = _words(name[:_LONGEST])
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in ("the", "of", "and"))}
