"""The charts with a point for each school: written against done, and the movement since a year earlier."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import finish, literal, name_rows
from audit.english import whole_percent
from audit.model import PHASES

_NAME = 30
"""The longest name, in characters, that stands inside a chart."""


def written_against_done(
    placed: pd.DataFrame, named: pd.DataFrame, phases: Mapping[str, str], *, title: str
) -> go.Figure:
    """One point per school: how much is written, against how much is done.

    Args:
        placed: rows of COMPARISON; desk reviews have no place among them.
        named: those of them whose names stand beside their points.
        phases: the titles of the phases.
        title: what the chart says.
    """
    figure = go.Figure()
    for phase, (symbol, colour) in zip(PHASES, theme.PHASE_MARKS, strict=True):
        of_phase = placed[placed["phase"] == phase]
        _add_points(figure, of_phase, phases.get(phase, phase), symbol=symbol, colour=colour)
    _add_points(figure, placed[placed["phase"].isna()], "Phase not shown", symbol="circle-open", colour=theme.QUIET)
    figure.add_shape(
        type="line", x0=0, y0=0, x1=100, y1=100, line={"color": theme.QUIET, "dash": "dash"}, layer="below"
    )
    _say(figure, 98, 3, "Promised more than done", "right")
    _say(figure, 42, 97, "Done more than written", "left")
    for _, school in named.iterrows():
        _name_point(figure, school["written_percent"], school["practice_percent"], school["school"])
    percent = {"range": [-3, 103], "ticksuffix": "%", "fixedrange": True, "zeroline": False, "automargin": True}
    figure.update_xaxes(title="Written in the policy", **percent)
    figure.update_yaxes(title="Done", **percent)
    return finish(figure, title, 16).update_layout(margin_b=48, showlegend=True)


def _add_points(figure: go.Figure, rows: pd.DataFrame, title: str, *, symbol: str, colour: str) -> None:
    """The schools of one phase, if there are any."""
    if rows.empty:
        return
    figure.add_trace(
        go.Scatter(
            x=list(rows["written_percent"]),
            y=list(rows["practice_percent"]),
            customdata=[literal(name) for name in rows["school"]],
            name=literal(title),
            mode="markers",
            marker={"symbol": symbol, "color": colour, "size": 9, "opacity": 0.8},
            hovertemplate="%{customdata}<br>Written %{x:.0f}%, done %{y:.0f}%<extra></extra>",
        )
    )


def _say(figure: go.Figure, x: float, y: float, text: str, anchor: str) -> None:
    """What a side of the diagonal means."""
    figure.add_annotation(x=x, y=y, text=f"<i>{text}</i>", showarrow=False, xanchor=anchor, font={"size": 13})


def _name_point(figure: go.Figure, x: float, y: float, name: str) -> None:
    """The name of a school beside its point, away from the diagonal and within the frame."""
    side = 1 if x > y else -1
    left = x > 70 if side > 0 else x > 30
    short = name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"
    figure.add_annotation(
        x=x,
        y=y,
        text=literal(short),
        xanchor="right" if left else "left",
        ax=-14 if left else 14,
        ay=14 if side > 0 or y > 90 else -14,
        arrowwidth=1,
        arrowhead=0,
        arrowcolor=theme.QUIET,
        font={"size": 12},
    )


def movement(rows: pd.DataFrame, before: str, now: str, *, title: str) -> go.Figure:
    """The schools whose K coverage rose and fell furthest: where each stood a year earlier, and where it stands now.

    Args:
        rows: what `audit.authority.showing.foremost.movers` gives.
        before: the earlier academic year.
        now: the academic year.
        title: what the chart says.
    """
    places = list(range(len(rows)))
    stood, stands = list(rows["coverage_before"]), list(rows["coverage_percent"])
    rose = [bool(change > 0) for change in rows["change"]]
    words = [
        f"{literal(name)}: {change:+.0f} points" for name, change in zip(rows["school"], rows["change"], strict=True)
    ]
    figure = go.Figure()
    for way, label, symbol, colour in (
        (True, f"{now}, risen", "triangle-right", theme.STATES["met"].colour),
        (False, f"{now}, fallen", "triangle-left", theme.STATES["not_done"].colour),
    ):
        own = [place for place in places if rose[place] is way]
        line = [value for place in own for value in (stood[place], stands[place], None)]
        figure.add_trace(
            go.Scatter(
                x=line,
                y=[value for place in own for value in (place, place, None)],
                mode="lines",
                line={"color": colour, "width": 3},
                showlegend=False,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[stands[place] for place in own],
                y=own,
                customdata=[words[place] for place in own],
                name=label,
                mode="markers+text",
                text=[whole_percent(stands[place]) for place in own],
                textposition="middle right" if way else "middle left",
                marker={"symbol": symbol, "color": colour, "size": 14},
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=stood,
            y=places,
            customdata=words,
            name=before,
            mode="markers",
            marker={"symbol": "circle-open", "color": theme.QUIET, "size": 10, "line": {"width": 2}},
            hovertemplate="%{customdata}; from %{x:.0f}%<extra></extra>",
        )
    )
    figure.update_xaxes(range=[-8, 108], tick0=0, dtick=25, ticksuffix="%", fixedrange=True, zeroline=False)
    name_rows(figure, rows["school"])
    return finish(figure, title, max(len(rows), 3)).update_layout(margin_b=32)
