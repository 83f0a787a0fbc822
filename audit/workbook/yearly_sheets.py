"""The sheets of the yearly cycle: *Last year*, *Sign-off* and, hidden, the signed content."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from audit import signing, theme
from audit.carrying import is_same
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Practice, Response, practice_labels
from audit.version import VERSION
from audit.workbook import cells, layout

_SIGN_OFF_HEAD = 4
"""The row of the headings on *Sign-off*."""


def answer_words(response: Response, labels: Mapping[Practice, str]) -> dict[str, str]:
    """A response as the cells of a table show it, by field.

    Args:
        response: the response.
        labels: how each practice answer is written.
    """
    written = layout.NOT_APPLICABLE if response.not_applicable else ""
    return {
        "written": written if response.written is None else layout.WRITTEN_LABELS[response.written],
        "practice": "" if response.practice is None else labels[response.practice],
        "not_applicable": response.not_applicable,
        "evidence": response.evidence,
        "comment": response.comment,
    }


def can_be_confirmed(audit: Audit, criterion: Criterion) -> bool:
    """Whether the workbook asks if last year's answer still holds: there is one, and none of this year."""
    waits = is_same(audit, criterion) and audit.response(criterion.id) == NO_RESPONSE
    return waits and audit.carried[criterion.id].response != NO_RESPONSE


def last_years_answer(audit: Audit, criterion: Criterion, labels: Mapping[Practice, str]) -> str:
    """Last year's answer in the row of a statement, in a few words; empty if there is none."""
    before = audit.carried.get(criterion.id)
    if before is None or before.response == NO_RESPONSE:
        return ""
    words = answer_words(before.response, labels)
    said = "; ".join(words[name] for name in ("written", "practice") if words[name]) or "Not answered"
    return said if is_same(audit, criterion) else f"{said}. The statement has changed since: please answer anew."


def add_last_year(book: Workbook, audit: Audit, criteria: Criteria, *, only: Collection[str] | None = None) -> None:
    """The answers with which the audit began, in source order, then those that the criteria hold no more.

    Args:
        book: the workbook.
        audit: an audit that began with some.
        criteria: those that the audit answers.
        only: the statements to show; None for all.
    """
    sheet = book.create_sheet(layout.LAST_YEAR)
    fields, labels = layout.LAST_YEAR_FIELDS, practice_labels(criteria.practice_levels)
    cells.set_widths(sheet, [field.width for field in fields])
    cells.put_headings(sheet, 1, [field.heading for field in fields])
    known = [c.id for c in criteria if c.id in audit.carried]
    others = sorted(statement for statement in audit.carried if statement not in criteria)
    shown = [statement for statement in (*known, *others) if only is None or statement in only]
    for row, statement in enumerate(shown, 2):
        before = audit.carried[statement]
        gone = "This statement is not in this edition any more; the answer is kept."
        text = criteria[statement].statement.statement if statement in criteria else gone
        values = {"id": statement, "text": text, "revision": str(before.revision)}
        values |= answer_words(before.response, labels)
        cells.put_row(sheet, row, [values[field.name] for field in fields])
    cells.set_page(sheet, headings=1)


def add_sign_off(book: Workbook, audit: Audit, criteria: Criteria) -> None:
    """Who signed which version of the audit, and when; one row per signature."""
    sheet = book.create_sheet(layout.SIGN_OFF)
    fields = layout.SIGN_OFF_FIELDS
    cells.set_widths(sheet, [field.width for field in fields])
    cells.put_title(sheet, 1, "Sign-off")
    now = audit.signed
    standing = "The audit was opened again after it was signed, so it is not signed as it stands here."
    if now is not None:
        standing = f"Version {now.version} is signed. Change nothing in this workbook: it would count as not signed."
        standing = f"{standing} {signing.not_answered_in_words(*signing.not_answered(audit, criteria))}".strip()
    lines = (standing, f"Whether a copy holds what was signed can be verified with the tool. {theme.SELF_REPORTED}")
    for row, line in enumerate(lines, 2):
        cells.put_line(sheet, row, line, across=5)
    cells.put_headings(sheet, _SIGN_OFF_HEAD, [field.heading for field in fields])
    signatures = [(sign_off, signature) for sign_off in audit.sign_offs for signature in sign_off.signatures]
    for row, (sign_off, signature) in enumerate(signatures, _SIGN_OFF_HEAD + 1):
        values: dict[str, object] = {
            "version": sign_off.version,
            "role": layout.ROLE_WORDS[signature.role],
            "on": signature.on,
            "said": signature.statement,
            "content": sign_off.content,
            "criteria": sign_off.criteria,
            "seal": sign_off.seal,
            "reopened_on": sign_off.reopened_on,
            "reopened_because": sign_off.reopened_because,
        }
        cells.put_row(sheet, row, [values[field.name] for field in fields])
        for column, field in enumerate(fields, 1):
            if field.name in ("on", "reopened_on"):
                sheet[f"{get_column_letter(column)}{row}"].number_format = "dd/mm/yyyy"
    cells.set_page(sheet)


def add_signed_content(book: Workbook, audit: Audit, criteria: Criteria) -> None:
    """What was signed, word for word and with its criteria, in a hidden sheet.

    Raises:
        ValueError: the audit was signed with other criteria.
    """
    assert audit.signed is not None
    if signing.criteria_hash(criteria) != audit.signed.criteria:
        raise ValueError("a signed audit is written with the criteria that it was signed with")
    packed = signing.pack(signing.as_json(signing.Signed(audit=audit, criteria=criteria, program=VERSION)))
    sheet = book.create_sheet(layout.SIGNED_CONTENT)
    sheet.sheet_state = "hidden"
    starts = range(0, len(packed), layout.LONGEST_PIECE)
    for row, start in enumerate(starts, 1):
        cells.put_value(sheet, row, 1, packed[start : start + layout.LONGEST_PIECE])
    cells.set_page(sheet)
