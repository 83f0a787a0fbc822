"""What a workbook shows besides its cells: the words of charts, prompts and footers, and whatever is laid over a sheet.

What differs between a workbook and the one that was signed, cell by cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING
from xml.parsers import expat

from audit.school.signing import Difference, NotIntact, Signed
from audit.version import UNMARKED, is_other
from audit.workbook import layout, safety
from audit.workbook.safety import FAULTS
from audit.workbook.safety.contents import MOST_CONTENTS, Parts, parse_small_part, refuse_declarations, refused
from audit.workbook.sheets import Sheet, as_text, read_sheets
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.workbook.read_identity import About

_A_SHEET, _A_FORMULA = "(the sheet)", "(a formula)"
_LONGEST_NAME = 60
_Rows = Sequence[Sequence[str]]
_CHECKED_BY_ITSELF = (layout.SIGNED_CONTENT, 0)
"""The column with the signed content: it has a SHA-256 of its own, and other computers may pack it in another way."""


def is_of_another_version(about: About, kept: Signed) -> bool:
    """Whether another version of the product wrote a workbook, as its sheets and the content that it carries both say.

    A file whose two places do not agree was changed by hand, and is held against what its content says.

    Args:
        about: what the sheet *School* says.
        kept: the signed content that the file carries.
    """
    return is_other(kept.program) and (kept.program != UNMARKED or about.short("version") == UNMARKED)


def version_difference(about: About, kept: Signed) -> tuple[Difference, ...]:
    """What the sheet *School* says of the version that wrote the file, if the content that it carries says otherwise.

    A version may leave the line out, or call it something else.
    """
    said = about.short("version")
    if said == kept.program or "version" not in about.texts:
        return ()
    where = about.where("version").removeprefix(f"{about.file}, ")
    return (Difference(where=where, signed=kept.program, found=said),)


def sheets_as_signed(data: bytes, choose: Callable[[Collection[str]], Collection[str]]) -> Mapping[str, Sheet]:
    """The sheets of the workbook that was signed, read as any file is.

    Args:
        data: what `written` gives.
        choose: of the titles of all sheets those that are wanted.
    """
    return read_sheets(safety.look(data, "as signed", choose), "as signed")[0]


def written(kept: Signed) -> bytes:
    """The workbook that a signed version gives.

    Raises:
        NotIntact: none can be written of it.
    """
    try:
        return write(kept.audit, kept.criteria)
    except Exception as error:  # whoever forges content can give it a hash that fits, and it may be anything
        raise NotIntact("No workbook can be written of the signed content.") from error


def differences(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> tuple[Difference, ...]:
    """Every cell that does not show what was signed, in the order of the sheets; a formula is never what was signed.

    The rows of *Answers* are known by their statement and may stand in another order.

    Args:
        found: the sheets of a file, by title.
        signed: those of the workbook that was signed.
    """
    made: list[Difference] = []
    for title in dict.fromkeys((*signed, *found)):
        if title not in found:
            made.append(Difference(where=f"sheet {title}", signed=_A_SHEET, found=""))
        elif title not in signed:
            made.append(Difference(where=f"sheet {title}", signed="", found=_A_SHEET))
        else:
            made += _of_cells(found[title], _texts(signed[title]))
    return tuple(made)


def is_reordered(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> bool:
    """Whether the rows of *Answers* stand in another order than when it was signed."""
    orders = [
        [row[0] for row in _texts(one[layout.ANSWERS]) if row] for one in (found, signed) if layout.ANSWERS in one
    ]
    return len(orders) == 2 and orders[0] != orders[1]


def _texts(sheet: Sheet) -> _Rows:
    return [[as_text(value) for value in row] for row in sheet.rows]


def _of_cells(sheet: Sheet, signed: _Rows) -> Iterator[Difference]:
    found = _texts(sheet)
    for number, was in _paired(found, signed, by_id=sheet.title == layout.ANSWERS):
        now = found[number] if number < len(found) else []
        for column, (is_now, should_be) in enumerate(zip_longest(now, was, fillvalue="")):
            is_formula = (number, column) in sheet.extent.formulas
            if (sheet.title, column) == _CHECKED_BY_ITSELF and not is_formula:
                continue
            if is_now != should_be or is_formula:
                name = next((text for text in (was[:1] or now[:1]) if text), "")[:_LONGEST_NAME]
                yield Difference(
                    where=f"sheet {sheet.title}, cell {layout.column_letters(column)}{number + 1}"
                    + (f", row {name}" if name and column and sheet.title != layout.SIGNED_CONTENT else ""),
                    signed=should_be,
                    found=f"{is_now} {_A_FORMULA}" if is_formula else is_now,
                )


def _paired(found: _Rows, signed: _Rows, *, by_id: bool) -> list[tuple[int, Sequence[str]]]:
    """The number of each row with what was signed of it; a row that is gone has a number beyond the last."""
    ids = [row[0] if row else "" for row in found]
    if not by_id or len(set(ids)) < len(ids):
        rows = max(len(found), len(signed))
        return [(number, signed[number] if number < len(signed) else []) for number in range(rows)]
    was = {row[0]: row for row in signed}
    gone = [row for name, row in was.items() if name not in set(ids)]
    return [(number, was.get(name, [])) for number, name in enumerate(ids)] + list(enumerate(gone, len(found)))


_OFFICE = "http://schemas.openxmlformats.org"
_SHEET, _DRAWING = f"{_OFFICE}/spreadsheetml/2006/main", f"{_OFFICE}/drawingml/2006/main"
_PLOTTED = f"{_OFFICE}/drawingml/2006/chart f"
_FOOTERS = {f"{_SHEET} {which}{end}" for which in ("odd", "even", "first") for end in ("Header", "Footer")}
_WHOLE = {*_FOOTERS, _PLOTTED, "http://purl.org/dc/elements/1.1/ title"}
"""Elements whose text is told: the words of footers, the title of the file, and the cells that a chart plots."""
_PLACES = {"sp": "a shape", "cxnSp": "a line", "graphicFrame": "a chart"}
"""What is placed on a sheet or a chart, with or without words in it; pictures are parts of their own."""
_PLAIN_FORMAT = re.compile(
    r"(?:General|@|0|(?:\[\$-[0-9a-f]+\])?(?:d{1,2}\\?[/. -]m{1,2}\\?[/. -]y{4}|y{4}\\?-m{1,2}\\?-d{1,2})(?:;@)?)",
    re.IGNORECASE,
)
"""Formats in which a cell shows what it holds, a day with day, month and year in an order that nobody mistakes."""
_KNOWN_FORMATS = {"0": "General", "1": "0", "14": "dd/mm/yyyy", "49": "@"}
"""Those of them that Excel knows by a number; 14 is a day as the computer writes it."""
_FORMAT = "the number format "
_LAID_OVER = {
    "comments": "a note",
    "threadedcomments": "a comment",
    "media": "a picture",
    "embeddings": "an embedded file",
    "activex": "a control",
    "ctrlprops": "a control",
    "externallinks": "a link to another file",
    "pivottables": "a pivot table",
}


_NEVER_OURS = {*_LAID_OVER.values(), _PLACES["sp"], _PLACES["cxnSp"]}
"""What no version of the product ever lays over a sheet."""


def differences_besides(
    data: bytes, signed: bytes, file: str, *, of_another_version: bool = False
) -> tuple[Difference, ...]:
    """What a workbook shows besides its cells that was not signed, and what of the signed one it does not show.

    Args:
        data: the bytes of a workbook that has been looked at.
        signed: those of the workbook that was signed.
        file: how problems call the file.
        of_another_version: whether another version wrote it, whose charts and words may be other ones: told is then
            only what no version writes.

    Raises:
        UnusableFile: a part of it cannot be unpacked or parsed within the bounds.
    """
    try:
        found = Counter(filter(str.strip, _shown(data, file)))
    except (*FAULTS, expat.ExpatError) as error:
        raise refused(file, "A chart, a drawing or the styles of the workbook cannot be read.") from error
    expected = Counter(filter(str.strip, _shown(signed, file)))
    gone, added = sorted((expected - found).elements()), sorted((found - expected).elements())
    if of_another_version:
        gone, added = [], [one for one in added if one in _NEVER_OURS or one.startswith(_FORMAT)]
    return tuple(
        Difference(where="a chart, a footer, or what lies over the cells", signed=one, found=other)
        for one, other in zip_longest(gone, added, fillvalue="")
    )


def _shown(data: bytes, file: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = Parts(package, file)
        for part in sorted(parts):
            kind = part.split("/")[1] if part.count("/") else ""
            laid_over = next((words for name, words in _LAID_OVER.items() if kind.startswith(name)), None)
            if laid_over:
                yield laid_over
            elif part == "xl/styles.xml":
                yield from sorted(_formats(parts.get(part, MOST_CONTENTS)))
            elif part == "docprops/core.xml" or (kind in ("charts", "drawings") and part.endswith(".xml")):
                yield from _words(parts.get(part))
            elif kind == "worksheets" and part.endswith(".xml"):
                yield from sorted(set(_words(parts.get(part))))  # a program may cut the cells of a prompt into two


def _formats(styles: bytes) -> set[str]:
    """The number formats of cells in which one may show another thing than it holds, or show it so that it is mistaken."""
    within, known, used, overlaid = "", dict(_KNOWN_FORMATS), set(), set()
    for name, given in parse_small_part(styles):
        within = name if name in ("numFmts", "cellStyleXfs", "cellXfs", "dxfs") else within
        if name == "numFmt" and within == "dxfs":
            overlaid.add(given.get("formatCode", ""))
        elif name == "numFmt":
            known[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif name == "xf" and within == "cellXfs":
            used.add(given.get("numFmtId", "0"))
    codes = overlaid | {known.get(number, f"no. {number}") for number in used}
    return {f"{_FORMAT}{code}" for code in codes if not _PLAIN_FORMAT.fullmatch(code)}


def _words(content: bytes) -> list[str]:
    """The texts of a drawing, chart, sheet or title, paragraph by paragraph, and a word for each thing that is placed.

    A program may cut a paragraph into pieces, and write the address of a cell with or without signs.
    """
    found: list[list[str]] = []
    parser, inside = expat.ParserCreate(namespace_separator=" "), [""]

    def start(name: str, given: dict[str, str]) -> None:
        short = name.rpartition(" ")[2]
        if name in _WHOLE or name == f"{_DRAWING} p":
            found.append([])
        elif short in _PLACES:
            found.append([_PLACES[short]])
        elif short == "dataValidation":
            found.append([given.get("prompt", "")])
        inside[0] = name if name in _WHOLE or name == f"{_DRAWING} t" else ""

    def end(_: str) -> None:
        inside[0] = ""

    def text(piece: str) -> None:
        if inside[0] and found:
            found[-1].append(re.sub("[$']", "", piece) if inside[0] == _PLOTTED else piece)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse_declarations
    parser.Parse(content, True)
    return ["".join(pieces) for pieces in found]
