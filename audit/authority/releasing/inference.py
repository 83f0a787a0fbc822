"""What somebody who reads every release can work out of it: sums over sets of schools, solved for single schools.

Everything here is about one quantity, such as "statement 2.3.2 K1, answers of 2026/27", and about the sets of schools
over which it was ever counted. Schools that are in the same sets with the same versions of their answers cannot be told
apart by what is shown, so they are one *class*; a class has one unknown count for each version of its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import TypeAlias

import numpy as np

Member: TypeAlias = tuple[str, str]
"""A school's URN, and the digest of the version of its answers that was counted."""
Members: TypeAlias = frozenset[Member]

MOST_CLASSES = 14
"""Of more classes nothing is tried: the figure is held back."""
_MOST_STEPS = 3_000
"""After so many steps without an answer, a figure is held back too."""


@dataclass(frozen=True)
class System:
    """The sets of schools over which a quantity was counted, as equations.

    Attributes:
        sizes: how many schools each class has.
        owners: by unknown, the class that it is of.
        rows: by set, the places of the unknowns that it adds up.
    """

    sizes: tuple[int, ...]
    owners: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=4_096)
def system(sets: tuple[Members, ...]) -> System:
    """The equations of some sets of schools, each school with one version in each set that it is in."""
    versions: dict[str, list[str]] = {}
    for place, members in enumerate(sets):
        for urn, version in members:
            versions.setdefault(urn, [""] * len(sets))[place] = version
    classes: dict[tuple[int, ...], int] = {}
    for profile in versions.values():
        known = {version: number for number, version in enumerate(dict.fromkeys(filter(None, profile)), 1)}
        key = tuple(known.get(version, 0) for version in profile)
        classes[key] = classes.get(key, 0) + 1
    unknowns = {(key, number): None for key in classes for number in range(1, max(key) + 1)}
    places = {unknown: place for place, unknown in enumerate(unknowns)}
    order = {key: number for number, key in enumerate(classes)}
    return System(
        sizes=tuple(classes.values()),
        owners=tuple(order[key] for key, _ in unknowns),
        rows=tuple(tuple(places[key, key[row]] for key in classes if key[row]) for row in range(len(sets))),
    )


@lru_cache(maxsize=4_096)
def fewest_alone(found: System, below: int) -> int | None:
    """The fewest schools, under a number, about which alone some sum or difference of figures is; None if there is none.

    A combination of the rows is about a set of schools alone if it is 0 for all others. There is one exactly if the
    rows lose rank when the unknowns of these schools are struck out. Schools of a class have equal columns, so only
    whole classes need be tried.
    """
    matrix = np.zeros((len(found.rows), len(found.owners)))
    for number, row in enumerate(found.rows):
        matrix[number, list(row)] = 1
    rank, owners = np.linalg.matrix_rank(matrix), np.array(found.owners)
    small = [place for place, size in enumerate(found.sizes) if size < below]
    tries = [few for number in range(1, below) for few in combinations(small, number)]
    for few in sorted(tries, key=lambda one: sum(found.sizes[place] for place in one)):
        held = sum(found.sizes[place] for place in few)
        if held < below and np.linalg.matrix_rank(matrix[:, ~np.isin(owners, few)]) < rank:
            return held
    return None


def leaves_open(found: System, counts: Sequence[int]) -> bool:
    """Whether nobody who is one of the schools, and knows its own answers, learns the answer of another.

    That is: for each such reader, and each other school and version, the figures can be true with either answer. It is
    said to be so only where such counts were found, so that a search that is broken off holds the figure back.

    Args:
        found: the equations.
        counts: what each row adds up to.
    """
    sizes = [found.sizes[owner] for owner in found.owners]
    low, high = [2 if size >= 4 else 0 for size in sizes], [size - 2 if size >= 4 else size for size in sizes]
    if min(found.sizes) >= 4 and _solution(found.rows, counts, low, high):
        return True  # with two on either side of each, whoever knows one still sees one on either side
    return all(_open_to(found, counts, reader, own) for reader, own in _readers(found))


def _readers(found: System) -> Iterator[tuple[int, dict[int, int]]]:
    """Each class whose school may read, with each answer that it may have given, by unknown."""
    for reader in range(len(found.sizes)):
        own = [place for place, owner in enumerate(found.owners) if owner == reader]
        for answers in product((0, 1), repeat=len(own)):
            yield reader, dict(zip(own, answers, strict=True))


def _open_to(found: System, counts: Sequence[int], reader: int, own: dict[int, int]) -> bool:
    """Whether a reader that knows its own answers cannot tell another school's; true if it cannot exist."""
    left = [count - sum(own.get(place, 0) for place in row) for row, count in zip(found.rows, counts, strict=True)]
    high = [found.sizes[owner] - (owner == reader) for owner in found.owners]
    low = [0] * len(high)
    first = _solution(found.rows, left, low, high)
    if first is None:
        return False
    if not first:
        return True
    seen = [first]
    for place, most in enumerate(high):
        for is_missed in (True, False) if most else ():
            if any(one[place] >= 1 if is_missed else one[place] < most for one in seen):
                continue
            lower, upper = list(low), list(high)
            lower[place], upper[place] = (1, most) if is_missed else (0, most - 1)
            more = _solution(found.rows, left, lower, upper)
            if not more:
                return False
            seen.append(more)
    return True


def _solution(
    rows: Sequence[Sequence[int]], counts: Sequence[int], low: Sequence[int], high: Sequence[int]
) -> list[int] | None:
    """Whole numbers within bounds that add up to the counts; an empty list if there are none, None if it took too long."""
    waiting, steps = [(list(low), list(high))], 0
    while waiting:
        steps += 1
        if steps > _MOST_STEPS:
            return None
        lower, upper = waiting.pop()
        if not _tightened(rows, counts, lower, upper):
            continue
        place = max(range(len(lower)), key=lambda one: upper[one] - lower[one])
        if lower[place] == upper[place]:
            return lower
        middle = (lower[place] + upper[place]) // 2
        for start, end in ((lower[place], middle - 1), (middle + 1, upper[place]), (middle, middle)):
            if start <= end:  # the middle is tried first, since it leaves the others most room
                waiting.append(
                    ([*lower[:place], start, *lower[place + 1 :]], [*upper[:place], end, *upper[place + 1 :]])
                )
    return []


def _tightened(rows: Sequence[Sequence[int]], counts: Sequence[int], lower: list[int], upper: list[int]) -> bool:
    """Narrows bounds, in place, to what the rows leave possible; false if they leave nothing."""
    changed = True
    while changed:
        changed = False
        for row, count in zip(rows, counts, strict=True):
            least, most = sum(lower[place] for place in row), sum(upper[place] for place in row)
            if not least <= count <= most:
                return False
            for place in row:
                start, end = lower[place], upper[place]
                lower[place] = max(start, count - (most - end))
                upper[place] = min(end, count - (least - start))
                if lower[place] > upper[place]:
                    return False
                if (start, end) != (lower[place], upper[place]):
                    changed = True
                    least, most = least + lower[place] - start, most + upper[place] - end
    return True
