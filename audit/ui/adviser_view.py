"""What an adviser has open: the collection, the returns read from its files, the filters and the comparison.

The filters apply on every page until they are changed. While files are still being read, the pages show the progress
instead of figures, because the remaining files would change the figures.
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
from audit.authority.returns import framework_named
from audit.authority.tables import READINGS
from audit.english import plural
from audit.store.collections import Collection
from audit.tables import typed
from audit.ui.components import fragment, markdown_text
from audit.ui.intake_job import AllRead, IntakeJob, is_current, job_for, papers_of, start_reading
from audit.ui.session import View, authority_criteria, authority_store, session, show_view, view_in_address

if TYPE_CHECKING:
    from audit.authority.returns import Returns
    from audit.model import Phase

COLLECT_PAGE = "audit/ui/pages/collect.py"
_VERSION: dict[type | str, Callable[[Any], object]] = {
    Collection: lambda collection: (collection.id, collection.touched_at),
    AllRead: lambda files: (files.collection, files.job, files.state),
}
"""For the caches: by type, the key that changes whenever the object changes."""


@dataclass(frozen=True, kw_only=True)
class AdviserView:
    """What an adviser has open.

    Attributes:
        collection: the open collection.
        intake: the verdicts and returns of its files.
        returns: the returns to compare; with the adviser's readings instead of the schools' answers if that is chosen.
        comparison: the comparison of the year, phases and types in view.
        readings: READINGS of the collection.
    """

    collection: Collection
    intake: Intake
    returns: Returns
    comparison: Comparison
    readings: pd.DataFrame


def adviser_view() -> AdviserView:
    """Shows the filters, and returns the open collection with its comparison; stops the page if no return is accepted."""
    collection = opened_collection()
    files = read_files(collection)
    intake = _intake(collection, files)
    if intake.returns.table.empty:
        st.write("No return has been accepted yet, so there is nothing to compare.")
        st.page_link(COLLECT_PAGE, label="Take in returns", icon=":material/move_to_inbox:")
        st.stop()
    return _compared(collection, files, choose_view(intake))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_VERSION)
def _compared(collection: Collection, files: AllRead, view: View) -> AdviserView:
    intake = _intake(collection, files)
    readings = readings_of(collection)
    returns = moderated(intake.returns, readings) if view.moderated else intake.returns
    names = codes(returns.table["urn"].unique(), collection.key) if view.anonymised else None
    comparison = compare(returns, year=view.year or intake.year, phases=view.phases, types=view.types, names=names)
    return AdviserView(collection=collection, intake=intake, returns=returns, comparison=comparison, readings=readings)


def readings_of(collection: Collection) -> pd.DataFrame:
    """The adviser's READINGS of a collection."""
    rows = [vars(judgement) for judgement in authority_store().readings(collection.id)]
    return typed(pd.DataFrame(rows, columns=list(READINGS)), READINGS)


def opened_collection() -> Collection:
    """The collection that the address names, else the one that is open in this tab; stops the page if there is none."""
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


def intake_of(collection: Collection) -> Intake:
    """The verdicts and returns of a collection; stops the page while files are still being read."""
    return _intake(collection, read_files(collection))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_VERSION)
def _intake(collection: Collection, files: AllRead) -> Intake:
    papers = papers_of(collection)
    return settle(
        files.returns,
        authority_criteria(collection),
        year=collection.year or None,
        register=papers.register,
        successors=papers.successors,
        chosen=collection.chosen,
    )


def read_files(collection: Collection) -> AllRead:
    """The returns of a collection. While files are still being read, shows the progress and stops the page.

    So no page shows a figure or offers a download that the remaining files would change.
    """
    job = job_for(collection)
    files = job.all_read  # read once, because the job may end while this page is made
    if files is None:
        show_reading_progress(job, collection)
        st.write("The figures and downloads of this collection are shown as soon as every file is read.")
        st.stop()
    watch(job)
    return files


@fragment(run_every=2)
def watch(job: IntakeJob) -> None:
    """Runs the page again as soon as another tab changes the files or the register, so that no figure is out of date."""
    if not is_current(job, authority_store()):
        st.rerun()


def show_reading_progress(job: IntakeJob, collection: Collection) -> None:
    """Shows a progress bar, or how to go on if the reading stopped early. Runs the page again if the reading is over."""
    if job.is_superseded or job.is_complete:
        st.rerun()  # another tab changed the register while this page was made, or the last file was read
    if job.is_running:
        _running(job)
    else:
        if job.failed:
            st.error(f"The reading broke off: {markdown_text(job.failed)}. What was read is kept.")
        left = job.of - job.done
        st.write(f"{job.done} of {plural(job.of, 'file')} are read; {left} wait to be read.")
        if st.button("Read the rest", type="primary"):
            start_reading(job, collection)
            st.rerun()


@fragment(run_every=0.5)
def _running(job: IntakeJob) -> None:
    done, of = job.done, max(job.of, 1)
    st.progress(min(1.0, done / of), text=", ".join(filter(None, (f"{done} of {job.of} files read", job.left))))
    if st.button("Cancel", help="What is read so far is kept."):
        job.cancel()
    if job.is_superseded or not job.is_running:
        st.rerun()


def shows_names() -> bool:
    """Whether schools may be named. If codes are shown instead of names, says so and offers to show names."""
    if not session().view.anonymised:
        return True
    st.info("Codes stand in place of names, and what is here names schools.")
    st.button("Show names again", on_click=_name_again)
    return False


def _name_again() -> None:
    show_view(replace(session().view, anonymised=False))
    st.session_state["view.anonymised"] = False


def choose_view(intake: Intake) -> View:
    """Shows the filters, and below them what is in view, so that nobody takes a part of the schools for all of them."""
    titles = intake.criteria.phases
    view, table, years = session().view, intake.returns.table, intake.returns.years[::-1]
    keep = partial(_keep_view, intake.year)
    wanted = view.year or intake.year
    phases = [phase for phase in titles if (table["phase"] == phase).any()]
    types = sorted(table["type"].dropna().unique())
    _set_filter("year", wanted if wanted in years else years[0])
    _set_filter("phases", [phase for phase in view.phases if phase in phases])
    _set_filter("types", [value for value in view.types if value in types])
    _set_filter("anonymised", view.anonymised)
    _set_filter("moderated", view.moderated)
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
    st.caption(markdown_text(f"Compared by {framework_named(intake.returns.framework)}."))
    return view


def _chosen(usual: str) -> View:
    """The view that the filters show.

    Args:
        usual: the year that the collection asks for.
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


def _keep_view(usual: str) -> None:
    """Puts the chosen filters into the address before the page is drawn, so that the links of the menu carry them."""
    show_view(_chosen(usual))


def _set_filter(name: str, value: object) -> None:
    """Sets the value of a filter again: Streamlit takes the same filter on another page for another widget."""
    st.session_state[f"view.{name}"] = st.session_state.get(f"view.{name}", value)


def _in_words(view: View, titles: Mapping[Phase, str]) -> str:
    parts = [", ".join(title for phase, title in titles.items() if phase in view.phases), ", ".join(view.types)]
    shown = " · ".join(part for part in parts if part) or "all schools"
    return shown + " · codes in place of names" * view.anonymised + " · as the adviser read it" * view.moderated
