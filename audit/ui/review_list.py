"""What a reviewer would ask before an audit is signed, each remark with a link to its question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from audit.english import plural
from audit.review import TITLES, Finding
from audit.ui.components import ANSWER_PAGE, literal


def show_review(audit_id: str, found: Sequence[Finding]) -> None:
    """The remarks by check, folded where there are many; nothing of what a school typed is run."""
    if not found:
        st.success("Nothing that a reviewer would be likely to ask about.", icon=":material/check:")
        return
    st.write(
        f"A reviewer may ask about {plural(len(found), 'point')}. Nothing here stops you from signing; "
        "it is worth one more look."
    )
    for check, those in groupby(found, key=lambda one: one.check):
        remarks = list(those)
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
        st.markdown(f"{literal(criterion.statement.statement)}\n\n**{literal(finding.reason)}**")
        if finding.quote:
            st.text(f"“{finding.quote}”")
