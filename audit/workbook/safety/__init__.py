"""Checks a file before any reader opens it: is it a workbook, and is it safe to read?

Every file is treated as hostile. Only the parts that hold what a school typed are unpacked. Each is checked, and the
reader gets a new package of exactly these parts. So it cannot meet an unchecked part, whatever the file says, and
pictures, charts and macros are never unpacked for it. Nothing is ever run, or written to disk.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from audit.archive import stored_zip
from audit.problems import Problem
from audit.workbook.safety.annotations import Marks, Unread, marks_by_sheet, unread_by_sheet
from audit.workbook.safety.contents import (
    MOST_CONTENTS,
    PART,
    UNPACKING,
    Contents,
    DeclaresEntities,
    Parts,
    ShownOtherwise,
    check_start,
    modified_at,
    read_contents,
    refused,
    remembered,
)
from audit.workbook.safety.used_range import Extent, check_part, extent_of, longest_text, written_out
from audit.workbook.safety.worksheet_xml import MOST_CELLS, MOST_ROWS, HoldsTooMuch, ReachesTooFar, parse_part

MOST_SHEETS = 50
MOST_AREA = 2_000_000
"""The most cells in the rectangles that all sheets span together."""
MOST_TEXT = 64 * 1024 * 1024
"""The most bytes that the shared texts may take up, if each cell that holds one has its own copy."""

_DELETE_FAR = "Delete everything far below and to the right of the answers, save, and send it again."
_REPAIR = "Open it in Excel or LibreOffice, let it repair the file, save it as .xlsx, and send that."
FAULTS = UNPACKING
_STYLES, _TEXTS = "styles.xml", "sharedStrings.xml"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A workbook that may be read.

    Attributes:
        package: the bytes of a new workbook with only the checked sheets, in the order of ``sheets``.
        sheets: the extent of each of them, by title.
        faults: why a sheet was left out, by its title.
        marks: what is on the cells of a sheet besides their values, by title; most sheets have none.
        unread: what somebody wrote on a sheet that is not read, by title; most sheets have none.
        modified_at: when the workbook says that it was last changed (UTC); None if it does not say.
    """

    package: bytes
    sheets: Mapping[str, Extent]
    faults: Mapping[str, Problem]
    marks: Mapping[str, Marks] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    modified_at: dt.datetime | None = None


def look(data: bytes, name: str, choose: Callable[[Collection[str]], Collection[str]]) -> Looked:
    """The parts of a file that may be read.

    Args:
        data: the bytes of the file, whatever it is.
        name: the name of the file in problems.
        choose: picks the sheets to read from the titles of all.

    Raises:
        UnusableFile: the file is not an .xlsx workbook, is locked, holds macros, or needs more memory or time than any
            return does.
    """
    check_start(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _look(Parts(package, name), name, choose)
    except DeclaresEntities as error:
        raise refused(name, "The workbook declares XML entities, which Excel never writes.") from error
    except ShownOtherwise as error:
        raise refused(name, _otherwise("workbook", error), _REPAIR) from error
    except FAULTS as error:
        raise refused(name, "The file is damaged or incomplete and cannot be unpacked.") from error


def damaged(where: str) -> Problem:
    """The problem with a workbook or sheet that cannot be parsed."""
    return Problem(where=where, what="The workbook is damaged and cannot be opened.", fix=_REPAIR)


def _look(parts: Parts, name: str, choose: Callable[[Collection[str]], Collection[str]]) -> Looked:
    contents = read_contents(parts.small)
    chosen = choose(contents.sheets)
    if len(chosen) > MOST_SHEETS:
        what = f"The workbook has {len(chosen)} sheets; a return has 10 at most."
        raise refused(name, what, "Remove the sheets that you added, save, and send it again.")
    extents: dict[str, Extent] = {}
    faults: dict[str, Problem] = {}
    sheets: list[bytes] = []
    for title in chosen:
        content = parts.get(contents.sheets[title])
        extent = _extent(f"{name}, sheet {title}", content, shares_texts=contents.strings in parts)
        if isinstance(extent, Problem):
            faults[title] = extent
        else:
            extents[title] = extent
            sheets.append(_with_errors_as_text(content) if extent.has_errors else content)
    if sum(extent.area for extent in extents.values()) > MOST_AREA:
        raise refused(name, f"The sheets span more than {MOST_AREA:,} cells together.", _DELETE_FAR)
    shared = _shared(parts, contents, name, list(zip(sheets, extents.values(), strict=True)))
    return Looked(
        package=_pack(sheets, shared, from_1904=contents.from_1904),
        sheets=extents,
        faults=faults,
        marks=marks_by_sheet(parts, contents, dict(zip(extents, sheets, strict=True)), shared),
        unread=unread_by_sheet(parts, contents, extents),
        modified_at=modified_at(parts.glimpse(PART, MOST_CONTENTS)),
    )


def _extent(where: str, content: bytes, *, shares_texts: bool) -> Extent | Problem:
    """The extent of a sheet, or why the sheet is left out."""
    try:
        return extent_of(content, shares_texts=shares_texts)
    except ReachesTooFar:
        what = f"The sheet reaches beyond row {MOST_ROWS:,} or column ZZ, which no return does."
        return Problem(where=where, what=what, fix=_DELETE_FAR)
    except HoldsTooMuch:
        what = f"The sheet holds or spans more than {MOST_CELLS:,} cells, which no return does."
        return Problem(where=where, what=what, fix=_DELETE_FAR)
    except DeclaresEntities:
        raise
    except ShownOtherwise as error:
        return Problem(where=where, what=_otherwise("sheet", error), fix=_REPAIR)
    except ValueError:
        return damaged(where)


def _otherwise(thing: str, error: ShownOtherwise) -> str:
    return f"A spreadsheet program could show this {thing} otherwise than it is read here: {error}."


def _with_errors_as_text(sheet: bytes) -> bytes:
    """The sheet with each error as plain text: calamine shows no errors, and fails at those that it does not know."""
    return sheet.replace(b' t="e"', b' t="str"')


def _shared(parts: Parts, contents: Contents, name: str, sheets: Sequence[tuple[bytes, Extent]]) -> dict[str, bytes]:
    """The bytes of the parts that the sheets share, by name, after a check: styles and texts, if there are any."""
    wanted = ((_STYLES, contents.styles), (_TEXTS, contents.strings))
    shared = {kind: parts.get(part) for kind, part in wanted if part in parts}
    for content in shared.values():
        check_part(content)
    if _STYLES in shared:
        _check_styles(shared[_STYLES])
    if any(extent.has_huge for _, extent in sheets):
        shared.pop(_STYLES, None)  # calamine panics where such a number has the style of a date
    try:
        longest = longest_text(shared[_TEXTS]) if _TEXTS in shared else 0
    except HoldsTooMuch as error:
        raise refused(name, "The workbook states more texts than it holds.") from error
    texts = sum(extent.texts for _, extent in sheets)
    if (
        longest * texts > MOST_TEXT
        and written_out(shared[_TEXTS], [content for content, _ in sheets], texts) > MOST_TEXT
    ):
        raise refused(name, "The workbook repeats a very long text many times, which no return does.")
    return shared


@remembered
def _check_styles(styles: bytes) -> None:
    """Refuses styles that are not well-formed."""
    parse_part(expat.ParserCreate(), styles)


def _pack(sheets: list[bytes], shared: Mapping[str, bytes], *, from_1904: bool) -> bytes:
    """The bytes of a workbook of these parts and no others, with its sheets named by number.

    calamine would parse each sheet a second time to find its merged ranges. An empty list of them, put first, prevents
    this.
    """
    numbers = range(len(sheets))
    listed = "".join(f'<sheet name="{number}" id="{number}"/>' for number in numbers)
    related = "".join(f'<Relationship Id="{number}" Type="/worksheet" Target="{number}"/>' for number in numbers)
    epoch = '<workbookPr date1904="1"/>' if from_1904 else ""
    main = '<Relationship Type="/relationships/officeDocument" Target="workbook.xml"/>'
    small = {
        "_rels/.rels": f"<Relationships>{main}</Relationships>".encode(),
        "_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>".encode(),
        "workbook.xml": f"<workbook>{epoch}{listed}</workbook>".encode(),
        **shared,
    }
    return stored_zip(
        (
            *((part, [content]) for part, content in small.items()),
            *((str(number), [b"<mergeCells/>", sheet]) for number, sheet in zip(numbers, sheets, strict=True)),
        )
    )
