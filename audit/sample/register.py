"""The register that goes with invented returns, in the shape of the national one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from audit.identifiers import local_authorities
from audit.model import Phase
from audit.sample.schools import Invented

_PHASES: Mapping[Phase, tuple[str, str]] = {
    "nursery": ("1", "Nursery"),
    "primary": ("2", "Primary"),
    "secondary": ("4", "Secondary"),
    "sixteen-plus": ("6", "16 plus"),
    "all-through": ("7", "All-through"),
    "special": ("0", "Not applicable"),
    "pru": ("0", "Not applicable"),
}
_OPEN, _CLOSED, _CLOSING = ("1", "Open"), ("2", "Closed"), ("3", "Open, but proposed to close")
"""Source: columns ``EstablishmentStatus (code)`` and ``(name)`` of the public CSV of Get Information About Schools."""


def register(schools: Iterable[Invented], *, closed: Iterable[Invented] = ()) -> bytes:
    """The register as a CSV file in Windows-1252, with columns that nobody here needs, as the national one has.

    Args:
        schools: those that are open; one in a hundred of them is proposed to close.
        closed: those that have closed; the former URNs of open schools are added to them.
    """
    rows = []
    for one in schools:
        rows.append(_row(one, _CLOSING if one.place % 100 == 5 else _OPEN))
        if one.former_urn:
            rows.append(_row(one, _CLOSED) | {"URN": one.former_urn})
    rows += [_row(one, _CLOSED) for one in closed]
    return _csv(sorted(rows, key=lambda row: row["URN"])).encode("cp1252")


def successors(schools: Iterable[Invented]) -> bytes:
    """Old and new URN of the schools that changed it, as a CSV file."""
    changed = ({"Old URN": one.former_urn, "New URN": one.school.urn} for one in schools if one.former_urn)
    return _csv([*changed], ("Old URN", "New URN")).encode("ascii")


def _row(one: Invented, status: tuple[str, str]) -> dict[str, str]:
    authority, phase = one.school.local_authority, _PHASES[one.school.phase]
    is_closed = status is _CLOSED
    return {
        "URN": one.school.urn,
        "LA (code)": authority,
        "LA (name)": local_authorities()[authority],
        "EstablishmentNumber": one.dfe_number[3:],
        "EstablishmentName": one.school.name,
        "TypeOfEstablishment (code)": one.kind.code,
        "TypeOfEstablishment (name)": one.kind.name,
        "EstablishmentTypeGroup (name)": one.kind.group,
        "EstablishmentStatus (code)": status[0],
        "EstablishmentStatus (name)": status[1],
        "OpenDate": "01-09-1975",
        "CloseDate": "31-08-2025" if is_closed else "",
        "PhaseOfEducation (code)": phase[0],
        "PhaseOfEducation (name)": phase[1],
        "Boarders (name)": "No boarders",
        "SchoolCapacity": str(60 + one.place * 37 % 900),
        "Town": one.school.name.split(" Example ")[0],
    }


def _csv(rows: list[dict[str, str]], columns: Iterable[str] = ()) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns) or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
