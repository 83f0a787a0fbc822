"""The gap report of one audit."""

import streamlit as st

from audit.ui.benchmarking import choose_benchmark
from audit.ui.components import heading
from audit.ui.report_view import show_report
from audit.ui.session import criteria, opened

mine, audit = opened()
heading(audit, criteria())
st.title("Gap report")
show_report(audit, choose_benchmark(mine.audit_id))
