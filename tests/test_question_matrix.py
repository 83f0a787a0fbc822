"""From a comparison down to its schools: the schools behind a common gap, and what one school answers to a question."""

from __future__ import annotations

import pytest

from audit.authority.compare.comparison import compare
from audit.authority.question_matrix import answers_to, missed_by
from audit.model import Criteria, Response
from tests.compared import six_schools
from tests.conftest import audit_of, returns_of
from tests.test_comparison import MET, NEITHER, NOT_DONE, rows, school
from tests.test_comparison_report import CODES


@pytest.mark.parametrize("group", ["all", "primary", "special"])
def test_as_many_schools_stand_behind_a_gap_as_its_bar_counts(toy: Criteria, group: str) -> None:
    """For every statement and group, the schools listed are as many as COMMON_GAPS says miss it."""
    audits = [
        school(toy, number, *(MET if (number + n) % 3 else NEITHER for n in range(4)), phase=phase)
        for number, phase in enumerate(["primary"] * 7 + ["special"] * 8, 1)
    ]
    audits.append(school(toy, 20, Response(written="no"), basis="desk review"))
    found = compare(returns_of(toy, *audits))
    gaps = found.common_gaps[(found.common_gaps["group"] == group) & found.common_gaps["missing"].notna()]
    assert len(gaps)
    for row in gaps.itertuples():
        assert len(missed_by(found, row.statement, group)) == row.missing


def test_a_school_behind_a_gap_says_how_it_misses_it(toy: Criteria) -> None:
    """By name, each with its URN and the state in words; who meets the statement is not among them."""
    found = compare(returns_of(toy, school(toy, 2, NOT_DONE), school(toy, 1, NEITHER), school(toy, 3, MET)))
    assert rows(missed_by(found, "toy-1.1-k1"), "urn", "school", "state") == [
        ("900001", "School 01", "✕ Neither"),
        ("900002", "School 02", "△ Not done"),
    ]


def test_under_codes_no_name_stands_behind_a_gap(toy: Criteria) -> None:
    """The schools stand under their codes alone."""
    listed = missed_by(six_schools(toy, names=CODES), "toy-2.1-k1")
    assert len(listed)
    assert set(listed["urn"]) | set(listed["school"]) <= set(CODES.values())


def test_the_answers_of_a_school_to_a_question_in_words(toy: Criteria) -> None:
    """Each recommended statement that it is asked: what it says, both answers, and the evidence; nothing blank."""
    given = {"toy-1.1-k1": Response(written="yes", practice=4, evidence="Minutes"), "toy-1.1-k2": NOT_DONE}
    answers = answers_to(audit_of(toy, given), toy, "toy_1.1")
    assert rows(answers, "State", "Written", "Done", "Evidence") == [
        ("✓ Met", "Yes", "4 Embedded", "Minutes"),
        ("△ Not done", "Yes", "1 Planned", "–"),
    ]
    assert list(answers["Statement"].str.endswith(("(1.1 K1)", "(1.1 K2)"))) == [True, True]
