"""Whether two names mean the same school: people shorten, extend and misspell them."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

_LONGEST = 120
"""Characters of a name that are compared; a longer one is no name, and comparing it would take long."""
_ALIKE = 0.85
"""From this ratio of matching letters on, a word is a misspelling of the other; found by trying."""


def _words(name: str) -> list[str]:
    """The words of a name, spelt alike however they are typed: ``St. Mary's C of E`` is st, marys, ce."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter) and letter not in "'’‘`´")
    text = re.sub(r"\bchurch of england\b|\bc\W{0,2}(?:of\W{0,2})?e\b", " ce ", text)
    text = re.sub(r"\broman catholic\b|\br\W?c\b", " catholic ", text)
    return ["st" if word == "saint" else word for word in re.findall(r"[^\W_]+", text)]


_FILLERS = frozenset(_words("the of and at for in a school schools academy"))
"""Words that come and go without another school being meant: many a school became an academy by its old name."""
_COMMON = _FILLERS | frozenset(
    _words(
        "st primary secondary junior juniors infant infants nursery college high grammar upper lower middle first "
        "community ce catholic voluntary aided controlled free special federation trust foundation girls boys sixth "
        "form all through pre prep preparatory centre pupil referral unit alternative provision studio technical example"
    )
)
"""Words that tell a kind of school, not which; every invented school is an *example*."""


def key_of(name: str) -> frozenset[str]:
    """The words of a name that tell schools apart, in no order: names with equal keys are the same."""
    return frozenset(_words(name[:_LONGEST])) - _FILLERS


def differ_much(one: str, other: str) -> bool:
    """Whether two names have nothing in common that could mean one school.

    A word in common that tells more than a kind of school is enough, as are initials and a misspelling.
    Names without any such word say nothing, so they do not differ.
    """
    own, others = _telling(one), _telling(other)
    if not own or not others or own & others or _initials(one) & others or _initials(other) & own:
        return False
    matcher = SequenceMatcher(a="".join(sorted(own)), b="".join(sorted(others)), autojunk=False)
    return matcher.ratio() < _ALIKE


def _telling(name: str) -> set[str]:
    return {word for word in key_of(name) - _COMMON if not word.isdigit()}


def _initials(name: str) -> set[str]:
    """The first letters of all words together, with the small words and without: ``QEGS``."""
    words = _words(name[:_LONGEST])
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in ("the", "of", "and"))}
