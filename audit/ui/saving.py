"""The answers of the questionnaire's widgets, stored at every change, and what the widgets are made to show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from audit.carrying import confirmed, is_same
from audit.changes import Conflict
from audit.model import NO_RESPONSE, Audit, Criterion, Practice, PracticeLevel, Response, Written
from audit.reasons import ASK_AGAIN, says_nothing
from audit.store import Gone, NotSaved, SignedOff
from audit.text import fault_of, tidy
from audit.ui.session import Session, clock, session, store
from audit.ui.typed_text import BOXES

SIGNED_MEANWHILE = (
    "Not saved: the audit was signed meanwhile, so nothing of it changes. "
    "To change something, open it again on the page Check and sign."
)

GONE = "this audit is not there any more. Go to the home page to see which audits there are."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A statement as the open audit asks it.

    Attributes:
        levels: the practice levels of the audit's criteria.
        last: last year's answer to it, if the audit began with one.
        last_year: the academic year of that.
        confirmable: what confirming it stores; None if there is nothing, or the statement has changed since.
    """

    criterion: Criterion
    levels: tuple[PracticeLevel, ...]
    desk_review: bool
    last: Response | None
    last_year: str
    confirmable: Response | None

    @property
    def id(self) -> str:
        """The permanent id of the statement."""
        return self.criterion.id


def asked_in(audit: Audit, criterion: Criterion, *, levels: tuple[PracticeLevel, ...]) -> Asked:
    """A statement as an audit asks it."""
    carried = audit.carried.get(criterion.id)
    return Asked(
        criterion=criterion,
        levels=levels,
        desk_review=audit.basis == "desk review",
        last=None if carried is None else carried.response,
        last_year=audit.carried_from,
        confirmable=confirmed(audit, criterion) if is_same(audit, criterion) else None,
    )


def key_of(statement: str, name: str) -> str:
    """The key of a widget of a statement."""
    return f"answer.{session().audit_id}.{statement}.{name}"


def show_stored(mine: Session, asked: Asked, stored: Response, *, arrived: bool) -> None:
    """Brings the widgets of a statement up to what is stored, unless this person has a conflict to settle.

    Where nothing is stored they begin as last year's answer, if that can be confirmed.

    Args:
        mine: this tab's session.
        asked: the statement.
        stored: the response as it is stored now.
        arrived: whether the person has just come to this question; widgets may then hold anything.
    """
    gone = key_of(asked.id, "evidence") not in st.session_state
    if arrived or gone or (asked.id not in mine.conflicts and mine.shown.get(asked.id) != stored):
        mine.conflicts.pop(asked.id, None)
        mine.notes.pop(asked.id, None)
        mine.shown[asked.id] = stored
        begins = asked.confirmable if stored == NO_RESPONSE and asked.confirmable else stored
        _view(mine, asked.id, begins)


def _view(mine: Session, statement: str, response: Response) -> None:
    """Makes the widgets show a response; those that do so already are left alone, since somebody may be typing."""
    mine.viewed[statement] = response
    _set(statement, "written", response.written)
    _set(statement, "practice", response.practice)
    _set(statement, "na", bool(response.not_applicable))
    if response.not_applicable or response.comment:
        _set(statement, "more", True)
    for name in BOXES:
        text = getattr(response, name)
        key = key_of(statement, name)
        if key not in st.session_state or tidy(st.session_state[key] or "") != text:
            st.session_state[key] = text


def _set(statement: str, name: str, value: object) -> None:
    key = key_of(statement, name)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def heard(mine: Session, statement: str) -> dict[str, str]:
    """By box of a statement, the text that came from the browser last, as it came."""
    before = mine.viewed[statement]
    return {name: st.session_state.get(key_of(statement, name), getattr(before, name)) or "" for name in BOXES}


def is_set_aside(mine: Session, statement: str) -> bool:
    """Whether the person has ticked that the statement does not apply, with or without a reason yet."""
    return bool(st.session_state.get(key_of(statement, "na"), mine.viewed[statement].not_applicable))


def _given(mine: Session, statement: str) -> Response | str:
    """The response that the widgets show, or why it cannot be held; what is folded away is as it was."""
    texts = heard(mine, statement)
    evidence, comment, reason = (tidy(text) for text in (texts["evidence"], texts["comment"], texts["not_applicable"]))
    for name, text in (("Evidence", evidence), ("Comment", comment), ("Reason", reason)):
        if fault := fault_of(text):
            return f"{name} not saved. {fault}"
    if is_set_aside(mine, statement):
        if not reason.strip():
            return "Not saved yet: give the reason why it does not apply; it is saved with the reason."
        if says_nothing(reason) and reason != mine.shown[statement].not_applicable:  # one stored earlier may stay
            return f"Not saved yet: “{reason.strip()[:40]}” gives no reason. {ASK_AGAIN}"
        return Response(not_applicable=reason, evidence=evidence, comment=comment)
    written: Written | None = st.session_state.get(key_of(statement, "written"))
    practice: Practice | None = st.session_state.get(key_of(statement, "practice"))
    return Response(written=written, practice=practice, evidence=evidence, comment=comment)


def save(asked: Asked) -> None:
    """Called at every change of a widget: stores what the widgets show, or notes why not."""
    mine = session()
    mine.undrawn.add(asked.id)
    before = mine.viewed[asked.id]
    given = _given(mine, asked.id)
    if isinstance(given, str):
        if is_set_aside(mine, asked.id) and not before.not_applicable:
            mine.set_aside.setdefault(asked.id, before)
        mine.notes[asked.id] = (False, given)
        return
    if not given.not_applicable and asked.id in mine.set_aside:
        answers = mine.set_aside.pop(asked.id)
        given = replace(given, written=answers.written, practice=answers.practice)
    if given == before:  # ticked and unticked again: last year's answer is not confirmed by that
        mine.notes.pop(asked.id, None)
        _view(mine, asked.id, given)
    else:
        _put(mine, asked, mine.shown[asked.id], given)


def confirm(asked: Asked) -> None:
    """Stores last year's answer as this year's."""
    mine = session()
    if asked.confirmable is None:
        return
    if (reason := asked.confirmable.not_applicable) and says_nothing(reason):
        mine.notes[asked.id] = (
            False,
            f"Not saved yet: last year’s “{reason.strip()[:40]}” gives no reason. {ASK_AGAIN}",
        )
    else:
        _put(mine, asked, mine.shown[asked.id], asked.confirmable)


def clear(asked: Asked) -> None:
    """Takes both answers back; what was typed stays, and the answers can be had back at once."""
    mine = session()
    base = mine.shown[asked.id]
    if base.written is not None or base.practice is not None:
        mine.cleared[asked.id] = base
    _put(mine, asked, base, Response(evidence=base.evidence, comment=base.comment))


def undo_clear(asked: Asked) -> None:
    """Puts the answers back that were cleared a moment ago; what was typed since stays, and a refusal can be retried."""
    mine = session()
    base, before = mine.shown[asked.id], mine.cleared[asked.id]
    _put(mine, asked, base, replace(base, written=before.written, practice=before.practice))
    if mine.notes[asked.id][0]:
        del mine.cleared[asked.id]


def settle(asked: Asked, *, mine_wins: bool) -> None:
    """The person has seen both answers of a conflict and chosen one."""
    mine = session()
    conflict = mine.conflicts.pop(asked.id)
    mine.shown[asked.id] = conflict.theirs
    if mine_wins:
        _put(mine, asked, conflict.theirs, conflict.mine)
    else:
        mine.notes[asked.id] = (True, f"The other answer was kept, {clock()}")
        _view(mine, asked.id, conflict.theirs)


def _put(mine: Session, asked: Asked, base: Response, given: Response) -> None:
    try:
        result = store().save(
            mine.audit_id,
            asked.id,
            base=base,
            mine=given,
            of_revision=asked.criterion.statement.revision,
            role=mine.role,
        )
    except SignedOff:
        mine.notes[asked.id] = (False, SIGNED_MEANWHILE)
        return
    except Gone:
        mine.notes[asked.id] = (False, f"Not saved: {GONE}")
        return
    except NotSaved:
        mine.notes[asked.id] = (False, "Not saved: the database did not answer. Change the answer again to retry.")
        return
    if isinstance(result, Conflict):
        mine.conflicts[asked.id] = result
        mine.notes[asked.id] = (False, "Not saved yet: somebody else answered this meanwhile. Choose below.")
        return
    mine.conflicts.pop(asked.id, None)
    mine.shown[asked.id] = result.response
    mine.moved = True
    mine.notes[asked.id] = (True, f"Saved at {clock()}")
    _view(mine, asked.id, result.response)
