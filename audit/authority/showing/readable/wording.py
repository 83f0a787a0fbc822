"""Numbers and groups in words.

Numbers of a worded table stay numbers, so that a sheet can sort and add them; `shown` makes texts of them for a page.
A heading that ends in ``%`` heads percentages of 0 to 100, one that ends in ``(points)`` differences of such.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from audit.authority.showing.heat import DASH
from audit.authority.tables import ALL
from audit.english import day_in_figures, whole_percent
from audit.model import Criteria
from audit.phases import SHORT

ALL_SCHOOLS = "All schools"
_PERCENT, _POINTS, _STEPS = "%", "(points)", "(steps)"


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """A worded table as texts alone: percentages, signs and thousands as people write them, `DASH` for blank."""
    return pd.DataFrame({name: [_text(str(name), value) for value in table[name]] for name in table}, dtype="str")


def _text(heading: str, value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]  # scalars only stand in a table
        return DASH
    if isinstance(value, str):
        return value
    if pd.api.types.is_bool(value):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):  # a day; a pandas Timestamp is one
        return day_in_figures(value)
    if not isinstance(value, float):
        return f"{value:,}"
    if heading.endswith(_PERCENT):
        return whole_percent(value)
    if heading.endswith(_POINTS):
        return "0" if value == 0 else f"{value:+.1f}"
    return f"{value:+.2f}" if heading.endswith(_STEPS) else f"{value:.2f}"


def group_title(group: str, criteria: Criteria) -> str:
    """The title of a group of schools: of a phase, or of all."""
    titles: Mapping[str, str] = {ALL: ALL_SCHOOLS, **dict(criteria.phases.items())}
    return titles.get(group, group)


def short_title(group: str, criteria: Criteria) -> str:
    """The same in a word or two, for a narrow column and beside a chart."""
    return {str(phase): title for phase, title in SHORT.items()}.get(group) or group_title(group, criteria)


def phase_titles(column: pd.Series, criteria: Criteria) -> pd.Series:
    """The titles of phases; blank where a phase is not known or not shown."""
    titles = {phase: group_title(phase, criteria) for phase in column.cat.categories}
    return column.astype("str").map(titles).astype("str")
