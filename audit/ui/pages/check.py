"""Check answers: what to look at before the audit is called complete, each with a link to its place."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from audit import questionnaire
from audit.findings import plural
from audit.model import Criterion
from audit.ui.components import ANSWER_PAGE, heading, show_progress
from audit.ui.session import criteria, go_to, opened, store

mine, audit = opened()
own = criteria()
heading(audit, own)
st.title("Check answers")
show_progress(questionnaire.progress(audit, own, store().answered_at(mine.audit_id)))
found = questionnaire.checks(audit, own)


def listing(title: str, advice: str, those: Iterable[Criterion], *, reason: bool = False) -> None:
    """One group of statements, each a link to its question."""
    those = list(those)
    st.subheader(f"{title}: {len(those)}")
    if not those:
        st.caption("None.")
        return
    st.caption(advice)
    with st.expander(f"Show {plural(len(those), 'statement')}", expanded=len(those) <= 8):
        for criterion in those:
            st.page_link(
                ANSWER_PAGE,
                label=f"Go to {criterion.statement.reference}, {criterion.question.topic}",
                query_params={"audit": mine.audit_id, "question": criterion.page},
            )
            st.markdown(criterion.statement.statement)
            if reason:
                st.text(f"Reason: {audit.response(criterion.id).not_applicable}")


listing("Not fully answered", "Both answers are needed; “I do not know” is one.", found.unanswered)
listing("Unknown", "Ask the role that is likely to know.", found.unknown)
listing("Not applicable", "Is each reason one that a governor would accept?", found.not_applicable, reason=True)
listing("Level 3 or 4 without evidence", "Say what shows it: a reviewer would ask.", found.without_evidence)

st.subheader("Complete?")
if audit.completed_on is not None:
    st.write(f"Called complete on {audit.completed_on:%d %B %Y}. You can still change answers.")
    if st.button("Open it again"):
        store().describe(mine.audit_id, replace(audit, completed_on=None))
        st.rerun()
else:
    if found.unanswered:
        st.write(
            f"{plural(len(found.unanswered), 'statement')} still to answer. The gap report says so, and works meanwhile."
        )
    if st.button("This audit is complete today", disabled=bool(found.unanswered)):
        store().describe(mine.audit_id, replace(audit, completed_on=dt.date.today()))
        st.rerun()
if st.button("See the gap report", type="primary"):
    go_to("report")
