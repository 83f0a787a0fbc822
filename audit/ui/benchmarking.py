"""The benchmark file that a local authority gave out, kept beside a school's audit."""

from __future__ import annotations

import streamlit as st

from audit.authority.replying.benchmark import Benchmark, read_benchmark
from audit.ui.components import MOST_MEGABYTES, literal, show_problems
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
                store().set_benchmark(audit_id, file="", data=b"")
                st.rerun()
        _load(audit_id)
    return found


def benchmark_of(audit_id: str) -> Benchmark | None:
    """The benchmark that is kept beside an audit; None if there is none that can be used."""
    kept = store().benchmark(audit_id)
    found = read_benchmark(kept[1], kept[0], criteria()) if kept else None
    return found if isinstance(found, Benchmark) else None


def _load(audit_id: str) -> None:
    """Where a file is chosen; it is kept only if it can be used."""
    with st.form("benchmark", clear_on_submit=True, border=False):
        upload = st.file_uploader("Benchmark file (.json)", type=["json"], max_upload_size=MOST_MEGABYTES)
        if not st.form_submit_button("Use this file") or upload is None:
            return
    read = read_benchmark(upload.getvalue(), upload.name, criteria())
    if isinstance(read, Benchmark):
        store().set_benchmark(audit_id, file=upload.name, data=upload.getvalue())
        st.rerun()
    show_problems(read, "The file cannot be used; nothing was changed")
