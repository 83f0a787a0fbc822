"""The app in a real browser: an audit's first question, two people at once, and no barrier to anyone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import choose, chromium, serve, settle, start_audit

PAGES = ("", "start", "answer", "check", "report", "colleagues", "criteria", "scores")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server, started as the README says, on a database of its own."""
    with serve(tmp_path_factory.mktemp("store") / "audits.sqlite3") as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session at laptop width."""
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_a_reload_finds_what_was_shown_as_saved(page: Page, address: str) -> None:
    """The first question is answered, the page reloaded, and the same question shows the same answers."""
    start_audit(page, address, urn="900301")
    choose(page, "Partly")
    choose(page, "3 In place")
    evidence = page.get_by_role("textbox", name="Evidence").first
    evidence.fill("Policy, section 2")
    evidence.press("Control+Enter")
    expect(page.get_by_text("Saved at").first).to_be_visible()
    here = page.url
    page.reload()
    settle(page)
    assert page.url == here
    expect(page.get_by_role("radio", name="Partly", exact=True).first).to_be_checked()
    expect(page.get_by_role("radio", name="3 In place").first).to_be_checked()
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Policy, section 2")


def test_every_second_change_is_kept_too(page: Page, address: str) -> None:
    """An answer changed four times in a row ends as the last one, here and after a reload."""
    start_audit(page, address, urn="900302")
    for answer in ("Yes", "Partly", "I do not know", "No"):
        choose(page, answer) if answer != "No" else page.locator("label", has_text=re.compile("^No$")).first.click()
        settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_role("radio", name="No", exact=True).first).to_be_checked()


def test_typed_evidence_survives_going_straight_to_the_next_question(page: Page, address: str) -> None:
    """Text that was typed and not confirmed is saved when the person presses Next."""
    start_audit(page, address, urn="900303")
    page.get_by_role("textbox", name="Evidence").first.fill("Minutes of the spring term")
    page.get_by_role("button", name="Next question", exact=True).click()
    page.get_by_role("heading", level=1, name="2.2.1").wait_for()
    settle(page)
    assert "question=kcc-2010_2.2.1" in page.url
    page.get_by_role("button", name="Previous question").click()
    page.get_by_role("heading", level=1, name="2.1").wait_for()
    settle(page)
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Minutes of the spring term")


def test_the_next_question_begins_at_its_top(page: Page, address: str) -> None:
    """Whoever presses Next at the foot of a page sees the heading of the next."""
    start_audit(page, address, urn="900304")
    page.get_by_role("button", name="Next question", exact=True).click()
    heading = page.get_by_role("heading", level=1, name="2.2.1")
    heading.wait_for()
    settle(page)
    expect(heading).to_be_in_viewport()


def test_two_people_with_one_answer_see_both_and_choose(page: Page, browser: Browser, address: str) -> None:
    """The second writer of an answer is shown both values; the choice made is what is stored."""
    start_audit(page, address, urn="900305")
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    other = context.new_page()
    other.goto(page.url)
    settle(other)
    choose(page, "Yes")
    choose(other, "Partly")
    expect(other.get_by_text("Two different answers")).to_be_visible()
    expect(other.get_by_text("Written: Yes")).to_be_visible()
    expect(other.get_by_text("Written: Partly")).to_be_visible()
    other.get_by_role("button", name="Keep mine").click()
    settle(other)
    page.reload()
    settle(page)
    expect(page.get_by_role("radio", name="Partly", exact=True).first).to_be_checked()
    context.close()


def test_two_people_with_different_answers_do_not_disturb_each_other(
    page: Page, browser: Browser, address: str
) -> None:
    """One says what is written while another says what is done, of the same statement: both are kept."""
    start_audit(page, address, urn="900306")
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    other = context.new_page()
    other.goto(page.url)
    settle(other)
    choose(page, "Yes")
    choose(other, "2 Partly in place")
    expect(other.get_by_text("Saved at").first).to_be_visible()
    expect(other.get_by_role("radio", name="Yes", exact=True).first).to_be_checked()
    page.reload()
    settle(page)
    expect(page.get_by_role("radio", name="Yes", exact=True).first).to_be_checked()
    expect(page.get_by_role("radio", name="2 Partly in place").first).to_be_checked()
    context.close()


def test_a_killed_server_loses_nothing_that_was_shown_as_saved(browser: Browser, tmp_path: Path) -> None:
    """The server is stopped after "saved"; a new one on the same database shows the answer at its question."""
    database = tmp_path / "audits.sqlite3"
    page = browser.new_page()
    with serve(database) as first:
        start_audit(page, first, urn="900307")
        page.get_by_role("button", name="Next question", exact=True).click()
        page.get_by_role("heading", level=1, name="2.2.1").wait_for()
        settle(page)
        choose(page, "Yes")
        expect(page.get_by_text("Saved at").first).to_be_visible()
        place = page.url.removeprefix(first)
    with serve(database) as second:
        page.goto(second)
        settle(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", level=1, name="2.2.1").wait_for()
        settle(page)
        assert page.url.removeprefix(second) == place
        expect(page.get_by_role("radio", name="Yes", exact=True).first).to_be_checked()
    page.close()


@pytest.fixture(scope="module")
def example(browser: Browser, address: str) -> str:
    """The address parameter of the example primary school's audit."""
    page = browser.new_page()
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.get_by_role("heading", level=1, name="Gap report").wait_for()
    settle(page)
    found = re.search(r"audit=(\w+)", page.url)
    page.close()
    assert found is not None
    return found[1]


def _violations(page: Page) -> list[str]:
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_page_has_a_barrier(
    browser: Browser, address: str, example: str, scheme: str, viewport: dict[str, int]
) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation on any page, every fold opened."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for name in PAGES:
        page.goto(f"{address}/{name}?audit={example}")
        settle(page)
        page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
        settle(page)
        if violations := _violations(page):
            found[name] = violations
    context.close()
    assert found == {}


def test_a_refused_form_has_no_barrier(page: Page, address: str) -> None:
    """The Start page with its faults shown, and the DfE number explained, passes axe-core too."""
    page.goto(f"{address}/start")
    settle(page)
    page.get_by_role("textbox", name="URN").fill("886/1234")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("looks like the DfE number")).to_be_visible()
    settle(page)
    assert _violations(page) == []


def test_screenshots_for_the_readme(page: Page, address: str, example: str, tmp_path: Path) -> None:
    """The README's pictures come from the running app; AUDIT_SCREENSHOTS names the folder to renew them in."""
    folder = Path(os.environ.get("AUDIT_SCREENSHOTS", tmp_path))
    page.set_viewport_size({"width": 1200, "height": 900})
    for name in ("answer", "report"):
        page.goto(f"{address}/{name}?audit={example}")
        settle(page)
        page.wait_for_timeout(1000)
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 20_000


def test_a_screenshot_of_the_heat_map_for_the_readme(page: Page, address: str, tmp_path: Path) -> None:
    """So does the picture of the heat map, drawn from the example returns."""
    folder = Path(os.environ.get("AUDIT_SCREENSHOTS", tmp_path))
    page.set_viewport_size({"width": 1200, "height": 1100})
    page.goto(f"{address}/collect")
    page.get_by_role("button", name="Open the example returns").click()
    page.get_by_text("What next").wait_for(timeout=60_000)
    page.get_by_role("link", name="Schools and questions").click()
    page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(state="attached", timeout=30_000)
    settle(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "heat_map.png")
    assert (folder / "heat_map.png").stat().st_size > 20_000
