"""Codes in place of names: stable, readable, never shared by two schools, and of no use without the key."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.authority.compare.release import ALPHABET, codes, new_key

KEY = "0123456789abcdef0123456789abcdef"
ALIKE = {"900388": "School D8RXJN", "901209": "School D8RXJC"}
"""Two schools whose first five letters are the same with this key."""


def test_a_code_is_made_of_urn_and_key() -> None:
    """The same URN and key give the same code, today and in every later year.

    HMAC-SHA256 is read as one number and written with 24 letters, the least place first. For 900001
    `openssl dgst -sha256 -hmac` gives 0c9a2081…15ac73d3, of which the first five places are H, H, T, J and J.
    """
    assert codes(["900001", "900002"], KEY) == {"900001": "School HHTJJ", "900002": "School H2FTH"}


def test_another_key_gives_other_codes() -> None:
    """Who does not hold the key cannot try all URNs."""
    assert codes(["900001"], KEY[::-1]) != codes(["900001"], KEY)


def test_schools_never_share_a_code() -> None:
    """Where the first letters are the same, as many more are shown as tell the schools apart."""
    assert codes(["900001", "900388", "901209"], KEY) == {"900001": "School HHTJJ", **ALIKE}
    assert codes(["900388"], KEY) == {"900388": "School D8RXJ"}


@given(urns=st.permutations(["900001", "900002", "900388", "901209", "900388"]))
def test_the_order_of_schools_never_matters(urns: list[str]) -> None:
    """In whatever order they come, and however often, schools keep their codes."""
    assert codes(urns, KEY) == {"900001": "School HHTJJ", "900002": "School H2FTH", **ALIKE}


def test_codes_of_a_county_differ_and_can_be_read_out() -> None:
    """Four thousand schools have four thousand codes without a letter that is taken for another."""
    found = set(codes(map(str, range(900_001, 904_001)), KEY).values())
    assert len(found) == 4_000
    assert [code for code in found if not re.fullmatch(f"School [{ALPHABET}]{{5,6}}", code)] == []
    assert set("01OILUZSGBAEI") & set(ALPHABET) == set()


@pytest.mark.parametrize("key", ["", "secret"])
def test_a_short_key_is_refused(key: str) -> None:
    """A key that can be guessed would give the names away."""
    with pytest.raises(ValueError, match="the key has"):
        codes(["900001"], key)


def test_a_new_key_is_long_and_new() -> None:
    """Each collection has a key of its own, of 64 hexadecimal digits."""
    first, second = new_key(), new_key()
    assert first != second
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert codes(["900001"], first) != codes(["900001"], second)


def test_no_school_has_no_code() -> None:
    """Nothing to name gives nothing."""
    assert codes([], KEY) == {}
