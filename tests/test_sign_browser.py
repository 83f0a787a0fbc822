"""The page Check and sign in a real browser: no barrier, nothing wider than a phone, and signing by keyboard."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from audit.model import Audit, Criteria, Response, Signature
from audit.school import proposals, signing
from audit.store.audits import Store
from audit.workbook.write import write
from tests.browser import serve, settle
from tests.conftest import audit_of

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ANSWERS = (
    Response(written="yes", practice=4, evidence="Governors' minutes, 3 May 2024, item 4"),
    Response(written="no", practice=4, evidence="See policy"),
    Response(written="unknown", practice=3),
    Response(written="yes"),
)


@pytest.fixture(scope="module")
def last(shipped: Criteria) -> Audit:
    """Last year's audit, which has something of everything that a reviewer would ask about."""
    recommended = [c.id for c in shipped if c.statement.recommended]
    answers = {key: ANSWERS[number % len(ANSWERS)] for number, key in enumerate(recommended)}
    return audit_of(shipped, answers, year="2024/25")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of the store of the server under test."""
    return tmp_path / "audits.sqlite3"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """That store."""
    opened = Store(f"sqlite:///{database}")
    yield opened
    opened.close()


@pytest.fixture
def audit_id(store: Store, last: Audit, shipped: Criteria) -> str:
    """This year's audit, half of it still to be confirmed."""
    begun = proposals.start_from(last, shipped, year="2025/26")
    half = dict(list(last.responses.items())[::2])
    return store.add(dataclasses.replace(begun, responses=half))


@pytest.fixture
def address(database: Path, audit_id: str) -> Iterator[str]:
    """The page of that audit, on a server of its own."""
    with serve(database) as url:
        yield f"{url}/sign?audit={audit_id}"


@pytest.fixture
def altered(last: Audit, shipped: Criteria, tmp_path: Path) -> Path:
    """A workbook of which one letter was changed after it had been signed."""
    path = tmp_path / "altered.xlsx"
    signature = Signature(role="headteacher", on=dt.date(2025, 7, 1))
    path.write_bytes(write(signing.sign(last, shipped, signature), shipped))
    book = openpyxl.load_workbook(path)
    next(cell for row in book["Answers"] for cell in row if cell.value == "See policy").value = "See Policy"
    book.save(path)
    book.close()
    return path


def _violations(page: Page) -> list[str]:
    """What axe-core finds with every fold open."""
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
    page.mouse.move(0, 0)
    settle(page)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_the_page_has_no_barrier(
    browser: Browser, address: str, altered: Path, viewport: dict[str, int], scheme: str
) -> None:
    """axe-core finds nothing before signing, beside a verdict with differences, and after signing."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    settle(page)
    page.locator('input[type="file"]').set_input_files(altered)
    expect(page.get_by_text("altered.xlsx is not what was signed")).to_be_visible(timeout=300_000)
    settle(page)
    before = _violations(page)
    page.get_by_role("textbox", name="Statement of the headteacher").fill("The filtering report is still to come.")
    page.get_by_text("I sign as headteacher").click()
    page.get_by_role("button", name="Sign as headteacher").click()
    expect(page.get_by_text("The headteacher has signed.")).to_be_visible(timeout=300_000)
    page.locator("summary", has_text="After the meeting").click()
    expect(page.get_by_role("button", name="Sign as chair of governors")).to_be_visible(timeout=300_000)
    settle(page)
    after = _violations(page)
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    assert (before, after) == ([], [])
    assert not page.evaluate(f"{main}.scrollWidth > {main}.clientWidth")
    context.close()


def test_whoever_leaves_a_form_that_is_not_sent_is_asked(browser: Browser, address: str) -> None:
    """Loading the page again or going to another one asks, and staying keeps the text; once it is sent, nobody is asked."""
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(address)
    settle(page)
    box = page.get_by_role("textbox", name="Statement of the headteacher")
    box.press_sequentially("The filtering report is still to come.")
    page.evaluate("location.reload()")
    page.wait_for_timeout(500)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Action plan").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload", "confirm"]
    expect(box).to_have_value("The filtering report is still to come.")
    page.get_by_text("I sign as headteacher").click()
    page.get_by_role("button", name="Sign as headteacher").click()
    expect(page.get_by_text("The headteacher has signed.")).to_be_visible()
    page.reload()
    settle(page)
    assert asked == ["beforeunload", "confirm"]
    context.close()


def test_both_roles_sign_by_keyboard(browser: Browser, address: str, store: Store, audit_id: str) -> None:
    """Statement, tick and button are reached and used without a mouse; the second role finds an empty form."""
    page = browser.new_context().new_page()
    page.goto(address)
    settle(page)
    for role in ("headteacher", "chair of governors"):
        if role == "chair of governors":
            page.locator("summary", has_text="After the meeting").press("Enter")
        page.get_by_role("textbox", name=f"Statement of the {role}").fill(f"Seen by the {role}.")
        tick = page.get_by_role("checkbox", name=f"I sign as {role}")
        expect(tick).not_to_be_checked()
        tick.press("Space")
        page.get_by_role("button", name=f"Sign as {role}").press("Enter")
        expect(page.get_by_role("button", name=f"Sign as {role}")).to_have_count(0, timeout=300_000)
        settle(page)
    audit = store.load(audit_id)
    assert audit is not None
    assert audit.signed is not None
    assert [(one.role, one.statement) for one in audit.signed.signatures] == [
        ("headteacher", "Seen by the headteacher."),
        ("chair of governors", "Seen by the chair of governors."),
    ]
    assert signing.is_intact(audit)
    page.context.close()
