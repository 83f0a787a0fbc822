"""The letter as a Word document: accessible, harmless, the same every time, and readable in LibreOffice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from audit.authority.feedback.letter import Addressed, Feedback, LetterTable, Section
from audit.reports.letter import LetterSettings, file_name, letter, letters_zip, read_settings
from tests.office import LibreOffice

SETTINGS = LetterSettings(
    authority="Example County Council",
    sender_role="Online safety adviser",
    opening="First paragraph.\n\nSecond paragraph.",
    dated=dt.date(2026, 11, 2),
)
FEEDBACK = Feedback(
    on="self-audit",
    urn="900001",
    school="Hilltop Example School",
    year="2026/27",
    title="Our feedback on your online safety self-audit 2026/27",
    thanks="Thank you.",
    sections=(
        Section(title="Your outcome", paragraphs=("Half is met.", "The other half is not.")),
        Section(title="What is strong", points=("Email.", "Filtering.")),
        Section(
            title="What matters most now",
            paragraphs=("There are 2 gaps.",),
            table=LetterTable(
                caption="The gaps",
                headings=("Statement", "What closes it"),
                rows=(("One.", "Do it.\nAsk: Head"), ("Two.", "")),
                widths=(40, 60),
            ),
        ),
        Section(title="About this letter", paragraphs=("Self-reported.",)),
    ),
)


def opened(data: bytes) -> WordDocument:
    """A Word file as a reader sees it."""
    return Document(io.BytesIO(data))


@pytest.fixture(scope="module")
def document() -> WordDocument:
    """The letter of this module."""
    return opened(letter(FEEDBACK, SETTINGS))


def test_the_letter_says_everything_in_its_style(document: WordDocument) -> None:
    """Sender, school, day, title, thanks, the authority's own words, sections, and who signs, each in its style."""
    assert [(line.style.name, line.text) for line in document.paragraphs if line.style is not None] == [
        ("Letterhead", "Example County Council"),
        ("Recipient", "Hilltop Example School (URN 900001)"),
        ("Recipient", "Headteacher, designated safeguarding lead and governors"),
        ("Date", "2 November 2026"),
        ("Title", "Our feedback on your online safety self-audit 2026/27"),
        ("Normal", "Dear colleagues,"),
        ("Normal", "Thank you."),
        ("Normal", "First paragraph."),
        ("Normal", "Second paragraph."),
        ("Heading 1", "Your outcome"),
        ("Normal", "Half is met."),
        ("Normal", "The other half is not."),
        ("Heading 1", "What is strong"),
        ("List Bullet", "Email."),
        ("List Bullet", "Filtering."),
        ("Heading 1", "What matters most now"),
        ("Normal", "There are 2 gaps."),
        ("Heading 1", "About this letter"),
        ("Normal", "Self-reported."),
        ("Closing", "Yours sincerely,"),
        ("Signature", "Online safety adviser"),
        ("Signature", "Example County Council"),
    ]


def test_a_table_is_a_real_one(document: WordDocument) -> None:
    """Its cells hold the texts, its first row is marked as headings and repeated, no row splits, and it has a caption."""
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Statement", "What closes it"],
        ["One.", "Do it.\nAsk: Head"],
        ["Two.", ""],
    ]
    marks = [[child.tag for child in row._tr.trPr] for row in table.rows]
    assert marks == [[qn("w:cantSplit"), qn("w:tblHeader")], [qn("w:cantSplit")], [qn("w:cantSplit")]]
    assert [caption.get(qn("w:val")) for caption in table._tbl.tblPr.findall(qn("w:tblCaption"))] == ["The gaps"]
    assert [look.get(qn("w:firstRow")) for look in table._tbl.tblPr.findall(qn("w:tblLook"))] == ["1"]


def test_headings_do_not_skip_a_level(document: WordDocument) -> None:
    """A screen reader can walk the letter by its headings: the first is of level 1, none is two below the one before."""
    outline = [
        int(name.removeprefix("Heading "))
        for line in document.paragraphs
        if line.style is not None and (name := line.style.name or "").startswith("Heading ")
    ]
    assert outline[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(outline))


def test_language_title_and_sender_are_set(document: WordDocument) -> None:
    """A screen reader knows how to speak it, and a person what it is, before it is read."""
    about = document.core_properties
    assert (about.language, about.title, about.author, about.comments) == (
        "en-GB",
        "Our feedback on your online safety self-audit 2026/27: Hilltop Example School",
        "Example County Council",
        "",
    )
    languages = document.styles.element.findall(f".//{qn('w:lang')}")
    assert [language.get(qn("w:val")) for language in languages] == ["en-GB"]


def test_no_picture_stands_without_its_text(document: WordDocument) -> None:
    """There is no picture at all: every figure is in words or in a table."""
    assert document.element.body.findall(f".//{qn('w:drawing')}") == []
    assert [part.partname for part in document.part.package.iter_parts() if "image" in part.content_type] == []


def test_no_paragraph_is_there_for_space_only(document: WordDocument) -> None:
    """Space comes from styles, so that nobody hears "blank"."""
    assert [line.text for line in document.paragraphs if not line.text.strip()] == []


def test_the_page_is_a4_with_numbers_that_count_themselves(document: WordDocument) -> None:
    """Page and pages are fields, not typed figures."""
    page = document.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    fields = page.footer._element.findall(f".//{qn('w:fldSimple')}")
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]


def test_every_style_used_is_there(document: WordDocument) -> None:
    """No paragraph or table names a style that the file does not have: Word would fall back to plain text."""
    known = {style.style_id for style in document.styles}
    used = {
        element.get(qn("w:val"))
        for part in (document.element.body, document.sections[0].footer._element)
        for tag in ("w:pStyle", "w:tblStyle")
        for element in part.findall(f".//{qn(tag)}")
    }
    assert used - known == set()


def test_the_same_letter_has_the_same_bytes() -> None:
    """Nothing in the file tells when it was written."""
    assert letter(FEEDBACK, SETTINGS) == letter(FEEDBACK, SETTINGS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<w:p>&amp; \"quoted\" 'too'", "<w:p>&amp; \"quoted\" 'too'"),
        ("{{ settings }} {% raw %}", "{{ settings }} {% raw %}"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("nul\x00 and \x0b and \ud800", "nul\ufffd and \ufffd and \ufffd"),
        ("one\r\ntwo\tthree", "one\ntwo three"),
        ("\U0001f469 שלום", "\U0001f469 שלום"),
    ],
)
def test_text_from_files_stays_text(text: str, shown: str) -> None:
    """Markup and placeholders are shown as they are, and what no document can hold is marked, in a name and in a cell."""
    table = LetterTable(caption=text, headings=(text,), rows=((text,),), widths=(1,))
    made = opened(
        letter(dataclasses.replace(FEEDBACK, school="S", sections=(Section(title="T", table=table),)), SETTINGS)
    )
    assert [cell.text for cell in made.tables[0].columns[0].cells] == [shown, shown]


def test_a_very_long_text_is_cut() -> None:
    """A cell of megabytes does not make a letter of a thousand pages."""
    section = Section(title="T", paragraphs=("x" * 1_000_000,))
    made = opened(letter(dataclasses.replace(FEEDBACK, sections=(section,)), SETTINGS))
    assert max(len(line.text) for line in made.paragraphs) < 3_000


@pytest.mark.parametrize("on", ["desk review", "refused file"])
def test_the_opening_is_for_self_audits(on: str) -> None:
    """The authority's own words thank for an audit, so they do not stand in a letter on anything else."""
    made = opened(letter(dataclasses.replace(FEEDBACK, on=on), SETTINGS))  # type: ignore[arg-type]
    assert [line.text for line in made.paragraphs[5:8]] == ["Dear colleagues,", "Thank you.", "Your outcome"]


def test_a_school_that_is_not_known_is_written_to() -> None:
    """A letter on a file that names no school has no empty line where the school would stand."""
    made = opened(letter(dataclasses.replace(FEEDBACK, urn="", school=""), SETTINGS))
    assert [line.text for line in made.paragraphs[:2]] == [
        "Example County Council",
        "The school that sent us this file",
    ]
    assert made.core_properties.title == "Our feedback on your online safety self-audit 2026/27"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"authority": "  "}, ["Authority: It is empty. Type the name of the authority or trust that writes."]),
        (
            {"sender_role": "Jane Example"},
            [
                "Sender's role: \"Jane Example\" looks like a person's name. Type the role, such as Online safety adviser: "
                "letters are kept, and people are recorded by role."
            ],
        ),
        (
            {"opening": "bell\x07", "authority": "two\nlines"},
            [
                "Authority: It is longer than one line of a letter. Type the name of the authority or trust that writes.",
                "Opening: Character 5 is a control character (U+0007) that no workbook can hold. Delete it, or type the "
                "text again instead of pasting it.",
            ],
        ),
        (
            {"opening": "x" * 3_001},
            [
                "Opening: It has 3,001 characters; a letter has room for 3,000. Shorten it, or write a letter of your own "
                "beside this one."
            ],
        ),
    ],
)
def test_settings_that_cannot_be_used_are_explained(changed: dict[str, str], said: list[str]) -> None:
    """Every fault of what a person typed is named with its remedy, all at once."""
    typed = {
        "authority": "Example County Council",
        "sender_role": "Online safety adviser",
        "opening": "Hello.",
        **changed,
    }
    found = read_settings(**typed)  # type: ignore[arg-type]
    assert not isinstance(found, LetterSettings)
    assert [str(problem) for problem in found] == said


@pytest.mark.parametrize(
    "role",
    ["Online safety adviser", "Director of Education", "adviser", "Safeguarding Lead", "School Improvement Partner"],
)
def test_roles_are_taken(role: str) -> None:
    """A role is not mistaken for a name, whatever its capitals."""
    found = read_settings(authority="Example Trust", sender_role=f" {role} ", opening="")
    assert found == LetterSettings(authority="Example Trust", sender_role=role, opening="")


@pytest.mark.parametrize("role", ["Dr Example", "Mrs J. Example, adviser", "adviser@example.org", "Ann Example-Other"])
def test_names_are_not_taken(role: str) -> None:
    """Titles, addresses and what reads as a name are refused: letters are signed by role."""
    assert not isinstance(read_settings(authority="Example Trust", sender_role=role, opening=""), LetterSettings)


def addressed(to: str, **changes: object) -> Addressed:
    """A letter of this module to a school."""
    made = dataclasses.replace(FEEDBACK, **changes)  # type: ignore[arg-type]
    return Addressed(urn=to[:6], to=to, compose=lambda: made)


def test_all_letters_come_as_one_zip() -> None:
    """Each under URN and name; two of one name are told apart, and what was written is in the files."""
    items = [addressed("900101 Hilltop Example School"), addressed("900102 Mill"), addressed("900102 MILL")]
    with zipfile.ZipFile(io.BytesIO(letters_zip(items, SETTINGS))) as found:
        assert found.namelist() == [
            "900101 Hilltop Example School.docx",
            "900102 Mill.docx",
            "900102 MILL (2).docx",
        ]
        assert found.read("900102 Mill.docx") == letter(FEEDBACK, SETTINGS)
        assert {entry.external_attr >> 16 for entry in found.infolist()} == {0o644}


def test_one_letter_that_fails_does_not_stop_the_rest() -> None:
    """The zip holds the others, and says which school has no letter."""

    def fails() -> Feedback:
        raise KeyError("a fault of ours")

    items = [Addressed(urn="900101", to="900101 Hill", compose=fails), addressed("900102 Mill")]
    with zipfile.ZipFile(io.BytesIO(letters_zip(items, SETTINGS))) as found:
        assert found.namelist() == ["900102 Mill.docx", "Letters not written.txt"]
        assert found.read("Letters not written.txt").decode() == (
            "1 letter could not be written.\r\n"
            "900101 Hill: The letter could not be written (KeyError). Write to this school by hand, and report the fault."
        )


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("900101 Hilltop Example School", "900101 Hilltop Example School.docx"),
        ('900101 St. Mary\'s: "CE" / RC?', "900101 St. Mary's CE RC.docx"),
        ("../../etc/passwd", "etc passwd.docx"),
        ("900101 Ends in dots...  ", "900101 Ends in dots.docx"),
        ("con", "_con.docx"),
        ("COM1.school", "_COM1.school.docx"),
        ("\x00\n\ud800", "Letter.docx"),
        ("900101 gpj\u202eexe", "900101 gpj exe.docx"),
        ("900101 " + "Ü" * 200, "900101 " + "Ü" * 93 + ".docx"),
    ],
)
def test_file_names_do_no_harm(to: str, name: str) -> None:
    """No folder, no device, nothing that Windows refuses or that reads other than it is."""
    assert file_name(to) == name


@pytest.fixture(scope="module")
def printed(office: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the letter as LibreOffice prints it and as it saves it."""
    folder = tmp_path_factory.mktemp("letter")
    (folder / "letter.docx").write_bytes(letter(FEEDBACK, SETTINGS))
    for target, out in (("pdf", folder), ("docx", folder / "saved")):
        office.convert(folder / "letter.docx", target, out)
    return folder


def test_libreoffice_prints_one_page(printed: Path) -> None:
    """The letter opens, and a short one fits on a page of A4."""
    data = (printed / "letter.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    assert [round(float(size)) for size in re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)", data)[0]] == [
        595,
        842,
    ]


def test_libreoffice_keeps_the_letter(printed: Path, document: WordDocument) -> None:
    """Paragraphs, their styles and the table are the same after LibreOffice has saved it."""
    saved = opened((printed / "saved" / "letter.docx").read_bytes())
    ours, theirs = (
        (
            [(line.style.name, line.text) for line in made.paragraphs if line.style is not None],
            [[cell.text for cell in row.cells] for table in made.tables for row in table.rows],
        )
        for made in (document, saved)
    )
    assert theirs == ours
