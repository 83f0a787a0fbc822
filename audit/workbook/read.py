"""Reads a workbook as an audit. What is wrong with the file comes back as problems, never as an exception.

A signed workbook counts as signed only if it holds what was signed. If not, it is read as an unsigned one, with a
warning for each cell that differs, whichever version of the product wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.problems import Problem, UnusableFile
from audit.school import signing
from audit.workbook import layout, safety
from audit.workbook.cell_diff import differences, is_of_another_version, sheets_as_signed, written
from audit.workbook.read_book import Book, Reading, book_of, capped, reading_of
from audit.workbook.read_identity import named_frameworks
from audit.workbook.signed import hash_of, signed_content, signed_diff

if TYPE_CHECKING:
    from audit.model import Criteria, KnownSchool, SignOff
    from audit.school.signing import Difference


_COUNTS_NOT = "It counts as not signed. Ask for the workbook that was signed, or sign the audit again."


def read(
    data: bytes,
    name: str,
    criteria: Criteria,
    *,
    urns: Mapping[str, str] | None = None,
    schools: Mapping[str, KnownSchool] | None = None,
    any_edition: bool = False,
) -> Reading:
    """The audit that a workbook holds, and every problem with its file, sheet and cell.

    A signed audit is read with the criteria that it was signed with. If it was altered since, it counts as not signed,
    with a warning for each cell that differs.

    Args:
        data: the bytes of the file, whatever it is.
        name: the name of the file in problems.
        criteria: the criteria that this installation holds.
        urns: from a register, the URN by DfE number (seven digits): some schools type their DfE number as the URN.
        schools: from a register, what is known of each school by its URN; it fills in what the workbook leaves out.
        any_edition: also take answers to another edition of a framework in the criteria, such as last year's. Answers
            to statements that the criteria do not hold are kept, with a warning.
    """
    try:
        looked = safety.look(data, name, sheets_to_read)
    except UnusableFile as error:
        return Reading(audit=None, problems=error.problems)
    book = book_of(looked, name)
    now = book.sign_offs[-1] if book.sign_offs and book.sign_offs[-1].reopened_on is None else None
    stated = book.about.short("content")
    signed_with = _criteria_signed_with(now, book, criteria, data) if now else None
    reading = reading_of(book, signed_with or criteria, urns or {}, schools or {}, any_edition=any_edition)
    reading = replace(reading, modified_at=looked.modified_at)
    if reading.audit is None or not (now or stated):
        return reading
    if now and signed_with and stated == now.content and not reading.untyped and signing.is_intact(reading.audit):
        return replace(reading, criteria=signed_with, intact=True)
    audit = replace(reading.audit, sign_offs=())
    return replace(reading, audit=audit, problems=capped((*reading.problems, *_altered(book, data)), name))


def altered(book: Book, data: bytes, choose: Callable[[Collection[str]], Collection[str]]) -> tuple[Difference, ...]:
    """The cells that do not show what was signed, whichever version wrote the file.

    Args:
        book: the sheets that were read.
        data: the bytes of the file.
        choose: picks the sheets that were read from the titles of all.

    Raises:
        NotIntact: the file carries no signed content, or no workbook can be written from it.
    """
    kept = signed_content(data, book.file)
    made = written(kept)
    if is_of_another_version(book.about, kept):
        as_signed = book_of(safety.look(made, "as signed", choose), "as signed")
        return signed_diff(book, as_signed, kept, reading_of(book, kept.criteria, {}, {})).differences
    return differences(book.sheets, sheets_as_signed(made, choose))


def sheets_to_read(titles: Collection[str]) -> list[str]:
    """The sheets to read: all except those that only the product fills, if *School* and *Answers* kept their names."""
    unread: Collection[str] = layout.UNREAD if {layout.SCHOOL, layout.ANSWERS} <= set(titles) else ()
    return [title for title in titles if title not in unread]


def _criteria_signed_with(now: SignOff, book: Book, criteria: Criteria, data: bytes) -> Criteria | None:
    """The criteria of a sign-off: the given ones, else those of the signed content; None if neither have its hash."""
    present = criteria.of(named_frameworks(book.about))
    if present.frameworks and hash_of(present) == now.criteria:
        return present
    try:
        kept = signed_content(data, book.file).criteria
    except signing.NotIntact:
        return None
    return kept if hash_of(kept) == now.criteria else None


def _altered(book: Book, data: bytes) -> Iterator[Problem]:
    """The warnings that a signed workbook is not what was signed: one for the whole, then one for each cell."""
    where = f"{book.file}, sheet {layout.SIGN_OFF}"
    try:
        cells = altered(book, data, sheets_to_read)
    except signing.NotIntact as error:
        what = f"The workbook says that it was signed, but it is not what was signed. {error}"
        yield Problem(where=where, what=what, fix=_COUNTS_NOT, severity="warning")
        return
    what = "The workbook was signed, and has been changed since."
    yield Problem(where=where, what=what, fix=_COUNTS_NOT, severity="warning")
    for cell in cells:
        yield Problem(
            where=f"{book.file}, {cell.where}",
            what=f'Here stands "{cell.found}"; what was signed is "{cell.signed}".',
            fix="Put back what was signed, or sign the audit again.",
            severity="warning",
        )
