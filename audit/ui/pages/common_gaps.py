"""Common gaps and training: the statements that most schools miss, which schools these are, and the training."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.authority import comparison_in_words
from audit.authority.compare.counts import topic_of
from audit.authority.question_matrix import missed_by
from audit.authority.tables import ALL
from audit.english import plural, texts_of
from audit.exhibits.authority import gaps_of
from audit.exports import table_csv
from audit.school import outcome
from audit.school.outcome import meaning_first
from audit.ui.adviser_view import adviser_view
from audit.ui.components import Ways, download, markdown_text, show_exhibit, show_long_table, way_to
from audit.ui.report_view import ways_to_schools

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison


def ways_to_missed(comparison: Comparison, group: str) -> Ways:
    """The links from each common gap to the list of the schools that miss it.

    Args:
        comparison: the comparison in view.
        group: ``all``, or a phase.
    """
    rows = comparison.common_gaps
    rows = rows[(rows["group"] == group) & rows["missing"].gt(0).fillna(False)]
    return Ways(rows=[way_to("common_gaps", group=group, statement=statement) for statement in rows["statement"]])


def show_missed_by(comparison: Comparison, group: str) -> None:
    """Shows the schools that miss the statement in the address; nothing if the address names none.

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
    st.subheader(markdown_text(f"{what} is missed by {plural(len(schools), 'school')}"))
    st.write(markdown_text(criterion.statement.statement))
    phases = comparison_in_words.phase_titles(schools["phase"], comparison.criteria)
    table = schools.assign(phase=phases).rename(
        columns={"school": "School", "urn": "URN", "phase": "Phase", "state": "State"}
    )[["School", "URN", "Phase", "State"]]
    show_long_table(
        texts_of(table),
        f"Schools that miss {what}",
        key=f"missed-{statement}-{group}",
        rows=ways_to_schools(schools["urn"], comparison, question=criterion.page),
    )
    st.button("Close this list", on_click=_close)


def _close() -> None:
    st.query_params.pop("statement", None)


st.title("Common gaps and training")
comparison = adviser_view().comparison
st.caption(theme.SELF_REPORTED_BY_SCHOOLS)
present = comparison.common_gaps["group"].unique()
st.session_state.setdefault("group", st.query_params.get("group", ALL))
if st.session_state["group"] not in present:
    st.session_state["group"] = present[0] if len(present) else ALL
group = st.radio(
    "Schools of",
    list(present),
    format_func=lambda group: comparison_in_words.short_title(group, comparison.criteria),
    horizontal=True,
    key="group",
)
# Set only if it differs: each time adds an entry to the browser's history, and the back button has to pass it.
if st.query_params.get("group", ALL) != (group or ALL):
    st.query_params["group"] = group or ALL
gaps = gaps_of(comparison, group)
show_missed_by(comparison, group)
if gaps.table.empty:
    st.info("There is nothing to show: no statement is missed.")
else:
    show_exhibit(gaps, ways=ways_to_missed(comparison, group))
    with st.container(key="not-on-paper-hint"):
        st.write("Click a bar, or follow a link of the table, to see which schools miss the statement.")

st.header("Training plan")
st.write(
    "A topic for a role, wherever practice is below *in place*: what a policy lacks is mended at a desk, what is not "
    "done needs training. Topics that protect a child directly come first, then those that most schools need."
)
plan = comparison_in_words.training_in_words(comparison)
brief = plan.drop(columns="What it is to bring about")
show_long_table(texts_of(brief), "Training plan: topic, role and number of schools", key="training", size=15)
topics = [f"{row['Priority']}. {outcome.meaning_first(row['Topic'])}, for {row['For']}" for _, row in plan.iterrows()]
if topics:
    chosen = st.selectbox("What to train, and whom", range(len(topics)), format_func=topics.__getitem__)
    st.markdown("**What it is to bring about**")
    st.text(plan["What it is to bring about"].iloc[chosen])
    st.markdown(f"**The {plural(int(plan['Schools'].iloc[chosen]), 'school')} that need it**")
    needs_it = comparison.training_schools["priority"] == plan["Priority"].iloc[chosen]
    ways = ways_to_schools(comparison.training_schools.loc[needs_it, "urn"], comparison)
    needing = comparison_in_words.training_schools_in_words(comparison, int(plan["Priority"].iloc[chosen]))
    show_long_table(texts_of(needing), "Schools that need this training", key=f"needing-{chosen}", rows=ways)
for column, (label, table, file) in zip(
    st.columns(3),
    (
        ("Common gaps as CSV", comparison_in_words.common_gaps_in_words(comparison), "common-gaps.csv"),
        ("Training plan as CSV", plan, "training-plan.csv"),
        (
            "Schools by training as CSV",
            comparison_in_words.training_schools_in_words(comparison),
            "training-schools.csv",
        ),
    ),
    strict=True,
):
    with column:
        download(label, partial(table_csv, table), file, wide=True)
