"""What a comparison says, in sentences: its headline, and the notes that go with every output of it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit.english import plural
from audit.findings import coverage_range


def headline(overall: pd.Series, *, year: str, before: str | None) -> str:
    """The outcome of all schools in one sentence that stands on its own.

    Args:
        overall: the row of OVERVIEW for all.
        year: the academic year.
        before: the earlier year, if there is one.
    """
    returns = int(overall["returns"])
    if not returns:
        return "There is no return to compare."
    if returns == overall["desk_reviews"]:
        return f"{plural(returns, 'desk review')} for {year}: what is done in practice is not known."
    if pd.isna(overall["schools"]):
        return f"{plural(returns, 'return')} for {year}: no recommended statement applies."
    return (
        f"{plural(int(overall['schools']), 'school')} together: {overall['met']:,} of the {overall['applicable']:,} "
        f"recommended statements that apply are met ({coverage_range(overall)}) in {year}{_since(overall, before)}."
    )


def _since(overall: pd.Series, before: str | None) -> str:
    """How K coverage differs from the earlier year, in the schools of which both are known and in no others."""
    if pd.isna(overall["change"]) or before is None:
        return ""
    said = points_since(overall["change"], before)
    if overall["compared"] == overall["schools"]:
        return f", {said}"
    return f"; in the {overall['compared']:,} schools with both years, {said}"


def points_since(points: float, before: str, *, what: str = "") -> str:
    """A difference of percentages in words, as ``6.5 percentage points more than in 2024/25``.

    Args:
        points: percentage points; told to a tenth.
        before: the earlier year.
        what: what is more or less, where the sentence does not say it before, as ``met``.
    """
    than = f"{f' {what}' if what else ''} than in {before}"
    size = f"{abs(points):.1f}".removesuffix(".0")
    if size == "0":
        return f"as much{than.replace(' than', ' as')}"
    return f"{size} percentage point{'' if size == '1' else 's'} {'more' if points > 0 else 'less'}{than}"


def notes(overall: pd.Series, *, year: str, before: str | None) -> tuple[str, ...]:
    """What a reader has to know beside the figures, one sentence or two each.

    Args:
        overall: the row of OVERVIEW for all.
        year: the academic year.
        before: the earlier year, if there is one.
    """
    return tuple(_notes(overall, year, before)) if overall["returns"] else ()


def _notes(overall: pd.Series, year: str, before: str | None) -> Iterator[str]:
    desk = int(overall["desk_reviews"])
    if desk:
        yield (
            f"{plural(desk, 'desk review')} of a published policy: compared on what is written only, "
            "and in no figure over several schools."
        )
    if before is not None:
        if before != _year_before(year):
            yield f"There is no return of {_year_before(year)}: the earlier year is {before}."
        yield (
            f"A school rose since {before} if more is met of the statements that apply in both years, and fell if "
            "less is. Its K coverage can change for another reason: other statements apply."
        )


MODERATED = "The adviser's readings stand in place of the schools' answers, wherever there are any."
"""What goes with a comparison of moderated answers."""


UNDER_CODES = "Codes stand in place of names on this screen. What is to be shared is made as a release."
"""What goes with a comparison under codes."""


def _year_before(year: str) -> str:
    return f"{int(year[:4]) - 1}/{year[2:4]}"
