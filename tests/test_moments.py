"""Moments are shown in the local time of the computer, with the zone told."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pandas as pd
import pytest

from audit import english
from audit.exports import table_csv
from audit.model import Criteria, Event, Response
from audit.store.audits import Past
from audit.ui.history_view import log
from tests.conftest import audit_of

F = TypeVar("F", bound=Callable[..., None])
WINTER, SUMMER = dt.datetime(2026, 11, 27, 11, 23, 10), dt.datetime(2026, 6, 30, 23, 30)


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer stands in the zone that the test names."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its zone")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def in_zone(name: str) -> Callable[[F], F]:
    """Puts the computer into a zone for one test."""
    place = pytest.mark.parametrize("zone", [name], indirect=True, ids=[name])
    return lambda test: place(pytest.mark.usefixtures("zone")(test))


@in_zone("Europe/London")
def test_british_time_is_called_by_its_names() -> None:
    """Winter is GMT; in summer it is an hour later, perhaps on the next day, and called BST."""
    assert english.moment(WINTER) == "27 November 2026, 11:23 GMT"
    assert english.moment(SUMMER) == "1 July 2026, 00:30 BST"
    assert english.zones([WINTER, SUMMER]) == "BST and GMT"


@in_zone("Asia/Kathmandu")
def test_a_zone_without_letters_is_told_by_its_distance() -> None:
    """Not every zone has a short name."""
    assert english.moment(WINTER) == "27 November 2026, 17:08 UTC+05:45"


@in_zone("America/St_Johns")
def test_a_moment_with_a_zone_keeps_its_meaning() -> None:
    """Nothing is taken for UTC that says what it is."""
    assert english.moment(WINTER.replace(tzinfo=dt.UTC)) == english.moment(WINTER) == "27 November 2026, 07:53 NST"


def logged(toy: Criteria, *at: dt.datetime) -> pd.DataFrame:
    """The log of an audit that was begun, and answered at some moments."""
    new = Response(written="yes", practice=3)
    past = [Past(statement="toy-1.1-k1", at=one, role="", old=Response(), new=new) for one in at[1:]]
    return log(past, [Event(at=at[0], role="", kind="begun")], audit=audit_of(toy, {}), criteria=toy)


@in_zone("Europe/London")
def test_the_log_names_the_zone_in_its_heading(toy: Criteria) -> None:
    """On the page and in the CSV file."""
    table = logged(toy, SUMMER)
    assert (table.columns[0], str(table.iloc[0, 0])) == ("When (BST)", "2026-07-01 00:30:00")
    assert table_csv(table).decode("utf-8-sig").splitlines()[0].startswith("When (BST),Role,")


@in_zone("Europe/London")
def test_a_log_over_summer_and_winter_tells_each_row_apart(toy: Criteria) -> None:
    """The latest stands first, whatever the clocks say."""
    back = dt.datetime(2026, 10, 25, 0, 30)
    table = logged(toy, back, back + dt.timedelta(hours=1))
    assert table.iloc[:, :2].astype(str).to_numpy().tolist() == [
        ["2026-10-25 01:30:00", "GMT"],
        ["2026-10-25 01:30:00", "BST"],
    ]
    assert list(table.columns[:2]) == ["When (BST and GMT)", "Zone"]
