"""What somebody wrote in a workbook and the reader does not take: each kind is told once, with its count and first cell.

Notes on cells, columns and sheets of the school's own, text where the form has none, colours in place of answers, and
text that is struck out. None of it is an error: the answers beside it are read all the same.

The sheets of a workbook as an audit, with every problem by file, sheet and cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from audit.english import agree, first_and_so_on, plural
from audit.model import NO_RESPONSE, Audit, AuditHead, Criteria, KnownSchool, Response, SignOff
from audit.problems import Problem, errors
from audit.workbook import layout, read_answers, safety, signed
from audit.workbook.read_identity import About, find_about, is_about, is_label, other_schools, read_about
from audit.workbook.safety.worksheet_xml import Cell
from audit.workbook.sheets import Sheet, SheetTable, find_sheet, find_tables, read_sheets

if TYPE_CHECKING:
    from audit.workbook.annotations import Unread
    from audit.workbook.read_answers import Answers

MOST_PROBLEMS = 500
"""The most that are told of one file; a return with a fault in every answer has fewer."""
_OURS = (layout.SCHOOL, layout.ANSWERS, layout.ACTIONS, layout.LAST_YEAR, layout.SIGN_OFF)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read of one workbook.

    Attributes:
        audit: the audit as far as it could be read; None if the file or its school cannot be used.
        problems: every fault, errors and warnings, in the order of the file.
        urn: the URN that could be read, even if the audit could not; empty if none.
        name: the school's name that could be read, likewise.
        untyped: whether a value that is read was typed by nobody: it is a formula, comes from another file, or is
            longer than any cell can hold. None is run; a school is told of each, and an authority takes no such file.
        rows: the response of each statement that has a row without an error, empty ones too; a row
            that could be read in part only is in the audit, and must never overwrite what is stored.
        marks: for each of them the fingerprint of what the workbook held when it was written.
        criteria: those that it was signed with, if it is what was signed; they may be of another day, or another
            edition, than those at hand. None if it is not signed.
        intact: whether it is signed, and what was signed. What was altered since counts as not signed.
        others: URN and name, as far as they are given, of each further school that the workbook names.
        modified_at: when the workbook was changed last, by what it says itself (UTC); None if it does not say.
    """

    audit: Audit | None
    problems: tuple[Problem, ...]
    urn: str = ""
    name: str = ""
    untyped: bool = False
    rows: Mapping[str, Response] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    criteria: Criteria | None = None
    intact: bool = False
    others: tuple[tuple[str, str], ...] = ()
    modified_at: dt.datetime | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything in the file could be used."""
        return self.audit is not None and not errors(self.problems)


@dataclass(frozen=True, kw_only=True)
class Book:
    """The sheets of a workbook, and what can be told of them without criteria.

    Attributes:
        faults: why a sheet could not be read, by its title.
        sign_offs: every version that was signed, as the workbook says.
        sign_off_table: where it says so.
        unread: what somebody wrote on the sheets that only the product fills.
    """

    file: str
    sheets: Mapping[str, Sheet]
    faults: Mapping[str, Problem]
    about: About
    sign_offs: tuple[SignOff, ...]
    sign_off_table: SheetTable | None
    unread: Mapping[str, Unread] = field(default_factory=dict)


def book_of(looked: safety.Looked, file: str) -> Book:
    """The sheets that may be read."""
    sheets, faults = read_sheets(looked, file)
    about = find_about(file, sheets)
    table = _find(sheets, layout.SIGN_OFF, layout.SIGN_OFF_FIELDS, signed.NEEDED, anywhere=bool(about.short("content")))
    return Book(
        file=file,
        sheets=sheets,
        faults=faults,
        about=about,
        sign_offs=signed.read_sign_offs(table) if table else (),
        sign_off_table=table,
        unread=looked.unread,
    )


def reading_of(
    book: Book,
    criteria: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool],
    *,
    any_edition: bool = False,
) -> Reading:
    """The audit that the sheets hold, whether or not it is what was signed.

    Args:
        book: the sheets.
        criteria: those with which the rows are read.
        urns: the URN by DfE number.
        schools: what a register tells of each school, by its URN.
        any_edition: whether answers to another edition of a framework are taken too.
    """
    about, name = book.about, book.file
    head, carried_from = read_about(about, criteria, urns, schools, any_edition=any_edition)
    school_problems = (*about.problems, *about.formulas) if about.texts else _no_school(name, book.faults)
    school = head.school
    table = next(find_tables(book.sheets, layout.ANSWERS, read_answers.FIELDS, read_answers.NEEDED), None)
    if table is None:
        why = (*(book.faults.values() or [_no_answers(name)]), *(school_problems if about.texts else ()))
        return Reading(audit=None, problems=capped(why, name), urn=school.urn, name=school.name)
    others = {title: sheet for title, sheet in book.sheets.items() if sheet is not table.sheet}
    asked = bool(about.short("carried_from"))
    before = _find(others, layout.LAST_YEAR, layout.LAST_YEAR_FIELDS, read_answers.CARRIED_NEEDED, anywhere=asked)
    practices = layout.practice_by_word(criteria.practice_levels)
    begun_with = read_answers.read_carried(before, practices, any_edition=any_edition) if before else {}
    table.leave_out_struck(read_answers.FIELDS)
    is_signed = bool(about.short("content"))  # of what was signed no note is a part
    found = read_answers.read_answers(table, criteria, begun_with, any_edition=any_edition, takes_notes=not is_signed)
    table.add_formulas(read_answers.FIELDS)
    plan = next(find_tables(others, layout.ACTIONS, layout.ACTION_FIELDS, read_answers.ACTIONS_NEEDED), None)
    if plan:
        plan.leave_out_struck(layout.ACTION_FIELDS)
    planned = read_answers.read_actions(plan, criteria, any_edition=any_edition) if plan else ()
    if plan:
        plan.add_formulas(layout.ACTION_FIELDS)
    audit = None
    if about.texts and not errors(about.problems):
        more = {"carried_from": carried_from, "carried": begun_with, "sign_offs": book.sign_offs}
        audit = _audit(head, found, actions=planned, **more)
    others_read = [part for part in (plan, before, book.sign_off_table) if part is not None]
    used = {id(part.sheet) for part in (table, *others_read)}
    unused = {title: sheet for title, sheet in book.sheets.items() if id(sheet) not in used}
    strangers = tuple(other_schools(about, unused, school.urn))
    twice = (*_copies(others, table), *(stranger.problem for stranger in strangers))
    problems = chain(
        school_problems,
        table.problems,
        _missing(audit, found, table, criteria),
        twice,
        chain.from_iterable(part.problems for part in others_read),
        untaken(about, _but(book.sheets, twice), [table, *others_read], found, book.unread),
        _left_out(book.faults),
    )
    return Reading(
        audit=audit,
        problems=capped(problems, name),
        untyped=bool(about.formulas) or table.untyped or any(part.untyped for part in others_read),
        rows={statement: given for statement, given in found.responses.items() if statement not in found.faulty},
        marks=found.marks,
        others=tuple(dict.fromkeys((stranger.urn, stranger.name) for stranger in strangers)),
        urn=school.urn,
        name=school.name,
    )


def _audit(head: AuditHead, found: read_answers.Answers, **more: Any) -> Audit:
    given = {statement: response for statement, response in found.responses.items() if response != NO_RESPONSE}
    revisions = {
        statement: number for statement, number in found.revisions.items() if statement in given and number != 1
    }
    return Audit(**vars(head), responses=given, revisions=revisions, **more)


def _find(
    sheets: Mapping[str, Sheet],
    wanted: str,
    fields: tuple[layout.Field, ...],
    needed: tuple[str, ...],
    *,
    anywhere: bool,
) -> SheetTable | None:
    """The table on the sheet of a name; ``anywhere`` if the sheet must be there, so that it has been renamed."""
    sheet = find_sheet(sheets, wanted)
    within = {sheet.title: sheet} if sheet else sheets if anywhere else {}
    return next(find_tables(within, wanted, fields, needed), None)


def _no_answers(file: str) -> Problem:
    headings = ", ".join(f'"{f.heading}"' for f in layout.ANSWER_FIELDS if f.name in read_answers.NEEDED)
    return Problem(
        where=f"{file}, sheet {layout.ANSWERS}",
        what=f"No sheet has the columns {headings}, so there are no answers to read.",
        fix="Restore the headings, or copy the answers into a fresh blank form.",
    )


def _no_school(file: str, faults: Mapping[str, Problem]) -> tuple[Problem, ...]:
    """Why it is not known whose answers these are, unless the fault in a sheet says so already."""
    if layout.SCHOOL in faults:
        return ()
    return (
        Problem(
            where=f"{file}, sheet {layout.SCHOOL}",
            what="No sheet has the lines School name, URN and Phase, so it is not known whose answers these are.",
            fix="Copy the answers into a fresh blank form, and fill in its sheet School.",
        ),
    )


def _missing(
    audit: Audit | None, found: read_answers.Answers, table: SheetTable, criteria: Criteria
) -> Iterator[Problem]:
    """The warning that statements have no row, if there are such."""
    if audit is None:
        return
    problem = read_answers.missing_rows(
        found,
        criteria,
        where=f"{table.sheet.file}, sheet {table.sheet.title}",
        asks=audit.asks,
        frameworks=frozenset(ref.id for ref in audit.frameworks if ref in criteria.refs),
    )
    if problem is not None:
        yield problem


def _copies(others: Mapping[str, Sheet], table: SheetTable) -> Iterator[Problem]:
    """A warning for each further sheet that could be the answers too."""
    unknown = {title: sheet for title, sheet in others.items() if title not in _OURS}
    for copy in find_tables(unknown, layout.ANSWERS, layout.ANSWER_FIELDS, read_answers.NEEDED):
        yield Problem(
            where=f"{copy.sheet.file}, sheet {copy.sheet.title}",
            what=f"This sheet has the headings of the answers too; only the sheet {table.sheet.title} was read.",
            fix="Delete the sheet whose answers do not count.",
            severity="warning",
        )


def _but(sheets: Mapping[str, Sheet], told: Collection[Problem]) -> dict[str, Sheet]:
    """The sheets without those of which a problem tells already."""
    places = [f"{problem.where}," for problem in told]
    return {
        title: sheet
        for title, sheet in sheets.items()
        if not any(place.startswith(f"{sheet.file}, sheet {title},") for place in places)
    }


def _left_out(faults: Mapping[str, Problem]) -> Iterator[Problem]:
    """The problem with each sheet that was not read; only a warning where the sheet is the school's own."""
    for title, fault in faults.items():
        yield fault if title in _OURS else replace(fault, severity="warning")


def capped(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """The problems of a file, of which only so many are told."""
    found = tuple(problems)
    if len(found) <= MOST_PROBLEMS:
        return found
    more = Problem(
        where=file,
        what=f"There are {len(found) - MOST_PROBLEMS:,} further problems in this file.",
        fix="Start from a fresh blank form.",
    )
    return (*found[:MOST_PROBLEMS], more)


_PROGRAMS_OWN = frozenset({"export summary"})
"""Sheets that a program adds when it saves: Numbers lists the tables of the file."""
_AS_NUMBERS_SAYS = re.compile(" table [0-9]+$")
_SHEETS_OF_THE_FORM = frozenset(
    layout.same(title)
    for title in (
        *(layout.READ_ME, layout.SCHOOL, layout.ANSWERS, layout.SUMMARY, layout.GAPS),
        *(layout.ACTIONS, layout.LISTS, layout.LAST_YEAR, layout.SIGN_OFF, layout.SIGNED_CONTENT),
    )
)
_NAMED = 5
_CHOICES = ("still", "written", "practice", "not_applicable")
_TYPE_IT = "Type what matters into the cells Evidence or Comment of the statement that it is about."
_Place = tuple[Sheet, Cell]


def untaken(
    about: About,
    sheets: Mapping[str, Sheet],
    tables: Sequence[SheetTable],
    found: Answers,
    unread: Mapping[str, Unread],
) -> Iterator[Problem]:
    """A warning for each kind of thing that was not taken, in no file twice.

    Args:
        about: what was read of the sheet *School*.
        sheets: every sheet that was read.
        tables: the tables in them, that of the answers first.
        found: what was read of the answers.
        unread: what stands on sheets that only the product fills.
    """
    file = about.file
    yield from _notes(file, sheets, tables[0], found, unread)
    yield from _struck(sheets, tables)
    yield from _coloured(tables[0], found)
    yield from _columns(tables)
    yield from _outside(file, _stray(about, sheets, tables), unread)
    yield from _sheets(about, sheets, tables)
    yield from _laid_over(file, sheets)


def _warning(where: str, what: str, fix: str) -> Problem:
    return Problem(where=where, what=what, fix=fix, severity="warning")


def _where(place: _Place) -> str:
    sheet, cell = place
    return sheet.where(*cell)


def _address(cell: Cell) -> str:
    return f"{layout.column_letters(cell[1])}{cell[0] + 1}"


def _notes(
    file: str, sheets: Mapping[str, Sheet], table: SheetTable, found: Answers, unread: Mapping[str, Unread]
) -> Iterator[Problem]:
    """Notes and comments on cells: those that became the comment of their row, those that did not, and those that cannot be read."""
    if found.noted:
        many = plural(len(found.noted), "note stands beside an answer", "notes stand beside answers, the first here")
        what = f"{many}; where the comment of a row was empty, it now holds what the note says."
        fix = "Look whether the comments say what was meant. Next time type it into the cell Comment."
        yield _warning(_where((table.sheet, min(found.noted))), what, fix)
    left = [
        sheet.where(*note.cell)
        for sheet in sheets.values()
        for note in sheet.marks.notes
        if sheet is not table.sheet or note.cell not in found.noted
    ]
    left += [
        f"{file}, sheet {title}, cell {_address(note.cell)}" for title, one in unread.items() for note in one.notes
    ]
    if left:
        many = plural(len(left), "note on a cell was", "notes on cells were")
        yield _warning(left[0], f"{many} not read{', the first here' if len(left) > 1 else ''}.", _TYPE_IT)
    for title, sheet in sheets.items():
        if sheet.marks.notes_lost:
            yield _warning(f"{file}, sheet {title}", "The sheet has notes on cells that cannot be read.", _TYPE_IT)


def _struck(sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[Problem]:
    """Text that is struck out: in part, and as a whole."""
    struck = [(sheet, cell, left) for sheet in sheets.values() for cell, left in sorted(sheet.marks.struck.items())]
    empty = {id(table.sheet): table.struck_out for table in tables}
    partly = [(sheet, cell) for sheet, cell, left in struck if left]
    wholly = [(sheet, cell) for sheet, cell, left in struck if not left and cell in empty.get(id(sheet), ())]
    kept = [(sheet, cell) for sheet, cell, left in struck if not left and cell not in empty.get(id(sheet), ())]
    if partly:
        many = plural(len(partly), "cell is", "cells, the first here, is")
        what = f"Part of the text of {many} struck out; what is struck out was left out."
        yield _warning(_where(partly[0]), what, "Delete what is struck out, so that all programs show the same.")
    if wholly:
        named = first_and_so_on([_address(cell) for _, cell in wholly], _NAMED)
        many = plural(len(wholly), "cell is", "cells is")
        what = f"The text of {many} struck out as a whole, so it counts as empty: {named}."
        yield _warning(_where(wholly[0]), what, "Delete the text, or take the line through it away if it still holds.")
    if kept:
        many = plural(len(kept), "cell is", "cells, the first here, is")
        what = f"The text of {many} struck out, and was taken as if it were not."
        yield _warning(_where(kept[0]), what, "Take the line through it away, or type what holds instead.")


def _coloured(table: SheetTable, found: Answers) -> Iterator[Problem]:
    """Colours in cells that are to hold an answer, and are empty, in rows that are not answered."""
    coloured = table.sheet.marks.coloured
    if not coloured:
        return
    columns = [table.columns[name] for name in _CHOICES if name in table.columns]
    places = [
        (row, column)
        for statement, row in found.rows.items()
        if not _is_complete(found, statement)
        for column in columns
        if (row, column) in coloured and not table.sheet.holds_text(row, column)
    ]
    if places:
        many = plural(len(places), "cell for an answer is", "cells for answers, the first here, are")
        what = f"{many} coloured but empty; a colour is no answer, so the statements count as not answered."
        yield _warning(_where((table.sheet, min(places))), what, "Choose each answer from the list.")


def _is_complete(found: Answers, statement: str) -> bool:
    given = found.responses[statement]
    return bool(given.not_applicable) or (given.written is not None and given.practice is not None)


def _added(table: SheetTable) -> Iterator[Cell]:
    """The cells with a text outside of the columns of a table, row by row."""
    own = set(table.columns.values())
    width = len(table.sheet.rows[0]) if table.sheet.rows else 0
    others = [column for column in range(width) if column not in own]
    if others:
        for row in range(len(table.sheet.rows)):
            for column in others:
                if table.sheet.holds_text(row, column):
                    yield row, column


def _has_heading(table: SheetTable, cell: Cell) -> bool:
    return (
        cell[0] > table.head
        and isinstance(table.sheet.rows[table.head][cell[1]], str)
        and table.sheet.holds_text(table.head, cell[1])
    )


def _columns(tables: Iterable[SheetTable]) -> Iterator[Problem]:
    """Columns that somebody added to a table and gave a heading."""
    found: list[_Place] = []
    names: dict[str, None] = {}
    for table in tables:
        for cell in _added(table):
            if _has_heading(table, cell):
                found.append((table.sheet, cell))
                names.setdefault(str(table.sheet.rows[table.head][cell[1]]).strip()[:40])
    if found:
        named = first_and_so_on([f'"{name}"' for name in names], _NAMED)
        column = agree(len(names), "column", "columns")
        many = plural(len(found), "cell", "cells, the first here")
        verb = agree(len(names), "holds", "hold")
        what = f"The {column} {named} {verb} text that was not read, in {many}: the form has no such {column}."
        yield _warning(_where(found[0]), what, _TYPE_IT)


def _stray(about: About, sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[_Place]:
    """The cells with a text where the form has none, on the sheets that are read."""
    for sheet in sheets.values():
        if is_about(about, sheet):
            yield from _beside_school(about, sheet)
    for table in tables:
        beside = [] if _has_title(table) else [cell for cell in _added(table) if not _has_heading(table, cell)]
        below = [cell for cell in beside if cell[0] != table.head]
        yield from ((table.sheet, cell) for cell in sorted({*table.stray, *below}))


def _has_title(table: SheetTable) -> bool:
    """Whether the product itself puts lines above the table, as it does on *Sign-off*."""
    return layout.same(table.sheet.title) == layout.same(layout.SIGN_OFF)


def _beside_school(about: About, sheet: Sheet) -> Iterator[_Place]:
    known = set(about.places.values())
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            is_ours = (isinstance(value, str) and is_label(value)) or sheet.where(row, column) in known
            if value != "" and not is_ours and sheet.holds_text(row, column):
                yield sheet, (row, column)


def _outside(file: str, stray: Iterable[_Place], unread: Mapping[str, Unread]) -> Iterator[Problem]:
    """Text in cells of the form's sheets that hold none."""
    found = chain(
        map(_where, stray),
        (f"{file}, sheet {title}, cell {_address(cell)}" for title, one in unread.items() for cell in one.typed),
    )
    places = list(found)
    if places:
        many = plural(len(places), "cell", "cells, the first here")
        what = f"Text was not read in {many}: the form has nothing to fill in there."
        yield _warning(places[0], what, _TYPE_IT)


def _sheets(about: About, sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[Problem]:
    """Sheets that somebody added, with text on them."""
    used = {id(table.sheet) for table in tables}
    found: dict[str, tuple[_Place, int]] = {}
    for title, sheet in sheets.items():
        if id(sheet) in used or is_about(about, sheet) or _is_of_the_form(title):
            continue
        cells = [
            (row, column)
            for row, values in enumerate(sheet.rows)
            for column, value in enumerate(values)
            if value != "" and sheet.holds_text(row, column)
        ]
        if cells:
            found[title] = ((sheet, cells[0]), len(cells))
    if found:
        named = first_and_so_on(list(found), _NAMED)
        first, number = next(iter(found.values()))[0], sum(count for _, count in found.values())
        many = plural(number, "cell", "cells, the first here")
        what = f"Added to the form and not read: {plural(len(found), 'sheet', 'sheets')} with text in {many} ({named})."
        yield _warning(_where(first), what, _TYPE_IT)


def _laid_over(file: str, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Pictures and text boxes on the sheets of the form and on those that somebody added."""
    titles = [title for title, sheet in sheets.items() if sheet.marks.laid_over]
    if titles:
        many = plural(len(titles), "sheet", "sheets, the first here")
        what = f"Pictures, text boxes or charts lie over the cells of {many}, and are not read."
        yield _warning(f"{file}, sheet {titles[0]}", what, _TYPE_IT)


def _is_of_the_form(title: str) -> bool:
    """Whether a sheet is one of the form's, by its name or as Numbers calls it, or a program's own."""
    return _AS_NUMBERS_SAYS.sub("", layout.same(title)) in _SHEETS_OF_THE_FORM | _PROGRAMS_OWN
