"""The *Action plan* as actions, with every fault by its cell."""

from __future__ import annotations

from collections.abc import Sequence

from audit.identifiers import plain
from audit.model import Action, Criteria, is_academic_year
from audit.workbook.cell_errors import FIX, is_error, what_error
from audit.workbook.dates import read_date
from audit.workbook.responses import LONGEST_ID
from audit.workbook.sheets import Table

NEEDED = ("statement", "what")
_TEXTS = ("what", "role", "status", "note")


def read_actions(table: Table, criteria: Criteria, *, any_edition: bool = False) -> tuple[Action, ...]:
    """The actions of a plan: rows of which the school filled any cell.

    A row that was copied has the hidden id of the other one; it is an action of its own, so it has none. An action
    of an earlier year may name a statement that the criteria hold no more.

    Args:
        table: the plan; its problems are noted in it.
        criteria: the criteria at hand.
        any_edition: whether every action may.
    """
    actions: list[Action] = []
    given_ids = {""}
    for number, (named, own_id, since, due_text, *given) in table.texts(("statement", "id", "since", "due", *_TEXTS)):
        if number < table.head or not (any(given) or due_text.strip()):
            if number < table.head or not named.strip():
                table.add_stray(number)
            continue
        if not named.strip():
            table.add_stray(number, ("gap", "kind", "suggestion"))
        if table.sheet.extent.has_errors:
            given, due_text = _without_errors(table, number, given, due_text)
        texts = {name: table.held(number, name, text) for name, text in zip(_TEXTS, given, strict=True)}
        statement = plain(named[:LONGEST_ID]).casefold()
        since = since if is_academic_year(since) else ""
        if statement and statement not in criteria and not (since or any_edition):
            what = f'"{statement[:40]}" is not a statement of the criteria at hand.'
            table.fault(number, "statement", what, "Restore the id, or leave the cell empty for an action of your own.")
            statement = ""
        due = read_date(due_text, table.where(number, "due"), table.problems) if due_text else None
        if any(texts.values()) or due:
            own_id = "" if own_id in given_ids else own_id[:LONGEST_ID]
            given_ids.add(own_id)
            actions.append(Action(statement=statement, due=due, id=own_id, since=since, **texts))
    return tuple(actions)


def _without_errors(table: Table, number: int, given: Sequence[str], due: str) -> tuple[list[str], str]:
    """The texts and the day of a row without errors such as ``#REF!``, which are noted."""
    for name, text in zip((*_TEXTS, "due"), (*given, due), strict=True):
        if is_error(text):
            table.fault(number, name, what_error(text), FIX)
    return ["" if is_error(text) else text for text in given], "" if is_error(due) else due
