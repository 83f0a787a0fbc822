"""The lists of audits on the home page: the audits, the examples, and the bin.

Each audit has a button that opens it. A deleted audit goes to the bin, from which it can be put back or removed for
good. The examples come with the product as workbooks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from audit.english import moment
from audit.model import Audit, Criteria, academic_year
from audit.school import questionnaire
from audit.school.signing import not_answered
from audit.store.audits import Deleted, days_kept
from audit.store.schema import AlreadyThere, Card, Gone
from audit.ui.components import keep_and_rerun, markdown_text
from audit.ui.school_form import start_next
from audit.ui.session import go_to, loaded_criteria, open_audit, store
from audit.workbook.read import read

if TYPE_CHECKING:
    from audit.store.signed import Listed

FOLDER = Path(__file__).parents[2] / "sample_data"


@dataclass(frozen=True)
class Example:
    """One example: its workbook in ``sample_data/``, its title, and what it is about."""

    file: str
    title: str
    about: str


EXAMPLES = (
    Example("example-primary-2026-27.xlsx", "Example Primary School", "invented, 2026/27, with today's duties"),
    Example("example-primary-2025-26.xlsx", "Example Primary School", "invented, 2025/26"),
    Example("example-primary-2024-25.xlsx", "Example Primary School", "invented, 2024/25"),
    Example("example-secondary-2026-27.xlsx", "Example Secondary School", "invented, 2026/27, with today's duties"),
    Example("example-secondary-2025-26.xlsx", "Example Secondary School", "invented, 2025/26, all statements"),
    Example("example-secondary-2024-25.xlsx", "Example Secondary School", "invented, 2024/25, all statements"),
    Example("wrotham-road-2017.xlsx", "Wrotham Road Primary School", "desk review of its 2017 policy"),
    Example("weston-lullingfields.xlsx", "Weston Lullingfields CE Primary School", "desk review of its policy"),
)
"""The examples; of one school the newest year first."""


def show_audits() -> None:
    """Shows every audit with its progress, the one changed last first; the opened examples are listed separately."""
    audits = store().listed(loaded_criteria())
    newest: dict[str, str] = {}
    for card in (listed.card for listed in audits if listed.card.basis == "self-audit"):
        newest[card.school.urn] = max(card.year, newest.get(card.school.urn, ""))
    of_schools = [listed for listed in audits if not is_example(listed.card)]
    if not of_schools:
        st.write("There are none yet. Start one, or open an example to look around: nothing can break.")
    for listed in of_schools:
        _show_card(listed, newest=listed.card.year == newest.get(listed.card.school.urn))
    if opened := [listed for listed in audits if is_example(listed.card)]:
        st.subheader("Opened examples")
        for listed in opened:
            _show_card(listed, newest=listed.card.year == newest.get(listed.card.school.urn))


def _show_card(listed: Listed, *, newest: bool) -> None:
    """Shows one audit in a frame. If it was changed in the database by hand, says so instead."""
    card = listed.card
    with st.container(border=True):
        if listed.audit is None:
            st.warning(f"{markdown_text(card.school.name)}, {card.year}: {listed.fault}", icon=":material/error:")
        else:
            _show(card, listed.audit, listed.criteria, newest=newest)


def _show(card: Card, audit: Audit, criteria: Criteria, *, newest: bool) -> None:
    """Shows one audit: its progress, the button that opens it, and for a school's newest audit how to start the next year."""
    now = questionnaire.answer_progress(audit, criteria)
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        kind = "" if card.basis == "self-audit" else " · desk review"
        badge = " :gray-badge[Example]" if is_example(card) else ""
        st.markdown(f"**{markdown_text(card.school.name)}** · {card.year}{kind}{badge}")
        open_still, of = not_answered(audit, criteria)
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
    """Shows the button that starts this year's audit, if the year of this audit is over."""
    now = academic_year(dt.date.today())
    if card.basis == "desk review" or card.year >= now:
        return
    if st.button(f"Start {now} from this", key=f"next-{card.id}", icon=":material/history:"):
        start_next(card.id)


def show_examples() -> None:
    """Shows the example audits, each with a button that opens it."""
    for example in EXAMPLES:
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            st.markdown(f"**{example.title}** · {example.about}")
        with right:
            if st.button("Open", key=f"example-{example.file}", width="stretch", help=f"Open {example.title}"):
                open_example(example)
                go_to("report")


def open_example(example: Example) -> None:
    """Opens an example, and adds it and the earlier years of its school to the store if they are not in it.

    Later years stay out, so that the next year can be started from the example.
    """
    opened = ""
    for sibling in (other for other in EXAMPLES[EXAMPLES.index(example) :] if other.title == example.title):
        reading = read((FOLDER / sibling.file).read_bytes(), sibling.file, loaded_criteria())
        assert reading.audit is not None, "the shipped examples are readable"
        try:
            audit_id = store().add(reading.audit, criteria=loaded_criteria())
        except AlreadyThere as there:
            audit_id = there.audit_id
            if there.in_bin:
                store().bin.put_back(audit_id)
        if sibling == example:
            opened = audit_id
    open_audit(opened)


def is_example(card: Card) -> bool:
    """Whether an audit is an example: of an invented school, or a desk review of a published policy."""
    named = card.school.name in {example.title for example in EXAMPLES}
    return named and (card.basis == "desk review" or card.school.urn >= "900001")


def show_bin() -> None:
    """Shows where an audit is deleted, if there are audits, and the bin, if it is not empty."""
    cards = store().cards()
    if cards:
        with st.expander("Delete an audit", icon=":material/delete:"):
            _offer_delete(cards)
    in_bin = store().bin.all()
    if in_bin:
        with st.expander(f"Bin ({len(in_bin)})", icon=":material/restore_from_trash:"):
            for deletion in in_bin:
                _show_deleted(deletion)


def _offer_delete(cards: tuple[Card, ...]) -> None:
    by_id = {card.id: card for card in cards}
    st.write(f"A deleted audit stays in the bin for {days_kept()} days and can be put back. Then it is gone for good.")
    chosen = st.selectbox(
        "Which audit",
        list(by_id),
        index=None,
        format_func=lambda audit_id: (
            f"{by_id[audit_id].school.name}, {by_id[audit_id].year}" if audit_id in by_id else ""
        ),
        key="bin.which",
    )
    if chosen not in by_id:
        return
    name = by_id[chosen].school.name
    typed = st.text_input("Type the school's name to confirm", key=f"bin.name.{chosen}", help=markdown_text(name))
    if st.button("Delete this audit", key="bin.delete"):
        if _is_same_name(typed, name):
            do(store().bin.put, chosen)
        else:
            st.error(f"Not deleted: type the name as it stands here: {markdown_text(name)}")


def _show_deleted(deletion: Deleted) -> None:
    card = deletion.card
    st.markdown(f"**{markdown_text(card.school.name)}** · {card.year}")
    st.caption(f"Deleted {moment(deletion.at)} · kept until {moment(deletion.until)}")
    if st.button("Put back", key=f"bin.back.{card.id}"):
        do(store().bin.put_back, card.id)
    typed = st.text_input("To delete it for good, type the school's name", key=f"bin.again.{card.id}")
    if st.button("Delete for good", key=f"bin.remove.{card.id}"):
        if _is_same_name(typed, card.school.name):
            do(store().bin.remove, card.id)
        else:
            st.error(f"Not deleted: type the name as it stands here: {markdown_text(card.school.name)}")


def _is_same_name(typed: str, name: str) -> bool:
    """Whether a typed name is the school's name, without regard to capitals and spaces."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()


def do(what: Callable[[str], object], audit_id: str) -> None:
    """Calls ``what`` with the id of an audit and runs the page again.

    If the audit is gone, another person has done the same just before, and nothing is said.
    """

    def change() -> None:
        with suppress(Gone):
            what(audit_id)

    keep_and_rerun(change)
