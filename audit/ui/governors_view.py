"""The parts of the governors' page, each drawn from one `GovernorsView`."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from audit import theme
from audit.authority.replying.benchmark import Benchmark
from audit.english import day
from audit.exhibits.governors import governors_exhibits
from audit.governing import STATE_WORDS, Ask, GovernorsView, Turned
from audit.outcome import Outcome
from audit.ui.benchmarking import middle_half_of
from audit.ui.components import literal, show_exhibit


def show_outcome(view: GovernorsView) -> None:
    """Whose audit it is, the outcome in one sentence, the coverage beside last year's, and what is counted."""
    st.caption(f"{literal(view.school)} · {view.phase} · {view.year} · {literal(view.sign_off)}")
    st.title("For governors")
    st.markdown(f"### {literal(view.outcome)}")
    now, last = st.columns(2)
    now.metric(f"In the policy and done, {view.year}", view.coverage.words)
    if view.last_year is not None:
        last.metric(f"In {view.last_year.year}", view.last_year.words)
    st.caption(f"{literal(view.compared)} {literal(view.coverage_note)} {literal(view.self_reported)}")


def show_areas(view: GovernorsView, result: Outcome, benchmark: Benchmark | None) -> None:
    """The one chart, with the middle half of other schools if a benchmark is loaded."""
    half = middle_half_of(benchmark, result.audit.school.phase, view.phase, "area")
    for exhibit in governors_exhibits(view, half):
        if exhibit.means:
            st.write(literal(exhibit.means))
        show_exhibit(exhibit)


def show_changes(view: GovernorsView) -> None:
    """What got better and what got worse since last year; worse stands open. Nothing in a first year."""
    if view.last_year is None:
        return
    st.header("What has changed")
    st.write(literal(view.changes))
    year = view.last_year.year
    for how, those in (("Worse", view.worse), ("Better", view.better)):
        if those:
            with st.expander(f"{how} than in {year}: {len(those)}", expanded=how == "Worse"):
                _points(f"**{literal(one.topic)}.** {literal(one.text)} *{literal(_turn(one))}*" for one in those)


def _turn(one: Turned) -> str:
    return f"Last year: {one.was} Now: {one.now}"


def show_asks(view: GovernorsView) -> None:
    """The gaps that matter most, each with what to ask and to ask to see."""
    st.header("What to ask")
    st.write(literal(view.asks_note))
    for number, ask in enumerate(view.asks, start=1):
        _ask(number, ask)
    if view.more:
        st.page_link("audit/ui/pages/report.py", label="The full report", icon=":material/bar_chart:")


def _ask(number: int, ask: Ask) -> None:
    exposes = " If it fails, a child can be harmed directly." if ask.exposes else ""
    with st.container(border=True, key=f"ask-{number}"):
        st.subheader(f"{number}. {literal(ask.topic)}")
        st.write(literal(ask.text))
        st.markdown(f":material/help: **Ask: {literal(ask.question)}** {literal(ask.then)}")
        for quiet in (
            f"**{theme.STATES[ask.kind].symbol} {STATE_WORDS[ask.kind]}.** {literal(ask.gap)}{exposes}",
            f"**Ask to see.** {literal(ask.evidence)}",
            f"**In the action plan.** {literal(ask.planned)} ({literal(ask.reference)} in the source)",
        ):
            st.caption(quiet)


def show_actions(view: GovernorsView) -> None:
    """How far the action plan is, and what of it is overdue."""
    st.header("What is being done")
    st.write(literal(view.actions))
    if view.overdue:
        with st.expander(f"Overdue: {len(view.overdue)}", expanded=True):
            _points(
                f"**{literal(one.what or 'Not said what')}.** {literal(one.role or 'Nobody named')}, "
                f"by {day(one.due)}{f', planned in {one.since}' if one.since else ''}"
                for one in view.overdue
            )


def show_without_evidence(view: GovernorsView) -> None:
    """What is said to be in place without anything that would show it."""
    st.header("Said to be in place, without evidence")
    st.write(literal(view.evidence_note))
    if view.without_evidence:
        with st.expander(f"Without evidence: {len(view.without_evidence)}"):
            _points(
                f"**{literal(one.topic)}.** {literal(one.text)} ({literal(one.level)})" for one in view.without_evidence
            )


def show_sign_off(view: GovernorsView) -> None:
    """Who signed the audit off, with what they had to say, and the SHA-256 of what they signed."""
    st.header("Signed off")
    st.write(literal(view.sign_off))
    for signature in view.signatures:
        if signature.statement:
            st.markdown(f"**{signature.role.capitalize()}:**")
            st.text(signature.statement)
    if view.sha256:
        st.markdown(f"SHA-256 of what was signed: `{view.sha256}`")


def _points(lines: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {' '.join(line.split())}" for line in lines))
