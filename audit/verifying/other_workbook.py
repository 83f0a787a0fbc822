"""Whether a workbook that another version wrote is what was signed: every answer, action, signature and criterion of it.

Another version may word, colour and place things otherwise, so its words and figures are no proof of anything; the
verdict says that they were not compared, and where they are not those of this version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from audit.english import agree, plural
from audit.signing import Signed
from audit.verdict import Difference, Verdict
from audit.version import in_words
from audit.workbook import layout, safety
from audit.workbook.besides import differences_besides
from audit.workbook.compared import differences, is_reordered, version_difference
from audit.workbook.reading import Book, book_of, reading_of
from audit.workbook.sheets import as_text
from audit.workbook.signed_diff import signed_diff

_NAMED, _LONGEST = 5, 80
"""Cells that a note names, and characters that it quotes of each."""
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ELSEWHERE = (layout.SCHOOL, layout.ANSWERS, layout.LAST_YEAR, layout.SIGNED_CONTENT, layout.LISTS)


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
    found = signed_diff(book, as_signed, kept, reading_of(book, kept.criteria, {}, {}))
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
    columns = [f"{title} ({', '.join(names)})" for title, names in _columns_added(book, as_signed)]
    if columns:
        yield f"It has columns that this version does not write and that were not compared: {'; '.join(columns)}."
    others = [one for one in differences(book.sheets, as_signed.sheets) if not _is_elsewhere(one)]
    figures = [one for one in others if _is_other_figure(one)]
    if figures:
        yield (
            f"{plural(len(figures), 'figure')} in it {agree(len(figures))} not what this version works out of the signed answers. "
            f"{_named(figures)}. Trust the signed answers, and make the workbook again from them."
        )
    words = [one for one in others if not _is_other_figure(one)]
    if words:
        yield f"In {plural(len(words), 'cell')} the words are not those of this version. {_named(words)}."


def _columns_added(book: Book, as_signed: Book) -> Iterator[tuple[str, list[str]]]:
    """Headings of the tables that are read back which this version does not know, by sheet."""
    for title, head in ((layout.ANSWERS, 0), (layout.ACTIONS, 0), (layout.LAST_YEAR, 0)):
        if title in book.sheets and title in as_signed.sheets:
            rows, ours = (one.sheets[title].rows[head : head + 1] for one in (book, as_signed))
            known = {as_text(value) for row in ours for value in row}
            names = [as_text(value)[:_LONGEST] for row in rows for value in row if as_text(value)]
            if added := [name for name in names if name not in known]:
                yield title, added


def _named(found: list[Difference]) -> str:
    """The first cells of some, with what they say and what this version would."""
    told = (f'{one.where}: "{one.found[:_LONGEST]}", not "{one.signed[:_LONGEST]}"' for one in found[:_NAMED])
    return "; ".join(told) + (" …" if len(found) > _NAMED else "")


def _is_elsewhere(one: Difference) -> bool:
    """Whether a cell has been compared already, or says nothing of this school."""
    return one.where.startswith(tuple(f"sheet {title}," for title in _ELSEWHERE))


def _is_other_figure(one: Difference) -> bool:
    """Whether a cell says the same with other numbers."""
    return one.found != one.signed and _FIGURE.sub("#", one.found) == _FIGURE.sub("#", one.signed)
