"""A new audit into the store, or the one that is there already offered instead."""

from __future__ import annotations

import streamlit as st

from audit.identifiers import doubt_about_urn
from audit.model import Audit, Criteria
from audit.store import AlreadyThere, NotSaved
from audit.ui.components import literal
from audit.ui.session import go_to, open_audit, session, store

_RESUME = "resume"
_DOUBTED = "doubted-urn"


def add(audit: Audit, *, criteria: Criteria | None = None) -> None:
    """Puts the audit into the store and opens it; if its school and year are there, that one is offered.

    Args:
        audit: the audit.
        criteria: for a signed audit those that it was signed with, which are kept with it.
    """
    try:
        open_audit(store().add(audit, criteria=criteria, role=session().role))
    except AlreadyThere as there:
        if there.in_bin:
            st.error("There is an audit of this school and year in the bin. Put it back, or delete it for good.")
        st.session_state[_RESUME] = there.audit_id
    except NotSaved:
        st.error("Not started: the database did not answer. Press the button again.")
    else:
        go_to("answer")


def urn_is_meant(urn: str) -> bool:
    """Whether a typed URN may well be a school's, or the warning about it has been seen: pressed again, it is meant."""
    doubt = doubt_about_urn(urn)
    if doubt is None or st.session_state.get(_DOUBTED) == urn:
        st.session_state.pop(_DOUBTED, None)
        return True
    st.session_state[_DOUBTED] = urn
    st.warning(f"Not started yet. {literal(str(doubt))} If it is right, press the button again.")
    return False


def offer_resume() -> None:
    """Offers the audit that is there already, if a person has just tried to add it again."""
    card = store().card(st.session_state.get(_RESUME, ""))
    if card is None:
        return
    st.info(
        f"There is an audit of {literal(card.school.name)} for {card.year} already. Nothing was changed. "
        "To bring answers from a workbook into it, open it and use the page Colleagues and workbook."
    )
    if st.button("Open that audit"):
        del st.session_state[_RESUME]
        open_audit(card.id, card.page)
        go_to("answer")
