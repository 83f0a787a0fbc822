"""The measure of how hard a text is to read."""

from __future__ import annotations

import pytest

from tests.benchmarks.reading_age import reading_age, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("filter", 2),
        ("monitoring", 4),
        ("made", 1),
        ("technology", 4),
        ("checked", 1),
        ("noted", 2),
        ("table", 2),
        ("yes", 1),
        ("DSL", 3),
    ],
)
def test_syllables_are_counted_from_the_spelling(word: str, count: int) -> None:
    """A silent ending does not count, and an abbreviation is read letter by letter."""
    assert syllables(word) == count


def test_a_sentence_ends_with_its_mark() -> None:
    """A colon or a number with a point does not end a sentence."""
    assert sentences("Look at 2.5 first: it is short. Is it? Yes!") == [
        "Look at 2.5 first: it is short.",
        "Is it?",
        "Yes!",
    ]


def test_long_words_in_long_sentences_are_harder() -> None:
    """The age rises with the words of a sentence and with the syllables of a word."""
    easy, longer = "The dog ran. The cat sat.", "The dog ran and then the cat sat on the mat."
    hard = "Organisational accountability necessitates comprehensive documentation."
    assert reading_age(easy) < reading_age(longer) < reading_age(hard)


def test_the_age_is_the_grade_of_the_published_formula_and_five_years() -> None:
    """Six words of one syllable in two sentences: 0.39 times 3, plus 11.8 times 1, less 15.59; and five years."""
    assert reading_age("The dog ran. The cat sat.") == pytest.approx(0.39 * 3 + 11.8 - 15.59 + 5)
