"""The exhibit that governors see: how much of each area is in the policy and done."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from audit.exhibits.exhibit import Exhibit, MiddleHalf
from audit.governing import GovernorsView, areas_table
from audit.tables import COUNTED

if TYPE_CHECKING:
    from audit.charts.style import Figure


def governors_exhibits(view: GovernorsView, half: MiddleHalf | None = None) -> tuple[Exhibit, ...]:
    """What the page for governors shows as a chart.

    Args:
        view: the audit as its governors need it.
        half: how the middle half of other schools meets each area; None if it is not known.
    """
    quartiles, label = (None, "") if half is None else (half.rows, half.label)
    rows = [{"area": area.id, **asdict(area)} for area in view.areas]
    areas = pd.DataFrame(rows, columns=["area", "title", "applicable", *COUNTED])

    def figure() -> Figure:
        from audit.charts.governors import met_by_area

        return met_by_area(areas, view.areas_title, quartiles, label=label)

    exhibit = Exhibit(
        key="governors",
        title="What is in the policy and done, by area",
        finding=view.areas_title,
        means="" if half is None else half.words,
        table=areas_table(view.areas, quartiles),
        figure=figure,
    )
    return (exhibit,)
