"""Moments as people are shown them: in the local time of the computer, with the zone told. The store keeps them in UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

_BRITISH = {"GMT Standard Time": "GMT", "GMT Summer Time": "BST"}
"""What Windows calls the British zones."""


def local(at: dt.datetime) -> dt.datetime:
    """A moment of the store (UTC, without a zone) in the computer's own zone.

    Args:
        at: a moment; one that has a zone keeps its meaning.
    """
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone()


def zone(at: dt.datetime) -> str:
    """What the computer's zone is called at a moment of the store: ``GMT``, ``BST``; else its distance from UTC."""
    here = local(at)
    name = _BRITISH.get(here.tzname() or "", here.tzname() or "")
    if re.fullmatch("[A-Z]{3,5}", name):
        return name
    minutes = int((here.utcoffset() or dt.timedelta()).total_seconds()) // 60
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def zones(moments: Iterable[dt.datetime]) -> str:
    """What the zone is called over some moments, such as ``GMT and BST``; today's, if there are none."""
    names = sorted({zone(one) for one in moments}) or [zone(dt.datetime.now(dt.UTC))]
    return " and ".join(names)


def in_words(at: dt.datetime) -> str:
    """A moment of the store in words: ``27 November 2026, 11:23 GMT``."""
    here = local(at)
    return f"{here.day} {here:%B %Y, %H:%M} {zone(at)}"
