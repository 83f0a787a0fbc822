"""Returns that are odd and yet say all that was meant: changed by hand, or saved by another program."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from audit import english
from audit.sample import package
from audit.sample.kinds import Damage, Damages, Sound, in_answers, in_parts, letter, school_label
from audit.sample.package import Parts, Sheet, in_book, in_sheet, rebuilt, share_texts, tag
from audit.workbook import layout

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
    head, *rows = package.rows(sheet)
    statement = layout.ANSWER_FIELDS.index(next(f for f in layout.ANSWER_FIELDS if f.name == "statement"))
    package.put_rows(sheet, [head, *sorted(rows, key=lambda row: package.text_of(row[statement]))])


def _filter(sheet: Sheet) -> None:
    for row in package.rows(sheet)[1::2]:
        row.set("hidden", "1")


def _widen_and_hide(sheet: Sheet) -> None:
    for number, column in enumerate(sheet.iter(tag("col"))):
        column.set("width", "70")
        column.set("hidden", "1" if number in (1, 2, 4) else "0")


def _insert(sheet: Sheet) -> None:
    package.insert_column(sheet, "Discussed with", letter("written"))
    package.insert_column(sheet, "No.", "A")


def _lines_above(sheet: Sheet) -> None:
    blank = [ET.Element(tag("row")), ET.Element(tag("row"))]
    blank[0].append(package.new_cell("A1", "Our school, answers for this year"))
    package.put_rows(sheet, [*blank, *package.rows(sheet)])


def _respell(spell: Callable[[str], str]) -> Callable[[Sheet], None]:
    """Both answers of every row, spelt in another way."""

    def change(sheet: Sheet) -> None:
        for row in package.rows(sheet)[1:]:
            for name in ("written", "practice"):
                cell = package.cell(sheet, f"{letter(name)}{row.get('r')}")
                if text := package.text_of(cell):
                    package.set_text(cell, spell(text))

    return change


def _in_words(text: str) -> str:
    """Words for a level, without its number, and other words for the same answer."""
    words = {"Partly": "Partially", "Unknown": "Don't know"}
    return words.get(text, text[2:] if text[:1].isdigit() else text)


def _dates_as_text(sound: Sound) -> bytes:
    day = sound.audit.completed_on

    def change(sheet: Sheet) -> None:
        if day is not None:
            package.set_text(package.beside(sheet, school_label("completed_on")), f" {english.day(day)}")

    return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))


def _typed_urn(sound: Sound) -> bytes:
    urn = sound.audit.school.urn

    def change(sheet: Sheet) -> None:
        package.set_text(package.beside(sheet, school_label("urn")), f"URN: {urn[:3]}\u00a0{urn[3:]}")

    return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))


def _as_format_1(sheet: Sheet) -> None:
    labels = {label.label for label in layout.SCHOOL_LABELS if label.name not in _FORMAT_1}
    package.set_text(package.beside(sheet, school_label("format")), "1")
    kept = [row for row in package.rows(sheet) if package.text_of(row[0]) not in labels]
    package.put_rows(sheet, kept)


def _without_properties(parts: Parts) -> None:
    for name in [name for name in parts if name.startswith("docProps/")]:
        del parts[name]
    types = re.sub(rb'<Override [^>]*"/docProps/[^>]*>', b"", parts["[Content_Types].xml"])
    parts["[Content_Types].xml"] = types
    parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*docProps/[^>]*>", b"", parts["_rels/.rels"])


def _a_thousand_rows(sheet: Sheet) -> None:
    rows = package.rows(sheet)
    package.put_rows(sheet, [*rows, *(ET.Element(tag("row"), {"ht": "15.75"}) for _ in range(1_000 - len(rows)))])


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
        make=in_parts(package.add_sheet("Our notes", _NOTES, first=True)),
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
            package.add_sheet("Export Summary", ["This document was exported from Numbers."], first=True),
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
