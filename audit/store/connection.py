"""Opens a database for the stores, and turns the events of earlier releases into data.

`Database` gives transactions that write and connections that read.

Releases up to 0.3.0 kept events as prose in a few fixed forms. `bring_over` reads each such row once, and no other code
reads it; the words stay in their column. An event in none of these forms becomes a note with its words. Never change a
form: it is what those releases wrote.
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
    """The connection to the database that a store and its parts share."""

    def __init__(self, url: str | None) -> None:
        self.engine = schema.connect(url)
        bring_over(self.engine)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; SQLite locks the database at once, so nobody changes what the transaction has read."""
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.OperationalError as error:
            raise NotSaved("The database did not take it.") from error

    def reading(self) -> sa.Connection:
        """A connection that only reads; use it in a ``with`` statement, which closes it."""
        return self.engine.connect()


def opened(database: Database | str | None) -> Database:
    """A database that several stores share as it is, or the one at an address; without one, the default."""
    return database if isinstance(database, Database) else Database(database)


_ADDED, _CHANGED, _REPLACED = "Action added: ", "Action changed: ", "Action replaced by a workbook's: "
_ARROW = " → "
_BEGUN = re.compile(r"Begun(?: with the answers of (?P<year>20[0-9]{2}/[0-9]{2}))?")
_SIGNED = re.compile(
    rf"Version (?P<version>[0-9]+) signed by the (?P<role>{'|'.join(SIGNING_ROLES)}), "
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:: (?P<statement>.+))?",
    re.DOTALL,
)
_REOPENED = re.compile(r"Version (?P<version>[0-9]+) reopened: (?P<because>.*)", re.DOTALL)
_TAKEN = re.compile(r"Version (?P<version>[0-9]+) taken from a signed workbook")
_Values = dict[str, Any]


def bring_over(engine: sa.Engine) -> None:
    """Gives every event that has only words its kind, its subject, and the old and new state; the words are kept."""
    table = schema.events
    waiting = table.c.kind == ""
    with engine.connect() as connection:
        if "kind" not in {column["name"] for column in sa.inspect(connection).get_columns(table.name)}:
            return  # the table of another program
        if connection.scalar(sa.select(table.c.number).where(waiting).limit(1)) is None:
            return
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for audit_id in connection.scalars(sa.select(table.c.audit).where(waiting).distinct()).all():
            of_audit = waiting & (table.c.audit == audit_id)
            query = sa.select(table.c.number, table.c.what).where(of_audit).order_by(table.c.number)
            numbers, words = zip(*connection.execute(query).all(), strict=True)
            for number, values in zip(numbers, _read(words, rows.actions(connection, audit_id)), strict=True):
                connection.execute(table.update().where(table.c.number == number).values(**values))
        connection.commit()


def _read(words: Sequence[str], actions: tuple[Action, ...]) -> list[_Values]:
    """The events of one audit as data, in their order.

    They are read from the newest to the oldest. The stored action says what the last event made of it; that event's
    words say what the action was before, and so on back.
    """
    alike = Counter(map(_words, actions))
    states = {_words(action): action_state(action) for action in actions}
    ids = {_words(action): action.id if alike[_words(action)] == 1 else "" for action in actions}

    def state(text: str) -> _Values:
        return states.get(text) or {"words": text}

    events: list[_Values] = []
    for text in reversed(words):
        values = _of_action(text, state, ids) or _of_sign_off(text) or {"kind": NOTE}
        events.append(values)
    return events[::-1]


def _of_action(text: str, state: Callable[[str], _Values], ids: dict[str, str]) -> _Values | None:
    """An event about an action; None if it is about none, or if its text does not show where one action ends."""
    if text.startswith(_ADDED):
        added = text.removeprefix(_ADDED)
        return {"kind": "action added", "subject": ids.get(added, ""), "new": state(added)}
    if text.startswith(_REPLACED):
        return {"kind": "action replaced", "old": state(text.removeprefix(_REPLACED))}
    if not text.startswith(_CHANGED):
        return None
    both = text.removeprefix(_CHANGED)
    known = max((words for words in ids if both.endswith(f"{_ARROW}{words}")), key=len, default=None)
    before, arrow, after = both.rpartition(_ARROW)
    if known is not None:
        before, after = both[: -len(f"{_ARROW}{known}")], known
    elif not arrow or _ARROW in before:
        return None
    ids.setdefault(before, ids.get(after, ""))
    return {"kind": "action changed", "subject": ids.get(after, ""), "old": state(before), "new": state(after)}


def _of_sign_off(text: str) -> _Values | None:
    """An event about the start of an audit or about a sign-off; None if it is in none of the forms."""
    if parts := _BEGUN.fullmatch(text):
        return {"kind": "begun", "new": {"carried_from": parts["year"]} if parts["year"] else None}
    if parts := _SIGNED.fullmatch(text):
        statement: Mapping[str, str] = {"statement": parts["statement"]} if parts["statement"] else {}
        return {
            "kind": "signed",
            "subject": parts["version"],
            "new": {"role": parts["role"], "on": parts["on"], **statement},
        }
    if parts := _REOPENED.fullmatch(text):
        return {"kind": "reopened", "subject": parts["version"], "new": {"because": parts["because"]}}
    if parts := _TAKEN.fullmatch(text):
        return {"kind": "taken", "subject": parts["version"]}
    return None


def _words(action: Action) -> str:
    """The words in which releases up to 0.3.0 wrote an action."""
    due = f"due {action.due:%d/%m/%Y}" if action.due else ""
    return "; ".join(filter(None, (action.statement, action.what, action.role, due, action.status, action.note)))
