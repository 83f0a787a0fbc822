"""The app in a real browser: an audit's first question, two people at once, and no barrier to anyone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from audit.model import Audit, Carried, Criteria, Response, School, Signature
from audit.school.proposals import start_from
from audit.store.audits import Store
from tests.browser import choose, serve, settle, start_audit

PAGES = ("", "start", "answer", "details", "check", "report", "colleagues", "criteria", "who", "scores")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file behind the one server."""
    return tmp_path_factory.mktemp("store") / "audits.sqlite3"


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """One server, started as the README says, on a database of its own."""
    with serve(database) as url:
        yield url


@pytest.fixture(scope="module")
def store(database: Path) -> Iterator[Store]:
    """The server's store, seen from beside it."""
    opened = Store(f"sqlite:///{database}")
    yield opened
    opened.close()


def _last_year(criteria: Criteria, urn: str) -> Audit:
    """An audit of 2025/26 with the first two statements answered."""
    met = Response(written="yes", practice=3, evidence="Minutes of May")
    return Audit(
        school=School(urn=urn, name="Dale Primary", phase="primary"),
        year="2025/26",
        frameworks=criteria.refs,
        responses={"kcc-2.1-k1": met, "kcc-2.1-k2": met},
    )


def _sign(store: Store, audit_id: str, criteria: Criteria) -> None:
    """The headteacher signs, as another person does beside the open browser."""
    seen = store.load(audit_id)
    assert seen is not None
    signature = Signature(role="headteacher", on=dt.date(2026, 11, 2))
    store.sign_offs.sign(audit_id, signature, seen=seen, criteria=criteria)


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
    page.get_by_role("heading", level=1, name="2.2.3").wait_for()
    settle(page)
    assert "question=kcc-2010_2.2.3" in page.url
    page.get_by_role("button", name="Previous question").click()
    page.get_by_role("heading", level=1, name="2.1").wait_for()
    settle(page)
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Minutes of the spring term")


def test_the_next_question_begins_at_its_top(page: Page, address: str) -> None:
    """Whoever presses Next at the foot of a page sees the heading of the next."""
    start_audit(page, address, urn="900304")
    page.get_by_role("button", name="Next question", exact=True).click()
    heading = page.get_by_role("heading", level=1, name="2.2.3")
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
        page.get_by_role("heading", level=1, name="2.2.3").wait_for()
        settle(page)
        choose(page, "Yes")
        expect(page.get_by_text("Saved at").first).to_be_visible()
        place = page.url.removeprefix(first)
    with serve(database) as second:
        page.goto(second)
        settle(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", level=1, name="2.2.3").wait_for()
        settle(page)
        assert page.url.removeprefix(second) == place
        expect(page.get_by_role("radio", name="Yes", exact=True).first).to_be_checked()
    page.close()


def test_last_years_answer_is_confirmed_by_keyboard(page: Page, address: str, store: Store, shipped: Criteria) -> None:
    """One key press on "Still true" stores last year's answer; a reload shows it, and the other still waiting."""
    audit_id = store.add(start_from(_last_year(shipped, "900308"), shipped, year="2026/27", as_printed=True))
    page.goto(f"{address}/answer?audit={audit_id}&question=kcc-2010_2.1")
    settle(page)
    expect(page.get_by_text("To be confirmed.")).to_have_count(2)
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Minutes of May")
    page.get_by_role("button", name="Still true").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text("To be confirmed.")).to_have_count(1)
    expect(page.get_by_text("1 of 53 answered, 1 to confirm")).to_be_visible()
    expect(page.get_by_role("radio", name="3 In place").first).to_be_checked()


def test_an_answer_that_comes_after_the_signature_is_refused(
    page: Page, address: str, store: Store, shipped: Criteria
) -> None:
    """Somebody signs while this page is open: the next click says that nothing was stored, and why."""
    audit_id = store.add(_last_year(shipped, "900309"))
    page.goto(f"{address}/answer?audit={audit_id}&question=kcc-2010_2.1")
    settle(page)
    _sign(store, audit_id, shipped)
    choose(page, "4 Embedded")
    expect(page.get_by_text("Not saved: the audit was signed meanwhile")).to_be_visible()
    assert store.stored(audit_id)["kcc-2.1-k1"].response.practice == 3
    page.reload()
    settle(page)
    expect(page.get_by_text("signed by the headteacher on 2 November 2026")).to_be_visible()
    assert page.get_by_role("radio").count() == 0


@pytest.fixture(scope="module")
def second_year(store: Store, shipped: Criteria) -> tuple[str, str]:
    """The ids of an audit of 2025/26 that is signed, and of one of 2026/27 that begins with its answers."""
    last = _last_year(shipped, "900310")
    begun = start_from(last, shipped, year="2026/27", as_printed=True)
    anew = {**begun.carried, "kcc-2.1-k2": Carried(response=Response(written="no", practice=1), revision=9)}
    signed_id, begun_id = store.add(last), store.add(dataclasses.replace(begun, carried=anew))
    _sign(store, signed_id, shipped)
    return signed_id, begun_id


@pytest.fixture(scope="module")
def example(browser: Browser, address: str) -> str:
    """The address parameter of the example primary school's audit."""
    page = browser.new_page()
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Open", exact=True).nth(1).click()  # 2025/26
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


def _barriers(browser: Browser, addresses: list[str], **look: object) -> dict[str, list[str]]:
    """What axe-core finds at each address, every fold opened; only where it finds something."""
    context = browser.new_context(**look)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for address in addresses:
        page.goto(address)
        settle(page)
        page.mouse.move(0, 0)
        page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
        settle(page)
        if violations := _violations(page):
            found[address] = violations
    context.close()
    return found


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_no_page_has_a_barrier(
    browser: Browser, address: str, example: str, viewport: dict[str, int], scheme: str
) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation on any page."""
    pages = [f"{address}/{name}?audit={example}" for name in PAGES]
    assert _barriers(browser, pages, viewport=viewport, color_scheme=scheme) == {}


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_no_page_of_a_second_year_has_a_barrier(
    browser: Browser, address: str, second_year: tuple[str, str], viewport: dict[str, int], scheme: str
) -> None:
    """Nor on the pages of a signed audit, and of one that begins with last year's answers."""
    signed, begun = second_year
    pages = [f"{address}/{name}?audit={signed}&question=kcc-2010_2.1" for name in ("answer", "check", "colleagues")]
    pages += [f"{address}/{name}?audit={begun}&question=kcc-2010_2.1" for name in ("answer", "check")]
    pages += [f"{address}/start?from={signed}"]
    assert _barriers(browser, pages, viewport=viewport, color_scheme=scheme) == {}


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
    for name in ("answer", "report", "governors"):
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
    page.get_by_text("What next").wait_for(timeout=300_000)
    page.get_by_role("link", name="Schools and questions").click()
    page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(state="attached", timeout=300_000)
    settle(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "heat_map.png")
    assert (folder / "heat_map.png").stat().st_size > 20_000
