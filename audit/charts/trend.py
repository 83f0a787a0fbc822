"""The chart of one school's years: K coverage with its range, what is written, and what is done."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import finish
from audit.english import whole_percent

_LINES = (
    ("coverage", "K coverage: written and done", theme.COVERAGE_COLOUR, "solid", "circle"),
    ("written", "Written", theme.WRITTEN_COLOUR, "dash", "square"),
    ("practice", "Done", theme.PRACTICE_COLOUR, "dot", "diamond"),
)
"""Column, name, colour, dash and symbol of each line; the widest first, so that it hides no other."""

_GRID = "rgba(111,114,117,0.4)"


def trend(comparable: pd.DataFrame, *, title: str) -> go.Figure:
    """K coverage year by year, a bar upward to the highest that it can be, beside what is written and what is done.

    A year that has no figure, since a desk review cannot know it, has no point.

    Args:
        comparable: the rows of TREND that can be held against each other.
        title: what the chart says.
    """
    figure = go.Figure()
    for measure, name, colour, dash, symbol in _LINES:
        rows = comparable[comparable[f"{measure}_lowest"].notna()]
        is_coverage = measure == "coverage"
        figure.add_trace(
            go.Scatter(
                x=list(rows["year"]),
                y=[float(value) for value in rows[f"{measure}_lowest"]],
                customdata=[_span(row, measure) for _, row in rows.iterrows()],
                name=name,
                mode="lines+markers+text" if is_coverage else "lines+markers",
                text=[whole_percent(value) for value in rows[f"{measure}_lowest"]] if is_coverage else None,
                textposition="bottom center",
                line={"color": colour, "width": 4 if is_coverage else 2, "dash": dash},
                marker={"symbol": symbol, "size": 11 if is_coverage else 9},
                error_y=_upward(rows) if is_coverage else None,
                hovertemplate=f"%{{x}}<br>{name}: %{{customdata}}<extra></extra>",
                cliponaxis=False,
            )
        )
    years = list(comparable["year"])
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=years, range=[-0.5, len(years) - 0.5])
    figure.update_xaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(range=[-8, 105], tick0=0, dtick=25, ticksuffix="%", fixedrange=True, zeroline=False)
    figure.update_yaxes(gridcolor=_GRID, griddash="dot")
    return finish(figure, title, 9).update_layout(margin_b=32, showlegend=True)


def _upward(rows: pd.DataFrame) -> dict[str, object]:
    """How far K coverage can still rise if everything unknown turns out well; without caps, which plotly draws at 0 too."""
    reach = [float(value) for value in rows["coverage_highest"] - rows["coverage_lowest"]]
    return {"type": "data", "symmetric": False, "array": reach, "thickness": 6, "width": 0}


def _span(row: pd.Series, measure: str) -> str:
    low, high = whole_percent(row[f"{measure}_lowest"]), whole_percent(row[f"{measure}_highest"])
    return low if low == high else f"{low} to {high}"
