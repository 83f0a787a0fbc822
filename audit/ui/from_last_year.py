"""An audit that begins with last year's answers: where they come from, what is carried, and the button to start."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from audit import readable
from audit.carrying import in_words, start_from, year_after
from audit.database import Card
from audit.identifiers import doubt_about_urn
from audit.model import Audit, Criteria, Phase, academic_year
from audit.problems import errors
from audit.school_details import phase_change, with_phase
from audit.signing import NotIntact
from audit.ui.adding import add
from audit.ui.changing_school import show_phase_change
from audit.ui.components import choose_workbook, literal, show_problems, show_table
from audit.ui.session import criteria, session, store
from audit.workbook import read

_WORKBOOK = "A workbook of last year"


def start_next(last_id: str) -> None:
    """Opens the Start page with this audit chosen as last year's."""
    st.switch_page("audit/ui/pages/start.py", query_params={"from": last_id})


def from_last_year() -> None:
    """An audit of this computer or a workbook is chosen, then the year; what is carried is shown before it starts."""
    st.write("The answers of last year come along, each to be confirmed or changed.")
    cards = {card.id: card for card in store().cards()}
    wanted = st.query_params.get("from", session().audit_id)
    choices = [*cards, _WORKBOOK]
    chosen = st.selectbox(
        "Begin with the answers of",
        choices,
        index=choices.index(wanted) if wanted in cards else None,
        format_func=lambda one: _title(cards[one]) if one in cards else one,
        placeholder="Choose an audit, or a workbook",
        key="last-year",
    )
    if chosen is not None:
        found = _uploaded() if chosen == _WORKBOOK else _stored(chosen)
        if found is not None:
            _offer(*found)


def _title(card: Card) -> str:
    kind = "" if card.basis == "self-audit" else ", desk review"
    return f"{card.school.name} (URN {card.school.urn}), {card.year}{kind}"


def _stored(audit_id: str) -> tuple[Audit, Criteria] | None:
    """An audit of this computer with the criteria that it answered; None if it is not what was signed."""
    try:
        last = store().load(audit_id)
    except NotIntact as fault:
        st.error(f"{fault} Choose its signed workbook instead.")
        return None
    return None if last is None else (last, store().criteria_of(audit_id, last, criteria()))


def _uploaded() -> tuple[Audit, Criteria] | None:
    """Last year's audit from a workbook, with the criteria that it answered as far as they are at hand."""
    upload = choose_workbook(key="last-workbook")
    if upload is None:
        return None
    reading = read(upload.getvalue(), upload.name, criteria(), any_edition=True)
    show_problems(reading.problems, "What we found in the file")
    if reading.audit is None:
        st.error("The workbook cannot be used until the faults above are mended. Nothing was changed.")
        return None
    if errors(reading.problems):
        st.warning("What could not be read is not carried over.")
    return reading.audit, reading.criteria or store().criteria_of("", reading.audit, criteria())


def _offer(last: Audit, earlier: Criteria) -> None:
    """What would be carried into which year, and the button."""
    likely = max(year_after(last.year), academic_year(dt.date.today()))
    years = sorted({year_after(last.year), likely, year_after(likely)})
    year = st.selectbox(
        "New academic year (1 September to 31 August)", years, index=years.index(likely), key="next-year"
    )
    as_it_was = start_from(last, criteria(), year=year)
    phase = _phase(as_it_was)
    begun = with_phase(as_it_was, phase)
    st.markdown(f"**{literal(last.school.name)}, {year}: what comes along**")
    st.markdown("\n".join(f"- {sentence}" for sentence in in_words(begun, criteria())))
    if phase != last.school.phase:
        phases = criteria().phases
        st.markdown(f"**From {phases[last.school.phase]} to {phases[phase]}: what changes**")
        show_phase_change(phase_change(as_it_was, criteria(), phase))
    if doubt := doubt_about_urn(last.school.urn):
        st.warning(f"{literal(str(doubt))} Once the year is begun, the page School details changes it.")
    others = readable.not_confirmable(begun, criteria(), earlier)
    if not others.empty:
        with st.expander(f"What cannot simply be confirmed: {len(others)}"):
            show_table(others, "What cannot simply be confirmed")
    if st.button(f"Start {year}", type="primary", key="start-next"):
        add(begun)


def _phase(begun: Audit) -> Phase:
    """The school's phase in the new year, which begins as last year's."""
    phases, was = list(criteria().phases), begun.school.phase
    return st.selectbox(
        "Phase",
        phases,
        index=phases.index(was),
        format_func=criteria().phases.__getitem__,
        help="Change it if the school teaches other ages from now on.",
        key=f"next-phase-{begun.school.urn}-{was}",
    )
