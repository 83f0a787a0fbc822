"""What K coverage would be if planned actions closed their gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from audit.english import percent, plural
from audit.findings import coverage_range
from audit.model import Action, Audit, Criteria, Practice, Response
from audit.outcome import Outcome, outcome
from audit.plan.planning import keyed
from audit.plan.statuses import is_open

_REACHED: Practice = 3
"""The level that an action is taken to reach: the lowest that counts as done."""


def what_if(audit: Audit, criteria: Criteria, statements: Iterable[str]) -> Outcome:
    """The outcome that an audit would have if these statements were written and done.

    Each is taken as written and at level 3, or at level 4 where it is there already. One that is not applicable stays
    so, and one that the audit does not ask is left out. What comes back is nobody's audit, so it is not a signed one.

    Raises:
        ValueError: none of the frameworks that the audit answers is at hand.
    """
    own = criteria.of(audit.frameworks)
    reached = {s: _closed(audit.response(s)) for s in statements if s in own and not audit.response(s).not_applicable}
    return outcome(replace(audit, responses={**audit.responses, **reached}, sign_offs=()), criteria)


def _closed(response: Response) -> Response:
    return replace(response, written="yes", practice=response.practice if response.is_in_place else _REACHED)


def choices(now: Outcome) -> Mapping[str, Action]:
    """The open actions that could bring something, by their keys: those for a gap of a recommended statement."""
    there = set(now.gaps["statement"])
    return {key: a for key, a in keyed(now.audit.actions).items() if is_open(a) and a.statement in there}


def what_if_in_words(now: Outcome, then: Outcome) -> str:
    """What the ticked actions would bring, in one sentence."""
    more = int(then.overall["met"]) - int(now.overall["met"])
    if not more:
        return f"K coverage is {coverage_range(now.overall)} now. Tick actions to see what they would bring."
    return (
        f"K coverage would be {coverage_range(then.overall)}; it is {coverage_range(now.overall)} now. "
        f"{plural(more, 'more recommended statement')} would be met."
    )


def what_if_table(now: Outcome, then: Outcome) -> pd.DataFrame:
    """Met, K coverage with its ends, written and done: one row each, in words; columns now and then."""
    rows = (
        ("Recommended statements met", "met"),
        ("K coverage, at least", "met"),
        ("K coverage, at most", "can_be_met"),
        ("Written in the policy", "written_yes"),
        ("Done in practice", "practice_in_place"),
    )
    shown = [(name, *(_figure(result, column, name) for result in (now, then))) for name, column in rows]
    return pd.DataFrame(shown, columns=["What is counted", "Now", "With these actions done"])


def _figure(result: Outcome, column: str, name: str) -> str:
    part, of = int(result.overall[column]), int(result.overall["applicable"])
    return percent(part, of) if name.startswith("K coverage") else f"{part} of {of}"
