"""While a collection is being read, no page and no download of the authority shows a figure of it; in a real browser."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.store.collections import AuthorityStore, KeptFile
from tests.browser import serve, settle
from tests.test_authority_browser import LAPTOP, PAGES, RETURNS, THIS_YEAR

MANY = 1_000
FIGURES = "[data-testid=stMetric], [data-testid=stDownloadButton], [data-testid=stPlotlyChart], table, [role=grid]"
READING = re.compile(r"\d+ of \d+ files read(?:, (?:about )?\d+ (?:second|minute)s? left)?")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session at laptop width."""
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database of the server under test."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'audits.sqlite3'}"


@pytest.fixture(scope="module")
def store(url: str) -> Iterator[AuthorityStore]:
    """The same database, as another program sees it."""
    opened = AuthorityStore(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(url: str) -> Iterator[str]:
    """A server that has one processor for itself and all its workers, so that reading takes its time."""
    everywhere = os.sched_getaffinity(0) if sys.platform == "linux" else None
    if everywhere:
        os.sched_setaffinity(0, {min(everywhere)})  # what is started now inherits it
    try:
        with serve(Path(url.removeprefix("sqlite:///"))) as served:
            if everywhere:
                os.sched_setaffinity(0, everywhere)
            yield served
    finally:
        if everywhere:
            os.sched_setaffinity(0, everywhere)


def many(first: int, number: int) -> Iterator[KeptFile]:
    """Returns of a dozen schools, sent again and again under other names."""
    data = [path.read_bytes() for path in THIS_YEAR if "900112" not in path.name]
    for place in range(first, first + number):
        yield KeptFile(file=f"return-{place}.xlsx", data=data[place % len(data)])


@pytest.fixture(scope="module")
def collection(store: AuthorityStore) -> str:
    """A collection of very many files, of which none has been read since the server started."""
    found = store.start("Being read", settings={"authority": "886"})
    store.add_files(found, many(0, MANY))
    read_anew(store, found)
    return found


def read_anew(store: AuthorityStore, collection: str) -> None:
    """Gives the register, or takes it away: either way every file is read anew."""
    kept = store.load(collection)
    assert kept is not None
    data = b"" if "register" in kept.documents else (RETURNS / "register.csv").read_bytes()
    store.put_document(collection, "register", file="register.csv", data=data)


WAITS = "The figures and downloads of this collection are shown as soon as every file is read."


def shown(page: Page) -> str:
    """The text of the page, without what an upload may be."""
    text: str = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid=stMain]').cloneNode(true);
            main.querySelectorAll('[data-testid=stFileUploader], style, script').forEach(one => one.remove());
            return main.textContent;
        }"""
    )
    return text


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_a_figure_while_files_are_read(
    page: Page, address: str, store: AuthorityStore, collection: str, name: str
) -> None:
    """Reached by its address after a restart or with another register, a page tells only how far the reading is."""
    for _ in range(20):
        page.goto(f"{address}/{name}?collection={collection}&school=900101")
        page.get_by_text(WAITS).or_(page.locator(FIGURES).first).first.wait_for(state="attached")
        page.wait_for_timeout(500)
        before, figures, text = shown(page), page.locator(FIGURES).count(), shown(page)
        if WAITS in before and WAITS in text:  # it was read all the while
            assert figures == 0
            assert re.findall(r"[0-9]+", READING.sub("", text.replace("kcc-2010, edition 2010", ""))) == [], text
            return
        read_anew(store, collection)
    raise AssertionError("the page was never seen while files were read")


def test_what_another_tab_takes_in_takes_every_figure_away(
    page: Page, address: str, store: AuthorityStore, collection: str
) -> None:
    """A tab that nobody touches turns to how far the reading is, and then shows the figures of all the files."""
    page.goto(f"{address}/tracker?collection={collection}")
    page.locator("table").first.wait_for()
    settle(page)
    store.add_files(collection, many(MANY, MANY))
    expect(page.get_by_text(READING)).to_be_visible()
    expect(page.locator(FIGURES)).to_have_count(0)
    assert re.findall(r"[0-9]+", READING.sub("", shown(page))) == []
    page.locator("table").first.wait_for()
    page.goto(f"{address}/collect?collection={collection}")
    expect(page.get_by_test_id("stMetric").first).to_contain_text(f"{2 * MANY}")


def test_a_cancelled_reading_shows_no_figure(page: Page, address: str, store: AuthorityStore, collection: str) -> None:
    """Until the rest is read, the pages say how many files wait, and nothing else."""
    read_anew(store, collection)
    page.goto(f"{address}/collect?collection={collection}")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Read the rest").wait_for()
    page.goto(f"{address}/overview?collection={collection}")
    page.get_by_role("button", name="Read the rest").wait_for()
    settle(page)
    expect(page.locator(FIGURES)).to_have_count(0)
