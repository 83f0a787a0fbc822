"""Which text can be held, and how the rest is refused."""

from __future__ import annotations

import pytest

from audit.text import LONGEST, fault_of, tidy, to_cell


@pytest.mark.parametrize(
    "text",
    ["", "=1+1", "007", "two\nlines", "a\tb", "😀" * 10, "\u202eright to left", "x" * LONGEST, "\u00a0", "\u2028"],
    ids=lambda text: repr(text[:12]),
)
def test_what_a_cell_can_hold_is_accepted(text: str) -> None:
    """Formula-like text, line breaks, emoji and a text of full length are all text."""
    assert fault_of(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ab\x07c", "Character 3 is a control character (U+0007)"),
        ("\ud800", "Character 1 is a control character (U+D800)"),
        ("\uffff", "Character 1 is a control character (U+FFFF)"),
        ("x" * (LONGEST + 1), "The text has 32,768 characters"),
        ("😀" * 16_384, "The text has 32,768 characters"),
        ("_x000D_" * 4_681, "a workbook cell holds 32,767"),
    ],
    ids=["control", "half a surrogate pair", "no character", "too long", "too long in emoji", "too long once escaped"],
)
def test_what_no_cell_can_hold_is_refused_with_its_remedy(text: str, said: str) -> None:
    """The sentence says which character or how long, and what to do."""
    found = fault_of(text)
    assert found is not None
    assert said in found


def test_line_breaks_become_one_kind() -> None:
    """Windows and old Mac line breaks are line breaks; nothing else changes."""
    assert tidy("a\r\nb\rc\n d ") == "a\nb\nc\n d "


@pytest.mark.parametrize(
    ("text", "stored"),
    [("plain", "plain"), ("_x000D_", "_x005F_x000D_"), ("_x00", "_x00"), ("  ", "_x0020_ "), ("\n", "_x000A_")],
)
def test_what_looks_like_an_escape_is_escaped(text: str, stored: str) -> None:
    """Excel would read such runs as characters, and readers drop cells of spaces only."""
    assert to_cell(text) == stored
