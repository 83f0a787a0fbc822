"""Six invented schools compared, for the tests of charts, workbook and report: small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping

from audit.authority.compare.comparison import Comparison, compare
from audit.authority.returns import Returns, collect
from audit.model import Criteria, Response, School
from tests.conftest import audit_of, returned

STATEMENTS = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
"""The four recommended statements of a primary school: two of the question First, one of Second, one of Third."""
ANSWERS: Mapping[str, Response] = {
    "m": Response(written="yes", practice=4),
    "w": Response(written="no", practice=3),
    "d": Response(written="yes", practice=1),
    "n": Response(written="no", practice=1),
    "-": Response(not_applicable="We have none."),
    "?": Response(),
}
"""Met, not written, not done, neither, not applicable, not known."""
SCHOOLS = (
    ("900001", "<b>x</b> & Sons", "mmmm"),
    ("900002", "=cmd()", "mmmd"),
    ("900003", "**bold**", "mmww"),
    ("900004", "Hilltop", "mdnn"),
    ("900005", "Hilltop", "nnnn"),
    ("900006", "Lakeside", "mm-?"),
)
"""URN, name, and the state of each statement; the names are such as a file can hold."""
BEFORE = {
    "900001": "mmmn",
    "900002": "mmmd",
    "900003": "mmmm",
    "900004": "dnnn",
    "900005": "nnnn",
    "900006": "nd-?",
}
"""The states a year earlier, of the same schools."""


def returns_of_both_years(criteria: Criteria) -> Returns:
    """The returns of the six schools for this year and the one before."""
    found = []
    for urn, name, states in SCHOOLS:
        for year, letters in (("2025/26", BEFORE[urn]), ("2026/27", states)):
            responses = {one: ANSWERS[letter] for one, letter in zip(STATEMENTS, letters, strict=True)}
            audit = audit_of(
                criteria,
                responses,
                school=School(urn=urn, name=name, phase="primary", local_authority="886"),
                year=year,
            )
            found.append(returned(audit, criteria))
    return collect(found, criteria, {urn: "Academies" for urn, _, _ in SCHOOLS})


def six_schools(criteria: Criteria, *, names: Mapping[str, str] | None = None) -> Comparison:
    """The comparison of the six schools."""
    return compare(returns_of_both_years(criteria), names=names)
