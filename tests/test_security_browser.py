"""The default for one computer without a sign-in: nobody else gets in, and nothing goes out.

That no page asks anything of another computer is seen where every page is opened (`test_wide_pages_browser`).
"""

from __future__ import annotations

import base64
import http.client
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audit.model import Audit, Criteria, School
from audit.reports.html import gap_report
from audit.school.outcome import outcome
from tests.browser import serve


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server as the README starts it."""
    with serve(tmp_path_factory.mktemp("store") / "audits.sqlite3") as found:
        yield found


def handshake(address: str, **headers: str) -> str:
    """The first line of the answer to a request for the websocket that every page talks through."""
    host, port = address.removeprefix("http://").split(":")
    key = base64.b64encode(os.urandom(16)).decode()
    given = {"Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade"} | headers
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection((host, int(port)), 60) as connection:
        request = (
            f"GET /_stcore/stream HTTP/1.1\r\n{lines}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        connection.sendall(request.encode())
        return connection.recv(200).decode("latin-1").splitlines()[0]


def test_the_own_computer_gets_in(address: str) -> None:
    """The page of this computer opens its websocket."""
    assert " 101 " in handshake(address)
    assert " 101 " in handshake(address, Origin=address)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}]
)
def test_a_page_elsewhere_that_takes_our_address_for_its_own_is_refused(address: str, headers: dict[str, str]) -> None:
    """DNS rebinding: the name is another's, though it leads to this computer."""
    assert " 403 " in handshake(address, **headers)


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/media/file"])
def test_nothing_is_given_to_another_name(address: str, path: str) -> None:
    """Nor is a page, a file or a word of the server's own given to who calls this computer by another name."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    connection.request("GET", path, headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()


def test_a_foreign_origin_is_refused(address: str) -> None:
    """A page of another site opens no websocket here."""
    assert " 403 " in handshake(address, Origin="http://evil.example")


def test_an_upload_without_its_token_is_refused(address: str) -> None:
    """A form of another site cannot put a file here."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    connection.request("PUT", "/_stcore/upload_file/session/file", body=b"x", headers={"Host": "127.0.0.1"})
    assert connection.getresponse().status in (400, 403)
    connection.close()


def test_a_written_report_asks_nothing_of_anybody(browser: Browser, tmp_path: Path, shipped: Criteria) -> None:
    """A report that was sent by e-mail opens offline, and tells nobody that it was opened."""
    school = School(urn="900001", name="Hilltop", phase="primary")
    report = tmp_path / "report.html"
    report.write_text(
        gap_report(outcome(Audit(school=school, year="2026/27", frameworks=shipped.refs), shipped)), "utf-8"
    )
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
