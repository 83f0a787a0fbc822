"""A school moves from last year's template audit to today's duties, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from audit.criteria.load import load
from audit.school.next_year import start_from
from audit.school.proposals import proposals
from audit.store.audits import Store
from audit.workbook.read import read
from tests.browser import serve, settle

SAMPLE = Path(__file__).parents[1] / "sample_data" / "example-primary-2025-26.xlsx"


def test_a_school_moves_from_the_template_to_todays_duties(browser: Browser, tmp_path: Path) -> None:
    """Start from last year with other criteria, accept one proposal, add the template again, and read what became of it."""
    database, criteria = tmp_path / "audits.sqlite3", load()
    last = read(SAMPLE.read_bytes(), SAMPLE.name, criteria).audit
    assert last is not None
    store = Store(f"sqlite:///{database}")
    last_id = store.add(last)
    duties = next(framework for framework in criteria.frameworks if framework.id == "england-2026")
    (template,) = last.frameworks
    waiting = proposals(
        start_from(last, criteria.of((duties.ref,)), year="2026/27"), criteria
    )  # of an audit that answers the duties alone
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    with serve(database) as address:
        page.goto(f"{address}/start?from={last_id}")
        settle(page)
        for title in (duties.title, criteria.of((template,)).frameworks[0].title):  # the one ticked, the other not
            page.locator("label", has_text=title).locator("visible=true").first.click()
            settle(page)
        expect(page.get_by_text("an answer proposed from answers to the Kent template")).to_be_visible()
        page.get_by_role("button", name="Start 2026/27").click()
        page.get_by_role("heading", level=1, name="1.1").wait_for()
        settle(page)
        audit_id = store.find(last.school.urn, "2026/27")
        assert audit_id is not None
        statement = next(iter(waiting))
        page.goto(f"{address}/answer?audit={audit_id}&question={criteria[statement].page}")
        settle(page)
        expect(page.get_by_text("0 of 114 answered")).to_be_visible()
        page.get_by_role("button", name="Accept what is proposed").first.click()
        expect(page.get_by_text("Saved at").first).to_be_visible()
        settle(page)
        kept = {name: stored.response for name, stored in store.stored(audit_id).items()}
        assert kept == {statement: waiting[statement].response}

        page.goto(f"{address}/history?audit={audit_id}")
        settle(page)
        expect(page.get_by_text("that you met in the Kent template in 2025/26").first).to_be_visible()
        expect(page.get_by_text("so no line joins them").first).to_be_visible()
    store.close()
    page.context.close()
