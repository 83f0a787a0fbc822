"""One audit put together for its governors."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from audit import plan, theme
from audit.findings import states_title
from audit.governing import sentences
from audit.governing.asks import asks
from audit.governing.view import Area, Claim, GovernorsView, Overdue, Turned
from audit.history import what_changed
from audit.outcome import Outcome
from audit.scoring import counting, in_place
from audit.tables import COUNTED
from audit.thin_evidence import is_missing


def for_governors(result: Outcome, before: Outcome | None, *, today: dt.date, most: int = 5) -> GovernorsView:
    """Everything that governors are shown of an audit.

    Args:
        result: the outcome of the audit.
        before: that of last year's, as `audit.history.before` finds it; None if there is none.
        today: the day on which actions are overdue or not.
        most: how many gaps to ask about.
    """
    audit = result.audit
    shown = asks(result, most)
    progress = plan.progress(audit, today)
    changed = None if before is None else what_changed(before, result)
    claimed, without = _without_evidence(result)
    return GovernorsView(
        school=audit.school.name,
        urn=audit.school.urn,
        phase=result.criteria.phases[audit.school.phase],
        year=audit.year,
        outcome=sentences.outcome_sentence(result),
        coverage=sentences.coverage_of(result),
        coverage_note=sentences.coverage_note(result),
        last_year=None if before is None else sentences.coverage_of(before),
        compared=sentences.compared(result, before),
        areas=_areas(result),
        areas_title=states_title(result.areas.assign(topic=result.areas["title"])),
        changes="" if before is None or changed is None else sentences.changes(changed, before.audit.year),
        better=() if changed is None else _turned(changed, "closed", result),
        worse=() if changed is None else _turned(changed, "opened", result),
        asks=shown,
        more=len(result.gaps) - len(shown),
        asks_note=sentences.asks_note(result, len(shown)),
        actions=plan.progress_in_words(progress),
        overdue=tuple(
            Overdue(
                what=sentences.in_short(action.what),
                role=action.role,
                due=action.due,
                since=action.since,
            )
            for action in progress.overdue
            if action.due is not None
        ),
        without_evidence=without,
        evidence_note=sentences.evidence_note(len(without), claimed),
        sign_off=sentences.sign_off(audit, result.criteria),
        signatures=audit.signed.signatures if audit.signed else (),
        sha256=audit.signed.content if audit.signed else "",
        self_reported=sentences.whose_word(audit),
    )


def _areas(result: Outcome) -> tuple[Area, ...]:
    return tuple(
        Area(
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
        )
        for _, row in changed[changed["change"] == change].iterrows()
    )


def _without_evidence(result: Outcome) -> tuple[int, tuple[Claim, ...]]:
    """How many recommended statements are said to be in place, and those of them with no evidence beside them."""
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
        )
        for statement, practice in zip(without["statement"], without["practice"], strict=True)
    )
