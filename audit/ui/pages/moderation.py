"""Moderation: what the adviser found at a school, recorded next to its answers, and how far the two agree."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit import theme
from audit.authority.assurance.moderation import (
    agreement,
    agreement_in_words,
    read_readings,
    readings_form,
    without_return,
)
from audit.authority.question_matrix import questions_compared
from audit.authority.returns import unpack_return
from audit.english import plural
from audit.exhibits import school
from audit.exhibits.authority import agreement_of
from audit.exports import table_csv
from audit.model import PRACTICE, WRITTEN, Audit, Criterion, practice_labels
from audit.store.collections import Collection, Judgement
from audit.text import fault_of
from audit.ui.adviser_view import AdviserView, adviser_view, readings_of, shows_names
from audit.ui.components import MOST_MEGABYTES, download, is_kept, markdown_text, show_exhibit, show_problems
from audit.ui.report_view import choose_school
from audit.ui.session import authority_store

_NOT_LOOKED_AT = "Not looked at"


def keep_judgements(collection: Collection, readings: pd.DataFrame) -> None:
    """Keeps READINGS. They replace earlier readings of the same statements."""
    rows = readings.astype(object).where(readings.notna(), None).to_dict("records")
    authority_store().put_readings(
        collection.id, [Judgement(**{str(name): value for name, value in row.items()}) for row in rows]
    )


def record_readings(view: AdviserView, urn: str) -> None:
    """Shows the form for one question of one school: the school's answers, and where the adviser's are entered."""
    returns = view.intake.returns.of_year(view.comparison.year)
    audit = unpack_return(returns.items[list(returns.table["urn"]).index(urn)], returns.criteria)
    questions = questions_compared(view.comparison)
    page = st.selectbox(
        "Question",
        list(questions),
        format_func=lambda page: f"{questions[page].question.id} {questions[page].question.topic}",
    )
    earlier = {
        reading.statement: reading
        for reading in authority_store().readings(view.collection.id)
        if (reading.urn, reading.year) == (urn, audit.year)
    }
    with st.form(f"readings-{urn}-{audit.year}-{page}"):
        judgements = [
            _ask(audit, criterion, earlier.get(criterion.id))
            for criterion in view.comparison.criteria
            if criterion.page == page and criterion.statement.recommended
        ]
        if st.form_submit_button("Keep these readings", type="primary"):
            faults = [fault for reading in judgements if (fault := fault_of(reading.note))]
            for fault in faults:
                st.error(markdown_text(fault))
            if not faults and is_kept(lambda: authority_store().put_readings(view.collection.id, judgements)):
                st.success("Kept.")


def _ask(audit: Audit, criterion: Criterion, earlier: Judgement | None) -> Judgement:
    """Shows one statement with the school's answers, and returns what the adviser found."""
    st.markdown(f"**{criterion.statement.reference}.** {criterion.statement.statement}")
    response = audit.response(criterion.id)
    st.caption(
        f"The school: {markdown_text(' · '.join(school.response_lines(response, criterion.framework.practice_levels)))}"
    )
    if response.evidence:
        st.text(f"Its evidence: {response.evidence}")
    labels = {str(value): label for value, label in practice_labels(criterion.framework.practice_levels).items()}
    left, right = st.columns(2)
    key = f"reading.{audit.school.urn}.{audit.year}.{criterion.id}"
    written = left.selectbox(
        "I found it written",
        [None, *WRITTEN],
        index=0 if earlier is None or earlier.written is None else 1 + WRITTEN.index(earlier.written),
        format_func=lambda value: theme.WRITTEN_WORDS.get(str(value), _NOT_LOOKED_AT),
        key=f"{key}.written",
    )
    levels = [str(value) for value in PRACTICE]
    practice = right.selectbox(
        "I found it done",
        [None, *levels],
        index=0 if earlier is None or earlier.practice is None else 1 + levels.index(earlier.practice),
        format_func=lambda value: labels.get(str(value), _NOT_LOOKED_AT),
        key=f"{key}.practice",
    )
    note = st.text_input(
        "What I saw (no names, no pupil details)",
        value="" if earlier is None else earlier.note,
        key=f"{key}.note",
        help=theme.NO_PUPIL_DATA,
        max_chars=2000,
    )
    return Judgement(
        urn=audit.school.urn, year=audit.year, statement=criterion.id, written=written, practice=practice, note=note
    )


st.title("Moderation")
view = adviser_view()
returns = view.intake.returns
st.write(
    "After a visit, record what you found yourself for as many statements as you looked at. The school's answers stay "
    "as they are; under Filters, every comparison can show either."
)
if not shows_names():
    st.stop()
of_year = returns.of_year(view.comparison.year).table
urn = choose_school(of_year.sort_values("school", key=lambda name: name.str.casefold()), "School visited")
on_screen, on_paper, agree = st.tabs(["Record here", "Record in a file", "How far we agree"])
with on_screen:
    record_readings(view, urn)
with on_paper:
    st.write("Download the form with the school's answers, fill in your two columns, and bring it back.")
    download(
        "Form for this school",
        lambda: table_csv(readings_form(returns, urn, view.comparison.year)),
        f"readings-{urn}.csv",
    )
    upload = st.file_uploader("Filled-in form (.csv)", type=["csv"], max_upload_size=MOST_MEGABYTES)
    if upload is not None:
        readings, problems = read_readings(upload.getvalue(), upload.name, view.comparison.criteria)
        show_problems(problems, "What we found in the file")
        strangers = without_return(returns, readings)
        if len(strangers):
            st.warning(
                f"{plural(len(strangers), 'reading')} of a school, year or statement that no return has; kept all the same."
            )
        is_wanted = st.button(f"Keep {plural(len(readings), 'reading')}", type="primary", disabled=readings.empty)
        if is_wanted and is_kept(lambda: keep_judgements(view.collection, readings)):
            st.success(f"Kept {plural(len(readings), 'reading')}.")
with agree:
    table = agreement(returns, readings_of(view.collection))  # read again, to include those kept in this run
    for sentence in agreement_in_words(table):
        st.write(sentence)
    show_exhibit(agreement_of(table))
