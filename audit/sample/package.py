"""A workbook taken apart and put together again, with its sheets changed as people and programs change them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import TypeAlias
from xml.etree import ElementTree as ET

from audit.archive import archive

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
    """The name of an element of a sheet."""
    return f"{{{_MAIN}}}{name}"


def rebuilt(data: bytes, *changes: Callable[[Parts], None]) -> bytes:
    """A workbook after changes of its parts, one after the other."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for change in changes:
        change(parts)
    return archive(parts.items())


def paths(parts: Parts) -> dict[str, str]:
    """The part of each sheet by its name, in the order of the sheets."""
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", str(relation.get("Target")))).lstrip("/")
        for relation in ET.fromstring(parts[RELATIONS])
    }
    sheets = ET.fromstring(parts[BOOK]).iter(tag("sheet"))
    return {str(sheet.get("name")): targets[sheet.get(_RELATION)] for sheet in sheets}


def in_sheet(name: str, change: Callable[[Sheet], None]) -> Callable[[Parts], None]:
    """The change of one sheet as a change of the parts."""

    def changed(parts: Parts) -> None:
        path = paths(parts)[name]
        sheet = ET.fromstring(parts[path])
        change(sheet)
        parts[path] = ET.tostring(sheet)

    return changed


def in_book(change: Callable[[ET.Element], None]) -> Callable[[Parts], None]:
    """A change of the list of sheets as a change of the parts."""

    def changed(parts: Parts) -> None:
        book = ET.fromstring(parts[BOOK])
        change(book)
        parts[BOOK] = ET.tostring(book)

    return changed


def rows(sheet: Sheet) -> list[ET.Element]:
    """The rows of a sheet that hold anything, from the top."""
    return list(_data(sheet))


def put_rows(sheet: Sheet, changed: list[ET.Element]) -> None:
    """These rows in place of a sheet's own, numbered from 1 without a space between."""
    data = _data(sheet)
    data[:] = changed
    for number, row in enumerate(changed, 1):
        row.set("r", str(number))
        for cell in row:
            cell.set("r", f"{_letters(cell)}{number}")


def insert_column(sheet: Sheet, heading: str, before: str) -> None:
    """A new column, its heading in the first row, in front of the column with such a letter."""
    for row in rows(sheet):
        for cell in row:
            if _letters(cell) >= before:  # single letters only, as in all that is read of a return
                cell.set("r", f"{chr(ord(_letters(cell)) + 1)}{row.get('r')}")
    first = rows(sheet)[0]
    first.insert(ord(before) - ord("A"), new_cell(f"{before}{first.get('r')}", heading))


def new_cell(address: str, text: str) -> ET.Element:
    """A cell that holds a text."""
    cell = ET.Element(tag("c"), {"r": address})
    set_text(cell, text)
    return cell


def cell(sheet: Sheet, address: str) -> ET.Element:
    """A cell that the workbook has, filled or not."""
    return next(cell for row in rows(sheet) for cell in row if cell.get("r") == address)


def text_of(cell: ET.Element) -> str:
    """The text of a cell; empty if it holds none."""
    return "".join(cell.itertext())


def set_text(cell: ET.Element, text: str) -> None:
    """A text in place of what a cell holds."""
    cell[:] = []
    cell.set("t", "inlineStr")
    inner = ET.SubElement(ET.SubElement(cell, tag("is")), tag("t"), {_SPACE: "preserve"})
    inner.text = text


def set_formula(cell: ET.Element, formula: str, shown: str) -> None:
    """A formula in place of what a cell holds, with the text that it last showed."""
    cell[:] = []
    cell.set("t", "str")
    ET.SubElement(cell, tag("f")).text = formula
    ET.SubElement(cell, tag("v")).text = shown


def beside(sheet: Sheet, label: str) -> ET.Element:
    """The cell to the right of a label."""
    for row in rows(sheet):
        if len(row) > 1 and text_of(row[0]) == label:
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
    """Tells the workbook of a part in ``xl/`` that has been added to it."""
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
            text = text_of(cell)
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
