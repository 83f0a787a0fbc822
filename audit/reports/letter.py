"""Letters from the authority to schools, as accessible Word documents.

`read_settings` checks what the authority typed: who writes, and what the letters say first. `letter` writes one letter
into an empty A4 document (`template`) with styles, language, bullets and page numbers. `letters_zip` writes the letters
to many schools, each under a file name that every system takes. `roles_document` writes who answers for what into the
same empty document.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.archive import archive
from audit.english import day, plural
from audit.exhibits.roles import role_parts
from audit.problems import Problem
from audit.text import fault_of, holdable, tidy
from audit.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from audit.authority.feedback.letter import Addressed, Feedback
    from audit.exhibits.exhibit import Exhibit

OPENING = (
    "Every return helps us to see what support our schools need, and you should have something back for your work. "
    "Please share this letter with your governors and with the colleagues who helped."
)
LONGEST_OPENING = 3_000
_TITLES = re.compile(r"(?i)\b(mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|revd?)\b|@")
_ROLE = re.compile(
    r"(?i)advis|officer|lead|manager|director|head|coordinat|consultant|team|service|inspector|safe|educat|learn|school|"
    "support|improve|standard|partner|secretary|assistant|chair|board|trust|council|governor|train|polic|quality|office"
)


_STYLES = Path(__file__).with_name("letter_styles.xml")
_KEPT = (
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.NUMBERING,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.FOOTER,
)
_SETTINGS = f"""
<w:settings {nsdecls("w")}>
  <w:defaultTabStop w:val="720"/>
  <w:characterSpacingControl w:val="doNotCompress"/>
  <w:compat>
    <w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
  </w:compat>
  <w:themeFontLang w:val="en-GB"/>
  <w:decimalSymbol w:val="."/>
  <w:listSeparator w:val=","/>
</w:settings>"""
_BULLETS = f"""
<w:numbering {nsdecls("w")}>
  <w:abstractNum w:abstractNumId="0">
    <w:multiLevelType w:val="singleLevel"/>
    <w:lvl w:ilvl="0">
      <w:start w:val="1"/>
      <w:numFmt w:val="bullet"/>
      <w:pStyle w:val="ListBullet"/>
      <w:lvlText w:val="•"/>
      <w:lvlJc w:val="left"/>
      <w:pPr><w:ind w:left="360" w:hanging="270"/></w:pPr>
    </w:lvl>
  </w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>"""
WIDTH_CM = 17.0
"""Width of the text: A4 without its margins."""
_FOOTER = "Online safety self-audit: feedback to the school"
_ROLE_WIDTHS = (12, 41, 16, 31)
_STAMP = dt.datetime(2026, 1, 1)  # always the same, so that the same letter gives the same bytes
_TWIPS_PER_CM = 567
_NOT_WRITTEN = "Letters not written.txt"
_FILE_MODE = 0o644
_LONGEST_NAME = 100
"""Characters of a file name: Windows takes about 250 together with the path of the folder."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
"""Characters that Windows does not take in a name, and marks that reverse the order in which a name is read."""
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
"""Names that Windows takes for devices."""


@dataclass(frozen=True, kw_only=True)
class LetterSettings:
    """Who writes the letters, and what the authority says first. `read_settings` makes it from what people typed.

    Attributes:
        authority: the name of the authority or trust.
        sender_role: who signs: a role, never a name.
        opening: the authority's paragraphs after the thanks for a self-audit, one per line; may be empty.
        dated: the day on the letter; None for no date.

    Raises:
        ValueError: `read_settings` would refuse a field.
    """

    authority: str
    sender_role: str = "Online safety adviser"
    opening: str = OPENING
    dated: dt.date | None = None

    def __post_init__(self) -> None:
        if problems := tuple(_faults(self.authority, self.sender_role, self.opening)):
            raise ValueError(" ".join(map(str, problems)))


def read_settings(
    *, authority: str, sender_role: str, opening: str, dated: dt.date | None = None
) -> LetterSettings | tuple[Problem, ...]:
    """The settings from what a person typed, or every problem with it."""
    authority, sender_role, opening = (tidy(text).strip() for text in (authority, sender_role, opening))
    problems = tuple(_faults(authority, sender_role, opening))
    return problems or LetterSettings(authority=authority, sender_role=sender_role, opening=opening, dated=dated)


def _faults(authority: str, sender_role: str, opening: str) -> Iterator[Problem]:
    for where, text, fix in (
        ("Authority", authority, "Type the name of the authority or trust that writes."),
        ("Sender's role", sender_role, "Type the role that signs, such as Online safety adviser."),
    ):
        if not text.strip():
            yield Problem(where=where, what="It is empty.", fix=fix)
        elif len(text) > 120 or "\n" in text:
            yield Problem(where=where, what="It is longer than one line of a letter.", fix=fix)
    words = sender_role.split()
    is_name = 1 < len(words) < 5 and all(word[0].isupper() for word in words) and not _ROLE.search(sender_role)
    if _TITLES.search(sender_role) or is_name:
        fix = "Type the role, such as Online safety adviser: letters are kept, and people are recorded by role."
        yield Problem(where="Sender's role", what=f'"{sender_role[:60]}" looks like a person\'s name.', fix=fix)
    if len(opening) > LONGEST_OPENING:
        what = f"It has {len(opening):,} characters; a letter has room for {LONGEST_OPENING:,}."
        yield Problem(where="Opening", what=what, fix="Shorten it, or write a letter of your own beside this one.")
    for where, text in (("Authority", authority), ("Sender's role", sender_role), ("Opening", opening)):
        if fault := fault_of(text):
            what, fix = fault.split(". ", 1)
            yield Problem(where=where, what=f"{what}.", fix=fix)


@dataclass(frozen=True, kw_only=True)
class LetterFile:
    """One letter.

    Attributes:
        name: its file name, which no other letter has.
        data: the Word document; None if it could not be written.
        problem: why it could not be written; None if it could.
    """

    name: str
    data: bytes | None = None
    problem: Problem | None = None


def letters(items: Iterable[Addressed], settings: LetterSettings) -> Iterator[LetterFile]:
    """The letters one by one; a letter that cannot be written never stops the others."""
    taken: set[str] = set()
    for item in items:
        name = _unique(file_name(item.to), taken)
        try:
            yield LetterFile(name=name, data=letter(item.compose(), settings))
        except Exception as error:  # our fault may cost one school its letter, never all of them
            fix = "Write to this school by hand, and report the fault."
            what = f"The letter could not be written ({type(error).__name__})."
            yield LetterFile(name=name, problem=Problem(where=item.to, what=what, fix=fix))


def letters_zip(items: Iterable[Addressed], settings: LetterSettings) -> bytes:
    """The letters as one zip; a text file in it names those that could not be written."""
    files = list(letters(items, settings))
    entries = [(file.name, file.data) for file in files if file.data is not None]
    if problems := [file.problem for file in files if file.problem is not None]:
        lines = [f"{plural(len(problems), 'letter')} could not be written.", *map(str, problems)]
        entries.append((_NOT_WRITTEN, "\r\n".join(lines).encode("utf-8", errors="replace")))
    return archive(entries, mode=_FILE_MODE)


def file_name(to: str) -> str:
    """A name for a Word file that Windows, macOS and Linux take as it is, from the URN and name of a school."""
    name = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", to))
    name = " ".join(name.split())[:_LONGEST_NAME].strip(" .") or "Letter"
    return f"_{name}.docx" if _DEVICE.match(name) else f"{name}.docx"


def _unique(name: str, taken: set[str]) -> str:
    """The name, with a number if another letter has it. Capitals make no difference, as on Windows and macOS."""
    stem, number, unique = name.removesuffix(".docx"), 1, name
    while unique.casefold() in taken:
        number += 1
        unique = f"{stem} ({number}).docx"
    taken.add(unique.casefold())
    return unique


def letter(feedback: Feedback, settings: LetterSettings) -> bytes:
    """The letter as the bytes of a .docx file; the same letter gives the same bytes.

    All that files and people say goes in as text. Characters that a document cannot hold are shown as U+FFFD.
    """
    school = feedback.school or "The school that sent us this file"
    body = _BODY.render(
        feedback=feedback,
        settings=settings,
        recipient=f"{school} (URN {feedback.urn})" if feedback.urn else school,
        dated=day(settings.dated) if settings.dated else "",
    )
    title = f"{feedback.title}: {feedback.school}" if feedback.school else feedback.title
    subject = "Feedback on an online safety self-audit"
    return _written(body, template(), title=title, author=settings.authority, subject=subject)


def roles_document(exhibits: Sequence[Exhibit], *, title: str, about: Sequence[str]) -> bytes:
    """Who answers for what, as the bytes of a .docx file; the same tables give the same bytes.

    Args:
        exhibits: one for each role; it becomes a heading with a table for each framework.
        title: the title of the document.
        about: paragraphs that say what it is.
    """
    roles = [
        (exhibit, [_role_table(f"{exhibit.title}: {name}", table) for name, table in role_parts(exhibit)])
        for exhibit in exhibits
    ]
    body = _TEMPLATES.get_template("roles.xml").render(title=title, about=about, roles=roles)
    return _written(body, template(title), title=title, author="Online safety self-audit", subject=title)


def _role_table(caption: str, table: pd.DataFrame) -> dict[str, object]:
    """A table of texts under the names by which the template knows the parts of a table."""
    rows = [*table.itertuples(index=False, name=None)]
    return {"caption": caption, "headings": [*table.columns], "rows": rows, "widths": _ROLE_WIDTHS}


def _written(body: str, empty: bytes, *, title: str, author: str, subject: str) -> bytes:
    """An empty document with this body, and the properties that people and screen readers meet before they read it."""
    document = Document(io.BytesIO(empty))
    document.element.body[:-1] = parse_xml(body)  # all but the page set-up, which is the last element
    properties = document.core_properties
    properties.title = holdable(title)[:255]
    properties.author = properties.last_modified_by = holdable(author)
    properties.subject, properties.language, properties.comments = subject, "en-GB", ""
    properties.created = properties.modified = _STAMP
    properties.revision, properties.version = 1, VERSION
    return _fixed(document)


def _fixed(document: WordDocument) -> bytes:
    """The finished file, without the time at which it was written."""
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as source:
        return archive((name, source.read(name)) for name in source.namelist())


@cache
def template(footer: str = _FOOTER) -> bytes:
    """An empty document as a Word file, much smaller and quicker to open than the library's template.

    Args:
        footer: what stands at the foot of each page, left of its number.
    """
    document = Document()
    for part, text in (
        (document.styles.element, _STYLES.read_text(encoding="utf-8").split("\n", 1)[1]),
        (document.settings.element, _SETTINGS),
        (document.part.numbering_part.element, _BULLETS),
    ):
        part[:] = parse_xml(text)
    _set_page(document, footer)
    _drop_unused(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: WordDocument, words: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - WIDTH_CM) / 2)
    section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.7)
    section.footer_distance = Cm(0.8)
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["footer"]
    footer.add_run(f"{words}\tPage ")
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")


def _add_field(line: Paragraph, code: str) -> None:
    """Adds a number that the word processor works out."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    line._p.append(field)


def _drop_unused(document: WordDocument) -> None:
    """Removes the parts of the library's template that a letter does not need: themes, a thumbnail, custom data."""
    for owner, kept in (
        (document.part, _KEPT),
        (document.part.package, (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)),
    ):
        for key, relation in list(owner.rels.items()):
            if relation.reltype not in kept:
                del owner.rels[key]


def _lines(text: str) -> list[str]:
    """The lines of a text without the empty ones: each is a paragraph, and styles make the space between them."""
    return [line.strip(" ") for line in tidy(holdable(text)).replace("\t", " ").split("\n") if line.strip()]


def _twips(shares: Sequence[int]) -> list[int]:
    """Widths of columns in twips, as Word counts them, from their shares of the page."""
    return [int(WIDTH_CM * _TWIPS_PER_CM * share / sum(shares)) for share in shares]


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # no text becomes markup
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(lines=_lines, twips=_twips)
_BODY = _TEMPLATES.get_template("letter.xml")
