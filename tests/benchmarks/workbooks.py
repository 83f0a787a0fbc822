"""Writing and reading one workbook, against unzipping and parsing the XML of the same file.

First the example with last year's answers in it, then invented returns of one, two and three frameworks, of which each
line says how many statements are answered.

Run: python -m tests.benchmarks.workbooks
"""

from __future__ import annotations

import io
import xml.parsers.expat
import zipfile
from pathlib import Path

from audit.criteria.load import load
from audit.model import Audit, Criteria, Scope
from audit.sample.believable import returns
from audit.workbook.read import read
from audit.workbook.write import write
from tests.benchmarks.measure import median_ms, medians_in_turn_ms, report

SAMPLE = Path(__file__).parents[2] / "sample_data" / "example-secondary-2025-26.xlsx"
RETURNS: tuple[tuple[tuple[str, ...], Scope], ...] = (
    (("kcc-2010",), "recommended"),
    (("england-2026",), "recommended"),
    (("kcc-2010", "england-2026"), "recommended"),
    (("england-2026", "policies-2017"), "all"),
    (("kcc-2010", "england-2026", "policies-2017"), "all"),
)
"""The frameworks of a return, and whether it answers the recommended statements only."""
_YARDSTICK = "unzip and parse"


def unzip_and_parse(data: bytes) -> None:
    """The floor of any reader: every XML part inflated and parsed, nothing kept."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                xml.parsers.expat.ParserCreate().Parse(package.read(name), True)


def invented(criteria: Criteria, scope: Scope) -> Audit:
    """A finished return of a primary school that answers all of these criteria, or the recommended ones."""
    return next(
        audit
        for audit in returns(criteria, schools=400, years=1, seed=1)
        if (audit.scope, audit.school.phase) == (scope, "primary") and audit.completed_on
    )


def measure(name: str, data: bytes, criteria: Criteria) -> float:
    """Measures and prints reading one workbook; returns the milliseconds of the yardstick."""
    reading, floor = medians_in_turn_ms(lambda: read(data, "a.xlsx", criteria), lambda: unzip_and_parse(data), 60)
    report(f"Reading {name}", reading, _YARDSTICK, floor, "2 or less")
    return floor


def main() -> None:
    """Measures and prints."""
    criteria, data = load(), SAMPLE.read_bytes()
    audit = read(data, SAMPLE.name, criteria).audit
    assert audit is not None
    floor = measure("one workbook", data, criteria)
    report("Writing one workbook", median_ms(lambda: write(audit, criteria), 10), _YARDSTICK, floor, "none set")
    for frameworks, scope in RETURNS:
        wanted = criteria.of([ref for ref in criteria.refs if ref.id in frameworks])
        one = invented(wanted, scope)
        name = f"a return of {', '.join(frameworks)}, {one.answered} statements answered"
        measure(name, write(one, wanted), criteria)


if __name__ == "__main__":
    main()
