"""How an action plan stands on a day: what is overdue, due soon, done, and in whose hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from audit.english import agree, listed
from audit.model import Action, Audit
from audit.plan.statuses import is_open, status_of

When = Literal["overdue", "due soon", "later", "no date", "done", "dropped"]
"""How an action stands on a day; the first four are open."""
WHENS: tuple[When, ...] = get_args(When)
SOON = dt.timedelta(days=30)
"""How far ahead an action counts as due soon: what a half-termly meeting still can help with."""
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
"""Symbol and words of each."""
NOBODY = "No role named"


def when_of(action: Action, today: dt.date) -> When:
    """How one action stands; one that is due today is not overdue yet."""
    if not is_open(action):
        return "done" if status_of(action) == "Done" else "dropped"
    if action.due is None:
        return "no date"
    if action.due < today:
        return "overdue"
    return "due soon" if action.due <= today + SOON else "later"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """An action plan on one day; each tuple holds the actions that stand so, those due first in front.

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
        """The actions by how they stand, in the order of `WHENS`."""
        found = (self.overdue, self.due_soon, self.later, self.no_date, self.done, self.dropped)
        return dict(zip(WHENS, found, strict=True))

    @property
    def open(self) -> tuple[Action, ...]:
        """All that is still to be done, the most overdue first and what has no date last."""
        return (*self.overdue, *self.due_soon, *self.later, *self.no_date)

    @property
    def total(self) -> int:
        """How many actions there are, those dropped included."""
        return sum(map(len, self.groups.values()))


def progress(audit: Audit, today: dt.date) -> Progress:
    """How the action plan of an audit stands on a day."""
    plan = sorted(audit.actions, key=lambda action: action.due or dt.date.max)
    groups: dict[When, list[Action]] = {when: [] for when in WHENS}
    for action in plan:
        groups[when_of(action, today)].append(action)
    return Progress(
        today=today,
        overdue=tuple(groups["overdue"]),
        due_soon=tuple(groups["due soon"]),
        later=tuple(groups["later"]),
        no_date=tuple(groups["no date"]),
        done=tuple(groups["done"]),
        dropped=tuple(groups["dropped"]),
    )


def progress_in_words(now: Progress) -> str:
    """How the plan stands, in one or two sentences that stand on their own."""
    states = {"done": now.done, "open": now.open, "dropped": now.dropped}
    counts = {word: len(those) for word, those in states.items() if those}
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


def _pressing(now: Progress) -> list[str]:
    """What of the open actions should be looked at, as parts of a sentence."""
    verbs = (
        (len(now.overdue), "is overdue", "are overdue"),
        (len(now.due_soon), f"is due within {SOON.days} days", f"are due within {SOON.days} days"),
        (len(now.no_date), "has no date", "have no date"),
    )
    return [f"{number} {agree(number, one, many)}" for number, one, many in verbs if number]


def by_role(actions: Iterable[Action]) -> Mapping[str, tuple[Action, ...]]:
    """Actions by the role responsible, in their order; roles in the alphabet's, `NOBODY` last.

    Spaces and capitals do not make another role: the first spelling stands for all.
    """
    found: dict[str, list[Action]] = {}
    spelt: dict[str, str] = {}
    for action in actions:
        role = " ".join(action.role.split())
        found.setdefault(spelt.setdefault(role.casefold(), role or NOBODY), []).append(action)
    names = sorted(found, key=lambda role: (role == NOBODY, role.casefold()))
    return {role: tuple(found[role]) for role in names}
