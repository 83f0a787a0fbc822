"""The exhibits that are heat maps: schools, or groups of schools, by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import findings, groups, readable
from audit.authority.showing.across import in_order
from audit.authority.showing.heat import STEPS, TENTHS, WRITTEN_ONLY, HeatMap, heat_map
from audit.exhibits.exhibit import Exhibit, Layout, Painted
from audit.model import Criteria
from audit.phases import SHORT

if TYPE_CHECKING:
    from audit.charts.style import Figure


def phase_names(criteria: Criteria) -> Mapping[str, str]:
    """The titles of the phases, in a word or two."""
    return {str(phase): title for phase, title in {**criteria.phases, **SHORT}.items()}


def by_phase(comparison: Comparison) -> Exhibit:
    """How the schools of each phase meet each question."""
    return _grouped(
        groups.by_phase(comparison),
        key="by_phase",
        title="Questions by phase",
        caption="Mean share met in percent, by phase and question",
        means="The mean share of the recommended statements of a question that a school of the phase meets.",
    )


def by_coverage(comparison: Comparison) -> Exhibit:
    """How the schools of each band of K coverage meet each question."""
    return _grouped(
        groups.by_coverage(comparison),
        key="by_coverage",
        title="Questions by K coverage",
        caption="Mean share met in percent, by band of K coverage and question",
        means="The mean share of the recommended statements of a question that a school of the band of K coverage meets.",
    )


def _grouped(grouped: groups.GroupedShares, *, key: str, title: str, caption: str, means: str) -> Exhibit:
    """Groups of schools by questions."""
    finding = findings.grouped_heat_title(grouped)

    def figure() -> Figure:
        from audit.charts.heat_map import grouped_heat_map

        return grouped_heat_map(grouped, title=finding)

    return Exhibit(
        key=key,
        title=title,
        caption=caption,
        finding=finding,
        means=means,
        table=readable.grouped(grouped),
        figure=figure,
        layout=Layout(across=True, scrolls=True, painted=Painted(shares=grouped.shares, steps=TENTHS)),
    )


def heat_of(comparison: Comparison, schools: pd.DataFrame) -> Exhibit:
    """How many recommended statements of each question these schools meet.

    Args:
        comparison: the comparison.
        schools: some rows of COMPARISON in any order; a chart can name some 25.
    """
    cells = heat_map(schools, comparison.questions)
    finding = findings.heat_title(cells)

    def figure() -> Figure:
        from audit.charts.heat_map import heat_map as draw

        return draw(cells, title=finding)

    return Exhibit(
        key="heat",
        title="Heat map",
        caption="Statements met, by school and question",
        finding=finding,
        means="By school and question: how many recommended statements are met, of how many that apply. A desk review "
        f"counts what is written, and is marked ({WRITTEN_ONLY}).",
        table=readable.heat(schools, comparison.questions, comparison.criteria),
        figure=figure,
        layout=Layout(
            folded=True, across=True, frozen=True, scrolls=True, painted=Painted(shares=cells.shares, steps=STEPS)
        ),
    )


def picture_of(comparison: Comparison) -> Exhibit:
    """Every school by question as one picture; its numbers stand in `heat_of`."""
    cells = heat_map(in_order(comparison.schools, "phase"), comparison.questions)
    finding = findings.heat_title(cells)
    return Exhibit(
        key="everyone",
        title="All schools",
        caption="All schools by phase, the lowest K coverage of each phase first. Point at a place to read school and question",
        finding=finding,
        table=pd.DataFrame(),
        figure=picture(cells, comparison, finding),
        layout=Layout(scrolls=True),
    )


def picture(cells: HeatMap, comparison: Comparison, finding: str) -> Callable[[], Figure]:
    """Draws every school by question in one picture.

    Args:
        cells: the schools, those of each phase together.
        comparison: the comparison.
        finding: what the picture says.
    """

    def figure() -> Figure:
        from audit.charts.heat_map import whole_heat_map

        return whole_heat_map(cells, phase_names(comparison.criteria), title=finding)

    return figure
