"""One button that saves a file, alike on every page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    from audit.ui.components import download

    for file in ("a.csv", "a.docx", "a.html", "a.ics", "a.json", "a.parquet", "a.pdf", "a.sqlite3", "a.xlsx", "a.zip"):
        download(f"Save {file}", b"content", file)
    download("Save as wide as the page", lambda: b"content", "b.csv", key="wide", wide=True)


def test_every_file_that_the_product_writes_can_be_offered() -> None:
    """Each kind has a type; each button has the same icon and does not run the page again."""
    page = AppTest.from_function(_page, default_timeout=600).run()
    assert not page.exception
    buttons = [element.proto for element in page.get("download_button")]
    assert [button.label for button in buttons][-2:] == ["Save a.zip", "Save as wide as the page"]
    assert {(button.icon, button.ignore_rerun) for button in buttons} == {(":material/download:", True)}
