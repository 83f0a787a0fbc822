"""The heat maps: schools by question, and groups of schools by question."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from audit.authority import question_matrix
from audit.charts.style import chart_text, finish, name_rows
from audit.english import DASH, whole_percent

if TYPE_CHECKING:
    from audit.authority.question_matrix import GroupedShares

_HEADINGS = 130
"""Pixels above the cells for the names of the questions."""
_LEANING = 60
"""Pixels right of the cells, for the last name, which leans out there."""
_ACROSS = 400
"""Sizes of all letters of one row together, so that the widest text fits its cell."""
_PICTURE = 480
"""Pixels of height for all schools in one picture, which has to fit a laptop's screen."""
_NAME_HIGH = 17
"""Pixels of height that the name of a phase needs."""
_SCALE = 70
"""Pixels below the cells for the scale in words."""


def heat_map_chart(cells: question_matrix.HeatMap, *, title: str) -> go.Figure:
    """Schools by question: each cell holds how many recommended statements are met, of how many that apply.

    For a desk review it counts what is written, and the name of the school says so.

    Args:
        cells: the schools in the order of the rows; about 25 at most, so that their names can be read.
        title: what the chart says.
    """
    places = question_matrix.steps_of(cells.shares).tolist()
    counted = ["written" if basis == "desk review" else "met" for basis in cells.schools["basis"]]
    words = [
        [
            f"{chart_text(name)}<br>{chart_text(topic)}<br>{_words(int(count), int(of), counted[row], places[row][column])}"
            for column, (topic, count, of) in enumerate(
                zip(cells.topics, cells.counts[row], cells.applicable[row], strict=True)
            )
        ]
        for row, name in enumerate(cells.labels)
    ]
    figure = _cells(cells.shares, question_matrix.STEPS, list(cells.texts()), words)
    name_rows(figure, cells.labels)
    _name_columns(figure, cells.topics)
    _add_scale(figure, [question_matrix.EMPTY, *question_matrix.STEPS])
    return _finish(figure, title, len(cells.schools))


def whole_heat_map(cells: question_matrix.HeatMap, phases: Mapping[str, str], *, title: str) -> go.Figure:
    """Every school by question in one picture: colours alone, and the figures in words on hover.

    Args:
        cells: the schools, those of each phase together.
        phases: the titles of the phases.
        title: what the chart says.
    """
    counted = ["written" if basis == "desk review" else "met" for basis in cells.schools["basis"]]
    words = [
        [
            f"{chart_text(topic)}<br>{_count(count, of, word)}"
            for topic, count, of in zip(cells.topics, counts, ofs, strict=True)
        ]
        for counts, ofs, word in zip(cells.counts.tolist(), cells.applicable.tolist(), counted, strict=True)
    ]
    names = [chart_text(name) for name in cells.labels]
    trace = go.Heatmap(
        z=question_matrix.steps_of(cells.shares),
        y=[f"{name}, {urn}" for name, urn in zip(names, cells.schools["urn"], strict=True)],
        customdata=words,
        hovertemplate="%{y}<br>%{customdata}<extra></extra>",
        coloraxis="coloraxis",
        xgap=1,
    )
    figure = go.Figure(trace)
    _name_columns(figure, cells.topics)
    _name_phases(figure, cells.schools["phase"], phases)
    _add_scale(figure, [question_matrix.EMPTY, *question_matrix.STEPS])
    finish(figure, title, 0)
    return figure.update_layout(
        height=_PICTURE + _HEADINGS + _SCALE + figure.layout.margin.t,
        margin_t=figure.layout.margin.t + _HEADINGS,
        margin_r=_LEANING,
        margin_b=_SCALE,
    )


def grouped_heat_map(grouped: GroupedShares, *, title: str) -> go.Figure:
    """Groups of schools by question: each cell holds the mean share that the schools of the group meet.

    Args:
        grouped: from `audit.authority.question_matrix.by_phase` or `by_coverage`.
        title: what the chart says.
    """
    shown = [[DASH if np.isnan(share) else whole_percent(share) for share in row] for row in grouped.shares]
    texts = [[text.removesuffix("%") for text in row] for row in shown]  # a cell has room for a number alone
    words = [
        [
            f"{chart_text(group)}<br>{chart_text(topic)}<br>"
            + (question_matrix.NOTHING_APPLIES if text == DASH else f"{text} met in the mean of its schools")
            for topic, text in zip(grouped.topics, row, strict=True)
        ]
        for group, row in zip(grouped.groups, shown, strict=True)
    ]
    figure = _cells(grouped.shares, question_matrix.TENTHS, texts, words)
    labels = [f"{group} ({size:,} schools)" for group, size in zip(grouped.groups, grouped.sizes, strict=True)]
    name_rows(figure, labels)
    _name_columns(figure, grouped.topics)
    _add_scale(figure, [question_matrix.EMPTY, *question_matrix.TENTHS])
    return _finish(figure, title, len(labels))


def _name_phases(figure: go.Figure, column: pd.Series, phases: Mapping[str, str]) -> None:
    """Writes the phases beside their rows, with a line between them; names never overlap where a phase has few rows."""
    named = column.astype("str").fillna("")
    runs = named.ne(named.shift()).cumsum()
    places, labels = [], []
    for _, rows in named.reset_index(drop=True).groupby(runs.to_numpy()):
        places.append((rows.index[0] + rows.index[-1]) / 2)
        labels.append(f"{phases.get(rows.iloc[0], rows.iloc[0]) or 'Phase not shown'} ({len(rows):,})")
        if rows.index[0]:
            edge = rows.index[0] - 0.5
            line = {"color": "#14171a", "width": 1}
            figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=edge, y1=edge, line=line)
    least = _NAME_HIGH * len(named) / _PICTURE
    for place in range(len(places) - 1, 0, -1):  # from the foot up, since the smallest phases are there
        places[place] = min(places[place], len(named) - 1 - (len(places) - 1 - place) * least)
        places[place - 1] = min(places[place - 1], places[place] - least)
    figure.update_yaxes(
        tickvals=places,
        ticktext=labels,
        range=[len(named) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )


def _count(count: int, of: int, counted: str) -> str:
    return f"{count} of {of} {counted}" if of else question_matrix.NOTHING_APPLIES


def _words(count: int, of: int, counted: str, place: int) -> str:
    if not of:
        return question_matrix.NOTHING_APPLIES
    return f"{_count(count, of, counted)}: {question_matrix.STEPS[place].word.lower()}"


def _cells(
    shares: npt.NDArray[np.float64],
    steps: Sequence[question_matrix.ScaleStep],
    texts: Sequence[Sequence[str]],
    words: Sequence[Sequence[str]],
) -> go.Figure:
    """The cells as one layer for each ink, since a layer has one text colour and each text must be readable on its cell."""
    places = question_matrix.steps_of(shares, steps)
    inks = np.array([question_matrix.EMPTY.ink, *(step.ink for step in steps)])[places - question_matrix.NO_STEP]
    figure = go.Figure()
    for ink in np.unique(inks):
        figure.add_trace(
            go.Heatmap(
                z=np.where(inks == ink, places, np.nan),
                text=np.where(inks == ink, texts, ""),
                customdata=words,
                texttemplate="%{text}",
                textfont={"color": str(ink), "size": _letters(shares.shape[1])},
                hovertemplate="%{customdata}<extra></extra>",
                hoverongaps=False,
                coloraxis="coloraxis",
                xgap=1,
                ygap=1,
            )
        )
    return figure


def _letters(columns: int) -> int:
    """The size of the texts in the cells: smaller where there are so many questions that the cells are narrow."""
    return int(max(7, min(12, _ACROSS // max(columns, 1))))


def _name_columns(figure: go.Figure, topics: Sequence[str]) -> None:
    """Writes the names of the questions above the cells."""
    figure.update_xaxes(
        tickvals=list(range(len(topics))),
        ticktext=[chart_text(topic) for topic in topics],
        tickangle=-60,
        side="top",
        ticklabeloverflow="allow",  # otherwise plotly leaves out the last name, which leans out to the right
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        automargin=True,
    )


def _add_scale(figure: go.Figure, steps: Sequence[question_matrix.ScaleStep]) -> None:
    """Shows the colour of each step with its word, below the cells."""
    number = len(steps)
    figure.update_layout(
        coloraxis={
            "colorscale": [(edge / number, step.fill) for at, step in enumerate(steps) for edge in (at, at + 1)],
            "cmin": question_matrix.NO_STEP - 0.5,
            "cmax": question_matrix.NO_STEP - 0.5 + number,
            "colorbar": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "xpad": 0,
                "len": 1,
                "y": 0,
                "yanchor": "top",
                "ypad": 12,
                "thickness": 14,
                "outlinewidth": 1,
                "tickvals": [question_matrix.NO_STEP + at for at in range(number)],
                "ticktext": ["<br>".join(textwrap.wrap(step.word, 14)) for step in steps],
                "tickfont": {"size": 12},
                "tickangle": 0,
            },
        }
    )


def _finish(figure: go.Figure, title: str, rows: int) -> go.Figure:
    """The figure with room for the names of the questions and for the scale."""
    finish(figure, title, rows)
    return figure.update_layout(
        height=figure.layout.height + _HEADINGS + _SCALE,
        margin_t=figure.layout.margin.t + _HEADINGS,
        margin_r=_LEANING,
        margin_b=_SCALE,
    )
