"""The next academic year of a school: an audit that begins with last year's answers and its open actions."""

from __future__ import annotations

from dataclasses import replace

from audit.english import agree, plural
from audit.model import NO_RESPONSE, Audit, Carried, Criteria, Criterion, Phase
from audit.school.plan import for_overtaken, is_open_action
from audit.school.proposals import proposals, proposed_in_words, to_answer_again


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


def without_counterpart(audit: Audit, criteria: Criteria) -> tuple[str, ...]:
    """Ids of statements that were answered last year and are no longer in this edition; their answers are kept."""
    asked = criteria.of(audit.frameworks)
    return tuple(sorted(statement for statement in audit.carried if statement not in asked))


def begun_in_words(begun: Audit, criteria: Criteria) -> tuple[str, ...]:
    """What a new audit has from last year and from other editions, as sentences."""
    last = begun.carried_from
    waiting = proposals(begun, criteria).values()
    own = sum(proposal.origin == "last year" for proposal in waiting)
    changed, dropped = len(to_answer_again(begun, criteria)), len(without_counterpart(begun, criteria))
    confirm = (
        f"{plural(own, 'answer')} of {last} to be confirmed or changed. What is not confirmed counts as not known."
    )
    sentences = [
        *([confirm] if own or not waiting else []),
        *proposed_in_words(waiting),
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
            f"{plural(dropped, 'statement')} answered in {last} and not in the criteria of this audit: the answers are kept."
        )
    if actions := len(begun.actions):
        sentences.append(f"{plural(actions, 'action')} still open in the plan of {last}.")
    if gone := len(for_overtaken(begun, criteria)):
        sentences.append(
            f"{plural(gone, 'of these actions is for a statement', 'of these actions are for statements')} no longer "
            f"asked: see whether {agree(gone, 'it is', 'they are')} still right to do."
        )
    return tuple(sentences)
