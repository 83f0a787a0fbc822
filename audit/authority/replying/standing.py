"""Where one school stands, in sentences: among its peers, and since the year before."""

from __future__ import annotations

import pandas as pd

from audit.authority.comparing.disclosure import FEWEST
from audit.authority.showing.findings import whole_percent
from audit.findings import plural

_QUARTERS = {
    4: "in the highest quarter",
    3: "in the quarter above the middle",
    2: "in the quarter below the middle",
    1: "in the lowest quarter",
}
_MOVED = {
    "rose": "Of the statements that apply in both years, more are met than before.",
    "stood still": "Of the statements that apply in both years, as many are met as before.",
    "fell": "Of the statements that apply in both years, fewer are met than before.",
}
_BECAME = (
    ("closed", "gap is closed", "gaps are closed"),
    ("opened", "gap is new", "gaps are new"),
    ("no longer known", "statement is no longer known", "statements are no longer known"),
)


def among_peers(school: pd.Series, phase: str) -> tuple[str, ...]:
    """Rank and quarter in words; where they may not be shown, why nothing is said.

    Args:
        school: the school's row of COMPARISON.
        phase: the title of its phase.
    """
    if school["basis"] == "desk review":
        return ("A reading of a published text is not compared with what other schools say of themselves.",)
    if pd.isna(school["coverage_percent"]):
        return ("No recommended statement applies, so there is nothing to compare.",)
    if pd.isna(school["rank"]) or pd.isna(school["quartile"]):
        return (
            f"We do not say where you stand among the schools of your phase ({phase}): they are too few. A figure over "
            f"fewer than {FEWEST} schools, or one from which such a figure could be worked out, is shown to nobody.",
        )
    return (
        f"Among the {school['peers']:,} schools of your phase ({phase}) that sent a self-audit, your K coverage is "
        f"{_QUARTERS[int(school['quartile'])]}: place {school['rank']:,} of {school['peers']:,} (equal figures share a place).",
        "Every school rates itself, so a school that is strict with itself stands lower than one that is not.",
    )


def since_last_year(school: pd.Series, changes: pd.DataFrame, before: str | None) -> tuple[str, ...]:
    """What became of K coverage and of the gaps; nothing where there is no return of the year before.

    Args:
        school: the school's row of COMPARISON.
        changes: the school's rows of CHANGES.
        before: the year before.
    """
    if pd.isna(school["moved"]) or pd.isna(school["coverage_before"]) or before is None:
        return ()
    now, then = whole_percent(school["coverage_percent"]), whole_percent(school["coverage_before"])
    sentences = [
        f"Your K coverage was {then} in {before} and is {now} now."
        if now != then
        else f"Your K coverage is {now}, as in {before}.",
        _MOVED[school["moved"]],
    ]
    parts = [
        plural(int(count), one, many) for state, one, many in _BECAME if (count := (changes["change"] == state).sum())
    ]
    return (*sentences, f"{joined(parts)}.") if parts else tuple(sentences)


def joined(parts: list[str]) -> str:
    """Several things as people list them: ``a, b and c``."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
