"""A file that a spreadsheet program would show otherwise than it is read is never accepted silently."""

from __future__ import annotations

import io
import random
import re
import warnings
from collections.abc import Callable, Mapping

import openpyxl
import pytest

from audit.model import Criteria
from audit.problems import errors
from audit.workbook import layout
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.test_hostile_files import ANSWERS, MAIN, OFFICE, RELATIONS, Parts, rebuilt, relate_texts, replace, told
from tests.test_workbook import ANSWERED

pytestmark = pytest.mark.slow
BOOK, TEXTS = "xl/workbook.xml", "xl/sharedStrings.xml"
MUTANTS = 120
NOT_APPLICABLE = "not applicable"
START = "return.xlsx, sheet Answers: "
OTHERWISE = START + "A spreadsheet program could show this sheet otherwise than it is read here: "
BOOK_OTHERWISE = "return.xlsx: A spreadsheet program could show this workbook otherwise than it is read here: "
DAMAGED = START + "The workbook is damaged and cannot be opened."
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


@pytest.fixture(scope="module")
def good(toy: Criteria) -> bytes:
    """A workbook as it should be."""
    return write(audit_of(toy, ANSWERED), toy)


def with_value(cell: bytes) -> Callable[[Parts], object]:
    """A change that puts this in the place of cell F2, in which an answer stands."""

    def change(parts: Parts) -> None:
        parts[ANSWERS], number = re.subn(rb'<c r="F2".*?</c>', lambda _: cell, parts[ANSWERS], count=1)
        assert number == 1

    return change


def after_first_row(rows: bytes) -> Callable[[Parts], object]:
    """A change that puts rows below the headings."""
    return replace(ANSWERS, b'<row r="2"', rows + b'<row r="2"')


def share(texts: bytes, *, space: str = MAIN) -> Callable[[Parts], object]:
    """A change that lets F2 hold the first of these shared texts."""

    def change(parts: Parts) -> None:
        parts[TEXTS] = f'<sst xmlns="{space}">'.encode() + texts + b"</sst>"
        relate_texts(parts)
        with_value(b'<c r="F2" t="s"><v>0</v></c>')(parts)

    return change


def list_again(name: str, relation: str) -> Callable[[Parts], object]:
    """A change that lists one more sheet."""
    entry = f'<sheet xmlns:q="{OFFICE}" name="{name}" sheetId="99" q:id="{relation}"/></sheets>'
    return replace(BOOK, b"</sheets>", entry.encode())


def relate(identity: str, kind: str, target: str) -> Callable[[Parts], object]:
    """A change that adds a relation of the workbook."""
    relation = f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    return replace(RELATIONS, b"</Relationships>", relation.encode())


def together(*changes: Callable[[Parts], object]) -> Callable[[Parts], object]:
    """One change after the other."""
    return lambda parts: [change(parts) for change in changes]


INLINE = b"<is><t>Yes</t></is>"
TWO_VALUES = OTHERWISE + "cell F2 holds two values, or not one of the kind that it states."
OTHER_KIND = OTHERWISE + "cell F2 holds a value that is not of the kind that it states."
TWICE = OTHERWISE + "cell F2 stands twice, or in the wrong order."
ONE_LIST = OTHERWISE + "it has no list of rows, or more than one."
CRAFTED: Mapping[str, tuple[Callable[[Parts], object], str]] = {
    "a value beside a text": (with_value(b'<c r="F2" t="inlineStr"><v>No</v>' + INLINE + b"</c>"), TWO_VALUES),
    "a text beside a value": (with_value(b'<c r="F2" t="str">' + INLINE + b"<v>No</v></c>"), TWO_VALUES),
    "a text where a value is stated": (with_value(b'<c r="F2" t="str">' + INLINE + b"</c>"), TWO_VALUES),
    "two values": (with_value(b'<c r="F2" t="str"><v>Yes</v><v>No</v></c>'), TWO_VALUES),
    "two texts": (
        with_value(b'<c r="F2" t="inlineStr"><is><t>Yes</t><t>No</t></is></c>'),
        OTHERWISE + "cell F2 holds two texts.",
    ),
    "a word for a number": (with_value(b'<c r="F2"><v>Yes</v></c>'), OTHER_KIND),
    "no number of a shared text": (with_value(b'<c r="F2" t="s"><v>Yes</v></c>'), OTHER_KIND),
    "character data in a value": (
        with_value(b'<c r="F2" t="str"><v><![CDATA[Yes]]></v></c>'),
        OTHERWISE + "a value is written as character data.",
    ),
    "a comment in a number": (
        with_value(b'<c r="F2"><v>1<!-- -->0</v></c>'),
        OTHERWISE + "a value is interrupted by a comment or an instruction.",
    ),
    "an instruction in a value": (
        with_value(b'<c r="F2" t="str"><v>Yes<?x y?>/No</v></c>'),
        OTHERWISE + "a value is interrupted by a comment or an instruction.",
    ),
    "an error that is a word": (with_value(b'<c r="F2" t="e"><v>Yes</v></c>'), OTHER_KIND),
    "a kind that does not exist": (with_value(b'<c r="F2" t="text"><v>Yes</v></c>'), DAMAGED),
    "a cell twice": (with_value((b'<c r="F2" t="inlineStr">' + INLINE + b"</c>") * 2), TWICE),
    "a cell again, empty": (with_value(b'<c r="F2" t="inlineStr">' + INLINE + b'</c><c r="F2" s="1"/>'), TWICE),
    "cells in the wrong order": (
        with_value(b'<c r="G2" t="n"><v>1</v></c><c r="F2" t="inlineStr">' + INLINE + b"</c>"),
        TWICE,
    ),
    "a cell of another row": (
        with_value(b'<c r="F3" t="inlineStr">' + INLINE + b"</c>"),
        OTHERWISE + "cell F3 stands in row 2.",
    ),
    "a row twice": (
        after_first_row(b'<row r="2"><c r="F2" t="inlineStr">' + INLINE + b"</c></row>"),
        OTHERWISE + "cell A2 stands twice, or in the wrong order.",
    ),
    "a row in the wrong place": (
        after_first_row(b'<row r="9"><c r="F9" t="inlineStr">' + INLINE + b"</c></row>"),
        OTHERWISE + "cell A2 stands twice, or in the wrong order.",
    ),
    "a cell of another namespace": (
        with_value(b'<x:c xmlns:x="x" r="F2" t="inlineStr">' + INLINE + b"</x:c>"),
        OTHERWISE + "the tag c stands where programs expect none.",
    ),
    "alternatives for a cell": (
        with_value(
            f'<m:AlternateContent xmlns:m="{COMPATIBLE}"><m:Choice Requires="x14"><c r="F2"><v>1</v></c>'
            "</m:Choice></m:AlternateContent>".encode()
        ),
        OTHERWISE + "the tag AlternateContent stands where programs expect none.",
    ),
    "a cell in a cell": (
        with_value(b'<c r="F2" t="inlineStr"><c r="G2"/>' + INLINE + b"</c>"),
        OTHERWISE + "the tag c stands where programs expect none.",
    ),
    "two lists of rows": (replace(ANSWERS, b"</sheetData>", b"</sheetData><sheetData/>"), ONE_LIST),
    "a list of rows within something": (
        together(
            replace(ANSWERS, b"<sheetData>", b"<custom><sheetData>"),
            replace(ANSWERS, b"</sheetData>", b"</sheetData></custom>"),
        ),
        OTHERWISE + "its list of rows stands within something else.",
    ),
    "a sheet of no namespace": (
        replace(ANSWERS, MAIN.encode(), b"x"),
        OTHERWISE + "it is not marked as a sheet.",
    ),
    "an end tag that is missing": (replace(ANSWERS, b"</row>", b""), DAMAGED),
    "another end tag": (replace(ANSWERS, b"</is></c>", b"</si></c>"), DAMAGED),
    "a character that XML cannot hold": (replace(ANSWERS, b"<t>", b"<t>\x01"), DAMAGED),
    "a number of such a character": (replace(ANSWERS, b"<t>", b"<t>&#1;"), DAMAGED),
    "bytes that are no UTF-8": (replace(ANSWERS, b"<t>", b"<t>\xe9"), DAMAGED),
    "another encoding": (
        lambda parts: parts.update({ANSWERS: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + parts[ANSWERS]}),
        DAMAGED,
    ),
    "an attribute twice": (replace(ANSWERS, b'<row r="2"', b'<row r="2" ht="9" ht="9"'), DAMAGED),
    "the end of a section in a text": (replace(ANSWERS, b"<t>", b"<t>]]>"), DAMAGED),
    "text after the end": (replace(ANSWERS, b"</worksheet>", b"</worksheet>more"), DAMAGED),
    "a shared text that is two": (
        share(b"<si><t>Yes</t><t>No</t></si>"),
        BOOK_OTHERWISE + "one of the shared texts is two.",
    ),
    "shared texts of another namespace": (
        share(b"<si><t>Yes</t></si>", space="x"),
        BOOK_OTHERWISE + "the shared texts are not marked as such.",
    ),
    "shared texts that do not end": (
        share(b"<si><t>Yes</si>"),
        "return.xlsx: The file is damaged or incomplete and cannot be unpacked.",
    ),
    "a text beyond the shared ones": (
        together(share(b"<si><t>Yes</t></si>"), with_value(b'<c r="F2" t="s"><v>1</v></c>')),
        DAMAGED,
    ),
    "two relations of one id": (
        relate("rId3", "worksheet", "worksheets/sheet2.xml"),
        BOOK_OTHERWISE + "two of its relations have the same id.",
    ),
    "two parts of shared texts": (
        together(relate("a", "sharedStrings", "a.xml"), relate("b", "sharedStrings", "b.xml")),
        BOOK_OTHERWISE + "it has two parts of the kind sharedStrings.",
    ),
    "two sheets of one name": (
        list_again("ANSWERS", "rId2"),
        BOOK_OTHERWISE + 'two of its sheets have the name "ANSWERS".',
    ),
    "a sheet that is not there": (
        list_again("More", "rId99"),
        BOOK_OTHERWISE + 'the sheet "More" is listed and not there.',
    ),
    "two lists of sheets": (
        replace(BOOK, b"</sheets>", b"</sheets><sheets/>"),
        BOOK_OTHERWISE + "it has no list of sheets, or more than one.",
    ),
}


@pytest.mark.parametrize(("change", "problem"), CRAFTED.values(), ids=CRAFTED)
def test_what_programs_could_show_differently_is_refused(
    toy: Criteria, good: bytes, change: Callable[[Parts], object], problem: str
) -> None:
    """Where one program would mend a file in one way and the next in another, nothing is read, and it is said why."""
    reading = read(rebuilt(good, change), "return.xlsx", toy)
    assert (reading.audit, told(reading)) == (None, [problem])


@pytest.mark.parametrize("kind", [b'array" ref="E2:F3', b'dataTable" dt2D="1" r1="A1" r2="A2" ref="F2:G3'])
def test_every_cell_that_a_formula_fills_is_told(toy: Criteria, good: bytes, kind: bytes) -> None:
    """An answer that an array formula or a data table of another cell fills in was typed by nobody."""
    cell = b'<c r="E2" t="str"><f t="' + kind + b'">Z9</f><v>any</v></c>'

    def change(parts: Parts) -> None:
        parts[ANSWERS] = re.sub(rb'<c r="E2".*?</c>', lambda _: cell, parts[ANSWERS], count=1)

    reading = read(rebuilt(good, change), "return.xlsx", toy)
    named = [problem.where.rpartition(" ")[2] for problem in errors(reading.problems)]
    assert reading.untyped
    assert {"F2", "F3"} <= set(named)


SPELT: Mapping[str, Callable[[Parts], object]] = {
    "as Excel spells rows": lambda parts: parts.update(
        {
            ANSWERS: parts[ANSWERS]
            .replace(b"<worksheet ", b'<worksheet xmlns:x14ac="x" ', 1)
            .replace(b'<row r="2"', b'<row r="2" spans="1:9" x14ac:dyDescent="0.25"', 1)
        }
    ),
    "a comment in a text": with_value(b'<c r="F2" t="inlineStr"><is><t>Ye<!-- -->s</t></is></c>'),
    "a text in runs": with_value(
        b'<c r="F2" t="inlineStr"><is><r><t>Ye</t></r><r><rPr><b/></rPr><t>s</t></r></is></c>'
    ),
    "shared texts with a private list": share(
        b'<si><t>Yes</t><phoneticPr fontId="1"/></si><extLst><ext uri="u"><a xmlns="a"/></ext></extLst>'
    ),
    "columns that are left out": lambda parts: parts.update(
        {ANSWERS: re.sub(rb'<c r="[BD][0-9]+".*?</c>', b"", parts[ANSWERS])}
    ),
    "alternatives beside the cells": replace(
        ANSWERS,
        b"</sheetData>",
        f'</sheetData><m:AlternateContent xmlns:m="{COMPATIBLE}"><m:Choice Requires="x14"/></m:AlternateContent>'.encode(),
    ),
}


@pytest.mark.parametrize("change", SPELT.values(), ids=SPELT)
def test_what_every_program_shows_alike_is_read(toy: Criteria, good: bytes, change: Callable[[Parts], object]) -> None:
    """However a program spells a sheet: where all show the same answers, they are taken."""
    expected = read(good, "return.xlsx", toy)
    assert read(rebuilt(good, change), "return.xlsx", toy).audit == expected.audit


@pytest.mark.parametrize("seed", range(4))
def test_no_mutant_is_read_otherwise_than_another_reader_shows_it(toy: Criteria, good: bytes, seed: int) -> None:
    """A workbook spoilt at random is refused with a reason, or read as openpyxl shows it."""
    chance = random.Random(seed)
    accepted = 0
    for _ in range(MUTANTS):
        mutant = rebuilt(good, lambda parts: parts.update({ANSWERS: spoilt(parts[ANSWERS], chance)}))
        reading = read(mutant, "return.xlsx", toy)
        if reading.audit is None or errors(reading.problems):
            assert reading.problems
            continue
        shown = answers_shown(mutant)
        accepted += shown is not None
        assert shown in (None, answers_read(reading))
    assert accepted > 0


def spoilt(sheet: bytes, chance: random.Random) -> bytes:
    """A sheet with a byte altered, a piece of a tag put in, or a tag, cell or row lost, doubled or moved."""
    tags = [match.span() for match in re.finditer(rb"<[^<>]+>|<c .*?</c>|<row .*?</row>", sheet)]
    tags += [match.span() for match in re.finditer(rb"<c .*?</c>|<row .*?</row>", sheet)]
    begin, end = chance.choice(tags)
    at = chance.randrange(len(sheet))
    piece = chance.choice([b"<c ", b"</c>", b"<v>", b"<row>", b"<!--", b"]]>", b't="s"', b"&#0;", b'"', b">", b"<is>"])
    return chance.choice(
        [
            sheet[:at] + bytes([chance.randrange(256)]) + sheet[at + 1 :],
            sheet[:at] + piece + sheet[at:],
            sheet[:begin] + sheet[end:],
            sheet[:end] + sheet[begin:end] + sheet[end:],
            sheet[:begin] + sheet[end:at] + sheet[begin:end] + sheet[at:] if at > end else sheet[:begin] + sheet[end:],
        ]
    )


def answers_read(reading: Reading) -> dict[str, tuple[str, str]]:
    """What was read as written and done, by statement."""
    assert reading.audit is not None
    return {
        statement: (given.written or "", "" if given.practice is None else str(given.practice))
        for statement, given in reading.audit.responses.items()
        if given.written or given.practice is not None
    }


def answers_shown(workbook: bytes) -> dict[str, tuple[str, str]] | None:
    """What openpyxl shows in the columns of both answers, by statement; None if it cannot open the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sheet = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)[layout.ANSWERS]
        except (TypeError, ValueError):  # of a margin or an option that is none, which we never read
            return None
    rows = [["" if value is None else str(value).strip() for value in row] for row in sheet.iter_rows(values_only=True)]
    columns = [place for place, f in enumerate(layout.ANSWER_FIELDS) if f.name in ("id", "written", "practice")]
    shown = ((row[columns[0]], (row[columns[1]].casefold(), row[columns[2]][:1])) for row in rows[1:])
    return {statement: given for statement, given in shown if statement and any(given) and given[0] != NOT_APPLICABLE}
