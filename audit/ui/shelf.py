"""The list of audits and the examples, each with a button that opens it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from audit import questionnaire
from audit.database import Card
from audit.english import moment
from audit.model import Audit, Criteria, academic_year
from audit.signing import not_answered
from audit.store.audit_list import Listed
from audit.ui.bin_view import do
from audit.ui.components import literal
from audit.ui.examples import EXAMPLES, is_example, open_example
from audit.ui.from_last_year import start_next
from audit.ui.session import criteria, go_to, open_audit, store


def show_audits() -> None:
    """Every audit of the store with its progress, the one last touched first; opened examples apart from the others."""
    audits = store().listed(criteria())
    newest: dict[str, str] = {}
    for card in (one.card for one in audits):
        newest[card.school.urn] = max(card.year, newest.get(card.school.urn, ""))
    own = [one for one in audits if not is_example(one.card)]
    if not own:
        st.write("There are none yet. Start one, or open an example to look around: nothing can break.")
    for one in own:
        _show_card(one, newest=one.card.year == newest[one.card.school.urn])
    if opened := [one for one in audits if is_example(one.card)]:
        st.subheader("Opened examples")
        for one in opened:
            _show_card(one, newest=one.card.year == newest[one.card.school.urn])


def _show_card(listed: Listed, *, newest: bool) -> None:
    """One audit in a frame; of one that was changed by hand, that it was."""
    card = listed.card
    with st.container(border=True):
        if listed.audit is None:
            st.warning(f"{literal(card.school.name)}, {card.year}: {listed.fault}", icon=":material/error:")
        else:
            _show(card, listed.audit, listed.criteria, newest=newest)


def _show(card: Card, audit: Audit, own: Criteria, *, newest: bool) -> None:
    """One audit: how far it is, the button that opens it, and for a school's newest one the way to the next year."""
    now = questionnaire.progress(audit, own)
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        kind = "" if card.basis == "self-audit" else " · desk review"
        badge = " :gray-badge[Example]" if is_example(card) else ""
        st.markdown(f"**{literal(card.school.name)}** · {card.year}{kind}{badge}")
        open_still, of = not_answered(audit, own)
        signed = f":material/lock: signed{f' with {open_still} of {of} not answered' if open_still else ''}"
        state = signed if audit.signed else f"{now.answered} of {now.asked} answered"
        confirm = f", {now.to_confirm} to confirm" if now.to_confirm else ""
        st.caption(f"{state}{confirm} · last changed {moment(card.touched_at)}")
    with right:
        done = audit.signed is not None or not now.left
        if st.button("See the report" if done else "Continue", key=f"open-{card.id}", width="stretch"):
            open_audit(card.id, card.page)
            go_to("report") if done else go_to("answer", **({"question": card.page} if card.page else {}))
        if is_example(card):
            about = f"{card.school.name}, {card.year}, goes to the bin; open it again at any time"
            if st.button("Remove", key=f"remove-{card.id}", width="stretch", help=about):
                do(store().bin.put, card.id)
    if newest:
        _offer_next(card)


def _offer_next(card: Card) -> None:
    """For an audit of a year that is over, the button that leads to this year's."""
    now = academic_year(dt.date.today())
    if card.basis == "desk review" or card.year >= now:
        return
    if st.button(f"Start {now} from this", key=f"next-{card.id}", icon=":material/history:"):
        start_next(card.id)


def show_examples() -> None:
    """The example audits, one click away."""
    for example in EXAMPLES:
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            st.markdown(f"**{example.title}** · {example.about}")
        with right:
            if st.button("Open", key=f"example-{example.file}", width="stretch", help=f"Open {example.title}"):
                open_example(example)
                go_to("report")
