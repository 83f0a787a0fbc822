"""Disclosure control: which figures may leave the authority, so that nobody learns what a school answered.

**Two audiences.** What the adviser sees on her pages and in her workbook is not suppressed, since she holds every
return. What goes to anybody else (benchmark file, peer figures in letters, workbook and report for sharing) is made as
one *release*. It is about all schools of a year, never about a filter, and holds no row and no figure of a single school.

**The attacker** has read every release that was ever made, knows which schools there are, of which phase, which of them
have sent a return, corrected it or were visited, and when; knows this rule; and may be one of the schools, so that it
knows its own answers. *Not defended*: several schools that tell each other their answers, what a school tells of itself,
and the authority, which holds the returns.

**What is shown**, per quantity (a statement or measure, and the academic year of the answers):

- *Missed*: of N schools, how many are known not to meet a statement. N is all schools of the group whose phase is asked;
  met, not applicable and not known all count as not missed, so that N tells nothing of any answer.
- *Change*: the same count before and now, over the schools with self-audits of both years.
- *Quartiles* over at least `LEAST_QUARTILES` schools, to a whole percent, and not where all are alike (the lower is the
  upper). Between two schools they are interpolated, and nobody is told between which.

**The rule.** A count is over whole groups of phases, each of at least `LEAST_COUNTS` schools; smaller phases are put
together. Every count is an equation over unknown answers, one unknown for each school and version of its answers (a
correction, a moderation and another return are other versions). With all equations of the quantity, of this release
and of every earlier one:

1. No sum or difference of them is about one to four schools alone, neither when versions are told apart nor when
   a later version is taken for the same answers (as a reader will who thinks that little was corrected).
2. For every reader who is one of the schools, and every other school, the counts can be true with either answer of it.
   For a single count that is: at least two schools on either side.

Quartiles are no sums: for them the sets of schools obey (1), as if they were counts. What fails is held back, and what
an earlier release showed stays as it was shown.

**How it is checked.** Every check is about one quantity, such as "statement 2.3.2 K1, answers of 2026/27", and about the
sets of schools over which it was ever counted. Schools that are in the same sets with the same versions of their answers
cannot be told apart by what is shown, so they are one *class*; a class has one unknown count for each version of its
answers. See `system`.

**Why that is enough.** (1) If some combination of the equations is about few schools alone, the equations lose rank when
the unknowns of these schools are struck out of them, and only then. So trying every set of one to four schools (whole
classes of schools that no equation tells apart) finds every such combination: `fewest_alone`. Answers to
different statements are different unknowns, so a combination over several statements is about few schools alone only
if its part for each statement is. (2) Whole numbers are searched for that satisfy all equations, with each school's
answer either way and the reader's own answers fixed: `leaves_open`. What cannot be shown to be open in so
many steps is held back. What is said of a figure held back is the number of returns that are wanted, which follows
from the sets of schools alone, or `TOO_ALIKE`, which does not tell on which side or in which group. That a statement is
shown for all schools together only tells that some group is nearly all alike, and not which or on which side; with two
on either side of the whole, each answer of each school is still possible.

**The field's rules**, and what this one does:

- *Frequency threshold*: 10 schools a count, 12 for quartiles, and 5 for any difference between figures.
- *Dominance (n, k) and p percent*: no sums of magnitudes are shown, so no school can make up most of one; in a count each
  school is at most one.
- *All values the same* (0 % and 100 %): two schools on either side of each count, and of each difference that can be
  worked out; no quartiles where lower and upper are the same.
- *Linked tables*: totals over statements, means, kinds of gap, bands of coverage, figures by type of school and joint
  counts are not shown at all; groups are shown side by side only if each may be, else the groups of an earlier release,
  else all schools alone; what the shown ones tell together is part of the proof.
- *Differencing*: every earlier release counts, whatever came between: late, corrected, moderated and taken-back returns,
  schools that are new or have left, and last year's release beside this year's "before".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Literal, TypeAlias

import numpy as np

from audit.authority.tables import ALL

Member: TypeAlias = tuple[str, str]
"""A school's URN, and the digest of the version of its answers that was counted."""
Members: TypeAlias = frozenset[Member]

MOST_CLASSES = 14
"""With more classes nothing is tried: the figure is held back."""
_MOST_STEPS = 3_000
"""After so many steps without an answer, the figure is held back too."""


@dataclass(frozen=True)
class System:
    """The sets of schools over which a quantity was counted, as equations.

    Attributes:
        sizes: how many schools each class has.
        owners: by unknown, the class that it belongs to.
        rows: by set of schools, the places of the unknowns whose sum was counted.
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
def fewest_alone(equations: System, below: int) -> int | None:
    """The fewest schools, below a number, that some sum or difference of figures is about alone; None if there are none.

    A combination of the rows is about a set of schools alone if it is 0 for all others. There is one exactly if the
    rows lose rank when the unknowns of these schools are struck out. Schools of a class have equal columns, so only
    whole classes need be tried.
    """
    matrix = np.zeros((len(equations.rows), len(equations.owners)))
    for number, row in enumerate(equations.rows):
        matrix[number, list(row)] = 1
    rank, owners = np.linalg.matrix_rank(matrix), np.array(equations.owners)
    small = [place for place, size in enumerate(equations.sizes) if size < below]
    tries = [few for number in range(1, below) for few in combinations(small, number)]
    for few in sorted(tries, key=lambda classes: sum(equations.sizes[place] for place in classes)):
        held = sum(equations.sizes[place] for place in few)
        if held < below and np.linalg.matrix_rank(matrix[:, ~np.isin(owners, few)]) < rank:
            return held
    return None


def leaves_open(equations: System, counts: Sequence[int]) -> bool:
    """Whether nobody who is one of the schools, and knows its own answers, learns the answer of another.

    That is: for each such reader, and each other school and version, the figures can be true with either answer. The
    result is true only if such counts were found, so a search that is broken off holds the figure back.

    Args:
        equations: the sets of schools over which the figures are.
        counts: the sum of each row.
    """
    sizes = [equations.sizes[owner] for owner in equations.owners]
    low, high = [2 if size >= 4 else 0 for size in sizes], [size - 2 if size >= 4 else size for size in sizes]
    if min(equations.sizes) >= 4 and _solution(equations.rows, counts, low, high):
        # two schools on either side of each unknown: a reader who knows one of them still sees one on either side
        return True
    return all(_open_to(equations, counts, reader, own_answers) for reader, own_answers in _readers(equations))


def _readers(equations: System) -> Iterator[tuple[int, dict[int, int]]]:
    """Each class that a reader may belong to, with each combination of answers that the reader may have given, by unknown."""
    for reader in range(len(equations.sizes)):
        unknowns = [place for place, owner in enumerate(equations.owners) if owner == reader]
        for answers in product((0, 1), repeat=len(unknowns)):
            yield reader, dict(zip(unknowns, answers, strict=True))


def _open_to(equations: System, counts: Sequence[int], reader: int, own_answers: dict[int, int]) -> bool:
    """Whether a reader that knows its own answers cannot tell another school's; true if no such reader can exist."""
    left = [
        count - sum(own_answers.get(place, 0) for place in row)
        for row, count in zip(equations.rows, counts, strict=True)
    ]
    high = [equations.sizes[owner] - (owner == reader) for owner in equations.owners]
    low = [0] * len(high)
    first = _solution(equations.rows, left, low, high)
    if first is None:
        return False
    if not first:
        return True
    solutions = [first]
    for place, most in enumerate(high):
        for is_missed in (True, False) if most else ():
            if any(solution[place] >= 1 if is_missed else solution[place] < most for solution in solutions):
                continue
            lower, upper = list(low), list(high)
            lower[place], upper[place] = (1, most) if is_missed else (0, most - 1)
            more = _solution(equations.rows, left, lower, upper)
            if not more:
                return False
            solutions.append(more)
    return True


def _solution(
    rows: Sequence[Sequence[int]], counts: Sequence[int], low: Sequence[int], high: Sequence[int]
) -> list[int] | None:
    """Whole numbers within bounds that add up to the counts; an empty list if there are none, None if the search took too long."""
    waiting, steps = [(list(low), list(high))], 0
    while waiting:
        steps += 1
        if steps > _MOST_STEPS:
            return None
        lower, upper = waiting.pop()
        if not _tightened(rows, counts, lower, upper):
            continue
        place = max(range(len(lower)), key=lambda unknown: upper[unknown] - lower[unknown])
        if lower[place] == upper[place]:
            return lower
        middle = (lower[place] + upper[place]) // 2
        for start, end in ((lower[place], middle - 1), (middle + 1, upper[place]), (middle, middle)):
            if start <= end:
                # the middle is added last, so it is tried first, since it leaves the other unknowns most room
                waiting.append(
                    ([*lower[:place], start, *lower[place + 1 :]], [*upper[:place], end, *upper[place + 1 :]])
                )
    return []


def _tightened(rows: Sequence[Sequence[int]], counts: Sequence[int], lower: list[int], upper: list[int]) -> bool:
    """Narrows bounds, in place, to what the rows allow; false if they allow nothing."""
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


Kind: TypeAlias = Literal["missed", "before", "now", "quartiles"]

FEWEST = 5
"""The fewest schools about which any sum or difference of figures may be."""
LEAST_COUNTS = 10
"""The fewest schools over which a count is shown."""
LEAST_QUARTILES = 12
"""The fewest schools over which quartiles are shown."""
_WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TOO_ALIKE = "too few schools, or answers too alike"
RULE = (
    f"What leaves the authority is made as one release and checked together with every earlier release. It holds no "
    f"figure of a single school. A count is over at least {LEAST_COUNTS} schools with at least two on either side, "
    f"quartiles are over at least {LEAST_QUARTILES}, and no difference between any figures ever released is about fewer "
    f"than {FEWEST} schools. So nobody who reads every release, not even another school that knows its own answers, can "
    "work out what a school answered. Schools that tell each other their answers are beyond this."
)
"""The rule in words for people."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure that a release shows.

    Attributes:
        kind: missed of a statement; missed before, or now, over schools with both years; or quartiles of a measure.
        of: id of the statement, or name of the measure.
        year: academic year of the answers.
        group: the phases of the schools, plus between, or ``all``.
        members: the schools, with the versions of their answers, that the figure is over.
        values: the count; or lower quartile, median and upper quartile.
    """

    kind: Kind
    of: str
    year: str
    group: str
    members: Members
    values: tuple[int, ...]

    @property
    def schools(self) -> int:
        """Over how many schools the figure is."""
        return len(self.members)


def put_together(sizes: Sequence[int], least: int) -> list[int]:
    """Blocks of groups that are large enough: by group, the place of the first group of its block.

    Groups that are too small form one block; if that is still too small, the smallest of the other groups joins it.
    The shared block is too small only if all groups together are. A group without schools is a block by itself.
    """
    shared = [place for place, size in enumerate(sizes) if 0 < size < least]
    others = [place for place, size in enumerate(sizes) if size >= least]
    if 0 < sum(sizes[place] for place in shared) < least and others:
        shared.append(min(others, key=lambda place: sizes[place]))
    return [min(shared) if place in shared else place for place in range(len(sizes))]


def reason_against(figure: Figure, known: Sequence[Figure]) -> str:
    """Why a figure may not be shown together with the known figures; empty if it may.

    Args:
        figure: the figure that would be shown.
        known: the figures of the same quantity in every earlier release, and in this one so far.
    """
    linked = _linked(figure, known)
    if any(other.members == figure.members and other.values == figure.values for other in linked):
        return ""  # it is known already
    least = LEAST_QUARTILES if figure.kind == "quartiles" else LEAST_COUNTS
    if figure.schools < least:
        return wanted(least - figure.schools)
    rows = [*linked, figure]
    equations = system(tuple(other.members for other in rows))
    if len(equations.sizes) > MOST_CLASSES:
        return TOO_ALIKE
    as_one = system(tuple(frozenset((urn, "-") for urn, _ in other.members) for other in rows))
    alone = [few for each in (equations, as_one) if (few := fewest_alone(each, FEWEST)) is not None]
    if alone:
        return f"{wanted(FEWEST - min(alone))} among the schools that are new, late, corrected or gone"
    if figure.kind == "quartiles":
        return TOO_ALIKE if figure.values[0] == figure.values[2] else ""
    return "" if leaves_open(equations, [other.values[0] for other in rows]) else TOO_ALIKE


def wanted(returns: int) -> str:
    """The sentence that so many more returns are needed, up to twelve."""
    return "one more return is needed" if returns == 1 else f"{_WORDS[returns]} more returns are needed"


def _linked(figure: Figure, known: Sequence[Figure]) -> list[Figure]:
    """The known figures that share schools with a figure, then those that share schools with these, and so on.

    Of figures with equal sets and equal values only one is kept, since they say the same.
    """
    waiting = list({(other.members, other.values): other for other in known}.values())
    linked: list[Figure] = []
    reached = {urn for urn, _ in figure.members}
    while joined := [other for other in waiting if any(urn in reached for urn, _ in other.members)]:
        waiting = [other for other in waiting if other not in joined]
        linked += joined
        reached.update(urn for other in joined for urn, _ in other.members)
    return linked


def fits(group: str, phase: str) -> bool:
    """Whether the schools of a phase are in a group."""
    return group == ALL or phase in group.split("+")
