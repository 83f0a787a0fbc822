"""The gap report of one audit."""

import streamlit as st

from audit import charts, readable, theme
from audit.exports import table_csv
from audit.outcome import outcome
from audit.reports import gap_report
from audit.tables import COUNTED
from audit.ui.components import heading, literal, show_chart, show_table
from audit.ui.gap_list import gap_list
from audit.ui.session import criteria, opened
from audit.workbook import write

_, audit = opened()
own = criteria()
result = outcome(audit, own)
heading(audit, own)
st.title("Gap report")
st.markdown(f"### {literal(result.headline)}")
st.write(f"{readable.coverage_sentence(result)} {result.range_note}")
if audit.basis == "desk review":
    st.caption(f"A reading of a published text, and no judgement on the school: {literal(audit.policy_read)}.")
else:
    st.caption(theme.SELF_REPORTED)

for column, kind in zip(st.columns(len(COUNTED)), COUNTED, strict=True):
    with column:
        st.metric(theme.words(kind), int(result.overall[kind]), help=theme.STATES[kind].means)

name = f"{audit.school.urn}-{audit.year.replace('/', '-')}"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
downloads = (
    ("Workbook", lambda: write(audit, own), f"audit-{name}.xlsx", XLSX),
    ("Gaps as CSV", lambda: table_csv(result.gaps, for_excel=True), f"gaps-{name}.csv", "text/csv"),
    ("Report to print", lambda: gap_report(result).encode(), f"gap-report-{name}.html", "text/html"),
)
for column, (label, make, file, kind) in zip(st.columns(len(downloads)), downloads, strict=True):
    with column:
        st.download_button(label, make, file, kind, icon=":material/download:", on_click="ignore", width="stretch")

if not result.unwritten.empty and audit.basis == "desk review":
    st.subheader(f"What the text does not fully say: {len(result.unwritten)} recommended statements")
    show_table(readable.unwritten(result), "What the text does not fully say")

show_chart(
    charts.states_by_question(result.questions),
    readable.states(result.questions, "topic", "Question"),
    "States of the recommended statements by question",
    "states",
)
show_chart(
    charts.written_and_practice(result.areas),
    readable.written_and_practice(result.areas),
    "Written and done, by area",
    "written",
)
show_chart(
    charts.two_by_two(result.two_by_two, result.overall), readable.two_by_two(result), "Written against done", "matrix"
)
show_chart(
    charts.practice_profile(result.areas, own.practice_levels),
    readable.practice_profile(result.areas, own),
    "Practice levels, by area",
    "practice",
)


gap_list(result)
if not result.set_aside.empty:
    st.subheader(f"Set aside as not applicable: {len(result.set_aside)}")
    show_table(readable.set_aside(result), "Set aside as not applicable, with the reason")
