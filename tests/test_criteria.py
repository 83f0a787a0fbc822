"""The criteria that come with the product: how many there are, where they come from, what their texts may hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import yaml

from audit.criteria.load import CRITERIA
from audit.model import PHASES, Criteria, Criterion, Source

COUNTS = {
    "2.1": (2, 3),
    "2.2.1": (3, 5),
    "2.2.2": (0, 10),
    "2.2.3": (3, 7),
    "2.2.4": (1, 2),
    "2.3.1": (2, 7),
    "2.3.2": (4, 11),
    "2.3.3": (1, 4),
    "2.3.4": (3, 4),
    "2.3.5": (2, 7),
    "2.3.6": (3, 7),
    "2.3.7": (4, 15),
    "2.3.8": (2, 4),
    "2.3.9": (1, 1),
    "2.4.1": (5, 6),
    "2.4.2": (2, 4),
    "2.4.3": (3, 7),
    "2.4.4": (0, 2),
    "2.4.5": (2, 12),
    "2.4.6": (5, 8),
    "2.5.1": (2, 6),
    "2.5.2": (3, 5),
    "2.5.3": (1, 6),
}
"""Recommended statements and all statements of each question of the source, in its order."""

PHASE_LIMITS = {
    "kcc-2.3.2-k4": ("primary", "all-through", "special", "pru"),
    "kcc-2.4.1-k3": ("primary", "all-through", "special", "pru"),
    "kcc-2.4.1-k4": ("secondary", "all-through", "special", "pru"),
}

NOT_IN_A_TEXT = {
    "e-mail address": r"\w@\w",
    "phone number": r"(?<![\d-])(?:\+\d|\(?0)[\d ()-]{7,}\d",
    "URL": r"https?:|www\.|\w\.(?:com|org|net|info|eu|io)\b|(?<!\bgov)\.uk\b|\.uk/",
}
"""GOV.UK is the name of a publisher; a page of it would be an address."""


def _kcc(shipped: Criteria) -> tuple[Criterion, ...]:
    """The statements of the Kent template, whatever other frameworks stand beside it."""
    return tuple(criterion for criterion in shipped if criterion.framework.id == "kcc-2010")


def _texts(value: object) -> Iterator[str]:
    """Every text within a value read from YAML, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _texts(key)
            yield from _texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)


def test_the_source_has_143_statements(shipped: Criteria) -> None:
    """Every statement of the source is restated once, none is merged and none is added."""
    assert len(_kcc(shipped)) == 143


def test_the_source_recommends_54_of_them(shipped: Criteria) -> None:
    """A statement is recommended where the source marks it with a K, and it marks 54."""
    assert sum(criterion.statement.recommended for criterion in _kcc(shipped)) == 54


def test_each_question_has_the_statements_of_the_source(shipped: Criteria) -> None:
    """Each of the 23 questions, in source order, holds as many recommended and other statements as its source."""
    found: dict[str, tuple[int, int]] = {}
    for criterion in _kcc(shipped):
        recommended, all_of_them = found.get(criterion.question.id, (0, 0))
        found[criterion.question.id] = (recommended + criterion.statement.recommended, all_of_them + 1)
    assert list(found.items()) == list(COUNTS.items())


def test_areas_are_the_chapters_of_the_source(shipped: Criteria) -> None:
    """The questions stand below the chapter that their number names."""
    assert {c.area.id for c in _kcc(shipped)} == {"2.1", "2.2", "2.3", "2.4", "2.5"}
    assert [c.id for c in _kcc(shipped) if not f"{c.question.id}.".startswith(f"{c.area.id}.")] == []


def test_ids_say_where_a_statement_stands_in_the_source(shipped: Criteria) -> None:
    """An id is made of section, mark and number, so that the source can be found from it alone."""
    ids = {
        c.id: f"kcc-{source.section}-{'k' if source.mark == 'K' else 's'}{source.ordinal}"
        for c in _kcc(shipped)
        if isinstance(source := c.statement.source, Source)
    }
    assert len(ids) == 143
    assert [found for found, expected in ids.items() if found != expected] == []


@pytest.mark.parametrize(("section", "counts"), COUNTS.items(), ids=COUNTS)
def test_numbers_are_consecutive(shipped: Criteria, section: str, counts: tuple[int, int]) -> None:
    """Within a section the K statements count 1, 2, 3 in source order, and so do the others."""
    found = [c.statement.source for c in _kcc(shipped)]
    sources = [source for source in found if isinstance(source, Source) and source.section == section]
    recommended, all_of_them = counts
    assert [s.ordinal for s in sources if s.mark == "K"] == list(range(1, recommended + 1))
    assert [s.ordinal for s in sources if s.mark == "other"] == list(range(1, all_of_them - recommended + 1))


def test_only_three_statements_are_for_some_phases(shipped: Criteria) -> None:
    """The source limits three statements to primary or secondary pupils; every other one is for every school."""
    limited = {c.id: c.statement.phases for c in _kcc(shipped) if c.statement.phases != PHASES}
    assert limited == PHASE_LIMITS


def test_every_note_on_today_names_its_reference(shipped: Criteria) -> None:
    """What has changed since the source can be looked up by anyone."""
    notes = {c.id: c.statement.today for c in _kcc(shipped) if c.statement.today}
    assert notes, "some statements of 2010 are out of date"
    assert [key for key, note in notes.items() if not note.reference.strip()] == []


def test_every_note_on_today_says_when_it_was_checked(shipped: Criteria) -> None:
    """The day of the check is a day of the calendar, written as 2026-11-22."""
    days = {c.id: c.statement.today.checked for c in _kcc(shipped) if c.statement.today}
    assert {key: dt.date.fromisoformat(day).isoformat() for key, day in days.items()} == days


@pytest.mark.parametrize("kind", NOT_IN_A_TEXT)
def test_no_text_holds_contact_details(kind: str) -> None:
    """Addresses and numbers go stale and belong to people, so no text of the criteria holds any."""
    texts = [
        text for path in sorted(CRITERIA.glob("*/*.yaml")) for text in _texts(yaml.safe_load(path.read_text("utf-8")))
    ]
    assert [text for text in texts if re.search(NOT_IN_A_TEXT[kind], text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("e-mail address", "Write to office@school.example today."),
        ("phone number", "Ring 01234 567890 at once."),
        ("phone number", "Ring 0800 1111 at once."),
        ("phone number", "Ring +44 1234 567890 at once."),
        ("URL", "See www.example and read on."),
        ("URL", "See https://school.example and read on."),
        ("URL", "See example.org and read on."),
        ("URL", "See gov.uk/example and read on."),
    ],
)
def test_contact_details_are_recognised(kind: str, text: str) -> None:
    """The search of the test above finds each kind of contact detail in a text that holds one."""
    assert re.search(NOT_IN_A_TEXT[kind], text, re.IGNORECASE)
