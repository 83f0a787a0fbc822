"""The pages as Streamlit runs them without a browser, on a store of their own."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from audit.store.audits import Store

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def app_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses, in a folder of its own."""
    url = f"sqlite:///{folder / 'audits.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    monkeypatch.chdir(ROOT)
    st.cache_resource.clear()
    opened = Store(url)
    try:
        yield opened
    finally:
        opened.close()
        st.cache_resource.clear()


def at(page: str, **params: str) -> AppTest:
    """The app at a page, with the address's parameters, run once."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    app.query_params.update(params)
    app.run()
    if page != "home":
        app.switch_page(f"audit/ui/pages/{page}.py")
        app.query_params.update(params)
        app.run()
    assert not app.exception
    return app


def titles(app: AppTest) -> list[str]:
    """The headings of level 1 of the page."""
    return [title.value for title in app.title]


def press(app: AppTest, label: str) -> AppTest:
    """Clicks the first button of this label; the page is run again."""
    app = next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """Every text of the page that is no heading, table or widget, one below the other."""
    kinds = (app.markdown, app.text, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def upload(app: AppTest, key: str, data: bytes) -> AppTest:
    """Puts a workbook into a file uploader."""
    return app.file_uploader(key=key).set_value([("school.xlsx", data, "application/octet-stream")]).run()


def filled_in(form: bytes, answers: dict[str, str]) -> bytes:
    """A workbook as a colleague sends it back: *written* answered for these statements."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book["Answers"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in answers:
            sheet.cell(row[0].row, columns["Is it written?"], answers[str(row[0].value)])
    back = io.BytesIO()
    book.save(back)
    return back.getvalue()
