"""Check answers: what to look at before the audit is marked as complete, each with a link to its question."""

import datetime as dt
from dataclasses import replace

import streamlit as st

from audit.english import day, plural
from audit.school import questionnaire
from audit.school.review import BEFORE_COMPLETE, Check, by_check, review
from audit.ui.components import ANSWER_PAGE, keep_and_rerun, notes_on, page_heading, show_progress
from audit.ui.session import criteria_of_audit, go_to, opened_audit, store


def listing(title: str, advice: str, check: Check) -> None:
    """Shows the statements that one check found, each with a link to its question."""
    of_check = findings[check]
    st.subheader(f"{title}: {len(of_check)}")
    if not of_check:
        st.caption("None.")
        return
    optional = sum(finding.criterion.id not in needed for finding in of_check)
    st.caption(f"{advice} {f'Optional, and not counted above: {optional}.' if optional else ''}")
    with st.expander(f"Show {plural(len(of_check), 'statement')}", expanded=len(of_check) <= 8):
        for finding in of_check:
            criterion = finding.criterion
            st.page_link(
                ANSWER_PAGE,
                label=f"Go to {criterion.statement.reference}, {criterion.question.topic}",
                query_params={"audit": tab.audit_id, "question": criterion.page},
            )
            st.markdown("\n\n".join((criterion.statement.statement, *notes_on(criterion))))
            if check == "not applicable":
                st.text(f"Reason: {finding.quote}")


def complete_on(day: dt.date | None) -> None:
    """Stores the day on which the audit was marked as complete; None for open."""
    keep_and_rerun(lambda: store().describe(tab.audit_id, replace(audit, completed_on=day)), "Not saved")


tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("Check answers")
now = questionnaire.answer_progress(audit, criteria, store().answered_at(tab.audit_id))
if audit.signed is None:
    show_progress(now)
findings = by_check(review(audit, criteria, checks=BEFORE_COMPLETE), BEFORE_COMPLETE)
needed = {criterion.id for criterion in questionnaire.required(audit, criteria)}

if audit.carried_from:
    listing(
        "To be confirmed",
        f"The answer of {audit.carried_from} counts as not known until somebody says that it is still true, or changes it.",
        "to confirm",
    )
    listing(
        "Asked anew",
        f"What is asked has changed since {audit.carried_from}, so it needs a new answer.",
        "asked anew",
    )
if findings["proposed"]:
    listing(
        "Proposed from other criteria", "What is proposed counts as not known until somebody accepts it.", "proposed"
    )
listing("Not fully answered", "Both answers are needed; “I do not know” is one.", "unanswered")
listing("Unknown", "Ask the role that is likely to know.", "unknown")
listing("Not applicable", "Is each reason one that a governor would accept?", "not applicable")
listing("Level 3 or 4 without evidence", "Say what shows it: a reviewer would ask.", "without evidence")

st.subheader("Complete?")
if audit.completed_on is not None:
    st.write(f"Called complete on {day(audit.completed_on)}.{'' if audit.signed else ' You can still change answers.'}")
    if audit.signed is None and st.button("Open it again"):
        complete_on(None)
else:
    if now.left:
        st.write(f"{plural(now.left, 'statement')} still to answer. The gap report says so, and works meanwhile.")
    if st.button("Mark it as complete today", disabled=bool(now.left)):
        complete_on(dt.date.today())
report, sign = st.columns(2)
with report:
    if st.button("See the gap report", type="primary", width="stretch"):
        go_to("report")
with sign:
    if st.button("Check and sign", width="stretch"):
        go_to("sign")
