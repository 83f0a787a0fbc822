"""What every output says of a comparison: the tables in words, and what stands in which exhibit."""

from __future__ import annotations

import pandas as pd
import pytest

from audit.authority import comparison_in_words, findings, question_matrix
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.tracker import tracker
from audit.english import texts_of
from audit.exhibits.authority import Knowledge, authority_exhibits
from audit.model import Criteria, School
from tests.compared import ANSWERS, STATEMENTS, returns_of_both_years, six_schools
from tests.conftest import audit_of, returns_of

TOGETHER = ["overview", "distribution", "kinds", "by_phase", "common_gaps", "training", "change_by_statement"]


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six schools of both years."""
    return six_schools(toy)


def test_figures_are_shown_as_people_write_them() -> None:
    """Percentages are whole, and never 0% or 100% unless exactly that; blank is a dash; a change has its sign."""
    table = pd.DataFrame(
        {
            "School": ["Hilltop", ""],
            "Met": pd.array([1234, None], dtype="Int32"),
            "K coverage %": pd.array([99.7, 0.2], dtype="Float64"),
            "Done %": pd.array([100.0, 0.0], dtype="Float64"),
            "Change (points)": pd.array([-2.25, 0.0], dtype="Float64"),
            "Above (steps)": pd.array([0.5, None], dtype="Float64"),
            "Kappa": pd.array([0.456, None], dtype="Float64"),
            "Directly": pd.array([True, False], dtype="boolean"),
        }
    )
    assert texts_of(table).to_numpy().tolist() == [
        ["Hilltop", "1,234", "99%", "100%", "-2.2", "+0.50", "0.46", "Yes"],
        ["", "–", "1%", "0%", "0", "–", "–", "No"],
    ]


def test_the_overview_is_the_sum_of_the_schools(six: Comparison) -> None:
    """12 of 23 are met, 13 can be, 14 are written and 14 done; the year before 10 of 23 were met."""
    (row,) = texts_of(comparison_in_words.overview_in_words(six)).head(1).to_dict("records")
    assert row == {
        "Schools of": "All schools",
        "Returns": "6",
        "Desk reviews": "0",
        "In the figures": "6",
        "K coverage %": "52%",
        "At most %": "57%",
        "Written %": "61%",
        "Done %": "61%",
        "With both years": "6",
        "Of these in 2025/26 %": "43%",
        "Of these in 2026/27 %": "52%",
        "Change (points)": "+8.7",
        "Rose": "3",
        "Stood still": "2",
        "Fell": "1",
    }


def test_the_heat_map_stands_in_the_order_asked_for(six: Comparison) -> None:
    """Its rows are those that it was given, in their order, with phase and coverage to sort by."""
    rows = six.schools.sort_values("coverage_percent", ascending=False).head(2)
    assert texts_of(comparison_in_words.heat_in_words(rows, six)).to_numpy().tolist() == [
        ["<b>x</b> & Sons", "Primary", "100%", "2/2", "1/1", "1/1"],
        ["=cmd()", "Primary", "75%", "2/2", "1/1", "0/1"],
    ]


def test_a_change_is_told_by_statement(six: Comparison) -> None:
    """In how many schools each statement was closed, opened, stayed open, stayed met."""
    table = comparison_in_words.change_by_statement(six).set_index("Reference")
    assert table[["Schools with both years", "Closed", "Opened", "Still open", "Still met"]].to_numpy().tolist() == [
        [6, 2, 0, 1, 3],
        [6, 1, 0, 2, 3],
        [5, 0, 1, 2, 2],
        [6, 1, 1, 4, 0],
    ]
    assert findings.change_title(table.reset_index()) == (
        "Most often, First (1.1 K1) was closed in 2 schools and Second (1.2 K1) was opened in 1 school"
    )


def test_groups_hold_every_school(toy: Criteria) -> None:
    """Three secondary schools among twelve primary ones are a group too, and each band of K coverage that has a school."""
    audits = [
        audit_of(
            toy,
            dict.fromkeys(STATEMENTS, ANSWERS["m"]),
            school=School(urn=str(900100 + number), name=f"School {number}", phase=phase),
            phase=phase,
        )
        for number, phase in enumerate(["primary"] * 12 + ["secondary"] * 3)
    ]
    found = compare(returns_of(toy, *audits))
    assert (question_matrix.by_phase(found).groups, question_matrix.by_phase(found).sizes) == (
        ("Primary", "Secondary"),
        (12, 3),
    )
    assert (question_matrix.by_coverage(found).groups, question_matrix.by_coverage(found).sizes) == (
        ("80 to 89%", "90 to 100%"),
        (3, 12),
    )


def test_every_view_is_for_the_authority(six: Comparison, toy: Criteria) -> None:
    """Nothing that the adviser knows is left out of her own outputs."""
    returns = returns_of_both_years(toy)
    beside = Knowledge(tracker=tracker(list(returns.items), [], year="2026/27"))
    lists = ["heat", "schools", "training_schools", "written_against_done", "movement"]
    assert {exhibit.key for exhibit in authority_exhibits(six, beside)} == {
        *TOGETHER,
        *lists,
        "by_coverage",
        "tally",
        "returns",
    }


def test_no_title_names_a_school(six: Comparison) -> None:
    """What a view says in a sentence is fit for every reader."""
    sentences = " ".join(exhibit.finding for exhibit in authority_exhibits(six))
    assert [name for name in six.schools["school"] if name in sentences] == []
