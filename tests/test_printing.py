"""Every page on paper: what is only for the screen is left out, nothing is cut, and headings stay with what follows."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from audit.ui import navigation
from tests.browser import ROOT, serve, settle
from tests.terminal import audit

SCHOOL = [entry.file for group in navigation.GROUPS if group is not navigation.AUTHORITY for entry in group.entries]
AUTHORITY = [entry.file for entry in navigation.AUTHORITY.entries]
PAPER = 703  # pixels between margins of 12 mm on A4
MARGIN = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}
SHOWN = """() => [...document.querySelectorAll('button, [data-testid="stSidebar"], [data-testid="stToolbar"]')]
  .filter((one) => one.closest('[data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stSidebar"], '
    + '[data-testid="stFormSubmitButton"], [data-testid="stFileUploader"], [data-testid="stToolbar"]'))
  .filter((one) => one.getClientRects().length).map((one) => one.innerText)"""
"""The text of every button, menu and bar that would be printed."""
TOO_WIDE = f"""() => [...document.querySelectorAll('[data-testid="stMain"] *')]
  .filter((one) => one.matches('.main-svg, table, td, th, p, h1, h2, h3, input, textarea'))
  .filter((one) => one.getClientRects().length && !one.closest('[data-testid="stHeaderActionElements"]'))
  .filter((one) => one.getBoundingClientRect().right > {PAPER} + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""
"""What would end beyond the right edge of the paper."""


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
def opened(browser: Browser, address: str, database: Path) -> dict[str, str]:
    """The address of each page, with an example audit and the example returns open."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Open", exact=True).nth(1).click()  # 2025/26
    page.wait_for_url("**/report**")
    settle(page)
    page.goto(f"{address}/collect")
    settle(page)
    page.get_by_role("button", name="Open the example returns").click()
    page.get_by_role("link", name="Compare the schools").wait_for(timeout=120_000)
    settle(page)
    context.close()
    with closing(sqlite3.connect(database)) as connection:
        (audit,) = connection.execute("SELECT id FROM audits WHERE year = '2025/26'").fetchone()
        (collection,) = connection.execute("SELECT id FROM collections").fetchone()
    at = {"home": address} | {name: f"{address}/{name}?audit={audit}" for name in SCHOOL}
    return at | {name: f"{address}/{name}?collection={collection}" for name in AUTHORITY}


def _on(browser: Browser, address: str, width: int, scheme: str = "light") -> Page:
    """A page in a window of this width, once it has been drawn."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    settle(page)
    page.wait_for_timeout(1000)
    settle(page)
    return page


def _as_paper(page: Page) -> None:
    """Lays the page out as for a print on A4, its charts still as wide as the window."""
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.add_style_tag(content=f"@media print {{ body {{ width: {PAPER}px !important; }} }}")


@pytest.mark.parametrize("name", ["home", *SCHOOL, *AUTHORITY])
def test_a_page_prints_whole_and_without_its_controls(browser: Browser, opened: dict[str, str], name: str) -> None:
    """On A4 no menu, bar or button is printed, and nothing ends beyond the edge, from a window of 1440 pixels."""
    page = _on(browser, opened[name], 1440)
    title = page.locator("h1").first.inner_text()
    _as_paper(page)
    assert page.evaluate(SHOWN) == []
    assert page.evaluate(TOO_WIDE) == []
    assert title
    page.context.close()


def test_the_print_of_a_page_is_readable_as_text(browser: Browser, opened: dict[str, str], tmp_path: Path) -> None:
    """The printed gap report has its heading on the first page and every gap, and nothing of the menu."""
    page = _on(browser, opened["report"], 1440)
    gaps = page.locator("summary p").all_inner_texts()
    page.pdf(path=tmp_path / "report.pdf", format="A4", margin=MARGIN)  # type: ignore[arg-type]
    page.context.close()
    pages = [one.extract_text() for one in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    words = "".join(unicodedata.normalize("NFKC", "".join(pages)).split())
    assert "Gap report" in pages[0]
    assert "Forschoolleaders" not in words
    assert "Workbook" not in words
    statements = [text for text in gaps if len(text) > 60 and "— " in text]
    assert len(statements) == 17
    assert [text for text in statements if "".join(text.split())[:40] not in words] == []


def test_the_dark_page_prints_dark_on_white(browser: Browser, opened: dict[str, str]) -> None:
    """What the dark theme shows as white letters is dark on paper, with no dark ground behind it."""
    page = _on(browser, opened["answer"], 1280, "dark")
    _as_paper(page)
    looks = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMain\"] :is(h1, p, textarea, summary)')].map((one) =>"
        " [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].join(' on '))"
    )
    assert set(looks) == {"rgb(20, 23, 26) on rgba(0, 0, 0, 0)"}
    page.context.close()


def test_ctrl_p_draws_the_charts_as_narrow_as_the_paper(browser: Browser, opened: dict[str, str]) -> None:
    """From a wide window the charts are drawn anew before the print, so that their letters stay as large as the rest."""
    page = _on(browser, opened["overview"], 1920)
    page.evaluate(
        "() => { window.print = () => { window.widths = [...document.querySelectorAll('.main-svg')]"
        ".map((one) => Math.round(one.getBoundingClientRect().width)); }; }"
    )
    page.keyboard.press("Control+p")
    page.wait_for_function("() => window.widths")
    assert set(page.evaluate("() => window.widths")) == {850}
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("() => document.documentElement.className.includes('on-paper')") is False
    page.context.close()


def _squeezed(text: str) -> str:
    """A text without its spaces, and each ligature as its letters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _headings_left_alone(page: Page, file: Path) -> list[str]:
    """The headings of a page that stand last on a sheet of paper, or on two."""
    page.emulate_media(media="print")
    headings = [_squeezed(text) for text in page.locator(":is(main h2, main h3):visible").all_inner_texts()]
    page.pdf(path=file, format="A4", margin=MARGIN, prefer_css_page_size=True)  # type: ignore[arg-type]
    sheets = [_squeezed(one.extract_text()) for one in pypdf.PdfReader(file).pages]
    return [
        heading
        for heading in headings
        if any(one.endswith(heading) for one in sheets[:-1]) or not any(heading in one for one in sheets)
    ]


def test_a_heading_of_a_report_stays_with_what_follows(
    browser: Browser, tmp_path: Path, opened: dict[str, str]
) -> None:
    """On paper no heading of the two HTML reports, nor of the page for governors, is left at the foot of a sheet."""
    samples = ROOT / "sample_data"
    run = audit("report", samples / "example-primary-2025-26.xlsx", "--out", tmp_path / "report")
    assert run.status == 0
    audit("compare", *sorted((samples / "returns").glob("20*")), "--out", tmp_path / "compared")
    for address in (tmp_path / "report" / "report.html", tmp_path / "compared" / "comparison.html"):
        page = browser.new_page()
        page.goto(address.as_uri())
        page.wait_for_timeout(500)
        assert _headings_left_alone(page, tmp_path / "printed.pdf") == []
        page.close()
    page = _on(browser, opened["governors"], 1280)
    assert _headings_left_alone(page, tmp_path / "printed.pdf") == []
    page.context.close()
