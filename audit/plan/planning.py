"""An action as it is planned: begun from a gap, checked as a person entered it, told apart from all others."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from audit.identifiers import plain
from audit.model import Action, Criterion, Status
from audit.plan.statuses import status_of
from audit.problems import Problem
from audit.text import fault_of, tidy

_TERM_ENDS = ((12, 15), (3, 31), (7, 15))
"""Month and day by which the terms of the school year are over or nearly so; terms differ from school to school."""
_AT_LEAST = dt.timedelta(weeks=6)
"""An action needs about half a term: to be agreed, done and seen to work."""


def suggested_due(year: str, today: dt.date) -> dt.date:
    """A date to begin with: the first end of a term that leaves half a term for it, and not before the audit's year."""
    earliest = max(today, dt.date(int(year[:4]), 9, 1)) + _AT_LEAST
    ends = (dt.date(y, month, day) for y in (earliest.year, earliest.year + 1) for month, day in _TERM_ENDS)
    return min(end for end in ends if end >= earliest)


def from_gap(criterion: Criterion, *, year: str, today: dt.date) -> Action:
    """What to plan for a gap: how to close it, the role asked, a date in the school year.

    Args:
        criterion: the statement that is not met.
        year: the academic year of the audit.
        today: the day on which it is planned.
    """
    return Action(
        what=criterion.statement.improve or criterion.statement.statement,
        statement=criterion.id,
        role=criterion.framework.roles[criterion.statement.asked_of],
        due=suggested_due(year, today),
        status="Not started",
    )


def entered(
    base: Action | None, *, what: str, role: str, due: dt.date | None, status: Status, note: str
) -> Action | tuple[Problem, ...]:
    """The action that a person entered, or every problem with it.

    Args:
        base: the action that it changes; None for a new one of the school's own.
        what: what is to be done.
        role: who is responsible, as a role.
        due: by when.
        status: how far it is.
        note: anything to remember; for a dropped action, the reason.
    """
    texts = {"what": tidy(what), "role": tidy(role), "note": tidy(note)}
    places = {"what": "What is to be done", "role": "Who is responsible", "note": "Note"}
    problems = [
        Problem(where=places[name], what=fault, fix="") for name, text in texts.items() if (fault := fault_of(text))
    ]
    if not plain(what):
        problems.append(Problem(where=places["what"], what="It is empty.", fix="Say what is to be done."))
    if status == "Dropped" and not plain(note):
        problems.append(Problem(where=places["note"], what="An action is dropped for a reason.", fix="Say which."))
    if problems:
        return tuple(problems)
    if base is not None and status == status_of(base):
        return replace(base, due=due, **texts)  # the status stays in the words in which a workbook gave it
    return replace(base or Action(what=what), due=due, status=status, **texts)


def key_of(action: Action) -> str:
    """What an action is known by: its id, else a digest of what is to be done and for which statement."""
    about = f"{action.statement}\n{action.what}"
    return action.id or hashlib.sha256(about.encode()).hexdigest()[:12]


def keyed(actions: Iterable[Action]) -> Mapping[str, Action]:
    """Actions by a key of their own, in their order, as `key_of` gives it.

    A key that comes again, as in a workbook of which rows were copied, has a number after it.
    """
    found: dict[str, Action] = {}
    for action in actions:
        key = key_of(action)
        found[next(k for n in range(1, len(found) + 2) if (k := key if n == 1 else f"{key}-{n}") not in found)] = action
    return found
