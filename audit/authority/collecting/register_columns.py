"""The columns of a register, and what their cells say whatever a spreadsheet made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from audit.authority.collecting.delimited import heading
from audit.authority.collecting.kinds_of_school import whole_number
from audit.identifiers import plain, read_local_authority, read_urn

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "urn": ("urn", "schoolurn", "establishmenturn", "uniquereferencenumber"),
    "name": ("establishmentname", "schoolname", "nameofschool", "name", "school", "establishment"),
    "authority_code": ("lacode", "localauthoritycode"),
    "authority": ("laname", "localauthorityname", "localauthority", "la"),
    "number": ("establishmentnumber", "estabnumber"),
    "dfe_number": ("laestab", "dfenumber", "dfeno", "laestabnumber"),
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
_OPEN_CODES = (1, 4)
"""Open, and open but proposed to close."""

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


def authority_of(cells: Cells) -> str:
    """The three-digit code of the local authority, given by code or by name; empty if the row does not say."""
    return _authority(cells.get("authority_code", "")) or _authority(cells.get("authority", ""))


@lru_cache(maxsize=1024)
def _authority(text: str) -> str:
    number = whole_number(text)
    found = f"{number:03d}" if number is not None else read_local_authority(text)
    return found if isinstance(found, str) and len(found) == 3 else ""


def dfe_number_of(cells: Cells) -> str:
    """Authority and establishment as seven digits, the zeros that a spreadsheet dropped restored; else empty."""
    authority, number = authority_of(cells), whole_number(cells.get("number", ""))
    if authority and number is not None and number <= 9999:
        return f"{authority}{number:04d}"
    given = re.fullmatch(r"([0-9]{3})\W?([0-9]{4})(?:\.0+)?", plain(cells.get("dfe_number", "")))
    return f"{given[1]}{given[2]}" if given else ""


def is_open(cells: Cells) -> bool:
    """Whether the status says that the school is open; a list without status holds open schools."""
    status = cells.get("status", "")
    code = whole_number(cells.get("status_code", "") or status)
    said = heading(status)
    return code in _OPEN_CODES if code is not None else not said or said.startswith("open")
