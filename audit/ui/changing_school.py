"""The details of a school as widgets that view the store: what is changed, what that does, and the button that saves it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from audit import theme
from audit.authority_names import read_local_authority
from audit.former_authorities import authority_title, doubt_about_authority
from audit.identifiers import doubt_about_urn, local_authorities, read_urn
from audit.model import Audit, Criteria, Criterion, Phase, School
from audit.problems import Problem
from audit.school_details import PhaseChange, phase_change, phase_change_in_words, read_school
from audit.store import AlreadyThere, ChangedMeanwhile, Gone, NotSaved, SignedOff
from audit.ui.components import literal
from audit.ui.saving import GONE, SIGNED_MEANWHILE
from audit.ui.session import clock, session, store

_NAMES = ("name", "urn", "phase", "authority")
_MEANWHILE = (
    "These details were changed meanwhile. Below is what is stored now; make your change again if it is still wanted."
)


def show_school(school: School, own: Criteria) -> None:
    """The details of a school to be read."""
    st.markdown(
        f"- Name: {literal(school.name)}\n- URN: {school.urn}\n- Phase: {own.phases[school.phase]}\n"
        f"- Local authority: {literal(authority_title(school.local_authority))}"
    )


def change_school(audit_id: str, audit: Audit, own: Criteria) -> None:
    """Where the details of the school of an open audit are changed; nothing is stored before the button is pressed."""
    _view(audit_id, audit.school)
    if note := st.session_state.pop(_key(audit_id, "note"), None):
        (st.success if note[0] else st.warning)(note[1])
    name, urn, phase, authority = _fields(audit_id, own)
    ticks = [*_doubt(audit_id, audit.school, urn), *_new_phase(audit_id, audit, own, phase)]
    if st.button("Save these details", type="primary", key=_key(audit_id, "save")):
        given = read_school(name, urn, phase=phase, local_authority=authority)
        if not isinstance(given, School):
            for problem in given:
                st.error(literal(str(problem)))
        elif given == audit.school:
            st.info("Nothing was changed.")
        elif not all(ticks):
            st.error("Not saved yet. Read what is said above, and tick the box below it.")
        else:
            _save(audit_id, audit, given)


def _key(audit_id: str, *names: str) -> str:
    return ".".join(("school", audit_id, *names))


def _view(audit_id: str, school: School) -> None:
    """Makes the widgets show what is stored, where they show nothing yet or somebody else has changed it."""
    seen = st.session_state.get(_key(audit_id, "seen"))
    there = _key(audit_id, "name") in st.session_state
    if there and seen == school:
        return
    if there and seen is not None:
        st.session_state[_key(audit_id, "note")] = (False, _MEANWHILE)
    stored = (school.name, school.urn, school.phase, school.local_authority)
    for name, value in zip(_NAMES, stored, strict=True):
        st.session_state[_key(audit_id, name)] = value
    st.session_state[_key(audit_id, "seen")] = school


def _fields(audit_id: str, own: Criteria) -> tuple[str, str, Phase, str]:
    """The four widgets, and what they show."""
    name = st.text_input(
        "School name (no pupil details)", help=theme.NO_PUPIL_DATA, max_chars=200, key=_key(audit_id, "name")
    )
    urn = st.text_input(
        "URN (unique reference number)",
        help="Six digits; find it on Get Information About Schools.",
        max_chars=40,
        key=_key(audit_id, "urn"),
    )
    st.caption("Audits of other years keep the URN that they have, and are compared with this one only under the same.")
    phase = st.selectbox("Phase", list(own.phases), format_func=own.phases.__getitem__, key=_key(audit_id, "phase"))
    kept = st.session_state[_key(audit_id, "authority")]
    codes = list(dict.fromkeys(("", *local_authorities(), kept)))
    authority = st.selectbox(
        "Local authority",
        codes,
        format_func=authority_title,
        accept_new_options=True,
        help="One that is not in the list: type its three-digit code.",
        key=_key(audit_id, "authority"),
    )
    typed = str(authority or "")
    code = read_local_authority(typed, unknown=True)
    if isinstance(code, str) and (doubt := doubt_about_authority(code)):
        st.caption(literal(f"{doubt.what} {doubt.fix}"))
    return name, urn, phase, typed


def _doubt(audit_id: str, stored: School, typed: str) -> list[bool]:
    """Warns of a new URN that is hardly one of today's; the tick by which it is kept all the same."""
    urn = read_urn(typed)
    if isinstance(urn, Problem) or not (doubt := doubt_about_urn(urn)):
        return []
    st.warning(literal(str(doubt)))
    if urn == stored.urn:
        return []
    return [st.checkbox(f"The URN is {urn}: I have compared it.", key=_key(audit_id, "urn", urn))]


def _new_phase(audit_id: str, audit: Audit, own: Criteria, phase: Phase) -> list[bool]:
    """What another phase adds, brings back and hides; the tick by which it is confirmed."""
    if phase == audit.school.phase:
        return []
    change = phase_change(audit, own, phase)
    st.markdown(f"**From {own.phases[audit.school.phase]} to {own.phases[phase]}: what changes**")
    show_phase_change(change)
    return [st.checkbox(f"I have read what changes; the phase is {own.phases[phase]}.", key=_key(audit_id, phase))]


def show_phase_change(change: PhaseChange) -> None:
    """What another phase does, in sentences, and the statements themselves folded below."""
    st.markdown("\n".join(f"- {sentence}" for sentence in phase_change_in_words(change)))
    kept = {criterion.id for criterion in change.kept}
    those = (
        ("To be answered", change.added),
        ("Asked again", change.brought_back),
        ("Not asked any more, and answered: the answers are kept", change.kept),
        ("Not asked any more", tuple(c for c in change.hidden if c.id not in kept)),
    )
    for title, criteria in those:
        if criteria:
            with st.expander(f"{title}: {len(criteria)}"):
                st.markdown("\n".join(map(_line, criteria)))


def _line(criterion: Criterion) -> str:
    return f"- {literal(criterion.statement.reference)}: {literal(criterion.statement.statement)}"


def _save(audit_id: str, audit: Audit, given: School) -> None:
    """Stores the details, and shows the page with what is stored then; says why if they are not."""
    changed = replace(audit, school=given)
    try:
        store().describe(audit_id, changed, seen=audit.school, role=session().role)
    except AlreadyThere as there:
        found = "It lies in the bin on the home page" if there.in_bin else "You find it on the home page"
        st.error(
            f"Not saved: there is another audit of the URN {given.urn} for {audit.year}, and a school has one a year. "
            f"{found}. Compare the URN."
        )
    except ChangedMeanwhile:
        st.error("Not saved: somebody else changed these details meanwhile. Load the page again to see them.")
    except SignedOff:
        st.error(SIGNED_MEANWHILE)
    except Gone:
        st.error(f"Not saved: {GONE}")
    except NotSaved:
        st.error("Not saved: the database did not answer. Press the button again.")
    else:
        st.session_state[_key(audit_id, "note")] = (True, f"Saved at {clock()}. What changed stands in the log.")
        st.session_state.pop(_key(audit_id, "seen"))
        st.rerun()
