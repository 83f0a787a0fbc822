"""A look at a file before any reader opens it: is it a workbook, and is it safe to read?

Every file is hostile until looked at. Only the parts that hold what a school typed are unpacked; each is
looked at, and the reader is given a new package of exactly these. So it cannot meet a part that nobody
looked at, whatever the file says of itself, and pictures, charts and macros are not even unpacked.
Nothing is ever run, or written to disk.
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
from audit.workbook.annotations import Marks, Unread, marks_by_sheet, unread_by_sheet
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
"""Cells of the rectangles that all sheets span."""
MOST_TEXT = 64 * 1024 * 1024
"""Bytes that the shared texts could take up, written out in every cell that holds one."""

_DELETE_FAR = "Delete everything far below and to the right of the answers, save, and send it again."
_REPAIR = "Open it in Excel or LibreOffice, let it repair the file, save it as .xlsx, and send that."
FAULTS = UNPACKING
_STYLES, _TEXTS = "styles.xml", "sharedStrings.xml"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A workbook that may be read.

    Attributes:
        package: a workbook of only the sheets that were looked at, in the order of ``sheets``.
        sheets: what was found in each of them, by title.
        faults: why a sheet is left out, by its title.
        marks: what stands on the cells of each sheet besides their values; of most sheets nothing.
        unread: what somebody wrote on a sheet that is not read, likewise.
        modified_at: when the workbook was changed last, by what it says itself (UTC); None if it does not say.
    """

    package: bytes
    sheets: Mapping[str, Extent]
    faults: Mapping[str, Problem]
    marks: Mapping[str, Marks] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    modified_at: dt.datetime | None = None


def look(data: bytes, name: str, choose: Callable[[Collection[str]], Collection[str]]) -> Looked:
    """What of a file may be read.

    Args:
        data: the bytes of the file, whatever it is.
        name: how problems call it.
        choose: of the titles of all sheets those to read.

    Raises:
        UnusableFile: the file is not an .xlsx workbook, is locked, holds macros, or asks for more
            memory or time than a return ever needs.
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
    """A sheet in which an error is the text that it shows; calamine shows none, and gives up at a new one."""
    return sheet.replace(b' t="e"', b' t="str"')


def _shared(parts: Parts, contents: Contents, name: str, sheets: Sequence[tuple[bytes, Extent]]) -> dict[str, bytes]:
    """What the sheets share, as far as it is there: styles and texts."""
    wanted = ((_STYLES, contents.styles), (_TEXTS, contents.strings))
    found = {kind: parts.get(part) for kind, part in wanted if part in parts}
    for content in found.values():
        check_part(content)
    if _STYLES in found:
        _check_styles(found[_STYLES])
    if any(extent.has_huge for _, extent in sheets):
        found.pop(_STYLES, None)  # calamine panics where such a number has the style of a date
    try:
        longest = longest_text(found[_TEXTS]) if _TEXTS in found else 0
    except HoldsTooMuch as error:
        raise refused(name, "The workbook states more texts than it holds.") from error
    texts = sum(extent.texts for _, extent in sheets)
    if (
        longest * texts > MOST_TEXT
        and written_out(found[_TEXTS], [content for content, _ in sheets], texts) > MOST_TEXT
    ):
        raise refused(name, "The workbook repeats a very long text many times, which no return does.")
    return found


@remembered
def _check_styles(styles: bytes) -> None:
    """Refuses styles that are not well-formed."""
    parse_part(expat.ParserCreate(), styles)


def _pack(sheets: list[bytes], shared: Mapping[str, bytes], *, from_1904: bool) -> bytes:
    """A workbook of these parts and no others, its sheets named by number.

    calamine parses each sheet a second time to find its merged ranges; an empty list of them, put
    first, spares it that.
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
