"""What changed: the school over its years, between any two of its audits, the log of one, and its signed versions."""

from __future__ import annotations

import streamlit as st

from audit.exhibits.school import filtered
from audit.exports import table_csv
from audit.school import history_words, transition
from audit.school.governors_view import whose_word
from audit.school.moves import moves, moves_into
from audit.school.outcome import Outcome, outcomes
from audit.ui.components import (
    choose_workbook,
    download,
    fragment,
    markdown_text,
    page_heading,
    show_problems,
    show_table,
)
from audit.ui.history_view import (
    audit_name,
    audits_besides,
    other_outcomes,
    outcomes_of,
    show_log,
    show_move,
    show_signed,
    show_years,
    years_of,
)
from audit.ui.report_view import choose_outcome
from audit.ui.session import criteria_of_audit, loaded_criteria, opened_audit
from audit.workbook.read import read

_UNFOLDED = ("closed", "opened")


@fragment()
def show_changes(known: dict[str, Outcome], others: dict[str, tuple[Outcome, ...]], open_name: str) -> None:
    """Shows what changed between two chosen audits, statement by statement.

    The later one answers the framework in view. The earlier one answers it too, or another that a crosswalk relates to it.

    Args:
        known: the outcomes of the school's audits for one framework by name, the earliest first.
        others: the outcomes of its audits besides the open one for all frameworks, by name.
        open_name: the name of the open audit.
    """
    now = known[open_name]
    given = _from_workbook(now)
    choices = known | {
        name: result for name, results in given.items() for result in transition.of_framework(results, now.framework.id)
    }
    left, right = st.columns(2)
    later = right.selectbox("Later audit", list(choices), index=list(choices).index(open_name), key="changes.later")
    years = {name: results[0].audit.year for name, results in others.items()}
    years |= {name: result.audit.year for name, result in known.items()}
    names = [*sorted(years, key=lambda name: years[name]), *given]
    moves_from = {
        name: moves([choices[later]], results, loaded_criteria())
        for name, results in (others | given).items()
        if name != later and results[0].audit.year < choices[later].audit.year
    }
    earlier_names = [
        name
        for name in names
        if name != later
        and (moves_from.get(name) or (name in choices and choices[name].audit.year <= choices[later].audit.year))
    ]
    if not earlier_names:
        left.info("No earlier audit of this school is here. Choose its workbook above.")
        return
    earlier = left.selectbox(
        "Earlier audit", earlier_names, index=len(earlier_names) - 1, key=f"changes.earlier.{later}"
    )
    if earlier in choices:
        _show_changes(choices[earlier], choices[later])
    for move in moves_from.get(earlier, ()):
        show_move(move)


def _from_workbook(now: Outcome) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes of a chosen workbook, by its name; empty if none is chosen or usable. Nothing of it is stored.

    Args:
        now: the outcome of the open audit for the framework in view.
    """
    with st.expander(
        "Compare with a workbook, such as last year's from another computer", icon=":material/upload_file:"
    ):
        upload = choose_workbook("changes.workbook")
        if upload is None:
            return {}
        reading = read(upload.getvalue(), upload.name, loaded_criteria(), any_edition=True)
        show_problems(reading.problems, "What we found in the file")
        if reading.audit is None:
            st.error("The workbook cannot be used until the faults above are mended.")
            return {}
        other = reading.audit
        st.write(
            f"{markdown_text(other.school.name)}, URN {other.school.urn}, {other.year}. It is compared, and not stored."
        )
        results = outcomes(other, reading.criteria) if reading.criteria else outcomes_of(other)
        if not transition.of_framework(results, now.framework.id) and not moves([now], results, loaded_criteria()):
            st.warning(markdown_text(f"It does not answer {now.framework.called}, so nothing can be compared."))
            return {}
        return {f"{audit_name(other)}, from {upload.name}": results}


def _show_changes(before: Outcome, now: Outcome) -> None:
    """Shows what changed, first in words, then statement by statement in groups."""
    if before.audit.school.urn != now.audit.school.urn:
        st.warning(
            f"The URNs differ: {before.audit.school.urn} and {now.audit.school.urn}. "
            "Compare them only if the school has changed its number."
        )
    changed = transition.what_changed(before, now)
    st.markdown(f"**{history_words.changed_in_words(changed)}**")
    if apart := history_words.apart_in_words(before, now, changed):
        st.write(markdown_text(apart))
    areas = {
        area: title
        for result in (before, now)
        for area, title in zip(result.areas["area"], result.areas["title"], strict=True)
    }
    wanted = st.multiselect("Area", list(areas), format_func=lambda area: str(areas[area]), key="changes.area")
    for change, rows in history_words.by_change(filtered(changed, area=wanted)).items():
        words = transition.CHANGES[change]
        with st.expander(f"{words.symbol} {words.heading}: {len(rows)}", expanded=change in _UNFOLDED):
            st.caption(words.means)
            show_table(rows, f"{words.heading}: {words.means}")
    download(
        "What changed, as CSV",
        lambda: table_csv(changed),
        f"changes-{now.audit.school.urn}-{before.audit.year}-to-{now.audit.year}.csv".replace("/", "-"),
    )


tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
page_heading(audit, criteria)
st.title("What changed")
result = choose_outcome(audit, criteria)
others = other_outcomes(tab.audit_id, audit.school.urn)
compared = years_of(result, others)
years, two, log, signed = st.tabs(["Over the years", "Between two audits", "Log of this audit", "Signed versions"])
with years:
    show_years(compared, moves_into(tuple(compared.values()), others, loaded_criteria()))
    st.caption(markdown_text(whose_word(audit)))
with two:
    show_changes(compared, audits_besides(audit, others), audit_name(audit))
    st.caption(markdown_text(whose_word(audit)))
with log:
    show_log(tab.audit_id, audit, criteria)
with signed:
    show_signed(tab.audit_id, audit)
