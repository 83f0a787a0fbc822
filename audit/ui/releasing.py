"""Figures to share: what a release would show and hold back, the button that makes one, and the releases made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from audit.authority.compare.disclosure import RULE
from audit.authority.compare.release import Release, prepare
from audit.authority.compare.release_tables import held_back, write_benchmark
from audit.english import day_in_figures, plural, texts_of
from audit.reports.comparison_report import release_report
from audit.ui.components import download, keep_and_rerun, show_table
from audit.ui.intake_job import full_name, job_for, papers_of
from audit.ui.session import authority_store
from audit.workbook.write_comparison import write_release

if TYPE_CHECKING:
    from audit.store.collections import KeptRelease
    from audit.ui.adviser_view import AdviserView


def latest_release(view: AdviserView, year: str) -> Release | None:
    """The latest release of a year that counts schools of this collection; None if there is none."""
    return next((kept.release for kept in reversed(_made(view)) if kept.release.year == year), None)


def offer_release(view: AdviserView) -> None:
    """Shows what would be released and held back, the button that makes the release, and the releases made."""
    st.write(
        "One release holds everything that may leave your desk: the benchmark file that schools load on their page Gap "
        "report, the figures of other schools in your letters, and a workbook and a report for sharing."
    )
    st.caption(RULE)
    if not job_for(view.collection).is_complete:
        st.info("Some files have not been read yet. A release is made of all of them.")
        return
    _offer_new(view)
    _offer_made(view)


def _offer_new(view: AdviserView) -> None:
    """Shows what a release of the current returns would show, what it would hold back and why, and the button."""
    year = view.comparison.year
    st.subheader(f"A release of {year}, as the returns stand")
    earlier = authority_store().releases(view.intake.criteria)
    draft = _prepared(view, max((kept.release.number for kept in earlier), default=0), earlier)
    same = [kept for kept in earlier if kept.release.year == year and set(kept.release.figures) == set(draft.figures)]
    seen = " The adviser's readings stand in place of the schools' answers, as under Filters." * draft.is_moderated
    st.write(
        f"All {plural(len(draft.schools), 'self-audit')} of the year, whatever the filters are.{seen} It would show "
        f"{plural(len(draft.figures), 'figure')} and hold back {len(draft.held):,}."
    )
    if draft.held:
        with st.expander(f"What would be held back, and why: {plural(len(draft.held), 'figure')}"):
            show_table(texts_of(held_back(draft)), "Figures that would be held back, and why")
    if not draft.figures:
        st.info("There is nothing to release yet: too few schools have sent a self-audit.")
    elif same:
        st.write(f"This is what release {same[-1].release.number} shows already.")
    elif st.button("Make this release", type="primary", icon=":material/publish:"):
        _make(view)


@st.cache_resource(
    max_entries=4,
    show_spinner="Checking what may be released …",
    hash_funcs={
        "audit.ui.adviser_view.AdviserView": lambda view: (
            view.collection.id,
            view.collection.touched_at,
            view.comparison.year,
            view.returns.is_moderated,
        )
    },
)
def _prepared(view: AdviserView, last: int, _earlier: tuple[KeptRelease, ...]) -> Release:
    """What a release would show after the earlier ones. The cache knows those by ``last``, the highest number of them."""
    assert last == max((kept.release.number for kept in _earlier), default=0)
    return prepare(
        view.returns,
        year=view.comparison.year,
        earlier=[figure for kept in _earlier for figure in kept.release.figures],
        successors=papers_of(view.collection).successors,
    )


def _make(view: AdviserView) -> None:
    """Makes the release, taking account of releases that another adviser made since the page was drawn."""
    release = partial(
        authority_store().release,
        view.collection.id,
        lambda earlier: prepare(
            view.returns,
            year=view.comparison.year,
            earlier=earlier,
            successors=papers_of(view.collection).successors,
        ),
        view.intake.criteria,
    )
    keep_and_rerun(release, "Nothing was released")


def _offer_made(view: AdviserView) -> None:
    """Shows the releases made, the latest first, and the files of the chosen one."""
    made = _made(view)[::-1]
    st.subheader("Releases made")
    if not made:
        st.write("None yet.")
        return
    kept = made[st.selectbox("Release", range(len(made)), format_func=lambda place: _title(made[place]))]
    release, authority = kept.release, full_name(view.collection) or view.collection.title
    named = st.toggle("List the schools counted, without figures", value=True)
    if release.held:
        with st.expander(f"What was held back, and why: {plural(len(release.held), 'figure')}"):
            show_table(texts_of(held_back(release)), "Figures that were held back, and why")
    file = f"{release.year.replace('/', '-')}-release-{release.number}"
    for framework in view.intake.criteria.refs:
        download(
            "Benchmark file",
            partial(write_benchmark, release, framework, authority=authority),
            f"benchmark-{framework.id}-{file}.json",
            key=f"benchmark-{framework}",
        )
    download(
        "Workbook for sharing",
        partial(write_release, release, authority=authority, named=named),
        f"figures-{file}.xlsx",
        key="xlsx",
    )
    download(
        "Report for sharing",
        lambda: release_report(release, authority=authority, named=named).encode(),
        f"figures-{file}.html",
        key="html",
    )


def _made(view: AdviserView) -> list[KeptRelease]:
    """The releases that count schools of this collection."""
    ours = set(view.intake.returns.table["urn"])
    return [kept for kept in authority_store().releases(view.intake.criteria) if ours & set(kept.release.schools)]


def _title(kept: KeptRelease) -> str:
    release = kept.release
    return (
        f"Release {release.number} of {release.year}, made on {day_in_figures(kept.made_at)}: {plural(len(release.schools), 'school')}, "
        f"{plural(len(release.figures), 'figure')}"
    )
