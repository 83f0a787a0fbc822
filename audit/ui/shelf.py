"""The audits at hand and the examples, each with a button that opens it."""

from __future__ import annotations

import streamlit as st

from audit import questionnaire
from audit.ui.components import literal
from audit.ui.examples import EXAMPLES, open_example
from audit.ui.session import criteria, go_to, open_audit, store


def show_audits() -> None:
    """Every audit of the store with its progress, the one last touched first."""
    cards = store().cards()
    if not cards:
        st.write("There are none yet. Start one, or open an example to look around: nothing can break.")
    for card in cards:
        audit = store().load(card.id)
        if audit is None:
            continue
        now = questionnaire.progress(audit, criteria())
        with st.container(border=True):
            left, right = st.columns([3, 1], vertical_alignment="center")
            with left:
                kind = "" if card.basis == "self-audit" else " · desk review"
                st.markdown(f"**{literal(card.school.name)}** · {card.year}{kind}")
                st.caption(f"{now.answered} of {now.asked} answered · last changed {card.touched_at:%d %B %Y}")
            with right:
                done = now.answered == now.asked
                if st.button("See the report" if done else "Continue", key=f"open-{card.id}", width="stretch"):
                    open_audit(card.id, card.page)
                    go_to("report") if done else go_to("answer", **({"question": card.page} if card.page else {}))


def show_examples() -> None:
    """The example audits, one click away."""
    for example in EXAMPLES:
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            st.markdown(f"**{example.title}** · {example.about}")
        with right:
            if st.button("Open", key=f"example-{example.file}", width="stretch", help=f"Open {example.title}"):
                open_example(example)
                go_to("report")
