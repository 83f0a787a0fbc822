"""A workbook as an audit, or the problems with it: never an exception for what a file holds.

Which cells of a signed workbook that came back are not what was signed, whichever version wrote it.

The workbook: the contract between school and local authority.
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
from audit.workbook.signed import hash_of, signed_content
from audit.workbook.signed_diff import signed_diff

if TYPE_CHECKING:
    from audit.model import Criteria, KnownSchool, SignOff
    from audit.school.signing import Difference


def altered(book: Book, data: bytes, choose: Callable[[Collection[str]], Collection[str]]) -> tuple[Difference, ...]:
    """The cells that do not show what was signed.

    Args:
        book: the sheets that were read.
        data: the bytes of the file.
        choose: of the titles of all sheets those that were read.

    Raises:
        NotIntact: the file carries no signed content, or none of which a workbook can be written.
    """
    kept = signed_content(data, book.file)
    made = written(kept)
    if is_of_another_version(book.about, kept):
        as_signed = book_of(safety.look(made, "as signed", choose), "as signed")
        return signed_diff(book, as_signed, kept, reading_of(book, kept.criteria, {}, {})).differences
    return differences(book.sheets, sheets_as_signed(made, choose))


_COUNTS_NOT = "It counts as not signed. Ask for the workbook that was signed, or sign the audit anew."


def read(
    data: bytes,
    name: str,
    criteria: Criteria,
    *,
    urns: Mapping[str, str] | None = None,
    schools: Mapping[str, KnownSchool] | None = None,
    any_edition: bool = False,
) -> Reading:
    """The audit that a workbook holds, with every problem by file, sheet and cell.

    What was signed is read with the criteria that it was signed with. What was altered since counts as not signed,
    with a warning for each cell that differs.

    Args:
        data: the bytes of the file, whatever it is.
        name: how problems call it.
        criteria: the criteria at hand.
        urns: the URN by DfE number (seven digits) from a register, for a school that typed its DfE
            number where the URN belongs.
        schools: what the register tells of each school by its URN, for what the workbook does not say.
        any_edition: take answers to another edition of a framework at hand too, as last year's; what the criteria
            at hand do not hold is kept, and told as a warning.
    """
    try:
        looked = safety.look(data, name, sheets_to_read)
    except UnusableFile as error:
        return Reading(audit=None, problems=error.problems)
    book = book_of(looked, name)
    now = book.sign_offs[-1] if book.sign_offs and book.sign_offs[-1].reopened_on is None else None
    stated = book.about.short("content")
    own = _criteria_signed_with(now, book, criteria, data) if now else None
    reading = reading_of(book, own or criteria, urns or {}, schools or {}, any_edition=any_edition)
    reading = replace(reading, modified_at=looked.modified_at)
    if reading.audit is None or not (now or stated):
        return reading
    if now and own and stated == now.content and not reading.untyped and signing.is_intact(reading.audit):
        return replace(reading, criteria=own, intact=True)
    audit = replace(reading.audit, sign_offs=())
    return replace(reading, audit=audit, problems=capped((*reading.problems, *_altered(book, data)), name))


def sheets_to_read(titles: Collection[str]) -> list[str]:
    """The sheets to read: all but those that only the product fills, if the others have kept their names."""
    unread: Collection[str] = layout.UNREAD if {layout.SCHOOL, layout.ANSWERS} <= set(titles) else ()
    return [title for title in titles if title not in unread]


def _criteria_signed_with(now: SignOff, book: Book, criteria: Criteria, data: bytes) -> Criteria | None:
    """The criteria of a sign-off: those at hand if they are the same, else from the signed content; None if neither has them."""
    at_hand = criteria.of(named_frameworks(book.about))
    if at_hand.frameworks and hash_of(at_hand) == now.criteria:
        return at_hand
    try:
        kept = signed_content(data, book.file).criteria
    except signing.NotIntact:
        return None
    return kept if hash_of(kept) == now.criteria else None


def _altered(book: Book, data: bytes) -> Iterator[Problem]:
    """The warnings that a signed workbook is not what was signed: one for all, then one for each cell."""
    where = f"{book.file}, sheet {layout.SIGN_OFF}"
    try:
        found = altered(book, data, sheets_to_read)
    except signing.NotIntact as error:
        what = f"The workbook says that it was signed, but it is not what was signed. {error}"
        yield Problem(where=where, what=what, fix=_COUNTS_NOT, severity="warning")
        return
    what = "The workbook was signed, and has been changed since."
    yield Problem(where=where, what=what, fix=_COUNTS_NOT, severity="warning")
    for one in found:
        yield Problem(
            where=f"{book.file}, {one.where}",
            what=f'Here stands "{one.found}"; what was signed is "{one.signed}".',
            fix="Put back what was signed, or sign the audit anew.",
            severity="warning",
        )
