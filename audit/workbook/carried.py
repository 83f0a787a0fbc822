"""The *Last year* sheet: the answers with which an audit began, and what *Still as last year?* makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from audit.identifiers import plain
from audit.model import Carried, Criterion, Practice, Response
from audit.workbook import layout
from audit.workbook.cell_errors import FIX, is_error, what_error
from audit.workbook.responses import ANSWERS, LONGEST_ID, read_response
from audit.workbook.sheets import Table

NEEDED = ("id", "written", "practice")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ANSWER = "Answer the statement in the cells beside it."


def read_carried(table: Table, practices: Mapping[str, Practice], *, any_edition: bool = False) -> dict[str, Carried]:
    """What the sheet says, by statement; of a statement that stands there twice, the first.

    Args:
        table: the sheet; its problems are noted in it.
        practices: the practice by what a cell spells.
        any_edition: whether another edition may have labelled it.
    """
    found: dict[str, Carried] = {}
    for number, (named, revision, *given) in table.texts(("id", "revision", *ANSWERS)):
        statement = plain(named[:LONGEST_ID]).casefold()
        if number > table.head and statement and statement not in found:
            if table.sheet.extent.has_errors:
                given = ["" if is_error(text) else text for text in given]
            response = read_response(table, number, given, practices, any_edition=any_edition)
            found[statement] = Carried(response=response, revision=revisions(revision)[0])
    return found


def revisions(text: str) -> tuple[int, int]:
    """The revision that an answer was given to, and the one that is asked: ``1 of 2``, or one number for both."""
    return _revisions(text[:LONGEST_ID])


@lru_cache(maxsize=256)
def _revisions(text: str) -> tuple[int, int]:
    found = [int(number) for number in _NUMBER.findall(text)] or [1]
    return found[0], found[-1]


def still_as_last_year(
    table: Table, number: int, given: Sequence[str], response: Response, *, criterion: Criterion, before: Carried | None
) -> Response:
    """The response of a row whose cell *Still as last year?* is filled: last year's, if it says so and no other answer.

    New evidence or a new comment beside it takes the place of last year's.

    Args:
        table: the answers; a problem is noted in it.
        number: the row.
        given: the text of that cell, then the texts of the answers.
        response: what the answers say.
        criterion: the statement.
        before: last year's answer, if there is one.
    """
    still, *answered = given
    word = layout.WRITTEN_BY_WORD.get(layout.same(still))
    if not still.strip() or word == "no":
        return response
    if is_error(still):
        table.fault(number, "still", what_error(still), FIX)
    elif word != "yes":
        table.fault(number, "still", f'"{plain(still[:200])[:40]}" is not Yes.', "Choose Yes, or leave the cell empty.")
    elif any(answered[: ANSWERS.index("evidence")]):
        if before is not None and response != before.response:
            what = "The row says that the answer is still as last year, and also gives another one, which was used."
            table.warn(number, "still", what, "Empty this cell, or the answers beside it.")
    elif before is None:
        table.fault(number, "still", "There is no answer of last year to this statement.", _ANSWER)
    elif before.revision != criterion.statement.revision:
        what = "The statement means something else than last year, so last year's answer cannot stand."
        table.fault(number, "still", what, _ANSWER)
    else:
        new = {name: text for name in ("evidence", "comment") if (text := getattr(response, name))}
        return replace(before.response, **new)
    return response
