"""Schools do odd things to a workbook: it is read all the same, or a problem says where, what, and how to mend it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.model import Action, Audit, Criteria, KnownSchool, Response
from audit.problems import Problem
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.test_hostile_files import ANSWERS, MAIN, OFFICE, Parts, rebuilt, relate_texts, replace, told, zipped
from tests.test_workbook import ANSWERED, edited, saved_after

pytestmark = pytest.mark.slow
SCHOOL = "xl/worksheets/sheet2.xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture
def answered(toy: Criteria) -> Audit:
    """An audit with answers, a reason and an action."""
    return audit_of(toy, ANSWERED, actions=(Action(what="Write it.", statement="toy-1.1-k2"),))


def lines(reading: Reading) -> list[str]:
    """Place and fact of each problem, without the file's name."""
    return [line.removeprefix("Hilltop.xlsx, sheet ") for line in told(reading)]


def typed(cells: Mapping[str, object]) -> Callable[[Workbook], object]:
    """An edit that types into cells, by sheet and address; None empties one."""

    def edit(book: Workbook) -> None:
        for place, value in cells.items():
            sheet, cell = place.split("!")
            book[sheet][cell] = value

    return edit


def changed(audit: Audit, criteria: Criteria, change: Callable[[Parts], object]) -> Reading:
    """The reading of an audit's workbook whose parts another program writes in its own way."""
    return read(rebuilt(write(audit, criteria), change), "Hilltop.xlsx", criteria)


# Headings and labels


@pytest.mark.parametrize(
    "headings",
    [
        {"A1": "STATEMENT ID", "F1": " is it  WRITTEN ", "G1": "Is it done", "I1": "Evidence (No pupil details):"},
        {"A1": "Id", "F1": "Written?", "G1": "In practice?", "H1": "N/A because", "I1": "Evidence", "J1": "Comments"},
    ],
    ids=["case, spaces and punctuation", "other words"],
)
def test_headings_may_be_spelt_otherwise(toy: Criteria, answered: Audit, headings: Mapping[str, str]) -> None:
    """A heading is known in any letter case, with or without punctuation, and by the words that people put there."""
    reading = edited(answered, toy, typed({f"Answers!{cell}": heading for cell, heading in headings.items()}))
    assert (reading.audit, reading.problems) == (answered, ())


def test_a_misspelt_heading_is_understood_and_told(toy: Criteria, answered: Audit) -> None:
    """A heading with a slip is taken for the one that it is like, and the school can check."""
    reading = edited(answered, toy, typed({"Answers!F1": "Is it writen?"}))
    assert (reading.audit, reading.is_sound, lines(reading)) == (
        answered,
        True,
        ['Answers, cell F1: The heading "Is it writen?" was taken for "Is it written?".'],
    )


def test_a_deleted_column_of_answers_is_told_and_clears_nothing(toy: Criteria, answered: Audit) -> None:
    """Without its column no row says what its evidence was, so no row may overwrite what is stored."""
    reading = edited(answered, toy, lambda book: book["Answers"].delete_cols(9))
    assert lines(reading) == [
        'Answers, row 1: The column "Evidence (no pupil details)" is missing, so nothing of it was read.'
    ]
    assert (reading.audit is not None, reading.rows) == (True, {})


def move_headings_to_the_end(book: Workbook) -> None:
    """A careless sort takes the headings with it."""
    sheet = book["Answers"]
    sheet.append([cell.value for cell in sheet[1]])
    sheet.delete_rows(1)


def put_lines_above(book: Workbook) -> None:
    """The school heads its answers with lines of its own."""
    sheet = book["Answers"]
    sheet.insert_rows(1, 40)
    for row in range(1, 38):
        sheet.cell(row, 1).value = f"Line {row} of our own"


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (move_headings_to_the_end, []),
        (
            put_lines_above,
            ["Answers, cell A1: Text was not read in 37 cells, the first here: the form has nothing to fill in there."],
        ),
    ],
)
def test_headings_may_stand_in_any_row(
    toy: Criteria, answered: Audit, edit: Callable[[Workbook], object], what: list[str]
) -> None:
    """Headings are found wherever they stand, the answers above and below them are read, and other lines are told."""
    reading = edited(answered, toy, edit)
    assert (reading.audit, reading.is_sound, lines(reading)) == (answered, True, what)


def test_the_lines_of_the_school_may_be_spelt_and_moved(toy: Criteria, answered: Audit) -> None:
    """A label is known by the words that people put there, and a column between it and its value does no harm."""

    def edit(book: Workbook) -> None:
        sheet = book["School"]
        sheet["A3"], sheet["A4"], sheet["A7"] = "Name of school:", "School URN", "school year"
        sheet["B5"] = "primary school"
        sheet.insert_cols(2)
        sheet.insert_rows(1, 2)

    reading = edited(answered, toy, edit)
    assert (reading.audit, reading.problems) == (answered, ())


def test_a_workbook_without_its_school_sheet_says_so_once(toy: Criteria, answered: Audit) -> None:
    """Where nothing says whose answers these are, one problem does, and not one for each line."""
    reading = edited(answered, toy, lambda book: book.remove(book["School"]))
    assert (reading.audit, lines(reading)) == (
        None,
        ["School: No sheet has the lines School name, URN and Phase, so it is not known whose answers these are."],
    )


@pytest.mark.parametrize(
    ("cell", "value", "what"),
    [
        ("B13", None, []),
        ("B13", 1, []),
        (
            "B13",
            "3",
            [
                'School, cell B13: The workbook has format "3", which this version does not know; it was read as format 2.'
            ],
        ),
        (
            "B12",
            "kcc 2010",
            ['School, cell B12: "kcc 2010" names no framework with its edition; it was read as toy (edition 1).'],
        ),
    ],
)
def test_the_format_may_be_missing_or_garbled(
    toy: Criteria, answered: Audit, cell: str, value: object, what: list[str]
) -> None:
    """A workbook without a format, or with it as a number, is read; what was taken for a garbled one is told."""
    reading = edited(answered, toy, typed({f"School!{cell}": value}))
    assert (reading.audit, lines(reading)) == (answered, what)


# Answers


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Yes, fully", "yes"),
        ("fully", "yes"),
        (True, "yes"),
        ("Partially", "partly"),
        ("Yes - partly", "partly"),
        ("Not at all", "no"),
        ("N", "no"),
        ("not sure", "unknown"),
        ("Don’t know", "unknown"),
        ("\u00a0YES\u200b", "yes"),
    ],
    ids=repr,
)
def test_written_in_full_words(toy: Criteria, text: object, written: str) -> None:
    """An answer to *written* is understood in the words that people use for it."""
    reading = edited(audit_of(toy, {}), toy, typed({"Answers!F2": text}))
    assert (reading.audit, reading.problems) == (audit_of(toy, {"toy-1.1-k1": Response(written=written)}), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "practice"),
    [
        ("3 - In place", 3),
        ("Level 3", 3),
        ("level 3: in place", 3),
        ("In place (3)", 3),
        ("L4", 4),
        ("partially in place", 2),
        ("NOT IN PLACE", 0),
        ("Unsure", "unknown"),
        ("do not know", "unknown"),
    ],
)
def test_practice_in_full_words(toy: Criteria, text: str, practice: object) -> None:
    """A practice level is understood by its number and label in whatever order and spelling."""
    reading = edited(audit_of(toy, {}), toy, typed({"Answers!G2": text}))
    assert (reading.audit, reading.problems) == (audit_of(toy, {"toy-1.1-k1": Response(practice=practice)}), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "text"), [("G2", "yes"), ("G2", "3/4"), ("F2", "yes but not for staff"), ("F2", "✓✗")]
)
def test_what_could_mean_either_is_not_guessed(toy: Criteria, cell: str, text: str) -> None:
    """A word that may mean more than one answer is a problem at its cell."""
    reading = edited(audit_of(toy, {}), toy, typed({f"Answers!{cell}": text}))
    assert (reading.audit, [line.partition(" is not one of ")[0] for line in lines(reading)]) == (
        audit_of(toy, {}),
        [f'Answers, cell {cell}: "{text}"'],
    )


@pytest.mark.parametrize("text", ["n/a", "N.A.", "Does not apply"])
def test_not_applicable_in_other_words(toy: Criteria, text: str) -> None:
    """Not applicable is understood in other words, beside its reason."""
    reading = edited(
        audit_of(toy, {}), toy, typed({"Answers!F2": text, "Answers!G2": text, "Answers!H2": "No pupils."})
    )
    assert (reading.audit, reading.problems) == (
        audit_of(toy, {"toy-1.1-k1": Response(not_applicable="No pupils.")}),
        (),
    )


DATES = [
    "31/03/2027",
    "31/3/27",
    "31.03.2027",
    "31-3-2027",
    "31 03 2027",
    "2027-03-31",
    "2027/03/31",
    "2027-03-31T00:00:00",
    "31/03/2027 09:30",
    "03/31/2027",
    "31 March 2027",
    "31st March, 2027",
    "31 Mar 27",
    "31-Mar-2027",
    "31mar2027",
    "March 31, 2027",
    "Mar. 31st 2027",
    "Wednesday 31 March 2027",
    "Wed, 31st of March 2027",
    "46477",
    46477,
    46477.5,
    "\u00a031 MARCH 2027 ",
]


@pytest.mark.parametrize("text", DATES, ids=repr)
def test_dates_in_many_spellings(toy: Criteria, text: object) -> None:
    """A day is understood in words, in numbers day first, and as the number that spreadsheets keep for it."""
    reading = edited(audit_of(toy, {}), toy, typed({"School!B8": text}))
    assert (reading.audit, reading.problems) == (audit_of(toy, {}, completed_on=dt.date(2027, 3, 31)), ())


@pytest.mark.parametrize(
    "text", ["31/02/2027", "31 Marchember 2027", "Easter", "2027", "03/2027", "7", "99999", "31 June 2027"]
)
def test_what_is_no_day_is_told(toy: Criteria, text: str) -> None:
    """A text that is no day of the calendar is told at its cell, and the day left open."""
    reading = edited(audit_of(toy, {}), toy, typed({"School!B8": text}))
    assert (reading.audit, lines(reading)) == (
        audit_of(toy, {}),
        [f'School, cell B8: "{text}" is not a date. It was left open.'],
    )


def test_a_spoilt_time_of_saving_is_only_a_warning(toy: Criteria) -> None:
    """When answers were saved matters to no score: a school that typed over it still has its audit."""
    times = {"first_answer_at": dt.datetime(2026, 9, 14, 9, 5), "last_answer_at": dt.datetime(2026, 9, 15, 9, 5)}
    edit = typed({"School!B14": "in September", "School!B15": dt.datetime(2026, 9, 15, 9, 5, 30)})
    reading = edited(audit_of(toy, ANSWERED, **times), toy, edit)
    assert (reading.audit, reading.is_sound, lines(reading)) == (
        audit_of(toy, ANSWERED, last_answer_at=dt.datetime(2026, 9, 15, 9, 5)),
        True,
        ['School, cell B14: "in September" is not a date and time, so it is not known when the answers were saved.'],
    )


@pytest.mark.parametrize("text", ["886/1234", "8861234", "886 1234", " 886 / 1234 ", 8861234, "８８６/1234"], ids=repr)
def test_a_dfe_number_is_understood_with_a_register(toy: Criteria, text: object) -> None:
    """With a register at hand, the DfE number in place of the URN is understood, and the school is told its URN."""
    audit = audit_of(toy, {})
    data = saved_after(audit, toy, typed({"School!B4": text}))
    without, reading = (read(data, "Hilltop.xlsx", toy, urns=urns) for urns in ({}, {"8861234": "900001"}))
    assert (without.audit, without.urn, without.name) == (None, "", "Hilltop")
    assert (reading.audit, reading.urn) == (audit, "900001")
    (problem,) = reading.problems
    assert (problem.where, problem.fix, problem.severity) == (
        "Hilltop.xlsx, sheet School, cell B4",
        "Type the URN, 900001, in this cell.",
        "warning",
    )


def test_a_dfe_number_that_no_school_has_is_not_guessed(toy: Criteria) -> None:
    """A DfE number that the register does not know is explained, as without a register."""
    data = saved_after(audit_of(toy, {}), toy, typed({"School!B4": "886/4321"}))
    reading = read(data, "Hilltop.xlsx", toy, urns={"8861234": "900001"})
    assert (reading.audit, lines(reading)) == (
        None,
        ['School, cell B4: "886/4321" looks like the DfE number (local authority and establishment), not the URN.'],
    )


# Sheets, rows and cells


def copy_answers(book: Workbook) -> None:
    """The school keeps a copy of its answers."""
    copy = book.copy_worksheet(book["Answers"])
    copy["F2"] = "No"


def test_a_second_sheet_of_answers_is_told(toy: Criteria, answered: Audit) -> None:
    """Of two sheets with answers the one that kept its name is read, and the school is told."""
    reading = edited(answered, toy, copy_answers)
    assert (reading.audit, reading.is_sound, lines(reading)) == (
        answered,
        True,
        ["Answers Copy: This sheet has the headings of the answers too; only the sheet Answers was read."],
    )


def test_merged_cells_are_told_and_clear_nothing(toy: Criteria, answered: Audit) -> None:
    """Merged cells hold one answer where several are seen, so none of their rows may overwrite what is stored."""
    reading = edited(answered, toy, lambda book: book["Answers"].merge_cells("I2:I3"))
    assert lines(reading) == [
        "Answers, cells I2 to I3: The cells are merged, so only the first of them has what was typed; "
        "the others count as empty."
    ]
    assert set(reading.rows) == {"toy-1.2-k1", "toy-2.1-k1"}


@pytest.mark.parametrize("area", ["A7:K7", "B2:B4", "M2:M5", "F2:F2"])
def test_merged_cells_elsewhere_do_no_harm(toy: Criteria, answered: Audit, area: str) -> None:
    """Cells merged outside of the answers change nothing."""
    reading = edited(answered, toy, lambda book: book["Answers"].merge_cells(area))
    assert (reading.audit, reading.problems) == (answered, ())


def test_formulas_beside_the_answers_do_no_harm(toy: Criteria, answered: Audit) -> None:
    """A school may count its answers in cells of its own; only a formula in a cell that is read is a problem."""
    edit = typed({"Answers!M1": "=COUNTA(F:F)", "Answers!B2": "=1", "School!D3": "=1", "Action plan!K2": "=1"})
    reading = edited(answered, toy, edit)
    assert (reading.audit, reading.problems) == (answered, ())


def test_a_formula_from_another_file_is_told(toy: Criteria, answered: Audit) -> None:
    """A value that is fetched from another workbook is named as such, in whatever sheet it stands."""
    cells = {"Answers!F3": "=[1]Sheet1!A1", "School!B6": "='[2]Ours'!B6", "Action plan!E2": "=[1]Sheet1!A2"}
    reading = edited(answered, toy, typed(cells))
    assert lines(reading) == [
        f"{place}: The cell takes its value from another file, which is never opened."
        for place in ("School, cell B6", "Answers, cell F3", "Action plan, cell E2")
    ]


def test_many_formulas_are_counted(toy: Criteria) -> None:
    """The first formulas are named and the others counted, so that a school sees the list to its end."""

    def fill(sheet: Worksheet) -> None:
        for row in range(2, 7):
            for column in "FGHIJ":
                sheet[f"{column}{row}"] = '=""'

    reading = edited(audit_of(toy, {}), toy, lambda book: fill(book["Answers"]))
    assert [line.partition(": ")[2] for line in lines(reading)[-2:]] == [
        "The cell holds a formula, which is never run.",
        "More cells hold formulas, which are never run: 5.",
    ]


@pytest.mark.parametrize("error", ["#REF!", "#SPILL!"])
def test_an_error_is_no_answer(toy: Criteria, answered: Audit, error: str) -> None:
    """A cell that shows an error, even one that is not long in use, is told as an error and spares the rest."""
    cell = b'<c r="F5" s="4" t="e"><v>' + error.encode() + b"</v></c>"
    reading = changed(answered, toy, lambda parts: put_cell(parts, ANSWERS, "F5", cell))
    assert (reading.audit, lines(reading)) == (
        answered,
        [f"Answers, cell F5: The cell shows an error ({error}) in place of what was meant, so it counts as empty."],
    )


def put_cell(parts: Parts, part: str, address: str, cell: bytes) -> None:
    """Puts another cell in the place of one."""
    old = re.search(rb'<c r="' + address.encode() + rb'"[^>]*?(?:/>|>.*?</c>)', parts[part])
    assert old is not None
    parts[part] = parts[part].replace(old[0], cell)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1048576" ht="30" customHeight="1"/>',
        b'<row r="70000"><c r="A70000" s="1"/><c r="XFD70000" s="1"/></row>',
        b'<row r="1200"/><row r="1201"><c r="AB1201" s="1"/></row>',
    ],
    ids=["last row of all", "far cells with a colour", "rows below"],
)
def test_rows_and_cells_that_are_only_formatted_do_no_harm(toy: Criteria, answered: Audit, rows: bytes) -> None:
    """A format far out, as programs write for whole columns, holds nothing and takes no memory."""
    reading = changed(answered, toy, replace(ANSWERS, b"</sheetData>", rows + b"</sheetData>"))
    assert (reading.audit, reading.problems) == (answered, ())


def test_a_sheet_of_the_schools_own_that_is_too_large_is_left_out(toy: Criteria, answered: Audit) -> None:
    """What a school adds for itself is no reason to refuse its answers, however far it reaches."""

    def add(book: Workbook) -> None:
        book.create_sheet("Our log")["A20000"] = "far"

    reading = edited(answered, toy, add)
    assert (reading.audit, reading.is_sound, lines(reading)) == (
        answered,
        True,
        ["Our log: The sheet reaches beyond row 9,999 or column ZZ, which no return does."],
    )


# Other programs


def shared(parts: Parts) -> None:
    """Texts are shared between cells, as Excel, LibreOffice and Google Sheets keep them."""
    texts: list[bytes] = []

    def share(match: re.Match[bytes]) -> bytes:
        texts.append(b"<si>" + match[2] + b"</si>")
        return match[1].replace(b"inlineStr", b"s") + b"<v>%d</v></c>" % (len(texts) - 1)

    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb"(<c [^>]*inlineStr[^>]*>)<is>(.*?)</is></c>", share, parts[name])
    parts["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sst xmlns="{MAIN}" count="{len(texts)}" '
        f'uniqueCount="{len(texts)}">'.encode()
        + b"".join(texts)
        + b"</sst>"
    )
    relate_texts(parts)


def as_google(parts: Parts) -> None:
    """A thousand rows, shared texts, and no document properties."""
    shared(parts)
    for name in [name for name in parts if name.startswith("docProps")]:
        del parts[name]
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (number, number) for number in range(6, 1001))
    parts[ANSWERS] = parts[ANSWERS].replace(b"</sheetData>", rows + b"</sheetData>")


def as_numbers(parts: Parts) -> None:
    """A summary first, sheets named for their tables with the table's name on top, and no styles."""
    shared(parts)
    del parts["xl/styles.xml"]
    for sheet in (b"Answers", b"School", b"Action plan"):
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
            b'name="' + sheet + b'"', b'name="' + sheet + b' - Table 1"'
        )
    replace("xl/workbook.xml", b'name="Read me"', b'name="Export Summary"')(parts)
    lower = re.sub(rb'r="([A-Z]*)([0-9]+)"', lambda match: b'r="%s%d"' % (match[1], int(match[2]) + 1), parts[ANSWERS])
    title = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Table 1</t></is></c></row>'
    parts[ANSWERS] = lower.replace(b"<sheetData>", b"<sheetData>" + title)


def as_strict(parts: Parts) -> None:
    """The strict form of the standard: other namespaces and relations."""
    for name in parts:
        content = parts[name].replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        parts[name] = content.replace(OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")


def with_prefixes(parts: Parts) -> None:
    """Every tag has a prefix, as some libraries write."""
    shared(parts)
    for name in (ANSWERS, SCHOOL, "xl/sharedStrings.xml", "xl/workbook.xml"):
        content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", parts[name])
        parts[name] = content.replace(b"xmlns=", b"xmlns:x=", 1)


def with_rich_text(parts: Parts) -> None:
    """A shared text in several colours, with a reading aid for East Asian script."""
    shared(parts)
    whole = b"<si><t>Policy, page 2.</t></si>"
    runs = b'<si><r><rPr><b/></rPr><t xml:space="preserve">Policy, </t></r><r><t>page 2.</t></r>'
    aid = b'<rPh sb="0" eb="1"><t>porishi</t></rPh><phoneticPr fontId="1"/></si>'
    replace("xl/sharedStrings.xml", whole, runs + aid)(parts)


def with_spaces_in_tags(parts: Parts) -> None:
    """Tags spelt in ways that XML allows and hardly anybody uses."""
    content = re.sub(rb'<c r="([A-Z]+[0-9]+)"', rb"<c\n  r = '\1'", parts[ANSWERS])
    parts[ANSWERS] = b"\xef\xbb\xbf" + content.replace(b"<sheetData>", b"<!-- answers --><sheetData >")


def without_addresses(parts: Parts) -> None:
    """Cells follow on from each other without saying where they stand."""
    parts[ANSWERS] = re.sub(rb'(<c|<row) r="[A-Z]*[0-9]+"', rb"\1", parts[ANSWERS])


PROGRAMS = [
    shared,
    as_google,
    as_numbers,
    as_strict,
    with_prefixes,
    with_rich_text,
    with_spaces_in_tags,
    without_addresses,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_other_programs_write_a_workbook_in_their_own_way(
    toy: Criteria, answered: Audit, program: Callable[[Parts], None]
) -> None:
    """However a program keeps texts, names sheets and spells tags, the same audit is read."""
    reading = changed(answered, toy, program)
    assert (reading.audit, reading.problems) == (answered, ())


def test_dates_are_read_from_the_epoch_and_the_form_that_a_program_uses(toy: Criteria) -> None:
    """A day counted from 1904, or kept in ISO 8601, is the day that the person saw."""
    audit = audit_of(toy, {}, completed_on=dt.date(2027, 3, 31))
    style = re.search(rb'<c r="B8" (s="[0-9]+")', rebuilt_parts(write(audit, toy))[SCHOOL])
    assert style is not None

    def from_1904(parts: Parts) -> None:
        parts["xl/workbook.xml"] = re.sub(
            rb"<workbookPr[^>]*>", b'<workbookPr date1904="1"/>', parts["xl/workbook.xml"]
        )
        put_cell(parts, SCHOOL, "B8", b'<c r="B8" %s><v>45015</v></c>' % style[1])

    def in_iso(parts: Parts) -> None:
        put_cell(parts, SCHOOL, "B8", b'<c r="B8" %s t="d"><v>2027-03-31</v></c>' % style[1])

    for change in (from_1904, in_iso):
        assert changed(audit, toy, change).audit == audit


def rebuilt_parts(workbook: bytes) -> Parts:
    """The parts of a workbook."""
    found: Parts = {}
    rebuilt(workbook, found.update)
    return found


def test_a_workbook_that_is_none_of_ours_says_what_it_lacks(toy: Criteria) -> None:
    """Some other workbook is refused with one problem, not with one for each thing that it does not have."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t>Lunch menu</t></is></c></row></sheetData></worksheet>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="a"/></sheets></workbook>'
    relations = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    data = zipped(
        {
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": relations.encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
        }
    )
    assert read(data, "menu.xlsx", toy).problems == (
        Problem(
            where="menu.xlsx, sheet Answers",
            what='No sheet has the columns "Statement id", "Is it written?", "Is it done?", so there are no answers to read.',
            fix="Restore the headings, or copy the answers into a fresh blank form.",
        ),
    )


# What a register at hand knows


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("950", "950", []),
        ("950 Ashdown and Weald", "950", []),
        ("Ashdown & Weald Council", "950", []),
        ("951", "950", ["951 is not a local authority that this version of the tool knows; by the register it is"]),
        ("Cumbria", "950", ["Cumbria (909) ended in 2023; by the register it is Ashdown and Weald, which was taken."]),
        ("London", "950", ['"London" is not a local authority of the national register. By the register it is']),
        ("", "950", []),
    ],
)
def test_an_authority_of_the_register_is_read_in_a_return(toy: Criteria, text: str, code: str, said: list[str]) -> None:
    """A new authority is read by code and name; what is not the register's is told, and the register's is taken."""
    known = {"900001": KnownSchool(name="Hilltop", local_authority="950", authority_name="Ashdown and Weald")}
    data = saved_after(audit_of(toy, {}), toy, typed({"School!B6": text}))
    reading = read(data, "Hilltop.xlsx", toy, schools=known)
    assert reading.audit is not None
    assert (reading.audit.school.local_authority, reading.is_sound) == (code, True)
    problems = [problem.what for problem in reading.problems if problem.where.endswith("B6")]
    assert [what.startswith(beginning) for what, beginning in zip(problems, said, strict=True)] == [True] * len(said)


@pytest.mark.parametrize("text", ["928", "Northamptonshire", "950 New Authority"])
def test_without_a_register_the_authority_is_kept_with_a_note(toy: Criteria, text: str) -> None:
    """A divided authority, and three digits that may be a new one, are kept as typed; the school is told."""
    reading = read(saved_after(audit_of(toy, {}), toy, typed({"School!B6": text})), "Hilltop.xlsx", toy)
    assert reading.audit is not None
    assert reading.audit.school.local_authority == ("950" if text.startswith("950") else "928")
    assert [problem.severity for problem in reading.problems] == ["warning"]


def test_a_dfe_number_that_lost_its_zero_is_understood_with_a_register(toy: Criteria) -> None:
    """886123 is the DfE number 886/0123 where the register has a school of that number and none of that URN."""
    data = saved_after(audit_of(toy, {}), toy, typed({"School!B4": "886123"}))
    assert read(data, "Hilltop.xlsx", toy, urns={"8860123": "900001"}).urn == "900001"
    assert read(data, "Hilltop.xlsx", toy).urn == "886123"
