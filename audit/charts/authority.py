"""The bar charts of many schools: distribution, kinds of gap, common gaps, agreement with the adviser."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import finish, literal, name_rows
from audit.english import whole_percent
from audit.model import Kind
from audit.tables import COUNTED, GAP_KINDS

_LABEL = 52
"""Characters of a statement's name beside its bar."""


def distribution(bands: pd.DataFrame, *, title: str) -> go.Figure:
    """How many schools lie in each band of K coverage.

    Args:
        bands: what `audit.authority.showing.groups.distribution` gives.
        title: what the chart says.
    """
    figure = go.Figure(
        go.Bar(
            x=list(bands["band"]),
            y=list(bands["schools"]),
            text=[str(count) if count else "" for count in bands["schools"]],
            textposition="outside",
            cliponaxis=False,
            marker={"color": theme.STATES["met"].colour},
            hovertemplate="K coverage %{x}: %{y} schools<extra></extra>",
        )
    )
    figure.update_xaxes(title="K coverage", fixedrange=True, automargin=True)
    figure.update_yaxes(title="Schools", rangemode="tozero", fixedrange=True, automargin=True, showgrid=False)
    return finish(figure, title, 9).update_layout(margin_b=48)


def _stack(
    values: Sequence[float], *, kind: Kind, shown: Sequence[str], words: Sequence[str], about: Sequence[str] = ()
) -> go.Bar:
    """One state as a series of horizontal bars: what is written in each, and what is said of it, and about it, on hover."""
    state = theme.STATES[kind]
    return go.Bar(
        y=list(range(len(values))),
        x=values,
        customdata=words,
        name=state.word,
        orientation="h",
        text=shown,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": "#ffffff", "size": 13},
        marker={
            "color": state.colour,
            "line": {"color": "#ffffff", "width": 1},
            "pattern": {"shape": state.pattern, "fgcolor": "rgba(255,255,255,0.28)", "size": 7, "fillmode": "overlay"},
        },
        hovertext=about or None,
        hovertemplate=f"{'%{hovertext}' if about else ''}{state.word}: %{{customdata}}<extra></extra>",
    )


def kinds_total(years: pd.DataFrame, *, title: str) -> go.Figure:
    """The states of all statements, each as one whole bar: of all schools, and of those with both years in each.

    Args:
        years: what `audit.authority.showing.groups.kinds_by_year` gives.
        title: what the chart says.
    """
    figure = go.Figure()
    for kind in COUNTED:
        shares = [100 * n / of if of else 0.0 for n, of in zip(years[kind], years["applicable"], strict=True)]
        figure.add_trace(
            _stack(
                shares,
                kind=kind,
                shown=[whole_percent(share) if share else "" for share in shares],
                words=[f"{n:,} of {of:,}" for n, of in zip(years[kind], years["applicable"], strict=True)],
            )
        )
    figure.update_layout(barmode="stack").update_xaxes(visible=False, fixedrange=True)
    name_rows(figure, years["which"] + ", " + years["year"])
    return finish(figure, title, 2 * len(years))


def common_gaps(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """The statements that most schools of a group miss, by kind of gap.

    Args:
        rows: what `audit.authority.showing.foremost.top_gaps` gives.
        title: what the chart says.
    """
    texts = ["<br>".join(map(literal, textwrap.wrap(text, 70))) + "<br>" for text in rows["statement_text"]]
    figure = go.Figure()
    for kind in GAP_KINDS:
        pairs = [(int(count), int(of)) for count, of in zip(rows[kind], rows["schools"], strict=True)]
        figure.add_trace(
            _stack(
                [100 * count / of for count, of in pairs],
                kind=kind,
                shown=[f"{count:,}" if count else "" for count, _ in pairs],
                words=[f"{count:,} of {of:,} schools" for count, of in pairs],
                about=texts,
            )
        )
    figure.update_layout(barmode="stack").update_xaxes(
        title="Share of the schools to which it applies; the bars hold numbers of schools",
        range=[0, 100],
        ticksuffix="%",
        fixedrange=True,
    )
    labels = [
        f"{_shortened(text, _LABEL - len(reference) - 3)} ({reference.replace(' ', chr(0xA0))})"
        for reference, text in zip(rows["reference"], rows["statement_text"], strict=True)
    ]
    name_rows(
        figure, labels, longest=_LABEL, widest=_LABEL // 2 + 4
    )  # two lines, so that a phone has room for the bars
    finished = finish(figure, title, max(len(rows) * 4 // 3, 3))
    return finished.update_layout(margin_b=48, margin_r=32)  # half of the last tick's text stands beyond the axis


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def agreement(table: pd.DataFrame, *, title: str, most: int = 15) -> go.Figure:
    """By statement: how far schools rate their practice above or below the adviser's reading of it.

    Args:
        table: AGREEMENT.
        title: what the chart says.
        most: how many statements, those furthest apart first.
    """
    rows = table[(table["statement"] != "all") & (table["answer"] == "practice") & table["bias"].notna()]
    rows = rows.sort_values("bias", key=abs, ascending=False, kind="stable").head(most)
    steps = [float(step) for step in rows["bias"]]
    figure = go.Figure(
        go.Bar(
            y=list(range(len(rows))),
            x=steps,
            customdata=[
                f"{pairs} schools read; {whole_percent(exact)} the same"
                for pairs, exact in zip(rows["pairs"], rows["exact"], strict=True)
            ],
            orientation="h",
            text=[f"{step:+.1f}" for step in steps],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [theme.PRACTICE_COLOUR if step > 0 else theme.WRITTEN_COLOUR for step in steps]},
            hovertemplate="%{x:+.2f} steps; %{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(
        title="Steps that the school is above (+) or below (−) the adviser", zeroline=True, fixedrange=True
    )
    name_rows(figure, rows["reference"])
    return finish(figure, title, len(rows) + 2).update_layout(margin_b=48)
