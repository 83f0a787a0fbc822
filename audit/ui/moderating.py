"""Recording what the adviser found, one question at a time, beside what the school said."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit import readable, theme
from audit.authority.returns import unpack
from audit.authority.showing.across import questions_compared
from audit.authority_store import Collection, Reading
from audit.model import PRACTICE, WRITTEN, Audit, Criterion, practice_labels
from audit.text import fault_of
from audit.ui.collecting import Desk
from audit.ui.components import literal
from audit.ui.session import authority_store

_NOT_LOOKED_AT = "Not looked at"


def keep(collection: Collection, readings: pd.DataFrame) -> None:
    """Keeps READINGS in place of earlier ones of the same statements."""
    rows = readings.astype(object).where(readings.notna(), None).to_dict("records")
    authority_store().put_readings(collection.id, [Reading(**{str(k): v for k, v in row.items()}) for row in rows])


def record_readings(at: Desk, urn: str) -> None:
    """One question of one school: its statements with the school's answers, and the adviser's beside them."""
    returns = at.intake.returns.of_year(at.comparison.year)
    audit = unpack(returns.items[list(returns.table["urn"]).index(urn)], returns.criteria)
    questions = questions_compared(at.comparison)
    page = st.selectbox(
        "Question",
        list(questions),
        format_func=lambda one: f"{questions[one].question.id} {questions[one].question.topic}",
    )
    kept = {
        one.statement: one
        for one in authority_store().readings(at.collection.id)
        if (one.urn, one.year) == (urn, audit.year)
    }
    with st.form(f"readings-{urn}-{audit.year}-{page}"):
        made = [
            _ask(audit, criterion, kept.get(criterion.id))
            for criterion in at.comparison.criteria
            if criterion.page == page and criterion.statement.recommended
        ]
        if st.form_submit_button("Keep these readings", type="primary"):
            faults = [fault for one in made if (fault := fault_of(one.note))]
            for fault in faults:
                st.error(literal(fault))
            if not faults:
                authority_store().put_readings(at.collection.id, made)
                st.success("Kept.")


def _ask(audit: Audit, criterion: Criterion, kept: Reading | None) -> Reading:
    """One statement: what the school said, and what the adviser found."""
    st.markdown(f"**{criterion.statement.reference}.** {criterion.statement.statement}")
    response = audit.response(criterion.id)
    st.caption(
        f"The school: {literal(' · '.join(readable.response_lines(response, criterion.framework.practice_levels)))}"
    )
    if response.evidence:
        st.text(f"Its evidence: {response.evidence}")
    labels = {str(value): label for value, label in practice_labels(criterion.framework.practice_levels).items()}
    left, right = st.columns(2)
    key = f"reading.{audit.school.urn}.{audit.year}.{criterion.id}"
    written = left.selectbox(
        "I found it written",
        [None, *WRITTEN],
        index=0 if kept is None or kept.written is None else 1 + WRITTEN.index(kept.written),
        format_func=lambda value: theme.WRITTEN_WORDS.get(str(value), _NOT_LOOKED_AT),
        key=f"{key}.written",
    )
    levels = [str(value) for value in PRACTICE]
    practice = right.selectbox(
        "I found it done",
        [None, *levels],
        index=0 if kept is None or kept.practice is None else 1 + levels.index(kept.practice),
        format_func=lambda value: labels.get(str(value), _NOT_LOOKED_AT),
        key=f"{key}.practice",
    )
    note = st.text_input(
        "What I saw (no names, no pupil details)",
        value="" if kept is None else kept.note,
        key=f"{key}.note",
        help=theme.NO_PUPIL_DATA,
        max_chars=2000,
    )
    return Reading(
        urn=audit.school.urn, year=audit.year, statement=criterion.id, written=written, practice=practice, note=note
    )
