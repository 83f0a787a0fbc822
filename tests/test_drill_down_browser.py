"""From a figure down to what is behind it, in a real browser: by a click, by keyboard, after a refresh, with filters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import open_examples, serve, settle
from tests.test_authority_browser import go, unfold


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server on a database of its own."""
    with serve(tmp_path_factory.mktemp("store") / "audits.sqlite3") as url:
        yield url


@pytest.fixture(scope="module")
def collection(browser: Browser, address: str) -> str:
    """The part of the address that opens the example returns, all of them read."""
    return open_examples(browser, address)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session at laptop width."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1400})
    yield opened
    opened.close()


def only_primary(page: Page) -> None:
    """Chooses a phase under Filters."""
    unfold(page, "Filters")
    page.get_by_role("combobox", name="Phase").click()
    page.get_by_role("option", name="Primary").click()
    page.keyboard.press("Escape")
    settle(page)


def click_within(page: Page, nth: int, across: float, down: float) -> None:
    """Clicks a chart at a share of the width and height of its frame of cells or bars."""
    frame = page.locator(".js-plotly-plot").nth(nth).locator(".nsewdrag").first
    frame.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * across - 3, box["y"] + box["height"] * down)
    page.wait_for_timeout(300)
    page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def test_a_click_on_a_cell_opens_that_school_at_that_question(page: Page, address: str, collection: str) -> None:
    """The first cell is the first school and question; a refresh shows the same, and the filters are those set before."""
    page.goto(f"{address}/schools?{collection}")
    settle(page)
    only_primary(page)
    click_within(page, 0, 0.01, 0.02)
    page.get_by_role("heading", level=1, name="One school").wait_for()
    settle(page)
    for _ in range(2):
        expect(page.get_by_role("heading", name="Policy and lead (2.1): ")).to_be_visible()
        expect(page.get_by_text("URN 900101")).to_be_visible()
        expect(page.get_by_text("In view: 2025/26 · Primary")).to_be_visible()
        page.reload()
        settle(page)


def test_the_table_beside_a_heat_map_leads_to_the_same_by_keyboard(page: Page, address: str, collection: str) -> None:
    """Every cell of the table is a link; Enter on one opens the school at the question of its column."""
    page.goto(f"{address}/schools?{collection}")
    settle(page)
    unfold(page, "Table: Statements met, by school and question")
    row = page.get_by_role("row", name="Acornbourne Example Primary School").first
    row.get_by_role("link").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="One school").wait_for()
    settle(page)
    expect(page.get_by_role("heading", name="Parents (2.5.3): ")).to_be_visible()
    expect(page.get_by_text("URN 900101")).to_be_visible()


def test_a_click_on_a_common_gap_lists_the_schools_behind_it(page: Page, address: str, collection: str) -> None:
    """As many schools are listed as the bar counts, each a link to its answers; a refresh shows the list again."""
    page.goto(f"{address}/common_gaps?{collection}")
    settle(page)
    title = page.get_by_role("heading", name="is missed most, by").inner_text()
    missing = title.partition(", by ")[2].split(" ")[0]
    what = title.partition(" is missed")[0]
    click_within(page, 0, 0.05, 0.03)
    listed = page.get_by_role("heading", name=f"{what} is missed by {missing} schools")
    for _ in range(2):
        expect(listed).to_be_visible()
        table = page.get_by_role("region", name=f"Schools that miss {what}")
        expect(table.get_by_role("rowheader")).to_have_count(int(missing))
        page.reload()
        settle(page)
    table.get_by_role("link").first.click()
    page.get_by_role("heading", level=1, name="One school").wait_for()
    settle(page)
    expect(page.get_by_role("heading", name=what.split(" (", maxsplit=1)[0]).first).to_be_visible()


def test_filters_hold_after_a_refresh(page: Page, address: str, collection: str) -> None:
    """The address says what is in view: chosen here, it holds after a refresh, on the next page and after its refresh."""
    page.goto(f"{address}/overview?{collection}")
    settle(page)
    only_primary(page)
    in_view = page.get_by_text("In view: 2025/26 · Primary")
    page.reload()
    settle(page)
    expect(in_view).to_be_visible(timeout=30_000)
    go(page, "Common gaps and training")
    page.reload()
    settle(page)
    expect(in_view).to_be_visible(timeout=30_000)


def test_a_letter_is_named_for_its_school(page: Page, address: str, collection: str) -> None:
    """Heading, button and file say whose letter it is."""
    page.goto(f"{address}/write_back?{collection}")
    settle(page)
    expect(page.get_by_role("heading", name="Letter to Acornbourne Example Primary School")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Letter to Acornbourne Example Primary School").click()
    assert waiting.value.suggested_filename == "900101 Acornbourne Example Primary School 2025-26.docx"
