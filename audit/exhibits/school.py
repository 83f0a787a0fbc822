"""The exhibits of one school: of one audit, and of its years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from audit import findings, history, readable, theme
from audit.exhibits.exhibit import Exhibit, MiddleHalf, NativeChart
from audit.model import Kind
from audit.outcome import Outcome
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

if TYPE_CHECKING:
    from audit.charts.style import Figure

_COUNTED = "Recommended statements"


def school_exhibits(result: Outcome, half: MiddleHalf | None = None) -> tuple[Exhibit, ...]:
    """What the scores of one audit show, in the order of every output.

    Args:
        result: the outcome of the audit.
        half: how the middle half of other schools meets each question; None if it is not known.
    """
    return (_states(result, half), _written_and_practice(result), _two_by_two(result), _practice(result))


def _states(result: Outcome, half: MiddleHalf | None) -> Exhibit:
    """(a) The states of the recommended statements by question."""
    finding = findings.states_title(result.questions)

    def figure() -> Figure:
        from audit.charts.bars import states_by_question

        rows, label = (None, "") if half is None else (half.rows, half.label)
        return states_by_question(result.questions, rows, label=label, title=finding)

    return Exhibit(
        key="states",
        title="States of the recommended statements by question",
        finding=finding,
        means="" if half is None else half.words,
        table=readable.states(result.questions, "topic", "Question"),
        figure=figure,
        native=_native_states(result.questions, ("applicable", *COUNTED, "not_applicable"), drawn=COUNTED, height=16),
    )


def _native_states(
    questions: pd.DataFrame, columns: Sequence[str], *, drawn: Sequence[Kind], height: float
) -> NativeChart:
    """Stacked bars of some states by question; the sheet counts them in columns of which some are not drawn."""
    headings: dict[str, str] = {"applicable": "Apply", **{kind: STATES[kind].word for kind in STATES}}
    counts = {headings[column]: questions[column] for column in columns}
    return NativeChart(
        kind="stacked",
        names="Question",
        series={STATES[kind].word: STATES[kind].colour for kind in drawn},
        height=height,
        table=pd.DataFrame({"Question": questions["topic"], **counts}),
        counted=_COUNTED,
    )


def _written_and_practice(result: Outcome) -> Exhibit:
    """(b) By area, how many statements are written and how many done."""
    finding = findings.written_practice_title(result.areas)

    def figure() -> Figure:
        from audit.charts.bars import written_and_practice

        return written_and_practice(result.areas, title=finding)

    table = readable.written_and_practice(result.areas)
    return Exhibit(
        key="written",
        title="Written and done, by area",
        finding=finding,
        table=table,
        figure=figure,
        native=NativeChart(
            kind="pairs",
            names="Area",
            series={"Written": theme.WRITTEN_COLOUR, "Done": theme.PRACTICE_COLOUR},
            height=11,
            table=table[["Area", "Apply", "Written", "Done"]],
            counted=_COUNTED,
        ),
    )


def _two_by_two(result: Outcome) -> Exhibit:
    """(c) What is written against what is done."""
    finding = findings.two_by_two_title(result.overall)

    def figure() -> Figure:
        from audit.charts.matrix import two_by_two

        return two_by_two(result.two_by_two, not_known=int(result.overall["not_known"]), title=finding)

    return Exhibit(
        key="matrix",
        title="Written against done",
        finding=finding,
        table=readable.two_by_two(result),
        figure=figure,
    )


def _practice(result: Outcome) -> Exhibit:
    """(d) By area, how many statements are at each practice level."""
    finding = findings.practice_title(result.areas)

    def figure() -> Figure:
        from audit.charts.bars import practice_profile

        return practice_profile(result.areas, result.criteria.practice_levels, title=finding)

    return Exhibit(
        key="practice",
        title="Practice levels, by area",
        finding=finding,
        table=readable.practice_profile(result.areas, result.criteria),
        figure=figure,
    )


def gaps_exhibit(result: Outcome) -> Exhibit:
    """Where the gaps are: the questions that have some, by kind of gap. A spreadsheet alone draws it."""
    questions = result.questions[result.questions["applicable"] > result.questions["met"]]
    native = _native_states(questions, GAP_KINDS, drawn=GAP_KINDS, height=max(7.0, 4 + 0.6 * len(questions)))
    assert native.table is not None
    return Exhibit(
        key="gaps",
        title="Where they are",
        finding=findings.states_title(result.questions),
        table=native.table,
        native=native,
    )


def years_exhibit(outcomes: Sequence[Outcome]) -> Exhibit:
    """How the figures of one school went over its years.

    Args:
        outcomes: of its audits, the earliest first.
    """
    table = history.trend(tuple(outcomes))
    comparable = history.comparable(table)
    finding = history.trend_title(comparable)

    def figure() -> Figure:
        from audit.charts.trend import trend

        return trend(comparable, title=finding)

    return Exhibit(
        key="trend",
        title="K coverage, written and done, by year",
        finding=finding,
        means="The bar above a point reaches to what K coverage is if everything unknown turns out well. "
        "Written and done are drawn as far as they are known.",
        table=history.trend_table(table),
        figure=figure,
    )
