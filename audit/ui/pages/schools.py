"""Schools and questions: the heat map, one question at every school, and links to each school."""

import streamlit as st

from audit import theme
from audit.authority import comparison_in_words
from audit.authority.question_matrix import ORDERS, questions_compared, schools_in_order, statements_across
from audit.english import texts_of
from audit.exhibits.authority import by_coverage_exhibit, heat_of, page_exhibits, picture_of
from audit.ui.adviser_view import adviser_view
from audit.ui.components import fragment, page_of, show_exhibit, show_long_table
from audit.ui.report_view import ways_to_cells, ways_to_schools

PAGE = 25  # schools in one heat map with numbers in its cells
MOST = 60  # if there are more schools, a picture of all of them is shown first


@fragment()
def show_heat() -> None:
    """Shows the heat map in the chosen order, some schools at a time."""
    left, right = st.container(key="not-on-paper-order").columns([2, 1], vertical_alignment="bottom")
    order = left.selectbox("Order of the schools", list(ORDERS), format_func=ORDERS.__getitem__)
    wanted = right.text_input("Only names with", placeholder="part of a name")
    schools = schools_in_order(comparison.schools, order)
    schools = schools[schools["school"].str.contains(wanted.strip(), case=False, regex=False)]
    if schools.empty:
        st.info("No school has this in its name.")
        return
    shown = page_of(schools, "heat", size=PAGE)
    show_exhibit(heat_of(comparison, shown), ways=ways_to_cells(shown, questions, comparison))


st.title("Schools and questions")
comparison = adviser_view().comparison
questions = questions_compared(comparison)
st.write("Each cell says how many recommended statements of a question a school meets, of how many that apply to it.")
with st.container(key="not-on-paper-hint"):
    st.write("Click a cell to see what the school answers to the question, or follow the links of the table below it.")
st.caption(theme.SELF_REPORTED_BY_SCHOOLS)
if len(comparison.schools) > MOST:
    show_exhibit(
        picture_of(comparison),
        ways=ways_to_cells(schools_in_order(comparison.schools, "phase"), questions, comparison),
        elsewhere="The same schools stand in pages below, with every number and a table",
    )

show_heat()
if len(comparison.schools) > PAGE:
    show_exhibit(by_coverage_exhibit(comparison))
for exhibit in page_exhibits(comparison, "schools"):
    show_exhibit(exhibit)

with st.expander("Every school: its figures, and its place among the schools of its phase"):
    st.write(f"Rank and quarter are by {comparison.coverage}.")
    show_long_table(
        texts_of(comparison_in_words.schools_in_words(comparison)),
        "Every school with its place among its peers",
        key="peers",
        rows=ways_to_schools(comparison.schools["urn"], comparison),
    )

st.subheader("One question at every school")
page = st.selectbox(
    "Question",
    list(questions),
    format_func=lambda page: f"{questions[page].question.id} {questions[page].question.topic}",
)
for criterion in (c for c in comparison.criteria if c.page == page and c.statement.recommended):
    st.write(f"**{criterion.statement.reference}.** {criterion.statement.statement}")
show_long_table(
    statements_across(comparison, page), "The statements of the question at every school", key=f"across-{page}"
)
