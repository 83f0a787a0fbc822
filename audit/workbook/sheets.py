"""The sheets of a workbook as rows, and the tables in them: found by their headings, wherever they stand.

One row of answers as a response, whichever table it stands in; every fault by its cell.
"""

from __future__ import annotations

import datetime as dt
import difflib
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook

from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Practice, Response
from audit.problems import Problem
from audit.school.merge import fingerprint
from audit.text import ASK_AGAIN, LONGEST, fault_of, plain, says_nothing, tidy
from audit.workbook import layout, safety
from audit.workbook.annotations import NONE, Marks
from audit.workbook.own_words import (
    FIX,
    Word,
    clear_word,
    is_error,
    practice_in_own_words,
    what_error,
    written_in_own_words,
)

if TYPE_CHECKING:
    from audit.workbook.safety.used_range import Extent
    from audit.workbook.safety.worksheet_xml import Cell

ANSWERS = ("written", "practice", "not_applicable", "evidence", "comment")
HEADINGS = {field.name: field.heading for field in layout.ANSWER_FIELDS}
LONGEST_ID = 80
"""Characters of an id that are looked at; none of the criteria has as many."""


def read_response(
    table: SheetTable,
    number: int,
    given: Sequence[str],
    practices: Mapping[str, Practice],
    *,
    any_edition: bool = False,
) -> Response:
    """One row's response; a cell that cannot be read is a problem and counts as not answered.

    Args:
        table: where the row stands; problems are noted in it.
        number: the row.
        given: its texts, in the order of `ANSWERS`.
        practices: the practice by what a cell spells.
        any_edition: whether the number of a practice level will do, since another edition may label it in other words.
    """
    if not any(given):
        return NO_RESPONSE
    written_text, practice_text, reason, evidence, comment = given
    written_word, practice_word = clear_word(written_text), clear_word(practice_text)
    written, practice = layout.WRITTEN_BY_WORD.get(written_word), practices.get(practice_word)
    if practice is None and any_edition:
        practice = practices.get(practice_word.partition(" ")[0])
    if written is not None and practice is not None and not reason:
        try:
            return Response(written=written, practice=practice, evidence=evidence, comment=comment)
        except ValueError:  # a text that cannot be held; which one is found out below
            pass
    said_na = not layout.NOT_APPLICABLE_WORDS.isdisjoint((written_word, practice_word))
    own: list[Word] = []
    if written is None and written_text.strip() and written_word not in layout.NOT_APPLICABLE_WORDS:
        found = written_in_own_words(written_text)
        written = _taken(table, (number, "written"), written_text, found, WRITTEN, own)
    if practice is None and practice_text.strip() and practice_word not in layout.NOT_APPLICABLE_WORDS:
        found = practice_in_own_words(practice_text, practices)
        practice = _taken(table, (number, "practice"), practice_text, found, PRACTICE, own)
    if not reason.strip():
        reason = next((word.reason for word in own if word.reason), reason)
    reason = table.held(number, "not_applicable", reason)
    evidence, comment = table.held(number, "evidence", evidence), table.held(number, "comment", comment)
    if reason.strip() and (written is not None or practice is not None):
        table.fault(
            number,
            "not_applicable",
            "The row is answered and also marked not applicable; the answers were used, the reason was not.",
            "Clear the reason if the statement applies, or clear both answers if it does not.",
        )
        reason = ""
    elif said_na and not reason.strip():
        table.fault(
            number,
            "not_applicable" if "not_applicable" in table.columns else "written",
            "The statement is marked not applicable, but no reason is given; it counts as not answered.",
            "Write the reason under Not applicable because.",
        )
    return Response(
        written=written,
        practice=practice,
        not_applicable=reason if reason.strip() else "",
        evidence=evidence,
        comment=comment,
    )


def _taken(
    table: SheetTable, cell: tuple[int, str], text: str, found: Word | None, known: Sequence[object], own: list[Word]
) -> Any:
    """The answer that a cell gives in words of the school's own, which is noted; None if it gives none for certain.

    Args:
        table: where the row stands; the words, or the problem with them, are noted in it.
        cell: its row and field.
        text: what stands in it.
        found: how it can be read, if it can.
        known: the answers there are.
        own: the words of the row so far, to which these are added.
    """
    if is_error(text):
        table.fault(*cell, what_error(text), FIX)
        return None
    if found is None:
        what = f'"{plain(text[:200])[:40]}" is not one of {", ".join(map(str, known))}.'
        table.fault(*cell, what, "Choose an answer from the list.")
        return None
    own.append(found)
    table.own_words.append(OwnWords(row=cell[0], name=cell[1], text=text, word=found))
    return found.value


def tell_empty_reason(table: SheetTable, number: int, response: Response, mark: str) -> None:
    """Warns of a reason that says nothing; it is kept. One that the tool itself wrote was taken before, perhaps signed.

    Args:
        table: where the row stands; the warning is noted in it.
        number: the row.
        response: what the row says.
        mark: the fingerprint of what the row held when it was written.
    """
    reason = response.not_applicable
    if reason and says_nothing(reason) and fingerprint(response) != mark:
        what = f'The reason "{plain(reason[:200])[:40]}" says nothing; it was kept.'
        table.warn(number, "not_applicable", what, ASK_AGAIN)


def tell_own_words(table: SheetTable) -> None:
    """Warns of each answer that was taken in a school's own words: once where the same words mean the same in many cells."""
    told: dict[tuple[str, str], list[OwnWords]] = {}
    for one in table.own_words:
        told.setdefault((one.name, plain(one.text)), []).append(one)
    for (name, text), cells in told.items():
        word = cells[0].word
        is_level = name == "practice" and word.value != "unknown"
        meant = "not applicable" if word.reason else f"level {word.value}" if is_level else word.value
        many = f" in {len(cells)} cells, of which this is the first" if len(cells) > 1 else ""
        kept = "; the words are kept in the comment" if word.beyond else ""
        what = f'"{text[:60]}" was taken for {meant}{many}{kept}.'
        table.warn(cells[0].row, name, what, "If something else was meant, choose the answer from the list.")


def with_own_words(table: SheetTable, number: int, response: Response) -> Response:
    """A response whose comment holds what a row says beyond its answers; left as it is where that cannot be held."""
    lines = [
        f'{HEADINGS[one.name]} "{tidy(one.text.strip())}"'
        for one in table.own_words
        if one.row == number and one.word.beyond
    ]
    comment = "\n".join(filter(None, (response.comment, *lines)))
    if not lines:
        return response
    if text_fault(comment):
        what = "The comment is too long to hold the words beside the answer too, so they were left out."
        table.warn(number, "comment", what, "Shorten it.")
        return response
    return replace(response, comment=comment)


Rows = Sequence[Sequence[Any]]

_LONGEST_HEADING = 60
_ENOUGH_HEADINGS = 3
"""Headings that must be right before another is taken for a misspelt one."""
_LIKE_AN_ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")
_ENOUGH_TO_ANSWER = 2
"""Columns that a school fills in, which must be known before one is told by its place alone."""
_MISSPELT_WITHIN = 40  # columns
_ALIKE = 0.85
_FORMULAS_NAMED = 20
_TABLE_NAME = re.compile(r"Table [0-9]+")
"""What Numbers puts above each table."""
_UNREADABLE = (CalamineError, ArithmeticError, ValueError, OSError)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet as it was read.

    Attributes:
        file: how problems call the file.
        title: the sheet's name.
        rows: its cells, from `A1` on; each row is as long as the widest.
        extent: what a look at it had found.
        marks: what stands on its cells besides their values.
    """

    file: str
    title: str
    rows: Rows
    extent: Extent
    marks: Marks = NONE

    def where(self, row: int, column: int) -> str:
        """The place of a cell: file, sheet, cell."""
        return f"{self.file}, sheet {self.title}, cell {layout.column_letters(column)}{row + 1}"

    def holds_text(self, row: int, column: int) -> bool:
        """Whether somebody typed something into a cell; a formula is not typed text."""
        value = self.rows[row][column]
        if value is None or (isinstance(value, str) and not value.strip()):
            return False
        return (row, column) not in self.extent.formulas

    def formula_problem(self, cell: Cell) -> Problem | None:
        """The problem with a cell that holds a formula, or nothing: what it last showed may not be what was meant."""
        other_file = self.extent.formulas.get(cell)
        if other_file is None:
            return None
        what = "The cell takes its value from another file, which is never opened."
        return Problem(
            where=self.where(*cell),
            what=what if other_file else "The cell holds a formula, which is never run.",
            fix="Type the value itself in its place.",
        )


def read_sheets(looked: safety.Looked, file: str) -> tuple[dict[str, Sheet], dict[str, Problem]]:
    """Every sheet that could be read, by title, and the problem with each of the others."""
    sheets: dict[str, Sheet] = {}
    faults = dict(looked.faults)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(looked.package)) as book:
            for number, (title, extent) in enumerate(looked.sheets.items()):
                rows = _rows(book, number)
                if rows is None:
                    faults[title] = safety.damaged(f"{file}, sheet {title}")
                else:
                    marks = looked.marks.get(title, NONE)
                    rows = _without_struck(rows, marks.struck)
                    sheets[title] = Sheet(file=file, title=title, rows=rows, extent=extent, marks=marks)
    except BaseException as error:
        if not _is_unreadable(error):
            raise
        return {}, {"": safety.damaged(file)}
    return sheets, faults


def _rows(book: CalamineWorkbook, number: int) -> Rows | None:
    """The rows of a sheet; None if it cannot be parsed."""
    try:
        return book.get_sheet_by_index(number).to_python(skip_empty_area=False)
    except BaseException as error:
        if not _is_unreadable(error):
            raise
        return None


def _without_struck(rows: Rows, struck: Mapping[Cell, str]) -> Rows:
    """The rows without what is struck out of a text; a text that is struck out as a whole stays."""
    left = {cell: text for cell, text in struck.items() if text}
    if not left:
        return rows
    return [[left.get((number, column), value) for column, value in enumerate(row)] for number, row in enumerate(rows)]


def _is_unreadable(error: BaseException) -> bool:
    """Whether an exception is the file's fault: calamine's own, and what a panic in it becomes, which has no import."""
    return isinstance(error, _UNREADABLE) or type(error).__name__ == "PanicException"


def as_text(value: Any) -> str:
    """A cell's value as the text that was meant: numbers without ``.0``, dates as day/month/year."""
    if isinstance(value, str):
        return tidy(value) if "\r" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M") if value.time() != dt.time() else value.strftime("%d/%m/%Y")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def text_fault(text: str) -> str | None:
    """Why a text cannot be held; told without a search of all of it where it is far too long for a cell."""
    if len(text) > LONGEST:
        return (
            f"The text has {len(text):,} characters; a workbook cell holds {LONGEST:,}. "
            "Shorten it, or say where the rest can be found."
        )
    return fault_of(text)


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """An answer that a school gave in words of its own: the row and field of its cell, what stands there, and what it says."""

    row: int
    name: str
    text: str
    word: Word


@dataclass
class SheetTable:
    """A table while it is read: where it is, and the problems found in it.

    Attributes:
        untyped: whether a value was found that nobody typed: a formula, or a text longer than any cell can hold.
        own_words: the answers that were given in other words than the form has.
        stray: cells with a text in rows that answer nothing.
        struck_out: cells whose text is struck out as a whole, so that they count as empty.
    """

    sheet: Sheet
    head: int
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    untyped: bool = False
    own_words: list[OwnWords] = field(default_factory=list)
    stray: list[Cell] = field(default_factory=list)
    struck_out: frozenset[Cell] = frozenset()

    def texts(self, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """The number of each row but the headings, and these fields of it as a person sees them in the cells."""
        columns = [self.columns.get(name, -1) for name in names]
        width = len(self.sheet.rows[0]) if self.sheet.rows else 0
        places = [column if 0 <= column < width else width for column in columns]  # of a missing column the cell beyond
        beyond = ("",) if width in places else ()
        fields_of = itemgetter(*places, width - 1)  # of one place alone it would give no sequence
        for number, row in enumerate(self.sheet.rows):
            if number != self.head:
                values = fields_of((*row, *beyond) if beyond else row)[:-1]
                if self.struck_out:
                    values = [
                        "" if (number, at) in self.struck_out else v for v, at in zip(values, places, strict=True)
                    ]
                yield number, [v if type(v) is str and "\r" not in v else as_text(v) for v in values]

    def where(self, row: int, name: str) -> str:
        """The place of a field in a row."""
        return self.sheet.where(row, self.columns[name])

    def fault(self, row: int, name: str, what: str, fix: str) -> None:
        """Notes what could not be used."""
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix))

    def warn(self, row: int, name: str, what: str, fix: str) -> None:
        """Notes what the person should know all the same."""
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix, severity="warning"))

    def held(self, row: int, name: str, text: str) -> str:
        """A text that can be held; one that cannot is a fault, and left out."""
        if text and (fault := text_fault(text)):
            self.fault(row, name, fault, "Mend the text in this cell.")
            self.untyped |= len(text) > LONGEST
            return ""
        return text

    def leave_out_struck(self, fields: Sequence[layout.Field]) -> None:
        """Takes what is struck out as a whole for empty, in the columns that the school fills."""
        filled = {self.columns[f.name] for f in fields if f.kind == "answer" and f.name in self.columns}
        struck = self.sheet.marks.struck.items()
        self.struck_out = frozenset(
            cell for cell, left in struck if not left and cell[1] in filled and cell[0] != self.head
        )

    def add_stray(self, row: int, names: Collection[str] = ()) -> None:
        """Notes each text of a row that answers nothing, in these columns of the table or in all; no formula is such a text."""
        values = self.sheet.rows[row]
        for column in sorted({place for name, place in self.columns.items() if not names or name in names}):
            if self.sheet.holds_text(row, column) and not _TABLE_NAME.fullmatch(str(values[column])[:_LONGEST_HEADING]):
                self.stray.append((row, column))

    def add_formulas(self, fields: Sequence[layout.Field]) -> None:
        """Notes each formula in a cell that is read, the first ones by name."""
        read = {self.columns[f.name] for f in fields if f.kind == "answer" and f.name in self.columns}
        read.add(self.columns.get("id", -1))
        cells = sorted(cell for cell in self.sheet.extent.formulas if cell[0] != self.head and cell[1] in read)
        self.untyped |= bool(cells)
        for cell in cells[:_FORMULAS_NAMED]:
            problem = self.sheet.formula_problem(cell)
            if problem is not None:
                self.problems.append(problem)
        if len(cells) > _FORMULAS_NAMED:
            self.problems.append(
                Problem(
                    where=f"{self.sheet.file}, sheet {self.sheet.title}",
                    what=f"More cells hold formulas, which are never run: {len(cells) - _FORMULAS_NAMED}.",
                    fix="Type the values themselves in their place.",
                )
            )


def titles_in_order(titles: Sequence[str], wanted: str) -> list[str]:
    """Titles with the one that is wanted first, then those that begin with it, such as ``Answers - Table 1``."""
    name = layout.same(wanted)

    def rank(title: str) -> int:
        word = layout.same(title)
        return 0 if word == name else 1 if word.startswith(f"{name} ") else 2

    return sorted(titles, key=rank)


def find_sheet(sheets: Mapping[str, Sheet], wanted: str) -> Sheet | None:
    """The sheet of a name, in whatever letter case or with a tail such as ``- Table 1``."""
    title = next(iter(titles_in_order(list(sheets), wanted)), "")
    word, name = layout.same(title), layout.same(wanted)
    return sheets[title] if word == name or word.startswith(f"{name} ") else None


def find_tables(
    sheets: Mapping[str, Sheet], wanted: str, fields: Sequence[layout.Field], needed: Sequence[str]
) -> Iterator[SheetTable]:
    """Each table with the needed headings, the likeliest first, wherever it stands and whatever its sheet is called."""
    headings = {layout.same(f.heading): f for f in fields}
    others = {layout.same(word): f for f in fields for word in f.also}
    for title in titles_in_order(list(sheets), wanted):
        sheet = sheets[title]
        for head in range(len(sheet.rows)):  # not only the first: a careless sort moves the headings too
            table = _table(sheet, head, (headings, others))
            if table is not None and len(table.columns) >= _ENOUGH_HEADINGS:
                read = {word: f for word, f in headings.items() if f.kind != "given" or f.name in needed}
                _add_misspelt(table, {word: f for word, f in read.items() if f.name not in table.columns})
                lost = [f for f in read.values() if f.name not in table.columns]
                _add_by_place(table, fields, sorted(lost, key=lambda f: f.name not in needed))
            if table is not None and all(name in table.columns for name in needed):
                yield table
            if table is not None and len(table.columns) >= _ENOUGH_HEADINGS:
                break


def _words(row: Sequence[Any]) -> dict[int, str]:
    """What a row spells that may be a heading, by column."""
    texts = ((column, value) for column, value in enumerate(row) if isinstance(value, str) and value)
    return {column: layout.same(value) for column, value in texts if len(value) <= _LONGEST_HEADING}


def _table(sheet: Sheet, head: int, known: Sequence[Mapping[str, layout.Field]]) -> SheetTable | None:
    """The table of a row that has headings; of two columns for one field, that with the better known heading."""
    words = _words(sheet.rows[head])
    columns: dict[str, int] = {}
    for fields in known:
        for column, word in words.items():
            if word in fields:
                columns.setdefault(fields[word].name, column)
    return SheetTable(sheet, head, columns) if len(columns) > 1 else None


def _add_misspelt(table: SheetTable, missing: dict[str, layout.Field]) -> None:
    """Takes headings that are like a missing one for it, and says so."""
    row, taken = table.sheet.rows[table.head], set(table.columns.values())
    unknown = [(column, word) for column, word in _words(row).items() if column not in taken] if missing else []
    for column, word in unknown[:_MISSPELT_WITHIN]:
        for like in difflib.get_close_matches(word, missing, n=1, cutoff=_ALIKE):
            meant = missing.pop(like)
            table.columns[meant.name] = column
            table.warn(
                table.head,
                meant.name,
                f'The heading "{row[column]}" was taken for "{meant.heading}".',
                "Restore the heading if that is what it means; else rename it.",
            )


def _add_by_place(table: SheetTable, fields: Sequence[layout.Field], missing: Sequence[layout.Field]) -> None:
    """Takes the one unknown column between two that are known, or at the edge, for the field that belongs there."""
    if sum(f.kind == "answer" and f.name in table.columns for f in fields) < _ENOUGH_TO_ANSWER:
        return
    if "last_year" not in table.columns:
        missing = [f for f in missing if f.name != "still"]
    order = [f.name for f in fields]
    width = len(table.sheet.rows[table.head])
    for field_ in missing:
        place = order.index(field_.name)
        before = next((table.columns[name] for name in reversed(order[:place]) if name in table.columns), None)
        after = next((table.columns[name] for name in order[place + 1 :] if name in table.columns), None)
        if before is not None and after is not None:
            column = before + 1 if after - before == 2 else None
        elif after is not None:
            column = after - 1
        else:
            column = None if before is None else before + 1
        if column is None or not 0 <= column < width or column in table.columns.values():
            continue
        stands_there = as_text(table.sheet.rows[table.head][column])[:_LONGEST_HEADING]
        texts = [as_text(row[column]) for number, row in enumerate(table.sheet.rows) if number != table.head]
        if field_.name == "id" and not any(_LIKE_AN_ID.fullmatch(text.strip().casefold()) for text in texts):
            continue
        if (before is None or after is None or not stands_there) and not any(texts):
            continue
        table.columns[field_.name] = column
        table.warn(
            table.head,
            field_.name,
            f'The heading "{stands_there}" was taken for "{field_.heading}", since it stands in its place.',
            "Restore the heading if that is what it means.",
        )
