"""The exhibits of one school that governors see, of its years, and of a move between two editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from audit.english import first_capital
from audit.exhibits.exhibit import Exhibit, MiddleHalf
from audit.school import history_words, transition
from audit.school.governors_view import GovernorsView, areas_table
from audit.tables import COUNTED

if TYPE_CHECKING:
    from audit.charts.style import Figure
    from audit.school.moves import Move
    from audit.school.outcome import Outcome


def governors_exhibits(view: GovernorsView, half: MiddleHalf | None = None) -> tuple[Exhibit, ...]:
    """How much of each area is in the policy and done: the chart of the page for governors.

    Args:
        view: the audit as the page for governors shows it.
        half: how the middle half of other schools meets each area; None if it is not known.
    """
    quartiles, label = (None, "") if half is None else (half.rows, half.label)
    rows = [{"area": area.id, **asdict(area)} for area in view.areas]
    areas = pd.DataFrame(rows, columns=["area", "title", "applicable", *COUNTED])

    def figure() -> Figure:
        from audit.charts.school import met_by_area

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


def years_exhibit(outcomes: Sequence[Outcome], into: Sequence[Move] = ()) -> Exhibit:
    """How the figures of one school changed over its years, by one framework.

    Args:
        outcomes: the outcomes of its audits for the framework, the earliest first.
        into: the moves from the audit before the first of them, which answers other frameworks: the chart has a break
            there, never a line.
    """
    table = transition.trend(tuple(outcomes))
    comparable = transition.comparable(table)
    coverage = outcomes[-1].framework.coverage_called if outcomes else "coverage"
    finding = history_words.trend_title(comparable, coverage)

    def figure() -> Figure:
        from audit.charts.school import trend_chart

        before = into[0].before.audit.year if into else ""
        return trend_chart(comparable, coverage=first_capital(coverage), title=finding, before=before)

    return Exhibit(
        key="trend",
        title=f"{first_capital(coverage)}, written and done, by year",
        finding=finding,
        means=f"The bar above a point reaches to what {coverage} is if everything unknown turns out well. "
        "Written and done are drawn as far as they are known."
        + (" The dotted line marks where the criteria changed." if into else ""),
        table=history_words.trend_table(table, coverage),
        figure=figure,
    )


_HOW_MOVED = (
    "A statement is still asked in other words if a reviewed counterpart asks the same, less or more. It is met now if "
    "every such counterpart that applies is met. What both have only in part in common is never counted as met, and "
    "figures of two sets of criteria are never added up."
)


def moved_exhibit(move: Move) -> Exhibit:
    """Where the statements of one edition went in another one between two audits; the two are never added up."""
    before, now = move.before, move.now
    return Exhibit(
        key=f"moved-{before.framework.id}-{now.framework.id}",
        title=f"From {before.framework.called} in {before.audit.year} to {now.framework.called} in {now.audit.year}",
        finding=history_words.moved_title(move.counts),
        means="\n".join((*history_words.moved_besides(move.counts), _HOW_MOVED)),
        table=history_words.moved_table(move),
    )
