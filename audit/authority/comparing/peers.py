"""COMPARISON: one row per school, with its place among the schools of its phase."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.change import Change
from audit.authority.comparing.tally import MEASURES, Tally, percent_of
from audit.authority.tables import COMPARISON
from audit.tables import typed

_SCHOOL = ["urn", "school", "phase", "type", "year", "basis"]


def schools(tally: Tally, change: Change | None) -> pd.DataFrame:
    """COMPARISON of all returns of a year: one row per return, in their order.

    The peers of a school are the schools of its phase in the authority that have a K coverage, whatever a filter
    by type leaves of them, so that a school has one rank only. A desk review is nobody's peer: it has what is
    written and no more.

    Args:
        tally: the counts of the returns.
        change: them beside an earlier year, if there is one.
    """
    table, totals = tally.returns.table, tally.totals
    own = (table["basis"] == "self-audit").to_numpy(dtype=bool)
    of = totals["applicable"]
    practised = np.where(own, of, 0)  # a desk review has no share of anything practised
    coverage = percent_of(totals["met"], practised)
    before = change.coverage_before if change else np.full(len(table), np.nan)
    columns: dict[str, Any] = {
        **{name: totals[name] for name in MEASURES},
        "coverage_percent": coverage,
        "coverage_lowest": coverage,
        "coverage_highest": percent_of(totals["can_be_met"], practised),
        "written_percent": percent_of(totals["written_yes"], of),
        "practice_percent": percent_of(totals["practice_in_place"], practised),
        "promise": percent_of(totals["not_done"] - totals["not_written"], practised),
        **places(coverage, np.asarray(table["phase"].cat.codes)),
        "coverage_before": before,
        "change": coverage - before,
        "moved": change.moved_words if change else None,
    }
    return typed({**{name: table[name] for name in _SCHOOL}, **columns}, COMPARISON)


def places(coverage: npt.NDArray[np.float64], phases: npt.NDArray[np.integer[Any]]) -> dict[str, pd.Series]:
    """By school: its place among the schools of its phase, their number and the quarter of the places that it is in.

    The highest coverage has place 1. Equals share the first of their places, and are in the quarter in which the
    middle of their places lies: the higher one if it lies between two. So nobody is in the highest quarter for
    being one of many at the bottom. Blank without a coverage.
    """
    rank, peers, quartile = np.zeros((3, len(coverage)), dtype=np.int32)
    for phase in np.unique(phases):
        members = np.flatnonzero((phases == phase) & ~np.isnan(coverage))
        ordered, own = np.sort(coverage[members]), coverage[members]
        lower, upper = (np.searchsorted(ordered, own, side=side) for side in ("left", "right"))
        peers[members] = len(members)
        rank[members] = 1 + len(members) - upper
        quartile[members] = 1 + (2 * (lower + upper)) // max(len(members), 1)
    shown = peers > 0
    figures = {"rank": rank, "peers": peers, "quartile": quartile}
    return {name: pd.Series(values, dtype="Int32").where(shown) for name, values in figures.items()}
