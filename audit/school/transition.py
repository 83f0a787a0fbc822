"""One school over the years: what became of each statement between two audits, and how the figures of all audits went.

CHANGED has the statements of two audits; `became` is the one rule for what became of a statement. TREND has the figures
of each year, and the figures over the statements that all the years have in common. Outcomes are compared only if they
are about the same framework; `audit.school.moves` follows the statements of one edition into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, FrameworkRef, Kind
from audit.school.outcome import Outcome, outcome, outcomes
from audit.school.scoring import counting, summary
from audit.tables import KINDS, SCORES, SUMMARY, Column, Schema, typed


@dataclass(frozen=True, kw_only=True)
class Became:
    """How one change reads.

    Attributes:
        heading: what a group of such statements is called.
        means: one short sentence.
        symbol: a character that goes with the words.
    """

    heading: str
    means: str
    symbol: str


CHANGES: Mapping[str, Became] = {
    "closed": Became(heading="Closed", means="It was a gap, and is met now.", symbol="✓"),
    "opened": Became(heading="Opened", means="It was met, and is a gap now.", symbol="✕"),
    "still open": Became(heading="Still open", means="It was a gap, and is one now.", symbol="○"),
    "newly known": Became(
        heading="Newly known",
        means="It was not known, and is known now: nobody can say that it changed.",
        symbol="!",
    ),
    "no longer known": Became(
        heading="No longer known", means="It was known, and one of its answers is unknown or missing now.", symbol="?"
    ),
    "not answered yet": Became(
        heading="Not answered yet",
        means="The later audit has no answer to it, or has not confirmed the one that it began with.",
        symbol="…",
    ),
    "no longer applicable": Became(
        heading="No longer applicable", means="The school has set it aside since, with a reason.", symbol="–"
    ),
    "newly applicable": Became(
        heading="Newly applicable", means="The school had set it aside, and does so no more.", symbol="+"
    ),
    "still met": Became(heading="Still met", means="It was met, and is met now.", symbol="="),
    "still not applicable": Became(
        heading="Still not applicable", means="The school has set it aside both times.", symbol="–"
    ),
    "changed meaning": Became(
        heading="Changed its meaning",
        means="The criteria changed what it asks, so the two answers cannot be compared.",
        symbol="≠",
    ),
    "overtaken": Became(
        heading="No longer asked: overtaken",
        means="Law or guidance has overtaken it since, so the later audit does not ask it.",
        symbol="⊘",
    ),
    "only earlier": Became(
        heading="Only in the earlier audit",
        means="The later audit does not ask it, so nothing can be said.",
        symbol="←",
    ),
    "only later": Became(
        heading="Only in the later audit", means="The earlier audit did not ask it, so nothing can be said.", symbol="→"
    ),
}
"""Everything that can become of a statement, in the order in which it is shown."""
WITHOUT_COUNTERPART = ("changed meaning", "overtaken", "only earlier", "only later")
"""Changes of the criteria, not of the school; they are shown apart."""


def became(before: Kind, after: Kind) -> str:
    """What became of a statement that both audits ask, from its two kinds (`audit.tables.KINDS`).

    A statement that was not known and is known now is *newly known*, met or not: nobody can say that it changed.
    """
    if "not_applicable" in (before, after):
        if before == after:
            return "still not applicable"
        return "newly applicable" if before == "not_applicable" else "no longer applicable"
    if "not_known" in (before, after):
        return "still open" if before == after else "newly known" if before == "not_known" else "no longer known"
    if after == "met":
        return "still met" if before == "met" else "closed"
    return "opened" if before == "met" else "still open"


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
    "because": Column(
        dtype="str", means="why law or guidance has overtaken it", blank="it is not left out for that reason"
    ),
}
"""One row per recommended statement of either audit, sorted by change, then in source order."""


def signed_hash(audit: Audit) -> str | None:
    """The SHA-256 of what was signed; None if the audit is not signed."""
    return audit.signed.content if audit.signed else None


@dataclass(frozen=True, kw_only=True)
class AskedStatement:
    """A recommended statement in one audit: its place, its state, and the revision that was answered."""

    criterion: Criterion
    kind: Kind
    revision: int
    is_answered: bool


def asked_by(result: Outcome) -> Mapping[str, AskedStatement]:
    """The recommended statements of an audit for the school's phase, by id, in source order."""
    audit = result.audit
    rows = counting(result.scores)
    return {
        statement: AskedStatement(
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
    """The revision that was answered; if there is no answer, the revision that is asked."""
    is_answered = audit.response(criterion.id) != NO_RESPONSE
    return audit.revisions.get(criterion.id, 1) if is_answered else criterion.statement.revision


def what_changed(before: Outcome, now: Outcome) -> pd.DataFrame:
    """CHANGED of two audits of a school, each with the criteria of its own edition.

    A statement that only one of them asks, or whose meaning changed, has a row that says so: what cannot be compared is
    shown apart and never dropped. The two are about the same framework. A desk review says nothing about practice, so everything it asks is *not known*.
    """
    earlier, later = asked_by(before), asked_by(now)
    overtaken = {item.id: item.statement.superseded for item in now.overtaken}
    rows = []
    for statement in {**later, **earlier}:
        in_earlier, in_later = earlier.get(statement), later.get(statement)
        either = in_later or in_earlier
        assert either is not None
        place = either.criterion
        left_out = overtaken.get(statement)
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
                "before": in_earlier.kind if in_earlier else None,
                "after": in_later.kind if in_later else None,
                "change": "overtaken" if left_out else _change(in_earlier, in_later),
                "because": left_out.because if left_out else None,
            }
        )
    table = typed(pd.DataFrame(rows, columns=list(CHANGED)), CHANGED)
    return table.sort_values(["change", "order"], kind="stable", ignore_index=True)


def _change(in_earlier: AskedStatement | None, in_later: AskedStatement | None) -> str:
    if in_later is None or in_earlier is None:
        return "only earlier" if in_later is None else "only later"
    if in_later.revision != in_earlier.revision:
        return "changed meaning"
    return became(in_earlier.kind, in_later.kind) if in_later.is_answered else "not answered yet"


def before(result: Outcome, earlier: Iterable[Outcome]) -> Outcome | None:
    """The outcome to compare an audit with: the latest earlier one, or one made from the answers carried forward.

    Args:
        result: the outcome of the audit.
        earlier: outcomes of the same school. Those about another framework, of the same or a later year, or on another
            basis are ignored: the findings of a desk review cannot be compared with what a school says.

    Returns:
        None if nothing is known about an earlier year.
    """
    audit = result.audit
    comparable_outcomes = [
        candidate
        for candidate in of_framework(earlier, result.framework.id)
        if candidate.audit.year < audit.year and candidate.audit.basis == audit.basis
    ]
    latest = max(comparable_outcomes, key=lambda candidate: candidate.audit.year, default=None)
    if latest is not None and latest.audit.year >= audit.carried_from:
        return latest
    return _begun_with(result) or latest


def of_framework(results: Iterable[Outcome], framework: str) -> tuple[Outcome, ...]:
    """The outcomes that are about a framework, in any edition.

    Args:
        results: outcomes.
        framework: its id.
    """
    return tuple(result for result in results if result.framework.id == framework)


def _begun_with(result: Outcome) -> Outcome | None:
    """The outcome of the answers carried forward; None if they say nothing about practice.

    It uses the criteria of this audit, because the answers carried forward do not include the earlier wording.
    """
    return _carried_outcome(result.audit, result.criteria, result.audit.frameworks)


def carried_outcomes(audit: Audit, criteria: Criteria) -> tuple[Outcome, ...]:
    """The outcomes of the answers carried forward, for each framework that they say something about the practice of.

    Args:
        audit: the audit that began with them; it need not answer these frameworks.
        criteria: the loaded criteria.
    """
    each = (_carried_outcome(audit, criteria.of([ref]), (ref,)) for ref in criteria.refs)
    return tuple(found for found in each if found is not None)


def _carried_outcome(audit: Audit, criteria: Criteria, frameworks: tuple[FrameworkRef, ...]) -> Outcome | None:
    """The outcome of the answers carried forward for the one framework of the criteria; None as for `_begun_with`."""
    if not any(answer.response.practice is not None for name, answer in audit.carried.items() if name in criteria):
        return None
    begun = Audit(
        school=audit.school,
        year=audit.carried_from,
        frameworks=frameworks,
        scope=audit.scope,
        responses={statement: answer.response for statement, answer in audit.carried.items()},
        revisions={statement: answer.revision for statement, answer in audit.carried.items() if answer.revision != 1},
    )
    return outcome(replace(begun, as_printed=_asked_overtaken(begun, criteria)), criteria)


def _asked_overtaken(begun: Audit, criteria: Criteria) -> bool:
    """Whether last year's audit asked what law or guidance had overtaken by then, judged by its answers.

    It is True where that makes no difference.
    """
    as_it_holds = replace(begun, as_printed=False)
    left_out = [criterion.id for criterion in criteria if as_it_holds.leaves_out(criterion.statement)]
    return not left_out or any(statement in begun.responses for statement in left_out)


def outcomes_by_edition(audit: Audit, criteria: Criteria) -> tuple[Outcome, ...]:
    """The outcome of an audit for each framework; one whose edition is no longer loaded is read by the loaded edition.

    The meaning of its answers is still known, because each names its statement and the revision that it answers.

    Returns:
        Nothing for a framework of which no edition is loaded.
    """
    loaded = {ref.id: ref for ref in criteria.refs}
    read_by = tuple(ref if ref in criteria.refs else loaded[ref.id] for ref in audit.frameworks if ref.id in loaded)
    if not read_by:
        return ()
    return outcomes(audit if read_by == audit.frameworks else replace(audit, frameworks=read_by), criteria)


OVER = ("all", "common")
_UNKNOWN = "nothing applies, or a desk review cannot know it"
_FIGURES = [f"{measure}_{end}" for measure in ("coverage", "written", "practice") for end in ("lowest", "highest")]
TREND: Schema = {
    "year": SUMMARY["year"],
    "over": Column(
        dtype=OVER, means="what is counted: all that the audit asks, or what all years ask in the same meaning"
    ),
    "basis": Column(dtype="str", means="self-audit or desk review"),
    "editions": Column(dtype="str", means="the edition of the framework by which the audit is read"),
    "signed": Column(dtype="str", means="SHA-256 of what was signed of the audit", blank="not signed"),
    "recommended": SUMMARY["recommended"],
    "no_counterpart": Column(
        dtype="Int32", means="recommended statements that not every year asks in this meaning; the same in both rows"
    ),
    **{name: SUMMARY[name] for name in ("not_applicable", "applicable", "met", "not_known", "can_be_met")},
    **{name: Column(dtype="Float64", means=SUMMARY[name].means, blank=_UNKNOWN) for name in _FIGURES},
    "framework": SCORES["framework"],
    "overtaken": Column(
        dtype="Int32",
        means="recommended statements that it leaves out, because law or guidance has overtaken them; the same in both rows",
    ),
}
"""Two rows per audit, the earliest first: over ``all`` that it asks, and over what is ``common`` to all the audits.

``lowest`` counts everything unknown as a no; ``highest`` counts it as a yes, as far as that can still be met.
"""


def trend(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """TREND of a school's audits, all about one framework, each scored with the criteria of its own edition.

    Figures over ``all`` are those of each audit on its own. If the editions ask different statements, these figures cannot
    be compared; the figures over ``common`` can.
    """
    ordered = sorted(outcomes, key=lambda item: (item.audit.year, item.audit.basis))
    asked = [{(name, item.revision) for name, item in asked_by(result).items()} for result in ordered]
    common = set.intersection(*asked) if asked else set()
    rows = []
    for result, statements in zip(ordered, asked, strict=True):
        for over in OVER:
            rows.append(
                {
                    **_figures(result, {name for name, _ in (statements if over == "all" else common)}),
                    **_about(result),
                    "over": over,
                    "no_counterpart": len(statements - common),
                }
            )
    return typed(pd.DataFrame(rows, columns=list(TREND)), TREND)


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of TREND that can be compared: over what is common if the years do not all ask the same."""
    over = "common" if table["no_counterpart"].any() else "all"
    return table[table["over"] == over].reset_index(drop=True)


def _about(result: Outcome) -> dict[str, object]:
    audit, framework = result.audit, result.framework
    return {
        "year": audit.year,
        "basis": audit.basis,
        "editions": str(framework.ref),
        "signed": signed_hash(audit),
        "framework": framework.id,
        "overtaken": sum(criterion.statement.recommended for criterion in result.overtaken),
    }


def _figures(result: Outcome, statements: set[str]) -> dict[str, object]:
    """The overall row of SUMMARY over some statements; figures that a desk review cannot know are blank."""
    rows = summary(result.scores[result.scores["statement"].isin(statements)])
    names = ["recommended", "not_applicable", "applicable", "met", "not_known", "can_be_met"]
    if rows.empty:
        return dict.fromkeys(names, 0) | dict.fromkeys(_FIGURES)
    overall = rows.iloc[0]
    unread = ("coverage", "practice") if result.audit.basis == "desk review" else ()
    figures = {name: None if name.startswith(unread) else overall[name] for name in _FIGURES}
    return {name: overall[name] for name in names} | figures
