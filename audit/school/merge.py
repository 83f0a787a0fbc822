"""An audit that begins with last year's answers, each to be confirmed or changed.

An answer that is carried stands beside the responses and never among them: until a person confirms
or changes it, the statement counts as not answered, everywhere and without a rule of its own.

What an upload or a second writer would change: two versions of an answer brought together.

Nothing is overwritten unseen: a field that both sides changed is a conflict, for a person to settle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from audit.english import plural
from audit.model import NO_RESPONSE, Audit, Carried, Criteria, Criterion, Phase, Response
from audit.school.plan import is_open_action

ChangeKind = Literal["new", "changed", "conflicting"]
_FIELDS = ("written", "practice", "not_applicable", "evidence", "comment")


@dataclass(frozen=True)
class Conflict:
    """Two answers to one statement that cannot both stand."""

    mine: Response
    theirs: Response


@dataclass(frozen=True, kw_only=True)
class UploadChange:
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


def upload_differences(
    given: Mapping[str, Response], marks: Mapping[str, str], stored: Mapping[str, Response]
) -> tuple[UploadChange, ...]:
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
        changes.append(UploadChange(statement=statement, kind=kind, stored=now, given=response))
    return tuple(changes)


def year_after(year: str) -> str:
    """The academic year that follows: ``2026/27`` after ``2025/26``."""
    first = int(year[:4]) + 1
    return f"{first}/{(first + 1) % 100:02d}"


def start_from(last: Audit, criteria: Criteria, *, year: str, phase: Phase | None = None) -> Audit:
    """A new audit of the same school that begins with an earlier one's answers and its open actions.

    Args:
        last: the earlier audit, from the store or a workbook; a desk review carries what is written.
        criteria: the criteria at hand, whose edition the new audit answers.
        year: the academic year of the new audit.
        phase: the school's phase in that year; None if it is as it was.

    Raises:
        ValueError: the year is not after that of the earlier audit.
    """
    if year <= last.year:
        raise ValueError(f"{year} is not after {last.year}")
    ids = {ref.id for ref in last.frameworks}
    return Audit(
        school=replace(last.school, phase=phase or last.school.phase),
        year=year,
        frameworks=tuple(ref for ref in criteria.refs if ref.id in ids) or criteria.refs,
        scope=last.scope,
        actions=tuple(replace(a, since=a.since or last.year) for a in last.actions if is_open_action(a)),
        carried_from=last.year,
        carried={
            statement: Carried(response=response, revision=last.revisions.get(statement, 1))
            for statement, response in last.responses.items()
            if response != NO_RESPONSE
        },
    )


def is_same(audit: Audit, criterion: Criterion) -> bool:
    """Whether the answer that was carried is to the statement as it stands now, so that it can be confirmed."""
    carried = audit.carried.get(criterion.id)
    return carried is not None and carried.revision == criterion.statement.revision


def to_confirm(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements whose answer of last year still waits to be confirmed or changed, in source order."""
    return tuple(c for c in _open(audit, criteria) if is_same(audit, c))


def asked_anew(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements whose meaning changed since last year's answer, and that have not been answered yet."""
    return tuple(c for c in _open(audit, criteria) if not is_same(audit, c))


def _open(audit: Audit, criteria: Criteria) -> list[Criterion]:
    own = criteria.of(audit.frameworks)
    return [c for c in own if c.id in audit.carried and audit.response(c.id) == NO_RESPONSE]


def of_other_phases(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements answered last year that the school's phase is not asked; each can be confirmed all the same, or left."""
    own, phase = criteria.of(audit.frameworks), audit.school.phase
    return tuple(c for c in own if c.id in audit.carried and phase not in c.statement.phases)


def confirmed(audit: Audit, criterion: Criterion) -> Response:
    """What confirming stores: last year's answer as it was, evidence and comment included.

    Raises:
        ValueError: there is none, or the statement has changed its meaning since.
    """
    if not is_same(audit, criterion):
        raise ValueError(f"{criterion.id} has no answer that can be confirmed")
    return audit.carried[criterion.id].response


def without_counterpart(audit: Audit, criteria: Criteria) -> tuple[str, ...]:
    """Ids of statements that were answered last year and that this edition has no more; their answers are kept."""
    own = criteria.of(audit.frameworks)
    return tuple(sorted(statement for statement in audit.carried if statement not in own))


def carried_in_words(begun: Audit, criteria: Criteria) -> tuple[str, ...]:
    """What an audit that has just begun brings from last year, as sentences."""
    last = begun.carried_from
    waiting, anew = len(to_confirm(begun, criteria)), len(asked_anew(begun, criteria))
    gone, actions = len(without_counterpart(begun, criteria)), len(begun.actions)
    said = [
        f"{plural(waiting, 'answer')} of {last} to be confirmed or changed. What is not confirmed counts as not known."
    ]
    if anew:
        said.append(f"{plural(anew, 'statement')} changed since {last}: asked anew, with the answer of then shown.")
    if others := len(of_other_phases(begun, criteria)):
        phase = criteria.phases[begun.school.phase]
        said.append(
            f"{plural(others, 'statement')} answered in {last} and not asked of this phase ({phase}): "
            "the answers are kept, and can be left unconfirmed."
        )
    if gone:
        said.append(
            f"{plural(gone, 'statement')} answered in {last} and no longer in these criteria: the answers are kept."
        )
    if actions:
        said.append(f"{plural(actions, 'action')} still open in the plan of {last}.")
    return tuple(said)
