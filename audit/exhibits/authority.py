"""The exhibits of many schools compared, in the order in which every output shows them.

That order is the order of the functions marked with `_shown`. To add an exhibit, add one function, and one chart if it
needs one: `_shown` puts it into the workbook and the report, and on a page if it names the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import pandas as pd

from audit.authority import comparison_in_words, findings, question_matrix
from audit.authority.compare.comparison import Comparison
from audit.authority.findings import movers, outliers, top_gaps
from audit.authority.question_matrix import STEPS, TENTHS, WRITTEN_ONLY, HeatMap, heat_map, schools_in_order
from audit.authority.tables import ALL
from audit.english import agree, plural
from audit.exhibits.exhibit import Exhibit, Layout, NativeChart, Painted
from audit.exhibits.school import overtaken_table
from audit.identifiers import SHORT
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

if TYPE_CHECKING:
    from audit.charts.style import Figure
    from audit.model import Criteria


_MOST_NAMED = 40
"""The most schools whose heat map can be read on one sheet of paper; for more schools it is a picture without texts."""
_MOST_DRAWN = 15
"""The most common gaps that a spreadsheet draws."""
_TALLEST = 62.0
"""Height of a row in points. A longer text stays whole in its cell, and paper cuts it off."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What an adviser knows besides the comparison: tables by their schema, None where there is none.

    Attributes:
        doubts: CREDIBILITY of this year.
        visits: VISITS.
        agreement: AGREEMENT.
        tracker: TRACKER of this year.
    """

    doubts: pd.DataFrame | None = None
    visits: pd.DataFrame | None = None
    agreement: pd.DataFrame | None = None
    tracker: pd.DataFrame | None = None


Page: TypeAlias = Literal["overview", "schools"]
"""A page that shows exhibits one below the other."""
_Make: TypeAlias = Callable[[Comparison, Knowledge], Exhibit | None]
"""Makes an exhibit; None where there is nothing to show."""
_MAKERS: list[tuple[_Make, Page | None]] = []


def _shown(page: Page | None = None) -> Callable[[_Make], _Make]:
    """Adds an exhibit to every output.

    Args:
        page: the page that also shows it, one exhibit below the other; None if no page does so.
    """

    def add(make: _Make) -> _Make:
        _MAKERS.append((make, page))
        return make

    return add


def authority_exhibits(comparison: Comparison, beside: Knowledge | None = None) -> tuple[Exhibit, ...]:
    """The exhibits of a document, for the authority alone: the overview, and all others that have a row.

    Args:
        comparison: the comparison.
        beside: what the adviser knows besides.
    """
    exhibits = [make(comparison, beside or Knowledge()) for make, _ in _MAKERS]
    return tuple(
        exhibit for exhibit in exhibits if exhibit is not None and (exhibit.key == "overview" or len(exhibit.table))
    )


def page_exhibits(comparison: Comparison, page: Page) -> tuple[Exhibit, ...]:
    """The exhibits that a page shows one below the other; some of them say that there is nothing to show.

    Args:
        comparison: the comparison.
        page: the page.
    """
    exhibits = (make(comparison, Knowledge()) for make, shown_on in _MAKERS if shown_on == page)
    return tuple(exhibit for exhibit in exhibits if exhibit is not None)


def _coverage_means(comparison: Comparison) -> str:
    """What coverage is."""
    return (
        f"{comparison.coverage_title} is the share of the recommended statements that apply which are met: written in the "
        "policy, and done. It counts what is not known as not met; at most is what it would be if all of that turned out met."
    )


@_shown()
def _overview(comparison: Comparison, _: Knowledge) -> Exhibit:
    return Exhibit(
        key="overview",
        title="Overview",
        finding=findings.overview_title(comparison),
        means=_with_break(_coverage_means(comparison), comparison),
        table=comparison_in_words.overview_in_words(comparison),
    )


@_shown("overview")
def _distribution(comparison: Comparison, _: Knowledge) -> Exhibit:
    finding = findings.distribution_title(comparison)

    def figure() -> Figure:
        from audit.charts.authority import distribution_chart

        bands = question_matrix.schools_by_band(comparison)
        return distribution_chart(bands, coverage=comparison.coverage_title, title=finding)

    return Exhibit(
        key="distribution",
        title="Distribution",
        caption=f"{comparison.coverage_title} over the schools",
        finding=finding,
        means=f"How many schools lie in each band of {comparison.coverage}.",
        table=comparison_in_words.distribution_in_words(comparison),
        figure=figure,
        native=NativeChart(
            kind="columns",
            names=comparison.coverage_title,
            series={"Schools": STATES["met"].colour},
            height=9,
            counted="Schools",
        ),
    )


@_shown("overview")
def _kinds(comparison: Comparison, _: Knowledge) -> Exhibit:
    years = question_matrix.kinds_by_year(comparison)
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
        means=_with_break(
            "Every recommended statement that applies, of every school, by its state. An earlier year is shown for the "
            "schools with self-audits of both years alone, so that the same schools stand side by side.",
            comparison,
        ),
        table=comparison_in_words.kinds(comparison),
        figure=figure,
        native=NativeChart(kind="shares", names="Schools", series=series, height=4 + 0.8 * len(years)),
    )


def _with_break(means: str, comparison: Comparison) -> str:
    """How to read an exhibit of two years; also that they do not ask the same, if so."""
    return f"{means} {comparison.break_note}".rstrip()


@_shown("overview")
def _forces(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    rows = question_matrix.forces(comparison)
    if rows.empty:
        return None
    finding = findings.by_force_title(rows)

    def figure() -> Figure:
        from audit.charts.authority import forces_chart

        return forces_chart(rows, title=finding)

    series = {STATES[kind].word: STATES[kind].colour for kind in COUNTED}
    meant = {mark.title: mark.means for mark in comparison.framework.marks}
    return Exhibit(
        key="forces",
        title="By force",
        caption="What becomes of the recommended statements, by what stands behind them",
        finding=finding,
        means=" ".join(f"{title}: {meant[title]}" for title in rows["title"]),
        table=comparison_in_words.forces_in_words(comparison),
        figure=figure,
        native=NativeChart(kind="shares", names="Force", series=series, height=4 + 0.8 * len(rows)),
    )


@_shown("overview")
def _overtaken(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    if not comparison.overtaken:
        return None
    table = overtaken_table(criterion.statement for criterion in comparison.overtaken)
    printed = comparison.as_printed
    still = (
        f" {plural(printed, 'return')} of this year {agree(printed, 'was', 'were')} begun as printed, and "
        f"{agree(printed, 'counts', 'count')} them all the same."
        if printed
        else ""
    )
    return Exhibit(
        key="overtaken",
        title="No longer asked",
        caption=comparison.overtaken_title,
        finding=comparison.overtaken_title,
        means=f"Law or guidance has overtaken these statements. They are not asked and not counted.{still}",
        table=table,
        layout=Layout(folded=True),
    )


@_shown("schools")
def _by_phase(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    exhibit = by_phase_exhibit(comparison)
    return exhibit if len(exhibit.table) else None


@_shown()
def _by_coverage(comparison: Comparison, _: Knowledge) -> Exhibit:
    return by_coverage_exhibit(comparison)


def by_phase_exhibit(comparison: Comparison) -> Exhibit:
    """How the schools of each phase meet each question."""
    return _grouped(
        question_matrix.by_phase(comparison),
        key="by_phase",
        title="Questions by phase",
        caption="Mean share met in percent, by phase and question",
        means="The mean share of the recommended statements of a question that a school of the phase meets.",
    )


def by_coverage_exhibit(comparison: Comparison) -> Exhibit:
    """How the schools of each band of coverage meet each question."""
    return _grouped(
        question_matrix.by_coverage(comparison),
        key="by_coverage",
        title="Questions by coverage",
        caption=f"Mean share met in percent, by band of {comparison.coverage} and question",
        means="The mean share of the recommended statements of a question that a school of the band meets. The bands are "
        f"those of {comparison.coverage}.",
    )


def _grouped(grouped: question_matrix.GroupedShares, *, key: str, title: str, caption: str, means: str) -> Exhibit:
    """A heat map of groups of schools by question."""
    finding = findings.grouped_heat_title(grouped)

    def figure() -> Figure:
        from audit.charts.authority import grouped_heat_map

        return grouped_heat_map(grouped, title=finding)

    return Exhibit(
        key=key,
        title=title,
        caption=caption,
        finding=finding,
        means=means,
        table=comparison_in_words.grouped_in_words(grouped),
        figure=figure,
        layout=Layout(across=True, scrolls=True, painted=Painted(shares=grouped.shares, steps=TENTHS)),
    )


@_shown()
def _heat(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    schools = comparison.schools
    if schools.empty:
        return None
    exhibit = heat_of(comparison, schools)
    if len(schools) <= _MOST_NAMED:
        return exhibit
    cells = heat_map(schools_in_order(schools, "phase"), comparison.questions)
    return replace(exhibit, figure=picture(cells, comparison, exhibit.finding))


def heat_of(comparison: Comparison, schools: pd.DataFrame) -> Exhibit:
    """How many recommended statements of each question these schools meet.

    Args:
        comparison: the comparison.
        schools: rows of COMPARISON in any order; a chart can name about 25.
    """
    cells = heat_map(schools, comparison.questions)
    finding = findings.heat_title(cells)

    def figure() -> Figure:
        from audit.charts.authority import heat_map_chart as draw

        return draw(cells, title=finding)

    return Exhibit(
        key="heat",
        title="Heat map",
        caption="Statements met, by school and question",
        finding=finding,
        means="By school and question: how many recommended statements are met, of how many that apply. A desk review "
        f"counts what is written, and is marked ({WRITTEN_ONLY}).",
        table=comparison_in_words.heat_in_words(schools, comparison),
        figure=figure,
        layout=Layout(
            folded=True, across=True, frozen=True, scrolls=True, painted=Painted(shares=cells.shares, steps=STEPS)
        ),
    )


def picture_of(comparison: Comparison) -> Exhibit:
    """Every school by question as one picture; `heat_of` holds the numbers."""
    cells = heat_map(schools_in_order(comparison.schools, "phase"), comparison.questions)
    finding = findings.heat_title(cells)
    return Exhibit(
        key="everyone",
        title="All schools",
        caption=f"All schools by phase, the lowest {comparison.coverage} of each phase first. Point at a place to read "
        "school and question",
        finding=finding,
        table=pd.DataFrame(),
        figure=picture(cells, comparison, finding),
        layout=Layout(scrolls=True),
    )


def picture(cells: HeatMap, comparison: Comparison, finding: str) -> Callable[[], Figure]:
    """What draws every school by question in one picture.

    Args:
        cells: the schools, those of each phase together.
        comparison: the comparison.
        finding: what the picture says.
    """

    def figure() -> Figure:
        from audit.charts.authority import whole_heat_map

        return whole_heat_map(cells, phase_names(comparison.criteria), title=finding)

    return figure


@_shown()
def _schools(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    if comparison.schools.empty:
        return None
    return Exhibit(
        key="schools",
        title="Schools",
        finding=f"{plural(len(comparison.schools), 'school')}, each beside its peers",
        means=_with_break(
            "The peers of a school are the schools of its phase in the authority. Rank 1 is the highest "
            f"{comparison.coverage}, and equals share a rank. {_coverage_means(comparison)}",
            comparison,
        ),
        table=comparison_in_words.schools_in_words(comparison),
        layout=Layout(folded=True, across=True, frozen=True),
    )


@_shown()
def _common_gaps(comparison: Comparison, _: Knowledge) -> Exhibit:
    exhibit = gaps_of(comparison, ALL)
    table = comparison_in_words.common_gaps_in_words(comparison)
    drawn = int((table["Schools of"].head(_MOST_DRAWN) == comparison_in_words.ALL_SCHOOLS).sum())
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
        from audit.charts.authority import common_gaps_chart

        return common_gaps_chart(rows, title=finding)

    return Exhibit(
        key=f"gaps-{group}",
        title="Common gaps",
        caption="Recommended statements by the number of schools that miss them",
        finding=finding,
        means="Recommended statements by how many of the schools to which they apply miss them, for all schools and then by "
        "phase. Which statements protect a child directly is our judgement, not the source's.",
        table=comparison_in_words.common_gaps_in_words(comparison, group),
        figure=figure,
        layout=Layout(first=15, alone=True, scrolls=True),
    )


@_shown()
def _training(comparison: Comparison, _: Knowledge) -> Exhibit:
    return Exhibit(
        key="training",
        title="Training",
        finding=findings.training_title(comparison.training),
        means="A school needs a training if at least one of its statements is known not to be done there. What "
        "protects a child directly comes first, then what most schools need.",
        table=comparison_in_words.training_in_words(comparison),
        layout=Layout(first=10, tallest=_TALLEST),
    )


@_shown()
def _training_schools(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    if comparison.schools.empty:
        return None
    return Exhibit(
        key="training_schools",
        title="Schools by training",
        finding=f"{plural(comparison.training_schools['urn'].nunique(), 'school')} with a need, by training",
        means="One row for each training and each school that needs it.",
        table=comparison_in_words.training_schools_in_words(comparison),
        layout=Layout(folded=True),
    )


@_shown("overview")
def _written_against_done(comparison: Comparison, _: Knowledge) -> Exhibit:
    finding = findings.written_done_title(comparison)

    def figure() -> Figure:
        from audit.charts.authority import written_against_done_chart

        placed = comparison.schools[comparison.schools["promise"].notna()]
        return written_against_done_chart(placed, outliers(placed), phase_names(comparison.criteria), title=finding)

    return Exhibit(
        key="written_against_done",
        title="Written against done",
        caption="Written against done, by school",
        finding=finding,
        means="Written: the policy fully says it. Done: it is in place across the school. A policy promises more than is "
        "done where more is written but not done than done but not written.",
        table=comparison_in_words.written_against_done_in_words(comparison),
        figure=figure,
        native=NativeChart(kind="points", names="Written %", series={"Done %": STATES["met"].colour}, height=14),
        layout=Layout(folded=True, frozen=True, alone=True),
    )


@_shown("overview")
def _movement(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    before, now = comparison.before, comparison.year
    if before is None:
        return None
    finding = findings.movement_title(comparison)

    def figure() -> Figure:
        from audit.charts.authority import movement_chart

        rows = movers(comparison.schools)
        rows = rows.assign(coverage_percent=comparison_in_words.coverage_now(comparison, rows))
        return movement_chart(rows, before, now, title=finding)

    return Exhibit(
        key="movement",
        title="Change",
        caption=f"Change since {before}, by school",
        finding=finding,
        means=_with_break(
            f"A school rose if it meets more of the statements that apply in both {before} and {now}. Its "
            f"{comparison.coverage} can also change because other statements apply.",
            comparison,
        ),
        table=comparison_in_words.movement_in_words(comparison),
        figure=figure,
        layout=Layout(folded=True, frozen=True, scrolls=True),
    )


@_shown("overview")
def _change_by_statement(comparison: Comparison, _: Knowledge) -> Exhibit | None:
    if comparison.before is None:
        return None
    table = comparison_in_words.change_by_statement(comparison)
    return Exhibit(
        key="change_by_statement",
        title="Change by statement",
        caption=f"What became of each statement since {comparison.before}",
        finding=findings.change_title(table),
        means=_with_break(
            f"In how many schools with returns of {comparison.before} and {comparison.year} a statement was closed (a gap "
            "then, met now), opened (met then, a gap now) and so on.",
            comparison,
        ),
        table=table,
        layout=Layout(folded=True),
    )


@_shown()
def _doubts(comparison: Comparison, beside: Knowledge) -> Exhibit | None:
    if beside.doubts is None:
        return None
    return Exhibit(
        key="doubts",
        title="Can it be believed",
        finding=f"There is something to ask about in {plural(beside.doubts['urn'].nunique(), 'school')}",
        means="What checks found that need no visit. Each is a reason to ask and proves nothing; the weight, 1 to 3, "
        "says how much it speaks against taking the answers as they are.",
        table=comparison_in_words.doubts_in_words(beside.doubts, comparison.criteria),
        layout=Layout(folded=True),
    )


@_shown()
def _visits(comparison: Comparison, beside: Knowledge) -> Exhibit | None:
    if beside.visits is None:
        return None
    return Exhibit(
        key="visits",
        title="Visits",
        finding=f"{plural(len(beside.visits), 'school')} to visit, by stated rules and by lot",
        means="Each school with the rule that chose it first and why.",
        table=comparison_in_words.visits(beside.visits, comparison.criteria),
    )


@_shown()
def _moderation(_: Comparison, beside: Knowledge) -> Exhibit | None:
    return None if beside.agreement is None else agreement_of(beside.agreement)


def agreement_of(agreement: pd.DataFrame) -> Exhibit:
    """How far the adviser's ratings agree with those of the schools.

    Args:
        agreement: AGREEMENT.
    """
    finding = findings.agreement_title(agreement)

    def figure() -> Figure:
        from audit.charts.authority import agreement_chart as draw

        return draw(agreement, title=finding)

    return Exhibit(
        key="moderation",
        title="Moderation",
        caption="How far schools and adviser agree",
        finding=finding,
        means="How the adviser's own readings agree with what the schools said. Kappa is 1 where they always agree and "
        "0 where they agree no more than by chance; steps above 0 mean that schools rate themselves higher.",
        table=comparison_in_words.agreement_table(agreement),
        figure=figure,
        layout=Layout(exact=("Weighted kappa", "School above adviser (steps)")),
    )


@_shown()
def _tally(comparison: Comparison, beside: Knowledge) -> Exhibit | None:
    if beside.tracker is None:
        return None
    table = comparison_in_words.tally_in_words(beside.tracker, comparison.criteria)
    return Exhibit(
        key="tally",
        title="Returns by phase",
        finding=findings.tally_title(table),
        means="Received with faults: something in the file could not be used, or the whole of it.",
        table=table,
    )


@_shown()
def _returns(comparison: Comparison, beside: Knowledge) -> Exhibit | None:
    if beside.tracker is None:
        return None
    return Exhibit(
        key="returns",
        title="Returns",
        finding=f"{plural(len(beside.tracker), 'school')} expected or heard from",
        means="What came of each school's return.",
        table=comparison_in_words.tracker_in_words(beside.tracker, comparison.criteria),
        layout=Layout(folded=True),
    )


def phase_names(criteria: Criteria) -> Mapping[str, str]:
    """The title of each phase in a word or two."""
    return {str(phase): title for phase, title in {**criteria.phases, **SHORT}.items()}
