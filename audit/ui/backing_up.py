"""Where everything that is stored can be downloaded as one file."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from audit.store.backup import backup_bytes, is_in_one_file
from audit.ui.components import download


def show_backup() -> None:
    """What a backup holds, the button that downloads one, and how it is put back."""
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
