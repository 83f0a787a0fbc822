"""A workbook as an audit, or the problems with it: never an exception for what a file holds."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from audit.identifiers import plain
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Action, Audit, Criteria, Practice, Response
from audit.problems import Problem, UnusableFile, errors
from audit.text import fault_of
from audit.workbook import layout, safety
from audit.workbook.identity import Rows, as_text, read_date, read_school

_HEADINGS_WITHIN = 30
"""Headings are looked for in the first rows, in case a school put lines above them."""
_FORMULAS_NAMED = 20
_UNREAD = frozenset({layout.READ_ME, layout.SUMMARY, layout.GAPS, layout.LISTS})
"""Sheets that only the product fills; what stands there is never read back."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read of one workbook.

    Attributes:
        audit: the audit as far as it could be read; None if the file or its school cannot be used.
        problems: every fault, errors and warnings, in the order of the file.
        rows: the response of each statement that has a row without an error, empty ones too; a row
            that could be read in part only is in the audit, and must never overwrite what is stored.
        marks: for each of them the fingerprint of what the workbook held when it was written.
    """

    audit: Audit | None
    problems: tuple[Problem, ...]
    rows: Mapping[str, Response] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether everything in the file could be used."""
        return self.audit is not None and not errors(self.problems)


@dataclass
class _Sheet:
    """One sheet while it is read: where its table is, and the problems found in it."""

    file: str
    name: str
    rows: Rows
    problems: list[Problem]
    head: int = 0
    columns: dict[str, int] = field(default_factory=dict)

    def where(self, row: int, name: str) -> str:
        """The place of a field in a row: file, sheet, cell."""
        cell = f"{get_column_letter(self.columns[name] + 1)}{row + 1}"
        return f"{self.file}, sheet {self.name}, cell {cell}"

    def text(self, row: int, name: str) -> str:
        """A field of a row as the text that a person sees in the cell."""
        column = self.columns.get(name)
        return "" if column is None or column >= len(self.rows[row]) else as_text(self.rows[row][column])

    def fault(self, row: int, name: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix))

    def warn(self, row: int, name: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where=self.where(row, name), what=what, fix=fix, severity="warning"))


def read(data: bytes, name: str, criteria: Criteria) -> Reading:
    """The audit that a workbook holds, with every problem by file, sheet and cell.

    Args:
        data: the bytes of the file, whatever it is.
        name: how problems call it.
        criteria: the criteria at hand.
    """
    problems: list[Problem] = []
    try:
        parts = safety.look(data, name)
        sheets = _open(data, name)
    except UnusableFile as error:
        return Reading(audit=None, problems=error.problems)
    answers = _find(name, layout.ANSWERS, layout.ANSWER_FIELDS, ("id", "written", "practice"), sheets, problems)
    if answers is None:
        return Reading(audit=None, problems=tuple(problems))
    school = read_school(name, sheets, criteria, problems)
    rows, marks, faulty = _read_answers(answers, criteria)
    actions = _read_actions(
        _find(name, layout.ACTIONS, layout.ACTION_FIELDS, ("statement", "what"), sheets, None), criteria
    )
    problems += answers.problems
    if actions is not None:
        problems += actions[1]
    used = {answers.name, layout.SCHOOL, layout.ACTIONS} & set(sheets)
    problems += _formulas(name, parts, used)
    audit = None
    if school is not None:
        given = {statement: response for statement, response in rows.items() if response != NO_RESPONSE}
        audit = Audit(**school, responses=given, actions=actions[0] if actions else ())
    sound = {statement: response for statement, response in rows.items() if statement not in faulty}
    return Reading(audit=audit, problems=tuple(problems), rows=sound, marks=marks)


def _open(data: bytes, name: str) -> dict[str, Rows]:
    """The rows of every sheet, by its name."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return {
                sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
                for sheet in book.sheet_names
                if sheet not in _UNREAD
            }
    except (CalamineError, ValueError, OSError) as error:
        problem = Problem(
            where=name,
            what="The workbook is damaged and cannot be opened.",
            fix="Open it in Excel or LibreOffice, let it repair the file, save it as .xlsx, and send that.",
        )
        raise UnusableFile([problem]) from error


def _find(
    file: str,
    wanted: str,
    fields: Sequence[layout.Field],
    needed: Sequence[str],
    sheets: Mapping[str, Rows],
    problems: list[Problem] | None,
) -> _Sheet | None:
    """The sheet with the headings of a table, wherever it stands and whatever it is called."""
    by_heading = {layout.same(f.heading): f.name for f in fields}
    for sheet in sorted(sheets, key=lambda title: layout.same(title) != layout.same(wanted)):
        for head, row in enumerate(sheets[sheet][:_HEADINGS_WITHIN]):
            columns: dict[str, int] = {}
            for column, value in enumerate(row):
                named = by_heading.get(layout.same(value)) if isinstance(value, str) and value else None
                if named is not None:
                    columns.setdefault(named, column)
            if all(field_name in columns for field_name in needed):
                return _Sheet(file, sheet, sheets[sheet], [], head, columns)
    if problems is not None:
        headings = ", ".join(f'"{f.heading}"' for f in fields if f.name in needed)
        problems.append(
            Problem(
                where=f"{file}, sheet {wanted}",
                what=f"No sheet has the columns {headings}, so there are no answers to read.",
                fix="Restore the headings, or copy the answers into a fresh blank form.",
            )
        )
    return None


def _read_answers(sheet: _Sheet, criteria: Criteria) -> tuple[dict[str, Response], dict[str, str], set[str]]:
    """The response and the fingerprint of each statement that has a row, and those whose rows have an error."""
    faulty: set[str] = set()
    rows: dict[str, Response] = {}
    marks: dict[str, str] = {}
    first: dict[str, int] = {}
    practices = layout.practice_by_word(criteria.practice_levels)
    for number in range(sheet.head + 1, len(sheet.rows)):
        statement = plain(sheet.text(number, "id")).casefold()
        if not statement:
            filled = [
                field.name
                for field in layout.ANSWER_FIELDS
                if field.kind == "answer" and sheet.text(number, field.name)
            ]
            if filled:
                sheet.fault(
                    number,
                    filled[0],
                    "This row has answers but no statement id.",
                    "Restore the id in the first column, or move the answers to the right row.",
                )
            continue
        if statement not in criteria:
            sheet.fault(
                number,
                "id",
                f'"{statement[:40]}" is not a statement of the criteria at hand.',
                "Restore the id from a blank form, or delete the row.",
            )
            continue
        before = len(sheet.problems)
        response = _read_response(sheet, number, practices)
        if statement in first:
            _check_repeat(sheet, number, statement, response, rows, first)
            if errors(sheet.problems[before:]):
                faulty.add(statement)
            continue
        if errors(sheet.problems[before:]):
            faulty.add(statement)
        first[statement] = number
        rows[statement] = response
        marks[statement] = sheet.text(number, "mark_as_sent")
    return rows, marks, faulty


def _check_repeat(
    sheet: _Sheet, number: int, statement: str, response: Response, rows: dict[str, Response], first: dict[str, int]
) -> None:
    earlier = first[statement] + 1
    if response == rows[statement]:
        fix = "Delete one of them."
        sheet.warn(number, "id", f"{statement} stands in row {earlier} too, with the same answers.", fix)
    else:
        sheet.fault(
            number,
            "id",
            f"{statement} stands in row {earlier} too, with other answers; neither was used.",
            "Keep the row with the right answers and delete the other.",
        )
        rows[statement] = NO_RESPONSE


def _read_response(sheet: _Sheet, number: int, practices: Mapping[str, Practice]) -> Response:
    """One row's response; a cell that cannot be read is a problem and counts as not answered."""
    written_text, practice_text = sheet.text(number, "written"), sheet.text(number, "practice")
    written_word, practice_word = layout.same(written_text), layout.same(practice_text)
    said_na = written_word in layout.NOT_APPLICABLE_WORDS or practice_word in layout.NOT_APPLICABLE_WORDS
    written, practice = layout.WRITTEN_BY_WORD.get(written_word), practices.get(practice_word)
    if written is None and written_text.strip() and written_word not in layout.NOT_APPLICABLE_WORDS:
        sheet.fault(
            number,
            "written",
            f'"{written_text[:40]}" is not one of {", ".join(WRITTEN)}.',
            "Choose an answer from the list.",
        )
    if practice is None and practice_text.strip() and practice_word not in layout.NOT_APPLICABLE_WORDS:
        sheet.fault(
            number,
            "practice",
            f'"{practice_text[:40]}" is not one of {", ".join(map(str, PRACTICE))}.',
            "Choose an answer from the list.",
        )
    texts = {}
    for name in ("not_applicable", "evidence", "comment"):
        texts[name] = sheet.text(number, name)
        if texts[name] and (fault := fault_of(texts[name])):
            sheet.fault(number, name, fault, "Mend the text in this cell.")
            texts[name] = ""
    reason = texts.pop("not_applicable")
    if reason.strip() and (written is not None or practice is not None):
        sheet.fault(
            number,
            "not_applicable",
            "The row is answered and also marked not applicable; the answers were used, the reason was not.",
            "Clear the reason if the statement applies, or clear both answers if it does not.",
        )
        reason = ""
    elif said_na and not reason.strip():
        sheet.fault(
            number,
            "not_applicable" if "not_applicable" in sheet.columns else "written",
            "The statement is marked not applicable, but no reason is given; it counts as not answered.",
            "Write the reason under Not applicable because.",
        )
    return Response(written=written, practice=practice, not_applicable=reason if reason.strip() else "", **texts)


def _read_actions(sheet: _Sheet | None, criteria: Criteria) -> tuple[tuple[Action, ...], list[Problem]] | None:
    """The actions of the plan: rows of which the school filled any cell."""
    if sheet is None:
        return None
    actions = []
    for number in range(sheet.head + 1, len(sheet.rows)):
        texts = {name: sheet.text(number, name) for name in ("what", "role", "status", "note")}
        due_text = sheet.text(number, "due")
        if not (any(texts.values()) or due_text.strip()):
            continue
        for name, text in texts.items():
            if text and (fault := fault_of(text)):
                sheet.fault(number, name, fault, "Mend the text in this cell.")
                texts[name] = ""
        statement = plain(sheet.text(number, "statement")).casefold()
        if statement and statement not in criteria:
            sheet.fault(
                number,
                "statement",
                f'"{statement[:40]}" is not a statement of the criteria at hand.',
                "Restore the id, or leave the cell empty for an action of your own.",
            )
            statement = ""
        due = read_date(due_text, sheet.where(number, "due"), sheet.problems) if "due" in sheet.columns else None
        if any(texts.values()) or due:
            actions.append(Action(statement=statement, due=due, **texts))
    return tuple(actions), sheet.problems


def _formulas(file: str, parts: Mapping[str, bytes], sheets: set[str]) -> Iterator[Problem]:
    """A problem for each formula in a sheet that is read: what it last showed may not be what was meant."""
    for sheet in sheets:
        for cell in safety.formulas(parts.get(sheet, b""))[:_FORMULAS_NAMED]:
            yield Problem(
                where=f"{file}, sheet {sheet}, cell {cell}",
                what="The cell holds a formula, which is never run.",
                fix="Type the value itself in its place.",
            )
