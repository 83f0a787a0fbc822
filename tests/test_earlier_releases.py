"""What earlier releases wrote verifies, opens and reads for good, whatever the wording is now."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.model import Action, Audit, Criteria, FrameworkRef, Response, School
from audit.school.history_words import event_words
from audit.school.outcome import outcome
from audit.store.audits import Store
from audit.store.collections import AuthorityStore
from audit.verify import verify
from audit.workbook.read import read
from audit.workbook.write import write
from tests.terminal import audit as terminal

FILES = Path(__file__).parent / "files"
PRIMARY = School(urn="900001", name="Example Primary School", phase="primary", local_authority="886")
SECONDARY = School(urn="900002", name="Example Secondary School", phase="secondary", local_authority="886")
TEMPLATE = (FrameworkRef("kcc-2010", "2010"),)
SHA256 = "e0a9013925ce3d2f4ac98ad5836f585cee216537c84b76425d3c3f28afca1e43"
PLANNED = Action(
    what="Rewrite section 2, with dates; tell parents",
    statement="kcc-2.2.1-k3",
    role="Headteacher",
    due=dt.date(2026, 12, 18),
    status="In progress",
    note="Draft read",
)


def audit_in(name: str, criteria: Criteria) -> Audit:
    """The audit of a workbook, which must read without a problem."""
    reading = read((FILES / name).read_bytes(), name, criteria)
    assert reading.problems == ()
    assert reading.audit is not None
    return reading.audit


def counts(audit: Audit, criteria: Criteria) -> dict[str, int]:
    """How many recommended statements apply and how they stand."""
    overall = outcome(audit, criteria).overall
    names = ("applicable", "met", "not_written", "not_done", "neither", "not_known")
    return {name: int(overall[name]) for name in names}


@pytest.fixture(params=["0.1.0", "0.2.0", "0.3.0"])
def release(request: pytest.FixtureRequest) -> str:
    """Each earlier release."""
    return str(request.param)


@pytest.fixture
def url(tmp_path: Path, release: str) -> str:
    """A copy of its database, which opening brings up to date."""
    path = tmp_path / "audits.sqlite3"
    shutil.copy(FILES / release / "audits.sqlite3", path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The store of it."""
    opened = Store(url)
    yield opened
    opened.close()


def loaded(store: Store, urn: str, year: str) -> tuple[str, Audit]:
    """The id of the audit of a school and year, and the audit."""
    audit_id = store.find(urn, year)
    assert audit_id is not None
    audit = store.load(audit_id)
    assert audit is not None
    return audit_id, audit


@pytest.mark.parametrize("name", ["signed.xlsx", "pack.pdf"])
def test_what_was_signed_is_as_signed(shipped: Criteria, name: str) -> None:
    """A signed workbook and a pack of 0.3.0 are what was signed, by both roles on their days."""
    verdict = verify((FILES / "0.3.0" / name).read_bytes(), name, shipped)
    assert (verdict.standing, verdict.differences, verdict.problems) == ("as signed", (), ())
    assert verdict.sign_off is not None
    assert (verdict.sign_off.version, verdict.sign_off.content) == (1, SHA256)
    assert [(one.role, one.on, one.statement) for one in verdict.sign_off.signatures] == [
        ("headteacher", dt.date(2026, 11, 23), "We know our gaps; the plan is agreed."),
        ("chair of governors", dt.date(2026, 11, 24), "The board has seen it."),
    ]


@pytest.mark.parametrize("name", ["signed.xlsx", "pack.pdf"])
def test_the_terminal_finds_them_as_signed(name: str) -> None:
    """The exit code is 0."""
    found = terminal("verify", str(FILES / "0.3.0" / name))
    assert (found.status, found.out[0]) == (0, f"{name} is what was signed.")


def test_a_signed_workbook_is_read_whole(shipped: Criteria) -> None:
    """It is intact, with the answers, the actions and last year's answers that it holds."""
    reading = read((FILES / "0.3.0" / "signed.xlsx").read_bytes(), "signed.xlsx", shipped)
    assert (reading.problems, reading.intact) == ((), True)
    audit = reading.audit
    assert audit is not None
    assert (audit.school, audit.year, audit.frameworks, audit.scope) == (PRIMARY, "2026/27", TEMPLATE, "recommended")
    assert (len(audit.responses), len(audit.actions), len(audit.carried)) == (59, 9, 59)
    assert (audit.carried_from, audit.completed_on) == ("2025/26", dt.date(2026, 11, 23))
    assert (audit.first_answer_at, audit.last_answer_at) == (dt.datetime(2026, 11, 27, 11, 23),) * 2
    assert audit.response("kcc-2.1-k1").practice == 4
    assert counts(audit, shipped) == {
        "applicable": 52, "met": 37, "not_written": 4, "not_done": 7, "neither": 3, "not_known": 1,
    }  # fmt: skip


def test_a_workbook_that_was_opened_again_is_not_signed(shipped: Criteria) -> None:
    """Its version, its day and the reason are kept."""
    name = "0.3.0/reopened.xlsx"
    audit = audit_in(name, shipped)
    [sign_off] = audit.sign_offs
    assert (audit.signed, sign_off.version, sign_off.reopened_on) == (None, 1, dt.date(2026, 11, 23))
    assert sign_off.reopened_because == "The filtering answer was out of date."
    assert verify((FILES / name).read_bytes(), name, shipped).standing == "not signed"


@pytest.mark.parametrize("name", ["0.1.0/unsigned.xlsx", "0.2.0/unsigned.xlsx"])
def test_a_workbook_of_the_first_format_is_read_whole(shipped: Criteria, name: str) -> None:
    """Answers, actions and figures are those that were written; the school can work on in it."""
    audit = audit_in(name, shipped)
    assert (audit.school, audit.year, audit.frameworks) == (PRIMARY, "2025/26", TEMPLATE)
    assert (len(audit.responses), audit.completed_on, audit.carried_from) == (59, dt.date(2026, 7, 10), "")
    assert audit.actions == (PLANNED, Action(what="Buy a filter report", role="Network manager"))
    assert audit.response("kcc-2.1-k1") == Response(not_applicable="Pupils of this age have no accounts of their own.")
    assert {name: counts(audit, shipped)[name] for name in ("applicable", "met", "not_known")} == {
        "applicable": 51, "met": 36, "not_known": 1,
    }  # fmt: skip
    assert read(write(audit, shipped), "now.xlsx", shipped).audit == audit


def test_a_workbook_of_the_second_format_is_read_whole(shipped: Criteria) -> None:
    """Also one that began with last year's answers, of which some are confirmed."""
    audit = audit_in("0.3.0/unsigned.xlsx", shipped)
    assert (audit.school, audit.year, audit.scope, audit.signed) == (SECONDARY, "2026/27", "all", None)
    assert (len(audit.responses), len(audit.actions), len(audit.carried)) == (20, 8, 141)
    response = audit.response("kcc-2.1-k1")
    assert (response.written, response.practice) == ("yes", 3)
    assert response.comment == "Looked at again with the IT provider.\nTo be raised in spring."
    assert (audit.actions[0].id, audit.actions[0].since) == ("ex03", "2024/25")


def test_a_database_opens_with_every_answer_action_and_change(store: Store, release: str) -> None:
    """Nothing is lost in an upgrade."""
    found = {
        (card.school.urn, card.year): (
            len(audit.responses),
            len(audit.actions),
            len(store.history(card.id)),
            len(store.events(card.id)),
        )
        for card in store.cards()
        if (audit := store.load(card.id)) is not None
    }
    first = {("900001", "2025/26"): (59, 2, 64, 0)}
    assert (
        found
        == {
            "0.1.0": first,
            "0.2.0": first,
            "0.3.0": {
                ("900001", "2025/26"): (59, 10, 59, 1),
                ("900001", "2026/27"): (59, 9, 59, 6),
                ("900002", "2025/26"): (141, 10, 141, 1),
                ("900002", "2026/27"): (20, 8, 21, 6),
            },
        }[release]
    )


def test_a_database_can_be_worked_on(store: Store) -> None:
    """An action can be planned in each, and when it came is known."""
    card = store.cards()[-1]
    audit = store.load(card.id)
    assert audit is not None
    if audit.signed is not None:
        store.sign_offs.reopen(card.id, on=dt.date(2026, 11, 27), because="To go on.")
    made = store.plans.put(card.id, Action(what="Go on"))
    assert made in store.plans.came_at(card.id)


@pytest.mark.parametrize("release", ["0.3.0"], indirect=True)
def test_a_signed_audit_of_a_database_is_as_signed(store: Store, shipped: Criteria) -> None:
    """Its content is kept, and the workbook that this version makes of it is what was signed."""
    audit_id, audit = loaded(store, "900001", "2026/27")
    kept = store.sign_offs.version(audit_id, 1)
    assert kept is not None
    assert (kept.audit, kept.audit.sign_offs[-1].content) == (audit, SHA256)
    data = write(audit, kept.criteria)
    assert verify(data, "now.xlsx", shipped).standing == "as signed"
    assert read(data, "now.xlsx", shipped).audit == audit_in("0.3.0/signed.xlsx", shipped)


@pytest.mark.parametrize("release", ["0.3.0"], indirect=True)
def test_the_log_of_a_database_says_what_it_said(store: Store) -> None:
    """The events of 0.3.0, which kept them as prose, lose nothing."""
    audit_id, _ = loaded(store, "900002", "2026/27")
    meeting = "Buy in a parents' evening; costs, dates: to be asked; DSL; due 26/02/2027"
    assert [(one.role, event_words(one)) for one in store.events(audit_id)] == [
        ("online safety lead", "Begun with the answers of 2025/26"),
        ("DSL", f"Action added: {meeting}; Not started"),
        ("DSL", f"Action changed: {meeting}; Not started → {meeting}; In progress"),
        (
            "DSL",
            f"Action changed: {meeting}; In progress → {meeting}; Done; Held in February → 64 parents came",
        ),
        ("headteacher", "Version 1 signed by the headteacher, 2026-11-20: First version."),
        ("headteacher", "Version 1 reopened: The filtering answer was out of date."),
    ]


@pytest.mark.parametrize(("release", "files"), [("0.2.0", 1), ("0.3.0", 2)], indirect=["release"])
def test_a_collection_keeps_its_files(url: str, files: int) -> None:
    """The authority's side opens too, and gives back every file that was collected."""
    opened = AuthorityStore(url)
    [collection] = opened.collections()
    kept = list(opened.files(collection.id))
    opened.close()
    assert (len(kept), all(one.data.startswith(b"PK") for one in kept)) == (files, True)
