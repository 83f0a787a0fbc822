"""Tables as CSV files that a spreadsheet can open without harm."""

from __future__ import annotations

import pandas as pd

from audit.text import tidy

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_csv(table: pd.DataFrame, *, for_excel: bool = False) -> bytes:
    """A table as CSV in UTF-8: blank for ``<NA>``, text never a formula.

    A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection).

    Args:
        table: any table.
        for_excel: begin with a byte order mark, by which Excel knows UTF-8 and other readers stumble.
    """
    texts = table.select_dtypes(include=["str", "object", "category"]).columns
    shown = table.assign(**{name: table[name].map(_harmless, na_action="ignore") for name in texts})
    text: str = shown.to_csv(index=False, lineterminator="\n", float_format="%.2f")
    return (b"\xef\xbb\xbf" if for_excel else b"") + text.encode("utf-8")


def _harmless(value: object) -> object:
    value = tidy(value) if isinstance(value, str) else value  # a bare carriage return would begin a row
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
