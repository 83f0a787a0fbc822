"""Memory of the server after 500 and after 5,000 answers in one session: flat without forced collection.

Run: python -m tests.benchmarks.session_memory
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.benchmarks.measure import listen
from tests.browser import chromium, serve, start_audit

# Chooses the other one of Yes and Partly, and waits until the server has spoken and is quiet, at most three seconds.
_ANSWER = """() => new Promise(done => {
  const group = document.querySelector('[role="radiogroup"]');
  const unchecked = [...group.querySelectorAll('input')].slice(0, 2).find(input => !input.checked);
  const begin = performance.now(), before = window.heard;
  const timer = setInterval(() => {
    const now = performance.now(), answered = window.heard >= before + 3 && now - window.last > 30;
    if (answered || now - begin > 3000) { clearInterval(timer); done(answered); }
  }, 5);
  unchecked.closest('label').click();
})"""


def _answers(page: Page, number: int) -> None:
    """Gives a number of answers to the first statement, one after another."""
    given = 0
    while given < number:
        given += bool(page.evaluate(_ANSWER))


def _server_of(address: str) -> int:
    """The process that listens on the address's port (Linux)."""
    port = urlsplit(address).port
    assert port is not None
    wanted = f"{socket.htonl(0x7F000001) & 0xFFFFFFFF:08X}:{port:04X}"
    inode = next(
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1] == wanted and line.split()[3] == "0A"
    )
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(handle) == f"socket:[{inode}]" for handle in (process / "fd").iterdir()):
                return int(process.name)
        except OSError:
            continue
    raise LookupError(address)


def _megabytes(process: int) -> float:
    """Resident memory of a process."""
    line = next(row for row in Path(f"/proc/{process}/status").read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main(answers: int = 5000, first: int = 500) -> None:
    """Measures and prints."""
    with (
        tempfile.TemporaryDirectory() as name,
        chromium() as browser,
        serve(Path(name) / "audits.sqlite3") as address,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        listen(page)
        start_audit(page, address)
        server = _server_of(address)
        _answers(page, first)
        before = _megabytes(server)
        _answers(page, answers - first)
        after = _megabytes(server)
    print(
        f"Server memory after {answers:,} answers: {after / before:.2f} × that after {first} ({after:.0f} MB); aim 1.1"
    )


if __name__ == "__main__":
    main()
