"""One function per figure: a table of an `Outcome` in, a plotly figure out. Every number is in the table."""

from audit.charts.bars import practice_profile, states_by_question, written_and_practice
from audit.charts.matrix import two_by_two

__all__ = ["practice_profile", "states_by_question", "two_by_two", "written_and_practice"]
