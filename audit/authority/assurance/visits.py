"""Which schools to visit: by stated rules, and some by lot, so that every school may be visited.

The rules take turns, one school each, so that each rule chooses a quarter of the sample, whatever its size. A longer
sample with the same seed begins with the shorter one.

`read_last_visits` reads an adviser's list of last visits, which one of the rules needs.
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
from audit.authority.csv_file import first_problems, read_lines
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
"""How each rule chooses. Among equals the lot decides, and if a rule finds no school, the lot takes its turn."""

_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y")
"""How people and spreadsheets write a day in England."""
_EARLIEST = 1990
"""An earlier year is a typing error."""
_Ranking = Iterator[tuple[str, str]]
"""URN and reason; the school that the rule would visit first comes first."""


def visit_sample(
    returns: Returns,
    schools: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    size: int,
    seed: int,
    last_visits: Mapping[str, dt.date] = MappingProxyType({}),
) -> pd.DataFrame:
    """VISITS: so many schools, or all if there are fewer, each chosen by one rule.

    The same schools, size and seed give the same sample, in whatever order the schools come.

    Args:
        returns: the returns from which ``schools`` was made; there may be others too.
        schools: COMPARISON of one academic year with names, not codes: the schools to choose from. RETURNS works too.
        findings: CREDIBILITY of that year.
        size: the number of schools.
        seed: any whole number from 0; the reason of each school chosen by lot gives it.
        last_visits: the day of the last visit by URN.

    Raises:
        ValueError: a school is not among the returns, for example because the table shows codes.
    """
    if strangers := set(schools["urn"]) - set(returns.table["urn"]):
        raise ValueError(f"not among the returns: {', '.join(sorted(strangers))}")
    urns = sorted(schools["urn"])
    lots = np.random.default_rng(seed)
    ties = {urns[place]: lot for lot, place in enumerate(lots.permutation(len(urns)))}
    drawn = [urns[place] for place in lots.permutation(len(urns))]
    rankings: dict[str, _Ranking] = {
        "direct protection": _by_direct_gaps(returns, schools, ties),
        "least believable": _by_doubt(findings, ties),
        "longest unvisited": _by_last_visit(last_visits, ties),
        "random": ((urn, f"Drawn by lot with seed {seed}.") for urn in drawn),
    }
    chosen: dict[str, tuple[str, str]] = {}
    for rule in islice(cycle(rankings), min(size, len(urns))):
        for name in (rule, "random"):
            pick = next((pair for pair in rankings[name] if pair[0] not in chosen), None)
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
    for audit in sorted(lacking, key=lambda audit: (-audit["unmet"], audit["unknown"], ties[audit["urn"]])):
        unknown = f", {audit['unknown']} of them because an answer is not known" if audit["unknown"] else ""
        yield (
            audit["urn"],
            f"{audit['unmet']} of {plural(audit['applicable'], 'statement')} on the direct protection of children "
            f"{agree(audit['unmet'])} not met{unknown}.",
        )


def _by_doubt(findings: pd.DataFrame, ties: Mapping[str, int]) -> _Ranking:
    listed = [doubt for doubt in doubts(findings).to_dict("records") if doubt["urn"] in ties]
    for doubt in sorted(listed, key=lambda doubt: (-doubt["weight"], ties[doubt["urn"]])):
        yield (
            doubt["urn"],
            f"{plural(doubt['checks'], 'check')} found something to ask about, of weight {doubt['weight']} in all: "
            f"{doubt['titles'].lower()}.",
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
    """The day of the last visit by URN, from a list with the columns *URN* and *Date*; of several dates the latest counts.

    Lines that cannot be used are left out and reported. A school may be in the list without a date: it is left out.
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
            visited = dt.datetime.strptime(day, pattern).date()
        except ValueError:
            continue
        if visited.year >= _EARLIEST:
            return visited
    what = f'"{text[:40]}" is not the date of a visit.'
    return Problem(where=where, what=what, fix="Write day, month and year, such as 31/03/2027.")
