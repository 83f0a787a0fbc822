"""Many schools compared: each school's figures, its place among its peers, filters, desk reviews and hidden names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.compare.comparison import Comparison, compare
from audit.authority.returns import Returns, collect
from audit.authority.tables import (
    CHANGES,
    COMMON_GAPS,
    COMPARISON,
    OVERVIEW,
    QUESTIONS,
    SPREAD,
    TRAINING,
    TRAINING_SCHOOLS,
)
from audit.model import WRITTEN, Audit, Criteria, Response, School
from audit.school.scoring import scores, summary
from audit.tables import COUNTED, checked
from tests.conftest import audit_of, returned, returns_of
from tests.test_properties import BETTER_PRACTICE, BETTER_WRITTEN, RECOMMENDED, TABLES, any_answers

MET = Response(written="yes", practice=4)
NOT_DONE = Response(written="yes", practice=1)
NOT_WRITTEN = Response(written="partly", practice=3)
NEITHER = Response(written="no", practice=0)
UNKNOWN = Response(written="yes", practice="unknown")
ASIDE = Response(not_applicable="It cannot happen here.")
FOUR = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
"""The four recommended statements for primary schools."""


def school(criteria: Criteria, number: int, *responses: Response, phase: Any = "primary", **changes: object) -> Audit:
    """School ``number``, which gives these responses to the first recommended statements for primary."""
    place = School(urn=f"{900000 + number}", name=f"School {number:02d}", phase=phase)
    return audit_of(criteria, dict(zip(FOUR, responses, strict=False)), school=place, **changes)


def with_types(criteria: Criteria, pairs: Sequence[tuple[Audit, str]]) -> Returns:
    """These audits as the returns that count, each with the type of its school in the register."""
    types = {audit.school.urn: kind for audit, kind in pairs}
    return collect([returned(audit, criteria) for audit, _ in pairs], criteria, types)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns as rows, blank as None."""
    return [tuple(None if pd.isna(value) else value for value in row) for row in table[list(columns)].to_numpy(object)]


SIX = (
    (MET, MET, MET, MET),
    (MET, MET, MET, NOT_DONE),
    (MET, MET, MET, NEITHER),
    (MET, MET, UNKNOWN, NEITHER),
    (MET, NOT_DONE, NOT_WRITTEN, ASIDE),
    (NOT_WRITTEN, NEITHER, NEITHER, NEITHER),
)
"""Six schools: 4, 3, 3, 2 of 4 met, 1 of 3, and none."""


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six primary schools of one year."""
    return compare(returns_of(toy, *(school(toy, number, *given) for number, given in enumerate(SIX, start=1))))


def test_each_school_has_its_counts(six: Comparison) -> None:
    """The kinds of each school add up to what applies; what can still be met counts what is unknown as met."""
    assert rows(six.schools, "school", "applicable", *COUNTED, "can_be_met", "written_yes", "practice_in_place") == [
        ("School 01", 4, 4, 0, 0, 0, 0, 4, 4, 4),
        ("School 02", 4, 3, 0, 1, 0, 0, 3, 4, 3),
        ("School 03", 4, 3, 0, 0, 1, 0, 3, 3, 3),
        ("School 04", 4, 2, 0, 0, 1, 1, 3, 3, 2),
        ("School 05", 3, 1, 1, 1, 0, 0, 1, 2, 2),
        ("School 06", 4, 0, 1, 0, 3, 0, 0, 0, 1),
    ]


def test_each_school_has_its_percentages(six: Comparison) -> None:
    """K coverage has a range; written less done is the promise, in which what is not known has no part."""
    names = (
        "coverage_percent",
        "coverage_lowest",
        "coverage_highest",
        "written_percent",
        "practice_percent",
        "promise",
    )
    assert rows(six.schools, *names) == [
        (100, 100, 100, 100, 100, 0),
        (75, 75, 75, 100, 75, 25),
        (75, 75, 75, 75, 75, 0),
        (50, 50, 75, 75, 50, 0),
        (100 / 3, 100 / 3, 100 / 3, 200 / 3, 200 / 3, 0),
        (0, 0, 0, 0, 25, -25),
    ]


def test_schools_of_equal_coverage_share_a_place_and_a_quartile(six: Comparison) -> None:
    """Place 1 is the highest, the place after a shared one is left out, and quartile 4 is the highest quarter."""
    assert rows(six.schools, "rank", "peers", "quartile") == [
        (1, 6, 4),
        (2, 6, 3),
        (2, 6, 3),
        (4, 6, 2),
        (5, 6, 2),
        (6, 6, 1),
    ]


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        pytest.param([4, 3, 2, 1, 0], [4, 3, 3, 2, 1], id="the middle one of five is in the higher quarter"),
        pytest.param([4, 4, 3, 3, 2, 2, 1, 0], [4, 4, 3, 3, 2, 2, 1, 1], id="two in each quarter"),
        pytest.param([4, 0, 0, 0, 0], [4, 2, 2, 2, 2], id="many at the bottom are below the middle"),
        pytest.param([4, 4, 4, 4, 0], [3, 3, 3, 3, 1], id="many at the top are above the middle"),
        pytest.param([2, 2, 2, 2, 2], [3, 3, 3, 3, 3], id="all alike"),
    ],
)
def test_the_quarter_is_that_of_the_middle_of_the_places_shared(
    toy: Criteria, met: list[int], expected: list[int]
) -> None:
    """Equals are in the quarter in which the middle of their places lies, so that many at the bottom are not high."""
    audits = [
        school(toy, number, *(MET if n < count else NEITHER for n in range(4))) for number, count in enumerate(met)
    ]
    assert list(compare(returns_of(toy, *audits)).schools["quartile"]) == expected


def test_all_schools_together(six: Comparison) -> None:
    """The overview adds up over schools, and its percentages are of the sums."""
    checked(six.by_phase, OVERVIEW)
    changed = ["coverage_compared", "coverage_before", "change", "compared", "rose", "stood_still", "fell"]
    assert six.overall.drop(changed).to_dict() == {
        "group": "all",
        "returns": 6,
        "desk_reviews": 0,
        "schools": 6,
        "applicable": 23,
        "met": 13,
        "not_written": 2,
        "not_done": 2,
        "neither": 5,
        "not_known": 1,
        "can_be_met": 14,
        "written_yes": 16,
        "practice_in_place": 15,
        "coverage_percent": 1300 / 23,
        "coverage_lowest": 1300 / 23,
        "coverage_highest": 1400 / 23,
        "written_percent": 1600 / 23,
        "practice_percent": 1500 / 23,
    }
    assert six.by_phase.assign(group="all").to_dict("records") == [six.overall.to_dict()]


def test_each_question_of_each_school(six: Comparison) -> None:
    """One row per school and question in source order; a question of which nothing applies has no share."""
    wanted = six.questions[six.questions["school"].isin(["School 04", "School 05"])]
    assert rows(wanted, "school", "area", "topic", "applicable", "met", "not_known", "share") == [
        ("School 04", "1", "1.1 First", 2, 2, 0, 100),
        ("School 04", "1", "1.2 Second", 1, 0, 1, 0),
        ("School 04", "2", "2.1 Third", 1, 0, 0, 0),
        ("School 05", "1", "1.1 First", 2, 1, 0, 50),
        ("School 05", "1", "1.2 Second", 1, 0, 0, 0),
        ("School 05", "2", "2.1 Third", 0, 0, 0, None),
    ]


def test_the_authority_sees_every_figure(toy: Criteria) -> None:
    """Nothing is held back from who holds every return: not of two schools, nor of one that is alone in its phase."""
    audits = [school(toy, 1, MET, NEITHER), school(toy, 2, MET), school(toy, 3, NEITHER, phase="secondary")]
    found = compare(returns_of(toy, *audits))
    assert rows(found.schools, "rank", "peers", "quartile") == [(1, 2, 3), (1, 2, 3), (1, 1, 3)]
    assert rows(found.by_phase, "group", "schools", "met") == [("primary", 2, 2), ("secondary", 1, 0)]
    assert found.overall["met"] == 2
    first = found.common_gaps[found.common_gaps["statement"] == "toy-1.1-k1"]
    assert rows(first, "group", "schools", "missing") == [("all", 3, 1), ("primary", 2, 0), ("secondary", 1, 1)]
    assert found.spread["median"].notna().all()


def test_a_desk_review_is_compared_on_written_only(toy: Criteria) -> None:
    """It has what is written and no coverage, is nobody's peer, and is in no figure over several schools."""
    audits = [school(toy, number, *given) for number, given in enumerate(SIX, start=1)]
    read = [Response(written="yes"), Response(written="yes"), Response(written="no"), Response(written="unknown")]
    found = compare(returns_of(toy, *audits, school(toy, 7, *read, basis="desk review")))
    alone = compare(returns_of(toy, *audits))
    assert rows(found.schools.tail(1), "basis", "applicable", "written_yes", "written_percent") == [
        ("desk review", 4, 2, 50)
    ]
    blank = ["coverage_percent", "coverage_lowest", "coverage_highest", "practice_percent", "promise", "rank", "peers"]
    assert found.schools[[*blank, "quartile"]].tail(1).isna().all(axis=None)
    assert list(found.questions["share"].tail(3)) == [100, 0, 0]
    assert found.overall.drop(["returns", "desk_reviews"]).equals(alone.overall.drop(["returns", "desk_reviews"]))
    assert (found.overall["returns"], found.overall["desk_reviews"]) == (7, 1)
    for name in ("common_gaps", "training", "training_schools", "spread"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(alone, name))
    assert found.notes[0] == (
        "1 desk review of a published policy: compared on what is written only, and in no figure over several schools."
    )


def test_a_year_is_compared_with_the_latest_one_before(toy: Criteria) -> None:
    """The year directly before if it has returns, else the latest that has, which the notes say."""
    audits = [
        school(toy, number, *(MET if n < met else NOT_DONE for n in range(4)), year=year)
        for year, met in (("2022/23", 1), ("2024/25", 2), ("2026/27", 3))
        for number in range(1, 7)
    ]
    returns = returns_of(toy, *audits)
    now, before, first = (compare(returns, year=year) for year in (None, "2024/25", "2022/23"))
    assert [(one.year, one.before) for one in (now, before, first)] == [
        ("2026/27", "2024/25"),
        ("2024/25", "2022/23"),
        ("2022/23", None),
    ]
    assert [tuple(one.overall[["coverage_percent", "coverage_before", "change"]]) for one in (now, before)] == [
        (75, 50, 25),
        (50, 25, 25),
    ]
    assert now.both_years is not None
    assert list(now.both_years["met"]) == [18, 12]
    assert (first.both_years, first.overall.isna()["change"], len(first.changes)) == (None, True, 0)
    assert "There is no return of 2025/26: the earlier year is 2024/25." in now.notes


def test_without_a_return_there_is_nothing_to_compare(toy: Criteria) -> None:
    """No return, no return of the year and no school under the filter each give tables without rows, and no fault."""
    some = returns_of(toy, *(school(toy, number, MET) for number in range(1, 7)))
    for found in (compare(returns_of(toy)), compare(some, year="2019/20"), compare(some, phases=["nursery"])):
        for name in ("schools", "questions", "common_gaps", "training", "training_schools", "changes", "by_phase"):
            assert len(getattr(found, name)) == 0, name
        assert found.spread["schools"].isna().all()
        assert (found.headline, found.notes) == ("There is no return to compare.", ())


def test_a_school_keeps_its_peers_under_a_filter_by_type(toy: Criteria) -> None:
    """Peers are all schools of the phase, so that a school has one rank whatever is filtered."""
    pairs = [
        (school(toy, number, *given), "Academies" if number < 3 else "Other")
        for number, given in enumerate(SIX, start=1)
    ]
    found = compare(with_types(toy, pairs), types=["Academies"])
    assert rows(found.schools, "school", "rank", "peers") == [("School 01", 1, 6), ("School 02", 2, 6)]


def test_names_are_hidden(toy: Criteria) -> None:
    """Codes take the place of names and URNs everywhere, and the rows come in the order of the codes."""
    audits = [school(toy, number, *given) for number, given in enumerate(SIX, start=1)]
    names = {audit.school.urn: f"S-{9 - number}" for number, audit in enumerate(audits)}
    found = compare(returns_of(toy, *audits), names=names)
    assert rows(found.schools, "urn", "school", "phase", "met") == [
        ("S-4", "S-4", "primary", 0),
        ("S-5", "S-5", "primary", 1),
        ("S-6", "S-6", "primary", 2),
        ("S-7", "S-7", "primary", 3),
        ("S-8", "S-8", "primary", 3),
        ("S-9", "S-9", "primary", 4),
    ]
    assert list(found.questions["school"].unique()) == ["S-4", "S-5", "S-6", "S-7", "S-8", "S-9"]
    for name in ("schools", "questions", "common_gaps", "training", "training_schools", "changes", "spread"):
        text = getattr(found, name).to_csv()
        assert ("School 0" in text, "90000" in text) == (False, False), name


# --- against an independent computation -------------------------------------------------------------------------

phases = st.sampled_from(("primary", "secondary", "special"))
bases = st.sampled_from(("self-audit",) * 5 + ("desk review",))
kinds_of_school = st.sampled_from(("Academies", "Maintained"))


@st.composite
def collections(draw: st.DrawFn, schools: int = 14) -> list[tuple[dict[str, Response], str, str, str, str]]:
    """Invented schools: responses, phase, basis, type and scope of each."""
    one = st.tuples(any_answers, phases, bases, kinds_of_school, st.sampled_from(("recommended", "all")))
    return draw(st.lists(one, min_size=1, max_size=schools))


def audits_of(
    criteria: Criteria, drawn: list[tuple[dict[str, Response], str, str, str, str]]
) -> list[tuple[Audit, str]]:
    """The drawn schools as audits, each with its type."""
    return [
        (
            audit_of(
                criteria,
                {name: _read(given) if basis == "desk review" else given for name, given in responses.items()},
                school=School(urn=f"{900001 + number}", name=f"School {number:02d}", phase=phase),  # type: ignore[arg-type]
                basis=basis,
                scope=scope,
            ),
            kind,
        )
        for number, (responses, phase, basis, kind, scope) in enumerate(drawn)
    ]


def _read(given: Response) -> Response:
    """What a desk review can say of it: what is written."""
    return given if given.not_applicable else Response(written=given.written)


COMMON = ["applicable", *COUNTED, "can_be_met", "written_yes", "practice_in_place"]
"""Counts that SUMMARY has as well."""


@TABLES
@given(drawn=collections())
def test_each_school_counts_as_its_own_report_says(toy: Criteria, drawn: list[Any]) -> None:
    """Every school's figures, overall and by question, are those that SUMMARY gives for its audit alone."""
    pairs = audits_of(toy, drawn)
    found = compare(with_types(toy, pairs))
    checked(found.schools, COMPARISON)
    checked(found.questions, QUESTIONS)
    alone = summary(scores([audit for audit, _ in pairs], toy)).sort_values("urn", kind="stable")
    overall = alone[alone["level"] == "overall"]
    assert rows(found.schools, "urn", *COMMON, "written_percent") == rows(overall, "urn", *COMMON, "written_percent")
    practised = ["coverage_percent", "coverage_lowest", "coverage_highest", "practice_percent"]
    audited = (found.schools["basis"] == "self-audit").to_numpy(dtype=bool)
    assert rows(found.schools[audited], *practised) == rows(overall[audited], *practised)
    assert found.schools.loc[~audited, practised].isna().all(axis=None)
    questions = alone[(alone["level"] == "question") & (alone["recommended"] > 0)]
    keys = set(rows(questions, "urn", "question"))
    asked = found.questions[[key in keys for key in rows(found.questions, "urn", "question")]]
    assert rows(asked, "urn", "question", *COMMON) == rows(questions, "urn", "question", *COMMON)
    assert not found.questions.drop(index=asked.index)[COMMON].any(axis=None)


@TABLES
@given(drawn=collections())
def test_places_are_what_counting_schools_gives(toy: Criteria, drawn: list[Any]) -> None:
    """A rank is one more than the schools of the phase that are better; equals share the quarter of their middle."""
    found = compare(with_types(toy, audits_of(toy, drawn))).schools
    for _, row in found.iterrows():
        peers = found[(found["phase"] == row["phase"]) & found["coverage_percent"].notna()]["coverage_percent"]
        if pd.isna(row["coverage_percent"]):
            assert row[["rank", "peers", "quartile"]].isna().all()
        else:
            better = sum(peers > row["coverage_percent"])
            worse = sum(peers < row["coverage_percent"])
            assert (row["rank"], row["peers"]) == (better + 1, len(peers))
            middle = (worse + (len(peers) - better)) / 2 / len(peers)
            assert row["quartile"] == next(quarter for quarter in (4, 3, 2, 1) if middle >= (quarter - 1) / 4)


@settings(TABLES, max_examples=10)
@given(drawn=collections(), data=st.data())
def test_the_order_of_schools_never_changes_a_comparison(toy: Criteria, drawn: list[Any], data: st.DataObject) -> None:
    """Whatever order the files come in, every table is the same."""
    pairs = audits_of(toy, drawn)
    one, other = compare(with_types(toy, pairs)), compare(with_types(toy, data.draw(st.permutations(pairs))))
    for name in (
        "schools",
        "questions",
        "common_gaps",
        "training",
        "training_schools",
        "changes",
        "spread",
        "by_phase",
    ):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@settings(TABLES, max_examples=10)
@given(drawn=collections(schools=24), phase=phases, kind=kinds_of_school)
def test_a_filter_equals_comparing_only_those(toy: Criteria, drawn: list[Any], phase: str, kind: str) -> None:
    """What a filter shows is what a comparison of those schools alone shows; only ranks stay what they are."""
    returns = with_types(toy, audits_of(toy, drawn))
    table = returns.table
    for chosen, filters in (
        (table["phase"] == phase, {"phases": [phase]}),
        (table["type"] == kind, {"types": [kind]}),
        ((table["phase"] == phase) & (table["type"] == kind), {"phases": [phase], "types": [kind]}),
    ):
        found, alone = compare(returns, **filters), compare(returns.where(chosen.to_numpy(dtype=bool)), year="2026/27")  # type: ignore[arg-type]
        own = [] if "types" not in filters else ["rank", "peers", "quartile"]
        pd.testing.assert_frame_equal(found.schools.drop(columns=own), alone.schools.drop(columns=own))
        pd.testing.assert_frame_equal(found.questions, alone.questions)
        for name, keys in (("spread", ["group", "measure", "question"]), ("common_gaps", ["group", "statement"])):
            one, other = (getattr(which, name).set_index(keys).sort_index() for which in (found, alone))
            assert one.index.equals(other.index)
            both = one["schools"].notna() & other["schools"].notna()
            pd.testing.assert_frame_equal(one[both], other[both])


@TABLES
@given(drawn=collections(), name=st.sampled_from(RECOMMENDED), data=st.data())
def test_a_better_answer_never_lowers_coverage(toy: Criteria, drawn: list[Any], name: str, data: st.DataObject) -> None:
    """One answer of one school raised never lowers its coverage or rank, nor the coverage of all."""
    place = data.draw(st.integers(0, len(drawn) - 1))
    responses, phase, _, *rest = drawn[place]
    worse = Response(
        written=data.draw(st.sampled_from(WRITTEN)), practice=data.draw(st.sampled_from((0, 1, 2, 3, "unknown")))
    )
    better = Response(
        written=BETTER_WRITTEN.get(worse.written, worse.written), practice=BETTER_PRACTICE.get(worse.practice, 4)
    )
    overall, own = [], []
    for answer in (worse, better):
        drawn[place] = (responses | {name: answer}, phase, "self-audit", *rest)
        found = compare(with_types(toy, audits_of(toy, drawn)))
        overall.append(found.overall)
        own.append(found.schools.set_index("urn").loc[f"{900001 + place}"])
    for before, after in (overall, own):
        for column in ("coverage_percent", "coverage_highest", "written_percent", "practice_percent"):
            assert (pd.isna(before[column]) and pd.isna(after[column])) or after[column] >= before[column]
    assert pd.isna(own[0]["rank"]) or own[1]["rank"] <= own[0]["rank"]


def test_every_table_keeps_its_schema(toy: Criteria) -> None:
    """Each table has the columns and dtypes that its schema states."""
    found = compare(returns_of(toy, *(school(toy, number, *given) for number, given in enumerate(SIX, start=1))))
    tables = {
        "schools": COMPARISON,
        "questions": QUESTIONS,
        "common_gaps": COMMON_GAPS,
        "training": TRAINING,
        "training_schools": TRAINING_SCHOOLS,
        "changes": CHANGES,
        "spread": SPREAD,
        "by_phase": OVERVIEW,
    }
    assert {name: list(checked(getattr(found, name), schema)) for name, schema in tables.items()} == {
        name: list(schema) for name, schema in tables.items()
    }
