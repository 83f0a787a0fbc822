"""The benchmark file that a local authority gave out, kept beside a school's audit."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from audit.authority.replying.benchmark import Benchmark, middle_half, middle_half_in_words, read_benchmark
from audit.exhibits.exhibit import MiddleHalf
from audit.model import Phase
from audit.store import Gone, NotSaved
from audit.ui.components import MOST_MEGABYTES, literal, show_problems
from audit.ui.saving import GONE
from audit.ui.session import criteria, store


def choose_benchmark(audit_id: str) -> Benchmark | None:
    """The benchmark in use, with a place to load one or to take it away; None if there is none."""
    kept = store().benchmark(audit_id)
    found = benchmark_of(audit_id)
    with st.expander("Beside other schools: the benchmark file of your local authority", icon=":material/group_work:"):
        if found is not None and kept:
            st.write(f"In use: {literal(kept[0])}")
            show_problems(found.notes, "What we found in the file")
            if st.button("Take it away"):
                _keep(audit_id)
        _load(audit_id)
    return found


def benchmark_of(audit_id: str) -> Benchmark | None:
    """The benchmark that is kept beside an audit; None if there is none that can be used."""
    kept = store().benchmark(audit_id)
    found = read_benchmark(kept[1], kept[0], criteria()) if kept else None
    return found if isinstance(found, Benchmark) else None


def middle_half_of(
    benchmark: Benchmark | None, phase: Phase, title: str, measure: Literal["area", "question"]
) -> MiddleHalf | None:
    """The middle half of other schools, as a benchmark gives it for a phase; None without a benchmark.

    Args:
        benchmark: what an authority released; None if there is none.
        phase: the school's own.
        title: the title of that phase.
        measure: what the schools are compared by.
    """
    if benchmark is None:
        return None
    rows = middle_half(benchmark, phase, measure)
    words = middle_half_in_words(benchmark, rows, title)
    return MiddleHalf(rows=rows, label=f"Middle half of schools, {benchmark.year}", words=words)


def _load(audit_id: str) -> None:
    """Where a file is chosen; it is kept only if it can be used."""
    with st.form("benchmark", clear_on_submit=True, border=False):
        upload = st.file_uploader("Benchmark file (.json)", type=["json"], max_upload_size=MOST_MEGABYTES)
        if not st.form_submit_button("Use this file") or upload is None:
            return
    read = read_benchmark(upload.getvalue(), upload.name, criteria())
    if isinstance(read, Benchmark):
        _keep(audit_id, upload.name, upload.getvalue())
        return
    show_problems(read, "The file cannot be used; nothing was changed")


def _keep(audit_id: str, file: str = "", data: bytes = b"") -> None:
    """Keeps a file in place of the one that is there, or without one none, and draws the page afresh."""
    try:
        store().set_benchmark(audit_id, file=file, data=data)
    except Gone:
        st.error(f"Nothing was changed: {GONE}")
    except NotSaved:
        st.error("Nothing was changed: the database did not answer. Press the button again.")
    else:
        st.rerun()
