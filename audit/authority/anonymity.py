"""Codes in place of schools' names, for a screen that others see too.

Codes keep no answer from being worked out, so what is shared is made as a release, which has no row of a school.

A code is made of the URN with a key (HMAC-SHA256). URNs are public and few, so without a key anyone could try them
all; with one, only who holds it can. The same key gives the same code in every year.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping

ALPHABET = "23456789CDFHJKMNPQRTVWXY"
"""No letter that is read or heard as another letter or figure (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and no vowels,
so that no code spells a word."""
LENGTH = 5
"""Letters of a code: of 400 schools, all codes differ in 99 cases of 100."""
SHORTEST_KEY = 16
"""Characters of a key; a shorter one can be guessed by trying."""


def new_key() -> str:
    """A key that nobody can guess: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def codes(urns: Iterable[str], key: str) -> Mapping[str, str]:
    """A code such as ``School 4F7KP`` by URN, no two the same, whatever the order of the schools.

    Schools whose first letters are the same have as many more as tell them apart. So give all schools of the
    authority, not only those in view: then a code does not depend on what is in view.

    Raises:
        ValueError: the key is too short to keep the codes from being looked up.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has {len(key)} characters, fewer than {SHORTEST_KEY}")
    letters = {urn: _letters(urn, key) for urn in urns}
    found: dict[str, str] = {}
    length = LENGTH
    while len(found) < len(letters):
        alike = Counter(whole[:length] for whole in letters.values())
        for urn, whole in letters.items():
            if urn not in found and alike[whole[:length]] == 1:
                found[urn] = f"School {whole[:length]}"
        length += 1
    return {urn: found[urn] for urn in letters}


def _letters(urn: str, key: str) -> str:
    """Fifty letters of the alphabet that only the key can tell from chance."""
    number = int.from_bytes(hmac.digest(key.encode(), urn.encode(), hashlib.sha256))
    letters = []
    for _ in range(50):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
