"""What the authority sees of one school beside its gap report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from audit import theme
from audit.authority.comparing.comparison import Comparison
from audit.authority.comparing.tally import topic_of
from audit.authority.showing import readable, readable_intake
from audit.authority.showing.across import answers_to
from audit.english import plural, whole_percent
from audit.findings import meaning_first
from audit.model import Audit, Criteria, Criterion
from audit.ui.components import literal, show_long_table, show_table
from audit.ui.session import session
from audit.ui.ways import Ways, also, way_to

_FIRST_QUESTION = 3
"""The column of the first question in the table of a heat map."""


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


def ways_to_schools(urns: Iterable[str], comparison: Comparison, **more: str) -> list[str]:
    """By school, the address of its page; nowhere if schools stand under codes.

    Args:
        urns: of the schools.
        comparison: the comparison in view.
        more: what else the page is to show.
    """
    return [] if comparison.names is not None else [way_to("school", school=urn, **more) for urn in urns]


def ways_to_cells(schools: pd.DataFrame, questions: Mapping[str, Criterion], comparison: Comparison) -> Ways:
    """From each cell of a heat map to that school and question.

    Args:
        schools: COMPARISON, or some of its rows.
        questions: the questions by their page, in source order.
        comparison: the comparison in view.
    """
    columns = [also(question=page) for page in questions]
    return Ways(rows=ways_to_schools(schools["urn"], comparison), columns=columns, first=_FIRST_QUESTION)


def show_question(audit: Audit, criteria: Criteria, questions: Mapping[str, Criterion]) -> None:
    """What a school answers to one question, which the address names; nothing until one is chosen.

    Args:
        audit: the school's audit.
        criteria: the criteria at hand.
        questions: the questions by their page, in source order.
    """
    asked = st.query_params.get("question", "")
    if "question" not in st.session_state:
        st.session_state["question"] = asked if asked in questions else ""
    page: str = st.selectbox(
        "Question",
        ["", *questions],
        format_func=lambda one: meaning_first(topic_of(questions[one])) if one else "The whole report",
        key="question",
    )
    if not page:
        st.query_params.pop("question", None)
        return
    st.query_params["question"] = page
    answers = answers_to(audit, criteria, page)
    title = meaning_first(topic_of(questions[page]))
    if answers.empty:
        st.subheader(literal(f"{title}: none of its recommended statements is put to this school"))
        return
    met = int((answers["State"] == theme.words("met")).sum())
    st.subheader(literal(f"{title}: {met} of {plural(len(answers), 'recommended statement')} met"))
    show_table(answers, f"Answers to {title}")


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
