"""Every file is hostile until looked at: what is no workbook, or not a safe one, is refused in one sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.model import Criteria, Response
from audit.workbook import Reading, read, write
from tests.conftest import audit_of

ANSWERS = "xl/worksheets/sheet3.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FAR_ROW = b'<row r="20000"><c r="A20000" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'
TOO_FAR = "return.xlsx, sheet Answers: The sheet reaches beyond row 9,999 or column ZZ, which no return does."
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
    "huge": (b"PK" + bytes(20 * 2**20), "The file has 21 MB; a return has far less than 20 MB."),
    "zip that only begins": (b"PK\3\4", "The file is damaged or incomplete and cannot be unpacked."),
}


@pytest.mark.parametrize(("data", "what"), NO_WORKBOOK.values(), ids=NO_WORKBOOK)
def test_a_file_that_is_no_workbook_is_called_what_it_is(toy: Criteria, data: bytes, what: str) -> None:
    """Whatever its name says, a file of another kind is named for what it is, with what to send in its place."""
    reading = read(data, "return.xlsx", toy)
    assert (reading.audit, told(reading)) == (None, [f"return.xlsx: {what}"])
    assert reading.problems[0].fix


REFUSED: Mapping[str, tuple[Callable[[Parts], object], str]] = {
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
        lambda parts: parts.update({"xl/sharedStrings.xml": b"<!DOCTYPE sst><sst/>"}),
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
    "half a million cells": (with_cell(b"<c/>" * 500_000), TOO_FAR),
}


@pytest.mark.parametrize(("change", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_workbook_that_is_not_safe_to_read_is_refused(
    toy: Criteria, good: bytes, change: Callable[[Parts], object], problem: str
) -> None:
    """Macros, entities, and what would exhaust memory are refused before any reader opens the file."""
    reading = read(rebuilt(good, change), "return.xlsx", toy)
    assert (reading.audit, told(reading)) == (None, [problem])


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
    replace(RELATIONS, b"/xl/worksheets/sheet3.xml", b"/data/answers.xml")(parts)


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
