"""The identifiers of a school, as people type them: URN, local authority code, academic year.

Facts from the national register, Get Information About Schools: a URN has six digits for open
schools (five are legal), no check digit, and is kept as text. People type the DfE number
(LAESTAB, seven digits) or the UKPRN (eight) in its place.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from audit.english import listed
from audit.model import academic_year, is_academic_year
from audit.problems import Problem

_LOCAL_AUTHORITIES = Path(__file__).with_name("local_authorities.csv")
_LONGEST = 200  # characters that are looked at; an identifier has far fewer


@cache
def local_authorities() -> Mapping[str, str]:
    """Name by three-digit code of every local authority in England, in the register's order."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["la_code"]: row["la_name"] for row in csv.DictReader(file)}


def plain(text: str) -> str:
    """Typed text without outer, no-break and zero-width spaces, full-width forms made ordinary."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\u200b-\u200d\u2060\ufeff]", "", text).strip()


@cache
def ons_codes() -> Mapping[str, str]:
    """Three-digit code by the code of the Office for National Statistics, such as E10000016 for Kent."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["ons_code"]: row["la_code"] for row in csv.DictReader(file)}


_SIX = r"(?<![0-9])[1-9][0-9]{5}(?![0-9])"
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d~]")
_QUOTES = re.compile("[\"'`\u00b4\u2018-\u201f\u2032\u2033\uff07]")
FORMERLY = re.compile(
    r"(?i)[(,;]?\s*\b(?:was|were|formerly|previously|previous|old|ex|before|replaces|replaced|until)\b.*$"
)
"""From here on a cell tells the number that a school once had."""


_CURRENT = re.compile(
    r"(?i)\b(?:now|new|current)[\s:=-]{1,3}([1-9][0-9]{5})(?![0-9])|(?<![0-9])([1-9][0-9]{5})\s*\((?:new|current)\b"
)
_OLD = re.compile(
    r"(?i)(?<![0-9])[1-9][0-9]{5}\s*\((?:old|closed|former|previous)\)|\b(?:not|old)\s+[1-9][0-9]{5}(?![0-9])"
)
_DENIED = re.compile(r"(?i)\bnot\W{1,3}[1-9][0-9]{5}")


def read_urn(text: str, where: str = "URN") -> str | Problem:
    """The URN that a person typed, or the problem with it, kindly explained.

    What can only mean one number is taken: `'900001`, `900,001`, `URN 900001 (was 900077)`, `1.23456E+05`.
    """
    typed = plain(text[:_LONGEST])
    if not typed:
        return Problem(
            where=where,
            what="The URN is missing.",
            fix="Type the school's unique reference number: six digits, found on Get Information About Schools.",
        )
    current = {first or second for first, second in _CURRENT.findall(typed)}
    if len(current) == 1:
        return str(current.pop())
    typed = _OLD.sub("", typed) if re.search(_SIX, _OLD.sub("", typed)) else typed
    now = FORMERLY.sub("", typed) if re.search("[0-9]{4}", FORMERLY.sub("", typed)) else typed
    said = re.sub(
        r"(?i)^\s*(?:school\s*)?(?:urn|no|number|unique reference number)*[\s:.#\-]*(?:no|number)?[\s:.#\-]*", "", now
    )
    said = _QUOTES.sub("", said)
    if short := re.fullmatch(r"([1-9])[.,]([0-9]{1,7})E\+?0?[5-7]", said.strip(), re.IGNORECASE):
        if not (len(short[2]) == 5 and said.strip().endswith("5")):
            return Problem(
                where=where,
                what=f'A spreadsheet shortened a number to "{typed}", so its last digits cannot be told.',
                fix="Set the cell's format to text, and type the six-digit URN.",
            )
        said = short[1] + short[2]
    digits = re.sub(r"\s|\.0+$|(?<=[0-9])[,.](?=[0-9]{3}$)", "", said)
    if re.fullmatch(r"[1-9][0-9]{4,5}", digits):
        return str(digits)
    if re.search(r"(?<![0-9])[0-9]{3}[/\-]?[0-9]{4}(?![0-9])", digits) and not re.search(_SIX, now):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the DfE number (local authority and establishment), not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both side by side.",
        )
    if re.fullmatch(r"(?:ukprn\W*)?1[0-9]{7}", digits, re.IGNORECASE):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the UKPRN, which has eight digits, not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both.",
        )
    found = dict.fromkeys(re.findall(_SIX, re.sub(r"(?<=[0-9]),(?=[0-9]{3}\b)", "", now)))
    if len(found) == 1 and not _DENIED.search(now):
        return str(next(iter(found)))
    if len(found) > 1:
        return Problem(
            where=where,
            what=f"Two schools are named here: {listed(list(found)[:3])}.",
            fix="Send one workbook for each school, with its own URN in this cell.",
        )
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not a URN.',
        fix="Type six digits without letters, such as 900001.",
    )


def doubt_about_urn(urn: str, where: str = "URN") -> Problem | None:
    """A warning where a URN, which can be read, is hardly that of one of today's schools; None where it may well be.

    Open schools have numbers from 100000 to some 150000 (Get Information About Schools, 2024); ours for invented
    schools begin at 900001. Six digits that begin with an authority's code are often a DfE number that lost a zero.
    """
    if len(urn) == 6 and ("100000" <= urn <= "159999" or urn >= "900001"):
        return None
    authority = local_authorities().get(urn[:3])
    if len(urn) == 6 and authority:
        what = f"{urn} begins with {urn[:3]}, the code of {authority}: it looks like a DfE number that lost a zero."
    else:
        what = f"{urn} is hardly the URN of an open school: these have six digits, from 100000 to about 150000."
    fix = "Compare it with Get Information About Schools; change it if it is another number."
    return Problem(where=where, what=what, fix=fix, severity="warning")


_YEAR_WORDS = re.compile(
    r"\b(?:academic|school|audit|year|years|session|ay|sy|from|the|of|in|beginning|starting|ending|ends|september|sept|sep"
    r"|august|aug|july|jul|autumn|spring|summer|term|final|draft|return|form)\b|\bay(?=[0-9])|\((?:autumn|spring|summer)[^)]*\)"
)
_MONTHS: Mapping[str, int] = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "aut": 9, "spr": 2, "sum": 6,
}  # fmt: skip
"""The month of a name by its first three letters; of a term, one that lies within it."""
_IN_A_MONTH = re.compile(
    r"\b(?:[0-9]{1,2}(?:st|nd|rd|th)?[\s-])?\s*(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|autumn|spring|summer)(?:\s+term)?[\s.,/-]*(20[0-9]{2})(?![0-9]|\s*[/-]\s*[0-9])"
)
_DAY_OF_YEAR = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](20[0-9]{2})(?![0-9])")


def read_year(text: str, where: str = "Academic year") -> str | Problem:
    """The academic year that a person typed, written as ``2026/27``.

    Every spelling that means one year is taken: ``26/27``, ``2026 to 2027``, ``AY 2026/27``, ``2026_27``, and a bare
    ``2026`` for the year that begins then (`is_half_a_year` tells that half of it was guessed).
    """
    typed = plain(text[:_LONGEST])
    year = _year_of(typed)
    if year and is_academic_year(year):
        return year
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not an academic year.' if typed else "The academic year is missing.",
        fix="Write the two years of it, such as 2026/27.",
    )


def is_half_a_year(text: str) -> bool:
    """Whether only the calendar year in which an academic year begins was typed, such as ``2026``."""
    typed = plain(text[:_LONGEST])
    return re.fullmatch(r"20[0-9]{2}(?:\.0+)?", _year_words(typed)) is not None and not _year_of_days(typed)


def _plain_signs(typed: str) -> str:
    return _QUOTES.sub(" ", re.sub("[\u2044\u2215]", "/", _DASHES.sub("-", typed))).casefold().replace("_", "/")


def _year_words(typed: str) -> str:
    bare = _YEAR_WORDS.sub(" ", _plain_signs(typed))
    return re.sub(r"\s+", " ", bare).strip(" .,:;()[]-/\\")


def _year_of(typed: str) -> str:
    """The academic year that a text spells; empty if it spells none, or more than one."""
    said = _year_words(typed)
    by_days = _year_of_days(typed)
    if by_days or _IN_A_MONTH.search(_plain_signs(typed)):
        return by_days
    if re.fullmatch(r"20[0-9]{2}(?:\.0+)?", said):
        return f"{said[:4]}/{(int(said[:4]) + 1) % 100:02d}"
    if match := re.fullmatch(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?: .*)?", said):
        return _year_with(match[1], match[2], match[3])
    if match := re.fullmatch(r"20([0-9]{2})[-/]([1-9])", said):  # 2025/6
        return f"20{match[1]}/{match[1][0]}{match[2]}"
    between = r"\s*(?:[-/\\.&+|]|to|and|until|/)?\s*(?:1\s*)?"
    if match := re.fullmatch(rf"(?:20)?([0-9]{{2}}){between}(?:20)?([0-9]{{2}})", said):
        return f"20{match[1]}/{match[2]}"
    return ""


def _year_of_days(typed: str) -> str:
    """The academic year in which every day, month or term that a text names lies, or that ends in the year it names.

    Empty if it names none, or those of more than one year.
    """
    said = _plain_signs(typed)
    days = [_year_with(year, month, day) for day, month, year in _DAY_OF_YEAR.findall(said)]
    months = [_year_with(year, str(_MONTHS[name[:3]]), "1") for name, year in _IN_A_MONTH.findall(said)]
    rest = _IN_A_MONTH.sub(" ", _DAY_OF_YEAR.sub(" ", said))
    rest = re.sub(r"[\s\W]|\b(?:to|until|and|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\b", "", _YEAR_WORDS.sub(" ", rest))
    if days or months:
        return (days + months)[0] if len({*days, *months}) == 1 and not rest.strip() else ""
    year = re.fullmatch(r"(20[0-9]{2})", _year_words(typed)) if re.search(r"\bend(?:ing|s)\b", said) else None
    return f"{int(year[1]) - 1}/{year[1][2:]}" if year else ""


def _year_with(year: str, month: str, day: str) -> str:
    """The academic year that a day falls in; empty if there is no such day."""
    try:
        return academic_year(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return ""
