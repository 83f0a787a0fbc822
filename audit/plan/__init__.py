"""The action plan: what each action counts as, how the plan stands, what is missing in it and what it would bring."""

from audit.plan.following_up import to_answer, unattended
from audit.plan.listing import ACTIONS, about, actions_table, grouped, roles_table, short, title
from audit.plan.planning import entered, from_gap, keyed, suggested_due
from audit.plan.prospect import choices, what_if, what_if_in_words, what_if_table
from audit.plan.standing import (
    NOBODY,
    SOON,
    WHENS,
    WORDS,
    Progress,
    When,
    by_role,
    progress,
    progress_in_words,
    when_of,
)
from audit.plan.statuses import is_open, status_of
from audit.plan.withdrawn import Withdrawn, withdrawn

__all__ = [
    "ACTIONS",
    "NOBODY",
    "SOON",
    "WHENS",
    "WORDS",
    "Progress",
    "When",
    "Withdrawn",
    "about",
    "actions_table",
    "by_role",
    "choices",
    "entered",
    "from_gap",
    "grouped",
    "is_open",
    "keyed",
    "progress",
    "progress_in_words",
    "roles_table",
    "short",
    "status_of",
    "suggested_due",
    "title",
    "to_answer",
    "unattended",
    "what_if",
    "what_if_in_words",
    "what_if_table",
    "when_of",
    "withdrawn",
]
