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
from audit.school.governors_view import reasons_table, sign_off
from audit.school.moves import compare_each
from audit.school.outcome import Outcome, outcomes
from audit.theme import STATE_WORDS
from audit.ui.components import markdown_text, show_exhibit, show_table
from audit.ui.history_view import offer_pack, other_outcomes
from audit.ui.report_view import choose_benchmark, choose_outcome, middle_half_of
from audit.ui.session import criteria_of_audit, loaded_criteria, opened_audit

if TYPE_CHECKING:
    from audit.authority.feedback.benchmark import Benchmark
    from audit.model import Audit, Criteria
    from audit.school.governors_view import Ask, Claim, GovernorsView, Turned


def show_whose(audit: Audit, criteria: Criteria) -> None:
    """Shows whose audit it is, and who has signed it."""
    school = audit.school
    st.caption(
        f"{markdown_text(school.name)} · {criteria.phases[school.phase]} · {audit.year} · "
        f"{markdown_text(sign_off(audit, criteria))}"
    )
    st.title("For governors")


def show_outcome(view: GovernorsView) -> None:
    """Shows the outcome in one sentence, the coverage with last year's, what is counted, and what is no longer asked."""
    st.markdown(f"### {markdown_text(view.outcome)}")
    now, last = st.columns(2)
    now.metric(f"In the policy and done, {view.year}", view.coverage.words)
    if view.last_year is not None:
        last.metric(f"In {view.last_year.year}", view.last_year.words)
    st.caption(
        f"{markdown_text(view.compared)} {markdown_text(view.coverage_note)} {markdown_text(view.self_reported)}"
    )
    if view.forces:
        st.write(markdown_text(view.forces))
        with st.expander("What stands behind a statement"):
            _points(f"**{markdown_text(mark.title)}.** {markdown_text(mark.means)}" for mark in view.marks)
    if view.overtaken:
        st.write(markdown_text(view.overtaken_note))
        with st.expander(f"No longer asked: {len(view.overtaken)}"):
            show_table(reasons_table(view.overtaken), "Statements that are no longer asked, with the reason")


def show_areas(view: GovernorsView, result: Outcome, benchmark: Benchmark | None) -> None:
    """Shows the chart of the areas, with the middle half of other schools if a benchmark is loaded."""
    of_framework = benchmark if benchmark and benchmark.framework == result.framework.ref else None
    half = middle_half_of(of_framework, result.audit.school.phase, view.phase, "area")
    for exhibit in governors_exhibits(view, half):
        if exhibit.means:
            st.write(markdown_text(exhibit.means))
        show_exhibit(exhibit)


def show_what_changed(view: GovernorsView) -> None:
    """Shows what got worse (unfolded) and better since last year, and where other criteria went; nothing in a first year."""
    if view.last_year is None and not view.moved:
        return
    st.header("What has changed")
    for words in filter(None, (view.changes, view.moved)):
        st.write(markdown_text(words))
    if view.last_year is None:
        return
    year = view.last_year.year
    for how, turns in (("Worse", view.worse), ("Better", view.better)):
        if turns:
            with st.expander(f"{how} than in {year}: {len(turns)}", expanded=how == "Worse"):
                _points(
                    f"**{markdown_text(turned.topic)}.** {markdown_text(turned.text)} {_today(turned)}"
                    f"*{markdown_text(_turn(turned))}*"
                    for turned in turns
                )


def _today(shown: Turned | Ask | Claim) -> str:
    """How a dated statement is read now, as Markdown that follows it; empty if it is not dated."""
    return f"**Today:** {markdown_text(shown.read_today)} " if shown.read_today else ""


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
    force = f" What stands behind it: {markdown_text(ask.force)}." if ask.force else ""
    with st.container(border=True, key=f"ask-{number}"):
        st.subheader(f"{number}. {markdown_text(ask.topic)}")
        st.write(markdown_text(ask.text))
        if ask.read_today:
            st.markdown(_today(ask))
        st.markdown(f":material/help: **Ask: {markdown_text(ask.question)}** {markdown_text(ask.then)}")
        for quiet in (
            f"**{theme.STATES[ask.kind].symbol} {STATE_WORDS[ask.kind]}.** {markdown_text(ask.gap)}{exposes}{force}",
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
                f"**{markdown_text(claim.topic)}.** {markdown_text(claim.text)} {_today(claim)}({markdown_text(claim.level)})"
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
criteria = criteria_of_audit(audit)
show_whose(audit, criteria)
result = choose_outcome(audit, criteria)
others = other_outcomes(tab.audit_id, audit.school.urn)
parts = compare_each(outcomes(audit, criteria), others, loaded_criteria())
part = next(one for one in parts if one.now.framework.ref == result.framework.ref)
view = for_governors(result, part.before, today=dt.date.today(), criteria=criteria, moved=part.moved)
show_outcome(view)
areas = st.container()
show_what_changed(view)
show_asks(view)
show_actions(view)
show_without_evidence(view)
show_sign_off(view)
with st.container(key="not-on-paper"):
    papers = st.container()
    benchmark = choose_benchmark(tab.audit_id, criteria.of(audit.frameworks))
with areas:
    show_areas(view, result, benchmark)
with papers:
    st.header("For the meeting's papers")
    offer_pack(parts, benchmark=benchmark)
