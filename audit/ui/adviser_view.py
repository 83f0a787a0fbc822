"""The collection that is open, what came of its files, and the comparison that its adviser wants to see.

What an adviser wants to see of a comparison: the filters, which hold on every page until they are changed.

How far the reading of a collection's files has come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from audit import theme
from audit.authority.assurance.moderation import moderated
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.compare.release import codes
from audit.authority.reconcile import Intake, settle
from audit.authority.tables import READINGS
from audit.english import plural
from audit.store.collections import Collection
from audit.tables import typed
from audit.ui.components import fragment, markdown_text
from audit.ui.intake_job import (
    AllRead,
    IntakeJob,
    is_current,
    job_for,
    papers_of,
)
from audit.ui.session import View, authority_store, loaded_criteria, session, show_view, view_in_address

if TYPE_CHECKING:
    from audit.authority.returns import Returns
    from audit.model import Phase


def choose_view(intake: Intake) -> View:
    """The filters above a comparison, and under them what is in view, so that nobody takes a part for the whole."""
    titles = loaded_criteria().phases
    view, table, years = session().view, intake.returns.table, intake.returns.years[::-1]
    keep = partial(_keep, intake.year)
    wanted = view.year or intake.year
    phases = [phase for phase in titles if (table["phase"] == phase).any()]
    types = sorted(table["type"].dropna().unique())
    _begin("year", wanted if wanted in years else years[0])
    _begin("phases", [phase for phase in view.phases if phase in phases])
    _begin("types", [value for value in view.types if value in types])
    _begin("anonymised", view.anonymised)
    _begin("moderated", view.moderated)
    with st.container(key="not-on-paper-filters"), st.expander("Filters", icon=":material/tune:"):
        first, second, third = st.columns(3)
        first.selectbox("Year", years, key="view.year", on_change=keep)
        second.multiselect(
            "Phase", phases, format_func=lambda value: str(titles[value]), key="view.phases", on_change=keep
        )
        third.multiselect("Type", types, key="view.types", on_change=keep)
        first, second = st.columns(2)
        first.toggle("Codes in place of names, on the screen only", key="view.anonymised", on_change=keep)
        second.toggle("The adviser's readings where there are any", key="view.moderated", on_change=keep)
    session().view = view = _chosen(intake.year)
    st.caption(theme.FOR_THE_AUTHORITY)
    st.caption(markdown_text(f"In view: {view.year or intake.year} · {_in_words(view, titles)}"))
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


def show_reading_progress(job: IntakeJob) -> None:
    """A bar while it runs; what to do if it stopped before its end. Of a reading that has ended the page is drawn anew."""
    if job.is_superseded or job.is_complete:
        st.rerun()  # another tab gave another register while this page was made, or the last file was read
    if job.is_running:
        _running(job)
    else:
        if job.failed:
            st.error(f"The reading broke off: {markdown_text(job.failed)}. What was read is kept.")
        left = job.of - job.done
        st.write(f"{job.done} of {plural(job.of, 'file')} are read; {left} wait to be read.")
        if st.button("Read the rest", type="primary"):
            job.start(authority_store(), loaded_criteria())
            st.rerun()


@fragment(run_every=0.5)
def _running(job: IntakeJob) -> None:
    done, of = job.done, max(job.of, 1)
    st.progress(min(1.0, done / of), text=", ".join(filter(None, (f"{done} of {job.of} files read", job.left))))
    if st.button("Cancel", help="What is read so far is kept."):
        job.cancel()
    if job.is_superseded or not job.is_running:
        st.rerun()


@fragment(run_every=2)
def watch(job: IntakeJob) -> None:
    """Draws the page anew as soon as another tab has changed the files or the register, so that no figure outlives them."""
    if not is_current(job, authority_store()):
        st.rerun()


COLLECT_PAGE = "audit/ui/pages/collect.py"


def opened_collection() -> Collection:
    """The collection that the browser's address names, else the one that is open; the page stops if there is none."""
    tab = session()
    wanted = st.query_params.get("collection", tab.collection)
    collection = authority_store().load(wanted) if wanted else None
    if collection is None:
        tab.collection = ""
        st.title("No collection is open")
        st.write("Returns are taken in on the first page of this group. Start there; an example is one click away.")
        st.page_link(COLLECT_PAGE, label="Take in returns", icon=":material/move_to_inbox:")
        st.stop()
    if wanted != tab.collection:
        tab.collection, tab.view = wanted, view_in_address()
    st.query_params["collection"] = wanted
    return collection


_VERSION: dict[type | str, Callable[[Any], object]] = {
    Collection: lambda collection: (collection.id, collection.touched_at),
    AllRead: lambda files: (files.collection, files.job, files.state),
}
"""By what it is known whether something has changed since it was last worked out."""


def read_files(collection: Collection) -> AllRead:
    """What the files of a collection say; while some are still to be read, the page tells how far that is, and stops.

    So no page shows a figure, and none offers a download, that the rest of the files would change.
    """
    job = job_for(collection)
    files = (
        job.all_read
    )  # asked once: it may end while this page is made, which then shows its figures, or how far it is
    if files is None:
        show_reading_progress(job)
        st.write("The figures and downloads of this collection are shown as soon as every file is read.")
        st.stop()
    watch(job)
    return files


def intake_of(collection: Collection) -> Intake:
    """What came of the files of a collection; the page stops while some are still to be read."""
    return _intake(collection, read_files(collection))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_VERSION)
def _intake(collection: Collection, files: AllRead) -> Intake:
    papers = papers_of(collection)
    return settle(
        files.returns,
        loaded_criteria(),
        year=collection.year or None,
        register=papers.register,
        successors=papers.successors,
        chosen=collection.chosen,
    )


@dataclass(frozen=True, kw_only=True)
class AdviserView:
    """What lies before the adviser: the collection, what came of its files, and the comparison in view.

    Attributes:
        returns: those in view: with the adviser's readings in place of the schools' where that is chosen.
        comparison: of the year, phases and types in view.
        readings: READINGS of the collection.
    """

    collection: Collection
    intake: Intake
    returns: Returns
    comparison: Comparison
    readings: pd.DataFrame


def adviser_view() -> AdviserView:
    """The desk of the open collection, under its filters; the page stops if there is nothing to compare yet."""
    collection = opened_collection()
    files = read_files(collection)
    intake = _intake(collection, files)
    if intake.returns.table.empty:
        st.write("No return has been accepted yet, so there is nothing to compare.")
        st.page_link(COLLECT_PAGE, label="Take in returns", icon=":material/move_to_inbox:")
        st.stop()
    return _desk(collection, files, choose_view(intake))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_VERSION)
def _desk(collection: Collection, files: AllRead, view: View) -> AdviserView:
    intake = _intake(collection, files)
    readings = readings_of(collection)
    returns = moderated(intake.returns, readings) if view.moderated else intake.returns
    names = codes(returns.table["urn"].unique(), collection.key) if view.anonymised else None
    comparison = compare(returns, year=view.year or intake.year, phases=view.phases, types=view.types, names=names)
    return AdviserView(collection=collection, intake=intake, returns=returns, comparison=comparison, readings=readings)


def readings_of(collection: Collection) -> pd.DataFrame:
    """READINGS of a collection."""
    rows = [vars(judgement) for judgement in authority_store().readings(collection.id)]
    return typed(pd.DataFrame(rows, columns=list(READINGS)), READINGS)
