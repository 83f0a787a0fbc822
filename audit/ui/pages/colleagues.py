"""Colleagues and workbook: hand out a workbook, upload it again, and see every change before it is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from audit.english import plural
from audit.exhibits import school
from audit.problems import Problem, errors
from audit.school.merge import UploadChange, upload_differences
from audit.school.outcome import signed_by
from audit.school.proposals import asked_once
from audit.school.signing import Signed
from audit.store.schema import Gone, NotSaved, SignedOff
from audit.ui.components import (
    REFUSALS,
    choose_workbook,
    download,
    markdown_text,
    page_heading,
    refusal,
    show_problems,
    show_table,
)
from audit.ui.session import criteria_of_audit, opened_audit, session, store
from audit.workbook.read import read
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.model import Action, Audit, Criteria
    from audit.workbook.read_book import Reading

_KINDS = (
    ("new", "New", "Nothing was stored for these."),
    ("changed", "Changed", "The file follows on from what is stored."),
    ("conflicting", "Conflicting", "The stored answer changed after the workbook was written. Choose for each below."),
)


def take_back(audit: Audit, criteria: Criteria) -> None:
    """Shows where a workbook is uploaded, what it would change, and the button that applies it."""
    if done := st.session_state.pop("applied", None):
        st.success(done)
    upload = choose_workbook(key=f"upload-{st.session_state.get('uploads', 0)}")
    if upload is None:
        return
    reading = read(upload.getvalue(), upload.name, criteria)
    other = reading.audit
    if other is not None and (other.school.urn, other.year) != (audit.school.urn, audit.year):
        st.error(
            f"This workbook is of {markdown_text(other.school.name)} (URN {other.school.urn}), {other.year}, not of the "
            "audit that is open. Open that audit, or add the workbook as a new one on the page Start or add an audit."
        )
        return
    faults = errors(reading.problems)
    show_problems(reading.problems, f"Unreadable: {plural(len(faults), 'fault')} in the file")
    if other is not None and reading.intact:
        _offer_signed(Signed(audit=other, criteria=reading.criteria or criteria), upload.name)
    if audit.signed is None:
        _offer(reading, faults, audit=audit, criteria=criteria, file=upload.name)
    elif not reading.intact:
        st.error("Nothing was changed: the audit that is open is signed, and this workbook is not.")


def _offer_signed(signed: Signed, file: str) -> None:
    """Shows the button that takes a workbook signed on another computer, with its signatures."""
    assert signed.audit.signed is not None
    st.info(f"This workbook is signed and intact. {signed_by(signed.audit.signed)}")
    if st.button("Take it as it was signed, in place of what is stored", type="primary"):
        try:
            store().sign_offs.take(session().audit_id, signed, role=session().role)
        except SignedOff:
            st.error("Nothing was changed: what is signed here is not what the workbook holds, or is signed already.")
        except (Gone, NotSaved) as error:
            st.error(refusal(error, "Nothing was changed"))
        else:
            _done(f"Taken as it was signed, from {markdown_text(file)}.")


def _offer(reading: Reading, faults: tuple[Problem, ...], *, audit: Audit, criteria: Criteria, file: str) -> None:
    """Shows every change in a table, the choices to make, and the button."""
    stored = {statement: kept.response for statement, kept in store().stored(session().audit_id).items()}
    changes = upload_differences(reading.rows, reading.marks, stored, asked_once(audit, criteria))
    chosen = (*_show(changes, criteria), *_settled(changes, criteria))
    seen = not faults or st.checkbox(f"I have seen the {plural(len(faults), 'fault')}; apply what could be read")
    plan = _plan(reading, audit)
    if not changes and (reading.audit is None or reading.audit.actions in ((), audit.actions)):
        st.info("The workbook holds nothing that is not stored already.")
    elif st.button(
        f"Apply {plural(len(chosen), 'change')}{' and the plan' if plan else ''}",
        type="primary",
        disabled=not (seen and (chosen or plan)),
    ):
        revisions = {
            **(reading.audit.revisions if reading.audit is not None else {}),
            **{c.statement: criteria[c.statement].statement.revision for c in chosen if c.along_with},
        }
        try:
            stale = store().apply(
                session().audit_id, chosen, revisions=revisions, plan=plan or None, role=session().role
            )
        except REFUSALS as error:
            st.error(refusal(error, "Nothing was changed"))
        else:
            if stale:
                st.warning("Somebody answered meanwhile. Nothing was applied; the tables above are fresh now.")
            else:
                _done(f"Applied {plural(len(chosen), 'change')} from {markdown_text(file)}.")


def _show(changes: tuple[UploadChange, ...], criteria: Criteria) -> list[UploadChange]:
    """Shows the changes by kind, and returns those that need no choice."""
    for kind, title, advice in _KINDS:
        of_kind = [change for change in changes if change.kind == kind]
        st.subheader(f"{title}: {len(of_kind)}")
        if of_kind:
            st.caption(advice)
            show_table(school.upload_changes(of_kind, criteria), title)
    return [change for change in changes if change.kind != "conflicting"]


def _settled(changes: tuple[UploadChange, ...], criteria: Criteria) -> list[UploadChange]:
    """Asks for each conflicting change which answer holds, and returns those for which the file wins.

    What is asked once is chosen once.
    """
    conflicting = [change for change in changes if change.kind == "conflicting"]
    wins = {
        change.statement
        for change in conflicting
        if not change.along_with
        and st.radio(
            f"{criteria[change.statement].statement.reference}: which answer holds?",
            ["The stored one", "The one in the file"],
            key=f"clash-{change.statement}",
            horizontal=True,
        )
        == "The one in the file"
    }
    return [change for change in conflicting if (change.along_with or change.statement) in wins]


def _plan(reading: Reading, audit: Audit) -> tuple[Action, ...]:
    """The file's action plan, if it differs from the stored one and the person wants it; else empty."""
    plan = reading.audit.actions if reading.audit is not None else ()
    if plan in ((), audit.actions):
        return ()
    sizes = f"{plural(len(plan), 'action')} in the file, {len(audit.actions)} stored"
    label = f"Take the action plan of the file in place of the stored one ({sizes})"
    return plan if st.checkbox(label, not audit.actions) else ()


def _done(what: str) -> None:
    """Runs the page again with an empty uploader and a message about what was done."""
    st.session_state["applied"] = what
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
    st.rerun()


tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("Colleagues and workbook")
name = f"{audit.school.urn}-{audit.year.replace('/', '-')}"

st.header("Hand out")
st.write(
    "Download the whole audit as a workbook, or only what one colleague should answer. It can be filled in offline."
)
role = st.selectbox(
    "Whose statements?",
    [None, *criteria.roles],
    format_func=lambda r: "The whole audit" if r is None else f"Only: {criteria.roles[r]}",
)
download(
    "Download the workbook",
    lambda: write(audit, criteria, asked_of=role),
    f"audit-{name}{f'-{role}' if role else ''}.xlsx",
    key=f"download-{role}",
)

st.header("Take back")
if audit.signed is None:
    st.write("Upload a workbook that came back. You see what would change before anything does.")
else:
    st.write(
        "This audit is signed, so no answers can be brought into it: open it again first, on the page Check and sign. "
        "A workbook of it that somebody else has signed on another computer can be taken."
    )
take_back(audit, criteria)
