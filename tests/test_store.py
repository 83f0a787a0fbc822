"""The store: nothing acknowledged is lost, nothing is overwritten unseen, every change is remembered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from audit.model import Action, Criteria, Response, Signature
from audit.school import signing
from audit.school.merge import Conflict, UploadChange
from audit.store.audits import Store
from audit.store.rows import Stored
from audit.store.schema import AlreadyThere, Gone, NotSaved
from tests.conftest import audit_of

ROOT = Path(__file__).parent.parent
A, B = "toy-1.1-k1", "toy-1.1-k2"
YES, NO = Response(written="yes"), Response(written="no")


def test_what_is_added_is_loaded_unchanged(store: Store, toy: Criteria) -> None:
    """An audit comes back from the store as it was put in, actions included."""
    audit = audit_of(
        toy,
        {A: Response(written="partly", practice=0, evidence="=1+1\n"), B: Response(not_applicable="No email.")},
        actions=(Action(statement=A, what="Write it."),),
    )
    assert store.load(store.add(audit)) == audit


def test_one_audit_for_a_school_and_year(store: Store, toy: Criteria) -> None:
    """A second audit of the same school and year is refused, and the first one named."""
    first = store.add(audit_of(toy, {}))
    with pytest.raises(AlreadyThere) as refused:
        store.add(audit_of(toy, {}))
    assert refused.value.audit_id == first


def test_a_saved_answer_is_what_another_session_reads(store: Store, url: str, toy: Criteria) -> None:
    """What save returns is what a second connection to the database finds."""
    audit_id = store.add(audit_of(toy, {}))
    assert store.save(audit_id, A, base=Response(), mine=YES) == Stored(response=YES, revision=1)
    other = Store(url)
    assert other.stored(audit_id) == {A: Stored(response=YES, revision=1)}
    other.close()


def test_the_second_writer_of_the_same_answer_is_shown_both(store: Store, toy: Criteria) -> None:
    """Two people who saw the same blank answer differently: the second gets a conflict and nothing is stored."""
    audit_id = store.add(audit_of(toy, {}))
    store.save(audit_id, A, base=Response(), mine=YES)
    assert store.save(audit_id, A, base=Response(), mine=NO) == Conflict(mine=NO, theirs=YES)
    assert store.stored(audit_id)[A].response == YES


def test_different_parts_of_one_answer_go_together(store: Store, toy: Criteria) -> None:
    """One person says that it is written while another says what is done: both stand."""
    audit_id = store.add(audit_of(toy, {}))
    store.save(audit_id, A, base=Response(), mine=YES)
    stored = store.save(audit_id, A, base=Response(), mine=Response(practice=3))
    assert stored == Stored(response=Response(written="yes", practice=3), revision=2)


def test_an_answer_and_not_applicable_are_a_conflict(store: Store, toy: Criteria) -> None:
    """One answers while another sets the statement aside: the second is asked."""
    audit_id = store.add(audit_of(toy, {}))
    store.save(audit_id, A, base=Response(), mine=YES)
    aside = Response(not_applicable="We have none.")
    assert store.save(audit_id, A, base=Response(), mine=aside) == Conflict(mine=aside, theirs=YES)


def test_two_threads_lose_nothing(store: Store, toy: Criteria) -> None:
    """Forty answers by two writers at once are all there, each with its place in the history."""
    audit_id = store.add(audit_of(toy, {}))

    def write(name: str, practice: object) -> None:
        for number in range(20):
            result = store.save(
                audit_id,
                f"{name}-{number}",
                base=Response(),
                mine=Response(practice=practice),  # type: ignore[arg-type]
            )
            assert isinstance(result, Stored)

    threads = [threading.Thread(target=write, args=pair) for pair in (("first", 1), ("second", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.stored(audit_id)) == 40
    assert len(store.history(audit_id)) == 40


def test_every_change_is_remembered(store: Store, toy: Criteria) -> None:
    """The history says by which role an answer went from what to what, oldest first."""
    audit_id = store.add(audit_of(toy, {}))
    store.save(audit_id, A, base=Response(), mine=YES, role="head")
    store.save(audit_id, A, base=YES, mine=NO, role="dsl")
    assert [(past.statement, past.role, past.old, past.new) for past in store.history(audit_id)] == [
        (A, "head", Response(), YES),
        (A, "dsl", YES, NO),
    ]


def at_minute(store: Store, audit_id: str) -> list[dt.datetime]:
    """When each change was saved, to the minute, oldest first."""
    return [past.at.replace(second=0, microsecond=0) for past in store.history(audit_id)]


def test_an_audit_tells_when_its_first_and_last_answer_were_saved(store: Store, toy: Criteria) -> None:
    """The history gives the span of the answers, to the minute in UTC; before the first answer there is none."""
    audit_id = store.add(audit_of(toy, {}))
    before = store.load(audit_id)
    store.save(audit_id, A, base=Response(), mine=YES)
    store.save(audit_id, B, base=Response(), mine=YES)
    store.save(audit_id, A, base=YES, mine=NO)
    after = store.load(audit_id)
    assert before is not None
    assert after is not None
    times = at_minute(store, audit_id)
    assert (before.first_answer_at, before.last_answer_at) == (None, None)
    assert (after.first_answer_at, after.last_answer_at) == (times[0], times[2])


def test_answers_of_a_workbook_do_not_tell_when_they_were_given(store: Store, toy: Criteria) -> None:
    """Where a workbook brought the first answers, their moment in the store is not when the school gave them."""
    audit_id = store.add(audit_of(toy, {A: YES, B: NO}))
    store.save(audit_id, A, base=YES, mine=NO)
    audit = store.load(audit_id)
    assert audit is not None
    assert (audit.first_answer_at, audit.last_answer_at) == (None, None)
    assert len({past.at for past in store.history(audit_id)}) == 2


def test_an_upload_in_between_counts_as_saved(store: Store, toy: Criteria) -> None:
    """A colleague's part that is applied after the first answers lies within their span."""
    audit_id = store.add(audit_of(toy, {}))
    store.save(audit_id, A, base=Response(), mine=YES)
    store.apply(audit_id, (UploadChange(statement=B, kind="new", stored=Response(), given=NO),))
    audit = store.load(audit_id)
    assert audit is not None
    assert [audit.first_answer_at, audit.last_answer_at] == at_minute(store, audit_id)


def test_an_upload_is_applied_whole_or_not_at_all(store: Store, toy: Criteria) -> None:
    """If one of the changes shown no longer fits, none of them is stored and the stale one is named."""
    audit_id = store.add(audit_of(toy, {B: YES}))
    fresh = UploadChange(statement=A, kind="new", stored=Response(), given=YES)
    stale = UploadChange(statement=B, kind="changed", stored=Response(), given=NO)
    assert store.apply(audit_id, (fresh, stale)) == (stale,)
    assert A not in store.stored(audit_id)
    assert store.apply(audit_id, (fresh, dataclasses.replace(stale, stored=YES))) == ()
    assert {name: kept.response for name, kept in store.stored(audit_id).items()} == {A: YES, B: NO}


def test_the_plan_of_an_upload_is_taken_with_its_answers_or_not_at_all(store: Store, toy: Criteria) -> None:
    """Answers and plan are one change: where an answer no longer fits, the stored plan stays too."""
    old, new = (Action(what="Old."),), (Action(what="New.", id="n1"),)
    audit_id = store.add(audit_of(toy, {B: YES}, actions=old))
    stale = UploadChange(statement=B, kind="changed", stored=Response(), given=NO)
    assert store.apply(audit_id, (stale,), plan=new) == (stale,)
    kept = store.load(audit_id)
    assert kept is not None
    assert [action.what for action in kept.actions] == ["Old."]
    assert store.apply(audit_id, (dataclasses.replace(stale, stored=YES),), plan=new) == ()
    taken = store.load(audit_id)
    assert taken is not None
    assert (taken.responses[B], taken.actions) == (NO, new)


def test_the_last_question_is_remembered(store: Store, toy: Criteria) -> None:
    """Whoever comes back finds the question that was open last."""
    audit_id = store.add(audit_of(toy, {}))
    store.stay_at(audit_id, "toy_1.2")
    card = store.card(audit_id)
    assert card is not None
    assert card.page == "toy_1.2"


_WRITER = textwrap.dedent(
    """
    import sys
    from audit.model import Response
    from audit.store.audits import Store
    store, audit_id = Store(sys.argv[1]), sys.argv[2]
    for number in range(100_000):
        store.save(audit_id, f"s{number}", base=Response(), mine=Response(evidence=f"answer {number}"))
        print(number, flush=True)
    """
)


def test_a_killed_process_loses_no_acknowledged_answer(store: Store, url: str, toy: Criteria) -> None:
    """After kill -9 of the writer, every answer that it had acknowledged is in the database."""
    audit_id = store.add(audit_of(toy, {}))
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, url, audit_id], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split("\n") if line.strip().isdigit()]
    stored = store.stored(audit_id)
    assert [
        n for n in acknowledged if stored.get(f"s{n}") != Stored(response=Response(evidence=f"answer {n}"), revision=1)
    ] == []


@pytest.mark.parametrize(
    "job",
    ["save", "apply", "put", "replace all", "describe", "keep a benchmark", "sign", "reopen", "take what was signed"],
)
def test_nothing_is_put_into_an_audit_that_is_gone(store: Store, toy: Criteria, job: str) -> None:
    """Whoever still has it open is told in words that it is not there any more, and nothing is stored."""
    audit, head = audit_of(toy, {}), Signature(role="headteacher", on=dt.date(2026, 7, 1))
    signed = signing.Signed(audit=signing.sign(audit, toy, head), criteria=toy)
    jobs: dict[str, Callable[[], object]] = {
        "save": lambda: store.save("gone", A, base=Response(), mine=YES),
        "apply": lambda: store.apply("gone", (UploadChange(statement=A, stored=Response(), given=YES, kind="new"),)),
        "put": lambda: store.plans.put("gone", Action(what="Write it.")),
        "replace all": lambda: store.apply("gone", (), plan=(Action(what="Write it."),)),
        "describe": lambda: store.describe("gone", audit),
        "keep a benchmark": lambda: store.set_benchmark("gone", file="benchmark.json", data=b"{}"),
        "sign": lambda: store.sign_offs.sign("gone", head, seen=audit, criteria=toy),
        "reopen": lambda: store.sign_offs.reopen("gone", on=dt.date(2026, 7, 2)),
        "take what was signed": lambda: store.sign_offs.take("gone", signed),
    }
    with pytest.raises(Gone, match=r"^This audit is not there any more\.$"):
        jobs[job]()
    assert (store.stored("gone"), store.history("gone"), store.cards()) == ({}, (), ())


def test_looking_at_a_question_of_an_audit_that_is_gone_is_no_fault(store: Store) -> None:
    """Where one looked last is remembered of audits that are there, and of no other."""
    store.stay_at("gone", "toy-1.1")
    assert store.cards() == ()


def test_an_answer_that_cannot_be_put_is_given_up(store: Store, url: str, toy: Criteria) -> None:
    """Where the database takes an answer at no try, the person is told so instead of waiting for ever."""
    audit_id = store.add(audit_of(toy, {}))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as there:
        there.execute("CREATE TRIGGER never BEFORE INSERT ON responses BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(NotSaved):
        store.save(audit_id, A, base=Response(), mine=YES)
