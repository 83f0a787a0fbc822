"""Which cells of a signed workbook that came back are not what was signed, whichever version wrote it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from audit.verdict import Difference
from audit.workbook import safety
from audit.workbook.compared import differences, is_of_another_version, sheets_as_signed, written
from audit.workbook.reading import Book, book_of, reading_of
from audit.workbook.signed import signed_content
from audit.workbook.signed_diff import signed_diff


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
