"""The questionnaire: one question a page, saved at every answer."""

import streamlit as st

from audit import questionnaire
from audit.ui.answering import WARNING, statement_card
from audit.ui.components import CHECK_PAGE, heading, show_progress, to_top
from audit.ui.question_menu import move, question_menu
from audit.ui.saving import asked_in, show_stored
from audit.ui.session import criteria_of, go_to, opened, store
from audit.ui.typed_text import store_while_typing

mine, audit = opened()
own, signed = criteria_of(audit), audit.signed is not None
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


if not signed:
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
if not signed:
    store_while_typing()
    mine.drawn += 1
    mine.moved = False
    mine.undrawn.clear()
    show_progress(questionnaire.progress(audit, own, store().answered_at(mine.audit_id)), mine.drawn)
question_menu(steps, page, asked_of, own.roles)
if asked_of:
    st.info(f"Only what is asked of: {own.roles[asked_of]}.", icon=":material/filter_alt:")

st.write(step.question.introduction)
st.caption(
    "K marks what the source recommends to every school; only these count in the scores. "
    f"{'' if signed else f'Give two answers to each statement. {WARNING}'}"
)
cards = {c.id: asked_in(audit, c, levels=own.practice_levels) for c in step.criteria}
if not signed:
    for one in cards.values():
        show_stored(mine, one, audit.response(one.id), arrived=arrived)


def how_far() -> questionnaire.Progress:
    """How far the audit is now, with what others have answered meanwhile."""
    return questionnaire.progress(store().load(mine.audit_id) or audit, own, store().answered_at(mine.audit_id))


def show_card(statement: str) -> None:
    """One statement, to be answered or as it was signed."""
    if signed:
        statement_card(cards[statement], audit.response(statement))
    else:
        statement_card(cards[statement], how_far=how_far)


for criterion in sorted(step.required, key=lambda c: not c.statement.recommended):
    show_card(criterion.id)
needed = {c.id for c in step.required}
folded = [name for name in cards if name not in needed]
if folded:
    answered = any(name in audit.responses or name in audit.carried for name in folded)
    label = f"Show the optional statements ({len(folded)}); they never count against you"
    if st.toggle(label, answered, key=f"optional.{page}"):
        for name in folded:
            show_card(name)

back, onward = st.columns(2)
with back:
    before = pages[place - 1] if place else None
    st.button("Previous question", on_click=move, args=(before,), disabled=before is None, width="stretch")
with onward:
    if place + 1 < len(pages):
        st.button("Next question", on_click=move, args=(pages[place + 1],), type="primary", width="stretch")
    elif st.button("Check answers", type="primary", width="stretch"):
        go_to("check")
if not signed:
    left = questionnaire.next_unanswered(steps, page)
    st.button("Next question with something left", on_click=move, args=(left,), disabled=left in (None, page))
st.page_link(CHECK_PAGE, label="Check all answers", query_params={"audit": mine.audit_id})
