"""What a comparison says of itself: its headline and its notes."""

from __future__ import annotations

import pytest

from audit.authority.compare.comparison import compare, points_since
from audit.model import Audit, Criteria, Response
from tests.conftest import returns_of
from tests.test_comparison import MET, NEITHER, UNKNOWN, school

BEFORE, NOW = "2025/26", "2026/27"
MOVED = (
    "A school rose since 2025/26 if more is met of the statements that apply in both years, and fell if less is. Its "
    "K coverage can change for another reason: other statements apply."
)


def schools(toy: Criteria, count: int, *given: Response, **changes: object) -> list[Audit]:
    """So many schools that give the same responses."""
    return [school(toy, number, *given, **changes) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "before", "now", "expected"),
    [
        pytest.param(
            5,
            None,
            (MET, MET, NEITHER, NEITHER),
            "5 schools together: 10 of the 20 recommended statements that apply are met (50%) in 2026/27.",
            id="one year, all known",
        ),
        pytest.param(
            5,
            (MET, NEITHER),
            (MET, MET, UNKNOWN, NEITHER),
            "5 schools together: 10 of the 20 recommended statements that apply are met (50% to 75%) in 2026/27, "
            "25 percentage points more than in 2025/26.",
            id="more than before",
        ),
        pytest.param(
            5,
            (MET, MET),
            (MET, NEITHER, NEITHER, NEITHER),
            "5 schools together: 5 of the 20 recommended statements that apply are met (25%) in 2026/27, "
            "25 percentage points less than in 2025/26.",
            id="less than before",
        ),
        pytest.param(
            5,
            (NEITHER, MET),
            (MET, NEITHER, NEITHER, NEITHER),
            "5 schools together: 5 of the 20 recommended statements that apply are met (25%) in 2026/27, "
            "as much as in 2025/26.",
            id="as before",
        ),
        pytest.param(
            1,
            None,
            (MET,),
            "1 school together: 1 of the 4 recommended statements that apply are met (25% to 100%) in 2026/27.",
            id="one school",
        ),
    ],
)
def test_the_headline(
    toy: Criteria, count: int, before: tuple[Response, ...] | None, now: tuple[Response, ...], expected: str
) -> None:
    """The outcome is one sentence with counts, K coverage or its range, and how it differs from the year before."""
    audits = schools(toy, count, *now) + (schools(toy, count, *before, year=BEFORE) if before else [])
    assert compare(returns_of(toy, *audits)).headline == expected


def test_the_headline_compares_the_schools_with_both_years(toy: Criteria) -> None:
    """Schools that are new or have left move nothing: the change is that of the same schools, and says how many."""
    stayed = [school(toy, number, MET, MET, MET, NEITHER) for number in range(1, 7)]
    new = [school(toy, number, NEITHER, NEITHER, NEITHER, NEITHER) for number in range(7, 13)]
    before = [school(toy, number, MET, MET, NEITHER, NEITHER, year=BEFORE) for number in range(1, 7)]
    left = [school(toy, number, MET, MET, MET, MET, year=BEFORE) for number in range(13, 19)]
    found = compare(returns_of(toy, *stayed, *new, *before, *left))
    assert found.headline == (
        "12 schools together: 18 of the 48 recommended statements that apply are met (38%) in 2026/27; in the 6 schools "
        "with both years, 25 percentage points more than in 2025/26."
    )
    columns = ["coverage_percent", "compared", "coverage_before", "coverage_compared", "change"]
    assert found.overall[columns].tolist() == [37.5, 6, 50, 75, 25]
    assert found.by_phase[columns].to_numpy().tolist() == [[37.5, 6, 50, 75, 25]]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (6.54, "6.5 percentage points more than in 2025/26"),
        (-1.02, "1 percentage point less than in 2025/26"),
        (0.04, "as much as in 2025/26"),
    ],
)
def test_a_change_is_told_to_a_tenth_of_a_point(points: float, expected: str) -> None:
    """A change is told to a tenth, and one that would be told as nothing is told as none."""
    assert points_since(points, BEFORE) == expected


def test_the_headline_of_desk_reviews_alone(toy: Criteria) -> None:
    """Desk reviews say nothing of practice, and the headline says so."""
    audits = schools(toy, 6, Response(written="yes"), basis="desk review")
    assert compare(returns_of(toy, *audits)).headline == (
        "6 desk reviews for 2026/27: what is done in practice is not known."
    )


def test_the_notes(toy: Criteria) -> None:
    """They say what rising and falling mean."""
    audits = schools(toy, 9, MET) + schools(toy, 9, NEITHER, year=BEFORE)
    assert compare(returns_of(toy, *audits)).notes == (MOVED,)


def test_nothing_hidden_nothing_noted(toy: Criteria) -> None:
    """A comparison of one year needs no note."""
    assert compare(returns_of(toy, *schools(toy, 6, MET))).notes == ()


def test_the_notes_under_codes(toy: Criteria) -> None:
    """They say that codes are for the screen, and how figures are shared."""
    audits = schools(toy, 6, MET)
    codes = {audit.school.urn: f"S-{audit.school.urn[-1]}" for audit in audits}
    assert compare(returns_of(toy, *audits), names=codes).notes == (
        "Codes stand in place of names on this screen. What is to be shared is made as a release.",
    )
