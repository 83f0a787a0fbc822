"""Writing and reading one workbook, against unzipping and parsing the XML of the same file.

Run: python -m tests.benchmarks.workbooks
"""

from __future__ import annotations

import io
import xml.parsers.expat
import zipfile
from pathlib import Path

from audit.criteria.load import load
from audit.workbook.read import read
from audit.workbook.write import write
from tests.benchmarks.measure import median_ms, medians_in_turn_ms, report

SAMPLE = Path(__file__).parents[2] / "sample_data" / "example-secondary-2025-26.xlsx"


def unzip_and_parse(data: bytes) -> None:
    """The floor of any reader: every XML part inflated and parsed, nothing kept."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                xml.parsers.expat.ParserCreate().Parse(package.read(name), True)


def main() -> None:
    """Measures and prints."""
    criteria, data = load(), SAMPLE.read_bytes()
    audit = read(data, SAMPLE.name, criteria).audit
    assert audit is not None
    yardstick = "unzip and parse"
    reading, floor = medians_in_turn_ms(lambda: read(data, "a.xlsx", criteria), lambda: unzip_and_parse(data))
    report("Reading one workbook", reading, yardstick, floor, "2 or less")
    report("Writing one workbook", median_ms(lambda: write(audit, criteria), 10), yardstick, floor, "none set")


if __name__ == "__main__":
    main()
