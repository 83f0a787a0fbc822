"""The numbers of the governors' chart as a table of words."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from audit.english import whole_percent
from audit.governing.view import STATE_WORDS, Area


def areas_table(areas: Iterable[Area], middle_half: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per area: how many statements apply, how many are in each state, and how other schools stand.

    Args:
        areas: the areas.
        middle_half: the quartiles of other schools by area; without them, the column is left out.
    """
    rows = list(areas)
    table = {
        "Area": [area.title for area in rows],
        "In the policy and done, of all": [f"{area.met} of {area.applicable}" for area in rows],
        **{word: [getattr(area, kind) for area in rows] for kind, word in STATE_WORDS.items() if kind != "met"},
    }
    if middle_half is not None:
        spread = {row.question: row for row in middle_half.itertuples()}
        table["Middle half of schools"] = [_span(spread.get(area.id)) for area in rows]
    return pd.DataFrame(table)


def _span(row: object) -> str:
    if row is None:
        return "Not shown"
    lower, median, upper = (whole_percent(getattr(row, name)) for name in ("lower", "median", "upper"))
    return f"{lower} to {upper}, the middle one {median}"
