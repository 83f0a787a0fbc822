"""Where a workbook or pack is held against what was signed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.findings import signed_by
from audit.signing import not_answered, not_answered_in_words
from audit.ui.components import MOST_MEGABYTES, literal, show_long_table, show_problems
from audit.ui.session import criteria, store
from audit.verdict import Verdict, beside, in_words
from audit.verifying import verify


def offer_verifying() -> None:
    """A file to choose, and what is known of it."""
    st.write(
        "Choose a signed workbook or a governors' pack, from this computer or another. You are told whether it is what "
        "was signed and, if not, what differs. Nothing of it is stored."
    )
    file = st.file_uploader(
        "Workbook (.xlsx) or pack (.pdf)", type=["xlsx", "pdf"], key="verify.file", max_upload_size=MOST_MEGABYTES
    )
    if file is not None:
        with st.spinner("Comparing every cell with what was signed"):
            verdict = verify(file.getvalue(), file.name, criteria())
        _show_verdict(verdict)


def _show_verdict(verdict: Verdict) -> None:
    shown = {"as signed": st.success, "differs": st.error}.get(verdict.standing, st.warning)
    shown(literal(in_words(verdict)))
    if verdict.audit is not None:
        school = verdict.audit.school
        st.text(f"{school.name} (URN {school.urn}), {verdict.audit.year}")
    if verdict.sign_off is not None and verdict.standing != "not signed":
        st.text(signed_by(verdict.sign_off))
        if verdict.audit is not None and (left := not_answered(verdict.audit, criteria()))[0]:
            st.text(not_answered_in_words(*left))
        st.text(f"SHA-256 of what was signed: {verdict.sign_off.content}")
    for note in (*verdict.notes, _in_the_store(verdict)):
        if note:
            st.text(note)
    if verdict.differences:
        rows = [(one.where, one.signed or "(nothing)", one.found or "(nothing)") for one in verdict.differences]
        table = pd.DataFrame(rows, columns=["Where", "As it was signed", "In this file"])
        show_long_table(table, "What differs from what was signed", key="verify.differences")
    show_problems(verdict.problems, "What stands in the way")


def _in_the_store(verdict: Verdict) -> str:
    """How the file's sign-off stands to the same audit on this computer; empty if it is not here."""
    if verdict.audit is None or verdict.sign_off is None:
        return ""
    audits = store().of_school(verdict.audit.school.urn)
    kept = next((audit for _, audit in audits if audit.year == verdict.audit.year), None)
    return "" if kept is None else beside(verdict.sign_off, kept)
