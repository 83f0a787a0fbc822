"""The finished file: the same workbook gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml.etree import SerialisationError  # type: ignore[import-untyped]
from openpyxl import Workbook

from audit.archive import archive
from audit.version import VERSION
from audit.workbook.modified import STAMP


def to_bytes(book: Workbook) -> bytes:
    """The workbook as an .xlsx file without the time of writing in it.

    Raises:
        OSError: the temporary files that openpyxl writes cannot be written, as on a full disk.
    """
    raw = io.BytesIO()
    book.properties.created, book.properties.version = STAMP, VERSION
    try:
        book.save(raw)
    except SerialisationError as error:  # lxml's own, for what the system said
        raise OSError(f"no temporary file can be written ({error})") from error
    return archive(_parts(raw))


def _parts(raw: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(raw) as source:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = STAMP.isoformat().encode() + b"Z"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            elif name.endswith(".rels"):
                content = _relative(content, posixpath.dirname(posixpath.dirname(name)))
            yield name, content


def _relative(relations: bytes, folder: str) -> bytes:
    """Relations whose targets are named from the folder of their part: not every reader takes one from the root."""

    def named(match: re.Match[bytes]) -> bytes:
        return b'Target="%s"' % posixpath.relpath(match[1].decode(), f"/{folder}").encode()

    return re.sub(rb'Target="(/[^"]*)"', named, relations)
