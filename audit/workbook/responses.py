"""One row of answers as a response, whichever table it stands in; every fault by its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from audit.changes import fingerprint
from audit.identifiers import plain
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Practice, Response
from audit.reasons import ASK_AGAIN, says_nothing
from audit.text import tidy
from audit.workbook import layout
from audit.workbook.cell_errors import FIX, is_error, what_error
from audit.workbook.own_words import Word, clear_word, practice_in_own_words, written_in_own_words
from audit.workbook.sheets import OwnWords, Table, text_fault

ANSWERS = ("written", "practice", "not_applicable", "evidence", "comment")
HEADINGS = {field.name: field.heading for field in layout.ANSWER_FIELDS}
LONGEST_ID = 80
"""Characters of an id that are looked at; none of the criteria has as many."""


def read_response(
    table: Table, number: int, given: Sequence[str], practices: Mapping[str, Practice], *, any_edition: bool = False
) -> Response:
    """One row's response; a cell that cannot be read is a problem and counts as not answered.

    Args:
        table: where the row stands; problems are noted in it.
        number: the row.
        given: its texts, in the order of `ANSWERS`.
        practices: the practice by what a cell spells.
        any_edition: whether the number of a practice level will do, since another edition may label it in other words.
    """
    if not any(given):
        return NO_RESPONSE
    written_text, practice_text, reason, evidence, comment = given
    written_word, practice_word = clear_word(written_text), clear_word(practice_text)
    written, practice = layout.WRITTEN_BY_WORD.get(written_word), practices.get(practice_word)
    if practice is None and any_edition:
        practice = practices.get(practice_word.partition(" ")[0])
    if written is not None and practice is not None and not reason:
        try:
            return Response(written=written, practice=practice, evidence=evidence, comment=comment)
        except ValueError:  # a text that cannot be held; which one is found out below
            pass
    said_na = not layout.NOT_APPLICABLE_WORDS.isdisjoint((written_word, practice_word))
    own: list[Word] = []
    if written is None and written_text.strip() and written_word not in layout.NOT_APPLICABLE_WORDS:
        found = written_in_own_words(written_text)
        written = _taken(table, (number, "written"), written_text, found, WRITTEN, own)
    if practice is None and practice_text.strip() and practice_word not in layout.NOT_APPLICABLE_WORDS:
        found = practice_in_own_words(practice_text, practices)
        practice = _taken(table, (number, "practice"), practice_text, found, PRACTICE, own)
    if not reason.strip():
        reason = next((word.reason for word in own if word.reason), reason)
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
    elif said_na and not reason.strip():
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
    table: Table, cell: tuple[int, str], text: str, found: Word | None, known: Sequence[object], own: list[Word]
) -> Any:
    """The answer that a cell gives in words of the school's own, which is noted; None if it gives none for certain.

    Args:
        table: where the row stands; the words, or the problem with them, are noted in it.
        cell: its row and field.
        text: what stands in it.
        found: how it can be read, if it can.
        known: the answers there are.
        own: the words of the row so far, to which these are added.
    """
    if is_error(text):
        table.fault(*cell, what_error(text), FIX)
        return None
    if found is None:
        what = f'"{plain(text[:200])[:40]}" is not one of {", ".join(map(str, known))}.'
        table.fault(*cell, what, "Choose an answer from the list.")
        return None
    own.append(found)
    table.own_words.append(OwnWords(row=cell[0], name=cell[1], text=text, word=found))
    return found.value


def tell_empty_reason(table: Table, number: int, response: Response, mark: str) -> None:
    """Warns of a reason that says nothing; it is kept. One that the tool itself wrote was taken before, perhaps signed.

    Args:
        table: where the row stands; the warning is noted in it.
        number: the row.
        response: what the row says.
        mark: the fingerprint of what the row held when it was written.
    """
    reason = response.not_applicable
    if reason and says_nothing(reason) and fingerprint(response) != mark:
        what = f'The reason "{plain(reason[:200])[:40]}" says nothing; it was kept.'
        table.warn(number, "not_applicable", what, ASK_AGAIN)


def tell_own_words(table: Table) -> None:
    """Warns of each answer that was taken in a school's own words: once where the same words mean the same in many cells."""
    told: dict[tuple[str, str], list[OwnWords]] = {}
    for one in table.own_words:
        told.setdefault((one.name, plain(one.text)), []).append(one)
    for (name, text), cells in told.items():
        word = cells[0].word
        is_level = name == "practice" and word.value != "unknown"
        meant = "not applicable" if word.reason else f"level {word.value}" if is_level else word.value
        many = f" in {len(cells)} cells, of which this is the first" if len(cells) > 1 else ""
        kept = "; the words are kept in the comment" if word.beyond else ""
        what = f'"{text[:60]}" was taken for {meant}{many}{kept}.'
        table.warn(cells[0].row, name, what, "If something else was meant, choose the answer from the list.")


def with_own_words(table: Table, number: int, response: Response) -> Response:
    """A response whose comment holds what a row says beyond its answers; left as it is where that cannot be held."""
    lines = [
        f'{HEADINGS[one.name]} "{tidy(one.text.strip())}"'
        for one in table.own_words
        if one.row == number and one.word.beyond
    ]
    comment = "\n".join(filter(None, (response.comment, *lines)))
    if not lines:
        return response
    if text_fault(comment):
        what = "The comment is too long to hold the words beside the answer too, so they were left out."
        table.warn(number, "comment", what, "Shorten it.")
        return response
    return replace(response, comment=comment)
