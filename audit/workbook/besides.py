"""What a workbook shows besides its cells: the words of charts and footers, and whatever is laid over a sheet."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from xml.parsers import expat

from audit.verdict import Difference
from audit.workbook.contents import refuse_declarations
from audit.workbook.parts import Parts, refused
from audit.workbook.safety import FAULTS

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_FOOTER = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_FORMAT = re.compile(rb'<numFmt [^>]*formatCode="([^"]*)"')
_MASK = re.compile(r'["\\]|;;')
"""What makes a number format show other words than the cell holds, or none: quoted text, escapes, empty sections."""
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


def differences_besides(data: bytes, signed: bytes, file: str) -> tuple[Difference, ...]:
    """What a workbook shows besides its cells that was not signed, and what of the signed one it does not show.

    Args:
        data: the bytes of a workbook that has been looked at.
        signed: those of the workbook that was signed.
        file: how problems call the file.

    Raises:
        UnusableFile: a part of it cannot be unpacked or parsed within the bounds.
    """
    try:
        found = Counter(filter(str.strip, _shown(data, file)))
    except (*FAULTS, expat.ExpatError) as error:
        raise refused(file, "A chart, a drawing or the styles of the workbook cannot be read.") from error
    expected = Counter(filter(str.strip, _shown(signed, file)))
    gone, added = sorted((expected - found).elements()), sorted((found - expected).elements())
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
            elif kind in ("charts", "drawings") and part.endswith(".xml"):
                yield from _paragraphs(parts.get(part))
            elif kind == "worksheets" and part.endswith(".xml"):
                yield from (html.unescape(text.decode("utf-8", "replace")) for text in _FOOTER.findall(parts.get(part)))
            elif part == "xl/styles.xml":
                formats = {html.unescape(code.decode("utf-8", "replace")) for code in _FORMAT.findall(parts.get(part))}
                yield from (f"the number format {code}" for code in sorted(formats) if _MASK.search(code))


def _paragraphs(content: bytes) -> list[str]:
    """The texts of a drawing or chart, paragraph by paragraph; a program may cut one into pieces."""
    found: list[list[str]] = []
    parser, inside = expat.ParserCreate(namespace_separator=" "), [False]

    def start(name: str, _: object) -> None:
        if name == f"{_DRAWING} p":
            found.append([])
        inside[0] = name == f"{_DRAWING} t"

    def end(_: str) -> None:
        inside[0] = False

    def text(piece: str) -> None:
        if inside[0] and found:
            found[-1].append(piece)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse_declarations
    parser.Parse(content, True)
    return ["".join(pieces) for pieces in found]
