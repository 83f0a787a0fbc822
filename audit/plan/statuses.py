"""What each action counts as, and which stay open into the next year."""

from __future__ import annotations

import re

from audit.model import Action, Status

_WORDS: dict[str, Status] = {
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
    """What an action counts as; whatever else was typed counts as not started, since nothing says otherwise."""
    return _WORDS.get(re.sub(r"[^a-z]+", " ", action.status.casefold()).strip(), "Not started")


def is_open(action: Action) -> bool:
    """Whether something is still to be done about it."""
    return status_of(action) in ("Not started", "In progress")
