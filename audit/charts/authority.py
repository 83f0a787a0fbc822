"""The charts of many schools.

Bars: coverage by band, states of the statements, common gaps, agreement with the adviser. A point for each school:
written against done, and the change since last year. Heat maps: schools by question, and groups of schools by question.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from audit import theme
from audit.authority import question_matrix
from audit.charts.style import chart_text, finish, name_rows
from audit.english import DASH, whole_percent
from audit.model import PHASES, Kind
from audit.tables import COUNTED, GAP_KINDS

_LONGEST_LABEL = 52
"""Characters of a statement's label beside its bar."""
_LONGEST_NAME = 30
"""Characters of a school's name inside a chart."""
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
            f"{chart_text(name)}<br>{chart_text(topic)}<br>{_cell_words(int(count), int(of), counted[row], places[row][column])}"
            for column, (topic, count, of) in enumerate(
                zip(cells.topics, cells.counts[row], cells.applicable[row], strict=True)
            )
        ]
        for row, name in enumerate(cells.labels)
    ]
    figure = _map_cells(cells.shares, question_matrix.STEPS, list(cells.texts()), words)
    name_rows(figure, cells.labels)
    _name_columns(figure, cells.topics)
    _add_scale(figure, [question_matrix.EMPTY, *question_matrix.STEPS])
    return _finish_map(figure, title, len(cells.schools))


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
            f"{chart_text(topic)}<br>{_cell_text(count, of, word)}"
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


def grouped_heat_map(grouped: question_matrix.GroupedShares, *, title: str) -> go.Figure:
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
    figure = _map_cells(grouped.shares, question_matrix.TENTHS, texts, words)
    labels = [f"{group} ({size:,} schools)" for group, size in zip(grouped.groups, grouped.sizes, strict=True)]
    name_rows(figure, labels)
    _name_columns(figure, grouped.topics)
    _add_scale(figure, [question_matrix.EMPTY, *question_matrix.TENTHS])
    return _finish_map(figure, title, len(labels))


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


def _cell_text(count: int, of: int, counted: str) -> str:
    return f"{count} of {of} {counted}" if of else question_matrix.NOTHING_APPLIES


def _cell_words(count: int, of: int, counted: str, place: int) -> str:
    if not of:
        return question_matrix.NOTHING_APPLIES
    return f"{_cell_text(count, of, counted)}: {question_matrix.STEPS[place].word.lower()}"


def _map_cells(
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


def _finish_map(figure: go.Figure, title: str, rows: int) -> go.Figure:
    """The figure with room for the names of the questions and for the scale."""
    finish(figure, title, rows)
    return figure.update_layout(
        height=figure.layout.height + _HEADINGS + _SCALE,
        margin_t=figure.layout.margin.t + _HEADINGS,
        margin_r=_LEANING,
        margin_b=_SCALE,
    )
