"""Pages and terminal where last year's audit answers other criteria: sentence, statements, and the break in the trend."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from audit.cli.terminal import main
from audit.model import Audit
from audit.school import proposals
from audit.store.audits import Store
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.pages import app_store, at, said, titles, upload
from tests.test_moved import BOTH, CRITERIA, GAP, MET

LAST = audit_of(CRITERIA, {"old-1.1-k1": MET, "old-1.1-k4": GAP}, year="2025/26", frameworks=BOTH[:1])
SENTENCE = "The one statement that you met in the old template in 2025/26 is still asked in other words in the new duties; it is met."
NO_LINE = "Those of the old template in 2025/26 are about other questions, so no line joins them."


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses, with the toy criteria as those that come with the product."""
    monkeypatch.setattr("audit.ui.session.load", lambda: CRITERIA)
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


def duties(**changes: object) -> Audit:
    """This year's audit, which answers the duties alone, begun from last year's."""
    begun = proposals.start_from(LAST, CRITERIA, year="2026/27")
    return dataclasses.replace(begun, frameworks=BOTH[1:], responses={"new-1.1-1": MET}, **changes)  # type: ignore[arg-type]


def both() -> Audit:
    """This year's audit, which answers both."""
    return dataclasses.replace(duties(), frameworks=BOTH)


def plain(app: AppTest) -> str:
    """The texts of the page without the marks that keep Markdown from reading a number as one of a list."""
    return said(app).replace("\\", "")


def labels(app: AppTest) -> list[str]:
    """What can be unfolded."""
    return [fold.label for fold in app.expander]


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_changed_follows_last_years_statements(store: Store, is_stored: bool) -> None:
    """Whether last year's audit is here, or known from the answers that the audit began with."""
    if is_stored:
        store.add(LAST)
    app = at("history", audit=store.add(duties()))
    assert titles(app) == ["What changed"]
    assert [box.value for box in app.selectbox] == ["2025/26", "2026/27"]
    assert f"**{SENTENCE}**" in said(app)
    assert f"The figures of the new duties begin in 2026/27. {NO_LINE} {SENTENCE}" in plain(app)
    assert "From the old template in 2025/26 to the new duties in 2026/27" in labels(app)


def test_an_audit_of_both_compares_the_same_framework_first(store: Store) -> None:
    """The template is compared with itself; the duties, which are new, with the template through the crosswalk."""
    store.add(LAST)
    app = at("history", audit=store.add(both()))
    assert "Since 2025/26" in said(app) or "Nothing is answered" in said(app)
    assert SENTENCE not in said(app)
    app.radio[0].set_value("new").run()
    assert not app.exception
    assert f"**{SENTENCE}**" in said(app)


def test_what_both_answer_comes_before_what_only_last_year_did(store: Store) -> None:
    """Both were answered last year, and the duties alone this year."""
    store.add(dataclasses.replace(LAST, frameworks=BOTH, responses={**LAST.responses, "new-1.1-1": GAP}))
    app = at("history", audit=store.add(duties(carried={}, carried_from="")))
    words = said(app)
    assert 0 <= words.index("Since 2025/26, 1 gap was closed") < words.index(SENTENCE)
    assert NO_LINE not in plain(app)


def test_a_workbook_of_the_other_criteria_is_followed_too(store: Store) -> None:
    """Last year's workbook of another computer; nothing of it is stored."""
    app = at("history", audit=store.add(duties(carried={}, carried_from="")))
    assert "No earlier audit of this school is here" in said(app)
    upload(app, "changes.workbook", write(LAST, CRITERIA))
    assert not app.exception
    assert f"**{SENTENCE}**" in said(app)
    assert "so nothing can be compared" not in said(app)


def test_governors_read_one_sentence(store: Store) -> None:
    """Where last year's criteria are not asked this year; not where they still are."""
    store.add(LAST)
    app = at("governors", audit=store.add(duties()))
    assert "What has changed" in [header.value for header in app.header]
    assert SENTENCE.replace("you", "the school") in plain(app)


def test_governors_read_nothing_of_criteria_that_are_still_asked(store: Store) -> None:
    """They are compared with themselves."""
    store.add(LAST)
    app = at("governors", audit=store.add(both()))
    assert "that the school met in the old template" not in said(app)


def told(monkeypatch: pytest.MonkeyPatch, *words: object) -> list[str]:
    """What a job of the terminal says about the toy criteria."""
    monkeypatch.setattr("audit.criteria.load.load", lambda: CRITERIA)
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The workbooks of both years, of two editions."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(write(LAST, CRITERIA))
    new.write_bytes(write(duties(carried={}, carried_from=""), CRITERIA))
    return old, new


def test_changes_follows_each_statement_in_the_terminal(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After what can be compared; the CSV stays about one framework at a time."""
    out = tmp_path / "changes.csv"
    lines = told(monkeypatch, "changes", *files, "--out", out)
    place = lines.index("From the old template in 2025/26 to the new duties in 2026/27:")
    assert lines[place - 2 : place + 2] == [
        "The old template: answered in 2025/26 only, so its figures are not compared.",
        "The new duties: answered in 2026/27 only, so its figures are not compared.",
        "From the old template in 2025/26 to the new duties in 2026/27:",
        SENTENCE,
    ]
    first = lines.index("Still asked in other words: 4. The later criteria ask the same, less or more.")
    assert lines[first + 1 : first + 6] == [
        "  1.1 K1: ✓ Met. Statement 1.1 K 1 holds.",
        "    → 1.1 no. 1 (asks the same): Duty 1 is done. ✓ Met.",
        "  1.1 K2: ? Not known. Statement 1.1 K 2 holds.",
        "    → 1.1 no. 2 (asks more): Duty 2 is done. ? Not known.",
        "    → 1.1 no. 3 (has a part in common): Duty 3 is done. ? Not known.",
    ]
    assert "    Nothing of today asks it." in lines
    assert out.read_text(encoding="utf-8-sig").count("\n") == 1


def test_the_trend_in_the_terminal_has_a_break(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the figures of the edition that begins, and of no other."""
    lines = told(monkeypatch, "history", *files)
    broken = [line for line in lines if NO_LINE in line]
    assert len(broken) == 1
    assert broken[0].startswith(f"The figures of the new duties begin in 2026/27. {NO_LINE} {SENTENCE}")
    assert lines.index(broken[0]) > lines.index("The new duties:")
