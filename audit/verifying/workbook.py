"""Whether a workbook is what was signed: it is written anew from the signed content that it carries, and compared."""

from __future__ import annotations

from dataclasses import replace

from audit.english import day_in_figures
from audit.model import Audit, Criteria, SignOff
from audit.problems import Problem, UnusableFile
from audit.signing import NotIntact, Signed
from audit.verdict import Difference, Verdict
from audit.verifying.other_workbook import of_another_version
from audit.workbook import layout, read, safety
from audit.workbook.besides import differences_besides
from audit.workbook.compared import differences, is_of_another_version, is_reordered, sheets_as_signed, written
from audit.workbook.reading import Book, book_of
from audit.workbook.signed import signed_content

_AGAIN = "Ask the school for the workbook as the audit tool made it."
_COMPARE = "Compare the SHA-256 with the one in the minutes: only that tells this signing from another one."


def verify_workbook(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether every cell of a workbook shows what was signed, also after a spreadsheet program has saved it again.

    Args:
        data: the bytes of the file, which is hostile until read.
        name: how the verdict calls it.
        criteria: the criteria at hand; the workbook is written anew with those that it was signed with.
    """
    try:
        book = book_of(safety.look(data, name, list), name)
    except UnusableFile as error:
        return Verdict(file=name, standing="unreadable", problems=error.problems)
    last = book.sign_offs[-1] if book.sign_offs else None
    if not (book.about.short("content") or layout.SIGNED_CONTENT in book.sheets or (last and not last.reopened_on)):
        return _not_signed(data, name, criteria, last)
    try:
        kept = signed_content(data, name)
        made = written(kept)
        if made == data:
            return _as_signed(kept, name)
        if is_of_another_version(book.about, kept):
            return of_another_version(book, data, kept, made, _as_signed(kept, name))
        signed = sheets_as_signed(made, list)
        found = (*differences(book.sheets, signed), *differences_besides(data, made, name))
        audit = read(data, name, kept.criteria).audit
        return _compared(book, kept, audit, found, is_reordered=is_reordered(book.sheets, signed))
    except UnusableFile as error:
        return Verdict(file=name, standing="unreadable", sign_off=last, problems=error.problems)
    except NotIntact as error:
        problem = Problem(where=f"{name}, sheet {layout.SIGNED_CONTENT}", what=str(error), fix=_AGAIN)
        return Verdict(file=name, standing="differs", sign_off=last, problems=(problem,))


def _not_signed(data: bytes, name: str, criteria: Criteria, last: SignOff | None) -> Verdict:
    reading = read(data, name, criteria, any_edition=True)
    if reading.audit is None:
        return Verdict(file=name, standing="unreadable", problems=reading.problems)
    notes = ["The workbook is not signed."]
    if last is not None and last.reopened_on is not None:
        notes.append(f"Version {last.version} was signed, and opened again on {day_in_figures(last.reopened_on)}.")
    return Verdict(file=name, standing="not signed", sign_off=last, notes=tuple(notes))


def _as_signed(kept: Signed, name: str) -> Verdict:
    audit = kept.audit
    return Verdict(file=name, standing="as signed", audit=audit, sign_off=audit.signed, notes=(_COMPARE,))


def _compared(
    book: Book, kept: Signed, audit: Audit | None, found: tuple[Difference, ...], *, is_reordered: bool
) -> Verdict:
    """The verdict on a workbook that was saved again since it was signed.

    Args:
        book: its sheets.
        kept: the signed content.
        audit: what the sheets hold.
        found: what does not show what was signed.
        is_reordered: whether the rows of the answers stand in another order.
    """
    known = _as_signed(kept, book.file)
    notes = list(known.notes)
    if is_reordered:
        notes.append(f"The rows of the sheet {layout.ANSWERS} stand in another order, which changes nothing.")
    if found and audit == kept.audit:
        notes.append(
            "Every answer, action and signature is as it was signed. What differs are words or figures around them: "
            "somebody changed them, or another version of the tool wrote them."
        )
    problems = tuple(book.faults.values())
    if not found and not problems and audit != kept.audit:
        problems = (Problem(where=book.file, what="What the sheets hold is not what was signed.", fix=_AGAIN),)
    as_signed = not found and not problems
    return replace(
        known,
        standing="as signed" if as_signed else "differs",
        differences=found,
        problems=problems,
        notes=tuple(notes),
    )
