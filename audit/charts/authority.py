"""The charts of many schools, except the heat maps.

Bars: coverage by band, states of the statements, common gaps, agreement with the adviser. A point for each school:
written against done, and the change since last year.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.charts.style import chart_text, finish, name_rows
from audit.english import whole_percent
from audit.model import PHASES, Kind
from audit.tables import COUNTED, GAP_KINDS

_LONGEST_LABEL = 52
"""Characters of a statement's label beside its bar."""
_LONGEST_NAME = 30
"""Characters of a school's name inside a chart."""


def distribution_chart(bands: pd.DataFrame, *, coverage: str, title: str) -> go.Figure:
    """How many schools lie in each band of coverage.

    Args:
        bands: the table of `audit.authority.question_matrix.schools_by_band`.
        coverage: what the framework calls its coverage, with a capital.
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
            hovertemplate=f"{chart_text(coverage)} %{{x}}: %{{y}} schools<extra></extra>",
        )
    )
    figure.update_xaxes(title=chart_text(coverage), fixedrange=True, automargin=True)
    figure.update_yaxes(title="Schools", rangemode="tozero", fixedrange=True, automargin=True, showgrid=False)
    return finish(figure, title, 9).update_layout(margin_b=48)


def kinds_total(years: pd.DataFrame, *, title: str) -> go.Figure:
    """The states of all statements as one whole bar per row: all schools, then each year of the schools with both years.

    Args:
        years: the table of `audit.authority.question_matrix.kinds_by_year`.
        title: what the chart says.
    """
    return _shares_of_states(years, years["which"] + ", " + years["year"], title)


def forces_chart(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """The states of the statements of each force as one whole bar.

    Args:
        rows: the table of `audit.authority.question_matrix.forces`.
        title: what the chart says.
    """
    return _shares_of_states(rows, rows["title"], title)


def _shares_of_states(rows: pd.DataFrame, names: pd.Series, title: str) -> go.Figure:
    """The states of the statements of each row, as shares of all that apply."""
    figure = go.Figure()
    for kind in COUNTED:
        counts = list(zip(rows[kind], rows["applicable"], strict=True))
        shares = [100 * count / of if of else 0.0 for count, of in counts]
        figure.add_trace(
            _stack(
                shares,
                kind=kind,
                shown=[whole_percent(share) if share else "" for share in shares],
                words=[f"{count:,} of {of:,}" for count, of in counts],
            )
        )
    figure.update_layout(barmode="stack").update_xaxes(visible=False, fixedrange=True)
    name_rows(figure, names)
    return finish(figure, title, 2 * len(rows))


def common_gaps_chart(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """The statements that most schools of a group miss, by kind of gap.

    Args:
        rows: the table of `audit.authority.findings.top_gaps`.
        title: what the chart says.
    """
    texts = ["<br>".join(map(chart_text, textwrap.wrap(text, 70))) + "<br>" for text in rows["statement_text"]]
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
        f"{_shortened(text, _LONGEST_LABEL - len(reference) - 3)} ({reference.replace(' ', chr(0xA0))})"
        for reference, text in zip(rows["reference"], rows["statement_text"], strict=True)
    ]
    name_rows(
        figure, labels, longest=_LONGEST_LABEL, widest=_LONGEST_LABEL // 2 + 4
    )  # two lines, so that a phone has room for the bars
    finished = finish(figure, title, max(len(rows) * 4 // 3, 3))
    return finished.update_layout(margin_b=48, margin_r=32)  # half of the last tick label reaches beyond the axis


def _stack(
    values: Sequence[float], *, kind: Kind, shown: Sequence[str], words: Sequence[str], about: Sequence[str] = ()
) -> go.Bar:
    """One state as a series of stacked horizontal bars.

    Args:
        values: the length of each bar.
        kind: the state.
        shown: the text inside each bar.
        words: the count of each bar in words, shown on hover.
        about: the text above that count; nothing stands there if empty.
    """
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


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def agreement_chart(table: pd.DataFrame, *, title: str, most: int = 15) -> go.Figure:
    """By statement: how many steps schools rate their practice above or below the adviser's rating.

    Args:
        table: AGREEMENT.
        title: what the chart says.
        most: how many statements are shown, the furthest apart first.
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


def written_against_done_chart(
    placed: pd.DataFrame, named: pd.DataFrame, phases: Mapping[str, str], *, title: str
) -> go.Figure:
    """One point per school: how much is written, against how much is done.

    Args:
        placed: rows of COMPARISON, without desk reviews.
        named: the rows of ``placed`` whose names are shown beside their points.
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
    _label_side(figure, 98, 3, "Promised more than done", "right")
    _label_side(figure, 42, 97, "Done more than written", "left")
    for _, school in named.iterrows():
        _name_point(figure, school["written_percent"], school["practice_percent"], school["school"])
    percent = {"range": [-3, 103], "ticksuffix": "%", "fixedrange": True, "zeroline": False, "automargin": True}
    figure.update_xaxes(title="Written in the policy", **percent)
    figure.update_yaxes(title="Done", **percent)
    return finish(figure, title, 16).update_layout(margin_b=48, showlegend=True)


def _add_points(figure: go.Figure, rows: pd.DataFrame, title: str, *, symbol: str, colour: str) -> None:
    """Draws the schools of one phase; nothing if there are none."""
    if rows.empty:
        return
    figure.add_trace(
        go.Scatter(
            x=list(rows["written_percent"]),
            y=list(rows["practice_percent"]),
            customdata=[chart_text(name) for name in rows["school"]],
            name=chart_text(title),
            mode="markers",
            marker={"symbol": symbol, "color": colour, "size": 9, "opacity": 0.8},
            hovertemplate="%{customdata}<br>Written %{x:.0f}%, done %{y:.0f}%<extra></extra>",
        )
    )


def _label_side(figure: go.Figure, x: float, y: float, text: str, anchor: str) -> None:
    """Writes what one side of the diagonal means."""
    figure.add_annotation(x=x, y=y, text=f"<i>{text}</i>", showarrow=False, xanchor=anchor, font={"size": 13})


def _name_point(figure: go.Figure, x: float, y: float, name: str) -> None:
    """Writes the name of a school beside its point, away from the diagonal and within the frame."""
    side = 1 if x > y else -1
    left = x > 70 if side > 0 else x > 30
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
    figure.add_annotation(
        x=x,
        y=y,
        text=chart_text(short),
        xanchor="right" if left else "left",
        ax=-14 if left else 14,
        ay=14 if side > 0 or y > 90 else -14,
        arrowwidth=1,
        arrowhead=0,
        arrowcolor=theme.QUIET,
        font={"size": 12},
    )


def movement_chart(rows: pd.DataFrame, before: str, now: str, *, title: str) -> go.Figure:
    """The schools whose coverage rose or fell most: last year's figure and this year's.

    Args:
        rows: the table of `audit.authority.findings.movers`.
        before: last year, as an academic year.
        now: this academic year.
        title: what the chart says.
    """
    positions = list(range(len(rows)))
    last_year, this_year = list(rows["coverage_before"]), list(rows["coverage_percent"])
    rose = [bool(change > 0) for change in rows["change"]]
    words = [
        f"{chart_text(name)}: {change:+.0f} points" for name, change in zip(rows["school"], rows["change"], strict=True)
    ]
    figure = go.Figure()
    for is_rise, label, symbol, colour in (
        (True, f"{now}, risen", "triangle-right", theme.STATES["met"].colour),
        (False, f"{now}, fallen", "triangle-left", theme.STATES["not_done"].colour),
    ):
        movers = [position for position in positions if rose[position] is is_rise]
        ends = [value for position in movers for value in (last_year[position], this_year[position], None)]
        figure.add_trace(
            go.Scatter(
                x=ends,
                y=[value for position in movers for value in (position, position, None)],
                mode="lines",
                line={"color": colour, "width": 3},
                showlegend=False,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[this_year[position] for position in movers],
                y=movers,
                customdata=[words[position] for position in movers],
                name=label,
                mode="markers+text",
                text=[whole_percent(this_year[position]) for position in movers],
                textposition="middle right" if is_rise else "middle left",
                marker={"symbol": symbol, "color": colour, "size": 14},
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=last_year,
            y=positions,
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
