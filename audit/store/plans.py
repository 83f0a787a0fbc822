"""The action plans: every action in its own transaction, nothing overwritten unseen, every change remembered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from audit import database
from audit.model import Action
from audit.store import rows
from audit.store.connection import Database
from audit.store.errors import ChangedMeanwhile


class Plans:
    """The action plans of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, audit_id: str, action: Action, *, base: Action | None = None, role: str = "") -> Action:
        """Adds an action, or puts it in place of what the person saw of it; returns it as stored, with its id.

        Args:
            audit_id: which audit.
            action: the action as it shall be; without an id it is given one, and the id that it has stays.
            base: the action as this person saw it; None for a new one.
            role: who plans, as a role.

        Raises:
            ChangedMeanwhile: the stored action is not the one that the person saw.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_signed(connection, audit_id)
            plan = rows.actions(connection, audit_id)
            if base is None:
                made = action if action.id else replace(action, id=uuid.uuid4().hex[:12])
                rows.put_actions(connection, audit_id, (*plan, made))
                rows.note(connection, audit_id, role, f"Action added: {_words(made)}")
            else:
                if base not in plan:
                    raise ChangedMeanwhile(audit_id)
                made, place = replace(action, id=base.id or action.id or uuid.uuid4().hex[:12]), plan.index(base)
                rows.put_actions(connection, audit_id, (*plan[:place], made, *plan[place + 1 :]))
                rows.note(connection, audit_id, role, f"Action changed: {_words(base)} → {_words(made)}")
            rows.touch(connection, audit_id)
            return made

    def came_at(self, audit_id: str) -> Mapping[Action, dt.datetime]:
        """When each action came to stand as it does (UTC); one that a workbook brought is not among them."""
        table = database.events
        with self._db.reading() as connection:
            query = sa.select(table.c.what, table.c.at).where(table.c.audit == audit_id).order_by(table.c.number)
            events = connection.execute(query).all()
            found = {}
            for action in rows.actions(connection, audit_id):
                added, changed = f"Action added: {_words(action)}", f" → {_words(action)}"
                moments = [at for what, at in events if what == added or what.endswith(changed)]
                found.update({action: moments[-1]} if moments else {})
            return found

    def replace_all(self, audit_id: str, actions: tuple[Action, ...], *, role: str = "") -> None:
        """Puts a whole action plan in place of the stored one, as a workbook brings it.

        Raises:
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_signed(connection, audit_id)
            for gone in rows.actions(connection, audit_id):
                if gone not in actions:
                    rows.note(connection, audit_id, role, f"Action replaced by a workbook's: {_words(gone)}")
            rows.put_actions(connection, audit_id, actions)
            rows.touch(connection, audit_id)


def _words(action: Action) -> str:
    due = f"due {action.due:%d/%m/%Y}" if action.due else ""
    return "; ".join(filter(None, (action.statement, action.what, action.role, due, action.status, action.note)))
