"""A list that an adviser made, as rows of cells by name: the columns stand in any order, and others are passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from audit.authority.collecting.delimited import heading, read_rows
from audit.identifiers import plain
from audit.problems import Problem, UnusableFile

Columns = Mapping[str, Sequence[str]]
"""The headings that a column may have, by its name in the code; the first is the one that people are told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the list that is not blank.

    Attributes:
        place: the file and the number of the line.
        cells: the text by name of the column, without outer spaces; empty where the line is short.
    """

    place: str
    cells: Mapping[str, str]

    def where(self, title: str) -> str:
        """The place of a cell, for a problem."""
        return f"{self.place}, column {title}"


def read_lines(data: bytes, file: str, columns: Columns) -> tuple[list[Line], list[Problem]]:
    """The lines below the headings; none, and why, if the file cannot be used or a column is missing."""
    accepted = {heading(title): name for name, titles in columns.items() for title in titles}

    def is_headings(cells: Sequence[str]) -> bool:
        return any(heading(cell) in accepted for cell in cells)

    try:
        rows = dropwhile(lambda row: not is_headings(row[1]), read_rows(data, file, is_headings))
        titles = [heading(title) for title in next(rows, (1, ()))[1]]
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
