"""Thin evidence: each rule, and how well the rules do on texts that were labelled by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.model import Criteria
from audit.school.review import is_thin, same_text, why_thin

LABELLED = Path(__file__).parent / "evidence_labelled.csv"
"""Invented texts, each *thin* or *sound* for one statement: sound if a reviewer could ask to see what it names.

They were written and labelled before the rules were tuned, and the rules were tuned on the half *tune*
alone. The same hands wrote texts and rules, so what schools really write will do somewhat worse.
"""
LEAST_PRECISION, LEAST_RECALL = 0.88, 0.92
"""On the held-out half; when the rules were made they had a precision of 0.92 and a recall of 0.99.

To call a text thin that has fewer than twelve letters has a precision of 1.00 and a recall of 0.26 there: it misses
three in four. So this is the one rule, for a school and for an authority.
"""


def labelled(half: str) -> list[dict[str, str]]:
    """The labelled texts of one half."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["half"] == half]


def test_the_labelled_texts_are_many_and_balanced() -> None:
    """At least 150 different texts, about half of them thin, in two halves of the same size."""
    rows = [*labelled("tune"), *labelled("held out")]
    labels = Counter((row["half"], row["label"]) for row in rows)
    assert len({row["evidence"] for row in rows}) == len(rows) >= 150
    assert len(labels) == 4
    assert min(labels.values()) >= 60


def test_the_rules_find_thin_evidence_on_texts_they_were_not_made_for(shipped: Criteria) -> None:
    """Of the held-out texts few sound ones are called thin, and few thin ones are missed."""
    found = Counter(
        (row["label"], bool(why_thin(row["evidence"], shipped[row["statement"]]))) for row in labelled("held out")
    )
    precision = found["thin", True] / (found["thin", True] + found["sound", True])
    recall = found["thin", True] / (found["thin", True] + found["thin", False])
    print(f"Thin evidence, {sum(found.values())} held-out texts: precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


EMPTY = "It says nothing that can be looked at. Name what shows it, and who has it, where or from when."
NOTHING = "It names nothing that shows it, and nobody, no place and no day. Say what to look at, and where or when."
REASONS = {
    "Yes": EMPTY,
    "n/a": EMPTY,
    "OK, all in place.": EMPTY,
    "…!?": EMPTY,
    "The school appoints an online safety coordinator": "It says the statement again. Name what shows that it is so.",
    "To be reviewed by the DSL in March 2027": "It says what is to come. Name what shows it now.",
    "See policy": "It names “policy”, but not which one, who has it, where it is or from when.",
    "Consent forms": "It names “forms”, but not which one, who has it, where it is or from when.",
    "Ask the business manager": "It names “business manager”, but nothing that shows it, such as a log, a form or a check.",
    "In March 2026": "It names “March 2026”, but nothing that shows it, such as a log, a form or a check.",
    "Everybody takes it seriously here": NOTHING,
    "Alle wissen Bescheid": NOTHING,
    "10/10": "It names “10/10”, but nothing that shows it, such as a log, a form or a check.",
}
SOUND = [
    "CPOMS log, 3 May 2026",
    "Policy, section 6.2",
    "36 of 36 signed",
    "Poster in every classroom",
    "Log kept by the DSL",
    "FGB 12.3.26",
    "Reviewed 5 November 2025; next review due November 2026",
    "Rules 3 and 4",
    "Action plan for 2026, page 3",
    'Whistleblowing policy under "Reporting"',
]


@pytest.mark.parametrize(("text", "reason"), REASONS.items())
def test_each_rule_gives_its_reason(shipped: Criteria, text: str, reason: str) -> None:
    """Empty words, the statement again, what is to come, and what names too little."""
    assert why_thin(text, shipped["kcc-2.1-k1"]) == reason


@pytest.mark.parametrize("text", SOUND)
def test_a_short_text_can_be_sound(shipped: Criteria, text: str) -> None:
    """What counts is whether a reviewer could ask to see it, not how long the text is."""
    assert why_thin(text, shipped["kcc-2.1-k1"]) == ""


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=200))
def test_no_text_breaks_the_rules(shipped: Criteria, text: str) -> None:
    """Any text of any script gets a reason or none, and a reason just where it is thin."""
    assert bool(why_thin(text, shipped["kcc-2.1-k1"])) == is_thin(text)


def test_a_very_long_text_is_read_at_once(shipped: Criteria) -> None:
    """The longest text that a cell holds needs no patience, whatever it is made of."""
    for text in ("1/1" * 10_000, "a " * 16_000, "every " * 5_000, "“" * 32_000, "2. " * 10_000):
        assert isinstance(why_thin(text, shipped["kcc-2.1-k1"]), str)


def test_a_sentence_ends_without_breaking_what_it_names(shipped: Criteria) -> None:
    """The full stop of an abbreviation belongs to the place that it names, and says nothing of what is to come."""
    assert why_thin("See p. 4", shipped["kcc-2.1-k1"]) == ""


@pytest.mark.parametrize("text", ["log of march 3", "Log  of March 3.", " LOG OF\nMARCH 3 "])
def test_what_counts_as_the_same_evidence(text: str) -> None:
    """Case, spaces and a full stop make no other text; a letter does."""
    assert same_text(text) == same_text("Log of March 3")
    assert same_text(text) != same_text("Log of March 4")
