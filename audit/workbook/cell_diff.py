"""Compares a signed workbook with the workbook that was signed: cell by cell, and what it shows besides its cells.

Besides the cells, a workbook shows the words of charts, prompts and footers, number formats, and whatever lies over a
sheet. The expected workbook is written again from the signed content, by this version of the product. The cells of a
workbook that another version wrote may be worded differently: `audit.workbook.signed` compares what they mean.
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

if TYPE_CHECKING:
    from audit.workbook.read_identity import About

_A_SHEET, _A_FORMULA = "(the sheet)", "(a formula)"
_LONGEST_NAME = 60
_Rows = Sequence[Sequence[str]]
_CHECKED_BY_ITSELF = (layout.SIGNED_CONTENT, 0)
"""The column with the signed content: not compared, since it has its own SHA-256 and may be compressed differently."""


def is_of_another_version(about: About, kept: Signed) -> bool:
    """Whether another version of the product wrote a workbook, by its sheet *School* and by its signed content.

    If the two disagree, the file was changed by hand, and the signed content decides.

    Args:
        about: what the sheet *School* says.
        kept: the signed content that the file carries.
    """
    return is_other(kept.program) and (kept.program != UNMARKED or about.short("version") == UNMARKED)


def version_difference(about: About, kept: Signed) -> tuple[Difference, ...]:
    """The line *Written by version* of the sheet *School*, if it names another version than the signed content.

    A file without the line has no difference: a version may leave the line out or rename it.
    """
    version = about.short("version")
    if version == kept.program or "version" not in about.texts:
        return ()
    where = about.where("version").removeprefix(f"{about.file}, ")
    return (Difference(where=where, signed=kept.program, found=version),)


def sheets_as_signed(data: bytes, choose: Callable[[Collection[str]], Collection[str]]) -> Mapping[str, Sheet]:
    """The sheets of the workbook that was signed, read in the same way as any file.

    Args:
        data: the bytes that `written` returns.
        choose: picks the sheets to read from the titles of all.
    """
    return read_sheets(safety.look(data, "as signed", choose), "as signed")[0]


def written(kept: Signed) -> bytes:
    """The bytes of the workbook that the signed content is written to.

    Raises:
        NotIntact: no workbook can be written from it.
    """
    from audit.workbook.write import write

    try:
        return write(kept.audit, kept.criteria)
    except Exception as error:  # forged content can have a hash that fits, and may hold anything
        raise NotIntact("No workbook can be written of the signed content.") from error


def differences(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> tuple[Difference, ...]:
    """Every cell that does not show what was signed, in the order of the sheets. A formula is always a difference.

    The rows of *Answers* are matched by statement, so they may be in another order.

    Args:
        found: the sheets of a file, by title.
        signed: the sheets of the workbook that was signed, by title.
    """
    different: list[Difference] = []
    for title in dict.fromkeys((*signed, *found)):
        if title not in found:
            different.append(Difference(where=f"sheet {title}", signed=_A_SHEET, found=""))
        elif title not in signed:
            different.append(Difference(where=f"sheet {title}", signed="", found=_A_SHEET))
        else:
            different += _of_cells(found[title], _texts(signed[title]))
    return tuple(different)


def is_reordered(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> bool:
    """Whether the rows of *Answers* are in another order than when the workbook was signed."""
    orders = [
        [row[0] for row in _texts(sheets[layout.ANSWERS]) if row]
        for sheets in (found, signed)
        if layout.ANSWERS in sheets
    ]
    return len(orders) == 2 and orders[0] != orders[1]


def _texts(sheet: Sheet) -> _Rows:
    return [[as_text(value) for value in row] for row in sheet.rows]


def _of_cells(sheet: Sheet, signed: _Rows) -> Iterator[Difference]:
    rows = _texts(sheet)
    for number, was in _paired(rows, signed, by_id=sheet.title == layout.ANSWERS):
        now = rows[number] if number < len(rows) else []
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
    """The number of each row, with the row that was signed; a row that is missing has a number after the last."""
    ids = [row[0] if row else "" for row in found]
    if not by_id or len(set(ids)) < len(ids):
        rows = max(len(found), len(signed))
        return [(number, signed[number] if number < len(signed) else []) for number in range(rows)]
    was = {row[0]: row for row in signed}
    missing = [row for name, row in was.items() if name not in set(ids)]
    return [(number, was.get(name, [])) for number, name in enumerate(ids)] + list(enumerate(missing, len(found)))


_OFFICE = "http://schemas.openxmlformats.org"
_SHEET, _DRAWING = f"{_OFFICE}/spreadsheetml/2006/main", f"{_OFFICE}/drawingml/2006/main"
_PLOTTED = f"{_OFFICE}/drawingml/2006/chart f"
_FOOTERS = {f"{_SHEET} {which}{end}" for which in ("odd", "even", "first") for end in ("Header", "Footer")}
_WHOLE = {*_FOOTERS, _PLOTTED, "http://purl.org/dc/elements/1.1/ title"}
"""Elements whose text is compared: headers and footers, the title of the file, and the cells that a chart plots."""
_PLACES = {"sp": "a shape", "cxnSp": "a line", "graphicFrame": "a chart"}
"""What may be placed on a sheet or a chart, with or without words. Pictures are separate parts: see `_LAID_OVER`."""
_PLAIN_FORMAT = re.compile(
    r"(?:General|@|0|(?:\[\$-[0-9a-f]+\])?(?:d{1,2}\\?[/. -]m{1,2}\\?[/. -]y{4}|y{4}\\?-m{1,2}\\?-d{1,2})(?:;@)?)",
    re.IGNORECASE,
)
"""Number formats that show what the cell holds: a date with day, month and year, in an order that is clear."""
_KNOWN_FORMATS = {"0": "General", "1": "0", "14": "dd/mm/yyyy", "49": "@"}
"""Those of them that Excel knows by a number; 14 is a date in the format of the computer."""
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
"""By the folder of a part, what it lays over a sheet."""
_NEVER_OURS = {*_LAID_OVER.values(), _PLACES["sp"], _PLACES["cxnSp"]}
"""What no version of the product lays over a sheet."""


def differences_besides(
    data: bytes, signed: bytes, file: str, *, of_another_version: bool = False
) -> tuple[Difference, ...]:
    """What a workbook shows besides its cells that was not signed, and what the signed one shows and it does not.

    Args:
        data: the bytes of a workbook that `safety.look` has accepted.
        signed: the bytes of the workbook that was signed.
        file: how problems call the file.
        of_another_version: whether another version wrote it. Its charts and words may differ, so only what no
            version writes is then a difference.

    Raises:
        UnusableFile: a part cannot be unpacked or parsed within the limits.
    """
    try:
        shown = Counter(filter(str.strip, _shown(data, file)))
    except (*FAULTS, expat.ExpatError) as error:
        raise refused(file, "A chart, a drawing or the styles of the workbook cannot be read.") from error
    expected = Counter(filter(str.strip, _shown(signed, file)))
    missing, added = sorted((expected - shown).elements()), sorted((shown - expected).elements())
    if of_another_version:
        missing, added = [], [words for words in added if words in _NEVER_OURS or words.startswith(_FORMAT)]
    return tuple(
        Difference(where="a chart, a footer, or what lies over the cells", signed=was, found=now)
        for was, now in zip_longest(missing, added, fillvalue="")
    )


def _shown(data: bytes, file: str) -> Iterator[str]:
    """The words, number formats and things laid over sheets that a workbook shows besides its cells."""
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
    """The number formats with which a cell may show something else than it holds, or show it in a misleading way."""
    section, known, used, conditional = "", dict(_KNOWN_FORMATS), set(), set()
    for name, attributes in parse_small_part(styles):
        section = name if name in ("numFmts", "cellStyleXfs", "cellXfs", "dxfs") else section
        if name == "numFmt" and section == "dxfs":
            conditional.add(attributes.get("formatCode", ""))
        elif name == "numFmt":
            known[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and section == "cellXfs":
            used.add(attributes.get("numFmtId", "0"))
    codes = conditional | {known.get(number, f"no. {number}") for number in used}
    return {f"{_FORMAT}{code}" for code in codes if not _PLAIN_FORMAT.fullmatch(code)}


def _words(content: bytes) -> list[str]:
    """The texts of a drawing, chart, sheet or title, paragraph by paragraph, and a word for each thing placed on it.

    A program may cut a paragraph into pieces, so these are joined. It may write the address of a cell with or without
    ``$`` and ``'``, so these are removed.
    """
    paragraphs: list[list[str]] = []
    parser, inside = expat.ParserCreate(namespace_separator=" "), [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        short = name.rpartition(" ")[2]
        if name in _WHOLE or name == f"{_DRAWING} p":
            paragraphs.append([])
        elif short in _PLACES:
            paragraphs.append([_PLACES[short]])
        elif short == "dataValidation":
            paragraphs.append([attributes.get("prompt", "")])
        inside[0] = name if name in _WHOLE or name == f"{_DRAWING} t" else ""

    def end(_: str) -> None:
        inside[0] = ""

    def text(piece: str) -> None:
        if inside[0] and paragraphs:
            paragraphs[-1].append(re.sub("[$']", "", piece) if inside[0] == _PLOTTED else piece)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse_declarations
    parser.Parse(content, True)
    return ["".join(pieces) for pieces in paragraphs]
