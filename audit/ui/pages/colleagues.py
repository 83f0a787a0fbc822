"""Colleagues and workbook: hand out a part, take it back, and see every change before it applies."""

import streamlit as st

from audit import readable
from audit.changes import compare
from audit.findings import plural
from audit.problems import errors
from audit.ui.components import choose_workbook, heading, literal, show_problems, show_table
from audit.ui.session import criteria, opened, store
from audit.workbook import read, write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
mine, audit = opened()
own = criteria()
heading(audit, own)
st.title("Colleagues and workbook")
name = f"{audit.school.urn}-{audit.year.replace('/', '-')}"

st.header("Hand out")
st.write(
    "Download the whole audit as a workbook, or only what one colleague should answer. It can be filled in offline."
)
role = st.selectbox(
    "Whose statements?",
    [None, *own.roles],
    format_func=lambda r: "The whole audit" if r is None else f"Only: {own.roles[r]}",
)
st.download_button(
    "Download the workbook",
    lambda: write(audit, own, asked_of=role),
    f"audit-{name}{f'-{role}' if role else ''}.xlsx",
    XLSX,
    icon=":material/download:",
    on_click="ignore",
    key=f"download-{role}",
)

st.header("Take back")
st.write("Upload a workbook that came back. You see what would change before anything does.")
if done := st.session_state.pop("applied", None):
    st.success(done)
upload = choose_workbook(key=f"upload-{st.session_state.get('uploads', 0)}")
if upload is None:
    st.stop()
reading = read(upload.getvalue(), upload.name, own)
if reading.audit is not None and (reading.audit.school.urn, reading.audit.year) != (audit.school.urn, audit.year):
    other = reading.audit
    st.error(
        f"This workbook is of {literal(other.school.name)} (URN {other.school.urn}), {other.year}, not of the audit "
        "that is open. Open that audit, or add the workbook as a new one on the page Start or add an audit."
    )
    st.stop()
faults = errors(reading.problems)
show_problems(reading.problems, f"Unreadable: {plural(len(faults), 'fault')} in the file")
stored = {statement: kept.response for statement, kept in store().stored(mine.audit_id).items()}
changes = compare(reading.rows, reading.marks, stored)
new, changed, clashing = ([c for c in changes if c.kind == kind] for kind in ("new", "changed", "conflicting"))
for title, advice, those in (
    ("New", "Nothing was stored for these.", new),
    ("Changed", "The file follows on from what is stored.", changed),
    ("Conflicting", "The stored answer changed after the workbook was written. Choose for each below.", clashing),
):
    st.subheader(f"{title}: {len(those)}")
    if those:
        st.caption(advice)
        show_table(readable.changes(those, own), title)
taken = [
    change
    for change in clashing
    if st.radio(
        f"{own[change.statement].statement.reference}: which answer holds?",
        ["The stored one", "The one in the file"],
        key=f"clash-{change.statement}",
        horizontal=True,
    )
    == "The one in the file"
]
seen = not faults or st.checkbox(f"I have seen the {plural(len(faults), 'fault')}; apply what could be read")
chosen = (*new, *changed, *taken)
plan = reading.audit.actions if reading.audit is not None else ()
new_plan = bool(plan) and plan != audit.actions
if new_plan:
    sizes = f"{plural(len(plan), 'action')} in the file, {len(audit.actions)} stored"
    new_plan = st.checkbox(f"Take the action plan of the file in place of the stored one ({sizes})", not audit.actions)
if not changes and plan in ((), audit.actions):
    st.info("The workbook holds nothing that is not stored already.")
elif st.button(
    f"Apply {plural(len(chosen), 'change')}{' and the plan' * new_plan}",
    type="primary",
    disabled=not (seen and (chosen or new_plan)),
):
    if store().apply(mine.audit_id, chosen, role=mine.role):
        st.warning("Somebody answered meanwhile. Nothing was applied; the tables above are fresh now.")
    else:
        if new_plan:
            store().plans.replace_all(mine.audit_id, plan, role=mine.role)
        st.session_state["applied"] = f"Applied {plural(len(chosen), 'change')} from {literal(upload.name)}."
        st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
        st.rerun()
