"""The bar charts: states by question, written and practice by area, practice profile by area."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import finish, literal
from audit.english import whole_percent
from audit.model import PracticeLevel
from audit.tables import COUNTED

_UNDER, _TIP = 0.45, 0.09
"""Where a bracket stands below the middle of its bar, and how far its ends rise, in rows."""


def bar(
    labels: pd.Series, counts: pd.Series, *, name: str, colour: str, pattern: str = "", of: pd.Series | None = None
) -> go.Bar:
    """One series of horizontal bars, each with its number in it; zeros show nothing."""
    whole = "" if of is None else " of %{customdata}"
    return go.Bar(
        y=list(labels),
        x=[int(count) for count in counts],
        customdata=None if of is None else [int(count) for count in of],
        name=name,
        orientation="h",
        text=[str(count) if count else "" for count in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": "#ffffff", "size": 13},
        marker={
            "color": colour,
            "line": {"color": "#ffffff", "width": 1},
            "pattern": {"shape": pattern, "fgcolor": "rgba(255,255,255,0.28)", "size": 7, "fillmode": "overlay"},
        },
        hovertemplate=f"%{{y}}<br>{name}: %{{text}}{whole}<extra></extra>",
    )


def row_axes(figure: go.Figure) -> None:
    """Rows from the top down, each with its name beside it."""
    figure.update_yaxes(autorange="reversed", automargin=True, ticklabelstandoff=6, showgrid=False)
    figure.update_xaxes(visible=False, fixedrange=True)


def states_by_question(
    questions: pd.DataFrame, middle_half: pd.DataFrame | None = None, *, label: str = "", title: str
) -> go.Figure:
    """(a) The states of the recommended statements by question, stacked, in source order.

    Args:
        questions: ``Outcome.questions``.
        middle_half: how the middle half of other schools meets each question, as ``question``, ``lower``, ``median``
            and ``upper`` in percent: rows of SPREAD. A bracket under each bar shows it on the scale of the school's own
            applicable statements, so that *met* can be held against it.
        label: whose middle half it is, for the legend.
        title: what the chart says.
    """
    figure = go.Figure(
        [
            bar(
                questions["topic"],
                questions[kind],
                name=theme.STATES[kind].word,
                colour=theme.STATES[kind].colour,
                pattern=theme.STATES[kind].pattern,
                of=questions["applicable"],
            )
            for kind in COUNTED
        ]
    )
    figure.update_layout(barmode="stack")
    row_axes(figure)
    if middle_half is not None:
        add_brackets(figure, questions["question"], questions["applicable"], middle_half, label=label)
    return finish(figure, title, len(questions))


def add_brackets(
    figure: go.Figure, rows: pd.Series, scale: pd.Series, middle_half: pd.DataFrame, *, label: str
) -> None:
    """A bracket from lower to upper quartile under the bar of each row that has one, its median marked.

    Args:
        figure: the bars.
        rows: by row, the id of its area or question.
        scale: by row, how long 100 percent are.
        middle_half: the quartiles.
        label: whose they are, for the legend.
    """
    known = middle_half.dropna(subset=["lower", "upper"]).set_index("question")
    found = [
        (place, float(of), known.loc[row, ["lower", "median", "upper"]])
        for place, (row, of) in enumerate(zip(rows, scale, strict=True))
        if row in known.index and of
    ]
    xs: list[float | None] = []
    ys: list[float | None] = []
    words: list[str] = []
    for place, of, quartiles in found:
        lower, median, upper = (float(value) for value in quartiles)
        line = place + _UNDER
        xs += [*(of * percent / 100 for percent in (lower, lower, median, upper, upper)), None]
        ys += [line - _TIP, line, line, line, line - _TIP, None]
        words += [f"{whole_percent(lower)} to {whole_percent(upper)} met, median {whole_percent(median)}"] * 6
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            customdata=words,
            yaxis="y2",
            name=literal(label),
            mode="lines+markers",
            line={"color": theme.BENCHMARK_COLOUR, "width": 3},
            marker={"symbol": "diamond", "size": [0, 0, 9, 0, 0, 0] * len(found), "opacity": 1},
            hovertemplate=f"{literal(label)}: %{{customdata}}<extra></extra>",
            cliponaxis=False,
        )
    )
    end = len(rows) - 0.5
    figure.update_layout(yaxis2={"overlaying": "y", "range": [end, -0.5], "visible": False, "fixedrange": True})
    figure.update_yaxes(range=[end, -0.5], autorange=False, selector={"overlaying": None})
    figure.update_xaxes(range=[0, 1.02 * float(scale.max())])  # markers would else push the bars away


def written_and_practice(areas: pd.DataFrame, *, title: str) -> go.Figure:
    """(b) By area: how many are written, and how many are done, beside how many apply.

    Args:
        areas: ``Outcome.areas``.
        title: what the chart says.
    """
    series = (
        ("Apply", "applicable", theme.STATES["not_known"].colour, ""),
        ("Written", "written_yes", theme.WRITTEN_COLOUR, ""),
        ("Done", "practice_in_place", theme.PRACTICE_COLOUR, "/"),
    )
    figure = go.Figure(
        [
            bar(areas["title"], areas[column], name=name, colour=colour, pattern=pattern, of=areas["applicable"])
            for name, column, colour, pattern in series
        ]
    )
    figure.update_layout(barmode="group")
    row_axes(figure)
    return finish(figure, title, 3 * len(areas))


def practice_profile(areas: pd.DataFrame, levels: Sequence[PracticeLevel], *, title: str) -> go.Figure:
    """(d) By area: how many statements are at each practice level, weakest first, and how many are not known.

    Args:
        areas: ``Outcome.areas``.
        levels: the words for the levels.
        title: what the chart says.
    """
    figure = go.Figure()
    for level in levels:
        figure.add_trace(
            bar(
                areas["title"],
                areas[f"practice_{level.level}"],
                name=level.practice_label,
                colour=theme.LEVEL_COLOURS[level.level],
                pattern=("x", "\\", "/", "", "")[level.level],
                of=areas["applicable"],
            )
        )
    unknown = areas["practice_unknown"] + areas["practice_blank"]
    state = theme.STATES["not_known"]
    figure.add_trace(
        bar(
            areas["title"],
            unknown,
            name=state.word,
            colour=state.colour,
            pattern=state.pattern,
            of=areas["applicable"],
        )
    )
    figure.update_layout(barmode="stack")
    row_axes(figure)
    return finish(figure, title, 2 * len(areas))
