"""Who writes the letters, and what the authority says first: settings, with every fault of what people typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from audit.problems import Problem
from audit.text import fault_of, tidy

OPENING = (
    "Every return helps us to see what support our schools need, and you should have something back for your work. "
    "Please share this letter with your governors and with the colleagues who helped."
)
LONGEST_OPENING = 3_000
_TITLES = re.compile(r"(?i)\b(mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|revd?)\b|@")
_ROLE = re.compile(
    r"(?i)advis|officer|lead|manager|director|head|coordinat|consultant|team|service|inspector|safe|educat|learn|school|"
    "support|improve|standard|partner|secretary|assistant|chair|board|trust|council|governor|train|polic|quality|office"
)


@dataclass(frozen=True, kw_only=True)
class LetterSettings:
    """Who writes, and what the authority says first; build it with `read_settings` of what people typed.

    Attributes:
        authority: the name of the authority or trust.
        sender_role: who signs, as a role and never as a name.
        opening: the authority's own paragraphs after the thanks for a self-audit; a line break begins the next. May be
            empty.
        dated: the day on the letter; none if it is left out.

    Raises:
        ValueError: a field that `read_settings` would not take.
    """

    authority: str
    sender_role: str = "Online safety adviser"
    opening: str = OPENING
    dated: dt.date | None = None

    def __post_init__(self) -> None:
        if found := tuple(_faults(self.authority, self.sender_role, self.opening)):
            raise ValueError(" ".join(map(str, found)))


def read_settings(
    *, authority: str, sender_role: str, opening: str, dated: dt.date | None = None
) -> LetterSettings | tuple[Problem, ...]:
    """The settings of what a person typed, or every problem with it."""
    authority, sender_role, opening = (tidy(text).strip() for text in (authority, sender_role, opening))
    found = tuple(_faults(authority, sender_role, opening))
    return found or LetterSettings(authority=authority, sender_role=sender_role, opening=opening, dated=dated)


def _faults(authority: str, sender_role: str, opening: str) -> Iterator[Problem]:
    for where, text, fix in (
        ("Authority", authority, "Type the name of the authority or trust that writes."),
        ("Sender's role", sender_role, "Type the role that signs, such as Online safety adviser."),
    ):
        if not text.strip():
            yield Problem(where=where, what="It is empty.", fix=fix)
        elif len(text) > 120 or "\n" in text:
            yield Problem(where=where, what="It is longer than one line of a letter.", fix=fix)
    words = sender_role.split()
    named = 1 < len(words) < 5 and all(word[0].isupper() for word in words) and not _ROLE.search(sender_role)
    if _TITLES.search(sender_role) or named:
        fix = "Type the role, such as Online safety adviser: letters are kept, and people are recorded by role."
        yield Problem(where="Sender's role", what=f'"{sender_role[:60]}" looks like a person\'s name.', fix=fix)
    if len(opening) > LONGEST_OPENING:
        what = f"It has {len(opening):,} characters; a letter has room for {LONGEST_OPENING:,}."
        yield Problem(where="Opening", what=what, fix="Shorten it, or write a letter of your own beside this one.")
    for where, text in (("Authority", authority), ("Sender's role", sender_role), ("Opening", opening)):
        if fault := fault_of(text):
            what, fix = fault.split(". ", 1)
            yield Problem(where=where, what=f"{what}.", fix=fix)
