"""Phase and type of a school in our words, from the register's names or, without them, its codes.

Source: columns ``PhaseOfEducation``, ``TypeOfEstablishment`` and ``EstablishmentTypeGroup`` of the public CSV of Get
Information About Schools, 2025/26 edition. Names decide, since codes differ between the register's services. Special schools, pupil referral units and most
independent schools carry the phase *Not applicable* there, so for these the type says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from audit.authority.collecting.delimited import heading, whole_number
from audit.model import Phase
from audit.phases import phase_by_words

Words = TypeVar("Words", bound=str)

_PHASE_BY_CODE: Mapping[int, Phase] = {
    1: "nursery",
    2: "primary",
    3: "primary",  # middle, deemed primary
    4: "secondary",
    5: "secondary",  # middle, deemed secondary
    6: "sixteen-plus",
    7: "all-through",
}
_PHASE_BY_TYPE_CODE: Mapping[int, Phase] = {
    **dict.fromkeys((7, 8, 10, 12, 32, 33, 36, 44), "special"),
    **dict.fromkeys((14, 38, 42, 43), "pru"),
    15: "nursery",
    18: "sixteen-plus",
}
_PHASE_BY_TYPE: tuple[tuple[str, Phase], ...] = (
    (r"special", "special"),
    (r"referral|alternativeprovision", "pru"),
    (r"nursery", "nursery"),
    (r"furthereducation|sixthform|16(?:to)?19", "sixteen-plus"),
    (r"universitytechnical|studioschool|citytechnology", "secondary"),
)
_TYPE_BY_GROUP_CODE: Mapping[int, str] = {
    1: "College",
    3: "Independent",
    4: "LA maintained",
    5: "Special",
    10: "Academy",
    11: "Free school",
}
_TYPE_BY_WORDS: tuple[tuple[str, str], ...] = (
    (r"academ", "Academy"),
    (r"freeschool|studio|universitytechnical", "Free school"),
    (r"independent|citytechnology", "Independent"),
    (r"special", "Special"),
    (r"college|furthereducation|sixthform", "College"),
    (r"maintained|authority|community|voluntary|foundation|referral|nursery", "LA maintained"),
)
"""Group names and type names alike; the group of a type is the register's own."""


def phase_of(texts: Mapping[str, str]) -> Phase | None:
    """The phase by word, else by code, else by the type; None if none of them tells.

    Args:
        texts: the cells ``phase_code``, ``phase``, ``type_code`` and ``type``; any may be absent.
    """
    phase, kind = texts.get("phase", ""), texts.get("type", "")
    return (
        phase_by_words(phase)
        or _PHASE_BY_CODE.get(_code_without_name(texts.get("phase_code", ""), phase))
        or _by_words(kind, _PHASE_BY_TYPE)
        or _PHASE_BY_TYPE_CODE.get(_code_without_name(texts.get("type_code", ""), kind))
    )


def type_of(texts: Mapping[str, str]) -> str:
    """The group of types that a school belongs to, in the words by which an adviser filters; empty if not told.

    Args:
        texts: the cells ``group_code``, ``group`` and ``type``; any may be absent.
    """
    group, kind = texts.get("group", ""), texts.get("type", "")
    return (
        _by_words(group, _TYPE_BY_WORDS)
        or _TYPE_BY_GROUP_CODE.get(_code_without_name(texts.get("group_code", ""), group))
        or _by_words(kind, _TYPE_BY_WORDS)
        or ("Other" if (group + kind).strip() else "")
    )


def _code_without_name(code: str, name: str) -> int:
    """The code where the cell of the name is empty or holds a code itself; else 0, which is no code of anything."""
    if name.strip() and whole_number(name) is None:
        return 0
    return next((number for number in (whole_number(name), whole_number(code)) if number is not None), 0)


@lru_cache(maxsize=4096)
def _by_words(text: str, rules: tuple[tuple[str, Words], ...]) -> Words | None:
    said = heading(text)
    return next((word for pattern, word in rules if re.search(pattern, said)), None)
