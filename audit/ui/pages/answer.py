"""Answer the questions: one question on a page, saved at every answer, with the ways to every other question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from audit.school import questionnaire
from audit.ui.answering import WARNING, statement_card
from audit.ui.components import CHECK_PAGE, overtaken_line, page_heading, show_progress, to_top
from audit.ui.saving import asked_in, show_stored, store_while_typing
from audit.ui.session import criteria_of_audit, go_to, loaded_criteria, opened_audit, store

if TYPE_CHECKING:
    from audit.school.questionnaire import QuestionStep

STATE_SIGNS = {"done": "●", "in part": "◐", "not started": "○", "nothing asked": "–"}


def move(to: str | None) -> None:
    """Opens another question and puts it into the address; None does nothing."""
    if to is not None:
        st.query_params["question"] = to


def jump() -> None:
    """Opens the question that is chosen in the box."""
    move(st.session_state["jump"])


def ask_role() -> None:
    """Puts the chosen role into the address, so that a link to its statements can be sent."""
    chosen = st.session_state["role"]
    if chosen is None:
        st.query_params.pop("asked_of", None)
    else:
        st.query_params["asked_of"] = chosen


def _called(step: QuestionStep) -> str:
    """Number and topic of a question; of an audit of several frameworks also which one."""
    name = f"{step.question.id} {step.question.topic}"
    return f"{name} · {step.framework.called}" if several else name


def _waiting(step: QuestionStep) -> str:
    return f", {step.to_confirm} to confirm" if step.to_confirm else ""


def question_menu(steps: Sequence[QuestionStep], page: str, asked_of: str | None, roles: Mapping[str, str]) -> None:
    """Shows a box to jump to a question, and the list of all with their progress, for one role or everyone."""
    pages = [step.page for step in steps]
    by_page = {s.page: s for s in steps}
    st.session_state["jump"] = page
    st.selectbox(
        "Question",
        pages,
        key="jump",
        on_change=jump,
        format_func=lambda p: (
            f"{STATE_SIGNS[by_page[p].state]} {_called(by_page[p])}"
            f" ({by_page[p].answered} of {len(by_page[p].required)}{_waiting(by_page[p])})"
        ),
    )
    with st.expander("All questions, and whose they are", icon=":material/list:"):
        st.session_state["role"] = asked_of
        st.selectbox(
            "Show what this role is likely to know",
            [None, *roles],
            key="role",
            on_change=ask_role,
            format_func=lambda role: "Everyone" if role is None else roles[role],
        )
        framework = None
        for other in steps:
            if several and other.framework != framework:
                framework = other.framework
                st.markdown(f"**{framework.title}**")
            sign = (
                f"{STATE_SIGNS[other.state]} {other.question.id} {other.question.topic}: {other.state}{_waiting(other)}"
            )
            st.button(sign, key=f"to-{other.page}", type="tertiary", on_click=move, args=(other.page,))


def how_far() -> questionnaire.AnswerProgress:
    """The progress of the audit now, including what others have answered meanwhile."""
    return questionnaire.answer_progress(
        store().load(tab.audit_id) or audit, criteria, store().answered_at(tab.audit_id)
    )


def show_card(statement: str) -> None:
    """Shows one statement, with widgets or as it was signed."""
    line, criterion = "", criteria[statement]
    if as_of_now.leaves_out(criterion.statement):
        lead = "This statement no longer counts." if audit.leaves_out(criterion.statement) else "Asked as printed."
        line = f"**{lead}** {overtaken_line(criterion, loaded_criteria())}"
    if signed:
        statement_card(cards[statement], audit.response(statement), overtaken=line)
    else:
        statement_card(cards[statement], how_far=how_far, overtaken=line)


tab, audit = opened_audit()
criteria, signed = criteria_of_audit(audit), audit.signed is not None
as_of_now = replace(audit.head, as_printed=False)
several = len(criteria.of(audit.frameworks).frameworks) > 1
roles = [None, *criteria.roles]
asked_of = st.query_params.get("asked_of")
asked_of = asked_of if asked_of in criteria.roles else None
steps = questionnaire.steps(audit, criteria, asked_of=asked_of) or questionnaire.steps(audit, criteria)
pages = [step.page for step in steps]
wanted = st.query_params.get("question", tab.page)
page = wanted if wanted in pages else questionnaire.next_unanswered(steps) or pages[0]
step, place = steps[pages.index(page)], pages.index(page)
st.query_params["question"] = page
arrived = tab.page != page
if arrived:
    tab.page = page
    store().stay_at(tab.audit_id, page)
to_top(page)

if not signed:
    with st.sidebar:
        answering_as = st.selectbox(
            "I answer as",
            roles,
            index=roles.index(tab.role or None),
            format_func=lambda role: "Not said" if role is None else criteria.roles[role],
            help="A role, never a name; kept in the history of the audit.",
        )
    tab.role = answering_as or ""
page_heading(audit, criteria)
if several:
    st.caption(f"**{step.framework.title}**")
st.title(f"{step.question.id} {step.question.title}")
if not signed:
    store_while_typing()
    tab.drawn += 1
    tab.moved = False
    tab.undrawn.clear()
    show_progress(questionnaire.answer_progress(audit, criteria, store().answered_at(tab.audit_id)), tab.drawn)
question_menu(steps, page, asked_of, criteria.roles)
if asked_of:
    st.info(f"Only what is asked of: {criteria.roles[asked_of]}.", icon=":material/filter_alt:")

st.write(step.question.introduction)
about_marks, warning = step.framework.about_marks, "" if signed else f"Give two answers to each statement. {WARNING}"
if not step.framework.has_forces:
    st.caption(f"{about_marks} {warning}")
else:
    if warning:
        st.caption(warning)
    with st.expander("What the marks mean", icon=":material/label:"):
        st.markdown("\n".join(f"- **{mark.title}.** {mark.means}" for mark in step.framework.marks))
cards = {c.id: asked_in(audit, c, criteria) for c in step.criteria}
if not signed:
    for card in cards.values():
        show_stored(tab, card, audit.response(card.id), arrived=arrived)

for criterion in sorted(step.required, key=lambda c: not c.statement.recommended):
    show_card(criterion.id)
needed = {c.id for c in step.required}
overtaken = [name for name in cards if audit.leaves_out(criteria[name].statement)]
folded = [name for name in cards if name not in needed and name not in overtaken]
if folded:
    answered = any(name in audit.responses or name in audit.carried for name in folded)
    label = f"Show the optional statements ({len(folded)}); they never count against you"
    if st.toggle(label, answered, key=f"optional.{page}"):
        for name in folded:
            show_card(name)

if overtaken:
    st.subheader("Answered, and no longer asked")
    for name in overtaken:
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
st.page_link(CHECK_PAGE, label="Check all answers", query_params={"audit": tab.audit_id})
