"""The charts that go with a view of a comparison in a document."""

from __future__ import annotations

from collections.abc import Iterator

import plotly.graph_objects as go

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import groups
from audit.authority.showing.across import in_order
from audit.authority.showing.views import Beside, View
from audit.authority.tables import ALL
from audit.charts.authority import agreement, common_gaps, distribution, kinds_total
from audit.charts.heat_map import grouped_heat_map, heat_map, whole_heat_map
from audit.charts.points import movement, written_against_done

_MOST = 40
"""The most schools of which a heat map can be read on one page; of more, it is a picture without texts."""


def figures(view: View, comparison: Comparison, beside: Beside | None = None) -> Iterator[go.Figure]:
    """The charts of a view, most often one.

    Args:
        view: a view of the comparison.
        comparison: the comparison.
        beside: what else the adviser knows.
    """
    schools = comparison.schools
    match view.key:
        case "distribution":
            yield distribution(comparison)
        case "kinds":
            yield kinds_total(comparison)
        case "by_phase":
            yield grouped_heat_map(groups.by_phase(comparison))
        case "by_coverage":
            yield grouped_heat_map(groups.by_coverage(comparison))
        case "heat" if len(schools) <= _MOST:
            yield heat_map(schools, comparison.questions)
        case "heat":
            yield whole_heat_map(in_order(schools, "phase"), comparison.questions, comparison.criteria)
        case "common_gaps":
            yield common_gaps(comparison.common_gaps, ALL)
        case "written_against_done":
            yield written_against_done(comparison)
        case "movement":
            yield movement(comparison)
        case "moderation" if beside is not None and beside.agreement is not None:
            yield agreement(beside.agreement)
