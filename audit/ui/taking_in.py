"""Collections of returns: the list of them, and taking files and lists into one.

A collection can be opened, started, renamed and removed. Into the open one an adviser takes the schools' workbooks,
the register, and the list of changed URNs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from audit.authority.register_columns import PLACES
from audit.english import moment, plural
from audit.identifiers import authority_title, read_local_authority
from audit.intake.sources import FoundFile, find, of_uploads, passed_over_in_words
from audit.model import academic_year
from audit.store.collections import Collection, Document, KeptFile
from audit.ui import intake_job
from audit.ui.components import ask_authority, is_kept, keep_and_rerun, markdown_text, show_long_table
from audit.ui.intake_job import asked_of, job_for, papers_of, start_reading
from audit.ui.session import View, authority_store, loaded_criteria, session

EXAMPLE = Path(__file__).parents[2] / "sample_data" / "returns"
_EXAMPLE_TITLE = "Example: returns of invented schools"
_YEARS_BACK = 10
_FULL_NAME = "Full name of the authority or trust, for letters"
_FULL_NAME_HELP = "Such as Kent County Council. Left empty, letters carry the name that the register gives it."
MOST_UPLOADED = 500
"""The largest upload, in megabytes. A zip of 500 returns has about 20."""
_SKIPPED = "files-skipped"
"""The key of the message about files that were passed over, which is shown once."""


def choose_collection() -> None:
    """Shows the collections, the form that starts one, and the button that opens the example."""
    collections, files = authority_store().collections(), authority_store().counts()
    for collection in collections:
        left, middle, right = st.columns([4, 1, 1], vertical_alignment="center")
        left.markdown(f"**{markdown_text(collection.title)}** · last changed {moment(collection.touched_at)}")
        if middle.button(
            "Open", key=f"open-{collection.id}", width="stretch", help=f"Open {markdown_text(collection.title)}"
        ):
            open_collection(collection.id)
        with right.popover(
            "Change", width="stretch", key=f"change-{collection.id}", help=f"Change {markdown_text(collection.title)}"
        ):
            _change(collection, files=files.get(collection.id, 0))
    if not any(collection.title == _EXAMPLE_TITLE for collection in collections):
        st.write(
            "New here? Look around with a dozen returns of invented schools and two desk reviews: nothing can break."
        )
        if st.button("Open the example returns", icon=":material/science:"):
            _start_example()
    st.subheader("Start a collection")
    with st.form("collection"):
        title = st.text_input("What shall it be called?", f"Returns {academic_year(dt.date.today())}", max_chars=100)
        authority = ask_authority("Your local authority", "Choose, or leave empty for a trust")
        name = st.text_input(_FULL_NAME, max_chars=120, help=_FULL_NAME_HELP)
        framework = _ask_framework("")
        if st.form_submit_button("Start", type="primary"):
            code = read_local_authority(authority, unknown=True)
            if isinstance(code, str):
                settings = {"authority": code, "authority_name": name.strip(), "framework": framework}
                started: list[str] = []
                if is_kept(lambda: started.append(authority_store().start(title, settings=settings))):
                    open_collection(started[0])
            else:
                st.error(markdown_text(str(code)))


def _change(collection: Collection, *, files: int) -> None:
    """Shows where a collection is renamed, its year is changed, or it is removed for good.

    Args:
        collection: the collection.
        files: how many files it has.
    """
    with st.form(f"rename-{collection.id}", border=False):
        title = st.text_input("Name", collection.title, max_chars=100, key=f"title-{collection.id}")
        years = ["", *_years(collection.year)]
        year = st.selectbox(
            "Year asked for",
            years,
            index=years.index(collection.year),
            format_func=lambda choice: choice or "the one that most returns have",
            key=f"year-{collection.id}",
        )
        kept = collection.settings
        name = st.text_input(
            _FULL_NAME, kept.get("authority_name", ""), max_chars=120, help=_FULL_NAME_HELP, key=f"name-{collection.id}"
        )
        framework = _ask_framework(collection.framework, key=f"framework-{collection.id}")
        if st.form_submit_button("Keep") and title.strip():
            settings = {**kept, "authority_name": name.strip(), "framework": framework}
            is_renamed = is_kept(lambda: authority_store().rename(collection.id, title.strip(), year=year))
            is_same = (name.strip(), framework) == (kept.get("authority_name", ""), kept.get("framework"))
            if is_renamed and (
                is_same or is_kept(lambda: authority_store().describe(collection.id, settings=settings))
            ):
                st.rerun()
    sure = st.checkbox(
        f"Remove it for good: its {plural(files, 'file')}, lists and readings", key=f"sure-{collection.id}"
    )
    if st.button("Remove", key=f"remove-{collection.id}", disabled=not sure):
        intake_job.forget(collection.id)
        keep_and_rerun(lambda: authority_store().remove(collection.id))


def _ask_framework(chosen: str, *, key: str = "framework") -> str:
    """Asks by which framework the returns are compared; returns its id.

    Args:
        chosen: the id of the framework so far; empty for the one that a new audit answers.
        key: the key of the widget.
    """
    criteria = loaded_criteria()
    titles = {framework.id: framework.title for framework in criteria.frameworks}
    so_far = chosen or criteria.usual[0].id
    titles.setdefault(so_far, f"{so_far}, which is not here any more")
    return st.selectbox(
        "Framework to compare",
        list(titles),
        index=list(titles).index(so_far),
        format_func=titles.__getitem__,
        help="A collection compares one framework. A return that answers others too counts with its part of this one; a "
        "return that answers only others is named, and not counted.",
        key=key,
    )


def _years(kept: str) -> list[str]:
    """The academic years to choose from, the latest first; always with the year that the collection has."""
    latest = int(academic_year(dt.date.today())[:4]) + 1
    years = {academic_year(dt.date(latest - back, 9, 1)) for back in range(_YEARS_BACK)}
    return sorted(years | {kept} - {""}, reverse=True)


def open_collection(collection: str) -> None:
    """Makes a collection the open one and runs the page again."""
    tab = session()
    tab.collection, tab.view, tab.school = collection, View(), ""
    st.query_params["collection"] = collection
    st.rerun()


def close_collection() -> None:
    """Closes the open collection and shows the list of all."""
    session().collection = ""
    st.query_params.pop("collection", None)
    st.rerun()


def _start_example() -> None:
    started: list[str] = []
    if is_kept(lambda: started.append(_example_collection())):
        open_collection(started[0])


def _example_collection() -> str:
    """A new collection of the example's returns and lists; returns its id."""
    collection = authority_store().start(_EXAMPLE_TITLE, settings={"authority": "886"})
    files = find([EXAMPLE], leave_out=sorted(EXAMPLE.glob("*.csv")))
    root = f"{EXAMPLE.as_posix()}/"
    keep_files(collection, (replace(file, file=file.file.removeprefix(root)) for file in files))
    kinds: tuple[Document, ...] = ("register", "successors")
    for kind in kinds:
        path = EXAMPLE / f"{kind}.csv"
        authority_store().put_document(collection, kind, file=path.name, data=path.read_bytes())
    return collection


def take_files(collection: Collection) -> None:
    """Shows where files are dropped. They are kept unchanged before any of them is read."""
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
    skipped: list[str] = []
    files = of_uploads(((upload.name, upload.getvalue()) for upload in uploads), skipped=skipped)
    if not is_kept(lambda: keep_files(collection.id, files), "Nothing was taken in"):
        return
    start_reading(job_for(collection), collection)
    if skipped:
        st.session_state[_SKIPPED] = passed_over_in_words(skipped)
    st.rerun()


def keep_files(collection: str, sources: Iterable[FoundFile]) -> None:
    """Keeps the files in a collection, unchanged."""
    authority_store().add_files(
        collection, (KeptFile(file=source.file, data=source.data or b"", problem=source.problem) for source in sources)
    )


def tell_skipped() -> None:
    """Says once which of the dropped files were passed over."""
    if message := st.session_state.pop(_SKIPPED, ""):
        st.info(markdown_text(message))


def take_papers(collection: Collection) -> None:
    """Shows where the register, which says who is expected, and the list of changed URNs are chosen."""
    st.write(
        "The register is the file of the national register, Get Information About Schools, as it is downloaded (a CSV file, "
        "or Results.zip with one in it), or a plain list of URN and name. With it you see who has not sent a return."
    )
    take_document(collection, "register", "Register (.csv or .zip)")
    authorities = papers_of(collection).authorities
    if len(authorities) > 1 or (authorities and collection.settings.get("authority", "") not in ("", *authorities)):
        _choose_authority(collection, authorities)
    choose_asked(collection)
    st.write("A school that becomes an academy gets a new URN. List the old and the new one, and it stays one school.")
    take_document(collection, "successors", "Old and new URN (.csv)")


def take_document(collection: Collection, kind: Document, label: str) -> None:
    """Shows the list in use, and where another is chosen instead."""
    in_use = collection.documents.get(kind)
    if in_use is not None:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.write(f"In use: {markdown_text(in_use[0])}")
        drop = partial(authority_store().put_document, collection.id, kind, file="", data=b"")
        if right.button("Take it away", key=f"drop-{kind}", width="stretch") and is_kept(drop):
            st.rerun()
    with st.form(f"form-{kind}", clear_on_submit=True, border=False):
        upload = st.file_uploader(label, type=["csv", "txt", "zip"])
        if st.form_submit_button("Use this file") and upload is not None:
            name, data = upload.name, upload.getvalue()
            keep_and_rerun(lambda: authority_store().put_document(collection.id, kind, file=name, data=data))


def _choose_authority(collection: Collection, authorities: Mapping[str, str]) -> None:
    """Asks which authority's schools are expected, if the register has schools of several authorities."""
    chosen = collection.settings.get("authority", "")
    codes = list(dict.fromkeys(("", *authorities, chosen)))
    code = st.selectbox(
        "Expect the schools of",
        codes,
        index=codes.index(chosen),
        format_func=lambda code: authority_title(code, authorities) if code else "every authority in the register",
    )
    if code != chosen:
        settings = {**collection.settings, "authority": code}
        keep_and_rerun(lambda: authority_store().describe(collection.id, settings=settings))


def choose_asked(collection: Collection) -> None:
    """Shows a tick for each kind of school that is asked for a return only if the authority chooses so."""
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
        settings = {**collection.settings, "asked": " ".join(wanted)}
        keep_and_rerun(lambda: authority_store().describe(collection.id, settings=settings))
    rows = [
        {"School": school.name, "URN": school.urn, "Kind": PLACES[place]}
        for place, schools in places.items()
        if not chosen[place]
        for school in schools
    ]
    if rows:
        show_long_table(pd.DataFrame(rows), "Open, but not asked for a return", key=f"not-asked-{collection.id}")
