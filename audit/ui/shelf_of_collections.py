"""The list of collections: opening one, starting one, giving it another name, taking it away."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import streamlit as st

from audit.authority_names import read_local_authority
from audit.authority_store import Collection, Document
from audit.english import moment, plural
from audit.former_authorities import authority_title
from audit.identifiers import local_authorities
from audit.intake import find
from audit.model import academic_year
from audit.ui import intake_job
from audit.ui.components import literal
from audit.ui.session import View, authority_store, session
from audit.ui.taking_in import keep

EXAMPLE = Path(__file__).parents[2] / "sample_data" / "returns"
_EXAMPLE_TITLE = "Example: returns of invented schools"
_YEARS_BACK = 10
_FULL_NAME = "Full name of the authority or trust, for letters"
_FULL_NAME_HELP = "Such as Kent County Council. Left empty, letters carry the name that the register gives it."


def choose_collection() -> None:
    """The collections at hand, a new one, and the example one click away."""
    there, files = authority_store().collections(), authority_store().counts()
    for one in there:
        left, middle, right = st.columns([4, 1, 1], vertical_alignment="center")
        left.markdown(f"**{literal(one.title)}** · last changed {moment(one.touched_at)}")
        if middle.button("Open", key=f"open-{one.id}", width="stretch", help=f"Open {literal(one.title)}"):
            open_collection(one.id)
        with right.popover("Change", width="stretch", key=f"change-{one.id}", help=f"Change {literal(one.title)}"):
            _change(one, files=files.get(one.id, 0))
    if not any(one.title == _EXAMPLE_TITLE for one in there):
        st.write(
            "New here? Look around with a dozen returns of invented schools and two desk reviews: nothing can break."
        )
        if st.button("Open the example returns", icon=":material/science:"):
            _start_example()
    st.subheader("Start a collection")
    with st.form("collection"):
        title = st.text_input("What shall it be called?", f"Returns {academic_year(dt.date.today())}", max_chars=100)
        authority = st.selectbox(
            "Your local authority",
            list(local_authorities()),
            index=None,
            format_func=authority_title,
            accept_new_options=True,
            help="One that is not in the list: type its three-digit code.",
            placeholder="Choose, or leave empty for a trust",
        )
        name = st.text_input(_FULL_NAME, max_chars=120, help=_FULL_NAME_HELP)
        if st.form_submit_button("Start", type="primary"):
            code = read_local_authority(authority or "", unknown=True)
            if isinstance(code, str):
                open_collection(
                    authority_store().start(title, settings={"authority": code, "authority_name": name.strip()})
                )
            st.error(literal(str(code)))


def _change(collection: Collection, *, files: int) -> None:
    """Another name, another year, or an end of a collection with this many files; nothing of it can be brought back."""
    with st.form(f"rename-{collection.id}", border=False):
        title = st.text_input("Name", collection.title, max_chars=100, key=f"title-{collection.id}")
        years = ["", *_years(collection.year)]
        year = st.selectbox(
            "Year asked for",
            years,
            index=years.index(collection.year),
            format_func=lambda one: one or "the one that most returns have",
            key=f"year-{collection.id}",
        )
        kept = collection.settings
        name = st.text_input(
            _FULL_NAME, kept.get("authority_name", ""), max_chars=120, help=_FULL_NAME_HELP, key=f"name-{collection.id}"
        )
        if st.form_submit_button("Keep") and title.strip():
            authority_store().rename(collection.id, title.strip(), year=year)
            if name.strip() != kept.get("authority_name", ""):
                authority_store().describe(collection.id, settings={**kept, "authority_name": name.strip()})
            st.rerun()
    sure = st.checkbox(
        f"Remove it for good: its {plural(files, 'file')}, lists and readings", key=f"sure-{collection.id}"
    )
    if st.button("Remove", key=f"remove-{collection.id}", disabled=not sure):
        intake_job.forget(collection.id)
        authority_store().remove(collection.id)
        st.rerun()


def _years(kept: str) -> list[str]:
    """The academic years that can be asked for, the latest first."""
    latest = int(academic_year(dt.date.today())[:4]) + 1
    years = {academic_year(dt.date(latest - back, 9, 1)) for back in range(_YEARS_BACK)}
    return sorted(years | {kept} - {""}, reverse=True)


def open_collection(collection: str) -> None:
    """Makes a collection the open one, and shows it."""
    mine = session()
    mine.collection, mine.view, mine.school = collection, View(), ""
    st.query_params["collection"] = collection
    st.rerun()


def close_collection() -> None:
    """Leaves the open collection for the list of all."""
    session().collection = ""
    st.query_params.pop("collection", None)
    st.rerun()


def _start_example() -> None:
    collection = authority_store().start(_EXAMPLE_TITLE, settings={"authority": "886"})
    found = find([EXAMPLE], leave_out=sorted(EXAMPLE.glob("*.csv")))
    root = f"{EXAMPLE.as_posix()}/"
    keep(collection, (replace(one, file=one.file.removeprefix(root)) for one in found))
    kinds: tuple[Document, ...] = ("register", "successors")
    for kind in kinds:
        path = EXAMPLE / f"{kind}.csv"
        authority_store().put_document(collection, kind, file=path.name, data=path.read_bytes())
    open_collection(collection)
