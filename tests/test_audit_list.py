"""The list of audits on Home and Start: what a card shows, asked of the database all at once."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from audit.model import Action, Audit, Carried, Criteria, Response, School, Signature
from audit.school.signing import NotIntact
from audit.store.audits import Store
from audit.store.collections import AuthorityStore, KeptFile
from tests.conftest import audit_of
from tests.pages import app_store, at

A, B = "toy-1.1-k1", "toy-1.1-k2"
YES, NO = Response(written="yes", practice=3, evidence="Log, page 3"), Response(written="no", practice=0)
HEAD = Signature(role="headteacher", on=dt.date(2027, 5, 3), statement="We know our gaps.")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL statements that any database of this process gets meanwhile."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def of_every_kind(criteria: Criteria, number: int) -> tuple[Audit, Audit, Audit]:
    """Three audits of one invented school: answered, begun with last year's answers, and one to be signed."""
    school = School(urn=f"{900100 + number}", name=f"Invented School {number}", phase="primary")
    plan = (Action(statement=B, what="Write it.", id="a1"), Action(what="Tell everybody.", id="a2"))
    answered = audit_of(criteria, {A: YES, B: NO}, school=school, year="2024/25", actions=plan, revisions={B: 2})
    carried = {A: Carried(response=YES), B: Carried(response=NO, revision=2)}
    begun = audit_of(criteria, {}, school=school, year="2025/26", carried=carried, carried_from="2024/25")
    return answered, begun, replace(answered, year="2026/27", revisions={}, actions=plan[:1])


def fill(store: Store, criteria: Criteria, schools: int) -> list[str]:
    """Three audits for each school, one of them signed, and one more that lies in the bin; the ids of the signed ones."""
    signed = []
    for number in range(schools):
        *open_ones, to_sign = of_every_kind(criteria, number)
        for audit in open_ones:
            store.add(audit)
        audit_id = store.add(to_sign)
        seen = store.load(audit_id)
        assert seen is not None
        store.sign_offs.sign(audit_id, HEAD, seen=seen, criteria=criteria)
        store.bin.put(store.add(replace(to_sign, year="2023/24")))
        signed.append(audit_id)
    return signed


def test_the_list_holds_the_audits_as_they_are_loaded(store: Store, toy: Criteria) -> None:
    """Every audit of the list is the one that opening it gives, with its criteria; one in the bin is not listed."""
    fill(store, toy, 3)
    listed = store.listed(toy)
    assert [one.card for one in listed] == list(store.cards())
    for one in listed:
        loaded = store.load(one.card.id)
        assert loaded is not None
        assert (one.audit, one.criteria, one.fault) == (loaded, store.criteria_of(one.card.id, loaded, toy), "")


def test_an_audit_signed_with_another_wording_is_listed_with_that_wording(store: Store, toy: Criteria) -> None:
    """What a card says of a signed audit is counted with the criteria that it was signed with."""
    [signed] = fill(store, toy, 1)
    later = Criteria(tuple(replace(framework, title="Another title") for framework in toy.frameworks))
    by_id = {one.card.id: one for one in store.listed(later)}
    assert by_id.pop(signed).criteria == toy
    assert [one.criteria for one in by_id.values()] == [later, later]


def test_an_audit_of_an_edition_no_longer_in_use_is_listed_with_the_edition_kept(store: Store, toy: Criteria) -> None:
    """When a later edition has come, the list still counts an earlier audit with the wording that was kept."""
    store.keep(toy)
    later = Criteria(tuple(replace(framework, edition="later") for framework in toy.frameworks))
    store.add(audit_of(toy, {A: YES}))
    assert [one.criteria for one in store.listed(later)] == [toy]


def test_a_signed_audit_changed_by_hand_is_listed_as_that(store: Store, file: Path, toy: Criteria) -> None:
    """One audit that is not what was signed says so in its place, and hides no other."""
    changed, other = fill(store, toy, 2)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE sign_offs SET content = 'x' WHERE audit = ?", [changed])
        connection.execute("UPDATE responses SET written = 'partly' WHERE audit = ?", [changed])
        connection.commit()
    with pytest.raises(NotIntact) as refused:
        store.load(changed)
    by_id = {one.card.id: one for one in store.listed(toy)}
    assert (by_id[changed].audit, by_id[changed].fault) == (None, str(refused.value))
    assert by_id[other].audit == store.load(other)
    assert changed not in dict(store.of_school("900100"))


def test_a_signed_audit_with_damaged_content_and_true_rows_is_listed(store: Store, file: Path, toy: Criteria) -> None:
    """Where the kept content is damaged, the rows are shown as long as they are what was signed."""
    [signed] = fill(store, toy, 1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE sign_offs SET content = 'x'")
        connection.commit()
    [listed] = (one for one in store.listed(toy) if one.card.id == signed)
    assert (listed.audit, listed.fault) == (store.load(signed), "")


@pytest.mark.parametrize("page", ["home", "start"])
def test_a_page_asks_as_much_of_the_store_for_thirty_audits_as_for_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toy: Criteria, page: str
) -> None:
    """However many audits there are, open, signed and deleted, Home and Start send the same number of SQL statements."""
    numbers = []
    for schools in (1, 10):
        folder = tmp_path / str(schools)
        folder.mkdir()
        with app_store(folder, monkeypatch) as opened:
            fill(opened, toy, schools)
            app = at(page)
            with counted() as statements:
                app.run()
            numbers.append(len(statements))
            assert sum(str(button.key).startswith("open-") for button in app.button) == 3 * schools
    assert numbers[0] == numbers[1] > 0


def test_the_years_of_a_school_are_read_with_a_fixed_number_of_statements(store: Store, toy: Criteria) -> None:
    """A school with many years asks no more of the database than one with two."""
    numbers = []
    for number, years in ((1, range(20, 22)), (2, range(10, 26))):
        answered, *_ = of_every_kind(toy, number)
        for year in years:
            store.add(replace(answered, year=f"20{year}/{year + 1}"))
        with counted() as statements:
            assert len(store.of_school(answered.school.urn)) == len(years)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_the_list_of_collections_asks_as_much_for_thirty_as_for_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many collections there are, their list is shown with the same number of SQL statements."""
    numbers = []
    for collections in (3, 30):
        folder = tmp_path / str(collections)
        folder.mkdir()
        with app_store(folder, monkeypatch):
            kept = AuthorityStore(f"sqlite:///{folder / 'audits.sqlite3'}")
            for number in range(collections):
                kept.add_files(kept.start(f"Returns {number}"), [KeptFile(file="a.xlsx", data=b"PK")])
            kept.close()
            app = at("collect")
            with counted() as statements:
                app.run()
            numbers.append(len(statements))
            assert sum("its 1 file," in box.label for box in app.checkbox) == collections
    assert numbers[0] == numbers[1] > 0


def test_a_newer_desk_review_leaves_the_way_into_the_next_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shipped: Criteria
) -> None:
    """Whoever reads a school's policy of a later year can still start the school's own next audit from its last."""
    school = School(urn="900123", name="Invented School", phase="primary")
    with app_store(tmp_path, monkeypatch) as store:
        own = store.add(audit_of(shipped, {}, school=school, year="2024/25"))
        store.add(audit_of(shipped, {}, school=school, year="2025/26", basis="desk review"))
        assert f"next-{own}" in [button.key for button in at("home").button]
