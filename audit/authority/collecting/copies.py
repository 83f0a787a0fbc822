"""Which returns of different schools are the same throughout, beyond what chance or a good school explains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from audit.authority.returns import NOT_ASKED, Return

MANY_ANSWERS = 20
"""So many answers are enough to tell a copy, if they vary."""
VARIED = 0.25
"""How large a share of them has to differ from the most frequent one.

Two schools may honestly have everything in place, or all but the same few things. They do not agree
in every one of many departures from that.
"""
DIFFERENT_TEXTS = 3
"""So many different texts, the same in the same places, tell a copy whatever the answers beside them."""


def copies(items: Sequence[Return], places: Iterable[int]) -> Iterator[Sequence[int]]:
    """Groups of two or more schools' returns with all answers the same, and telling ones.

    The answers are telling if there are `MANY_ANSWERS` and they are `VARIED`; if they are not, the
    evidence and comments have to be the same as well, with `DIFFERENT_TEXTS` among them. Desk reviews
    are left out: two schools may honestly have published one text.

    Args:
        items: returns.
        places: which of them to compare, all years together.

    Returns:
        The places of each group, in their order.
    """
    by_answers: dict[bytes, list[int]] = defaultdict(list)
    for place in places:
        if items[place].head.basis == "self-audit":
            by_answers[items[place].answers].append(place)
    for answers, group in by_answers.items():
        if _of_several_schools(items, group):
            yield from [group] if _is_telling(answers) else _same_texts(items, group)


def _same_texts(items: Sequence[Return], group: Iterable[int]) -> Iterator[Sequence[int]]:
    by_texts: dict[frozenset[tuple[int, tuple[str, str, str]]], list[int]] = defaultdict(list)
    for place in group:
        by_texts[frozenset(items[place].texts.items())].append(place)
    for texts, same in by_texts.items():
        different = {text for _, said in texts for text in said if text.strip()}
        if len(different) >= DIFFERENT_TEXTS and _of_several_schools(items, same):
            yield same


def _of_several_schools(items: Sequence[Return], group: Iterable[int]) -> bool:
    return len({items[place].urn for place in group}) > 1


def _is_telling(answers: bytes) -> bool:
    given = Counter(code for code in answers if code not in (0, NOT_ASKED))
    return given.total() >= MANY_ANSWERS and max(given.values()) <= (1 - VARIED) * given.total()
