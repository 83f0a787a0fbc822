"""Common gaps: which recommended statements most schools miss, and the training that would help."""

from functools import partial

import streamlit as st

from audit import findings, theme
from audit.authority.showing import readable
from audit.authority.tables import ALL
from audit.english import plural
from audit.exhibits.authority import gaps_of
from audit.exports import table_csv
from audit.ui.collecting import desk
from audit.ui.components import download, show_exhibit, show_long_table
from audit.ui.missed import show_missed_by, ways_to_missed
from audit.ui.one_school import ways_to_schools

st.title("Common gaps and training")
found = desk().comparison
st.caption(theme.SELF_REPORTED_BY_SCHOOLS)
present = found.common_gaps["group"].unique()
st.session_state.setdefault("group", st.query_params.get("group", ALL))
if st.session_state["group"] not in present:
    st.session_state["group"] = present[0] if len(present) else ALL
group = st.radio(
    "Schools of",
    list(present),
    format_func=lambda one: readable.short_title(one, found.criteria),
    horizontal=True,
    key="group",
)
if st.query_params.get("group", ALL) != (group or ALL):  # one entry more would hold up whoever goes back
    st.query_params["group"] = group or ALL
gaps = gaps_of(found, group)
show_missed_by(found, group)
if gaps.table.empty:
    st.info("There is nothing to show: no statement is missed.")
else:
    show_exhibit(gaps, ways=ways_to_missed(found, group))
    with st.container(key="not-on-paper-hint"):
        st.write("Click a bar, or follow a link of the table, to see which schools miss the statement.")

st.header("Training plan")
st.write(
    "A topic for a role, wherever practice is below *in place*: what a policy lacks is mended at a desk, what is not "
    "done needs training. Topics that protect a child directly come first, then those that most schools need."
)
plan = readable.training(found)
brief = plan.drop(columns="What it is to bring about")
show_long_table(readable.shown(brief), "Training plan: topic, role and number of schools", key="training", size=15)
topics = [f"{row['Priority']}. {findings.meaning_first(row['Topic'])}, for {row['For']}" for _, row in plan.iterrows()]
if topics:
    chosen = st.selectbox("What to train, and whom", range(len(topics)), format_func=topics.__getitem__)
    st.markdown("**What it is to bring about**")
    st.text(plan["What it is to bring about"].iloc[chosen])
    st.markdown(f"**The {plural(int(plan['Schools'].iloc[chosen]), 'school')} that need it**")
    own = found.training_schools["priority"] == plan["Priority"].iloc[chosen]
    ways = ways_to_schools(found.training_schools.loc[own, "urn"], found)
    needing = readable.training_schools(found, int(plan["Priority"].iloc[chosen]))
    show_long_table(readable.shown(needing), "Schools that need this training", key=f"needing-{chosen}", rows=ways)
for column, (label, table, file) in zip(
    st.columns(3),
    (
        ("Common gaps as CSV", readable.common_gaps(found), "common-gaps.csv"),
        ("Training plan as CSV", plan, "training-plan.csv"),
        ("Schools by training as CSV", readable.training_schools(found), "training-schools.csv"),
    ),
    strict=True,
):
    with column:
        download(label, partial(table_csv, table), file, wide=True)
