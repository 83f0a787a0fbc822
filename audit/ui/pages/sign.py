"""Check and sign: what a reviewer would ask, the outcome in one glance, sign-off by role, and whether a file was signed."""

import streamlit as st

from audit import readable
from audit.governing import whose_word
from audit.history import before
from audit.outcome import outcome
from audit.review import review
from audit.ui.benchmarking import benchmark_of
from audit.ui.components import heading, literal
from audit.ui.history_signed import show_signed
from audit.ui.history_years import audits_at_hand
from audit.ui.pack_download import offer_pack
from audit.ui.review_list import show_review
from audit.ui.session import criteria_of, opened, store
from audit.ui.signing_form import show_countersigning, show_reopening, show_signing
from audit.ui.verify_file import offer_verifying

mine, audit = opened()
own = criteria_of(audit)
heading(audit, own)
st.title("Check and sign")

st.header("1. What a reviewer would ask")
others = [other for audit_id, other in store().of_school(audit.school.urn) if audit_id != mine.audit_id]
show_review(mine.audit_id, review(audit, own, others=others))

st.header("2. What is signed")
result = outcome(audit, own)
st.markdown(f"**{literal(result.headline)}**")
st.write(f"{readable.coverage_sentence(result)} {result.range_note}")
st.caption(literal(whose_word(audit)))
st.page_link(
    "audit/ui/pages/report.py",
    label="Read the gap report",
    icon=":material/bar_chart:",
    query_params={"audit": mine.audit_id},
)

st.header("3. Sign")
show_signing(mine.audit_id, audit, own)
show_reopening(mine.audit_id, audit)

if audit.basis == "self-audit":
    st.header("Signed versions")
    show_signed(mine.audit_id, audit)
if audit.signed:
    st.subheader("For the governors' meeting")
    earlier = before(result, audits_at_hand(mine.audit_id, result).values())
    offer_pack(result, earlier, benchmark=benchmark_of(mine.audit_id))
    show_countersigning(mine.audit_id, audit, own)

st.header("Verify a file")
offer_verifying()
