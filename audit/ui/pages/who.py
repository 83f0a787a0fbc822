"""Who answers for what: the statements by role, over all criteria, to put beside a job description or staff handbook."""

import datetime as dt

import streamlit as st

from audit.english import plural
from audit.exhibits.roles import WHO_ANSWERS, about_roles, role_exhibits, role_findings, role_parts, role_sheets
from audit.model import academic_year
from audit.reports.letter import roles_document
from audit.ui.components import download, markdown_text, show_table
from audit.ui.session import loaded_criteria
from audit.workbook.cells import write_tables

every, year = loaded_criteria(), academic_year(dt.date.today())
st.title(WHO_ANSWERS)
st.write("What each role would be asked, to put beside a job description or the staff handbook.")
phases, titles = list(every.phases), {framework.ref: framework.title for framework in every.frameworks}
phase = st.selectbox(
    "Phase", phases, index=phases.index("primary") if "primary" in phases else 0, format_func=every.phases.__getitem__
)
refs = st.multiselect("Criteria", list(titles), list(titles), format_func=titles.__getitem__)
roles = st.multiselect("Roles", list(every.roles), format_func=every.roles.__getitem__, placeholder="All roles")
if not refs:
    st.warning("No criteria are chosen. Choose at least one.")
    st.stop()
criteria = every.of(refs)
about, exhibits = (
    about_roles(criteria, phase=phase, year=year),
    role_exhibits(criteria, phase=phase, year=year, roles=roles),
)
if not exhibits:
    st.info("These criteria ask nothing of the roles that are chosen.")
    st.stop()


def as_workbook() -> bytes:
    """A sheet for each role, after one that says what they are."""
    return write_tables(role_sheets(exhibits), about=[*about, *role_findings(exhibits)], footer=WHO_ANSWERS)


def as_word() -> bytes:
    """A heading for each role, and a table for each set of criteria."""
    return roles_document(exhibits, title=WHO_ANSWERS, about=about)


left, right = st.columns(2)
with left:
    download("Download as Word", as_word, "who-answers-for-what.docx", wide=True)
with right:
    download("Download as workbook", as_workbook, "who-answers-for-what.xlsx", wide=True)
first, *others = about
st.caption(markdown_text(first))
with st.expander("What these tables hold, and what the marks mean", icon=":material/label:"):
    for paragraph in others:
        st.markdown(markdown_text(paragraph))
for exhibit in exhibits:
    st.subheader(exhibit.title)
    st.markdown(f"**{markdown_text(exhibit.finding)}.** {markdown_text(exhibit.means)}")
    with st.expander(f"The {plural(len(exhibit.table), 'statement')} for {exhibit.title}", expanded=len(exhibits) == 1):
        for title, table in role_parts(exhibit):
            st.markdown(f"**{title}**")
            show_table(table, f"{exhibit.title}: {title}")
