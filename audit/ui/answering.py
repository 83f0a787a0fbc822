"""The card of one statement on the questionnaire page: its widgets in a fragment, or its signed answers as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.english import listed
from audit.exhibits import school
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Response
from audit.school.proposals import named_with_framework, what_it_asks
from audit.ui.components import (
    answer_progress_in_words,
    fragment,
    mark_of,
    markdown_text,
    notes_on,
    source_line,
    today_line,
)
from audit.ui.saving import (
    StatementCard,
    card_state,
    clear,
    confirm,
    heard,
    is_set_aside,
    save_answer,
    settle_conflict,
    undo_clear,
    widget_key,
)
from audit.ui.session import session

if TYPE_CHECKING:
    from audit.school.merge import Conflict
    from audit.school.proposals import OtherAnswer
    from audit.school.questionnaire import AnswerProgress

WARNING = f":material/shield_person: {theme.NO_PUPIL_DATA}"
_WRITTEN_LABELS = {"yes": "Yes", "partly": "Partly", "no": "No", "unknown": "I do not know"}


def statement_card(
    card: StatementCard,
    signed: Response | None = None,
    how_far: Callable[[], AnswerProgress] | None = None,
    *,
    overtaken: str = "",
) -> None:
    """Shows one statement. What never changes is drawn with the page; the widgets run alone in a fragment.

    Args:
        card: the statement.
        signed: its response in a signed audit, shown as text that cannot be changed; None while the audit is open.
        how_far: counts the answers. It is called after an answer, to update the progress without redrawing the page.
        overtaken: why law or guidance has overtaken it, and what that means for this audit; empty if it has not.
    """
    criterion = card.criterion
    with st.container(border=True):
        role = criterion.framework.roles[criterion.statement.asked_of]
        lines = (
            f"**{criterion.statement.statement}**",
            *((f":material/event_busy: {overtaken}",) if overtaken else ()),
            *((f":material/link: Asked once. The answer counts for {card.counts_also} too.",) if card.also else ()),
            *notes_on(criterion),
            f"{mark_of(criterion)} {criterion.statement.reference} · likely to know: {role}",
        )
        st.markdown("\n\n".join(lines))
        if signed is None:
            _answers(card, how_far)
        else:
            st.text("\n".join(school.response_lines(signed, card.levels)))
        _help(card)


@fragment()
def _answers(card: StatementCard, how_far: Callable[[], AnswerProgress] | None) -> None:
    """The widgets of one statement, and whether their values are saved. Only this part runs again after an answer."""
    if st.query_params.get("question") != card.criterion.page:
        # The person left a text box by pressing Next. Streamlit 1.67 runs the button's callback within the run of
        # this fragment and drops the run of the whole page, which is needed to show the next question.
        st.rerun()
    tab = session()
    tab.undrawn.discard(card.id)
    if tab.shown[card.id] == NO_RESPONSE:
        _proposed(card)
    applies = not is_set_aside(tab, card.id)
    if applies:
        _two_answers(card)
    st.text_area(
        "Evidence: what shows it, and where is it? (no pupil details)",
        key=widget_key(card.id, "evidence"),
        height="content",
        on_change=save_answer,
        args=(card,),
    )
    _more(card, applies)
    if card.id in tab.cleared and tab.shown[card.id].written is None and tab.shown[card.id].practice is None:
        st.button("Undo: put both answers back", key=widget_key(card.id, "undo"), on_click=undo_clear, args=(card,))
    if card.id in tab.conflicts:
        _choose(tab.conflicts[card.id], card)
    moved, tab.moved = tab.moved, False
    _show_state(card, how_far() if moved and how_far is not None else None)
    if tab.undrawn:
        # For the same reason: a click on another card during this run was stored in this run, and the run that
        # would have redrawn that card was dropped.
        tab.undrawn.clear()
        st.rerun()


def _proposed(card: StatementCard) -> None:
    """What waits for this person: the answer that is proposed with a button to accept it, and what helps to answer."""
    if card.last is not None and (card.proposal is None or card.proposal.origin != "last year"):
        st.markdown(
            f":material/published_with_changes: **Asked anew.** The statement has changed since {card.last_year}. "
            "What was answered then:"
        )
        st.text("\n".join(school.response_lines(card.last, card.levels)))
    if card.proposal is not None:
        lines = school.response_lines(replace(card.proposal.response, evidence="", comment=""), card.levels)
        answers = markdown_text("; ".join(lines))
        if card.proposal.origin == "last year":
            words = f"**To be confirmed.** Answered in {card.proposal.year}: {answers}."
        else:
            words = f"**Proposed.** {answers}. It rests on the answer to {listed(map(_asked, card.proposal.others))}."
        st.markdown(f":material/pending: {words}")
        label = "Still true" if card.proposal.origin == "last year" else "Accept what is proposed"
        st.button(label, key=widget_key(card.id, "confirm"), icon=":material/check:", on_click=confirm, args=(card,))
    if card.evidence_beside:
        lines = [f"- {_asked(answer)}: {markdown_text(answer.response.evidence)}" for answer in card.evidence_beside]
        st.markdown("\n".join((":material/content_paste: **Evidence given for other criteria**", "", *lines)))


def _asked(answer: OtherAnswer) -> str:
    """Which statement of another edition was answered, in which year, and how it stands to this one."""
    return f"{named_with_framework(answer.criterion)} ({answer.year}), which {what_it_asks(answer)}"


def _show_state(card: StatementCard, now: AnswerProgress | None) -> None:
    """One line: whether the whole card is saved, or what is missing. It is always drawn, so that nothing moves."""
    tab = session()
    saved, note = tab.notes.get(card.id, (True, ""))
    if not saved:
        st.warning(note, icon=":material/error:")
    symbol, words = _state(card, tab.shown[card.id], note) if saved else ("✗", "Not saved")
    tells = {"session": tab.number, **heard(tab, card.id)}
    if now is not None:
        tab.drawn += 1
        tells["progress"] = json.dumps([tab.drawn, answer_progress_in_words(now), now.answered, now.asked])
    card_state(widget_key(card.id, "state"), symbol, words, saved=saved, tells=tells)


def _state(card: StatementCard, stored: Response, note: str) -> tuple[str, str]:
    """The symbol and the words of a card when everything that was entered is stored."""
    if stored == NO_RESPONSE:
        if card.confirmable is not None:
            is_last_year = card.proposal is not None and card.proposal.origin == "last year"
            return "…", f"Not {'confirmed' if is_last_year else 'accepted'} yet, so it counts as not known"
        return "○", "Not answered yet"
    missing = "" if stored.not_applicable else _missing(card, stored)
    if missing:
        return "◐", f"{note or 'Saved'}. Still to answer: {missing}"
    return "✓", note or "Saved"


def _missing(card: StatementCard, stored: Response) -> str:
    """The questions of a statement that have no stored answer, as one question; empty if there are none."""
    written = ["is it written in your policy"] if stored.written is None else []
    done = ["is it done"] if stored.practice is None and not card.desk_review else []
    return f"{', and '.join(written + done)}?" if written or done else ""


def _two_answers(card: StatementCard) -> None:
    words = {level.level: f"**{level.practice_label}.** {level.means}" for level in card.levels}
    # One below the other: columns add a sixth to the time of a click (tests/benchmarks/click_to_saved.py).
    st.radio(
        "Is it **written** in your policy?",
        WRITTEN,
        index=None,
        format_func=_WRITTEN_LABELS.__getitem__,
        key=widget_key(card.id, "written"),
        on_change=save_answer,
        args=(card,),
        horizontal=True,
    )
    if card.desk_review:
        st.caption("A desk review reads a policy; it does not ask what is done.")
        return
    st.radio(
        "Is it **done**?",
        PRACTICE,
        index=None,
        format_func=lambda value: "I do not know" if value == "unknown" else words[value],
        key=widget_key(card.id, "practice"),
        on_change=save_answer,
        args=(card,),
    )


def _help(card: StatementCard) -> None:
    """The help: evidence, how to improve, what has changed since the source, the source, last year's answer, and those to other editions."""
    statement = card.criterion.statement
    parts = []
    if statement.evidence:
        parts.append(f"**What would show it.** {statement.evidence}")
    if statement.improve:
        parts.append(f"**How to get there.** {statement.improve}")
    if statement.today is not None:
        parts.append(today_line(statement.today))
    parts.append(source_line(card.criterion))
    if card.last is not None:
        parts.append(f"**What was answered in {card.last_year}:**")
    with st.expander("Help with this statement", icon=":material/help:"):
        st.markdown("\n\n".join(parts))
        if card.last is not None:
            st.text("\n".join(school.response_lines(card.last, card.levels)))
        for answer in card.beside:
            st.markdown(
                f"**What was answered to {_asked(answer)}.** “{markdown_text(answer.criterion.statement.statement)}” "
                f"{answer.link.pair.because}"
            )
            st.text("\n".join(school.response_lines(answer.response, card.levels)))


def _more(card: StatementCard, applies: bool) -> None:
    """The widgets that are needed less often. They are drawn only on request, because they slow every answer down."""
    if not st.toggle("Comment, not applicable, clear", key=widget_key(card.id, "more"), disabled=not applies):
        return
    viewed = session().viewed[card.id]  # a widget that was hidden comes back empty unless its value is set
    for name in ("comment", "not_applicable"):
        st.session_state.setdefault(widget_key(card.id, name), getattr(viewed, name))
    st.session_state.setdefault(widget_key(card.id, "na"), bool(viewed.not_applicable))
    st.text_area(
        "Comment (no pupil details)",
        key=widget_key(card.id, "comment"),
        height=68,
        on_change=save_answer,
        args=(card,),
    )
    st.checkbox("This cannot apply to our school", key=widget_key(card.id, "na"), on_change=save_answer, args=(card,))
    if applies:
        st.button("Clear both answers", key=widget_key(card.id, "clear"), on_click=clear, args=(card,))
    else:
        st.text_area(
            "Why does it not apply? (required; no pupil details)",
            key=widget_key(card.id, "not_applicable"),
            height=68,
            on_change=save_answer,
            args=(card,),
        )


def _choose(conflict: Conflict, card: StatementCard) -> None:
    """Shows both answers of a conflict side by side, each with a button to keep it."""
    st.markdown("**Two different answers. Which one holds?**")
    for column, title, response, mine_wins in zip(
        st.columns(2), ("Stored meanwhile", "Yours"), (conflict.theirs, conflict.mine), (False, True), strict=True
    ):
        with column:
            st.markdown(f"*{title}*")
            for line in school.response_lines(response, card.levels):
                st.text(line)
            st.button(
                f"Keep {'mine' if mine_wins else 'the stored one'}",
                key=widget_key(card.id, f"keep-{mine_wins}"),
                on_click=settle_conflict,
                args=(card,),
                kwargs={"mine_wins": mine_wins},
            )
