"""The *Action plan* as actions, with every fault by its cell."""

from __future__ import annotations

from audit.identifiers import plain
from audit.model import Action, Criteria
from audit.workbook.dates import read_date
from audit.workbook.sheets import Table

NEEDED = ("statement", "what")
_TEXTS = ("what", "role", "status", "note")
_LONGEST_ID = 80


def read_actions(table: Table, criteria: Criteria) -> tuple[Action, ...]:
    """The actions of a plan: rows of which the school filled any cell. Problems are noted in the table."""
    actions = []
    for number, (named, due_text, *given) in table.texts(("statement", "due", *_TEXTS)):
        if number < table.head or not (any(given) or due_text.strip()):
            continue
        texts = {name: table.held(number, name, text) for name, text in zip(_TEXTS, given, strict=True)}
        statement = plain(named[:_LONGEST_ID]).casefold()
        if statement and statement not in criteria:
            what = f'"{statement[:40]}" is not a statement of the criteria at hand.'
            table.fault(number, "statement", what, "Restore the id, or leave the cell empty for an action of your own.")
            statement = ""
        due = read_date(due_text, table.where(number, "due"), table.problems) if due_text else None
        if any(texts.values()) or due:
            actions.append(Action(statement=statement, due=due, **texts))
    return tuple(actions)
