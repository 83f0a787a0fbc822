"""What stands beside the values of cells, sheet by sheet: notes, struck-out text, colours, and text on sheets that are not read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from audit.workbook import layout
from audit.workbook.contents import Contents, related_parts
from audit.workbook.markings import NONE, Marks, looks_of, marks_of
from audit.workbook.notes import Note, read_notes
from audit.workbook.outside import LARGEST, SHEETS, typed_outside
from audit.workbook.parts import Parts
from audit.workbook.worksheet_xml import Cell

_ONLY_OURS = frozenset({layout.LAST_YEAR, layout.SIGN_OFF, layout.SIGNED_CONTENT, layout.LISTS})
"""Sheets in which nobody answers, so that neither a colour nor a line through a text means anything."""


_PLACED = re.compile(rb"(?:two|one)CellAnchor|absoluteAnchor")
"""What places a thing on a sheet."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """What somebody wrote on a sheet that only the product fills.

    Attributes:
        typed: cells with a text where the product leaves them empty.
        notes: notes and comments on its cells.
    """

    typed: tuple[Cell, ...] = ()
    notes: tuple[Note, ...] = ()


def marks_by_sheet(
    parts: Parts, contents: Contents, sheets: Mapping[str, bytes], shared: Mapping[str, bytes]
) -> dict[str, Marks]:
    """What stands on the cells of each sheet that is read; a sheet on which nothing stands is left out.

    Args:
        parts: the parts of the workbook.
        contents: where things are in it.
        sheets: the part of each sheet by its title.
        shared: the parts that the sheets share, by name.
    """
    looks = looks_of(shared.get("styles.xml", b""), shared.get("sharedStrings.xml", b""))
    found: dict[str, Marks] = {}
    for title, content in sheets.items():
        marks = NONE if title in _ONLY_OURS else marks_of(content, looks)
        notes = read_notes(parts, contents.sheets[title])
        if notes is None:
            marks = replace(marks, notes_lost=True)
        elif notes:
            marks = replace(marks, notes=notes)
        if title not in _ONLY_OURS | SHEETS and _is_laid_over(parts, contents.sheets[title]):
            marks = replace(marks, laid_over=True)
        if marks is not NONE:
            found[title] = marks
    return found


def _is_laid_over(parts: Parts, sheet: str) -> bool:
    """Whether pictures, text boxes or other things lie over a sheet; some programs give every sheet an empty drawing."""
    try:
        drawings = [target for kind, target in related_parts(parts.glimpse, sheet) if kind == "drawing"]
    except ValueError:  # damaged or hostile relations are told with the notes
        return False
    return any(_PLACED.search(parts.glimpse(part) or b"") for part in drawings)


def unread_by_sheet(parts: Parts, contents: Contents, read: Collection[str]) -> dict[str, Unread]:
    """What somebody wrote on each sheet that only the product fills; a sheet where nobody did is left out.

    Args:
        parts: the parts of the workbook.
        contents: where things are in it.
        read: the titles of the sheets that are read.
    """
    has_notes = any("comment" in part for part in parts)
    found: dict[str, Unread] = {}
    for title, part in contents.sheets.items():
        content = parts.glimpse(part, LARGEST) if title in SHEETS else None
        typed = typed_outside(title, content) if content else ()
        notes = read_notes(parts, part) if has_notes and title not in read else ()
        if typed or notes:
            found[title] = Unread(typed=typed, notes=notes or ())
    return found
