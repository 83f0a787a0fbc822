"""The local authority's pages in a real browser: from upload to letters, two people at once, no barrier to anyone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download, Page, expect

from tests.browser import ROOT, serve, settle
from tests.test_browser import LAPTOP, PHONE, WCAG

RETURNS = ROOT / "sample_data" / "returns"
THIS_YEAR = sorted((RETURNS / "2025-26").glob("*.xlsx"))
PAGES = (
    "collect",
    "tracker",
    "overview",
    "schools",
    "school",
    "common_gaps",
    "belief",
    "moderation",
    "write_back",
)
HOSTILE = "<b>x<b> **y** $z$ :red[w].xlsx"


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


def go(page: Page, name: str) -> None:
    """Another page by the menu."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    page.wait_for_timeout(300)
    settle(page)


def started(page: Page, address: str, title: str) -> str:
    """A new collection begun by its form; returns its id."""
    page.goto(f"{address}/collect")
    settle(page)
    page.get_by_role("textbox", name="What shall it be called?").fill(title)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Take in these files").wait_for()
    settle(page)
    found = re.search(r"collection=(\w+)", page.url)
    assert found is not None
    return found[1]


def take_in(page: Page, *files: Path) -> None:
    """Drops the files, presses the button, and waits until all are read."""
    page.locator('input[type="file"]').first.set_input_files(list(files))
    expect(page.get_by_role("button", name=re.compile("^Remove ")).first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Take in these files").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=300_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=300_000)
    settle(page)


def download(page: Page, button: str) -> bytes:
    """What a download button gives."""
    with page.expect_download(timeout=300_000) as waiting:
        page.get_by_role("button", name=button).click()
    given: Download = waiting.value
    return Path(given.path()).read_bytes()


def unfold(page: Page, label: str) -> None:
    """Opens a fold, and waits until it stands still."""
    page.locator("summary", has_text=label).click()
    page.wait_for_timeout(600)


def upload_one(page: Page, label: str, file: Path) -> None:
    """Gives a list by its own form."""
    form = page.get_by_test_id("stForm").filter(has_text=label)
    form.locator('input[type="file"]').set_input_files(file)
    expect(form.get_by_role("button", name=f"Remove {file.name}")).to_be_visible()
    settle(page)
    form.get_by_role("button", name="Use this file").click()
    page.wait_for_timeout(500)
    settle(page)


@pytest.fixture(scope="module")
def example(browser: Browser, address: str) -> str:
    """The address parameter of the example collection, with every file read."""
    page = browser.new_page()
    page.goto(f"{address}/collect")
    settle(page)
    page.get_by_role("button", name="Open the example returns").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=300_000)
    settle(page)
    found = re.search(r"collection=(\w+)", page.url)
    page.close()
    assert found is not None
    return found[1]


def test_from_upload_to_letters(page: Page, address: str, tmp_path: Path) -> None:
    """An adviser drops a zip and some files, gives the register, and gets the chase list, the gaps and the letters."""
    archive = tmp_path / "returns.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in THIS_YEAR[:9]:
            made.write(path, f"a folder/{path.name}")
    junk = tmp_path / HOSTILE
    junk.write_bytes(b"no workbook")
    started(page, address, "Journey")
    take_in(page, archive, *THIS_YEAR[9:], junk)
    expect(page.get_by_text("12 schools have sent a return for 2025/26")).to_be_visible()
    assert [one.inner_text().split("\n")[-1] for one in page.get_by_test_id("stMetric").all()] == ["14", "11", "1", "2"]
    expect(page.get_by_role("rowheader", name=HOSTILE, exact=True)).to_be_visible()

    page.get_by_role("link", name="See who has not sent a return").click()
    page.get_by_role("heading", level=1, name="Who has sent a return").wait_for()
    settle(page)
    upload_one(page, "Register (.csv or .zip)", RETURNS / "register.csv")
    expect(page.get_by_text("13 of 16 schools expected have sent a return")).to_be_visible()
    chase = download(page, "Chase list as CSV").decode("utf-8-sig")
    assert "Puddlemarsh Example Primary School" in chase
    assert "locked with a password" in chase
    sheet = openpyxl.load_workbook(io.BytesIO(download(page, "Chase list as workbook"))).active
    assert sheet is not None
    assert sheet.max_row > 5

    go(page, "All schools together")
    expect(page.get_by_role("heading", name="12 schools together")).to_be_visible()
    go(page, "Schools and questions")
    expect(page.locator("[data-testid=stPlotlyChart]").first).to_contain_text("Gherkingate Example Primary School")
    page.get_by_role("textbox", name="Only names with").fill("gherkin")
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=stPlotlyChart]").first).not_to_contain_text("Acornbourne")
    go(page, "Common gaps and training")
    expect(page.get_by_role("heading", name="is missed most, by")).to_be_visible()
    assert "2.5.2" in download(page, "Common gaps as CSV").decode("utf-8-sig")
    assert "Online safety lead" in download(page, "Training plan as CSV").decode("utf-8-sig")

    go(page, "One school")
    expect(page.get_by_text("URN 900101 · Primary · 2025/26 · self-audit")).to_be_visible()
    assert download(page, "The file as it was sent") == THIS_YEAR[0].read_bytes()
    go(page, "Belief and visits")
    assert "Gherkingate" in download(page, "Visit sample as CSV").decode("utf-8-sig")

    go(page, "Write back")
    page.get_by_role("textbox", name="Name of the authority or trust").fill("Example Trust")
    page.get_by_role("button", name="Keep these settings").click()
    settle(page)
    with zipfile.ZipFile(io.BytesIO(download(page, "All 14 letters as a zip"))) as letters:
        names = [name for name in letters.namelist() if name.endswith(".docx")]
        document = docx.Document(io.BytesIO(letters.read(names[0])))
    assert len(names) == 14  # the refused file has one too
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Acornbourne Example Primary School" in said
    assert "Example Trust" in said
    assert any(paragraph.style is not None and paragraph.style.name == "Heading 1" for paragraph in document.paragraphs)
    page.get_by_role("tab", name="Authority only").click()
    book = openpyxl.load_workbook(io.BytesIO(download(page, "Comparison workbook")))
    assert len(book.sheetnames) > 5
    assert b"Acornbourne Example Primary School" in download(page, "Report to read offline")
    assert b"900101" in download(page, "Every answer as CSV")
    assert download(page, "Every answer as Parquet").startswith(b"PAR1")


def test_figures_to_share_are_released_once(page: Page, address: str, example: str) -> None:
    """Before the release the page says what would be held back; afterwards what was made, with its files."""
    page.goto(f"{address}/write_back?collection={example}")
    settle(page)
    page.get_by_role("tab", name="Figures to share").click()
    expect(page.get_by_text("What leaves the authority is made as one release")).to_be_visible()
    page.get_by_role("button", name="Make this release").click()
    settle(page)
    expect(page.get_by_text("This is what release 1 shows already.")).to_be_visible()
    content = download(page, "Report for sharing")
    with zipfile.ZipFile(io.BytesIO(download(page, "Workbook for sharing"))) as book:
        content += b"".join(book.read(name) for name in book.namelist())
    assert b"Example Primary" in content
    page.get_by_text("List the schools counted, without figures").click()
    settle(page)
    content = download(page, "Report for sharing")
    with zipfile.ZipFile(io.BytesIO(download(page, "Workbook for sharing"))) as book:
        content += b"".join(book.read(name) for name in book.namelist())
    assert b"Example Primary" not in content
    assert not re.search(rb"\b9001\d\d\b", content)


def test_a_school_lays_the_benchmark_behind_its_own_chart(
    page: Page, address: str, example: str, tmp_path: Path
) -> None:
    """The file that the authority gives out, loaded by a school, adds the middle half to its chart, until taken away."""
    page.goto(f"{address}/write_back?collection={example}")
    settle(page)
    page.get_by_role("tab", name="Figures to share").click()
    if page.get_by_role("button", name="Make this release").count():
        page.get_by_role("button", name="Make this release").click()
        settle(page)
    file = tmp_path / "benchmark.json"
    file.write_bytes(download(page, "Benchmark file"))
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Open", exact=True).nth(1).click()  # 2025/26
    page.get_by_role("heading", level=1, name="Gap report").wait_for()
    settle(page)
    unfold(page, "Beside other schools")
    upload_one(page, "Benchmark file", file)
    chart = page.locator("[data-testid=stPlotlyChart]").first
    expect(chart).to_contain_text("Middle half of schools, 2025/26")
    page.reload()
    settle(page)
    expect(chart).to_contain_text("Middle half of schools, 2025/26")
    unfold(page, "Beside other schools")
    page.get_by_role("button", name="Take it away").click()
    settle(page)
    expect(chart).not_to_contain_text("Middle half")


def test_a_refresh_keeps_the_collection_open(page: Page, address: str, example: str) -> None:
    """Whatever page is reloaded shows the same collection again."""
    for name in PAGES:
        page.goto(f"{address}/{name}?collection={example}")
        settle(page)
        heading = page.get_by_role("heading").first.inner_text()
        page.reload()
        settle(page)
        assert page.get_by_role("heading").first.inner_text() == heading, name
        assert f"collection={example}" in page.url


def test_filters_hold_on_the_next_page_and_on_the_way_back(page: Page, address: str, example: str) -> None:
    """A phase chosen holds on the next page, and on the first when the adviser goes back."""
    page.goto(f"{address}/overview?collection={example}")
    settle(page)
    unfold(page, "Filters")
    page.get_by_role("combobox", name="Phase").click()
    page.get_by_role("option", name="Primary").click()
    page.keyboard.press("Escape")
    settle(page)
    in_view = page.get_by_text("In view: 2025/26 · Primary")
    expect(in_view).to_be_visible()
    expect(page.get_by_role("combobox", name="Phase")).to_be_visible()
    go(page, "Common gaps and training")
    expect(in_view).to_be_visible()
    page.go_back()
    page.get_by_role("heading", level=1, name="All schools together").wait_for()
    settle(page)
    expect(in_view).to_be_visible()


def test_school_pages_stay_narrow_beside_the_wide_ones(page: Page, address: str, example: str) -> None:
    """The authority's pages are wide on a first visit and after others; a school's page is not."""
    page.set_viewport_size({"width": 1800, "height": 900})

    def width() -> int:
        settle(page)
        return int(page.evaluate("document.querySelector('[data-testid=\"stMainBlockContainer\"]').clientWidth"))

    page.goto(f"{address}/overview?collection={example}")
    assert width() > 1400
    go(page, "How the scores work")
    assert width() < 900
    go(page, "Schools and questions")
    assert width() > 1400


def test_two_people_at_once(page: Page, browser: Browser, address: str, tmp_path: Path) -> None:
    """While one takes in files, cancels and reads the rest, another works on; both then see the same."""
    big = tmp_path / "many.zip"
    with zipfile.ZipFile(big, "w") as made:
        for number in range(25):
            for path in THIS_YEAR:
                made.write(path, f"{number}/{path.name}")
    collection = started(page, address, "Two people")
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    other = context.new_page()
    page.locator('input[type="file"]').first.set_input_files(big)
    expect(page.get_by_role("button", name="Remove many.zip")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Take in these files").click()
    page.get_by_role("button", name="Cancel").click(timeout=300_000)
    other.goto(f"{address}/scores")
    other.get_by_role("heading", level=1, name="How the scores work").wait_for()
    rest, all_read = (
        page.get_by_role("button", name="Read the rest"),
        page.get_by_test_id("stMetric").get_by_text("325"),
    )
    expect(rest.or_(all_read).first).to_be_visible(
        timeout=300_000
    )  # on a busy machine all may be read before the click
    if rest.count():
        rest.click(timeout=300_000)
    other.goto(f"{address}/collect?collection={collection}")
    for one in (page, other):
        expect(one.get_by_test_id("stMetric").first).to_contain_text("325", timeout=300_000)
        settle(one)
        expect(one.get_by_role("button", name="Cancel")).to_have_count(0)
    context.close()


def test_an_upload_of_more_than_25_megabytes_is_taken(page: Page, address: str, tmp_path: Path) -> None:
    """The limit of a school's upload does not hold for the authority's zip."""
    archive = tmp_path / "large.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
        made.write(THIS_YEAR[0], THIS_YEAR[0].name)
        for number in range(3):
            made.writestr(f"video {number}.mp4", bytes(10 * 2**20))
    started(page, address, "Large")
    take_in(page, archive)
    expect(page.get_by_role("rowheader", name=THIS_YEAR[0].name)).to_be_visible()


def _violations(page: Page) -> list[str]:
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", LAPTOP), ("dark", PHONE)], ids=["light laptop", "dark phone"]
)
def test_no_page_has_a_barrier(
    browser: Browser, address: str, example: str, scheme: str, viewport: dict[str, int]
) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation on any page, every fold, tab and menu opened."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for name in PAGES:
        page.goto(f"{address}/{name}?collection={example}")
        settle(page)
        page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
        settle(page)
        for tab in page.get_by_role("tab").all() or [None]:
            if tab is not None:
                tab.click()
                page.wait_for_timeout(600)
            if violations := _violations(page):
                found[f"{name} {'' if tab is None else tab.inner_text()}"] = violations
    page.goto(f"{address}/collect")
    settle(page)
    page.get_by_role("button", name="Change").first.click()
    page.mouse.move(0, 0)  # else the button's tooltip is looked at while it fades
    page.wait_for_timeout(1000)
    if violations := _violations(page):
        found["list of collections"] = violations
    context.close()
    assert found == {}
