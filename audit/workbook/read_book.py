"""Reads the sheets of a workbook as an audit, with every problem by file, sheet and cell.

Some things that people write are not read where they are: notes on cells, added columns and sheets, text in cells where
the form has none, struck-out text, and colours in place of answers. `untaken` warns once of each kind, with its count
and first cell. None of it is an error: the answers are read all the same. A note on an answer becomes the comment of its
row if that is empty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from audit.english import agree, first_and_so_on, plural
from audit.model import NO_RESPONSE, Audit, AuditHead, Criteria, FrameworkRef, KnownSchool, Response, SignOff
from audit.problems import Problem, errors
from audit.school.proposals import equal_pairs
from audit.text import plain
from audit.workbook import layout, read_answers, safety, signed
from audit.workbook.read_identity import About, find_about, is_about, is_label, other_schools, read_about
from audit.workbook.safety.worksheet_xml import Cell
from audit.workbook.sheets import LONGEST_ID, Sheet, SheetTable, find_sheet, find_tables, read_sheets

if TYPE_CHECKING:
    from audit.workbook.read_answers import Answers
    from audit.workbook.safety.annotations import Unread

MOST_PROBLEMS = 500
"""The most problems that are reported for one file; a return with a fault in every answer has fewer."""
_OURS = (layout.SCHOOL, layout.ANSWERS, layout.ACTIONS, layout.LAST_YEAR, layout.SIGN_OFF)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read from one workbook.

    Attributes:
        audit: the audit as far as it could be read; None if the file or its school cannot be used.
        problems: every error and warning, in the order of the file.
        urn: the URN, even if the audit could not be read; empty if there is none.
        name: the name of the school, even if the audit could not be read; empty if there is none.
        frameworks: the framework editions that it answers, even if the audit could not be read.
        untyped: whether nobody typed one of the values: it is a formula, comes from another file, or is longer than any
            cell can hold. No formula is run. A school is told of each; an authority does not accept the file.
        rows: by statement, the response of each row without an error, including empty ones. A row that could only be
            read in part is in the audit, but must never overwrite what is stored.
        marks: by statement, the fingerprint of the response with which the workbook was written.
        criteria: the criteria that the audit was signed with, if it is intact; they may be of another day or edition
            than those of this installation. None if it is not signed.
        intact: whether the audit is signed, and is what was signed. An altered one counts as not signed.
        others: URN and name, if it gives them, of each further school that the workbook names.
        modified_at: when the workbook says that it was last changed (UTC); None if it does not say.
    """

    audit: Audit | None
    problems: tuple[Problem, ...]
    urn: str = ""
    name: str = ""
    frameworks: tuple[FrameworkRef, ...] = ()
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
    """The sheets of a workbook, and what they say that can be read without criteria.

    Attributes:
        file: the name of the file in problems.
        sheets: the sheets that could be read, by title.
        faults: why a sheet could not be read, by its title.
        about: what the sheet *School* says.
        sign_offs: every version that was signed, according to the workbook.
        sign_off_table: the table *Sign-off*; None if there is none.
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
    """The sheets of a workbook that `safety.look` has accepted."""
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
        criteria: the current criteria, or those that it was signed with.
        urns: the URN by DfE number.
        schools: from a register, what is known of each school by its URN.
        any_edition: whether answers to another edition of a framework are taken too.
    """
    about, name = book.about, book.file
    table = next(find_tables(book.sheets, layout.ANSWERS, read_answers.FIELDS, read_answers.NEEDED), None)

    def held() -> tuple[FrameworkRef, ...]:
        return () if table is None else _held(table, criteria)

    head, carried_from = read_about(about, criteria, urns, schools, any_edition=any_edition, held=held)
    school_problems = (*about.problems, *about.formulas) if about.texts else _no_school(name, book.faults)
    is_signed = bool(about.short("content"))
    criteria, school = _answered(head, criteria), head.school
    if is_signed:
        criteria = Criteria(criteria.frameworks)  # what was signed proposes nothing, and asks nothing once
    if table is None:
        why = (*(book.faults.values() or [_no_answers(name)]), *(school_problems if about.texts else ()))
        return Reading(
            audit=None,
            problems=capped(why, name),
            urn=school.urn,
            name=school.name,
            frameworks=head.frameworks,
        )
    others = {title: sheet for title, sheet in book.sheets.items() if sheet is not table.sheet}
    asked = bool(about.short("carried_from"))
    last_year = _find(others, layout.LAST_YEAR, layout.LAST_YEAR_FIELDS, read_answers.CARRIED_NEEDED, anywhere=asked)
    practices = layout.practice_by_word(criteria.practice_levels)
    carried = read_answers.read_carried(last_year, practices, any_edition=any_edition) if last_year else {}
    table.leave_out_struck(read_answers.FIELDS)
    sent = partial(read_answers.read_sent, table, criteria, head, carried, carried_from, any_edition=any_edition)
    answers = read_answers.read_answers(
        table,
        criteria,
        carried,
        sent=cache(sent) if criteria.crosswalks else None,
        any_edition=any_edition,
        takes_notes=not is_signed,  # a note is never part of what was signed
    )
    pairs = equal_pairs(head, criteria)
    read_answers.answer_pairs(table, answers, criteria, pairs)
    table.add_formulas(read_answers.FIELDS)
    plan = next(find_tables(others, layout.ACTIONS, layout.ACTION_FIELDS, read_answers.ACTIONS_NEEDED), None)
    if plan:
        plan.leave_out_struck(layout.ACTION_FIELDS)
    actions = read_answers.read_actions(plan, criteria, any_edition=any_edition) if plan else ()
    if plan:
        plan.add_formulas(layout.ACTION_FIELDS)
    audit = None
    if about.texts and not errors(about.problems):
        more = {"carried_from": carried_from, "carried": carried, "sign_offs": book.sign_offs}
        audit = _audit(head, answers, actions=actions, **more)
    other_tables = [other for other in (plan, last_year, book.sign_off_table) if other is not None]
    used = {id(each.sheet) for each in (table, *other_tables)}
    unused = {title: sheet for title, sheet in book.sheets.items() if id(sheet) not in used}
    strangers = tuple(other_schools(about, unused, school.urn))
    twice = (*_copies(others, table), *(stranger.problem for stranger in strangers))
    problems = chain(
        school_problems,
        table.problems,
        _missing(audit, answers, table, criteria, pairs),
        twice,
        chain.from_iterable(other.problems for other in other_tables),
        untaken(about, _without_reported(book.sheets, twice), [table, *other_tables], answers, book.unread),
        _left_out(book.faults),
    )
    return Reading(
        audit=audit,
        problems=capped(problems, name),
        untyped=bool(about.formulas) or table.untyped or any(other.untyped for other in other_tables),
        rows={
            statement: response
            for statement, response in answers.responses.items()
            if statement in answers.rows and statement not in answers.faulty
        },
        marks=answers.marks,
        others=tuple(dict.fromkeys((stranger.urn, stranger.name) for stranger in strangers)),
        urn=school.urn,
        name=school.name,
        frameworks=head.frameworks,
    )


def _held(table: SheetTable, criteria: Criteria) -> tuple[FrameworkRef, ...]:
    """The frameworks to whose statements the rows belong."""
    ids = {plain(named[:LONGEST_ID]).casefold() for _, (named,) in table.texts(("id",))}
    held = {criteria[statement].framework.ref for statement in ids if statement in criteria}
    return tuple(ref for ref in criteria.refs if ref in held)


def _answered(head: AuditHead, criteria: Criteria) -> Criteria:
    """The criteria with which the rows are read: of the frameworks that the workbook answers, in whatever edition.

    Where none of them is loaded, the usual ones tell what the rows hold.
    """
    ids = {ref.id for ref in head.frameworks}
    return criteria.of([ref for ref in criteria.refs if ref.id in ids] or criteria.usual)


def _audit(head: AuditHead, answers: read_answers.Answers, **more: Any) -> Audit:
    responses = {statement: response for statement, response in answers.responses.items() if response != NO_RESPONSE}
    revisions = {
        statement: number for statement, number in answers.revisions.items() if statement in responses and number != 1
    }
    return Audit(**vars(head), responses=responses, revisions=revisions, **more)


def _find(
    sheets: Mapping[str, Sheet],
    wanted: str,
    fields: tuple[layout.Field, ...],
    needed: tuple[str, ...],
    *,
    anywhere: bool,
) -> SheetTable | None:
    """The table on the sheet with a name; with ``anywhere`` on any sheet, for a sheet that must have been renamed."""
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
    """The problem that the school is not known, unless the fault of the sheet *School* says so already."""
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
    audit: Audit | None,
    answers: read_answers.Answers,
    table: SheetTable,
    criteria: Criteria,
    pairs: Collection[str],
) -> Iterator[Problem]:
    """The warning that statements have no row, if there are any; one that is asked in newer wording needs none."""
    if audit is None:
        return
    problem = read_answers.missing_rows(
        answers,
        criteria,
        where=f"{table.sheet.file}, sheet {table.sheet.title}",
        asks=lambda criterion: audit.asks(criterion) and (criterion.id in answers.rows or criterion.id not in pairs),
        frameworks=frozenset(ref.id for ref in audit.frameworks if ref in criteria.refs),
    )
    if problem is not None:
        yield problem


def _copies(others: Mapping[str, Sheet], table: SheetTable) -> Iterator[Problem]:
    """A warning for each further sheet that could also be the answers."""
    unknown = {title: sheet for title, sheet in others.items() if title not in _OURS}
    for copy in find_tables(unknown, layout.ANSWERS, layout.ANSWER_FIELDS, read_answers.NEEDED):
        yield Problem(
            where=f"{copy.sheet.file}, sheet {copy.sheet.title}",
            what=f"This sheet has the headings of the answers too; only the sheet {table.sheet.title} was read.",
            fix="Delete the sheet whose answers do not count.",
            severity="warning",
        )


def _without_reported(sheets: Mapping[str, Sheet], reported: Collection[Problem]) -> dict[str, Sheet]:
    """The sheets without those that have been reported already."""
    places = [f"{problem.where}," for problem in reported]
    return {
        title: sheet
        for title, sheet in sheets.items()
        if not any(place.startswith(f"{sheet.file}, sheet {title},") for place in places)
    }


def _left_out(faults: Mapping[str, Problem]) -> Iterator[Problem]:
    """The problem with each sheet that was not read; only a warning if it is not a sheet of the form."""
    for title, fault in faults.items():
        yield fault if title in _OURS else replace(fault, severity="warning")


def capped(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """The first problems of a file; the last then says how many more there are."""
    every = tuple(problems)
    if len(every) <= MOST_PROBLEMS:
        return every
    more = Problem(
        where=file,
        what=f"There are {len(every) - MOST_PROBLEMS:,} further problems in this file.",
        fix="Start from a fresh blank form.",
    )
    return (*every[:MOST_PROBLEMS], more)


_PROGRAMS_OWN = frozenset({"export summary"})
"""Sheets that a program adds when it saves: Numbers adds a list of the tables."""
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
    answers: Answers,
    unread: Mapping[str, Unread],
) -> Iterator[Problem]:
    """A warning for each kind of thing that was not read, once for the file.

    Args:
        about: what was read from the sheet *School*.
        sheets: every sheet that was read.
        tables: the tables in them, the answers first.
        answers: what was read from the answers.
        unread: what somebody wrote on sheets that only the product fills.
    """
    file = about.file
    yield from _notes(file, sheets, tables[0], answers, unread)
    yield from _struck(sheets, tables)
    yield from _coloured(tables[0], answers)
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
    file: str, sheets: Mapping[str, Sheet], table: SheetTable, answers: Answers, unread: Mapping[str, Unread]
) -> Iterator[Problem]:
    """Notes on cells: those that became the comment of their row, those that did not, and those that cannot be read."""
    if answers.noted:
        many = plural(len(answers.noted), "note stands beside an answer", "notes stand beside answers, the first here")
        what = f"{many}; where the comment of a row was empty, it now holds what the note says."
        fix = "Look whether the comments say what was meant. Next time type it into the cell Comment."
        yield _warning(_where((table.sheet, min(answers.noted))), what, fix)
    ignored = [
        sheet.where(*note.cell)
        for sheet in sheets.values()
        for note in sheet.marks.notes
        if sheet is not table.sheet or note.cell not in answers.noted
    ]
    ignored += [
        f"{file}, sheet {title}, cell {_address(note.cell)}"
        for title, on_sheet in unread.items()
        for note in on_sheet.notes
    ]
    if ignored:
        many = plural(len(ignored), "note on a cell was", "notes on cells were")
        yield _warning(ignored[0], f"{many} not read{', the first here' if len(ignored) > 1 else ''}.", _TYPE_IT)
    for title, sheet in sheets.items():
        if sheet.marks.notes_lost:
            yield _warning(f"{file}, sheet {title}", "The sheet has notes on cells that cannot be read.", _TYPE_IT)


def _struck(sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[Problem]:
    """Text that is struck out: in part, as a whole, and as a whole where it was read all the same."""
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


def _coloured(table: SheetTable, answers: Answers) -> Iterator[Problem]:
    """Colours in empty cells for an answer, in rows that are not answered."""
    coloured = table.sheet.marks.coloured
    if not coloured:
        return
    columns = [table.columns[name] for name in _CHOICES if name in table.columns]
    places = [
        (row, column)
        for statement, row in answers.rows.items()
        if not _is_complete(answers, statement)
        for column in columns
        if (row, column) in coloured and not table.sheet.holds_text(row, column)
    ]
    if places:
        many = plural(len(places), "cell for an answer is", "cells for answers, the first here, are")
        what = f"{many} coloured but empty; a colour is no answer, so the statements count as not answered."
        yield _warning(_where((table.sheet, min(places))), what, "Choose each answer from the list.")


def _is_complete(answers: Answers, statement: str) -> bool:
    response = answers.responses[statement]
    return bool(response.not_applicable) or (response.written is not None and response.practice is not None)


def _added(table: SheetTable) -> Iterator[Cell]:
    """The cells with a text outside the columns of a table, row by row."""
    known = set(table.columns.values())
    width = len(table.sheet.rows[0]) if table.sheet.rows else 0
    others = [column for column in range(width) if column not in known]
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
    places: list[_Place] = []
    names: dict[str, None] = {}
    for table in tables:
        for cell in _added(table):
            if _has_heading(table, cell):
                places.append((table.sheet, cell))
                names.setdefault(str(table.sheet.rows[table.head][cell[1]]).strip()[:40])
    if places:
        named = first_and_so_on([f'"{name}"' for name in names], _NAMED)
        column = agree(len(names), "column", "columns")
        many = plural(len(places), "cell", "cells, the first here")
        verb = agree(len(names), "holds", "hold")
        what = f"The {column} {named} {verb} text that was not read, in {many}: the form has no such {column}."
        yield _warning(_where(places[0]), what, _TYPE_IT)


def _stray(about: About, sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[_Place]:
    """The cells with a text where the form has nothing to fill in, on the sheets that are read."""
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
    """Text in cells of the form's sheets where there is nothing to fill in."""
    places = list(
        chain(
            map(_where, stray),
            (
                f"{file}, sheet {title}, cell {_address(cell)}"
                for title, on_sheet in unread.items()
                for cell in on_sheet.typed
            ),
        )
    )
    if places:
        many = plural(len(places), "cell", "cells, the first here")
        what = f"Text was not read in {many}: the form has nothing to fill in there."
        yield _warning(places[0], what, _TYPE_IT)


def _sheets(about: About, sheets: Mapping[str, Sheet], tables: Sequence[SheetTable]) -> Iterator[Problem]:
    """Sheets that somebody added, with text on them."""
    used = {id(table.sheet) for table in tables}
    added: dict[str, tuple[_Place, int]] = {}
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
            added[title] = ((sheet, cells[0]), len(cells))
    if added:
        named = first_and_so_on(list(added), _NAMED)
        first, number = next(iter(added.values()))[0], sum(count for _, count in added.values())
        many = plural(number, "cell", "cells, the first here")
        what = f"Added to the form and not read: {plural(len(added), 'sheet', 'sheets')} with text in {many} ({named})."
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
