"""What governors see of one audit, in their words: the one content of their page, their pack and the chart's table.

It is made for five minutes before a meeting: plain words, the questions to ask, and no term that only users of the
product know. `audit.school.governors` puts it together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from audit import theme
from audit.english import agree, day, listed, percent, plural, whole_percent
from audit.school.outcome import Outcome, coverage_range, signed_in_words
from audit.school.proposals import proposals
from audit.school.scoring import counting
from audit.school.transition import WITHOUT_COUNTERPART, trend
from audit.theme import STATE_WORDS

if TYPE_CHECKING:
    from audit.model import Audit, Criteria, Framework, FrameworkMark, Kind, Signature


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of the recommended statements that apply are both written in the policy and done.

    Attributes:
        year: the academic year.
        met: written and done.
        can_be_met: the same number if everything not known turns out well.
        words: the share as one value, or as a range while something is not known: ``58%``, ``58% to 75%``.
    """

    year: str
    applicable: int
    met: int
    can_be_met: int
    words: str


@dataclass(frozen=True, kw_only=True)
class AreaCounts:
    """One area's recommended statements, counted by state; the five states add up to ``applicable``."""

    id: str
    title: str
    applicable: int
    met: int
    not_written: int
    not_done: int
    neither: int
    not_known: int


@dataclass(frozen=True, kw_only=True)
class Turned:
    """A statement that is better or worse than last year.

    Attributes:
        was: its state last year, in one sentence.
        now: its state this year, in one sentence.
        read_today: how its dated wording is read now, in one sentence; empty if it is not dated.
    """

    statement: str
    reference: str
    topic: str
    text: str
    was: str
    now: str
    read_today: str = ""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """An urgent gap, with what to ask about it.

    Attributes:
        statement: the permanent id of the statement.
        reference: where it stands in the source, as ``2.3.2 K1``.
        topic: what it is about, in one to three words.
        text: the statement: what should be true of the school.
        kind: the kind of gap, a key of `audit.theme.STATES`.
        gap: what kind of gap it is, in one or two sentences.
        exposes: whether a child is exposed to harm directly if it fails.
        question: what to ask the school's leaders first about this kind of gap.
        then: what to ask next about the statement itself; empty if nothing.
        evidence: what to ask to see.
        planned: what the action plan says about it, in one sentence, even if it says nothing.
        read_today: how its dated wording is read now, in one sentence; empty if it is not dated.
        force: the title of its mark, in a framework whose marks tell forces apart; else empty.
    """

    statement: str
    reference: str
    topic: str
    text: str
    kind: Kind
    gap: str
    exposes: bool
    question: str
    then: str
    evidence: str
    planned: str
    read_today: str = ""
    force: str = ""


@dataclass(frozen=True, kw_only=True)
class NoLongerAsked:
    """A recommended statement that law or guidance has overtaken, with the reason."""

    reference: str
    topic: str
    text: str
    because: str


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """An overdue action; ``role`` may be empty, and ``since`` is the academic year in which it was first planned."""

    what: str
    role: str
    due: dt.date
    since: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement that is said to be in place without evidence.

    Attributes:
        level: the label of the practice level.
        read_today: how its dated wording is read now, in one sentence; empty if it is not dated.
    """

    statement: str
    reference: str
    topic: str
    text: str
    level: str
    read_today: str = ""


@dataclass(frozen=True, kw_only=True)
class GovernorsView:
    """Everything that governors see of an audit for one framework. Texts are plain; what people typed is unchanged.

    Plan, sign-off and who reported it are those of the whole audit.

    Attributes:
        framework: the title of the framework.
        called: its short name, as a heading begins with it.
        school: its name.
        phase: the title of its phase.
        year: the academic year.
        outcome: the outcome in one sentence.
        coverage: this year's coverage.
        coverage_note: what the coverage means and, while it is a range, why.
        forces: how much is met by force, in one sentence; empty in a framework whose marks tell no forces apart.
        marks: the marks of these forces, the weightiest first.
        overtaken: the recommended statements that are no longer asked, in source order.
        overtaken_note: how many these are and why, in one sentence; empty if there are none.
        last_year: the earlier audit's coverage; None if there is none.
        compared: coverage compared with last year's, in one sentence; says so if there is no earlier audit.
        areas: in source order.
        areas_title: the title of the chart of areas: its finding.
        changes: how many statements got better, worse or stayed open, in words; empty without an earlier audit.
        better: statements that were a gap last year and are met now.
        worse: statements that were met last year and are a gap now.
        asks: the gaps that matter most, most urgent first.
        more: how many further gaps there are.
        asks_note: how these gaps were chosen and how many more there are, in words.
        actions: how far the action plan is, in words.
        overdue: its overdue actions, the longest overdue first.
        without_evidence: statements said to be in place without evidence, in source order.
        evidence_note: how many of those in place have no evidence, in words.
        sign_off: who has signed, and when, in words.
        signatures: these signatures, in order; none while the audit is open.
        sha256: SHA-256 of the signed content; empty while the audit is open.
        self_reported: who reported all of this.
        moved: what became of the statements met last year in criteria that the audit does not answer any more, in one
            sentence for each of these; empty if there are none.
    """

    framework: str
    called: str
    school: str
    urn: str
    phase: str
    year: str
    outcome: str
    coverage: Coverage
    coverage_note: str
    forces: str
    marks: tuple[FrameworkMark, ...]
    overtaken: tuple[NoLongerAsked, ...]
    overtaken_note: str
    last_year: Coverage | None
    compared: str
    areas: tuple[AreaCounts, ...]
    areas_title: str
    changes: str
    better: tuple[Turned, ...]
    worse: tuple[Turned, ...]
    asks: tuple[Ask, ...]
    more: int
    asks_note: str
    actions: str
    overdue: tuple[Overdue, ...]
    without_evidence: tuple[Claim, ...]
    evidence_note: str
    sign_off: str
    signatures: tuple[Signature, ...]
    sha256: str
    self_reported: str
    moved: str = ""


def areas_table(areas: Iterable[AreaCounts], middle_half: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per area: how many statements apply, how many are in each state, and the middle half of other schools.

    Args:
        areas: the areas.
        middle_half: the quartiles of other schools by area; without them the column is left out.
    """
    rows = list(areas)
    table = {
        "Area": [area.title for area in rows],
        "In the policy and done, of all": [f"{area.met} of {area.applicable}" for area in rows],
        **{word: [getattr(area, kind) for area in rows] for kind, word in STATE_WORDS.items() if kind != "met"},
    }
    if middle_half is not None:
        spread = {row.question: row for row in middle_half.itertuples()}
        table["Middle half of schools"] = [_span(spread.get(area.id)) for area in rows]
    return pd.DataFrame(table)


def _span(row: object) -> str:
    if row is None:
        return "Not shown"
    lower, median, upper = (whole_percent(getattr(row, name)) for name in ("lower", "median", "upper"))
    return f"{lower} to {upper}, the middle one {median}"


def in_short(what: str) -> str:
    """The first sentence of a typed text without its full stop; empty if the text is empty."""
    return re.split(r"(?<=[.!?])\s", " ".join(what.split()), maxsplit=1)[0].rstrip(". ")


def coverage_of(result: Outcome) -> Coverage:
    """The coverage of an audit, in numbers and as a share."""
    overall = result.overall
    return Coverage(
        year=result.audit.year,
        applicable=int(overall["applicable"]),
        met=int(overall["met"]),
        can_be_met=int(overall["can_be_met"]),
        words=coverage_range(overall),
    )


def outcome_sentence(result: Outcome) -> str:
    """The outcome in one sentence that needs no context and says who reports it."""
    of, met, unknown = (int(result.overall[name]) for name in ("applicable", "met", "not_known"))
    source = result.framework.called
    if of == 0:
        return f"None of the recommended statements of {source} applies to the school, so there is nothing to count."
    if result.audit.basis == "desk review":
        return f"A reading of the published policy only, compared with {source}. {result.headline}"
    statements = f"{plural(of, 'recommended statement')} of {source} that {agree(of, 'applies', 'apply')}"
    if unknown == of:
        any_of = f"any of the {statements}" if of > 1 else f"the {statements}"
        return f"It is not known yet whether {any_of} is both in the school's policy and done."
    if met == of:
        every = f"all {statements}" if of > 1 else f"the {statements}"
        return f"The school reports that {every} {agree(of)} both in its policy and done."
    left = of - met - unknown
    rest = [f"{left} {agree(left)} not"] if left else []
    rest += [f"{unknown} {agree(unknown)} not known yet"] if unknown else []
    return (
        f"The school reports that {met} of the {statements} {agree(met)} both in its policy and "
        f"done ({percent(met, of)}); {listed(rest)}."
    )


def coverage_note(result: Outcome) -> str:
    """What is counted and, if the share is a range, why."""
    coverage = coverage_of(result)
    counted = (
        f"{_what_counts(result.framework)} A statement is met only if the school's own policy says it and it is done "
        f"across the school. Other parts of the audit call the share that is met {result.framework.coverage_called}."
    )
    unknown = int(result.overall["not_known"])
    if coverage.met == coverage.can_be_met:
        return f"{counted} What is not known yet cannot raise the share." if unknown else counted
    at_most = f"If all that is not known turns out well, the share is {percent(coverage.can_be_met, coverage.applicable)} at the most."
    unconfirmed = _unconfirmed(result, unknown)
    return f"{counted} {at_most} {unconfirmed}" if unconfirmed else f"{counted} {at_most}"


def _what_counts(framework: Framework) -> str:
    """Which statements of a framework count, in its own words where its marks have them."""
    marks = counting_marks(framework)
    if framework.has_forces and marks:
        return f"The statements that count carry one of these marks: {', '.join(mark.title for mark in marks)}."
    return marks[0].means if marks else f"The statements that {framework.title} recommends count."


def counting_marks(framework: Framework) -> tuple[FrameworkMark, ...]:
    """The marks of its recommended statements, the weightiest first."""
    carried = {statement.marked for statement in framework.statements if statement.recommended}
    return tuple(mark for mark in framework.marks if mark.id in carried)


def forces_note(forces: pd.DataFrame) -> str:
    """How much is met by force, the weightiest first, in one sentence; empty for no forces.

    Args:
        forces: ``Outcome.forces``.
    """
    if forces.empty:
        return ""
    each = "; ".join(f"{row.title} {row.met} of {row.applicable}" for row in forces.itertuples())
    return f"Met, by what stands behind it, the weightiest first: {each}."


def overtaken_note(result: Outcome) -> str:
    """How many recommended statements are no longer asked this year, and why; empty if there are none."""
    number = len(no_longer_asked(result))
    if not number:
        return ""
    return (
        f"{plural(number, 'recommended statement')} of {result.framework.called} {agree(number)} no longer asked in "
        f"{result.audit.year}, because law or guidance has overtaken {agree(number, 'it', 'them')}."
    )


def no_longer_asked(result: Outcome) -> tuple[NoLongerAsked, ...]:
    """The recommended statements that are not asked this year, because law or guidance has overtaken them."""
    return tuple(
        NoLongerAsked(
            reference=criterion.statement.reference,
            topic=criterion.question.topic,
            text=criterion.statement.statement,
            because=criterion.statement.superseded.because,
        )
        for criterion in result.overtaken
        if criterion.statement.recommended and criterion.statement.superseded is not None
    )


def reasons_table(overtaken: Iterable[NoLongerAsked]) -> pd.DataFrame:
    """The recommended statements that are no longer asked: reference, statement, and why."""
    rows = [(one.reference, one.text, one.because) for one in overtaken]
    return pd.DataFrame(rows, columns=["Reference", "Statement", "Why it is no longer asked"])


def _unconfirmed(result: Outcome, unknown: int) -> str:
    """How many of those not known wait: last year's own answers, then what other criteria propose; empty if none do."""
    counted = set(counting(result.scores)["statement"])
    found = proposals(result.audit, result.criteria)
    origins = [proposal.origin for statement, proposal in found.items() if statement in counted]
    sentences = []
    if own := origins.count("last year"):
        answers = agree(own, "is last year's answer", "are last year's answers")
        sentences.append(f"{_which(own, unknown)} not known {answers} that nobody has confirmed yet.")
    if others := origins.count("another edition"):
        sentences.append(
            f"For {_which(others, unknown).lower()} not known, answers to other criteria propose an answer "
            "that nobody has accepted yet."
        )
    return " ".join(sentences)


def _which(waiting: int, unknown: int) -> str:
    return f"All {unknown}" if waiting == unknown > 1 else f"{waiting} of the {unknown}"


def compared(result: Outcome, before: Outcome | None) -> str:
    """The earlier coverage and, if the two years ask different statements, both years' coverage of the common ones."""
    if before is None:
        return f"There is no earlier audit of {result.framework.called} to compare it with."
    coverage = coverage_of(before)
    before_in_words = f"In {coverage.year} it was {coverage.met} of {coverage.applicable} ({coverage.words})."
    if result.audit.basis != before.audit.basis or result.audit.basis == "desk review":
        return before_in_words
    years = trend([before, result])
    common = years.query("over == 'common'")
    if not common["no_counterpart"].any():
        return before_in_words
    if not common["recommended"].any():
        return f"{before_in_words} The two years ask none of the same statements."
    asked = listed(f"{row.recommended} in {row.year}" for row in years.query("over == 'all'").itertuples())
    first, second = (f"{row.met} of {row.applicable}" for row in common.itertuples())
    both = plural(int(common["recommended"].iloc[0]), "statement")
    return (
        f"{before_in_words} The two years do not ask all the same: {asked}. "
        f"Over the {both} that both ask, it was {first} and is {second}."
    )


def changes_sentence(changed: pd.DataFrame, year: str) -> str:
    """How many statements got better, worse, or stayed as they were, since an earlier year.

    Args:
        changed: CHANGED of the two audits.
        year: the year of the earlier audit.
    """
    counts = changed["change"].value_counts()
    without_counterpart, overtaken = int(counts[list(WITHOUT_COUNTERPART)].sum()), int(counts["overtaken"])
    if without_counterpart == len(changed):
        return f"The audit of {year} asks none of the same statements, so the two cannot be compared."
    if counts["not answered yet"] == len(changed) - without_counterpart:
        return f"Nothing has been answered yet this year, so nothing can be compared with {year}."
    gaps = (
        f"Since {year}, {_gaps(counts['closed'], 'has', 'have')} been closed, "
        f"{_gaps(counts['opened'])} new and {_gaps(counts['still open'])} still open."
    )
    other_changes = (
        (counts["newly known"], "was not known then and is known now", "were not known then and are known now"),
        (counts["no longer known"], "was known then and is not known now", "were known then and are not known now"),
        (counts["not answered yet"], "has not been answered yet this year", "have not been answered yet this year"),
        (
            overtaken,
            "is no longer asked, because law or guidance has overtaken it",
            "are no longer asked, because law or guidance has overtaken them",
        ),
        (
            without_counterpart - overtaken,
            "is not the same in both years and cannot be compared",
            "are not the same in both years and cannot be compared",
        ),
    )
    more = "; ".join(plural(int(number), one, many) for number, one, many in other_changes if number)
    return f"{gaps} Of the other statements, {more}." if more else gaps


def _gaps(number: int, one: str = "is", many: str = "are") -> str:
    """A number of gaps with its verb: ``no gap is``, ``1 gap is``, ``2 gaps are``."""
    return plural(number, f"gap {one}", f"gaps {many}") if number else f"no gap {one}"


def asks_note(result: Outcome, shown: int) -> str:
    """How the gaps were chosen and how many more there are; if nothing has been answered, this comes first."""
    gaps = len(result.gaps)
    if not gaps:
        return "There is no gap to ask about."
    if gaps == 1:
        return "This is the only gap."
    order = _order(result.framework)
    note = f"There are {gaps} gaps. {order}"
    if shown < gaps:
        shown_gaps = plural(shown, "gap that matters", "gaps that matter")
        note = f"The {shown_gaps} most, of {gaps}. {order} The full report has the others."
    if result.audit.basis == "self-audit" and int(result.overall["not_known"]) == int(result.overall["applicable"]):
        return f"Nothing is known yet: ask first by when the audit will be answered. {note}"
    return note


def _order(framework: Framework) -> str:
    """In which order gaps are asked about, in one or two sentences."""
    first = "Those that can harm a child directly come first."
    if not framework.has_forces:
        return first
    titles = [mark.title for mark in counting_marks(framework)]
    return f"{first} Within these, and within the others, what carries most weight comes first: {', '.join(titles)}."


def evidence_note(without: int, claimed: int) -> str:
    """How many of the statements said to be in place have no evidence."""
    if not claimed:
        return "Nothing is said to be in place yet."
    statements = plural(claimed, "statement")
    if not without:
        subject = f"The {statements}" if claimed == 1 else f"Each of the {statements}"
        return f"{subject} said to be in place has a note of what would show it."
    return (
        f"Of the {statements} said to be in place, {plural(without, 'has', 'have')} no evidence noted. "
        "Ask what would show it."
    )


def sign_off(audit: Audit, criteria: Criteria) -> str:
    """Who has signed the audit off and when, or that nobody has."""
    if audit.signed is not None:
        return signed_in_words(audit, criteria)
    if audit.basis == "desk review":
        return "A desk review is not signed off."
    if audit.sign_offs and (last := audit.sign_offs[-1]).reopened_on:
        return f"Not signed now: version {last.version} was opened again on {day(last.reopened_on)}."
    return "Not signed yet: the answers can still change."


def whose_word(audit: Audit) -> str:
    """The note that the school reports all of this itself or, for a desk review, that it is a reading of a text."""
    if audit.basis == "desk review":
        text = audit.policy_read.rstrip(". ") or "not said which"
        return f"A reading of a published text, and no judgement on the school: {text}."
    return theme.SELF_REPORTED
