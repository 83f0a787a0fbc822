"""The comparison of many schools as one HTML file that opens offline, charts included, and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from audit import theme
from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import groups, heat
from audit.authority.showing.readable import shown
from audit.authority.showing.views import Beside, View, views
from audit.charts.style import as_html
from audit.charts.views import figures
from audit.reports.templates import TEMPLATES
from audit.version import MADE_BY

_FOLDED = (
    "heat",
    "schools",
    "training_schools",
    "written_against_done",
    "movement",
    "change_by_statement",
    "doubts",
    "returns",
)
"""Tables too long to stand open."""
_FIRST: Mapping[str, int] = {"common_gaps": 15, "training": 10}
"""Of these the first rows stand open, and all of them folded below."""
_WIDE = ("by_phase", "by_coverage", "heat", "schools")
"""Tables that are printed across the page."""


@dataclass(frozen=True, kw_only=True)
class _Table:
    """A table as the template writes it.

    Attributes:
        caption: what it is.
        headings: of its columns.
        rows: texts, the first of each row the row's heading.
        steps: by row, the style of each cell of a heat map, empty where it has none; nothing for other tables.
        folded: whether it is shown only when it is asked for.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    steps: Sequence[Sequence[str]] = ()
    folded: bool = False


def comparison_report(comparison: Comparison, beside: Beside | None = None) -> str:
    """The report as the text of an HTML file for the authority alone; nothing in it is fetched from anywhere.

    Args:
        comparison: the comparison.
        beside: what else the adviser knows.
    """
    numbers = count()
    sections = [
        {
            "view": view,
            "charts": [as_html(figure, next(numbers)) for figure in figures(view, comparison, beside)],
            "tables": list(_tables(view, comparison)),
        }
        for view in views(comparison, beside)
    ]
    return TEMPLATES.get_template("comparison_report.html").render(
        comparison=comparison,
        sections=sections,
        notes=comparison.notes,
        styles={_style_of(step): step for step in (heat.EMPTY, *heat.STEPS, *heat.TENTHS)},
        wide=_WIDE,
        for_the_authority=theme.FOR_THE_AUTHORITY,
        self_reported=theme.SELF_REPORTED_BY_SCHOOLS,
        made_by=MADE_BY,
    )


def _tables(view: View, comparison: Comparison) -> Iterator[_Table]:
    """The table of a view; of a long one that matters, first what stands open."""
    texts = shown(view.table)
    headings, rows = [str(name) for name in texts.columns], texts.to_numpy().tolist()
    first = _FIRST.get(view.key, len(rows))
    whole = len(rows) <= first
    if not whole and view.key in _FIRST:
        yield _Table(caption=f"{view.title}: the first {first}", headings=headings, rows=rows[:first])
    yield _Table(
        caption=view.title,
        headings=headings,
        rows=rows,
        steps=_steps(view, comparison),
        folded=not whole or view.key in _FOLDED,
    )


def _steps(view: View, comparison: Comparison) -> list[list[str]]:
    """By row of a heat map, the style of each cell; nothing for other tables."""
    if view.key == "heat":
        shares, steps = heat.heat_map(comparison.schools, comparison.questions).shares, heat.STEPS
    elif view.key in ("by_phase", "by_coverage"):
        grouped = groups.by_phase if view.key == "by_phase" else groups.by_coverage
        shares, steps = grouped(comparison).shares, heat.TENTHS
    else:
        return []
    before = [""] * (len(view.table.columns) - shares.shape[1])
    return [
        [*before, *(_style_of(heat.step_at(place, steps)) for place in row)] for row in heat.steps_of(shares, steps)
    ]


def _style_of(step: heat.Step) -> str:
    """The name of the style in which a step is shown: its colour, which is a step's own."""
    return f"c{step.fill.removeprefix('#')}"
