"""Whether a workbook that another version wrote is what was signed: every answer, action, signature and criterion of it.

Another version may word, colour and place things otherwise, so its words and figures are no proof of anything; the
verdict says that they were not compared, and where they are not those of this version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from audit.findings import plural
from audit.signing import Signed
from audit.verdict import Difference, Verdict
from audit.version import in_words
from audit.workbook import layout, safety
from audit.workbook.besides import differences_besides
from audit.workbook.compared import differences, is_reordered, version_difference
from audit.workbook.reading import Book, book_of
from audit.workbook.signed_diff import signed_diff

_NAMED = 5
"""Cells with other figures that a note names."""
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_NOT_FIGURES = (layout.SCHOOL, layout.SIGNED_CONTENT, layout.LISTS)


def of_another_version(book: Book, data: bytes, kept: Signed, made: bytes, known: Verdict) -> Verdict:
    """The verdict on a workbook that another version wrote.

    Args:
        book: its sheets.
        data: its bytes.
        kept: the signed content that it carries.
        made: the workbook that this version writes of it.
        known: the verdict if nothing differs.

    Raises:
        UnusableFile: a part of it cannot be unpacked or parsed within the bounds.
    """
    as_signed = book_of(safety.look(made, "as signed", list), "as signed")
    found = signed_diff(book, as_signed, kept)
    told = (
        *version_difference(book.about, kept),
        *found.differences,
        *differences_besides(data, made, book.file, of_another_version=True),
    )
    problems = (*book.faults.values(), *found.problems)
    differs = bool(told or problems)
    return replace(
        known,
        standing="differs" if differs else "as signed",
        differences=told,
        problems=problems,
        notes=(*known.notes, *_notes(book, as_signed, kept)),
    )


def _notes(book: Book, as_signed: Book, kept: Signed) -> Iterator[str]:
    """What was compared and what was not, and what looks other than this version would write it."""
    if is_reordered(book.sheets, as_signed.sheets):
        yield f"The rows of the sheet {layout.ANSWERS} stand in another order, which changes nothing."
    yield (
        f"The file was written by {in_words(kept.program)} of the audit tool. Every answer, action, signature and "
        "criterion in it was compared with what was signed. Not compared were the words, figures, charts and colours "
        "around them, which another version may write otherwise."
    )
    added = [title for title in book.sheets if title not in as_signed.sheets]
    if added:
        yield f"It has sheets that this version does not write and that were not compared: {', '.join(added)}."
    others = differences(book.sheets, as_signed.sheets)
    figures = [one for one in others if _is_other_figure(one)]
    if figures:
        named = "; ".join(f'{one.where}: "{one.found}", not "{one.signed}"' for one in figures[:_NAMED])
        yield (
            f"{plural(len(figures), 'figure')} in it {'is' if len(figures) == 1 else 'are'} not what this version works "
            f"out of the signed answers. {named}{' …' if len(figures) > _NAMED else ''}. "
            "Trust the signed answers, and make the workbook again from them."
        )


def _is_other_figure(one: Difference) -> bool:
    """Whether a cell says the same with other numbers."""
    apart = one.where.startswith(tuple(f"sheet {title}," for title in _NOT_FIGURES))
    same_words = _FIGURE.sub("#", one.found) == _FIGURE.sub("#", one.signed)
    return not apart and one.found != one.signed and same_words
