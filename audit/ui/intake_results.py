"""What came of the files: every verdict, every problem, and the returns of which two came."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.authority.collecting.settling import Intake
from audit.authority.showing import readable, readable_intake
from audit.authority.tables import VERDICTS
from audit.authority_store import Collection
from audit.english import plural
from audit.exports import table_csv
from audit.ui.components import download, literal, show_long_table
from audit.ui.fragments import fragment
from audit.ui.session import authority_store
from audit.workbook.tables import write_tables


def show_verdicts(intake: Intake) -> None:
    """How many files were accepted and refused, each of them, and the downloads to send on."""
    counts = intake.files["verdict"].value_counts()
    for column, verdict in zip(st.columns(len(VERDICTS) + 1), ("files", *VERDICTS), strict=True):
        with column:
            st.metric(verdict.capitalize(), len(intake.files) if verdict == "files" else int(counts.get(verdict, 0)))
    verdicts = readable_intake.verdicts(intake.files, intake.problems)
    problems = readable_intake.problems(intake.problems)
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
    """The files of the verdicts wanted, and under them the problems of one."""
    wanted = st.pills(
        "Show", VERDICTS, default=[], selection_mode="multi", format_func=str.capitalize, key="verdicts-wanted"
    )
    rows = intake.files[intake.files["verdict"].isin(wanted or VERDICTS)]
    rows = rows.sort_values("verdict", ascending=False, kind="stable")  # the refused first
    brief = verdicts[["File", "Verdict", "School", "Year"]]
    brief = brief.assign(**{"First problem": intake.files["first_problem"]})
    show_long_table(
        readable.shown(brief.loc[rows.index]),
        "Every file with its verdict",
        key=f"verdicts-{'-'.join(wanted)}",
        size=20,
    )
    faulty = list(dict.fromkeys(intake.problems["file"]))
    if faulty:
        file = st.selectbox("Faults of the file", faulty)
        own = (intake.problems["file"] == file).to_numpy(dtype=bool)
        show_long_table(problems[own], f"Faults of {file}", key=f"faults-{file}", size=20)


def show_twice(collection: Collection, intake: Intake) -> None:
    """The returns that are set aside for another of the same school and year, each with a way to let it count."""
    aside = intake.files[intake.files["set_aside"] != ""]
    if aside.empty:
        return
    st.subheader(f"Sent more than once: {plural(len(aside), 'file')} set aside")
    for _, one in aside.iterrows():
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(
            f"**{literal(one['file'])}** · {literal(one['school'])}, {one['year']}. {literal(one['set_aside'])}"
        )
        same = (intake.files["urn"] == one["urn"]) & (intake.files["year"] == one["year"])
        rivals = [digest for digest in intake.files.loc[same, "digest"] if digest != one["digest"]]
        if rivals and right.button("Let this one count", key=f"choose-{one['file']}", width="stretch"):
            authority_store().choose(collection.id, one["digest"], rivals=rivals)
            st.rerun()
