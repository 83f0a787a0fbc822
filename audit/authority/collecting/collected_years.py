"""Which academic years the returns are of: the one being collected, earlier ones kept as history, and strays."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from audit.authority.returns import Return
from audit.model import academic_year

ENOUGH = 0.1
"""How many returns a year needs, as a share of those of another, to be a collection and not a few strays."""


def year_asked(years: Iterable[str]) -> str:
    """The academic year that is being collected; the current one if there is no return.

    It is the latest that has begun and has enough returns beside the fullest. Where last year's
    returns lie beside this year's, more schools have sent last year's, so the fullest is not the one;
    nor do a few files with a wrong year in them choose it.

    Args:
        years: of each return that counts.
    """
    counts, today = Counter(years), academic_year(dt.date.today())
    begun = {year: count for year, count in counts.items() if year <= today} or counts
    fullest = max(begun.values(), default=0)
    return max((year for year, count in begun.items() if count >= ENOUGH * fullest), default=today)


def history(sent: Collection[tuple[str, str]], year: str) -> frozenset[str]:
    """The other years that were collected too: with enough returns, and of schools that also sent the year's.

    A return of a year that is neither was sent in place of the year's own.

    Args:
        sent: URN and academic year of each return that counts.
        year: the academic year asked for.
    """
    counts = Counter(other for _, other in sent)
    now = {urn for urn, other in sent if other == year}
    of_the_same = {other for urn, other in sent if urn in now and other != year}
    return frozenset(other for other in of_the_same if counts[other] >= ENOUGH * counts[year])


def is_completed_late(one: Return, year: str) -> bool:
    """Whether a return for an earlier year was completed in a given year, so that it may be that year's."""
    head = one.head
    return head.year < year and head.completed_on is not None and academic_year(head.completed_on) >= year
