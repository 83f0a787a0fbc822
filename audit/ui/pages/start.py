"""Start or add an audit: a new one, one with last year's answers, or one from a workbook."""

import datetime as dt
from typing import get_args

import streamlit as st

from audit.model import Audit, Scope, academic_year
from audit.problems import errors
from audit.school.outcome import answered_in_words
from audit.school.questionnaire import begin
from audit.ui.audit_list import show_audits, show_examples
from audit.ui.components import ask_authority, choose_workbook, markdown_text, show_problems
from audit.ui.school_form import add, choose_frameworks, from_last_year, offer_resume, urn_is_meant
from audit.ui.session import loaded_criteria
from audit.workbook.layout import SCOPE_WORDS
from audit.workbook.read import read

st.title("Start or add an audit")
criteria = loaded_criteria()
today = dt.date.today()
years = [academic_year(today.replace(day=1) + dt.timedelta(days=366 * n)) for n in (-1, 0, 1)]
LAST_YEAR = "From last year"
new, last_year, from_workbook, resume, examples = st.tabs(
    ["A new audit", LAST_YEAR, "From a workbook", "Resume", "Examples"],
    default=LAST_YEAR if "from" in st.query_params else None,
)

with new:
    # Outside the form, so that the counts follow them at once; what is typed in the form stays in the browser meanwhile.
    left, right = st.columns(2)
    phase = left.selectbox("Phase", list(criteria.phases), index=None, format_func=criteria.phases.__getitem__)
    year = right.selectbox("Academic year (1 September to 31 August)", years, index=1)
    scope: Scope = st.radio(
        "Which statements?",
        get_args(Scope),
        format_func=SCOPE_WORDS.__getitem__,
        captions=[
            "Only these count. The optional ones can be opened on each page.",
            "The optional ones are asked too. They never count against you.",
        ],
    )
    frameworks, as_printed = choose_frameworks(
        phase=phase, year=year, scope=scope, ticked=criteria.usual, key="new-audit"
    )
with new, st.form("school"):
    name = st.text_input("School name", max_chars=200)
    urn = st.text_input(
        "URN (unique reference number)", help="Six digits; find it on Get Information About Schools.", max_chars=40
    )
    authority = ask_authority("Local authority", "Choose, or leave empty")
    if st.form_submit_button("Start", type="primary"):
        begun = begin(
            name,
            urn,
            phase=phase,
            local_authority=authority or "",
            year=year,
            frameworks=frameworks,
            scope=scope,
            as_printed=as_printed,
        )
        if isinstance(begun, Audit):
            if urn_is_meant(begun.school.urn):
                add(begun)
        else:
            for problem in begun:
                st.error(markdown_text(str(problem)))

with last_year:
    from_last_year()
with from_workbook:
    st.write("A workbook of this tool: filled in offline, or written on another computer.")
    upload = choose_workbook(key="whole-workbook")
    if upload is not None:
        reading = read(upload.getvalue(), upload.name, criteria)
        show_problems(reading.problems, "What we found in the file")
        if reading.audit is None:
            st.error("The workbook cannot be used until the faults above are mended. Nothing was changed.")
        else:
            returned = reading.audit
            st.write(
                f"{markdown_text(returned.school.name)}, URN {returned.school.urn}, {returned.year}: {answered_in_words(returned)}."
            )
            label = (
                "Add this audit" if not errors(reading.problems) else "I have seen the faults; add what could be read"
            )
            if st.button(label, type="primary"):
                add(returned, criteria=reading.criteria)

with resume:
    show_audits()
with examples:
    show_examples()
offer_resume()
