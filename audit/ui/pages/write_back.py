"""Write back: a letter for each school, figures to share, and the comparison for the authority only."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.authority.assurance.checks import credibility
from audit.authority.assurance.moderation import agreement
from audit.authority.feedback.letter import correspondence
from audit.english import plural
from audit.exhibits.authority import Knowledge
from audit.exports import scores_csv, scores_parquet
from audit.reports.comparison_report import comparison_report
from audit.reports.letter import OPENING, LetterSettings, file_name, letter, letters_zip, read_settings
from audit.ui.adviser_view import AdviserView, adviser_view, shows_names
from audit.ui.components import download, is_kept, markdown_text
from audit.ui.intake_job import full_name
from audit.ui.releasing import latest_release, offer_release
from audit.ui.session import authority_store
from audit.workbook.write_comparison import write_comparison

if TYPE_CHECKING:
    from audit.store.collections import Collection


def choose_settings(collection: Collection) -> LetterSettings | None:
    """Asks who writes the letters, and returns the settings; None while they have faults."""
    kept, key = collection.settings, f"letters-{collection.id}"
    name = full_name(collection)
    role = kept.get("sender_role", "Online safety adviser")
    opening = kept.get("opening", OPENING)
    with st.form("letters"):
        authority = st.text_input(
            "Full name of the authority or trust",
            name,
            max_chars=120,
            help="As it stands at the head of a letter, such as Kent County Council.",
            key=f"{key}-authority",
        )
        role = st.text_input("Role that signs", role, max_chars=120, key=f"{key}-role")
        opening = st.text_area("Opening paragraph", opening, help=theme.NO_PUPIL_DATA, height=120, key=f"{key}-opening")
        wanted = st.form_submit_button("Keep these settings")
    settings = read_settings(authority=authority, sender_role=role, opening=opening, dated=dt.date.today())
    if not isinstance(settings, LetterSettings):
        for problem in settings:
            st.error(markdown_text(str(problem)))
        return None
    if wanted:
        chosen = {"authority_name": authority, "sender_role": role, "opening": opening}
        is_kept(lambda: authority_store().describe(collection.id, settings={**kept, **chosen}))
    return settings


def offer_letters(view: AdviserView, settings: LetterSettings) -> None:
    """Shows the letter for one school and a zip of all. Filters do not apply, and the schools' own answers count."""
    if not shows_names():
        return
    release = latest_release(view, view.intake.year)
    addressed = correspondence(view.intake, release)
    if not addressed:
        st.write(f"No return for {view.intake.year} has been accepted yet, so there is nobody to write to.")
        return
    st.write(
        f"{len(addressed)} letters as Word documents: thanks, the outcome, strengths, the gaps that matter most with what "
        "closes them, faults in the file, and training that fits. Read some before you send any."
    )
    st.write(
        "No release of figures has been made for this year, so letters do not say where a school stands among others. "
        "Make one under Figures to share."
        if release is None
        else f"Where a school stands among others is said by release {release.number} alone."
    )
    year = view.intake.year.replace("/", "-")
    chosen = st.selectbox("Letter to", range(len(addressed)), format_func=lambda place: addressed[place].to)
    to = addressed[chosen].to
    school = to.removeprefix(addressed[chosen].urn).strip() or to
    st.subheader(markdown_text(f"Letter to {school}"))
    left, right = st.columns(2)
    with left:
        download(
            markdown_text(f"Letter to {school}"),
            lambda: letter(addressed[chosen].compose(), settings),
            file_name(f"{to} {year}"),
            key=f"letter-{chosen}",
            wide=True,
        )
    with right:
        download(
            f"All {plural(len(addressed), 'letter')} as a zip",
            lambda: letters_zip(addressed, settings),
            f"letters-{year}.zip",
            wide=True,
        )


def offer_comparison(view: AdviserView) -> None:
    """Shows the downloads of the comparison in view, for the authority only: workbook, offline report, and SCORES."""
    comparison = replace(view.comparison, names=None)  # codes are only for the screen
    st.caption(theme.FOR_THE_AUTHORITY)
    st.write("What is in view under Filters, under the names of the schools.")
    year = comparison.year.replace("/", "-")
    download("Comparison workbook", lambda: write_comparison(comparison, _knowledge(view)), f"comparison-{year}.xlsx")
    download(
        "Report to read offline",
        lambda: comparison_report(comparison, _knowledge(view)).encode(),
        f"comparison-{year}.html",
    )
    download("Every answer as CSV", lambda: scores_csv(comparison.returns), f"scores-{year}.csv")
    download("Every answer as Parquet", lambda: scores_parquet(comparison.returns), f"scores-{year}.parquet")


def _knowledge(view: AdviserView) -> Knowledge:
    """What the adviser knows besides the comparison: doubts, agreement and the tracker."""
    return Knowledge(
        doubts=credibility(view.intake.returns, year=view.comparison.year),
        agreement=agreement(view.intake.returns, view.readings),
        tracker=view.intake.tracker,
    )


st.title("Write back")
view = adviser_view()
letters, shared, authority_only = st.tabs(["Letters", "Figures to share", "Authority only"])
with letters:
    settings = choose_settings(view.collection)
    if settings is not None:
        offer_letters(view, settings)
with shared:
    offer_release(view)
with authority_only:
    offer_comparison(view)
