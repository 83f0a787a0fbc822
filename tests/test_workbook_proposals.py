"""Proposals from another edition, and pairs asked once, in the workbook: written, accepted offline, read and uploaded."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.returns import pack_return
from audit.cli.audits import import_
from audit.intake.reading import read_batch
from audit.model import (
    NO_RESPONSE,
    Area,
    Audit,
    Carried,
    Criteria,
    Crosswalk,
    Pair,
    Question,
    Response,
    Signature,
)
from audit.problems import errors
from audit.school.merge import UploadChange, fingerprint, upload_differences
from audit.school.proposals import also_stored, asked_once, proposals
from audit.school.signing import sign
from audit.store.audits import Store
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of, template_and_duties
from tests.pages import app_store, at, filled_in, press
from tests.test_proposals import GAP, MET, NEW, OLD, OTHER, REVIEW, SECOND, THIRD, duties_after, pair, with_pairs
from tests.test_signed_workbook import with_statement
from tests.test_workbook import opened, responses, values

COLUMNS = {"last_year": 6, "still": 7, "written": 8, "practice": 9, "not_applicable": 10, "evidence": 11, "comment": 12}
"""The columns of *Answers* with the two of proposals, counted from 1."""


def answers_of(audit: Audit, criteria: Criteria, *, asked_of: str | None = None) -> dict[str, dict[str, object]]:
    """What stands in each row of *Answers*, by statement and by field."""
    sheet = opened(audit, criteria, asked_of=asked_of)["Answers"]
    return {
        str(row[0].value): {"statement": row[3].value, **{name: row[at - 1].value for name, at in COLUMNS.items()}}
        for row in sheet.iter_rows(min_row=2)
    }


def filled(
    audit: Audit,
    criteria: Criteria,
    cells: Mapping[tuple[str, str], object],
    *,
    reads: Criteria | None = None,
    asked_of: str | None = None,
) -> Reading:
    """The reading after somebody typed into cells of *Answers*, each named by its statement and its field.

    Args:
        audit: the audit.
        criteria: the criteria with which it is written.
        cells: what was typed.
        reads: the criteria with which it is read; None for the same.
        asked_of: the role whose part the workbook is.
    """
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria, asked_of=asked_of)))
    sheet = book["Answers"]
    has_two_more = str(sheet["G1"].value) in ("Still as last year?", "Accept what is proposed?")
    rows = {cell.value: cell.row for cell in sheet["A"]}
    for (statement, name), value in cells.items():
        sheet.cell(rows[statement], COLUMNS[name] - (0 if has_two_more else 2)).value = value
    saved = io.BytesIO()
    book.save(saved)
    return read(saved.getvalue(), "Hilltop.xlsx", reads or criteria)


def told(reading: Reading) -> list[tuple[str, str, str]]:
    """Severity, place and fact of each problem."""
    return [
        (one.severity, one.where.removeprefix("Hilltop.xlsx, sheet Answers, "), one.what) for one in reading.problems
    ]


# What is proposed


def test_a_row_says_what_is_proposed_and_from_where() -> None:
    """In few words, with the evidence of the other edition, and only where something is proposed can it be accepted."""
    criteria = with_pairs(pair(OLD, NEW, "superset"), pair(OTHER, SECOND, "intersects"))
    audit = duties_after(criteria, k1=MET, k2=MET)
    sheet = opened(audit, criteria)["Answers"]
    assert (sheet["F1"].value, sheet["G1"].value) == ("Last year's answer", "Still as last year?")
    assert [sheet[f"F{row}"].value for row in range(2, 6)] == [
        "Yes; 4 Embedded – from 1.1 K1 of the toy template (2025/26), which asks more\n"
        "Evidence for 1.1 K1 of the toy template (2025/26), which asks more: The minutes.",
        "Evidence for 1.1 K2 of the toy template (2025/26), which has a part in common: The minutes.",
        None,
        None,
    ]
    assert [sheet[f"G{row}"].protection.locked for row in range(2, 6)] == [False, True, True, True]
    read_me = [row[0] for row in values(opened(audit, criteria)["Read me"])]
    assert "Answers proposed" in read_me


def test_without_last_year_the_columns_do_not_speak_of_it() -> None:
    """An answer of this year to another edition is no answer of last year."""
    criteria = with_pairs(pair(OLD, NEW, "subset"))
    audit = audit_of(criteria, {OLD: GAP})
    sheet = opened(audit, criteria)["Answers"]
    assert (sheet["F1"].value, sheet["G1"].value) == ("Answer proposed", "Accept what is proposed?")
    assert answers_of(audit, criteria)[NEW]["last_year"] == (
        "No; 1 Planned – from 1.1 K1 of the toy template, which asks less"
    )
    assert read(write(audit, criteria), "Hilltop.xlsx", criteria).audit == audit


def test_nothing_more_stands_where_nothing_is_proposed() -> None:
    """A workbook of one edition alone looks as before."""
    criteria = with_pairs(pair(OLD, NEW, "subset"))
    assert opened(audit_of(criteria, {OLD: MET}), criteria)["Answers"]["F1"].value == "Is it written?"


def test_yes_accepts_what_is_proposed() -> None:
    """The response is then the one that accepting it on the page would store."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = duties_after(criteria, k1=MET)
    reading = filled(audit, criteria, {(NEW, "still"): "Yes"})
    assert (reading.audit, told(reading)) == (dataclasses.replace(audit, responses={NEW: MET}), [])
    assert (reading.rows[NEW], reading.marks[NEW]) == (MET, "")


PARTLY = Response(written="yes", practice=1, evidence="The minutes.")


@pytest.mark.parametrize(
    ("cells", "response", "warns"),
    [
        ({}, Response(written="yes"), False),
        ({"practice": 2}, Response(written="yes", practice=2), False),
        ({"practice": 2, "evidence": "Seen."}, Response(written="yes", practice=2, evidence="Seen."), False),
        ({"written": "Yes", "practice": 2}, Response(written="yes", practice=2), False),
        ({"written": "No", "practice": 2}, Response(written="no", practice=2), True),
        ({"not_applicable": "We have none."}, Response(not_applicable="We have none."), True),
    ],
)
def test_a_part_is_accepted_and_the_rest_is_answered_beside_it(
    cells: Mapping[str, object], response: Response, warns: bool
) -> None:
    """Yes fills the part that is proposed. What was typed wins over it, with a warning where it says something else."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = duties_after(criteria, k1=PARTLY)
    assert str(answers_of(audit, criteria)[NEW]["last_year"]).startswith("Only written: Yes – from 1.1 K1")
    reading = filled(audit, criteria, {(NEW, "still"): "Yes", **{(NEW, name): text for name, text in cells.items()}})
    assert reading.audit is not None
    assert reading.audit.response(NEW) == response
    what = "The row accepts what is proposed, and also gives another answer, which was used."
    assert told(reading) == ([("warning", "cell G2", what)] if warns else [])


def test_a_proposal_that_this_program_does_not_make_cannot_be_accepted() -> None:
    """The pair is another one by now, or it is gone: the cell is named, and nothing is stored."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = duties_after(criteria, k1=GAP)
    what = "What stands in the cell to the left is not what this program proposes, so it cannot be accepted."
    for now in (
        with_pairs(),
        with_pairs(pair(OLD, NEW, "superset")),
        with_pairs(pair(OLD, NEW, "equal", reviewed=None)),
    ):
        reading = filled(audit, criteria, {(NEW, "still"): "Yes"}, reads=now)
        assert (reading.audit, told(reading)) == (audit, [("error", "cell G2", what)])
        assert NEW not in reading.rows


def test_a_yes_where_nothing_is_proposed_is_a_fault() -> None:
    """There is nothing that it could mean."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    reading = filled(duties_after(criteria, k1=GAP), criteria, {(THIRD, "still"): "Yes"})
    assert told(reading) == [("error", "cell G4", "There is no answer of last year to this statement.")]


def test_what_was_proposed_is_accepted_although_its_source_was_answered_again() -> None:
    """The proposal is what the workbook was sent with: an answer that was typed beside it changes nothing of it."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = dataclasses.replace(duties_after(criteria, k1=MET), frameworks=criteria.refs)
    cells = {(NEW, "still"): "Yes", (OLD, "written"): "No", (OLD, "practice"): 0}
    reading = filled(audit, criteria, cells)
    assert reading.audit is not None
    assert told(reading) == []
    assert dict(reading.audit.responses) == {
        OLD: Response(written="no", practice=0),
        NEW: Response(written="yes", practice=4),
    }


def test_what_a_changed_answer_no_longer_proposes_is_a_fault() -> None:
    """A row that was sent with an answer, and says something else now, no longer shows what it proposed."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = audit_of(criteria, {OLD: MET})
    reading = filled(audit, criteria, {(NEW, "still"): "Yes", (OLD, "written"): "No"})
    assert [place for severity, place, _ in told(reading) if severity == "error"] == ["cell G5"]
    reworded = filled(audit, criteria, {(NEW, "still"): "Yes", (OLD, "comment"): "Seen again."})
    assert reworded.audit is not None
    assert reworded.audit.response(NEW) == Response(written="yes", practice=4)


@pytest.mark.parametrize("garbled", ["", "?", "as before"])
def test_words_that_can_no_longer_be_read_cost_no_acceptance(garbled: str) -> None:
    """What is proposed is worked out, not read from the cell."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = duties_after(criteria, k1=MET)
    reading = filled(audit, criteria, {(NEW, "last_year"): garbled, (NEW, "still"): "Yes"})
    assert reading.audit is not None
    assert reading.audit.response(NEW) == Response(written="yes", practice=4)


def test_a_note_on_a_row_that_waits_is_no_answer() -> None:
    """As with last year's answers: a comment alone would end the proposal."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = duties_after(criteria, k1=MET)
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    book["Answers"]["H2"].comment = openpyxl.comments.Comment("Ask the head.", "A role")
    saved = io.BytesIO()
    book.save(saved)
    assert read(saved.getvalue(), "Hilltop.xlsx", criteria).audit == audit


def by_role(criteria: Criteria, roles: Mapping[str, str]) -> Criteria:
    """The criteria with some statements asked of other roles."""

    def asked(question: Question) -> Question:
        changed = (dataclasses.replace(s, asked_of=roles.get(s.id, s.asked_of)) for s in question.statements)
        return dataclasses.replace(question, statements=tuple(changed))

    def area(one: Area) -> Area:
        return dataclasses.replace(one, questions=tuple(map(asked, one.questions)))

    frameworks = (dataclasses.replace(f, areas=tuple(map(area, f.areas))) for f in criteria.frameworks)
    return Criteria(tuple(frameworks), criteria.crosswalks)


def test_a_colleagues_part_can_accept_what_rests_on_last_year() -> None:
    """The part carries the answer of last year, although its statement is none of the role's."""
    criteria = by_role(with_pairs(pair(OLD, NEW, "equal")), {NEW: "network"})
    audit = duties_after(criteria, k1=MET)
    reading = filled(audit, criteria, {(NEW, "still"): "Yes"}, asked_of="network")
    assert reading.rows == {NEW: MET}
    assert [severity for severity, _, _ in told(reading)] == ["warning"]


def test_a_colleagues_part_shows_what_rests_on_anothers_row() -> None:
    """It cannot be worked out again from the part, so it is answered and not accepted."""
    criteria = by_role(with_pairs(pair(OLD, NEW, "superset")), {NEW: "network"})
    audit = audit_of(criteria, {OLD: MET})
    sheet = opened(audit, criteria, asked_of="network")["Answers"]
    assert str(sheet["F2"].value).startswith("Yes; 4 Embedded – from 1.1 K1 of the toy template, which asks more")
    assert sheet["G2"].protection.locked


def test_what_is_signed_proposes_nothing() -> None:
    """A signed workbook is the same with and without crosswalks, so that any program writes it alike."""
    criteria = with_pairs(pair(OLD, NEW, "equal"), pair(OTHER, SECOND, "superset"))
    audit = audit_of(criteria, {OTHER: MET}, carried_from="2025/26", carried={OLD: Carried(response=MET)})
    day = dt.date(2027, 3, 31)
    signed = sign(audit, criteria, Signature(role="headteacher", on=day, statement="Signed all the same."))
    assert write(signed, criteria) == write(signed, Criteria(criteria.frameworks))
    reading = read(write(signed, criteria), "Hilltop.xlsx", criteria)
    assert (reading.audit, reading.intact, reading.problems) == (signed, True, ())


# Asked once


def test_the_older_statement_of_an_equal_pair_says_where_it_is_answered() -> None:
    """Its row stays, in grey, and names the row to answer; its cells are locked."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    sheet = opened(audit_of(criteria, {}), criteria)["Answers"]
    assert sheet["D2"].value == (
        "Statement 1.1 K 1 holds.\nAsked once: answer 1.1 no. 1 of the toy duties; the answer counts here too."
    )
    assert {cell.protection.locked for cell in sheet[2]} == {True}
    assert {sheet.cell(2, column).fill.fgColor.rgb for column in range(6, 11)} == {"00E8EEF5"}
    assert not sheet["F3"].protection.locked


def test_a_colleagues_part_leaves_out_what_is_asked_in_newer_wording() -> None:
    """Nobody answers it, and the part is known as the whole part of its role."""
    criteria = by_role(with_pairs(pair(OLD, NEW, "equal")), {OLD: "network", OTHER: "network"})
    audit = audit_of(criteria, {})
    assert list(answers_of(audit, criteria, asked_of="network")) == [OTHER]
    (told_once,) = read(write(audit, criteria, asked_of="network"), "Hilltop.xlsx", criteria).problems
    assert "holds only the 1 statements that are asked of: Network manager" in told_once.what


def test_an_answer_to_the_newer_statement_counts_in_both() -> None:
    """Whether the older row is there or was deleted."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = audit_of(criteria, {})
    cells = {(NEW, "written"): "Yes", (NEW, "practice"): 4, (NEW, "evidence"): "Minutes."}
    reading = filled(audit, criteria, cells)
    response = Response(written="yes", practice=4, evidence="Minutes.")
    assert (reading.audit, told(reading)) == (dataclasses.replace(audit, responses={OLD: response, NEW: response}), [])
    book = openpyxl.load_workbook(io.BytesIO(write(reading.audit or audit, criteria)))
    book["Answers"].delete_rows(2)
    saved = io.BytesIO()
    book.save(saved)
    without = read(saved.getvalue(), "Hilltop.xlsx", criteria)
    assert (without.audit, without.problems, OLD in without.rows) == (reading.audit, (), False)


def test_a_changed_answer_changes_both() -> None:
    """Both held the same when the workbook was written."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    reading = filled(audit_of(criteria, {OLD: MET, NEW: MET}), criteria, {(NEW, "practice"): 1})
    assert reading.audit is not None
    assert set(reading.audit.responses.values()) == {dataclasses.replace(MET, practice=1)}


def test_answers_that_stood_apart_stay_apart() -> None:
    """A pair that was answered differently was not asked once, so neither answer is given up."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    reading = filled(audit_of(criteria, {OLD: GAP, NEW: MET}), criteria, {(NEW, "practice"): 2})
    assert reading.audit is not None
    assert dict(reading.audit.responses) == {OLD: GAP, NEW: dataclasses.replace(MET, practice=2)}
    assert told(reading) == []


def test_different_answers_to_both_are_kept_with_a_warning() -> None:
    """The warning names the two cells."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    cells = {(OLD, "written"): "No", (OLD, "practice"): 0, (NEW, "written"): "Yes", (NEW, "practice"): 4}
    reading = filled(audit_of(criteria, {}), criteria, cells)
    assert reading.audit is not None
    assert dict(reading.audit.responses) == {
        OLD: Response(written="no", practice=0),
        NEW: Response(written="yes", practice=4),
    }
    assert told(reading) == [
        (
            "warning",
            "cell F5",
            f"{NEW} and {OLD} ask the same, and were answered differently, here and in cell F2. Both answers were kept.",
        )
    ]


def test_a_row_that_cannot_be_read_fills_in_no_other() -> None:
    """Half an answer must not overwrite a whole one."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    reading = filled(audit_of(criteria, {OLD: MET, NEW: MET}), criteria, {(NEW, "practice"): "perhaps?!"})
    assert reading.audit is not None
    assert reading.audit.response(OLD) == MET


# Uploads


ONCE = {OLD: NEW}


@pytest.mark.parametrize(
    ("stored", "given", "marks", "changes"),
    [
        ({}, {NEW: MET}, {NEW: ""}, [(NEW, "new", ""), (OLD, "new", NEW)]),
        ({}, {OLD: MET, NEW: MET}, {OLD: "", NEW: ""}, [(OLD, "new", NEW), (NEW, "new", "")]),
        ({OLD: GAP}, {NEW: MET}, {NEW: ""}, [(NEW, "new", ""), (OLD, "changed", NEW)]),
        ({OLD: MET}, {NEW: MET}, {NEW: ""}, [(NEW, "new", "")]),
        (
            {OLD: GAP, NEW: GAP},
            {NEW: MET},
            {NEW: fingerprint(GAP)},
            [(NEW, "changed", ""), (OLD, "changed", NEW)],
        ),
        ({OLD: GAP, NEW: GAP}, {NEW: MET}, {NEW: ""}, [(NEW, "conflicting", ""), (OLD, "conflicting", NEW)]),
        (
            {OLD: GAP},
            {OLD: NO_RESPONSE, NEW: MET},
            {OLD: "", NEW: ""},
            [(NEW, "new", ""), (OLD, "conflicting", "")],
        ),
        ({}, {OLD: GAP, NEW: MET}, {OLD: "", NEW: ""}, [(OLD, "new", ""), (NEW, "new", "")]),
        ({}, {NEW: MET}, {OLD: "", NEW: ""}, [(NEW, "new", "")]),
        ({OLD: MET, NEW: MET}, {OLD: MET, NEW: MET}, {OLD: "x", NEW: "x"}, []),
    ],
    ids=[
        "a part without the older row",
        "both rows",
        "the older was answered before",
        "the older has it already",
        "both are changed",
        "both conflict",
        "the older was answered meanwhile",
        "each has its own answer",
        "the older row could not be read",
        "nothing new",
    ],
)
def test_an_upload_changes_the_older_statement_too(
    stored: Mapping[str, Response],
    given: Mapping[str, Response],
    marks: Mapping[str, str],
    changes: list[tuple[str, str, str]],
) -> None:
    """With the same answer as the newer one, unless the workbook or somebody meanwhile says something else of it."""
    found = upload_differences(given, marks, stored, ONCE)
    assert [(change.statement, change.kind, change.along_with) for change in found] == changes
    assert all(change.given == MET for change in found if change.along_with)


def test_an_upload_without_pairs_is_as_before() -> None:
    """Nothing goes along where nothing is asked once."""
    found = upload_differences({NEW: MET}, {NEW: ""}, {OLD: GAP})
    assert found == (UploadChange(statement=NEW, kind="new", stored=NO_RESPONSE, given=MET),)


K1 = "kcc-2.1-k1"


@pytest.fixture
def paired(every_framework: Criteria, monkeypatch: pytest.MonkeyPatch) -> Criteria:
    """Two of the shipped frameworks as the program loads them, with one equal pair."""
    old, new = (next(f for f in every_framework.frameworks if f.id == name) for name in ("kcc-2010", "england-2026"))
    duty = next(s.id for s in new.statements if s.recommended and "primary" in s.phases)
    walk = Crosswalk(old=old.id, new=new.id, pairs=(pair(K1, duty, "equal"),))
    criteria = with_statement(Criteria((new, old)), K1, revision=2)
    criteria = Criteria(criteria.frameworks, (walk,))
    monkeypatch.setattr("audit.ui.session.load", lambda: criteria)
    monkeypatch.setattr("audit.cli.audits.shipped_criteria", lambda: criteria)
    return criteria


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the app and of the terminal."""
    with app_store(tmp_path, monkeypatch) as opened_store:
        yield opened_store


def test_the_page_shows_and_stores_both_of_a_pair_asked_once(kept: Store, paired: Criteria) -> None:
    """A colleague answers the newer statement offline; where both conflict, one choice settles both."""
    duty = paired.crosswalks[0].pairs[0].new
    audit = audit_of(paired, {})
    audit_id = kept.add(audit)
    part = write(audit, paired, asked_of=paired[duty].statement.asked_of)
    app = at("colleagues", audit=audit_id)
    app.file_uploader[0].set_value([("back.xlsx", filled_in(part, {duty: "Yes"}), "application/octet-stream")]).run()
    assert [header.value for header in app.subheader] == ["New: 2", "Changed: 0", "Conflicting: 0"]
    press(app, "Apply 2 changes")
    assert {id: stored.response.written for id, stored in kept.stored(audit_id).items()} == {K1: "yes", duty: "yes"}
    app.file_uploader[0].set_value([("again.xlsx", filled_in(part, {duty: "No"}), "application/octet-stream")]).run()
    assert [header.value for header in app.subheader] == ["New: 0", "Changed: 0", "Conflicting: 2"]
    assert [radio.key for radio in app.radio] == [f"clash-{duty}"]
    app.radio[0].set_value("The one in the file").run()
    press(app, "Apply 2 changes")
    assert {stored.response.written for stored in kept.stored(audit_id).values()} == {"no"}


def test_the_terminal_imports_both_of_a_pair_asked_once(kept: Store, paired: Criteria, tmp_path: Path) -> None:
    """The older statement gets the answer with its own revision."""
    duty = paired.crosswalks[0].pairs[0].new
    audit = audit_of(paired, {})
    audit_id = kept.add(audit)
    file = tmp_path / "back.xlsx"
    file.write_bytes(filled_in(write(audit, paired, asked_of=paired[duty].statement.asked_of), {duty: "Yes"}))
    done = CliRunner().invoke(import_, [str(file)])
    assert "Imported 2 changed answers into the audit that was there." in done.output
    imported = kept.load(audit_id)
    assert imported is not None
    assert {id: response.written for id, response in imported.responses.items()} == {K1: "yes", duty: "yes"}
    assert imported.revisions == {K1: 2}


@pytest.mark.parametrize("compared", [0, 1])
def test_a_return_filled_offline_counts_the_pair_in_both_frameworks(compared: int) -> None:
    """Whichever the authority compares, an answer to the newer statement counts, and so does an accepted proposal."""
    criteria = with_pairs(pair(OLD, NEW, "equal"), pair(OTHER, SECOND, "superset"))
    audit = audit_of(criteria, {OTHER: MET})
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    rows = {row[0].value: row for row in book["Answers"].iter_rows(min_row=2)}
    rows[NEW][COLUMNS["written"] - 1].value, rows[SECOND][COLUMNS["still"] - 1].value = "No", "Yes"
    saved = io.BytesIO()
    book.save(saved)
    collected = criteria.of(criteria.refs[compared : compared + 1])
    (found,) = read_batch([("a.xlsx", saved.getvalue())], collected, {}, loaded=criteria)
    given = {OLD: Response(written="no"), NEW: Response(written="no"), OTHER: MET}
    given[SECOND] = Response(written="yes", practice=4)
    expected = pack_return(dataclasses.replace(audit, responses=given), collected, file="a.xlsx", digest=found.digest)
    assert (found.answers, found.verdict, found.problems) == (expected.answers, "accepted", ())


def test_a_return_of_today_alone_can_rest_on_last_year() -> None:
    """The authority's program holds the criteria of last year too, so it can tell what the school accepted."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = duties_after(criteria, k1=MET)
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    book["Answers"]["G2"] = "Yes"
    saved = io.BytesIO()
    book.save(saved)
    (found,) = read_batch([("a.xlsx", saved.getvalue())], criteria.of(criteria.refs[1:]), {}, loaded=criteria)
    assert (found.verdict, found.problems) == ("accepted", ())


# Any audit


IDS = tuple(
    f"{name}-1.1-{end}"
    for name, ends in (("toy", ("k1", "k2", "k3", "s1")), ("duty", "1234"), ("pol", "1234"))
    for end in ends
)


@cache
def three() -> Criteria:
    """The toy template, the toy duties, and the toy policies, which say what the duties say."""
    both = template_and_duties()
    duties = both.frameworks[1]

    def renamed(question: Question) -> Question:
        statements = (dataclasses.replace(s, id=s.id.replace("duty", "pol")) for s in question.statements)
        return dataclasses.replace(question, statements=tuple(statements))

    areas = (dataclasses.replace(a, questions=tuple(map(renamed, a.questions))) for a in duties.areas)
    policies = dataclasses.replace(
        duties, id="pol", areas=tuple(areas), title="Toy policies", name="the toy policies", coverage="coverage of both"
    )
    return Criteria((*both.frameworks, policies))


@st.composite
def criteria_with_crosswalks(draw: st.DrawFn) -> Criteria:
    """The three toy frameworks with any pairs: of every relation, strong and weak, reviewed or not."""
    walks = []
    for old, new in (("toy", "duty"), ("toy", "pol"), ("pol", "duty")):
        olds, news = ([id for id in IDS if id.startswith(name)] for name in (old, new))
        drawn = draw(
            st.dictionaries(
                st.tuples(st.sampled_from(olds), st.sampled_from(news)),
                st.tuples(
                    st.sampled_from(("equal", "equal", "subset", "superset", "intersects")),
                    st.sampled_from((6, 7, 10)),
                    st.sampled_from((REVIEW, REVIEW, None)),
                ),
                max_size=4,
            )
        )
        pairs = [
            Pair(old=a, new=b, relation=relation, strength=strength, because="Both ask it.", reviewed=reviewed)
            for (a, b), (relation, strength, reviewed) in drawn.items()
        ]
        walks.append(Crosswalk(old=old, new=new, pairs=tuple(pairs)))
    return Criteria(three().frameworks, tuple(walks))


few = st.sampled_from((MET, GAP, PARTLY, Response(not_applicable="We have none."), Response(evidence="Only this.")))


@st.composite
def audits(draw: st.DrawFn, criteria: Criteria) -> Audit:
    """Any open audit of one, two or all of the frameworks, with answers of this year and of last."""
    refs = draw(st.sets(st.sampled_from(criteria.refs), min_size=1))
    answered = [criterion.id for criterion in criteria.of(refs)]
    given = draw(st.dictionaries(st.sampled_from(answered), few | responses, max_size=6))
    before = st.builds(Carried, response=few | responses, revision=st.sampled_from((1, 1, 1, 2)))
    carried = draw(st.dictionaries(st.sampled_from(IDS), before, max_size=6))
    return audit_of(
        criteria,
        given,
        frameworks=tuple(ref for ref in criteria.refs if ref in refs),
        scope=draw(st.sampled_from(("all", "recommended"))),
        basis=draw(st.sampled_from(("self-audit", "self-audit", "desk review"))),
        as_printed=draw(st.booleans()),
        carried_from="2025/26" if carried else "",
        carried=carried,
        revisions={id: 2 for id in draw(st.sets(st.sampled_from(answered), max_size=1)) if id in given},
    )


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_audit_with_proposals_comes_back_as_it_was(data: st.DataObject) -> None:
    """Whatever is proposed or asked once, nothing of it becomes an answer by writing and reading."""
    criteria = data.draw(criteria_with_crosswalks())
    audit = data.draw(audits(criteria))
    reading = read(write(audit, criteria), "Hilltop.xlsx", criteria)
    assert (reading.audit, reading.problems) == (audit, ())


def accepted_on_the_page(audit: Audit, criteria: Criteria, statement: str, response: Response) -> Audit:
    """The audit after somebody has given an answer on the page, which stores it for equal older statements too."""
    also = also_stored(audit, criteria, statement)
    stored = {**audit.responses, statement: response, **dict.fromkeys(also, response)}
    return dataclasses.replace(audit, responses=stored)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_yes_is_what_accepting_on_the_page_is(data: st.DataObject) -> None:
    """For every row that offers it, Yes in the workbook leads to the same audit, with the rest of a part answered too."""
    criteria = data.draw(criteria_with_crosswalks())
    audit = dataclasses.replace(data.draw(audits(criteria)), revisions={})
    waiting = proposals(audit, criteria)
    if not waiting:
        return
    book = openpyxl.load_workbook(io.BytesIO(write(audit, criteria)))
    rows = {row[0].value: row for row in book["Answers"].iter_rows(min_row=2)}
    offered = sorted(id for id in waiting if id in rows and not rows[id][COLUMNS["still"] - 1].protection.locked)
    if not offered:
        assert not any(found.others for id, found in waiting.items() if id in rows)
        return
    statement = data.draw(st.sampled_from(offered))
    found, response = waiting[statement], waiting[statement].response
    rows[statement][COLUMNS["still"] - 1].value = "Yes"
    if found.origin != "last year" and not response.not_applicable and data.draw(st.booleans()):
        if response.written is None:
            rows[statement][COLUMNS["written"] - 1].value = "Partly"
        if response.practice is None:
            rows[statement][COLUMNS["practice"] - 1].value = "Unknown"
        rest = {"written": response.written or "partly"}
        response = dataclasses.replace(
            response, **rest, practice="unknown" if response.practice is None else response.practice
        )
    saved = io.BytesIO()
    book.save(saved)
    reading = read(saved.getvalue(), "Hilltop.xlsx", criteria)
    on_the_page = accepted_on_the_page(audit, criteria, statement, response)
    problems = reading.problems if not response.not_applicable else errors(reading.problems)  # a reason may say nothing
    assert (reading.audit, problems) == (on_the_page, ())
    changes = upload_differences(reading.rows, reading.marks, audit.responses, asked_once(audit, criteria))
    assert {change.statement: change.given for change in changes} == {
        id: response for id, response in on_the_page.responses.items() if response != audit.response(id)
    }
