"""What an adviser wants to see of a comparison: the filters, which hold on every page until they are changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from audit import theme
from audit.authority.collecting.settling import Intake
from audit.model import Phase
from audit.ui.components import literal
from audit.ui.session import View, criteria, session, show_view


def choose_view(intake: Intake) -> View:
    """The filters above a comparison, and under them what is in view, so that nobody takes a part for the whole."""
    titles = criteria().phases
    view, table, years = session().view, intake.returns.table, intake.returns.years[::-1]
    keep = partial(_keep, intake.year)
    wanted = view.year or intake.year
    phases = [phase for phase in titles if (table["phase"] == phase).any()]
    types = sorted(table["type"].dropna().unique())
    _begin("year", wanted if wanted in years else years[0])
    _begin("phases", [phase for phase in view.phases if phase in phases])
    _begin("types", [one for one in view.types if one in types])
    _begin("anonymised", view.anonymised)
    _begin("moderated", view.moderated)
    with st.container(key="not-on-paper-filters"), st.expander("Filters", icon=":material/tune:"):
        first, second, third = st.columns(3)
        first.selectbox("Year", years, key="view.year", on_change=keep)
        second.multiselect("Phase", phases, format_func=lambda one: str(titles[one]), key="view.phases", on_change=keep)
        third.multiselect("Type", types, key="view.types", on_change=keep)
        first, second = st.columns(2)
        first.toggle("Codes in place of names, on the screen only", key="view.anonymised", on_change=keep)
        second.toggle("The adviser's readings where there are any", key="view.moderated", on_change=keep)
    session().view = view = _chosen(intake.year)
    st.caption(theme.FOR_THE_AUTHORITY)
    st.caption(literal(f"In view: {view.year or intake.year} · {_in_words(view, titles)}"))
    return view


def _chosen(usual: str) -> View:
    """What the widgets show.

    Args:
        usual: the year that is asked for.
    """
    year, phases, types, anonymised, moderated = (
        st.session_state[f"view.{name}"] for name in ("year", "phases", "types", "anonymised", "moderated")
    )
    return View(
        year="" if year == usual else year,
        phases=tuple(phases),
        types=tuple(types),
        anonymised=anonymised,
        moderated=moderated,
    )


def _keep(usual: str) -> None:
    """Before the page is drawn: what was chosen goes into the address, and so into the links of the menu."""
    show_view(_chosen(usual))


def _begin(name: str, value: object) -> None:
    """What a filter shows: its state set anew, since to Streamlit the filter of another page is another widget."""
    st.session_state[f"view.{name}"] = st.session_state.get(f"view.{name}", value)


def _in_words(view: View, titles: Mapping[Phase, str]) -> str:
    parts = [", ".join(title for phase, title in titles.items() if phase in view.phases), ", ".join(view.types)]
    shown = " · ".join(part for part in parts if part) or "all schools"
    return shown + " · codes in place of names" * view.anonymised + " · as the adviser read it" * view.moderated


def shows_names() -> bool:
    """Whether schools may be named; if codes stand in their place, the page says so and offers to change it."""
    if not session().view.anonymised:
        return True
    st.info("Codes stand in place of names, and what is here names schools.")
    st.button("Show names again", on_click=_name_again)
    return False


def _name_again() -> None:
    show_view(replace(session().view, anonymised=False))
    st.session_state["view.anonymised"] = False
