"""The charts of one school.

Of one audit: (a) states by question, (b) written and done by area, (c) the 2×2 of written against done, (d) practice
levels by area, and the one chart that governors see, `met_by_area`. Of its years: `trend_chart`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import chart_text, finish
from audit.english import agree, whole_percent
from audit.tables import COUNTED
from audit.theme import STATE_WORDS

if TYPE_CHECKING:
    from audit.model import Kind, PracticeLevel

_UNDER, _TIP = 0.45, 0.09
"""How far a bracket lies below the middle of its bar, and how far its ends rise, in rows."""
_FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("Written", "Done", "met"),
    ("Written", "Not done", "not_done"),
    ("Not fully written", "Done", "not_written"),
    ("Not fully written", "Not done", "neither"),
)
"""Row, column and state of each field of the 2×2."""
_LINES = (
    ("coverage", "{coverage}: written and done", theme.COVERAGE_COLOUR, "solid", "circle"),
    ("written", "Written", theme.WRITTEN_COLOUR, "dash", "square"),
    ("practice", "Done", theme.PRACTICE_COLOUR, "dot", "diamond"),
)
"""Column, name, colour, dash and symbol of each line of the trend; ``{coverage}`` stands for what the framework
calls it. The widest line comes first, so that it hides no other."""
_GRID_COLOUR = "rgba(111,114,117,0.4)"
_BREAK_COLOUR = "#6f7275"
_WIDEST = 18
"""Letters of an area's title in one line, so that the bars keep most of a phone's width."""
_AREA_LINES = 2.9
"""Height of an area in rows: its title and count take two to four lines."""


def states_by_question(
    questions: pd.DataFrame, middle_half: pd.DataFrame | None = None, *, label: str = "", title: str
) -> go.Figure:
    """(a) The states of the recommended statements by question, stacked, in source order.

    Args:
        questions: ``Outcome.questions``.
        middle_half: how the middle half of other schools meets each question, as ``question``, ``lower``, ``median``
            and ``upper`` in percent: rows of SPREAD. A bracket under each bar shows it on the scale of the school's own
            applicable statements, so that *met* can be compared with it.
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


def written_and_practice_chart(areas: pd.DataFrame, *, title: str) -> go.Figure:
    """(b) By area: how many statements apply, how many are written, and how many are done.

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


def two_by_two_chart(counts: pd.DataFrame, *, not_known: int, title: str) -> go.Figure:
    """(c) How many statements are written and done, only one of the two, or neither.

    Args:
        counts: ``Outcome.two_by_two``.
        not_known: how many statements belong to none of the four fields, since an answer is not known; a note below counts
            them.
        title: what the chart says.
    """
    figure = go.Figure()
    for row, column, kind in _FIELDS:
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


def practice_profile_chart(areas: pd.DataFrame, levels: Sequence[PracticeLevel], *, title: str) -> go.Figure:
    """(d) By area: how many statements are at each practice level, weakest first, and how many are not known.

    Args:
        areas: ``Outcome.areas``.
        levels: the levels with their labels.
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


def trend_chart(comparable: pd.DataFrame, *, coverage: str, title: str, before: str = "") -> go.Figure:
    """Coverage, written and done by year; a bar upward from coverage reaches to the highest that it can be.

    A year without a figure has no point: a desk review does not know what is done.

    Args:
        comparable: the rows of TREND that can be compared with each other.
        coverage: what the framework calls its coverage, as a sentence begins with it.
        title: what the chart says.
        before: the year before the first, in which the school answered other criteria: it has its place, no point, and a
            line that marks the break; empty if there is none.
    """
    figure = go.Figure()
    for measure, words, colour, dash, symbol in _LINES:
        name = words.format(coverage=chart_text(coverage))
        rows = comparable[comparable[f"{measure}_lowest"].notna()]
        is_coverage = measure == "coverage"
        figure.add_trace(
            go.Scatter(
                x=list(rows["year"]),
                y=[float(value) for value in rows[f"{measure}_lowest"]],
                customdata=[_range_in_words(row, measure) for _, row in rows.iterrows()],
                name=name,
                mode="lines+markers+text" if is_coverage else "lines+markers",
                text=[whole_percent(value) for value in rows[f"{measure}_lowest"]] if is_coverage else None,
                textposition="bottom center",
                line={"color": colour, "width": 4 if is_coverage else 2, "dash": dash},
                marker={"symbol": symbol, "size": 11 if is_coverage else 9},
                error_y=_upward_bars(rows) if is_coverage else None,
                hovertemplate=f"%{{x}}<br>{name}: %{{customdata}}<extra></extra>",
                cliponaxis=False,
            )
        )
    years = [before] * bool(before) + list(comparable["year"])
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=years, range=[-0.5, len(years) - 0.5])
    figure.update_xaxes(fixedrange=True, showgrid=False)
    figure.update_yaxes(range=[-8, 105], tick0=0, dtick=25, ticksuffix="%", fixedrange=True, zeroline=False)
    figure.update_yaxes(gridcolor=_GRID_COLOUR, griddash="dot")
    if before:
        figure.add_shape(
            type="line", x0=0.5, x1=0.5, y0=0, y1=1, yref="paper", line={"dash": "dot", "color": _BREAK_COLOUR}
        )
        figure.add_annotation(x=0, y=62.5, text="Other<br>criteria", showarrow=False)
    return finish(figure, title, 9).update_layout(margin_b=32, showlegend=True)


def _upward_bars(rows: pd.DataFrame) -> dict[str, object]:
    """How far coverage can still rise if everything unknown turns out well. No caps: plotly draws them at 0 too."""
    reach = [float(value) for value in rows["coverage_highest"] - rows["coverage_lowest"]]
    return {"type": "data", "symmetric": False, "array": reach, "thickness": 6, "width": 0}


def _range_in_words(row: pd.Series, measure: str) -> str:
    low, high = whole_percent(row[f"{measure}_lowest"]), whole_percent(row[f"{measure}_highest"])
    return low if low == high else f"{low} to {high}"


def met_by_area(
    areas: pd.DataFrame, title: str, middle_half: pd.DataFrame | None = None, *, label: str = ""
) -> go.Figure:
    """The states of the recommended statements by area, with counts in the bars.

    All bars have one length: on a phone, the bar of an area with two statements could not be read otherwise. The label
    says how many statements the area has.

    Args:
        areas: ``Outcome.areas``.
        title: what the chart shows.
        middle_half: how the middle half of other schools meets each area, in percent: rows of SPREAD. A bracket under
            each bar shows it, so that the school can compare what is in the policy and done with it.
        label: whose middle half it is, for the legend.
    """
    names = pd.Series(map(_area_label, areas["title"], areas["met"], areas["applicable"]), dtype="str")
    figure = go.Figure(
        [
            bar(
                names,
                areas[kind],
                name=word,
                colour=theme.STATES[kind].colour,
                pattern=theme.STATES[kind].pattern,
                of=areas["applicable"],
            )
            for kind, word in STATE_WORDS.items()
        ]
    )
    figure.update_layout(barmode="stack", barnorm="percent")
    row_axes(figure)
    if middle_half is not None:
        whole = pd.Series(100, index=areas.index).where(areas["applicable"] > 0, 0)
        add_brackets(figure, areas["area"], whole, middle_half, label=label)
    return finish(figure, title, round(_AREA_LINES * len(areas)))


def _area_label(title: str, met: int, applicable: int) -> str:
    lines = [*textwrap.wrap(title, _WIDEST), f"{met} of {applicable}"]
    return "<br>".join(map(chart_text, lines))


def bar(
    labels: pd.Series, counts: pd.Series, *, name: str, colour: str, pattern: str = "", of: pd.Series | None = None
) -> go.Bar:
    """One series of horizontal bars with its count in each bar; a bar of 0 shows no text."""
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
    """Puts the rows in order from the top down, each with its name beside it."""
    figure.update_yaxes(autorange="reversed", automargin=True, ticklabelstandoff=6, showgrid=False)
    figure.update_xaxes(visible=False, fixedrange=True)


def add_brackets(
    figure: go.Figure, rows: pd.Series, scale: pd.Series, middle_half: pd.DataFrame, *, label: str
) -> None:
    """Draws a bracket from the lower to the upper quartile under the bar of each row with quartiles, and marks the median.

    Args:
        figure: the bars.
        rows: the id of the area or question, by row.
        scale: the length of 100 percent, by row.
        middle_half: the quartiles: rows of SPREAD.
        label: whose middle half it is, for the legend.
    """
    known = middle_half.dropna(subset=["lower", "upper"]).set_index("question")
    brackets = [
        (position, float(of), known.loc[row, ["lower", "median", "upper"]])
        for position, (row, of) in enumerate(zip(rows, scale, strict=True))
        if row in known.index and of
    ]
    xs: list[float | None] = []
    ys: list[float | None] = []
    words: list[str] = []
    for position, of, quartiles in brackets:
        lower, median, upper = (float(value) for value in quartiles)
        line = position + _UNDER
        xs += [*(of * percent / 100 for percent in (lower, lower, median, upper, upper)), None]
        ys += [line - _TIP, line, line, line, line - _TIP, None]
        words += [f"{whole_percent(lower)} to {whole_percent(upper)} met, median {whole_percent(median)}"] * 6
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            customdata=words,
            yaxis="y2",
            name=chart_text(label),
            mode="lines+markers",
            line={"color": theme.BENCHMARK_COLOUR, "width": 3},
            marker={"symbol": "diamond", "size": [0, 0, 9, 0, 0, 0] * len(brackets), "opacity": 1},
            hovertemplate=f"{chart_text(label)}: %{{customdata}}<extra></extra>",
            cliponaxis=False,
        )
    )
    end = len(rows) - 0.5
    figure.update_layout(yaxis2={"overlaying": "y", "range": [end, -0.5], "visible": False, "fixedrange": True})
    figure.update_yaxes(range=[end, -0.5], autorange=False, selector={"overlaying": None})
    figure.update_xaxes(
        range=[0, 1.02 * float(scale.max())]
    )  # otherwise the markers would stretch the axis and shorten the bars
