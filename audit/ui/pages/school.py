"""One school: its place among its peers, what to ask it, its gap report, and the file it sent."""

import streamlit as st

from audit.authority.assurance.checks import credibility
from audit.authority.question_matrix import questions_compared, schools_in_order
from audit.authority.returns import unpack_return
from audit.ui.adviser_view import adviser_view, shows_names
from audit.ui.components import download
from audit.ui.report_view import choose_school, show_doubts, show_place, show_problems_of, show_question, show_report
from audit.ui.session import authority_store

st.title("One school")
at = adviser_view()
found = at.comparison
if not shows_names():
    st.stop()
schools = schools_in_order(found.schools, "school")
if schools.empty:
    st.info("The filters leave no school. Take some of them away.")
    st.stop()
urn = choose_school(schools, "School")
one = found.returns.items[list(found.returns.table["urn"]).index(urn)]
sent = unpack_return(one, found.criteria)

show_question(sent, found.criteria, questions_compared(found))
show_place(found, urn)
show_doubts(credibility(at.intake.returns, year=found.year), urn)
show_problems_of(at.intake.problems, one.file)
download(
    "The file as it was sent",
    lambda: authority_store().file(at.collection.id, one.file),
    f"{urn}.xlsx",
)
st.header("Gap report")
show_report(sent, found.criteria)
