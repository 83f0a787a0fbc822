"""One school over the years: what became of each statement between two audits, and how the figures of all audits went.

CHANGED has the statements of two audits; `became` is the one rule for what became of a statement. TREND has the figures
of each year, and the figures over the statements that all the years have in common. Outcomes are compared only if they
are about the same framework.

Where the two audits answer different editions, a `Move` follows each statement of the earlier one through the crosswalk,
over one sure pair at a time. The figures of two editions are never added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, FrameworkRef, Kind, Link, Relation
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


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The outcome of an audit for one framework, and last year's for the same one; None if there is none.

    Attributes:
        moved: where the statements of last year's other frameworks went that the audit does not answer any more.
    """

    now: Outcome
    before: Outcome | None = None
    moved: tuple[MoveCounts, ...] = ()


def compare_each(
    results: Iterable[Outcome], earlier: Iterable[Outcome], criteria: Criteria | None = None
) -> tuple[Compared, ...]:
    """Each outcome of an audit with the one to compare it with, as `before` finds it.

    Args:
        results: the outcomes of the audit, one for each framework.
        earlier: outcomes of the same school, for any frameworks.
        criteria: the loaded criteria with their crosswalks; without them nothing is followed into another framework.
    """
    of_audit, others = tuple(results), tuple(earlier)
    asked = {result.framework.id for result in of_audit}
    found = () if criteria is None else moves_since(of_audit, others, criteria)
    gone = [move for move in found if move.before.framework.id not in asked]
    return tuple(
        Compared(
            now=result,
            before=before(result, others),
            moved=tuple(move.counts for move in gone if move.now.framework.ref == result.framework.ref),
        )
        for result in of_audit
    )


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


Now = Literal["met", "gap", "not known", "not applicable"]
"""What the statements that ask the same, more or less come to in the later audit."""
MOVED: Mapping[str, Became] = {
    "in other words": Became(
        heading="Still asked in other words",
        means="The later criteria ask the same, less or more.",
        symbol="≈",
    ),
    "in part": Became(heading="Asked in part", means="The later criteria have a part in common with it.", symbol="∩"),
    "no longer asked": Became(
        heading="No longer asked", means="The later criteria have no counterpart of it.", symbol="⊘"
    ),
    "not asked of this audit": Became(
        heading="Not asked of this audit",
        means="It has a counterpart, which the later audit does not ask or count.",
        symbol="←",
    ),
    "not sure": Became(
        heading="Without a sure counterpart",
        means="A counterpart was found, but it is not sure, or nobody has reviewed it.",
        symbol="?",
    ),
    "changed meaning": Became(
        heading="Changed its meaning",
        means="What was answered is not what the crosswalk is about, so nothing can be said.",
        symbol="≠",
    ),
}
"""Everything that can become of a statement in another edition, in the order in which it is shown."""


@dataclass(frozen=True, kw_only=True)
class Counterpart:
    """A statement that the later audit counts, and that a sure pair relates to one of the earlier audit.

    Attributes:
        relation: how its demand stands to that of the earlier statement: ``superset`` if it asks more.
        kind: its state in the later audit.
    """

    criterion: Criterion
    relation: Relation
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A recommended statement of the earlier audit, and what became of it in another edition.

    Attributes:
        criterion: the statement as the earlier audit asked it.
        before: its state in the earlier audit.
        became: a key of `MOVED`.
        counterparts: what the later audit asks instead; none unless it is asked in other words or in part.
        because: why it has no counterpart that counts; empty if it has one, or if that is not known.
    """

    criterion: Criterion
    before: Kind
    became: str
    counterparts: tuple[Counterpart, ...] = ()
    because: str = ""

    @property
    def now(self) -> Now | None:
        """Met if every counterpart that applies and asks the same, more or less is met; None if there is no such one."""
        kinds = [counterpart.kind for counterpart in self.counterparts if counterpart.relation != "intersects"]
        apply = [kind for kind in kinds if kind != "not_applicable"]
        if not apply:
            return "not applicable" if kinds else None
        if all(kind == "met" for kind in apply):
            return "met"
        return "gap" if any(kind not in ("met", "not_known") for kind in apply) else "not known"


@dataclass(frozen=True, kw_only=True)
class Followed:
    """How the statements went that had one state in the earlier audit.

    Attributes:
        statements: how many they are.
        became: how many of them by what became of them, a key of `MOVED`.
        now: how many of those that are asked in other words by what they come to now.

    Raises:
        ValueError: the numbers do not add up. A governors' pack keeps them, and anybody can change it.
    """

    statements: int
    became: Mapping[str, int] = field(default_factory=dict)
    now: Mapping[Now, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = [*self.became.values(), *self.now.values()]
        if not set(self.became) <= set(MOVED) or any(number < 1 for number in numbers):
            raise ValueError("statements are counted by what became of them, and only what occurs")
        if (sum(self.became.values()), sum(self.now.values())) != (
            self.statements,
            self.became.get("in other words", 0),
        ):
            raise ValueError("each statement is counted once")


@dataclass(frozen=True, kw_only=True)
class MoveCounts:
    """The figures of a `Move`. A governors' pack keeps them, and words are made of them when they are shown.

    Attributes:
        called_before: what the edition of the earlier audit is called within a sentence.
        called: the same of the later audit's edition.
        year_before: academic year of the earlier audit.
        met: the statements that were met.
        gaps: those that were known not to be met.
        not_known: those that were not known.
        not_applicable: those that were set aside.
    """

    called_before: str
    called: str
    year_before: str
    met: Followed
    gaps: Followed
    not_known: Followed
    not_applicable: Followed


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where the statements of one edition went in another one, between two audits of a school.

    Attributes:
        before: the outcome of the earlier audit for its edition.
        now: the outcome of the later audit for another edition.
        statements: each recommended statement of the earlier audit, in source order.
    """

    before: Outcome
    now: Outcome
    statements: tuple[Moved, ...]

    @property
    def counts(self) -> MoveCounts:
        """Its figures."""
        return MoveCounts(
            called_before=self.before.framework.called,
            called=self.now.framework.called,
            year_before=self.before.audit.year,
            met=self._followed({"met"}),
            gaps=self._followed({"not_written", "not_done", "neither"}),
            not_known=self._followed({"not_known"}),
            not_applicable=self._followed({"not_applicable"}),
        )

    def _followed(self, kinds: Container[Kind]) -> Followed:
        rows = [moved for moved in self.statements if moved.before in kinds]
        return Followed(
            statements=len(rows),
            became=dict(Counter(moved.became for moved in rows)),
            now=dict(Counter(moved.now for moved in rows if moved.now is not None)),
        )


def moves(results: Iterable[Outcome], earlier: Iterable[Outcome], criteria: Criteria) -> tuple[Move, ...]:
    """Where the statements of an earlier audit went in each framework that only one of the two audits answers.

    Nothing is followed into or from a desk review, which knows nothing of practice, nor without a crosswalk.

    Args:
        results: the outcomes of the later audit, or of the frameworks of it that are in view.
        earlier: the outcomes of the earlier one.
        criteria: the loaded criteria with their crosswalks; those that an audit was signed with have none.
    """
    later, others = tuple(results), tuple(earlier)
    asked, asked_before = ({ref.id for one in some for ref in one.audit.frameworks} for some in (later, others))
    return tuple(
        Move(before=before, now=now, statements=_statements_moved(before, now, criteria))
        for now in later
        for before in others
        if (before.framework.id not in asked or now.framework.id not in asked_before)
        and criteria.crosswalk(before.framework.id, now.framework.id) is not None
        and before.audit.basis == now.audit.basis == "self-audit"
    )


def moves_since(results: Iterable[Outcome], earlier: Iterable[Outcome], criteria: Criteria) -> tuple[Move, ...]:
    """`moves` since the latest earlier audit, or since what an audit began with if that is later.

    Args:
        results: the outcomes of an audit, or of the frameworks of it that are in view.
        earlier: outcomes of the same school, for any frameworks.
        criteria: the loaded criteria with their crosswalks.
    """
    of_audit = tuple(results)
    if not of_audit:
        return ()
    audit = of_audit[0].audit
    others = [one for one in earlier if one.audit.year < audit.year and one.audit.basis == audit.basis]
    latest = max((one.audit.year for one in others), default="")
    carried = carried_outcomes(audit, criteria) if latest < audit.carried_from else ()
    return moves(of_audit, carried or [one for one in others if one.audit.year == latest], criteria)


def moves_into(results: Sequence[Outcome], others: Iterable[Outcome], criteria: Criteria) -> tuple[Move, ...]:
    """The moves into the first of some outcomes of one framework; none if no audit before it answers others.

    Args:
        results: the outcomes of a school for the framework.
        others: those of its audits, for any frameworks.
        criteria: the loaded criteria with their crosswalks.
    """
    first = min(results, key=lambda result: result.audit.year, default=None)
    return () if first is None else moves_since([first], others, criteria)


def carried_outcomes(audit: Audit, criteria: Criteria) -> tuple[Outcome, ...]:
    """The outcomes of the answers carried forward, for each framework that they say something about the practice of.

    Args:
        audit: the audit that began with them; it need not answer these frameworks.
        criteria: the loaded criteria.
    """
    each = (_carried_outcome(audit, criteria.of([ref]), (ref,)) for ref in criteria.refs)
    return tuple(found for found in each if found is not None)


def _statements_moved(before: Outcome, now: Outcome, criteria: Criteria) -> tuple[Moved, ...]:
    """What became of each recommended statement of the earlier audit in the framework of the later one."""
    later = {name: asked for name, asked in asked_by(now).items() if _is_of_loaded(asked, criteria)}
    return tuple(_moved(asked, now, later, criteria) for asked in asked_by(before).values())


def _is_of_loaded(asked: AskedStatement, criteria: Criteria) -> bool:
    """Whether what was asked is what the loaded criteria, and so their crosswalks, mean by the statement."""
    id = asked.criterion.id
    return id in criteria and criteria[id].statement.revision == asked.revision


def _moved(asked: AskedStatement, now: Outcome, later: Mapping[str, AskedStatement], criteria: Criteria) -> Moved:
    """The one rule of what became of a statement of the earlier audit."""
    known = Moved(criterion=asked.criterion, before=asked.kind, became="changed meaning")
    if not _is_of_loaded(asked, criteria):
        return known
    statement = criteria[known.criterion.id].statement
    pairs = [
        link
        for link in criteria.links(statement.id)
        if link.other in criteria and criteria[link.other].framework.id == now.framework.id
    ]
    sure = [link for link in pairs if link.pair.is_sure]
    counterparts = tuple(
        Counterpart(criterion=later[link.other].criterion, relation=link.relation, kind=later[link.other].kind)
        for link in sure
        if link.other in later
    )
    if counterparts:
        in_part = all(counterpart.relation == "intersects" for counterpart in counterparts)
        return replace(known, became="in part" if in_part else "in other words", counterparts=counterparts)
    if sure:
        why = " ".join(_not_counted(link, now, criteria) for link in sure)
        return replace(known, became="not asked of this audit", because=why)
    if pairs and not statement.is_overtaken_in(now.audit.year):
        return replace(known, became="not sure")
    walk = criteria.crosswalk(asked.criterion.framework.id, now.framework.id)
    reasons = {} if walk is None else {**walk.old_alone, **walk.new_alone}
    overtaken = statement.superseded.because if statement.superseded else ""
    return replace(known, became="no longer asked", because=reasons.get(statement.id, overtaken))


def _not_counted(link: Link, now: Outcome, criteria: Criteria) -> str:
    """Why the later audit does not count the counterpart of a sure pair, as a sentence."""
    statement, audit = criteria[link.other].statement, now.audit
    if audit.leaves_out(statement):
        why = "law or guidance has overtaken it"
    elif not audit.is_for(statement):
        why = "it is not for the school's phase"
    elif not statement.recommended:
        why = "it is optional"
    else:
        why = "another revision of it was answered"
    return f"{statement.reference} does not count: {why}."


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
