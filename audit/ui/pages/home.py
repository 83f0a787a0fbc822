"""Home: what this is, the audits at hand, a new one, and the examples one click away."""

import streamlit as st

from audit.ui.shelf import show_audits, show_examples

st.title("Online safety self-audit")
st.write(
    "See whether your school's online safety is written in its policy and done in practice, statement by statement. "
    "Answer at your own pace; you get a gap report to act on, and a workbook for your local authority."
)
if st.button("Start a new audit", type="primary", icon=":material/add_circle:"):
    st.switch_page("audit/ui/pages/start.py")

st.header("Your audits")
show_audits()

st.header("Examples to look at")
st.write("Two invented schools with two years each, and readings of two schools' published policies.")
show_examples()

st.header("For local authorities and trusts")
st.write("Take in the workbooks of many schools at once, see who is missing, compare the schools, and write back.")
st.page_link("audit/ui/pages/collect.py", label="Take in returns", icon=":material/move_to_inbox:")

st.header("What happens to what you type")
st.write(
    "It stays on the computer that runs this tool, in one database file in the folder `data`. Nothing is sent anywhere "
    "until you download a file and send it yourself. No pupil data belongs here, and people are named by role."
)
