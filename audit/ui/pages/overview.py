"""All schools together: their outcome, how it is spread, and what has changed since the year compared."""

import streamlit as st

from audit import theme
from audit.authority import comparison_in_words
from audit.english import texts_of
from audit.exhibits.authority import page_exhibits
from audit.ui.adviser_view import adviser_view
from audit.ui.components import markdown_text, show_exhibit, show_table

st.title("All schools together")
comparison = adviser_view().comparison
st.markdown(f"### {markdown_text(comparison.headline)}")
st.caption(theme.SELF_REPORTED_BY_SCHOOLS)
for note in comparison.notes:
    st.write(markdown_text(note))

rows = texts_of(comparison_in_words.overview_in_words(comparison))
first = rows.iloc[0]
figures = [("Returns", first["Returns"], "Desk reviews among them")]
figures += [
    (name, first[f"{name} %"], f"{name}, of {first['In the figures']} schools")
    for name in (comparison.coverage_title, "Written", "Done")
]
if comparison.before is not None:
    same = first["With both years"]
    points = f"{first['Change (points)']} points"
    figures.append((f"In {same} schools", points, f"Since {comparison.before}, in the {same} schools with both years"))
for column, (label, figure, about) in zip(st.columns(len(figures)), figures, strict=True):
    with column:
        st.metric(label, figure, help=about)
show_table(rows, "Overview: all schools, and by phase")

for exhibit in page_exhibits(comparison, "overview"):
    show_exhibit(exhibit)
