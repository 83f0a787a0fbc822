"""The gaps of one audit in the order in which to close them, with filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pandas as pd
import streamlit as st

from audit import readable, theme
from audit.outcome import Outcome
from audit.tables import GAP_KINDS
from audit.ui.components import literal, today_line
from audit.ui.fragments import fragment

UnderGap: TypeAlias = Callable[[Outcome, pd.Series], None]
"""Draws what stands under a gap, from the outcome of the audit and the gap's row of GAPS."""


@fragment()
def gap_list(result: Outcome, under_gap: UnderGap | None = None) -> None:
    """The gaps in the order in which to close them, with filters.

    Args:
        result: the outcome of the audit.
        under_gap: draws what stands under each gap; None for nothing.
    """
    st.subheader(f"The gaps, most urgent first: {len(result.gaps)}")
    areas = dict(zip(result.areas["area"], result.areas["title"], strict=True))
    roles = dict(result.criteria.roles)
    first, second, third = st.columns(3)
    area = first.multiselect("Area", list(areas), format_func=lambda value: str(areas[value]))
    kind = second.multiselect("Kind of gap", GAP_KINDS, format_func=theme.words)
    role = third.multiselect("Who is likely to know", list(roles), format_func=lambda value: str(roles[value]))
    shown = readable.filtered(result.gaps, area=area, kind=kind, asked_of=role)
    if len(shown) < len(result.gaps):
        st.caption(f"{len(shown)} of {len(result.gaps)} shown.")
    for _, gap in shown.iterrows():
        _show_gap(gap, result, under_gap)


def _show_gap(gap: pd.Series, result: Outcome, under_gap: UnderGap | None) -> None:
    """One gap: statement, reference, answers, kind, what closes it, evidence to look for."""
    state = theme.STATES[gap["kind"]]
    with st.expander(f"{gap['priority']}. {literal(gap['statement_text'])} — {state.symbol} {state.word}"):
        protects = " · protects a child directly" if gap["protects"] == "directly" else ""
        st.caption(f"{gap['reference']} · {result.criteria.roles[gap['asked_of']]}{protects}")
        written, practice = readable.answered(gap, result.criteria)
        st.markdown(f"**Answered.** Written: {written}. Done: {practice}.")
        st.markdown(f"**What closes it.** {gap['closes']} {gap['improve']}")
        st.markdown(f"**Evidence to look for.** {gap['evidence_to_look_for']}")
        if gap["evidence"] or gap["comment"]:
            st.markdown("**What the school noted.**")
            st.text("\n".join(filter(None, (gap["evidence"], gap["comment"]))))
        today = result.criteria[gap["statement"]].statement.today
        if today is not None:
            st.markdown(today_line(today))
        if under_gap is not None:
            under_gap(result, gap)
