"""Deleting an audit, and the bin with what was deleted: to put back, or to remove for good."""

from __future__ import annotations

import streamlit as st

from audit.database import Card
from audit.english import moment
from audit.store import Gone, NotSaved
from audit.store.bin import Deleted, days_kept
from audit.ui.components import literal
from audit.ui.session import store


def show_bin() -> None:
    """What deletes an audit, where there is any, and the bin, where something lies in it."""
    cards = store().cards()
    if cards:
        with st.expander("Delete an audit", icon=":material/delete:"):
            _offer_delete(cards)
    deleted = store().bin.all()
    if deleted:
        with st.expander(f"Bin ({len(deleted)})", icon=":material/restore_from_trash:"):
            for one in deleted:
                _show(one)


def _offer_delete(cards: tuple[Card, ...]) -> None:
    by_id = {card.id: card for card in cards}
    st.write(f"A deleted audit stays in the bin for {days_kept()} days and can be put back. Then it is gone for good.")
    chosen = st.selectbox(
        "Which audit",
        list(by_id),
        index=None,
        format_func=lambda one: f"{by_id[one].school.name}, {by_id[one].year}" if one in by_id else "",
        key="bin.which",
    )
    if chosen not in by_id:
        return
    name = by_id[chosen].school.name
    typed = st.text_input("Type the school's name to confirm", key=f"bin.name.{chosen}", help=literal(name))
    if st.button("Delete this audit", key="bin.delete"):
        if _same(typed, name):
            do(store().bin.put, chosen)
        else:
            st.error(f"Not deleted: type the name as it stands here: {literal(name)}")


def _show(one: Deleted) -> None:
    card = one.card
    st.markdown(f"**{literal(card.school.name)}** · {card.year}")
    st.caption(f"Deleted {moment(one.at)} · kept until {moment(one.until)}")
    if st.button("Put back", key=f"bin.back.{card.id}"):
        do(store().bin.put_back, card.id)
    typed = st.text_input("To delete it for good, type the school's name", key=f"bin.again.{card.id}")
    if st.button("Delete for good", key=f"bin.remove.{card.id}"):
        if _same(typed, card.school.name):
            do(store().bin.remove, card.id)
        else:
            st.error(f"Not deleted: type the name as it stands here: {literal(card.school.name)}")


def _same(typed: str, name: str) -> bool:
    """Whether a typed name is the school's, whatever its capitals and spaces."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()


def do(what: object, audit_id: str) -> None:
    """Does it and shows the page anew; another person may have done the same just before."""
    assert callable(what)
    try:
        what(audit_id)
    except Gone:
        pass
    except NotSaved:
        st.error("Nothing was changed: the database did not answer. Press the button again.")
        return
    st.rerun()
