"""Any earlier answer of an audit put back in its place, from the log."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.changes import Conflict
from audit.english import moment
from audit.model import NO_RESPONSE, Audit, Criteria
from audit.readable import response_lines
from audit.store import Gone, NotSaved, Past, SignedOff
from audit.ui.components import literal
from audit.ui.saving import GONE, SIGNED_MEANWHILE
from audit.ui.session import session, store

_SAID = "put-back.said"
_KEY = "put-back.which"


def offer_put_back(audit_id: str, audit: Audit, criteria: Criteria, past: Sequence[Past]) -> None:
    """A choice of the earlier answers, the latest first, each with the time and role of the change that replaced it."""
    went_well, said = st.session_state.pop(_SAID, (True, ""))
    if said:
        (st.success if went_well else st.error)(said)
    earlier = [one for one in reversed(past) if one.old != NO_RESPONSE and one.statement in criteria]
    if audit.signed is not None or not earlier:
        return
    with st.expander("Put an earlier answer back", icon=":material/undo:"):
        chosen = st.selectbox(
            "Which answer, by the change that replaced it",
            range(len(earlier)),
            format_func=lambda number: _label(earlier[number], criteria),
            key=_KEY,
        )
        one = earlier[chosen]
        st.markdown(literal(criteria[one.statement].statement.statement))
        st.text("\n".join(response_lines(one.old, criteria.practice_levels)))
        st.button("Put this answer back", key="put-back", on_click=_put_back, args=(audit_id, one, audit, criteria))


def _label(one: Past, criteria: Criteria) -> str:
    return f"{criteria[one.statement].statement.reference}, changed {moment(one.at)}{f' by {one.role}' if one.role else ''}"


def _put_back(audit_id: str, one: Past, seen: Audit, criteria: Criteria) -> None:
    """Stores the earlier answer in place of the one that the page showed."""
    criterion = criteria[one.statement]
    try:
        result = store().save(
            audit_id,
            one.statement,
            base=seen.response(one.statement),
            mine=one.old,
            of_revision=criterion.statement.revision,
            role=session().role,
        )
    except SignedOff:
        st.session_state[_SAID] = (False, SIGNED_MEANWHILE)
    except Gone:
        st.session_state[_SAID] = (False, GONE)
    except NotSaved:
        st.session_state[_SAID] = (False, "Not put back: the database did not take it. Try again.")
    else:
        reference = criterion.statement.reference
        if isinstance(result, Conflict):
            said = f"Not put back: the answer to {reference} was changed meanwhile. Look at the log once more."
            st.session_state[_SAID] = (False, said)
        else:
            st.session_state[_SAID] = (True, f"The earlier answer to {reference} is back. The log says so.")
