"""The details of a school that can be corrected while its audit is open, and how another phase changes what is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.english import plural
from audit.identifiers import read_local_authority, read_urn
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Phase, School
from audit.problems import Problem
from audit.text import fault_of, plain


@dataclass(frozen=True, kw_only=True)
class PhaseChange:
    """How another phase changes the statements that an audit asks; each field is in source order.

    Attributes:
        added: now asked, with no answer yet.
        brought_back: now asked, with an answer from this year or last.
        hidden: no longer asked; includes ``kept``.
        kept: the hidden statements that have an answer from this year or last, which is kept and no longer counts.
    """

    added: tuple[Criterion, ...] = ()
    brought_back: tuple[Criterion, ...] = ()
    hidden: tuple[Criterion, ...] = ()
    kept: tuple[Criterion, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether both phases are asked the same statements."""
        return not (self.added or self.brought_back or self.hidden)


def phase_change(audit: Audit, criteria: Criteria, phase: Phase) -> PhaseChange:
    """How the statements asked would change if the school had another phase; the audit itself is not changed.

    An audit asks the statements that are meant for its phase and that its scope includes, and any optional statement
    for the phase that has an answer.
    """
    changed = with_phase(audit, phase)
    added: list[Criterion] = []
    brought_back: list[Criterion] = []
    hidden: list[Criterion] = []
    kept: list[Criterion] = []
    for criterion in criteria.of(audit.frameworks):
        has_answer = audit.response(criterion.id) != NO_RESPONSE or criterion.id in audit.carried
        was_asked, is_asked = (
            version.asks(criterion) or (has_answer and version.is_for(criterion.statement))
            for version in (audit, changed)
        )
        if is_asked and not was_asked:
            (brought_back if has_answer else added).append(criterion)
        elif was_asked and not is_asked:
            hidden.append(criterion)
            kept += [criterion] if has_answer else []
    return PhaseChange(added=tuple(added), brought_back=tuple(brought_back), hidden=tuple(hidden), kept=tuple(kept))


def phase_change_in_words(change: PhaseChange) -> tuple[str, ...]:
    """The effect of another phase, as sentences."""
    if change.changes_nothing:
        return ("The same statements are asked of both phases.",)
    sentences = []
    if change.added:
        sentences.append(f"{plural(len(change.added), 'statement')} more to answer.")
    if change.brought_back:
        sentences.append(f"{plural(len(change.brought_back), 'statement')} asked again, with the answers of before.")
    if change.hidden:
        kept = f" Answered of these: {len(change.kept)}; the answers are kept." if change.kept else ""
        sentences.append(f"{plural(len(change.hidden), 'statement')} not asked any more, and not counted.{kept}")
    return tuple(sentences)


def with_phase(audit: Audit, phase: Phase) -> Audit:
    """The audit with another phase of the school; every answer is kept."""
    return replace(audit, school=replace(audit.school, phase=phase))


def read_school(name: str, urn: str, *, phase: Phase | None, local_authority: str) -> School | tuple[Problem, ...]:
    """The school that a person entered, or every problem with it.

    Args:
        name: as typed.
        urn: as typed.
        phase: as chosen; None if none was chosen.
        local_authority: as chosen or typed, by code or name; empty if none. Three digits may be a new authority's code.
    """
    problems = []
    checked_urn = read_urn(urn)
    if isinstance(checked_urn, Problem):
        problems.append(checked_urn)
    if not plain(name):
        problems.append(Problem(where="School name", what="It is missing.", fix="Type the school's name."))
    elif fault := fault_of(name):
        problems.append(Problem(where="School name", what=fault, fix=""))
    if phase is None:
        problems.append(Problem(where="Phase", what="It is missing.", fix="Choose the school's phase."))
    authority = read_local_authority(local_authority, unknown=True)
    if isinstance(authority, Problem):
        problems.append(authority)
    if problems or phase is None or isinstance(checked_urn, Problem) or isinstance(authority, Problem):
        return tuple(problems)
    return School(urn=checked_urn, name=plain(name), phase=phase, local_authority=authority)
