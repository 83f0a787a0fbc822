"""What an upload or a second writer would change: two versions of an answer brought together.

Nothing is overwritten unseen: a field that both sides changed is a conflict, for a person to settle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from audit.model import NO_RESPONSE, Response

ChangeKind = Literal["new", "changed", "conflicting"]
_FIELDS = ("written", "practice", "not_applicable", "evidence", "comment")


@dataclass(frozen=True)
class Conflict:
    """Two answers to one statement that cannot both stand."""

    mine: Response
    theirs: Response


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an upload would do to one statement.

    Attributes:
        kind: ``new`` where nothing was stored; ``changed`` where the upload follows on from what is
            stored; ``conflicting`` where the stored answer changed after the workbook was written.
    """

    statement: str
    kind: ChangeKind
    stored: Response
    given: Response


def merge(base: Response, mine: Response, theirs: Response) -> Response | Conflict:
    """One answer from two that began as the same.

    Args:
        base: what this side saw before it answered.
        mine: what this side answers.
        theirs: what is stored now.

    Returns:
        The stored answer with the fields that this side changed; a `Conflict` if the other side
        changed one of these fields to something else, or if the two together contradict.
    """
    changed = {}
    for name in _FIELDS:
        before, here, there = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        if here == before:
            continue
        if there not in (before, here):
            return Conflict(mine, theirs)
        changed[name] = here
    try:
        return replace(theirs, **changed)
    except ValueError:
        return Conflict(mine, theirs)


def fingerprint(response: Response) -> str:
    """A short mark of an answer, by which a workbook knows what it held when it was written.

    Empty for no answer, so that a row added by hand counts as written from nothing.
    """
    if response == NO_RESPONSE:
        return ""
    text = json.dumps(asdict(response), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def compare(
    given: Mapping[str, Response], marks: Mapping[str, str], stored: Mapping[str, Response]
) -> tuple[Change, ...]:
    """What an upload would change, statement by statement; rows that nobody touched change nothing.

    Args:
        given: the response of every statement that the workbook has a row for, empty ones too.
        marks: for each of them the fingerprint of what the workbook held when it was written.
        stored: the responses as they are stored now.
    """
    changes = []
    for statement, response in given.items():
        now, mark = stored.get(statement, NO_RESPONSE), marks.get(statement, "")
        if response == now or fingerprint(response) == mark:
            continue
        kind: ChangeKind = "conflicting"
        if now == NO_RESPONSE:
            kind = "new"
        elif fingerprint(now) == mark:
            kind = "changed"
        changes.append(Change(statement=statement, kind=kind, stored=now, given=response))
    return tuple(changes)
