"""Which of several returns of one school and year counts: by what the workbooks say, then by their names, else a person is asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import zipfile
from itertools import permutations

import pytest

from audit.authority.feedback.letter import correspondence
from audit.authority.reconcile import Intake, settle
from audit.authority.returns import Return
from audit.authority.tracker import chase_list
from audit.authority.which_counts import is_later
from audit.english import moment
from audit.intake.reading import read_batch
from audit.model import Criteria, Response
from audit.workbook.safety.contents import STAMP, modified_at
from audit.workbook.write import write
from tests.collected import HILLTOP, MET, NOT_DONE, VALLEY, register, remarks, sent, verdicts, warnings
from tests.conftest import audit_of

TENTH, FOURTEENTH = dt.datetime(2026, 7, 10, 9, 30), dt.datetime(2026, 7, 14, 15, 30)
FIRST, CORRECTED = {"toy-1.1-k1": NOT_DONE}, {"toy-1.1-k1": MET}
LATER_NAMES = [
    ("Hilltop (1).xlsx", "Hilltop.xlsx"),
    ("Hilltop (10).xlsx", "Hilltop (9).xlsx"),
    ("Hilltop 2.xlsx", "Hilltop.xlsx"),
    ("Hilltop-2.xlsx", "Hilltop.xlsx"),
    ("Hilltop.xlsx (2)", "Hilltop.xlsx"),
    ("Hilltop v10.xlsx", "Hilltop v9.xlsx"),
    ("Hilltop_V2.xlsx", "Hilltop_V1.xlsx"),
    ("Hilltop v1.10.xlsx", "Hilltop v1.9.xlsx"),
    ("Hilltop version 2.xlsx", "Hilltop.xlsx"),
    ("Hilltop final.xlsx", "Hilltop.xlsx"),
    ("Hilltop FINAL.xlsx", "Hilltop draft.xlsx"),
    ("HilltopFINAL.xlsx", "Hilltop.xlsx"),
    ("FINAL Hilltop.xlsx", "Hilltop.xlsx"),
    ("Hilltop final final.xlsx", "Hilltop final.xlsx"),
    ("Hilltop final2.xlsx", "Hilltop final.xlsx"),
    ("Hilltop v2 final.xlsx", "Hilltop v2.xlsx"),
    ("Hilltop corrected.xlsx", "Hilltop.xlsx"),
    ("Hilltop (corrected).xlsx", "Hilltop.xlsx"),
    ("Corrected - Hilltop.xlsx", "Hilltop.xlsx"),
    ("Hilltop_FINAL_corrected.xlsx", "Hilltop_FINAL.xlsx"),
    ("Hilltop copy.xlsx", "Hilltop.xlsx"),
    ("Hilltop - Copy.xlsx", "Hilltop.xlsx"),
    ("Hilltop - Copy (2).xlsx", "Hilltop - Copy.xlsx"),
    ("Copy of Hilltop.xlsx", "Hilltop.xlsx"),
    ("Hilltop-DESKTOP-7QK2A91.xlsx", "Hilltop.xlsx"),
    ("Hilltop-OFFICEPC.xlsx", "Hilltop.xlsx"),
    ("Hilltop-Office-PC.xlsx", "Hilltop.xlsx"),
    ("Hilltop (A Head's conflicted copy 2026-07-14).xlsx", "Hilltop.xlsx"),
    ("Hilltop[1].xlsx", "Hilltop.xlsx"),
    ("Hilltop rev2.xlsx", "Hilltop.xlsx"),
    ("Hilltop Rev10.xlsx", "Hilltop Rev9.xlsx"),
    ("Hilltop edited.xlsx", "Hilltop.xlsx"),
    ("Hilltop - with corrections.xlsx", "Hilltop.xlsx"),
    ("Hilltop.xlsx", "Hilltop old.xlsx"),
    ("Hilltop 2026-07-14.xlsx", "Hilltop 2026-07-10.xlsx"),
    ("Hilltop 02.08.2026.xlsx", "Hilltop 10.07.2026.xlsx"),
    ("Hilltop 2 August.xlsx", "Hilltop 10 July.xlsx"),
]
"""The later name first."""


def contest_of(*found: Return, toy: Criteria) -> Intake:
    """What came of these returns; whatever their order, it is the same."""
    results = [settle(order, toy) for order in permutations(found)]
    assert len({tuple(verdicts(one)) for one in results}) == 1
    return results[0]


def counted(intake: Intake) -> list[str]:
    """The files that count."""
    return list(intake.files["file"][intake.files["counts"]])


@pytest.mark.parametrize(("later", "earlier"), LATER_NAMES)
def test_the_last_answer_saved_decides_whatever_the_names_say(toy: Criteria, later: str, earlier: str) -> None:
    """A corrected return counts by what the workbook says, in both orders of the names."""
    for new, old in ((later, earlier), (earlier, later)):
        found = (
            sent(toy, old, responses=FIRST, last_answer_at=TENTH),
            sent(toy, new, responses=CORRECTED, last_answer_at=FOURTEENTH),
        )
        intake = contest_of(*found, toy=toy)
        assert counted(intake) == [new]
        assert dict(verdicts(intake))[old] == f"{new} counts. Saved later: 14 July, against 10 July."


@pytest.mark.parametrize(("later", "earlier"), LATER_NAMES)
def test_where_no_time_tells_the_name_does(toy: Criteria, later: str, earlier: str) -> None:
    """The usual marks of a later version are known, and a number is compared as a number; no person is asked."""
    found = (sent(toy, earlier, responses=FIRST), sent(toy, later, responses=CORRECTED))
    intake = contest_of(*found, toy=toy)
    assert counted(intake) == [later]
    assert warnings(intake) == []
    assert (is_later(later, earlier), is_later(earlier, later)) == (True, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.xlsx", "b.xlsx"),
        ("Hilltop (1).xlsx", "Hilltop corrected.xlsx"),
        ("Hilltop v2 draft.xlsx", "Hilltop v1 final.xlsx"),
        ("900001 Hilltop.xlsx", "900002 Hilltop.xlsx"),
        ("Hilltop.xlsx", "HILLTOP.xlsx"),
    ],
)
def test_names_that_say_opposite_things_tell_nothing(toy: Criteria, one: str, other: str) -> None:
    """Then one counts for now, both are warned of, and the tracker asks which."""
    intake = contest_of(sent(toy, one, responses=FIRST), sent(toy, other, responses=CORRECTED), toy=toy)
    names = ", ".join(sorted((one, other)))
    said = f"Different returns came for 2025/26, and nothing tells which is newer: {names}."
    assert sorted(warnings(intake)) == sorted([(one, said), (other, said)])
    assert f"Which counts? Nothing tells which is newer: {names}." in remarks(intake)["900001"]


def test_identical_returns_are_one(toy: Criteria) -> None:
    """The same answers under two names and times are no question to anybody."""
    found = (sent(toy, "a.xlsx", last_answer_at=TENTH), sent(toy, "b.xlsx", last_answer_at=FOURTEENTH))
    intake = contest_of(*found, toy=toy)
    assert verdicts(intake) == [("a.xlsx", "The same return twice; b.xlsx counts."), ("b.xlsx", "counts")]
    assert warnings(intake) == []


def test_the_rules_hold_in_their_order(toy: Criteria) -> None:
    """An adviser's choice, then the school's own, then a signature, then the last answer, then the workbook's time, then names."""
    plain = sent(toy, "Hilltop.xlsx", responses=FIRST, last_answer_at=TENTH)
    changed = dataclasses.replace(plain, file="Hilltop draft.xlsx", digest="c", modified_at=FOURTEENTH)
    changed = dataclasses.replace(changed, answers=sent(toy, "x", responses=CORRECTED).answers)
    assert counted(contest_of(plain, changed, toy=toy)) == ["Hilltop draft.xlsx"]
    saved = sent(toy, "Hilltop old.xlsx", responses={}, last_answer_at=TENTH + dt.timedelta(minutes=1))
    assert counted(contest_of(plain, changed, saved, toy=toy)) == ["Hilltop old.xlsx"]
    desk = sent(toy, "Hilltop final.xlsx", basis="desk review", last_answer_at=FOURTEENTH)
    assert counted(contest_of(plain, desk, toy=toy)) == ["Hilltop.xlsx"]
    assert counted(settle([plain, changed, saved, desk], toy, chosen={"Hilltop final.xlsx"})) == ["Hilltop final.xlsx"]


def test_a_form_filled_in_offline_is_held_against_an_export_by_the_time_of_each(toy: Criteria) -> None:
    """A workbook that only says when it was changed and one that only says when it was saved are compared by that."""
    offline = dataclasses.replace(sent(toy, "b.xlsx", responses=FIRST), modified_at=TENTH)
    export = sent(toy, "a.xlsx", responses=CORRECTED, last_answer_at=FOURTEENTH)
    intake = contest_of(offline, export, toy=toy)
    assert verdicts(intake)[1] == ("b.xlsx", "a.xlsx counts. Changed later: 14 July, against 10 July.")
    intake = contest_of(
        dataclasses.replace(offline, modified_at=FOURTEENTH),
        sent(toy, "a.xlsx", responses=CORRECTED, last_answer_at=TENTH),
        toy=toy,
    )
    assert counted(intake) == ["b.xlsx"]


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (TENTH + dt.timedelta(minutes=5), "Saved later: 10 July, "),
        (dt.datetime(2027, 7, 10, 9, 30), "Saved later: 10 July 2027, against 10 July 2026."),
    ],
)
def test_two_times_are_told_apart_as_shortly_as_can_be(toy: Criteria, later: dt.datetime, said: str) -> None:
    """On one day by the clock, in two years with the years."""
    found = (
        sent(toy, "a.xlsx", responses=FIRST, last_answer_at=TENTH),
        sent(toy, "b.xlsx", responses=CORRECTED, last_answer_at=later),
    )
    assert said in verdicts(contest_of(*found, toy=toy))[0][1]


def test_the_tracker_tells_why_one_counts(toy: Criteria) -> None:
    """Whoever reads the tracker need not look for the list of files."""
    found = (
        sent(toy, "a.xlsx", responses=FIRST, last_answer_at=TENTH),
        sent(toy, "b.xlsx", responses=CORRECTED, last_answer_at=FOURTEENTH),
    )
    assert remarks(settle(found, toy)) == {
        "900001": "a.xlsx is set aside. b.xlsx counts. Saved later: 14 July, against 10 July."
    }


def test_the_letter_says_which_version_it_answers(toy: Criteria) -> None:
    """File name and last answer saved, so that a school that sent two knows which was read."""
    found = (
        sent(toy, "in/Hilltop.xlsx", responses=FIRST, last_answer_at=TENTH),
        sent(toy, "in/Hilltop (1).xlsx", responses=CORRECTED, last_answer_at=FOURTEENTH),
    )
    (letter,) = correspondence(settle(found, toy))
    assert letter.compose().version == (
        f"This letter answers the file Hilltop (1).xlsx, whose last answer was saved on {moment(FOURTEENTH)}."
    )


def changed_by(data: bytes, core: bytes) -> bytes:
    """A workbook whose properties say something else."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, core if name == "docProps/core.xml" else old.read(name))
    return made.getvalue()


def test_the_time_of_change_is_that_inside_the_workbook(toy: Criteria) -> None:
    """What Excel wrote when it saved, in UTC; the product's own stamp says nothing."""
    data = write(audit_of(toy, {"toy-1.1-k1": Response(written="no")}), toy)
    core = b'<x><dcterms:modified xsi:type="dcterms:W3CDTF">2026-07-14T16:30:00+01:00</dcterms:modified></x>'
    one, other = read_batch([("a.xlsx", data), ("b.xlsx", changed_by(data, core))], toy, {})
    assert (one.modified_at, other.modified_at) == (None, FOURTEENTH)
    assert other.verdict == "accepted"


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"<modified>",
        b"<modified></modified>",
        b"<dcterms:modified>soon</dcterms:modified>",
        b"<dcterms:modified>0001-01-01T00:00:00+14:00</dcterms:modified>",
        b"<dcterms:modified>1980-01-01T00:00:00Z</dcterms:modified>",
        b"<dcterms:modified>9999-12-31T23:59:59-14:00</dcterms:modified>",
        b"<dcterms:modified" * 100_000,
        f"<dcterms:modified>{STAMP.isoformat()}Z</dcterms:modified>".encode(),
    ],
    ids=range(10),
)
def test_properties_that_tell_no_time_tell_none(content: bytes | None) -> None:
    """Whatever stands there, the return is read all the same."""
    assert modified_at(content) is None


def test_the_second_school_of_a_workbook_is_named(toy: Criteria) -> None:
    """It has sent nothing that can be read: the tracker says in whose workbook its return may be."""
    one = dataclasses.replace(sent(toy, "both.xlsx", name="Hilltop"), others=(("900002", "Valley School"),))
    intake = settle([one], toy, register=register(HILLTOP, VALLEY))
    assert remarks(intake) == {
        "900001": "both.xlsx names Valley School (900002) too, whose answers were not read.",
        "900002": "Its return may be inside the workbook of Hilltop (900001), both.xlsx, where it is not read: "
        "ask for a workbook of its own.",
    }
    assert "ask for a workbook of its own" in "".join(chase_list(intake.tracker, intake.problems)["ask"])
    named = dataclasses.replace(one, others=(("", "Valley School"),))
    assert "900002" in remarks(settle([named], toy, register=register(HILLTOP, VALLEY)))
