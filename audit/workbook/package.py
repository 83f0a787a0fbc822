"""The finished file: the same workbook gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from audit.archive import archive
from audit.text import NOT_IN_XML
from audit.version import VERSION
from audit.workbook.modified import STAMP

_NO_ROWS = b"<sheetData></sheetData>"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def to_bytes(book: Workbook) -> bytes:
    """The workbook as an .xlsx file without the time of writing in it.

    Nothing is written to the disk on the way, and nothing is compressed but once, at the end.

    Raises:
        ValueError: a text that XML cannot hold.
    """
    raw = io.BytesIO()
    book.properties.created = book.properties.modified = STAMP
    book.properties.version = VERSION
    _Writer(book, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED)).save()
    return archive(_parts(raw))


class _Writer(ExcelWriter):
    """openpyxl's own writer, but for the worksheets, which it would write to temporary files, a cell at a time."""

    def write_worksheet(self, ws: Any) -> None:
        """Writes one worksheet; its charts, prompts and the like are still to come, as openpyxl has it."""
        ws._drawing = _drawing_of(ws)
        writer: Any = _SheetWriter(ws, out=io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        archive_so_far: Any = self
        archive_so_far._archive.writestr(ws.path[1:], writer.content())
        self.manifest.append(ws)


def _drawing_of(sheet: Any) -> Any:
    drawing = SpreadsheetDrawing()
    drawing.charts, drawing.images = sheet._charts, sheet._images
    return drawing


class _SheetWriter(WorksheetWriter):
    """openpyxl's writer of one worksheet, but for the rows: their XML is put together as text, four times as fast."""

    def __init__(self, ws: Any, out: io.BytesIO) -> None:
        super().__init__(ws, out)
        self._sheet = ws
        self._rows = b""
        self._looks: dict[bytes, str] = {}

    def write_rows(self) -> None:
        """Leaves a place for the rows, and works them out."""
        xf: Any = self.xf.send(True)
        with xf.element("sheetData"):
            pass
        self.xf.send(None)
        text = "".join(self._row(number, cells) for number, cells in self.rows())
        if (wrong := NOT_IN_XML.search(text)) is not None:
            raise ValueError(f"XML cannot hold {wrong[0]!r}")
        self._rows = text.encode("ascii", "xmlcharrefreplace")

    def content(self) -> bytes:
        """The worksheet with its rows."""
        frame: bytes = self.read()
        return frame.replace(_NO_ROWS, b"<sheetData>%s</sheetData>" % self._rows, 1)

    def _row(self, number: int, cells: Iterable[Any]) -> str:
        looks = {"r": f"{number}", **dict(self._sheet.row_dimensions.get(number, {}))}
        start = "".join(f' {name}="{value}"' for name, value in looks.items())
        return f"<row{start}>{''.join(map(self._cell, cells))}</row>"

    def _cell(self, cell: Any) -> str:
        value, look = cell._value, self._look(cell)
        if value is None and look == "":
            return ""
        start = f'<c r="{get_column_letter(cell.column)}{cell.row}"{look}'
        kind = cell.data_type
        if kind == "s":
            return f'{start} t="inlineStr">{_text(value)}</c>'
        if kind == "d":
            kind, value = "n", to_excel(value, self._sheet.parent.epoch)  # type: ignore[no-untyped-call]
        assert kind in ("n", "b"), "there are no formulas, so that no text becomes one"
        return f'{start} t="{kind}">{"" if value is None else f"<v>{safe_string(value)}</v>"}</c>'

    def _look(self, cell: Any) -> str:
        """The attribute that names the style of a cell; empty where it has none."""
        if cell._style is None:
            return ""
        style = cell._style.tobytes()
        if style not in self._looks:  # openpyxl numbers the styles as they come, and hashes all of one each time
            self._looks[style] = f' s="{cell.style_id}"' if cell.has_style else ""
        return self._looks[style]


def _text(value: str) -> str:
    """What a cell of text holds."""
    if value == "":
        return ""
    space = "" if value == value.strip() else ' xml:space="preserve"'
    return f"<is><t{space}>{value.translate(_ESCAPES)}</t></is>"


def _parts(raw: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(raw) as source:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name.endswith(".rels"):
                content = _relative(content, posixpath.dirname(posixpath.dirname(name)))
            yield name, content


def _relative(relations: bytes, folder: str) -> bytes:
    """Relations whose targets are named from the folder of their part: not every reader takes one from the root."""

    def named(match: re.Match[bytes]) -> bytes:
        return b'Target="%s"' % posixpath.relpath(match[1].decode(), f"/{folder}").encode()

    return re.sub(rb'Target="(/[^"]*)"', named, relations)
