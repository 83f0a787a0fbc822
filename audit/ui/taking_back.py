"""A workbook that came back from a colleague: every change is shown before it applies."""

from __future__ import annotations

import streamlit as st

from audit import readable
from audit.changes import Change, compare
from audit.english import plural
from audit.findings import signed_by
from audit.model import Action, Audit, Criteria
from audit.problems import Problem, errors
from audit.signing import Signed
from audit.store import Gone, NotSaved, SignedOff
from audit.ui.components import choose_workbook, literal, show_problems, show_table
from audit.ui.saving import GONE, SIGNED_MEANWHILE
from audit.ui.session import session, store
from audit.workbook import Reading, read

_KINDS = (
    ("new", "New", "Nothing was stored for these."),
    ("changed", "Changed", "The file follows on from what is stored."),
    ("conflicting", "Conflicting", "The stored answer changed after the workbook was written. Choose for each below."),
)
_NOT_APPLIED = "Nothing was changed: the database did not answer. Press the button again."


def take_back(audit: Audit, own: Criteria) -> None:
    """Where a workbook is uploaded, what it would change, and the button that applies it."""
    if done := st.session_state.pop("applied", None):
        st.success(done)
    upload = choose_workbook(key=f"upload-{st.session_state.get('uploads', 0)}")
    if upload is None:
        return
    reading = read(upload.getvalue(), upload.name, own)
    other = reading.audit
    if other is not None and (other.school.urn, other.year) != (audit.school.urn, audit.year):
        st.error(
            f"This workbook is of {literal(other.school.name)} (URN {other.school.urn}), {other.year}, not of the "
            "audit that is open. Open that audit, or add the workbook as a new one on the page Start or add an audit."
        )
        return
    faults = errors(reading.problems)
    show_problems(reading.problems, f"Unreadable: {plural(len(faults), 'fault')} in the file")
    if other is not None and reading.intact:
        _offer_signed(Signed(audit=other, criteria=reading.criteria or own), upload.name)
    if audit.signed is None:
        _offer(reading, faults, audit=audit, own=own, file=upload.name)
    elif not reading.intact:
        st.error("Nothing was changed: the audit that is open is signed, and this workbook is not.")


def _offer_signed(given: Signed, file: str) -> None:
    """A workbook that was signed on another computer, and the button that takes it with its signatures."""
    assert given.audit.signed is not None
    st.info(f"This workbook is signed and intact. {signed_by(given.audit.signed)}")
    if st.button("Take it as it was signed, in place of what is stored", type="primary"):
        try:
            store().sign_offs.take(session().audit_id, given, role=session().role)
        except SignedOff:
            st.error("Nothing was changed: what is signed here is not what the workbook holds, or is signed already.")
        except Gone:
            st.error(f"Nothing was changed: {GONE}")
        except NotSaved:
            st.error(_NOT_APPLIED)
        else:
            _done(f"Taken as it was signed, from {literal(file)}.")


def _offer(reading: Reading, faults: tuple[Problem, ...], *, audit: Audit, own: Criteria, file: str) -> None:
    """Every change in its table, the choices to make, and the button."""
    stored = {statement: kept.response for statement, kept in store().stored(session().audit_id).items()}
    changes = compare(reading.rows, reading.marks, stored)
    chosen = (*_show(changes, own), *_settled(changes, own))
    seen = not faults or st.checkbox(f"I have seen the {plural(len(faults), 'fault')}; apply what could be read")
    plan = _plan(reading, audit)
    if not changes and (reading.audit is None or reading.audit.actions in ((), audit.actions)):
        st.info("The workbook holds nothing that is not stored already.")
    elif st.button(
        f"Apply {plural(len(chosen), 'change')}{' and the plan' if plan else ''}",
        type="primary",
        disabled=not (seen and (chosen or plan)),
    ):
        revisions = reading.audit.revisions if reading.audit is not None else {}
        try:
            stale = store().apply(session().audit_id, chosen, revisions=revisions, role=session().role)
            if plan and not stale:
                store().plans.replace_all(session().audit_id, plan, role=session().role)
        except SignedOff:
            st.error(SIGNED_MEANWHILE)
        except Gone:
            st.error(f"Nothing was changed: {GONE}")
        except NotSaved:
            st.error(_NOT_APPLIED)
        else:
            if stale:
                st.warning("Somebody answered meanwhile. Nothing was applied; the tables above are fresh now.")
            else:
                _done(f"Applied {plural(len(chosen), 'change')} from {literal(file)}.")


def _show(changes: tuple[Change, ...], own: Criteria) -> list[Change]:
    """The changes by kind; returns those that need no choice."""
    for kind, title, advice in _KINDS:
        those = [change for change in changes if change.kind == kind]
        st.subheader(f"{title}: {len(those)}")
        if those:
            st.caption(advice)
            show_table(readable.changes(those, own), title)
    return [change for change in changes if change.kind != "conflicting"]


def _settled(changes: tuple[Change, ...], own: Criteria) -> list[Change]:
    """Of the conflicting changes those for which the file wins."""
    return [
        change
        for change in changes
        if change.kind == "conflicting"
        and st.radio(
            f"{own[change.statement].statement.reference}: which answer holds?",
            ["The stored one", "The one in the file"],
            key=f"clash-{change.statement}",
            horizontal=True,
        )
        == "The one in the file"
    ]


def _plan(reading: Reading, audit: Audit) -> tuple[Action, ...]:
    """The file's action plan, if it is another one and the person wants it; else none."""
    plan = reading.audit.actions if reading.audit is not None else ()
    if plan in ((), audit.actions):
        return ()
    sizes = f"{plural(len(plan), 'action')} in the file, {len(audit.actions)} stored"
    label = f"Take the action plan of the file in place of the stored one ({sizes})"
    return plan if st.checkbox(label, not audit.actions) else ()


def _done(what: str) -> None:
    """Says on a page drawn afresh what was done; the uploader is empty again."""
    st.session_state["applied"] = what
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
    st.rerun()
