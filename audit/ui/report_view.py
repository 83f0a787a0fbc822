"""The gap report of one audit on a page: for its school, and for the authority that it was sent to."""

from __future__ import annotations

import streamlit as st

from audit import charts, readable, theme
from audit.authority.replying.benchmark import Benchmark, middle_half, middle_half_in_words
from audit.exports import table_csv
from audit.governing import whose_word
from audit.model import Audit, Criteria
from audit.outcome import Outcome, outcome
from audit.reports import gap_report
from audit.tables import COUNTED
from audit.ui.components import download, literal, show_chart, show_table
from audit.ui.gap_list import UnderGap, gap_list
from audit.workbook import write


def show_report(
    audit: Audit, own: Criteria, *, benchmark: Benchmark | None = None, under_gap: UnderGap | None = None
) -> None:
    """Everything that one audit says: the outcome, downloads, charts with their tables, the gaps.

    Args:
        audit: the audit.
        own: the criteria that it answers.
        benchmark: what its authority says of other schools, if it has been loaded.
        under_gap: draws what stands under each gap; None for nothing.
    """
    result = outcome(audit, own)
    _show_outcome(result)
    _offer_downloads(result)
    if not result.unwritten.empty and audit.basis == "desk review":
        st.subheader(f"What the text does not fully say: {len(result.unwritten)} recommended statements")
        show_table(readable.unwritten(result), "What the text does not fully say")
    _show_charts(result, benchmark)
    gap_list(result, under_gap)
    if not result.set_aside.empty:
        st.subheader(f"Set aside as not applicable: {len(result.set_aside)}")
        show_table(readable.set_aside(result), "Set aside as not applicable, with the reason")


def _show_outcome(result: Outcome) -> None:
    audit = result.audit
    st.markdown(f"### {literal(result.headline)}")
    st.write(f"{readable.coverage_sentence(result)} {result.range_note}")
    st.caption(literal(whose_word(audit)))
    for column, kind in zip(st.columns(len(COUNTED)), COUNTED, strict=True):
        with column:
            st.metric(theme.words(kind), int(result.overall[kind]), help=theme.STATES[kind].means)


def _offer_downloads(result: Outcome) -> None:
    audit, own = result.audit, result.criteria
    signed = audit.signed.content if audit.signed else ""
    name = f"{audit.school.urn}-{audit.year.replace('/', '-')}"
    downloads = (
        ("Workbook", lambda: write(audit, own), f"audit-{name}.xlsx"),
        ("Gaps as CSV", lambda: table_csv(result.gaps, signed=signed), f"gaps-{name}.csv"),
        ("Report to print", lambda: gap_report(result).encode(), f"gap-report-{name}.html"),
    )
    for column, (label, make, file) in zip(st.columns(len(downloads)), downloads, strict=True):
        with column:
            download(label, make, file, wide=True)


def _show_charts(result: Outcome, benchmark: Benchmark | None) -> None:
    half, label = None, ""
    if benchmark is not None:
        half = middle_half(benchmark, result.audit.school.phase)
        label = f"Middle half of schools, {benchmark.year}"
        title = result.criteria.phases[result.audit.school.phase]
        st.write(literal(middle_half_in_words(benchmark, half, title)))
    show_chart(
        charts.states_by_question(result.questions, half, label=label),
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
        charts.two_by_two(result.two_by_two, result.overall),
        readable.two_by_two(result),
        "Written against done",
        "matrix",
    )
    show_chart(
        charts.practice_profile(result.areas, result.criteria.practice_levels),
        readable.practice_profile(result.areas, result.criteria),
        "Practice levels, by area",
        "practice",
    )
