"""How wide each page is in a real browser: the authority's pages always as wide as the window, all others narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from audit.ui.navigation import AUTHORITY, GROUPS, HOME, Entry
from tests.browser import open_examples, serve, settle

EVERY_PAGE = (HOME, *(entry for group in GROUPS for entry in group.entries))
NARROW = 900
"""Pixels: a narrow page is never as wide, and a wide one always wider, on a laptop or beyond."""
WIDTHS = (1280, 1920)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server on a database of its own, with the example returns read."""
    with serve(tmp_path_factory.mktemp("store") / "audits.sqlite3") as url:
        yield url


@pytest.fixture(scope="module")
def collection(browser: Browser, address: str) -> str:
    """The part of the address that opens the example returns."""
    return open_examples(browser, address)


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


def test_a_page_is_as_wide_when_it_is_opened_by_its_address(browser: Browser, address: str, collection: str) -> None:
    """A deep link shows each page as wide as a click does, and a refresh keeps the width."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    wrong = []
    for entry in EVERY_PAGE:
        page.goto(f"{address}/{'' if entry is HOME else entry.file}?{collection}")
        right = is_right(page, entry)
        if entry in (HOME, AUTHORITY.entries[0], AUTHORITY.entries[-1]):
            page.reload()
            right = right and is_right(page, entry)
        if not right:
            wrong.append(entry.title)
    page.close()
    assert wrong == []
