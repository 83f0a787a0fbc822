"""Belief and visits: checks of the returns that need no visit, and a sample of schools to visit by stated rules."""

import streamlit as st

from audit.authority import comparison_in_words
from audit.authority.assurance.checks import CHECKS, credibility
from audit.authority.assurance.visits import RULES, read_last_visits, visit_sample
from audit.english import texts_of
from audit.exports import table_csv
from audit.ui.adviser_view import adviser_view, shows_names
from audit.ui.components import download, show_long_table, show_problems
from audit.ui.taking_in import take_document

st.title("Can it be believed, and whom to visit")
view = adviser_view()
comparison = view.comparison
st.write(
    "These checks need no visit. They accuse nobody: each says what was seen, so that you know what to ask. Desk "
    "reviews are left out."
)
with st.expander("The checks"):
    for check in CHECKS:
        st.markdown(f"**{check.title}** (weight {check.weight}). {check.rule}")
shown = set(comparison.returns.table["urn"])
doubts = credibility(view.intake.returns, year=comparison.year)
doubts = doubts[doubts["urn"].isin(shown)]
if not shows_names():
    st.stop()
st.subheader(f"The checks found something at {doubts['urn'].nunique()} of {len(shown)} schools")
show_long_table(
    texts_of(comparison_in_words.doubts_in_words(doubts, comparison.criteria)),
    "What the checks found, the school of most weight first",
    key="doubts",
)

st.header("Visit sample")
st.write("The rules choose in turn, one school each, and lots are drawn for the rest:")
for name, rule in RULES.items():
    st.markdown(f"- **{name.capitalize()}.** {rule}")
with st.expander("Dates of last visits (optional)"):
    take_document(view.collection, "visits", "A CSV file with the columns URN and Last visit")
    visits_file = view.collection.documents.get("visits")
    last, problems = read_last_visits(visits_file[1], visits_file[0]) if visits_file else ({}, ())
    show_problems(problems, "What we found in the file")
    st.write(f"The last visit of {len(last)} schools is known.")
left, right = st.columns(2)
size = left.number_input("Schools to visit", 1, 500, min(12, -(-len(shown) // 3)))
seed = right.number_input("Seed of the lots", 0, 999_999_999, 1, help="The same seed draws the same schools again.")
visits = visit_sample(view.returns, comparison.returns.table, doubts, size=int(size), seed=int(seed), last_visits=last)
show_long_table(texts_of(comparison_in_words.visits(visits, comparison.criteria)), "The visit sample", key="visits")
download(
    "Visit sample as CSV",
    lambda: table_csv(comparison_in_words.visits(visits, comparison.criteria)),
    f"visit-sample-seed-{seed}.csv",
)
