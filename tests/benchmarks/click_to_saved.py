"""From answering to "saved" on the fullest question pages, against one click in a bare one-radio app.

The fullest page is one of the template as printed; beside it stands one of today's duties, in an audit of all frameworks.

Run: python -m tests.benchmarks.click_to_saved
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from audit.criteria.load import load
from audit.model import Audit, Criteria, School
from audit.store.audits import Store
from tests.benchmarks.measure import click, listen, median, report, write_script
from tests.browser import chromium, serve, settle

ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A question page, how many statements it shows, and the audit that it belongs to."""

    question: str
    optional: bool
    shown: int
    frameworks: tuple[str, ...] = ("kcc-2010",)


PAGES = (
    Measured(question="kcc-2010_2.3.7", optional=False, shown=4),
    Measured(question="kcc-2010_2.3.7", optional=True, shown=15),
    Measured(
        question="england-2026_6.1", optional=False, shown=5, frameworks=("kcc-2010", "england-2026", "policies-2017")
    ),
)


def bare(page: Page, address: str) -> float:
    """Median milliseconds of a click in an app of one radio, at Streamlit's default settings."""
    page.goto(address)
    settle(page)
    options = [page.locator("label", has_text=name).last for name in ("No", "Yes")]
    return median([click(options[number % 2]) for number in range(ROUNDS)][5:])


def ours(page: Page, address: str, measured: Measured, audit_id: str) -> float:
    """Median milliseconds from choosing an answer to its being shown as saved."""
    page.goto(f"{address}/answer?audit={audit_id}&question={measured.question}")
    settle(page)
    if measured.optional:
        page.locator("label", has_text="Show the optional statements").click()
        settle(page)
    shown = page.get_by_text("Is it written").count()
    assert shown == measured.shown, f"{shown} statements on the page"
    options = [page.locator("label", has_text=name).first for name in ("Partly", "Yes")]
    times = [click(options[number % 2]) for number in range(ROUNDS)][5:]
    assert page.get_by_text("Saved at").count() == 1
    return median(times)


def stored(database: Path, criteria: Criteria) -> tuple[str, ...]:
    """An audit for each page, as printed, in a new database; returns their ids."""
    with closing(Store(f"sqlite:///{database}")) as store:
        return tuple(
            store.add(
                Audit(
                    school=School(urn=f"90012{number}", name="Hilltop Primary", phase="primary"),
                    year="2026/27",
                    frameworks=tuple(ref for ref in criteria.refs if ref.id in measured.frameworks),
                )
            )
            for number, measured in enumerate(PAGES)
        )


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        script = write_script(folder, "import streamlit as st\nst.radio('Answer', ['Yes', 'No'])\n")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        listen(page)
        with serve(folder / "unused.sqlite3", script, "--browser.gatherUsageStats", "false") as address:
            theirs = bare(page, address)
        audits = stored(folder / "audits.sqlite3", load())
        with serve(folder / "audits.sqlite3") as address:
            own = [ours(page, address, *one) for one in zip(PAGES, audits, strict=True)]
    for measured, time in zip(PAGES, own, strict=True):
        name = f"Answer to saved, {measured.question} with {measured.shown} statements on the page"
        report(name, time, "one click in a bare one-radio app", theirs, "0.8 or less")


if __name__ == "__main__":
    main()
