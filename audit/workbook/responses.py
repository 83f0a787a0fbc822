"""One row of answers as a response, whichever table it stands in; every fault by its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.identifiers import plain
from audit.model import PRACTICE, WRITTEN, Practice, Response
from audit.workbook import layout
from audit.workbook.sheets import Table

ANSWERS = ("written", "practice", "not_applicable", "evidence", "comment")
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
    written_text, practice_text, reason, evidence, comment = given
    written_word, practice_word = layout.same(written_text), layout.same(practice_text)
    written, practice = layout.WRITTEN_BY_WORD.get(written_word), practices.get(practice_word)
    if practice is None and any_edition:
        practice = practices.get(practice_word.partition(" ")[0])
    if written is not None and practice is not None and not reason:
        try:
            return Response(written=written, practice=practice, evidence=evidence, comment=comment)
        except ValueError:  # a text that cannot be held; which one is found out below
            pass
    says_not = {"written": written_word, "practice": practice_word}
    for name, text, value, known in (
        ("written", written_text, written, WRITTEN),
        ("practice", practice_text, practice, PRACTICE),
    ):
        if value is None and text.strip() and says_not[name] not in layout.NOT_APPLICABLE_WORDS:
            what = f'"{plain(text[:200])[:40]}" is not one of {", ".join(map(str, known))}.'
            table.fault(number, name, what, "Choose an answer from the list.")
    said_na = not layout.NOT_APPLICABLE_WORDS.isdisjoint(says_not.values())
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
