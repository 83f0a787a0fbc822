"""One question at every school: the way down from the heat map to its statements."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.returns import ANSWERS, NOT_ASKED
from audit.authority.showing.heat import DASH
from audit.model import PHASES, Criterion
from audit.scoring import kind_of
from audit.theme import WRITTEN_WORDS, words

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
