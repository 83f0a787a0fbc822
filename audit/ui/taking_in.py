"""Taking files and lists into a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from audit.authority_store import Collection, Document, KeptFile
from audit.intake import Source, of_uploads
from audit.intake.passed_over import in_words
from audit.store import NotSaved
from audit.ui.collecting import job_for, papers_of
from audit.ui.components import literal
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
        "The register is the CSV file of the national register, Get Information About Schools, as it is downloaded, or a "
        "plain list of URN and name. With it you see who has not sent a return."
    )
    take_document(collection, "register", "Register (.csv)")
    authorities = papers_of(collection).authorities
    if len(authorities) > 1:
        _narrow(collection, authorities)
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
        upload = st.file_uploader(label, type=["csv", "txt"])
        if st.form_submit_button("Use this file") and upload is not None:
            authority_store().put_document(collection.id, kind, file=upload.name, data=upload.getvalue())
            st.rerun()


def _narrow(collection: Collection, authorities: Mapping[str, str]) -> None:
    """The register is of several authorities: only the schools of one are expected here."""
    chosen = collection.settings.get("authority", "")
    codes = ["", *authorities]
    code = st.selectbox(
        "Expect the schools of",
        codes,
        index=codes.index(chosen) if chosen in codes else 0,
        format_func=lambda one: f"{authorities[one]} ({one})" if one else "every authority in the register",
    )
    if code != chosen:
        settings = {**collection.settings, "authority": code}
        authority_store().describe(collection.id, settings=settings)
        st.rerun()
