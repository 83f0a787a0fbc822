"""The signed versions of one audit, each with its workbook and its report as they were signed."""

from __future__ import annotations

import streamlit as st

from audit.english import day
from audit.model import Audit, SignOff
from audit.outcome import outcome
from audit.reports import gap_report
from audit.signing import NotIntact, Signed
from audit.ui.components import download, literal
from audit.ui.session import store
from audit.workbook import write


def show_signed(audit_id: str, audit: Audit) -> None:
    """Every version that was signed, the latest first."""
    st.write(
        "A signed version stays as it was signed, with the criteria of that day, whatever becomes of either afterwards."
    )
    if not audit.sign_offs:
        st.info("This audit has not been signed yet.")
    for sign_off in reversed(audit.sign_offs):
        with st.container(border=True):
            _show_version(audit_id, sign_off)


def _show_version(audit_id: str, sign_off: SignOff) -> None:
    st.markdown(f"**Version {sign_off.version}**{'' if sign_off.reopened_on else ', in force'}")
    for signature in sign_off.signatures:
        said = f": {signature.statement}" if signature.statement else ""
        st.text(f"Signed by the {signature.role} on {day(signature.on)}{said}")
    if sign_off.reopened_on:
        because = f": {sign_off.reopened_because}" if sign_off.reopened_because else ""
        st.text(f"Opened again on {day(sign_off.reopened_on)}{because}")
    st.caption(f"SHA-256 of its content: {sign_off.content}")
    try:
        signed = store().sign_offs.version(audit_id, sign_off.version)
    except NotIntact as error:
        st.warning(f"What is kept of this version is not what was signed. {literal(str(error))}")
        return
    if signed is None:
        st.caption("Its content is not kept on this computer. The workbook that was signed holds it.")
    else:
        _offer(signed, sign_off.version)


def _offer(signed: Signed, version: int) -> None:
    """The downloads of one version, made when they are asked for."""
    school, year = signed.audit.school, signed.audit.year.replace("/", "-")
    left, right = st.columns(2)
    with left:
        download(
            f"Workbook of version {version}",
            lambda: write(signed.audit, signed.criteria),
            f"audit-{school.urn}-{year}-version-{version}.xlsx",
            wide=True,
        )
    with right:
        download(
            f"Report of version {version}",
            lambda: gap_report(outcome(signed.audit, signed.criteria)).encode(),
            f"gap-report-{school.urn}-{year}-version-{version}.html",
            wide=True,
        )
