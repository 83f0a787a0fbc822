"""The details of a school as a form, and the start of an audit: a new one, or one with last year's answers.

- Details: the widgets show what is stored. A change of phase or URN is explained before it can be saved.
- Criteria: more can be added to an open audit.
- Criteria at the start: each framework is a tick, with what it asks of the chosen phase and how long that takes.
- Start: an audit is added to the store. If the store has one of the same school and year, that one is offered instead.
- Last year: the answers are carried forward from an audit in the store or from a workbook, each to be confirmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace

import streamlit as st

from audit import theme
from audit.english import listed, plural
from audit.identifiers import (
    authority_title,
    doubt_about_authority,
    doubt_about_urn,
    local_authorities,
    read_local_authority,
    read_urn,
)
from audit.model import Audit, Criteria, Criterion, FrameworkRef, Phase, School, Scope, academic_year
from audit.problems import Problem, errors
from audit.school.next_year import begun_in_words, start_from, year_after
from audit.school.proposals import asked_once, once_in_words, proposals, proposed_in_words, with_frameworks
from audit.school.questionnaire import (
    USUAL_PACE,
    PhaseChange,
    advised,
    asked_in_words,
    minutes_each,
    offers,
    phase_change,
    phase_change_in_words,
    read_school,
    with_phase,
)
from audit.school.signing import NotIntact
from audit.store.schema import AlreadyThere, Card, ChangedMeanwhile, NotSaved
from audit.ui.components import (
    AUTHORITY_HELP,
    REFUSALS,
    choose_workbook,
    markdown_text,
    refusal,
    show_problems,
    show_table,
)
from audit.ui.session import clock, go_to, loaded_criteria, open_audit, session, store
from audit.workbook.read import read

_RESUME = "resume"
_DOUBTED = "doubted-urn"
_WORKBOOK = "A workbook of last year"

_NAMES = ("name", "urn", "phase", "authority")

_MEANWHILE = (
    "These details were changed meanwhile. Below is what is stored now; make your change again if it is still wanted."
)


def show_school(school: School, criteria: Criteria) -> None:
    """Shows the details of a school as text."""
    st.markdown(
        f"- Name: {markdown_text(school.name)}\n- URN: {school.urn}\n- Phase: {criteria.phases[school.phase]}\n"
        f"- Local authority: {markdown_text(authority_title(school.local_authority))}"
    )


def change_school(audit_id: str, audit: Audit, criteria: Criteria) -> None:
    """Shows the form for the details of a school. Nothing is stored before the button is pressed."""
    _show_stored(audit_id, audit.school)
    if note := st.session_state.pop(_key(audit_id, "note"), None):
        (st.success if note[0] else st.warning)(note[1])
    name, urn, phase, authority = _fields(audit_id, criteria)
    ticks = [*_confirm_urn(audit_id, audit.school, urn), *_confirm_phase(audit_id, audit, criteria, phase)]
    if st.button("Save these details", type="primary", key=_key(audit_id, "save")):
        entered = read_school(name, urn, phase=phase, local_authority=authority)
        if not isinstance(entered, School):
            for problem in entered:
                st.error(markdown_text(str(problem)))
        elif entered == audit.school:
            st.info("Nothing was changed.")
        elif not all(ticks):
            st.error("Not saved yet. Read what is said above, and tick the box below it.")
        else:
            _save(audit_id, audit, entered)


def _key(audit_id: str, *names: str) -> str:
    return ".".join(("school", audit_id, *names))


def _show_stored(audit_id: str, school: School) -> None:
    """Makes the widgets show what is stored, if they are new or if somebody else has changed the details."""
    seen = st.session_state.get(_key(audit_id, "seen"))
    is_drawn = _key(audit_id, "name") in st.session_state
    if is_drawn and seen == school:
        return
    if is_drawn and seen is not None:
        st.session_state[_key(audit_id, "note")] = (False, _MEANWHILE)
    stored = (school.name, school.urn, school.phase, school.local_authority)
    for name, value in zip(_NAMES, stored, strict=True):
        st.session_state[_key(audit_id, name)] = value
    st.session_state[_key(audit_id, "seen")] = school


def _fields(audit_id: str, criteria: Criteria) -> tuple[str, str, Phase, str]:
    """Shows the four widgets, and returns their values."""
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
    phase = st.selectbox(
        "Phase", list(criteria.phases), format_func=criteria.phases.__getitem__, key=_key(audit_id, "phase")
    )
    kept = st.session_state[_key(audit_id, "authority")]
    codes = list(dict.fromkeys(("", *local_authorities(), kept)))
    authority = st.selectbox(
        "Local authority",
        codes,
        format_func=authority_title,
        accept_new_options=True,
        help=AUTHORITY_HELP,
        key=_key(audit_id, "authority"),
    )
    typed = str(authority or "")
    code = read_local_authority(typed, unknown=True)
    if isinstance(code, str) and (doubt := doubt_about_authority(code)):
        st.caption(markdown_text(f"{doubt.what} {doubt.fix}"))
    return name, urn, phase, typed


def _confirm_urn(audit_id: str, stored: School, typed: str) -> list[bool]:
    """Warns of a URN outside the usual range. Returns the tick that confirms a new one; empty if none is needed."""
    urn = read_urn(typed)
    if isinstance(urn, Problem) or not (doubt := doubt_about_urn(urn)):
        return []
    st.warning(markdown_text(str(doubt)))
    if urn == stored.urn:
        return []
    return [st.checkbox(f"The URN is {urn}: I have compared it.", key=_key(audit_id, "urn", urn))]


def _confirm_phase(audit_id: str, audit: Audit, criteria: Criteria, phase: Phase) -> list[bool]:
    """Shows which statements another phase adds and hides. Returns the tick that confirms it; empty if none is needed."""
    if phase == audit.school.phase:
        return []
    change = phase_change(audit, criteria, phase)
    st.markdown(f"**From {criteria.phases[audit.school.phase]} to {criteria.phases[phase]}: what changes**")
    show_phase_change(change)
    return [st.checkbox(f"I have read what changes; the phase is {criteria.phases[phase]}.", key=_key(audit_id, phase))]


def show_phase_change(change: PhaseChange) -> None:
    """Shows what a change of phase does in sentences, and the statements concerned in expanders."""
    st.markdown("\n".join(f"- {sentence}" for sentence in phase_change_in_words(change)))
    kept = {criterion.id for criterion in change.kept}
    groups = (
        ("To be answered", change.added),
        ("Asked again", change.brought_back),
        ("Not asked any more, and answered: the answers are kept", change.kept),
        ("Not asked any more", tuple(c for c in change.hidden if c.id not in kept)),
    )
    for title, criteria in groups:
        if criteria:
            with st.expander(f"{title}: {len(criteria)}"):
                st.markdown("\n".join(map(_line, criteria)))


def _line(criterion: Criterion) -> str:
    return f"- {markdown_text(criterion.statement.reference)}: {markdown_text(criterion.statement.statement)}"


def _save(audit_id: str, audit: Audit, school: School) -> None:
    """Stores the details and runs the page again; if that fails, says why."""
    changed = replace(audit, school=school)
    try:
        store().describe(audit_id, changed, seen=audit.school, role=session().role)
    except AlreadyThere as there:
        place = "It lies in the bin on the home page" if there.in_bin else "You find it on the home page"
        st.error(
            f"Not saved: there is another audit of the URN {school.urn} for {audit.year}, and a school has one a year. "
            f"{place}. Compare the URN."
        )
    except ChangedMeanwhile:
        st.error("Not saved: somebody else changed these details meanwhile. Load the page again to see them.")
    except REFUSALS as error:
        st.error(refusal(error))
    else:
        st.session_state[_key(audit_id, "note")] = (True, f"Saved at {clock()}. What changed stands in the log.")
        st.session_state.pop(_key(audit_id, "seen"))
        st.rerun()


def choose_frameworks(
    *,
    phase: Phase | None,
    year: str,
    scope: Scope,
    ticked: Collection[FrameworkRef],
    key: str,
    paces: Iterable[dt.datetime] = (),
) -> tuple[tuple[FrameworkRef, ...], bool]:
    """Shows each framework as a tick, with what it asks and how long that takes, and what all that are ticked take.

    Args:
        phase: the school's phase; None while it is not chosen.
        year: the academic year of the audit.
        scope: whether it asks the recommended statements only, or all.
        ticked: the frameworks that are ticked at first.
        key: begins the keys of the widgets; with another key the ticks are set anew.
        paces: when the statements of an earlier audit were answered, for the pace.

    Returns:
        The frameworks that are ticked, and whether what law or guidance has overtaken is asked too.
    """
    found = offers(loaded_criteria(), phase=phase, year=year, scope=scope)
    own = minutes_each(paces)
    pace, up_to = USUAL_PACE if own is None else own, "Up to " if phase is None else ""
    chosen = []
    st.markdown("**Which criteria?**")
    for offer in found:
        framework = offer.framework
        if st.checkbox(framework.title, framework.ref in ticked, key=f"{key}-{framework.id}"):
            chosen.append(offer)
        st.caption(markdown_text(f"{up_to}{asked_in_words([offer], pace)}. {framework.purpose}"))
    refs = tuple(offer.framework.ref for offer in chosen)
    for sentence in advised(found, refs):
        st.markdown(f":material/lightbulb: {markdown_text(sentence)}")
    as_printed = False
    if overtaken := sum(offer.overtaken for offer in chosen):
        editions = listed(dict.fromkeys(offer.framework.edition for offer in chosen if offer.overtaken))
        statements = plural(overtaken, "statement")
        as_printed = st.checkbox(
            f"As printed in {editions}: also ask the {statements} that law or guidance has overtaken",
            key=f"{key}-as-printed",
        )
        st.caption(
            "Leave this empty, unless you need every statement as it was printed. Some of them ask for what is wrong "
            "today, and they would count."
        )
    if not chosen:
        st.warning("Nothing is ticked. Tick at least one.")
        return refs, as_printed
    basis = (
        "This counts one minute a statement, for somebody who knows the answers. Finding evidence takes longer."
        if own is None
        else "This is at the pace of your last audit."
    )
    school = School(urn="", name="", phase=phase or "all-through")
    begun = Audit(school=school, year=year, frameworks=refs, scope=scope, as_printed=as_printed)
    once = [loaded_criteria()[statement].statement for statement in asked_once(begun, loaded_criteria())]
    together = asked_in_words(chosen, pace, as_printed=as_printed, once=once)
    st.markdown(
        f"**In all: {markdown_text(f'{up_to.lower()}{together}')}.** {basis} You can stop and go on at any time."
    )
    for sentence in once_in_words(begun, loaded_criteria()):
        st.caption(markdown_text(sentence))
    return refs, as_printed


def offer_criteria(audit_id: str, audit: Audit) -> None:
    """Shows which criteria an open audit answers, and offers the others with what they would ask and propose."""
    criteria = loaded_criteria()
    if done := st.session_state.pop(_key(audit_id, "added"), None):
        st.success(done)
    answered = {ref.id for ref in audit.frameworks}
    found = offers(criteria, phase=audit.school.phase, year=audit.year, scope=audit.scope)
    st.write(f"This audit answers: {listed(o.framework.title for o in found if o.framework.id in answered)}.")
    chosen = []
    for offer in found:
        if offer.framework.id in answered:
            continue
        if st.checkbox(f"Add: {offer.framework.title}", key=_key(audit_id, "add", offer.framework.id)):
            chosen.append(offer.framework)
        st.caption(markdown_text(f"{asked_in_words([offer], USUAL_PACE)}. {offer.framework.purpose}"))
    if not chosen:
        return
    wider = with_frameworks(audit, [framework.ref for framework in chosen], criteria)
    sentences = (
        *proposed_in_words(proposals(wider, criteria).values()),
        *once_in_words(wider, criteria),
        "Every answer that was given stays.",
    )
    st.markdown("\n".join(f"- {markdown_text(sentence)}" for sentence in sentences))
    if st.button("Add to this audit", type="primary", key=_key(audit_id, "add")):
        titles = listed(framework.title for framework in chosen)
        try:
            store().add_frameworks(audit_id, wider, named=titles, role=session().role)
        except REFUSALS as error:
            st.error(refusal(error, "Not added"))
        else:
            st.session_state[_key(audit_id, "added")] = f"Added: {titles}. The page Answer asks it too."
            st.rerun()


def add(audit: Audit, *, criteria: Criteria | None = None) -> None:
    """Adds an audit to the store and opens it. If the store has one of the same school and year, offers that one.

    Args:
        audit: the audit.
        criteria: for a signed audit, the criteria that it was signed with; they are kept with it.
    """
    try:
        open_audit(store().add(audit, criteria=criteria, role=session().role))
    except AlreadyThere as there:
        if there.in_bin:
            st.error("There is an audit of this school and year in the bin. Put it back, or delete it for good.")
        st.session_state[_RESUME] = there.audit_id
    except NotSaved as error:
        st.error(refusal(error, "Not started"))
    else:
        go_to("answer")


def urn_is_meant(urn: str) -> bool:
    """Whether a typed URN looks right. If not, shows a warning; pressing the button again accepts the same URN."""
    doubt = doubt_about_urn(urn)
    if doubt is None or st.session_state.get(_DOUBTED) == urn:
        st.session_state.pop(_DOUBTED, None)
        return True
    st.session_state[_DOUBTED] = urn
    st.warning(f"Not started yet. {markdown_text(str(doubt))} If it is right, press the button again.")
    return False


def offer_resume() -> None:
    """Offers the audit that is in the store already, if a person has just tried to add it again."""
    card = store().card(st.session_state.get(_RESUME, ""))
    if card is None:
        return
    st.info(
        f"There is an audit of {markdown_text(card.school.name)} for {card.year} already. Nothing was changed. "
        "To bring answers from a workbook into it, open it and use the page Colleagues and workbook."
    )
    if st.button("Open that audit"):
        del st.session_state[_RESUME]
        open_audit(card.id, card.page)
        go_to("answer")


def start_next(last_id: str) -> None:
    """Opens the page Start or add an audit with this audit chosen as last year's."""
    st.switch_page("audit/ui/pages/start.py", query_params={"from": last_id})


def from_last_year() -> None:
    """Shows where last year's audit and the new year are chosen, and what is carried forward before the audit starts."""
    st.write("Last year's answers are carried forward, each to be confirmed or changed.")
    cards = {card.id: card for card in store().cards()}
    wanted = st.query_params.get("from", session().audit_id)
    choices = [*cards, _WORKBOOK]
    chosen = st.selectbox(
        "Begin with the answers of",
        choices,
        index=choices.index(wanted) if wanted in cards else None,
        format_func=lambda choice: _title(cards[choice]) if choice in cards else choice,
        placeholder="Choose an audit, or a workbook",
        key="last-year",
    )
    if chosen is not None:
        earlier = _uploaded() if chosen == _WORKBOOK else _stored(chosen)
        if earlier is not None:
            _offer_start(*earlier, paces=() if chosen == _WORKBOOK else store().answered_at(chosen))


def _title(card: Card) -> str:
    kind = "" if card.basis == "self-audit" else ", desk review"
    return f"{card.school.name} (URN {card.school.urn}), {card.year}{kind}"


def _stored(audit_id: str) -> tuple[Audit, Criteria] | None:
    """An audit in the store with the criteria that it answered; None if it is not what was signed, with a message."""
    try:
        last = store().load(audit_id)
    except NotIntact as fault:
        st.error(f"{fault} Choose its signed workbook instead.")
        return None
    return None if last is None else (last, store().criteria_of(audit_id, last, loaded_criteria()))


def _uploaded() -> tuple[Audit, Criteria] | None:
    """Last year's audit from an uploaded workbook, with the criteria that it answered, if the store or product has them."""
    upload = choose_workbook(key="last-workbook")
    if upload is None:
        return None
    reading = read(upload.getvalue(), upload.name, loaded_criteria(), any_edition=True)
    show_problems(reading.problems, "What we found in the file")
    if reading.audit is None:
        st.error("The workbook cannot be used until the faults above are mended. Nothing was changed.")
        return None
    if errors(reading.problems):
        st.warning("What could not be read is not carried over.")
    return reading.audit, reading.criteria or store().criteria_of("", reading.audit, loaded_criteria())


def _offer_start(last: Audit, earlier: Criteria, *, paces: Iterable[dt.datetime]) -> None:
    """Shows the new year, its criteria, what would be carried forward into it, and the button."""
    from audit.exhibits.school import not_confirmable  # takes pandas, which Home does without

    likely = max(year_after(last.year), academic_year(dt.date.today()))
    years = sorted({year_after(last.year), likely, year_after(likely)})
    year = st.selectbox(
        "New academic year (1 September to 31 August)", years, index=years.index(likely), key="next-year"
    )
    as_it_was = start_from(last, loaded_criteria(), year=year)
    phase = _ask_phase(as_it_was)
    frameworks, as_printed = choose_frameworks(
        phase=phase,
        year=year,
        scope=as_it_was.scope,
        ticked=as_it_was.frameworks,
        key=f"next-{last.school.urn}-{last.year}",
        paces=paces,
    )
    if not frameworks:
        return
    as_it_was = replace(as_it_was, frameworks=frameworks, as_printed=as_printed)
    begun = with_phase(as_it_was, phase)
    st.markdown(f"**{markdown_text(last.school.name)}, {year}: what is carried forward**")
    st.markdown("\n".join(f"- {sentence}" for sentence in begun_in_words(begun, loaded_criteria())))
    if phase != last.school.phase:
        phases = loaded_criteria().phases
        st.markdown(f"**From {phases[last.school.phase]} to {phases[phase]}: what changes**")
        show_phase_change(phase_change(as_it_was, loaded_criteria(), phase))
    if doubt := doubt_about_urn(last.school.urn):
        st.warning(f"{markdown_text(str(doubt))} Once the year is begun, the page School details changes it.")
    others = not_confirmable(begun, loaded_criteria(), earlier)
    if not others.empty:
        with st.expander(f"What cannot simply be confirmed: {len(others)}"):
            show_table(others, "What cannot simply be confirmed")
    if st.button(f"Start {year}", type="primary", key="start-next"):
        add(begun)


def _ask_phase(begun: Audit) -> Phase:
    """Asks for the school's phase in the new year; last year's is chosen already."""
    phases, was = list(loaded_criteria().phases), begun.school.phase
    return st.selectbox(
        "Phase",
        phases,
        index=phases.index(was),
        format_func=loaded_criteria().phases.__getitem__,
        help="Change it if the school teaches other ages from now on.",
        key=f"next-phase-{begun.school.urn}-{was}",
    )
