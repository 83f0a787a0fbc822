"""How hard the criteria are to read: ``python -m tests.benchmarks.reading_age [framework …]``.

The measure is the Flesch-Kincaid grade, 0.39 × words per sentence + 11.8 × syllables per word − 15.59, and five years
more: an English child is about five years older than the number of an American school grade. Syllables are counted
from the spelling, so an age is good for ranking texts and for a limit, not for a tenth of a year.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from audit.criteria.load import load
from audit.model import Framework

LIMITS = {"statement": 14.0, "introduction": 12.5, "evidence": 12.5, "improve": 12.5, "governors_ask": 12.5}
LONGEST = 30  # words in a sentence
GRADE_ONE = 5  # years: how much older a child is than the number of the school grade
WORST = 20
_WORD = re.compile(r"[A-Za-z0-9'’-]+")


@dataclass(frozen=True, order=True)
class Graded:
    """One text of the criteria with the age at which it can be read."""

    age: float
    place: str
    text: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its full stop."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


def syllables(word: str) -> int:
    """Syllables by spelling: groups of vowels, without a silent ending; an abbreviation is read letter by letter."""
    if len(word) > 1 and word.isupper():
        return len(word)
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    spoken = re.sub(r"(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$", lambda ending: ending.group(0)[0], letters)
    return max(1, len(re.findall(r"[aeiouy]{1,2}", spoken.removeprefix("y"))))


def reading_age(text: str) -> float:
    """The age in years at which a text of at least one word can be read."""
    words = _WORD.findall(text)
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * per_word - 15.59 + GRADE_ONE


def texts(framework: Framework) -> Iterator[tuple[str, str, str]]:
    """Every text of a framework: its key, where it stands, and the text."""
    for question in (question for area in framework.areas for question in area.questions):
        yield "introduction", question.id, question.introduction
        for statement in question.statements:
            for key in LIMITS:
                if key != "introduction" and (text := getattr(statement, key)):
                    yield key, statement.id, text


def main(wanted: list[str]) -> None:
    """Print the reading age of each kind of text, the worst of each, and every long sentence."""
    for framework in load().frameworks:
        if wanted and framework.id not in wanted:
            continue
        found = list(texts(framework))
        for key, limit in LIMITS.items():
            graded = sorted(
                (Graded(reading_age(text), place, text) for kind, place, text in found if kind == key), reverse=True
            )
            mean = sum(one.age for one in graded) / len(graded)
            over = sum(one.age > limit for one in graded)
            print(f"\n{framework.id}, {key}: {len(graded)} texts, mean age {mean:.1f}, {over} over {limit}")
            for one in graded[:WORST]:
                print(f"  {one.age:5.1f}  {one.place:<16} {one.text}")
        for key, place, text in found:
            for sentence in sentences(text):
                if (count := len(sentence.split())) > LONGEST:
                    print(f"{place}, {key}: a sentence of {count} words: {sentence}")


if __name__ == "__main__":
    main(sys.argv[1:])
