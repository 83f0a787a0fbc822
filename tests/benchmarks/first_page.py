"""From starting the server to the first page at rest, against a hello-world Streamlit app.

Run: python -m tests.benchmarks.first_page
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser

from tests.benchmarks.measure import median, report, write_script
from tests.browser import ROOT, chromium, serve

ROUNDS = 5


def first_page(browser: Browser, database: Path, script: Path, words: str) -> float:
    """Milliseconds from the start of the server until the page shows certain words."""
    begin = perf_counter()
    with serve(database, script, "--browser.gatherUsageStats", "false") as address:
        page = browser.new_page()
        page.goto(address)
        page.get_by_text(words).first.wait_for()
        elapsed = (perf_counter() - begin) * 1000
        page.close()
    return elapsed


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        hello = write_script(folder, "import streamlit as st\nst.title('Hello world')\n")
        pairs = [
            (
                first_page(browser, folder / f"{n}.sqlite3", ROOT / "app.py", "Your audits"),
                first_page(browser, folder / "unused.sqlite3", hello, "Hello world"),
            )
            for n in range(ROUNDS)
        ]
    own, theirs = (median(values) for values in zip(*pairs, strict=True))
    report("Start to first page", own, "a hello-world app", theirs, "none set")


if __name__ == "__main__":
    main()
