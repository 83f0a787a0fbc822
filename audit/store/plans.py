"""The action plans: every action in its own transaction, nothing overwritten unseen, every change remembered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

from audit.model import Action, action_state
from audit.store import events, rows
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
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            plan = rows.actions(connection, audit_id)
            if base is None:
                made = action if action.id else replace(action, id=uuid.uuid4().hex[:12])
                rows.put_actions(connection, audit_id, (*plan, made))
                state = action_state(made)
                rows.note(connection, audit_id, role, kind="action added", subject=made.id, after=state)
            else:
                if base not in plan:
                    raise ChangedMeanwhile(audit_id)
                made, place = replace(action, id=base.id or action.id or uuid.uuid4().hex[:12]), plan.index(base)
                rows.put_actions(connection, audit_id, (*plan[:place], made, *plan[place + 1 :]))
                was, state = action_state(base), action_state(made)
                rows.note(connection, audit_id, role, kind="action changed", subject=made.id, before=was, after=state)
            rows.touch(connection, audit_id)
            return made

    def came_at(self, audit_id: str) -> Mapping[Action, dt.datetime]:
        """When each action came to stand as it does (UTC); one that a workbook brought is not among them."""
        with self._db.reading() as connection:
            happened = tuple(events.of_audit(connection, audit_id))
            return events.came_at(happened, rows.actions(connection, audit_id))

    def replace_all(self, audit_id: str, actions: tuple[Action, ...], *, role: str = "") -> None:
        """Puts a whole action plan in place of the stored one, as a workbook brings it.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the audit is signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_closed(connection, audit_id)
            rows.replace_actions(connection, audit_id, actions, role=role)
            rows.touch(connection, audit_id)
