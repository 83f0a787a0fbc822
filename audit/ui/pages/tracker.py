"""Who has sent: the tracker of returns, the chase list, and the register."""

import streamlit as st

from audit.authority import comparison_in_words
from audit.authority.tracker import chase_list, tracker_headline
from audit.english import texts_of
from audit.exports import table_csv
from audit.theme import AUTHORITY_ONLY
from audit.ui.adviser_view import intake_of, opened_collection, shows_names
from audit.ui.components import download, markdown_text, show_long_table, show_problems, show_table
from audit.ui.intake_job import papers_of
from audit.ui.session import authority_criteria
from audit.ui.taking_in import take_papers
from audit.workbook.cells import write_tables

collection = opened_collection()
st.title("Who has sent a return")
intake, papers, criteria = intake_of(collection), papers_of(collection), authority_criteria(collection)
st.caption(f"{AUTHORITY_ONLY}.")
st.markdown(f"### {markdown_text(tracker_headline(intake.tracker, intake.year))}")
show_problems(papers.problems, "What we found in the register and its like")
show_table(
    texts_of(comparison_in_words.tally_in_words(intake.tracker, criteria)), "Returns expected and received, by phase"
)
if not shows_names():
    st.stop()
chase = comparison_in_words.chase(chase_list(intake.tracker, intake.problems), criteria)
st.subheader(f"Chase list: {len(chase)} schools to write to")
st.write("Who has not sent a return, or sent one with faults to mend, and what to ask each for.")
if not chase.empty:
    name = f"chase-list-{intake.year.replace('/', '-')}"
    left, right = st.columns(2)
    with left:
        download("Chase list as CSV", lambda: table_csv(chase), f"{name}.csv", wide=True)
    with right:
        download(
            "Chase list as workbook",
            lambda: write_tables({"Chase list": chase}, for_the_authority=True),
            f"{name}.xlsx",
            wide=True,
        )
    brief = chase[["School", "URN", "Phase", "Return", "What to ask for"]]
    show_long_table(texts_of(brief), "Chase list", key="chase")
with st.expander("Every school with its standing"):
    show_long_table(
        texts_of(comparison_in_words.tracker_in_words(intake.tracker, criteria)),
        "Every school with its standing",
        key="tracker",
    )
with st.expander("The register, and schools that changed their URN", expanded=papers.register is None):
    take_papers(collection)
