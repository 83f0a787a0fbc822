"""The action plan: what each action counts as, which actions are overdue or due soon, and the plan as a table and in words.

An action begins from a gap or as a person enters it, and is checked when it is entered. Open actions continue into the
next year's audit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from audit.english import agree, day, listed
from audit.model import STATUSES, Action, Audit, Criteria, Criterion, Status
from audit.problems import Problem
from audit.tables import SCORES, Column, Schema, typed
from audit.text import fault_of, plain, tidy

if TYPE_CHECKING:
    import pandas as pd

_STATUS_WORDS: dict[str, Status] = {
    "not started": "Not started",
    "to do": "Not started",
    "planned": "Not started",
    "in progress": "In progress",
    "started": "In progress",
    "ongoing": "In progress",
    "under way": "In progress",
    "underway": "In progress",
    "done": "Done",
    "complete": "Done",
    "completed": "Done",
    "finished": "Done",
    "dropped": "Dropped",
    "cancelled": "Dropped",
    "stopped": "Dropped",
}


def status_of(action: Action) -> Status:
    """What an action counts as; any other text that was typed counts as not started."""
    return _STATUS_WORDS.get(re.sub(r"[^a-z]+", " ", action.status.casefold()).strip(), "Not started")


def is_open_action(action: Action) -> bool:
    """Whether an action is still to be done: not started or in progress."""
    return status_of(action) in ("Not started", "In progress")


def for_overtaken(audit: Audit, criteria: Criteria) -> tuple[Action, ...]:
    """The open actions for statements that the audit leaves out, because law or guidance has overtaken them."""
    return tuple(
        action
        for action in audit.actions
        if is_open_action(action)
        and action.statement in criteria
        and audit.leaves_out(criteria[action.statement].statement)
    )


When = Literal["overdue", "due soon", "later", "no date", "done", "dropped"]
"""The state of an action on a day; the first four are open."""
WHENS: tuple[When, ...] = get_args(When)
SOON = dt.timedelta(days=30)
"""How far ahead an action counts as due soon: a half-termly meeting can still help with it."""
WORDS: Mapping[When, str] = MappingProxyType(
    {
        "overdue": "! Overdue",
        "due soon": f"→ Due within {SOON.days} days",
        "later": "… Due later",
        "no date": "? No date",
        "done": "✓ Done",
        "dropped": "– Dropped",
    }
)
"""Symbol and words of each state."""
NOBODY = "No role named"


def when_of(action: Action, today: dt.date) -> When:
    """The state of an action on a day; one that is due today is not overdue yet."""
    if not is_open_action(action):
        return "done" if status_of(action) == "Done" else "dropped"
    if action.due is None:
        return "no date"
    if action.due < today:
        return "overdue"
    return "due soon" if action.due <= today + SOON else "later"


@dataclass(frozen=True, kw_only=True)
class PlanProgress:
    """An action plan on one day; each tuple holds the actions in that state, earliest due date first.

    Attributes:
        today: the day.
    """

    today: dt.date
    overdue: tuple[Action, ...]
    due_soon: tuple[Action, ...]
    later: tuple[Action, ...]
    no_date: tuple[Action, ...]
    done: tuple[Action, ...]
    dropped: tuple[Action, ...]

    @property
    def groups(self) -> Mapping[When, tuple[Action, ...]]:
        """The actions by state, in the order of `WHENS`."""
        by_state = (self.overdue, self.due_soon, self.later, self.no_date, self.done, self.dropped)
        return dict(zip(WHENS, by_state, strict=True))

    @property
    def open(self) -> tuple[Action, ...]:
        """The open actions: the longest overdue first, those without a date last."""
        return (*self.overdue, *self.due_soon, *self.later, *self.no_date)

    @property
    def total(self) -> int:
        """How many actions there are, including those dropped."""
        return sum(map(len, self.groups.values()))


def plan_progress(audit: Audit, today: dt.date) -> PlanProgress:
    """The action plan of an audit on a day."""
    plan = sorted(audit.actions, key=lambda action: action.due or dt.date.max)
    groups: dict[When, list[Action]] = {when: [] for when in WHENS}
    for action in plan:
        groups[when_of(action, today)].append(action)
    return PlanProgress(
        today=today,
        overdue=tuple(groups["overdue"]),
        due_soon=tuple(groups["due soon"]),
        later=tuple(groups["later"]),
        no_date=tuple(groups["no date"]),
        done=tuple(groups["done"]),
        dropped=tuple(groups["dropped"]),
    )


def plan_progress_in_words(now: PlanProgress) -> str:
    """The state of the plan in one or two sentences that need no context."""
    states = {"done": now.done, "open": now.open, "dropped": now.dropped}
    counts = {word: len(actions) for word, actions in states.items() if actions}
    if not counts:
        return "No action is planned yet."
    if len(counts) == 1:
        word = next(iter(counts))
        whole = f"All {now.total} actions in the plan are {word}." if now.total > 1 else f"The one action is {word}."
    else:
        whole = f"{now.total} actions in the plan: {listed([f'{number} {word}' for word, number in counts.items()])}."
    if not now.open:
        return whole
    pressing = _pressing(now)
    if not pressing:
        return f"{whole} None is overdue or due within {SOON.days} days."
    return f"{whole} {'Of those open, ' if len(counts) > 1 else ''}{listed(pressing)}."


def _pressing(now: PlanProgress) -> list[str]:
    """Which open actions need attention, as parts of a sentence."""
    verbs = (
        (len(now.overdue), "is overdue", "are overdue"),
        (len(now.due_soon), f"is due within {SOON.days} days", f"are due within {SOON.days} days"),
        (len(now.no_date), "has no date", "have no date"),
    )
    return [f"{number} {agree(number, one, many)}" for number, one, many in verbs if number]


def by_role(actions: Iterable[Action]) -> Mapping[str, tuple[Action, ...]]:
    """Actions by the role responsible, in their order; roles in alphabetical order, `NOBODY` last.

    Spellings that differ only in spaces and capitals are one role; the first spelling is used.
    """
    grouped: dict[str, list[Action]] = {}
    spellings: dict[str, str] = {}
    for action in actions:
        role = " ".join(action.role.split())
        grouped.setdefault(spellings.setdefault(role.casefold(), role or NOBODY), []).append(action)
    names = sorted(grouped, key=lambda role: (role == NOBODY, role.casefold()))
    return {role: tuple(grouped[role]) for role in names}


_TERM_ENDS = ((12, 15), (3, 31), (7, 15))
"""Month and day on which the terms of the school year end, or nearly; terms differ from school to school."""
_AT_LEAST = dt.timedelta(weeks=6)
"""An action needs about half a term: to be agreed, done and seen to work."""


def suggested_due(year: str, today: dt.date) -> dt.date:
    """A first suggestion for a due date: the next end of a term at least half a term ahead, in the audit's year or later."""
    earliest = max(today, dt.date(int(year[:4]), 9, 1)) + _AT_LEAST
    ends = (dt.date(y, month, day) for y in (earliest.year, earliest.year + 1) for month, day in _TERM_ENDS)
    return min(end for end in ends if end >= earliest)


def from_gap(criterion: Criterion, *, year: str, today: dt.date) -> Action:
    """The suggested action for a gap: how to close it, the role asked, and a due date.

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
        base: the action that the entry changes; None for a new action that is not for a statement.
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
        return replace(base, due=due, **texts)  # keep the words for the status from a workbook
    return replace(base or Action(what=what), due=due, status=status, **texts)


def action_key(action: Action) -> str:
    """The key of an action: its id, else a digest of what is to be done and for which statement."""
    about = f"{action.statement}\n{action.what}"
    return action.id or hashlib.sha256(about.encode()).hexdigest()[:12]


def keyed(actions: Iterable[Action]) -> Mapping[str, Action]:
    """Actions by unique key (see `action_key`), in their order.

    A key that is repeated, as when rows of a workbook were copied, gets a number after it.
    """
    named: dict[str, Action] = {}
    for action in actions:
        key = action_key(action)
        named[next(k for n in range(1, len(named) + 2) if (k := key if n == 1 else f"{key}-{n}") not in named)] = action
    return named


_NO_STATEMENT = "an action of the school's own"
_GLANCE = 80
"""Characters that a phone or a calendar shows on one line without cutting the text."""
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
    "statement": Column(dtype="str", means="id of the statement whose gap it closes", blank=_NO_STATEMENT),
    "reference": Column(dtype="str", means="section, mark and number in the source", blank=_NO_STATEMENT),
    "statement_text": Column(dtype="str", means="the statement, restated", blank=_NO_STATEMENT),
}
"""One row per action, in the school's own order."""


def actions_table(audit: Audit, criteria: Criteria, today: dt.date) -> pd.DataFrame:
    """ACTIONS of an audit on a day."""
    import pandas as pd

    rows = []
    for key, action in keyed(audit.actions).items():
        statement = criteria[action.statement].statement if action.statement in criteria else None
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
                "reference": statement.reference if statement else None,
                "statement_text": statement.statement if statement else None,
            }
        )
    return typed(pd.DataFrame(rows, columns=list(ACTIONS)), ACTIONS)


def actions_by_standing(audit: Audit, today: dt.date, *, role: str = "") -> Mapping[When, Mapping[str, Action]]:
    """The actions with their keys, by state on a day, earliest due date first; states without actions are left out.

    Args:
        audit: the audit whose plan it is.
        today: the day.
        role: only the actions of this role, as `by_role` names it; empty for all.
    """
    wanted = by_role(audit.actions).get(role, audit.actions)
    shown = [(key, action) for key, action in keyed(audit.actions).items() if action in wanted]
    shown.sort(key=lambda pair: pair[1].due or dt.date.max)
    groups = {when: {key: a for key, a in shown if when_of(a, today) == when} for when in WHENS}
    return {when: actions for when, actions in groups.items() if actions}


def roles_table(now: PlanProgress) -> pd.DataFrame:
    """Who has how much to do: one row per role with open actions, in words."""
    import pandas as pd

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
    """What is to be done, on one line; if the action does not say, the statement that it is for."""
    statement = criteria[action.statement].statement.statement if action.statement in criteria else ""
    return " ".join(action.what.split()) or statement or "An action that says not what"


def short(action: Action, criteria: Criteria) -> str:
    """What is to be done, shortened to its first words and a sign that there are more."""
    whole = title(action, criteria)
    return whole if len(whole) <= _GLANCE else f"{whole[: _GLANCE - 2].rsplit(' ', 1)[0]} …"


def about_action(action: Action, criteria: Criteria) -> str:
    """Due date, role, status, statement, and the year in which it was first planned, on one line."""
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
