"""The exhibit that governors see: how much of each area is in the policy and done."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.replying.benchmark import Benchmark
from audit.exhibits.exhibit import Exhibit
from audit.exhibits.school import middle_half_of
from audit.governing import GovernorsView, areas_table
from audit.model import Phase
from audit.tables import COUNTED

if TYPE_CHECKING:
    from audit.charts.style import Figure


def governors_exhibits(view: GovernorsView, phase: Phase, benchmark: Benchmark | None = None) -> tuple[Exhibit, ...]:
    """What the page for governors shows as a chart.

    Args:
        view: the audit as its governors need it.
        phase: the school's.
        benchmark: what an authority says of other schools, to stand beside the school's own figures; None for nothing.
    """
    half = middle_half_of(benchmark, phase, view.phase, "area")
    rows = [{"area": area.id, **asdict(area)} for area in view.areas]
    areas = pd.DataFrame(rows, columns=["area", "title", "applicable", *COUNTED])

    def figure() -> Figure:
        from audit.charts.governors import met_by_area

        return met_by_area(areas, view.areas_title, half.rows, label=half.label)

    exhibit = Exhibit(
        key="governors",
        title="What is in the policy and done, by area",
        finding=view.areas_title,
        means=half.words,
        table=areas_table(view.areas, half.rows),
        figure=figure,
    )
    return (exhibit,)
