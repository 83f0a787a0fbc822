"""The page What changed in a real browser: no barrier on any of its tabs, and nothing wider than a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from audit.model import Criteria, Response, Signature
from audit.school import proposals
from audit.store.audits import Store
from tests.browser import serve, settle
from tests.conftest import audit_of

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MET, UNKNOWN = Response(written="yes", practice=3, evidence="Log, 3 May 2026"), Response(written="no")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, shipped: Criteria) -> tuple[Path, str]:
    """A store with two years of a school, the later one signed and opened again; and the id of that."""
    path = tmp_path_factory.mktemp("store") / "audits.sqlite3"
    store = Store(f"sqlite:///{path}")
    recommended = [c.id for c in shipped if c.statement.recommended]
    last = audit_of(shipped, dict.fromkeys(recommended, UNKNOWN), year="2025/26")
    store.add(last)
    audit_id = store.add(proposals.start_from(last, shipped, year="2026/27"))
    for statement in recommended[:30]:
        store.save(audit_id, statement, base=Response(), mine=MET, role="headteacher")
    seen = store.load(audit_id)
    assert seen is not None
    signature = Signature(role="headteacher", on=dt.date(2026, 7, 3), statement="Seen.")
    store.sign_offs.sign(audit_id, signature, seen=seen, criteria=shipped)
    store.sign_offs.reopen(audit_id, on=dt.date(2026, 8, 1), because="A slip.")
    store.close()
    return path, audit_id


@pytest.fixture(scope="module")
def address(database: tuple[Path, str]) -> Iterator[str]:
    """The page of that audit, on a server of its own."""
    with serve(database[0]) as url:
        yield f"{url}/history?audit={database[1]}"


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_no_tab_has_a_barrier(browser: Browser, address: str, viewport: dict[str, int], scheme: str) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation on any of the four tabs, every fold opened; none scrolls sideways."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    settle(page)
    found = {}
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
        page.mouse.move(0, 0)
        settle(page)
        violations = [one["id"] for one in Axe().run(page, options=WCAG).response["violations"]]
        width = page.evaluate("document.documentElement.scrollWidth")
        found[tab.inner_text()] = (violations, width)
    context.close()
    assert found == {
        name: ([], viewport["width"])
        for name in ("Over the years", "Between two audits", "Log of this audit", "Signed versions")
    }
