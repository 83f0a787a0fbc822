"""Memory of the server after 500 and after 5,000 answers in one session: flat without forced collection.

Run: python -m tests.benchmarks.session_memory
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.measure import click, listen
from tests.browser import chromium, serve, start_audit


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
        options = [page.locator("label", has_text=word).first for word in ("Partly", "Yes")]
        server, before = _server_of(address), 0.0
        for number in range(1, answers + 1):
            click(options[number % 2], quiet=80)
            if number == first:
                before = _megabytes(server)
        after = _megabytes(server)
    print(
        f"Server memory after {answers:,} answers: {after / before:.2f} × that after {first} ({after:.0f} MB); aim 1.1"
    )


if __name__ == "__main__":
    main()
