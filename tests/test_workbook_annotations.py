"""What a school added to its workbook is taken or told: notes, added columns and sheets, colours, and text that is struck out."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from audit.model import Action, Audit, Criteria, Response, Signature
from audit.school import signing
from audit.school.proposals import start_from
from audit.theme import STATES
from audit.workbook.cells import ENTRY, PALE
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.safety.annotations import _OURS
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.office import LibreOffice
from tests.test_hostile_files import Parts, rebuilt, told
from tests.test_workbook import edited, saved_after

YES = Response(written="yes", practice=3, evidence="Policy, page 2.")
NO = Response(written="no", practice=0, comment="Seen in May.")
RELATIONS = "xl/worksheets/_rels/sheet3.xml.rels"
NOTES, THREADS = "xl/comments1.xml", "xl/threadedComments/threadedComment1.xml"
FOR_OLD_PROGRAMS = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it will "
    "get removed if the file is opened in a newer version of Excel.\n\nComment:\n    Minutes of May\nReply:\n    And June"
)


@pytest.fixture
def answered(toy: Criteria) -> Audit:
    """An audit with two answers, the second with a comment, and an action."""
    return audit_of(toy, {"toy-1.1-k1": YES, "toy-1.1-k2": NO}, actions=(Action(what="Write it.", id="a1"),))


def lines(reading: Reading) -> list[str]:
    """Place and fact of each problem, without the file's name; each must be a warning."""
    assert reading.is_sound
    return [line.removeprefix("Hilltop.xlsx, sheet ") for line in told(reading)]


def comments(reading: Reading) -> dict[str, str]:
    """The comment of each statement that has one."""
    assert reading.audit is not None
    return {name: given.comment for name, given in reading.audit.responses.items() if given.comment}


# Notes and comments on cells


def test_a_note_becomes_the_comment_of_its_row_where_that_is_empty(toy: Criteria, answered: Audit) -> None:
    """What a school wrote beside an answer is kept as its comment, which says that it came from a note."""

    def edit(book: Workbook) -> None:
        book["Answers"]["I2"].comment = Comment("Minutes of May", "DSL")
        book["Answers"]["F2"].comment = Comment("page 4", "DSL")

    reading = edited(answered, toy, edit)
    assert (comments(reading)["toy-1.1-k1"], lines(reading)) == (
        'From a note on "Is it written?": page 4\nFrom a note on "Evidence": Minutes of May',
        [
            "Answers, cell F2: 2 notes stand beside answers, the first here; where the comment of a row was empty, "
            "it now holds what the note says."
        ],
    )


def test_a_note_never_takes_the_place_of_a_comment(toy: Criteria, answered: Audit) -> None:
    """Where a comment was typed, and on every other cell of the workbook, notes are counted and told."""

    def edit(book: Workbook) -> None:
        book["Answers"]["I3"].comment = Comment("Minutes of May", "DSL")
        book["School"]["B3"].comment = Comment("We have a new name", "Office")
        book["Summary"]["A1"].comment = Comment("Surely not", "Head")

    reading = edited(answered, toy, edit)
    assert (reading.audit, lines(reading)) == (
        answered,
        ["School, cell B3: 3 notes on cells were not read, the first here."],
    )


def test_a_note_alone_is_no_answer(toy: Criteria) -> None:
    """A row that holds a note and nothing else is kept with its comment, and is not answered."""

    def edit(book: Workbook) -> None:
        book["Answers"]["F2"].comment = Comment("Yes, of course", "DSL")

    reading = edited(audit_of(toy, {}), toy, edit)
    assert reading.audit is not None
    given = reading.audit.response("toy-1.1-k1")
    assert (given.comment, given.has_answer) == ('From a note on "Is it written?": Yes, of course', False)


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Pat Example:\nMinutes of May", "Pat Example"),
        ("Minutes of May\n\t-Pat Example", ""),
        ("Minutes of May\n\t-Pat Example\nAnd June\n\t-Sam Example", ""),
    ],
    ids=["Excel", "Google Sheets", "Google Sheets, two comments"],
)
def test_the_name_of_who_wrote_a_note_is_left_out(toy: Criteria, answered: Audit, text: str, author: str) -> None:
    """Programs put a name before or below a note; people are named by role only."""

    def edit(book: Workbook) -> None:
        book["Answers"]["I2"].comment = Comment(text, author)

    comment = comments(edited(answered, toy, edit))["toy-1.1-k1"]
    assert (comment.split("\n")[0], "Example" in comment) == ('From a note on "Evidence": Minutes of May', False)


def with_threads(*, newer: bool) -> Callable[[Parts], None]:
    """A threaded comment with a reply as Excel writes it: for newer programs, and always as a note for older ones."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    microsoft = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"

    def change(parts: Parts) -> None:
        related = f'<Relationship Id="rId1" Type="{office}" Target="../comments1.xml"/>'
        parts[NOTES] = (
            '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>tc={1}</author>'
            f'</authors><commentList><comment ref="I2" authorId="0"><text><t>{FOR_OLD_PROGRAMS}</t></text></comment>'
            "</commentList></comments>"
        ).encode()
        if newer:
            related += f'<Relationship Id="rId2" Type="{microsoft}" Target="../threadedComments/threadedComment1.xml"/>'
            parts[THREADS] = (
                b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
                b'<threadedComment ref="I2" dT="2026-05-04T10:00:00.00" personId="{9}" id="{1}"><text>Minutes of May</text>'
                b'</threadedComment><threadedComment ref="I2" personId="{9}" id="{2}" parentId="{1}"><text>And June</text>'
                b"</threadedComment></ThreadedComments>"
            )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        parts[RELATIONS] = f'<Relationships xmlns="{package}">{related}</Relationships>'.encode()

    return change


@pytest.mark.parametrize("newer", [True, False])
def test_a_threaded_comment_is_taken_once_with_its_replies(toy: Criteria, answered: Audit, newer: bool) -> None:
    """Excel keeps a threaded comment twice, with a notice for older programs: only what people wrote is taken."""
    reading = read(rebuilt(write(answered, toy), with_threads(newer=newer)), "Hilltop.xlsx", toy)
    assert comments(reading)["toy-1.1-k1"] == 'From a note on "Evidence": Minutes of May\nAnd June'


@pytest.mark.parametrize(
    "notes",
    [b"<comments><comment", b'<!DOCTYPE a [<!ENTITY b "c">]><comments>&b;</comments>', b"", b"<a/>" * 2_000_000],
    ids=["broken", "with entities", "empty", "far too many"],
)
def test_notes_that_cannot_be_read_are_told_and_harm_nothing(toy: Criteria, answered: Audit, notes: bytes) -> None:
    """A damaged or hostile part of notes costs no answer."""

    def change(parts: Parts) -> None:
        with_threads(newer=False)(parts)
        parts[NOTES] = notes

    reading = read(rebuilt(write(answered, toy), change), "Hilltop.xlsx", toy)
    assert (reading.audit, lines(reading)) == (answered, ["Answers: The sheet has notes on cells that cannot be read."])


def test_a_note_on_a_signed_workbook_is_told_and_it_stays_signed(toy: Criteria, answered: Audit) -> None:
    """A note is no part of what was signed: it changes no answer, and is not silent either."""
    signature = Signature(role="headteacher", on=dt.date(2027, 7, 5), statement="Agreed.")
    signed = signing.sign(answered, toy, signature)

    def edit(book: Workbook) -> None:
        book["Answers"]["I2"].comment = Comment("Not true", "Office")

    reading = read(saved_after(signed, toy, edit), "Hilltop.xlsx", toy)
    assert (reading.audit, reading.intact, lines(reading)) == (
        signed,
        True,
        ["Answers, cell I2: 1 note on a cell was not read."],
    )


def test_a_note_on_an_answer_that_waits_to_be_confirmed_is_told(toy: Criteria, answered: Audit) -> None:
    """A note is no response of this year: last year's answer beside it still waits to be confirmed."""
    begun = start_from(replace(answered, year="2025/26"), toy, year="2026/27")

    def edit(book: Workbook) -> None:
        book["Answers"]["H2"].comment = Comment("as before", "DSL")

    reading = edited(begun, toy, edit)
    assert (reading.audit, lines(reading)) == (begun, ["Answers, cell H2: 1 note on a cell was not read."])


@pytest.mark.parametrize(
    ("drawing", "what"),
    [
        (
            b"<wsDr><twoCellAnchor><sp/></twoCellAnchor></wsDr>",
            ["Answers: Pictures, text boxes or charts lie over the cells of 1 sheet, and are not read."],
        ),
        (b"<wsDr/>", []),
    ],
    ids=["a text box", "an empty drawing"],
)
def test_what_lies_over_the_answers_is_told(toy: Criteria, answered: Audit, drawing: bytes, what: list[str]) -> None:
    """A picture or a text box over the answers is not read, and is told; Google Sheets writes empty drawings."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"

    def change(parts: Parts) -> None:
        related = f'<Relationship Id="rId1" Type="{kind}" Target="../drawings/drawing9.xml"/>'
        parts[RELATIONS] = f'<Relationships xmlns="{package}">{related}</Relationships>'.encode()
        parts["xl/drawings/drawing9.xml"] = drawing

    reading = read(rebuilt(write(answered, toy), change), "Hilltop.xlsx", toy)
    assert (reading.audit, lines(reading)) == (answered, what)


# Columns, cells and sheets of the school's own


def test_added_columns_with_text_are_named(toy: Criteria, answered: Audit) -> None:
    """A column that a school added is not read: its heading, the number of cells and the first of them are told."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["M1"], sheet["N1"], sheet["O1"] = "More evidence", "Actions", "Empty"
        sheet["M2"], sheet["M4"], sheet["N3"] = "Slides of March", 7, "By Easter"

    reading = edited(answered, toy, edit)
    assert (reading.audit, lines(reading)) == (
        answered,
        [
            'Answers, cell M2: The columns "More evidence", "Actions" hold text that was not read, in 3 cells, the first '
            "here: the form has no such columns."
        ],
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Answers!M3", "loose"),
        ("Answers!A40", "Completed by the DSL"),
        ("Answers!D41", "with thanks"),
        ("School!D4", "Telephone 01622"),
        ("School!A30", "Remarks"),
        ("Action plan!M2", "right of it"),
        ("Action plan!B8", "A gap of our own"),
        ("Read me!D4", "hello"),
        ("Read me!A60", "A note to you"),
        ("Summary!A90", "We disagree"),
        ("Summary!K3", "Why?"),
        ("Gaps!A90", "All in hand"),
        ("Gaps!M4", "Done"),
    ],
)
def test_text_where_the_form_has_none_is_told(toy: Criteria, answered: Audit, cell: str, text: str) -> None:
    """A text beside, below or between the tables is not read, on whatever sheet, and never without a word."""
    sheet, address = cell.split("!")
    reading = edited(answered, toy, lambda book: book[sheet].__setitem__(address, text))
    assert (reading.audit, lines(reading)) == (
        answered,
        [f"{sheet}, cell {address}: Text was not read in 1 cell: the form has nothing to fill in there."],
    )


def test_each_kind_is_told_once(toy: Criteria, answered: Audit) -> None:
    """However many cells hold such text, one line counts them and names the first."""

    def edit(book: Workbook) -> None:
        for row in range(40, 60):
            book["Answers"][f"D{row}"] = "line"
        book["School"]["D4"] = "Telephone"

    assert lines(edited(answered, toy, edit)) == [
        "School, cell D4: Text was not read in 21 cells, the first here: the form has nothing to fill in there."
    ]


def test_added_sheets_with_text_are_named(toy: Criteria, answered: Audit) -> None:
    """Sheets of a school's own are not read; one without text is nobody's concern."""

    def edit(book: Workbook) -> None:
        book.create_sheet("Empty")
        book.create_sheet("Our notes")["B2"] = "x"
        book.create_sheet("Answers from staff")["A1"] = "y"

    assert lines(edited(answered, toy, edit)) == [
        "Our notes, cell B2: Added to the form and not read: 2 sheets with text in 2 cells, the first here "
        "(Our notes, Answers from staff)."
    ]


def test_a_second_school_has_no_return_in_the_file(toy: Criteria, answered: Audit) -> None:
    """A further sheet School names a school whose answers are not taken for its return."""

    def edit(book: Workbook) -> None:
        copy = book.copy_worksheet(book["School"])
        copy.title, copy["B4"] = "School (2)", "900002"

    reading = edited(answered, toy, edit)
    assert (reading.audit, lines(reading)) == (
        answered,
        [
            "School (2), cell B4: The sheet School (2) names URN 900002, whose school has no return in this file: "
            "a workbook holds the return of one school."
        ],
    )


# Colours


def coloured(*cells: str, fill: PatternFill) -> Callable[[Workbook], None]:
    """An edit that empties cells of *Answers* and colours them."""

    def edit(book: Workbook) -> None:
        for cell in cells:
            book["Answers"][cell].value = None
            book["Answers"][cell].fill = fill

    return edit


COLOURS = {
    "green": PatternFill("solid", fgColor="FF00B050"),
    "of the theme": PatternFill("solid", fgColor=Color(theme=5)),
    "of the palette": PatternFill("solid", fgColor=Color(indexed=10)),
    "white made darker": PatternFill("solid", fgColor=Color(theme=0, tint=-0.35)),
    "hatched": PatternFill("darkUp", fgColor="FF00B050"),
}


@pytest.mark.parametrize("fill", COLOURS.values(), ids=COLOURS)
def test_a_colour_is_told_and_is_no_answer(toy: Criteria, answered: Audit, fill: PatternFill) -> None:
    """Cells that are coloured in place of an answer count as not answered, and the school is told."""
    reading = edited(answered, toy, coloured("F2", "G2", fill=fill))
    assert reading.audit is not None
    assert (reading.audit.response("toy-1.1-k1").has_answer, lines(reading)) == (
        False,
        [
            "Answers, cell F2: 2 cells for answers, the first here, are coloured but empty; a colour is no answer, "
            "so the statements count as not answered."
        ],
    )


@pytest.mark.parametrize(
    "fill",
    [
        PatternFill("solid", fgColor="FFFFFFFF"),
        PatternFill("solid", fgColor=Color(theme=0)),
        PatternFill("solid", fgColor="FFFFFAE5"),
        PatternFill(None),
    ],
    ids=["white", "white of the theme", "the form's own, converted", "none"],
)
def test_no_colour_is_not_told(toy: Criteria, answered: Audit, fill: PatternFill) -> None:
    """A cell without a colour, or with that of the form, says nothing."""
    assert lines(edited(answered, toy, coloured("F2", "G2", fill=fill))) == []


def test_a_colour_beside_an_answer_is_not_told(toy: Criteria, answered: Audit) -> None:
    """Whoever colours rows that are answered, or lets a rule colour cells, has lost nothing."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        for column in "ABCDEFGHIJ":
            sheet[f"{column}2"].fill = COLOURS["green"]
        rule = CellIsRule(operator="equal", formula=['""'], fill=PatternFill("solid", bgColor="FF00B050"))
        sheet.conditional_formatting.add("F2:G9", rule)

    assert lines(edited(answered, toy, edit)) == []


# Struck-out text


def struck(text: str) -> TextBlock:
    """A piece of text with a line through it."""
    return TextBlock(InlineFont(strike=True), text)


def test_what_is_struck_out_of_a_text_is_left_out(toy: Criteria, answered: Audit) -> None:
    """Somebody who strikes out the old and types the new beside it has answered with the new."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["F2"] = CellRichText(struck("Yes"), "Partly")
        sheet["G2"] = CellRichText(struck("3 In place"), TextBlock(InlineFont(b=True), " 2 Partly in place"))
        sheet["I2"] = CellRichText("Policy of 2026. ", struck("Policy of 2019."))
        book["School"]["B3"] = CellRichText(struck("Old Hill"), " Hilltop")

    reading = edited(answered, toy, edit)
    assert reading.audit is not None
    assert (reading.audit.school.name, reading.audit.response("toy-1.1-k1"), lines(reading)) == (
        "Hilltop",
        Response(written="partly", practice=2, evidence="Policy of 2026."),
        [
            "School, cell B3: Part of the text of 4 cells, the first here, is struck out; what is struck out was left out."
        ],
    )


def test_an_answer_struck_out_as_a_whole_counts_as_empty_and_is_named(toy: Criteria, answered: Audit) -> None:
    """An answer with a line through all of it no longer holds; the line may be the cell's or the text's."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["G2"].font = Font(strike=True)
        sheet["I2"] = CellRichText(struck("Policy, "), struck("page 2."))

    reading = edited(answered, toy, edit)
    assert reading.audit is not None
    assert (reading.audit.response("toy-1.1-k1"), lines(reading)) == (
        Response(written="yes"),
        ["Answers, cell G2: The text of 2 cells is struck out as a whole, so it counts as empty: G2, I2."],
    )


def test_a_line_through_an_id_changes_nothing(toy: Criteria, answered: Audit) -> None:
    """Where the form itself writes, a line through the text is told and the text holds."""

    def edit(book: Workbook) -> None:
        book["Answers"]["A2"].font = Font(strike=True)

    reading = edited(answered, toy, edit)
    assert (reading.audit, lines(reading)) == (
        answered,
        ["Answers, cell A2: The text of 1 cell is struck out, and was taken as if it were not."],
    )


def test_new_text_in_a_struck_cell_is_told_from_the_old(toy: Criteria, answered: Audit) -> None:
    """In a cell that is struck out, a piece with a look of its own is not."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["I2"].font = Font(strike=True)
        sheet["I2"] = CellRichText("Policy of 2019. ", TextBlock(InlineFont(b=True), "Policy of 2026."))

    reading = edited(answered, toy, edit)
    assert reading.audit is not None
    assert reading.audit.response("toy-1.1-k1").evidence == "Policy of 2026."


# LibreOffice


def test_libreoffice_keeps_what_is_told(office: LibreOffice, toy: Criteria, answered: Audit, tmp_path: Path) -> None:
    """What a school did in LibreOffice, which shares texts and styles in another way, is told just the same."""

    def edit(book: Workbook) -> None:
        sheet = book["Answers"]
        sheet["I2"].comment = Comment("Minutes of May", "DSL")
        sheet["I2"] = CellRichText(struck("Policy of 2019. "), "Policy of 2026.")
        sheet["I3"] = "Minutes"
        sheet["I3"].font = Font(strike=True)
        sheet["M1"], sheet["M2"] = "Lead", "DSL"
        coloured("F4", "G4", fill=COLOURS["green"])(book)
        book["Summary"]["K3"] = "Why?"

    source = tmp_path / "Hilltop.xlsx"
    source.write_bytes(saved_after(answered, toy, edit))
    saved = office.convert(source, "xlsx", tmp_path / "saved") / "Hilltop.xlsx"
    reading = read(saved.read_bytes(), "Hilltop.xlsx", toy)
    assert reading.audit is not None
    assert (reading.audit.response("toy-1.1-k1"), [line.partition(":")[0] for line in lines(reading)]) == (
        Response(
            written="yes",
            practice=3,
            evidence="Policy of 2026.",
            comment='From a note on "Evidence": Minutes of May',
        ),
        [f"Answers, cell {cell}" for cell in ("I2", "I2", "I3", "F4", "M2")] + ["Summary, cell K3"],
    )


def test_saving_without_a_change_gives_no_word_of_warning(toy: Criteria, answered: Audit) -> None:
    """What a program writes anew of our own workbook is nothing that a school added."""
    book = openpyxl.load_workbook(io.BytesIO(write(answered, toy)))
    saved = io.BytesIO()
    book.save(saved)
    assert read(saved.getvalue(), "Hilltop.xlsx", toy).problems == ()


def test_every_colour_of_the_form_is_known() -> None:
    """No colour that the product itself gives a cell is taken for one that a school gave it."""
    tints = {state.tint.removeprefix("#").upper() for state in STATES.values()}
    assert tints | {ENTRY, PALE} <= _OURS
