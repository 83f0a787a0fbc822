"""The criteria: every statement with its source reference, K mark, phases, and what has changed since the source."""

import streamlit as st

from audit.english import plural
from audit.model import PHASES
from audit.ui.components import mark_of, today_line
from audit.ui.session import loaded_criteria

criteria = loaded_criteria().of(loaded_criteria().usual)
st.title("The criteria")
for framework in criteria.frameworks:
    st.write(f"**{framework.title}**, edition {framework.edition}. {framework.source}")
areas = {(f.id, a.id): f"{a.id} {a.title}" for f in criteria.frameworks for a in f.areas}
left, right = st.columns(2)
area = left.selectbox("Area", list(areas), format_func=areas.__getitem__)
phase = right.selectbox(
    "Phase", [None, *criteria.phases], format_func=lambda p: "Every phase" if p is None else criteria.phases[p]
)
wanted = st.text_input("Search all areas", placeholder="A word, such as consent").strip().casefold()
only_recommended = st.toggle("Only recommended statements (K)")
shown = [
    c
    for c in criteria
    if (
        wanted in f"{c.statement.statement} {c.question.title} {c.id}".casefold()
        if wanted
        else area == (c.framework.id, c.area.id)
    )
    and (not only_recommended or c.statement.recommended)
    and (phase is None or phase in c.statement.phases)
]
st.caption(f"{plural(len(shown), 'statement')}, {sum(c.statement.recommended for c in shown)} of them recommended.")
question = None
for criterion in shown:
    if criterion.page != question:
        question = criterion.page
        st.subheader(f"{criterion.question.id} {criterion.question.title}")
        st.write(criterion.question.introduction)
    with st.container(border=True):
        statement = criterion.statement
        st.markdown(statement.statement)
        limits = (
            "" if statement.phases == PHASES else f" · only {', '.join(criteria.phases[p] for p in statement.phases)}"
        )
        direct = " · protects a child directly (our judgement)" if statement.protects == "directly" else ""
        st.markdown(f"{mark_of(criterion)} {statement.reference} · `{criterion.id}`{limits}{direct}")
        if statement.evidence:
            with st.expander("Evidence, how to get there, what governors can ask"):
                st.markdown(f"**Evidence.** {statement.evidence}")
                st.markdown(f"**How to get there.** {statement.improve}")
                st.markdown(f"**Governors can ask.** {statement.governors_ask}")
        if statement.today is not None:
            st.markdown(today_line(statement.today))
