"""Gap report: the outcome, charts and gaps of the open audit."""

import streamlit as st

from audit.ui.components import page_heading
from audit.ui.planning import plan_button
from audit.ui.report_view import choose_benchmark, show_report
from audit.ui.session import criteria_of_audit, opened_audit

tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("Gap report")
benchmark = choose_benchmark(tab.audit_id, criteria.of(audit.frameworks))
show_report(audit, criteria, benchmark=benchmark, under_gap=plan_button)
