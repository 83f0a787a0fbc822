"""One statement on the questionnaire page: a fragment of its own, saved at every change."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from audit import readable, theme
from audit.changes import Conflict
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Criterion, Practice, PracticeLevel, Response, Written
from audit.store import NotSaved
from audit.text import fault_of, tidy
from audit.ui.components import mark_of, today_line
from audit.ui.session import Session, clock, session, store

_WRITTEN_LABELS = {"yes": "Yes", "partly": "Partly", "no": "No", "unknown": "I do not know"}


def _key(statement: str, name: str) -> str:
    return f"answer.{session().audit_id}.{statement}.{name}"


def show_stored(mine: Session, statement: str, stored: Response, *, arrived: bool) -> None:
    """Brings the widgets of a statement up to what is stored, unless this person has a conflict to settle.

    Args:
        mine: this tab's session.
        statement: id of the statement.
        stored: the response as it is stored now.
        arrived: whether the person has just come to this question; widgets may then hold anything.
    """
    gone = _key(statement, "evidence") not in st.session_state
    if arrived or gone or (statement not in mine.conflicts and mine.shown.get(statement) != stored):
        mine.conflicts.pop(statement, None)
        mine.notes.pop(statement, None)
        mine.shown[statement] = stored
        _view(statement, stored)


def _view(statement: str, response: Response) -> None:
    """Makes the widgets show a response."""
    st.session_state[_key(statement, "written")] = response.written
    st.session_state[_key(statement, "practice")] = response.practice
    st.session_state[_key(statement, "na")] = bool(response.not_applicable)
    if response.not_applicable or response.comment:
        st.session_state[_key(statement, "more")] = True
    for name in ("not_applicable", "evidence", "comment"):
        st.session_state[_key(statement, name)] = getattr(response, name)


def _given(statement: str, base: Response) -> Response | str:
    """The response that the widgets show, or why it cannot be held; what is folded away is as in ``base``."""
    evidence, comment, reason = (
        tidy(st.session_state.get(_key(statement, name), getattr(base, name)) or "")
        for name in ("evidence", "comment", "not_applicable")
    )
    for name, text in (("Evidence", evidence), ("Comment", comment), ("Reason", reason)):
        if fault := fault_of(text):
            return f"{name} not saved. {fault}"
    if _set_aside(statement, base):
        if not reason.strip():
            return "Not saved yet: give the reason why it does not apply; it is saved with the reason."
        return Response(not_applicable=reason, evidence=evidence, comment=comment)
    written: Written | None = st.session_state.get(_key(statement, "written"))
    practice: Practice | None = st.session_state.get(_key(statement, "practice"))
    return Response(written=written, practice=practice, evidence=evidence, comment=comment)


def _set_aside(statement: str, base: Response) -> bool:
    """Whether the person has ticked that the statement does not apply, with or without a reason yet."""
    return bool(st.session_state.get(_key(statement, "na"), base.not_applicable))


def _save(statement: str) -> None:
    """Called at every change of a widget: stores what the widgets show, or notes why not."""
    mine = session()
    base = mine.shown[statement]
    given = _given(statement, base)
    if isinstance(given, str):
        if _set_aside(statement, base) and not base.not_applicable:
            mine.set_aside.setdefault(statement, base)
        mine.notes[statement] = (False, given)
        return
    if base.not_applicable and not given.not_applicable and statement in mine.set_aside:
        before = mine.set_aside.pop(statement)
        given = replace(given, written=before.written, practice=before.practice)
    _put(mine, statement, base, given)


def _put(mine: Session, statement: str, base: Response, given: Response) -> None:
    try:
        result = store().save(mine.audit_id, statement, base=base, mine=given, role=mine.role)
    except NotSaved:
        mine.notes[statement] = (False, "Not saved: the database did not answer. Change the answer again to retry.")
        return
    if isinstance(result, Conflict):
        mine.conflicts[statement] = result
        mine.notes[statement] = (False, "Not saved yet: somebody else answered this meanwhile. Choose below.")
        return
    mine.conflicts.pop(statement, None)
    mine.shown[statement] = result.response
    mine.notes[statement] = (True, f"Saved at {clock()}")
    _view(statement, result.response)


def _clear(statement: str) -> None:
    mine = session()
    base = mine.shown[statement]
    _put(mine, statement, base, Response(evidence=base.evidence, comment=base.comment))


def _settle(statement: str, *, mine_wins: bool) -> None:
    """The person has seen both answers of a conflict and chosen one."""
    mine = session()
    conflict = mine.conflicts.pop(statement)
    mine.shown[statement] = conflict.theirs
    if mine_wins:
        _put(mine, statement, conflict.theirs, conflict.mine)
    else:
        mine.notes[statement] = (True, f"The other answer was kept, {clock()}")
        _view(statement, conflict.theirs)


def statement_card(criterion: Criterion, levels: tuple[PracticeLevel, ...], desk_review: bool) -> None:
    """One statement: what never changes is drawn with the page, what answers it in a fragment of its own."""
    with st.container(border=True):
        role = criterion.framework.roles[criterion.statement.asked_of]
        st.markdown(
            f"**{criterion.statement.statement}**\n\n"
            f"{mark_of(criterion)} {criterion.statement.reference} · likely to know: {role}"
        )
        _answers(criterion.id, criterion.page, levels, desk_review)
        _help(criterion)


@st.fragment
def _answers(statement: str, page: str, levels: tuple[PracticeLevel, ...], desk_review: bool) -> None:
    """The answers to one statement, and whether they are saved; runs alone at every answer."""
    if st.query_params.get("question") != page:
        # Leaving a text box by pressing Next: Streamlit 1.67 runs the button's callback within this
        # fragment's run and forgets the run of the whole page, which alone can show the next question.
        st.rerun()
    mine = session()
    applies = not _set_aside(statement, mine.shown[statement])
    if applies:
        _two_answers(statement, levels, desk_review)
    st.text_area(
        "Evidence: what shows it, and where is it? (no pupil details)",
        key=_key(statement, "evidence"),
        height="content",
        on_change=_save,
        args=(statement,),
    )
    _more(statement, applies)
    if statement in mine.conflicts:
        _choose(mine.conflicts[statement], statement, levels)
    _say(*mine.notes.get(statement, (True, "")), mine.shown[statement])


def _say(saved: bool, note: str, shown: Response) -> None:
    """One line, always there so that nothing jumps: saved and when, or what is missing for it."""
    if not saved:
        st.warning(note, icon=":material/error:")
    elif shown == NO_RESPONSE:
        st.markdown(":material/radio_button_unchecked: Not answered yet")
    else:
        st.markdown(f":material/check_circle: {note or 'Saved'}")


def _two_answers(statement: str, levels: tuple[PracticeLevel, ...], desk_review: bool) -> None:
    words = {level.level: f"**{level.level} {level.label}.** {level.means}" for level in levels}
    # One below the other: columns cost a click a sixth of its time (tests/benchmarks/click_to_saved.py).
    st.radio(
        "Is it **written** in your policy?",
        WRITTEN,
        index=None,
        format_func=_WRITTEN_LABELS.__getitem__,
        key=_key(statement, "written"),
        on_change=_save,
        args=(statement,),
        horizontal=True,
    )
    if desk_review:
        st.caption("A desk review reads a policy; it does not ask what is done.")
        return
    st.radio(
        "Is it **done**?",
        PRACTICE,
        index=None,
        format_func=lambda value: "I do not know" if value == "unknown" else words[value],
        key=_key(statement, "practice"),
        on_change=_save,
        args=(statement,),
    )


def _help(criterion: Criterion) -> None:
    """What would show it, how to get there, what has changed since, and where it comes from."""
    statement = criterion.statement
    parts = []
    if statement.evidence:
        parts.append(f"**What would show it.** {statement.evidence}")
    if statement.improve:
        parts.append(f"**How to get there.** {statement.improve}")
    if statement.today is not None:
        parts.append(today_line(statement.today))
    parts.append(f"**Source.** {criterion.framework.title}, {statement.reference}.")
    with st.expander("Help with this statement", icon=":material/help:"):
        st.markdown("\n\n".join(parts))


def _more(statement: str, applies: bool) -> None:
    """What is needed less often, drawn only when it is asked for: it would slow every answer down."""
    if not st.toggle("Comment, not applicable, clear", key=_key(statement, "more"), disabled=not applies):
        return
    shown = session().shown[statement]  # a widget that was folded away comes back empty unless it is told
    for name in ("comment", "not_applicable"):
        st.session_state.setdefault(_key(statement, name), getattr(shown, name))
    st.session_state.setdefault(_key(statement, "na"), bool(shown.not_applicable))
    st.text_area(
        "Comment (no pupil details)",
        key=_key(statement, "comment"),
        height=68,
        on_change=_save,
        args=(statement,),
    )
    st.checkbox("This cannot apply to our school", key=_key(statement, "na"), on_change=_save, args=(statement,))
    if applies:
        st.button("Clear both answers", key=_key(statement, "clear"), on_click=_clear, args=(statement,))
    else:
        st.text_area(
            "Why does it not apply? (required; no pupil details)",
            key=_key(statement, "not_applicable"),
            height=68,
            on_change=_save,
            args=(statement,),
        )


def _choose(conflict: Conflict, statement: str, levels: tuple[PracticeLevel, ...]) -> None:
    """Both answers of a conflict, side by side, to choose from."""
    st.markdown("**Two different answers. Which one holds?**")
    for column, title, response, mine_wins in zip(
        st.columns(2), ("Stored meanwhile", "Yours"), (conflict.theirs, conflict.mine), (False, True), strict=True
    ):
        with column:
            st.markdown(f"*{title}*")
            for line in readable.response_lines(response, levels):
                st.text(line)
            st.button(
                f"Keep {'mine' if mine_wins else 'the stored one'}",
                key=_key(statement, f"keep-{mine_wins}"),
                on_click=_settle,
                args=(statement,),
                kwargs={"mine_wins": mine_wins},
            )


WARNING = f":material/shield_person: {theme.NO_PUPIL_DATA}"
