"""The app as the README starts it, and a real Chromium to look at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

expect.set_options(timeout=300_000)  # a busy machine is slow, and slow is no fault
ROOT = Path(__file__).parent.parent
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there is used. The shell has no window to draw, which saves a fifth of the work."""
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serve(database: Path, script: Path = ROOT / "app.py", *options: str) -> Iterator[str]:
    """A Streamlit server on a free local port, stopped at the end; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", *options]
    environment = {**os.environ, "AUDIT_DATABASE_URL": f"sqlite:///{database}"}
    server = subprocess.Popen(
        command, cwd=script.parent, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(1800):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(120)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the system; without one the test is skipped, but in CI it fails."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: .ci/run has to install it.")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        _give_time(browser)
        try:
            yield browser
        finally:
            browser.close()


def _give_time(browser: Browser) -> None:
    """Lets every page of a browser wait for five minutes: a busy machine is slow, and slow is no fault."""

    def patient(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(**options: Any) -> Any:
            opened = make(**options)
            opened.set_default_timeout(300_000)
            return opened

        return made

    browser.new_context = patient(browser.new_context)  # type: ignore[method-assign]
    browser.new_page = patient(browser.new_page)  # type: ignore[method-assign]


def settle(page: Page) -> None:
    """Waits until the page has been drawn and the script is at rest."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=300_000)
    page.wait_for_timeout(400)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=300_000)


def start_audit(page: Page, address: str, *, urn: str = "900123", name: str = "Hilltop Primary") -> None:
    """Begins an audit on the Start page, as a headteacher would."""
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Start a new audit").click()
    page.get_by_role("combobox", name="Phase").click()
    page.get_by_role("option", name="Primary").click()
    settle(page)
    page.get_by_role("textbox", name="School name").fill(name)
    page.get_by_role("textbox", name="URN").fill(urn)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", level=1, name="2.1").wait_for()
    settle(page)


def open_examples(browser: Browser, address: str) -> str:
    """Opens the example returns, and waits until all are read; returns the part of the address that opens them again."""
    page = browser.new_page()
    page.goto(f"{address}/collect")
    settle(page)
    page.get_by_role("button", name="Open the example returns").click()
    page.get_by_test_id("stMetric").first.wait_for()
    settle(page)
    found = page.url.partition("?")[2]
    page.close()
    return found


def choose(page: Page, answer: str, nth: int = 0) -> None:
    """Clicks an answer by its words; ``nth`` counts the statements on the page."""
    page.locator("label", has_text=answer).nth(nth).click()
    settle(page)
