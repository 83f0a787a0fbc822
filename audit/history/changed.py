"""What changed between two audits of a school, statement by statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from audit.history.became import CHANGES, became
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Kind
from audit.outcome import Outcome, outcome
from audit.scoring import counting
from audit.tables import KINDS, SCORES, Column, Schema, typed

CHANGED: Schema = {
    "urn": SCORES["urn"],
    "school": SCORES["school"],
    "year_before": Column(dtype="str", means="academic year of the earlier audit, as 2025/26"),
    "year": Column(dtype="str", means="academic year of the later audit, as 2026/27"),
    "signed_before": Column(dtype="str", means="SHA-256 of what was signed of the earlier audit", blank="not signed"),
    "signed": Column(dtype="str", means="SHA-256 of what was signed of the later audit", blank="not signed"),
    "framework": SCORES["framework"],
    "area": SCORES["area"],
    "question": SCORES["question"],
    "statement": SCORES["statement"],
    "order": Column(
        dtype="Int32", means="place in the source, counted from 0; of the later audit's edition if it is there"
    ),
    "reference": Column(dtype="str", means="section, mark and number in the source"),
    "topic": Column(dtype="str", means="id and topic of the question"),
    "statement_text": Column(dtype="str", means="the statement, restated; in the later audit's words if it asks it"),
    "protects": SCORES["protects"],
    "before": Column(dtype=KINDS, means="its state in the earlier audit", blank="the earlier audit does not ask it"),
    "after": Column(dtype=KINDS, means="its state in the later audit", blank="the later audit does not ask it"),
    "change": Column(dtype=tuple(CHANGES), means="what became of it, as `CHANGES` describes"),
}
"""One row per recommended statement of either audit, by what became of it, then in source order."""


def signed_hash(audit: Audit) -> str | None:
    """The SHA-256 of what was signed; None while it is not."""
    return audit.signed.content if audit.signed else None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A recommended statement as one audit asks it: its place, its state, and the revision that was answered."""

    criterion: Criterion
    kind: Kind
    revision: int
    is_answered: bool


def asked_by(result: Outcome) -> Mapping[str, Asked]:
    """The recommended statements for the school's phase by id, in source order."""
    audit = result.audit
    rows = counting(result.scores)
    return {
        statement: Asked(
            criterion=result.criteria[statement],
            kind=kind,
            revision=_revision(audit, result.criteria[statement]),
            is_answered=kind != "not_known" or not (pd.isna(written) and pd.isna(practice)),
        )
        for statement, kind, written, practice in rows[["statement", "kind", "written", "practice"]].itertuples(
            index=False, name=None
        )
    }


def _revision(audit: Audit, criterion: Criterion) -> int:
    """The revision that an answer was given to; without an answer, the one that is asked."""
    given = audit.response(criterion.id) != NO_RESPONSE
    return audit.revisions.get(criterion.id, 1) if given else criterion.statement.revision


def what_changed(before: Outcome, now: Outcome) -> pd.DataFrame:
    """CHANGED of two audits of a school, each with the criteria of its own edition.

    A statement that only one of them asks, or that changed its meaning, has a row that says so: what cannot be
    compared is shown apart and never dropped. A desk review says nothing of practice, so that all that it asks
    is *not known*.
    """
    earlier, later = asked_by(before), asked_by(now)
    rows = []
    for statement in {**later, **earlier}:
        there, here = earlier.get(statement), later.get(statement)
        asked = here or there
        assert asked is not None
        place = asked.criterion
        rows.append(
            {
                "urn": now.audit.school.urn,
                "school": now.audit.school.name,
                "year_before": before.audit.year,
                "year": now.audit.year,
                "signed_before": signed_hash(before.audit),
                "signed": signed_hash(now.audit),
                "framework": place.framework.id,
                "area": place.area.id,
                "question": place.question.id,
                "statement": statement,
                "order": place.order,
                "reference": place.statement.reference,
                "topic": f"{place.question.id} {place.question.topic}",
                "statement_text": place.statement.statement,
                "protects": place.statement.protects,
                "before": there.kind if there else None,
                "after": here.kind if here else None,
                "change": _change(there, here),
            }
        )
    table = typed(pd.DataFrame(rows, columns=list(CHANGED)), CHANGED)
    return table.sort_values(["change", "order"], kind="stable", ignore_index=True)


def _change(there: Asked | None, here: Asked | None) -> str:
    if here is None or there is None:
        return "only earlier" if here is None else "only later"
    if here.revision != there.revision:
        return "changed meaning"
    return became(there.kind, here.kind) if here.is_answered else "not answered yet"


def before(result: Outcome, earlier: Iterable[Outcome]) -> Outcome | None:
    """The outcome to hold an audit against: the latest earlier one, or one made from the answers that it began with.

    Args:
        result: an audit's outcome.
        earlier: outcomes of the same school; those of its own and later years, and of another basis, are left out,
            since what a desk review finds cannot be held against what a school says.

    Returns:
        None if nothing is known of an earlier year.
    """
    audit = result.audit
    known = [one for one in earlier if one.audit.year < audit.year and one.audit.basis == audit.basis]
    latest = max(known, key=lambda one: one.audit.year, default=None)
    if latest is not None and latest.audit.year >= audit.carried_from:
        return latest
    return _begun_with(result) or latest


def _begun_with(result: Outcome) -> Outcome | None:
    """The outcome of the answers that an audit began with; None if they say nothing of practice.

    Its criteria are those of the audit: nothing that an audit carries brings the earlier wording along.
    """
    audit = result.audit
    if not any(one.response.practice is not None for name, one in audit.carried.items() if name in result.criteria):
        return None
    made = Audit(
        school=audit.school,
        year=audit.carried_from,
        frameworks=audit.frameworks,
        scope=audit.scope,
        responses={statement: one.response for statement, one in audit.carried.items()},
        revisions={statement: one.revision for statement, one in audit.carried.items() if one.revision != 1},
    )
    return outcome(made, result.criteria)


def outcome_at_hand(audit: Audit, criteria: Criteria) -> Outcome | None:
    """The outcome of an audit by the edition at hand of its framework, where its own edition is not there any more.

    What its answers mean is still known, since each names its statement and the revision that it answers.

    Returns:
        None if none of its frameworks is at hand in any edition.
    """
    if criteria.of(audit.frameworks).frameworks:
        return outcome(audit, criteria)
    ids = {ref.id for ref in audit.frameworks}
    at_hand = tuple(ref for ref in criteria.refs if ref.id in ids)
    return outcome(replace(audit, frameworks=at_hand), criteria) if at_hand else None


def without_wording(result: Outcome) -> tuple[str, ...]:
    """Ids of statements that an audit answers and whose wording is not at hand, so that no table can show them."""
    return tuple(sorted(statement for statement in result.audit.responses if statement not in result.criteria))
