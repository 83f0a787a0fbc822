"""No figure over one to four schools is shown, nor can one be worked out from those that are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.comparing.comparison import Comparison, compare
from audit.authority.comparing.disclosure import FEWEST, Blocks, blocks, by_statement, put_together
from audit.authority.returns import collect
from audit.model import Area, Criteria, Phase, Question, Response, School
from tests.conftest import audit_of, framework, returned, statement

Flags = npt.NDArray[np.bool_]


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
    ],
)
def test_groups_that_are_too_small_are_put_together(sizes: list[int], expected: list[int]) -> None:
    """Groups under five share a block, with the smallest other group if they are under five even together."""
    assert put_together(sizes) == expected


@given(sizes=st.lists(st.integers(0, 12), min_size=1, max_size=7))
def test_no_block_is_small_unless_all_is(sizes: list[int]) -> None:
    """Every block with a school holds at least five, if there are five schools at all."""
    found = put_together(sizes)
    held = {block: sum(size for size, own in zip(sizes, found, strict=True) if own == block) for block in found}
    assert [n for n in held.values() if 0 < n < FEWEST] == (
        [] if sum(sizes) >= FEWEST or not sum(sizes) else [sum(sizes)]
    )


def masks(phases: int, types: int) -> list[Flags]:
    """Every choice of phases and types that a filter can make, as phases by types."""
    some_phases = [flags for flags in itertools.product((False, True), repeat=phases) if any(flags)]
    some_types = [flags for flags in itertools.product((False, True), repeat=types) if any(flags)]
    return [np.outer(phase, kind).astype(bool) for phase in some_phases for kind in some_types]


def fewest_worked_out(figures: list[Flags], applies: Flags) -> int:
    """The fewest schools on which anything depends that can be worked out by adding and subtracting figures.

    What is worked out is some sum of what single statements say in single cells (phase and type), each with its
    own weight. For every set of these with few schools: is there such a sum that depends on nothing else? There is
    if the figures lose a dimension when these are struck out of them.

    Args:
        figures: by statement and cell, whether the figure counts it.
        applies: by school, statement and cell, whether the school is of the cell and the statement applies to it.
    """
    some = applies.any(axis=0).ravel()
    schools = applies.reshape(len(applies), some.size)[:, some].astype(np.float32)
    known = np.array([figure.ravel()[some] for figure in figures], dtype=float).reshape(len(figures), some.sum())
    _, strengths, directions = np.linalg.svd(known, full_matrices=False)
    basis = directions[strengths > 1e-9]
    every = np.array(list(itertools.product((0, 1), repeat=int(some.sum()))), dtype=np.float32)
    depends_on = (every @ schools.T > 0).sum(axis=1)
    few = (depends_on > 0) & (depends_on < FEWEST)
    left = basis[None] * (1 - every[few])[:, None, :]
    lost = np.linalg.matrix_rank(left, tol=1e-6) < len(basis) if len(basis) else np.zeros(int(few.sum()), dtype=bool)
    return int(depends_on[few][lost].min(initial=FEWEST))


def _figures(whole: Blocks, statements: Blocks) -> list[Flags]:
    """What all filters show together: the sums over all statements, and the statements."""
    count, phases, types = statements.sizes.shape
    found = []
    for mask in masks(phases, types):
        rows = [np.full(count, True)] + [np.arange(count) == place for place in np.flatnonzero(statements.shows(mask))]
        if whole.shows(mask)[0]:
            found += [row[:, None] & mask.ravel() for row in rows]
    return found


@st.composite
def schools(draw: st.DrawFn) -> tuple[int, int, Flags]:
    """Some phases and types, and some schools: by school, statement and cell, whether it applies to it there."""
    phases, types, statements = draw(st.sampled_from([(4, 1, 3), (3, 1, 4), (2, 2, 3), (3, 2, 2)]))
    cells = phases * types
    sizes = draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 9, 12]), min_size=cells, max_size=cells))
    places = np.repeat(np.arange(cells), sizes)
    asides = [draw(st.sets(st.integers(0, max(len(places) - 1, 0)), max_size=12)) for _ in range(statements)]
    applies = np.ones((len(places), statements), dtype=bool)
    for number, aside in enumerate(asides):
        applies[[school for school in aside if school < len(places)], number] = False
    for number, cell in draw(st.sets(st.tuples(st.integers(0, statements - 1), st.integers(0, cells - 1)), max_size=4)):
        applies[places == cell, number] = False  # a statement that is not meant for a phase
    return phases, types, applies[:, :, None] & (places[:, None, None] == np.arange(cells))


@settings(deadline=None, max_examples=150)
@given(drawn=schools())
def test_nothing_over_few_schools_can_be_worked_out(drawn: tuple[int, int, Flags]) -> None:
    """From everything that any filter shows, nothing can be worked out that depends on one to four schools alone."""
    phases, types, applies = drawn
    statements = applies.shape[1]
    sizes = applies.sum(axis=0).reshape(statements, phases, types)
    whole = blocks(applies.any(axis=1).sum(axis=0).reshape(1, phases, types))
    assert fewest_worked_out(_figures(whole, by_statement(sizes, whole)), applies) == FEWEST


def test_the_search_for_what_can_be_worked_out_finds_it() -> None:
    """Nine schools in all and six of one phase, both shown, give the other three away."""
    applies = np.zeros((9, 1, 2), dtype=bool)
    applies[:6, 0, 0] = applies[6:, 0, 1] = True
    total, first = np.array([[True, True]]), np.array([[True, False]])
    assert fewest_worked_out([total], applies) == FEWEST
    assert fewest_worked_out([total, first], applies) == 3


def test_statements_less_than_their_sum_give_one_away() -> None:
    """Were only the statement hidden that applies to three schools, the sum less the others would tell it."""
    applies = np.zeros((8, 2, 1), dtype=bool)
    applies[:, 0, 0] = applies[:3, 1, 0] = True
    both, first = np.array([[True], [True]]), np.array([[True], [False]])
    assert fewest_worked_out([both, first], applies) == 3


THREE = Criteria(
    (
        framework(
            Area(
                id="1",
                title="Area",
                questions=tuple(
                    Question(id=f"1.{n}", topic=f"Topic {n}", title="Why?", introduction="So.", statements=(one,))
                    for n, one in enumerate(
                        (statement("1.1", "K", 1), statement("1.2", "K", 1), statement("1.3", "K", 1))
                    )
                ),
            )
        ),
    )
)
"""Three questions of one recommended statement each."""
SET_ASIDE = Response(not_applicable="It cannot happen here.")
PLACES: list[tuple[Phase, str]] = [
    ("primary", "Academies"),
    ("primary", "Other"),
    ("secondary", "Academies"),
    ("secondary", "Other"),
]


def _in_tables(found: Comparison, chosen: Flags) -> Iterator[Flags]:
    """What the tables of one comparison show, by statement and place."""
    ids = [criterion.id for criterion in THREE]
    groups = {
        "all": chosen,
        **{phase: chosen & np.array([own == phase for own, _ in PLACES]) for phase in ("primary", "secondary")},
    }
    for row in [found.overall.to_dict(), *found.by_phase.to_dict("records")]:
        if pd.notna(row["schools"]):
            yield np.ones((3, 1), dtype=bool) & groups[row["group"]]
    for table, named, by in ((found.common_gaps, ids, "statement"), (found.spread, ["1.0", "1.1", "1.2"], "question")):
        for row in table[table["schools"].notna() & table[by].isin(named)].to_dict("records"):
            yield np.array([[name == row[by]] for name in named]) & groups[row["group"]]
    for statements in found.training["statements"]:
        yield np.array([[c.statement.reference == statements] for c in THREE]) & chosen


@settings(deadline=None, max_examples=15)
@given(
    sizes=st.lists(st.sampled_from([0, 1, 3, 4, 5, 6, 11]), min_size=4, max_size=4),
    asides=st.lists(st.sets(st.integers(0, 25), max_size=8), min_size=3, max_size=3),
)
def test_no_comparison_gives_a_few_schools_away(sizes: list[int], asides: list[set[int]]) -> None:
    """From the tables of the comparisons under every filter, nothing about one to four schools can be worked out."""
    places = np.repeat(np.arange(4), sizes)
    aside = np.array([[school in own for own in asides] for school in range(len(places))], dtype=bool).reshape(-1, 3)
    audits = [
        audit_of(
            THREE,
            {c.id: SET_ASIDE if aside[school, n] else Response(written="no", practice=0) for n, c in enumerate(THREE)},
            school=School(urn=f"{900001 + school}", name=f"School {school}", phase=PLACES[place][0]),
        )
        for school, place in enumerate(places)
    ]
    types = {audit.school.urn: PLACES[place][1] for audit, place in zip(audits, places, strict=True)}
    returns = collect([returned(audit, THREE) for audit in audits], THREE, types)
    figures: list[Flags] = []
    for phases in ((), ("primary",), ("secondary",)):
        for kinds in ((), ("Academies",), ("Other",)):
            chosen = np.array([phase in (phases or phase) and kind in (kinds or kind) for phase, kind in PLACES])
            figures += _in_tables(compare(returns, phases=phases, types=kinds), chosen)
    applies = ~aside[:, :, None] & (places[:, None, None] == np.arange(4))
    assert fewest_worked_out(figures, applies) == FEWEST
