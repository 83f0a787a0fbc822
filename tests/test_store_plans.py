"""Action plans in the store: what stays apart, and when an action came to stand as it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.model import Action, Criteria
from audit.store.audits import Store
from tests.conftest import audit_of

STATEMENT = "toy-1.1-k1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    opened = Store(f"sqlite:///{tmp_path / 'audits.sqlite3'}")
    yield opened
    opened.close()


def test_of_two_actions_that_are_alike_one_is_changed(store: Store, toy: Criteria) -> None:
    """Rows that were copied in a workbook are alike; changing one leaves the other."""
    alike = Action(what="Train them")
    audit_id = store.add(audit_of(toy, {}, actions=(alike, alike)))
    made = store.plans.put(audit_id, dataclasses.replace(alike, note="First"), base=alike)
    audit = store.load(audit_id)
    assert audit is not None
    assert audit.actions == (made, alike)


def test_when_an_action_came_to_stand_as_it_does(store: Store, toy: Criteria) -> None:
    """It is the moment of the change that made it so; an action that came with a workbook has none."""
    brought = Action(what="From a workbook")
    audit_id = store.add(audit_of(toy, {}, actions=(brought,)))
    added = store.plans.put(audit_id, Action(what="Train them", statement=STATEMENT))
    done = store.plans.put(audit_id, dataclasses.replace(added, status="Done"), base=added)
    other = store.plans.put(audit_id, Action(what="Train", role="Head"))
    [_, _, at_done, at_other] = [event.at for event in store.events(audit_id)]
    assert store.plans.came_at(audit_id) == {done: at_done, other: at_other}
