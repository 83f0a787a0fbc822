"""Reads the sheets of a workbook as rows, finds the tables in them, and reads one row of answers as a response.

Tables are found by their headings, wherever they are. Every fault is noted with its cell.
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
from audit.workbook.own_words import (
    FIX,
    Word,
    clear_word,
    is_error,
    practice_in_own_words,
    what_error,
    written_in_own_words,
)
from audit.workbook.safety.annotations import NONE, Marks

if TYPE_CHECKING:
    from audit.workbook.safety.used_range import Extent
    from audit.workbook.safety.worksheet_xml import Cell

ANSWERS = ("written", "practice", "not_applicable", "evidence", "comment")
HEADINGS = {field.name: field.heading for field in layout.ANSWER_FIELDS}
LONGEST_ID = 80
"""The most characters of an id that are read; no statement has an id as long."""


Rows = Sequence[Sequence[Any]]

_LONGEST_HEADING = 60
_ENOUGH_HEADINGS = 3
"""The headings that must be right before another one is read as misspelt."""
_LIKE_AN_ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")
_ENOUGH_TO_ANSWER = 2
"""The columns of answers that must be known before another is recognised by its place alone."""
_MISSPELT_WITHIN = 40  # columns
_ALIKE = 0.85
_FORMULAS_NAMED = 20
_TABLE_NAME = re.compile(r"Table [0-9]+")
"""The title that Numbers puts above each table."""
_UNREADABLE = (CalamineError, ArithmeticError, ValueError, OSError)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet as it was read.

    Attributes:
        file: the name of the file in problems.
        title: the sheet's name.
        rows: the values of its cells, from `A1`; all rows have the same length.
        extent: how far it reaches, and its formulas and merged cells.
        marks: what is on its cells besides their values.
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
        """The problem with a cell that holds a formula, whose last value may not be what was meant; else None."""
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
    """The sheets that could be read, and the problems with the others, both by title."""
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
    """The rows without the struck-out part of each text; a text that is struck out as a whole stays."""
    remaining = {cell: text for cell, text in struck.items() if text}
    if not remaining:
        return rows
    return [
        [remaining.get((number, column), value) for column, value in enumerate(row)] for number, row in enumerate(rows)
    ]


def _is_unreadable(error: BaseException) -> bool:
    """Whether the file caused an exception: an error of calamine, or a panic in it, whose class cannot be imported."""
    return isinstance(error, _UNREADABLE) or type(error).__name__ == "PanicException"


def as_text(value: Any) -> str:
    """The value of a cell as text, as its writer meant it: numbers without ``.0``, dates as day/month/year."""
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
    """Why a text cannot be stored; None if it can. A text that is too long for a cell is not searched."""
    if len(text) > LONGEST:
        return (
            f"The text has {len(text):,} characters; a workbook cell holds {LONGEST:,}. "
            "Shorten it, or say where the rest can be found."
        )
    return fault_of(text)


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """An answer in the school's own words: row and field of its cell, its text, and the answer that it was read as."""

    row: int
    name: str
    text: str
    word: Word


@dataclass
class SheetTable:
    """A table while it is read: where it is, and what was noted in it.

    Attributes:
        sheet: the sheet that it is on.
        head: the row of its headings.
        columns: the column of each field that was found, by name.
        problems: the problems so far.
        untyped: whether a value was found that nobody typed: a formula, or a text longer than any cell can hold.
        own_words: the answers that were given in the school's own words.
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
        """The number of each row except the headings, and the texts of these fields of it."""
        columns = [self.columns.get(name, -1) for name in names]
        width = len(self.sheet.rows[0]) if self.sheet.rows else 0
        places = [
            column if 0 <= column < width else width for column in columns
        ]  # a missing column gets the place after the last
        beyond = ("",) if width in places else ()
        fields_of = itemgetter(*places, width - 1)  # with one place alone, `itemgetter` returns no tuple
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
        """Notes something that could not be used, as an error."""
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix))

    def warn(self, row: int, name: str, what: str, fix: str) -> None:
        """Notes something that was used and that the person should know, as a warning."""
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix, severity="warning"))

    def held(self, row: int, name: str, text: str) -> str:
        """The text if it can be stored; else empty, with an error."""
        if text and (fault := text_fault(text)):
            self.fault(row, name, fault, "Mend the text in this cell.")
            self.untyped |= len(text) > LONGEST
            return ""
        return text

    def leave_out_struck(self, fields: Sequence[layout.Field]) -> None:
        """Treats texts that are struck out as a whole as empty, in the columns that the school fills."""
        filled = {self.columns[f.name] for f in fields if f.kind == "answer" and f.name in self.columns}
        struck = self.sheet.marks.struck.items()
        self.struck_out = frozenset(
            cell for cell, left in struck if not left and cell[1] in filled and cell[0] != self.head
        )

    def add_stray(self, row: int, names: Collection[str] = ()) -> None:
        """Notes each typed text in a row that answers nothing, in the named columns or, without names, in all."""
        values = self.sheet.rows[row]
        for column in sorted({place for name, place in self.columns.items() if not names or name in names}):
            if self.sheet.holds_text(row, column) and not _TABLE_NAME.fullmatch(str(values[column])[:_LONGEST_HEADING]):
                self.stray.append((row, column))

    def add_formulas(self, fields: Sequence[layout.Field]) -> None:
        """Notes the formulas in cells that are read: the first ones by cell, the others by their number."""
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
    """The titles with the wanted one first, then those that begin with it, such as ``Answers - Table 1``."""
    name = layout.same(wanted)

    def rank(title: str) -> int:
        word = layout.same(title)
        return 0 if word == name else 1 if word.startswith(f"{name} ") else 2

    return sorted(titles, key=rank)


def find_sheet(sheets: Mapping[str, Sheet], wanted: str) -> Sheet | None:
    """The sheet with a name, in any letter case or with an ending such as ``- Table 1``; None if there is none."""
    title = next(iter(titles_in_order(list(sheets), wanted)), "")
    word, name = layout.same(title), layout.same(wanted)
    return sheets[title] if word == name or word.startswith(f"{name} ") else None


def find_tables(
    sheets: Mapping[str, Sheet], wanted: str, fields: Sequence[layout.Field], needed: Sequence[str]
) -> Iterator[SheetTable]:
    """Each table with the needed headings, wherever it is and whatever its sheet is called; likeliest first."""
    headings = {layout.same(f.heading): f for f in fields}
    others = {layout.same(word): f for f in fields for word in f.also}
    for title in titles_in_order(list(sheets), wanted):
        sheet = sheets[title]
        for head in range(len(sheet.rows)):  # any row, since a careless sort moves the headings too
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
    """The texts of a row that may be headings, by column."""
    texts = ((column, value) for column, value in enumerate(row) if isinstance(value, str) and value)
    return {column: layout.same(value) for column, value in texts if len(value) <= _LONGEST_HEADING}


def _table(sheet: Sheet, head: int, known: Sequence[Mapping[str, layout.Field]]) -> SheetTable | None:
    """The table with its headings in a row; of two columns for a field, the one with the form's heading counts."""
    words = _words(sheet.rows[head])
    columns: dict[str, int] = {}
    for fields in known:
        for column, word in words.items():
            if word in fields:
                columns.setdefault(fields[word].name, column)
    return SheetTable(sheet, head, columns) if len(columns) > 1 else None


def _add_misspelt(table: SheetTable, missing: dict[str, layout.Field]) -> None:
    """Reads headings that are similar to a missing one as that one, with a warning."""
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
    """Reads a column without a known heading, between two known ones or at the edge, as the field of its place."""
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
        heading = as_text(table.sheet.rows[table.head][column])[:_LONGEST_HEADING]
        texts = [as_text(row[column]) for number, row in enumerate(table.sheet.rows) if number != table.head]
        if field_.name == "id" and not any(_LIKE_AN_ID.fullmatch(text.strip().casefold()) for text in texts):
            continue
        if (before is None or after is None or not heading) and not any(texts):
            continue
        table.columns[field_.name] = column
        table.warn(
            table.head,
            field_.name,
            f'The heading "{heading}" was taken for "{field_.heading}", since it stands in its place.',
            "Restore the heading if that is what it means.",
        )


def read_response(
    table: SheetTable,
    number: int,
    texts: Sequence[str],
    practices: Mapping[str, Practice],
    *,
    any_edition: bool = False,
) -> Response:
    """The response of one row. A cell that cannot be read is a problem, and counts as not answered.

    Args:
        table: the table of the row; problems are noted in it.
        number: the row.
        texts: the texts of the row, in the order of `ANSWERS`.
        practices: the practice answer by the text of a cell.
        any_edition: whether the number of a practice level is enough, since another edition may label it differently.
    """
    if not any(texts):
        return NO_RESPONSE
    written_text, practice_text, reason, evidence, comment = texts
    written_word, practice_word = clear_word(written_text), clear_word(practice_text)
    written, practice = layout.WRITTEN_BY_WORD.get(written_word), practices.get(practice_word)
    if practice is None and any_edition:
        practice = practices.get(practice_word.partition(" ")[0])
    if written is not None and practice is not None and not reason:
        try:
            return Response(written=written, practice=practice, evidence=evidence, comment=comment)
        except ValueError:  # a text that cannot be stored; `table.held` below finds which
            pass
    is_marked_na = not layout.NOT_APPLICABLE_WORDS.isdisjoint((written_word, practice_word))
    own_words: list[Word] = []
    if written is None and written_text.strip() and written_word not in layout.NOT_APPLICABLE_WORDS:
        read_as = written_in_own_words(written_text)
        written = _taken(table, (number, "written"), written_text, read_as, WRITTEN, own_words)
    if practice is None and practice_text.strip() and practice_word not in layout.NOT_APPLICABLE_WORDS:
        read_as = practice_in_own_words(practice_text, practices)
        practice = _taken(table, (number, "practice"), practice_text, read_as, PRACTICE, own_words)
    if not reason.strip():
        reason = next((word.reason for word in own_words if word.reason), reason)
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
    elif is_marked_na and not reason.strip():
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
    table: SheetTable,
    cell: tuple[int, str],
    text: str,
    word: Word | None,
    known: Sequence[object],
    row_words: list[Word],
) -> Any:
    """The answer that a cell gives in the school's own words, which are noted; None if no answer is certain.

    Args:
        table: the table of the row; the words, or the problem with them, are noted in it.
        cell: the row and the field of the cell.
        text: the text of the cell.
        word: the answer that the text was read as; None if it cannot be read.
        known: the possible answers.
        row_words: the answers of this row in own words so far; this one is added.
    """
    if is_error(text):
        table.fault(*cell, what_error(text), FIX)
        return None
    if word is None:
        what = f'"{plain(text[:200])[:40]}" is not one of {", ".join(map(str, known))}.'
        table.fault(*cell, what, "Choose an answer from the list.")
        return None
    row_words.append(word)
    table.own_words.append(OwnWords(row=cell[0], name=cell[1], text=text, word=word))
    return word.value


def tell_empty_reason(table: SheetTable, number: int, response: Response, mark: str) -> None:
    """Warns of a reason that says nothing, and keeps it. One that the tool wrote was accepted before, perhaps signed.

    Args:
        table: the table of the row; the warning is noted in it.
        number: the row.
        response: the response of the row.
        mark: the fingerprint of the response with which the row was written.
    """
    reason = response.not_applicable
    if reason and says_nothing(reason) and fingerprint(response) != mark:
        what = f'The reason "{plain(reason[:200])[:40]}" says nothing; it was kept.'
        table.warn(number, "not_applicable", what, ASK_AGAIN)


def tell_own_words(table: SheetTable) -> None:
    """Warns of each answer that was taken in a school's own words; the same words in many cells give one warning."""
    told: dict[tuple[str, str], list[OwnWords]] = {}
    for words in table.own_words:
        told.setdefault((words.name, plain(words.text)), []).append(words)
    for (name, text), cells in told.items():
        word = cells[0].word
        is_level = name == "practice" and word.value != "unknown"
        meant = "not applicable" if word.reason else f"level {word.value}" if is_level else word.value
        many = f" in {len(cells)} cells, of which this is the first" if len(cells) > 1 else ""
        kept = "; the words are kept in the comment" if word.beyond else ""
        what = f'"{text[:60]}" was taken for {meant}{many}{kept}.'
        table.warn(cells[0].row, name, what, "If something else was meant, choose the answer from the list.")


def with_own_words(table: SheetTable, number: int, response: Response) -> Response:
    """The response with the words of a row beyond its answers added to its comment; unchanged if that gets too long."""
    lines = [
        f'{HEADINGS[words.name]} "{tidy(words.text.strip())}"'
        for words in table.own_words
        if words.row == number and words.word.beyond
    ]
    comment = "\n".join(filter(None, (response.comment, *lines)))
    if not lines:
        return response
    if text_fault(comment):
        what = "The comment is too long to hold the words beside the answer too, so they were left out."
        table.warn(number, "comment", what, "Shorten it.")
        return response
    return replace(response, comment=comment)
