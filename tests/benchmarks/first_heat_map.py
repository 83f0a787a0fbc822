"""From opening the page of 500 schools to its first heat map, against a bare app that draws a heat map of that size.

Run: python -m tests.benchmarks.first_heat_map [SCHOOLS]

Measured twice: when the server has read the returns already, and after a restart, when it reads the kept files again
first. The yardstick is a Streamlit app of a dozen lines with one plotly heat map of 25 rows and 19 columns.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser

from audit.store.collections import AuthorityStore, KeptFile
from tests.benchmarks.measure import median, report, write_script
from tests.benchmarks.reading import make
from tests.browser import chromium, serve

ROUNDS = 5
PATIENCE = 300_000
YARDSTICK = """import plotly.graph_objects as go
import streamlit as st
cells = [[(row * column) % 5 for column in range(19)] for row in range(25)]
texts = [[f"{value}/4" for value in row] for row in cells]
st.plotly_chart(go.Figure(go.Heatmap(z=cells, text=texts, texttemplate="%{text}")))
"""


def to_heat_map(browser: Browser, address: str) -> float:
    """Milliseconds from opening a page in a new tab until a heat map is drawn on it."""
    page = browser.new_page()
    begin = perf_counter()
    page.goto(address)
    page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(state="attached", timeout=PATIENCE)
    elapsed = (perf_counter() - begin) * 1000
    page.close()
    return elapsed


def keep_returns(folder: Path, schools: int, database: Path) -> str:
    """A collection with the returns of so many schools; its id."""
    store = AuthorityStore(f"sqlite:///{database}")
    collection = store.start("Benchmark", settings={})
    store.add_files(collection, (KeptFile(file=p.name, data=p.read_bytes()) for p in make(folder, schools)))
    store.close()
    return collection


def main() -> None:
    """Measures and prints."""
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder, database = Path(name), Path(name) / "audits.sqlite3"
        collection = keep_returns(folder, schools, database)
        with serve(database) as ours:
            address = f"{ours}/schools?collection={collection}"
            cold = to_heat_map(browser, address)
            page = browser.new_page()
            page.goto(f"{ours}/collect?collection={collection}")
            page.get_by_text("What next").wait_for(timeout=PATIENCE)  # every file has its verdict
            page.close()
            warm = median(to_heat_map(browser, address) for _ in range(ROUNDS))
        with serve(folder / "unused.sqlite3", write_script(folder, YARDSTICK)) as bare:
            theirs = median(to_heat_map(browser, bare) for _ in range(ROUNDS))
    report(f"First heat map of {schools} schools", warm, "a bare heat map", theirs, "none set")
    report("The same after a restart, as soon as some returns are read", cold, "a bare heat map", theirs, "none set")


if __name__ == "__main__":
    main()
