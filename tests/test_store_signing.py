"""The store and what is signed: read-only, kept as it was, and a database of the earlier version brought up to date."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.model import Action, Audit, Carried, Criteria, FrameworkRef, Response, School, Signature
from audit.school import signing
from audit.school.history_words import event_words
from audit.school.merge import UploadChange
from audit.school.signing import NotIntact, Signed
from audit.store.audits import Store
from audit.store.rows import Stored
from audit.store.schema import ChangedMeanwhile, SignedOff
from tests.conftest import audit_of
from tests.test_signing import audits

ROOT = Path(__file__).parent.parent
A, B = "toy-1.1-k1", "toy-1.1-k2"
YES, NO = Response(written="yes", practice=3, evidence="Log, page 3"), Response(written="no", practice=0)
MAY, JUNE, JULY = dt.date(2027, 5, 3), dt.date(2027, 6, 4), dt.date(2027, 7, 5)
HEAD = Signature(role="headteacher", on=MAY, statement="We know our gaps.")
CHAIR = Signature(role="chair of governors", on=JUNE)


def loaded(store: Store, audit_id: str) -> Audit:
    """The audit that the store holds."""
    audit = store.load(audit_id)
    assert audit is not None
    return audit


def signed_in(store: Store, criteria: Criteria, *signatures: Signature) -> str:
    """An audit of two answers and an action, signed; its id."""
    audit = audit_of(
        criteria,
        {A: YES},
        actions=(Action(statement=B, what="Write it.", id="a1", since="2025/26"),),
        carried_from="2025/26",
        carried={B: Carried(response=NO, revision=2)},
    )
    audit_id = store.add(audit)
    store.save(audit_id, B, base=Response(), mine=NO, of_revision=3)
    for signature in signatures or (HEAD,):
        store.sign_offs.sign(audit_id, signature, seen=loaded(store, audit_id), criteria=criteria)
    return audit_id


def test_what_is_signed_is_what_is_loaded(store: Store, file: Path, toy: Criteria) -> None:
    """Signing returns the audit that every other session reads from then on, and that it is intact."""
    audit_id = signed_in(store, toy)
    seen = loaded(store, audit_id)
    returned = store.sign_offs.sign(audit_id, CHAIR, seen=seen, criteria=toy)
    other = Store(f"sqlite:///{file}")
    assert (loaded(other, audit_id), signing.is_intact(returned)) == (returned, True)
    assert other.sign_offs.version(audit_id, 1) == Signed(audit=returned, criteria=toy)
    other.close()


def test_nobody_signs_what_they_have_not_seen(store: Store, toy: Criteria) -> None:
    """An answer that was changed after the report was read has to be read first; nothing is signed."""
    audit_id = store.add(audit_of(toy, {}))
    seen = loaded(store, audit_id)
    store.save(audit_id, A, base=Response(), mine=YES)
    with pytest.raises(ChangedMeanwhile):
        store.sign_offs.sign(audit_id, HEAD, seen=seen, criteria=toy)
    assert loaded(store, audit_id).signed is None


def test_two_people_who_sign_at_once_sign_once(store: Store, toy: Criteria) -> None:
    """The second of two headteachers' clicks finds that the audit has been signed meanwhile."""
    audit_id = store.add(audit_of(toy, {}))
    seen = loaded(store, audit_id)
    store.sign_offs.sign(audit_id, HEAD, seen=seen, criteria=toy)
    with pytest.raises(ChangedMeanwhile):
        store.sign_offs.sign(audit_id, HEAD, seen=seen, criteria=toy)
    assert [one.signatures for one in loaded(store, audit_id).sign_offs] == [(HEAD,)]


REFUSED: dict[str, Callable[[Store, str], object]] = {
    "an answer": lambda store, one: store.save(one, A, base=YES, mine=NO),
    "an upload": lambda store, one: store.apply(
        one, (UploadChange(statement=A, stored=YES, given=NO, kind="changed"),)  # type: ignore[arg-type]
    ),
    "the head": lambda store, one: store.describe(one, dataclasses.replace(loaded(store, one), completed_on=None)),
    "an action": lambda store, one: store.plans.put(one, Action(what="Do it.")),
    "the plan": lambda store, one: store.apply(one, (), plan=()),
}  # fmt: skip


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_signed_audit_is_read_only(store: Store, toy: Criteria, change: Callable[[Store, str], object]) -> None:
    """No way of changing an audit works once it is signed, and nothing of it has changed."""
    audit_id = signed_in(store, toy)
    before = loaded(store, audit_id)
    with pytest.raises(SignedOff):
        change(store, audit_id)
    assert loaded(store, audit_id) == before
    assert len(store.history(audit_id)) == 2


def test_reopening_lets_it_change_and_keeps_what_was_signed(store: Store, toy: Criteria) -> None:
    """Version 1 stays as it was, whatever becomes of the answers; the next signing is version 2."""
    audit_id = signed_in(store, toy, HEAD, CHAIR)
    first = loaded(store, audit_id)
    store.sign_offs.reopen(audit_id, on=JULY, because="A slip in 1.1.", role="headteacher")
    store.save(audit_id, A, base=YES, mine=NO)
    opened = loaded(store, audit_id)
    second = store.sign_offs.sign(
        audit_id, dataclasses.replace(HEAD, on=JULY), seen=loaded(store, audit_id), criteria=toy
    )
    assert (opened.signed, opened.completed_on, opened.responses[A]) == (None, None, NO)
    assert store.sign_offs.version(audit_id, 1) == Signed(audit=first, criteria=toy)
    assert store.sign_offs.version(audit_id, 2) == Signed(audit=second, criteria=toy)
    assert [(one.version, one.reopened_on) for one in second.sign_offs] == [(1, JULY), (2, None)]


def test_what_is_not_signed_cannot_be_reopened(store: Store, toy: Criteria) -> None:
    """An open audit stays as it is."""
    with pytest.raises(ValueError, match="not signed"):
        store.sign_offs.reopen(store.add(audit_of(toy, {})), on=JULY)


def test_signing_and_reopening_are_among_the_events(store: Store, toy: Criteria) -> None:
    """What happened to an audit can be read: who signed what when, and why it was opened again."""
    audit_id = signed_in(store, toy, HEAD, CHAIR)
    store.sign_offs.reopen(audit_id, on=JULY, because="A slip in 1.1.", role="headteacher")
    assert [(event.role, event_words(event)) for event in store.events(audit_id)] == [
        ("", "Begun with the answers of 2025/26"),
        ("", "Version 1 signed by the headteacher, 2027-05-03: We know our gaps."),
        ("", "Version 1 signed by the chair of governors, 2027-06-04"),
        ("headteacher", "Version 1 reopened: A slip in 1.1."),
    ]


def test_a_signed_audit_keeps_the_criteria_of_its_day(store: Store, toy: Criteria) -> None:
    """A later change of criteria alters neither the signed audit nor the criteria that it is shown with."""
    audit_id = signed_in(store, toy)
    before = loaded(store, audit_id)
    later = Criteria(tuple(dataclasses.replace(one, title="Another title") for one in toy.frameworks))
    store.keep(later)
    assert loaded(store, audit_id) == before
    assert store.criteria_of(audit_id, before, later) == toy
    store.sign_offs.sign(audit_id, CHAIR, seen=before, criteria=later)
    assert store.criteria_of(audit_id, loaded(store, audit_id), later) == toy


def test_a_signed_audit_from_elsewhere_stays_signed(store: Store, toy: Criteria) -> None:
    """What a signed workbook brings is kept whole: answers, plan, sign-offs, criteria, and times that no row holds."""
    audit = audit_of(toy, {A: YES}, first_answer_at=dt.datetime(2026, 10, 1, 9), actions=(Action(what="Do it."),))
    first = signing.reopen(signing.sign(audit, toy, HEAD), on=JUNE, because="A slip.")
    audit = signing.sign(first, toy, dataclasses.replace(HEAD, on=JULY))
    audit_id = store.add(audit, criteria=toy)
    assert (loaded(store, audit_id), signing.is_intact(loaded(store, audit_id))) == (audit, True)
    assert store.sign_offs.version(audit_id, 2) == Signed(audit=audit, criteria=toy)
    assert store.sign_offs.version(audit_id, 1) is None


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_audit_can_be_signed_in_the_store(store: Store, toy: Criteria, data: st.DataObject) -> None:
    """Whatever an audit holds: signed here it is intact, and it is the same again when it is loaded."""
    school = School(urn=uuid.uuid4().hex[:12], name="Hilltop", phase="primary")
    audit_id = store.add(dataclasses.replace(data.draw(audits(toy)), school=school))
    signed = store.sign_offs.sign(audit_id, HEAD, seen=loaded(store, audit_id), criteria=toy)
    assert (loaded(store, audit_id), signing.is_intact(signed)) == (signed, True)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_signed_audit_stays_as_it_came(store: Store, toy: Criteria, data: st.DataObject) -> None:
    """Whatever a signed workbook holds: the store gives it back unchanged, and with its criteria."""
    school = School(urn=uuid.uuid4().hex[:12], name="Hilltop", phase="primary")
    signed = signing.sign(dataclasses.replace(data.draw(audits(toy)), school=school), toy, HEAD)
    audit_id = store.add(signed, criteria=toy)
    assert (loaded(store, audit_id), store.criteria_of(audit_id, signed, Criteria(()))) == (signed, toy)


def test_a_countersigned_audit_takes_the_place_of_the_one_with_one_signature(store: Store, toy: Criteria) -> None:
    """The chair's signature from another computer comes in; fewer signatures or another content never do."""
    audit_id = signed_in(store, toy)
    here = loaded(store, audit_id)
    both = Signed(audit=signing.sign(here, toy, CHAIR), criteria=toy)
    other = Signed(audit=signing.sign(audit_of(toy, {}), toy, HEAD), criteria=toy)
    store.sign_offs.take(audit_id, both)
    for given_later in (both, Signed(audit=here, criteria=toy), other):
        with pytest.raises(SignedOff):
            store.sign_offs.take(audit_id, given_later)
    assert (loaded(store, audit_id), store.sign_offs.version(audit_id, 1)) == (both.audit, both)


def test_what_was_signed_elsewhere_takes_the_place_of_open_answers(store: Store, toy: Criteria) -> None:
    """The answers that stood here are in the history, and opened again the audit has the answers that were signed."""
    audit_id = store.add(audit_of(toy, {A: YES}))
    signed = signing.sign(audit_of(toy, {A: NO}, revisions={A: 2}), toy, HEAD)
    store.sign_offs.take(audit_id, Signed(audit=signed, criteria=toy))
    assert loaded(store, audit_id) == signed
    store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    assert (loaded(store, audit_id).responses, loaded(store, audit_id).revisions) == ({A: NO}, {A: 2})
    assert [(past.old, past.new) for past in store.history(audit_id)] == [(Response(), YES), (YES, NO)]


def test_a_version_of_before_never_comes_back(store: Store, toy: Criteria) -> None:
    """Version 1 was opened again here: its workbook does not undo that; version 2 that follows on from it comes in."""
    audit_id = signed_in(store, toy)
    first = Signed(audit=loaded(store, audit_id), criteria=toy)
    store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    opened = loaded(store, audit_id)
    with pytest.raises(SignedOff):
        store.sign_offs.take(audit_id, first)
    assert loaded(store, audit_id) == opened
    second = Signed(audit=signing.sign(opened, toy, dataclasses.replace(HEAD, on=JULY)), criteria=toy)
    store.sign_offs.take(audit_id, second)
    assert (loaded(store, audit_id), store.sign_offs.version(audit_id, 1)) == (second.audit, first)


@pytest.mark.parametrize("opened_here", [False, True])
def test_a_later_version_signed_elsewhere_comes_in(store: Store, toy: Criteria, opened_here: bool) -> None:
    """Version 1 came here with one signature, and elsewhere got the second and was followed by version 2."""
    audit_id = signed_in(store, toy)
    first = loaded(store, audit_id)
    elsewhere = signing.reopen(signing.sign(first, toy, CHAIR), on=JULY, because="Another reason.")
    second = Signed(audit=signing.sign(elsewhere, toy, dataclasses.replace(HEAD, on=JULY)), criteria=toy)
    if opened_here:
        store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    store.sign_offs.take(audit_id, second)
    assert (loaded(store, audit_id), store.sign_offs.version(audit_id, 1)) == (
        second.audit,
        Signed(audit=first, criteria=toy),
    )


def test_a_revision_that_was_answered_alike_comes_along(store: Store, toy: Criteria) -> None:
    """The same answer to a later revision of its statement is to that revision after taking it."""
    audit_id = store.add(audit_of(toy, {A: YES}))
    signed = signing.sign(audit_of(toy, {A: YES}, revisions={A: 2}), toy, HEAD)
    store.sign_offs.take(audit_id, Signed(audit=signed, criteria=toy))
    store.sign_offs.reopen(audit_id, on=JUNE, because="A slip.")
    assert loaded(store, audit_id).revisions == {A: 2}


def test_criteria_other_than_the_signed_ones_are_not_kept(store: Store, toy: Criteria) -> None:
    """An audit that was signed with other wording can be added and read all the same."""
    signed = signing.sign(audit_of(toy, {A: YES, B: NO}), toy, HEAD)
    other = Criteria(tuple(dataclasses.replace(one, title="Another title") for one in toy.frameworks))
    audit_id = store.add(signed, criteria=other)
    assert loaded(store, audit_id) == signed
    assert store.sign_offs.version(audit_id, 1) is None


def test_a_row_changed_by_hand_changes_nothing_that_is_signed(store: Store, file: Path, toy: Criteria) -> None:
    """Whoever writes into the database past the tool does not alter a signed audit."""
    audit_id = signed_in(store, toy)
    before = loaded(store, audit_id)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE responses SET written = 'no', evidence = 'None'")
    connection.close()
    assert loaded(store, audit_id) == before


def test_signed_content_damaged_by_hand_is_made_good_from_the_rows(store: Store, file: Path, toy: Criteria) -> None:
    """If what was kept is damaged and the rows still say what was signed, the audit is read from them."""
    audit_id = signed_in(store, toy)
    before = loaded(store, audit_id)
    _damage(file, "UPDATE sign_offs SET content = 'x'")
    assert (loaded(store, audit_id), store.criteria_of(audit_id, before, toy)) == (before, toy)
    with pytest.raises(NotIntact):
        store.sign_offs.version(audit_id, 1)


def test_an_audit_that_is_not_what_was_signed_says_so(store: Store, file: Path, toy: Criteria) -> None:
    """If nothing holds what was signed, the audit is not shown as if it were; the school's others still are."""
    audit_id = signed_in(store, toy)
    other = store.add(audit_of(toy, {}, year="2027/28"))
    _damage(file, "UPDATE sign_offs SET content = 'x'", "UPDATE responses SET written = 'partly'")
    with pytest.raises(NotIntact):
        store.load(audit_id)
    assert [one for one, _ in store.of_school("900001")] == [other]


def _damage(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_of_two_equal_actions_one_is_changed(store: Store, toy: Criteria) -> None:
    """Two actions typed alike stay two: changing one leaves the other."""
    twice = Action(what="Write it.")
    audit_id = store.add(audit_of(toy, {}, actions=(twice, twice)))
    made = store.plans.put(audit_id, dataclasses.replace(twice, status="Done"), base=twice)
    assert loaded(store, audit_id).actions == (made, twice)
    assert made == Action(what="Write it.", status="Done", id=made.id)
    assert len(made.id) == 12


def test_an_action_changed_meanwhile_is_not_overwritten(store: Store, toy: Criteria) -> None:
    """The second of two people who change an action is told, and nothing is stored."""
    audit_id = store.add(audit_of(toy, {}))
    first = store.plans.put(audit_id, Action(what="Write it."))
    second = store.plans.put(audit_id, dataclasses.replace(first, status="Done"), base=first)
    with pytest.raises(ChangedMeanwhile):
        store.plans.put(audit_id, dataclasses.replace(first, status="Dropped", note="No."), base=first)
    assert loaded(store, audit_id).actions == (second,)


def test_a_workbooks_plan_that_takes_the_place_of_another_leaves_a_trace(store: Store, toy: Criteria) -> None:
    """What a workbook's plan replaces is told in the events; what it keeps is not."""
    kept, gone, new = (Action(what=what, id=what[:1]) for what in ("Keep it.", "Leave it.", "New."))
    audit_id = store.add(audit_of(toy, {}, actions=(kept, gone)))
    store.apply(audit_id, (), plan=(kept, new), role="DSL")
    assert loaded(store, audit_id).actions == (kept, new)
    assert [event_words(event) for event in store.events(audit_id)] == [
        "Begun",
        "Action replaced by a workbook's: Leave it.",
    ]


EARLIER = """
CREATE TABLE audits (
  id VARCHAR(32) NOT NULL, urn VARCHAR(16) NOT NULL, name TEXT NOT NULL, phase VARCHAR(20) NOT NULL,
  local_authority VARCHAR(8) NOT NULL, year VARCHAR(8) NOT NULL, frameworks JSON NOT NULL, scope VARCHAR(20) NOT NULL,
  basis VARCHAR(20) NOT NULL, policy_read TEXT NOT NULL, completed_on DATE, page VARCHAR(80) NOT NULL,
  touched_at DATETIME NOT NULL, PRIMARY KEY (id), UNIQUE (urn, year));
CREATE TABLE actions (
  audit VARCHAR(32) NOT NULL, number INTEGER NOT NULL, what TEXT NOT NULL, statement VARCHAR(80) NOT NULL,
  role TEXT NOT NULL, due DATE, status TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (audit, number),
  FOREIGN KEY(audit) REFERENCES audits (id));
CREATE TABLE history (
  number INTEGER NOT NULL, audit VARCHAR(32) NOT NULL, statement VARCHAR(80) NOT NULL, at DATETIME NOT NULL,
  role TEXT NOT NULL, old JSON NOT NULL, new JSON NOT NULL, PRIMARY KEY (number),
  FOREIGN KEY(audit) REFERENCES audits (id));
CREATE TABLE responses (
  audit VARCHAR(32) NOT NULL, statement VARCHAR(80) NOT NULL, written VARCHAR(8), practice VARCHAR(8),
  not_applicable TEXT NOT NULL, evidence TEXT NOT NULL, comment TEXT NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (audit, statement), FOREIGN KEY(audit) REFERENCES audits (id));
INSERT INTO audits VALUES ('one', '900001', 'Hilltop', 'primary', '886', '2025/26',
  '[{"id": "toy", "edition": "1"}]', 'all', 'self-audit', '', '2026-07-01', 'toy_1.1', '2026-07-01 10:00:00');
INSERT INTO responses VALUES ('one', 'toy-1.1-k1', 'yes', '3', '', 'Log, page 3', '', 4);
INSERT INTO actions VALUES ('one', 0, 'Write it.', 'toy-1.1-k2', 'DSL', '2026-09-01', 'In progress', '');
"""
"""A database as the version before sign-offs made it, with one audit."""
IT_HELD = Audit(
    school=School(urn="900001", name="Hilltop", phase="primary", local_authority="886"),
    year="2025/26",
    frameworks=(FrameworkRef("toy", "1"),),
    scope="all",
    completed_on=dt.date(2026, 7, 1),
    responses={A: YES},
    actions=(
        Action(what="Write it.", statement=B, role="DSL", due=dt.date(2026, 9, 1), status="In progress"),
    ),
)  # fmt: skip


def _earlier(file: Path, more: str = "") -> None:
    connection = sqlite3.connect(file)
    connection.executescript(EARLIER + more)
    connection.close()


def test_a_database_of_the_earlier_version_keeps_all_it_held(file: Path, toy: Criteria) -> None:
    """It is brought up to date when it is opened: its audit is there, can be answered, signed and opened again."""
    _earlier(file)
    store = Store(f"sqlite:///{file}")
    assert loaded(store, "one") == IT_HELD
    assert store.save("one", A, base=YES, mine=NO, of_revision=2) == Stored(response=NO, revision=5)
    store.plans.put("one", Action(what="Do it."))
    seen = loaded(store, "one")
    signed = store.sign_offs.sign("one", HEAD, seen=seen, criteria=toy)
    store.close()
    again = Store(f"sqlite:///{file}")
    assert (loaded(again, "one"), seen.revisions) == (signed, {A: 2})
    again.close()


def test_another_programs_table_is_left_alone(file: Path) -> None:
    """A table of the same name that is not ours gets no column; the rest is brought up to date."""
    _earlier(file, "CREATE TABLE benchmarks (audit TEXT, machine TEXT); CREATE TABLE others (x TEXT);")
    store = Store(f"sqlite:///{file}")
    columns = {
        name: [column["name"] for column in sa.inspect(store._db.engine).get_columns(name)]
        for name in ("benchmarks", "others")
    }
    assert (columns, loaded(store, "one")) == ({"benchmarks": ["audit", "machine"], "others": ["x"]}, IT_HELD)
    store.close()


def test_two_programs_may_open_an_earlier_database_at_once(file: Path) -> None:
    """Several processes that start together bring it up to date once, and each of them works."""
    for number in range(3):
        target = file.with_name(f"{number}.sqlite3")
        _earlier(target)
        code = f"from audit.store.audits import Store; print(Store('sqlite:///{target}').load('one').year)"
        running = [
            subprocess.Popen(
                [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(4)
        ]
        said = [process.communicate() for process in running]
        assert [out for out, _ in said] == ["2025/26\n"] * 4, said
