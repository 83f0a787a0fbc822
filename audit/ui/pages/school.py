"""One school: its place among its peers, what the checks found, its gap report, and the file that it sent."""

import streamlit as st

from audit.authority.assurance.checks import credibility
from audit.authority.question_matrix import questions_compared, schools_in_order
from audit.authority.returns import unpack_return
from audit.ui.adviser_view import adviser_view, shows_names
from audit.ui.components import download
from audit.ui.report_view import choose_school, show_doubts, show_place, show_problems_of, show_question, show_report
from audit.ui.session import authority_store

st.title("One school")
view = adviser_view()
comparison = view.comparison
if not shows_names():
    st.stop()
schools = schools_in_order(comparison.schools, "school")
if schools.empty:
    st.info("The filters leave no school. Take some of them away.")
    st.stop()
urn = choose_school(schools, "School")
school_return = comparison.returns.items[list(comparison.returns.table["urn"]).index(urn)]
audit = unpack_return(school_return, comparison.criteria)

show_question(audit, comparison.criteria, questions_compared(comparison))
show_place(comparison, urn)
show_doubts(credibility(view.intake.returns, year=comparison.year), urn)
show_problems_of(view.intake.problems, school_return.file)
download(
    "The file as it was sent",
    lambda: authority_store().file(view.collection.id, school_return.file),
    f"{urn}.xlsx",
)
st.header("Gap report")
show_report(audit, comparison.criteria)
