"""The chart that governors see: what is in the policy and done, by area, and where other schools stand."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from audit.authority.tables import SPREAD
from audit.charts.school import met_by_area
from audit.model import Criteria, Response
from audit.school.governors_view import AreaCounts, areas_table
from audit.school.outcome import outcome
from audit.tables import COUNTED, typed
from audit.theme import STATE_WORDS
from tests.conftest import audit_of

MET, NEITHER = Response(written="yes", practice=3), Response(written="no", practice=0)
ASIDE = Response(not_applicable="We have none.")
ANSWERS = {"toy-1.1-k1": MET, "toy-1.1-k2": MET, "toy-1.2-k1": NEITHER, "toy-2.1-k1": Response(written="yes")}
HALF = typed(
    pd.DataFrame(
        [("primary", "area", "1", "1 Area one", 12, 20.0, 50.0, 81.5), ("primary", "area", "9", "", 12, 0.0, 1.0, 2.0)],
        columns=list(SPREAD),
    ),
    SPREAD,
)


@pytest.fixture(scope="module")
def areas(toy: Criteria) -> pd.DataFrame:
    """Two of three met in the first area, nothing known of the one in the second."""
    return outcome(audit_of(toy, ANSWERS), toy).areas


def bars(figure: go.Figure) -> dict[str, list[int]]:
    """The counts by the words of the state."""
    return {trace.name: list(trace.x) for trace in figure.data if isinstance(trace, go.Bar)}


def test_each_area_is_one_bar_of_the_same_length(areas: pd.DataFrame) -> None:
    """The counts are stacked to the whole of each area; beside the bar stands how many are met of how many."""
    figure = met_by_area(areas, "Where the gaps are")
    assert bars(figure) == {
        "In the policy and done": [2, 0],
        "Done, not fully in the policy": [0, 0],
        "In the policy, not done": [0, 0],
        "Neither": [1, 0],
        "Not known yet": [0, 1],
    }
    assert (figure.layout.barmode, figure.layout.barnorm) == ("stack", "percent")
    assert list(figure.data[0].y) == ["1 Area one<br>2 of 3", "2 Area two<br>0 of 1"]
    assert figure.layout.title.text == "Where the gaps are"


def test_every_state_has_a_word_for_governors() -> None:
    """The words cover the states that are counted, in their order, and no two are alike."""
    assert tuple(STATE_WORDS) == COUNTED
    assert len(set(STATE_WORDS.values())) == len(COUNTED)


def test_other_schools_stand_under_the_bar_of_their_area(areas: pd.DataFrame) -> None:
    """A bracket reaches from lower to upper quartile, its median marked; an area without figures has none."""
    figure = met_by_area(areas, "Where", HALF, label="Middle half of <b>schools</b>")
    (bracket,) = [trace for trace in figure.data if isinstance(trace, go.Scatter)]
    assert list(bracket.x) == [20.0, 20.0, 50.0, 81.5, 81.5, None]
    assert set(bracket.customdata) == {"20% to 82% met, median 50%"}
    assert bracket.name == "Middle half of &lt;b&gt;schools&lt;/b&gt;"
    assert tuple(figure.layout.xaxis.range) == (0, 102)


def test_nothing_is_compared_where_nothing_applies(toy: Criteria) -> None:
    """An area that the school has set aside whole has neither bar nor bracket."""
    audit = audit_of(toy, dict.fromkeys(("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1"), ASIDE))
    figure = met_by_area(outcome(audit, toy).areas, "Where", HALF, label="Others")
    assert [counts[0] for counts in bars(figure).values()] == [0, 0, 0, 0, 0]
    assert list(figure.data[-1].x) == []


def test_a_long_title_takes_several_lines(areas: pd.DataFrame) -> None:
    """On a phone the bars keep most of the width; text of the criteria is shown as it is."""
    figure = met_by_area(areas.assign(title=["2.3 Managing <i>all</i> information systems", "2"]), "Where")
    assert figure.data[0].y[0] == "2.3 Managing<br>&lt;i&gt;all&lt;/i&gt;<br>information<br>systems<br>2 of 3"


def test_the_table_holds_the_middle_half_too() -> None:
    """Every number of the chart stands in its table; an area without figures says that none is shown."""
    counts = {"not_written": 0, "not_done": 0, "neither": 0, "not_known": 0}
    rows = [AreaCounts(id=id, title=id, applicable=2, met=2, **counts) for id in ("1", "2")]
    assert list(areas_table(rows, HALF)["Middle half of schools"]) == ["20% to 82%, the middle one 50%", "Not shown"]
