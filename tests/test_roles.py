"""Who answers for what: the statements by role, on the page, as workbook, as Word document and from the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from audit.exhibits.roles import WHO_ANSWERS, about_roles, role_exhibits, role_parts
from audit.model import Criteria
from audit.reports.letter import roles_document
from tests.office import LibreOffice
from tests.pages import app_store, at, said, titles
from tests.terminal import audit as terminal
from tests.test_questionnaire import overtaken


def _ids(criteria: Criteria, **asked: object) -> dict[str, list[str]]:
    """By role, the statements of its table in order."""
    texts = {c.statement.statement: c.id for c in reversed([*criteria])}
    made = role_exhibits(criteria, **{"phase": "primary", "year": "2026/27", **asked})  # type: ignore[arg-type]
    return {e.title: [texts[text.partition("\nToday: ")[0]] for text in e.table["Statement"]] for e in made}


def test_each_role_has_its_statements_by_framework_recommended_first(toy: Criteria) -> None:
    """What is for another phase is not among them."""
    assert _ids(toy) == {
        "Head": ["toy-1.1-k1", "toy-1.1-k2", "toy-2.1-k1", "toy-1.1-s1"],
        "Network manager": ["toy-1.2-k1", "toy-2.1-s1"],
    }
    assert _ids(toy, phase="secondary")["Head"] == [
        "toy-1.1-k1",
        "toy-1.1-k2",
        "toy-1.2-k2",
        "toy-2.1-k1",
        "toy-1.1-s1",
    ]


def test_only_the_roles_that_are_wanted_are_shown(toy: Criteria) -> None:
    """In the order of the criteria."""
    assert list(_ids(toy, roles=["network"])) == ["Network manager"]


def test_what_is_overtaken_is_left_out_and_counted(toy: Criteria) -> None:
    """It is no duty any more; in a year that began before, it is one."""
    head, _ = role_exhibits(overtaken(toy), phase="primary", year="2026/27")
    assert head.finding == "Recommended statements: 2 of the toy template and 1 of Duties"
    assert "1 statement is left out, because law or guidance has overtaken it." in head.means
    before, _ = role_exhibits(overtaken(toy), phase="primary", year="2025/26")
    assert before.finding == "Recommended statements: 3 of the toy template and 1 of Duties"


def test_a_table_is_split_by_framework(toy: Criteria) -> None:
    """Two frameworks are shown one after the other, each with reference and mark."""
    head, _ = role_exhibits(overtaken(toy), phase="primary", year="2026/27")
    parts = role_parts(head)
    assert [title for title, _ in parts] == ["Toy framework", "Duties"]
    assert list(parts[0][1].columns) == ["Reference", "Statement", "Mark", "Source"]


def test_force_orders_what_a_role_answers_for(every_framework: Criteria) -> None:
    """Law stands above guidance, and what is optional last; the source says how sure it is."""
    duties = every_framework.of(every_framework.refs[1:2])
    table = next(e for e in role_exhibits(duties, phase="primary", year="2026/27") if e.key == "dsl").table
    marks = list(dict.fromkeys(table["Mark"]))
    order = [mark.title for mark in duties.frameworks[0].marks]
    assert marks == sorted(marks, key=lambda mark: (mark.endswith(", optional"), order.index(mark.split(",")[0])))
    every = role_exhibits(duties, phase="primary", year="2026/27")
    assert any("; we infer this from it" in source for exhibit in every for source in exhibit.table["Source"])


def test_the_word_document_has_a_heading_for_each_role_and_framework(every_framework: Criteria) -> None:
    """Each table has a repeated row of headings and says what it holds; the same tables give the same bytes."""
    exhibits = role_exhibits(every_framework, phase="primary", year="2026/27", roles=["dsl"])
    about = about_roles(every_framework, phase="primary", year="2026/27")
    data = roles_document(exhibits, title=WHO_ANSWERS, about=about)
    document = Document(io.BytesIO(data))
    headings = [
        (line.style.name, line.text)
        for line in document.paragraphs
        if line.style is not None and line.style.name.startswith(("Title", "Heading"))
    ]
    role = "Designated safeguarding lead"
    assert headings == [
        ("Title", WHO_ANSWERS),
        ("Heading 1", role),
        *(("Heading 2", f"{role}: {framework.title}") for framework in every_framework.frameworks),
    ]
    assert len(document.tables) == 3
    assert all(table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None for table in document.tables)
    assert sum(len(table.rows) - 1 for table in document.tables) == len(exhibits[0].table)
    assert data == roles_document(exhibits, title=WHO_ANSWERS, about=about)


def test_the_terminal_writes_a_workbook_and_a_word_document(tmp_path: Path) -> None:
    """By the ending of the name; another ending or a role that is not there is said."""
    for name in ("who.xlsx", "who.docx"):
        out = tmp_path / name
        assert terminal(
            "who", "--framework", "england-2026", "--role", "dsl", "--role", "headteacher", "--out", out
        ) == (
            0,
            [f"Wrote {out}."],
            [],
        )
    book = openpyxl.load_workbook(tmp_path / "who.xlsx")
    assert book.sheetnames == ["About", "Headteacher", "Designated safeguarding lead"]
    assert {sheet.oddFooter.left.text for sheet in book.worksheets} == {WHO_ANSWERS}
    wrong = terminal("who", "--out", tmp_path / "who.pdf")
    assert (wrong.status, wrong.err[-1]) == (
        2,
        "Error: Invalid value for --out: who.pdf ends neither in .docx nor in .xlsx.",
    )
    assert terminal("who", "--role", "cook", "--out", tmp_path / "who.docx").status == 2


def test_the_page_shows_the_roles_that_are_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All at first; with one role its table stands open, and without criteria the page says what to do."""
    with app_store(tmp_path, monkeypatch):
        app = at("who")
        assert titles(app) == [WHO_ANSWERS]
        assert "Designated safeguarding lead" in [header.value for header in app.subheader]
        app.multiselect[1].set_value(["dsl"]).run()
        assert [header.value for header in app.subheader] == ["Designated safeguarding lead"]
        app.multiselect[0].set_value([]).run()
        assert "Choose at least one." in said(app)


def test_the_criteria_page_shows_one_framework(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every_framework: Criteria
) -> None:
    """Which one is chosen; each statement with its mark, who is asked, its source and the day of the check."""
    with app_store(tmp_path, monkeypatch):
        app = at("criteria")
        assert "Recommended by Kent" in said(app)
        assert "Overtaken since 1 September 2026" in said(app)
        app.selectbox(key="criteria-framework").set_value("england-2026").run()
        assert "Recommended by Kent" not in said(app)
        assert "Statutory guidance" in said(app)
        assert "Checked on 27 November 2026." in said(app)
        assert every_framework.frameworks[1].purpose in said(app)


def test_the_word_document_opens_in_libreoffice(office: LibreOffice, tmp_path: Path, every_framework: Criteria) -> None:
    """It becomes a PDF."""
    exhibits = role_exhibits(every_framework, phase="primary", year="2026/27", roles=["computing-lead"])
    about = about_roles(every_framework, phase="primary", year="2026/27")
    written = tmp_path / "who.docx"
    written.write_bytes(roles_document(exhibits, title=WHO_ANSWERS, about=about))
    office.convert(written, "pdf", tmp_path)
    assert (tmp_path / "who.pdf").read_bytes().startswith(b"%PDF")
