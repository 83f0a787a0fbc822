"""Check and sign: what a reviewer would ask, the outcome, sign-off by role, opening again, and checks of signed files.

Each remark of the review links to its question. Names are not kept: the headteacher signs first, and the chair of
governors after the meeting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.english import plural
from audit.exhibits import school
from audit.problems import Problem
from audit.school.governors_view import whose_word
from audit.school.moves import compare_each
from audit.school.outcome import outcomes, signed_by
from audit.school.review import TITLES, Finding, review
from audit.school.signing import is_intact, next_role, not_answered, signature_of, still_open
from audit.store.schema import ChangedMeanwhile, Gone, NotSaved
from audit.text import fault_of, says_nothing, tidy
from audit.ui.components import ANSWER_PAGE, GONE, date_field, markdown_text, notes_on, page_heading, refusal
from audit.ui.history_view import offer_pack, offer_verifying, other_outcomes, show_signed
from audit.ui.report_view import benchmark_of
from audit.ui.session import criteria_of_audit, loaded_criteria, opened_audit, session, store

if TYPE_CHECKING:
    from audit.model import Audit, Criteria, SigningRole

# The key, by audit, for the result of the last click: whether it succeeded, and the message.
_LAST = "signing.last"


def show_signing(audit_id: str, audit: Audit, criteria: Criteria) -> None:
    """Shows the result of the last click, and who signs next, with the form for it."""
    went_well, message = st.session_state.pop(f"{_LAST}.{audit_id}", (True, ""))
    if message:
        (st.success if went_well else st.error)(markdown_text(message))
    role = next_role(audit)
    if audit.basis == "desk review":
        st.info("A desk review reads a published text, and no school answers for it. So it is not signed off.")
    elif role is None:
        st.write("Headteacher and chair of governors have signed. Next: take the pack for the meeting, below.")
    elif audit.signed and not is_intact(audit):
        st.warning("This audit is not what was signed. Open it again, and sign it again.")
    elif role == "chair of governors":
        st.write(
            "The headteacher has signed. Next: take the pack to the governors' meeting. After the meeting, the chair of "
            "governors signs at the foot of this page."
        )
    else:
        _form(audit_id, audit, criteria, role)


def show_countersigning(audit_id: str, audit: Audit, criteria: Criteria) -> None:
    """Shows where the chair of governors signs after the meeting. It is folded, so that no second click signs by mistake."""
    if audit.signed is None or next_role(audit) != "chair of governors" or not is_intact(audit):
        return
    with st.expander("After the meeting: the chair of governors signs", icon=":material/how_to_reg:"):
        _form(audit_id, audit, criteria, "chair of governors")


def _form(audit_id: str, audit: Audit, criteria: Criteria, role: SigningRole) -> None:
    st.write(
        f"It is for the **{role}** to sign. " + ("" if audit.signed else "The chair of governors signs after that.")
    )
    left, of = (0, 0) if audit.signed else not_answered(audit, criteria)
    if left:
        st.warning(
            f"{still_open(left, of)} Every output will say so. Answer them first, or say below why the audit is signed "
            "all the same."
        )
    today = dt.date.today()
    with st.form(_key(audit_id, "form"), enter_to_submit=False):
        date_field("Date", today, key=_key(audit_id, role, "on"), latest=today)
        st.text_area(
            f"Statement of the {role}: why it is signed all the same (no pupil details)"
            if left
            else f"Statement of the {role}, if there is one (no pupil details)",
            help=theme.NO_PUPIL_DATA,
            key=_key(audit_id, role, "said"),
        )
        st.checkbox(f"I sign as {role}, and I have read the gap report.", key=_key(audit_id, role, "read"))
        st.form_submit_button(
            f"Sign as {role}", type="primary", on_click=_sign, args=(audit_id, audit, criteria, role), width="stretch"
        )
    st.caption("Signing makes the audit read-only. Names are not kept: the role signs.")


def _key(audit_id: str, *names: str) -> str:
    """The key of a widget. Each role has its own keys, so that no role finds the tick of the other."""
    return ".".join(("sign", audit_id, *names))


def _sign(audit_id: str, seen: Audit, criteria: Criteria, role: SigningRole) -> None:
    st.session_state[f"{_LAST}.{audit_id}"] = _signed(audit_id, seen, criteria, role)


def _signed(audit_id: str, seen: Audit, criteria: Criteria, role: SigningRole) -> tuple[bool, str]:
    """Signs ``seen``, the audit as this person saw it. Returns whether that succeeded, and the message."""
    on, statement, read = (st.session_state[_key(audit_id, role, name)] for name in ("on", "said", "read"))
    if not read:
        return False, "Not signed yet. Tick that you have read the gap report."
    if on is None:
        return False, "Not signed yet. Choose the date."
    signature = signature_of(seen, role, on=on, statement=tidy(statement), today=dt.date.today(), criteria=criteria)
    if isinstance(signature, Problem):
        return False, f"Not signed. {signature.what} {signature.fix}"
    try:
        signed = store().sign_offs.sign(audit_id, signature, seen=seen, criteria=criteria, role=session().role).signed
    except ChangedMeanwhile:
        return False, "Not signed: the audit was changed meanwhile. Look at it once more, then sign."
    except (Gone, NotSaved) as error:
        return False, refusal(error, "Not signed")
    return True, f"Signed. {signed_by(signed) if signed else ''}"


def show_reopening(audit_id: str, audit: Audit) -> None:
    """Shows where a signed audit is opened again for changes; nothing for an open audit."""
    if audit.signed is None:
        return
    with st.expander("Open the audit again"):
        st.write(
            f"Version {audit.signed.version} stays as it was signed. The audit can then be changed, and signed again "
            f"as version {audit.signed.version + 1}."
        )
        with st.form(_key(audit_id, "again"), enter_to_submit=False, border=False):
            st.text_area(
                "Why it is opened again (no pupil details)", help=theme.NO_PUPIL_DATA, key=_key(audit_id, "why")
            )
            st.form_submit_button("Open it again", on_click=_reopen, args=(audit_id, audit.signed.version))


def _reopen(audit_id: str, version: int) -> None:
    st.session_state[f"{_LAST}.{audit_id}"] = _reopened(audit_id, version)


def _reopened(audit_id: str, version: int) -> tuple[bool, str]:
    """Opens the version that this person saw. Returns whether that succeeded, and the message."""
    why = tidy(st.session_state[_key(audit_id, "why")]).strip()
    if says_nothing(why):
        return False, "Not opened. Say why: the reason is kept with the signed version."
    if fault := fault_of(why):
        return False, f"Not opened. {fault}"
    audit = store().load(audit_id)
    if audit is None:
        return False, f"Not opened: {GONE}"
    if audit.signed is None or audit.signed.version != version:
        return False, "Not opened: somebody opened it meanwhile."
    try:
        store().sign_offs.reopen(audit_id, on=dt.date.today(), because=why, role=session().role)
    except (Gone, NotSaved) as error:
        return False, refusal(error, "Not opened")
    return True, f"Opened again. Version {version} stays as it was signed. Change what is wrong, then sign it again."


def show_review(audit_id: str, findings: Sequence[Finding]) -> None:
    """Shows the remarks by check, in expanders. Text that a school typed is escaped."""
    if not findings:
        st.success("Nothing that a reviewer would be likely to ask about.", icon=":material/check:")
        return
    st.write(
        f"A reviewer may ask about {plural(len(findings), 'point')}. Nothing here stops you from signing; "
        "it is worth one more look."
    )
    for check, of_check in groupby(findings, key=lambda finding: finding.check):
        remarks = list(of_check)
        with st.expander(f"{TITLES[check]}: {len(remarks)}"):
            for finding in remarks:
                _show_finding(audit_id, finding)


def _show_finding(audit_id: str, finding: Finding) -> None:
    criterion = finding.criterion
    with st.container(border=True):
        st.page_link(
            ANSWER_PAGE,
            label=f"Go to {criterion.statement.reference}, {criterion.question.topic}",
            query_params={"audit": audit_id, "question": criterion.page},
        )
        lines = (
            markdown_text(criterion.statement.statement),
            *notes_on(criterion),
            f"**{markdown_text(finding.reason)}**",
        )
        st.markdown("\n\n".join(lines))
        if finding.quote:
            st.text(f"“{finding.quote}”")


tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("Check and sign")

st.header("1. What a reviewer would ask")
others = [other for audit_id, other in store().of_school(audit.school.urn) if audit_id != tab.audit_id]
show_review(tab.audit_id, review(audit, criteria, others=others))

st.header("2. What is signed")
results = outcomes(audit, criteria)
for shown in results:
    if len(results) > 1:
        st.subheader(shown.framework.title)
    st.markdown(f"**{markdown_text(shown.headline)}**")
    st.write(f"{school.coverage_sentence(shown)} {shown.range_note}")
st.caption(markdown_text(whose_word(audit)))
st.page_link(
    "audit/ui/pages/report.py",
    label="Read the gap report",
    icon=":material/bar_chart:",
    query_params={"audit": tab.audit_id},
)

st.header("3. Sign")
show_signing(tab.audit_id, audit, criteria)
show_reopening(tab.audit_id, audit)

if audit.basis == "self-audit":
    st.header("Signed versions")
    show_signed(tab.audit_id, audit)
if audit.signed:
    st.subheader("For the governors' meeting")
    earlier = other_outcomes(tab.audit_id, audit.school.urn)
    offer_pack(compare_each(results, earlier, loaded_criteria()), benchmark=benchmark_of(tab.audit_id))
    show_countersigning(tab.audit_id, audit, criteria)

st.header("Verify a file")
offer_verifying()
