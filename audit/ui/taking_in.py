"""Taking files and lists into a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from audit.authority.collecting.expected_types import PLACES
from audit.authority_store import Collection, Document, KeptFile
from audit.former_authorities import authority_title
from audit.intake import Source, of_uploads
from audit.intake.passed_over import in_words
from audit.store import NotSaved
from audit.ui.collecting import asked_of, job_for, papers_of
from audit.ui.components import literal, show_long_table
from audit.ui.session import authority_store, criteria

MOST_UPLOADED = 500
"""Megabytes of one upload; a zip of 500 returns has about 20."""
_SKIPPED = "files-skipped"
"""What to say once of the files that were passed over."""


def keep(collection: str, sources: Iterable[Source]) -> None:
    """Keeps the files in a collection as they came."""
    authority_store().add_files(
        collection, (KeptFile(file=one.file, data=one.data or b"", problem=one.problem) for one in sources)
    )


def take_files(collection: Collection) -> None:
    """Where files are dropped; they are kept as they came before any of them is read."""
    with st.form("files", clear_on_submit=True, border=False):
        uploads: list[UploadedFile] = st.file_uploader(
            "Drop the schools' workbooks here, or one or more .zip files of them",
            accept_multiple_files=True,
            max_upload_size=MOST_UPLOADED,
        )
        if not st.form_submit_button("Take in these files", type="primary", icon=":material/move_to_inbox:"):
            return
    if not uploads:
        st.info("Choose or drop the files first, then press the button.")
        return
    try:
        skipped: list[str] = []
        keep(collection.id, of_uploads(((one.name, one.getvalue()) for one in uploads), skipped=skipped))
    except NotSaved:
        st.error("The files could not be kept: the database is busy or full. Nothing was taken in; try again.")
        return
    job_for(collection).start(authority_store(), criteria())
    if skipped:
        st.session_state[_SKIPPED] = in_words(skipped)
    st.rerun()


def tell_skipped() -> None:
    """Says once which of the files that were dropped were passed over."""
    if said := st.session_state.pop(_SKIPPED, ""):
        st.info(literal(said))


def take_papers(collection: Collection) -> None:
    """The register, which says who is expected, and the list of schools that changed their URN."""
    st.write(
        "The register is the file of the national register, Get Information About Schools, as it is downloaded (a CSV file, "
        "or Results.zip with one in it), or a plain list of URN and name. With it you see who has not sent a return."
    )
    take_document(collection, "register", "Register (.csv or .zip)")
    authorities = papers_of(collection).authorities
    if len(authorities) > 1 or (authorities and collection.settings.get("authority", "") not in ("", *authorities)):
        _narrow(collection, authorities)
    choose_asked(collection)
    st.write("A school that becomes an academy gets a new URN. List the old and the new one, and it stays one school.")
    take_document(collection, "successors", "Old and new URN (.csv)")


def take_document(collection: Collection, kind: Document, label: str) -> None:
    """Where a list is chosen in place of the one that is there."""
    there = collection.documents.get(kind)
    if there is not None:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.write(f"In use: {literal(there[0])}")
        if right.button("Take it away", key=f"drop-{kind}", width="stretch"):
            authority_store().put_document(collection.id, kind, file="", data=b"")
            st.rerun()
    with st.form(f"form-{kind}", clear_on_submit=True, border=False):
        upload = st.file_uploader(label, type=["csv", "txt", "zip"])
        if st.form_submit_button("Use this file") and upload is not None:
            authority_store().put_document(collection.id, kind, file=upload.name, data=upload.getvalue())
            st.rerun()


def _narrow(collection: Collection, authorities: Mapping[str, str]) -> None:
    """The register is of several authorities: only the schools of one are expected here."""
    chosen = collection.settings.get("authority", "")
    codes = list(dict.fromkeys(("", *authorities, chosen)))
    code = st.selectbox(
        "Expect the schools of",
        codes,
        index=codes.index(chosen),
        format_func=lambda one: authority_title(one, authorities) if one else "every authority in the register",
    )
    if code != chosen:
        settings = {**collection.settings, "authority": code}
        authority_store().describe(collection.id, settings=settings)
        st.rerun()


def choose_asked(collection: Collection) -> None:
    """A switch for each kind of place that the register has, and that is asked only as the authority chooses."""
    register = papers_of(collection).register
    places = register.places if register else {}
    if not places:
        return
    asked = asked_of(collection)
    st.write("Which of these do you ask for a return? Maintained schools, academies and free schools always are.")
    chosen = {
        place: st.checkbox(f"{PLACES[place]} ({len(schools):,})", place in asked, key=f"asked-{collection.id}-{place}")
        for place, schools in places.items()
    }
    wanted = [place for place in PLACES if chosen.get(place, place in asked)]
    if wanted != list(asked):
        authority_store().describe(collection.id, settings={**collection.settings, "asked": " ".join(wanted)})
        st.rerun()
    rows = [
        {"School": one.name, "URN": one.urn, "Kind": PLACES[place]}
        for place, schools in places.items()
        if not chosen[place]
        for one in schools
    ]
    if rows:
        show_long_table(pd.DataFrame(rows), "Open, but not asked for a return", key=f"not-asked-{collection.id}")
