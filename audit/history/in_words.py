"""What history says, as sentences and as tables of words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from audit import theme
from audit.english import agree, percent, plural, whole_percent
from audit.history.became import WITHOUT_COUNTERPART
from audit.history.changed import without_wording
from audit.model import Kind
from audit.outcome import Outcome

_NO_STATE = "Not asked"
_NOT_READ = "Not read"


def changed_in_words(changed: pd.DataFrame) -> str:
    """What became of the statements that both audits ask, in a few sentences.

    Args:
        changed: CHANGED of two audits.
    """
    compared = changed[~changed["change"].isin(WITHOUT_COUNTERPART)]
    if compared.empty:
        return "The two audits ask no recommended statement in common, so nothing can be said."
    n = {change: int(number) for change, number in changed["change"].value_counts().items()}
    if n["not answered yet"] == len(compared):
        return f"Nothing is answered or confirmed in {changed['year'].iloc[0]} yet, so nothing can be said."
    since = changed["year_before"].iloc[0]
    said = [
        f"Since {since}, {plural(n['closed'], 'gap')} {agree(n['closed'], 'was', 'were')} closed and {n['opened']} opened; "
        f"{n['still open']} {agree(n['still open'])} still open, and {n['still met']} still met."
    ]
    known = changed[changed["change"] == "newly known"]
    if not known.empty:
        met = int((known["after"] == "met").sum())
        said.append(f"{_statements(len(known))} newly known: {met} met, {plural(len(known) - met, 'gap')}.")
    for change in ("no longer known", "no longer applicable", "newly applicable", "not answered yet"):
        if n[change]:
            said.append(f"{_statements(n[change])} {change}.")
    return " ".join(said)


def _statements(number: int) -> str:
    return f"{plural(number, 'statement')} {agree(number)}"


def apart_in_words(before: Outcome, now: Outcome, changed: pd.DataFrame) -> str:
    """What cannot be held against each other, and why; empty if everything can.

    Args:
        before: the earlier audit.
        now: the later audit.
        changed: CHANGED of the two.
    """
    counts = changed["change"].value_counts()
    parts = [
        f"{int(counts[change])} {words}"
        for change, words in (
            ("changed meaning", "changed in meaning"),
            ("only earlier", f"asked in {before.audit.year} only"),
            ("only later", f"asked in {now.audit.year} only"),
        )
        if counts[change]
    ]
    said = []
    if "desk review" in (before.audit.basis, now.audit.basis):
        said.append("A desk review reads a policy only: what is done is not known from it, so little can be compared.")
    if parts:
        said.append(f"Recommended statements that cannot be compared, and are shown apart: {', '.join(parts)}.")
    for result in (before, now):
        if names := without_wording(result):
            those = f"{plural(len(names), 'statement')} answered in {result.audit.year}"
            said.append(f"The wording of {those} is not here: {', '.join(names)}.")
    return " ".join(said)


def changed_table(changed: pd.DataFrame) -> pd.DataFrame:
    """CHANGED in words, one row per statement.

    Args:
        changed: CHANGED, or some rows of it.
    """
    return pd.DataFrame(
        {
            "Reference": changed["reference"],
            "Statement": changed["statement_text"],
            "Before": [_state(kind) for kind in changed["before"]],
            "After": [_state(kind) for kind in changed["after"]],
        }
    )


def by_change(changed: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """The rows of CHANGED in words by what became of them, in the order of `CHANGES`; only what occurs."""
    return {str(change): changed_table(rows) for change, rows in changed.groupby("change", observed=True)}


def _state(kind: Kind) -> str:
    return _NO_STATE if pd.isna(kind) else theme.words(kind)


def trend_title(comparable: pd.DataFrame) -> str:
    """K coverage of the latest year beside the one before; for the chart of the years.

    It is called higher or lower only where the two ranges do not meet.

    Args:
        comparable: the rows of TREND that can be held against each other.
    """
    known = comparable[comparable["coverage_lowest"].notna()]
    if known.empty:
        return "No year has a K coverage yet"
    last = known.iloc[-1]
    said = f"K coverage is {_span(last, 'coverage')} in {last['year']}"
    if len(known) == 1:
        return f"{said}, the only year with one"
    earlier = known.iloc[-2]
    then = f"in {earlier['year']} ({_span(earlier, 'coverage')})"
    if last["coverage_lowest"] > earlier["coverage_highest"]:
        return f"{said}, higher than {then}"
    if last["coverage_highest"] < earlier["coverage_lowest"]:
        return f"{said}, lower than {then}"
    if (
        last["coverage_highest"] == earlier["coverage_lowest"]
        and last["coverage_lowest"] == earlier["coverage_highest"]
    ):
        return f"{said}, as in {earlier['year']}"
    return f"{said}; whether it is higher than {then} is not known yet"


def comparable_in_words(trend: pd.DataFrame) -> str:
    """Over which statements the years can be held against each other, and how many have no counterpart; may be empty.

    Args:
        trend: TREND.
    """
    own = trend[trend["over"] == "all"]
    if not own["no_counterpart"].any():
        return ""
    common = int((own["recommended"] - own["no_counterpart"]).min())
    counts = zip(own["no_counterpart"], own["year"], strict=True)
    apart = ", ".join(f"{count} in {year}" for count, year in counts if count)
    return (
        f"The years do not all ask the same. The chart counts the {plural(common, 'recommended statement')} that every "
        f"year asks in the same meaning. Without a counterpart, and in the table only: {apart}."
    )


def trend_table(trend: pd.DataFrame) -> pd.DataFrame:
    """TREND in words: one row per audit, and one more over what the years have in common if they do not ask the same.

    Args:
        trend: TREND.
    """
    apart = bool(trend["no_counterpart"].any())
    shown = trend if apart else trend[trend["over"] == "all"]
    table = pd.DataFrame(
        {
            "Year": [
                f"{year} (desk review)" if basis == "desk review" else year
                for year, basis in zip(shown["year"], shown["basis"], strict=True)
            ],
            "Counted": ["All it asks" if over == "all" else "Common to all years" for over in shown["over"]],
            "Apply": shown["applicable"],
            "Met": [_NOT_READ if pd.isna(row["coverage_lowest"]) else row["met"] for _, row in shown.iterrows()],
            "K coverage": [_span(row, "coverage") for _, row in shown.iterrows()],
            "Written": [_span(row, "written") for _, row in shown.iterrows()],
            "Done": [_span(row, "practice") for _, row in shown.iterrows()],
            "Not known": shown["not_known"],
            "Without counterpart": shown["no_counterpart"],
        }
    )
    return table if apart else table.drop(columns=["Counted", "Without counterpart"])


def _span(row: pd.Series, measure: str) -> str:
    low, high = row[f"{measure}_lowest"], row[f"{measure}_highest"]
    if pd.isna(low):
        return _NOT_READ if row["applicable"] else percent(0, 0)
    return whole_percent(low) if low == high else f"{whole_percent(low)} to {whole_percent(high)}"
