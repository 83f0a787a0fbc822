"""Numbers, lists, days, lengths of time and percentages in words; moments stand in ``test_moments.py``."""

from __future__ import annotations

import datetime as dt

import pytest

from audit import english

FIRST = dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 54, "0%"),
        (54, 54, "100%"),
        (1, 3, "33%"),
        (2, 3, "67%"),
        (1, 1000, "1%"),
        (999, 1000, "99%"),
        (0, 0, "no percentage"),
    ],
)
def test_a_share_in_percent(part: int, whole: int, expected: str) -> None:
    """A share is told in whole percent, and there is none of nothing."""
    assert english.percent(part, whole) == expected


def test_0_and_100_percent_are_exact() -> None:
    """A share is 0% only if it is nothing, and 100% only if it is all, however large the whole."""
    shares = [
        (part, whole) for whole in (*range(1, 151), 999, 100_000) for part in {0, 1, whole // 2, whole - 1, whole}
    ]
    assert [share for share in shares if (english.percent(*share) == "0%") != (share[0] == 0)] == []
    assert [share for share in shares if (english.percent(*share) == "100%") != (share[0] == share[1])] == []


@pytest.mark.parametrize(("number", "expected"), [(0, "0 gaps"), (1, "1 gap"), (2, "2 gaps"), (1200, "1,200 gaps")])
def test_a_number_with_its_noun(number: int, expected: str) -> None:
    """One is singular, everything else is plural."""
    assert english.plural(number, "gap") == expected


@pytest.mark.parametrize("number", [0, 2, 21, 1200, 1.5])
def test_only_one_has_the_singular(number: float) -> None:
    """None, several and a part of one have the verb and the noun of many."""
    assert (english.agree(number), english.agree(1), english.agree(1.0)) == ("are", "is", "is")
    assert english.plural(1, "gap is", "gaps are") == "1 gap is"
    assert english.plural(number, "gap is", "gaps are").endswith(" gaps are")


def test_another_pair_of_words_can_agree() -> None:
    """Nouns and other verbs agree with a number as *is* does."""
    assert [english.agree(number, "needs", "need") for number in (1, 2)] == ["needs", "need"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
    ],
)
def test_several_things_are_listed_with_one_and(parts: list[str], expected: str) -> None:
    """Commas between all but the last two; a list that can be gone through only once is listed too."""
    assert (english.listed(parts), english.listed(iter(parts))) == (expected, expected)


@pytest.mark.parametrize(
    ("number", "more", "on"),
    [
        (0, "", ""),
        (1, "a", "a"),
        (2, "a, b", "a, b"),
        (3, "a, b and 1 more", "a, b, …"),
        (4, "a, b and 2 more", "a, b, …"),
    ],
)
def test_of_a_long_list_the_first_are_named(number: int, more: str, on: str) -> None:
    """Either with how many are left out, or with a sign that the list goes on; neither where nothing is left out."""
    parts = ["a", "b", "c", "d"][:number]
    assert (english.first_and_more(parts, 2), english.first_and_so_on(parts, 2)) == (more, on)


def test_a_day_in_words_and_in_figures() -> None:
    """The day of the month has no nought before it in words, and has one in figures; a moment is of its day."""
    assert (english.day(FIRST), english.day_in_figures(FIRST)) == ("1 March 2027", "01/03/2027")
    assert english.day(dt.datetime(2027, 3, 11, 23, 59)) == "11 March 2027"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0%"),
        (0.01, "1%"),
        (49.49, "49%"),
        (49.5, "50%"),
        (50.5, "51%"),
        (99.5, "99%"),
        (99.99, "99%"),
        (100.0, "100%"),
    ],
)
def test_a_percentage_rounds_halves_up_and_never_to_an_end(value: float, expected: str) -> None:
    """Whole percent, and 0% or 100% only of what is exactly that."""
    assert english.whole_percent(value) == expected


def test_a_share_and_its_percentage_say_the_same() -> None:
    """The two ways to a percentage round alike."""
    shares = [(part, whole) for whole in (*range(1, 120), 746) for part in range(whole + 1)]
    assert [one for one in shares if english.percent(*one) != english.whole_percent(100 * one[0] / one[1])] == []


@pytest.mark.parametrize(
    ("seconds", "minutes", "left"),
    [
        (0, "0 minutes", "1 second"),
        (1.4, "0 minutes", "1 second"),
        (45, "1 minute", "45 seconds"),
        (89.4, "1 minute", "89 seconds"),
        (91, "2 minutes", "about 2 minutes"),
        (3600, "60 minutes", "about 60 minutes"),
    ],
)
def test_seconds_in_words(seconds: float, minutes: str, left: str) -> None:
    """In whole minutes; of a job that still runs, in seconds while it is less than a minute and a half."""
    assert (english.whole_minutes(seconds), english.time_left(seconds)) == (minutes, left)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "about 5 minutes"),
        (7, "about 5 minutes"),
        (8, "about 10 minutes"),
        (58, "about 1 hour"),
        (60, "about 1 hour"),
        (104, "about 1 hour 45 minutes"),
        (121, "about 2 hours"),
    ],
)
def test_a_length_of_time_is_told_to_five_minutes(minutes: int, expected: str) -> None:
    """What is only guessed is not told to the minute."""
    assert english.duration(minutes) == expected
