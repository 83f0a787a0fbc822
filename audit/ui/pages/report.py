"""The gap report of one audit."""

import streamlit as st

from audit.ui.benchmarking import choose_benchmark
from audit.ui.components import heading
from audit.ui.planning import plan_button
from audit.ui.report_view import show_report
from audit.ui.session import criteria_of, opened

mine, audit = opened()
own = criteria_of(audit)
heading(audit, own)
st.title("Gap report")
show_report(audit, own, benchmark=choose_benchmark(mine.audit_id), under_gap=plan_button)
