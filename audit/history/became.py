"""What became of a statement between two audits of a school: the one rule, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.model import Kind


@dataclass(frozen=True, kw_only=True)
class Became:
    """How one change reads.

    Attributes:
        heading: what a group of such statements is called.
        means: one short sentence.
        symbol: a character that goes with the words.
    """

    heading: str
    means: str
    symbol: str


CHANGES: Mapping[str, Became] = {
    "closed": Became(heading="Closed", means="It was a gap, and is met now.", symbol="✓"),
    "opened": Became(heading="Opened", means="It was met, and is a gap now.", symbol="✕"),
    "still open": Became(heading="Still open", means="It was a gap, and is one now.", symbol="○"),
    "newly known": Became(
        heading="Newly known",
        means="It was not known, and is known now: nobody can say that it changed.",
        symbol="!",
    ),
    "no longer known": Became(
        heading="No longer known", means="It was known, and one of its answers is unknown or missing now.", symbol="?"
    ),
    "not answered yet": Became(
        heading="Not answered yet",
        means="The later audit has no answer to it, or has not confirmed the one that it began with.",
        symbol="…",
    ),
    "no longer applicable": Became(
        heading="No longer applicable", means="The school has set it aside since, with a reason.", symbol="–"
    ),
    "newly applicable": Became(
        heading="Newly applicable", means="The school had set it aside, and does so no more.", symbol="+"
    ),
    "still met": Became(heading="Still met", means="It was met, and is met now.", symbol="="),
    "still not applicable": Became(
        heading="Still not applicable", means="The school has set it aside both times.", symbol="–"
    ),
    "changed meaning": Became(
        heading="Changed its meaning",
        means="The criteria changed what it asks, so the two answers cannot be held against each other.",
        symbol="≠",
    ),
    "only earlier": Became(
        heading="Only in the earlier audit",
        means="The later audit does not ask it, so nothing can be said.",
        symbol="←",
    ),
    "only later": Became(
        heading="Only in the later audit", means="The earlier audit did not ask it, so nothing can be said.", symbol="→"
    ),
}
"""What can have become of a statement, in the order in which it is shown."""
WITHOUT_COUNTERPART = ("changed meaning", "only earlier", "only later")
"""Changes of the criteria and not of the school; they are shown apart."""


def became(before: Kind, after: Kind) -> str:
    """What became of a statement that both audits ask, by its kinds, as `audit.tables.KINDS` names them.

    What was not known and is known now is *newly known*, met or not: nobody can say that it changed.
    """
    if "not_applicable" in (before, after):
        if before == after:
            return "still not applicable"
        return "newly applicable" if before == "not_applicable" else "no longer applicable"
    if "not_known" in (before, after):
        return "still open" if before == after else "newly known" if before == "not_known" else "no longer known"
    if after == "met":
        return "still met" if before == "met" else "closed"
    return "opened" if before == "met" else "still open"
