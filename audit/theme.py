"""Colour, word and symbol of each state, and fixed notices: for charts, sheets, documents and pages alike.

A colour never appears without a word or symbol. The state colours have a contrast of at least 3:1 against white and
against the dark page (WCAG 2.2, 1.4.11), carry white figures at 4.5:1 (1.4.3), and differ for readers who cannot tell
red from green; charts add a pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.model import Kind


@dataclass(frozen=True, kw_only=True)
class State:
    """How one state looks and reads.

    Attributes:
        word: what it is called.
        means: one short sentence.
        closes: what closes a gap of this kind; empty if the state is no gap.
        symbol: a character that goes with the word.
        colour: for charts, as ``#rrggbb``.
        tint: a pale background for a cell with dark text, as ``#rrggbb``.
        pattern: the fill pattern in charts (plotly's name).
    """

    word: str
    means: str
    closes: str
    symbol: str
    colour: str
    tint: str
    pattern: str


STATES: Mapping[Kind, State] = {
    "met": State(
        word="Met",
        means="Written in the policy, and done.",
        closes="",
        symbol="✓",
        colour="#0072b2",
        tint="#d9ecf7",
        pattern="",
    ),
    "not_written": State(
        word="Not written",
        means="It is done, but the policy does not fully say so.",
        closes="Put what is already done into the policy.",
        symbol="✎",
        colour="#946800",
        tint="#fbefd5",
        pattern="/",
    ),
    "not_done": State(
        word="Not done",
        means="The policy says it, but it is not in place.",
        closes="Do what the policy says.",
        symbol="△",
        colour="#c24e1a",
        tint="#fbe3d9",
        pattern="\\",
    ),
    "neither": State(
        word="Neither",
        means="It is neither fully written nor in place.",
        closes="Do it, and write it into the policy.",
        symbol="✕",
        colour="#b0457f",
        tint="#f6dfeb",
        pattern="x",
    ),
    "not_known": State(
        word="Not known",
        means="One of the two answers is unknown or not given.",
        closes="Find out: ask the role named, and answer.",
        symbol="?",
        colour="#6f7275",
        tint="#ececed",
        pattern=".",
    ),
    "not_applicable": State(
        word="Not applicable",
        means="Set aside by the school, with a reason.",
        closes="",
        symbol="–",
        colour="#6f7275",
        tint="#ffffff",
        pattern="",
    ),
}

WRITTEN_WORDS: Mapping[str, str] = {"yes": "Yes", "partly": "Partly", "no": "No", "unknown": "Unknown"}
WRITTEN_COLOUR = "#0072b2"
PRACTICE_COLOUR = "#c24e1a"
COVERAGE_COLOUR = "#2a7f86"
LEVEL_COLOURS = ("#b0457f", "#c24e1a", "#946800", "#2a7f86", "#0072b2")
"""Practice levels 0 to 4."""
BENCHMARK_COLOUR = "#7b5ea7"
"""Figures of other schools in a chart of one school."""
PHASE_MARKS = (
    ("star", "#7b5ea7"),
    ("circle", "#0072b2"),
    ("square", "#c24e1a"),
    ("diamond", "#2a7f86"),
    ("triangle-up", "#b0457f"),
    ("x", "#946800"),
    ("cross", "#6f7275"),
)
"""Symbol (plotly's name) and colour of each phase, in the order of the phases."""
QUIET = "#6f7275"
"""Lines and marks that only help to read the rest of a chart."""
INK: Mapping[str, str] = {"light": "#14171a", "dark": "#fafafa"}
"""The colour of text in charts by the theme of the page."""
NOT_ANSWERED = "Not answered"
SELF_REPORTED = "Self-reported by the school. Nobody outside it has checked these answers."
SELF_REPORTED_BY_SCHOOLS = "Self-reported by the schools. Nobody outside them has checked these answers."
AUTHORITY_ONLY = "For the authority only"
FOR_THE_AUTHORITY = "For the authority only: this shows what single schools answered. To share figures, make a release."
HOW_SURE: Mapping[str, str] = {
    "read": "",
    "second-hand": "second-hand: we could not read the document itself",
    "inferred": "we infer this from it",
}
"""How sure the source of a statement or note is, as words after its name; nothing where it was read."""


def then_how_sure(sureness: str) -> str:
    """The same words as they follow the name of a source: ``; second-hand: …``, or nothing."""
    return f"; {words}" if (words := HOW_SURE[sureness]) else ""


NO_PUPIL_DATA = "Write no pupil's name or details here, and name people by role."


def words(kind: Kind) -> str:
    """Symbol and word of a state, as ``✓ Met``."""
    return f"{STATES[kind].symbol} {STATES[kind].word}"


STATE_WORDS: Mapping[Kind, str] = {
    "met": "In the policy and done",
    "not_written": "Done, not fully in the policy",
    "not_done": "In the policy, not done",
    "neither": "Neither",
    "not_known": "Not known yet",
}
"""The states, best first, in words for readers who do not know the product's terms, such as governors."""
