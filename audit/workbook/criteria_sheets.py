"""The workbook in which people write criteria: its sheets and columns, how it is written, and how it is read as rows.

The sheets and headings are the one contract of writer and reader. What the rows mean, and every rule for them, is in
`audit.criteria.authoring`; here a row is only texts, each with its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation

from audit.criteria.authoring import (
    ALL_PHASES,
    AREAS,
    BANDS,
    DOCUMENTS,
    FRAMEWORK,
    HOW_SURE_WORDS,
    LABELS,
    LEVELS,
    MARKS,
    PHASE_SHEET,
    PROTECTS_WORDS,
    QUESTIONS,
    ROLES,
    STANDING_WORDS,
    STATEMENTS,
    TODAY_COLUMNS,
    WHAT_CHANGED,
    YES_NO,
    TypedBook,
    TypedRow,
    fingerprint_of,
    same_words,
)
from audit.english import agree, first_and_so_on, plural
from audit.model import PHASES, Source
from audit.problems import Problem, UnusableFile
from audit.workbook import cells, layout, safety
from audit.workbook.layout import Field
from audit.workbook.own_words import FIX, is_error, what_error
from audit.workbook.sheets import Sheet, SheetTable, find_sheet, find_tables, read_sheets, text_fault

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from audit.model import Framework, Statement

READ_ME = "Read me"


def _column(name: str, heading: str, width: int, prompt: str = "") -> Field:
    return Field(name=name, heading=heading, width=width, kind="answer", prompt=prompt)


FRAMEWORK_SHEET = (
    _column("label", "About these criteria", 34),
    _column("value", "What it says", 80),
)
_ID_IF_NEW = "A permanent name. Leave it empty in a new row: it is given."
SHEETS: Mapping[str, tuple[Field, ...]] = {
    FRAMEWORK: FRAMEWORK_SHEET,
    PHASE_SHEET: (
        _column("id", "Phase", 16, "One of the seven phases of the program."),
        _column("title", "What the phase is called", 50),
    ),
    ROLES: (
        _column("id", "Role id", 26, _ID_IF_NEW),
        _column("title", "What the role is called", 50),
    ),
    LEVELS: (
        _column("level", "Level", 8, "0 to 4, each once."),
        _column("label", "What the level is called", 26),
        _column("means", "What the level means", 80),
    ),
    BANDS: (
        _column("from_percent", "From percent", 14, "0 to 100. One begins at 0."),
        _column("label", "What the band is called", 40),
    ),
    MARKS: (
        _column("id", "Mark id", 24, _ID_IF_NEW),
        _column("title", "What the mark is called", 30),
        _column("means", "What the mark means", 80),
    ),
    AREAS: (
        _column("id", "Area no.", 10, "Its number, such as 2.1."),
        _column("title", "What the area is called", 60),
    ),
    QUESTIONS: (
        _column("area", "Area", 8, "The number of its area."),
        _column("id", "Question no.", 12, "Begins with that of its area: 2.1.4."),
        _column("topic", "Topic (one to three words)", 22),
        _column("title", "Question", 44),
        _column("introduction", "Introduction", 90),
    ),
    STATEMENTS: (
        _column("question", "Question no.", 11, "From the sheet Questions."),
        _column(
            "id",
            "Statement id",
            16,
            "Never change it. Leave it empty in a new row; write new 1 where the sheet Documents has to name it.",
        ),
        _column("statement", "Statement", 60),
        _column(
            "what_changed",
            "What changed?",
            17,
            "If you changed the statement: is it only the wording, or does it now mean something else?",
        ),
        _column("recommended", "Recommended?", 16, "Only Yes counts in scores."),
        _column("mark", "Mark (why it counts)", 20, "From the sheet Marks."),
        _column(
            "phases", "Phases asked", 24, "All, or the phases with a semicolon between them, such as Primary; Special."
        ),
        _column("asked_of", "Role asked", 24, "From the sheet Roles."),
        _column(
            "protects",
            "Protects a child",
            12,
            "Directly, if a child can come to harm when this alone fails; else Indirectly.",
        ),
        _column("evidence", "What would show it", 50),
        _column("improve", "How to close the gap", 50),
        _column("governors_ask", "What governors can ask", 40),
        _column(
            "rests_on",
            "Rests on (statement ids)",
            18,
            "Ids of statements here without which this one can hardly be met, with commas between them.",
        ),
        _column("ordinal", "No. in the template", 11, "Left empty, it is given."),
        _column("how_sure", "How sure is the source?", 14),
        _column("checked", "Checked against source on", 14, "As 27/11/2026."),
        _column("today_what", "What has changed since", 50),
        _column("today_reference", "Changed by (reference)", 36),
        _column("today_status", "Kind of change", 20),
        _column("today_checked", "Change checked on", 14, "As 27/11/2026."),
        _column("today_how_sure", "How sure is the change?", 14),
        _column("read_today", "How to read it today", 40),
        _column(
            "since", "No longer asked from", 14, "The day, as 01/09/2026, from which law or guidance has overtaken it."
        ),
        _column("because", "Why no longer asked", 40),
        _column("by", "Asked instead (statement ids)", 18),
        _column("revision", "Revision", 10, "Counted by the program: leave it."),
    ),
    DOCUMENTS: (
        _column("statement", "Statement id", 16, "As on the sheet Statements."),
        _column("document", "Document", 50, "The main one of a statement first."),
        _column("edition", "Edition", 30),
        _column("place", "Place in it", 44, "Section, page or paragraph."),
        _column("date", "Date (in words)", 26),
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
    (LEVELS, "level"): ("0", "1", "2", "3", "4"),
}
"""Closed lists, by sheet and column."""
_FROM_SHEET = {
    (STATEMENTS, "question"): (QUESTIONS, "id"),
    (STATEMENTS, "mark"): (MARKS, "title"),
    (STATEMENTS, "asked_of"): (ROLES, "title"),
    (QUESTIONS, "area"): (AREAS, "id"),
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
    content = _rows_of(framework)
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


def _rows_of(framework: Framework) -> Mapping[str, list[dict[str, str]]]:
    """What each sheet holds for a framework: one row of texts for one thing."""
    roles, marks = _choices(framework.roles), _choices({mark.id: mark.title for mark in framework.marks})
    phases = _choices(framework.phases)
    head = {name: str(getattr(framework, name, "")) for name in LABELS}
    head |= {"usual": YES_NO[not framework.usual], "origin": framework.id, "fingerprint": fingerprint_of(framework)}
    placed = [(area, question) for area in framework.areas for question in area.questions]
    return {
        FRAMEWORK: [{"label": label, "value": head[key]} for key, label in LABELS.items()],
        PHASE_SHEET: [{"id": phase, "title": title} for phase, title in framework.phases.items()],
        ROLES: [{"id": role, "title": title} for role, title in framework.roles.items()],
        LEVELS: [
            {"level": str(one.level), "label": one.label, "means": one.means} for one in framework.practice_levels
        ],
        BANDS: [{"from_percent": str(band.from_percent), "label": band.label} for band in framework.bands],
        MARKS: [{"id": mark.id, "title": mark.title, "means": mark.means} for mark in framework.marks],
        AREAS: [{"id": area.id, "title": area.title} for area in framework.areas],
        QUESTIONS: [
            {"area": area.id} | {key: getattr(question, key) for key in ("id", "topic", "title", "introduction")}
            for area, question in placed
        ],
        STATEMENTS: [
            {"question": question.id} | _row_of(statement, roles, marks, phases)
            for _, question in placed
            for statement in question.statements
        ],
        DOCUMENTS: [
            {"statement": statement.id} | dict(vars(document))
            for statement in framework.statements
            for document in statement.documents
        ],
    }


def _choices(titles: Mapping[Any, str]) -> dict[str, str]:
    """What a cell shows for each id: the title, or the id where the title could be taken for more than one."""
    counts = Counter(map(same_words, (*titles, *titles.values())))

    def is_clear(one: str, title: str) -> bool:
        own = 2 if same_words(one) == same_words(title) else 1
        return counts[same_words(title)] == own and not set(title) & set(";,\n")

    return {one: title if is_clear(one, title) else one for one, title in titles.items()}


def _row_of(
    statement: Statement, roles: Mapping[str, str], marks: Mapping[str, str], phases: Mapping[str, str]
) -> dict[str, str]:
    today, superseded = statement.today, statement.superseded
    row = {
        "id": statement.id,
        "statement": statement.statement,
        "recommended": YES_NO[not statement.recommended],
        "mark": marks.get(statement.mark, statement.mark),
        "phases": ALL_PHASES if statement.phases == PHASES else "; ".join(phases.get(p, p) for p in statement.phases),
        "asked_of": roles.get(statement.asked_of, statement.asked_of),
        "protects": statement.protects.capitalize(),
        "evidence": statement.evidence,
        "improve": statement.improve,
        "governors_ask": statement.governors_ask,
        "rests_on": ", ".join(statement.rests_on),
        "ordinal": str(statement.source.ordinal) if isinstance(statement.source, Source) else "",
        "how_sure": (statement.how_sure or "").capitalize(),
        "checked": _shown(statement.checked),
        "revision": str(statement.revision),
    }
    if today is not None:
        texts = (today.what, today.reference, today.status.capitalize(), _shown(today.checked))
        row |= dict(zip(TODAY_COLUMNS, (*texts, today.how_sure.capitalize(), today.read_today), strict=True))
    if superseded is not None:
        row |= {"since": _shown(superseded.since), "because": superseded.because, "by": ", ".join(superseded.by)}
    return row


def _shown(day: str) -> str:
    """A day of the criteria as people write it: 27/11/2026."""
    year, month, number = day.split("-") if day else ("", "", "")
    return f"{number}/{month}/{year}" if day else ""


def _letters(column: int) -> str:
    return layout.column_letters(column)


def _add_read_me(book: Workbook, framework: Framework) -> None:
    sheet = book.create_sheet(READ_ME)
    cells.set_widths(sheet, [80])
    cells.put_title(sheet, 1, "Write criteria of your own")
    for row, line in enumerate(_READ_ME_LINES, 2):
        text = f"{row - 1}. {line.format(title=framework.title, edition=framework.edition)}"
        cells.put_line(sheet, row, text)
        sheet.row_dimensions[row].height = 15.5 * -(-len(text) // 85)  # room for a font wider than Excel's own
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
    problems = [fault if title in SHEETS else replace(fault, severity="warning") for title, fault in faults.items()]
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
    lost = [fault for title, fault in faults.items() if title in ("", FRAMEWORK, STATEMENTS)]
    if lost:
        yield from lost
        return
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
            elif is_error(text):
                table.fault(number, field.name, what_error(text), FIX)
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
