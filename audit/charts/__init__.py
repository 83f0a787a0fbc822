"""One function per figure: a checked table in, a plotly figure out. Every number is in the table."""

from audit.charts.authority import agreement, common_gaps, distribution, kinds_total
from audit.charts.bars import practice_profile, states_by_question, written_and_practice
from audit.charts.governors import met_by_area
from audit.charts.heat_map import grouped_heat_map, heat_map, whole_heat_map
from audit.charts.matrix import two_by_two
from audit.charts.points import movement, written_against_done
from audit.charts.trend import trend

__all__ = [
    "agreement",
    "common_gaps",
    "distribution",
    "grouped_heat_map",
    "heat_map",
    "kinds_total",
    "met_by_area",
    "movement",
    "practice_profile",
    "states_by_question",
    "trend",
    "two_by_two",
    "whole_heat_map",
    "written_against_done",
    "written_and_practice",
]
