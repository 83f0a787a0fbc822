"""What all charts share: fonts, margins, legend, row names, and a title that states the finding."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

import plotly.graph_objects as go

Figure: TypeAlias = go.Figure
"""The type of a chart, for modules that need its name and not plotly."""
CONFIG = {"displayModeBar": False, "responsive": True}
"""How a figure behaves on a page: it has no toolbar and fills the width."""
_ROW = 27
"""Pixels of height for a row."""
_FRAME = 150
"""Pixels of height for all else, with a title of one line."""


def finish(figure: go.Figure, title: str, rows: int) -> go.Figure:
    """The figure with its title and the height that ``rows`` bars need."""
    lines = textwrap.wrap(title, 62)
    figure.update_layout(
        title={
            "text": "<br>".join(map(chart_text, lines)),
            "x": 0,
            "xanchor": "left",
            "xref": "container",
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "pad": {"t": 14},
            "font": {"size": 17},
        },
        height=_FRAME + 22 * (len(lines) - 1) + _ROW * rows,
        margin={"l": 8, "r": 12, "t": 48 + 22 * len(lines), "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"},
        font={"family": "Source Sans, Segoe UI, Arial, sans-serif", "size": 14},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.28,
        hoverlabel={"font": {"size": 14}},
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return figure


def chart_text(text: str) -> str:
    """The text escaped, so that a chart shows each character: plotly reads ``<b>``, links and ``&lt;`` as markup."""
    return escape(text, quote=False)


def name_rows(figure: go.Figure, labels: Iterable[str], *, longest: int = 44, widest: int = 44) -> go.Figure:
    """The figure with a name beside each row 0, 1, 2 … from the top.

    Rows are numbers, not names, since two schools with one name would otherwise share a row.

    Args:
        figure: the chart.
        labels: the names.
        longest: characters of a name that are shown.
        widest: characters in one line of a name.
    """
    shown = (label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…" for label in labels)
    names = ["<br>".join(map(chart_text, textwrap.wrap(label, widest))) for label in shown]
    return figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[max(len(names), 1) - 0.5, -0.5],
        automargin=True,
        ticklabelstandoff=6,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )


def as_html(figure: go.Figure, number: int) -> str:
    """A figure as a piece of an HTML page, without its title; the first one on a page holds plotly too."""
    figure.update_layout(title=None, margin_t=34)
    html: str = figure.to_html(full_html=False, include_plotlyjs=number == 0, config=CONFIG, div_id=f"chart-{number}")
    return html
