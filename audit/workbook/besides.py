"""What a workbook shows besides its cells: the words of charts, prompts and footers, and whatever is laid over a sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from xml.parsers import expat

from audit.verdict import Difference
from audit.workbook.contents import parse, refuse_declarations
from audit.workbook.parts import MOST_CONTENTS, Parts, refused
from audit.workbook.safety import FAULTS

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
    for name, given in parse(styles):
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
