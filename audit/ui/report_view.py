"""The gap report of one audit on a page: for its school, and for the authority that it was sent to."""

from __future__ import annotations

import streamlit as st

from audit import readable, theme
from audit.authority.replying.benchmark import Benchmark
from audit.exhibits.school import school_exhibits
from audit.exports import table_csv
from audit.governing import whose_word
from audit.model import Audit, Criteria
from audit.outcome import Outcome, outcome
from audit.reports import gap_report
from audit.tables import COUNTED
from audit.ui.benchmarking import middle_half_of
from audit.ui.components import download, literal, show_exhibit, show_table
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
    phase = audit.school.phase
    half = middle_half_of(benchmark, phase, result.criteria.phases[phase], "question")
    for exhibit in school_exhibits(result, half):
        if exhibit.means:
            st.write(literal(exhibit.means))
        show_exhibit(exhibit)
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
