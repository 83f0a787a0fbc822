"""The 2×2 of what is written and what is done."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import finish
from audit.english import agree
from audit.model import Kind

_CELLS: tuple[tuple[str, str, Kind], ...] = (
    ("Written", "Done", "met"),
    ("Written", "Not done", "not_done"),
    ("Not fully written", "Done", "not_written"),
    ("Not fully written", "Not done", "neither"),
)


def two_by_two(counts: pd.DataFrame, *, not_known: int, title: str) -> go.Figure:
    """(c) How many statements are written and done, only one of the two, or neither.

    Args:
        counts: ``Outcome.two_by_two``.
        not_known: statements of which nobody knows the field; they are named below the four.
        title: what the chart says.
    """
    figure = go.Figure()
    for row, column, kind in _CELLS:
        state = theme.STATES[kind]
        left, bottom = list(counts.columns).index(column), 1 - list(counts.index).index(row)
        figure.add_shape(
            type="rect",
            x0=left + 0.02,
            x1=left + 0.98,
            y0=bottom + 0.02,
            y1=bottom + 0.98,
            fillcolor=state.colour,
            line={"width": 0},
        )
        figure.add_annotation(
            x=left + 0.5,
            y=bottom + 0.5,
            text=f"<b>{counts[column][row]}</b><br>{state.symbol} {state.word}",
            showarrow=False,
            font={"color": "#ffffff", "size": 17},
        )
    figure.update_xaxes(
        range=[0, 2], tickvals=[0.5, 1.5], ticktext=list(counts.columns), side="top", showgrid=False, zeroline=False
    )
    figure.update_yaxes(
        range=[0, 2],
        tickvals=[1.5, 0.5],
        ticktext=[label.replace("Not fully", "Not fully<br>") for label in counts.index],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    if not_known:
        figure.add_annotation(
            x=0,
            y=-0.03,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            text=f"{not_known} not known {agree(not_known)} in none of the four fields.",
        )
    finish(figure, title, 8)
    return figure.update_layout(margin_b=40)
