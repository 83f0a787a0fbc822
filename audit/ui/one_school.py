"""What the authority sees of one school beside its gap report."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import readable, readable_intake
from audit.authority.showing.findings import whole_percent
from audit.ui.components import literal, show_long_table
from audit.ui.session import session


def choose_school(schools: pd.DataFrame, label: str) -> str:
    """The URN of one school; the address says which, and the pages about one school stay with it.

    Args:
        schools: a table with the columns ``urn`` and ``school``; not empty.
        label: what is asked for.
    """
    names = dict(zip(schools["urn"], schools["school"], strict=True))
    mine = session()
    at_hand = (st.session_state.get("school"), st.query_params.get("school"), mine.school, *names)
    st.session_state["school"] = next(one for one in at_hand if one in names)
    urn: str = st.selectbox(label, list(names), format_func=lambda one: f"{names[one]} ({one})", key="school")
    st.query_params["school"] = mine.school = urn
    return urn


def show_place(comparison: Comparison, urn: str) -> None:
    """Its K coverage, its place among the schools of its phase, and what moved since last time."""
    row = comparison.schools[comparison.schools["urn"] == urn].iloc[0]
    phase = readable.group_title(str(row["phase"]), comparison.criteria)
    st.caption(f"URN {urn} · {phase} · {comparison.year} · {row['basis']}")
    if pd.isna(row["rank"]):
        st.write("No place among its peers is shown: it is a desk review, or nothing applies.")
    else:
        st.write(
            f"K coverage {whole_percent(row['coverage_percent'])}: place {row['rank']} of {row['peers']} schools of its "
            f"phase, in the {readable.QUARTERS[int(row['quartile'])]} quarter."
        )
    if not pd.isna(row["change"]):
        st.write(f"{row['change']:+.1f} percentage points since {comparison.before}; it {row['moved']}.")


def show_doubts(doubts: pd.DataFrame, urn: str) -> None:
    """What the checks found that need no visit."""
    own = doubts[doubts["urn"] == urn]
    with st.expander(
        f"Can it be believed? {len(own)} of the checks found something"
        if len(own)
        else "Can it be believed? The checks found nothing"
    ):
        for _, doubt in own.iterrows():
            st.markdown(f"**{doubt['title']}.** {literal(doubt['finding'])}")


def show_problems_of(problems: pd.DataFrame, file: str) -> None:
    """What is to be mended in the file it sent."""
    own = problems[problems["file"] == file]
    if not own.empty:
        with st.expander(f"What is to be mended in its file: {len(own)}"):
            show_long_table(
                readable.shown(readable_intake.problems(own)), "What is to be mended in its file", key="own"
            )
