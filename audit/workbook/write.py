"""Writes an audit as a workbook, which is form, report and return at once.

`write` puts the sheets together. This module also fills *Read me*, *School*, *Answers* and *Action plan*;
`audit.workbook.write_results` fills the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from audit import theme
from audit.identifiers import authority_name, local_authorities
from audit.model import NO_RESPONSE, PHASES, STATUSES, Action, Audit, Criteria, Criterion, Practice, practice_labels
from audit.school.merge import fingerprint
from audit.school.outcome import gaps_in_order, outcomes
from audit.school.proposals import named_with_framework
from audit.school.scoring import asked
from audit.version import VERSION
from audit.workbook import cells, layout
from audit.workbook.cells import to_bytes
from audit.workbook.write_results import (
    NARROWER,
    Suggested,
    add_gaps,
    add_last_year,
    add_print_form,
    add_sign_off,
    add_signed_content,
    add_summary,
    answer_words,
    is_blank,
    suggestions,
)

if TYPE_CHECKING:
    import pandas as pd

_LIST_NAMES = ("written", "practice", "phase", "local_authority", "status", "still")
_SPARE_ACTIONS = 20


def write(audit: Audit, criteria: Criteria, *, asked_of: str | None = None) -> bytes:
    """The bytes of an .xlsx file with the audit; the same audit gives the same bytes.

    Args:
        audit: any audit; an empty one gives a blank form.
        criteria: they must hold the frameworks that the audit answers. For a signed audit, the criteria that it was
            signed with.
        asked_of: a role; the answers then have only the rows that this role is asked. Summary, gaps and plan are left
            out, since some of the rows say nothing of the whole, and so is the sign-off.

    Raises:
        ValueError: the criteria hold none of the audit's frameworks, or are not those that it was signed with.
    """
    results, answered = outcomes(audit, criteria), criteria.of(audit.frameworks)
    if audit.signed:
        criteria = Criteria(answered.frameworks)  # what was signed holds no more, and is written alike from it
    every = asked(audit, criteria)
    beside = suggestions(audit, criteria, asked_of=asked_of, shown=every)
    rows = [criterion for criterion in every if criterion.id in beside.texts]
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"Online safety self-audit {audit.year}"
    book.properties.creator = "Online safety self-audit"
    book.properties.language = "en-GB"
    lists = _lists(answered)
    add_read_me(book, audit, answered, asked_of, beside)
    _add_school(book, audit, answered, lists, whole=asked_of is None)
    _add_answers(book, audit, criteria, rows, lists, beside)
    if is_blank(audit):
        add_print_form(book, audit, answered, rows, beside)
    if asked_of is None:
        gaps = gaps_in_order(results, criteria)
        add_summary(book, results)
        add_gaps(book, results, gaps)
        _add_actions(book, audit, answered, gaps, lists)
    if audit.carried:
        only = None if asked_of is None else beside.sources.union(c.id for c in rows)
        add_last_year(book, audit, criteria, only=only)
    if audit.sign_offs and asked_of is None:
        add_sign_off(book, audit, criteria)
    if is_blank(audit):
        for title in {layout.ANSWERS, layout.ACTIONS} & set(book.sheetnames):
            cells.print_across(book[title])
    _add_lists(book, lists)
    if audit.signed and asked_of is None:
        add_signed_content(book, audit, answered)
    return to_bytes(book)


def _lists(criteria: Criteria) -> Mapping[str, list[str]]:
    """The options of each drop-down, by the name of its list."""
    return {
        "written": [*layout.WRITTEN_LABELS.values(), layout.NOT_APPLICABLE],
        "practice": list(practice_labels(criteria.practice_levels).values()),
        "phase": [criteria.phases[phase] for phase in PHASES if phase in criteria.phases],
        "local_authority": [f"{code} {name}" for code, name in local_authorities().items()],
        "status": list(STATUSES),
        "still": ["Yes"],
    }


def _choice(sheet: Worksheet, lists: Mapping[str, list[str]], name: str, prompt: str, title: str) -> DataValidation:
    """Adds a drop-down of one of the lists, with its prompt, to a sheet."""
    column = get_column_letter(_LIST_NAMES.index(name) + 1)
    choice = DataValidation(
        type="list",
        formula1=f"{layout.LISTS}!${column}$2:${column}${len(lists[name]) + 1}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Choose from the list",
        error="Please choose one of the answers in the list, or leave the cell empty.",
        showInputMessage=True,
        promptTitle=title[:32],
        prompt=prompt[:255],
    )
    sheet.add_data_validation(choice)
    return choice


def _hint(sheet: Worksheet, prompt: str, title: str) -> DataValidation:
    """Adds a prompt for cells with free text to a sheet."""
    hint = DataValidation(showInputMessage=True, promptTitle=title[:32], prompt=prompt[:255])
    sheet.add_data_validation(hint)
    return hint


def _add_school(
    book: Workbook, audit: Audit, criteria: Criteria, lists: Mapping[str, list[str]], *, whole: bool
) -> None:
    sheet = book.create_sheet(layout.SCHOOL)
    cells.set_widths(sheet, [24, 60])
    cells.put_title(sheet, 1, "School")
    authority = audit.school.local_authority
    values: dict[str, object] = {
        "name": audit.school.name,
        "urn": audit.school.urn,
        "phase": criteria.phases[audit.school.phase],
        "local_authority": f"{authority} {authority_name(authority)}".strip(),
        "year": audit.year,
        "completed_on": audit.completed_on,
        "scope": layout.SCOPE_WORDS[audit.scope],
        "basis": layout.BASIS_WORDS[audit.basis],
        "policy_read": audit.policy_read,
        "frameworks": "; ".join(map(str, audit.frameworks)),
        "format": layout.FORMAT,
        "first_answer_at": _moment(audit.first_answer_at),
        "last_answer_at": _moment(audit.last_answer_at),
        "carried_from": audit.carried_from,
        "as_printed": "" if audit.as_printed else layout.AS_PRINTED_WORDS[False],
        "content": audit.signed.content if audit.signed and whole else "",
        "version": VERSION,
    }
    shown = [line for line in layout.SCHOOL_LABELS if values[line.name] or line.name not in layout.WHERE_THERE_IS_ANY]
    shown.sort(key=lambda line: line.name != "version")  # above the others, so that these keep their order
    for row, label in enumerate(shown, 2):
        cells.put_in_cell(sheet, row, 1, label.label).font = cells.BOLD
        cell = cells.put_in_cell(sheet, row, 2, values[label.name])
        if label.kind == "answer":
            day = label.name == "completed_on"
            cells.open_for_entry(cell, "dd/mm/yyyy" if day else "@", is_open=audit.signed is None)
        if label.name == "phase":
            _choice(sheet, lists, label.name, "Choose from the list.", label.label).add(cell)
        if label.name == "local_authority":
            prompt = "Choose from the list. If yours is not in it, type its three-digit code."
            choice = _choice(sheet, lists, label.name, prompt, label.label)
            choice.errorStyle, choice.error = "warning", "This is not in the list. A new authority's code may be typed."
            choice.add(cell)
    cells.set_page(sheet, landscape=False)


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.strftime(layout.MOMENT)


def _add_answers(
    book: Workbook,
    audit: Audit,
    criteria: Criteria,
    rows: Iterable[Criterion],
    lists: Mapping[str, list[str]],
    beside: Suggested,
) -> None:
    sheet = book.create_sheet(layout.ANSWERS)
    fields = layout.answer_fields(carried=bool(audit.carried), proposed=beside.by_others)
    narrower = NARROWER if is_blank(audit) else {}
    cells.set_widths(sheet, [narrower.get(field.name, field.width) for field in fields])
    cells.put_headings(sheet, 1, [field.heading for field in fields])
    labels = practice_labels(criteria.of(audit.frameworks).practice_levels)
    last = 1
    for last, criterion in enumerate(rows, 2):
        values = _answer_values(audit, criterion, labels)
        values |= {"last_year": beside.texts[criterion.id], "still": ""}
        instead = beside.once.get(criterion.id)
        if instead:
            where = named_with_framework(criteria[instead])
            values["statement"] += f"\nAsked once: answer {where}; the answer counts here too."
        for column, field in enumerate(fields, 1):
            cell = cells.put_in_cell(sheet, last, column, values[field.name])
            if field.kind == "answer" and instead:
                cells.close_for_entry(cell)
            elif field.kind == "answer" and (field.name != "still" or criterion.id in beside.acceptable):
                cells.open_for_entry(cell, is_open=audit.signed is None)
        cells.fit_height(sheet, last, (values[field.name] for field in fields))
    for column, field in enumerate(fields, 1):
        letter = get_column_letter(column)
        if field.kind == "hidden":
            sheet.column_dimensions[letter].hidden = True
        if field.kind == "answer" and last > 1:
            options = (sheet, lists, field.name) if field.name in lists else None
            check = (
                _choice(*options, field.prompt, field.heading) if options else _hint(sheet, field.prompt, field.heading)
            )
            check.add(f"{letter}2:{letter}{last}")
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{last}"
    cells.set_page(sheet, headings=1)
    sheet.freeze_panes = "E2"


def _answer_values(audit: Audit, criterion: Criterion, labels: Mapping[Practice, str]) -> dict[str, str]:
    """The values of one row of *Answers*, by field."""
    statement, response = criterion.statement, audit.response(criterion.id)
    asked = statement.revision
    answered = asked if response == NO_RESPONSE else audit.revisions.get(criterion.id, 1)
    return {
        "id": criterion.id,
        "question": f"{criterion.question.id} {criterion.question.title}",
        "mark": criterion.mark_title,
        "statement": statement.with_today,
        "asked_of": criterion.framework.roles[statement.asked_of],
        **answer_words(response, labels),
        "mark_as_sent": fingerprint(response),
        "revision": str(asked) if answered == asked else f"{answered} of {asked}",
    }


def _add_actions(
    book: Workbook, audit: Audit, criteria: Criteria, gap_table: pd.DataFrame, lists: Mapping[str, list[str]]
) -> None:
    sheet = book.create_sheet(layout.ACTIONS)
    cells.set_widths(sheet, [field.width for field in layout.ACTION_FIELDS])
    cells.put_headings(sheet, 1, [field.heading for field in layout.ACTION_FIELDS])
    gaps = {gap["statement"]: gap for _, gap in gap_table.iterrows()}
    planned = {action.statement for action in audit.actions}
    rows: list[tuple[str, Action | None]] = [(action.statement, action) for action in audit.actions]
    rows += [(statement, None) for statement in gaps if statement not in planned]
    rows += [("", None)] * _SPARE_ACTIONS
    for row, (statement, action) in enumerate(rows, 2):
        gap = gaps.get(statement)
        values = {
            "statement": statement,
            "gap": "" if gap is None else criteria[statement].statement.with_today,
            "kind": "" if gap is None else theme.words(gap["kind"]),
            "suggestion": "" if gap is None else f"{gap['closes']} {gap['improve']}",
            "what": "" if action is None else action.what,
            "role": "" if action is None else action.role,
            "due": None if action is None else action.due,
            "status": "" if action is None else action.status,
            "note": "" if action is None else action.note,
            "id": "" if action is None else action.id,
            "since": "" if action is None else action.since,
        }
        for column, field in enumerate(layout.ACTION_FIELDS, 1):
            cell = cells.put_in_cell(sheet, row, column, values[field.name])
            if field.kind == "answer":
                day = field.name == "due"
                cells.open_for_entry(cell, "dd/mm/yyyy" if day else "@", is_open=audit.signed is None)
        cells.fit_height(sheet, row, (values[field.name] for field in layout.ACTION_FIELDS))
    for column, field in enumerate(layout.ACTION_FIELDS, 1):
        letter = get_column_letter(column)
        if field.kind == "hidden":
            sheet.column_dimensions[letter].hidden = True
        if field.kind == "answer":
            check = (
                _choice(sheet, lists, "status", field.prompt, field.heading)
                if field.name == "status"
                else _hint(sheet, field.prompt, field.heading)
            )
            check.add(f"{letter}2:{letter}{len(rows) + 1}")
    cells.set_page(sheet, headings=1)


def _add_lists(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    sheet = book.create_sheet(layout.LISTS)
    sheet.sheet_state = "hidden"
    for column, name in enumerate(_LIST_NAMES, 1):
        for row, value in enumerate([name, *lists[name]], 1):
            cell = sheet.cell(row, column)
            assert isinstance(cell, Cell)
            cell.value, cell.data_type = value, "s"
    cells.set_page(sheet)


def add_read_me(book: Workbook, audit: Audit, criteria: Criteria, asked_of: str | None, beside: Suggested) -> None:
    """Adds the sheet *Read me*: what the workbook is, and how to fill it in.

    Args:
        book: the workbook.
        audit: the audit that it is written for.
        criteria: the criteria that the audit answers.
        asked_of: the role whose part the workbook is; None if it is the whole.
        beside: what is shown beside the answers.
    """
    sheet = book.create_sheet(layout.READ_ME)
    cells.set_widths(sheet, [24, 84])
    lines: list[tuple[str, str]] = []
    if audit.basis == "desk review":
        lines.append(
            (
                "What this is",
                f"A reading of a published text ({audit.policy_read}): what it puts in writing, statement by statement. "
                "It is no judgement on the school. A policy does not show practice, so practice is not answered.",
            )
        )
    else:
        lines.append(
            (
                "What this is",
                "Your school's online safety self-audit for one academic year: the form, the report and what you send "
                f"to the local authority. {theme.SELF_REPORTED}",
            )
        )
    if audit.signed:
        lines.append(
            (
                "Signed",
                "The audit is signed, so every cell is locked: what is changed all the same counts as not signed. "
                "To change it, open the audit again in the tool. The sheet Sign-off says who signed, and when.",
            )
        )
    if asked_of is not None:
        role = criteria.roles.get(asked_of, asked_of)
        lines.append(("Whose part this is", f"Only the statements that are asked of: {role}."))
    lines += [
        ("1. School", "Check the sheet School: name, URN, phase, local authority, academic year."),
        (
            "2. Answers",
            "On the sheet Answers, fill in the yellow cells. Each statement has two answers: is it written in your "
            "policy, and is it done? Say Unknown rather than guess. You may sort and filter: rows are known by their id.",
        ),
        *_of_last_year(audit),
        *_of_other_editions(audit, beside),
        *_on_paper(audit),
        (
            "Is it written?",
            "Yes: your policy says all of it. Partly: it says some of it, or says it more weakly. No: it does not say it. "
            "Unknown: you need to find out.",
        ),
        *(
            (f"Done: {level.practice_label}" if level.level == 0 else level.practice_label, level.means)
            for level in criteria.practice_levels
        ),
        (
            "Not applicable",
            "If a statement cannot apply to your school, write the reason under Not applicable because, and leave both "
            "answers empty or choose Not applicable. It then counts neither for you nor against you.",
        ),
        (
            "Recommended",
            " ".join(f.about_marks for f in criteria.frameworks) + " Optional statements never count against you.",
        ),
        ("No pupil data", f"{theme.NO_PUPIL_DATA} This holds for evidence, comments, reasons and the action plan."),
        (
            "3. Send it",
            "Save the file as .xlsx and send it, or upload it into the audit tool, which shows every change before it "
            "applies any. Summary, Gaps and Action plan show what was known when the file was written.",
        ),
        ("Source", "; ".join(f"{f.title} ({f.ref}). {f.source}" for f in criteria.frameworks)),
    ]
    cells.put_title(sheet, 1, "Online safety self-audit: read me")
    for row, (name, text) in enumerate(lines, 2):
        cells.put_in_cell(sheet, row, 1, name).font = cells.BOLD
        cells.put_in_cell(sheet, row, 2, text)
        cells.fit_height(sheet, row, (name, text))
    cells.set_page(sheet, landscape=False)


def _on_paper(audit: Audit) -> list[tuple[str, str]]:
    """How to fill in the form by hand; nothing if the workbook has none."""
    if not is_blank(audit):
        return []
    text = (
        "Print the sheet Print and ring the answers. Type them into the sheet Answers afterwards: only these are read."
    )
    return [("On paper", text)]


def _of_last_year(audit: Audit) -> list[tuple[str, str]]:
    """How to confirm last year's answers; nothing if there are none."""
    if not audit.carried:
        return []
    return [
        (
            "Still as last year?",
            f"The audit began with the answers of {audit.carried_from}: they stand on the sheet Last year. Where such an "
            "answer still holds, choose Yes under Still as last year? and leave the other cells empty. Where it does "
            "not, answer again. Until you do one or the other, the statement counts as not known.",
        )
    ]


def _of_other_editions(audit: Audit, beside: Suggested) -> list[tuple[str, str]]:
    """How to accept what other editions propose, and which rows to leave; nothing if there are none."""
    lines = []
    if beside.by_others:
        column, still = (f.heading for f in layout.answer_fields(carried=bool(audit.carried), proposed=True)[5:7])
        lines.append(
            (
                "Answers proposed",
                f"Where an answer to other criteria says something about a statement, {column} shows what it proposes and "
                f"where it is from. Choose Yes under {still} to accept it. Where only a part is proposed, "
                "answer the rest in the cells beside it. What you do not accept does not count.",
            )
        )
    if beside.once:
        lines.append(
            (
                "Asked once",
                "Where two sets of criteria ask the same, answer it in the row that the grey row names. The answer then "
                "counts in both. Leave the grey row as it is.",
            )
        )
    return lines
