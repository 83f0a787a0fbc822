"""Of which open places a return is expected: not everything that the national register lists is a school of this audit.

State-funded schools are always expected. Independent schools and colleges are unless the authority says otherwise;
universities, secure units and their like only if it says so. Names decide; codes only where there is no name.

Source of names and codes: columns ``TypeOfEstablishment`` and ``EstablishmentTypeGroup`` of the public CSV of Get
Information About Schools, 2025/26 edition. Its codes have changed meaning between services, so they come last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from audit.authority.collecting.delimited import heading, whole_number

PLACES: Mapping[str, str] = {
    "independent": "Independent schools",
    "colleges": "Colleges",
    "universities": "Universities",
    "secure-units": "Secure units",
    "childrens-centres": "Children's centres",
    "online-providers": "Online providers",
    "outside-england": "Schools outside England",
    "miscellaneous": "Miscellaneous",
}
"""The kinds of place that an authority may ask or not, with their titles."""
ASKED_BY_DEFAULT = frozenset({"independent", "colleges"})

_SCHOOL = ""
_BY_TYPE: tuple[tuple[str, str], ...] = (
    (r"secure", "secure-units"),
    (r"highereducation|universit(?!ytechnical)", "universities"),
    (r"childrens?centre", "childrens-centres"),
    (r"online", "online-providers"),
    (r"welsh|offshore|overseas|servicechildren", "outside-england"),
    (r"miscellaneous|fundedbyother|earlyyearssetting|^eysetting|playingforsuccess|icttestsite", "miscellaneous"),
    (r"citytechnology|academ|freeschool|nonmaintained", _SCHOOL),
    (r"independent|^private", "independent"),
    (r"furthereducation|sixthform|specialpost16|tertiary|^colleges?$", "colleges"),
    (r"^othertypes?$", "miscellaneous"),
)
"""Names of types and of their groups alike, without case, spaces and marks; the first that fits."""
_BY_TYPE_CODE: Mapping[int, str] = {
    **dict.fromkeys((10, 11), "independent"),
    18: "colleges",
    29: "universities",
    24: "secure-units",
    **dict.fromkeys((47, 48), "childrens-centres"),
    49: "online-providers",
    **dict.fromkeys((25, 26, 30, 37), "outside-england"),
    27: "miscellaneous",
}
_BY_GROUP_CODE: Mapping[int, str] = {1: "colleges", 2: "universities", 3: "independent", 9: "outside-england"}


def place_of(texts: Mapping[str, str]) -> str:
    """The key in `PLACES` of what is asked only as the authority chooses; empty for a school that always is.

    Args:
        texts: the cells ``type``, ``group``, ``type_code`` and ``group_code``; any may be absent.
    """
    kind, group = texts.get("type", ""), texts.get("group", "")
    for name in (kind, group):
        if (found := _by_name(name)) is not None:
            return found
    if heading(kind) and whole_number(kind) is None:
        return _SCHOOL
    codes = (texts.get("type_code", "") or kind, _BY_TYPE_CODE), (texts.get("group_code", "") or group, _BY_GROUP_CODE)
    return next((table[code] for text, table in codes if (code := whole_number(text)) in table and code), _SCHOOL)


@lru_cache(maxsize=4096)
def _by_name(name: str) -> str | None:
    said = heading(name)
    return next((place for pattern, place in _BY_TYPE if re.search(pattern, said)), None)
