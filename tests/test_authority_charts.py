"""The charts of many schools: the right numbers, titles that state findings, and text from files as it is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from audit.authority import question_matrix
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.tables import AGREEMENT
from audit.charts.school import states_by_question
from audit.exhibits.authority import (
    agreement_of,
    authority_exhibits,
    by_coverage_exhibit,
    by_phase_exhibit,
    gaps_of,
    heat_of,
    picture_of,
)
from audit.exhibits.exhibit import Exhibit
from audit.model import Criteria, School
from audit.school.outcome import outcome
from audit.tables import typed
from tests.compared import ANSWERS, STATEMENTS, returns_of_both_years, six_schools
from tests.conftest import audit_of, returns_of
from tests.test_comparison import MET, NEITHER, school
from tests.test_theme import _contrast as contrast


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six schools of both years."""
    return six_schools(toy)


@pytest.fixture(scope="module")
def four(toy: Criteria) -> Comparison:
    """Too few schools for any figure over them."""
    returns = returns_of_both_years(toy)
    return compare(
        returns.where(returns.table["urn"].isin(["900001", "900002", "900003", "900004"]).to_numpy(dtype=bool))
    )


def cells(figure: go.Figure) -> list[list[str]]:
    """What is written in each cell of a heat map, over its layers."""
    layers = [np.array(trace.text) for trace in figure.data]
    return [["".join(texts) for texts in zip(*rows, strict=True)] for rows in zip(*layers, strict=True)]


def of(comparison: Comparison, key: str) -> Exhibit:
    """The exhibit of a comparison by its key."""
    (exhibit,) = [exhibit for exhibit in authority_exhibits(comparison) if exhibit.key == key]
    return exhibit


def drawn(exhibit: Exhibit) -> go.Figure:
    """The chart of an exhibit."""
    assert exhibit.figure is not None
    return exhibit.figure()


def every_chart(comparison: Comparison) -> list[go.Figure]:
    """Each chart of a comparison."""
    return [drawn(exhibit) for exhibit in authority_exhibits(comparison) if exhibit.figure is not None]


def test_a_heat_map_counts_what_each_school_meets(six: Comparison) -> None:
    """Each cell says how many are met of how many apply; a dash where none does. Schools of one name keep two rows."""
    exhibit = heat_of(six, six.schools.sort_values("urn"))
    figure = drawn(exhibit)
    assert list(figure.layout.xaxis.ticktext) == ["1.1 First", "1.2 Second", "2.1 Third"]
    assert dict(zip(enumerate(figure.layout.yaxis.ticktext), cells(figure), strict=True)) == {
        (0, "&lt;b&gt;x&lt;/b&gt; &amp; Sons"): ["2/2", "1/1", "1/1"],
        (1, "=cmd()"): ["2/2", "1/1", "0/1"],
        (2, "**bold**"): ["2/2", "0/1", "0/1"],
        (3, "Hilltop"): ["1/2", "0/1", "0/1"],
        (4, "Hilltop"): ["0/2", "0/1", "0/1"],
        (5, "Lakeside"): ["2/2", "–", "0/1"],
    }
    assert exhibit.finding == "Third (2.1) is met least among these 6 schools"


def test_a_heat_map_says_its_cells_in_words(six: Comparison) -> None:
    """Whoever points at a cell reads school, question, count and step."""
    two = six.schools[six.schools["urn"].isin(["900001", "900006"])]
    words = drawn(heat_of(six, two)).data[0].customdata
    assert [list(row) for row in words] == [
        [
            "&lt;b&gt;x&lt;/b&gt; &amp; Sons<br>1.1 First<br>2 of 2 met: all",
            "&lt;b&gt;x&lt;/b&gt; &amp; Sons<br>1.2 Second<br>1 of 1 met: all",
            "&lt;b&gt;x&lt;/b&gt; &amp; Sons<br>2.1 Third<br>1 of 1 met: all",
        ],
        [
            "Lakeside<br>1.1 First<br>2 of 2 met: all",
            "Lakeside<br>1.2 Second<br>No recommended statement applies",
            "Lakeside<br>2.1 Third<br>0 of 1 met: none",
        ],
    ]


def test_a_desk_review_is_marked_and_counts_what_is_written(toy: Criteria) -> None:
    """Its row says "written only", and a statement that is fully written counts whatever is done."""
    returns = returns_of_both_years(toy).of_year("2026/27")
    basis = returns.table["basis"].where(returns.table["urn"] != "900002", "desk review")
    found = compare(
        type(returns)(criteria=toy, items=returns.items, table=returns.table.assign(basis=basis), codes=returns.codes)
    )
    row = found.schools[found.schools["urn"] == "900002"]
    figure = drawn(heat_of(found, row))
    assert (list(figure.layout.yaxis.ticktext), cells(figure)) == (["=cmd() (written only)"], [["2/2", "1/1", "1/1"]])
    assert figure.data[0].customdata[0][2] == "=cmd() (written only)<br>2.1 Third<br>1 of 1 written: all"


@pytest.mark.parametrize(
    "step", [question_matrix.EMPTY, *question_matrix.STEPS, *question_matrix.TENTHS], ids=lambda step: step.word
)
def test_a_cell_can_be_read_on_its_colour(step: question_matrix.ScaleStep) -> None:
    """Text in a heat map has a contrast of 4.5:1 on every step (WCAG 2.2, 1.4.3)."""
    assert contrast(step.fill, step.ink) >= 4.5


@pytest.mark.parametrize("steps", [question_matrix.STEPS, question_matrix.TENTHS])
def test_a_scale_darkens_with_every_step(steps: tuple[question_matrix.ScaleStep, ...]) -> None:
    """More met is darker, so that the scale reads without any sight of colour."""
    on_white = [contrast(step.fill, "#ffffff") for step in steps]
    assert on_white == sorted(on_white)
    assert len(set(on_white)) == len(steps)


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0, "None"),
        (1, "Under half"),
        (49.9, "Under half"),
        (50, "Half or more"),
        (75, "Three quarters or more"),
        (99.9, "Three quarters or more"),
        (100, "All"),
        (float("nan"), "Does not apply"),
    ],
)
def test_a_share_has_its_step(share: float, word: str) -> None:
    """None and all are exactly that; the steps between begin at 50 and 75 percent."""
    assert question_matrix.step_at(int(question_matrix.steps_of([share])[0])).word == word


def test_every_cell_is_written_in_the_ink_of_its_step(six: Comparison) -> None:
    """The layers of a heat map hold each cell once, in the ink that reads on the cell's colour."""
    for layer in drawn(of(six, "heat")).data:
        places, texts = np.array(layer.z), np.array(layer.text)
        assert ((texts == "") == np.isnan(places)).all()
        shown = places[~np.isnan(places)].astype(int).tolist()
        assert {question_matrix.step_at(place).ink for place in shown} == {layer.textfont.color}


def test_groups_show_the_mean_of_their_schools(six: Comparison) -> None:
    """By phase: the mean of the schools' own shares, over those to which the question applies."""
    exhibit = of(six, "by_phase")
    figure = drawn(exhibit)
    assert (list(figure.layout.yaxis.ticktext), cells(figure)) == (["Primary (6 schools)"], [["75", "40", "17"]])
    assert exhibit.finding == "Third (2.1) is met least"


def test_bands_of_too_few_schools_join_the_next(toy: Criteria) -> None:
    """Six schools that meet nothing and six that meet everything stand in two bands; ten bands would name nobody more."""
    audits = [
        audit_of(
            toy,
            dict.fromkeys(STATEMENTS, ANSWERS["n" if number < 6 else "m"]),
            school=School(urn=str(900100 + number), name=f"School {number}", phase="primary"),
        )
        for number in range(12)
    ]
    grouped = question_matrix.by_coverage(compare(returns_of(toy, *audits)))
    assert (grouped.groups, grouped.sizes) == (("0 to 9%", "90 to 100%"), (6, 6))
    assert grouped.shares.tolist() == [[0, 0, 0], [100, 100, 100]]


def test_the_distribution_counts_schools_by_band(six: Comparison) -> None:
    """K coverage of 0, 25, 50, 66.7, 75 and 100 percent lies in six bands; half the schools have 58 or more."""
    exhibit = of(six, "distribution")
    figure = drawn(exhibit)
    assert dict(zip(figure.data[0].x, figure.data[0].y, strict=True)) == {
        "0 to 9%": 1,
        "10 to 19%": 0,
        "20 to 29%": 1,
        "30 to 39%": 0,
        "40 to 49%": 0,
        "50 to 59%": 1,
        "60 to 69%": 1,
        "70 to 79%": 1,
        "80 to 89%": 0,
        "90 to 100%": 1,
    }
    assert exhibit.finding == "In half of the 6 schools, K coverage is 58% or more"


def test_the_kinds_of_gap_stand_beside_the_year_before(six: Comparison) -> None:
    """Of 23 statements 12 are met this year, of 23 last year 10; a bar is the whole of its year."""
    exhibit = of(six, "kinds")
    figure = drawn(exhibit)
    words = {trace.name: list(trace.customdata) for trace in figure.data}
    assert words == {
        "Met": ["12 of 23", "10 of 23"],
        "Not written": ["2 of 23", "0 of 23"],
        "Not done": ["2 of 23", "3 of 23"],
        "Neither": ["6 of 23", "9 of 23"],
        "Not known": ["1 of 23", "1 of 23"],
    }
    assert [sum(trace.x[year] for trace in figure.data) for year in (0, 1)] == [pytest.approx(100), pytest.approx(100)]
    assert (
        exhibit.finding
        == "Neither is the largest kind of gap: 6 of 11 gaps; 8.7 percentage points more met than in 2025/26"
    )


def test_common_gaps_stand_most_missed_first_by_kind(six: Comparison) -> None:
    """The bars are shares of the schools to which a statement applies; the number of schools stands in them."""
    exhibit = gaps_of(six, "all")
    figure = drawn(exhibit)
    assert list(figure.layout.yaxis.ticktext) == [
        "Statement 2.1 K 1 holds.<br>(2.1\u00a0K1)",
        "Statement 1.2 K 1 holds.<br>(1.2\u00a0K1)",
        "Statement 1.1 K 2 holds.<br>(1.1\u00a0K2)",
        "Statement 1.1 K 1 holds.<br>(1.1\u00a0K1)",
    ]
    assert {trace.name: list(trace.text) for trace in figure.data} == {
        "Neither": ["2", "2", "1", "1"],
        "Not done": ["1", "", "1", ""],
        "Not written": ["1", "1", "", ""],
        "Not known": ["1", "", "", ""],
    }
    assert [round(sum(trace.x[row] for trace in figure.data), 1) for row in range(4)] == [83.3, 60, 33.3, 16.7]
    assert exhibit.finding == "Third (2.1 K1) is missed most, by 5 of 6 schools"


def test_written_against_done_names_who_stands_out(six: Comparison) -> None:
    """A point for each school; the policy that promises more than is done, and the reverse, are named."""
    exhibit = of(six, "written_against_done")
    figure = drawn(exhibit)
    (primary,) = figure.data
    assert sorted(zip(primary.customdata, np.round(primary.x), np.round(primary.y), strict=True)) == [
        ("&lt;b&gt;x&lt;/b&gt; &amp; Sons", 100, 100),
        ("**bold**", 50, 100),
        ("=cmd()", 100, 75),
        ("Hilltop", 0, 0),
        ("Hilltop", 50, 25),
        ("Lakeside", 67, 67),
    ]
    names = [note.text for note in figure.layout.annotations if note.showarrow is not False]
    assert names == ["Hilltop", "=cmd()", "**bold**"]
    assert exhibit.finding == "Of 6 schools, 2 promise more than is done, and 1 does more than the policy says"


def test_movement_shows_from_where_to_where(six: Comparison) -> None:
    """Risers first, the furthest first, then fallers; who stood still is in the title and the table alone."""
    exhibit = of(six, "movement")
    figure = drawn(exhibit)
    assert list(figure.layout.yaxis.ticktext) == ["Lakeside", "&lt;b&gt;x&lt;/b&gt; &amp; Sons", "Hilltop", "**bold**"]
    marks = {
        trace.name: list(zip(trace.y, trace.x, strict=True)) for trace in figure.data if trace.showlegend is not False
    }
    assert marks == {
        "2026/27, risen": [(0, pytest.approx(200 / 3)), (1, 100), (2, 25)],
        "2026/27, fallen": [(3, 50)],
        "2025/26": [(0, 0), (1, 75), (2, 0), (3, 100)],
    }
    assert exhibit.finding == "Of 6 schools with both years, 3 rose, 2 stood still and 1 fell"


def test_four_schools_are_drawn_for_the_authority(four: Comparison) -> None:
    """Nothing is held back from the authority, however few the schools are."""
    assert [exhibit.key for exhibit in authority_exhibits(four) if "o figures" in exhibit.finding] == []
    assert len(drawn(gaps_of(four, "all")).data[0].x) > 0


def test_no_text_of_a_file_is_markup_in_a_chart(six: Comparison) -> None:
    """A school's name with a tag in it is shown letter by letter, wherever a chart shows names."""
    shown = "".join(str(figure.to_dict()) for figure in every_chart(six))
    assert "<b>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt; &amp; Sons" in shown


def test_phases_and_states_are_told_apart_without_colour(six: Comparison) -> None:
    """States carry a pattern each, phases a symbol each, and both a word in the legend."""
    patterns = [trace.marker.pattern.shape for trace in drawn(of(six, "kinds")).data]
    assert all(one != other for one, other in itertools.combinations(patterns, 2))
    symbols = [trace.marker.symbol for trace in drawn(of(six, "movement")).data if trace.mode != "lines"]
    assert len(set(symbols)) == len(symbols)


def test_agreement_shows_the_statements_furthest_apart() -> None:
    """Steps above 0 where schools rate themselves higher; the title says so of all statements together."""
    rows = [
        ("all", "", "practice", 21, 52.0, 0.5, 0.42),
        ("toy-1.1-k1", "1.1 K1", "practice", 8, 50.0, 0.4, 0.2),
        ("toy-1.1-k2", "1.1 K2", "practice", 3, None, None, None),
        ("toy-2.1-k1", "2.1 K1", "practice", 9, 40.0, 0.3, -0.6),
    ]
    exhibit = agreement_of(typed(pd.DataFrame(rows, columns=list(AGREEMENT)), AGREEMENT))
    figure = drawn(exhibit)
    assert dict(zip(figure.layout.yaxis.ticktext, figure.data[0].x, strict=True)) == {"2.1 K1": -0.6, "1.1 K1": 0.2}
    assert exhibit.finding == "Schools rate their practice 0.4 steps higher than the adviser does"


def test_the_middle_half_stands_on_the_scale_of_the_school(toy: Criteria) -> None:
    """Half to all of the schools' shares is 1 to 2 of a school's 2 statements; without figures there is no bracket."""
    responses = dict.fromkeys(STATEMENTS, ANSWERS["m"])
    half = pd.DataFrame(
        {"question": ["1.1", "1.2"], "lower": [50.0, None], "median": [75.0, None], "upper": [100.0, None]}
    )
    figure = states_by_question(
        outcome(audit_of(toy, responses), toy).questions,
        half,
        label="Middle half of schools (<b>Kent</b>, 2026/27)",
        title="Where the gaps are",
    )
    bracket = figure.data[-1]
    assert (list(bracket.x), bracket.name) == (
        [1.0, 1.0, 1.5, 2.0, 2.0, None],
        "Middle half of schools (&lt;b&gt;Kent&lt;/b&gt;, 2026/27)",
    )
    assert bracket.customdata[0] == "50% to 100% met, median 75%"
    assert contrast(bracket.line.color, "#ffffff") >= 3
    assert contrast(bracket.line.color, "#0e1117") >= 3


def test_all_schools_stand_in_one_picture_by_phase(toy: Criteria) -> None:
    """Every school has its row and colour, phases are named beside their rows, and the pointer reads school and question."""
    audits = [school(toy, number, MET, NEITHER) for number in range(1, 6)]
    audits += [school(toy, number, MET, phase="pru") for number in range(6, 12)]
    found = compare(returns_of(toy, *audits))
    figure = drawn(picture_of(found))
    (picture,) = figure.data
    assert np.shape(picture.z) == (11, 3)
    assert picture.texttemplate is None
    assert list(figure.layout.yaxis.ticktext) == ["Primary (5)", "PRU or AP (6)"]
    assert (picture.y[0], picture.customdata[0][0]) == ("School 01, 900001", "1.1 First<br>1 of 2 met")


def test_the_names_of_small_phases_stand_apart(toy: Criteria) -> None:
    """Beside a picture of many schools no two names of phases run into each other."""
    phases = ["primary"] * 300 + ["special", "special", "pru", "sixteen-plus"]
    found = compare(returns_of(toy, *(school(toy, number, MET, phase=one) for number, one in enumerate(phases, 1))))
    figure = drawn(picture_of(found))
    pixels = np.array(figure.layout.yaxis.tickvals) * 480 / len(phases)
    assert np.diff(pixels).min() >= 16


def test_two_heat_maps_of_one_comparison_have_different_titles(toy: Criteria) -> None:
    """By phase, by band and school by school: each title says what it is among."""
    audits = [
        school(toy, number, *([MET] * (number % 3)), phase="primary" if number < 9 else "special")
        for number in range(1, 19)
    ]
    found = compare(returns_of(toy, *audits))
    exhibits = (
        by_phase_exhibit(found),
        by_coverage_exhibit(found),
        picture_of(found),
        heat_of(found, found.schools.head(5)),
    )
    titles = [exhibit.finding for exhibit in exhibits]
    assert len(set(titles)) == len(titles), titles
