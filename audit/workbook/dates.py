"""Days and moments as people type them, and as spreadsheets turn them into something else."""

from __future__ import annotations

import datetime as dt
import re

from audit.identifiers import plain
from audit.problems import Problem
from audit.workbook.layout import MOMENT

_LONGEST = 60
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december")  # fmt: skip
_SERIAL_ZERO = dt.date(1899, 12, 30)
"""Day 0 of Excel's count, which takes 1900 for a leap year."""
_SERIALS = range(36_526, 73_051)
"""Excel's count for the days of 2000 to 2099: a date cell that lost its format shows such a number."""

_FIRST_YEAR = 1900
"""Before it, a year is misspelt: 1026 for 2026."""
_TIME = re.compile(r"[,t\s]+[0-9]{1,2}:[0-9]{2}.*$")
_AROUND = re.compile(r"^(?:(?:completed|done|finished|signed|due|on|by)[\s:]+)+|[\s.,;]+$")
"""Words before a day, and marks after it."""
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[\s,.]+")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.\s]+([0-9]{1,2})[-/.\s]+([0-9]{4}|[0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?(?:\s+of)?[-/.,\s]*([a-z]{3,9})[-/.,\s]*([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[-/.\s]*([0-9]{1,2})(?:st|nd|rd|th)?[-/.,\s]+([0-9]{4}|[0-9]{2})")


def read_date(text: str, where: str, problems: list[Problem]) -> dt.date | None:
    """The day that a person typed, in any of the usual ways; None if empty or not a date, which is a problem.

    Numbers are read day first, as in the United Kingdom, unless only the other order is a date.
    """
    typed = plain(text[:_LONGEST])
    if not typed:
        return None
    day = _day(typed.casefold())
    if day is None:
        problems.append(
            Problem(
                where=where,
                what=f'"{typed[:40]}" is not a date.',
                fix="Write day, month and year, such as 31/03/2027.",
            )
        )
    return day


def read_moment(text: str, where: str, problems: list[Problem]) -> dt.datetime | None:
    """The moment that the product wrote; None if empty or not a moment, of which the person is warned."""
    typed = plain(text[:_LONGEST])
    for pattern in (MOMENT, "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return dt.datetime.strptime(typed, pattern).replace(second=0)
        except ValueError:
            continue
    if typed:
        problems.append(
            Problem(
                where=where,
                what=f'"{typed[:40]}" is not a date and time, so it is not known when the answers were saved.',
                fix="Leave this cell as the tool wrote it, or empty it.",
                severity="warning",
            )
        )
    return None


def _day(typed: str) -> dt.date | None:
    typed = re.sub("[\u2010-\u2015\u2212]", "-", re.sub("[\u2044\u2215]", "/", typed.strip("'\"\u2018\u2019 ")))
    typed = _WEEKDAY.sub("", _AROUND.sub("", _TIME.sub("", typed)))
    if match := _ISO.fullmatch(typed):
        return _date(match[1], match[2], match[3])
    if match := _NUMBERS.fullmatch(typed):
        return _date(match[3], match[2], match[1]) or _date(match[3], match[1], match[2])
    if match := _DAY_FIRST.fullmatch(typed):
        return _date(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.fullmatch(typed):
        return _date(match[3], _month(match[1]), match[2])
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", typed) and int(typed[:5]) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(days=int(typed[:5]))
    return None


def _month(name: str) -> str:
    """The number of a month by its name, or the first three or four letters of it; 0 if it is none."""
    known = name in _MONTH_NAMES or name in _MONTHS or name == "sept"
    return str(_MONTHS.index(name[:3]) + 1) if known else "0"


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        found = dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None
