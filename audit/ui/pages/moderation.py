"""Moderation: the adviser's own reading beside the school's, and how far the two agree."""

import streamlit as st

from audit.authority.believing.moderation import agreement, agreement_in_words, without_return
from audit.authority.believing.readings import read_readings, readings_form
from audit.english import plural
from audit.exhibits.authority import agreement_of
from audit.exports import table_csv
from audit.ui.collecting import desk, readings_of
from audit.ui.components import MOST_MEGABYTES, download, show_exhibit, show_problems
from audit.ui.filters import shows_names
from audit.ui.moderating import keep, record_readings
from audit.ui.one_school import choose_school

st.title("Moderation")
at = desk()
returns = at.intake.returns
st.write(
    "After a visit, record what you found yourself for as many statements as you looked at. The school's answers stay "
    "as they are; under Filters, every comparison can show either."
)
if not shows_names():
    st.stop()
of_year = returns.of_year(at.comparison.year).table
urn = choose_school(of_year.sort_values("school", key=lambda name: name.str.casefold()), "School visited")
here, on_paper, agree = st.tabs(["Record here", "Record in a file", "How far we agree"])
with here:
    record_readings(at, urn)
with on_paper:
    st.write("Download the form with the school's answers, fill in your two columns, and bring it back.")
    download(
        "Form for this school",
        lambda: table_csv(readings_form(returns, urn, at.comparison.year)),
        f"readings-{urn}.csv",
    )
    upload = st.file_uploader("Filled-in form (.csv)", type=["csv"], max_upload_size=MOST_MEGABYTES)
    if upload is not None:
        readings, problems = read_readings(upload.getvalue(), upload.name, at.comparison.criteria)
        show_problems(problems, "What we found in the file")
        strangers = without_return(returns, readings)
        if len(strangers):
            st.warning(
                f"{plural(len(strangers), 'reading')} of a school, year or statement that no return has; kept all the same."
            )
        if st.button(f"Keep {plural(len(readings), 'reading')}", type="primary", disabled=readings.empty):
            keep(at.collection, readings)
            st.success(f"Kept {plural(len(readings), 'reading')}.")
with agree:
    table = agreement(returns, readings_of(at.collection))  # with those kept just now
    for sentence in agreement_in_words(table):
        st.write(sentence)
    show_exhibit(agreement_of(table))
