"""The views of a comparison, in the order in which every output shows them: what each says, and its table in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import findings, groups, readable
from audit.authority.showing.foremost import top_gaps
from audit.authority.showing.heat import WRITTEN_ONLY, heat_map
from audit.authority.tables import ALL
from audit.english import plural

_K_COVERAGE = (
    "K coverage is the share of the recommended statements that apply which are met: written in the policy, and done. "
    "It counts what is not known as not met; at most is what it would be if all of that turned out met."
)

ORDER = (
    "overview", "distribution", "kinds", "by_phase", "by_coverage", "heat", "schools", "common_gaps", "training",
    "training_schools",
    "written_against_done", "movement", "change_by_statement", "doubts", "visits", "moderation", "tally", "returns",
)  # fmt: skip
"""The keys of the views, in the order in which they stand."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One view of a comparison.

    Attributes:
        key: one of `ORDER`.
        title: what it shows, in a few words.
        finding: what it says, as one sentence without a full stop.
        means: how to read it, as sentences.
        table: its figures in words; see `audit.authority.showing.readable`.
    """

    key: str
    title: str
    finding: str
    means: str
    table: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What an adviser knows beside the comparison, as far as there is any; each a table by its schema.

    Attributes:
        doubts: CREDIBILITY of the year.
        visits: VISITS.
        agreement: AGREEMENT.
        tracker: TRACKER of the year.
    """

    doubts: pd.DataFrame | None = None
    visits: pd.DataFrame | None = None
    agreement: pd.DataFrame | None = None
    tracker: pd.DataFrame | None = None


def views(comparison: Comparison, beside: Beside | None = None) -> tuple[View, ...]:
    """Every view that has something to show, for the authority alone; the overview always stands.

    Args:
        comparison: the comparison.
        beside: what else the adviser knows.
    """
    found = [*_together(comparison)]
    if len(comparison.schools):
        found += _by_school(comparison)
    found += [*_by_coverage(comparison), *_beside(comparison, beside or Beside())]
    found = [view for view in found if view.key == "overview" or len(view.table)]
    return tuple(sorted(found, key=lambda view: ORDER.index(view.key)))


def _together(comparison: Comparison) -> Iterator[View]:
    """What the schools say together."""
    yield View(
        key="overview",
        title="Overview",
        finding=findings.overview_title(comparison),
        means=_K_COVERAGE,
        table=readable.overview(comparison),
    )
    yield View(
        key="distribution",
        title="Distribution",
        finding=findings.distribution_title(comparison),
        means="How many schools lie in each band of K coverage.",
        table=readable.distribution(comparison),
    )
    yield View(
        key="kinds",
        title="Kinds of gap",
        finding=findings.kinds_title(groups.kinds_by_year(comparison)),
        means="Every recommended statement that applies, of every school, by its state. An earlier year is shown for the "
        "schools with self-audits of both years alone, so that the same schools stand side by side.",
        table=readable.kinds(comparison),
    )
    by_phase = groups.by_phase(comparison)
    yield View(
        key="by_phase",
        title="Questions by phase",
        finding=findings.grouped_heat_title(by_phase),
        means="The mean share of the recommended statements of a question that a school of the phase meets.",
        table=readable.grouped(by_phase),
    )
    yield View(
        key="common_gaps",
        title="Common gaps",
        finding=findings.common_gaps_title(top_gaps(comparison.common_gaps, ALL)),
        means="Recommended statements by how many of the schools to which they apply miss them, for all schools and then by "
        "phase. Which statements protect a child directly is our judgement, not the source's.",
        table=readable.common_gaps(comparison),
    )
    yield View(
        key="training",
        title="Training",
        finding=findings.training_title(comparison.training),
        means="A school needs a training if at least one of its statements is known not to be done there. What "
        "protects a child directly comes first, then what most schools need.",
        table=readable.training(comparison),
    )
    if comparison.before is not None:
        by_statement = readable.change_by_statement(comparison)
        yield View(
            key="change_by_statement",
            title="Change by statement",
            finding=findings.change_title(by_statement),
            means=f"In how many schools with returns of {comparison.before} and {comparison.year} a statement was "
            "closed (a gap then, met now), opened (met then, a gap now) and so on.",
            table=by_statement,
        )


def _by_coverage(comparison: Comparison) -> Iterator[View]:
    """What the schools of each band of K coverage say."""
    grouped = groups.by_coverage(comparison)
    yield View(
        key="by_coverage",
        title="Questions by K coverage",
        finding=findings.grouped_heat_title(grouped),
        means="The mean share of the recommended statements of a question that a school of the band of K coverage meets.",
        table=readable.grouped(grouped),
    )


def _by_school(comparison: Comparison) -> Iterator[View]:
    """What each school says."""
    schools = comparison.schools
    yield View(
        key="heat",
        title="Heat map",
        finding=findings.heat_title(heat_map(schools, comparison.questions)),
        means="By school and question: how many recommended statements are met, of how many that apply. A desk review "
        f"counts what is written, and is marked ({WRITTEN_ONLY}).",
        table=readable.heat(schools, comparison.questions, comparison.criteria),
    )
    yield View(
        key="schools",
        title="Schools",
        finding=f"{plural(len(schools), 'school')}, each beside its peers",
        means="The peers of a school are the schools of its phase in the authority. Rank 1 is the highest K coverage, and "
        f"equals share a rank. {_K_COVERAGE}",
        table=readable.schools(comparison),
    )
    yield View(
        key="written_against_done",
        title="Written against done",
        finding=findings.written_done_title(comparison),
        means="Written: the policy fully says it. Done: it is in place across the school. A policy promises more than is "
        "done where more is written but not done than done but not written.",
        table=readable.written_against_done(comparison),
    )
    yield View(
        key="training_schools",
        title="Schools by training",
        finding=f"{plural(comparison.training_schools['urn'].nunique(), 'school')} with a need, by training",
        means="One row for each training and each school that needs it.",
        table=readable.training_schools(comparison),
    )
    if comparison.before is not None:
        yield View(
            key="movement",
            title="Change",
            finding=findings.movement_title(comparison),
            means=f"A school rose if it meets more of the statements that apply in both {comparison.before} and "
            f"{comparison.year}. Its K coverage can also change because other statements apply.",
            table=readable.movement(comparison),
        )


def _beside(comparison: Comparison, beside: Beside) -> Iterator[View]:
    """What the adviser knows beside the comparison."""
    criteria = comparison.criteria
    if beside.doubts is not None:
        yield View(
            key="doubts",
            title="Can it be believed",
            finding=f"There is something to ask about in {plural(beside.doubts['urn'].nunique(), 'school')}",
            means="What checks found that need no visit. Each is a reason to ask and proves nothing; the weight, 1 to 3, "
            "says how much it speaks against taking the answers as they are.",
            table=readable.doubts(beside.doubts, criteria),
        )
    if beside.visits is not None:
        yield View(
            key="visits",
            title="Visits",
            finding=f"{plural(len(beside.visits), 'school')} to visit, by stated rules and by lot",
            means="Each school with the rule that chose it first and why.",
            table=readable.visits(beside.visits, criteria),
        )
    if beside.agreement is not None:
        yield View(
            key="moderation",
            title="Moderation",
            finding=findings.agreement_title(beside.agreement),
            means="How the adviser's own readings agree with what the schools said. Kappa is 1 where they always agree and "
            "0 where they agree no more than by chance; steps above 0 mean that schools rate themselves higher.",
            table=readable.agreement(beside.agreement),
        )
    if beside.tracker is not None:
        tally = readable.tally(beside.tracker, criteria)
        yield View(
            key="tally",
            title="Returns by phase",
            finding=findings.tally_title(tally),
            means="Received with faults: something in the file could not be used, or the whole of it.",
            table=tally,
        )
        yield View(
            key="returns",
            title="Returns",
            finding=f"{plural(len(beside.tracker), 'school')} expected or heard from",
            means="What came of each school's return.",
            table=readable.tracker(beside.tracker, criteria),
        )
