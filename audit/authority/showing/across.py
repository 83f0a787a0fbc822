"""The way down from a comparison: one question at every school or at one, and the schools behind a common gap."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.returns import ANSWERS, KIND, NOT_ASKED
from audit.authority.tables import ALL
from audit.model import PHASES, Audit, Criteria, Criterion, practice_labels
from audit.scoring import kind_of
from audit.tables import GAP_KINDS, KINDS
from audit.theme import NOT_ANSWERED, WRITTEN_WORDS, words
from audit.worded import DASH

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "school": "Name",
        "lowest": "K coverage, lowest first",
        "highest": "K coverage, highest first",
        "phase": "Phase, then K coverage",
    }
)
"""The orders in which schools can stand."""

_STATES = np.array([*(words(kind_of(answer)) for answer in ANSWERS), DASH], dtype=object)
"""By code: the state in words."""
_WRITTEN = np.array(
    [
        *(
            words("not_applicable")
            if answer.not_applicable
            else f"Written: {WRITTEN_WORDS[answer.written or 'unknown']}"
            for answer in ANSWERS
        ),
        DASH,
    ],
    dtype=object,
)
"""By code: what a desk review says."""


def in_order(schools: pd.DataFrame, order: str) -> pd.DataFrame:
    """The schools in one of `ORDERS`; those without a K coverage, such as desk reviews, come last.

    Args:
        schools: COMPARISON.
        order: a key of `ORDERS`.
    """
    by = {
        "school": ["_name"],
        "lowest": ["coverage_percent", "_name"],
        "highest": ["coverage_percent", "_name"],
        "phase": ["_phase", "coverage_percent", "_name"],
    }[order]
    places = {phase: place for place, phase in enumerate(PHASES)}
    keys = schools.assign(
        _name=schools["school"].str.casefold(), _phase=schools["phase"].astype("str").map(places).astype("Float64")
    )
    ascending = [not (order == "highest" and name == "coverage_percent") for name in by]
    found = keys.sort_values(by, ascending=ascending, kind="stable", na_position="last").index
    return schools.loc[found].reset_index(drop=True)


def questions_compared(comparison: Comparison) -> dict[str, Criterion]:
    """A criterion of each question that has a recommended statement, by the page of the question, in source order."""
    found: dict[str, Criterion] = {}
    for criterion in comparison.criteria:
        if criterion.statement.recommended:
            found.setdefault(criterion.page, criterion)
    return found


def missed_by(comparison: Comparison, statement: str, group: str = ALL) -> pd.DataFrame:
    """The schools behind a common gap: each that misses a statement, with its URN and the state in words.

    Shape: one row per self-audit, by name, with ``urn``, ``school``, ``phase`` and ``state``.

    Args:
        comparison: the schools.
        statement: its permanent id.
        group: ``all``, or a phase.
    """
    returns, names = comparison.returns, comparison.names
    place = [criterion.id for criterion in comparison.criteria].index(statement)
    kinds = KIND[np.where(returns.counted[:, place], returns.codes[:, place], NOT_ASKED)]
    missed = np.isin(kinds, [KINDS.index(kind) for kind in GAP_KINDS])
    table = returns.table
    rows = missed & (table["basis"] == "self-audit").to_numpy(dtype=bool)
    if group != ALL:
        rows &= (table["phase"] == group).to_numpy(dtype=bool)
    found = table.loc[rows, ["urn", "school", "phase"]]
    states = [words(KINDS[kind]) for kind in kinds[rows].tolist()]
    if names is not None:
        found = found.assign(urn=found["urn"].map(names), school=found["urn"].map(names))
    found = found.assign(state=pd.Series(states, index=found.index, dtype="str"))
    return found.sort_values("school", key=lambda name: name.str.casefold(), kind="stable").reset_index(drop=True)


def answers_to(audit: Audit, criteria: Criteria, page: str) -> pd.DataFrame:
    """What one school answers to the recommended statements of a question that it is asked, in words.

    Args:
        audit: its audit.
        criteria: the criteria at hand.
        page: the page of the question.
    """
    labels = practice_labels(criteria.practice_levels)
    rows = []
    for criterion in criteria:
        statement = criterion.statement
        if criterion.page == page and statement.counts_in(audit.school.phase):
            given = audit.response(criterion.id)
            rows.append(
                {
                    "Statement": f"{statement.statement} ({statement.reference})",
                    "State": words(kind_of(given)),
                    "Written": WRITTEN_WORDS.get(given.written or "", NOT_ANSWERED),
                    "Done": NOT_ANSWERED if given.practice is None else labels[given.practice],
                    "Evidence": given.evidence or given.not_applicable or DASH,
                    "Comment": given.comment or DASH,
                }
            )
    return pd.DataFrame(rows, columns=["Statement", "State", "Written", "Done", "Evidence", "Comment"], dtype="str")


def statements_across(comparison: Comparison, page: str) -> pd.DataFrame:
    """One row per school: its state for each recommended statement of a question, in words.

    A desk review says what is written only; `DASH` stands where a statement does not concern the school.

    Args:
        comparison: the schools.
        page: the page of the question.
    """
    returns, names = comparison.returns, comparison.names
    table = returns.table
    shown = table["school"] if names is None else table["urn"].map(names)
    desk = (table["basis"] == "desk review").to_numpy(dtype=bool)
    columns = {"School": shown.astype("str").to_numpy()}
    for place, criterion in enumerate(comparison.criteria):
        if criterion.page == page and criterion.statement.recommended:
            codes = np.where(returns.counted[:, place], returns.codes[:, place], NOT_ASKED)
            columns[criterion.statement.reference] = np.where(desk, _WRITTEN[codes], _STATES[codes])
    return pd.DataFrame(columns).sort_values("School", key=lambda name: name.str.casefold()).reset_index(drop=True)
