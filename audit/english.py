"""How English writes numbers, lists, days, lengths of time and percentages: the one place for it.

The store keeps moments in UTC without a zone. People see them in the zone of their computer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DASH = "–"
"""Shown where there is no value."""
_PERCENT, _POINTS, _STEPS = "%", "(points)", "(steps)"

_BRITISH_ZONES = {"GMT Standard Time": "GMT", "GMT Summer Time": "BST"}
"""What Windows calls the British zones."""
_SECONDS_AT_MOST = 90
"""Below this many seconds, a length of time is given in seconds."""


def plural(number: float, one: str, many: str = "") -> str:
    """A number with its noun: ``1 gap``, ``2 gaps``, ``1,204 gaps``.

    Args:
        number: how many.
        one: the singular noun; a verb may follow it, as in ``gap is``.
        many: the noun for none or several; by default the singular with an ``s``.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def first_capital(words: str) -> str:
    """The words as a sentence begins with them: ``coverage of today's duties`` as ``Coverage of today's duties``."""
    return words[:1].upper() + words[1:]


def agree(number: float, one: str = "is", many: str = "are") -> str:
    """The word that agrees with a number elsewhere in the sentence: ``is`` for one, else ``are``."""
    return one if number == 1 else many


def listed(parts: Iterable[str]) -> str:
    """Several things as a list in a sentence: ``a``, ``a and b``, ``a, b and c``; empty for nothing."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def first_and_more(parts: Sequence[str], most: int) -> str:
    """The first things of a long list, and how many more there are: ``a, b and 7 more``."""
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return f"{', '.join(parts[:most])}{more}"


def first_and_so_on(parts: Sequence[str], most: int) -> str:
    """The first things of a long list, and a sign that it goes on: ``a, b, …``."""
    return ", ".join(parts[:most]) + (", …" if len(parts) > most else "")


def day(date: dt.date) -> str:
    """A day in words: ``1 March 2027``."""
    return f"{date.day} {date:%B %Y}"


def day_in_figures(date: dt.date) -> str:
    """A day in figures, for tables and between brackets: ``01/03/2027``."""
    return f"{date:%d/%m/%Y}"


def local(at: dt.datetime) -> dt.datetime:
    """A moment of the store (UTC, without a zone) in the computer's own zone.

    Args:
        at: a moment; one that has a zone keeps its meaning.
    """
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone()


def zone(at: dt.datetime) -> str:
    """The name of the computer's zone at a moment of the store, such as ``GMT`` or ``BST``; else its distance from UTC."""
    local_time = local(at)
    name = _BRITISH_ZONES.get(local_time.tzname() or "", local_time.tzname() or "")
    if re.fullmatch("[A-Z]{3,5}", name):
        return name
    minutes = int((local_time.utcoffset() or dt.timedelta()).total_seconds()) // 60
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def zones(moments: Iterable[dt.datetime]) -> str:
    """The names of the zone at some moments of the store, such as ``BST and GMT``; today's name if there are none."""
    return listed(sorted({zone(at) for at in moments}) or [zone(dt.datetime.now(dt.UTC))])


def moment(at: dt.datetime) -> str:
    """A moment of the store in words: ``27 November 2026, 11:23 GMT``."""
    local_time = local(at)
    return f"{day(local_time)}, {local_time:%H:%M} {zone(at)}"


def apart(later: dt.datetime, earlier: dt.datetime) -> str:
    """Two moments of the store in the shortest form that tells them apart: ``14 July, against 10 July``."""
    later_local, earlier_local = local(later), local(earlier)
    year = "" if later_local.year == earlier_local.year else " %Y"
    clock = ", %H:%M" if later_local.date() == earlier_local.date() else ""
    if clock and later_local.strftime("%H:%M") == earlier_local.strftime("%H:%M"):
        clock = ", %H:%M:%S"
    return ", against ".join(f"{at.day} {at.strftime(f'%B{year}{clock}')}" for at in (later_local, earlier_local))


def whole_minutes(seconds: float) -> str:
    """A length of time in whole minutes: ``2 minutes``."""
    return plural(round(seconds / 60), "minute")


def time_left(seconds: float) -> str:
    """How long a job still takes: ``45 seconds``, at least one second; from a minute and a half, ``about 2 minutes``."""
    if seconds < _SECONDS_AT_MOST:
        return plural(max(1, round(seconds)), "second")
    return f"about {whole_minutes(seconds)}"


def duration(minutes: int) -> str:
    """A length of time as people say it, to five minutes: ``about 1 hour 45 minutes``.

    Args:
        minutes: whole minutes; five or fewer are given as five.
    """
    if minutes <= 5:
        return "about 5 minutes"
    hours, rest = divmod(5 * round(minutes / 5), 60)
    parts = [plural(hours, "hour")] if hours else []
    return f"about {' '.join(parts + ([plural(rest, 'minute')] if rest else []))}"


def whole_percent(value: float) -> str:
    """A percentage of 0 to 100 in whole percent, halves rounded up as in a spreadsheet.

    ``0%`` and ``100%`` appear only for exactly 0 and 100.
    """
    if value in (0, 100):
        return f"{int(value)}%"
    return f"{min(max(int(value + 0.5), 1), 99)}%"


def percent(part: int, whole: int) -> str:
    """A share in whole percent, rounded by `whole_percent`; ``no percentage`` if the whole is 0."""
    return whole_percent(100 * part / whole) if whole else "no percentage"


def texts_of(table: pd.DataFrame) -> pd.DataFrame:
    """A table with every value as text: percentages, signs and thousands as people write them, `DASH` for blank.

    A column whose heading ends in ``%`` holds percentages of 0 to 100; ``(points)`` means differences of percentages.
    """
    import pandas as pd

    return pd.DataFrame({name: [_text(str(name), value) for value in table[name]] for name in table}, dtype="str")


def _text(heading: str, value: object) -> str:
    import pandas as pd

    if pd.isna(value):  # type: ignore[call-overload]  # a table holds only scalars
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
