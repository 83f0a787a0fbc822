"""The criteria: every statement of a framework with its mark, its source, how sure that is, and what has changed since."""

import streamlit as st

from audit.english import plural
from audit.model import PHASES
from audit.ui.components import mark_of, notes_on, overtaken_line, source_line, today_line
from audit.ui.session import loaded_criteria

every = loaded_criteria()
titles = {framework.id: framework.title for framework in every.frameworks}
st.title("The criteria")
wanted = st.query_params.get("framework", every.usual[0].id)
chosen = st.selectbox(
    "Criteria",
    list(titles),
    index=list(titles).index(wanted) if wanted in titles else 0,
    format_func=titles.__getitem__,
    key="criteria-framework",
)
criteria = every.of(framework.ref for framework in every.frameworks if framework.id == chosen)
(framework,) = criteria.frameworks
st.write(f"**{framework.title}**, edition {framework.edition}. {framework.purpose} {framework.source}")
if framework.marks:
    with st.expander("What the marks mean", icon=":material/label:"):
        st.markdown("\n".join(f"- **{mark.title}.** {mark.means}" for mark in framework.marks))
areas = {area.id: f"{area.id} {area.title}" for area in framework.areas}
left, right = st.columns(2)
area = left.selectbox("Area", list(areas), format_func=areas.__getitem__, key=f"area-{chosen}")
phase = right.selectbox(
    "Phase", [None, *criteria.phases], format_func=lambda p: "Every phase" if p is None else criteria.phases[p]
)
words = st.text_input("Search all areas", placeholder="A word, such as consent").strip().casefold()
only_recommended = st.toggle("Only recommended statements")
shown = [
    c
    for c in criteria
    if (words in f"{c.statement.statement} {c.question.title} {c.id}".casefold() if words else area == c.area.id)
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
        overtaken = overtaken_line(criterion, every)
        limits = (
            "" if statement.phases == PHASES else f" · only {', '.join(criteria.phases[p] for p in statement.phases)}"
        )
        direct = " · protects a child directly (our judgement)" if statement.protects == "directly" else ""
        lines = (
            statement.statement,
            *((f":material/event_busy: {overtaken}",) if overtaken else ()),
            *notes_on(criterion),
            f"{mark_of(criterion)} {statement.reference} · `{criterion.id}`{limits}{direct}",
            f"Asked of: {framework.roles[statement.asked_of]}. {source_line(criterion)}",
        )
        st.markdown("\n\n".join(lines))
        if statement.evidence:
            with st.expander("Evidence, how to get there, what governors can ask"):
                st.markdown(f"**Evidence.** {statement.evidence}")
                st.markdown(f"**How to get there.** {statement.improve}")
                st.markdown(f"**Governors can ask.** {statement.governors_ask}")
        if statement.today is not None:
            st.markdown(today_line(statement.today))
