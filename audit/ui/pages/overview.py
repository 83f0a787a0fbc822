"""All schools together: what they say as one, how they spread, and what has moved since last time."""

import streamlit as st

from audit import theme
from audit.authority.showing import readable
from audit.exhibits.authority import page_exhibits
from audit.ui.collecting import desk
from audit.ui.components import literal, show_exhibit, show_table

st.title("All schools together")
found = desk().comparison
st.markdown(f"### {literal(found.headline)}")
st.caption(theme.SELF_REPORTED_BY_SCHOOLS)
for note in found.notes:
    st.write(literal(note))

rows = readable.shown(readable.overview(found))
first = rows.iloc[0]
figures = [("Returns", first["Returns"], "Desk reviews among them")]
figures += [
    (name, first[f"{name} %"], f"Of {first['In the figures']} schools") for name in ("K coverage", "Written", "Done")
]
if found.before is not None:
    same = first["With both years"]
    points = f"{first['Change (points)']} points"
    figures.append((f"In {same} schools", points, f"Since {found.before}, in the {same} schools with both years"))
for column, (label, figure, about) in zip(st.columns(len(figures)), figures, strict=True):
    with column:
        st.metric(label, figure, help=about)
show_table(rows, "Overview: all schools, and by phase")

for exhibit in page_exhibits(found, "overview"):
    show_exhibit(exhibit)
