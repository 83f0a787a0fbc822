"""The page for governors: what they need to know before a meeting, to be read in a minute. It changes no answer.

Every part is drawn from one `GovernorsView`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from audit import theme
from audit.english import day
from audit.exhibits.governors import governors_exhibits
from audit.school.governors import for_governors
from audit.school.outcome import Outcome, outcome
from audit.school.transition import before
from audit.theme import STATE_WORDS
from audit.ui.components import markdown_text, show_exhibit
from audit.ui.history_view import offer_pack, other_audits
from audit.ui.report_view import choose_benchmark, middle_half_of
from audit.ui.session import criteria_of_audit, opened_audit

if TYPE_CHECKING:
    from audit.authority.feedback.benchmark import Benchmark
    from audit.school.governors_view import Ask, GovernorsView, Turned


def show_outcome(view: GovernorsView) -> None:
    """Shows whose audit it is, the outcome in one sentence, the coverage with last year's, and what is counted."""
    st.caption(f"{markdown_text(view.school)} · {view.phase} · {view.year} · {markdown_text(view.sign_off)}")
    st.title("For governors")
    st.markdown(f"### {markdown_text(view.outcome)}")
    now, last = st.columns(2)
    now.metric(f"In the policy and done, {view.year}", view.coverage.words)
    if view.last_year is not None:
        last.metric(f"In {view.last_year.year}", view.last_year.words)
    st.caption(
        f"{markdown_text(view.compared)} {markdown_text(view.coverage_note)} {markdown_text(view.self_reported)}"
    )


def show_areas(view: GovernorsView, result: Outcome, benchmark: Benchmark | None) -> None:
    """Shows the chart of the areas, with the middle half of other schools if a benchmark is loaded."""
    half = middle_half_of(benchmark, result.audit.school.phase, view.phase, "area")
    for exhibit in governors_exhibits(view, half):
        if exhibit.means:
            st.write(markdown_text(exhibit.means))
        show_exhibit(exhibit)


def show_what_changed(view: GovernorsView) -> None:
    """Shows what got worse (unfolded) and better since last year; nothing in a first year."""
    if view.last_year is None:
        return
    st.header("What has changed")
    st.write(markdown_text(view.changes))
    year = view.last_year.year
    for how, turns in (("Worse", view.worse), ("Better", view.better)):
        if turns:
            with st.expander(f"{how} than in {year}: {len(turns)}", expanded=how == "Worse"):
                _points(
                    f"**{markdown_text(turned.topic)}.** {markdown_text(turned.text)} *{markdown_text(_turn(turned))}*"
                    for turned in turns
                )


def _turn(turned: Turned) -> str:
    return f"Last year: {turned.was} Now: {turned.now}"


def show_asks(view: GovernorsView) -> None:
    """Shows the gaps that matter most, each with what to ask and what evidence to ask for."""
    st.header("What to ask")
    st.write(markdown_text(view.asks_note))
    for number, ask in enumerate(view.asks, start=1):
        _ask(number, ask)
    if view.more:
        st.page_link("audit/ui/pages/report.py", label="The full report", icon=":material/bar_chart:")


def _ask(number: int, ask: Ask) -> None:
    exposes = " If it fails, a child can be harmed directly." if ask.exposes else ""
    with st.container(border=True, key=f"ask-{number}"):
        st.subheader(f"{number}. {markdown_text(ask.topic)}")
        st.write(markdown_text(ask.text))
        st.markdown(f":material/help: **Ask: {markdown_text(ask.question)}** {markdown_text(ask.then)}")
        for quiet in (
            f"**{theme.STATES[ask.kind].symbol} {STATE_WORDS[ask.kind]}.** {markdown_text(ask.gap)}{exposes}",
            f"**Ask to see.** {markdown_text(ask.evidence)}",
            f"**In the action plan.** {markdown_text(ask.planned)} ({markdown_text(ask.reference)} in the source)",
        ):
            st.caption(quiet)


def show_actions(view: GovernorsView) -> None:
    """Shows the progress of the action plan, and its overdue actions."""
    st.header("What is being done")
    st.write(markdown_text(view.actions))
    if view.overdue:
        with st.expander(f"Overdue: {len(view.overdue)}", expanded=True):
            _points(
                f"**{markdown_text(action.what or 'Not said what')}.** {markdown_text(action.role or 'Nobody named')}, "
                f"by {day(action.due)}{f', planned in {action.since}' if action.since else ''}"
                for action in view.overdue
            )


def show_without_evidence(view: GovernorsView) -> None:
    """Shows what is said to be in place without evidence."""
    st.header("Said to be in place, without evidence")
    st.write(markdown_text(view.evidence_note))
    if view.without_evidence:
        with st.expander(f"Without evidence: {len(view.without_evidence)}"):
            _points(
                f"**{markdown_text(claim.topic)}.** {markdown_text(claim.text)} ({markdown_text(claim.level)})"
                for claim in view.without_evidence
            )


def show_sign_off(view: GovernorsView) -> None:
    """Shows who signed the audit off, their statements, and the SHA-256 of what they signed."""
    st.header("Signed off")
    st.write(markdown_text(view.sign_off))
    for signature in view.signatures:
        if signature.statement:
            st.markdown(f"**{signature.role.capitalize()}:**")
            st.text(signature.statement)
    if view.sha256:
        st.markdown(f"SHA-256 of what was signed: `{view.sha256}`")


def _points(lines: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {' '.join(line.split())}" for line in lines))


tab, audit = opened_audit()
result = outcome(audit, criteria_of_audit(audit))
earlier = before(result, other_audits(tab.audit_id, result).values())
view = for_governors(result, earlier, today=dt.date.today())
show_outcome(view)
areas = st.container()
show_what_changed(view)
show_asks(view)
show_actions(view)
show_without_evidence(view)
show_sign_off(view)
with st.container(key="not-on-paper"):
    papers = st.container()
    benchmark = choose_benchmark(tab.audit_id)
with areas:
    show_areas(view, result, benchmark)
with papers:
    st.header("For the meeting's papers")
    offer_pack(result, earlier, benchmark=benchmark)
