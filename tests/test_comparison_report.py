"""The comparison as one HTML file: whole, offline, harmless, and open to everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from audit.authority.compare.comparison import Comparison, compare
from audit.authority.tables import CREDIBILITY, VISITS
from audit.authority.tracker import tracker
from audit.exhibits.authority import Knowledge, authority_exhibits
from audit.model import Criteria
from audit.reports.comparison_report import comparison_report
from audit.tables import typed
from tests.compared import SCHOOLS, returns_of_both_years, six_schools

CODES = {urn: f"School {place}" for place, (urn, _, _) in enumerate(SCHOOLS)}
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


class _Outline(HTMLParser):
    """Headings, tables and sections of a page, as a reader of the source would list them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self.sections: list[str] = []
        self.scopes: set[str | None] = set()
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))
        elif tag == "section":
            self.sections.append(dict(attrs)["id"] or "")
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self.scopes |= {dict(attrs).get("scope")} if tag == "th" else set()
        self._open = tag

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        if self._open in ("h1", "h2", "h3"):
            self.headings[-1] = (self.headings[-1][0], data)
        elif self._open in ("th", "td", "span") and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six schools of both years."""
    return six_schools(toy)


@pytest.fixture(scope="module")
def beside(toy: Criteria) -> Knowledge:
    """What the adviser knows beside the comparison, with harmful text in it."""
    doubts = [("900003", "**bold**", "primary", "copied", "Copied evidence", "<script>alert(1)</script> twice.", 2)]
    visits = [(1, "900002", "=cmd()", "primary", "random", "Drawn by lot with seed 7.")]
    return Knowledge(
        doubts=typed(pd.DataFrame(doubts, columns=list(CREDIBILITY)), CREDIBILITY),
        visits=typed(pd.DataFrame(visits, columns=list(VISITS)), VISITS),
        tracker=tracker(list(returns_of_both_years(toy).items), [], year="2026/27"),
    )


@pytest.fixture(scope="module")
def page(six: Comparison, beside: Knowledge) -> str:
    """The adviser's own version."""
    return comparison_report(six, beside)


def test_it_fetches_nothing(page: str) -> None:
    """No script, style, font or picture comes from elsewhere, and plotly is in it once."""
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](?!data:)[^\"']+", page) == []
    assert page.count("plotly.js v") == 1


def test_what_schools_wrote_is_text(page: str) -> None:
    """A tag in a school's name or in a finding is shown, not run, in tables and charts alike."""
    assert "<b>x" not in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt; &amp; Sons" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; twice." in page


def test_it_begins_with_the_outcome_and_for_whom_it_is(page: str, six: Comparison) -> None:
    """The headline, that it is self-reported, and that it is for the authority alone stand before the first figure."""
    top = page[: page.index("<section")]
    assert six.headline in top
    assert "Self-reported by the schools." in top
    assert "For the authority only" in top


def test_headings_are_the_findings_in_order(page: str, six: Comparison, beside: Knowledge) -> None:
    """One title, and below it one heading for each view: what it says."""
    found = _Outline(page)
    assert found.headings == [
        ("h1", "Online safety self-audits compared"),
        *(("h2", exhibit.finding) for exhibit in authority_exhibits(six, beside)),
    ]
    assert found.sections == [exhibit.key for exhibit in authority_exhibits(six, beside)]


def test_every_view_has_its_whole_table(page: str, six: Comparison, beside: Knowledge) -> None:
    """Each table holds every figure in words, with a scope for each of its headings."""
    found = _Outline(page)
    assert found.scopes == {"col", "row"}
    for exhibit in authority_exhibits(six, beside):
        texts = exhibit.texts
        rows = [list(texts.columns), *texts.to_numpy().tolist()]
        assert rows in [[row[: len(texts.columns)] for row in table] for table in found.tables], exhibit.title


def test_without_a_return_it_says_so(toy: Criteria) -> None:
    """No return gives a page with the overview and no chart."""
    returns = returns_of_both_years(toy)
    page = comparison_report(compare(returns.where(returns.table["urn"].isin([]).to_numpy(dtype=bool))))
    assert _Outline(page).sections == ["overview"]
    assert "There is no return to compare." in page


@pytest.fixture(scope="module")
def opened(browser: Browser, page: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The report in Chromium, from a file, cut off from the network, every fold open."""
    file: Path = tmp_path_factory.mktemp("report") / "comparison.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(file.as_uri())
    tab.wait_for_selector(".js-plotly-plot .main-svg")
    tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    yield tab
    context.close()


def test_it_opens_offline_with_its_charts(opened: Page) -> None:
    """Each chart is drawn without a network, and a name with a tag in it stands there letter by letter."""
    assert opened.locator(".js-plotly-plot").count() == 8
    assert opened.locator(".js-plotly-plot:not(:has(.main-svg))").count() == 0
    names = opened.locator("#heat .ytick")
    names.filter(has_text="**bold**").first.wait_for()  # the last chart is drawn a moment after the page is there
    assert [text for text in names.all_text_contents() if text][:2] == ["**bold**", "<b>x</b> & Sons"]


def test_it_has_no_barrier(opened: Page) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation, tables and charts included."""
    violations = Axe().run(opened, options=WCAG).response["violations"]
    assert [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in violations] == []
