"""What a file is where it is no workbook, in words that its sender knows, and what to send in its place."""

from __future__ import annotations

from collections.abc import Collection

Kind = tuple[str, str]
"""What the file is, and what to do about it."""

SEND_XLSX = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx), and send that."
_SEND_FORM = "Send the workbook (.xlsx) that was filled in."
_UNPACK = "Unpack it, and send each workbook (.xlsx) in it by itself."
_UNLOCK = "In Excel choose File, Info, Protect Workbook, Encrypt with Password, clear the password, and save."
LOCKED: Kind = ("The file is locked with a password.", _UNLOCK)
_WEB_PAGE: Kind = ("This is a web page, not a workbook.", SEND_XLSX)
_ARCHIVE: Kind = ("This is a compressed archive, not a workbook.", _UNPACK)

_STARTS: tuple[tuple[tuple[bytes, ...], Kind], ...] = (
    ((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"mime-version:"), _WEB_PAGE),
    ((b"%pdf",), ("This is a PDF, not a workbook.", "Send the .xlsx file that it was printed from.")),
    ((b"{\\rtf",), ("This is a text document (.rtf), not a workbook.", _SEND_FORM)),
    ((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b"), _ARCHIVE),
)
_OLE = b"\xd0\xcf\x11\xe0"
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", ("This is an old Word document (.doc), not a workbook.", _SEND_FORM)),
    ("PowerPoint Document", ("This is an old PowerPoint file (.ppt), not a workbook.", _SEND_FORM)),
    ("__substg1.0", ("This is an e-mail message, not a workbook.", "Save the workbook that is attached, and send it.")),
)
_TEXTS: tuple[tuple[tuple[bytes, ...], Kind], ...] = (
    ((b"docs.google.com", b'"doc_id"'), (
        "This is only a link to a Google Sheet; the answers are not in it.",
        "In Google Sheets choose File, Download, Microsoft Excel (.xlsx), and send that.",
    )),
    ((b"urn:schemas-microsoft-com:office:spreadsheet",), (
        "This is an XML spreadsheet of 2003, not an Excel workbook.", SEND_XLSX,
    )),
    ((b"oasis:names:tc:opendocument",), (
        "This is an OpenDocument file (.fods), not an Excel workbook.", SEND_XLSX,
    )),
    ((b"<html",), _WEB_PAGE),
)  # fmt: skip


def kind_by_start(data: bytes) -> Kind | None:
    """What bytes are that are no zip file, by how they begin; None if they are one."""
    if data.startswith(b"PK"):
        return None
    if data.startswith(_OLE):
        streams = (kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data)
        return next(streams, ("This is an old Excel file (.xls), whatever its name.", SEND_XLSX))
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for starts, kind in _STARTS:
        if head.startswith(starts):
            return kind
    if b"\0" in head and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "This is not an Excel workbook.", _SEND_FORM
    named = (kind for words, kind in _TEXTS if any(word in head for word in words))
    return next(named, ("This is plain text or CSV, not a workbook.", SEND_XLSX))


def kind_by_parts(names: Collection[str]) -> Kind | None:
    """What a zip file is, by the names of its parts in small letters; None if it may be a workbook."""
    if "mimetype" in names or "content.xml" in names:
        return "This is an OpenDocument file (.ods), not an Excel workbook.", SEND_XLSX
    if any(name.endswith(".iwa") for name in names):
        return "This is a Numbers document.", "In Numbers choose File, Export To, Excel, and send that file."
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        return "The workbook holds macros, which are never read or run.", SEND_XLSX
    if "xl/workbook.bin" in names:
        return "This is a binary workbook (.xlsb).", SEND_XLSX
    if "word/document.xml" in names:
        return "This is a Word document (.docx), not a workbook.", _SEND_FORM
    if "ppt/presentation.xml" in names:
        return "This is a PowerPoint file (.pptx), not a workbook.", _SEND_FORM
    if "xl/workbook.xml" in names:
        return None
    if any(name.endswith(".xlsx") for name in names):
        return "This is a zip file with workbooks in it, whatever its name.", _UNPACK
    return "This is a zip file without a workbook in it.", _SEND_FORM
