"""OVERVIEW: what all schools together say, and those of each phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from audit.authority.comparing.change import FELL, ROSE, STILL, Change
from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import MEASURES
from audit.authority.tables import OVERVIEW
from audit.tables import typed

_MOVED: Mapping[str, int] = {"rose": ROSE, "stood_still": STILL, "fell": FELL}


def overview(selection: Selection, earlier: Selection | None, change: Change | None) -> pd.DataFrame:
    """OVERVIEW of a selection: all, then each phase of which there is a return.

    Args:
        selection: the schools.
        earlier: the same filter upon an earlier year, if there is one.
        change: the two years school by school, if there is an earlier one.
    """
    before = {} if earlier is None else {row["group"]: row for row in _rows(earlier)}
    rows = _rows(selection)
    for row in rows:
        row["coverage_before"] = before.get(row["group"], {}).get("coverage_percent")
    if change is not None:
        moves = selection.sums(np.array([change.moved == sign for sign in _MOVED.values()]))
        for row in rows:
            counts = moves[:, selection.groups[row["group"]]].sum(axis=1)
            if counts.sum():
                row |= {"compared": counts.sum(), **dict(zip(_MOVED, counts, strict=True))}
    table = typed(pd.DataFrame(rows, columns=list(OVERVIEW)), OVERVIEW)
    return table.assign(change=table["coverage_percent"] - table["coverage_before"])


def _rows(selection: Selection) -> list[dict[str, Any]]:
    """By group: its returns, and what they add up to where anything applies."""
    totals = selection.whole.totals
    flags = [totals["applicable"] > 0, np.ones(len(selection.cells), dtype=bool)]
    sums = dict(zip(MEASURES, selection.sums(np.array([totals[name] for name in MEASURES])), strict=True))
    with_figures, audits = selection.sums(np.array(flags))
    rows = []
    for group, chosen in selection.groups.items():
        returns = selection.members(group).sum()
        row = {"group": group, "returns": returns, "desk_reviews": returns - audits[chosen].sum()}
        if with_figures[chosen].any():
            own = {name: cells[chosen].sum() for name, cells in sums.items()}
            row |= {"schools": with_figures[chosen].sum(), **own, **_percents(own)}
        rows.append(row)
    return rows


def _percents(own: Mapping[str, int]) -> dict[str, float]:
    """The percentages of the sums of a group, to which something applies."""
    parts = {
        "coverage_percent": "met",
        "coverage_lowest": "met",
        "coverage_highest": "can_be_met",
        "written_percent": "written_yes",
        "practice_percent": "practice_in_place",
    }
    return {name: 100 * own[part] / own["applicable"] for name, part in parts.items()}
