"""An adviser makes criteria of her own in the browser, and a school starts an audit with them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from audit.criteria.authoring import FRAMEWORK, STATEMENTS
from audit.criteria.load import load
from audit.workbook.criteria_sheets import write_criteria_workbook
from tests.authored import Excel
from tests.browser import ROOT, serve, settle

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program, since its folder of criteria is written into."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("audit", "criteria", ".streamlit"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "app.py", folder)
    return folder


@pytest.fixture(scope="module")
def address(program: Path) -> Iterator[str]:
    """The server of that copy."""
    with serve(program / "audits.sqlite3", program / "app.py") as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def _upload(page: Page, excel: Excel) -> None:
    file = {"name": "criteria.xlsx", "mimeType": "application/octet-stream", "buffer": excel.saved()}
    page.locator('input[type="file"]').set_input_files(file)  # type: ignore[arg-type]
    settle(page)


def test_an_adviser_adds_criteria_and_a_school_can_tick_them(page: Page, address: str, program: Path) -> None:
    """Download, a fault by its cell, the preview, the button; then the criteria are there when an audit starts."""
    page.goto(f"{address}/author")
    page.get_by_role("heading", level=1, name="Your own criteria").wait_for()
    settle(page)
    kent = load().frameworks[0]
    with page.expect_download(timeout=300_000) as given:
        page.get_by_role("button", name="Download as workbook").click()
    assert Path(given.value.path()).read_bytes() == write_criteria_workbook(kent)
    excel = Excel(kent)
    excel.set(STATEMENTS, "kcc-2.1-k2", statement="In other words.")
    excel.set(FRAMEWORK, "Title", value="Online safety in our trust")
    _upload(page, excel)
    expect(page.get_by_text("1 fault. Mend it")).to_be_visible()
    expect(page.get_by_text(re.compile("sheet Statements, cell D3"))).to_be_visible()
    excel.set(STATEMENTS, "kcc-2.1-k2", what_changed="Wording only")
    _upload(page, excel)
    page.get_by_role("textbox", name="Short name of the new edition").fill("mine-2027")
    page.get_by_role("textbox", name="Short name of the new edition").press("Enter")
    settle(page)
    expect(page.get_by_text("Reworded: the meaning stays (1)")).to_be_visible()
    violations = Axe().run(page, options=WCAG).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == []
    page.get_by_role("button", name="Add these criteria").click()
    expect(page.get_by_text("Added: mine-2027.")).to_be_visible()
    assert (program / "criteria" / "mine-2027" / "framework.yaml").is_file()
    page.get_by_role("link", name="Start an audit", exact=True).click()
    expect(page.get_by_text("Online safety in our trust").first).to_be_visible()
