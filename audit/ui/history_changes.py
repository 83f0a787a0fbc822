"""What changed between any two audits of a school, chosen on a page."""

from __future__ import annotations

import streamlit as st

from audit import history
from audit.exports import table_csv
from audit.outcome import Outcome, outcome
from audit.readable import filtered
from audit.ui.components import choose_workbook, download, literal, show_problems, show_table
from audit.ui.fragments import fragment
from audit.ui.history_years import name_of, outcome_of
from audit.ui.session import criteria
from audit.workbook import read

_UNFOLDED = ("closed", "opened")


@fragment()
def show_changes(outcomes: dict[str, Outcome], open_name: str) -> None:
    """What became of each statement between two audits that are chosen here.

    Args:
        outcomes: the audits at hand by name, the earliest first.
        open_name: which of them is open.
    """
    at_hand = outcomes | _from_workbook()
    left, right = st.columns(2)
    later = right.selectbox("Later audit", list(at_hand), index=list(at_hand).index(open_name), key="changes.later")
    others = [name for name, one in at_hand.items() if name != later and one.audit.year <= at_hand[later].audit.year]
    if not others:
        left.info("No earlier audit of this school is here. Choose its workbook above.")
        return
    earlier = left.selectbox("Earlier audit", others, index=len(others) - 1, key=f"changes.earlier.{later}")
    _show(at_hand[earlier], at_hand[later])


def _from_workbook() -> dict[str, Outcome]:
    """An audit from a workbook that is chosen here, by name; nothing of it is stored."""
    with st.expander(
        "Compare with a workbook, such as last year's from another computer", icon=":material/upload_file:"
    ):
        upload = choose_workbook("changes.workbook")
        if upload is None:
            return {}
        reading = read(upload.getvalue(), upload.name, criteria(), any_edition=True)
        show_problems(reading.problems, "What we found in the file")
        if reading.audit is None:
            st.error("The workbook cannot be used until the faults above are mended.")
            return {}
        found = reading.audit
        st.write(f"{literal(found.school.name)}, URN {found.school.urn}, {found.year}. It is compared, and not stored.")
        result = outcome(found, reading.criteria) if reading.criteria else outcome_of(found)
        return {} if result is None else {f"{name_of(found)}, from {upload.name}": result}


def _show(before: Outcome, now: Outcome) -> None:
    """What changed, in words, then statement by statement in groups."""
    if before.audit.school.urn != now.audit.school.urn:
        st.warning(
            f"The URNs differ: {before.audit.school.urn} and {now.audit.school.urn}. "
            "Compare them only if the school has changed its number."
        )
    changed = history.what_changed(before, now)
    st.markdown(f"**{history.changed_in_words(changed)}**")
    if apart := history.apart_in_words(before, now, changed):
        st.write(literal(apart))
    areas = {
        area: title for one in (before, now) for area, title in zip(one.areas["area"], one.areas["title"], strict=True)
    }
    wanted = st.multiselect("Area", list(areas), format_func=lambda area: str(areas[area]), key="changes.area")
    for change, rows in history.by_change(filtered(changed, area=wanted)).items():
        words = history.CHANGES[change]
        with st.expander(f"{words.symbol} {words.heading}: {len(rows)}", expanded=change in _UNFOLDED):
            st.caption(words.means)
            show_table(rows, f"{words.heading}: {words.means}")
    download(
        "What changed, as CSV",
        lambda: table_csv(changed),
        f"changes-{now.audit.school.urn}-{before.audit.year}-to-{now.audit.year}.csv".replace("/", "-"),
    )
