"""The one chart that governors see: how much of each area is in the policy and done."""

from __future__ import annotations

import textwrap

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.bars import add_brackets, bar, row_axes
from audit.charts.style import finish, literal
from audit.governing import STATE_WORDS

_WIDEST = 18
"""Letters of an area's title in one line, so that the bars keep most of a phone's width."""
_LINES = 2.9
"""Height of an area in rows: its title and count take two to four lines."""


def met_by_area(
    areas: pd.DataFrame, title: str, middle_half: pd.DataFrame | None = None, *, label: str = ""
) -> go.Figure:
    """The states of the recommended statements by area, each area's bar equally long, with counts in it.

    Equally long, since an area of two statements can be read no other way on a phone; how many they are stands beside it.

    Args:
        areas: ``Outcome.areas``.
        title: what the chart shows.
        middle_half: how the middle half of other schools meets each area, in percent: rows of SPREAD. A bracket under
            each bar shows it, so that what is in the policy and done can be held against it.
        label: whose middle half it is, for the legend.
    """
    names = pd.Series(map(_name, areas["title"], areas["met"], areas["applicable"]), dtype="str")
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
    return finish(figure, title, round(_LINES * len(areas)))


def _name(title: str, met: int, applicable: int) -> str:
    lines = [*textwrap.wrap(title, _WIDEST), f"{met} of {applicable}"]
    return "<br>".join(map(literal, lines))
