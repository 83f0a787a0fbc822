"""Answers of two writers, or of a screen and an uploaded workbook, brought together.

Nothing is overwritten unseen. A field that both sides changed is a conflict, and a person settles it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Literal

from audit.model import NO_RESPONSE, Response

ChangeKind = Literal["new", "changed", "conflicting"]
_FIELDS = ("written", "practice", "not_applicable", "evidence", "comment")


@dataclass(frozen=True)
class Conflict:
    """Two answers to one statement that contradict each other."""

    mine: Response
    theirs: Response


@dataclass(frozen=True, kw_only=True)
class UploadChange:
    """What an upload would do to one statement.

    Attributes:
        kind: ``new`` if nothing was stored; ``changed`` if the workbook was written with the stored answer;
            ``conflicting`` if the stored answer changed after the workbook was written.
        along_with: the equal statement of a newer edition in whose wording both are asked, and whose answer this one
            gets; empty if it is answered by itself.
    """

    statement: str
    kind: ChangeKind
    stored: Response
    given: Response
    along_with: str = ""


def merge(base: Response, mine: Response, theirs: Response) -> Response | Conflict:
    """One answer from two that have the same origin.

    Args:
        base: what this side saw before it answered.
        mine: what this side answers.
        theirs: what is stored now.

    Returns:
        The stored answer with the fields that this side changed. A `Conflict` if the other side changed one of these
        fields to something else, or if the result would contradict itself.
    """
    changed = {}
    for name in _FIELDS:
        base_value, my_value, their_value = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        if my_value == base_value:
            continue
        if their_value not in (base_value, my_value):
            return Conflict(mine, theirs)
        changed[name] = my_value
    try:
        return replace(theirs, **changed)
    except ValueError:
        return Conflict(mine, theirs)


def fingerprint(response: Response) -> str:
    """A short mark of an answer; a workbook keeps it to show what it held when it was written.

    It is empty for no answer, so that a row added by hand counts as one that held nothing.
    """
    if response == NO_RESPONSE:
        return ""
    text = json.dumps(asdict(response), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def upload_differences(
    given: Mapping[str, Response],
    marks: Mapping[str, str],
    stored: Mapping[str, Response],
    once: Mapping[str, str] = MappingProxyType({}),
) -> tuple[UploadChange, ...]:
    """What an upload would change, statement by statement; rows that nobody edited change nothing.

    Where a pair is asked once, a change to the newer statement changes the older one too, unless the older one was
    answered by itself in the workbook, and differently.

    Args:
        given: the response of every statement that has a row in the workbook, empty responses included.
        marks: for each of them the fingerprint of what the workbook held when it was written.
        stored: the responses in the store now.
        once: for each older statement that is not asked by itself now, the equal newer one that is; see
            `audit.school.proposals.asked_once`.
    """
    changes = {}
    for statement, response in given.items():
        stored_response, mark = stored.get(statement, NO_RESPONSE), marks.get(statement, "")
        if response == stored_response or fingerprint(response) == mark:
            continue
        kind: ChangeKind = "conflicting"
        if stored_response == NO_RESPONSE:
            kind = "new"
        elif fingerprint(stored_response) == mark:
            kind = "changed"
        changes[statement] = UploadChange(statement=statement, kind=kind, stored=stored_response, given=response)
    for older, newer in once.items():
        if newer in changes and _goes_along(older, changes[newer], given, marks):
            change = _along(older, changes[newer], stored.get(older, NO_RESPONSE), given, marks)
            if change.stored != change.given:
                changes[older] = change
    return tuple(changes.values())


def _goes_along(older: str, change: UploadChange, given: Mapping[str, Response], marks: Mapping[str, str]) -> bool:
    """Whether the workbook says nothing else of the older statement of a pair than of the newer one.

    A row that could be read only in part says something else.
    """
    if older not in given:
        return older not in marks
    return given[older] == change.given or fingerprint(given[older]) == marks.get(older, "")


def _along(
    older: str, change: UploadChange, stored: Response, given: Mapping[str, Response], marks: Mapping[str, str]
) -> UploadChange:
    """The change of the older statement of a pair; a stored answer that changed meanwhile is a conflict of its own."""
    kind, along_with = change.kind, change.statement
    if kind != "conflicting":
        kind = "new" if stored == NO_RESPONSE else "changed"
        if stored != NO_RESPONSE and older in given and fingerprint(stored) != marks.get(older, ""):
            kind, along_with = "conflicting", ""
    return replace(change, statement=older, kind=kind, stored=stored, along_with=along_with)
