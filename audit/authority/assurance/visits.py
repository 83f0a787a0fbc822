"""Which schools to visit: by stated rules, and some by lot so that no school can count on being left alone.

The rules choose in turn, one school each time round, so that each has a quarter of the sample whatever its size. A
longer sample with the same seed begins with the shorter one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from types import MappingProxyType

import numpy as np
import pandas as pd

from audit.authority.assurance.checks import doubts
from audit.authority.csv_file import first_problems
from audit.authority.lists import read_lines
from audit.authority.returns import KIND, Returns
from audit.authority.tables import VISITS
from audit.english import agree, day, plural
from audit.identifiers import read_urn
from audit.problems import Problem
from audit.tables import KINDS, typed

RULES: Mapping[str, str] = MappingProxyType(
    {
        "direct protection": "Most statements that protect a child directly and are not met; among equals, fewest that "
        "are only not known. A desk review says nothing of practice, so it is not chosen by this rule.",
        "least believable": "Greatest weight of what the checks found that need no visit.",
        "longest unvisited": "No visit on record, then the earliest last visit. Passed over if no dates are given.",
        "random": "By lot among all that are left.",
    }
)
"""How each rule chooses. Equals are taken by lot, and a rule that finds nobody leaves its turn to the lot."""

_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y")
"""How people and spreadsheets write a day in England."""
_EARLIEST = 1990
"""A visit of an earlier year is a slip of the finger."""
_Ranking = Iterator[tuple[str, str]]
"""URN and reason, the school that the rule would visit first in front."""


def visit_sample(
    returns: Returns,
    schools: pd.DataFrame,
    found: pd.DataFrame,
    *,
    size: int,
    seed: int,
    last_visits: Mapping[str, dt.date] = MappingProxyType({}),
) -> pd.DataFrame:
    """VISITS: that many schools, or all if there are not so many, each chosen by one rule.

    The same schools, size and seed give the same sample, in whatever order the schools stand.

    Args:
        returns: the returns from which ``schools`` was made; others may be among them.
        schools: COMPARISON of one academic year under the schools' own names: those among which is chosen. RETURNS
            does as well.
        found: CREDIBILITY of that year.
        size: number of schools.
        seed: any whole number from 0; it is told in the reason of each school chosen by lot.
        last_visits: the day of the last visit by URN.

    Raises:
        ValueError: a school is not among the returns, as when codes stand for the schools.
    """
    if strangers := set(schools["urn"]) - set(returns.table["urn"]):
        raise ValueError(f"not among the returns: {', '.join(sorted(strangers))}")
    urns = sorted(schools["urn"])
    lots = np.random.default_rng(seed)
    ties = {urns[place]: lot for lot, place in enumerate(lots.permutation(len(urns)))}
    drawn = [urns[place] for place in lots.permutation(len(urns))]
    rankings: dict[str, _Ranking] = {
        "direct protection": _by_direct_gaps(returns, schools, ties),
        "least believable": _by_doubt(found, ties),
        "longest unvisited": _by_last_visit(last_visits, ties),
        "random": ((urn, f"Drawn by lot with seed {seed}.") for urn in drawn),
    }
    chosen: dict[str, tuple[str, str]] = {}
    for rule in islice(cycle(rankings), min(size, len(urns))):
        for name in (rule, "random"):
            pick = next((one for one in rankings[name] if one[0] not in chosen), None)
            if pick:
                chosen[pick[0]] = (name, pick[1])
                break
    return _table(schools, chosen)


def _by_direct_gaps(returns: Returns, schools: pd.DataFrame, ties: Mapping[str, int]) -> _Ranking:
    direct = np.array([criterion.statement.protects == "directly" for criterion in returns.criteria])
    applicable, kind = returns.applicable & direct, KIND[returns.codes]
    counts = pd.DataFrame(
        {
            "urn": returns.table["urn"],
            "year": returns.table["year"],
            "applicable": applicable.sum(axis=1),
            "unmet": (applicable & (kind != KINDS.index("met"))).sum(axis=1),
            "unknown": (applicable & (kind == KINDS.index("not_known"))).sum(axis=1),
        }
    )
    audits = schools.loc[schools["basis"] == "self-audit", ["urn", "year"]].merge(counts, on=["urn", "year"])
    lacking = audits[audits["unmet"] > 0].to_dict("records")
    for one in sorted(lacking, key=lambda one: (-one["unmet"], one["unknown"], ties[one["urn"]])):
        unknown = f", {one['unknown']} of them because an answer is not known" if one["unknown"] else ""
        yield (
            one["urn"],
            f"{one['unmet']} of {plural(one['applicable'], 'statement')} on the direct protection of children "
            f"{agree(one['unmet'])} not met{unknown}.",
        )


def _by_doubt(found: pd.DataFrame, ties: Mapping[str, int]) -> _Ranking:
    told = [one for one in doubts(found).to_dict("records") if one["urn"] in ties]
    for one in sorted(told, key=lambda one: (-one["weight"], ties[one["urn"]])):
        yield (
            one["urn"],
            f"{plural(one['checks'], 'check')} found something to ask about, of weight {one['weight']} in all: "
            f"{one['titles'].lower()}.",
        )


def _by_last_visit(last_visits: Mapping[str, dt.date], ties: Mapping[str, int]) -> _Ranking:
    if not last_visits:
        return
    for urn in sorted(ties, key=lambda urn: (last_visits.get(urn, dt.date.min), ties[urn])):
        visited = last_visits.get(urn)
        yield urn, f"The last visit was on {day(visited)}." if visited else "No visit is on record."


def _table(schools: pd.DataFrame, chosen: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    places = schools.set_index("urn").loc[list(chosen)].reset_index()
    rules, reasons = zip(*chosen.values(), strict=True) if chosen else ((), ())
    return typed(places.assign(order=range(1, len(places) + 1), rule=rules, reason=reasons)[list(VISITS)], VISITS)


def read_last_visits(data: bytes, file: str) -> tuple[Mapping[str, dt.date], tuple[Problem, ...]]:
    """The day of the last visit by URN, from a list with the columns *URN* and *Date*; the latest of several counts.

    Lines that cannot be used are left out and named. A school without a date may stand in the list: it is left out.
    """
    lines, problems = read_lines(
        data,
        file,
        {
            "urn": ("URN",),
            "date": ("Date", "Last visit", "Last visited", "Date of last visit", "Date visited", "Visited"),
        },
    )
    days: dict[str, dt.date] = {}
    for line in lines:
        urn, day = read_urn(line.cells["urn"], line.where("URN")), _read_day(line.cells["date"], line.where("Date"))
        problems += [fault for fault in (urn, day) if isinstance(fault, Problem)]
        if isinstance(urn, str) and isinstance(day, dt.date):
            days[urn] = max(day, days.get(urn, day))
    return days, first_problems(problems, file)


def _read_day(text: str, where: str) -> dt.date | Problem | None:
    """The day that a person typed or a spreadsheet wrote; None if empty."""
    day = re.sub(r"[ T]\d{1,2}:\d\d.*", "", text)
    if not day:
        return None
    for pattern in _DATES:
        try:
            found = dt.datetime.strptime(day, pattern).date()
        except ValueError:
            continue
        if found.year >= _EARLIEST:
            return found
    what = f'"{text[:40]}" is not the date of a visit.'
    return Problem(where=where, what=what, fix="Write day, month and year, such as 31/03/2027.")
