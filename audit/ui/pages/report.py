"""The gap report of one audit."""

import pandas as pd
import streamlit as st

from audit import charts, readable, theme
from audit.exports import table_csv
from audit.outcome import Outcome, outcome
from audit.reports import gap_report
from audit.tables import COUNTED, GAP_KINDS
from audit.ui.components import heading, literal, show_chart, show_table, show_today
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


@st.fragment
def gap_list(result: Outcome) -> None:
    """The gaps in the order in which to close them, with filters."""
    st.subheader(f"The gaps, most urgent first: {len(result.gaps)}")
    areas = dict(zip(result.areas["area"], result.areas["title"], strict=True))
    roles = dict(result.criteria.roles)
    first, second, third = st.columns(3)
    area = first.multiselect("Area", list(areas), format_func=lambda value: str(areas[value]))
    kind = second.multiselect("Kind of gap", GAP_KINDS, format_func=theme.words)
    role = third.multiselect("Who is likely to know", list(roles), format_func=lambda value: str(roles[value]))
    shown = readable.filtered(result.gaps, area=area, kind=kind, asked_of=role)
    if len(shown) < len(result.gaps):
        st.caption(f"{len(shown)} of {len(result.gaps)} shown.")
    for _, gap in shown.iterrows():
        show_gap(gap, result)


def show_gap(gap: pd.Series, result: Outcome) -> None:
    """One gap: statement, reference, answers, kind, what closes it, evidence to look for."""
    state = theme.STATES[gap["kind"]]
    with st.expander(f"{gap['priority']}. {literal(gap['statement_text'])} — {state.symbol} {state.word}"):
        protects = " · protects a child directly" if gap["protects"] == "directly" else ""
        st.caption(f"{gap['reference']} · {result.criteria.roles[gap['asked_of']]}{protects}")
        written, practice = readable.answered(gap, result.criteria)
        st.markdown(f"**Answered.** Written: {written}. Done: {practice}.")
        st.markdown(f"**What closes it.** {gap['closes']} {gap['improve']}")
        st.markdown(f"**Evidence to look for.** {gap['evidence_to_look_for']}")
        if gap["evidence"] or gap["comment"]:
            st.markdown("**What the school noted.**")
            st.text("\n".join(filter(None, (gap["evidence"], gap["comment"]))))
        today = result.criteria[gap["statement"]].statement.today
        if today is not None:
            show_today(today)


gap_list(result)
if not result.set_aside.empty:
    st.subheader(f"Set aside as not applicable: {len(result.set_aside)}")
    show_table(readable.set_aside(result), "Set aside as not applicable, with the reason")
