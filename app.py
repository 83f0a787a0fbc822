"""The app: page configuration and navigation. Run it with ``streamlit run app.py``."""

from __future__ import annotations

import gc

import streamlit as st

from audit.ui.session import address

st.set_page_config(page_title="Online safety self-audit", page_icon=":material/fact_check:", layout="centered")


@st.cache_resource
def _settle() -> None:
    """Once a process: what is loaded by now lives for good, so the collector need not look at it again."""
    gc.collect()
    gc.freeze()


PAGES = "audit/ui/pages"
GROUPS = {
    "": [st.Page(f"{PAGES}/home.py", title="Home", icon=":material/home:", default=True)],
    "For school leaders": [
        st.Page(f"{PAGES}/start.py", title="Start or add an audit", icon=":material/add_circle:"),
        st.Page(f"{PAGES}/answer.py", title="Answer the questions", icon=":material/edit_note:"),
        st.Page(f"{PAGES}/check.py", title="Check answers", icon=":material/checklist:"),
        st.Page(f"{PAGES}/report.py", title="Gap report", icon=":material/bar_chart:"),
        st.Page(f"{PAGES}/colleagues.py", title="Colleagues and workbook", icon=":material/group:"),
    ],
    "For the local authority": [
        st.Page(f"{PAGES}/collect.py", title="Take in returns", icon=":material/move_to_inbox:"),
        st.Page(f"{PAGES}/tracker.py", title="Who has sent", icon=":material/fact_check:"),
        st.Page(f"{PAGES}/overview.py", title="All schools together", icon=":material/bar_chart:"),
        st.Page(f"{PAGES}/schools.py", title="Schools and questions", icon=":material/grid_on:"),
        st.Page(f"{PAGES}/school.py", title="One school", icon=":material/school:"),
        st.Page(f"{PAGES}/common_gaps.py", title="Common gaps and training", icon=":material/groups:"),
        st.Page(f"{PAGES}/belief.py", title="Belief and visits", icon=":material/travel_explore:"),
        st.Page(f"{PAGES}/moderation.py", title="Moderation", icon=":material/balance:"),
        st.Page(f"{PAGES}/write_back.py", title="Write back", icon=":material/outgoing_mail:"),
    ],
    "For everyone": [
        st.Page(f"{PAGES}/criteria.py", title="The criteria", icon=":material/menu_book:"),
        st.Page(f"{PAGES}/scores.py", title="How the scores work", icon=":material/calculate:"),
    ],
}
# Streamlit's own grouped menu is a list with headings between its items, which no screen reader takes for one.
page = st.navigation([page for pages in GROUPS.values() for page in pages], position="hidden")
if page in GROUPS["For the local authority"]:
    st.set_page_config(layout="wide")  # many schools side by side
with st.sidebar:
    for group, pages in GROUPS.items():
        if group:
            st.markdown(f"**{group}**")
        for one in pages:
            st.page_link(one, query_params=address())
page.run()
_settle()
