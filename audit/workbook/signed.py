"""Reads the sign-offs that a workbook states, and the signed content that it carries.

The content is what was signed, with its criteria, in a hidden sheet. Anybody can forge it with a hash that fits, so
`signed_content` also checks that the product could have written it.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Mapping

from audit.model import Audit, Criteria, Signature, SignOff, is_academic_year
from audit.problems import UnusableFile
from audit.school import signing
from audit.workbook import layout, safety
from audit.workbook.own_words import read_date
from audit.workbook.safety.worksheet_xml import MOST_ROWS
from audit.workbook.sheets import SheetTable, as_text, read_sheets

NEEDED = ("version", "role", "on", "content", "seal")
_ROLES = {layout.same(word): role for role, word in layout.ROLE_WORDS.items()}
_SHORT = ("version", "role", "on", "content", "criteria", "seal", "reopened_on")
_LONGEST = 100  # characters of a cell that is no free text; a SHA-256 has 64
_HASHED: deque[tuple[Criteria, str]] = deque(maxlen=4)
"""The criteria hashed last, with their hash: hashing takes as long as reading half a workbook."""


def hash_of(criteria: Criteria) -> str:
    """The SHA-256 of criteria, worked out once for the same frameworks."""
    for known, known_hash in tuple(_HASHED):
        if len(known.frameworks) == len(criteria.frameworks) and all(
            framework is other for framework, other in zip(known.frameworks, criteria.frameworks, strict=True)
        ):
            return known_hash
    _HASHED.append((criteria, signing.criteria_hash(criteria)))
    return _HASHED[-1][1]


def read_sign_offs(table: SheetTable) -> tuple[SignOff, ...]:
    """Every version that was signed, in the order of the table; an unreadable row is left out, with a warning."""
    sign_offs: dict[int, SignOff] = {}
    for number, texts in table.texts((*_SHORT, "said", "reopened_because")):
        if number <= table.head or not any(texts):
            continue
        short = {name: text[:_LONGEST].strip() for name, text in zip(_SHORT, texts, strict=False)}
        signature = _signature(table, number, short, texts[-2])
        if signature is None or not short["version"].isdecimal():
            what = "This line does not say which role signed which version, and when."
            table.warn(number, "version", what, "Leave the sheet as the tool wrote it.")
            continue
        version = int(short["version"])
        before = sign_offs[version].signatures if version in sign_offs else ()
        sign_offs[version] = SignOff(
            version=version,
            content=short["content"],
            criteria=short["criteria"],
            signatures=(*before, signature),
            seal=short["seal"],
            reopened_on=_day(table, number, "reopened_on", short["reopened_on"]),
            reopened_because=table.held(number, "reopened_because", texts[-1]),
        )
    return tuple(sign_offs.values())


def _signature(table: SheetTable, number: int, short: Mapping[str, str], said: str) -> Signature | None:
    role, on = _ROLES.get(layout.same(short["role"])), _day(table, number, "on", short["on"])
    if role is None or on is None:
        return None
    return Signature(role=role, on=on, statement=table.held(number, "said", said))


def _day(table: SheetTable, number: int, name: str, text: str) -> dt.date | None:
    return read_date(text, table.where(number, name), []) if text else None


def signed_content(data: bytes, name: str) -> signing.Signed:
    """The signed version that a workbook carries.

    Args:
        data: the bytes of a workbook; only the sheet with the signed content is unpacked.
        name: the name of the file in problems.

    Raises:
        NotIntact: the workbook carries no signed content, or it is not what was signed.
    """
    try:
        sheets, _ = read_sheets(safety.look(data, name, _content_sheet), name)
    except UnusableFile as error:
        raise signing.NotIntact(error.problems[0].what) from error
    pieces = [as_text(row[0]) for sheet in sheets.values() for row in sheet.rows if row]
    if not pieces:
        raise signing.NotIntact(f"The hidden sheet {layout.SIGNED_CONTENT} is missing or empty.")
    kept = signing.from_json(signing.unpacked_json("".join(pieces)))
    if not _is_usable(kept.audit, kept.criteria):
        raise signing.NotIntact("The signed content is none that this tool ever wrote.")
    return kept


def _is_usable(audit: Audit, criteria: Criteria) -> bool:
    """Whether the product could have written this audit and its criteria: forged content can have a hash that fits."""
    statements = [(c.framework, c.statement) for c in criteria]
    rows = len(statements) + len(audit.responses) + len(audit.carried) + len(audit.actions) + len(audit.sign_offs)
    return (
        rows < MOST_ROWS
        and is_academic_year(audit.year)
        and set(criteria.refs) <= set(audit.frameworks)
        and all(sorted(level.level for level in f.practice_levels) == [0, 1, 2, 3, 4] for f in criteria.frameworks)
        and all(any(band.from_percent == 0 for band in f.bands) for f in criteria.frameworks)
        and all(statement.asked_of in framework.roles for framework, statement in statements)
        and audit.school.phase in criteria.phases
        and any(audit.counts(statement) for _, statement in statements)
    )


def _content_sheet(titles: Collection[str]) -> list[str]:
    return [title for title in titles if layout.same(title) == layout.same(layout.SIGNED_CONTENT)][:1]
