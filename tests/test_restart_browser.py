"""The server started again while a page is open: nothing is lost, and the page says what happened."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, expect

from audit.model import Audit, Criteria, School
from audit.store.audits import Store
from tests.browser import ROOT, free_port, settle

SAID = "The connection was lost and the page was loaded again. Everything marked Saved is kept."


@contextlib.contextmanager
def server(database: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server on this port, killed at the end without a chance to say goodbye."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {**os.environ, "AUDIT_DATABASE_URL": f"sqlite:///{database}"}
    process = subprocess.Popen(
        [*command, "--server.headless", "true"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def test_answers_given_after_a_restart_are_stored(browser: Browser, tmp_path: Path, shipped: Criteria) -> None:
    """Eight clicks on a page that was open while the server was killed and started again are eight answers stored."""
    database, port = tmp_path / "audits.sqlite3", free_port()
    store = Store(f"sqlite:///{database}")
    school = School(urn="900001", name="Hilltop", phase="primary")
    audit_id = store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs))
    page = browser.new_page()
    with server(database, port):
        page.goto(f"http://127.0.0.1:{port}/answer?audit={audit_id}&question=kcc-2010_2.4.6")
        settle(page)
        page.get_by_role("radiogroup").first.get_by_text("Yes", exact=True).click()
        expect(page.get_by_text("Saved").first).to_be_visible()  # the last run is a fragment's
    with server(database, port):
        expect(page.get_by_text(SAID)).to_be_visible()
        settle(page)
        groups = page.get_by_role("radiogroup")
        clicked = 0
        for place in range(1, groups.count()):
            group = groups.nth(place)
            if group.get_by_text("I do not know").count():
                group.get_by_text("I do not know").click()
                settle(page)
                clicked += 1
        page.get_by_role("button", name="Next").first.click()
        settle(page)
        expect(page.get_by_text(SAID)).to_be_visible()
        assert "question=kcc-2010_2.4.6" not in page.url
    page.close()
    stored = store.load(audit_id)
    store.close()
    assert stored is not None
    given = [
        answer for one in stored.responses.values() for answer in (one.written, one.practice) if answer is not None
    ]
    assert len(given) == clicked + 1
    assert clicked >= 5
