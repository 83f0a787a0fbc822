"""Answers brought together: those of two writers, of an uploaded workbook, and those carried forward from last year.

Two versions: nothing is overwritten unseen. A field that both sides changed is a conflict, and a person settles it.

Last year: a new audit can begin with last year's answers. An answer that is carried forward is kept apart from the
responses: until a person confirms or changes it, the statement counts as not answered, everywhere and without a special
rule.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from audit.english import agree, plural
from audit.model import NO_RESPONSE, Audit, Carried, Criteria, Criterion, Phase, Response
from audit.school.plan import for_overtaken, is_open_action

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
    """

    statement: str
    kind: ChangeKind
    stored: Response
    given: Response


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
    given: Mapping[str, Response], marks: Mapping[str, str], stored: Mapping[str, Response]
) -> tuple[UploadChange, ...]:
    """What an upload would change, statement by statement; rows that nobody edited change nothing.

    Args:
        given: the response of every statement that has a row in the workbook, empty responses included.
        marks: for each of them the fingerprint of what the workbook held when it was written.
        stored: the responses in the store now.
    """
    changes = []
    for statement, response in given.items():
        stored_response, mark = stored.get(statement, NO_RESPONSE), marks.get(statement, "")
        if response == stored_response or fingerprint(response) == mark:
            continue
        kind: ChangeKind = "conflicting"
        if stored_response == NO_RESPONSE:
            kind = "new"
        elif fingerprint(stored_response) == mark:
            kind = "changed"
        changes.append(UploadChange(statement=statement, kind=kind, stored=stored_response, given=response))
    return tuple(changes)


def year_after(year: str) -> str:
    """The academic year that follows: ``2026/27`` after ``2025/26``."""
    first = int(year[:4]) + 1
    return f"{first}/{(first + 1) % 100:02d}"


def start_from(
    last: Audit, criteria: Criteria, *, year: str, phase: Phase | None = None, as_printed: bool = False
) -> Audit:
    """A new audit of the same school, with the answers of an earlier one carried forward and its open actions.

    Args:
        last: the earlier audit, from the store or a workbook; a desk review carries forward only what is written.
        criteria: the current criteria; the new audit answers their edition of the frameworks of the earlier one, and the
            usual frameworks if none of those is left.
        year: the academic year of the new audit.
        phase: the school's phase in that year; None if it is unchanged.
        as_printed: whether the new audit also asks what law or guidance has overtaken.

    Raises:
        ValueError: the year is not after that of the earlier audit.
    """
    if year <= last.year:
        raise ValueError(f"{year} is not after {last.year}")
    ids = {ref.id for ref in last.frameworks}
    return Audit(
        school=replace(last.school, phase=phase or last.school.phase),
        year=year,
        frameworks=tuple(ref for ref in criteria.refs if ref.id in ids) or criteria.usual,
        scope=last.scope,
        as_printed=as_printed,
        actions=tuple(replace(a, since=a.since or last.year) for a in last.actions if is_open_action(a)),
        carried_from=last.year,
        carried={
            statement: Carried(response=response, revision=last.revisions.get(statement, 1))
            for statement, response in last.responses.items()
            if response != NO_RESPONSE
        },
    )


def is_same(audit: Audit, criterion: Criterion) -> bool:
    """Whether the answer carried forward is to the current revision of the statement, so that it can be confirmed."""
    carried = audit.carried.get(criterion.id)
    return carried is not None and carried.revision == criterion.statement.revision


def to_confirm(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements whose answer from last year is still to be confirmed or changed, in source order."""
    return tuple(c for c in _open(audit, criteria) if is_same(audit, c))


def to_answer_again(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements that are asked again: their meaning changed since last year's answer, and they have no answer yet."""
    return tuple(c for c in _open(audit, criteria) if not is_same(audit, c))


def _open(audit: Audit, criteria: Criteria) -> list[Criterion]:
    """Statements with an answer carried forward and no response yet, in source order."""
    return [
        c
        for c in criteria.of(audit.frameworks)
        if c.id in audit.carried and audit.response(c.id) == NO_RESPONSE and not audit.leaves_out(c.statement)
    ]


def of_other_phases(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements answered last year that are not for the school's phase; each can be confirmed or left."""
    asked, phase = criteria.of(audit.frameworks), audit.school.phase
    return tuple(
        c
        for c in asked
        if c.id in audit.carried and phase not in c.statement.phases and not audit.leaves_out(c.statement)
    )


def overtaken(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements answered last year that law or guidance has overtaken since: not asked, and the answers are kept."""
    asked = criteria.of(audit.frameworks)
    return tuple(c for c in asked if c.id in audit.carried and audit.leaves_out(c.statement))


def confirmed(audit: Audit, criterion: Criterion) -> Response:
    """The response that confirming stores: last year's answer, with its evidence and comment.

    Raises:
        ValueError: there is no such answer, or the meaning of the statement has changed since.
    """
    if not is_same(audit, criterion):
        raise ValueError(f"{criterion.id} has no answer that can be confirmed")
    return audit.carried[criterion.id].response


def without_counterpart(audit: Audit, criteria: Criteria) -> tuple[str, ...]:
    """Ids of statements that were answered last year and are no longer in this edition; their answers are kept."""
    asked = criteria.of(audit.frameworks)
    return tuple(sorted(statement for statement in audit.carried if statement not in asked))


def carried_in_words(begun: Audit, criteria: Criteria) -> tuple[str, ...]:
    """What a new audit has from last year, as sentences."""
    last = begun.carried_from
    waiting, changed = len(to_confirm(begun, criteria)), len(to_answer_again(begun, criteria))
    dropped, actions = len(without_counterpart(begun, criteria)), len(begun.actions)
    sentences = [
        f"{plural(waiting, 'answer')} of {last} to be confirmed or changed. What is not confirmed counts as not known."
    ]
    if changed:
        sentences.append(
            f"{plural(changed, 'statement')} changed since {last}: answer them again; last year's answer is shown."
        )
    if other_phases := len(of_other_phases(begun, criteria)):
        phase = criteria.phases[begun.school.phase]
        sentences.append(
            f"{plural(other_phases, 'statement')} answered in {last} and not asked of this phase ({phase}): "
            "the answers are kept, and can be left unconfirmed."
        )
    if gone := len(overtaken(begun, criteria)):
        sentences.append(
            f"{plural(gone, 'statement')} answered in {last} and no longer asked, because law or guidance has overtaken "
            f"{agree(gone, 'it', 'them')}: the answers are kept."
        )
    if dropped:
        sentences.append(
            f"{plural(dropped, 'statement')} answered in {last} and no longer in these criteria: the answers are kept."
        )
    if actions:
        sentences.append(f"{plural(actions, 'action')} still open in the plan of {last}.")
    if gone := len(for_overtaken(begun, criteria)):
        sentences.append(
            f"{plural(gone, 'of these actions is for a statement', 'of these actions are for statements')} no longer "
            f"asked: see whether {agree(gone, 'it is', 'they are')} still right to do."
        )
    return tuple(sentences)
