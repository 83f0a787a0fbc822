"""The words of what happened to an audit, made of the data when it is shown; rewording them changes no state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from audit.english import day_in_figures
from audit.former_authorities import authority_name
from audit.model import NOTE, Event

_State = Mapping[str, Any]
_ACTION = ("statement", "what", "role", "due", "status", "note")
_SCHOOL = {"name": "name", "urn": "URN", "phase": "phase", "local_authority": "local authority"}
WORDS_ONLY = "words"
"""The key of a state of which an earlier release kept only words."""


def event_words(event: Event) -> str:
    """What happened, in words."""
    if event.kind == NOTE:
        return event.what
    return _WORDS.get(event.kind, _any_kind)(event)


def _begun(event: Event) -> str:
    year = _said(event.after, "carried_from")
    return f"Begun with the answers of {year}" if year else "Begun"


def _action_changed(event: Event) -> str:
    return f"Action changed: {_action(event.before)} → {_action(event.after)}"


def _signed(event: Event) -> str:
    said = _said(event.after, "statement")
    words = f": {said}" if said else ""
    return f"Version {event.subject} signed by the {_said(event.after, 'role')}, {_said(event.after, 'on')}{words}"


def _school_changed(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    changed = [
        f"{words}: {_detail(name, before.get(name))} → {_detail(name, after.get(name))}"
        for name, words in _SCHOOL.items()
        if before.get(name) != after.get(name)
    ]
    return f"School details changed: {'; '.join(changed)}" if changed else _any_kind(event)


def _detail(name: str, value: Any) -> str:
    """One detail of a school in words: an authority with its name, what is empty as *none*."""
    said = str(value or "")
    if name == "local_authority" and (title := authority_name(said)) != said:
        return f"{title} ({said})"
    return said or "none"


def _any_kind(event: Event) -> str:
    """The words of a kind that has none of its own: what it happened to, what was and what is."""
    head = f"{event.kind[:1].upper()}{event.kind[1:]}" + (f" ({event.subject})" if event.subject else "")
    states = " → ".join(_plain(state) for state in (event.before, event.after) if state is not None)
    return f"{head}: {states}" if states else head


def _plain(state: _State) -> str:
    if WORDS_ONLY in state:
        return str(state[WORDS_ONLY])
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in state.items() if value not in ("", None))


def _action(state: _State | None) -> str:
    """An action in one line: what is empty is left out."""
    if state is None or WORDS_ONLY in state:
        return _said(state, WORDS_ONLY)
    words = {name: str(state.get(name) or "") for name in _ACTION}
    if words["due"]:
        words["due"] = f"due {day_in_figures(dt.date.fromisoformat(words['due']))}"
    return "; ".join(filter(None, words.values()))


def _said(state: _State | None, name: str) -> str:
    return "" if state is None else str(state.get(name) or "")


_WORDS: Mapping[str, Callable[[Event], str]] = {
    "begun": _begun,
    "action added": lambda event: f"Action added: {_action(event.after)}",
    "action changed": _action_changed,
    "action replaced": lambda event: f"Action replaced by a workbook's: {_action(event.before)}",
    "signed": _signed,
    "reopened": lambda event: f"Version {event.subject} reopened: {_said(event.after, 'because')}",
    "school changed": _school_changed,
    "taken": lambda event: f"Version {event.subject} taken from a signed workbook",
}
