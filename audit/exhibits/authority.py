"""The exhibits of many schools compared, in the order in which every output shows them: the order of this file.

A new one is one function here, and one chart if it has any: `_shown` puts it into the workbook and the report, and on
a page if it names one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import findings, groups, readable
from audit.authority.showing.across import in_order
from audit.authority.showing.foremost import movers, outliers, top_gaps
from audit.authority.showing.heat import heat_map
from audit.authority.tables import ALL
from audit.english import plural
from audit.exhibits.exhibit import Exhibit, Layout, NativeChart
from audit.exhibits.heat_maps import by_coverage, by_phase, heat_of, phase_names, picture
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

if TYPE_CHECKING:
    from audit.charts.style import Figure

_K_COVERAGE = (
    "K coverage is the share of the recommended statements that apply which are met: written in the policy, and done. "
    "It counts what is not known as not met; at most is what it would be if all of that turned out met."
)
_MOST_NAMED = 40
"""The most schools of which a heat map can be read on one sheet of paper; of more, it is a picture without texts."""
_MOST_DRAWN = 15
"""The most common gaps that a spreadsheet draws."""
_TALLEST = 62.0
"""Points; a longer text is whole in its cell, and cut on paper."""


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


Page: TypeAlias = Literal["overview", "schools"]
"""A page that shows exhibits one below the other."""
_Make: TypeAlias = Callable[[Comparison, Beside], Exhibit | None]
"""Makes an exhibit; None where there is nothing to show."""
_MADE: list[tuple[_Make, Page | None]] = []


def _shown(page: Page | None = None) -> Callable[[_Make], _Make]:
    """Adds an exhibit to those of every output.

    Args:
        page: the page that shows it among others; None if none does, or one in its own way.
    """

    def add(make: _Make) -> _Make:
        _MADE.append((make, page))
        return make

    return add


def authority_exhibits(comparison: Comparison, beside: Beside | None = None) -> tuple[Exhibit, ...]:
    """Every exhibit of a document that has something to show, for the authority alone; the overview always stands.

    Args:
        comparison: the comparison.
        beside: what else the adviser knows.
    """
    made = [make(comparison, beside or Beside()) for make, _ in _MADE]
    return tuple(
        exhibit for exhibit in made if exhibit is not None and (exhibit.key == "overview" or len(exhibit.table))
    )


def page_exhibits(comparison: Comparison, page: Page) -> tuple[Exhibit, ...]:
    """The exhibits that a page shows one below the other, also those that say there is nothing to show.

    Args:
        comparison: the comparison.
        page: the page.
    """
    made = (make(comparison, Beside()) for make, where in _MADE if where == page)
    return tuple(exhibit for exhibit in made if exhibit is not None)


@_shown()
def _overview(comparison: Comparison, _: Beside) -> Exhibit:
    return Exhibit(
        key="overview",
        title="Overview",
        finding=findings.overview_title(comparison),
        means=_K_COVERAGE,
        table=readable.overview(comparison),
    )


@_shown("overview")
def _distribution(comparison: Comparison, _: Beside) -> Exhibit:
    finding = findings.distribution_title(comparison)

    def figure() -> Figure:
        from audit.charts.authority import distribution

        return distribution(groups.distribution(comparison), title=finding)

    return Exhibit(
        key="distribution",
        title="Distribution",
        caption="K coverage over the schools",
        finding=finding,
        means="How many schools lie in each band of K coverage.",
        table=readable.distribution(comparison),
        figure=figure,
        native=NativeChart(
            kind="columns", names="K coverage", series={"Schools": STATES["met"].colour}, height=9, counted="Schools"
        ),
    )


@_shown("overview")
def _kinds(comparison: Comparison, _: Beside) -> Exhibit:
    years = groups.kinds_by_year(comparison)
    finding = findings.kinds_title(years)

    def figure() -> Figure:
        from audit.charts.authority import kinds_total

        return kinds_total(years, title=finding)

    series = {STATES[kind].word: STATES[kind].colour for kind in COUNTED}
    return Exhibit(
        key="kinds",
        title="Kinds of gap",
        caption="What becomes of the recommended statements",
        finding=finding,
        means="Every recommended statement that applies, of every school, by its state. An earlier year is shown for the "
        "schools with self-audits of both years alone, so that the same schools stand side by side.",
        table=readable.kinds(comparison),
        figure=figure,
        native=NativeChart(kind="shares", names="Schools", series=series, height=4 + 0.8 * len(years)),
    )


@_shown("schools")
def _by_phase(comparison: Comparison, _: Beside) -> Exhibit | None:
    exhibit = by_phase(comparison)
    return exhibit if len(exhibit.table) else None


@_shown()
def _by_coverage(comparison: Comparison, _: Beside) -> Exhibit:
    return by_coverage(comparison)


@_shown()
def _heat(comparison: Comparison, _: Beside) -> Exhibit | None:
    schools = comparison.schools
    if schools.empty:
        return None
    exhibit = heat_of(comparison, schools)
    if len(schools) <= _MOST_NAMED:
        return exhibit
    cells = heat_map(in_order(schools, "phase"), comparison.questions)
    return replace(exhibit, figure=picture(cells, comparison, exhibit.finding))


@_shown()
def _schools(comparison: Comparison, _: Beside) -> Exhibit | None:
    if comparison.schools.empty:
        return None
    return Exhibit(
        key="schools",
        title="Schools",
        finding=f"{plural(len(comparison.schools), 'school')}, each beside its peers",
        means="The peers of a school are the schools of its phase in the authority. Rank 1 is the highest K coverage, and "
        f"equals share a rank. {_K_COVERAGE}",
        table=readable.schools(comparison),
        layout=Layout(folded=True, across=True, frozen=True),
    )


@_shown()
def _common_gaps(comparison: Comparison, _: Beside) -> Exhibit:
    exhibit = gaps_of(comparison, ALL)
    table = readable.common_gaps(comparison)
    drawn = int((table["Schools of"].head(_MOST_DRAWN) == readable.ALL_SCHOOLS).sum())
    native = NativeChart(
        kind="stacked",
        names="Reference",
        series={STATES[kind].word: STATES[kind].colour for kind in GAP_KINDS},
        height=4 + 0.8 * drawn,
        first=drawn,
        counted="Schools",
    )
    return replace(exhibit, key="common_gaps", table=table, native=native if drawn else None)


def gaps_of(comparison: Comparison, group: str) -> Exhibit:
    """The recommended statements that most schools of a group miss.

    Args:
        comparison: the comparison.
        group: ``all``, or a phase.
    """
    rows = top_gaps(comparison.common_gaps, group)
    finding = findings.common_gaps_title(rows)

    def figure() -> Figure:
        from audit.charts.authority import common_gaps

        return common_gaps(rows, title=finding)

    return Exhibit(
        key=f"gaps-{group}",
        title="Common gaps",
        caption="Recommended statements by the number of schools that miss them",
        finding=finding,
        means="Recommended statements by how many of the schools to which they apply miss them, for all schools and then by "
        "phase. Which statements protect a child directly is our judgement, not the source's.",
        table=readable.common_gaps(comparison, group),
        figure=figure,
        layout=Layout(first=15, alone=True, scrolls=True),
    )


@_shown()
def _training(comparison: Comparison, _: Beside) -> Exhibit:
    return Exhibit(
        key="training",
        title="Training",
        finding=findings.training_title(comparison.training),
        means="A school needs a training if at least one of its statements is known not to be done there. What "
        "protects a child directly comes first, then what most schools need.",
        table=readable.training(comparison),
        layout=Layout(first=10, tallest=_TALLEST),
    )


@_shown()
def _training_schools(comparison: Comparison, _: Beside) -> Exhibit | None:
    if comparison.schools.empty:
        return None
    return Exhibit(
        key="training_schools",
        title="Schools by training",
        finding=f"{plural(comparison.training_schools['urn'].nunique(), 'school')} with a need, by training",
        means="One row for each training and each school that needs it.",
        table=readable.training_schools(comparison),
        layout=Layout(folded=True),
    )


@_shown("overview")
def _written_against_done(comparison: Comparison, _: Beside) -> Exhibit:
    finding = findings.written_done_title(comparison)

    def figure() -> Figure:
        from audit.charts.points import written_against_done

        placed = comparison.schools[comparison.schools["promise"].notna()]
        return written_against_done(placed, outliers(placed), phase_names(comparison.criteria), title=finding)

    return Exhibit(
        key="written_against_done",
        title="Written against done",
        caption="Written against done, by school",
        finding=finding,
        means="Written: the policy fully says it. Done: it is in place across the school. A policy promises more than is "
        "done where more is written but not done than done but not written.",
        table=readable.written_against_done(comparison),
        figure=figure,
        native=NativeChart(kind="points", names="Written %", series={"Done %": STATES["met"].colour}, height=14),
        layout=Layout(folded=True, frozen=True, alone=True),
    )


@_shown("overview")
def _movement(comparison: Comparison, _: Beside) -> Exhibit | None:
    before, now = comparison.before, comparison.year
    if before is None:
        return None
    finding = findings.movement_title(comparison)

    def figure() -> Figure:
        from audit.charts.points import movement

        return movement(movers(comparison.schools), before, now, title=finding)

    return Exhibit(
        key="movement",
        title="Change",
        caption=f"Change since {before}, by school",
        finding=finding,
        means=f"A school rose if it meets more of the statements that apply in both {before} and "
        f"{now}. Its K coverage can also change because other statements apply.",
        table=readable.movement(comparison),
        figure=figure,
        layout=Layout(folded=True, frozen=True, scrolls=True),
    )


@_shown("overview")
def _change_by_statement(comparison: Comparison, _: Beside) -> Exhibit | None:
    if comparison.before is None:
        return None
    table = readable.change_by_statement(comparison)
    return Exhibit(
        key="change_by_statement",
        title="Change by statement",
        caption=f"What became of each statement since {comparison.before}",
        finding=findings.change_title(table),
        means=f"In how many schools with returns of {comparison.before} and {comparison.year} a statement was "
        "closed (a gap then, met now), opened (met then, a gap now) and so on.",
        table=table,
        layout=Layout(folded=True),
    )


@_shown()
def _doubts(comparison: Comparison, beside: Beside) -> Exhibit | None:
    if beside.doubts is None:
        return None
    return Exhibit(
        key="doubts",
        title="Can it be believed",
        finding=f"There is something to ask about in {plural(beside.doubts['urn'].nunique(), 'school')}",
        means="What checks found that need no visit. Each is a reason to ask and proves nothing; the weight, 1 to 3, "
        "says how much it speaks against taking the answers as they are.",
        table=readable.doubts(beside.doubts, comparison.criteria),
        layout=Layout(folded=True),
    )


@_shown()
def _visits(comparison: Comparison, beside: Beside) -> Exhibit | None:
    if beside.visits is None:
        return None
    return Exhibit(
        key="visits",
        title="Visits",
        finding=f"{plural(len(beside.visits), 'school')} to visit, by stated rules and by lot",
        means="Each school with the rule that chose it first and why.",
        table=readable.visits(beside.visits, comparison.criteria),
    )


@_shown()
def _moderation(_: Comparison, beside: Beside) -> Exhibit | None:
    return None if beside.agreement is None else agreement_of(beside.agreement)


def agreement_of(agreement: pd.DataFrame) -> Exhibit:
    """How far the adviser's own readings agree with what the schools said.

    Args:
        agreement: AGREEMENT.
    """
    finding = findings.agreement_title(agreement)

    def figure() -> Figure:
        from audit.charts.authority import agreement as draw

        return draw(agreement, title=finding)

    return Exhibit(
        key="moderation",
        title="Moderation",
        caption="How far schools and adviser agree",
        finding=finding,
        means="How the adviser's own readings agree with what the schools said. Kappa is 1 where they always agree and "
        "0 where they agree no more than by chance; steps above 0 mean that schools rate themselves higher.",
        table=readable.agreement(agreement),
        figure=figure,
        layout=Layout(exact=("Weighted kappa", "School above adviser (steps)")),
    )


@_shown()
def _tally(comparison: Comparison, beside: Beside) -> Exhibit | None:
    if beside.tracker is None:
        return None
    table = readable.tally(beside.tracker, comparison.criteria)
    return Exhibit(
        key="tally",
        title="Returns by phase",
        finding=findings.tally_title(table),
        means="Received with faults: something in the file could not be used, or the whole of it.",
        table=table,
    )


@_shown()
def _returns(comparison: Comparison, beside: Beside) -> Exhibit | None:
    if beside.tracker is None:
        return None
    return Exhibit(
        key="returns",
        title="Returns",
        finding=f"{plural(len(beside.tracker), 'school')} expected or heard from",
        means="What came of each school's return.",
        table=readable.tracker(beside.tracker, comparison.criteria),
        layout=Layout(folded=True),
    )
