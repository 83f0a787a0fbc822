"""From answering to "saved" on the fullest question page, against one click in a bare one-radio app.

Run: python -m tests.benchmarks.click_to_saved
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks.measure import click, listen, median, report, write_script
from tests.browser import chromium, serve, settle, start_audit

FULLEST = "kcc-2010_2.3.7"
ROUNDS = 60


def bare(page: Page, address: str) -> float:
    """Median milliseconds of a click in an app of one radio, at Streamlit's default settings."""
    page.goto(address)
    settle(page)
    options = [page.locator("label", has_text=name).last for name in ("No", "Yes")]
    return median([click(options[number % 2]) for number in range(ROUNDS)][5:])


def ours(page: Page, address: str, *, optional: bool) -> float:
    """Median milliseconds from choosing an answer to its being shown as saved, on the fullest question page.

    Args:
        page: a browser page.
        address: of the server.
        optional: whether the optional statements are shown too: 15 statements instead of 4.
    """
    start_audit(page, address, urn=f"90012{optional:d}")
    page.goto(page.url.replace("kcc-2010_2.1", FULLEST))
    settle(page)
    if optional:
        page.locator("label", has_text="Show the optional statements").click()
        settle(page)
    shown = page.get_by_text("Is it written").count()
    assert shown == (15 if optional else 4), f"{shown} statements on the page"
    options = [page.locator("label", has_text=name).first for name in ("Partly", "Yes")]
    times = [click(options[number % 2]) for number in range(ROUNDS)][5:]
    assert page.get_by_text("Saved at").count() == 1
    return median(times)


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        script = write_script(folder, "import streamlit as st\nst.radio('Answer', ['Yes', 'No'])\n")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        listen(page)
        with serve(folder / "unused.sqlite3", script, "--browser.gatherUsageStats", "false") as address:
            theirs = bare(page, address)
        with serve(folder / "audits.sqlite3") as address:
            own = {optional: ours(page, address, optional=optional) for optional in (False, True)}
    for optional, time in own.items():
        name = f"Answer to saved, {15 if optional else 4} statements on the page"
        report(name, time, "one click in a bare one-radio app", theirs, "0.8 or less")


if __name__ == "__main__":
    main()
