"""The yearly cycle in the workbook: last year's answers confirmed offline, and sign-offs that survive the way and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Callable, Mapping

import openpyxl
import pytest
from openpyxl import Workbook

from audit.model import (
    NO_RESPONSE,
    SIGNING_ROLES,
    Action,
    Audit,
    Carried,
    Criteria,
    Framework,
    FrameworkRef,
    Response,
    Signature,
    Statement,
)
from audit.school import signing
from audit.school.proposals import start_from, to_answer_again, to_confirm
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.test_workbook import ANSWERED, edited, opened, saved_after, values

MET = Response(written="yes", practice=3, evidence="Policy, page 2.", comment="Seen in May.")
LAST_YEAR = Response(written="partly", practice=2, evidence="Minutes of May.")


@pytest.fixture
def begun(toy: Criteria) -> Audit:
    """An audit of 2026/27 that began with three answers of the year before, and has answered none yet."""
    before = audit_of(toy, {"toy-1.1-k1": MET, "toy-1.1-k2": LAST_YEAR, "toy-1.2-k1": ANSWERED["toy-1.2-k1"]})
    return start_from(dataclasses.replace(before, year="2025/26"), toy, year="2026/27")


@pytest.fixture
def signed(toy: Criteria, begun: Audit) -> Audit:
    """An audit that both roles have signed."""
    audit = dataclasses.replace(
        begun,
        responses={"toy-1.1-k1": MET, "toy-2.1-k1": Response(written="no", practice=0)},
        actions=(Action(what="Write it.", statement="toy-2.1-k1", id="a1", since="2025/26"),),
    )
    for role in SIGNING_ROLES:
        audit = signing.sign(audit, toy, Signature(role=role, on=dt.date(2027, 7, 5), statement="=Agreed"))
    return audit


def with_statement(criteria: Criteria, name: str, **changes: object) -> Criteria:
    """Criteria in which one statement is another."""

    def changed(one: Statement) -> Statement:
        return dataclasses.replace(one, **changes) if one.id == name else one  # type: ignore[arg-type]

    def framework(one: Framework) -> Framework:
        areas = tuple(
            dataclasses.replace(
                area,
                questions=tuple(
                    dataclasses.replace(q, statements=tuple(changed(s) for s in q.statements)) for q in area.questions
                ),
            )
            for area in one.areas
        )
        return dataclasses.replace(one, areas=areas)

    return Criteria(tuple(framework(one) for one in criteria.frameworks))


def of_edition(criteria: Criteria, edition: str) -> Criteria:
    """The same criteria as another edition."""
    return Criteria(tuple(dataclasses.replace(one, edition=edition) for one in criteria.frameworks))


def typed(audit: Audit, criteria: Criteria, cells: Mapping[str, object], sheet: str = "Answers") -> Reading:
    """The reading after somebody typed into cells of a sheet."""

    def edit(book: Workbook) -> None:
        for place, value in cells.items():
            book[sheet][place] = value

    return edited(audit, criteria, edit)


def told(reading: Reading) -> list[tuple[str, str]]:
    """Place and fact of each problem."""
    return [(one.where.removeprefix("Hilltop.xlsx, "), one.what) for one in reading.problems]


# Last year's answers


def test_last_years_answers_stand_beside_the_cells_for_this_years(toy: Criteria, begun: Audit) -> None:
    """Each row says what was answered last year, and asks whether that still holds; nothing of it is an answer yet."""
    rows = values(opened(begun, toy)["Answers"])
    assert rows[0][5:9] == ("Last year's answer", "Still as last year?", "Is it written?", "Is it done?")
    assert [(row[0], *row[5:9]) for row in rows[1:]] == [
        ("toy-1.1-k1", "Yes; 3 In place", None, None, None),
        ("toy-1.1-k2", "Partly; 2 Partly in place", None, None, None),
        ("toy-1.2-k1", "Not applicable", None, None, None),
        ("toy-2.1-k1", None, None, None, None),
    ]


def test_the_sheet_last_year_shows_each_answer_whole(toy: Criteria, begun: Audit) -> None:
    """It holds both answers in words, reason, evidence and comment, and its cells are locked."""
    sheet = opened(begun, toy)["Last year"]
    assert (sheet.sheet_state, sheet.protection.sheet) == ("visible", True)
    assert {cell.protection.locked for row in sheet.iter_rows() for cell in row} == {True}
    assert values(sheet)[1:] == [
        ("toy-1.1-k1", "Statement 1.1 K 1 holds.", "Yes", "3 In place", None, "Policy, page 2.", "Seen in May.", "1"),
        ("toy-1.1-k2", "Statement 1.1 K 2 holds.", "Partly", "2 Partly in place", None, "Minutes of May.", None, "1"),
        ("toy-1.2-k1", "Statement 1.2 K 1 holds.", "Not applicable", None, "We have no network.", None, None, "1"),
    ]


def test_an_audit_that_began_with_nothing_asks_nothing_of_last_year(toy: Criteria) -> None:
    """Neither the sheet nor the columns are there where there is no year before."""
    book = opened(audit_of(toy, ANSWERED), toy)
    assert (book.sheetnames, book["Answers"]["F1"].value) == (
        ["Read me", "School", "Answers", "Summary", "Gaps", "Action plan", "Lists"],
        "Is it written?",
    )


def test_yes_confirms_last_years_answer_whole(toy: Criteria, begun: Audit) -> None:
    """Still as last year is one cell: the answer with its evidence and comment is then this year's."""
    reading = typed(begun, toy, {"G2": "Yes", "G4": "yes "})
    assert (reading.audit, reading.problems) == (
        dataclasses.replace(begun, responses={"toy-1.1-k1": MET, "toy-1.2-k1": ANSWERED["toy-1.2-k1"]}),
        (),
    )
    assert reading.rows["toy-1.1-k1"] == MET


def test_what_is_neither_confirmed_nor_answered_stays_open(toy: Criteria, begun: Audit) -> None:
    """No, and an empty cell, leave the statement to be confirmed."""
    audit = typed(begun, toy, {"G2": "No"}).audit
    assert audit == begun
    assert [criterion.id for criterion in to_confirm(begun, toy)] == ["toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1"]


@pytest.mark.parametrize(
    ("cells", "response", "problems"),
    [
        (
            {"G2": "Yes", "H2": "No", "I2": 1},
            Response(written="no", practice=1),
            [
                (
                    "sheet Answers, cell G2",
                    "The row says that the answer is still as last year, and also gives another one, which was used.",
                )
            ],
        ),
        ({"G2": "Yes", "H2": "Yes", "I2": 3, "K2": "Policy, page 2.", "L2": "Seen in May."}, MET, []),
        ({"G2": "Yes", "K2": "Page 7."}, dataclasses.replace(MET, evidence="Page 7."), []),
        ({"G2": "perhaps"}, NO_RESPONSE, [("sheet Answers, cell G2", '"perhaps" is not Yes.')]),
        (
            {"G5": "Yes"},
            NO_RESPONSE,
            [("sheet Answers, cell G5", "There is no answer of last year to this statement.")],
        ),
    ],
    ids=["another answer", "the same answer", "new evidence", "another word", "nothing to confirm"],
)
def test_yes_beside_something_else_is_told(
    toy: Criteria, begun: Audit, cells: Mapping[str, object], response: Response, problems: list[tuple[str, str]]
) -> None:
    """What was typed this year wins over last year's, and a Yes that can confirm nothing is a problem with its cell."""
    reading = typed(begun, toy, cells)
    assert reading.audit is not None
    assert (reading.audit.response("toy-1.1-k1"), told(reading)) == (response, problems)


def test_a_statement_that_changed_cannot_be_confirmed(toy: Criteria, begun: Audit) -> None:
    """Of a statement with a new revision last year's answer is shown, its Yes is locked, and typed in is refused."""
    now = with_statement(toy, "toy-1.1-k1", revision=2)
    sheet = opened(begun, now)["Answers"]
    assert (sheet["F2"].value, sheet["G2"].protection.locked, sheet["G3"].protection.locked) == (
        "Yes; 3 In place. The statement has changed since: please answer again.",
        True,
        False,
    )
    reading = typed(begun, now, {"G2": "Yes"})
    what = "The statement means something else than last year, so last year's answer cannot stand."
    assert (reading.audit, told(reading)) == (begun, [("sheet Answers, cell G2", what)])
    assert [criterion.id for criterion in to_answer_again(begun, now)] == ["toy-1.1-k1"]


def test_an_answer_given_in_the_workbook_answers_the_statement_of_today(toy: Criteria) -> None:
    """An answer to an earlier revision keeps it while it stands, and one that is changed in the workbook has the new one."""
    now = with_statement(toy, "toy-1.1-k1", revision=2)
    audit = audit_of(now, {"toy-1.1-k1": MET})
    assert read(write(audit, now), "Hilltop.xlsx", now).audit == audit
    changed = typed(audit, now, {"F2": "No"}).audit
    new = typed(audit_of(now, {}), now, {"F2": "No"}).audit
    assert changed is not None
    assert new is not None
    assert [changed.revisions, new.revisions] == [{"toy-1.1-k1": 2}, {"toy-1.1-k1": 2}]


def test_a_yes_without_the_sheet_of_last_year_is_a_problem(toy: Criteria, begun: Audit) -> None:
    """What stood on a sheet that was deleted cannot be confirmed."""

    def edit(book: Workbook) -> None:
        book["Answers"]["G2"] = "Yes"
        book.remove(book["Last year"])

    reading = edited(begun, toy, edit)
    assert told(reading) == [("sheet Answers, cell G2", "There is no answer of last year to this statement.")]
    assert (reading.audit is None or reading.audit.carried) == {}


def test_renamed_sheets_of_the_cycle_are_found(toy: Criteria, signed: Audit) -> None:
    """Last year and sign-off are known by their headings where their sheets have other names."""

    def edit(book: Workbook) -> None:
        book["Last year"].title, book["Sign-off"].title = "Before", "Who signed"

    reading = edited(signed, toy, edit)
    assert (reading.audit, reading.intact, reading.problems) == (signed, True, ())


def test_a_colleagues_part_can_be_confirmed_too(toy: Criteria, signed: Audit) -> None:
    """A part has last year's answers of its own rows, and no sign-off of a whole that it does not show."""
    part = openpyxl.load_workbook(io.BytesIO(write(signed, toy, asked_of="network")))
    assert part.sheetnames == ["Read me", "School", "Answers", "Last year", "Lists"]
    assert [row[0] for row in values(part["Last year"])[1:]] == ["toy-1.2-k1"]
    reading = read(write(signed, toy, asked_of="network"), "Hilltop.xlsx", toy)
    assert reading.audit is not None
    assert (reading.audit.sign_offs, reading.intact, [one.severity for one in reading.problems]) == (
        (),
        False,
        ["warning"],
    )


# Actions


def test_a_copied_row_of_the_plan_is_an_action_of_its_own(toy: Criteria, signed: Audit) -> None:
    """Two rows cannot be one action, so the second loses the hidden id."""
    audit = dataclasses.replace(signed, sign_offs=(), completed_on=None)

    def edit(book: Workbook) -> None:
        sheet = book["Action plan"]
        for column in range(1, 12):
            sheet.cell(12, column).value = sheet.cell(2, column).value

    reading = edited(audit, toy, edit)
    assert reading.audit is not None
    assert [(one.what, one.id) for one in reading.audit.actions] == [("Write it.", "a1"), ("Write it.", "")]


def test_an_action_of_an_earlier_year_may_name_a_retired_statement(toy: Criteria) -> None:
    """An action that is carried into a new edition keeps the statement that it was planned for."""
    audit = audit_of(toy, ANSWERED, actions=(Action(what="Go on.", statement="toy-9.9-k1", since="2025/26"),))
    reading = read(write(audit, toy), "Hilltop.xlsx", toy)
    assert (reading.audit, reading.problems) == (audit, ())


# Sign-offs


def test_a_signed_audit_comes_back_intact_with_its_criteria(toy: Criteria, signed: Audit) -> None:
    """What was signed reads as signed: the audit whole, intact, with the criteria that it was signed with."""
    reading = read(write(signed, toy), "Hilltop.xlsx", toy)
    assert (reading.audit, reading.intact, reading.criteria, reading.problems) == (signed, True, toy, ())


def test_the_sign_off_is_there_for_people_to_read(toy: Criteria, signed: Audit) -> None:
    """One line per signature, what was said as text, and the SHA-256 on the sheet of the school too."""
    book = opened(signed, toy)
    assert signed.signed is not None
    rows = values(book["Sign-off"])
    assert rows[1][0] == (
        "Version 1 is signed. Change nothing in this workbook: it would count as not signed. "
        "Signed with 2 of 4 not answered."
    )
    assert [row[:5] for row in rows[4:]] == [
        (1, "Headteacher", dt.datetime(2027, 7, 5), "=Agreed", signed.signed.content),
        (1, "Chair of governors", dt.datetime(2027, 7, 5), "=Agreed", signed.signed.content),
    ]
    assert book["Sign-off"]["D5"].data_type == "s"
    assert values(book["School"])[-1][:2] == ("Signed content (SHA-256)", signed.signed.content)
    assert book["Signed content"].sheet_state == "hidden"


def test_nothing_of_a_signed_workbook_is_open_for_entry(toy: Criteria, signed: Audit) -> None:
    """Every cell of every sheet is locked, and the sheets are protected."""
    book = opened(signed, toy)
    assert all(sheet.protection.sheet for sheet in book)
    assert {cell.protection.locked for sheet in book for row in sheet.iter_rows() for cell in row} == {True}


def test_an_audit_that_was_opened_again_keeps_its_history(toy: Criteria, signed: Audit) -> None:
    """It comes back with the version that was signed and why it was opened again, and is not signed."""
    audit = signing.reopen(signed, on=dt.date(2027, 7, 9), because="A wrong date.")
    book = opened(audit, toy)
    reading = read(write(audit, toy), "Hilltop.xlsx", toy)
    assert (reading.audit, reading.intact, reading.criteria, reading.problems) == (audit, False, None, ())
    assert "Signed content" not in book.sheetnames
    assert typed(audit, toy, {"H2": "No"}).problems == ()


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place"),
    [
        ("Answers", "H2", "Partly", "sheet Answers, cell H2, row toy-1.1-k1"),
        ("School", "B3", "Hilltop School", "sheet School, cell B3, row School name"),
        ("Action plan", "E2", "Write it soon.", "sheet Action plan, cell E2, row toy-2.1-k1"),
        ("Last year", "F2", "Policy, page 3.", "sheet Last year, cell F2, row toy-1.1-k1"),
        ("Sign-off", "D5", "Agreed", "sheet Sign-off, cell D5, row 1"),
        ("School", "B18", "0" * 64, "sheet School, cell B18, row Signed content (SHA-256)"),
    ],
)
def test_what_was_altered_counts_as_not_signed(
    toy: Criteria, signed: Audit, sheet: str, cell: str, value: str, place: str
) -> None:
    """A signed workbook that was changed is read as it stands, without its sign-off, and each change is told by its cell."""
    reading = typed(signed, toy, {cell: value}, sheet)
    assert reading.audit is not None
    assert (reading.audit.sign_offs, reading.intact, reading.criteria, reading.is_sound) == ((), False, None, True)
    assert [where for where, _ in told(reading)] == ["sheet Sign-off", place]


def test_an_altered_signed_content_alone_changes_nothing(toy: Criteria, signed: Audit) -> None:
    """The sheets are what was signed, whatever stands in the hidden sheet; only verifying looks there."""
    reading = typed(signed, toy, {"A1": "x"}, "Signed content")
    assert (reading.audit, reading.intact, reading.problems) == (signed, True, ())


def test_an_altered_workbook_without_its_signed_content_says_so(toy: Criteria, signed: Audit) -> None:
    """Where nothing tells what was signed, one warning says that it is not what stands there."""

    def edit(book: Workbook) -> None:
        book["Answers"]["H2"] = "No"
        book.remove(book["Signed content"])

    reading = edited(signed, toy, edit)
    assert told(reading) == [
        (
            "sheet Sign-off",
            "The workbook says that it was signed, but it is not what was signed. "
            "The hidden sheet Signed content is missing or empty.",
        )
    ]


def test_a_signed_workbook_reads_whatever_the_criteria_have_become(toy: Criteria, signed: Audit) -> None:
    """Years later, with other words, another edition, or a statement gone, it reads as on the day it was signed."""
    data = write(signed, toy)
    for later in (
        with_statement(toy, "toy-1.1-k1", statement="It says something else now.", revision=2),
        with_statement(toy, "toy-1.1-k1", id="toy-1.1-k9"),
        of_edition(toy, "2"),
    ):
        reading = read(data, "Hilltop.xlsx", later)
        assert (reading.audit, reading.intact, reading.problems) == (signed, True, ())
        assert reading.criteria == toy


def test_sorted_rows_are_still_what_was_signed(toy: Criteria, signed: Audit) -> None:
    """The order of the rows says nothing, so a sorted workbook is intact."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        rows = values(sheet)[1:]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    reading = edited(signed, toy, edit)
    assert (reading.audit, reading.intact) == (signed, True)


def test_a_formula_is_never_what_was_signed(toy: Criteria, signed: Audit) -> None:
    """A cell that takes its value from elsewhere may show tomorrow what nobody signed."""

    def edit(book: Workbook) -> None:
        book["Answers"]["K2"] = '="Policy, page 2."'

    assert not edited(signed, toy, edit).intact


def test_a_signed_audit_is_written_with_its_own_criteria_only(toy: Criteria, signed: Audit) -> None:
    """With other criteria its figures would not be those that were signed, so the writer refuses."""
    with pytest.raises(ValueError, match="signed with"):
        write(signed, with_statement(toy, "toy-1.1-k1", improve="Another way."))


def forged(toy: Criteria, change: Callable[[Framework], Framework], **changes: object) -> bytes:
    """A workbook whose signed content has a fitting hash, and is none that the product makes."""
    criteria = Criteria((change(toy.frameworks[0]),))
    audit = signing.sign(
        audit_of(toy, {"toy-1.1-k1": MET}, **changes), criteria, Signature(role="headteacher", on=dt.date(2027, 1, 1))
    )
    content = signing.packed_json(signing.as_json(signing.Signed(audit=audit, criteria=criteria)))
    sound = signing.sign(audit_of(toy, {}), toy, Signature(role="headteacher", on=dt.date(2027, 1, 1)))

    def edit(book: Workbook) -> None:
        for row in range(1, book["Signed content"].max_row + 1):
            book["Signed content"].cell(row, 1).value = None
        book["Signed content"]["A1"] = content
        for column, value in ((5, audit.sign_offs[0].content), (6, audit.sign_offs[0].criteria)):
            book["Sign-off"].cell(5, column).value = value

    return saved_after(sound, toy, edit)


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        (lambda one: dataclasses.replace(one, practice_levels=()), {}),
        (lambda one: dataclasses.replace(one, roles={}), {}),
        (lambda one: dataclasses.replace(one, phases={}), {}),
        (lambda one: dataclasses.replace(one, bands=()), {}),
        (lambda one: dataclasses.replace(one, areas=()), {}),
        (lambda one: one, {"year": "soon"}),
    ],
    ids=["no levels", "no roles", "no phases", "no bands", "no statements", "no year"],
)
def test_forged_content_is_a_problem_and_no_crash(
    toy: Criteria, change: Callable[[Framework], Framework], changes: Mapping[str, object]
) -> None:
    """Whoever forges content can give it a hash that fits; it is refused, and nothing of it is used."""
    reading = read(forged(toy, change, **changes), "Hilltop.xlsx", toy)
    assert (reading.intact, reading.criteria) == (False, None)
    assert told(reading)[0][0] == "sheet Sign-off"


# Last year's workbook, of whatever edition and format


def test_a_workbook_of_another_edition_serves_as_last_years(toy: Criteria) -> None:
    """Its answers are kept, also to statements without a counterpart; each is told as a warning, and nothing is a fault."""
    then = of_edition(with_statement(toy, "toy-1.1-k2", id="toy-1.1-k8"), "0")
    audit = audit_of(then, {"toy-1.1-k1": MET, "toy-1.1-k8": LAST_YEAR}, frameworks=(FrameworkRef("toy", "0"),))
    reading = read(write(audit, then), "Hilltop.xlsx", toy, any_edition=True)
    assert (reading.audit, told(reading), reading.is_sound) == (
        audit,
        [
            (
                "sheet School, cell B12",
                'The workbook answers "toy (edition 0)", which is not among the criteria of this program.',
            ),
            (
                "sheet Answers, cell A3",
                "toy-1.1-k8 is not a statement of the criteria of this program; its answer has no counterpart in them.",
            ),
        ],
        True,
    )
    assert audit.responses.keys() == start_from(reading.audit, toy, year="2027/28").carried.keys()  # type: ignore[arg-type]
    assert read(write(audit, then), "Hilltop.xlsx", toy).audit is None


def test_a_practice_level_that_was_labelled_otherwise_counts_by_its_number(toy: Criteria, begun: Audit) -> None:
    """An edition may reword its levels; last year's answers are not lost by it."""
    levels = tuple(dataclasses.replace(one, label=f"Formerly {one.label}") for one in toy.practice_levels)
    then = of_edition(Criteria(tuple(dataclasses.replace(one, practice_levels=levels) for one in toy.frameworks)), "0")
    audit = dataclasses.replace(begun, frameworks=then.refs, responses={"toy-1.1-k1": MET})
    reading = read(write(audit, then), "Hilltop.xlsx", toy, any_edition=True)
    assert (reading.audit, reading.is_sound) == (audit, True)


def test_a_workbook_of_another_framework_does_not(toy: Criteria) -> None:
    """Its answers are to other statements altogether."""
    other = Criteria(tuple(dataclasses.replace(one, id="other") for one in toy.frameworks))
    data = write(audit_of(other, {}), other)
    assert read(data, "Hilltop.xlsx", toy, any_edition=True).audit is None


def test_a_workbook_of_the_first_format_still_reads(toy: Criteria) -> None:
    """It knew neither revisions nor ids of actions."""
    audit = audit_of(toy, ANSWERED, actions=(Action(what="Write it.", statement="toy-1.1-k2"),))

    def edit(book: Workbook) -> None:
        book["School"]["B13"] = "1"
        book["Answers"].delete_cols(12)
        book["Action plan"].delete_cols(10, 2)

    reading = edited(audit, toy, edit)
    assert (reading.audit, reading.problems) == (audit, ())


def test_last_years_answers_without_counterpart_are_kept(toy: Criteria, begun: Audit) -> None:
    """What the edition asks no more stays on the sheet Last year, and says so."""
    audit = dataclasses.replace(begun, carried={**begun.carried, "toy-9.9-k1": Carried(response=MET, revision=3)})
    assert values(opened(audit, toy)["Last year"])[-1][:2] == (
        "toy-9.9-k1",
        "It is not among the statements that this audit answers; the answer is kept.",
    )
    assert read(write(audit, toy), "Hilltop.xlsx", toy).audit == audit
