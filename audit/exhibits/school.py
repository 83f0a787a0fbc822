"""The exhibits of one audit, and its tables and sentences in words for pages and documents.

The exhibits of a school's years are in `audit.exhibits.governors`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from audit import theme
from audit.english import day
from audit.exhibits.exhibit import Exhibit, MiddleHalf, NativeChart
from audit.model import Audit, Criteria, Kind, PracticeLevel, Response, Statement, practice_labels
from audit.school import outcome
from audit.school.outcome import Outcome, coverage_range
from audit.school.proposals import named_with_framework, to_answer_again, without_counterpart
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

if TYPE_CHECKING:
    from audit.charts.style import Figure
    from audit.school.merge import UploadChange


_COUNTED = "Recommended statements"
NOTHING_INSTEAD = "Nothing"
"""What the list of overtaken statements says where no statement of today takes the place of one."""


def school_exhibits(result: Outcome, half: MiddleHalf | None = None) -> tuple[Exhibit, ...]:
    """What the scores of one audit show, in the order in which every output shows it.

    Args:
        result: the outcome of the audit.
        half: how the middle half of other schools meets each question; None if it is not known.
    """
    shown = [_states(result, half), _written_and_practice(result), _two_by_two(result), _practice(result)]
    if not result.forces.empty:
        shown.insert(0, _forces(result))
    if result.overtaken:
        shown.append(overtaken_exhibit(result))
    return tuple(shown)


def _states(result: Outcome, half: MiddleHalf | None) -> Exhibit:
    """(a) The states of the recommended statements, by question."""
    finding = outcome.states_title(result.questions)

    def figure() -> Figure:
        from audit.charts.school import states_by_question

        rows, label = (None, "") if half is None else (half.rows, half.label)
        return states_by_question(result.questions, rows, label=label, title=finding)

    return Exhibit(
        key="states",
        title="States of the recommended statements by question",
        finding=finding,
        means="" if half is None else half.words,
        table=states(result.questions, "topic", "Question"),
        figure=figure,
        native=_native_states(
            result.questions,
            ("applicable", *COUNTED, "not_applicable"),
            drawn=COUNTED,
            height=max(16, 4 + 0.55 * len(result.questions)),
        ),
    )


def _native_states(
    questions: pd.DataFrame, columns: Sequence[str], *, drawn: Sequence[Kind], height: float
) -> NativeChart:
    """Stacked bars of some states by question.

    Args:
        questions: ``Outcome.questions``, or some of its rows.
        columns: the counts in the cells of the sheet.
        drawn: the states that the bars show.
        height: in centimetres.
    """
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
    """(b) By area, how many statements are written and how many are done."""
    finding = outcome.written_practice_title(result.areas)

    def figure() -> Figure:
        from audit.charts.school import written_and_practice_chart

        return written_and_practice_chart(result.areas, title=finding)

    table = written_and_practice_table(result.areas)
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
            height=max(11, 3 + 0.9 * len(result.areas)),
            table=table[["Area", "Apply", "Written", "Done"]],
            counted=_COUNTED,
        ),
    )


def _two_by_two(result: Outcome) -> Exhibit:
    """(c) What is written against what is done."""
    finding = outcome.two_by_two_title(result.overall)

    def figure() -> Figure:
        from audit.charts.school import two_by_two_chart

        return two_by_two_chart(result.two_by_two, not_known=int(result.overall["not_known"]), title=finding)

    return Exhibit(
        key="matrix",
        title="Written against done",
        finding=finding,
        table=two_by_two_table(result),
        figure=figure,
    )


def _practice(result: Outcome) -> Exhibit:
    """(d) By area, how many statements are at each practice level."""
    finding = outcome.practice_title(result.areas)

    def figure() -> Figure:
        from audit.charts.school import practice_profile_chart

        return practice_profile_chart(result.areas, result.criteria.practice_levels, title=finding)

    return Exhibit(
        key="practice",
        title="Practice levels, by area",
        finding=finding,
        table=practice_profile_table(result.areas, result.criteria),
        figure=figure,
    )


def _forces(result: Outcome) -> Exhibit:
    """How much is met of what the law asks, of what guidance asks, and so on."""
    rows = result.forces
    counts = {STATES[kind].word: rows[kind] for kind in COUNTED}
    table = pd.DataFrame(
        {
            "Force": rows["title"],
            "Apply": rows["applicable"],
            **counts,
        }
    )
    finding = outcome.forces_title(rows)

    def figure() -> Figure:
        from audit.charts.school import states_by_question

        return states_by_question(rows.assign(topic=rows["title"]), None, label="", title=finding)

    return Exhibit(
        key="forces",
        title="States of the recommended statements by force",
        finding=finding,
        means=" ".join(
            f"{mark.title}: {mark.means}" for mark in result.framework.marks if mark.title in set(rows["title"])
        ),
        table=table,
        figure=figure,
        native=NativeChart(
            kind="stacked",
            names="Force",
            series={STATES[kind].word: STATES[kind].colour for kind in COUNTED},
            height=8,
            table=table[["Force", "Apply", *counts]],
            counted=_COUNTED,
        ),
    )


def overtaken_exhibit(result: Outcome) -> Exhibit:
    """What is no longer asked, because law or guidance has overtaken it: since when, by what, and why."""
    return Exhibit(
        key="overtaken",
        title="No longer asked",
        finding=outcome.overtaken_title(result),
        means="Law or guidance has overtaken these statements. They are not asked and not counted, and no answer is lost.",
        table=overtaken_table(criterion.statement for criterion in result.overtaken),
    )


def overtaken_table(statements: Iterable[Statement]) -> pd.DataFrame:
    """Overtaken statements: reference, statement, since when, by which statements of today, and why."""
    rows = [
        (
            statement.reference,
            statement.statement,
            day(dt.date.fromisoformat(statement.superseded.since)),
            ", ".join(statement.superseded.by) or NOTHING_INSTEAD,
            statement.superseded.because,
        )
        for statement in statements
        if statement.superseded is not None
    ]
    return pd.DataFrame(rows, columns=["Reference", "Statement", "Since", "What holds instead", "Why"])


def gaps_exhibit(result: Outcome) -> Exhibit:
    """The gaps by question and kind of gap, without the questions that have none. Only a spreadsheet draws it."""
    questions = result.questions[result.questions["applicable"] > result.questions["met"]]
    native = _native_states(questions, GAP_KINDS, drawn=GAP_KINDS, height=max(7.0, 4 + 0.6 * len(questions)))
    assert native.table is not None
    return Exhibit(
        key="gaps",
        title="Where they are",
        finding=outcome.states_title(result.questions),
        table=native.table,
        native=native,
    )


def states(counts: pd.DataFrame, name: str, heading: str) -> pd.DataFrame:
    """The counts by state, one row per question or area.

    Args:
        counts: ``Outcome.questions`` or ``Outcome.areas``.
        name: the column of ``counts`` that names the row.
        heading: the heading of that column in the table.
    """
    return pd.DataFrame(
        {
            heading: counts[name],
            "Apply": counts["applicable"],
            **{STATES[kind].word: counts[kind] for kind in COUNTED},
            "Met": [f"{row.met} of {row.applicable}" for row in counts.itertuples()],
            STATES["not_applicable"].word: counts["not_applicable"],
        }
    )


def written_and_practice_table(areas: pd.DataFrame) -> pd.DataFrame:
    """One row per area: how many statements apply, are written and are done, and how many of each are not known."""
    return pd.DataFrame(
        {
            "Area": areas["title"],
            "Apply": areas["applicable"],
            "Written": areas["written_yes"],
            "Written not known": areas["written_unknown"] + areas["written_blank"],
            "Done": areas["practice_in_place"],
            "Done not known": areas["practice_unknown"] + areas["practice_blank"],
        }
    )


def practice_profile_table(areas: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per area: how many statements are at each practice level."""
    return pd.DataFrame(
        {
            "Area": areas["title"],
            **{level.practice_label: areas[f"practice_{level.level}"] for level in criteria.practice_levels},
            STATES["not_known"].word: areas["practice_unknown"] + areas["practice_blank"],
        }
    )


def two_by_two_table(result: Outcome) -> pd.DataFrame:
    """The four fields of written against done as a table, with what is not known beside them."""
    return result.two_by_two.reset_index()


def counts_sentence(result: Outcome) -> str:
    """How many statements are in each state, in one sentence."""
    parts = [f"{int(result.overall[kind])} {STATES[kind].word.lower()}" for kind in COUNTED]
    return f"Of {int(result.overall['applicable'])} that apply: {', '.join(parts)}."


def coverage_sentence(result: Outcome) -> str:
    """Coverage with its range, and the framework's word for it."""
    band = f" ({result.band.lower()})" if result.band else ""
    return f"{result.coverage_called}: {coverage_range(result.overall)}{band}."


def response_lines(response: Response, levels: tuple[PracticeLevel, ...]) -> list[str]:
    """A response as short lines of plain text; one line says so if it is empty."""
    lines = []
    if response.not_applicable:
        lines.append(f"Not applicable: {response.not_applicable}")
    if response.written is not None:
        lines.append(f"Written: {theme.WRITTEN_WORDS[response.written]}")
    if response.practice is not None:
        lines.append(f"Done: {practice_labels(levels)[response.practice]}")
    if response.evidence:
        lines.append(f"Evidence: {response.evidence}")
    if response.comment:
        lines.append(f"Comment: {response.comment}")
    return lines or [theme.NOT_ANSWERED]


def filtered(gaps: pd.DataFrame, **wanted: Sequence[str]) -> pd.DataFrame:
    """The gaps that hold one of the wanted values in each column; an empty list stands for all values."""
    for column, values in wanted.items():
        if values:
            gaps = gaps[gaps[column].isin(values)]
    return gaps


def unwritten(result: Outcome) -> pd.DataFrame:
    """What a policy does not fully say: reference, statement, how far it is written, and what the reader noted."""
    rows = result.unwritten
    statements = [result.criteria[statement].statement for statement in rows["statement"]]
    return pd.DataFrame(
        {
            "Reference": [statement.reference for statement in statements],
            "Statement": [statement.statement for statement in statements],
            "Written": [theme.WRITTEN_WORDS[answer] for answer in rows["written"]],
            "Where, and what is missing": list(rows["evidence"]),
        }
    )


def set_aside(result: Outcome) -> pd.DataFrame:
    """What the school set aside as not applicable, with the reason."""
    statements = [result.criteria[statement].statement for statement in result.set_aside["statement"]]
    return pd.DataFrame(
        {
            "Reference": [statement.reference for statement in statements],
            "Statement": [statement.statement for statement in statements],
            "Reason given": list(result.set_aside["not_applicable"]),
        }
    )


def upload_changes(those: Iterable[UploadChange], criteria: Criteria) -> pd.DataFrame:
    """What an upload would change: reference, statement, the stored answer, and the answer in the file.

    A statement that is asked in the wording of another says so.
    """
    levels = criteria.practice_levels

    def text(change: UploadChange) -> str:
        asked_as = f"\nAsked once, as {named_with_framework(criteria[change.along_with])}." if change.along_with else ""
        return f"{criteria[change.statement].statement.statement}{asked_as}"

    return pd.DataFrame(
        [
            (
                criteria[change.statement].statement.reference,
                text(change),
                "\n".join(response_lines(change.stored, levels)),
                "\n".join(response_lines(change.given, levels)),
            )
            for change in those
        ],
        columns=["Reference", "Statement", "Stored now", "In the file"],
    )


def not_confirmable(begun: Audit, criteria: Criteria, earlier: Criteria) -> pd.DataFrame:
    """Last year's answers that cannot be confirmed: reference, statement in last year's wording, and the reason.

    Args:
        begun: an audit that begins with last year's answers.
        criteria: the criteria that it answers.
        earlier: the criteria that last year's audit answered, as far as this computer has them.
    """
    reasons = {criterion.id: "Asked anew: its meaning has changed" for criterion in to_answer_again(begun, criteria)}
    reasons |= dict.fromkeys(without_counterpart(begun, criteria), "No longer in these criteria: the answer is kept")
    rows = []
    for id, reason in reasons.items():
        statement = next((known[id].statement for known in (earlier, criteria) if id in known), None)
        named = (
            (id, "This program does not have its wording")
            if statement is None
            else (statement.reference, statement.statement)
        )
        rows.append((*named, reason))
    return pd.DataFrame(rows, columns=["Reference", "Statement", "What becomes of the answer"])
