"""What a comparison says, in sentences: its headline, and the notes that go with every output of it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit.findings import coverage_range, plural


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
    """How K coverage differs from the earlier year, to a whole point."""
    if pd.isna(overall["change"]):
        return ""
    points = round(overall["change"])
    if not points:
        return f", about as much as in {before}"
    return f", {plural(abs(points), 'percentage point')} {'more' if points > 0 else 'less'} than in {before}"


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
