"""Comparing schools, against one count of the same answers by statement and code (`numpy.bincount`).

Run: python -m tests.benchmarks.comparison [SCHOOLS [FRAMEWORK]]

Each size runs in a process of its own, so that its memory is its own. The comparison is measured from the matrix of
answers to its tables: COMPARISON, OVERVIEW, COMMON_GAPS and SPREAD, which is all that counts over schools. TRAINING
(which lists the names of the schools) and QUESTIONS (one row per school and question) are made when they are asked
for; the last line measures them as well.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import numpy as np

from audit.authority.compare.comparison import compare
from audit.authority.returns import NOT_ASKED, Codes, Return, Returns, criteria_compared
from audit.authority.tables import RETURNS
from audit.criteria.load import load
from audit.model import PHASES, AuditHead, Criteria, School
from audit.tables import typed
from tests.benchmarks.measure import median_ms, report

SIZES = (500, 5_000, 25_000)
SHARES = (0.02, 0.70, 0.15, 0.03, 0.05, 0.03, 0.02)
"""Schools of each phase."""
PRINTED = 0.1
"""Audits that were begun as printed, so that they also count what law or guidance has overtaken."""
TABLES = ("schools", "by_phase", "common_gaps", "spread")
MORE = ("training", "questions")


def synthetic(criteria: Criteria, schools: int) -> Returns:
    """Returns of one year that answer every statement by chance."""
    random = np.random.default_rng(1)
    codes = random.integers(0, NOT_ASKED, size=(schools, len(tuple(criteria))), dtype=np.uint8)
    table = {
        "urn": [str(900_001 + number) for number in range(schools)],
        "school": [f"School {number:05d}" for number in range(schools)],
        "phase": random.choice(PHASES, schools, p=SHARES),
        "type": random.choice(["Academies", "Maintained", "Other"], schools),
        "local_authority": "",
        "year": "2026/27",
        "basis": "self-audit",
        "scope": "all",
        "completed_on": np.datetime64("NaT", "us"),
        "file": [f"{number}.xlsx" for number in range(schools)],
    }
    school = School(urn="900001", name="School", phase="primary")
    heads = [
        AuditHead(school=school, year="2026/27", frameworks=criteria.refs, as_printed=is_printed)
        for is_printed in (False, True)
    ]
    printed = random.random(schools) < PRINTED
    items = [
        Return(file=file, digest=file, problems=(), read_head=heads[is_printed])
        for file, is_printed in zip(table["file"], printed.tolist(), strict=True)
    ]
    return Returns(criteria=criteria, items=items, table=typed(table, RETURNS), codes=codes)


def count(codes: Codes) -> object:
    """The yardstick: how often each statement has each code."""
    statements = codes.shape[1]
    numbers = codes + np.arange(statements, dtype=np.intp) * (NOT_ASKED + 1)
    return np.bincount(numbers.ravel(), minlength=statements * (NOT_ASKED + 1))


def tables(returns: Returns, *names: str) -> None:
    """A comparison with these tables made."""
    found = compare(returns)
    for name in names:
        getattr(found, name)


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(schools: int, framework: str) -> None:
    """Measures one size and prints.

    Args:
        schools: how many schools.
        framework: the id of the framework; empty for the usual one.
    """
    criteria = criteria_compared(load(), framework)
    assert isinstance(criteria, Criteria), criteria
    returns = synthetic(criteria, schools)
    yardstick, before = median_ms(lambda: count(returns.codes), 20), megabytes()
    ours, least = median_ms(lambda: tables(returns, *TABLES), 10), megabytes()
    every = median_ms(lambda: tables(returns, *TABLES, *MORE), 5)
    aim = "10 or less" if schools == max(SIZES) else "none set"
    report(f"{schools:,} schools compared", ours, "numpy.bincount", yardstick, aim)
    report(f"{schools:,} schools, every table", every, "numpy.bincount", yardstick, "none set")
    print(f"  memory: {before:.0f} MB before, {least:.0f} MB compared, {megabytes():.0f} MB with every table")


def main() -> None:
    """Measures each size in a process of its own."""
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]), "".join(sys.argv[2:3]))
    if len(sys.argv) == 1:
        for schools in SIZES:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.comparison", str(schools)], check=True)


if __name__ == "__main__":
    main()
