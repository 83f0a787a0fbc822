"""The bin: a deleted audit is out of sight, can be put back whole, and is gone for good when its days are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from audit.model import Action, Criteria, Response, Signature
from audit.school.merge import Conflict
from audit.store import schema
from audit.store.audits import Store
from audit.store.schema import AlreadyThere, Gone
from tests.conftest import audit_of
from tests.pages import app_store, at, press

A = "toy-1.1-k1"
NOW = dt.datetime(2026, 11, 1, 12, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store on a database of the test's own."""
    opened = Store(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def audit_id(store: Store, toy: Criteria) -> str:
    """An audit with an answer, an action and a benchmark."""
    made = store.add(audit_of(toy, {A: Response(written="yes")}, actions=(Action(statement=A, what="Write it."),)))
    store.set_benchmark(made, file="b.json", data=b"{}")
    return made


def test_a_deleted_audit_is_nowhere_to_be_found(store: Store, audit_id: str) -> None:
    """An audit in the bin is in no list, is not found, and takes no answers."""
    audit = store.load(audit_id)
    assert audit is not None
    store.bin.put(audit_id, now=NOW)
    assert store.cards() == ()
    assert store.card(audit_id) is None
    assert store.find(audit.school.urn, audit.year) is None
    assert store.of_school(audit.school.urn) == ()
    assert store.load(audit_id) is None
    with pytest.raises(Gone):
        store.save(audit_id, A, base=Response(written="yes"), mine=Response(written="no"))


def test_nothing_of_a_deleted_audit_is_served_by_its_number(store: Store, audit_id: str) -> None:
    """Whoever kept the number of an audit in the bin gets no answer, log, plan, benchmark or time of it."""
    store.bin.put(audit_id, now=NOW)
    assert (store.stored(audit_id), store.history(audit_id), store.answered_at(audit_id)) == ({}, (), ())
    assert (store.events(audit_id), store.benchmark(audit_id), store.plans.came_at(audit_id)) == ((), None, {})


def test_a_signed_version_of_a_deleted_audit_is_not_served(store: Store, audit_id: str, toy: Criteria) -> None:
    """The version that was signed is kept in the bin with its audit, and comes back with it."""
    seen = store.load(audit_id)
    assert seen is not None
    made = Signature(role="headteacher", on=dt.date(2026, 3, 2), statement="")
    store.sign_offs.sign(audit_id, made, seen=seen, criteria=toy)
    store.bin.put(audit_id, now=NOW)
    assert store.sign_offs.version(audit_id, 1) is None
    store.bin.put_back(audit_id)
    assert store.sign_offs.version(audit_id, 1) is not None


def test_what_is_removed_is_not_in_the_bytes_of_the_file(store: Store, audit_id: str, tmp_path: Path) -> None:
    """Gone for good is gone from the disk: no byte of an answer's text is left in the database's file."""
    typed = "Zeitgeistliche Niederschrift 4711"
    now = store.save(audit_id, A, base=Response(written="yes"), mine=Response(written="yes", evidence=typed))
    assert not isinstance(now, Conflict)
    store.bin.put(audit_id)
    store.bin.remove(audit_id)
    store.close()
    assert not [file.name for file in tmp_path.iterdir() if typed.encode() in file.read_bytes()]


def test_an_audit_put_back_is_as_it_was(store: Store, audit_id: str) -> None:
    """Putting back gives the same audit with its history."""
    before, history = store.load(audit_id), store.history(audit_id)
    store.bin.put(audit_id)
    store.bin.put_back(audit_id)
    assert (store.load(audit_id), store.history(audit_id)) == (before, history)
    assert store.bin.all() == ()


def test_a_new_audit_beside_one_in_the_bin_is_refused(store: Store, audit_id: str) -> None:
    """The refusal says that the audit of that school and year lies in the bin."""
    audit = store.load(audit_id)
    assert audit is not None
    store.bin.put(audit_id)
    with pytest.raises(AlreadyThere) as refused:
        store.add(audit)
    assert (refused.value.audit_id, refused.value.in_bin) == (audit_id, True)


@pytest.mark.parametrize(("days", "removed"), [(29, 0), (30, 1)])
def test_the_bin_keeps_an_audit_for_thirty_days(store: Store, audit_id: str, days: int, removed: int) -> None:
    """Before its days are over an audit stays; then it is removed."""
    store.bin.put(audit_id, now=NOW)
    assert store.bin.purge(NOW + dt.timedelta(days=days)) == removed


def test_the_days_are_a_setting(store: Store, audit_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says how many days an audit is kept."""
    monkeypatch.setenv("AUDIT_BIN_DAYS", "7")
    store.bin.put(audit_id, now=NOW)
    assert store.bin.all()[0].until == NOW + dt.timedelta(days=7)
    assert store.bin.purge(NOW + dt.timedelta(days=7)) == 1


def test_what_is_removed_leaves_nothing(store: Store, audit_id: str, tmp_path: Path) -> None:
    """No table holds a row of an audit that was removed for good, and another of its school and year can begin."""
    audit = store.load(audit_id)
    assert audit is not None
    store.bin.put(audit_id)
    store.bin.remove(audit_id)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            assert connection.execute(sa.select(table)).all() == []
    engine.dispose()
    assert store.load(store.add(audit)) is not None


def test_only_what_is_in_the_bin_is_removed(store: Store, audit_id: str) -> None:
    """An audit that was not deleted first cannot be removed for good."""
    with pytest.raises(Gone):
        store.bin.remove(audit_id)
    assert store.load(audit_id) is not None


def test_a_person_deletes_by_name_and_puts_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toy: Criteria) -> None:
    """On Home a wrong name deletes nothing, the school's name does, and Put back undoes it."""
    with app_store(tmp_path, monkeypatch) as opened:
        audit = audit_of(toy, {})
        made = opened.add(audit)
        app = at("home")
        app.selectbox(key="bin.which").set_value(made).run()
        app.text_input(key=f"bin.name.{made}").set_value("Another").run()
        press(app, "Delete this audit")
        assert opened.card(made) is not None
        app.text_input(key=f"bin.name.{made}").set_value(audit.school.name.lower()).run()
        press(app, "Delete this audit")
        assert opened.card(made) is None
        press(app, "Put back")
        assert opened.card(made) is not None


def test_opened_examples_stand_apart_and_are_removed_by_one_click(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An example has a badge in a list of its own; removed, it lies in the bin, and opening it again brings it back."""
    with app_store(tmp_path, monkeypatch) as opened:
        app = at("home")
        app = next(one for one in app.button if one.key == "example-wrotham-road-2017.xlsx").click().run()
        [card] = opened.cards()
        app = at("home")
        assert "Opened examples" in [one.value for one in app.subheader]
        assert any(":gray-badge[Example]" in one.value for one in app.markdown)
        app = press(app, "Remove")
        assert (opened.cards(), [one.card.id for one in opened.bin.all()]) == ((), [card.id])
        next(one for one in app.button if one.key == "example-wrotham-road-2017.xlsx").click().run()
        assert [one.id for one in opened.cards()] == [card.id]
