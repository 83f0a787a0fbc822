"""Somebody who reads everything that was ever released, and works out what can be worked out.

It reads the files as they were written, and knows what the public knows: which schools there are, of which phase, which
of them had sent a return when a release was made, and which version of it. It shares no line with the check that it tries.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import openpyxl
from lxml import html

Unknown: TypeAlias = tuple[str, str, int]
"""The academic year of the answers, the URN, and the number of the version."""
Row: TypeAlias = tuple[frozenset[Unknown], tuple[int, ...]]
"""Over whom a figure is, and what is printed: one count, or three quartiles."""

HEADINGS = {
    "Common gaps": {
        "Schools of", "Reference", "Question", "Statement", "Protects a child", "Schools", "Miss it", "Miss it %",
    },
    "Change": {
        "Schools of", "Reference", "Question", "Statement", "Schools with both years", "Missed it in 2025/26",
        "Miss it in 2026/27", "Fewer",
    },
    "Quartiles": {
        "Schools of", "What", "Schools", "A quarter lies below %", "Half lie below %", "A quarter lies above %",
    },
    "No longer asked": {"Reference", "Statement", "Since", "What holds instead", "Why"},
    "Held back": {"Figures", "Schools of", "Why held back", "How many", "Which"},
    "Schools counted": {"School", "URN"},
}  # fmt: skip
"""Everything that a release prints: a column that comes must be attacked here too."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the public knows of one release: by year, the version of each school's return, and each school's phase.

    Attributes:
        year: the academic year that the release is about.
        versions: by academic year and URN, the number of the version that was counted.
        phases: by URN.
        asked: by phase, the references of the statements that it is asked.
        titles: by title of a phase, the phase.
    """

    year: str
    versions: Mapping[str, Mapping[str, int]]
    phases: Mapping[str, str]
    asked: Mapping[str, frozenset[str]]
    titles: Mapping[str, str]

    def schools(self, group: str) -> list[str]:
        """The URNs of this year's schools of a group, by its printed title."""
        parts = [part for some in group.split(" and ") for part in some.split(", ")]
        phases = {self.titles.get(part, part) for part in parts}
        return [urn for urn in self.versions[self.year] if group == "All schools" or self.phases[urn] in phases]

    def over(self, urns: Iterable[str], year: str) -> frozenset[Unknown]:
        """These schools' answers of a year."""
        return frozenset((year, urn, self.versions[year][urn]) for urn in urns)


def sheets(workbook: bytes) -> dict[str, list[dict[str, Any]]]:
    """The tables of a workbook by sheet, each row by heading; the sheet *About* has none."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    found = {}
    for sheet in book.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        head = next((place for place, row in enumerate(rows) if sum(cell is not None for cell in row) > 1), None)
        if head is not None:
            found[sheet.title] = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    return found


def page_tables(page: str) -> dict[str, list[dict[str, str]]]:
    """The tables of a report by title, each row by heading, as texts."""
    found = {}
    for table in html.fromstring(page).iter("table"):
        headings = [cell.text_content() for cell in table.findall(".//thead//th")]
        rows = [[cell.text_content() for cell in row] for row in table.findall(".//tbody/tr")]
        found[table.findtext("caption")] = [dict(zip(headings, row, strict=True)) for row in rows]
    return found


def printed(tables: Mapping[str, Sequence[Mapping[str, Any]]], known: Known) -> Iterator[tuple[tuple[str, str], Row]]:
    """By quantity (a statement or measure, and the year of its answers), over whom each figure is and what it says."""
    for title, rows in tables.items():
        assert {name for row in rows for name in row} <= HEADINGS[title], title
    for row in tables.get("Common gaps", ()):
        reference = str(row["Reference"])
        own = [u for u in known.schools(str(row["Schools of"])) if reference in known.asked[known.phases[u]]]
        assert int(row["Schools"]) == len(own), "a denominator tells of answers"
        yield (reference, known.year), (known.over(own, known.year), (int(row["Miss it"]),))
    for row in tables.get("Change", ()):
        reference = str(row["Reference"])
        own = [u for u in known.schools(str(row["Schools of"])) if reference in known.asked[known.phases[u]]]
        both = [u for u in own if u in known.versions["2025/26"]]
        assert int(row["Schools with both years"]) == len(both), "a denominator tells of answers"
        yield (reference, "2025/26"), (known.over(both, "2025/26"), (int(row["Missed it in 2025/26"]),))
        yield (reference, known.year), (known.over(both, known.year), (int(row["Miss it in 2026/27"]),))
    for row in tables.get("Quartiles", ()):
        own = known.schools(str(row["Schools of"]))
        values = tuple(int(float(str(row[name]).rstrip("%"))) for name in list(row)[3:6])
        yield (str(row["What"]), known.year), (_concerned(own, str(row["What"]), int(row["Schools"]), known), values)


def of_benchmark(data: bytes, known: Known) -> Iterator[tuple[tuple[str, str], Row]]:
    """The same of a benchmark file."""
    found = json.loads(data)
    overall = {"coverage": "K coverage", "written": "Written in the policy", "practice": "Done"}
    for one in found["figures"]:
        assert set(one) == {"group", "measure", "question", "topic", "schools", "lower", "median", "upper"}
        what = one["topic"] or overall[one["measure"]]
        own = [u for u in known.versions[known.year] if one["group"] in ("all", known.phases[u])]
        values = tuple(int(one[name]) for name in ("lower", "median", "upper"))
        yield (what, known.year), (_concerned(own, what, one["schools"], known), values)


def _concerned(own: Sequence[str], what: str, size: int, known: Known) -> frozenset[Unknown]:
    """The schools whose phase is asked two statements or more of an area or question."""
    page = what.split(" ")[0]
    if page[0].isdigit():
        of = page + ("" if "." in page else ".")
        own = [u for u in own if sum(ref.startswith(of) for ref in known.asked[known.phases[u]]) >= 2]
    assert size == len(own), "a denominator tells of answers"
    return known.over(own, known.year)


def few_alone(rows: Sequence[Row], fewest: int = 5) -> int | None:
    """The fewest schools, under a number, about which alone some sum or difference of the figures is."""
    sets = [over for over, _ in rows]
    patterns: dict[tuple[tuple[int, ...], ...], list[str]] = {}
    for urn in sorted({urn for over in sets for _, urn, _ in over}):
        own = sorted({one for over in sets for one in over if one[1] == urn})
        key = tuple(sorted(tuple(int(one in over) for over in sets) for one in own))
        patterns.setdefault(key, []).append(urn)
    full = _rank([[column[row] for key in patterns for column in key] for row in range(len(sets))])
    small = [key for key, urns in patterns.items() if len(urns) < fewest]
    least = None
    for number in range(1, fewest):
        for some in itertools.combinations(small, number):
            held = sum(len(patterns[key]) for key in some)
            if held < fewest and (least is None or held < least):
                rest = [[c[row] for key in patterns if key not in some for c in key] for row in range(len(sets))]
                least = held if _rank(rest) < full else least
    return least


def _rank(matrix: Sequence[Sequence[int]]) -> int:
    """The rank, in fractions, so that nothing is rounded."""
    rows, rank = [[Fraction(value) for value in row] for row in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((place for place in range(rank, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for place in range(rank + 1, len(rows)):
            if factor := rows[place][column] / rows[rank][column]:
                rows[place] = [a - factor * b for a, b in zip(rows[place], rows[rank], strict=True)]
        rank += 1
    return rank


def learnt(rows: Sequence[Row], truth: Mapping[Unknown, bool]) -> list[tuple[str, Unknown]]:
    """Which school learns which answer of another, from counts and from its own answers alone.

    Schools that no figure tells apart are tried once. Which numbers of them can have missed it is worked out by adding
    one class after another, forwards and backwards.
    """
    rows = [row for place, row in enumerate(rows) if row not in rows[:place]]
    classes: dict[tuple[int, ...], list[Unknown]] = {}
    for one in sorted({one for over, _ in rows for one in over}):
        classes.setdefault(tuple(int(one in over) for over, _ in rows), []).append(one)
    counts = [values[0] for _, values in rows]
    found, tried = [], set()
    for reader in sorted({urn for _, urn, _ in truth if any(urn == u for over, _ in rows for _, u, _ in over)}):
        own = {one for several in classes.values() for one in several if one[1] == reader}
        kind = tuple(sorted((key, truth[one]) for key, several in classes.items() for one in several if one in own))
        if kind in tried:
            continue
        tried.add(kind)
        left = tuple(
            count - sum(truth[one] for one in own if one in over) for count, (over, _) in zip(counts, rows, strict=True)
        )
        others = {key: [one for one in several if one not in own] for key, several in classes.items()}
        others = {key: several for key, several in others.items() if several}
        for key, possible in _possible({key: len(several) for key, several in others.items()}, left).items():
            if max(possible) == 0 or min(possible) == len(others[key]):
                found.append((reader, others[key][0]))
    return found


def _possible(sizes: Mapping[tuple[int, ...], int], counts: tuple[int, ...]) -> dict[tuple[int, ...], set[int]]:
    """By class: of how many of its schools it can be true, if the figures are."""
    keys = sorted(sizes, reverse=True)
    rest = [
        tuple(sum(sizes[key] * key[row] for key in keys[place:]) for row in range(len(counts)))
        for place in range(len(keys) + 1)
    ]
    steps: list[dict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]]] = []
    states = {(0,) * len(counts)}
    for place, key in enumerate(keys):
        step = {
            at: [
                (number, to)
                for number in range(sizes[key] + 1)
                for to in [tuple(a + number * k for a, k in zip(at, key, strict=True))]
                if all(a <= c <= a + more for a, c, more in zip(to, counts, rest[place + 1], strict=True))
            ]
            for at in states
        }
        steps.append(step)
        states = {to for ways in step.values() for _, to in ways}
    found: dict[tuple[int, ...], set[int]] = {}
    open_ = {counts} & states
    for key, step in zip(reversed(keys), reversed(steps), strict=True):
        found[key] = {number for ways in step.values() for number, to in ways if to in open_}
        open_ = {at for at, ways in step.items() if any(to in open_ for _, to in ways)}
    return found
