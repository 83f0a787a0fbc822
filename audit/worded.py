"""Numbers in words.

Numbers of a worded table stay numbers, so that a sheet can sort and add them; `shown` makes texts of them for a page.
A heading that ends in ``%`` heads percentages of 0 to 100, one that ends in ``(points)`` differences of such.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from audit.english import day_in_figures, whole_percent

DASH = "–"
"""What stands where there is no value."""
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
