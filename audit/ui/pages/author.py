"""Your own criteria: download a workbook of criteria, change it in Excel, and add what came of it as a new edition."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from audit.criteria import load
from audit.criteria.editions import (
    edition_of,
    next_name,
    preview_of,
    refusal_to_write,
    write_edition,
)
from audit.english import agree, plural
from audit.model import academic_year
from audit.problems import UnusableFile, errors
from audit.ui.components import choose_workbook, download, markdown_text, show_problems
from audit.ui.session import forget_criteria, loaded_criteria, store
from audit.workbook.criteria_sheets import read_criteria_workbook, write_criteria_workbook

if TYPE_CHECKING:
    from audit.criteria.editions import Edition

# How many faults, or statements of one kind, are shown at once.
_SHOWN = 300
# The id of what was just added, and how often something was, so that the next upload begins empty.
_ADDED, _TIMES = "criteria-added", "criteria-times"


def offer_workbook() -> None:
    """Asks which criteria are to be changed, and offers them as a workbook."""
    st.subheader("1. Download criteria to start from")
    frameworks = {framework.id: framework for framework in loaded_criteria().frameworks}
    chosen = st.selectbox("Criteria", list(frameworks), format_func=lambda name: frameworks[name].title)
    st.write("Change them in Excel. The sheet Read me says how. Nothing changes here until you add them.")
    download(
        "Download as workbook",
        lambda: write_criteria_workbook(frameworks[chosen]),
        f"{chosen}.xlsx",
        key="criteria-out",
    )


def read_upload() -> Edition | None:
    """Asks for the workbook and the name of the new edition; shows every fault, or returns the edition."""
    st.subheader("2. Upload what you changed")
    file = choose_workbook(key=f"criteria-in-{st.session_state.get(_TIMES, 0)}")
    suggested = f"mine-{academic_year(dt.date.today())[:4]}"
    while (load.CRITERIA / suggested).exists():
        suggested = next_name(suggested)
    name = st.text_input(
        "Short name of the new edition",
        suggested,
        max_chars=40,
        help="Small letters, digits and hyphens. It is permanent: answers and statements are filed under it.",
    ).strip()
    if file is None:
        return None
    try:
        edition = edition_of(read_criteria_workbook(file.getvalue(), file.name), name, loaded_criteria())
    except UnusableFile as error:
        count = len(errors(error.problems))
        st.error(
            f"{plural(count, 'fault')}. Mend {agree(count, 'it', 'each')} in the workbook, save it, and upload it again."
        )
        show_problems(error.problems[:_SHOWN], "What to mend")
        return None
    show_problems(edition.notes, "What to know")
    return edition


def show_preview(edition: Edition, in_use: tuple[str, ...]) -> None:
    """Shows what the edition changes, and which stored audits it touches."""
    st.subheader("3. Check what changes")
    of_origin = len(store().sign_offs.answering(edition.origin.id))
    (title, about), *parts = preview_of(edition, in_use, of_origin)
    st.markdown(f"**{markdown_text(title)}**")
    st.write(markdown_text(" ".join(about)))
    for heading, lines in parts:
        if not lines:
            st.markdown(f"- {markdown_text(heading)}")
            continue
        with st.expander(markdown_text(heading), expanded=len(lines) <= 20):
            st.markdown("\n".join(f"- {markdown_text(line)}" for line in lines[:_SHOWN]))
            if len(lines) > _SHOWN:
                st.caption(f"And {plural(len(lines) - _SHOWN, 'more', 'more')}.")


def offer_to_add(edition: Edition, in_use: tuple[str, ...]) -> None:
    """Shows the button that adds the edition, or why it cannot be added."""
    name = edition.framework.id
    folder = load.CRITERIA / name
    if (refusal := refusal_to_write(edition, folder, in_use, replaces=True)) is not None:
        st.error(markdown_text(f"{refusal.what} {refusal.fix}"))
        return
    replaces = False
    if refusal_to_write(edition, folder, in_use, replaces=False) is not None:
        replaces = st.checkbox(f"Replace the edition {name} that is here. No stored audit answers it.")
    if st.button("Add these criteria", type="primary", disabled=folder.exists() and not replaces):
        used = store().sign_offs.answering(name)  # somebody may have begun an audit since the page was shown
        refusal = refusal_to_write(edition, folder, used, replaces=replaces)
        if refusal is not None:
            st.error(markdown_text(f"{refusal.what} {refusal.fix}"))
            return
        try:
            write_edition(edition, folder, on=dt.date.today())
        except OSError as error:
            st.error(markdown_text(f"The criteria cannot be written: {error.strerror or error}. Nothing was changed."))
            return
        forget_criteria()
        st.session_state[_ADDED] = name
        st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
        st.rerun()


st.title("Your own criteria")
st.write(
    "Change the statements that schools answer, leave some out or write more, in Excel. What you add becomes a new set "
    "of criteria beside the others. Audits that schools have begun stay as they are."
)
if added := st.session_state.pop(_ADDED, ""):
    st.success(f"Added: {markdown_text(added)}. Schools can tick these criteria when they start an audit.")
    st.page_link("audit/ui/pages/start.py", label="Start an audit", icon=":material/add_circle:")
offer_workbook()
uploaded = read_upload()
if uploaded is not None:
    answering = store().sign_offs.answering(uploaded.framework.id)
    show_preview(uploaded, answering)
    offer_to_add(uploaded, answering)
