"""The workbook in which people write criteria: its sheets and columns, how it is written, and how it is read as rows.

The sheets and headings are the one contract of writer and reader. What the rows mean, and every rule for them, is in
`audit.criteria.authoring`; here a row is only texts, each with its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation

from audit.criteria.authoring import (
    HOW_SURE_WORDS,
    PHASE_SHEET,
    PROTECTS_WORDS,
    STANDING_WORDS,
    WHAT_CHANGED,
    YES_NO,
    TypedBook,
    TypedRow,
    rows_of,
)
from audit.english import agree, first_and_so_on, plural
from audit.problems import Problem, UnusableFile
from audit.workbook import cells, layout, safety
from audit.workbook.layout import Field
from audit.workbook.sheets import Sheet, SheetTable, find_sheet, find_tables, read_sheets, text_fault

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from audit.model import Framework

READ_ME, FRAMEWORK, STATEMENTS, DOCUMENTS = "Read me", "Framework", "Statements", "Documents"
FRAMEWORK_SHEET = (
    Field(name="label", heading="About these criteria", width=34),
    Field(name="value", heading="What it says", width=80, kind="answer"),
)
_ID_IF_NEW = "A permanent name. Leave it empty in a new row: it is given."
SHEETS: Mapping[str, tuple[Field, ...]] = {
    FRAMEWORK: FRAMEWORK_SHEET,
    PHASE_SHEET: (
        Field(name="id", heading="Phase", width=16, kind="answer", prompt="One of the seven phases of the program."),
        Field(name="title", heading="What the phase is called", width=50, kind="answer"),
    ),
    "Roles": (
        Field(name="id", heading="Role id", width=26, kind="answer", prompt=_ID_IF_NEW),
        Field(name="title", heading="What the role is called", width=50, kind="answer"),
    ),
    "Levels": (
        Field(name="level", heading="Level", width=8, kind="answer", prompt="0 to 4, each once."),
        Field(name="label", heading="What the level is called", width=26, kind="answer"),
        Field(name="means", heading="What the level means", width=80, kind="answer"),
    ),
    "Bands": (
        Field(
            name="from_percent", heading="From percent", width=14, kind="answer", prompt="0 to 100. One begins at 0."
        ),
        Field(name="label", heading="What the band is called", width=40, kind="answer"),
    ),
    "Marks": (
        Field(name="id", heading="Mark id", width=24, kind="answer", prompt=_ID_IF_NEW),
        Field(name="title", heading="What the mark is called", width=30, kind="answer"),
        Field(name="means", heading="What the mark means", width=80, kind="answer"),
    ),
    "Areas": (
        Field(name="id", heading="Area no.", width=10, kind="answer", prompt="Its number, such as 2.1."),
        Field(name="title", heading="What the area is called", width=60, kind="answer"),
    ),
    "Questions": (
        Field(name="area", heading="Area", width=8, kind="answer", prompt="The number of its area."),
        Field(
            name="id", heading="Question no.", width=12, kind="answer", prompt="Begins with that of its area: 2.1.4."
        ),
        Field(name="topic", heading="Topic (one to three words)", width=22, kind="answer"),
        Field(name="title", heading="Question", width=44, kind="answer"),
        Field(name="introduction", heading="Introduction", width=90, kind="answer"),
    ),
    STATEMENTS: (
        Field(name="question", heading="Question no.", width=11, kind="answer", prompt="From the sheet Questions."),
        Field(
            name="id",
            heading="Statement id",
            width=16,
            kind="answer",
            prompt="Never change it. Leave it empty in a new row; write new 1 where the sheet Documents has to name it.",
        ),
        Field(name="statement", heading="Statement", width=60, kind="answer"),
        Field(
            name="what_changed",
            heading="What changed?",
            width=17,
            kind="answer",
            prompt="If you changed the statement: is it only the wording, or does it now mean something else?",
        ),
        Field(name="recommended", heading="Recommended?", width=16, kind="answer", prompt="Only Yes counts in scores."),
        Field(name="mark", heading="Mark (why it counts)", width=20, kind="answer", prompt="From the sheet Marks."),
        Field(
            name="phases",
            heading="Phases asked",
            width=24,
            kind="answer",
            prompt="All, or the phases with a semicolon between them, such as Primary; Special.",
        ),
        Field(name="asked_of", heading="Role asked", width=24, kind="answer", prompt="From the sheet Roles."),
        Field(
            name="protects",
            heading="Protects a child",
            width=12,
            kind="answer",
            prompt="Directly, if a child can come to harm when this alone fails; else Indirectly.",
        ),
        Field(name="evidence", heading="What would show it", width=50, kind="answer"),
        Field(name="improve", heading="How to close the gap", width=50, kind="answer"),
        Field(name="governors_ask", heading="What governors can ask", width=40, kind="answer"),
        Field(
            name="rests_on",
            heading="Rests on (statement ids)",
            width=18,
            kind="answer",
            prompt="Ids of statements here without which this one can hardly be met, with commas between them.",
        ),
        Field(
            name="ordinal", heading="No. in the template", width=11, kind="answer", prompt="Left empty, it is given."
        ),
        Field(name="how_sure", heading="How sure is the source?", width=14, kind="answer"),
        Field(name="checked", heading="Checked against source on", width=14, kind="answer", prompt="As 27/11/2026."),
        Field(name="today_what", heading="What has changed since", width=50, kind="answer"),
        Field(name="today_reference", heading="Changed by (reference)", width=36, kind="answer"),
        Field(name="today_status", heading="Kind of change", width=20, kind="answer"),
        Field(name="today_checked", heading="Change checked on", width=14, kind="answer", prompt="As 27/11/2026."),
        Field(name="today_how_sure", heading="How sure is the change?", width=14, kind="answer"),
        Field(name="read_today", heading="How to read it today", width=40, kind="answer"),
        Field(
            name="since",
            heading="No longer asked from",
            width=14,
            kind="answer",
            prompt="The day, as 01/09/2026, from which law or guidance has overtaken it.",
        ),
        Field(name="because", heading="Why no longer asked", width=40, kind="answer"),
        Field(name="by", heading="Asked instead (statement ids)", width=18, kind="answer"),
        Field(name="revision", heading="Revision", width=10, kind="answer", prompt="Counted by the program: leave it."),
    ),
    DOCUMENTS: (
        Field(name="statement", heading="Statement id", width=16, kind="answer", prompt="As on the sheet Statements."),
        Field(
            name="document", heading="Document", width=50, kind="answer", prompt="The main one of a statement first."
        ),
        Field(name="edition", heading="Edition", width=30, kind="answer"),
        Field(name="place", heading="Place in it", width=44, kind="answer", prompt="Section, page or paragraph."),
        Field(name="date", heading="Date (in words)", width=26, kind="answer"),
    ),
}
"""The columns of each sheet that is read back, by its title. Columns are found by heading, rows by id."""
_ONLY_IF_USED = ("mark", "ordinal", "how_sure", "checked")
"""Columns of *Statements* that are out of sight where no statement uses them."""
_CHOICES: Mapping[tuple[str, str], Sequence[str]] = {
    (STATEMENTS, "what_changed"): WHAT_CHANGED,
    (STATEMENTS, "recommended"): YES_NO,
    (STATEMENTS, "protects"): tuple(PROTECTS_WORDS),
    (STATEMENTS, "how_sure"): tuple(HOW_SURE_WORDS),
    (STATEMENTS, "today_how_sure"): tuple(HOW_SURE_WORDS),
    (STATEMENTS, "today_status"): tuple(STANDING_WORDS),
    ("Levels", "level"): ("0", "1", "2", "3", "4"),
}
"""Closed lists, by sheet and column."""
_FROM_SHEET = {
    (STATEMENTS, "question"): ("Questions", "id"),
    (STATEMENTS, "mark"): ("Marks", "title"),
    (STATEMENTS, "asked_of"): ("Roles", "title"),
    ("Questions", "area"): ("Areas", "id"),
}
"""Lists that grow with another sheet: the sheet and its column."""
_SPARE, _SPARE_OF_SMALL, _LONGEST_LIST = 60, 12, 200
"""Empty rows that are ready to be filled, and how far a drop-down reaches."""
_READ_ME_LINES = (
    "This workbook holds the criteria {title} (edition {edition}). Change it into criteria of your own.",
    "One row is one thing. Change a text in its cell. Change no heading, and no id of a row that is there.",
    "To add a statement, write it in an empty row of Statements. Leave its id empty: the program gives it one.",
    "To retire a statement, a question or a role, delete its whole row.",
    "If you change the text of a statement, say under What changed? whether it now means something else.",
    "If the meaning changes, schools that answered it are asked again. If only the wording changes, they are not.",
    "A recommended statement counts in scores. It needs what would show it, how to close the gap, and what governors can ask.",
    "A statement that rests on documents needs a row for each of them on the sheet Documents.",
    "On the sheet Framework, give your criteria a title and an edition of their own.",
    "Save it as .xlsx. Add it on the page Your own criteria, or with: python -m audit criteria import FILE --out criteria/NAME",
)


def write_criteria_workbook(framework: Framework) -> bytes:
    """The bytes of the workbook that holds a framework; the same framework gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = framework.title, "Online safety self-audit"
    book.properties.language = "en-GB"
    _add_read_me(book, framework)
    content = rows_of(framework)
    sheets = {title: book.create_sheet(title) for title in SHEETS}
    for title, sheet in sheets.items():
        spare = _SPARE if title in (STATEMENTS, DOCUMENTS) else _SPARE_OF_SMALL
        _fill(sheet, SHEETS[title], content[title], spare=0 if title == FRAMEWORK else spare)
        _add_choices(sheet, title, len(content[title]))
    for number, field in enumerate(SHEETS[STATEMENTS]):
        if field.name in _ONLY_IF_USED and not any(row.get(field.name) for row in content[STATEMENTS]):
            sheets[STATEMENTS].column_dimensions[_letters(number)].hidden = True
    sheets[STATEMENTS].freeze_panes = "D2"
    return cells.to_bytes(book)


def _letters(column: int) -> str:
    return layout.column_letters(column)


def _add_read_me(book: Workbook, framework: Framework) -> None:
    sheet = book.create_sheet(READ_ME)
    cells.set_widths(sheet, [130])
    cells.put_title(sheet, 1, "Write criteria of your own")
    for row, line in enumerate(_READ_ME_LINES, 2):
        text = f"{row - 1}. {line.format(title=framework.title, edition=framework.edition)}"
        cells.put_line(sheet, row, text)
        cells.fit_height(sheet, row, [text])
    _set_up(sheet, headings=0)


def _set_up(sheet: Worksheet, *, headings: int) -> None:
    cells.set_unlocked_page(sheet, headings=headings)
    sheet.oddFooter.left.text = "Criteria"  # type: ignore[union-attr]  # the stubs leave the kind of footer open


def _fill(sheet: Worksheet, fields: Sequence[Field], rows: Sequence[Mapping[str, str]], *, spare: int) -> None:
    """Puts the table of one sheet, and some empty rows below it, all of them as text."""
    cells.set_widths(sheet, [field.width for field in fields])
    cells.put_headings(sheet, 1, [field.heading for field in fields])
    for number, row in enumerate((*rows, *({} for _ in range(spare))), 2):
        cells.put_row(sheet, number, [row.get(field.name, "") for field in fields])
        for column in range(1, len(fields) + 1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            cells.open_for_entry(cell, is_open=False)
    sheet.auto_filter.ref = f"A1:{_letters(len(fields) - 1)}{len(rows) + spare + 1}"
    _set_up(sheet, headings=1)
    if len(fields) > 8:
        cells.print_across(sheet, pages=4)
        sheet.print_title_cols = "A:B"


def _add_choices(sheet: Worksheet, title: str, rows: int) -> None:
    """Adds the drop-downs and prompts of a sheet, for the rows that are there and for those to come."""
    for number, field in enumerate(SHEETS[title]):
        if (title, field.name) in _CHOICES:
            formula = f'"{",".join(_CHOICES[title, field.name])}"'
        elif (title, field.name) in _FROM_SHEET:
            other, name = _FROM_SHEET[title, field.name]
            column = _letters([of_other.name for of_other in SHEETS[other]].index(name))
            formula = f"{other}!${column}$2:${column}${_LONGEST_LIST}"
        else:
            formula = ""
        if not formula and not field.prompt:
            continue
        choice = DataValidation(
            type="list" if formula else None,
            formula1=formula or None,
            allow_blank=True,
            showErrorMessage=bool(formula),
            errorTitle="Choose from the list",
            error="Please choose one of the entries in the list, or leave the cell empty.",
            showInputMessage=bool(field.prompt),
            promptTitle=field.heading[:32] if field.prompt else None,
            prompt=field.prompt[:255] or None,
        )
        choice.add(f"{_letters(number)}2:{_letters(number)}{rows + _LONGEST_LIST}")
        sheet.add_data_validation(choice)


def read_criteria_workbook(data: bytes, name: str) -> TypedBook:
    """The rows of a workbook of criteria, with every fault that its cells have whatever they mean.

    Args:
        data: the bytes of the file, whatever it is.
        name: the name of the file in problems.

    Raises:
        UnusableFile: it is no workbook, is locked, is too large, or is another workbook.
    """
    looked = safety.look(data, name, tuple)
    sheets, faults = read_sheets(looked, name)
    ours = {title: found for title in SHEETS if (found := find_sheet(sheets, title)) is not None}
    if STATEMENTS not in ours or FRAMEWORK not in ours:
        raise UnusableFile(_not_ours(name, sheets, faults))
    problems = [fault for title, fault in faults.items() if title in SHEETS]
    tables = {}
    for title, fields in SHEETS.items():
        table = _table(name, title, ours.get(title), fields, problems) if title not in faults else None
        if table is not None:
            tables[title] = table
    rows = {title: tuple(_rows(table, SHEETS[title])) for title, table in tables.items()}
    told = [problem for table in tables.values() for problem in table.problems]
    untold = _not_read(name, sheets, tables)
    return TypedBook(file=name, rows=rows, problems=(*problems, *told, *untold))


def _not_ours(name: str, sheets: Mapping[str, Sheet], faults: Mapping[str, Problem]) -> Iterator[Problem]:
    """Why a workbook is not one of criteria."""
    yield from (fault for title, fault in faults.items() if title in ("", FRAMEWORK, STATEMENTS))
    if find_sheet(sheets, layout.ANSWERS) is not None:
        what = "This is a school's audit, not a workbook of criteria."
    else:
        what = f"This is not a workbook of criteria: it has no sheets {FRAMEWORK} and {STATEMENTS}."
    yield Problem(
        where=name, what=what, fix="Take the workbook that criteria export, or the page Your own criteria, wrote."
    )


def _table(
    name: str, title: str, sheet: Sheet | None, fields: Sequence[Field], problems: list[Problem]
) -> SheetTable | None:
    """The table of a sheet; where the sheet or a heading is missing, None or less, and the problem is noted."""
    if sheet is None:
        fix = "Put the sheet back, or export the criteria again."
        problems.append(Problem(where=f"{name}, sheet {title}", what="The sheet is missing.", fix=fix))
        return None
    table = next(find_tables({sheet.title: sheet}, title, fields, ()), None)
    if table is None:
        what = f"The headings are missing: {', '.join(field.heading for field in fields)}."
        problems.append(Problem(where=f"{name}, sheet {sheet.title}", what=what, fix="Put them back in the first row."))
        return None
    for field in fields:
        if field.name not in table.columns:
            where = f"{name}, sheet {sheet.title}"
            what = f'The column "{field.heading}" is missing.'
            problems.append(Problem(where=where, what=what, fix="Put its heading back in the first row."))
    return table


def _rows(table: SheetTable, fields: Sequence[Field]) -> Iterator[TypedRow]:
    """Each row below the headings in which something is typed."""
    table.add_formulas(fields)
    there = [field for field in fields if field.name in table.columns]
    headings = {field.name: field.heading for field in fields}
    for number, texts in table.texts([field.name for field in there]):
        if number < table.head or not any(text.strip() for text in texts):
            continue
        kept = {}
        for field, text in zip(there, texts, strict=True):
            if text and (fault := text_fault(text)):
                table.fault(number, field.name, fault, "Mend the text in this cell.")
                text = ""
            kept[field.name] = text if text.strip() else ""
        places = {field.name: table.where(number, field.name) for field in there}
        row = f"{table.sheet.file}, sheet {table.sheet.title}, row {number + 1}"
        yield TypedRow(row=row, texts=kept, places=places, headings=headings)


def _not_read(name: str, sheets: Mapping[str, Sheet], tables: Mapping[str, SheetTable]) -> Iterator[Problem]:
    """A note for each kind of thing that was not read, once for the file."""
    fix = "Write what matters into a column of these sheets, or leave it out."
    read = {table.sheet.title: table for table in tables.values()}

    def warning(where: str, what: str) -> Problem:
        return Problem(where=where, what=what, fix=fix, severity="warning")

    others = [s for title, s in sheets.items() if title not in read and layout.same(title) != layout.same(READ_ME)]
    extra = [
        (s, at)
        for s in others
        if (at := next(((r, c) for r, row in enumerate(s.rows) for c in range(len(row)) if s.holds_text(r, c)), None))
    ]
    if extra:
        named = first_and_so_on([f'"{sheet.title}"' for sheet, _ in extra], 5)
        what = f"The {agree(len(extra), 'sheet', 'sheets')} {named} {agree(len(extra))} not part of the criteria, and not read."
        yield warning(extra[0][0].where(*extra[0][1]), what)
    beside = [
        (table.sheet, (row, column))
        for table in read.values()
        for row in range(len(table.sheet.rows))
        for column in range(len(table.sheet.rows[row]))
        if (row < table.head or column not in table.columns.values()) and table.sheet.holds_text(row, column)
    ]
    if beside:
        what = f"Text stands outside the columns of the criteria, in {plural(len(beside), 'cell')}; it was not read."
        yield warning(beside[0][0].where(*beside[0][1]), what)
    noted = [(sheet, note.cell) for sheet in sheets.values() for note in sheet.marks.notes]
    if noted:
        yield warning(
            noted[0][0].where(*noted[0][1]),
            f"{plural(len(noted), 'note on a cell was', 'notes on cells were')} not read.",
        )
    struck = [(table.sheet, cell) for table in read.values() for cell in sorted(table.sheet.marks.struck)]
    if struck:
        what = (
            f"Text is struck out in {plural(len(struck), 'cell')}. Where all of it is, it was read as if it were not."
        )
        yield warning(struck[0][0].where(*struck[0][1]), what)
    over = [sheet for sheet in sheets.values() if sheet.marks.laid_over or sheet.marks.notes_lost]
    if over:
        yield warning(
            f"{name}, sheet {over[0].title}", "Pictures, text boxes or notes lie on this sheet; they were not read."
        )
