"""Where the governors' pack is taken, with what is known of the meeting that it is for."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from audit import theme
from audit.authority.replying.benchmark import Benchmark
from audit.outcome import Outcome
from audit.reports.pack import Meeting, PackInputs, pack
from audit.ui.components import date_field, download


def offer_pack(result: Outcome, before: Outcome | None, *, benchmark: Benchmark | None = None) -> None:
    """The day and the presenter of the meeting, both optional, and the pack as a PDF.

    Args:
        result: the outcome of the audit; of a signed one, with the criteria that it was signed with.
        before: last year's outcome, as `audit.history.before` gives it.
        benchmark: the authority's, if one is loaded.
    """
    audit = result.audit
    is_draft = audit.signed is None and audit.basis == "self-audit"
    key = f"pack-{audit.school.urn}-{audit.year}"
    left, right = st.columns(2)
    with left:
        on = date_field("Day of the meeting", key=f"{key}-on")
    presenter = right.text_input(
        "Who presents it (role)", max_chars=100, help=theme.NO_PUPIL_DATA, key=f"{key}-presenter"
    )
    inputs = PackInputs(
        result=result,
        before=before,
        today=dt.date.today(),
        meeting=Meeting(on=on, presenter=presenter.strip()),
        benchmark=benchmark,
    )
    download(
        "Draft of the pack (PDF)" if is_draft else "Pack for the meeting (PDF)",
        lambda: pack(inputs),
        f"governors-pack-{audit.school.urn}-{audit.year.replace('/', '-')}.pdf",
        key=key,
    )
    about = "It carries what was signed, so that it can be verified." if audit.signed else ""
    draft = "It is a draft until the audit has been signed." if is_draft else ""
    st.caption(f"Two to four pages, ready to print. {about}{draft}")
