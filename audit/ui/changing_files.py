"""Taking a file out of a collection, putting another in its place, and putting it back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from audit.authority_store import Collection, FileEvent, KeptFile
from audit.english import moment
from audit.intake import of_uploads
from audit.store import NotSaved
from audit.ui.components import MOST_MEGABYTES, literal
from audit.ui.session import authority_store, session

_ROLE = "Online safety adviser"
_SHOWN = 50
"""Entries of the log that are shown."""


def change_files(collection: Collection) -> None:
    """Where a file is taken out, replaced or put back; the log says who did what, and when."""
    store = authority_store()
    names, out, log = store.names(collection.id), store.out(collection.id), store.log(collection.id)
    if not (names or out):
        return
    with st.expander("Take a file out, or replace it", icon=":material/rule_folder:", expanded=bool(out)):
        st.write(
            "A file that is taken out counts for nothing: everything is worked out again without it. It is kept, and can "
            "be put back."
        )
        usual = session().role or collection.settings.get("sender_role", _ROLE)
        role = st.text_input("Your role, for the log", usual, max_chars=120, key="file-role").strip()
        if role != usual:
            session().role = role
        if names:
            file = st.selectbox("File", names, key=f"file-{collection.id}")
            if st.button("Take it out", icon=":material/remove_circle:"):
                _kept(lambda: store.take_out(collection.id, file, role=role))
            _replace(collection, file, role)
        for name in out:
            left, right = st.columns([3, 1], vertical_alignment="center")
            left.markdown(f"Taken out: **{literal(name)}**")
            if right.button("Put it back", key=f"back-{name}", width="stretch", help=f"Put back {literal(name)}"):
                _kept(lambda name=name: store.put_back(collection.id, name, role=role))  # type: ignore[misc]
        if log:
            st.markdown("**What was done with files**")
            for event in log[:_SHOWN]:
                st.markdown(f"- {literal(said_of(event))}")


def said_of(event: FileEvent) -> str:
    """One entry of the log in words."""
    what = {
        "taken out": f"{event.file} was taken out",
        "replaced": f"{event.file} was replaced by {event.by}",
        "put back": f"{event.file} was put back{f' in place of {event.by}' if event.by else ''}",
    }[event.kind]
    return f"{moment(event.at)}: {what}{f' ({event.role})' if event.role else ''}."


def _replace(collection: Collection, file: str, role: str) -> None:
    """The other file; it must be one workbook."""
    with st.form("replace-file", clear_on_submit=True, border=False):
        upload = st.file_uploader("The workbook that takes its place", type=["xlsx"], max_upload_size=MOST_MEGABYTES)
        if not st.form_submit_button("Replace it with this workbook") or upload is None:
            return
    found = list(of_uploads([(upload.name, upload.getvalue())]))
    if len(found) != 1 or found[0].problem is not None:
        st.error("Nothing was replaced: choose one workbook (.xlsx) that the school sent.")
        return
    new = KeptFile(file=found[0].file, data=found[0].data)
    _kept(lambda: authority_store().replace(collection.id, file, new, role=role))


def _kept(change: Callable[[], object]) -> None:
    """Does it and draws the page anew, or says that it was not kept."""
    try:
        change()
    except NotSaved:
        st.error("Nothing was changed: the database is busy or full. Try again.")
    else:
        st.rerun()
