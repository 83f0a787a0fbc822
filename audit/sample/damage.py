"""Defines the kinds of damage to a return, and makes returns with faults that their school can mend.

Such a return names a wrong school or year, or has cells without a usable answer. To make one, a workbook is taken apart,
its sheets are changed as people and programs change them, and it is put together again.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from audit.archive import archive
from audit.workbook import layout
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.authority.returns import Verdict
    from audit.model import Audit, Criteria

Parts: TypeAlias = dict[str, bytes]
Sheet: TypeAlias = ET.Element
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BOOK, RELATIONS, STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ET.register_namespace("", _MAIN)
ET.register_namespace("r", _RELATION[1:-3])


def tag(name: str) -> str:
    """The full name of an XML element of a sheet."""
    return f"{{{_MAIN}}}{name}"


def rebuilt(data: bytes, *changes: Callable[[Parts], None]) -> bytes:
    """A workbook after changes to its parts, made one after the other."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for change in changes:
        change(parts)
    return archive(parts.items())


def paths(parts: Parts) -> dict[str, str]:
    """The path of the part of each sheet, by the name of the sheet, in the order of the sheets."""
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", str(relation.get("Target")))).lstrip("/")
        for relation in ET.fromstring(parts[RELATIONS])
    }
    sheets = ET.fromstring(parts[BOOK]).iter(tag("sheet"))
    return {str(sheet.get("name")): targets[sheet.get(_RELATION)] for sheet in sheets}


def in_sheet(name: str, change: Callable[[Sheet], None]) -> Callable[[Parts], None]:
    """Turns a change of one sheet into a change of the parts."""

    def changed(parts: Parts) -> None:
        path = paths(parts)[name]
        sheet = ET.fromstring(parts[path])
        change(sheet)
        parts[path] = ET.tostring(sheet)

    return changed


def in_book(change: Callable[[ET.Element], None]) -> Callable[[Parts], None]:
    """Turns a change of the list of sheets into a change of the parts."""

    def changed(parts: Parts) -> None:
        book = ET.fromstring(parts[BOOK])
        change(book)
        parts[BOOK] = ET.tostring(book)

    return changed


def package_rows(sheet: Sheet) -> list[ET.Element]:
    """The rows of a sheet that hold anything, from the top down."""
    return list(_data(sheet))


def put_rows(sheet: Sheet, changed: list[ET.Element]) -> None:
    """Replaces the rows of a sheet; the new ones are numbered from 1 without gaps."""
    data = _data(sheet)
    data[:] = changed
    for number, row in enumerate(changed, 1):
        row.set("r", str(number))
        for cell in row:
            cell.set("r", f"{_letters(cell)}{number}")


def insert_column(sheet: Sheet, heading: str, before: str) -> None:
    """Inserts a column, with its heading in the first row, before the column with this letter."""
    for row in package_rows(sheet):
        for cell in row:
            if _letters(cell) >= before:  # single letters only: a return has no more columns that are read
                cell.set("r", f"{chr(ord(_letters(cell)) + 1)}{row.get('r')}")
    first = package_rows(sheet)[0]
    first.insert(ord(before) - ord("A"), new_cell(f"{before}{first.get('r')}", heading))


def new_cell(address: str, text: str) -> ET.Element:
    """A cell that holds a text."""
    cell = ET.Element(tag("c"), {"r": address})
    set_text(cell, text)
    return cell


def package_cell(sheet: Sheet, address: str) -> ET.Element:
    """An existing cell of the sheet, filled or not."""
    return next(cell for row in package_rows(sheet) for cell in row if cell.get("r") == address)


def cell_text(cell: ET.Element) -> str:
    """The text of a cell; empty if it holds none."""
    return "".join(cell.itertext())


def set_text(cell: ET.Element, text: str) -> None:
    """Replaces what a cell holds with a text."""
    cell[:] = []
    cell.set("t", "inlineStr")
    inner = ET.SubElement(ET.SubElement(cell, tag("is")), tag("t"), {_SPACE: "preserve"})
    inner.text = text


def set_formula(cell: ET.Element, formula: str, shown: str) -> None:
    """Replaces what a cell holds with a formula, and with the text that it last showed."""
    cell[:] = []
    cell.set("t", "str")
    ET.SubElement(cell, tag("f")).text = formula
    ET.SubElement(cell, tag("v")).text = shown


def cell_to_the_right(sheet: Sheet, label: str) -> ET.Element:
    """The cell to the right of a label."""
    for row in package_rows(sheet):
        if len(row) > 1 and cell_text(row[0]) == label:
            return row[1]
    raise KeyError(label)


def add_sheet(name: str, lines: list[str], *, first: bool = False) -> Callable[[Parts], None]:
    """A change that adds a sheet with a column of texts, at the end or as the first."""

    def changed(parts: Parts) -> None:
        number = len(paths(parts)) + 1
        sheet = ET.Element(tag("worksheet"))
        data = ET.SubElement(sheet, tag("sheetData"))
        for at, line in enumerate(lines, 1):
            ET.SubElement(data, tag("row"), {"r": str(at)}).append(new_cell(f"A{at}", line))
        parts[f"xl/worksheets/sheet{number}.xml"] = ET.tostring(sheet)
        add_part(parts, f"worksheets/sheet{number}.xml", "worksheet", "rIdNew")
        book = ET.fromstring(parts[BOOK])
        sheets = next(book.iter(tag("sheets")))
        entry = ET.Element(tag("sheet"), {"name": name, "sheetId": str(number), _RELATION: "rIdNew"})
        sheets.insert(0 if first else number, entry)
        parts[BOOK] = ET.tostring(book)

    return changed


def add_part(parts: Parts, target: str, kind: str, identity: str) -> None:
    """Enters a part that was added to ``xl/`` in the lists of the workbook."""
    types = f'<Override PartName="/xl/{target}" ContentType="{_OFFICE}.{kind}+xml"/></Types>'
    relation = f'<Relationship Id="{identity}" Type="{_RELATION[1:-3]}/{kind}" Target="{target}"/></Relationships>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types.encode())
    parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", relation.encode())


def share_texts(parts: Parts) -> None:
    """Puts every text into the table of shared texts, as spreadsheet programs save them."""
    table: dict[str, int] = {}
    for path in paths(parts).values():
        sheet = ET.fromstring(parts[path])
        for cell in _texts(sheet):
            text = cell_text(cell)
            cell[:] = []
            cell.set("t", "s")
            ET.SubElement(cell, tag("v")).text = str(table.setdefault(text, len(table)))
        parts[path] = ET.tostring(sheet)
    shared = ET.Element(tag("sst"), {"uniqueCount": str(len(table))})
    for text in table:
        ET.SubElement(ET.SubElement(shared, tag("si")), tag("t"), {_SPACE: "preserve"}).text = text
    parts[STRINGS] = ET.tostring(shared)
    add_part(parts, "sharedStrings.xml", "sharedStrings", "rIdTexts")


def _texts(sheet: Sheet) -> Iterator[ET.Element]:
    return (cell for cell in sheet.iter(tag("c")) if cell.get("t") == "inlineStr")


def _data(sheet: Sheet) -> ET.Element:
    return next(sheet.iter(tag("sheetData")))


def _letters(cell: ET.Element) -> str:
    return re.sub(r"[0-9]", "", str(cell.get("r")))


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The return to damage, and what else a kind of damage may need.

    Attributes:
        audit: what the school meant to send.
        other: the audit of another school.
        dfe_number: the school's number in the register: authority and establishment, seven digits.
    """

    audit: Audit
    other: Audit
    dfe_number: str
    criteria: Criteria

    @cached_property
    def data(self) -> bytes:
        """The workbook as it should have come."""
        return write(self.audit, self.criteria)


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One kind of damage.

    Attributes:
        what: what it is, in a few words.
        make: makes the bytes of the file.
        verdict: the verdict that it must get when it is read alone, without a register or other returns.
        mentions: a word that the problems of such a file must contain; empty if it has none.
        keeps: whether every answer can still be read.
    """

    what: str
    make: Callable[[Sound], bytes]
    verdict: Verdict
    mentions: str = ""
    keeps: bool = False


Damages: TypeAlias = Mapping[str, Damage]


def column_letter(name: str) -> str:
    """The column of *Answers* that holds a field."""
    return "ABCDEFGHIJK"[[field.name for field in layout.ANSWER_FIELDS].index(name)]


def school_label(name: str) -> str:
    """The label of a field on the *School* sheet."""
    return next(label.label for label in layout.SCHOOL_LABELS if label.name == name)


def in_parts(*changes: Callable[[Parts], None]) -> Callable[[Sound], bytes]:
    """Damage that changes parts of the sound workbook."""
    return lambda sound: rebuilt(sound.data, *changes)


def in_answers(change: Callable[[Sheet], None]) -> Callable[[Sound], bytes]:
    """Damage that changes the sheet *Answers*."""
    return in_parts(in_sheet(layout.ANSWERS, change))


def _typed(cells: Mapping[str, str]) -> Callable[[Sheet], None]:
    """A change that types texts into cells of *Answers*, by address."""

    def change(sheet: Sheet) -> None:
        for address, text in cells.items():
            set_text(package_cell(sheet, address), text)

    return change


def _in_school_sheet(name: str, text: Callable[[Sound], str]) -> Callable[[Sound], bytes]:
    """Damage that puts a text into a field of the *School* sheet."""

    def make(sound: Sound) -> bytes:
        def change(sheet: Sheet) -> None:
            set_text(cell_to_the_right(sheet, school_label(name)), text(sound))

        return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))

    return make


def _delete(sheet: Sheet) -> None:
    put_rows(sheet, [row for number, row in enumerate(package_rows(sheet)) if number % 5 != 4])


def _repeat(sheet: Sheet) -> None:
    rows = package_rows(sheet)
    put_rows(sheet, [*rows, ET.fromstring(ET.tostring(rows[1]))])


def _contradict(sheet: Sheet) -> None:
    _repeat(sheet)
    last = package_rows(sheet)[-1].get("r")
    for name, text in (("written", "No"), ("practice", "Unknown"), ("not_applicable", "")):
        set_text(package_cell(sheet, f"{column_letter(name)}{last}"), text)


def _compute(formula: str) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        for number in (2, 3):
            cell = package_cell(sheet, f"{column_letter('written')}{number}")
            set_formula(cell, formula, cell_text(cell))

    return change


def _link(parts: Parts) -> None:
    """Adds a link to another workbook, as a formula makes one."""
    main, relation = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{main}"><externalBook xmlns:r="{relation}" r:id="rId1"/></externalLink>'.encode()
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/externalLinkPath" Target="file:///C:/answers.xlsx" '
        'TargetMode="External"/></Relationships>'
    ).encode()
    add_part(parts, "externalLinks/externalLink1.xml", "externalLink", "rIdLink")


def _a_year_before(sound: Sound) -> bytes:
    first = int(sound.audit.year[:4]) - 1
    return write(replace(sound.audit, year=f"{first}/{(first + 1) % 100:02d}"), sound.criteria)


def _blank(sound: Sound) -> bytes:
    school = replace(sound.audit.school, urn="", name="")
    return write(replace(sound.audit, school=school, completed_on=None, responses={}, actions=()), sound.criteria)


def _unanswered(sound: Sound) -> bytes:
    return write(replace(sound.audit, completed_on=None, responses={}, actions=()), sound.criteria)


def _file_of_another_school(sound: Sound) -> bytes:
    school, other = sound.audit.school, sound.other.school
    return write(replace(sound.other, school=replace(other, urn=school.urn, name=school.name)), sound.criteria)


_CELL_FAULTS: Damages = {
    "rows-deleted": Damage(
        what="Every fifth row of answers is gone.", make=in_answers(_delete), verdict="accepted with warnings", mentions="no row"
    ),
    "rows-repeated": Damage(
        what="A row stands twice with the same answers.",
        make=in_answers(_repeat),
        verdict="accepted with warnings",
        mentions="too, with the same answers",
        keeps=True,
    ),
    "rows-contradicting": Damage(
        what="A row stands twice with different answers.",
        make=in_answers(_contradict),
        verdict="accepted with warnings",
        mentions="neither was used",
    ),
    "no-answer-words": Damage(
        what="Cells hold words that are no answers.",
        make=in_answers(_typed({f"{column_letter('written')}3": "Yess", f"{column_letter('practice')}5": "sort of"})),
        verdict="accepted with warnings",
        mentions='"Yess"',
    ),
    "no-reason": Damage(
        what="A statement is not applicable, without a reason.",
        make=in_answers(
            _typed({f"{column_letter(n)}4": t for n, t in (("written", "N/A"), ("practice", ""), ("not_applicable", ""))})
        ),
        verdict="accepted with warnings",
        mentions="no reason",
    ),
    "unknown-statement": Damage(
        what="A statement id was typed over.",
        make=in_answers(_typed({f"{column_letter('id')}6": "our own question"})),
        verdict="accepted with warnings",
        mentions="our own question",
    ),
    "no-headings": Damage(
        what="The headings of the answers were typed over.",
        make=in_answers(_typed({"A1": "No.", f"{column_letter('written')}1": "Policy?", f"{column_letter('practice')}1": "How well?"})),
        verdict="refused",
        mentions="columns",
    ),
    "formulas": Damage(
        what="Answers are formulas.",
        make=in_answers(_compute(f"{column_letter('written')}4")),
        verdict="accepted with warnings",
        mentions="formula",
    ),
    "external-links": Damage(
        what="Answers are links to another workbook.",
        make=in_parts(_link, in_sheet(layout.ANSWERS, _compute("[1]Sheet1!A1"))),
        verdict="accepted with warnings",
        mentions="another file",
    ),
    "markup": Damage(
        what="Texts look like formulas, HTML and Markdown.",
        make=in_answers(
            _typed(
                {
                    f"{column_letter('evidence')}2": "<script>alert(1)</script>",
                    f"{column_letter('evidence')}3": "=HYPERLINK(\"http://example.invalid\")",
                    f"{column_letter('comment')}2": "[press here](javascript:alert(1)) **now**",
                }
            )
        ),
        verdict="accepted",
    ),
}  # fmt: skip

_SCHOOL_FAULTS: Damages = {
    "urn-mistyped": Damage(
        what="The URN has letters in it.",
        make=_in_school_sheet("urn", lambda sound: sound.audit.school.urn.replace("0", "O")),
        verdict="refused",
        mentions="is not a URN",
    ),
    "urn-of-nobody": Damage(
        what="The URN has a digit too many, so it is none.",
        make=_in_school_sheet("urn", lambda sound: f"{sound.audit.school.urn}1"),
        verdict="refused",
        mentions="URN",
    ),
    "urn-not-expected": Damage(
        what="The URN is that of a school in no register.",
        make=_in_school_sheet("urn", lambda sound: str(999_999 - int(sound.audit.school.urn) % 1_000)),
        verdict="accepted",
        keeps=True,
    ),
    "dfe-number": Damage(
        what="The DfE number stands where the URN belongs.",
        make=_in_school_sheet("urn", lambda sound: f"{sound.dfe_number[:3]}/{sound.dfe_number[3:]}"),
        verdict="refused",
        mentions="DfE number",
    ),
    "no-name": Damage(
        what="The school's name is missing.", make=_in_school_sheet("name", lambda _: " "), verdict="accepted with warnings", mentions="name", keeps=True
    ),
    "no-phase": Damage(
        what="The phase is missing.", make=_in_school_sheet("phase", lambda _: ""), verdict="accepted with warnings", mentions="phase", keeps=True
    ),
    "no-date": Damage(
        what="The day of completion is no day.",
        make=_in_school_sheet("completed_on", lambda _: "end of term"),
        verdict="accepted with warnings",
        mentions="end of term", keeps=True,
    ),
    "newer-format": Damage(
        what="The form has a format that is not known yet.",
        make=_in_school_sheet("format", lambda _: "99"),
        verdict="accepted with warnings",
        mentions="format", keeps=True,
    ),
    "other-edition": Damage(
        what="It answers another edition of the framework.",
        make=_in_school_sheet("frameworks", lambda sound: f"{sound.audit.frameworks[0].id} (edition 1999)"),
        verdict="refused",
        mentions="edition 1999",
    ),
    "last-year": Damage(
        what="It is the file of the year before.", make=_a_year_before, verdict="accepted", keeps=True
    ),
    "blank": Damage(what="It is a blank form.", make=_blank, verdict="refused", mentions="URN"),
    "unanswered": Damage(what="Only the school's own lines are filled in.", make=_unanswered, verdict="accepted"),
    "copied": Damage(what="It is another school's file with a new name and URN.", make=_file_of_another_school, verdict="accepted"),
}  # fmt: skip

FAULTY: Damages = {**_CELL_FAULTS, **_SCHOOL_FAULTS}
