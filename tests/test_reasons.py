"""A reason why a statement does not apply says something."""

from __future__ import annotations

import pytest

from audit.text import says_nothing

NOTHING = [
    *("", " ", "\n", "-", "--", ".", "...", "?", "–", "—", "/", "✓", "n/a", "N/A", "n.a.", "N / A", "na", "NA.", "n-a"),
    *("none", "None.", "not applicable", "Not Applicable!", "Not applicable - n/a", "x", "X", "xxx", "no", "nil"),
    *(
        "null",
        "tbc",
        "TBC.",
        "TBA",
        "to be confirmed",
        "1",
        "0",
        "\u200bn/a\u00a0",
        "ｎ／ａ",
        "does not apply",
        "It doesn't apply",
    ),
    *("not relevant", "no reason", "This statement is not applicable to us", "don't know", "N/A N/A"),
    *(
        "see above",
        "See above.",
        "as above",
        "same as above",
        "ditto",
        "later",
        "pending",
        "not sure",
        "not yet",
        "test",
    ),
]
SOMETHING = [
    *("We have none.", "No boarders", "None here.", "no email", "No pupils.", "No network", "Nursery only"),
    *("n/a: we have no boarders", "Not applicable as the trust does it", "PRU", "No Wi-Fi", "+44: we have none"),
    *(
        "Special school",
        "dim ysgol breswyl",
        "我们没有",
        "See policy 4.2",
        "As the trust does it",
        "See section 4",
        "Same site as the junior school",
    ),
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_gives_no_reason(text: str) -> None:
    """Blank, punctuation, and words that only say again that it does not apply."""
    assert says_nothing(text)


@pytest.mark.parametrize("text", SOMETHING)
def test_a_short_reason_is_one(text: str) -> None:
    """A word or two about the school are enough."""
    assert not says_nothing(text)
