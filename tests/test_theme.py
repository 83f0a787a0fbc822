"""The colours: seen by everybody, in both themes."""

from __future__ import annotations

from itertools import combinations

import pytest

from audit.tables import COUNTED, KINDS
from audit.theme import LEVEL_COLOURS, PRACTICE_COLOUR, STATES, WRITTEN_COLOUR

WHITE, DARK = "#ffffff", "#0e1117"
ALL_COLOURS = {state.colour for state in STATES.values()} | {WRITTEN_COLOUR, PRACTICE_COLOUR, *LEVEL_COLOURS}


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", sorted(ALL_COLOURS))
def test_a_state_is_seen_on_either_page_and_carries_white_figures(colour: str) -> None:
    """Graphics have 3:1 against the light and the dark page (1.4.11), white figures in them 4.5:1 (1.4.3)."""
    assert _contrast(colour, DARK) >= 3
    assert _contrast(colour, WHITE) >= 4.5


def test_no_state_is_told_by_colour_alone() -> None:
    """Every state has a word and symbol of its own, and every state of a chart a pattern of its own."""
    assert set(STATES) == set(KINDS)
    for name in ("word", "symbol"):
        assert all(getattr(a, name) != getattr(b, name) for a, b in combinations(STATES.values(), 2))
    assert all(STATES[a].pattern != STATES[b].pattern for a, b in combinations(COUNTED, 2))
