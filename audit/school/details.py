"""The details of a school that can be put right while its audit is open, and what another phase does to what is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.english import plural
from audit.identifiers import read_local_authority, read_urn
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Phase, School
from audit.problems import Problem
from audit.text import fault_of, plain


@dataclass(frozen=True, kw_only=True)
class PhaseChange:
    """What another phase does to the statements that an audit asks; each a tuple of criteria in source order.

    Attributes:
        added: asked for the first time: nothing is said of them yet.
        brought_back: asked again, and something was said of them before, be it last year.
        hidden: not asked any more, those of ``kept`` included.
        kept: those hidden of which something was said, this year or last; it stays, and no longer counts.
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
    """What is asked otherwise if the school of an audit is of another phase; the audit itself is not touched.

    Asked is what is meant for the phase and the audit's scope asks for, and any optional statement that was answered.
    """
    changed = with_phase(audit, phase)
    added: list[Criterion] = []
    back: list[Criterion] = []
    hidden: list[Criterion] = []
    kept: list[Criterion] = []
    for criterion in criteria.of(audit.frameworks):
        said = audit.response(criterion.id) != NO_RESPONSE or criterion.id in audit.carried
        was_asked, is_asked = (
            one.asks(criterion) or (said and one.school.phase in criterion.statement.phases) for one in (audit, changed)
        )
        if is_asked and not was_asked:
            (back if said else added).append(criterion)
        elif was_asked and not is_asked:
            hidden.append(criterion)
            kept += [criterion] if said else []
    return PhaseChange(added=tuple(added), brought_back=tuple(back), hidden=tuple(hidden), kept=tuple(kept))


def phase_change_in_words(change: PhaseChange) -> tuple[str, ...]:
    """What another phase does, as sentences."""
    if change.changes_nothing:
        return ("The same statements are asked of both phases.",)
    said = []
    if change.added:
        said.append(f"{plural(len(change.added), 'statement')} more to answer.")
    if change.brought_back:
        said.append(f"{plural(len(change.brought_back), 'statement')} asked again, with the answers of before.")
    if change.hidden:
        kept = f" Answered of these: {len(change.kept)}; the answers are kept." if change.kept else ""
        said.append(f"{plural(len(change.hidden), 'statement')} not asked any more, and not counted.{kept}")
    return tuple(said)


def with_phase(audit: Audit, phase: Phase) -> Audit:
    """The audit as of a school of another phase, with every answer that it holds."""
    return replace(audit, school=replace(audit.school, phase=phase))


def read_school(name: str, urn: str, *, phase: Phase | None, local_authority: str) -> School | tuple[Problem, ...]:
    """The school that a person entered, or every problem with it.

    Args:
        name: as typed.
        urn: as typed.
        phase: as chosen; None if none is.
        local_authority: as chosen or typed, by code or name; empty if none is. Three digits may be a new authority's.
    """
    problems = []
    known = read_urn(urn)
    if isinstance(known, Problem):
        problems.append(known)
    if not plain(name):
        problems.append(Problem(where="School name", what="It is missing.", fix="Type the school's name."))
    elif fault := fault_of(name):
        problems.append(Problem(where="School name", what=fault, fix=""))
    if phase is None:
        problems.append(Problem(where="Phase", what="It is missing.", fix="Choose the school's phase."))
    authority = read_local_authority(local_authority, unknown=True)
    if isinstance(authority, Problem):
        problems.append(authority)
    if problems or phase is None or isinstance(known, Problem) or isinstance(authority, Problem):
        return tuple(problems)
    return School(urn=known, name=plain(name), phase=phase, local_authority=authority)
