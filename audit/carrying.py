"""An audit that begins with last year's answers, each to be confirmed or changed.

An answer that is carried stands beside the responses and never among them: until a person confirms
or changes it, the statement counts as not answered, everywhere and without a rule of its own.
"""

from __future__ import annotations

from dataclasses import replace

from audit.english import plural
from audit.model import NO_RESPONSE, Audit, Carried, Criteria, Criterion, Phase, Response
from audit.plan import is_open


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
        actions=tuple(replace(a, since=a.since or last.year) for a in last.actions if is_open(a)),
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


def in_words(begun: Audit, criteria: Criteria) -> tuple[str, ...]:
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
