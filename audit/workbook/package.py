"""The finished file: the same workbook gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from openpyxl import Workbook

_STAMP = dt.datetime(2026, 1, 1)  # no reader needs the time of writing, and it would change every byte after it


def to_bytes(book: Workbook) -> bytes:
    """The workbook as an .xlsx file without the time of writing in it."""
    raw, packed = io.BytesIO(), io.BytesIO()
    book.properties.created = _STAMP
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in sorted(source.infolist(), key=lambda e: (e.filename != "[Content_Types].xml", e.filename)):
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + _STAMP.isoformat().encode() + b"Z", content
                )
            target.writestr(zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
