"""Every file is hostile until looked at: what is no workbook, or not a safe one, is refused in one sentence."""

from __future__ import annotations

import io
import pickle
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.model import Criteria, Response
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
ANSWERS = "xl/worksheets/sheet3.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FAR_ROW = b'<row r="20000"><c r="A20000" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'
TOO_FAR = "return.xlsx, sheet Answers: The sheet reaches beyond row 9,999 or column ZZ, which no return does."
TOO_MANY = "return.xlsx, sheet Answers: The sheet holds or spans more than 150,000 cells, which no return does."
DAMAGED = "return.xlsx, sheet Answers: The workbook is damaged and cannot be opened."
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def good(toy: Criteria) -> bytes:
    """A workbook as it should be."""
    return write(audit_of(toy, {"toy-1.1-k1": Response(written="yes", practice=3, evidence="Policy.")}), toy)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()


def rebuilt(workbook: bytes, change: Callable[[Parts], object]) -> bytes:
    """A workbook whose parts somebody changed."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    return zipped(parts)


def replace(part: str, old: bytes, new: bytes) -> Callable[[Parts], object]:
    """A change of one part."""

    def change(parts: Parts) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


def with_cell(cell: bytes) -> Callable[[Parts], object]:
    """A change that puts a cell at the end of *Answers*."""
    return replace(ANSWERS, b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")


def told(reading: Reading) -> list[str]:
    """Place and fact of each problem."""
    return [f"{problem.where}: {problem.what}" for problem in reading.problems]


NO_WORKBOOK: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "CSV": (b"Statement id,Is it written?\ntoy-1.1-k1,Yes\n", "This is plain text or CSV, not a workbook."),
    "text": ("Liebe Grüße".encode(), "This is plain text or CSV, not a workbook."),
    "HTML": (b"\xef\xbb\xbf\n<!DOCTYPE html><html></html>", "This is a web page, not a workbook."),
    "HTML table named .xls": (b"<table><tr><td>Yes</td></tr></table>", "This is a web page, not a workbook."),
    "PDF": (b"%PDF-1.7\n\0\0", "This is a PDF, not a workbook."),
    "old Excel": (OLE, "This is an old Excel file (.xls), whatever its name."),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "The file is locked with a password."),
    "OpenDocument": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}),
        "This is an OpenDocument file (.ods), not an Excel workbook.",
    ),
    "other zip": (zipped({"photo.jpg": b"\xff\xd8"}), "This is a zip file without a workbook in it."),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not an Excel workbook."),
    "text in UTF-16": ("Statement id\tYes\n".encode("utf-16"), "This is plain text or CSV, not a workbook."),
    "web archive": (b"MIME-Version: 1.0\r\n", "This is a web page, not a workbook."),
    "XHTML": (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "This is a web page, not a workbook.",
    ),
    "rich text": (b"{\\rtf1 Yes}", "This is a text document (.rtf), not a workbook."),
    "7z": (b"7z\xbc\xaf\x27\x1c", "This is a compressed archive, not a workbook."),
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), "This is an old Word document (.doc), not a workbook."),
    "e-mail": (OLE + "__substg1.0_0037".encode("utf-16-le"), "This is an e-mail message, not a workbook."),
    "link to Google": (
        b'{"url":"https://docs.google.com/open?id=1","doc_id":"1"}',
        "This is only a link to a Google Sheet; the answers are not in it.",
    ),
    "XML spreadsheet": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "This is an XML spreadsheet of 2003, not an Excel workbook.",
    ),
    "flat OpenDocument": (
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "This is an OpenDocument file (.fods), not an Excel workbook.",
    ),
    "Word": (zipped({"word/document.xml": b"<a/>"}), "This is a Word document (.docx), not a workbook."),
    "PowerPoint": (zipped({"ppt/presentation.xml": b"<a/>"}), "This is a PowerPoint file (.pptx), not a workbook."),
    "binary workbook": (zipped({"xl/workbook.bin": b"\x83\1"}), "This is a binary workbook (.xlsb)."),
    "Numbers": (zipped({"Index/Document.iwa": b"\0"}), "This is a Numbers document."),
    "zip of workbooks": (
        zipped({"2026/Hilltop.xlsx": b"PK"}),
        "This is a zip file with workbooks in it, whatever its name.",
    ),
    "huge": (b"PK" + bytes(20 * 2**20), "The file has 21 MB; a return has far less than 20 MB."),
    "zip that only begins": (b"PK\3\4", "The file is damaged or incomplete and cannot be unpacked."),
}


@pytest.mark.parametrize(("data", "what"), NO_WORKBOOK.values(), ids=NO_WORKBOOK)
def test_a_file_that_is_no_workbook_is_called_what_it_is(toy: Criteria, data: bytes, what: str) -> None:
    """Whatever its name says, a file of another kind is named for what it is, with what to send in its place."""
    reading = read(data, "return.xlsx", toy)
    assert (reading.audit, told(reading)) == (None, [f"return.xlsx: {what}"])
    assert reading.problems[0].fix


def sheet_of(rows: bytes) -> bytes:
    """A sheet with these rows."""
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), rows)


def with_sheets(number: int, content: bytes = b"") -> Callable[[Parts], object]:
    """A change that adds sheets."""
    names = [f"added{one}" for one in range(number)]
    sheets = "".join(f'<sheet xmlns:q="{OFFICE}" name="{name}" sheetId="9" q:id="{name}"/>' for name in names)
    related = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/worksheet" Target="worksheets/{name}.xml"/>' for name in names
    )

    def change(parts: Parts) -> None:
        replace("xl/workbook.xml", b"</sheets>", sheets.encode() + b"</sheets>")(parts)
        replace(RELATIONS, b"</Relationships>", related.encode() + b"</Relationships>")(parts)
        parts.update({f"xl/worksheets/{name}.xml": content or sheet_of(b"") for name in names})

    return change


def relate_texts(parts: Parts) -> None:
    """Tells the workbook of its part of shared texts."""
    related = b'<Relationship Id="texts" Type="%s/sharedStrings" Target="sharedStrings.xml"/>' % OFFICE.encode()
    replace(RELATIONS, b"</Relationships>", related + b"</Relationships>")(parts)


def with_shared(texts: bytes, cells: bytes = b"", *, stated: str = "") -> Callable[[Parts], object]:
    """A change that adds shared texts, and cells to *Answers*."""

    def change(parts: Parts) -> None:
        root = f'<sst xmlns="{MAIN}" uniqueCount="{stated}">' if stated else f'<sst xmlns="{MAIN}">'
        parts["xl/sharedStrings.xml"] = root.encode() + texts + b"</sst>"
        relate_texts(parts)
        replace(ANSWERS, b"</sheetData>", cells + b"</sheetData>")(parts)

    return change


def rows_of(cell: str, *, rows: int, columns: str = "ABCDEFGHIJ") -> bytes:
    """Rows from 100 on with the same in every cell; ``@`` stands for the address."""
    each = (
        f'<row r="{row}">' + "".join(cell.replace("@", f"{column}{row}") for column in columns) + "</row>"
        for row in range(100, 100 + rows)
    )
    return "".join(each).encode()


def in_utf_16(part: str) -> Callable[[Parts], object]:
    """A change that declares an entity in a part in an encoding in which the declaration looks otherwise."""

    def change(parts: Parts) -> None:
        text = parts[part].decode().partition("?>")[2] or parts[part].decode()
        parts[part] = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "a">]>{text}'.encode("utf-16")

    return change


SHARED_CELL = '<c r="@" t="s"><v>0</v></c>'
REFUSED: Mapping[str, tuple[Callable[[Parts], object], str]] = {
    "sheets of macros": (
        lambda parts: parts.update({"xl/macrosheets/sheet1.xml": b"<a/>"}),
        "return.xlsx: The workbook holds macros, which are never read or run.",
    ),
    "too much to read": (
        replace(ANSWERS, b"<sheetData>", b" " * (33 * 2**20) + b"<sheetData>"),
        "return.xlsx: A part that is to be read unpacks to more than 32 MB.",
    ),
    "styles beyond measure": (
        replace("xl/styles.xml", b"<cellXfs", b" " * (33 * 2**20) + b"<cellXfs"),
        "return.xlsx: A part that is to be read unpacks to more than 32 MB.",
    ),
    "contents beyond measure": (
        replace("xl/workbook.xml", b"<sheets>", b"<definedName/>" * 80_000 + b"<sheets>"),
        "return.xlsx: A part that is to be read unpacks to more than 1 MB.",
    ),
    "dozens of sheets": (with_sheets(60), "return.xlsx: The workbook has 63 sheets; a return has 10 at most."),
    "sheets that are large together": (
        with_sheets(
            20,
            sheet_of(rows_of('<c r="@"><v>1</v></c>', rows=4_900, columns="AZ")),
        ),
        "return.xlsx: The sheets span more than 2,000,000 cells together.",
    ),
    "a part that points outside": (
        lambda parts: parts.update({"xl/../../../outside.txt": b"Not here."}),
        "return.xlsx: A part of the workbook names a place outside of it, which Excel never writes.",
    ),
    "two parts of one name": (
        lambda parts: parts.update({"XL/WORKBOOK.XML": b"<workbook/>"}),
        "return.xlsx: The workbook holds two parts of the same name.",
    ),
    "a long text in thousands of cells": (
        with_shared(b"<si><t>" + b"x" * 10**6 + b"</t></si>", rows_of(SHARED_CELL, rows=800)),
        "return.xlsx: The workbook repeats a very long text many times, which no return does.",
    ),
    "a long text in pieces in thousands of cells": (
        with_shared(b"<si>" + b"<r><t>xxxx</t></r>" * 10**5 + b"</si>", rows_of(SHARED_CELL, rows=800)),
        "return.xlsx: The workbook repeats a very long text many times, which no return does.",
    ),
    "a million million shared texts stated": (
        with_shared(b"<si><t>a</t></si>", stated="1000000000000"),
        "return.xlsx: The workbook states more texts than it holds.",
    ),
    "a negative number of shared texts stated": (
        with_shared(b"<si><t>a</t></si>", stated="-1"),
        "return.xlsx: The workbook states more texts than it holds.",
    ),
    "a rectangle beyond measure": (
        with_cell(b'<c r="ZZ900" t="inlineStr"><is><t>far</t></is></c>'),
        TOO_MANY,
    ),
    "a million rows that say no number": (
        replace(ANSWERS, b"</sheetData>", b"<row/>" * 10**6 + b"<row><c><v>1</v></c></row></sheetData>"),
        TOO_FAR,
    ),
    "cells beside each other that say no address": (with_cell(b"<c><v>1</v></c>" * 800), TOO_FAR),
    "an address in another namespace's tag": (
        with_cell(b'<x:c xmlns:x="x" r="A20000"><v>1</v></x:c>'),
        TOO_FAR,
    ),
    "tags without end": (replace(ANSWERS, b"</sheetData>", b"<c " * 10**6 + b"</sheetData>"), DAMAGED),
    "cells in a comment": (with_cell(b"<!-- <c r='A20000'> --><c r='A20000'><v>1</v></c>"), TOO_FAR),
    "entities in the contents, in UTF-16": (
        in_utf_16("xl/workbook.xml"),
        "return.xlsx: The workbook declares XML entities, which Excel never writes.",
    ),
    "entities in the styles": (
        lambda parts: parts.update({"xl/styles.xml": b"<!DOCTYPE x><styleSheet/>"}),
        "return.xlsx: The workbook declares XML entities, which Excel never writes.",
    ),
    "a sheet in UTF-16": (in_utf_16(ANSWERS), DAMAGED),
    "a cell of a kind that does not exist": (with_cell(b'<c r="A9" t="x"><v>1</v></c>'), DAMAGED),
    "a text that is not there": (with_cell(b'<c r="A9" t="s"><v>7</v></c>'), DAMAGED),
    "macros": (
        lambda parts: parts.update({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        "return.xlsx: The workbook holds macros, which are never read or run.",
    ),
    "zip bomb": (
        replace(ANSWERS, b"<sheetData>", b" " * (81 * 2**20) + b"<sheetData>"),
        "return.xlsx: The workbook unpacks to more than 80 MB or 500 parts, which no return does.",
    ),
    "hundreds of parts": (
        lambda parts: parts.update({f"xl/media/{number}.png": b"" for number in range(500)}),
        "return.xlsx: The workbook unpacks to more than 80 MB or 500 parts, which no return does.",
    ),
    "DOCTYPE in a sheet": (
        lambda parts: parts.update({ANSWERS: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts[ANSWERS]}),
        "return.xlsx: The workbook declares XML entities, which Excel never writes.",
    ),
    "entity in a sheet": (
        replace(ANSWERS, b"<sheetData>", b'<!entity a SYSTEM "file:///etc/passwd"><sheetData>'),
        "return.xlsx: The workbook declares XML entities, which Excel never writes.",
    ),
    "DOCTYPE in shared texts": (
        lambda parts: [relate_texts(parts), parts.update({"xl/sharedStrings.xml": b"<!DOCTYPE sst><sst/>"})],
        "return.xlsx: The workbook declares XML entities, which Excel never writes.",
    ),
    "last cell of Excel": (with_cell(b'<c r="XFD1048576"><v>1</v></c>'), TOO_FAR),
    "row beyond all rows": (with_cell(b'<c r="A9999999999"><v>1</v></c>'), TOO_FAR),
    "row number alone": (replace(ANSWERS, b"</sheetData>", b'<row r="9999999999"/></sheetData>'), TOO_FAR),
    "address in small letters": (with_cell(b'<c r="xfd2"><v>1</v></c>'), TOO_FAR),
    "address in single quotes": (with_cell(b"<c r='A20000'><v>1</v></c>"), TOO_FAR),
    "address after a line break": (with_cell(b'<c\nr="A20000"><v>1</v></c>'), TOO_FAR),
    "address with spaces around": (with_cell(b'<c r = "A20000"><v>1</v></c>'), TOO_FAR),
    "address with a character reference": (with_cell(b'<c r="A2000&#48;"><v>1</v></c>'), TOO_FAR),
    "half a million cells": (with_cell(b"<c/>" * 500_000), TOO_MANY),
}


HARMLESS: Mapping[str, Callable[[Parts], object]] = {
    "a picture that is no picture": lambda parts: parts.update({"xl/media/image1.png": b"MZ\x90"}),
    "a zip in the zip": lambda parts: parts.update({"xl/embeddings/book.xlsx": zipped({"a.xml": bytes(10**6)})}),
    "a chart with entities": lambda parts: parts.update(
        {"xl/charts/chart1.xml": b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>"}
    ),
    "a spoilt summary": lambda parts: parts.update({"xl/worksheets/sheet4.xml": b"<worksheet><sheetData><c"}),
    "a million merged ranges": replace(
        ANSWERS,
        b"</sheetData>",
        b"</sheetData><mergeCells>" + b'<mergeCell ref="M1:XFD1048576"/>' * 10**6 + b"</mergeCells>",
    ),
    "a merged range beyond all cells": replace(
        ANSWERS, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A9999999:ZZZ9999999"/></mergeCells>'
    ),
    "a dimension beyond all cells": replace(ANSWERS, b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
    "tags a million deep": replace(ANSWERS, b"<sheetData>", b"<a>" * 10**6 + b"</a>" * 10**6 + b"<sheetData>"),
    "a million styles": replace("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 10**6 + b"</cellXfs>"),
    "a million styles stated": replace("xl/styles.xml", b"<cellXfs count=", b'<cellXfs count="999999999999" x='),
    "a million shared texts": with_shared(b"<si><t>a</t></si>" * 10**6),
    "a million rows": replace(ANSWERS, b"</sheetData>", b'<row r="900"/>' * 10**6 + b"</sheetData>"),
    "forty sheets": with_sheets(40),
    "one sheet listed a hundred times": replace(
        "xl/workbook.xml",
        b"</sheets>",
        b'<sheet name="Again" sheetId="9" xmlns:q="%s" q:id="rId3"/>' % OFFICE.encode() * 100 + b"</sheets>",
    ),
    "a link to elsewhere": replace(
        RELATIONS,
        b"</Relationships>",
        b'<Relationship Id="x" Type="%s/externalLink" Target="file:///etc/passwd" TargetMode="External"/>'
        b"</Relationships>" % OFFICE.encode(),
    ),
}


COSTLY: Mapping[str, Callable[[Parts], object]] = {
    "megabytes in one cell": with_cell(b'<c r="I9" t="inlineStr"><is><t>' + b"x" * (25 * 2**20) + b"</t></is></c>"),
    "megabytes in many cells": replace(
        ANSWERS,
        b"</sheetData>",
        rows_of('<c r="@" t="inlineStr"><is><t>' + "\u00e9" * 10**5 + "</t></is></c>", rows=12) + b"</sheetData>",
    ),
    "megabytes for a URN": replace("xl/worksheets/sheet2.xml", b"900001", ("kcc." * 10**6 + "\uff11" * 10**6).encode()),
    "thousands of wrong rows": replace(
        ANSWERS, b"</sheetData>", rows_of("<c r='@'><v>1</v></c>", rows=9_000) + b"</sheetData>"
    ),
    "thousands of formulas": replace(
        ANSWERS, b"</sheetData>", rows_of('<c r="@"><f>A1</f><v>1</v></c>', rows=9_000) + b"</sheetData>"
    ),
    "thousands of headings that are nearly right": replace(
        ANSWERS,
        b"</sheetData>",
        rows_of('<c r="@" t="inlineStr"><is><t>Is it writtem?</t></is></c>', rows=9_000) + b"</sheetData>",
    ),
    "as much shared text as may be": with_shared(
        b"<si><t>" + b"x" * 32_000 + "\U0001f600".encode() + b"</t></si>", rows_of(SHARED_CELL, rows=200)
    ),
    "as many cells as may be": with_cell(b"<c/>" * 149_000),
    "tags in a cell": with_cell(b'<c r="A9">' + b"<a>" * 600_000 + b"</a>" * 600_000 + b"</c>"),
    "a cell in a character data section": with_cell(
        b'<c r="I9" t="inlineStr"><is><t><![CDATA[' + b"<c r=" * 10**6 + b"]]></t></is></c>"
    ),
    "dates beyond all years": with_cell(b'<c r="I9" s="5"><v>1e300</v></c><c r="J9" s="5"><v>-1e300</v></c>'),
    "a chain of rows and columns": with_sheets(
        40,
        sheet_of(rows_of('<c r="@"><v>1</v></c>', rows=899, columns="AZ")),
    ),
}
_READ_ALL = """
import pickle, resource, sys
from pathlib import Path
from audit.workbook.read import read
criteria = pickle.loads(Path(sys.argv[1]).read_bytes())
resource.setrlimit(resource.RLIMIT_AS, (1_500 * 2**20, 1_500 * 2**20))
for path in map(Path, sys.argv[2:]):
    path.with_suffix(".reading").write_bytes(pickle.dumps(read(path.read_bytes(), "return.xlsx", criteria)))
"""


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory, toy: Criteria, good: bytes) -> Mapping[str, Reading]:
    """What one process with less memory than a small computer makes of every costly file, one after the other."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    (folder / "criteria").write_bytes(pickle.dumps(toy))
    changes = {**COSTLY, **HARMLESS, **{name: change for name, (change, _) in REFUSED.items()}}
    paths = {name: folder / f"{number}.xlsx" for number, name in enumerate(changes)}
    for name, path in paths.items():
        path.write_bytes(rebuilt(good, changes[name]))
    command = [sys.executable, "-c", _READ_ALL, str(folder / "criteria"), *map(str, paths.values())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return {name: pickle.loads(path.with_suffix(".reading").read_bytes()) for name, path in paths.items()}


def test_no_file_exhausts_memory(readings: Mapping[str, Reading]) -> None:
    """One process with less memory than a small computer has reads or refuses every costly file, one after the other."""
    assert [name for name, reading in readings.items() if reading.audit is None and not reading.problems] == []
    assert len(readings) == len(COSTLY) + len(HARMLESS) + len(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_a_workbook_that_is_not_safe_to_read_is_refused(readings: Mapping[str, Reading], name: str) -> None:
    """Macros, entities, and what would exhaust memory are refused before any reader opens the file."""
    assert (readings[name].audit, told(readings[name])) == (None, [REFUSED[name][1]])


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_not_read_does_no_harm(readings: Mapping[str, Reading], toy: Criteria, good: bytes, name: str) -> None:
    """A part or tag that holds no answer is not unpacked, or not kept, whatever is in it."""
    assert (readings[name].audit, readings[name].problems) == (read(good, "return.xlsx", toy).audit, ())


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_file_is_read_or_refused_with_a_reason(readings: Mapping[str, Reading], name: str) -> None:
    """What is long or many is told, a few hundred problems at the most, and each problem is short."""
    reading = readings[name]
    assert reading.audit is not None or reading.problems
    assert len(reading.problems) <= 501
    assert [str(problem) for problem in reading.problems if len(str(problem)) > 500] == []


def test_the_length_of_a_text_that_is_far_too_long_is_told(toy: Criteria, good: bytes) -> None:
    """Megabytes in a cell are told by their cell and length, and the rest is read."""
    text = b'<c r="I9" t="inlineStr"><is><t>' + b"x" * 5_000_000 + b"</t></is></c>"
    reading = read(
        rebuilt(good, with_cell(b'<c r="A9" t="inlineStr"><is><t>toy-2.1-s1</t></is></c>' + text)), "return.xlsx", toy
    )
    assert told(reading) == [
        "return.xlsx, sheet Answers, cell I9: The text has 5,000,000 characters; a workbook cell holds 32,767. "
        "Shorten it, or say where the rest can be found."
    ]
    assert reading.audit == read(good, "return.xlsx", toy).audit


def dated(cell: bytes) -> Callable[[Parts], object]:
    """A change that gives every cell the style of a date, and puts a cell at the end of *Answers*."""

    def change(parts: Parts) -> None:
        styles = b'<cellXfs count="1">' + b'<xf numFmtId="14"/>' * 40 + b"</cellXfs>"
        parts["xl/styles.xml"] = re.sub(rb"<cellXfs.*</cellXfs>", styles, parts["xl/styles.xml"])
        with_cell(cell)(parts)

    return change


@pytest.mark.parametrize("number", [b"20270331000000", b"-1e300", b"4.4E+11"])
def test_a_number_that_is_no_day_in_a_date_cell_does_no_harm(toy: Criteria, good: bytes, number: bytes) -> None:
    """A long number in a cell with the style of a date cannot be shown as a date, and the rest is read."""
    cells = b'<c r="A9" t="inlineStr"><is><t>toy-2.1-k1</t></is></c><c r="I9" s="3"><v>' + number + b"</v></c>"
    reading = read(rebuilt(good, dated(cells)), "return.xlsx", toy)
    assert [problem.where for problem in reading.problems] == ["return.xlsx, sheet Answers, cell A9"]
    assert reading.audit == read(good, "return.xlsx", toy).audit


@pytest.mark.parametrize("cell", [b'<c r="I9" s="3"><v a=">">1e300</v></c>', b"<c r='I9' s='3'><v>1</v></c><c/>"])
def test_a_fault_within_the_reader_is_a_problem_with_the_sheet(toy: Criteria, good: bytes, cell: bytes) -> None:
    """Whatever a reader makes of a sheet, it never ends the process."""
    reading = read(rebuilt(good, dated(cell)), "return.xlsx", toy)
    assert reading.audit is not None or told(reading) == [DAMAGED]


def test_a_zip_of_overlapping_parts_is_refused(toy: Criteria) -> None:
    """Parts that all point to the same bytes are counted as what they would unpack to."""
    bomb = zipped({"a": bytes(2**20)})
    entry_at = bomb.rindex(b"PK\1\2")
    end_at = bomb.rindex(b"PK\5\6")
    listing = b"".join(bomb[entry_at:end_at].replace(b"a", bytes([97 + number % 26]), 1) for number in range(400))
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 400, 400, len(listing), entry_at, 0)
    reading = read(bomb[:entry_at] + listing + end, "return.xlsx", toy)
    assert (reading.audit, len(reading.problems)) == (None, 1)


def test_a_locked_part_is_called_locked(toy: Criteria, good: bytes) -> None:
    """A zip whose parts are encrypted one by one is told as locked with a password."""
    data = bytearray(good)
    data[data.index(b"PK\1\2") + 8] |= 1
    assert told(read(bytes(data), "return.xlsx", toy)) == ["return.xlsx: The file is locked with a password."]


def in_other_case(parts: Parts) -> None:
    """The sheet's part has another letter case than its relationship says; readers find it all the same."""
    parts["xl/worksheets/Sheet3.xml"] = parts.pop(ANSWERS)


def beside_a_harmless_one(parts: Parts) -> None:
    """Two parts have names that differ only in letter case; a reader takes the last."""
    parts["xl/worksheets/SHEET3.xml"] = parts[ANSWERS]
    parts[ANSWERS] = parts[ANSWERS].replace(FAR_ROW, b"</sheetData>")


def in_another_folder(parts: Parts) -> None:
    """The sheet stands outside the folder where sheets usually are."""
    parts["data/answers.xml"] = parts.pop(ANSWERS)
    replace(RELATIONS, b"worksheets/sheet3.xml", b"/data/answers.xml")(parts)


def under_a_commented_relation(parts: Parts) -> None:
    """A comment names another sheet for the same relationship."""
    comment = b'<!--<Relationship Id="rId3" Target="worksheets/sheet7.xml"/>-->'
    replace(RELATIONS, b"</Relationships>", comment + b"</Relationships>")(parts)


def with_prefixed_relations(parts: Parts) -> None:
    """The relationships carry a namespace prefix, as XML allows."""
    relations = parts[RELATIONS].replace(b"<Relationship ", b"<p:Relationship ")
    namespace = b"http://schemas.openxmlformats.org/package/2006/relationships"
    parts[RELATIONS] = relations.replace(b"xmlns=", b'xmlns:p="' + namespace + b'" xmlns=', 1)


def under_a_false_name(parts: Parts) -> None:
    """The value of another attribute looks like the name of a sheet that is not read."""
    replace("xl/workbook.xml", b'name="Answers"', b"""x=' name="Lists"' name="Answers\"""")(parts)


HIDING_PLACES = (
    in_other_case,
    beside_a_harmless_one,
    in_another_folder,
    under_a_commented_relation,
    with_prefixed_relations,
    under_a_false_name,
)


@pytest.mark.parametrize("hide", HIDING_PLACES)
def test_a_far_cell_cannot_hide_from_the_look(toy: Criteria, good: bytes, hide: Callable[[Parts], object]) -> None:
    """What a reader would open has been looked at, however the package spells its name."""

    def change(parts: Parts) -> None:
        replace(ANSWERS, b"</sheetData>", FAR_ROW)(parts)
        hide(parts)

    reading = read(rebuilt(good, change), "return.xlsx", toy)
    assert (reading.audit, len(reading.problems)) == (None, 1)


def test_a_directory_that_states_false_sizes_is_refused(toy: Criteria, good: bytes) -> None:
    """A part that unpacks to more than the zip's directory says is not unpacked further."""
    data = bytearray(rebuilt(good, replace(ANSWERS, b"<sheetData>", b" " * 2**20 + b"<sheetData>")))
    size = data.rindex(b"PK\1\2", 0, data.rindex(ANSWERS.encode())) + 24
    assert struct.unpack_from("<I", data, size)[0] > 2**20
    struct.pack_into("<I", data, size, 2_000)
    reading = read(bytes(data), "return.xlsx", toy)
    assert reading.audit is None
    assert told(reading) in (
        ["return.xlsx: The workbook's directory states false sizes."],
        ["return.xlsx: The file is damaged or incomplete and cannot be unpacked."],
    )


@pytest.mark.parametrize("part", [RELATIONS, ANSWERS, "xl/styles.xml", "[Content_Types].xml"])
def test_a_workbook_without_one_of_its_parts_is_no_bug(toy: Criteria, good: bytes, part: str) -> None:
    """A missing part is at most a problem with the file, and never an exception."""
    reading = read(rebuilt(good, lambda parts: parts.pop(part)), "return.xlsx", toy)
    assert reading.audit is not None or reading.problems


@settings(deadline=None, max_examples=100)
@given(share=st.floats(0, 1))
@example(share=0.5)
@example(share=0.999)
def test_a_truncated_workbook_is_refused(toy: Criteria, good: bytes, share: float) -> None:
    """A file that broke off on its way gives a problem and no audit."""
    reading = read(good[: int(share * (len(good) - 1))], "return.xlsx", toy)
    assert (reading.audit, len(reading.problems)) == (None, 1)


@settings(deadline=None, max_examples=150)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped_bytes_never_raise(toy: Criteria, good: bytes, flips: list[tuple[float, int]]) -> None:
    """A damaged file is read or refused, and never an exception."""
    data = bytearray(good)
    for share, flip in flips:
        data[int(share * (len(data) - 1))] ^= flip
    reading = read(bytes(data), "return.xlsx", toy)
    assert reading.audit is not None or reading.problems


PIECES = [
    b"<",
    b'"',
    b"</c>",
    b"<f>1</f>",
    b't="d"',
    b't="s"',
    b't="e"',
    b"-1",
    b"1e400",
    b"&#x0;",
    b"_x0001_",
    b"\xff",
]


@settings(deadline=None, max_examples=150)
@given(
    part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet2.xml", ANSWERS, "xl/worksheets/sheet6.xml"]),
    share=st.floats(0, 1),
    piece=st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
    instead_of=st.integers(0, 20),
)
def test_spoilt_xml_never_raises(
    toy: Criteria, good: bytes, part: str, share: float, piece: bytes, instead_of: int
) -> None:
    """A whole zip file with nonsense in one of its sheets is read or refused, and never an exception."""

    def change(parts: Parts) -> None:
        at = int(share * len(parts[part]))
        parts[part] = parts[part][:at] + piece + parts[part][at + instead_of :]

    reading = read(rebuilt(good, change), "return.xlsx", toy)
    assert reading.audit is not None or reading.problems


@settings(deadline=None)
@given(start=st.sampled_from([b"", b"PK\3\4", b"\xd0\xcf\x11\xe0", b"%PDF", b"<html"]), rest=st.binary(max_size=400))
def test_random_bytes_are_refused(toy: Criteria, start: bytes, rest: bytes) -> None:
    """Bytes of no kind give one problem and no audit."""
    reading = read(start + rest, "return.xlsx", toy)
    assert (reading.audit, len(reading.problems)) == (None, 1)
