"""Whether two names mean the same school."""

from __future__ import annotations

import pytest

from audit.authority.register import differ_much, school_name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hilltop School", "hilltop"),
        ("The Hilltop Academy", "Hilltop School"),
        ("St. Mary's C of E Primary", "Saint Marys Church of England primary school"),
        ("St Mary’s CE Primary", "St Mary's C.E. Primary School"),
        ("Our Lady RC School", "Our Lady Roman Catholic School"),
        ("Café & Wood School", "CAFE AND WOOD SCHOOL"),
        ("Mill-Lane Infants", "Mill Lane Infants"),
        ("Field, Upper", "Upper Field"),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(one: str, other: str) -> None:
    """Case, marks, accents, the order of words and the small words do not matter, nor how a church is written."""
    assert school_name_key(one) == school_name_key(other)
    assert not differ_much(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hilltop Infant School", "Hilltop Junior School"), ("Hilltop", "Hilltop Primary"), ("Field 1", "Field 2")],
)
def test_another_school_of_the_same_place_has_another_name(one: str, other: str) -> None:
    """They are not the same, and yet do not differ much: people leave such words out."""
    assert school_name_key(one) != school_name_key(other)
    assert not differ_much(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hilltop", "Hiltop"),
        ("Hill Top", "Hilltop"),
        ("QEGS", "Queen Eve's Grammar School"),
        ("Primary School", "Dale"),
    ],
)
def test_misspellings_and_initials_do_not_differ(one: str, other: str) -> None:
    """Nor do names that tell nothing but a kind of school."""
    assert not differ_much(one, other)
    assert not differ_much(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hilltop Primary School", "Valley Primary School"),
        ("St John's School", "St Peter's School"),
        ("Hilltop Example Primary 2", "Valley Example Primary 2"),
        ("Oak", "Ash"),
        ("Brookside", "Riverside"),
    ],
)
def test_names_of_two_schools_differ(one: str, other: str) -> None:
    """Words that many schools share, and numbers, do not make them one."""
    assert differ_much(one, other)


def test_a_name_of_any_length_is_compared_in_no_time() -> None:
    """Only the beginning of a text that is no name is looked at."""
    assert differ_much("x" * 30_000, "y" * 30_000)
