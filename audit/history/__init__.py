"""One school over the years: what became of each statement, and how its figures went."""

from audit.history.became import CHANGES, WITHOUT_COUNTERPART, Became, became
from audit.history.changed import CHANGED, before, outcome_at_hand, what_changed, without_wording
from audit.history.event_words import event_words
from audit.history.in_words import (
    apart_in_words,
    by_change,
    changed_in_words,
    changed_table,
    comparable_in_words,
    trend_table,
    trend_title,
)
from audit.history.years import TREND, comparable, trend

__all__ = [
    "CHANGED",
    "CHANGES",
    "TREND",
    "WITHOUT_COUNTERPART",
    "Became",
    "apart_in_words",
    "became",
    "before",
    "by_change",
    "changed_in_words",
    "changed_table",
    "comparable",
    "comparable_in_words",
    "event_words",
    "outcome_at_hand",
    "trend",
    "trend_table",
    "trend_title",
    "what_changed",
    "without_wording",
]
