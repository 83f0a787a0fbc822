"""The chart of a school's years: the right points, the range of K coverage, and nothing where nothing is known."""

from __future__ import annotations

import plotly.graph_objects as go

from audit.exhibits.exhibit import Exhibit
from audit.exhibits.governors import years_exhibit
from audit.model import Criteria, Response
from audit.school.outcome import outcome
from tests.conftest import audit_of
from tests.test_theme import DARK, WHITE
from tests.test_theme import _contrast as contrast

MET, NEITHER, UNKNOWN = (
    Response(written="yes", practice=3),
    Response(written="no", practice=0),
    Response(written="yes", practice="unknown"),
)
YEARS = {
    "2024/25": {"toy-1.1-k1": MET, "toy-1.1-k2": NEITHER, "toy-1.2-k1": NEITHER, "toy-2.1-k1": NEITHER},
    "2025/26": {"toy-1.1-k1": MET, "toy-1.1-k2": MET, "toy-1.2-k1": UNKNOWN, "toy-2.1-k1": NEITHER},
}


def years(toy: Criteria, **desk_review: str) -> Exhibit:
    """The exhibit of the two years, and of a desk review of a third."""
    results = [outcome(audit_of(toy, answers, year=year), toy) for year, answers in YEARS.items()]
    results += [
        outcome(audit_of(toy, {"toy-1.1-k1": Response(written="yes")}, year=year, basis="desk review"), toy)
        for year in desk_review.values()
    ]
    return years_exhibit(results)


def chart(toy: Criteria, **desk_review: str) -> go.Figure:
    """Its chart."""
    draw = years(toy, **desk_review).figure
    assert draw is not None
    return draw()


def points(figure: go.Figure) -> dict[str, list[tuple[str, float]]]:
    """Year and value of each point by the name of its line."""
    return {trace.name: list(zip(trace.x, trace.y, strict=True)) for trace in figure.data}


def test_each_line_has_its_values_year_by_year(toy: Criteria) -> None:
    """Written, done and K coverage as far as known; the bar of K coverage reaches to the highest that it can be."""
    figure = chart(toy)
    assert points(figure) == {
        "Written": [("2024/25", 25.0), ("2025/26", 75.0)],
        "Done": [("2024/25", 25.0), ("2025/26", 50.0)],
        "K coverage: written and done": [("2024/25", 25.0), ("2025/26", 50.0)],
    }
    coverage = figure.data[0]
    assert (list(coverage.error_y.array), list(coverage.text)) == ([0.0, 25.0], ["25%", "50%"])
    assert list(coverage.customdata) == ["25%", "50% to 75%"]
    assert years(toy).finding == "K coverage is 50% to 75% in 2025/26, higher than in 2024/25 (25%)"


def test_a_desk_review_has_a_point_for_what_is_written_only(toy: Criteria) -> None:
    """A year that only read the policy leaves no point on the two other lines, and keeps its place among the years."""
    figure = chart(toy, read="2023/24")
    assert [len(trace.x) for trace in figure.data] == [2, 3, 2]
    assert points(figure)["Written"][0] == ("2023/24", 25.0)
    assert list(figure.layout.xaxis.categoryarray) == ["2023/24", "2024/25", "2025/26"]


def test_the_lines_differ_by_more_than_colour(toy: Criteria) -> None:
    """Each has its own dash and symbol, and a colour with a contrast of 3:1 on the light and on the dark page."""
    lines = chart(toy).data
    assert len({(trace.line.dash, trace.marker.symbol) for trace in lines}) == 3
    for trace in lines:
        assert contrast(trace.line.color, WHITE) >= 3
        assert contrast(trace.line.color, DARK) >= 3


def test_no_audit_makes_an_empty_chart() -> None:
    """A school without a year has a chart that says so."""
    exhibit = years_exhibit([])
    assert exhibit.finding == "No year has a figure for coverage yet"
    assert exhibit.figure is not None
    assert [list(trace.x) for trace in exhibit.figure().data] == [[], [], []]
