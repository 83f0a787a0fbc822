"""Take in returns: every file gets a verdict."""

import streamlit as st

from audit.authority.collecting.tracker import headline
from audit.ui.changing_files import change_files
from audit.ui.collecting import intake_of, opened_collection
from audit.ui.components import literal
from audit.ui.filters import shows_names
from audit.ui.intake_results import show_twice, show_verdicts
from audit.ui.session import authority_store, session
from audit.ui.shelf_of_collections import choose_collection, close_collection
from audit.ui.taking_in import take_files, tell_skipped

wanted = st.query_params.get("collection", session().collection)
if not wanted or authority_store().load(wanted) is None:
    st.title("Take in returns")
    st.write(
        "Drop in the workbooks that your schools send back. Every file gets a verdict, with each fault by sheet and "
        "cell and how to mend it; what could be read is compared."
    )
    choose_collection()
    st.stop()

collection = opened_collection()
st.title("Take in returns")
left, right = st.columns([3, 1], vertical_alignment="center")
left.markdown(f"Collection: **{literal(collection.title)}**")
if right.button("Other collections", width="stretch"):
    close_collection()
take_files(collection)
intake = intake_of(collection)
tell_skipped()
named = True
if len(intake.files):
    st.markdown(f"### {literal(headline(intake.tracker, intake.year))}")
    if named := shows_names():
        show_verdicts(intake)
        show_twice(collection, intake)
    st.subheader("What next")
    st.page_link("audit/ui/pages/tracker.py", label="See who has not sent a return", icon=":material/checklist:")
    st.page_link("audit/ui/pages/overview.py", label="Compare the schools", icon=":material/bar_chart:")
    st.page_link("audit/ui/pages/write_back.py", label="Write back to the schools", icon=":material/outgoing_mail:")
if named:
    change_files(collection)
