"""The columns of a register, and what their cells say, however a spreadsheet changed them.

Sources: columns ``PhaseOfEducation``, ``TypeOfEstablishment`` and ``EstablishmentTypeGroup`` of the public CSV of Get
Information About Schools, 2025/26 edition. Names decide. Codes differ between the register's services and have changed
meaning, so they count only where there is no name.

`phase_of` and `type_of` give phase and type in our words. In the register, special schools, pupil referral units and most independent
schools have the phase *Not applicable*, so their type tells their phase.

Not everything in the national register is a school of this audit, so `expected_place` tells which open places are asked
for a return. State-funded schools always are. Independent schools and colleges are unless the authority says otherwise;
universities, secure units and the like only if the authority says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from audit.authority.csv_file import normal_heading, text_of, whole_number
from audit.identifiers import local_authorities, ons_codes, phase_by_words, read_local_authority, read_urn
from audit.problems import Problem
from audit.text import plain

if TYPE_CHECKING:
    from audit.model import Phase

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "urn": (
        "urn",
        "schoolurn",
        "establishmenturn",
        "uniquereferencenumber",
        "urnno",
        "urnnumber",
        "uniquereferencenumberurn",
    ),
    "name": ("establishmentname", "schoolname", "nameofschool", "name", "school", "establishment"),
    "authority_code": ("lacode", "localauthoritycode", "leacode", "authoritycode", "lanumber", "lano"),
    "authority": (
        "laname",
        "localauthorityname",
        "localauthority",
        "la",
        "leaname",
        "lea",
        "authorityname",
        "authority",
        "council",
    ),
    "number": ("establishmentnumber", "estabnumber"),
    "dfe_number": ("laestab", "dfenumber", "dfeno", "laestabnumber", "dfesnumber", "dfes", "dfe"),
    "phase_code": ("phaseofeducationcode", "phasecode"),
    "phase": ("phaseofeducationname", "phaseofeducation", "phasename", "phase"),
    "type_code": ("typeofestablishmentcode", "establishmenttypecode"),
    "type": ("typeofestablishmentname", "typeofestablishment", "establishmenttype", "schooltype", "type"),
    "group_code": ("establishmenttypegroupcode", "typegroupcode"),
    "group": ("establishmenttypegroupname", "establishmenttypegroup", "typegroup"),
    "status_code": ("establishmentstatuscode", "statuscode"),
    "status": ("establishmentstatusname", "establishmentstatus", "statusname", "status"),
}
"""The headings of each column, in small letters, without spaces and marks; the national register's heading comes first."""
_OPEN_CODES = (1, 3)
"""Open, and open but proposed to close; 2 is closed and 4 proposed to open.

Source: columns ``EstablishmentStatus (code)`` and ``(name)`` of the public CSV of Get Information About Schools, whose
numbers differ from those of its web service: the name decides.
"""
_OPENS = r"s(?:in(?!ce)|on|from|next|soon|later|sept|jan|april|autumn|spring|[0-9]|$)"
"""What makes *open* into *opens in*, *opens on* and the like: headings are compared without spaces."""
_OPEN = re.compile(
    rf"^(?:open(?!ing|{_OPENS})|reopened|active|current|live|existing)|propos.*clos|^(?:will|(?:is|are)?(?:due|set|about)?to)close"
    r"|^clos(?:ing|es)|plannedclosure|closure(?:is)?planned"
)
"""The school is open today, even if its closure is announced."""
_NOT_OPEN = re.compile(
    rf"clos|opening|open{_OPENS}|toopen|willopen|not(?:yet)?open|inactive|notactive|notstarted|future|planned|ceased|merged|amalgam"
    r"|deregist|reject|pending|quarantine|inerror|propos"
)
"""The school is closed, or not open yet."""

Cells = Mapping[str, str]
"""The cells of one row by the name of their column; columns that the list does not have are absent."""


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The place of each known column; empty if the row tells none.

    A row tells them by headings, one of them URN, or by holding a URN and a name.
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        places.setdefault(normal_heading(cell), place)
    if places.keys().isdisjoint(_HEADINGS["urn"]):
        return _columns_without_headings(cells)
    columns = {}
    for column, names in _HEADINGS.items():
        if present := [places[name] for name in names if name in places]:
            columns[column] = present[0]
    return {"name": 1 - columns["urn"], **columns} if len(cells) == 2 else columns


def _columns_without_headings(cells: Sequence[str]) -> dict[str, int]:
    urn = next((place for place, cell in enumerate(cells) if is_urn(cell)), None)
    texts = (place for place, cell in enumerate(cells) if place != urn and re.search(r"[^\W\d_]{2}", cell))
    name = next(texts, None)
    return {} if urn is None or name is None else {"urn": urn, "name": name}


def is_urn(cell: str) -> bool:
    """Whether a cell holds a URN and no other text, however it is typed."""
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"(?i)\b(?:urn|no|number|school)\b", "", cell))
    return not words and isinstance(read_urn(cell), str)


_NONE = frozenset({"doesnotapply", "notapplicable"})
"""The register's names for authority code 000: the place belongs to no authority."""
UNREAD = "unread"
"""Instead of an authority's code, if the list names an authority that cannot be recognised; it matches no authority."""


def authority_of(cells: Cells) -> str | Problem:
    """The three-digit code of the local authority, given by code or by name; empty if the row does not say.

    Any three-digit number is an authority, known or not: the register may be newer than this program. If code and
    name are two different authorities of today, the result is a problem.
    """
    code, name = cells.get("authority_code", ""), cells.get("authority", "")
    by_code, by_name = _authority(code), _authority(name)
    if isinstance(by_code, Problem) or not by_code:
        return by_name or by_code if plain(name) else by_code
    today = local_authorities()
    if by_code in today and isinstance(by_name, str) and by_name in today and by_name != by_code:
        what = f'The code {by_code} is {today[by_code]}, and the name is "{text_of(name)[:40]}": these are two local authorities.'
        return Problem(where="Local authority", what=what, fix="Keep the one that is right.")
    return by_code


@lru_cache(maxsize=1024)
def _authority(text: str) -> str | Problem:
    if normal_heading(text) in _NONE:
        return "000"
    if (number := whole_number(plain(text))) is not None and (number == 0 or 100 <= number <= 999):
        return f"{number:03d}"
    if code := ons_codes().get(plain(text).upper()):
        return code
    return read_local_authority(text, unknown=True)


def authority_name_of(cells: Cells) -> str:
    """The name of the authority in the row, without a code before it; empty if there is none."""
    return re.sub(r"^[0-9]{3}\b[\s:\-]*", "", text_of(cells.get("authority", "")))


def dfe_number_of(cells: Cells, authority: str) -> str:
    """Authority and establishment as seven digits, with zeros that a spreadsheet dropped; empty if not given."""
    number = whole_number(cells.get("number", ""))
    if authority.isdigit() and number is not None and number <= 9999:
        return f"{authority}{number:04d}"
    match = re.search(r"(?<![0-9])([0-9]{3})\W?([0-9]{4})(?:\.0+)?$", plain(cells.get("dfe_number", "")))
    return f"{match[1]}{match[2]}" if match else ""


def is_open_school(cells: Cells) -> bool | None:
    """Whether the status says that the school is open; None if that cannot be told.

    The name decides; the code counts only if there is no name or it is not understood. In a list without a status, all
    schools are open.
    """
    status = cells.get("status", "")
    words = normal_heading(status)
    if words and whole_number(status) is None:
        if _OPEN.search(words):
            return True
        if _NOT_OPEN.search(words):
            return False
    code = whole_number(status)
    code = code if code is not None else whole_number(cells.get("status_code", ""))
    if code is None:
        return None if words else True
    return code in _OPEN_CODES


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
"""For names of groups and of types; which group a type belongs to is as in the register."""


def phase_of(texts: Mapping[str, str]) -> Phase | None:
    """The phase by its name, else by its code, else by the type; None if none of them tells it.

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
    """The group of types of a school, in the words that the adviser's filter uses; empty if not known.

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
    """The code if the name's cell is empty or holds a code; otherwise 0, which is no code."""
    if name.strip() and whole_number(name) is None:
        return 0
    return next((number for number in (whole_number(name), whole_number(code)) if number is not None), 0)


@lru_cache(maxsize=4096)
def _by_words(text: str, rules: tuple[tuple[str, Words], ...]) -> Words | None:
    heading = normal_heading(text)
    return next((word for pattern, word in rules if re.search(pattern, heading)), None)


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
"""The kinds of place that an authority may choose to ask, with their titles."""
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
"""For names of types and of groups, in small letters without spaces and marks; the first match counts."""
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


def expected_place(texts: Mapping[str, str]) -> str:
    """The key in `PLACES` of a place that is asked only if the authority chooses; empty for a school that is always asked.

    Args:
        texts: the cells ``type``, ``group``, ``type_code`` and ``group_code``; any may be absent.
    """
    kind, group = texts.get("type", ""), texts.get("group", "")
    for name in (kind, group):
        if (place := _by_name(name)) is not None:
            return place
    if normal_heading(kind) and whole_number(kind) is None:
        return _SCHOOL
    codes = (texts.get("type_code", "") or kind, _BY_TYPE_CODE), (texts.get("group_code", "") or group, _BY_GROUP_CODE)
    return next((table[code] for text, table in codes if (code := whole_number(text)) in table and code), _SCHOOL)


@lru_cache(maxsize=4096)
def _by_name(name: str) -> str | None:
    heading = normal_heading(name)
    return next((place for pattern, place in _BY_TYPE if re.search(pattern, heading)), None)
