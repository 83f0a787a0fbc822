"""What changed: the school over its years, any two audits of it, the log of this one, and what was signed."""

import streamlit as st

from audit.governing import whose_word
from audit.outcome import outcome
from audit.ui.components import heading, literal
from audit.ui.history_changes import show_changes
from audit.ui.history_log import show_log
from audit.ui.history_signed import show_signed
from audit.ui.history_years import audits_at_hand, name_of, show_years
from audit.ui.session import criteria_of, opened

mine, audit = opened()
own = criteria_of(audit)
heading(audit, own)
st.title("What changed")
outcomes = audits_at_hand(mine.audit_id, outcome(audit, own))
years, two, log, signed = st.tabs(["Over the years", "Between two audits", "Log of this audit", "Signed versions"])
with years:
    show_years(outcomes)
    st.caption(literal(whose_word(audit)))
with two:
    show_changes(outcomes, name_of(audit))
    st.caption(literal(whose_word(audit)))
with log:
    show_log(mine.audit_id, audit, own)
with signed:
    show_signed(mine.audit_id, audit)
