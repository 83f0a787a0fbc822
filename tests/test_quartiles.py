"""The quartiles of schools' figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.authority.compare.comparison import compare
from audit.authority.compare.counts import quartiles_of
from audit.model import Criteria
from tests.conftest import returns_of
from tests.test_comparison import MET, SIX, audits_of, collections, rows, school, with_types
from tests.test_properties import TABLES


def test_quartiles_of_six_schools(toy: Criteria) -> None:
    """The quartiles of what the schools have, for the three measures, each area and each question, interpolated linearly."""
    found = compare(returns_of(toy, *(school(toy, number, *given) for number, given in enumerate(SIX, start=1)))).spread
    rounded = found.round({"lower": 4, "median": 4, "upper": 4})
    assert rows(rounded[rounded["group"] == "all"], "measure", "topic", "schools", "lower", "median", "upper") == [
        ("coverage", "", 6, 37.5, 62.5, 75),
        ("written", "", 6, 68.75, 75, 93.75),
        ("practice", "", 6, 54.1667, 70.8333, 75),
        ("area", "1 Area one", 6, 41.6667, 83.3333, 100),
        ("area", "2 Area two", 5, 0, 0, 0),
        ("question", "1.1 First", 6, 62.5, 100, 100),
        ("question", "1.2 Second", 6, 0, 50, 100),
        ("question", "2.1 Third", 5, 0, 0, 0),
    ]


def test_a_question_that_one_phase_is_not_asked_is_shown_by_its_others(toy: Criteria) -> None:
    """A statement that is not meant for a phase hides nothing there."""
    audits = [school(toy, number, MET, phase="primary" if number < 6 else "secondary") for number in range(1, 11)]
    found = compare(returns_of(toy, *audits)).spread
    second = found[found["question"] == "1.2"]
    assert rows(second, "group", "schools") == [("all", 10), ("primary", 5), ("secondary", 5)]


@given(values=st.lists(st.lists(st.none() | st.floats(0, 100), min_size=3, max_size=3), max_size=9))
def test_quartiles_are_numpys(values: list[list[float | None]]) -> None:
    """Each row's quartiles are those of numpy's method linear over the values that there are."""
    table = np.array(values, dtype=float).reshape(len(values), 3)
    for row, (count, *quartiles) in zip(table, quartiles_of(table).T.tolist(), strict=True):
        known = row[~np.isnan(row)]
        assert count == len(known)
        expected = np.percentile(known, [25, 50, 75]) if len(known) else np.full(3, np.nan)
        np.testing.assert_allclose(quartiles, expected, atol=1e-9)


@pytest.mark.slow
@TABLES
@given(drawn=collections(schools=16))
def test_what_is_shown_is_the_quartile_of_the_schools(toy: Criteria, drawn: list[Any]) -> None:
    """Every row that is shown is made of the self-audits of its group in COMPARISON and QUESTIONS."""
    found = compare(with_types(toy, audits_of(toy, drawn)))
    own = found.schools[found.schools["basis"] == "self-audit"]
    columns = {"coverage": "coverage_percent", "written": "written_percent", "practice": "practice_percent"}
    for row in found.spread.dropna(subset="schools").to_dict("records"):
        schools = own[own["phase"].isin([row["group"]]) | (row["group"] == "all")]
        if row["measure"] in ("area", "question"):
            table = found.questions[found.questions["urn"].isin(schools["urn"])]
            counts = table[table[row["measure"]] == row["question"]].groupby("urn")[["met", "applicable"]].sum()
            values = (100 * counts["met"] / counts["applicable"].where(counts["applicable"] > 0)).dropna()
        else:
            values = schools[columns[row["measure"]]].dropna()
        assert len(values) == row["schools"]
        expected = np.percentile(values.to_numpy(float), [25, 50, 75])
        np.testing.assert_allclose([row["lower"], row["median"], row["upper"]], expected, atol=1e-9)


def test_without_a_school_there_is_no_spread(toy: Criteria) -> None:
    """Without a return every figure is blank."""
    assert compare(returns_of(toy)).spread[["schools", "lower", "median", "upper"]].isna().all(axis=None)
    assert pd.isna(compare(returns_of(toy)).overall["schools"])
