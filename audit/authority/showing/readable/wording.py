"""Groups of schools in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from audit.authority.tables import ALL
from audit.model import Criteria
from audit.phases import SHORT
from audit.worded import shown as shown

ALL_SCHOOLS = "All schools"


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
