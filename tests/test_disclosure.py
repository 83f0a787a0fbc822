"""The rule by which figures may be released: its search for what somebody can work out agrees with brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.compare.disclosure import (
    FEWEST,
    LEAST_COUNTS,
    TOO_ALIKE,
    Figure,
    Members,
    fewest_alone,
    leaves_open,
    put_together,
    reason_against,
    system,
)


def members(*numbers: int, version: str = "first") -> Members:
    """The schools of these numbers, each with this version of its answers."""
    return frozenset((f"{900000 + number}", version) for number in numbers)


def missed(of: Members, count: int) -> Figure:
    """That so many of these schools miss a statement."""
    return Figure(kind="missed", of="toy-1.1-k1", year="2026/27", group="all", members=of, values=(count,))


def spread(of: Members, *quartiles: int) -> Figure:
    """How the K coverage of these schools is spread."""
    return Figure(kind="quartiles", of="coverage", year="2026/27", group="all", members=of, values=quartiles)


TWENTY = members(*range(20))
FOUR_MORE = "four more returns are needed among the schools that are new, late, corrected or gone"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([9, 5, 20], [0, 1, 2], id="all are large enough"),
        pytest.param([9, 4, 20], [0, 0, 2], id="one is too small: the smallest of the others joins it"),
        pytest.param([9, 4, 20, 1], [0, 1, 2, 1], id="two too small hold five between them"),
        pytest.param([9, 3, 20, 1], [0, 0, 2, 0], id="two too small hold four between them: a third joins"),
        pytest.param([9, 0, 20], [0, 1, 2], id="a group of none gives nothing away"),
        pytest.param([7, 7, 3], [0, 1, 0], id="of two that are equally small the first joins"),
        pytest.param([2, 0, 1], [0, 1, 0], id="all together are too few"),
        pytest.param([0, 0], [0, 1], id="no school at all"),
        pytest.param([9, 1], [0, 0], id="a single school of its phase is never alone"),
        pytest.param([20, 9, 4], [0, 1, 1], id="the smallest joins, wherever it stands"),
        pytest.param([9, 5, 2], [0, 1, 1], id="one that is just large enough joins too"),
        pytest.param([9, 5, 3, 4], [0, 1, 2, 2], id="one that is just large enough stays alone"),
    ],
)
def test_groups_that_are_too_small_are_put_together(sizes: list[int], expected: list[int]) -> None:
    """Groups under the least share a block, with the smallest other group if they are too few even together."""
    assert put_together(sizes, 5) == expected


@settings(deadline=None)
@given(sizes=st.lists(st.integers(0, 12), min_size=1, max_size=7))
def test_no_block_is_small_unless_all_is(sizes: list[int]) -> None:
    """Every block with a school holds enough of them, if there are enough at all."""
    found = put_together(sizes, LEAST_COUNTS)
    held = {block: sum(size for size, own in zip(sizes, found, strict=True) if own == block) for block in found}
    small = [n for n in held.values() if 0 < n < LEAST_COUNTS]
    assert small == ([] if sum(sizes) >= LEAST_COUNTS or not sum(sizes) else [sum(sizes)])


@pytest.mark.parametrize(
    ("figure", "known", "why"),
    [
        pytest.param(missed(TWENTY, 7), [], "", id="a count over enough schools"),
        pytest.param(missed(members(*range(9)), 4), [], "one more return is needed", id="over nine schools"),
        pytest.param(missed(TWENTY, 1), [], TOO_ALIKE, id="one school misses it, and knows of all others"),
        pytest.param(missed(TWENTY, 20), [], TOO_ALIKE, id="all miss it"),
        pytest.param(missed(TWENTY, 18), [], "", id="two on either side"),
        pytest.param(missed(TWENTY, 7), [missed(TWENTY, 7)], "", id="it is known already"),
        pytest.param(missed(TWENTY | members(30), 8), [missed(TWENTY, 7)], FOUR_MORE, id="one school is late"),
        pytest.param(missed(members(*range(19)), 7), [missed(TWENTY, 7)], FOUR_MORE, id="one school has left"),
        pytest.param(
            missed(members(*range(19)) | members(19, version="corrected"), 7),
            [missed(TWENTY, 7)],
            FOUR_MORE,
            id="one school corrected its return, and may not have changed this answer",
        ),
        pytest.param(
            missed(members(*range(5, 20)) | members(*range(5), version="corrected"), 8),
            [missed(TWENTY, 7)],
            "",
            id="five schools corrected their returns",
        ),
        pytest.param(
            missed(members(*range(5, 20)) | members(*range(5), version="corrected"), 12),
            [missed(TWENTY, 7)],
            TOO_ALIKE,
            id="all five corrected this answer alike",
        ),
        pytest.param(
            missed(TWENTY | members(*range(30, 35)), 12), [missed(TWENTY, 7)], TOO_ALIKE, id="all late ones miss it"
        ),
        pytest.param(missed(TWENTY | members(*range(30, 35)), 10), [missed(TWENTY, 7)], "", id="three of five late"),
        pytest.param(
            missed(TWENTY | members(*range(30, 37)), 12),
            [missed(TWENTY, 7), missed(members(*range(10)) | members(*range(30, 36)), 9)],
            "",
            id="sets that overlap without giving one away",
        ),
        pytest.param(spread(members(*range(11)), 20, 30, 40), [], "one more return is needed", id="eleven schools"),
        pytest.param(spread(TWENTY, 50, 50, 50), [], TOO_ALIKE, id="all are alike"),
        pytest.param(spread(TWENTY, 20, 30, 40), [], "", id="quartiles of enough schools"),
        pytest.param(
            spread(TWENTY | members(30), 20, 30, 40),
            [spread(TWENTY, 20, 30, 41)],
            FOUR_MORE,
            id="quartiles and one late",
        ),
    ],
)
def test_whether_a_figure_may_be_shown(figure: Figure, known: list[Figure], why: str) -> None:
    """A figure is held back for the schools that it would give away beside what is known, or for answers too alike."""
    assert reason_against(figure, known) == why


def test_which_side_is_too_alike_is_not_told() -> None:
    """None, one, all but one and all give the same words."""
    assert {reason_against(missed(TWENTY, count), []) for count in (0, 1, 19, 20)} == {TOO_ALIKE}


_PROFILES = st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3).filter(any), min_size=2, max_size=7)
"""By school: which version of its answers each of three sets holds, 0 for none."""


def _sets(profiles: list[list[int]]) -> tuple[Members, ...]:
    found = [
        frozenset((f"{900000 + n}", f"v{profile[row]}") for n, profile in enumerate(profiles) if profile[row])
        for row in range(3)
    ]
    return tuple(one for one in found if one)


@settings(max_examples=150, deadline=None)
@given(profiles=_PROFILES)
def test_what_is_about_few_schools_alone_is_found(profiles: list[list[int]]) -> None:
    """School by school: the equations lose rank without the columns of some few schools, or they do not."""
    sets = _sets(profiles)
    columns = sorted({member for one in sets for member in one})
    matrix = np.array([[member in one for member in columns] for one in sets], dtype=float)
    urns = sorted({urn for urn, _ in columns})
    expected = None
    for number in range(1, FEWEST):
        for few in itertools.combinations(urns, number):
            rest = [place for place, (urn, _) in enumerate(columns) if urn not in few]
            if expected is None and np.linalg.matrix_rank(matrix[:, rest]) < np.linalg.matrix_rank(matrix):
                expected = number
    assert fewest_alone(system(sets), FEWEST) == expected


@settings(max_examples=150, deadline=None)
@given(profiles=_PROFILES, data=st.data())
def test_what_a_school_can_tell_of_another_is_found(profiles: list[list[int]], data: st.DataObject) -> None:
    """Every set of answers that fits the counts is tried: somebody learns something exactly if it is said so."""
    sets = _sets(profiles)
    columns = sorted({member for one in sets for member in one})[:12]
    sets = tuple(frozenset(one & set(columns)) for one in sets)
    sets = tuple(one for one in sets if one)
    truth = data.draw(st.lists(st.integers(0, 1), min_size=len(columns), max_size=len(columns)))
    matrix = np.array([[member in one for member in columns] for one in sets], dtype=int)
    counts = (matrix @ truth).tolist()
    every = np.array(list(itertools.product((0, 1), repeat=len(columns))))
    fitting = every[(every @ matrix.T == counts).all(axis=1)]
    is_open = True
    for reader in {urn for urn, _ in columns}:
        own = [place for place, (urn, _) in enumerate(columns) if urn == reader]
        others = [place for place in range(len(columns)) if place not in own]
        for answers in {tuple(row) for row in fitting[:, own].tolist()}:
            seen = fitting[(fitting[:, own] == answers).all(axis=1)][:, others]
            is_open &= not others or bool(((seen.min(axis=0) == 0) & (seen.max(axis=0) == 1)).all())
    assert leaves_open(system(sets), counts) == is_open
