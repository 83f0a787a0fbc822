"""An action plan as a table, and in words for a page, a terminal and a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from audit.english import day
from audit.model import STATUSES, Action, Audit, Criteria
from audit.plan.planning import keyed
from audit.plan.standing import SOON, WHENS, Progress, When, by_role, when_of
from audit.plan.statuses import status_of
from audit.tables import SCORES, Column, Schema, typed

_OWN = "an action of the school's own"
_GLANCE = 80
"""Characters that a line of a phone or an entry of a calendar shows without being cut."""
ACTIONS: Schema = {
    "urn": SCORES["urn"],
    "school": SCORES["school"],
    "year": SCORES["year"],
    "action": Column(dtype="str", means="the action's id, or a digest of it where it has none"),
    "what": Column(dtype="str", means="what is to be done"),
    "role": Column(dtype="str", means="who is responsible, as a role; may be empty"),
    "due": Column(dtype="datetime64[s]", means="by when", blank="no date"),
    "status": Column(dtype=STATUSES, means="what the status counts as"),
    "when": Column(dtype=WHENS, means="how it stands on the day of the table"),
    "note": Column(dtype="str", means="what the school noted; for a dropped action, the reason; may be empty"),
    "since": Column(dtype="str", means="the academic year in which it was first planned"),
    "statement": Column(dtype="str", means="id of the statement whose gap it closes", blank=_OWN),
    "reference": Column(dtype="str", means="section, mark and number in the source", blank=_OWN),
    "statement_text": Column(dtype="str", means="the statement, restated", blank=_OWN),
}
"""One row per action, in the school's own order."""


def actions_table(audit: Audit, criteria: Criteria, today: dt.date) -> pd.DataFrame:
    """ACTIONS of an audit on a day."""
    rows = []
    for key, action in keyed(audit.actions).items():
        known = criteria[action.statement].statement if action.statement in criteria else None
        rows.append(
            {
                "urn": audit.school.urn,
                "school": audit.school.name,
                "year": audit.year,
                "action": key,
                "what": action.what,
                "role": action.role,
                "due": action.due,
                "status": status_of(action),
                "when": when_of(action, today),
                "note": action.note,
                "since": action.since or audit.year,
                "statement": action.statement or None,
                "reference": known.reference if known else None,
                "statement_text": known.statement if known else None,
            }
        )
    return typed(pd.DataFrame(rows, columns=list(ACTIONS)), ACTIONS)


def grouped(audit: Audit, today: dt.date, *, role: str = "") -> Mapping[When, Mapping[str, Action]]:
    """The actions with their keys by how they stand on a day, those due first in front; only what there is.

    Args:
        audit: the audit whose plan it is.
        today: the day.
        role: only the actions of this role, as `by_role` names it; empty for all.
    """
    wanted = by_role(audit.actions).get(role, audit.actions)
    shown = [(key, action) for key, action in keyed(audit.actions).items() if action in wanted]
    shown.sort(key=lambda one: one[1].due or dt.date.max)
    groups = {when: {key: a for key, a in shown if when_of(a, today) == when} for when in WHENS}
    return {when: those for when, those in groups.items() if those}


def roles_table(now: Progress) -> pd.DataFrame:
    """Who has what to do: one row per role with open actions, in words."""
    rows = [
        (
            role,
            len(actions),
            sum(when_of(action, now.today) == "overdue" for action in actions),
            sum(when_of(action, now.today) == "due soon" for action in actions),
            day(actions[0].due) if actions[0].due else "No date",
        )
        for role, actions in by_role(now.open).items()
    ]
    return pd.DataFrame(rows, columns=["Role", "Open", "Overdue", f"Due within {SOON.days} days", "First due"])


def title(action: Action, criteria: Criteria) -> str:
    """What is to be done, in one line; where only who or when was said, the statement that it is for."""
    known = criteria[action.statement].statement.statement if action.statement in criteria else ""
    return " ".join(action.what.split()) or known or "An action that says not what"


def short(action: Action, criteria: Criteria) -> str:
    """What is to be done, at a glance: its first words, and that there are more."""
    whole = title(action, criteria)
    return whole if len(whole) <= _GLANCE else f"{whole[: _GLANCE - 2].rsplit(' ', 1)[0]} …"


def about(action: Action, criteria: Criteria) -> str:
    """Date, role, status, which statement it is for and since when it is planned, in one line."""
    for_ = criteria[action.statement].statement.reference if action.statement in criteria else ""
    parts = (
        f"due {day(action.due)}" if action.due else "no date",
        " ".join(action.role.split()) or "no role named",
        status_of(action).lower(),
        f"for {for_}" if for_ else "",
        f"planned since {action.since}" if action.since else "",
    )
    line = " · ".join(filter(None, parts))
    return line[0].upper() + line[1:]
