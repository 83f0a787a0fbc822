"""Two audits in one database: each keeps what is its own, whatever happens to the other."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from audit.model import Action, Audit, Carried, Criteria, Response, School, Signature, action_state
from audit.school import signing
from audit.school.merge import UploadChange
from audit.school.signing import Signed
from audit.store.audits import Store
from audit.store.schema import AlreadyThere, Gone, SignedOff
from tests.conftest import audit_of

A, B, C, D = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"
YES, NO = Response(written="yes", practice=3, evidence="Log, page 3"), Response(written="no", practice=0)
PARTLY = Response(written="partly", practice="unknown", comment="Ask again.")
ASIDE = Response(not_applicable="We have none.")
LONG_AGO = "2001-02-03 04:05:06.000000"
MAY, JUNE = dt.date(2027, 5, 3), dt.date(2027, 6, 4)
HEAD = Signature(role="headteacher", on=MAY, statement="We know our gaps.")
PLAN = (
    Action(statement=B, what="Write it.", role="Head", due=dt.date(2027, 3, 1), id="a1", since="2025/26"),
    Action(statement=A, what="Do it.", status="In progress", note="Half way", id="a2"),
    Action(what="Meet.", id="a3"),
)


def full(criteria: Criteria) -> Audit:
    """An audit that holds something of every kind but sign-offs."""
    return audit_of(
        criteria,
        {A: YES, B: NO, C: ASIDE},
        actions=PLAN,
        carried_from="2025/26",
        carried={B: Carried(response=YES, revision=2), D: Carried(response=ASIDE)},
        revisions={A: 3, C: 2},
        completed_on=MAY,
        scope="all",
    )


def of_valley(audit: Audit) -> Audit:
    """The same audit of another school, without an answer to one statement."""
    school = School(urn="900002", name="Valley", phase="secondary", local_authority="886")
    return dataclasses.replace(audit, school=school, responses={A: NO, B: PARTLY}, revisions={B: 4})


def loaded(store: Store, audit_id: str) -> Audit:
    """The audit that the store holds."""
    audit = store.load(audit_id)
    assert audit is not None
    return audit


def rows_of(file: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in the file itself."""
    with closing(sqlite3.connect(file)) as there:
        return there.execute(query).fetchall()


def test_every_part_of_an_audit_comes_back(store: Store, toy: Criteria) -> None:
    """Answers, answers of last year with their revision, plan in its order, revisions and head, of each its own."""
    review = audit_of(
        toy,
        {A: Response(written="yes"), B: Response(written="no")},
        year="2024/25",
        basis="desk review",
        policy_read="Safeguarding policy",
    )
    audits = [full(toy), of_valley(full(toy)), review]
    ids = [store.add(one) for one in audits]
    assert [loaded(store, one) for one in ids] == audits


def test_a_statement_that_was_cleared_is_not_among_the_answers(store: Store, toy: Criteria) -> None:
    """An answer that was taken back is none, and its revision goes with it; the row stays in the store."""
    audit_id = store.add(full(toy))
    store.save(audit_id, A, base=YES, mine=Response())
    now = loaded(store, audit_id)
    assert (now.responses, now.revisions) == ({B: NO, C: ASIDE}, {C: 2})
    assert store.stored(audit_id)[A].revision == 2


JOBS: dict[str, Callable[[Store, str, Criteria], object]] = {
    "an answer": lambda store, one, _: store.save(one, A, base=YES, mine=NO, of_revision=2),
    "an upload": lambda store, one, _: store.apply(
        one, (UploadChange(statement=B, stored=NO, given=YES, kind="changed"),)
    ),
    "the whole plan": lambda store, one, _: store.apply(one, (), plan=(Action(what="Ask.", id="b1"),)),
    "an action": lambda store, one, _: store.plans.put(one, Action(what="Ask.", id="b1")),
    "signing": lambda store, one, toy: store.sign_offs.sign(one, HEAD, seen=loaded(store, one), criteria=toy),
    "what was signed elsewhere": lambda store, one, toy: store.sign_offs.take(one, signed(toy)),
    "the bin": lambda store, one, _: store.bin.put(one),
}


def signed(criteria: Criteria) -> Signed:
    """The audit as it was signed on another computer, where some of it had changed."""
    audit = dataclasses.replace(
        full(criteria),
        responses={A: YES, B: PARTLY, D: NO},
        actions=(PLAN[1], Action(what="Ask.", id="b1")),
        carried={D: Carried(response=NO, revision=5)},
        revisions={A: 7, D: 2},
    )
    return Signed(audit=signing.sign(audit, criteria, HEAD), criteria=criteria)


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
@pytest.mark.parametrize("changed_first", [True, False], ids=["the first changes", "the second changes"])
def test_what_happens_to_one_audit_leaves_the_other(
    store: Store, file: Path, toy: Criteria, job: Callable[[Store, str, Criteria], object], changed_first: bool
) -> None:
    """Whatever is written to one audit, the other has its answers, plan, history and date of change as before."""
    ids = [store.add(full(toy)), store.add(of_valley(full(toy)))]
    if not changed_first:
        ids = [store.add(dataclasses.replace(full(toy), year="2027/28")), ids[0]]
        ids.reverse()
    changed, other = ids
    with closing(sqlite3.connect(file)) as there:
        there.execute("UPDATE audits SET touched_at = ?", [LONG_AGO])
        there.commit()
    before = (loaded(store, other), store.history(other), store.events(other), store.stored(other))
    job(store, changed, toy)
    assert (loaded(store, other), store.history(other), store.events(other), store.stored(other)) == before
    touched = dict(rows_of(file, "SELECT id, touched_at FROM audits"))  # type: ignore[arg-type]
    assert touched[other] == LONG_AGO
    assert (touched[changed] == LONG_AGO) == (job is JOBS["the bin"])


def test_what_was_signed_elsewhere_takes_the_place_of_what_is_here(store: Store, toy: Criteria) -> None:
    """All of it is as it was signed; every answer and action that it changes is remembered as it was."""
    audit_id = store.add(full(toy))
    given = signed(toy)
    store.sign_offs.take(audit_id, given, role="head")
    assert (loaded(store, audit_id), store.sign_offs.version(audit_id, 1)) == (given.audit, given)
    assert [(past.statement, past.role, past.old, past.new) for past in store.history(audit_id)[3:]] == [
        (B, "head", NO, PARTLY),
        (C, "head", ASIDE, Response()),
        (D, "head", Response(), NO),
    ]
    assert [(one.kind, one.role, one.subject) for one in store.events(audit_id)] == [
        ("begun", "", ""),
        ("action replaced", "head", "a1"),
        ("action replaced", "head", "a3"),
        ("taken", "head", "1"),
    ]
    replaced = [one.before for one in store.events(audit_id) if one.kind == "action replaced"]
    assert replaced == [action_state(PLAN[0]), action_state(PLAN[2])]
    assert {name: one.revision for name, one in store.stored(audit_id).items()} == {A: 1, B: 2, C: 2, D: 1}


def test_the_same_answer_may_be_to_a_later_revision(store: Store, file: Path, toy: Criteria) -> None:
    """Which revision an answer was given to is brought along for that statement of that audit alone."""
    audit_id, other = store.add(full(toy)), store.add(of_valley(full(toy)))
    store.sign_offs.take(audit_id, signed(toy))
    found = rows_of(file, f"SELECT audit = '{audit_id}', statement, of_revision FROM responses ORDER BY 1 DESC, 2")
    assert found == [(1, A, 7), (1, B, 1), (1, C, 1), (1, D, 2), (0, A, 1), (0, B, 4)]
    assert loaded(store, other).revisions == {B: 4}


def test_reopening_changes_the_last_version_and_keeps_its_content(store: Store, toy: Criteria) -> None:
    """Of two versions the first stays as it was, and both are still there as they were signed."""
    audit_id, other = store.add(full(toy)), store.add(of_valley(full(toy)))
    for one in (other, audit_id):
        store.sign_offs.sign(one, HEAD, seen=loaded(store, one), criteria=toy)
    first = store.sign_offs.version(audit_id, 1)
    store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    later = dataclasses.replace(HEAD, on=JUNE)
    second = store.sign_offs.sign(audit_id, later, seen=loaded(store, audit_id), criteria=toy)
    store.sign_offs.reopen(audit_id, on=JUNE, because="Another slip.")
    assert [(one.version, one.reopened_because) for one in loaded(store, audit_id).sign_offs] == [
        (1, "A slip."),
        (2, "Another slip."),
    ]
    kept = [store.sign_offs.version(audit_id, number) for number in (1, 2)]
    assert kept == [first, Signed(audit=second, criteria=toy)]
    assert [one.version for one in loaded(store, other).sign_offs] == [1]
    assert loaded(store, other).signed is not None


def test_an_audit_in_the_bin_is_not_there(store: Store, toy: Criteria) -> None:
    """Nothing of it can be read, written or deleted again, while the other one can."""
    audit_id, other = store.add(full(toy)), store.add(of_valley(full(toy)))
    store.bin.put(audit_id)
    assert (store.load(audit_id), store.stored(audit_id)) == (None, {})
    for job in (
        lambda: store.save(audit_id, A, base=YES, mine=NO),
        lambda: store.bin.put(audit_id),
        lambda: store.bin.remove(other),
    ):
        with pytest.raises(Gone):
            job()
    assert loaded(store, other) == of_valley(full(toy))


def test_an_audit_in_the_bin_can_be_removed_for_good(store: Store, file: Path, toy: Criteria) -> None:
    """Nothing of it is kept in any table; whoever adds the same school and year meanwhile is told where it lies."""
    audit_id, other = store.add(full(toy)), store.add(of_valley(full(toy)))
    store.bin.put(audit_id)
    with pytest.raises(AlreadyThere) as refused:
        store.add(full(toy))
    assert (refused.value.audit_id, refused.value.in_bin) == (audit_id, True)
    with pytest.raises(AlreadyThere) as refused:
        store.add(of_valley(full(toy)))
    assert (refused.value.audit_id, refused.value.in_bin) == (other, False)
    store.bin.remove(audit_id)
    tables = ("responses", "actions", "carried", "history", "events")
    assert [{audit for (audit,) in rows_of(file, f"SELECT audit FROM {table}")} for table in tables] == [{other}] * 5
    assert loaded(store, other) == of_valley(full(toy))


def test_an_audit_that_was_signed_again_is_read_only_again(store: Store, toy: Criteria) -> None:
    """The last version decides whether an audit may change, not the first, which was opened again."""
    audit_id = store.add(full(toy))
    store.sign_offs.sign(audit_id, HEAD, seen=loaded(store, audit_id), criteria=toy)
    store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    store.save(audit_id, A, base=YES, mine=NO)
    later = dataclasses.replace(HEAD, on=JUNE)
    store.sign_offs.sign(audit_id, later, seen=loaded(store, audit_id), criteria=toy)
    with pytest.raises(SignedOff):
        store.save(audit_id, A, base=NO, mine=YES)
    assert loaded(store, audit_id).responses[A] == NO


def test_moments_are_kept_in_utc_wherever_the_computer_is(
    store: Store, toy: Criteria, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer saved at the other end of the world has the moment of Greenwich, not that of the wall there."""
    audit_id = store.add(audit_of(toy, {}))
    with monkeypatch.context() as there:
        there.setenv("TZ", "UTC-12")
        time.tzset()
        store.save(audit_id, A, base=Response(), mine=YES)
    time.tzset()
    moment = store.history(audit_id)[0].at.replace(tzinfo=dt.UTC)
    assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=6)
