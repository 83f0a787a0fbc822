"""What happens to an audit besides its answers, as data; words are made of it when it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from audit.model.audit import Action

NOTE = "note"
"""The kind of an event of which there are only words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to an audit besides its answers.

    Attributes:
        at: when (UTC).
        role: who did it, as a role; empty if it was not said.
        kind: what sort of thing it was, such as ``action changed``; `audit.history.event_words` words the known ones.
        subject: what it happened to: the id of an action or a statement, the number of a signed version.
        before: what was, as JSON holds it; None for nothing.
        after: what is since.
        what: of a note its words; any other kind has none.
    """

    at: dt.datetime
    role: str
    kind: str = NOTE
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    what: str = ""


def action_state(action: Action) -> dict[str, Any]:
    """All that an action says, as an event holds it: what is empty is left out, a day is ISO text."""
    given = {name: value for name, value in asdict(action).items() if value}
    return given | ({"due": action.due.isoformat()} if action.due else {})
