"""What somebody wrote in a workbook and the reader does not take: each kind is told once, with its count and first cell.

Notes on cells, columns and sheets of the school's own, text where the form has none, colours in place of answers, and
text that is struck out. None of it is an error: the answers beside it are read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from audit.english import agree, first_and_so_on, plural
from audit.problems import Problem
from audit.workbook import layout
from audit.workbook.answers import Answers
from audit.workbook.beside_cells import Unread
from audit.workbook.identity import About, is_about, is_label
from audit.workbook.sheets import Sheet, Table
from audit.workbook.worksheet_xml import Cell

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
    tables: Sequence[Table],
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
    file: str, sheets: Mapping[str, Sheet], table: Table, found: Answers, unread: Mapping[str, Unread]
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


def _struck(sheets: Mapping[str, Sheet], tables: Sequence[Table]) -> Iterator[Problem]:
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


def _coloured(table: Table, found: Answers) -> Iterator[Problem]:
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


def _added(table: Table) -> Iterator[Cell]:
    """The cells with a text outside of the columns of a table, row by row."""
    own = set(table.columns.values())
    width = len(table.sheet.rows[0]) if table.sheet.rows else 0
    others = [column for column in range(width) if column not in own]
    if others:
        for row in range(len(table.sheet.rows)):
            for column in others:
                if table.sheet.holds_text(row, column):
                    yield row, column


def _has_heading(table: Table, cell: Cell) -> bool:
    return (
        cell[0] > table.head
        and isinstance(table.sheet.rows[table.head][cell[1]], str)
        and table.sheet.holds_text(table.head, cell[1])
    )


def _columns(tables: Iterable[Table]) -> Iterator[Problem]:
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


def _stray(about: About, sheets: Mapping[str, Sheet], tables: Sequence[Table]) -> Iterator[_Place]:
    """The cells with a text where the form has none, on the sheets that are read."""
    for sheet in sheets.values():
        if is_about(about, sheet):
            yield from _beside_school(about, sheet)
    for table in tables:
        beside = [] if _has_title(table) else [cell for cell in _added(table) if not _has_heading(table, cell)]
        below = [cell for cell in beside if cell[0] != table.head]
        yield from ((table.sheet, cell) for cell in sorted({*table.stray, *below}))


def _has_title(table: Table) -> bool:
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


def _sheets(about: About, sheets: Mapping[str, Sheet], tables: Sequence[Table]) -> Iterator[Problem]:
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
