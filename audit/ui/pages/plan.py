"""Action plan: the actions, what waits for a new answer, gaps without an action, and what the actions would bring."""

import datetime as dt

import streamlit as st

from audit import theme
from audit.exports import plan_calendar, table_csv
from audit.school import plan, what_if
from audit.school.governors_view import whose_word
from audit.ui.components import (
    ANSWER_PAGE,
    download,
    markdown_text,
    notes_on,
    overtaken_line,
    page_heading,
    show_table,
)
from audit.ui.planning import own_action, plan_button, show_action, show_lost
from audit.ui.report_view import choose_outcome
from audit.ui.session import criteria_of_audit, loaded_criteria, opened_audit, store

tab, audit = opened_audit()
criteria = criteria_of_audit(audit)
today = dt.date.today()
page_heading(audit, criteria)
st.title("Action plan")
standing, actions = plan.plan_progress(audit, today), plan.keyed(audit.actions)
st.markdown(f"**{plan.plan_progress_in_words(standing)}**")
st.caption(f"{markdown_text(whose_word(audit))} {'' if audit.signed else theme.NO_PUPIL_DATA}")

answered_at = {past.statement: past.at for past in store().history(tab.audit_id)}
waiting = what_if.to_answer(audit, criteria, came_at=store().plans.came_at(tab.audit_id), answered_at=answered_at)
if waiting and audit.signed is None:
    st.header(f"Done, and waiting for a new answer: {len(waiting)}")
    st.write("An action never changes an answer. Is the statement met now? Look at its question and say so.")
    for action in waiting:
        criterion = criteria[action.statement]
        st.markdown(f":material/task_alt: **Done.** {markdown_text(plan.title(action, criteria))}")
        st.page_link(
            ANSWER_PAGE,
            label=f"Answer {criterion.statement.reference}, {criterion.question.topic}",
            query_params={"audit": tab.audit_id, "question": criterion.page},
        )

if overtaken := plan.for_overtaken(audit, criteria):
    st.header(f"Open, for what is no longer asked: {len(overtaken)}")
    st.write("See whether each is still right to do. If not, drop it, with that as the reason.")
    for action in overtaken:
        criterion = criteria[action.statement]
        st.markdown(f":material/event_busy: {markdown_text(plan.title(action, criteria))}")
        st.caption(f"{criterion.statement.reference} · {overtaken_line(criterion, loaded_criteria())}")

st.header("The actions")
show_lost(actions, criteria)
own_action(audit, criteria)
roles, whose = ["", *plan.by_role(audit.actions)], ""
if actions:
    key = f"plan.{tab.audit_id}.whose"
    whose = st.selectbox("Whose?", roles, format_func=lambda role: role or "Everybody's", key=key)
for when, of_standing in plan.actions_by_standing(audit, today, role=whose).items():
    st.subheader(f"{plan.WORDS[when]}: {len(of_standing)}")
    for key, action in of_standing.items():
        show_action(key, action, audit, criteria)
if standing.open:
    with st.expander("Who has what to do", icon=":material/group:", key="plan.roles"):
        show_table(plan.roles_table(standing), "Open actions by role")

result = choose_outcome(audit, criteria)
unattended = what_if.unattended(result, waiting)
st.header(f"Gaps that nobody works on: {len(unattended)}")
if unattended.empty:
    st.write("None: every gap has an action." if len(result.gaps) else "None: there is no gap.")
else:
    how = "One click plans an action with a role and a date to begin with; then change it."
    st.write(f"Most urgent first. {how if audit.signed is None else ''}")
    with st.expander("Show them", expanded=len(unattended) <= 8, key="plan.gaps"):
        for _, gap in unattended.iterrows():
            with st.container(border=True):
                criterion = criteria[gap["statement"]]
                st.markdown("\n\n".join((markdown_text(gap["statement_text"]), *notes_on(criterion))))
                st.caption(f"{gap['reference']} · {theme.words(gap['kind'])} · {criteria.roles[gap['asked_of']]}")
                plan_button(result, gap)

if choices := what_if.choices(result):
    st.header("What if?")
    st.write("Tick the actions that you mean to have done. Each is taken to close its gap: written, and in place.")
    ticked = [
        action.statement
        for key, action in choices.items()
        if st.checkbox(markdown_text(plan.short(action, criteria)), True, key=f"plan.{tab.audit_id}.if.{key}")
    ]
    then = what_if.what_if(audit, criteria, ticked, result.framework.ref)
    st.markdown(f"**{what_if.what_if_in_words(result, then)}**")
    show_table(what_if.what_if_table(result, then), "What the ticked actions would bring")

happened = store().events(tab.audit_id)
calendar = plan_calendar(audit, criteria, made_at=dt.datetime.now(dt.UTC), events=happened)
if actions or calendar is not None:
    st.header("Take it with you")
    name = f"actions-{audit.school.urn}-{audit.year.replace('/', '-')}"
    table, signed = plan.actions_table(audit, criteria, today), audit.signed.content if audit.signed else ""
    with st.container(horizontal=True):
        download("Plan as CSV", table_csv(table, signed=signed), f"{name}.csv")
        if calendar is not None:
            download("Dates for a calendar", calendar, f"{name}.ics")
    st.caption(
        "The calendar file holds every action that has a date, with a reminder a week before. A later file carries a "
        "higher number for each event, and marks as cancelled what is done, dropped, taken out of the plan or without a date now. Outlook and Apple Calendar then "
        "replace the events that you took in before; Google Calendar may leave cancelled events where they are, so "
        "delete those by hand. To be sure in any of them: take the file into a calendar of its own, and when a new "
        "file comes, delete that calendar first."
    )
