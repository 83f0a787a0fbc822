"""A release as tables in words, as SPREAD, as a benchmark file, and as the plain values that are kept.

- The tables in words are for workbook, report and page.
- `released_spread` gives SPREAD for benchmark and letters, and `write_benchmark` the benchmark file that an authority
  gives to its schools (see `audit.authority.feedback.benchmark`).
- `as_content` gives what is kept of a release: what it shows and over which schools, and never an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from audit.authority.compare.counts import area_of, percent_of, topic_of
from audit.authority.compare.disclosure import RULE, Figure, Kind, Members
from audit.authority.compare.release import BY_PHASE, Held, Release
from audit.authority.feedback.benchmark import Benchmark, benchmark_file
from audit.authority.tables import ALL, GROUPS, SPREAD
from audit.english import agree, first_capital, listed
from audit.school.outcome import no_longer_asked_title
from audit.tables import typed
from audit.theme import SELF_REPORTED_BY_SCHOOLS

if TYPE_CHECKING:
    from audit.model import Criteria, Criterion, FrameworkRef


def as_content(release: Release) -> dict[str, Any]:
    """What is kept of a release, except its number and year.

    ``sets`` holds each set of schools once, as pairs of URN and digest of the version of the answers; ``figures`` refer
    to a set by its place.
    """
    places: dict[Members, int] = {}
    for figure in release.figures:
        places.setdefault(figure.members, len(places))
    return {
        "framework": release.framework,
        "before": release.before,
        "is_moderated": release.is_moderated,
        "schools": dict(release.schools),
        "sets": [sorted(map(list, members)) for members in places],
        "figures": [
            [figure.kind, figure.of, figure.year, figure.group, places[figure.members], list(figure.values)]
            for figure in release.figures
        ],
        "held": [[held.kind, held.of, held.group, held.why] for held in release.held],
    }


def from_content(content: Mapping[str, Any], criteria: Criteria, *, year: str, number: int) -> Release:
    """The release from the content that `as_content` gave.

    Args:
        content: the content.
        criteria: the criteria of its framework; a figure of a statement that they do not have is kept, but not shown.
        year: the academic year of the release.
        number: the number of the release.
    """
    sets = [frozenset((urn, version) for urn, version in members) for members in content["sets"]]
    return Release(
        criteria=criteria,
        year=year,
        before=content["before"],
        schools=content["schools"],
        figures=tuple(
            Figure(kind=kind, of=of, year=when, group=group, members=sets[place], values=tuple(values))
            for kind, of, when, group, place, values in content["figures"]
        ),
        held=tuple(Held(kind=kind, of=of, group=group, why=why) for kind, of, group, why in content["held"]),
        number=number,
        is_moderated=content["is_moderated"],
    )


def framework_of(content: Mapping[str, Any]) -> str:
    """The id of the framework that the content of a release is of; empty if nothing tells, so that it holds no figure.

    A release of an earlier version says it only in the names of its areas and questions.
    """
    names = (figure[1].split(" ") for figure in (*content["figures"], *content["held"]))
    return content.get("framework") or next((name[1] for name in names if len(name) == 3), "")


_WHAT: Mapping[Kind, str] = {
    "missed": "Schools that miss a statement",
    "before": "Change since the year before",
    "now": "Change since the year before",
    "quartiles": "Quartiles",
}


def about_release(release: Release) -> tuple[str, ...]:
    """What a reader of a release has to know, as paragraphs."""
    moderated = "The adviser's readings stand in place of the schools' answers, wherever there are any."
    number = len(release.overtaken)
    overtaken = (
        f"{no_longer_asked_title(number, release.year)}: law or guidance has overtaken {agree(number, 'it', 'them')}. "
        f"Only a school that began its audit as printed still counts {agree(number, 'it', 'them')} in its coverage."
    )
    return (
        SELF_REPORTED_BY_SCHOOLS,
        *((moderated,) if release.is_moderated else ()),
        *((overtaken,) if number else ()),
        RULE,
        "A school misses a statement if it is known not to meet it. Schools to which it does not apply, and those that do "
        "not know, are among the schools and do not miss it.",
    )


def released_common_gaps(release: Release) -> pd.DataFrame:
    """One row per group and statement: how many schools are known to miss it; in each group the most often missed first."""
    rows = [
        {
            "Schools of": released_group_title(figure.group, release.criteria),
            **_statement(release.criteria, figure.of),
            "Protects a child": release.criteria[figure.of].statement.protects.capitalize(),
            "Schools": figure.schools,
            "Miss it": figure.values[0],
            "Miss it %": float(percent_of(figure.values[0], figure.schools)),
        }
        for figure in sorted(_of(release, "missed"), key=lambda figure: _place_of_group(figure.group))
    ]
    columns = [
        "Schools of",
        "Reference",
        "Question",
        "Statement",
        "Protects a child",
        "Schools",
        "Miss it",
        "Miss it %",
    ]
    table = pd.DataFrame(rows, columns=columns)
    order = {name: place for place, name in enumerate(dict.fromkeys(table["Schools of"]))}
    keys = table.assign(_group=table["Schools of"].map(order))
    order_of_rows = keys.sort_values(["_group", "Miss it %"], ascending=[True, False], kind="stable").index
    return table.loc[order_of_rows].reset_index(drop=True)


def change(release: Release) -> pd.DataFrame:
    """One row per group and statement: how many schools with both years missed it before, and miss it now."""
    before = release.by_kind["before"]
    rows = [
        {
            "Schools of": released_group_title(figure.group, release.criteria),
            **_statement(release.criteria, figure.of),
            "Schools with both years": figure.schools,
            f"Missed it in {release.before}": before[figure.of, figure.group].values[0],
            f"Miss it in {release.year}": figure.values[0],
            "Fewer": before[figure.of, figure.group].values[0] - figure.values[0],
        }
        for figure in sorted(_of(release, "now"), key=lambda figure: _place_of_group(figure.group))
    ]
    return pd.DataFrame(rows)


def quartiles(release: Release) -> pd.DataFrame:
    """One row per group and measure: how the schools are spread."""
    titles = measures(release.criteria)
    places = list(titles)
    ordered = sorted(
        _of(release, "quartiles"), key=lambda figure: (_place_of_group(figure.group), places.index(figure.of))
    )
    rows = [
        {
            "Schools of": released_group_title(figure.group, release.criteria),
            "What": titles[figure.of],
            "Schools": figure.schools,
            "A quarter lies below %": float(figure.values[0]),
            "Half lie below %": float(figure.values[1]),
            "A quarter lies above %": float(figure.values[2]),
        }
        for figure in ordered
    ]
    columns = ["Schools of", "What", "Schools", "A quarter lies below %", "Half lie below %", "A quarter lies above %"]
    return pd.DataFrame(rows, columns=columns)


def released_schools(release: Release) -> pd.DataFrame:
    """One row per school counted, by name, without any figure."""
    pairs = sorted(release.schools.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return pd.DataFrame({"School": [name for _, name in pairs], "URN": [urn for urn, _ in pairs]}, dtype="str")


def held_back(release: Release) -> pd.DataFrame:
    """One row per kind of figure, group and reason: what is held back, and why."""
    by_reason: dict[tuple[str, str, str], list[Held]] = {}
    known = _known(release.criteria)
    for held in (held for held in release.held if held.of in known):
        group = "by phase" if held.group == BY_PHASE else released_group_title(held.group, release.criteria)
        by_reason.setdefault((_WHAT[held.kind], group, held.why), []).append(held)
    titles = measures(release.criteria)
    rows = [
        {
            "Figures": what,
            "Schools of": group,
            "Why held back": f"{why[0].upper()}{why[1:]}.",
            "How many": len(several),
            "Which": "; ".join(_name(held, release.criteria, titles) for held in several),
        }
        for (what, group, why), several in by_reason.items()
    ]
    return pd.DataFrame(rows, columns=["Figures", "Schools of", "Why held back", "How many", "Which"])


def released_spread(release: Release) -> pd.DataFrame:
    """SPREAD of what the release shows for all schools and for single phases, without groups of several phases."""
    titles = measures(release.criteria)
    rows = []
    for figure in _of(release, "quartiles"):
        if figure.group in GROUPS:
            measure, _, rest = figure.of.partition(" ")
            names = {"question": rest.rpartition(" ")[2], "topic": titles[figure.of] if rest else ""}
            figures = dict(zip(("lower", "median", "upper"), figure.values, strict=True))
            rows.append({"group": figure.group, "measure": measure, "schools": figure.schools, **names, **figures})
    table = typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)
    return table.sort_values(["group", "measure"], kind="stable", ignore_index=True)


def measures(criteria: Criteria) -> dict[str, str]:
    """The title of each measure by its name, in the order of display."""
    wanted = [criterion for criterion in criteria if criterion.statement.recommended]
    areas = {f"area {criterion.framework.id} {criterion.area.id}": area_of(criterion) for criterion in wanted}
    questions = {
        f"question {criterion.framework.id} {criterion.question.id}": topic_of(criterion) for criterion in wanted
    }
    coverage = first_capital(criteria.frameworks[0].coverage_called)
    return {"coverage": coverage, "written": "Written in the policy", "practice": "Done", **areas, **questions}


def released_group_title(group: str, criteria: Criteria) -> str:
    """The title of a group: all schools, a phase, or several phases together."""
    if group == ALL:
        return "All schools"
    titles = [criteria.phases.get(phase, phase) for phase in group.split("+")]  # type: ignore[call-overload]
    return listed(titles)


def _of(release: Release, kind: Kind) -> Iterator[Figure]:
    known = _known(release.criteria)
    return (figure for figure in release.by_kind[kind].values() if figure.of in known)


def _known(criteria: Criteria) -> set[str]:
    """The statements and measures of the criteria in use."""
    return {*(criterion.id for criterion in criteria), *measures(criteria)}


def _statement(criteria: Criteria, statement: str) -> dict[str, str]:
    criterion: Criterion = criteria[statement]
    return {
        "Reference": criterion.statement.reference,
        "Question": topic_of(criterion),
        "Statement": criterion.statement.statement,
    }


def _name(held: Held, criteria: Criteria, titles: Mapping[str, str]) -> str:
    return titles.get(held.of) or criteria[held.of].statement.reference


def _place_of_group(group: str) -> int:
    """All schools first, then single phases and groups in the order of the phases."""
    return GROUPS.index(group.split("+")[0])


def write_benchmark(release: Release, framework: FrameworkRef, *, authority: str) -> bytes:
    """The benchmark file that the authority gives to its schools: quartiles of a release, for all schools and by phase.

    Args:
        release: the release that the figures come from.
        framework: the framework edition that the schools answered.
        authority: the authority's name.
    """
    spread = released_spread(release)
    answered = {
        name for criterion in release.criteria.of([framework]) for name in (criterion.area.id, criterion.question.id)
    }
    benchmark = Benchmark(
        framework=framework,
        year=release.year,
        authority=authority,
        spread=spread[spread["question"].isin({"", *answered})],
        release=release.number or None,
    )
    return benchmark_file(benchmark)
