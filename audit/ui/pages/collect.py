"""Take in returns: every file gets a verdict, and can be taken out, replaced or put back.

A return that a school sent more than once counts once; the adviser can choose which one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from audit.authority import comparison_in_words
from audit.authority.returns import framework_named
from audit.authority.tables import VERDICTS
from audit.authority.tracker import tracker_headline
from audit.english import moment, plural, texts_of
from audit.exports import table_csv
from audit.intake.sources import of_uploads
from audit.store.collections import Collection, FileEvent, KeptFile
from audit.ui.adviser_view import intake_of, opened_collection, shows_names
from audit.ui.components import (
    MOST_MEGABYTES,
    download,
    fragment,
    keep_and_rerun,
    markdown_text,
    show_long_table,
)
from audit.ui.session import authority_criteria, authority_store, session
from audit.ui.taking_in import choose_collection, close_collection, take_files, tell_skipped
from audit.workbook.cells import write_tables

if TYPE_CHECKING:
    from audit.authority.reconcile import Intake

_ROLE = "Online safety adviser"
# How many entries of the log are shown.
_SHOWN = 50


def change_files(collection: Collection) -> None:
    """Shows where a file is taken out, replaced or put back, and the log of who did what, and when."""
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
                keep_and_rerun(lambda: store.take_out(collection.id, file, role=role))
            _replace(collection, file, role)
        for name in out:
            left, right = st.columns([3, 1], vertical_alignment="center")
            left.markdown(f"Taken out: **{markdown_text(name)}**")
            if right.button("Put it back", key=f"back-{name}", width="stretch", help=f"Put back {markdown_text(name)}"):
                keep_and_rerun(lambda name=name: store.put_back(collection.id, name, role=role))  # type: ignore[misc]
        if log:
            st.markdown("**What was done with files**")
            for event in log[:_SHOWN]:
                st.markdown(f"- {markdown_text(said_of(event))}")


def said_of(event: FileEvent) -> str:
    """One entry of the log in words."""
    what = {
        "taken out": f"{event.file} was taken out",
        "replaced": f"{event.file} was replaced by {event.by}",
        "put back": f"{event.file} was put back{f' in place of {event.by}' if event.by else ''}",
    }[event.kind]
    return f"{moment(event.at)}: {what}{f' ({event.role})' if event.role else ''}."


def _replace(collection: Collection, file: str, role: str) -> None:
    """Shows where another file is chosen instead; it must be one workbook."""
    with st.form("replace-file", clear_on_submit=True, border=False):
        upload = st.file_uploader("The workbook that takes its place", type=["xlsx"], max_upload_size=MOST_MEGABYTES)
        if not st.form_submit_button("Replace it with this workbook") or upload is None:
            return
    files = list(of_uploads([(upload.name, upload.getvalue())]))
    if len(files) != 1 or files[0].problem is not None:
        st.error("Nothing was replaced: choose one workbook (.xlsx) that the school sent.")
        return
    new = KeptFile(file=files[0].file, data=files[0].data)
    keep_and_rerun(lambda: authority_store().replace(collection.id, file, new, role=role))


def show_verdicts(intake: Intake) -> None:
    """Shows how many files were accepted and refused, the list of files, and the downloads to send on."""
    counts = intake.files["verdict"].value_counts()
    for column, verdict in zip(st.columns(len(VERDICTS) + 1), ("files", *VERDICTS), strict=True):
        with column:
            st.metric(verdict.capitalize(), len(intake.files) if verdict == "files" else int(counts.get(verdict, 0)))
    verdicts = comparison_in_words.verdicts(intake.files, intake.problems)
    problems = comparison_in_words.problems(intake.problems)
    year = intake.year.replace("/", "-")
    downloads = (
        ("Verdicts and faults as workbook", lambda: _workbook(verdicts, problems), f"verdicts-{year}.xlsx"),
        ("Verdicts as CSV", lambda: table_csv(verdicts), f"verdicts-{year}.csv"),
        ("Faults as CSV", lambda: table_csv(problems), f"faults-{year}.csv"),
    )
    for column, (label, make, file) in zip(st.columns(len(downloads)), downloads, strict=True):
        with column:
            download(label, make, file, wide=True)
    _show_files(intake, verdicts, problems)


def _workbook(verdicts: pd.DataFrame, problems: pd.DataFrame) -> bytes:
    return write_tables({"Verdicts": verdicts, "Faults": problems}, for_the_authority=True)


@fragment()
def _show_files(intake: Intake, verdicts: pd.DataFrame, problems: pd.DataFrame) -> None:
    """Shows the files with the chosen verdicts, and the problems of one file."""
    wanted = st.pills(
        "Show", VERDICTS, default=[], selection_mode="multi", format_func=str.capitalize, key="verdicts-wanted"
    )
    rows = intake.files[intake.files["verdict"].isin(wanted or VERDICTS)]
    rows = rows.sort_values("verdict", ascending=False, kind="stable")  # the refused first
    brief = verdicts[["File", "Verdict", "School", "Year"]]
    brief = brief.assign(**{"First problem": intake.files["first_problem"]})
    show_long_table(
        texts_of(brief.loc[rows.index]),
        "Every file with its verdict",
        key=f"verdicts-{'-'.join(wanted)}",
        size=20,
    )
    faulty = list(dict.fromkeys(intake.problems["file"]))
    if faulty:
        file = st.selectbox("Faults of the file", faulty)
        of_file = (intake.problems["file"] == file).to_numpy(dtype=bool)
        show_long_table(problems[of_file], f"Faults of {file}", key=f"faults-{file}", size=20)


def show_twice(collection: Collection, intake: Intake) -> None:
    """Shows the returns that another of the same school and year replaces, each with a button to let it count."""
    aside = intake.files[intake.files["set_aside"] != ""]
    if aside.empty:
        return
    st.subheader(f"Sent more than once: {plural(len(aside), 'file')} set aside")
    for _, duplicate in aside.iterrows():
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(
            f"**{markdown_text(duplicate['file'])}** · {markdown_text(duplicate['school'])}, {duplicate['year']}. {markdown_text(duplicate['set_aside'])}"
        )
        same = (intake.files["urn"] == duplicate["urn"]) & (intake.files["year"] == duplicate["year"])
        rivals = [digest for digest in intake.files.loc[same, "digest"] if digest != duplicate["digest"]]
        if rivals and right.button("Let this one count", key=f"choose-{duplicate['file']}", width="stretch"):
            digest = duplicate["digest"]
            keep_and_rerun(partial(authority_store().choose, collection.id, digest, rivals=rivals))


wanted = st.query_params.get("collection", session().collection)
if not wanted or authority_store().load(wanted) is None:
    st.title("Take in returns")
    st.write(
        "Drop in the workbooks that your schools send back. Every file gets a verdict, with each fault by sheet and "
        "cell and how to mend it; what could be read is compared."
    )
    choose_collection()
    st.stop()

collection = opened_collection()
st.title("Take in returns")
left, right = st.columns([3, 1], vertical_alignment="center")
left.markdown(f"Collection: **{markdown_text(collection.title)}**")
if right.button("Other collections", width="stretch"):
    close_collection()
st.caption(markdown_text(f"Compared by {framework_named(authority_criteria(collection).frameworks[0])}."))
take_files(collection)
intake = intake_of(collection)
tell_skipped()
named = True
if len(intake.files):
    st.markdown(f"### {markdown_text(tracker_headline(intake.tracker, intake.year))}")
    if named := shows_names():
        show_verdicts(intake)
        show_twice(collection, intake)
    st.subheader("What next")
    st.page_link("audit/ui/pages/tracker.py", label="See who has not sent a return", icon=":material/checklist:")
    st.page_link("audit/ui/pages/overview.py", label="Compare the schools", icon=":material/bar_chart:")
    st.page_link("audit/ui/pages/write_back.py", label="Write back to the schools", icon=":material/outgoing_mail:")
if named:
    change_files(collection)
