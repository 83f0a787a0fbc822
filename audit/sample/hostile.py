"""Files that are no returns, or not safe to open: what could do harm is refused, and none is large on disk."""

from __future__ import annotations

import struct
from collections.abc import Callable

from audit.archive import archive
from audit.sample import package
from audit.sample.kinds import Damage, Damages, Sound, in_answers, in_parts, letter
from audit.sample.package import Parts, Sheet
from audit.workbook import layout

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(478)
"""The header of a compound file: what .xls and locked .xlsx files begin with."""
_MEGABYTE = 2**20


def _compound(*streams: str) -> bytes:
    """A compound file as far as its directory: one entry of 128 bytes for each stream."""
    entries = ("Root Entry", *streams)
    return _OLE + b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in entries)


def _always(data: bytes) -> Callable[[Sound], bytes]:
    return lambda _: data


def _csv(sound: Sound) -> bytes:
    lines = [f"{id},{given.written or ''},{given.practice}" for id, given in sound.audit.responses.items()]
    return "\r\n".join(["Statement id,Is it written?,Is it done?", *lines]).encode()


def _html(sound: Sound) -> bytes:
    rows = "".join(f"<tr><td>{id}</td><td>{given.written}</td></tr>" for id, given in sound.audit.responses.items())
    return f"<html><body><table>{rows}</table></body></html>".encode()


def _ods() -> bytes:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    content = (
        b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
        b"<office:body><office:spreadsheet/></office:body></office:document-content>"
    )
    return archive([("mimetype", kind), ("content.xml", content)])


def _in_part(name: str, change: Callable[[bytes], bytes]) -> Callable[[Parts], None]:
    def changed(parts: Parts) -> None:
        path = package.paths(parts)[name]
        parts[path] = change(parts[path])

    return changed


def _before_rows(text: bytes, *, times: int = 1) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"<sheetData>", text * times + b"<sheetData>", 1)


def _after_rows(text: bytes, *, times: int = 1) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"</sheetData>", text * times + b"</sheetData>", 1)


def _far(sheet: Sheet) -> None:
    row = package.rows(sheet)[-1]
    row.append(package.new_cell("XFD1048576", "far"))


def _large(sheet: Sheet) -> None:
    package.set_text(package.cell(sheet, f"{letter('evidence')}2"), "Evidence. " * (3 * _MEGABYTE // 10))


_LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, (b"&l%d;" % (level - 1)) * 10 if level else b"ha") for level in range(10)
)
_ENTITIES = b"<!DOCTYPE worksheet [" + _LAUGHS + b"]>"
_OUTSIDE = b'<!DOCTYPE worksheet [<!ENTITY file SYSTEM "file:///etc/passwd">]>'

HOSTILE: Damages = {
    "password": Damage(
        what="The workbook is locked with a password.",
        make=_always(_compound("EncryptionInfo", "EncryptedPackage")),
        verdict="refused",
        mentions="password",
    ),
    "macros": Damage(
        what="The workbook holds macros.",
        make=in_parts(lambda parts: parts.update({"xl/vbaProject.bin": _compound("VBA")})),
        verdict="refused",
        mentions="macros",
    ),
    "old-excel": Damage(
        what="An Excel file of the old kind (.xls).", make=_always(_compound("Workbook")), verdict="refused", mentions=".xls"
    ),
    "opendocument": Damage(
        what="An OpenDocument file (.ods).", make=_always(_ods()), verdict="refused", mentions="OpenDocument"
    ),
    "csv": Damage(what="A CSV file by another name.", make=_csv, verdict="refused", mentions="CSV"),
    "html": Damage(what="A web page by another name.", make=_html, verdict="refused", mentions="web page"),
    "pdf": Damage(
        what="A PDF by another name.", make=_always(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), verdict="refused", mentions="PDF"
    ),
    "truncated": Damage(
        what="The file broke off on its way.",
        make=lambda sound: sound.data[: len(sound.data) * 2 // 3],
        verdict="refused",
        mentions="incomplete",
    ),
    "empty": Damage(what="The file has no bytes.", make=_always(b""), verdict="refused", mentions="empty"),
    "other-zip": Damage(
        what="A zip file without a workbook in it.",
        make=_always(archive([("policy.txt", b"Our policy.")])),
        verdict="refused",
        mentions="without a workbook",
    ),
    "path-traversal": Damage(
        what="A part of the file wants to be unpacked outside its folder.",
        make=in_parts(lambda parts: parts.update({"../../../outside.txt": b"Not here."})),
        verdict="refused",
        mentions="outside",
    ),
    "zip-bomb": Damage(
        what="A small file that unpacks to 90 megabytes.",
        make=in_parts(_in_part(layout.ANSWERS, _before_rows(b" ", times=90 * _MEGABYTE))),
        verdict="refused",
        mentions="unpacks",
    ),
    "xml-entities": Damage(
        what="Text that multiplies when it is read (XML entities).",
        make=in_parts(_in_part(layout.ANSWERS, lambda part: _ENTITIES + part.replace(b"<t>", b"<t>&l9;", 1))),
        verdict="refused",
        mentions="entities",
    ),
    "outside-entity": Damage(
        what="Text that asks for a file of the reader's computer (XML entities).",
        make=in_parts(_in_part(layout.ANSWERS, lambda part: _OUTSIDE + part.replace(b"<t>", b"<t>&file;", 1))),
        verdict="refused",
        mentions="entities",
    ),
    "million-rows": Damage(
        what="A million rows.",
        make=in_parts(_in_part(layout.ANSWERS, _after_rows(b"<row><c><v>0</v></c></row>", times=1_000_000))),
        verdict="refused",
        mentions="which no return does",
    ),
    "far-cells": Damage(
        what="A cell in the farthest corner of the sheet.",
        make=in_answers(_far),
        verdict="refused",
        mentions="which no return does",
    ),
    "large-cell": Damage(
        what="A cell of several megabytes.", make=in_answers(_large), verdict="accepted with warnings", mentions="characters"
    ),
}  # fmt: skip
