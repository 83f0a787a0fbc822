"""School details: name, URN, phase and local authority of the open audit, and the criteria that it answers.

Details can be changed, and criteria added, until the audit is signed.
"""

import streamlit as st

from audit.ui.components import page_heading
from audit.ui.school_form import change_school, offer_criteria, show_school
from audit.ui.session import criteria_of_audit, opened_audit

tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("School details")
if audit.signed is None:
    st.write("Put right what is wrong. No answer is lost by it, and the log says what was changed.")
    change_school(tab.audit_id, audit, criteria)
    st.header("Criteria of this audit")
    offer_criteria(tab.audit_id, audit)
else:
    st.write(
        "The details were signed with the answers, so they can be read and not changed. To change them, open the audit "
        "again on the page Check and sign; what was signed stays as it is."
    )
    show_school(audit.school, criteria)
    st.page_link(
        "audit/ui/pages/sign.py",
        label="Go to Check and sign",
        icon=":material/verified:",
        query_params={"audit": tab.audit_id},
    )
