"""One audit put together for its governors, with what to ask about each gap and what to ask to see.

What to ask depends on the kind of the gap. The types and the other sentences are in `audit.school.governors_view`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from audit import theme
from audit.english import day, first_capital
from audit.school import governors_view, plan
from audit.school.governors_view import AreaCounts, Ask, Claim, GovernorsView, Overdue, Turned, in_short
from audit.school.history_words import moved_title
from audit.school.outcome import Outcome, states_title
from audit.school.plan import is_open_action, status_of
from audit.school.proposals import proposals
from audit.school.review import is_missing
from audit.school.scoring import counting, in_place
from audit.school.transition import what_changed
from audit.tables import COUNTED

if TYPE_CHECKING:
    from audit.model import Action, Criteria, PracticeLevel
    from audit.school.moves import MoveCounts

_PARTLY = 2
"""The practice level at which a part of something is already done."""


@dataclass(frozen=True, kw_only=True)
class _Wording:
    """How one kind of gap is asked about.

    Attributes:
        question: what to ask first about this kind of gap.
        then: the words before the question of the statement itself.
        see: what to ask to see first.
        and_see: the words before the evidence of the statement itself.
    """

    question: str
    then: str
    see: str
    and_see: str


_NOTHING_YET = "And once it is done, how would you answer this:"
_ONCE_DONE = "Once it is done, this would show it:"
_NOT_DONE = _Wording(
    question="Our policy says this: what has kept it from being done, which role will see to it, and by when?",
    then=_NOTHING_YET,
    see="The line of the action plan on this, with a role and a date.",
    and_see=_ONCE_DONE,
)
_NOT_DONE_BY_ALL = _Wording(
    question="Our policy says this: where in the school, or for whom, is it not done yet, and what will change that?",
    then="And where it is done:",
    see="The plan for the rest, with a role and a date.",
    and_see="What shows how far it is done today:",
)
_NOT_WRITTEN = _Wording(
    question="If this is done already, when will our policy say so, and who would keep it up if those who do it now left?",
    then="So that it is written as it is really done:",
    see="The new wording of the policy, with the date on which it comes to us for approval.",
    and_see="What shows that it is done:",
)
_NEITHER = _Wording(
    question="Who will bring this in and write it into our policy, by when, and what do pupils and staff rely on until then?",
    then=_NOTHING_YET,
    see="The plan for both, the policy's wording and the practice, each with a role and a date.",
    and_see=_ONCE_DONE,
)
_NEITHER_BY_ALL = _Wording(
    question="What is needed so that what some do already is done by all, and when will our policy say so?",
    then="And where it is done:",
    see="The plan for the rest and for the policy's wording, with a role and a date.",
    and_see="What shows how far it is done today:",
)
_BOTH_UNKNOWN = _Wording(
    question="Who can find out whether our policy says this and whether it is done, and when shall we hear?",
    then="To begin with:",
    see="The page of the policy where it would stand.",
    and_see="Whatever can be shown today of this:",
)
_DONE_UNKNOWN = _Wording(
    question="Who can find out whether this is really done, and when shall we hear?",
    then="To begin with:",
    see="Which role is finding out, and by when.",
    and_see="Whatever can be shown today of this:",
)
_WRITTEN_UNKNOWN = _Wording(
    question="Who can find out what our policy says about this, and when shall we hear?",
    then="And in practice:",
    see="The page of the policy where it would stand.",
    and_see="What shows how far it is done:",
)


def for_governors(
    result: Outcome,
    before: Outcome | None,
    *,
    today: dt.date,
    most: int = 5,
    criteria: Criteria | None = None,
    moved: Iterable[MoveCounts] = (),
) -> GovernorsView:
    """Everything that governors see of an audit for one framework.

    Args:
        result: the outcome of the audit.
        before: the outcome of last year's audit, as `audit.school.transition.before` finds it; None if there is none.
        today: the day that decides which actions are overdue.
        most: how many gaps to ask about.
        criteria: all that the audit answers; None if that is the framework of the outcome alone.
        moved: where last year's statements of other frameworks went, as `audit.school.moves.compare_each` finds it.
    """
    audit = result.audit
    shown = asks(result, most)
    progress = plan.plan_progress(audit, today)
    changed = None if before is None else what_changed(before, result)
    claimed, without = _without_evidence(result)
    return GovernorsView(
        framework=result.framework.title,
        called=first_capital(result.framework.called),
        school=audit.school.name,
        urn=audit.school.urn,
        phase=result.criteria.phases[audit.school.phase],
        year=audit.year,
        outcome=governors_view.outcome_sentence(result),
        coverage=governors_view.coverage_of(result),
        coverage_note=governors_view.coverage_note(result),
        forces=governors_view.forces_note(result.forces),
        marks=governors_view.counting_marks(result.framework) if result.framework.has_forces else (),
        overtaken=governors_view.no_longer_asked(result),
        overtaken_note=governors_view.overtaken_note(result),
        last_year=None if before is None else governors_view.coverage_of(before),
        compared=governors_view.compared(result, before),
        areas=_areas(result),
        areas_title=states_title(result.areas.assign(topic=result.areas["title"])),
        changes=""
        if before is None or changed is None
        else governors_view.changes_sentence(changed, before.audit.year),
        better=() if changed is None else _turned(changed, "closed", result),
        worse=() if changed is None else _turned(changed, "opened", result),
        asks=shown,
        more=len(result.gaps) - len(shown),
        asks_note=governors_view.asks_note(result, len(shown)),
        actions=plan.plan_progress_in_words(progress),
        overdue=tuple(
            Overdue(
                what=governors_view.in_short(action.what),
                role=action.role,
                due=action.due,
                since=action.since,
            )
            for action in progress.overdue
            if action.due is not None
        ),
        without_evidence=without,
        evidence_note=governors_view.evidence_note(len(without), claimed),
        sign_off=governors_view.sign_off(audit, criteria or result.criteria),
        signatures=audit.signed.signatures if audit.signed else (),
        sha256=audit.signed.content if audit.signed else "",
        self_reported=governors_view.whose_word(audit),
        moved=" ".join(f"{moved_title(counts, 'the school')}." for counts in moved),
    )


def _areas(result: Outcome) -> tuple[AreaCounts, ...]:
    return tuple(
        AreaCounts(
            id=row["area"],
            title=row["title"],
            applicable=int(row["applicable"]),
            **{kind: int(row[kind]) for kind in COUNTED},
        )
        for _, row in result.areas.iterrows()
    )


def _turned(changed: pd.DataFrame, change: str, result: Outcome) -> tuple[Turned, ...]:
    return tuple(
        Turned(
            statement=row["statement"],
            reference=row["reference"],
            topic=result.criteria[row["statement"]].question.topic,
            text=row["statement_text"],
            was=theme.STATES[row["before"]].means,
            now=theme.STATES[row["after"]].means,
            read_today=result.criteria[row["statement"]].statement.read_today,
        )
        for _, row in changed[changed["change"] == change].iterrows()
    )


def _without_evidence(result: Outcome) -> tuple[int, tuple[Claim, ...]]:
    """How many recommended statements are said to be in place, and those of them that have no evidence."""
    rows = counting(result.scores)
    claimed = rows[in_place(rows)]
    labels = {str(level.level): level.label for level in result.criteria.practice_levels}
    without = claimed[claimed["evidence"].map(is_missing).astype(bool)]
    return len(claimed), tuple(
        Claim(
            statement=statement,
            reference=(criterion := result.criteria[statement]).statement.reference,
            topic=criterion.question.topic,
            text=criterion.statement.statement,
            level=labels[practice],
            read_today=criterion.statement.read_today,
        )
        for statement, practice in zip(without["statement"], without["practice"], strict=True)
    )


def asks(result: Outcome, most: int) -> tuple[Ask, ...]:
    """The most urgent gaps, at most ``most`` of them, each with what to ask and what to ask to see."""
    return tuple(_ask(row, result) for _, row in result.gaps.head(most).iterrows())


def _ask(row: pd.Series, result: Outcome) -> Ask:
    criterion = result.criteria[row["statement"]]
    wording, mark = _wording(row), result.framework.mark_of(criterion.statement)
    return Ask(
        statement=criterion.id,
        reference=row["reference"],
        topic=criterion.question.topic,
        text=row["statement_text"],
        kind=row["kind"],
        gap=_gap(row, result),
        exposes=row["protects"] == "directly",
        question=wording.question,
        then=f"{wording.then} “{row['governors_ask']}”" if row["governors_ask"] else "",
        evidence=_joined(wording.see, wording.and_see, row["evidence_to_look_for"]),
        planned=_planned([action for action in result.audit.actions if action.statement == criterion.id]),
        read_today=criterion.statement.read_today,
        force=mark.title if result.framework.has_forces and mark else "",
    )


def _joined(first: str, lead: str, evidence: str) -> str:
    return f"{first} {lead} {evidence}" if evidence else first


def _level(row: pd.Series) -> int | None:
    """The practice level; None if it is not known."""
    return None if pd.isna(row["practice"]) or row["practice"] == "unknown" else int(row["practice"])


def _wording(row: pd.Series) -> _Wording:
    """The wording for the kind of a gap, and for what is known of its two answers."""
    level, written_known = _level(row), _written_known(row)
    match row["kind"]:
        case "not_written":
            return _NOT_WRITTEN
        case "not_known":
            if level is None:
                return _DONE_UNKNOWN if written_known else _BOTH_UNKNOWN
            return _WRITTEN_UNKNOWN
        case kind:
            by_some = level == _PARTLY
            if kind == "not_done":
                return _NOT_DONE_BY_ALL if by_some else _NOT_DONE
            return _NEITHER_BY_ALL if by_some else _NEITHER


def _written_known(row: pd.Series) -> bool:
    return not pd.isna(row["written"]) and row["written"] != "unknown"


_IN_THE_POLICY = {
    "yes": "The policy says this",
    "partly": "The policy says only a part of this",
    "no": "The policy does not say this",
}


def _gap(row: pd.Series, result: Outcome) -> str:
    """The two answers in a sentence or two, and a note if an answer waits to be confirmed or accepted."""
    level = _level(row)
    if level is None and not _written_known(row):
        answers = "It is not known whether the policy says this, nor whether it is done."
    elif level is None:
        answers = f"{_IN_THE_POLICY[row['written']]}; whether it is done is not known."
    elif not _written_known(row):
        answers = (
            f"It is not known whether the policy says this. {_in_practice(level, result.criteria.practice_levels)}"
        )
    else:
        answers = f"{_IN_THE_POLICY[row['written']]}. {_in_practice(level, result.criteria.practice_levels)}"
    waiting = proposals(result.audit, result.criteria).get(row["statement"])
    if waiting is None:
        return answers
    if waiting.origin == "last year":
        return f"{answers} Last year's answer has not been confirmed."
    return f"{answers} Answers to other criteria propose an answer, and nobody has accepted it yet."


def _in_practice(level: int, levels: tuple[PracticeLevel, ...]) -> str:
    answer = next(practice_level for practice_level in levels if practice_level.level == level)
    return f"In practice it is {_lower(answer.label)}: {_lower(answer.means)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _planned(actions: Sequence[Action]) -> str:
    """What the action plan says about a gap, in one sentence: the open action that is due first, else what became of others."""
    still_open = [action for action in actions if is_open_action(action)]
    if still_open:
        return _in_words(min(still_open, key=lambda action: action.due or dt.date.max))
    if any(status_of(action) == "Done" for action in actions):
        return "An action is marked as done, yet the gap is still there."
    if actions:
        return "The action planned for it was dropped."
    return "No action is planned for it yet."


def _in_words(action: Action) -> str:
    """An open action in one short sentence."""
    role, due = action.role or "nobody named", f"by {day(action.due)}" if action.due else "no date"
    what = in_short(action.what) or "an action"
    return f"Planned: {what} ({role}, {due}, {status_of(action).lower()})."
