"""The page What changed: the years, any two audits, the log, and what was signed."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from audit.model import Audit, Criteria, Event, Response, Signature
from audit.school import next_year, signing
from audit.store.audits import Past, Store
from audit.ui.history_view import log
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.pages import app_store, at, said, titles, upload

K1, K2, K3 = "kcc-2.1-k2", "kcc-2.2.3-k1", "kcc-2.2.3-k2"
MET, NOT_DONE = Response(written="yes", practice=3), Response(written="yes", practice=1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def last(shipped: Criteria) -> Audit:
    """Last year's audit of an invented school."""
    return audit_of(shipped, {K1: NOT_DONE, K2: MET}, year="2025/26")


@pytest.fixture
def audit_id(store: Store, last: Audit, shipped: Criteria) -> str:
    """This year's, begun from last year's, with one answer changed and one confirmed."""
    begun = next_year.start_from(last, shipped, year="2026/27")
    made = store.add(begun)
    store.save(made, K1, base=Response(), mine=MET, role="headteacher")
    store.save(made, K2, base=Response(), mine=MET, role="network-manager")
    return made


def signed(audit: Audit, criteria: Criteria) -> Audit:
    """The audit signed by both roles."""
    for role in ("headteacher", "chair of governors"):
        audit = signing.sign(audit, criteria, Signature(role=role, on=dt.date(2026, 7, 3)))  # type: ignore[arg-type]
    return audit


def groups(app: AppTest) -> list[str]:
    """What the groups of statements are called, with how many each holds."""
    labels = [fold.label for fold in app.expander]
    return [
        label for label in labels if label.startswith(("✓", "✕", "○", "=", "…", "!", "?", "–", "+", "≠", "⊘", "←", "→"))
    ]


def tables(app: AppTest) -> str:
    """Every table of the page."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def test_the_year_that_an_audit_began_with_needs_no_audit_in_the_store(audit_id: str) -> None:
    """The trend has both years, and what changed since the carried answers is there at once."""
    app = at("history", audit=audit_id)
    assert titles(app) == ["What changed"]
    assert [box.value for box in app.selectbox] == ["2025/26", "2026/27"]
    assert groups(app) == [
        "✓ Closed: 1",
        "… Not answered yet: 39",
        "= Still met: 1",
        "⊘ No longer asked: overtaken: 12",
    ]
    assert "Since 2025/26, 1 gap was closed and 0 opened" in said(app)


def test_any_two_audits_of_the_school_can_be_chosen(store: Store, audit_id: str, last: Audit) -> None:
    """Another pair of years shows what changed between these, and a later one is never offered as the earlier."""
    store.add(dataclasses.replace(last, year="2024/25", responses={K1: MET, K2: MET}))
    store.add(last)
    app = at("history", audit=audit_id)
    app.selectbox(key="changes.later").set_value("2025/26").run()
    assert app.selectbox(key="changes.earlier.2025/26").options == ["2024/25"]
    assert groups(app)[:1] == ["✕ Opened: 1"]
    assert not app.exception


def test_an_audit_can_be_compared_with_a_workbook(store: Store, last: Audit, shipped: Criteria) -> None:
    """Last year's workbook of another computer is compared, and not stored."""
    alone = store.add(dataclasses.replace(last, year="2026/27", responses={K1: MET, K2: MET}))
    app = at("history", audit=alone)
    assert "No earlier audit of this school is here" in said(app)
    upload(app, "changes.workbook", write(last, shipped))
    assert [box.value for box in app.selectbox] == ["2025/26, from school.xlsx", "2026/27"]
    assert groups(app)[0] == "✓ Closed: 1"
    assert [card.year for card in store.cards()] == ["2026/27"]


def test_a_file_that_is_no_workbook_is_told(audit_id: str) -> None:
    """What cannot be read is explained, and the rest of the page stands."""
    app = upload(at("history", audit=audit_id), "changes.workbook", b"no workbook")
    assert not app.exception
    assert "The workbook cannot be used until the faults above are mended." in said(app)
    assert groups(app)[0] == "✓ Closed: 1"


def test_the_log_tells_confirmed_from_changed(last: Audit, shipped: Criteria) -> None:
    """Each change says when, by which role, what it was and is; the latest first, events among them."""
    audit = next_year.start_from(last, shipped, year="2026/27")
    at_nine, minute = dt.datetime(2026, 9, 7, 9), dt.timedelta(minutes=1)
    moments = [at_nine + number * minute for number in range(6)]
    past = [
        Past(statement=K2, at=moments[1], role="head", old=Response(), new=MET),
        Past(statement=K1, at=moments[2], role="", old=Response(), new=MET),
        Past(statement=K1, at=moments[3], role="", old=MET, new=NOT_DONE),
        Past(statement=K3, at=moments[4], role="", old=Response(), new=MET),
        Past(statement="gone-k1", at=moments[5], role="", old=MET, new=Response()),
    ]
    events = [Event(at=moments[0], role="head", what="Begun with the answers of 2025/26")]
    met, not_done, none = "Written: Yes\nDone: 3 In place", "Written: Yes\nDone: 1 Planned", "Not answered"
    assert log(past, events, audit=audit, criteria=shipped).astype("str").to_numpy().tolist() == [
        ["2026-09-07 09:05:00", "Not given", "gone-k1", "Cleared", met, none],
        ["2026-09-07 09:04:00", "Not given", "2.2.3 K2", "Answered", none, met],
        ["2026-09-07 09:03:00", "Not given", "2.1 K2", "Changed", met, not_done],
        ["2026-09-07 09:02:00", "Not given", "2.1 K2", "Changed from last year", none, met],
        ["2026-09-07 09:01:00", "head", "2.2.3 K1", "Confirmed from last year", none, met],
        ["2026-09-07 09:00:00", "head", "", "About the audit", "", "Begun with the answers of 2025/26"],
    ]


def test_the_log_can_be_filtered(audit_id: str) -> None:
    """Only what happened in the wanted way is in view, and how many of how many."""
    app = at("history", audit=audit_id)
    assert "3 of 3 entries." in said(app)
    app.multiselect(key="log.what").set_value(["Confirmed from last year"]).run()
    assert "1 of 3 entries." in said(app)
    assert "network-manager" in tables(app)
    assert not app.exception


def test_what_people_typed_is_shown_as_they_typed_it(store: Store, audit_id: str) -> None:
    """Markup in an answer is text in the log."""
    store.save(audit_id, K3, base=Response(), mine=Response(written="no", comment="<img src=x onerror=alert(1)> **b**"))
    app = at("history", audit=audit_id)
    assert "Comment: &lt;img src=x onerror=alert(1)&gt; **b**" in tables(app)
    assert "<img" not in tables(app)


def test_each_signed_version_can_be_fetched_as_it_was(store: Store, last: Audit, shipped: Criteria) -> None:
    """Every version names its roles, days and SHA-256, and gives its workbook and report; reopening says why."""
    first = signed(last, shipped)
    assert first.signed is not None
    made = store.add(first, criteria=shipped)
    store.sign_offs.reopen(made, on=dt.date(2026, 8, 1), because="A slip in *2.1*.")
    app = at("history", audit=made)
    assert [text.value for text in app.text] == [
        "Signed by the headteacher on 3 July 2026",
        "Signed by the chair of governors on 3 July 2026",
        "Opened again on 1 August 2026: A slip in *2.1*.",
    ]
    assert f"SHA-256 of its content: {first.signed.content}" in said(app)
    assert [one.proto.label for one in app.get("download_button")][-2:] == [
        "Workbook of version 1",
        "Report of version 1",
    ]


def test_a_year_that_was_tampered_with_is_left_out(
    store: Store, tmp_path: Path, audit_id: str, last: Audit, shipped: Criteria
) -> None:
    """What somebody changed in the database by hand is told and not shown; the rest of the page stands."""
    tampered = store.add(signed(last, shipped), criteria=shipped)
    with contextlib.closing(sqlite3.connect(tmp_path / "audits.sqlite3")) as database, database:
        database.execute("UPDATE sign_offs SET content = x'7b7d'")
        database.execute("DELETE FROM responses WHERE audit = ?", [tampered])
    app = at("history", audit=audit_id)
    assert "1 audit of the school left out: what was signed has been changed in the database" in said(app)
    assert groups(app)[0] == "✓ Closed: 1"


def test_a_version_signed_elsewhere_says_where_its_content_is(store: Store, last: Audit, shipped: Criteria) -> None:
    """A workbook brings the history of its sign-offs; the content of an older version stays where it was signed."""
    reopened = signing.reopen(signed(last, shipped), on=dt.date(2026, 8, 1), because="A slip.")
    app = at("history", audit=store.add(reopened))
    assert "Its content is not kept on this computer." in said(app)


def test_an_audit_just_begun_has_its_page_too(store: Store, shipped: Criteria) -> None:
    """Without an answer and without another year there is nothing to compare, and the page says so."""
    app = at("history", audit=store.add(audit_of(shipped, {})))
    assert "No earlier audit of this school is here" in said(app)
    assert "This audit has not been signed yet." in said(app)


def test_years_and_changes_are_of_one_framework(store: Store, every_framework: Criteria) -> None:
    """What left the template since last year is shown apart with the reason; the duties begin this year."""
    refs = tuple(ref for ref in every_framework.refs if ref.id in ("kcc-2010", "england-2026"))
    kent = tuple(ref for ref in refs if ref.id == "kcc-2010")
    store.add(audit_of(every_framework, {K1: MET, "kcc-2.1-k1": MET}, year="2025/26", frameworks=kent))
    made = store.add(audit_of(every_framework, {K1: MET}, frameworks=refs, as_printed=False))
    app = at("history", audit=made)
    assert "⊘ No longer asked: overtaken: 12" in groups(app)
    assert "2026/27 no longer asks 12, because law or guidance has overtaken them." in said(app).replace("\\", "")
    reason = every_framework["kcc-2.1-k1"].statement.superseded
    assert reason is not None
    assert escape(reason.because) in tables(app)
    app.radio[0].set_value("england-2026").run()
    assert not app.exception
    assert "are about other questions, so no line joins them" in said(app)
