"""The few of many that a chart can name: the most common gaps, the schools that moved, the schools that stand out."""

from __future__ import annotations

import pandas as pd


def top_gaps(common_gaps: pd.DataFrame, group: str, *, most: int = 15) -> pd.DataFrame:
    """The statements that most schools of a group miss: the first rows of COMMON_GAPS."""
    rows = common_gaps[(common_gaps["group"] == group) & common_gaps["missing"].gt(0).fillna(False)]
    return rows.head(most).reset_index(drop=True)


def outliers(schools: pd.DataFrame, *, most: int = 3, least: float = 20, apart: float = 6) -> pd.DataFrame:
    """The schools whose policy and practice lie furthest apart, to either side, the furthest first.

    Args:
        schools: COMPARISON.
        most: how many to each side.
        least: percentage points between written and done below which no school stands out.
        apart: percentage points of what is done from every other one that is chosen, or six times as many of what
            is written, so that a name can stand beside each.
    """
    placed = schools[schools["promise"].notna()].sort_values("promise", kind="stable")
    promised, done = placed[placed["promise"] >= least].iloc[::-1], placed[placed["promise"] <= -least]
    return pd.concat([_apart(rows, apart).head(most) for rows in (promised, done)])


def _apart(rows: pd.DataFrame, apart: float) -> pd.DataFrame:
    """The rows that lie so far from each one before them that is kept."""
    chosen: list[tuple[float, float]] = []
    kept = []
    for point in zip(rows["written_percent"], rows["practice_percent"], strict=True):
        free = all(abs(point[1] - y) >= apart or abs(point[0] - x) >= 6 * apart for x, y in chosen)
        kept.append(free)
        if free:
            chosen.append(point)
    return rows[kept]


def movers(schools: pd.DataFrame, *, most: int = 12) -> pd.DataFrame:
    """The schools that rose and fell furthest since a year earlier: risers first, the furthest first of each.

    Those whose K coverage went the other way, since other statements apply than before, are not among them.
    """
    placed = schools[schools["change"].notna()].sort_values("change", ascending=False, kind="stable")
    rose = placed[(placed["moved"] == "rose") & (placed["change"] > 0)]
    fell = placed[(placed["moved"] == "fell") & (placed["change"] < 0)]
    return pd.concat([rose.head(most), fell.tail(most).iloc[::-1]])
