"""Home: what this is, the audits at hand, the examples one click away, and every page with what it is for."""

from contextlib import suppress

import streamlit as st

from audit.store import NotSaved
from audit.ui.backing_up import show_backup
from audit.ui.bin_view import show_bin
from audit.ui.navigation import AUTHORITY, EVERYONE, GOVERNORS, SCHOOL, show_pages
from audit.ui.session import store
from audit.ui.shelf import show_audits, show_examples

st.title("Online safety self-audit")
st.write(
    "See whether your school's online safety is written in its policy and done in practice, statement by statement. "
    "Answer at your own pace; you get the gaps to act on, a plan, a page for governors, and a workbook for your local "
    "authority. Next year begins with this year's answers."
)
if st.button("Start a new audit", type="primary", icon=":material/add_circle:"):
    st.switch_page("audit/ui/pages/start.py")

st.header("Your audits")
with suppress(NotSaved):  # what is due to go may go the next time
    store().bin.purge()
show_audits()
show_bin()

st.header("Examples to look at")
st.write(
    "New here? Open one: nothing can break. Two invented schools with two years each, and readings of two schools' "
    "published policies."
)
show_examples()

st.header("Who finds what here")
for group in (SCHOOL, GOVERNORS, AUTHORITY, EVERYONE):
    st.subheader(group.title)
    st.caption(group.about)
    show_pages(group)

st.header("What happens to what you type")
st.write(
    "It stays on the computer that runs this tool, in one database file in the folder `data`. Nothing is sent anywhere "
    "until you download a file and send it yourself. No pupil data belongs here, and people are named by role."
)

show_backup()
