"""Every page in a real browser: how wide it is, and that it asks nothing of another computer.

The authority's pages are always as wide as the window, all others are narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from audit.model import Audit, Criteria, School
from audit.store.audits import Store
from audit.ui.navigation import AUTHORITY, GROUPS, HOME, Entry
from tests.browser import open_examples, serve, settle

EVERY_PAGE = (HOME, *(entry for group in GROUPS for entry in group.entries))
NARROW = 900
"""Pixels: a narrow page is never as wide, and a wide one always wider, on a laptop or beyond."""
WIDTHS = (1280, 1920)
OURS = re.compile(r"(?:https?|wss?)://127\.0\.0\.1(?::\d+)?/|data:|blob:")
"""The addresses that lead to this computer."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the app under test."""
    return tmp_path_factory.mktemp("store") / "audits.sqlite3"


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """One server on a database of its own, with the example returns read."""
    with serve(database) as url:
        yield url


@pytest.fixture(scope="module")
def collection(browser: Browser, address: str) -> str:
    """The part of the address that opens the example returns."""
    return open_examples(browser, address)


@pytest.fixture
def audit(database: Path, shipped: Criteria) -> str:
    """The part of the address that opens a school's audit."""
    store = Store(f"sqlite:///{database}")
    school = School(urn="900001", name="Hilltop", phase="primary")
    audit_id = store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs))
    store.close()
    return f"audit={audit_id}"


def is_right(page: Page, entry: Entry) -> bool:
    """Whether the main block of the page that is open is as wide as it should be, on a laptop and on a large screen."""
    settle(page)
    wide = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        block: int = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').clientWidth")
        wide.append(block > NARROW)
    return wide == [entry in AUTHORITY.entries] * len(WIDTHS)


def turn_to(page: Page, entry: Entry) -> None:
    """Another page, by the menu."""
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name=entry.title, exact=True).click()
    path = "" if entry is HOME else entry.file
    page.wait_for_url(lambda url: url.partition("?")[0].rstrip("/").endswith(path))


def test_a_page_is_as_wide_after_any_click(browser: Browser, address: str, collection: str) -> None:
    """Through the whole menu, and after each click from a wide page to a narrow one and back, no width is by chance."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    page.goto(f"{address}/?{collection}")
    settle(page)
    wide, narrow = AUTHORITY.entries, [entry for entry in EVERY_PAGE if entry not in AUTHORITY.entries]
    to_and_fro = [entry for pair in zip(wide, narrow, strict=False) for entry in pair]
    wrong = []
    for entry in (*EVERY_PAGE, *to_and_fro):
        turn_to(page, entry)
        if not is_right(page, entry):
            wrong.append(entry.title)
    page.close()
    assert wrong == []


def test_a_page_opened_by_its_address_is_as_wide_and_asks_nothing_of_another_computer(
    browser: Browser, address: str, collection: str, audit: str
) -> None:
    """A deep link shows each page as wide as a click does, a refresh keeps the width, and every request stays here."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong = []
    for entry in EVERY_PAGE:
        page.goto(f"{address}/{'' if entry is HOME else entry.file}?{collection}&{audit}")
        right = is_right(page, entry)
        if entry in (HOME, AUTHORITY.entries[0], AUTHORITY.entries[-1]):
            page.reload()
            right = right and is_right(page, entry)
        if not right:
            wrong.append(entry.title)
    page.close()
    assert wrong == []
    assert [url for url in asked if not OURS.match(url)] == []
