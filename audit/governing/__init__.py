"""An audit as its governors need it: five minutes before a meeting, in plain words, with the questions to ask."""

from audit.governing.governors import for_governors
from audit.governing.sentences import whose_word
from audit.governing.tables import areas_table
from audit.governing.view import STATE_WORDS, Area, Ask, Claim, Coverage, GovernorsView, Overdue, Turned

__all__ = [
    "STATE_WORDS",
    "Area",
    "Ask",
    "Claim",
    "Coverage",
    "GovernorsView",
    "Overdue",
    "Turned",
    "areas_table",
    "for_governors",
    "whose_word",
]
