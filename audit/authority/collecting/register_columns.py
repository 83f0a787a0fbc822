"""The columns of a register, and what their cells say whatever a spreadsheet made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from audit.authority.collecting.delimited import heading, text_of, whole_number
from audit.authority_names import read_local_authority
from audit.identifiers import local_authorities, ons_codes, plain, read_urn
from audit.problems import Problem

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
"""The headings of each column, without case, spaces and marks; the national register's own first."""
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
"""Is there today, also where its end is announced."""
_NOT_OPEN = re.compile(
    rf"clos|opening|open{_OPENS}|toopen|willopen|not(?:yet)?open|inactive|notactive|notstarted|future|planned|ceased|merged|amalgam"
    r"|deregist|reject|pending|quarantine|inerror|propos"
)
"""Is no longer there, or not yet."""

Cells = Mapping[str, str]
"""The cells of one row by the name of their column; columns that the list does not have are absent."""


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The place of each column that is known; empty if the row tells none.

    A row tells them by headings, of which URN is one, or by a URN beside a name.
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        places.setdefault(heading(cell), place)
    if places.keys().isdisjoint(_HEADINGS["urn"]):
        return _columns_without_headings(cells)
    found = {}
    for column, names in _HEADINGS.items():
        if known := [places[name] for name in names if name in places]:
            found[column] = known[0]
    return {"name": 1 - found["urn"], **found} if len(cells) == 2 else found


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
"""How the register calls the authority, code 000, of what belongs to none."""
UNREAD = "unread"
"""In place of an authority's code where the list names an authority that cannot be told: it is nobody's own."""


def authority_of(cells: Cells) -> str | Problem:
    """The three-digit code of the local authority, given by code or by name; empty if the row does not say.

    A number of three digits is an authority, whether it is known or not: the register is newer than this program. A code
    and a name that are two authorities of today are none.
    """
    code, name = cells.get("authority_code", ""), cells.get("authority", "")
    found, named = _authority(code), _authority(name)
    if isinstance(found, Problem) or not found:
        return named or found if plain(name) else found
    today = local_authorities()
    if found in today and isinstance(named, str) and named in today and named != found:
        what = f'The code {found} is {today[found]}, and the name is "{text_of(name)[:40]}": these are two local authorities.'
        return Problem(where="Local authority", what=what, fix="Keep the one that is right.")
    return found


@lru_cache(maxsize=1024)
def _authority(text: str) -> str | Problem:
    if heading(text) in _NONE:
        return "000"
    if (number := whole_number(plain(text))) is not None and (number == 0 or 100 <= number <= 999):
        return f"{number:03d}"
    if code := ons_codes().get(plain(text).upper()):
        return code
    return read_local_authority(text, unknown=True)


def authority_name_of(cells: Cells) -> str:
    """The name that the row gives its authority, without a code before it; empty if it gives none."""
    return re.sub(r"^[0-9]{3}\b[\s:\-]*", "", text_of(cells.get("authority", "")))


def dfe_number_of(cells: Cells, authority: str) -> str:
    """Authority and establishment as seven digits, the zeros that a spreadsheet dropped restored; else empty."""
    number = whole_number(cells.get("number", ""))
    if authority.isdigit() and number is not None and number <= 9999:
        return f"{authority}{number:04d}"
    given = re.search(r"(?<![0-9])([0-9]{3})\W?([0-9]{4})(?:\.0+)?$", plain(cells.get("dfe_number", "")))
    return f"{given[1]}{given[2]}" if given else ""


def is_open(cells: Cells) -> bool | None:
    """Whether the status says that the school is open; None if it cannot be told.

    The name decides, the code only where there is none or it cannot be understood; a list without status holds open
    schools.
    """
    status = cells.get("status", "")
    said = heading(status)
    if said and whole_number(status) is None:
        if _OPEN.search(said):
            return True
        if _NOT_OPEN.search(said):
            return False
    code = whole_number(status)
    code = code if code is not None else whole_number(cells.get("status_code", ""))
    if code is None:
        return None if said else True
    return code in _OPEN_CODES
