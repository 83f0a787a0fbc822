"""The identifiers of a school, as people type them: URN, local authority code, academic year.

Facts from the national register, Get Information About Schools: a URN has six digits for open
schools (five are legal), no check digit, and is kept as text. People type the DfE number
(LAESTAB, seven digits) or the UKPRN (eight) in its place.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from audit.model import is_academic_year
from audit.problems import Problem

_LOCAL_AUTHORITIES = Path(__file__).with_name("local_authorities.csv")


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


def read_urn(text: str, where: str = "URN") -> str | Problem:
    """The URN that a person typed, or the problem with it, kindly explained."""
    typed = plain(text)
    digits = re.sub(r"(?i)^\s*urn\s*[:.\-]?\s*|[\s]|\.0+$", "", typed)
    if not typed:
        return Problem(
            where=where,
            what="The URN is missing.",
            fix="Type the school's unique reference number: six digits, found on Get Information About Schools.",
        )
    if re.fullmatch(r"[1-9][0-9]{4,5}", digits):
        return digits
    if re.fullmatch(r"[0-9]{3}[/\-]?[0-9]{4}", digits):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the DfE number (local authority and establishment), not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both side by side.",
        )
    if re.fullmatch(r"1[0-9]{7}", digits):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the UKPRN, which has eight digits, not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both.",
        )
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not a URN.',
        fix="Type six digits without letters, such as 900001.",
    )


def read_local_authority(text: str, where: str = "Local authority") -> str | Problem:
    """The code of the local authority that a person typed as code, name or both; empty if left empty."""
    typed = plain(text)
    if not typed:
        return ""
    code = re.match(r"([0-9]{3})(?![0-9])", typed)
    if code and code[1] in local_authorities():
        return code[1]
    for known, name in local_authorities().items():
        if _bare(name) == _bare(typed):
            return known
    return Problem(
        where=where,
        what=f'"{typed[:60]}" is not a local authority of the national register.',
        fix="Choose it from the list, or type its three-digit code, such as 886.",
    )


def _bare(name: str) -> str:
    """A name with its words in alphabetical order: lists differ in it ("Bristol, City of")."""
    words = re.findall(r"[a-z]+", name.casefold())
    return " ".join(sorted(word for word in words if word not in ("city", "county", "of", "council")))


def read_year(text: str, where: str = "Academic year") -> str | Problem:
    """The academic year that a person typed, written as ``2026/27``."""
    typed = plain(text)
    match = re.fullmatch(r"(20[0-9]{2})\s*[/\-–\\]\s*(?:20)?([0-9]{2})", typed)
    year = f"{match[1]}/{match[2]}" if match else typed
    if is_academic_year(year):
        return year
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not an academic year.' if typed else "The academic year is missing.",
        fix="Write the two years of it, such as 2026/27.",
    )
