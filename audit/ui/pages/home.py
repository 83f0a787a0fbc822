"""Home: what the tool is, the audits, the examples, every page with its purpose, and the backup."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import streamlit as st

from audit.store.backup import backup_bytes, is_in_one_file
from audit.store.schema import NotSaved
from audit.ui.audit_list import show_audits, show_bin, show_examples
from audit.ui.components import download
from audit.ui.navigation import AUTHORITY, EVERYONE, GOVERNORS, SCHOOL, show_pages
from audit.ui.session import store


def show_backup() -> None:
    """Shows what a backup holds, the button that downloads one, and how it is restored."""
    st.header("Back up")
    if not is_in_one_file():
        st.write(
            "The audits are kept in a database server. Ask whoever looks after it for its backups: for PostgreSQL "
            "they are made with `pg_dump` and put back with `pg_restore`."
        )
        return
    st.write(
        "One file holds everything: all audits with their history, and all the local authority's collections with the "
        "workbooks that came. Keep it on another drive, where only those who may see every audit can open it."
    )
    download(
        "Download a backup",
        backup_bytes,
        f"audits-{dt.date.today():%Y-%m-%d}.sqlite3",
    )
    st.caption("To put a backup back, stop the app and run `python -m audit restore FILE`.")


st.title("Online safety self-audit")
st.write(
    "See whether your school's online safety is written in its policy and done in practice, statement by statement. "
    "Answer at your own pace; you get the gaps to act on, a plan, a page for governors, and a workbook for your local "
    "authority. Next year begins with this year's answers."
)
if st.button("Start a new audit", type="primary", icon=":material/add_circle:"):
    st.switch_page("audit/ui/pages/start.py")

st.header("Your audits")
with suppress(NotSaved):  # what is due for removal can be removed next time
    store().bin.purge()
show_audits()
show_bin()

st.header("Examples to look at")
st.write(
    "New here? Open one: nothing can break. Two invented schools with three years each, and readings of two schools' "
    "published policies."
)
show_examples()

st.header("Who finds what here")
for group in (SCHOOL, GOVERNORS, AUTHORITY, EVERYONE):
    st.subheader(group.title)
    st.caption(group.about)
    show_pages(group)

st.header("What happens to what you type")
st.write(
    "It stays on the computer that runs this tool, in one database file in the folder `data`. Nothing is sent anywhere "
    "until you download a file and send it yourself. No pupil data belongs here, and people are named by role."
)

show_backup()
