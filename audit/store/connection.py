"""Brings over the events of databases of earlier releases, which kept them as prose in a few fixed forms.

Each row is read once, here and nowhere else, and its words stay in their column. What is in none of the forms stays a
note of its words. Never change a form: they are what releases up to 0.3.0 wrote.

One database, opened: transactions that write, and connections that read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from audit.model import NOTE, SIGNING_ROLES, Action, action_state
from audit.store import rows, schema
from audit.store.schema import NotSaved


class Database:
    """The engine behind a store and its rooms."""

    def __init__(self, url: str | None) -> None:
        self.engine = schema.connect(url)
        bring_over(self.engine)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; SQLite takes its write lock at once, so that what is read stays true."""
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.OperationalError as error:
            raise NotSaved("The database did not take the answer.") from error

    def reading(self) -> sa.Connection:
        """A connection that only reads; to be closed, as a context."""
        return self.engine.connect()


_ADDED, _CHANGED, _REPLACED = "Action added: ", "Action changed: ", "Action replaced by a workbook's: "
_ARROW = " → "
_BEGUN = re.compile(r"Begun(?: with the answers of (?P<year>20[0-9]{2}/[0-9]{2}))?")
_SIGNED = re.compile(
    rf"Version (?P<version>[0-9]+) signed by the (?P<role>{'|'.join(SIGNING_ROLES)}), "
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:: (?P<said>.+))?",
    re.DOTALL,
)
_REOPENED = re.compile(r"Version (?P<version>[0-9]+) reopened: (?P<because>.*)", re.DOTALL)
_TAKEN = re.compile(r"Version (?P<version>[0-9]+) taken from a signed workbook")
_Values = dict[str, Any]


def bring_over(engine: sa.Engine) -> None:
    """Gives every event that has only words its kind, subject, and what was and is; nothing of it is lost."""
    table = schema.events
    waiting = table.c.kind == ""
    with engine.connect() as connection:
        if "kind" not in {one["name"] for one in sa.inspect(connection).get_columns(table.name)}:
            return  # another program's table
        if connection.scalar(sa.select(table.c.number).where(waiting).limit(1)) is None:
            return
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for audit_id in connection.scalars(sa.select(table.c.audit).where(waiting).distinct()).all():
            of_audit = waiting & (table.c.audit == audit_id)
            found = connection.execute(sa.select(table.c.number, table.c.what).where(of_audit).order_by(table.c.number))
            numbers, words = zip(*found.all(), strict=True)
            for number, values in zip(numbers, _read(words, rows.actions(connection, audit_id)), strict=True):
                connection.execute(table.update().where(table.c.number == number).values(**values))
        connection.commit()


def _read(words: Sequence[str], actions: tuple[Action, ...]) -> list[_Values]:
    """What the events of one audit are as data, in their order.

    What an action was is known from what it is: an event that made it so names what it was before, and so back.
    """
    alike = Counter(map(_words, actions))
    states = {_words(one): action_state(one) for one in actions}
    ids = {_words(one): one.id if alike[_words(one)] == 1 else "" for one in actions}

    def state(text: str) -> _Values:
        return states.get(text) or {"words": text}

    made: list[_Values] = []
    for text in reversed(words):
        values = _of_action(text, state, ids) or _of_sign_off(text) or {"kind": NOTE}
        made.append(values)
    return made[::-1]


def _of_action(text: str, state: Callable[[str], _Values], ids: dict[str, str]) -> _Values | None:
    """An event about an action; None if it is about none, or it cannot be told where one action ends."""
    if text.startswith(_ADDED):
        added = text.removeprefix(_ADDED)
        return {"kind": "action added", "subject": ids.get(added, ""), "new": state(added)}
    if text.startswith(_REPLACED):
        return {"kind": "action replaced", "old": state(text.removeprefix(_REPLACED))}
    if not text.startswith(_CHANGED):
        return None
    both = text.removeprefix(_CHANGED)
    known = max((one for one in ids if both.endswith(f"{_ARROW}{one}")), key=len, default=None)
    before, arrow, after = both.rpartition(_ARROW)
    if known is not None:
        before, after = both[: -len(f"{_ARROW}{known}")], known
    elif not arrow or _ARROW in before:
        return None
    ids.setdefault(before, ids.get(after, ""))
    return {"kind": "action changed", "subject": ids.get(after, ""), "old": state(before), "new": state(after)}


def _of_sign_off(text: str) -> _Values | None:
    """An event of the beginning, or of a sign-off; None if it is in none of the forms."""
    if found := _BEGUN.fullmatch(text):
        return {"kind": "begun", "new": {"carried_from": found["year"]} if found["year"] else None}
    if found := _SIGNED.fullmatch(text):
        said: Mapping[str, str] = {"statement": found["said"]} if found["said"] else {}
        return {
            "kind": "signed",
            "subject": found["version"],
            "new": {"role": found["role"], "on": found["on"], **said},
        }
    if found := _REOPENED.fullmatch(text):
        return {"kind": "reopened", "subject": found["version"], "new": {"because": found["because"]}}
    if found := _TAKEN.fullmatch(text):
        return {"kind": "taken", "subject": found["version"]}
    return None


def _words(action: Action) -> str:
    """An action as releases up to 0.3.0 worded it."""
    due = f"due {action.due:%d/%m/%Y}" if action.due else ""
    return "; ".join(filter(None, (action.statement, action.what, action.role, due, action.status, action.note)))
