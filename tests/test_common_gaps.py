"""Which recommended statements are missed most, and the training that follows from it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

from audit.authority.compare.comparison import Comparison, compare
from audit.model import Criteria
from audit.school.scoring import kind_of
from audit.tables import COUNTED
from tests.conftest import returns_of
from tests.test_comparison import MET, NEITHER, SIX, audits_of, collections, rows, school, with_types
from tests.test_properties import TABLES


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six primary schools, one of which sets the last statement aside."""
    return compare(returns_of(toy, *(school(toy, number, *given) for number, given in enumerate(SIX, start=1))))


def test_the_most_often_missed_comes_first(six: Comparison) -> None:
    """Share missing is of the schools to which the statement applies; the kinds say how it is missed."""
    found = six.common_gaps[six.common_gaps["group"] == "all"]
    assert rows(found, "reference", "schools", *COUNTED, "missing", "share_missing") == [
        ("2.1 K1", 5, 1, 0, 1, 3, 0, 4, 80),
        ("1.2 K1", 6, 3, 1, 0, 1, 1, 3, 50),
        ("1.1 K2", 6, 4, 0, 1, 1, 0, 2, 100 / 3),
        ("1.1 K1", 6, 5, 1, 0, 0, 0, 1, 100 / 6),
    ]
    assert rows(found.head(1), "statement", "area", "question", "topic", "statement_text", "asked_of", "protects") == [
        ("toy-2.1-k1", "2", "2.1", "2.1 Third", "Statement 2.1 K 1 holds.", "head", "indirectly")
    ]


def test_equally_missed_statements_come_by_what_protects_a_child(toy: Criteria) -> None:
    """Of statements that equally many schools miss, one that protects a child directly comes first."""
    found = compare(returns_of(toy, *(school(toy, number, *[NEITHER] * 4) for number in range(1, 6))))
    assert list(found.common_gaps["reference"].head(4)) == ["1.1 K2", "1.1 K1", "1.2 K1", "2.1 K1"]


def test_a_statement_nobody_in_the_group_is_asked_has_no_row(toy: Criteria) -> None:
    """The statement for secondary schools has a row for all and for secondary, and none for primary."""
    audits = [school(toy, number, MET, phase="primary" if number < 6 else "secondary") for number in range(1, 11)]
    table = compare(returns_of(toy, *audits)).common_gaps
    assert rows(table[table["statement"] == "toy-1.2-k2"], "group", "schools", "not_known") == [
        ("all", 5, 5),
        ("secondary", 5, 5),
    ]


def test_training_is_for_what_is_not_done(six: Comparison) -> None:
    """Direct protection first, then the number of schools where a statement is not in place, written or not."""
    assert rows(six.training, "priority", "topic", "role", "statements", "schools", "of", "directly") == [
        (1, "1.1 First", "Head", "1.1 K1, 1.1 K2", 2, 6, True),
        (2, "2.1 Third", "Head", "2.1 K1", 4, 5, False),
        (3, "1.2 Second", "Network manager", "1.2 K1", 1, 6, False),
    ]
    assert list(six.training["content"]) == ["Write it. Write it.", "Write it.", "Write it."]


def test_the_schools_of_a_training_are_rows(six: Comparison) -> None:
    """Each school that needs a training has a row of its own, with its URN."""
    assert rows(six.training_schools, "priority", "topic", "role", "urn", "school") == [
        (1, "1.1 First", "Head", "900005", "School 05"),
        (1, "1.1 First", "Head", "900006", "School 06"),
        (2, "2.1 Third", "Head", "900002", "School 02"),
        (2, "2.1 Third", "Head", "900003", "School 03"),
        (2, "2.1 Third", "Head", "900004", "School 04"),
        (2, "2.1 Third", "Head", "900006", "School 06"),
        (3, "1.2 Second", "Network manager", "900006", "School 06"),
    ]


def test_training_that_nobody_needs_is_not_listed(toy: Criteria) -> None:
    """What is not written, and what is not known, needs no training."""
    audits = [school(toy, number, MET, MET, MET) for number in range(1, 6)]
    assert compare(returns_of(toy, *audits)).training.empty


@TABLES
@given(drawn=collections(schools=20))
def test_common_gaps_are_what_counting_audits_gives(toy: Criteria, drawn: list[Any]) -> None:
    """Every figure is that of a plain count over the self-audits."""
    pairs = audits_of(toy, drawn)
    found = compare(with_types(toy, pairs))
    for row in found.common_gaps.to_dict("records"):
        statement = toy[row["statement"]].statement
        kinds = Counter(
            kind_of(audit.response(statement.id))
            for audit, _ in pairs
            if audit.basis == "self-audit"
            and audit.school.phase in statement.phases
            and row["group"] in ("all", audit.school.phase)
        )
        applies = sum(kinds[kind] for kind in COUNTED)
        assert {name: row[name] for name in (*COUNTED, "schools", "missing")} == {
            **{kind: kinds[kind] for kind in COUNTED},
            "schools": applies,
            "missing": applies - kinds["met"],
        }
        if applies:
            assert row["share_missing"] == 100 * (applies - kinds["met"]) / applies
        else:
            assert pd.isna(row["share_missing"])


@TABLES
@given(drawn=collections(schools=20))
def test_training_names_the_schools_it_counts(toy: Criteria, drawn: list[Any]) -> None:
    """A row names each school where one of its statements applies and practice is known to be below level 3."""
    pairs = audits_of(toy, drawn)
    found = compare(with_types(toy, pairs))
    named = found.training_schools
    for row in found.training.to_dict("records"):
        ids = [c.id for c in toy if c.statement.recommended and c.statement.reference in row["statements"].split(", ")]
        needs = [
            audit.school.name
            for audit, _ in pairs
            if audit.basis == "self-audit"
            for id_ in [
                [
                    name
                    for name in ids
                    if audit.school.phase in toy[name].statement.phases
                    and kind_of(audit.response(name)) in ("not_done", "neither")
                ]
            ]
            if id_
        ]
        told = named.loc[named["priority"] == row["priority"], "school"].tolist()
        assert (told, row["schools"]) == (needs, len(needs))
