"""The tables over many schools in words, as they stand on a page, in a report or on a sheet."""

from audit.authority.showing.readable.by_school import (
    QUARTERS,
    doubts,
    heat,
    movement,
    schools,
    tracker,
    training_schools,
    visits,
    written_against_done,
)
from audit.authority.showing.readable.together import (
    agreement,
    change_by_statement,
    common_gaps,
    distribution,
    grouped,
    kinds,
    overview,
    tally,
    training,
)
from audit.authority.showing.readable.wording import ALL_SCHOOLS, group_title, phase_titles, short_title, shown

__all__ = [
    "ALL_SCHOOLS",
    "QUARTERS",
    "agreement",
    "change_by_statement",
    "common_gaps",
    "distribution",
    "doubts",
    "group_title",
    "grouped",
    "heat",
    "kinds",
    "movement",
    "overview",
    "phase_titles",
    "schools",
    "short_title",
    "shown",
    "tally",
    "tracker",
    "training",
    "training_schools",
    "visits",
    "written_against_done",
]
