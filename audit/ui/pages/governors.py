"""What governors need to know before a meeting, in a minute: nothing on this page can be changed."""

import datetime as dt

import streamlit as st

from audit.governing import for_governors
from audit.history import before
from audit.outcome import outcome
from audit.ui import governors_view as parts
from audit.ui.benchmarking import choose_benchmark
from audit.ui.history_years import audits_at_hand
from audit.ui.pack_download import offer_pack
from audit.ui.session import criteria_of, opened

mine, audit = opened()
result = outcome(audit, criteria_of(audit))
earlier = before(result, audits_at_hand(mine.audit_id, result).values())
view = for_governors(result, earlier, today=dt.date.today())
parts.show_outcome(view)
areas = st.container()
parts.show_changes(view)
parts.show_asks(view)
parts.show_actions(view)
parts.show_without_evidence(view)
parts.show_sign_off(view)
with st.container(key="not-on-paper"):
    papers = st.container()
    benchmark = choose_benchmark(mine.audit_id)
with areas:
    parts.show_areas(view, result, benchmark)
with papers:
    st.header("For the meeting's papers")
    offer_pack(result, earlier, benchmark=benchmark)
