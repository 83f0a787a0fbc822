"""What all figures share: fonts, margins, legend, and a title that states the finding."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "responsive": True}
"""How a figure behaves on a page: no toolbar, as wide as its place."""
_ROW = 27
_FRAME = 150


def finish(figure: go.Figure, title: str, rows: int) -> go.Figure:
    """The figure with its title and the height that ``rows`` bars need."""
    lines = textwrap.wrap(title, 62)
    figure.update_layout(
        title={"text": "<br>".join(lines), "x": 0, "xanchor": "left", "xref": "container", "font": {"size": 17}},
        height=_FRAME + 22 * (len(lines) - 1) + _ROW * rows,
        margin={"l": 8, "r": 12, "t": 48 + 22 * len(lines), "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"},
        font={"family": "Source Sans, Segoe UI, Arial, sans-serif", "size": 14},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.28,
        hoverlabel={"font": {"size": 14}},
    )
    return figure


def finding(figure: go.Figure) -> str:
    """The title of a figure on one line, for a heading that can be read aloud."""
    return str(figure.layout.title.text).replace("<br>", " ")


def as_html(figure: go.Figure, number: int) -> str:
    """A figure as a piece of an HTML page, without its title; the first of a page brings plotly along."""
    figure.update_layout(title=None, margin_t=34)
    html: str = figure.to_html(full_html=False, include_plotlyjs=number == 0, config=CONFIG, div_id=f"chart-{number}")
    return html
