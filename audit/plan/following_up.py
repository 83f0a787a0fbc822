"""What a plan leaves open: answers that a done action calls for, and gaps that nobody works on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from audit.model import Action, Audit, Criteria
from audit.outcome import Outcome
from audit.plan.statuses import is_open, status_of
from audit.scoring import kind_of


def to_answer(
    audit: Audit,
    criteria: Criteria,
    *,
    came_at: Mapping[Action, dt.datetime] = MappingProxyType({}),
    answered_at: Mapping[str, dt.datetime] = MappingProxyType({}),
) -> tuple[Action, ...]:
    """Done actions that call for a new answer: their statement is not met, and has not been answered since.

    Args:
        audit: the audit. No action ever changes its answers.
        criteria: the criteria that it answers.
        came_at: when actions came to be as they are; one that is missing calls until its statement is met.
        answered_at: when each statement was last answered.
    """

    def calls(action: Action) -> bool:
        if status_of(action) != "Done" or action.statement not in criteria:
            return False
        done, answered = came_at.get(action), answered_at.get(action.statement)
        since = done is not None and answered is not None and answered > done
        return not since and kind_of(audit.response(action.statement)) not in ("met", "not_applicable")

    return tuple(action for action in audit.actions if calls(action))


def unattended(result: Outcome, waiting: tuple[Action, ...]) -> pd.DataFrame:
    """The rows of GAPS that nobody works on: with no open action, and none whose new answer is waited for.

    Args:
        result: the outcome of the audit.
        waiting: the done actions that call for a new answer.
    """
    at_work = {action.statement for action in (*filter(is_open, result.audit.actions), *waiting)}
    return result.gaps[~result.gaps["statement"].isin(at_work)].reset_index(drop=True)
