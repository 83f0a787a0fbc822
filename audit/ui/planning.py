"""The action plan in work: an action is begun from a gap or freely, changed, and saved.

An action that somebody else has changed is never overwritten unseen: the person sees both versions and chooses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from audit.model import STATUSES, Action, Audit, Criteria, Criterion
from audit.school import plan
from audit.store.schema import ChangedMeanwhile
from audit.ui.components import GONE, REFUSALS, date_field, markdown_text, refusal
from audit.ui.session import clock, session, store

if TYPE_CHECKING:
    from audit.problems import Problem
    from audit.school.outcome import Outcome

PLAN_PAGE = "audit/ui/pages/plan.py"
NEW = "new"
"""The key of the form for an action that belongs to no gap."""
_DAYS = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""The first and last day that the calendar offers, unless an action is due outside them."""


@dataclass
class PlanForm:
    """The state of one person's work on the plan of the open audit.

    Attributes:
        editing: key of the action whose form is open; empty for none.
        base: that action as this person saw it; None for a new one.
        faults: why the values of the form could not be saved.
        mine: this person's version, if somebody else changed the action meanwhile; else None.
        notes: by key of an action or id of a statement, whether it is saved, and the message.
    """

    editing: str = ""
    base: Action | None = None
    faults: tuple[Problem, ...] = ()
    mine: Action | None = None
    notes: dict[str, tuple[bool, str]] = field(default_factory=dict)


def _key(*names: str) -> str:
    return ".".join(("plan", session().audit_id, *names))


def plan_form() -> PlanForm:
    """The state of this person's work on the plan of the open audit."""
    form: PlanForm = st.session_state.setdefault(_key("desk"), PlanForm())
    return form


def _edit(key: str, base: Action | None) -> None:
    form = plan_form()
    form.editing, form.base, form.faults, form.mine = key, base, (), None
    form.notes.clear()


def _leave() -> None:
    _edit("", None)


def _put(key: str, action: Action, base: Action | None) -> None:
    """Stores an action. If that fails, notes why and keeps this person's version."""
    tab, form = session(), plan_form()
    if base is not None:
        # An action from a workbook has no id. It gets its key as its id, so that others who see it can find it.
        action = replace(action, id=key)
    try:
        stored = store().plans.put(tab.audit_id, action, base=base, role=tab.role)
    except ChangedMeanwhile:
        form.editing, form.base, form.mine = key, base, action
    except REFUSALS as error:
        form.notes[key] = (False, refusal(error))
    else:
        if form.editing == key:  # a form that is open for another action stays open
            _leave()
        form.notes = dict.fromkeys((key, stored.id), (True, f"Saved at {clock()}"))


def _save(key: str) -> None:
    """Stores the values of the form, or notes its faults. Called by the form's button."""
    form, state = plan_form(), st.session_state
    due = state[_key(key, "due")]
    action = plan.entered(
        form.base,
        what=state[_key(key, "what")] or "",
        role=state[_key(key, "role")] or "",
        due=due if isinstance(due, dt.date) else None,
        status=state[_key(key, "status")],
        note=state[_key(key, "note")] or "",
    )
    if isinstance(action, Action):
        _put(key, action, form.base)
    else:
        form.faults = action


def _plan_gap(criterion: Criterion) -> None:
    """Plans an action that closes a gap, unless somebody has planned one meanwhile. Called by the gap's button."""
    tab, form = session(), plan_form()
    audit = store().load(tab.audit_id)
    if audit is None:
        form.notes[criterion.id] = (False, f"Not planned: {GONE}")
    elif _planned(audit, criterion.id):
        form.notes[criterion.id] = (True, "An action was planned for it meanwhile.")
    else:
        _put(criterion.id, plan.from_gap(criterion, year=audit.year, today=dt.date.today()), None)


def _planned(audit: Audit, statement: str) -> list[Action]:
    return [action for action in audit.actions if action.statement == statement and plan.is_open_action(action)]


def plan_button(result: Outcome, gap: pd.Series) -> None:
    """Shows the button that plans an action for a gap, or the open actions that it has already.

    Args:
        result: the outcome of the open audit.
        gap: a row of the audit's GAPS.
    """
    audit, criteria, statement = result.audit, result.criteria, str(gap["statement"])
    if planned := _planned(audit, statement):
        for action in planned:
            st.markdown(f":material/task_alt: **Planned.** {markdown_text(plan.short(action, criteria))}")
            st.caption(markdown_text(plan.about_action(action, criteria)))
        st.page_link(PLAN_PAGE, label="Go to the action plan", query_params={"audit": session().audit_id})
    elif audit.signed is None:
        criterion = criteria[statement]
        label, hint = "Plan an action", f"Plan an action for {criterion.statement.reference}"
        if st.button(label, key=_key("gap", statement), on_click=_plan_gap, args=(criterion,), help=hint):
            st.rerun()  # needed only in a fragment, which still has the old actions
    _say(statement)


def _say(key: str) -> None:
    saved, note = plan_form().notes.get(key, (True, ""))
    if not saved:
        st.warning(note, icon=":material/error:")
    elif note:
        st.markdown(f":material/check_circle: {note}")


def show_action(key: str, action: Action, audit: Audit, criteria: Criteria) -> None:
    """Shows one action: what, when, who and how far; with buttons to change it, unless the audit is signed."""
    form = plan_form()
    with st.container(border=True):
        if form.editing == key and audit.signed is None:
            _choose(key, action, criteria) if form.mine else _form(key, audit, criteria)
            return
        st.markdown(markdown_text(plan.title(action, criteria)))
        st.caption(markdown_text(plan.about_action(action, criteria)))
        if action.note:
            st.text(action.note)
        if audit.signed is None:
            _buttons(key, action, criteria)
        _say(key)


def _buttons(key: str, action: Action, criteria: Criteria) -> None:
    with st.container(horizontal=True):
        if plan.is_open_action(action):
            done = replace(action, status="Done")
            st.button("Mark as done", key=_key(key, "tick"), on_click=_put, args=(key, done, action))
        hint = f"Change: {plan.short(action, criteria)}"
        st.button("Change", key=_key(key, "change"), on_click=_edit, args=(key, action), help=hint)


def own_action(audit: Audit, criteria: Criteria) -> None:
    """Shows where an action without a gap is added, unless the audit is signed."""
    if audit.signed is not None:
        _say(NEW)
    elif plan_form().editing == NEW:
        with st.container(border=True):
            _form(NEW, audit, criteria)
    else:
        st.button("Add an action of your own", icon=":material/add:", on_click=_edit, args=(NEW, None), key=_key("add"))


def _form(key: str, audit: Audit, criteria: Criteria) -> None:
    """Shows the form of an action. Nothing is stored before *Save* is pressed."""
    action = plan_form().base or Action(status="Not started")
    roles = list(dict.fromkeys(["", *criteria.roles.values(), *(a.role for a in audit.actions), action.role]))
    # Set in the state and not as the field's value, because a date set that way could not be removed.
    st.session_state.setdefault(_key(key, "due"), action.due)
    earliest, latest = min(action.due or _DAYS[0], _DAYS[0]), max(action.due or _DAYS[1], _DAYS[1])
    with st.form(_key(key, "form"), border=False):
        st.text_area("What is to be done? (no pupil details)", action.what, key=_key(key, "what"), height="content")
        st.selectbox(
            "Who is responsible? (a role, never a name; you can type another)",
            roles,
            roles.index(action.role),
            key=_key(key, "role"),
            format_func=lambda role: role or plan.NOBODY,
            accept_new_options=True,
        )
        date_field("By when?", key=_key(key, "due"), earliest=earliest, latest=latest)
        now = STATUSES.index(plan.status_of(action))
        st.radio("How far is it?", STATUSES, now, key=_key(key, "status"), horizontal=True)
        st.text_area("Note; if it is dropped, why (no pupil details)", action.note, key=_key(key, "note"), height=68)
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", on_click=_save, args=(key,))
            st.form_submit_button("Cancel", on_click=_leave)
    for fault in plan_form().faults:
        st.warning(markdown_text(str(fault)), icon=":material/error:")
    _say(key)


def _choose(key: str, stored: Action, criteria: Criteria) -> None:
    """Shows both versions of an action that somebody else changed meanwhile, each with a button to keep it."""
    mine = plan_form().mine
    assert mine is not None
    st.markdown("**Somebody changed this action meanwhile. Which one holds?**")
    for title, action in (("Stored now", stored), ("Yours", mine)):
        st.markdown(f"*{title}*")
        st.text(
            "\n".join(filter(None, (plan.title(action, criteria), plan.about_action(action, criteria), action.note)))
        )
    with st.container(horizontal=True):
        st.button("Keep the stored one", key=_key(key, "theirs"), on_click=_leave)
        st.button("Keep mine", key=_key(key, "mine"), on_click=_put, args=(key, mine, stored))


def show_lost(keys: Iterable[str], criteria: Criteria) -> None:
    """Shows this person's version of an action that is gone, for example because another plan was uploaded."""
    form = plan_form()
    if form.mine is not None and form.editing not in keys:
        st.warning("Somebody replaced this action meanwhile, so yours was not saved.", icon=":material/error:")
        st.text(
            f"{plan.title(form.mine, criteria)}\n{plan.about_action(form.mine, criteria)}\n{form.mine.note}".rstrip()
        )
        with st.container(horizontal=True):
            lost = replace(form.mine, id="")
            st.button("Add it as a new action", key=_key("lost", "add"), on_click=_put, args=(form.editing, lost, None))
            st.button("Let it go", key=_key("lost", "leave"), on_click=_leave)
        _say(form.editing)
