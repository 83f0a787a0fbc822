"""The way to any question: previous, next, jump, the list of all with their state, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from audit.questionnaire import Step

STATE_SIGNS = {"done": "●", "in part": "◐", "not started": "○", "nothing asked": "–"}


def move(to: str | None) -> None:
    """Opens another question; the address follows."""
    if to is not None:
        st.query_params["question"] = to


def jump() -> None:
    """Opens the question that the box names."""
    move(st.session_state["jump"])


def ask_role() -> None:
    """Keeps in the address whose statements are shown, so that a link to them can be sent."""
    chosen = st.session_state["role"]
    if chosen is None:
        st.query_params.pop("asked_of", None)
    else:
        st.query_params["asked_of"] = chosen


def _waiting(step: Step) -> str:
    return f", {step.to_confirm} to confirm" if step.to_confirm else ""


def question_menu(steps: Sequence[Step], page: str, asked_of: str | None, roles: Mapping[str, str]) -> None:
    """A box to jump to any question, and a list of all with how far each is, for one role or everyone."""
    pages = [step.page for step in steps]
    by_page = {s.page: s for s in steps}
    st.session_state["jump"] = page
    st.selectbox(
        "Question",
        pages,
        key="jump",
        on_change=jump,
        format_func=lambda p: (
            f"{STATE_SIGNS[by_page[p].state]} {by_page[p].question.id} {by_page[p].question.topic}"
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
        for other in steps:
            sign = (
                f"{STATE_SIGNS[other.state]} {other.question.id} {other.question.topic}: {other.state}{_waiting(other)}"
            )
            st.button(sign, key=f"to-{other.page}", type="tertiary", on_click=move, args=(other.page,))
