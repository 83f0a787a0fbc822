"""Makes odd returns and hostile files, to test how the product reads them.

An odd return has been changed by hand or saved by another program, and yet every answer can be read. A hostile file is
no return, or is not safe to open. What could do harm must be refused; none of these files is large on disk.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from xml.etree import ElementTree as ET

from audit import english
from audit.archive import archive
from audit.sample import damage
from audit.sample.damage import (
    Damage,
    Damages,
    Parts,
    Sheet,
    Sound,
    column_letter,
    in_answers,
    in_book,
    in_parts,
    in_sheet,
    rebuilt,
    school_label,
    share_texts,
    tag,
)
from audit.workbook import layout

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(478)
"""The header of a compound file, with which .xls files and locked .xlsx files begin."""
_MEGABYTE = 2**20


def _compound(*streams: str) -> bytes:
    """A compound file that ends after its directory, which has an entry of 128 bytes for each stream."""
    entries = ("Root Entry", *streams)
    return _OLE + b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in entries)


def _always(data: bytes) -> Callable[[Sound], bytes]:
    return lambda _: data


def _csv(sound: Sound) -> bytes:
    lines = [f"{id},{response.written or ''},{response.practice}" for id, response in sound.audit.responses.items()]
    return "\r\n".join(["Statement id,Is it written?,Is it done?", *lines]).encode()


def _html(sound: Sound) -> bytes:
    rows = "".join(
        f"<tr><td>{id}</td><td>{response.written}</td></tr>" for id, response in sound.audit.responses.items()
    )
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
        path = damage.paths(parts)[name]
        parts[path] = change(parts[path])

    return changed


def _before_rows(text: bytes, *, times: int = 1) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"<sheetData>", text * times + b"<sheetData>", 1)


def _after_rows(text: bytes, *, times: int = 1) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"</sheetData>", text * times + b"</sheetData>", 1)


def _far(sheet: Sheet) -> None:
    row = damage.package_rows(sheet)[-1]
    row.append(damage.new_cell("XFD1048576", "far"))


def _large(sheet: Sheet) -> None:
    damage.set_text(damage.package_cell(sheet, f"{column_letter('evidence')}2"), "Evidence. " * (3 * _MEGABYTE // 10))


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

_NOTES = ["Notes", "Done with the safeguarding group.", "Send to the authority before the end of term."]
_FORMAT_1 = {"name", "urn", "phase", "local_authority", "year", "completed_on", "scope", "basis", "policy_read",
             "frameworks", "format"}  # fmt: skip


def _rename(titles: dict[str, str]) -> Callable[[Parts], None]:
    def change(book: ET.Element) -> None:
        for sheet in book.iter(tag("sheet")):
            sheet.set("name", titles.get(str(sheet.get("name")), str(sheet.get("name"))))
        for names in book.findall(tag("definedNames")):  # they name sheets by their old titles
            book.remove(names)

    return in_book(change)


def _backwards(book: ET.Element) -> None:
    sheets = next(book.iter(tag("sheets")))
    sheets[:] = sheets[::-1]
    for names in book.findall(tag("definedNames")):  # they name sheets by their place
        book.remove(names)


def _sort(sheet: Sheet) -> None:
    head, *rows = damage.package_rows(sheet)
    statement = layout.ANSWER_FIELDS.index(next(f for f in layout.ANSWER_FIELDS if f.name == "statement"))
    damage.put_rows(sheet, [head, *sorted(rows, key=lambda row: damage.cell_text(row[statement]))])


def _filter(sheet: Sheet) -> None:
    for row in damage.package_rows(sheet)[1::2]:
        row.set("hidden", "1")


def _widen_and_hide(sheet: Sheet) -> None:
    for number, column in enumerate(sheet.iter(tag("col"))):
        column.set("width", "70")
        column.set("hidden", "1" if number in (1, 2, 4) else "0")


def _insert(sheet: Sheet) -> None:
    damage.insert_column(sheet, "Discussed with", column_letter("written"))
    damage.insert_column(sheet, "No.", "A")


def _lines_above(sheet: Sheet) -> None:
    blank = [ET.Element(tag("row")), ET.Element(tag("row"))]
    blank[0].append(damage.new_cell("A1", "Our school, answers for this year"))
    damage.put_rows(sheet, [*blank, *damage.package_rows(sheet)])


def _respell(spell: Callable[[str], str]) -> Callable[[Sheet], None]:
    """A change that spells both answers of every row in another way."""

    def change(sheet: Sheet) -> None:
        for row in damage.package_rows(sheet)[1:]:
            for name in ("written", "practice"):
                cell = damage.package_cell(sheet, f"{column_letter(name)}{row.get('r')}")
                if text := damage.cell_text(cell):
                    damage.set_text(cell, spell(text))

    return change


def _in_words(text: str) -> str:
    """A level without its number, or another word for the same answer."""
    words = {"Partly": "Partially", "Unknown": "Don't know"}
    return words.get(text, text[2:] if text[:1].isdigit() else text)


def _dates_as_text(sound: Sound) -> bytes:
    day = sound.audit.completed_on

    def change(sheet: Sheet) -> None:
        if day is not None:
            damage.set_text(damage.cell_to_the_right(sheet, school_label("completed_on")), f" {english.day(day)}")

    return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))


def _typed_urn(sound: Sound) -> bytes:
    urn = sound.audit.school.urn

    def change(sheet: Sheet) -> None:
        damage.set_text(damage.cell_to_the_right(sheet, school_label("urn")), f"URN: {urn[:3]}\u00a0{urn[3:]}")

    return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))


def _as_format_1(sheet: Sheet) -> None:
    labels = {label.label for label in layout.SCHOOL_LABELS if label.name not in _FORMAT_1}
    damage.set_text(damage.cell_to_the_right(sheet, school_label("format")), "1")
    kept = [row for row in damage.package_rows(sheet) if damage.cell_text(row[0]) not in labels]
    damage.put_rows(sheet, kept)


def _without_properties(parts: Parts) -> None:
    for name in [name for name in parts if name.startswith("docProps/")]:
        del parts[name]
    types = re.sub(rb'<Override [^>]*"/docProps/[^>]*>', b"", parts["[Content_Types].xml"])
    parts["[Content_Types].xml"] = types
    parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*docProps/[^>]*>", b"", parts["_rels/.rels"])


def _a_thousand_rows(sheet: Sheet) -> None:
    rows = damage.package_rows(sheet)
    damage.put_rows(sheet, [*rows, *(ET.Element(tag("row"), {"ht": "15.75"}) for _ in range(1_000 - len(rows)))])


def _by_calc(book: ET.Element) -> None:
    book.insert(0, ET.Element(tag("fileVersion"), {"appName": "Calc"}))


ODD: Damages = {
    "sheets-renamed": Damage(
        what="The sheets have names of the school's own.",
        make=in_parts(_rename({layout.ANSWERS: "Sheet1", layout.SCHOOL: "Our school", layout.ACTIONS: "To do"})),
        verdict="accepted",
        keeps=True,
    ),
    "sheets-reordered": Damage(
        what="The sheets stand in another order.", make=in_parts(in_book(_backwards)), verdict="accepted", keeps=True
    ),
    "sheets-added": Damage(
        what="The school put a sheet of its own first.",
        make=in_parts(damage.add_sheet("Our notes", _NOTES, first=True)),
        verdict="accepted with warnings",
        mentions="Added to the form and not read",
        keeps=True,
    ),
    "rows-sorted": Damage(
        what="The rows of answers are in another order.", make=in_answers(_sort), verdict="accepted", keeps=True
    ),
    "rows-filtered": Damage(
        what="A filter hides half of the rows.", make=in_answers(_filter), verdict="accepted", keeps=True
    ),
    "lines-above": Damage(
        what="The school put lines above the headings.",
        make=in_answers(_lines_above),
        verdict="accepted with warnings",
        mentions="the form has nothing to fill in there",
        keeps=True,
    ),
    "columns-hidden": Damage(
        what="Columns are widened, and some are hidden.",
        make=in_answers(_widen_and_hide),
        verdict="accepted",
        keeps=True,
    ),
    "columns-inserted": Damage(
        what="The school put columns of its own between.", make=in_answers(_insert), verdict="accepted", keeps=True
    ),
    "answers-in-other-case": Damage(
        what="Answers are typed in capital letters.",
        make=in_answers(_respell(str.upper)),
        verdict="accepted",
        keeps=True,
    ),
    "answers-with-spaces": Damage(
        what="Answers have spaces around them.",
        make=in_answers(_respell(lambda text: f" \u00a0{text}  ")),
        verdict="accepted",
        keeps=True,
    ),
    "answers-in-words": Damage(
        what="Answers are typed in other words for the same.",
        make=in_answers(_respell(_in_words)),
        verdict="accepted",
        keeps=True,
    ),
    "dates-as-text": Damage(what="Dates are typed as text.", make=_dates_as_text, verdict="accepted", keeps=True),
    "urn-as-typed": Damage(
        what="The URN is typed with its name and a space in it.", make=_typed_urn, verdict="accepted", keeps=True
    ),
    "saved-by-libreoffice": Damage(
        what="Saved again as LibreOffice saves a workbook.",
        make=in_parts(share_texts, in_book(_by_calc)),
        verdict="accepted",
        keeps=True,
    ),
    "saved-by-google": Damage(
        what="Saved again as Google Sheets saves a workbook: a thousand rows, and no properties.",
        make=in_parts(share_texts, _without_properties, in_sheet(layout.ANSWERS, _a_thousand_rows)),
        verdict="accepted",
        keeps=True,
    ),
    "saved-by-numbers": Damage(
        what="Saved again as Numbers saves a workbook: a summary first, and sheets named for their tables.",
        make=in_parts(
            share_texts,
            damage.add_sheet("Export Summary", ["This document was exported from Numbers."], first=True),
            _rename({name: f"{name} - Table 1" for name in (layout.SCHOOL, layout.ANSWERS, layout.ACTIONS)}),
        ),
        verdict="accepted",
        keeps=True,
    ),
    "older-format": Damage(
        what="A form of the first format, which has fewer lines.",
        make=in_parts(in_sheet(layout.SCHOOL, _as_format_1)),
        verdict="accepted",
        keeps=True,
    ),
}
