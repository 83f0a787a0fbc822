"""Where a role signs an audit off, and where a signed audit is opened again."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from audit import theme
from audit.findings import signed_by
from audit.model import Audit, Criteria, SigningRole
from audit.problems import Problem
from audit.reasons import says_nothing
from audit.signing import is_intact, next_role, not_answered, signature_of, still_open
from audit.store import ChangedMeanwhile, Gone, NotSaved
from audit.text import fault_of, tidy
from audit.ui.components import date_field, literal
from audit.ui.saving import GONE
from audit.ui.session import session, store

_LAST = "signing.last"
"""By audit, what came of the last click: whether it went well, and what to say."""


def show_signing(audit_id: str, audit: Audit, own: Criteria) -> None:
    """Whose turn it is to sign, with what belongs to it; and what came of the last click."""
    went_well, said = st.session_state.pop(f"{_LAST}.{audit_id}", (True, ""))
    if said:
        (st.success if went_well else st.error)(literal(said))
    role = next_role(audit)
    if audit.basis == "desk review":
        st.info("A desk review reads a published text, and no school answers for it. So it is not signed off.")
    elif role is None:
        st.write("Headteacher and chair of governors have signed. Next: take the pack for the meeting, below.")
    elif audit.signed and not is_intact(audit):
        st.warning("This audit is not what was signed. Open it again, and sign it anew.")
    elif role == "chair of governors":
        st.write(
            "The headteacher has signed. Next: take the pack to the governors' meeting. After the meeting, the chair of "
            "governors signs at the foot of this page."
        )
    else:
        _form(audit_id, audit, own, role)


def show_countersigning(audit_id: str, audit: Audit, own: Criteria) -> None:
    """Where the chair of governors signs after the meeting, folded: nobody signs there by a second click."""
    if audit.signed is None or next_role(audit) != "chair of governors" or not is_intact(audit):
        return
    with st.expander("After the meeting: the chair of governors signs", icon=":material/how_to_reg:"):
        _form(audit_id, audit, own, "chair of governors")


def _form(audit_id: str, audit: Audit, own: Criteria, role: SigningRole) -> None:
    st.write(
        f"It is for the **{role}** to sign. " + ("" if audit.signed else "The chair of governors signs after that.")
    )
    left, of = (0, 0) if audit.signed else not_answered(audit, own)
    if left:
        st.warning(
            f"{still_open(left, of)} Every output will say so. Answer them first, or say below why the audit is signed "
            "all the same."
        )
    today = dt.date.today()
    with st.form(_key(audit_id, "form"), enter_to_submit=False):
        date_field("Date", today, key=_key(audit_id, role, "on"), latest=today)
        st.text_area(
            f"Statement of the {role}: why it is signed all the same (no pupil details)"
            if left
            else f"Statement of the {role}, if there is one (no pupil details)",
            help=theme.NO_PUPIL_DATA,
            key=_key(audit_id, role, "said"),
        )
        st.checkbox(f"I sign as {role}, and I have read the gap report.", key=_key(audit_id, role, "read"))
        st.form_submit_button(
            f"Sign as {role}", type="primary", on_click=_sign, args=(audit_id, audit, own, role), width="stretch"
        )
    st.caption("Signing makes the audit read-only. Names are not kept: the role signs.")


def _key(audit_id: str, *names: str) -> str:
    """The key of a widget; each role has its own, so that nobody finds the other's tick."""
    return ".".join(("sign", audit_id, *names))


def _sign(audit_id: str, seen: Audit, own: Criteria, role: SigningRole) -> None:
    st.session_state[f"{_LAST}.{audit_id}"] = _signed(audit_id, seen, own, role)


def _signed(audit_id: str, seen: Audit, own: Criteria, role: SigningRole) -> tuple[bool, str]:
    """Signs what this person saw, and says what came of it; ``seen`` is the audit as it was when the page was drawn."""
    on, said, read = (st.session_state[_key(audit_id, role, name)] for name in ("on", "said", "read"))
    if not read:
        return False, "Not signed yet. Tick that you have read the gap report."
    if on is None:
        return False, "Not signed yet. Choose the date."
    made = signature_of(seen, role, on=on, statement=tidy(said), today=dt.date.today(), criteria=own)
    if isinstance(made, Problem):
        return False, f"Not signed. {made.what} {made.fix}"
    try:
        signed = store().sign_offs.sign(audit_id, made, seen=seen, criteria=own, role=session().role).signed
    except ChangedMeanwhile:
        return False, "Not signed: the audit was changed meanwhile. Look at it once more, then sign."
    except Gone:
        return False, f"Not signed: {GONE}"
    except NotSaved:
        return False, "Not signed: the database did not take it. Try again."
    return True, f"Signed. {signed_by(signed) if signed else ''}"


def show_reopening(audit_id: str, audit: Audit) -> None:
    """Where a signed audit is opened for changes again; nothing for one that is open."""
    if audit.signed is None:
        return
    with st.expander("Open the audit again"):
        st.write(
            f"Version {audit.signed.version} stays as it was signed. The audit can then be changed, and signed again "
            f"as version {audit.signed.version + 1}."
        )
        with st.form(_key(audit_id, "again"), enter_to_submit=False, border=False):
            st.text_area(
                "Why it is opened again (no pupil details)", help=theme.NO_PUPIL_DATA, key=_key(audit_id, "why")
            )
            st.form_submit_button("Open it again", on_click=_reopen, args=(audit_id, audit.signed.version))


def _reopen(audit_id: str, version: int) -> None:
    st.session_state[f"{_LAST}.{audit_id}"] = _reopened(audit_id, version)


def _reopened(audit_id: str, version: int) -> tuple[bool, str]:
    """Opens the version that this person saw again, and says what came of it."""
    why = tidy(st.session_state[_key(audit_id, "why")]).strip()
    if says_nothing(why):
        return False, "Not opened. Say why: the reason is kept with the signed version."
    if fault := fault_of(why):
        return False, f"Not opened. {fault}"
    audit = store().load(audit_id)
    if audit is None:
        return False, f"Not opened: {GONE}"
    if audit.signed is None or audit.signed.version != version:
        return False, "Not opened: somebody opened it meanwhile."
    try:
        store().sign_offs.reopen(audit_id, on=dt.date.today(), because=why, role=session().role)
    except Gone:
        return False, f"Not opened: {GONE}"
    except NotSaved:
        return False, "Not opened: the database did not take it. Try again."
    return True, f"Opened again. Version {version} stays as it was signed. Change what is wrong, then sign it again."
