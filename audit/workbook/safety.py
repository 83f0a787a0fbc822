"""A look at a file before any reader opens it: is it a workbook, and is it safe to read?

Every file is hostile until looked at. What could exhaust memory or time is refused from the zip's
directory and a scan of the sheets' bytes; nothing is ever run or extracted to disk.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib

from audit.problems import Problem, UnusableFile

MOST_BYTES = 20 * 1024 * 1024
"""The largest file that is read."""
MOST_INFLATED = 80 * 1024 * 1024
"""The most that all parts of it may unpack to; a return of ours unpacks to 0.4 MB."""
MOST_PARTS = 500
MOST_ROWS = 9_999
MOST_CELLS = 400_000
MOST_COLUMNS = 702
"""Columns up to ZZ. A reader allots rows × columns, so a stray far cell would exhaust memory."""

_SEND_XLSX = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx), and send that."
_NO_PROMISE = "Ask for the workbook again, or start from a fresh blank form."
# A cell address with three letters, five digits or a character reference. The first pattern is quick
# because it begins with a fixed text; the second finds every other spelling that XML allows.
_FAR = re.compile(rb' r="(?:[A-Za-z]{3}|[A-Za-z]*[0-9]{5}|[^"]*&)')
_FAR_UNUSUAL = re.compile(rb"""\sr\s*=\s*["'](?:[A-Za-z]{3}|[A-Za-z]*[0-9]{5}|[^"']*&)""")
_UNUSUAL = (re.compile(rb" r(?:\s|=\s|=')"), re.compile(rb"\nr\s*="), re.compile(rb"\tr\s*="), re.compile(rb"\rr\s*="))
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA_TAGS = (re.compile(rb"<f[\s>/]"), re.compile(rb":f[\s>/]"))
_FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]+[0-9]+)["'][^>]*>\s*<(?:\w+:)?f[\s>/]""")


def look(data: bytes, name: str) -> dict[str, bytes]:
    """The XML of each sheet of a workbook that may be read, by the sheet's name as far as it can be told.

    Every part is looked at, whatever the workbook says of it: readers differ in how they find a sheet.

    Raises:
        UnusableFile: the file is not an .xlsx workbook, is locked, holds macros, or asks for more
            memory or time than a return ever needs.
    """
    reason = _not_a_zip(data)
    if reason:
        raise _refused(name, *reason)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_package(package, name)
            parts = {entry.filename: _part(package, entry, name) for entry in package.infolist()}
            titles = _titles(parts)
            sheets = {part: content for part, content in parts.items() if b"sheetData" in content}
            for part, content in sheets.items():
                _check_extent(content, name, titles.get(part, part))
            return {titles.get(part, part): content for part, content in sheets.items()}
    except (
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise _refused(name, "The file is damaged or incomplete and cannot be unpacked.", _NO_PROMISE) from error


def formulas(part: bytes) -> list[str]:
    """The cells of a worksheet part that hold a formula."""
    if not any(tag.search(part) for tag in _FORMULA_TAGS):
        return []
    return [match[1].decode("ascii") for match in _FORMULA.finditer(part)]


def _refused(name: str, what: str, fix: str) -> UnusableFile:
    return UnusableFile([Problem(where=name, what=what, fix=fix)])


def _not_a_zip(data: bytes) -> tuple[str, str] | None:
    """Why bytes are not a workbook, by how they begin."""
    if not data:
        return "The file is empty.", _NO_PROMISE
    if len(data) > MOST_BYTES:
        return (
            f"The file has {len(data) / 1e6:.0f} MB; a return has far less than {MOST_BYTES // 2**20} MB.",
            "Remove pictures and added sheets, and send it again.",
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if b"E\0n\0c\0r\0y\0p\0t" in data:
            return (
                "The file is locked with a password.",
                "In Excel choose File, Info, Protect Workbook, Encrypt with Password, clear the password, and save.",
            )
        return "This is an old Excel file (.xls), whatever its name.", _SEND_XLSX
    if data.startswith(b"PK"):
        return None
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<table")):
        return "This is a web page, not a workbook.", _SEND_XLSX
    if start.startswith(b"%pdf"):
        return "This is a PDF, not a workbook.", "Send the .xlsx file that it was printed from."
    if b"\0" not in data[:4096]:
        return "This is plain text or CSV, not a workbook.", _SEND_XLSX
    return "This is not an Excel workbook.", _SEND_XLSX


def _check_package(package: zipfile.ZipFile, name: str) -> None:
    """Refuses what is no workbook, holds macros, or would unpack to more than any return."""
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if "mimetype" in names or "content.xml" in names:
        raise _refused(name, "This is an OpenDocument file (.ods), not an Excel workbook.", _SEND_XLSX)
    if "xl/workbook.xml" not in names:
        raise _refused(name, "This is a zip file without a workbook in it.", _SEND_XLSX)
    if "xl/workbook.bin" in (entry.lower() for entry in names):
        raise _refused(name, "This is a binary workbook (.xlsb).", _SEND_XLSX)
    if any(entry.lower().endswith("vbaproject.bin") for entry in names):
        raise _refused(name, "The workbook holds macros, which are never read or run.", _SEND_XLSX)
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_INFLATED:
        limits = f"{MOST_INFLATED // 2**20} MB or {MOST_PARTS} parts"
        raise _refused(name, f"The workbook unpacks to more than {limits}, which no return does.", _NO_PROMISE)


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """One part, inflated no further than the directory says: the directory may lie."""
    with package.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise _refused(name, "The workbook's directory states false sizes.", _NO_PROMISE)
    if b"<!" in content and _DECLARATION.search(content):
        raise _refused(name, "The workbook declares XML entities, which Excel never writes.", _NO_PROMISE)
    return content


def _titles(parts: dict[str, bytes]) -> dict[str, str]:
    """The sheets' names by part, as an ordinary workbook gives them; only to name a place to a person."""
    relations = re.findall(rb"<Relationship\s[^>]*>", parts.get("xl/_rels/workbook.xml.rels", b""))
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target").lstrip("/").removeprefix("xl/") for tag in relations}
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", parts.get("xl/workbook.xml", b""))
    return {
        f"xl/{targets.get(_attribute(tag, r'[a-z]+:id'), '')}": html.unescape(_attribute(tag, "name")) for tag in sheets
    }


def _check_extent(part: bytes, name: str, sheet: str) -> None:
    """Refuses a sheet with a cell so far out that its grid would exhaust memory."""
    unusual = any(spelling.search(part) for spelling in _UNUSUAL)
    if (_FAR_UNUSUAL if unusual else _FAR).search(part) or part.count(b"<c") > MOST_CELLS:
        raise _refused(
            f"{name}, sheet {sheet}",
            f"The sheet reaches beyond row {MOST_ROWS:,} or column ZZ, which no return does.",
            "Delete everything far below and to the right of the answers, save, and send it again.",
        )


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*["']([^"']*)["']""", tag.decode("utf-8", "replace"))
    return found[1] if found else ""
