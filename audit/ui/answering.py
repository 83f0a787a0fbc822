"""One statement on the questionnaire page: its answers in a fragment of their own, or as they were signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.exhibits import school
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Response
from audit.ui.components import answer_progress_in_words, fragment, mark_of, markdown_text, today_line
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
    from audit.school.questionnaire import AnswerProgress

WARNING = f":material/shield_person: {theme.NO_PUPIL_DATA}"
_WRITTEN_LABELS = {"yes": "Yes", "partly": "Partly", "no": "No", "unknown": "I do not know"}


def statement_card(
    asked: StatementCard, signed: Response | None = None, how_far: Callable[[], AnswerProgress] | None = None
) -> None:
    """One statement: what never changes is drawn with the page, what answers it in a fragment of its own.

    Args:
        asked: the statement.
        signed: its response in a signed audit, which is shown and cannot be changed; None while it is open.
        how_far: tells how far the audit is, which is shown after an answer without the page being drawn again.
    """
    criterion = asked.criterion
    with st.container(border=True):
        role = criterion.framework.roles[criterion.statement.asked_of]
        st.markdown(
            f"**{criterion.statement.statement}**\n\n"
            f"{mark_of(criterion)} {criterion.statement.reference} · likely to know: {role}"
        )
        if signed is None:
            _answers(asked, how_far)
        else:
            st.text("\n".join(school.response_lines(signed, asked.levels)))
        _help(asked)


@fragment()
def _answers(asked: StatementCard, how_far: Callable[[], AnswerProgress] | None) -> None:
    """The answers to one statement, and whether they are saved; runs alone at every answer."""
    if st.query_params.get("question") != asked.criterion.page:
        # Leaving a text box by pressing Next: Streamlit 1.67 runs the button's callback within this
        # fragment's run and forgets the run of the whole page, which alone can show the next question.
        st.rerun()
    mine = session()
    mine.undrawn.discard(asked.id)
    if asked.last is not None and mine.shown[asked.id] == NO_RESPONSE:
        _last_year(asked, asked.last)
    applies = not is_set_aside(mine, asked.id)
    if applies:
        _two_answers(asked)
    st.text_area(
        "Evidence: what shows it, and where is it? (no pupil details)",
        key=widget_key(asked.id, "evidence"),
        height="content",
        on_change=save_answer,
        args=(asked,),
    )
    _more(asked, applies)
    if asked.id in mine.cleared and mine.shown[asked.id].written is None and mine.shown[asked.id].practice is None:
        st.button("Undo: put both answers back", key=widget_key(asked.id, "undo"), on_click=undo_clear, args=(asked,))
    if asked.id in mine.conflicts:
        _choose(mine.conflicts[asked.id], asked)
    moved, mine.moved = mine.moved, False
    _say(asked, how_far() if moved and how_far is not None else None)
    if mine.undrawn:
        # In the same way a click on another card, made while this run was under way, was stored in this run
        # and its own run forgotten.
        mine.undrawn.clear()
        st.rerun()


def _last_year(asked: StatementCard, last: Response) -> None:
    """Last year's answer, which waits to be confirmed, or stands beside a statement that has changed since."""
    if asked.confirmable is None:
        st.markdown(
            f":material/published_with_changes: **Asked anew.** The statement has changed since {asked.last_year}. "
            "What was answered then:"
        )
        st.text("\n".join(school.response_lines(last, asked.levels)))
        return
    answers = school.response_lines(replace(last, evidence="", comment=""), asked.levels)
    st.markdown(
        f":material/pending: **To be confirmed.** Answered in {asked.last_year}: {markdown_text('; '.join(answers))}."
    )
    st.button(
        "Still true", key=widget_key(asked.id, "confirm"), icon=":material/check:", on_click=confirm, args=(asked,)
    )


def _say(asked: StatementCard, now: AnswerProgress | None) -> None:
    """One line, always there so that nothing jumps: whether the whole card is saved, or what is missing for it."""
    mine = session()
    saved, note = mine.notes.get(asked.id, (True, ""))
    if not saved:
        st.warning(note, icon=":material/error:")
    symbol, words = _state(asked, mine.shown[asked.id], note) if saved else ("✗", "Not saved")
    tells = {"session": mine.number, **heard(mine, asked.id)}
    if now is not None:
        mine.drawn += 1
        tells["progress"] = json.dumps([mine.drawn, answer_progress_in_words(now), now.answered, now.asked])
    card_state(widget_key(asked.id, "state"), symbol, words, saved=saved, tells=tells)


def _state(asked: StatementCard, stored: Response, note: str) -> tuple[str, str]:
    """Symbol and words for a card of which everything that was given is stored."""
    if stored == NO_RESPONSE:
        if asked.confirmable is not None:
            return "…", "Not confirmed yet, so it counts as not known"
        return "○", "Not answered yet"
    missing = "" if stored.not_applicable else _missing(asked, stored)
    if missing:
        return "◐", f"{note or 'Saved'}. Still to answer: {missing}"
    return "✓", note or "Saved"


def _missing(asked: StatementCard, stored: Response) -> str:
    """The questions of a statement to which no answer is stored, as one question; empty if there are none."""
    written = ["is it written in your policy"] if stored.written is None else []
    done = ["is it done"] if stored.practice is None and not asked.desk_review else []
    return f"{', and '.join(written + done)}?" if written or done else ""


def _two_answers(asked: StatementCard) -> None:
    words = {level.level: f"**{level.practice_label}.** {level.means}" for level in asked.levels}
    # One below the other: columns cost a click a sixth of its time (tests/benchmarks/click_to_saved.py).
    st.radio(
        "Is it **written** in your policy?",
        WRITTEN,
        index=None,
        format_func=_WRITTEN_LABELS.__getitem__,
        key=widget_key(asked.id, "written"),
        on_change=save_answer,
        args=(asked,),
        horizontal=True,
    )
    if asked.desk_review:
        st.caption("A desk review reads a policy; it does not ask what is done.")
        return
    st.radio(
        "Is it **done**?",
        PRACTICE,
        index=None,
        format_func=lambda value: "I do not know" if value == "unknown" else words[value],
        key=widget_key(asked.id, "practice"),
        on_change=save_answer,
        args=(asked,),
    )


def _help(asked: StatementCard) -> None:
    """What would show it, how to get there, what has changed since, where it comes from, and last year's answer."""
    statement = asked.criterion.statement
    parts = []
    if statement.evidence:
        parts.append(f"**What would show it.** {statement.evidence}")
    if statement.improve:
        parts.append(f"**How to get there.** {statement.improve}")
    if statement.today is not None:
        parts.append(today_line(statement.today))
    parts.append(f"**Source.** {asked.criterion.framework.title}, {statement.reference}.")
    if asked.last is not None:
        parts.append(f"**What was answered in {asked.last_year}:**")
    with st.expander("Help with this statement", icon=":material/help:"):
        st.markdown("\n\n".join(parts))
        if asked.last is not None:
            st.text("\n".join(school.response_lines(asked.last, asked.levels)))


def _more(asked: StatementCard, applies: bool) -> None:
    """What is needed less often, drawn only when it is asked for: it would slow every answer down."""
    if not st.toggle("Comment, not applicable, clear", key=widget_key(asked.id, "more"), disabled=not applies):
        return
    viewed = session().viewed[asked.id]  # a widget that was folded away comes back empty unless it is told
    for name in ("comment", "not_applicable"):
        st.session_state.setdefault(widget_key(asked.id, name), getattr(viewed, name))
    st.session_state.setdefault(widget_key(asked.id, "na"), bool(viewed.not_applicable))
    st.text_area(
        "Comment (no pupil details)",
        key=widget_key(asked.id, "comment"),
        height=68,
        on_change=save_answer,
        args=(asked,),
    )
    st.checkbox("This cannot apply to our school", key=widget_key(asked.id, "na"), on_change=save_answer, args=(asked,))
    if applies:
        st.button("Clear both answers", key=widget_key(asked.id, "clear"), on_click=clear, args=(asked,))
    else:
        st.text_area(
            "Why does it not apply? (required; no pupil details)",
            key=widget_key(asked.id, "not_applicable"),
            height=68,
            on_change=save_answer,
            args=(asked,),
        )


def _choose(conflict: Conflict, asked: StatementCard) -> None:
    """Both answers of a conflict, side by side, to choose from."""
    st.markdown("**Two different answers. Which one holds?**")
    for column, title, response, mine_wins in zip(
        st.columns(2), ("Stored meanwhile", "Yours"), (conflict.theirs, conflict.mine), (False, True), strict=True
    ):
        with column:
            st.markdown(f"*{title}*")
            for line in school.response_lines(response, asked.levels):
                st.text(line)
            st.button(
                f"Keep {'mine' if mine_wins else 'the stored one'}",
                key=widget_key(asked.id, f"keep-{mine_wins}"),
                on_click=settle_conflict,
                args=(asked,),
                kwargs={"mine_wins": mine_wins},
            )
