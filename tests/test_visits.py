"""Which schools to visit: each rule by turns, equals and the rest by lot; and a list of last visits as it is kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.assurance.visits import RULES, read_last_visits, visit_sample
from audit.authority.compare.comparison import compare
from audit.authority.returns import Returns
from audit.authority.tables import CREDIBILITY, VISITS
from audit.model import Audit, Criteria, Response, School
from audit.problems import Problem
from audit.tables import checked, typed
from tests.conftest import audit_of, returns_of

YEAR = "2026/27"
MET = Response(written="yes", practice=3)
FAILS = Response(written="no", practice=0)
NOBODY = typed({name: [] for name in CREDIBILITY}, CREDIBILITY)
"""CREDIBILITY that found nothing."""


def _school(toy: Criteria, number: int, answer: Response = MET, **changes: object) -> Audit:
    """School 900000 and a number, with this answer to the one statement that protects a child directly."""
    school = School(urn=str(900_000 + number), name=f"School {number:02d}", phase="primary")
    return audit_of(toy, {"toy-1.1-k2": answer}, school=school, **changes)  # type: ignore[arg-type]


def _sample(returns: Returns, size: int, seed: int = 1, found: pd.DataFrame = NOBODY, **more: object) -> pd.DataFrame:
    schools = compare(returns, year=YEAR).schools
    return checked(visit_sample(returns, schools, found, size=size, seed=seed, **more), VISITS)  # type: ignore[arg-type]


def _rules(sample: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(sample["urn"], sample["rule"], strict=True))


def _found(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """CREDIBILITY with these URNs, titles and weights."""
    filled = [(urn, "A school", "primary", "an-id", title, "Something.", weight) for urn, title, weight in rows]
    return typed(pd.DataFrame(filled, columns=list(CREDIBILITY)), CREDIBILITY)


def test_each_rule_chooses_in_turn_and_says_why(toy: Criteria) -> None:
    """One school by each rule, none twice, each with its reason and figures."""
    returns = returns_of(toy, _school(toy, 1, FAILS), *(_school(toy, number) for number in (2, 3, 4)))
    found = _found(
        ("900001", "Every answer the same", 3), ("900002", "High levels", 2), ("900002", "Embedded, but not written", 2)
    )
    visits = {"900001": dt.date(2019, 5, 1), "900002": dt.date(2026, 1, 9), "900003": dt.date(2023, 3, 4)}
    sample = _sample(returns, 4, seed=7, found=found, last_visits={**visits, "900004": dt.date(2025, 6, 30)})
    expected = pd.DataFrame(
        [
            (
                1,
                "900001",
                "School 01",
                "primary",
                "direct protection",
                "1 of 1 statement on the direct protection of children is not met.",
            ),
            (
                2,
                "900002",
                "School 02",
                "primary",
                "least believable",
                "2 checks found something to ask about, of weight 4 in all: high levels; embedded, but not written.",
            ),
            (3, "900003", "School 03", "primary", "longest unvisited", "The last visit was on 4 March 2023."),
            (4, "900004", "School 04", "primary", "random", "Drawn by lot with seed 7."),
        ],
        columns=list(VISITS),
    )
    pd.testing.assert_frame_equal(sample.astype(object), expected.astype(object), check_dtype=False)


def test_each_rule_has_a_quarter(toy: Criteria) -> None:
    """Of twelve schools chosen three are chosen by each rule, as long as each rule finds so many."""
    returns = returns_of(toy, *(_school(toy, number, FAILS) for number in range(1, 31)))
    found = _found(*((str(900_000 + number), "High levels", 2) for number in range(1, 31)))
    sample = _sample(returns, 12, found=found, last_visits={"900001": dt.date(2025, 1, 1)})
    assert Counter(sample["rule"]) == dict.fromkeys(RULES, 3)
    assert sample["urn"].is_unique


def test_a_rule_that_finds_nobody_leaves_its_turn_to_the_lot(toy: Criteria) -> None:
    """Without dates, doubts and gaps every school is drawn by lot."""
    returns = returns_of(toy, *(_school(toy, number) for number in range(1, 9)))
    assert list(_sample(returns, 5)["rule"]) == ["random"] * 5


def test_known_failures_come_before_what_is_not_known(toy: Criteria) -> None:
    """Of schools with as many unmet statements, one that knows it fails is visited before one that does not know."""
    unknown = Response(written="unknown", practice=1)
    returns = returns_of(toy, _school(toy, 1, unknown), _school(toy, 2), _school(toy, 3, FAILS))
    sample = _sample(returns, 3, found=_found(("900002", "High levels", 2)))
    assert _rules(sample) == [("900003", "direct protection"), ("900002", "least believable"), ("900001", "random")]
    again = _sample(returns.where(returns.table["urn"].to_numpy() == "900001"), 1)
    assert list(again["reason"]) == [
        "1 of 1 statement on the direct protection of children is not met, 1 of them because an answer is not known."
    ]


def test_a_school_that_was_never_visited_is_unvisited_longest(toy: Criteria) -> None:
    """Where dates are given, a school without one comes before any other."""
    returns = returns_of(toy, *(_school(toy, number, FAILS if number == 3 else MET) for number in (1, 2, 3, 4)))
    dates = {"900002": dt.date(2001, 9, 3), "900077": dt.date(1999, 1, 1)}
    sample = _sample(returns, 3, found=_found(("900004", "High levels", 2)), last_visits=dates)
    assert _rules(sample)[2] == ("900001", "longest unvisited")
    assert sample["reason"].iloc[2] == "No visit is on record."


def test_a_desk_review_is_not_judged_by_its_practice(toy: Criteria) -> None:
    """Nothing of practice can be read in a policy, so a desk review is chosen by lot or date only."""
    returns = returns_of(toy, _school(toy, 1, Response(written="no"), basis="desk review"), _school(toy, 2))
    assert set(_sample(returns, 2)["rule"]) == {"random"}


def test_no_more_schools_than_there_are(toy: Criteria) -> None:
    """A sample larger than the authority is the authority, and one of none is empty."""
    returns = returns_of(toy, *(_school(toy, number, FAILS) for number in (1, 2, 3)))
    assert sorted(_sample(returns, 99)["urn"]) == ["900001", "900002", "900003"]
    assert len(_sample(returns, 0)) == 0


def test_only_the_schools_given_are_chosen(toy: Criteria) -> None:
    """A filter on the comparison is a filter on the visits, and another year's answers do not count."""
    returns = returns_of(
        toy, _school(toy, 1), _school(toy, 1, FAILS, year="2025/26"), _school(toy, 2, FAILS), _school(toy, 3)
    )
    schools = compare(returns, year=YEAR).schools
    some = schools[schools["urn"] != "900002"]
    found = _found(("900002", "High levels", 2))
    sample = visit_sample(returns, some, found, size=5, seed=1)
    assert sorted(_rules(sample)) == [("900001", "random"), ("900003", "random")]


def test_codes_cannot_be_visited(toy: Criteria) -> None:
    """Where codes stand for the schools nobody can be visited: that is a mistake of the caller, not an empty sample."""
    returns = returns_of(toy, _school(toy, 1))
    hidden = compare(returns, year=YEAR).schools.assign(urn="School 4F7KP")
    with pytest.raises(ValueError, match="not among the returns: School 4F7KP"):
        visit_sample(returns, hidden, NOBODY, size=1, seed=1)


def test_the_seed_decides(toy: Criteria) -> None:
    """The same seed draws the same schools, and other seeds draw others: each school is drawn by some seed."""
    returns = returns_of(toy, *(_school(toy, number) for number in range(1, 11)))
    draws = [tuple(visit_sample(returns, returns.table, NOBODY, size=3, seed=seed)["urn"]) for seed in range(15)]
    assert draws[3] == tuple(visit_sample(returns, returns.table, NOBODY, size=3, seed=3)["urn"])
    assert {urn for draw in draws for urn in draw} == {str(900_000 + number) for number in range(1, 11)}


def test_equals_are_taken_by_lot(toy: Criteria) -> None:
    """Among schools that a rule finds equal no low number or early name is visited more often than its turn."""
    returns = returns_of(toy, *(_school(toy, number, FAILS) for number in range(1, 6)))
    first = {visit_sample(returns, returns.table, NOBODY, size=1, seed=seed)["urn"].iloc[0] for seed in range(20)}
    assert first == {"900001", "900002", "900003", "900004", "900005"}


@settings(deadline=None, max_examples=12)
@given(order=st.permutations(range(12)), size=st.integers(0, 14), seed=st.integers(0, 2**32))
def test_the_order_of_schools_never_matters(toy: Criteria, order: list[int], size: int, seed: int) -> None:
    """The same schools in another order give the same sample, and a longer sample begins with the shorter one."""
    answers = (MET, FAILS, Response(written="unknown", practice=0))
    returns = returns_of(toy, *(_school(toy, number, answers[number % 3]) for number in range(1, 13)))
    found = _found(("900003", "High levels", 2), ("900007", "Minutes", 2), ("900001", "Every answer the same", 3))
    given = {"found": found, "last_visits": {"900002": dt.date(2024, 1, 1), "900009": dt.date(2022, 1, 1)}}
    sample = _sample(returns, size, seed, **given)  # type: ignore[arg-type]
    schools = compare(returns, year=YEAR).schools.iloc[order]
    turned = Returns(
        criteria=toy,
        items=[returns.items[place] for place in order],
        table=returns.table.iloc[order].reset_index(drop=True),
        codes=returns.codes[order],
    )
    again = visit_sample(turned, schools, found.iloc[::-1], size=size, seed=seed, last_visits=given["last_visits"])  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(again, sample)
    longer = _sample(returns, size + 1, seed, **given)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(longer.head(len(sample)), sample)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("URN,Date\n900001,31/03/2023\n", {"900001": dt.date(2023, 3, 31)}, id="as asked for"),
        pytest.param(
            "School;Last visit;urn\nHill;4 March 2023;900001", {"900001": dt.date(2023, 3, 4)}, id="other columns"
        ),
        pytest.param("\ufeffURN\tDate\n900001\t2023-03-04 00:00:00", {"900001": dt.date(2023, 3, 4)}, id="tabs"),
        pytest.param("Urn,Date visited\n900001,04-Mar-23", {"900001": dt.date(2023, 3, 4)}, id="as Excel shows a day"),
        pytest.param(
            "URN,Date\n900001,01/02/2023\n900001,01/02/2024\n900001,01/02/2022",
            {"900001": dt.date(2024, 2, 1)},
            id="the latest of several",
        ),
        pytest.param("URN,Date\n900001,\n\n,\n900002,1/2/2024", {"900002": dt.date(2024, 2, 1)}, id="no date yet"),
        pytest.param("Visits\n\nURN,Date\n900001,1/2/24", {"900001": dt.date(2024, 2, 1)}, id="a title above"),
    ],
)
def test_a_list_of_last_visits_is_read_as_people_keep_it(text: str, expected: dict[str, dt.date]) -> None:
    """Columns in any order, days in the usual ways, separators of any spreadsheet."""
    assert read_last_visits(text.encode(), "visits.csv") == (expected, ())


def test_every_fault_of_the_list_is_named() -> None:
    """A line that cannot be used is named with its place and remedy, and the others count."""
    data = b"URN,Date\n900001,31/02/2023\n9999,1/2/2024\n900003,soon\n900004,0206-01-01\n900005,1/2/2024\n"
    write = "Write day, month and year, such as 31/03/2027."

    def fault(line: int, text: str) -> Problem:
        return Problem(
            where=f"v.csv, line {line}, column Date", what=f'"{text}" is not the date of a visit.', fix=write
        )

    assert read_last_visits(data, "v.csv") == (
        {"900005": dt.date(2024, 2, 1)},
        (
            fault(2, "31/02/2023"),
            Problem(
                where="v.csv, line 3, column URN",
                what='"9999" is not a URN.',
                fix="Type six digits without letters, such as 900001.",
            ),
            fault(4, "soon"),
            fault(5, "0206-01-01"),
        ),
    )


def test_a_list_without_the_columns_is_explained() -> None:
    """Which column is missing, and what to call it."""
    assert read_last_visits(b"URN,Visitor\n900001,Adviser", "v.csv") == (
        {},
        (Problem(where="v.csv", what='There is no column "Date".', fix="Give the columns these headings: URN, Date."),),
    )


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04zip", b"\x00\x00", b"\xff\xfe\x00"])
def test_a_file_that_is_no_list_is_refused(data: bytes) -> None:
    """What is not delimited text gives no date and at least one problem."""
    days, problems = read_last_visits(data, "v.csv")
    assert (days, bool(problems)) == ({}, True)


@given(data=st.binary(max_size=200) | st.text(alphabet='URN,Date;\n"90012/ \t', max_size=200).map(str.encode))
def test_no_file_makes_the_reader_fail(data: bytes) -> None:
    """Whatever the file, the reader answers with dates and problems."""
    days, problems = read_last_visits(data, "v.csv")
    assert all(isinstance(day, dt.date) for day in days.values())
    assert all(problem.what and problem.fix for problem in problems)
