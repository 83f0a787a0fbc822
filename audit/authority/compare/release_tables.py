"""A release as tables: in words for workbook, report and page, and as SPREAD for benchmark and letters.

A release as plain values, as it is kept: what it shows and over whom, and never an answer.

The benchmark file: how the schools of an authority are spread, without saying anything of any one of them.

An authority gives it to its schools; a school loads it and sees the authority's middle half behind its own
figures. It is JSON that can be read in any text editor: first what it is, then one entry per figure.
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
from audit.english import listed
from audit.tables import typed
from audit.theme import SELF_REPORTED_BY_SCHOOLS

if TYPE_CHECKING:
    from audit.model import Criteria, Criterion, FrameworkRef


def as_content(release: Release) -> dict[str, Any]:
    """What is kept of a release besides its number and year.

    ``sets`` holds each set of schools once, as pairs of URN and digest of the version of the answers; ``figures`` name
    theirs by its place.
    """
    places: dict[Members, int] = {}
    for one in release.figures:
        places.setdefault(one.members, len(places))
    return {
        "before": release.before,
        "is_moderated": release.is_moderated,
        "schools": dict(release.schools),
        "sets": [sorted(map(list, members)) for members in places],
        "figures": [
            [one.kind, one.of, one.year, one.group, places[one.members], list(one.values)] for one in release.figures
        ],
        "held": [[one.kind, one.of, one.group, one.why] for one in release.held],
    }


def from_content(content: Mapping[str, Any], criteria: Criteria, *, year: str, number: int) -> Release:
    """The release of which `as_content` gave the content.

    Args:
        content: the content.
        criteria: the criteria at hand; a figure of a statement that they do not have is kept, and shown nowhere.
        year: the academic year of the release.
        number: its number.
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


_OVERALL = {"coverage": "K coverage", "written": "Written in the policy", "practice": "Done"}
_WHAT: Mapping[Kind, str] = {
    "missed": "Schools that miss a statement",
    "before": "Change since the year before",
    "now": "Change since the year before",
    "quartiles": "Quartiles",
}


def about_release(release: Release) -> tuple[str, ...]:
    """What a reader of a release has to know, a paragraph each."""
    seen = "The adviser's readings stand in place of the schools' answers, wherever there are any."
    return (
        SELF_REPORTED_BY_SCHOOLS,
        *((seen,) if release.is_moderated else ()),
        RULE,
        "A school misses a statement if it is known not to meet it. Schools to which it does not apply, and those that do "
        "not know, are among the schools and do not miss it.",
    )


def released_common_gaps(release: Release) -> pd.DataFrame:
    """One row per group and statement: how many schools are known to miss it, most often missed first in each group."""
    rows = [
        {
            "Schools of": released_group_title(one.group, release.criteria),
            **_statement(release.criteria, one.of),
            "Protects a child": release.criteria[one.of].statement.protects.capitalize(),
            "Schools": one.schools,
            "Miss it": one.values[0],
            "Miss it %": float(percent_of(one.values[0], one.schools)),
        }
        for one in sorted(_of(release, "missed"), key=lambda one: _place_of_group(one.group))
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
    found = keys.sort_values(["_group", "Miss it %"], ascending=[True, False], kind="stable").index
    return table.loc[found].reset_index(drop=True)


def change(release: Release) -> pd.DataFrame:
    """One row per group and statement: how many schools with both years missed it before, and miss it now."""
    before = release.by_kind["before"]
    rows = [
        {
            "Schools of": released_group_title(one.group, release.criteria),
            **_statement(release.criteria, one.of),
            "Schools with both years": one.schools,
            f"Missed it in {release.before}": before[one.of, one.group].values[0],
            f"Miss it in {release.year}": one.values[0],
            "Fewer": before[one.of, one.group].values[0] - one.values[0],
        }
        for one in sorted(_of(release, "now"), key=lambda one: _place_of_group(one.group))
    ]
    return pd.DataFrame(rows)


def quartiles(release: Release) -> pd.DataFrame:
    """One row per group and measure: how the schools are spread."""
    titles = measures(release.criteria)
    places = list(titles)
    ordered = sorted(_of(release, "quartiles"), key=lambda one: (_place_of_group(one.group), places.index(one.of)))
    rows = [
        {
            "Schools of": released_group_title(one.group, release.criteria),
            "What": titles[one.of],
            "Schools": one.schools,
            "A quarter lies below %": float(one.values[0]),
            "Half lie below %": float(one.values[1]),
            "A quarter lies above %": float(one.values[2]),
        }
        for one in ordered
    ]
    columns = ["Schools of", "What", "Schools", "A quarter lies below %", "Half lie below %", "A quarter lies above %"]
    return pd.DataFrame(rows, columns=columns)


def released_schools(release: Release) -> pd.DataFrame:
    """One row per school counted, by name, without any figure."""
    pairs = sorted(release.schools.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return pd.DataFrame({"School": [name for _, name in pairs], "URN": [urn for urn, _ in pairs]}, dtype="str")


def held_back(release: Release) -> pd.DataFrame:
    """One row per kind of figure, group and reason: what is held back, and why."""
    found: dict[tuple[str, str, str], list[Held]] = {}
    known = _known(release.criteria)
    for one in (held for held in release.held if held.of in known):
        group = "by phase" if one.group == BY_PHASE else released_group_title(one.group, release.criteria)
        found.setdefault((_WHAT[one.kind], group, one.why), []).append(one)
    titles = measures(release.criteria)
    rows = [
        {
            "Figures": what,
            "Schools of": group,
            "Why held back": f"{why[0].upper()}{why[1:]}.",
            "How many": len(several),
            "Which": "; ".join(_name(one, release.criteria, titles) for one in several),
        }
        for (what, group, why), several in found.items()
    ]
    return pd.DataFrame(rows, columns=["Figures", "Schools of", "Why held back", "How many", "Which"])


def released_spread(release: Release) -> pd.DataFrame:
    """SPREAD of what the release shows for all schools and for single phases; groups of several phases are left out."""
    titles = measures(release.criteria)
    rows = []
    for one in _of(release, "quartiles"):
        if one.group in GROUPS:
            measure, _, rest = one.of.partition(" ")
            names = {"question": rest.rpartition(" ")[2], "topic": titles[one.of] if rest else ""}
            figures = dict(zip(("lower", "median", "upper"), one.values, strict=True))
            rows.append({"group": one.group, "measure": measure, "schools": one.schools, **names, **figures})
    table = typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)
    return table.sort_values(["group", "measure"], kind="stable", ignore_index=True)


def measures(criteria: Criteria) -> dict[str, str]:
    """The title of each measure by its name, in the order in which they are shown."""
    wanted = [criterion for criterion in criteria if criterion.statement.recommended]
    areas = {f"area {one.framework.id} {one.area.id}": area_of(one) for one in wanted}
    questions = {f"question {one.framework.id} {one.question.id}": topic_of(one) for one in wanted}
    return {**_OVERALL, **areas, **questions}


def released_group_title(group: str, criteria: Criteria) -> str:
    """The title of a group: all schools, a phase, or several phases together."""
    if group == ALL:
        return "All schools"
    titles = [criteria.phases.get(phase, phase) for phase in group.split("+")]  # type: ignore[call-overload]
    return listed(titles)


def _of(release: Release, kind: Kind) -> Iterator[Figure]:
    known = _known(release.criteria)
    return (one for one in release.by_kind[kind].values() if one.of in known)


def _known(criteria: Criteria) -> set[str]:
    """The statements and measures of the criteria at hand."""
    return {*(one.id for one in criteria), *measures(criteria)}


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
    """The file as the authority gives it out: the quartiles of a release, for all schools and by phase.

    Args:
        release: the release that it is part of.
        framework: the framework edition that the schools answered.
        authority: the authority's name.
    """
    spread = released_spread(release)
    own = {name for c in release.criteria.of([framework]) for name in (c.area.id, c.question.id)}
    found = Benchmark(
        framework=framework,
        year=release.year,
        authority=authority,
        spread=spread[spread["question"].isin({"", *own})],
        release=release.number or None,
    )
    return benchmark_file(found)
