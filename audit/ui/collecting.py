"""The collection that is open, what came of its files, and the comparison that its adviser wants to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from audit.authority.anonymity import codes
from audit.authority.believing.moderation import moderated
from audit.authority.collecting.expected_types import ASKED_BY_DEFAULT, PLACES
from audit.authority.collecting.register import Register, read_register, read_successors
from audit.authority.collecting.settling import Intake, settle
from audit.authority.comparing.comparison import Comparison, compare
from audit.authority.returns import Returns
from audit.authority.tables import READINGS
from audit.authority_store import Collection
from audit.former_authorities import authority_name, authority_title, doubt_about_authority
from audit.problems import Problem
from audit.tables import typed
from audit.ui.filters import choose_view
from audit.ui.intake_job import AllRead, IntakeJob, job_of
from audit.ui.reading_progress import show_progress, watch
from audit.ui.session import View, authority_store, criteria, session, view_in_address

COLLECT_PAGE = "audit/ui/pages/collect.py"


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What the adviser gave beside the files.

    Attributes:
        register: narrowed to the authority, if it has schools of it.
        authorities: name by code of all that have a school in the register.
        names: name by code of those among them that this program does not know.
        successors: new URN by old.
        problems: what was found in both.
    """

    register: Register | None
    authorities: Mapping[str, str]
    names: Mapping[str, str]
    successors: Mapping[str, str]
    problems: tuple[Problem, ...]


# Without spinners: one that comes while the bar of the reading is drawn can make Streamlit's page go white.
@st.cache_resource(max_entries=8, show_spinner=False)
def _papers(
    register: tuple[str, bytes], successors: tuple[str, bytes], authority: str, asked: tuple[str, ...]
) -> Papers:
    found, problems = read_register(register[1], register[0]) if register[1] else (None, ())
    pairs, more = read_successors(successors[1], successors[0]) if successors[1] else ({}, ())
    authorities = {} if found is None else found.authorities
    names = {} if found is None else found.names
    if found is not None:
        problems = (*problems, *_not_in(authority, authorities, register[0]))
        found = (found.of(authority) if authority in authorities else found).asking(asked)
    return Papers(register=found, authorities=authorities, names=names, successors=pairs, problems=(*problems, *more))


def _not_in(authority: str, authorities: Mapping[str, str], file: str) -> tuple[Problem, ...]:
    """A warning where a list that names authorities has no school of the collection's own."""
    if not authority or not authorities or authority in authorities:
        return ()
    doubt = doubt_about_authority(authority)
    what = f"It has no school of {authority_title(authority)}, so every school in it is expected."
    fix = "Choose another register, or below it the authority whose schools are expected."
    return (Problem(where=file, what=f"{what} {doubt.what}" if doubt else what, fix=fix, severity="warning"),)


def papers_of(collection: Collection) -> Papers:
    """The register and the old URNs of a collection."""
    none = ("", b"")
    documents = collection.documents
    authority = collection.settings.get("authority", "")
    return _papers(documents.get("register", none), documents.get("successors", none), authority, asked_of(collection))


def asked_of(collection: Collection) -> tuple[str, ...]:
    """The kinds of place that the adviser chose to ask, in the order of `PLACES`."""
    kept = collection.settings.get("asked")
    asked = ASKED_BY_DEFAULT if kept is None else set(kept.split())
    return tuple(place for place in PLACES if place in asked)


def full_name(collection: Collection) -> str:
    """The full name of the authority: as the adviser typed it, else the register's, else the national list's.

    Empty for a trust of which nobody typed the name.
    """
    code = collection.settings.get("authority", "")
    return collection.settings.get("authority_name") or authority_name(code, papers_of(collection).names).removeprefix(
        code
    )


def opened_collection() -> Collection:
    """The collection that the browser's address names, else the one that is open; the page stops if there is none."""
    mine = session()
    wanted = st.query_params.get("collection", mine.collection)
    found = authority_store().load(wanted) if wanted else None
    if found is None:
        mine.collection = ""
        st.title("No collection is open")
        st.write("Returns are taken in on the first page of this group. Start there; an example is one click away.")
        st.page_link(COLLECT_PAGE, label="Take in returns", icon=":material/move_to_inbox:")
        st.stop()
    if wanted != mine.collection:
        mine.collection, mine.view = wanted, view_in_address()
    st.query_params["collection"] = wanted
    return found


def job_for(collection: Collection) -> IntakeJob:
    """The reading of a collection's files; it goes on if some are left, unless it was cancelled or broke off."""
    register = papers_of(collection).register
    urns, schools = ({}, {}) if register is None else (register.urns, register.known)
    job = job_of(collection.id, authority_store(), urns=urns, schools=schools)
    if not (job.is_complete or job.is_stopped):
        job.start(authority_store(), criteria())
    return job


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
        show_progress(job)
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
        files.found,
        criteria(),
        year=collection.year or None,
        register=papers.register,
        successors=papers.successors,
        chosen=collection.chosen,
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
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


def desk() -> Desk:
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
def _desk(collection: Collection, files: AllRead, view: View) -> Desk:
    intake = _intake(collection, files)
    readings = readings_of(collection)
    returns = moderated(intake.returns, readings) if view.moderated else intake.returns
    names = codes(returns.table["urn"].unique(), collection.key) if view.anonymised else None
    compared = compare(returns, year=view.year or intake.year, phases=view.phases, types=view.types, names=names)
    return Desk(collection=collection, intake=intake, returns=returns, comparison=compared, readings=readings)


def readings_of(collection: Collection) -> pd.DataFrame:
    """READINGS of a collection."""
    rows = [vars(one) for one in authority_store().readings(collection.id)]
    return typed(pd.DataFrame(rows, columns=list(READINGS)), READINGS)
