"""OVERVIEW: what all schools together say, and those of each phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from audit.authority.comparing.change import FELL, NOT_COMPARED, ROSE, STILL, Change
from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import MEASURES, percent_of
from audit.authority.tables import OVERVIEW
from audit.tables import typed

_MOVED: Mapping[str, int] = {"rose": ROSE, "stood_still": STILL, "fell": FELL}


def overview(selection: Selection, change: Change | None) -> pd.DataFrame:
    """OVERVIEW of a selection: all, then each phase of which there is a return.

    Args:
        selection: the schools.
        change: the year and an earlier one school by school, if there is one.
    """
    table = pd.DataFrame(_rows(selection), columns=list(OVERVIEW))
    if change is not None:
        moves = selection.sums(np.array([change.moved == sign for sign in _MOVED.values()]))
        for place, group in enumerate(table["group"]):
            if (both := both_years(selection, change, group)) is not None:
                counts = moves[:, selection.groups[group]].sum(axis=1)
                now, before = percent_of(both["met"], both["applicable"])
                moved = {"compared": counts.sum(), **dict(zip(_MOVED, counts, strict=True))}
                covered = {"coverage_compared": now, "coverage_before": before, "change": now - before}
                for name, value in (moved | covered).items():
                    table.loc[place, name] = value
    return typed(table, OVERVIEW)


def both_years(selection: Selection, change: Change, group: str) -> pd.DataFrame | None:
    """The schools of a group that have a self-audit of both years: what they say together in each.

    Shape: two rows, this year and the earlier one, with ``schools`` and a column for each measure; None if there are
    no such schools.

    Args:
        selection: the schools.
        change: the two years school by school.
        group: ``all``, or a phase.
    """
    compared = selection.sums(change.moved[None] != NOT_COMPARED)
    chosen = selection.groups[group]
    if not compared[:, chosen].sum():
        return None
    sums = {name: selection.sums(change.totals(name))[:, chosen].sum(axis=1) for name in MEASURES}
    return pd.DataFrame({"schools": compared[:, chosen].sum(), **sums})


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
