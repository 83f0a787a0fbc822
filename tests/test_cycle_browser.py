"""A school's second year in a real browser: start from last year, answer, gaps, actions, check, sign, pack, verify."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Download, Page, expect

from tests.browser import serve, settle
from tests.offline import confirmed, with_another_letter

LAPTOP = {"width": 1280, "height": 900}


def follow(page: Page, title: str) -> None:
    """Goes to another page by the menu."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    settle(page)


def taken(page: Page, button: str) -> bytes:
    """What a download button gives."""
    with page.expect_download() as arriving:
        page.get_by_role("button", name=button).click()
    arrived: Download = arriving.value
    return Path(arrived.path()).read_bytes()


def upload(page: Page, name: str, data: bytes) -> None:
    """Chooses a file where the page asks for one."""
    page.locator('input[type="file"]').last.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    settle(page)


def test_a_school_goes_through_its_second_year(browser: Browser, tmp_path: Path) -> None:
    """From the example school's two years to a third that is signed, put before governors, and proved."""
    context = browser.new_context(viewport=LAPTOP, accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    with serve(tmp_path / "audits.sqlite3") as address:
        page.goto(address)
        settle(page)
        page.get_by_role("button", name="Open", exact=True).nth(1).click()  # 2025/26
        page.get_by_role("heading", level=1, name="Gap report").wait_for()
        settle(page)

        follow(page, "Start or add an audit")
        page.get_by_role("tab", name="From last year").click()
        page.locator("label", has_text="As printed in 2010").locator("visible=true").click()
        settle(page)
        page.get_by_role("button", name="Start 2026/27").click()
        page.get_by_role("heading", level=1, name="2.1").wait_for()
        settle(page)
        expect(page.get_by_text("To be confirmed.").first).to_be_visible()
        expect(page.get_by_text("0 of 53 answered")).to_be_visible()
        page.get_by_role("button", name="Still true").first.click()
        settle(page)
        expect(page.get_by_text("Saved at").first).to_be_visible()
        page.locator("label", has_text="2 Partly in place").nth(1).click()  # changed: it has slipped
        settle(page)
        expect(page.get_by_role("button", name="Still true")).to_have_count(0)

        follow(page, "Colleagues and workbook")
        upload(page, "audit.xlsx", confirmed(taken(page, "Download the workbook")))
        page.get_by_role("button", name=re.compile("^Apply 51 changes")).click()
        expect(page.get_by_text("Applied 51 changes")).to_be_visible()

        follow(page, "Gap report")
        expect(page.get_by_text(re.compile(r"\d+ of the 5\d recommended statements"))).to_be_visible()
        planning = page.get_by_role("button", name="Plan an action")
        for gap in page.locator("summary", has_text="—").all():  # some are planned since last year
            gap.click()
            settle(page)
            if planning.count():
                break
        planning.first.click()
        settle(page)

        follow(page, "Action plan")
        expect(page.get_by_role("region", name="What the ticked actions would bring")).to_be_visible()
        expect(page.get_by_text("since 2025/26").first).to_be_visible()

        follow(page, "Check and sign")
        for role in ("headteacher", "chair of governors"):
            if role == "chair of governors":
                page.locator("summary", has_text="After the meeting").click()
            page.get_by_role("textbox", name=f"Statement of the {role}").fill("What is not known yet is in the plan.")
            page.get_by_text(f"I sign as {role}, and I have read the gap report.").click()
            page.get_by_role("button", name=f"Sign as {role}").click()
            settle(page)
        expect(page.get_by_text("Headteacher and chair of governors have signed.")).to_be_visible()
        pack = taken(page, "Pack for the meeting (PDF)")
        assert pack.startswith(b"%PDF-")

        follow(page, "Answer the questions")
        expect(page.get_by_text("Signed").first).to_be_visible()
        expect(page.get_by_role("radio")).to_have_count(0)

        follow(page, "What changed")
        expect(page.get_by_text("2024/25").first).to_be_attached()
        expect(page.get_by_text("2026/27").first).to_be_attached()

        follow(page, "The page for governors")
        expect(page.get_by_text("Last year").first).to_be_visible()

        follow(page, "Gap report")
        workbook = taken(page, "Workbook")
        follow(page, "Check and sign")
        for name, data, said in (
            ("pack.pdf", pack, "is what was signed"),
            ("audit.xlsx", workbook, "is what was signed"),
            ("forged.xlsx", with_another_letter(workbook), "is not what was signed"),
        ):
            page.reload()
            settle(page)
            upload(page, name, data)
            expect(page.get_by_text(said).first).to_be_visible(timeout=300_000)
        expect(page.get_by_text(re.compile("sheet Answers, cell [A-Z]+[0-9]+")).first).to_be_visible()
    context.close()
