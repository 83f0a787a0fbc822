"""Colleagues and workbook: hand out a part, take it back, and see every change before it applies."""

import streamlit as st

from audit.ui.components import download, heading
from audit.ui.session import criteria_of, opened
from audit.ui.taking_back import take_back
from audit.workbook import write

mine, audit = opened()
own = criteria_of(audit)
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
download(
    "Download the workbook",
    lambda: write(audit, own, asked_of=role),
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
take_back(audit, own)
