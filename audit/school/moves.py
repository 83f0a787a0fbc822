"""Where the statements of one edition went in another, between two audits of a school that answer different ones.

A `Move` follows each statement of the earlier audit through the crosswalk, over one sure pair at a time. The figures of
two editions are never added up. `compare_each` puts each outcome of an audit beside last year's, and beside the moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from audit.school.transition import AskedStatement, Became, asked_by, before, carried_outcomes

if TYPE_CHECKING:
    from audit.model import Criteria, Criterion, Kind, Link, Relation
    from audit.school.outcome import Outcome

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
