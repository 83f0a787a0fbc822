"""The schools behind a common gap: who misses a statement, and the way to each."""

from __future__ import annotations

import streamlit as st

from audit.authority.comparing.comparison import Comparison
from audit.authority.comparing.tally import topic_of
from audit.authority.showing import readable
from audit.authority.showing.across import missed_by
from audit.english import plural
from audit.findings import meaning_first
from audit.ui.components import literal, show_long_table
from audit.ui.one_school import ways_to_schools
from audit.ui.ways import Ways, way_to


def ways_to_missed(comparison: Comparison, group: str) -> Ways:
    """From each common gap that is shown to the schools behind it.

    Args:
        comparison: the comparison in view.
        group: ``all``, or a phase.
    """
    rows = comparison.common_gaps
    rows = rows[(rows["group"] == group) & rows["missing"].gt(0).fillna(False)]
    return Ways(rows=[way_to("common_gaps", group=group, statement=statement) for statement in rows["statement"]])


def show_missed_by(comparison: Comparison, group: str) -> None:
    """The schools that miss the statement that the address names; nothing if it names none.

    Args:
        comparison: the comparison in view.
        group: ``all``, or a phase.
    """
    statement = st.query_params.get("statement", "")
    if statement not in comparison.criteria:
        return
    criterion = comparison.criteria[statement]
    schools = missed_by(comparison, statement, group)
    what = meaning_first(topic_of(criterion), criterion.statement.reference)
    st.subheader(literal(f"{what} is missed by {plural(len(schools), 'school')}"))
    st.write(literal(criterion.statement.statement))
    phases = readable.phase_titles(schools["phase"], comparison.criteria)
    table = schools.assign(phase=phases).rename(
        columns={"school": "School", "urn": "URN", "phase": "Phase", "state": "State"}
    )[["School", "URN", "Phase", "State"]]
    show_long_table(
        readable.shown(table),
        f"Schools that miss {what}",
        key=f"missed-{statement}-{group}",
        rows=ways_to_schools(schools["urn"], comparison, question=criterion.page),
    )
    st.button("Close this list", on_click=_close)


def _close() -> None:
    st.query_params.pop("statement", None)
