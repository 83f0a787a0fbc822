"""Text typed into a card of the questionnaire, in a real browser: stored while it is typed, and lost by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from audit.model import Audit, Carried, Criteria, Response, School
from audit.store.audits import Store
from tests.browser import free_port, serve, settle
from tests.test_restart_browser import SAID, server

FIRST, SECOND = "kcc-2.1-k1", "kcc-2.1-k2"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file behind the one server."""
    return tmp_path_factory.mktemp("store") / "audits.sqlite3"


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """One server, started as the README says."""
    with serve(database) as url:
        yield url


@pytest.fixture(scope="module")
def store(database: Path) -> Iterator[Store]:
    """The server's store, seen from beside it."""
    opened = Store(f"sqlite:///{database}")
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session at laptop size."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


_URNS = iter(range(900501, 900599))


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """An audit that has just been begun."""
    return store.add(_audit(shipped))


def _audit(criteria: Criteria, **more: object) -> Audit:
    school = School(urn=str(next(_URNS)), name="Hilltop", phase="primary")
    return Audit(school=school, year="2026/27", frameworks=criteria.refs, **more)  # type: ignore[arg-type]


def come_to(page: Page, address: str, audit_id: str, question: str = "kcc-2010_2.1") -> Locator:
    """Opens a question of an audit; the first evidence box comes back."""
    page.goto(f"{address}/answer?audit={audit_id}&question={question}")
    settle(page)
    return page.get_by_role("textbox", name="Evidence").first


def state(page: Page, statement: str = FIRST) -> Locator:
    """The line of a card that says whether it is saved."""
    return page.locator(f'[class*="{statement.replace(".", "-")}-state"][role="status"]')


def evidence(store: Store, audit_id: str, statement: str = FIRST) -> str | None:
    """The evidence as it is stored; None while nothing is."""
    stored = store.stored(audit_id).get(statement)
    return None if stored is None else stored.response.evidence


def test_text_is_stored_without_leaving_the_box(page: Page, address: str, store: Store, audit_id: str) -> None:
    """From the first key the card says that it is not saved; once typing stops the text is stored, and typing goes on."""
    box = come_to(page, address, audit_id)
    box.focus()
    page.keyboard.type("M")
    expect(state(page)).to_contain_text("Not saved yet")
    page.keyboard.type("inutes ")
    expect(state(page)).to_contain_text("Saved at")
    assert evidence(store, audit_id) == "Minutes "
    expect(box).to_be_focused()
    page.keyboard.type("of May")
    expect(state(page)).to_contain_text("Not saved yet")
    expect(state(page)).to_contain_text("Saved at")
    expect(state(page)).not_to_contain_text("Not saved yet")
    expect(box).to_have_value("Minutes of May")
    assert evidence(store, audit_id) == "Minutes of May"


def test_typing_on_while_text_is_stored_loses_nothing(page: Page, address: str, store: Store, audit_id: str) -> None:
    """Words typed with pauses about as long as the one that stores end up as they were typed."""
    box = come_to(page, address, audit_id)
    box.focus()
    said = ""
    for number, pause in enumerate((900, 1000, 1050, 1100, 1150, 1200, 1250, 1300, 1400)):
        word = f"word {number} "
        page.keyboard.type(word, delay=30)
        page.wait_for_timeout(pause)
        said += word
    expect(box).to_have_value(said)
    expect(state(page)).not_to_contain_text("Not saved yet")
    expect(box).to_have_value(said)
    assert evidence(store, audit_id) == said


def test_every_box_of_the_card_is_stored(page: Page, address: str, store: Store, audit_id: str) -> None:
    """Comment and the reason why a statement does not apply are stored while they are typed, as evidence is."""
    come_to(page, address, audit_id)
    page.locator("label", has_text="Comment, not applicable, clear").first.click()
    settle(page)
    page.get_by_role("textbox", name="Comment").press_sequentially("Ask the governors")
    expect(state(page)).to_contain_text("Not saved yet")
    expect(state(page)).to_contain_text("Saved at")
    assert store.stored(audit_id)[FIRST].response.comment == "Ask the governors"
    page.locator("label", has_text="This cannot apply to our school").first.click()
    settle(page)
    page.get_by_role("textbox", name="Why does it not apply?").press_sequentially("We have no email.")
    expect(state(page)).to_contain_text("Not saved yet")
    expect(state(page)).to_contain_text("Saved at")
    expected = Response(not_applicable="We have no email.", comment="Ask the governors")
    assert store.stored(audit_id)[FIRST].response == expected


def test_leaving_with_text_that_is_not_stored_warns(page: Page, address: str, audit_id: str) -> None:
    """The browser asks whoever reloads at once, and nobody once the card says Saved; then the text is still there."""
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", note)
    box = come_to(page, address, audit_id)
    box.press_sequentially("Minutes")
    page.evaluate("location.reload()")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(state(page)).to_contain_text("Saved at")
    page.wait_for_timeout(500)
    page.reload()
    settle(page)
    assert asked == ["beforeunload"]
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Minutes")


@pytest.mark.parametrize("way", ["next", "menu", "answer", "fold", "back"])
def test_going_on_at_once_stores_the_text(page: Page, address: str, store: Store, audit_id: str, way: str) -> None:
    """Whatever is done within the second, with the mouse or by going back in the browser, the text is stored."""
    come_to(page, address, audit_id, "kcc-2010_2.2.1")
    page.get_by_role("button", name="Previous question").click()
    page.get_by_role("heading", level=1, name="2.1 ").wait_for()
    settle(page)
    page.get_by_role("textbox", name="Evidence").first.press_sequentially("Minutes")
    if way == "next":
        page.get_by_role("button", name="Next question", exact=True).click()
        page.get_by_role("heading", level=1, name="2.2.1").wait_for()
    elif way == "menu":
        page.get_by_test_id("stSidebar").get_by_role("link", name="Check answers", exact=True).click()
        page.get_by_role("heading", level=1, name="Check").wait_for()
    elif way == "answer":
        page.get_by_role("radiogroup").nth(2).get_by_text("Yes", exact=True).click()
        expect(state(page, SECOND)).to_contain_text("Saved at")
        assert store.stored(audit_id)[SECOND].response.written == "yes"
    elif way == "fold":
        page.locator("label", has_text="Comment, not applicable, clear").first.click()
    else:
        page.go_back()
    settle(page)
    page.wait_for_timeout(300)
    assert evidence(store, audit_id) == "Minutes"


def test_two_who_type_into_one_box_are_both_shown(page: Page, address: str, store: Store, audit_id: str) -> None:
    """What somebody else stored meanwhile is not written over, and the text typed here can be kept."""
    box = come_to(page, address, audit_id)
    store.save(audit_id, FIRST, base=Response(), mine=Response(evidence="Theirs"))
    box.press_sequentially("Mine")
    expect(page.get_by_text("somebody else answered this meanwhile")).to_be_visible()
    expect(state(page)).to_contain_text("Not saved")
    assert evidence(store, audit_id) == "Theirs"
    page.get_by_role("button", name="Keep mine").click()
    expect(state(page)).to_contain_text("Saved at")
    assert evidence(store, audit_id) == "Mine"


def test_the_stored_text_can_be_kept_instead(page: Page, address: str, store: Store, audit_id: str) -> None:
    """Whoever keeps the other's text sees it in the box, and leaves without a warning."""
    box = come_to(page, address, audit_id)
    store.save(audit_id, FIRST, base=Response(), mine=Response(evidence="Theirs"))
    box.press_sequentially("Mine")
    page.get_by_role("button", name="Keep the stored one").click()
    expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Theirs")
    settle(page)
    expect(state(page)).not_to_contain_text("Not saved")
    page.wait_for_function("window.auditDrafts.size === 0")
    expect(box).to_have_value("Theirs")
    assert evidence(store, audit_id) == "Theirs"


def test_what_cannot_be_stored_is_said(page: Page, address: str, store: Store, audit_id: str) -> None:
    """A text that no workbook holds is refused with its remedy, and the card never says Saved over it."""
    box = come_to(page, address, audit_id)
    box.fill("bell\x07")
    expect(page.get_by_text("Evidence not saved.")).to_be_visible()
    expect(state(page)).to_have_text("✗ Not saved")
    box.fill("bell")
    expect(state(page)).to_contain_text("Saved at")
    assert evidence(store, audit_id) == "bell"


def test_a_card_with_one_answer_says_which_is_missing(page: Page, address: str, audit_id: str) -> None:
    """With one of two answers the card says which is still to be given; with both it only says Saved."""
    come_to(page, address, audit_id)
    expect(state(page)).to_have_text("○ Not answered yet")
    page.get_by_role("radiogroup").first.get_by_text("Yes", exact=True).click()
    expect(state(page)).to_contain_text("Still to answer: is it done?")
    page.locator("label", has_text="3 In place").first.click()
    expect(state(page)).not_to_contain_text("Still to answer")
    expect(state(page)).to_contain_text("Saved at")


def test_the_progress_moves_with_each_answer(page: Page, address: str, store: Store, shipped: Criteria) -> None:
    """An answer and a confirmation count at once, and the page is not drawn anew for it."""
    last = Carried(response=Response(written="yes", practice=3), revision=1)
    audit_id = store.add(_audit(shipped, carried={FIRST: last}, carried_from="2025/26"))
    come_to(page, address, audit_id)
    page.get_by_role("combobox", name="Question").evaluate("box => { window.drawn = box; }")
    menu = page.get_by_role("combobox", name="Question").inner_text()
    expect(page.get_by_text("0 of 53 answered, 1 to confirm")).to_be_visible()
    page.get_by_role("button", name="Still true").click()
    expect(page.get_by_text("1 of 53 answered")).to_be_visible()
    page.get_by_role("radiogroup").nth(2).get_by_text("Partly", exact=True).click()
    page.get_by_role("radiogroup").nth(3).get_by_text("3 In place").click()
    expect(page.get_by_text("2 of 53 answered")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(1)
    assert page.evaluate("window.drawn.isConnected")
    assert page.get_by_role("combobox", name="Question").inner_text() == menu


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_that_is_being_typed_into_has_no_barrier(
    browser: Browser, address: str, audit_id: str, scheme: str
) -> None:
    """Axe finds nothing while text waits; the box names the line that says so, which is read out when it changes."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    box = come_to(page, address, audit_id)
    box.focus()
    named = box.get_attribute("aria-describedby")
    page.keyboard.type("Minutes")
    expect(state(page)).to_contain_text("Not saved yet")
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [one["id"] for one in found] == []
    assert page.locator(f'[id="{named}"][role="status"]').count() == 1
    context.close()


def test_text_that_is_not_stored_survives_a_restart(browser: Browser, tmp_path: Path, shipped: Criteria) -> None:
    """What stood in the box when the server died is stored by the next server, without a hand being moved."""
    port = free_port()
    store = Store(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    audit_id = store.add(_audit(shipped))
    page = browser.new_page()
    with server(tmp_path / "audits.sqlite3", port):
        box = come_to(page, f"http://127.0.0.1:{port}", audit_id)
        box.press_sequentially("Minutes")
        expect(state(page)).to_contain_text("Saved at")
        box.press("End")
        page.keyboard.type(" of May")  # and at once the server dies
    with server(tmp_path / "audits.sqlite3", port):
        expect(page.get_by_text(SAID)).to_be_visible()
        settle(page)
        expect(page.get_by_role("textbox", name="Evidence").first).to_have_value("Minutes of May")
        expect(state(page)).to_contain_text("Saved at")
        assert evidence(store, audit_id) == "Minutes of May"
    page.close()
    store.close()
