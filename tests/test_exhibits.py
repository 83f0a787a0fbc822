"""What an exhibit promises to every output: words, table and charts that belong together."""

from __future__ import annotations

from html import unescape
from typing import get_args

import pandas as pd
import plotly.graph_objects as go
import pytest

from audit.authority.compare.comparison import Comparison
from audit.authority.tables import AGREEMENT
from audit.authority.tracker import tracker
from audit.exhibits.authority import Knowledge, Page, authority_exhibits, heat_of, page_exhibits, picture_of
from audit.exhibits.exhibit import Exhibit
from audit.exhibits.governors import years_exhibit
from audit.exhibits.school import gaps_exhibit, school_exhibits
from audit.model import Criteria
from audit.school.outcome import outcome
from audit.tables import typed
from audit.ui.navigation import AUTHORITY
from tests.compared import ANSWERS, STATEMENTS, returns_of_both_years, six_schools
from tests.conftest import audit_of


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six schools of both years."""
    return six_schools(toy)


@pytest.fixture(scope="module")
def everything(six: Comparison, toy: Criteria) -> tuple[Exhibit, ...]:
    """Every exhibit of one school, and of many with all that an adviser can know beside them."""
    rows = [("all", "", "practice", 21, 52.0, 0.5, 0.42), ("toy-1.1-k1", "1.1 K1", "practice", 8, 50.0, 0.4, 0.2)]
    beside = Knowledge(
        agreement=typed(pd.DataFrame(rows, columns=list(AGREEMENT)), AGREEMENT),
        tracker=tracker(list(returns_of_both_years(toy).items), [], year="2026/27"),
    )
    result = outcome(audit_of(toy, dict.fromkeys(STATEMENTS, ANSWERS["n"])), toy)
    of_school = (*school_exhibits(result), gaps_exhibit(result), years_exhibit([result]))
    return (*of_school, *authority_exhibits(six, beside), picture_of(six))


def charts(exhibits: tuple[Exhibit, ...]) -> dict[str, go.Figure]:
    """The chart of each exhibit that has one, by its key."""
    return {exhibit.key: exhibit.figure() for exhibit in exhibits if exhibit.figure is not None}


def test_every_exhibit_has_a_key_of_its_own(everything: tuple[Exhibit, ...]) -> None:
    """No two things that one page could show have the same key."""
    keys = [exhibit.key for exhibit in everything]
    assert sorted(keys) == sorted(set(keys))


def test_a_chart_says_what_its_exhibit_finds(everything: tuple[Exhibit, ...]) -> None:
    """The title of each chart is the finding of its exhibit, line by line."""
    titles = {
        key: unescape(figure.layout.title.text.replace("<br>", " ")) for key, figure in charts(everything).items()
    }
    assert titles == {exhibit.key: exhibit.finding for exhibit in everything if exhibit.figure is not None}


def test_a_chart_is_drawn_anew_each_time(everything: tuple[Exhibit, ...]) -> None:
    """Whoever changes the looks of a chart changes nobody else's."""
    for figure in charts(everything).values():
        figure.update_layout(title=None)
    assert [key for key, figure in charts(everything).items() if not figure.layout.title.text] == []


def test_a_spreadsheet_draws_columns_that_stand_in_the_table(everything: tuple[Exhibit, ...]) -> None:
    """The names of the bars and each series are headings of the table that is drawn, which has as many rows as are drawn."""
    for exhibit in everything:
        if exhibit.native is not None:
            table = exhibit.table if exhibit.native.table is None else exhibit.native.table
            assert {exhibit.native.names, *exhibit.native.series} <= set(table.columns), exhibit.key
            assert (exhibit.native.first or 0) <= len(table), exhibit.key


def test_the_layout_names_cells_of_the_table(everything: tuple[Exhibit, ...]) -> None:
    """Columns with decimals are headings; the coloured cells are the last of every row."""
    for exhibit in everything:
        assert set(exhibit.layout.exact) <= set(exhibit.table.columns), exhibit.key
        if exhibit.layout.painted is not None and len(exhibit.table):
            rows, columns = exhibit.layout.painted.shares.shape
            assert rows == len(exhibit.table), exhibit.key
            assert columns < len(exhibit.table.columns), exhibit.key


def test_an_exhibit_for_a_page_is_one_of_every_document(six: Comparison) -> None:
    """What a page of the authority shows among others stands in workbook and report too, in the same order."""
    documents = [exhibit.key for exhibit in authority_exhibits(six)]
    assert set(get_args(Page)) <= {entry.file for entry in AUTHORITY.entries}
    for page in get_args(Page):
        keys = [exhibit.key for exhibit in page_exhibits(six, page)]
        assert keys == [key for key in documents if key in keys], page
        assert keys, page


def test_a_heat_map_of_some_schools_has_a_table_of_these_alone(six: Comparison) -> None:
    """Chart, table and colours of a part of the schools are of this part, in its order."""
    exhibit = heat_of(six, six.schools.iloc[[3, 1]])
    names = list(six.schools["school"].iloc[[3, 1]])
    assert list(exhibit.texts["School"]) == names
    assert exhibit.layout.painted is not None
    assert len(exhibit.layout.painted.shares) == 2
