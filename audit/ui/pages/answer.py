"""The questionnaire: one question a page, saved at every answer."""

import streamlit as st

from audit import questionnaire
from audit.ui.answering import WARNING, show_stored, statement_card
from audit.ui.components import CHECK_PAGE, heading, show_progress, to_top
from audit.ui.question_menu import move, question_menu
from audit.ui.session import criteria, go_to, opened, store

mine, audit = opened()
own = criteria()
roles = [None, *own.roles]
asked_of = st.query_params.get("asked_of")
asked_of = asked_of if asked_of in own.roles else None
steps = questionnaire.steps(audit, own, asked_of=asked_of) or questionnaire.steps(audit, own)
pages = [step.page for step in steps]
wanted = st.query_params.get("question", mine.page)
page = wanted if wanted in pages else questionnaire.next_unanswered(steps) or pages[0]
step, place = steps[pages.index(page)], pages.index(page)
st.query_params["question"] = page
arrived = mine.page != page
if arrived:
    mine.page = page
    store().stay_at(mine.audit_id, page)
to_top(page)


with st.sidebar:
    answering_as = st.selectbox(
        "I answer as",
        roles,
        index=roles.index(mine.role or None),
        format_func=lambda role: "Not said" if role is None else own.roles[role],
        help="A role, never a name; kept in the history of the audit.",
    )
    mine.role = answering_as or ""
heading(audit, own)
st.title(f"{step.question.id} {step.question.title}")
show_progress(questionnaire.progress(audit, own, store().answered_at(mine.audit_id)))
question_menu(steps, page, asked_of, own.roles)
if asked_of:
    st.info(f"Only what is asked of: {own.roles[asked_of]}.", icon=":material/filter_alt:")

st.write(step.question.introduction)
st.caption(
    "K marks what the source recommends to every school; only these count in the scores. "
    f"Give two answers to each statement. {WARNING}"
)
for criterion in step.criteria:
    show_stored(mine, criterion.id, audit.response(criterion.id), arrived=arrived)
needed = {c.id for c in step.required}
folded = [c for c in step.criteria if c.id not in needed]
desk_review = audit.basis == "desk review"
for criterion in sorted(step.required, key=lambda c: not c.statement.recommended):
    statement_card(criterion, own.practice_levels, desk_review)
if folded:
    answered = any(c.id in audit.responses for c in folded)
    label = f"Show the optional statements ({len(folded)}); they never count against you"
    if st.toggle(label, answered, key=f"optional.{page}"):
        for criterion in folded:
            statement_card(criterion, own.practice_levels, desk_review)

back, onward = st.columns(2)
with back:
    before = pages[place - 1] if place else None
    st.button("Previous question", on_click=move, args=(before,), disabled=before is None, width="stretch")
with onward:
    if place + 1 < len(pages):
        st.button("Next question", on_click=move, args=(pages[place + 1],), type="primary", width="stretch")
    elif st.button("Check answers", type="primary", width="stretch"):
        go_to("check")
left = questionnaire.next_unanswered(steps, page)
st.button("Next question with something left", on_click=move, args=(left,), disabled=left in (None, page))
st.page_link(CHECK_PAGE, label="Check all answers", query_params={"audit": mine.audit_id})
