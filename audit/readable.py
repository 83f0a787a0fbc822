"""The tables of an outcome in words, as they stand beside a chart, on a page or in a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from audit import theme
from audit.carrying import asked_anew, without_counterpart
from audit.changes import Change
from audit.findings import coverage_range
from audit.model import Audit, Criteria, PracticeLevel, Response, practice_labels
from audit.outcome import Outcome
from audit.tables import COUNTED
from audit.theme import STATES


def states(counts: pd.DataFrame, name: str, heading: str) -> pd.DataFrame:
    """States as counts, one row per question or area: ``name`` is the column that names the row."""
    return pd.DataFrame(
        {
            heading: counts[name],
            "Apply": counts["applicable"],
            **{STATES[kind].word: counts[kind] for kind in COUNTED},
            "Met": [f"{row.met} of {row.applicable}" for row in counts.itertuples()],
            STATES["not_applicable"].word: counts["not_applicable"],
        }
    )


def written_and_practice(areas: pd.DataFrame) -> pd.DataFrame:
    """One row per area: how many apply, are written, are done, and how many of each are not known."""
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


def practice_profile(areas: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per area: how many statements are at each practice level."""
    return pd.DataFrame(
        {
            "Area": areas["title"],
            **{p.practice_label: areas[f"practice_{p.level}"] for p in criteria.practice_levels},
            STATES["not_known"].word: areas["practice_unknown"] + areas["practice_blank"],
        }
    )


def two_by_two(result: Outcome) -> pd.DataFrame:
    """The four fields as a table, what is not known beside them."""
    return result.two_by_two.reset_index()


def answered(row: pd.Series, criteria: Criteria) -> tuple[str, str]:
    """The two answers of a row of SCORES or GAPS in words."""
    written = theme.NOT_ANSWERED if pd.isna(row["written"]) else theme.WRITTEN_WORDS.get(row["written"], "")
    if pd.isna(row["practice"]):
        return written, theme.NOT_ANSWERED
    labels = {str(answer): label for answer, label in practice_labels(criteria.practice_levels).items()}
    return written, labels[row["practice"]]


def counts_sentence(result: Outcome) -> str:
    """How many statements are in each state, in one sentence."""
    parts = [f"{int(result.overall[kind])} {STATES[kind].word.lower()}" for kind in COUNTED]
    return f"Of {int(result.overall['applicable'])} that apply: {', '.join(parts)}."


def coverage_sentence(result: Outcome) -> str:
    """K coverage with its range and the framework's word for it."""
    band = f" ({result.band.lower()})" if result.band else ""
    return f"K coverage: {coverage_range(result.overall)}{band}."


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
    """The gaps whose columns hold one of the wanted values; an empty list wants all."""
    for column, values in wanted.items():
        if values:
            gaps = gaps[gaps[column].isin(values)]
    return gaps


def unwritten(result: Outcome) -> pd.DataFrame:
    """What a policy does not fully say: reference, statement, how far, and what the reader noted."""
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


def changes(those: Iterable[Change], criteria: Criteria) -> pd.DataFrame:
    """What an upload would change: reference, statement, what is stored, what the file says."""
    levels = criteria.practice_levels
    return pd.DataFrame(
        [
            (
                criteria[change.statement].statement.reference,
                criteria[change.statement].statement.statement,
                "\n".join(response_lines(change.stored, levels)),
                "\n".join(response_lines(change.given, levels)),
            )
            for change in those
        ],
        columns=["Reference", "Statement", "Stored now", "In the file"],
    )


def not_confirmable(begun: Audit, criteria: Criteria, earlier: Criteria) -> pd.DataFrame:
    """The answers of last year that cannot simply be confirmed: reference, statement as it was then, and why.

    Args:
        begun: an audit that begins with last year's answers.
        criteria: the criteria that it answers.
        earlier: those that last year's audit answered, as far as they are at hand.
    """
    why = {c.id: "Asked anew: its meaning has changed" for c in asked_anew(begun, criteria)}
    why |= dict.fromkeys(without_counterpart(begun, criteria), "No longer in these criteria: the answer is kept")
    rows = []
    for one, reason in why.items():
        found = next((known[one].statement for known in (earlier, criteria) if one in known), None)
        named = (one, "Its wording is not at hand") if found is None else (found.reference, found.statement)
        rows.append((*named, reason))
    return pd.DataFrame(rows, columns=["Reference", "Statement", "What becomes of the answer"])
