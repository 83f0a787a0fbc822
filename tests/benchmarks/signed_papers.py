"""Making a governors' pack, and verifying signed files, against making a bare page and writing a workbook.

Run: python -m tests.benchmarks.signed_papers
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typst

from audit.criteria.load import load
from audit.reports.pack import governors_pack
from audit.reports.pack_inputs import PackInputs
from audit.school.moves import compare_each
from audit.school.outcome import outcome
from audit.verify import verify
from audit.workbook.read import read
from audit.workbook.write import write
from tests.benchmarks.measure import median_ms, medians_in_turn_ms, report

SAMPLE = Path(__file__).parents[2] / "sample_data" / "example-primary-2024-25.xlsx"
BARE = b'#set document(title: [Bare])\n#set text(lang: "en")\nA line.'


def main() -> None:
    """Measures and prints."""
    loaded, data = load(), SAMPLE.read_bytes()
    reading = read(data, SAMPLE.name, loaded)
    assert reading.audit is not None
    audit, criteria = reading.audit, reading.criteria or loaded
    inputs = PackInputs(parts=compare_each([outcome(audit, criteria)], ()), today=dt.date(2026, 11, 22))
    making, bare = medians_in_turn_ms(
        lambda: governors_pack(inputs), lambda: typst.compile(BARE, format="pdf", pdf_standards=["ua-1"]), 10
    )
    report("Making one pack", making, "a bare page of Typst", bare, "none set")
    papers = governors_pack(inputs)
    writing = median_ms(lambda: write(audit, criteria), 10)
    report(
        "Verifying a pack",
        median_ms(lambda: verify(papers, "a.pdf", loaded), 10),
        "writing one workbook",
        writing,
        "none set",
    )
    report(
        "Verifying a workbook",
        median_ms(lambda: verify(data, "a.xlsx", loaded), 10),
        "writing one workbook",
        writing,
        "none set",
    )


if __name__ == "__main__":
    main()
