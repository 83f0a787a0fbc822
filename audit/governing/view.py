"""What governors are shown of one audit, in their words: the one content of their page and of their pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from audit.model import Kind, Signature

STATE_WORDS: Mapping[Kind, str] = {
    "met": "In the policy and done",
    "not_written": "Done, not fully in the policy",
    "not_done": "In the policy, not done",
    "neither": "Neither",
    "not_known": "Not known yet",
}
"""The states of a statement for readers who do not know the product's own words; best first."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of the recommended points that apply are both written in the policy and done.

    Attributes:
        year: the academic year.
        met: written and done.
        can_be_met: the same, if all that is not known turns out well.
        words: the share as one value, or as a range while something is not known: ``58%``, ``58% to 75%``.
    """

    year: str
    applicable: int
    met: int
    can_be_met: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area's recommended points, counted by state; the five states add up to ``applicable``."""

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
    """A point that is better or worse than last year.

    Attributes:
        was: what was true of it last year, in one sentence.
        now: what is true of it this year.
    """

    statement: str
    reference: str
    topic: str
    text: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A gap that matters, with what to ask about it.

    Attributes:
        statement: the permanent id of the statement.
        reference: where it stands in the source, as ``2.3.2 K1``.
        topic: what it is about, in one to three words.
        text: the statement: what should be true of the school.
        kind: the kind of gap, a key of `audit.theme.STATES`.
        gap: what kind of gap it is, in one or two sentences.
        exposes: whether a child is exposed to harm directly if it fails.
        question: what to ask the school's leaders first, since the kind of gap calls for it.
        then: what to ask next about the statement itself; empty if nothing.
        evidence: what to ask to see.
        planned: what the action plan says of it, in one sentence; that it says nothing, if so.
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


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """An action whose day has passed, at a glance; ``role`` may be empty, ``since`` is the audit's year it comes from."""

    what: str
    role: str
    due: dt.date
    since: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A point that is said to be in place, with no evidence given; ``level`` is the label of the practice level."""

    statement: str
    reference: str
    topic: str
    text: str
    level: str


@dataclass(frozen=True, kw_only=True)
class GovernorsView:
    """Everything that governors are shown. Texts are plain, and those that people typed are as they typed them.

    Attributes:
        school: its name.
        phase: the title of its phase.
        year: the academic year.
        outcome: the outcome in one sentence.
        coverage: this year's coverage.
        coverage_note: what the coverage means and, while it is a range, why.
        last_year: the earlier audit's coverage; None if there is none.
        compared: coverage beside last year's, in one sentence; that there is none, if so.
        areas: in source order.
        areas_title: what the chart of the areas shows, as its title.
        changes: how many points got better, worse or stayed open, in words; empty without an earlier audit.
        better: points that were not met last year and are met now.
        worse: points that were met last year and are not met now.
        asks: the gaps that matter most, most urgent first.
        more: how many further gaps there are.
        asks_note: how these gaps were chosen and how many more there are, in words.
        actions: how far the action plan is, in words.
        overdue: its overdue actions, the longest overdue first.
        without_evidence: what is said to be in place without evidence, in source order.
        evidence_note: how many these are of how many, in words.
        sign_off: who has signed, and when, in words.
        signatures: these signatures, in order; none while the audit is open.
        sha256: of the signed content; empty while the audit is open.
        self_reported: whose word all of it is.
    """

    school: str
    urn: str
    phase: str
    year: str
    outcome: str
    coverage: Coverage
    coverage_note: str
    last_year: Coverage | None
    compared: str
    areas: tuple[Area, ...]
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
