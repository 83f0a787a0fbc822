"""The action plan in a real browser: planned from a gap, changed by keyboard, and without a barrier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from audit.model import Action, Audit, Criteria, Response, School
from audit.store.audits import Store
from tests.browser import serve, settle

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
FIRST, SECOND = "kcc-2.1-k1", "kcc-2.2.3-k1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store that the server works on."""
    opened = Store(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """An audit with two gaps and three actions: overdue, done for a gap, and dropped."""
    met = {c.id: Response(written="yes", practice=3) for c in shipped if c.statement.recommended}
    gaps = {FIRST: Response(written="no", practice=1), SECOND: Response(written="yes", practice=1)}
    plan = (
        Action(what="Write it down", role="Headteacher", due=dt.date(2020, 1, 31), note="Asked", id="late"),
        Action(what="Train them", statement=SECOND, role="Site manager", status="Done", id="done"),
        Action(what="Buy a filter", status="Dropped", note="There is one", id="dropped"),
    )
    school = School(urn="900401", name="Hilltop", phase="primary")
    audit = Audit(school=school, year="2026/27", frameworks=shipped.refs, responses=met | gaps, actions=plan)
    return store.add(audit)


@pytest.fixture
def address(store: Store, audit_id: str, tmp_path: Path) -> Iterator[str]:
    """The page of the action plan."""
    del store
    with serve(tmp_path / "audits.sqlite3") as url:
        yield f"{url}/plan?audit={audit_id}"


def _violations(page: Page) -> list[str]:
    page.mouse.move(0, 0)
    settle(page)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def _sideways(page: Page) -> bool:
    """Whether the page itself would have to be scrolled sideways."""
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    return bool(page.evaluate(f"{main}.scrollWidth > {main}.clientWidth"))


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", {"width": 1280, "height": 900}), ("dark", {"width": 390, "height": 844})],
    ids=["laptop", "phone"],
)
def test_the_action_plan_has_no_barrier(browser: Browser, address: str, scheme: str, viewport: dict[str, int]) -> None:
    """axe-core finds nothing with every fold open, nor in the form; nothing sticks out on a phone."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    settle(page)
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
    assert (_violations(page), _sideways(page)) == ([], False)
    page.get_by_role("button", name="Change").first.click()
    page.get_by_role("textbox", name="What is to be done?").wait_for()
    assert (_violations(page), _sideways(page)) == ([], False)
    context.close()


def test_a_plan_is_made_and_changed_by_keyboard(browser: Browser, address: str, store: Store, audit_id: str) -> None:
    """An action is planned from a gap, dropped with its reason and shown so, without a mouse."""
    page = browser.new_context().new_page()
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Plan an action").press("Enter")
    expect(page.get_by_role("heading", name="Due later: 1")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Change").nth(1).press("Enter")
    page.get_by_role("radio", name="In progress").press("ArrowRight")
    page.get_by_role("radio", name="Done").press("ArrowRight")
    note = page.get_by_role("textbox", name="Note;")
    note.fill("Somebody else does it")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", name="Dropped: 2")).to_be_visible()
    settle(page)
    audit = store.load(audit_id)
    assert audit is not None
    assert [(a.statement, a.status, a.note) for a in audit.actions][3] == (FIRST, "Dropped", "Somebody else does it")
    page.context.close()
