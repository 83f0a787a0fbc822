"""What became of each school and statement between two years."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.authority.compare.comparison import compare
from audit.authority.compare.tables import state_of
from audit.authority.tables import CHANGES
from audit.model import Audit, Criteria, Response
from audit.school.scoring import kind_of
from audit.tables import KINDS, checked
from tests.conftest import returns_of
from tests.test_comparison import ASIDE, MET, NEITHER, NOT_DONE, NOT_WRITTEN, UNKNOWN, rows, school
from tests.test_properties import RECOMMENDED, TABLES, any_answers, audit_of

BEFORE, NOW = "2025/26", "2026/27"


def two_years(toy: Criteria, number: int, before: tuple[Response, ...], now: tuple[Response, ...]) -> list[Audit]:
    """A school's audits of both years."""
    return [school(toy, number, *before, year=BEFORE), school(toy, number, *now, year=NOW)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("met", "met", "still met"),
        ("met", "not_done", "opened"),
        ("neither", "met", "closed"),
        ("neither", "not_written", "still open"),
        ("not_known", "not_known", "still open"),
        ("not_known", "met", "newly known"),
        ("not_known", "neither", "newly known"),
        ("met", "not_known", "no longer known"),
        ("not_done", "not_known", "no longer known"),
        ("not_applicable", "met", "newly applicable"),
        ("not_applicable", "not_known", "newly applicable"),
        ("not_done", "not_applicable", "no longer applicable"),
        ("not_known", "not_applicable", "no longer applicable"),
        ("not_applicable", "not_applicable", ""),
    ],
)
def test_what_became_of_a_statement(before: str, after: str, expected: str) -> None:
    """A gap that is met now is closed; what was not known and is known now is newly known, met or not."""
    assert state_of(KINDS.index(before), KINDS.index(after)) == expected


def test_statement_by_statement(toy: Criteria) -> None:
    """One row per statement counted in both years, in source order; what is set aside in both has none."""
    found = compare(returns_of(toy, *two_years(toy, 1, (MET, NEITHER, UNKNOWN, ASIDE), (NOT_DONE, MET, ASIDE, ASIDE))))
    assert rows(found.changes, "urn", "school", "phase", "statement", "reference", "before", "after", "change") == [
        ("900001", "School 01", "primary", "toy-1.1-k1", "1.1 K1", "met", "not_done", "opened"),
        ("900001", "School 01", "primary", "toy-1.1-k2", "1.1 K2", "neither", "met", "closed"),
        (
            "900001",
            "School 01",
            "primary",
            "toy-1.2-k1",
            "1.2 K1",
            "not_known",
            "not_applicable",
            "no longer applicable",
        ),
    ]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param((MET, NEITHER, NEITHER), (MET, MET, NEITHER), ("rose", 25), id="one more is met"),
        pytest.param((MET, MET, NEITHER), (MET, NOT_DONE, NEITHER), ("fell", -25), id="one fewer is met"),
        pytest.param((MET, NEITHER), (NEITHER, MET), ("stood still", 0), id="one for another"),
        pytest.param((MET, NEITHER, MET, MET), (MET, ASIDE, MET, MET), ("stood still", 25), id="a gap is set aside"),
        pytest.param((MET, ASIDE, MET, MET), (MET, NEITHER, MET, MET), ("stood still", -25), id="a gap comes to apply"),
        pytest.param((MET, ASIDE, ASIDE, ASIDE), (ASIDE, MET, MET, MET), (None, 0), id="nothing applies in both"),
        pytest.param((NOT_WRITTEN, UNKNOWN), (MET, NEITHER), ("rose", 25), id="what is found out counts as found"),
    ],
)
def test_a_school_rises_by_what_is_met_not_by_what_applies(
    toy: Criteria, before: tuple[Response, ...], now: tuple[Response, ...], expected: tuple[str | None, float]
) -> None:
    """A school rose if more is met of the statements that apply in both years; its K coverage may say otherwise."""
    found = compare(returns_of(toy, *two_years(toy, 1, before, now)))
    assert rows(found.schools, "moved", "change") == [expected]


def test_a_school_without_both_years_is_not_compared(toy: Criteria) -> None:
    """A school that is new, one that is gone, and one with a desk review in one of the years have no change."""
    audits = [
        school(toy, 1, MET, year=NOW),
        school(toy, 2, MET, year=BEFORE),
        school(toy, 3, MET, year=BEFORE, basis="desk review"),
        school(toy, 3, MET, year=NOW),
        school(toy, 4, MET, year=BEFORE),
        school(toy, 4, Response(written="yes"), year=NOW, basis="desk review"),
    ]
    found = compare(returns_of(toy, *audits))
    assert rows(found.schools, "school", "coverage_before", "change", "moved") == [
        ("School 01", None, None, None),
        ("School 03", None, None, None),
        ("School 04", None, None, None),
    ]
    assert found.changes.empty


def test_how_many_rose_and_fell_is_over_schools_with_both_years(toy: Criteria) -> None:
    """Of six returns of the year four were here before, and all of these rose; without any, nothing is said."""
    audits = [audit for number in range(1, 5) for audit in two_years(toy, number, (NEITHER,), (MET,))]
    later = [school(toy, number, MET, year=NOW) for number in (5, 6)]
    found = compare(returns_of(toy, *audits, *later))
    counts = ["compared", "rose", "stood_still", "fell"]
    assert (found.overall["schools"], list(found.overall[counts])) == (6, [4, 4, 0, 0])
    assert compare(returns_of(toy, *later)).overall[counts].isna().all()


@TABLES
@given(pairs=st.lists(st.tuples(any_answers, any_answers), min_size=1, max_size=8))
def test_changes_are_what_reading_both_audits_gives(toy: Criteria, pairs: list[Any]) -> None:
    """Each row is what the two audits say, and the schools that rose are those where more is met of what applies."""
    audits = []
    for number, both in enumerate(pairs, start=1):
        for year, responses in zip((BEFORE, NOW), both, strict=True):
            audits.append(audit_of(toy, responses, school=school(toy, number).school, year=year))
    found = compare(returns_of(toy, *audits))
    checked(found.changes, CHANGES)
    expected, moves = [], []
    for number, (before, now) in enumerate(pairs, start=1):
        rise, both_apply = 0, 0
        for statement in (name for name in RECOMMENDED if name != "toy-1.2-k2"):
            old, new = (kind_of(one.get(statement, Response())) for one in (before, now))
            if {old, new} != {"not_applicable"}:
                expected.append((f"{900000 + number}", statement, old, new))
            if "not_applicable" not in (old, new):
                rise += (new == "met") - (old == "met")
                both_apply += 1
        moves.append(None if not both_apply else "rose" if rise > 0 else "fell" if rise < 0 else "stood still")
    assert rows(found.changes, "urn", "statement", "before", "after") == expected
    assert [None if pd.isna(move) else move for move in found.schools["moved"]] == moves
    if any(moves):
        counted = Counter(move for move in moves if move)
        assert tuple(found.overall[["rose", "stood_still", "fell"]]) == tuple(
            counted[word] for word in ("rose", "stood still", "fell")
        )
