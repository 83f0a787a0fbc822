"""A letter to a school as an accessible Word document."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.archive import archive
from audit.authority.replying.feedback import Feedback
from audit.english import day
from audit.reports.letter_settings import LetterSettings
from audit.reports.letter_template import WIDTH_CM, template
from audit.text import holdable, tidy
from audit.version import VERSION

_STAMP = dt.datetime(2026, 1, 1)  # the same letter gives the same bytes, whenever it is written
_TWIPS_PER_CM = 567


def letter(feedback: Feedback, settings: LetterSettings) -> bytes:
    """The letter as the bytes of a .docx file; the same letter gives the same bytes.

    Everything that files and people say goes in as text: what a document cannot hold is shown as U+FFFD.
    """
    school = feedback.school or "The school that sent us this file"
    body = _BODY.render(
        feedback=feedback,
        settings=settings,
        recipient=f"{school} (URN {feedback.urn})" if feedback.urn else school,
        dated=day(settings.dated) if settings.dated else "",
    )
    document = Document(io.BytesIO(template()))
    document.element.body[:-1] = parse_xml(body)  # all but the page set-up, which stands last
    _describe(document, feedback, settings)
    return _fixed(document)


def _lines(text: str) -> list[str]:
    """The lines of a text that are not empty: each is a paragraph, and space comes from styles."""
    return [line.strip(" ") for line in tidy(holdable(text)).replace("\t", " ").split("\n") if line.strip()]


def _twips(shares: Sequence[int]) -> list[int]:
    """Widths of columns as Word counts them, from shares of the page."""
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


def _describe(document: WordDocument, feedback: Feedback, settings: LetterSettings) -> None:
    """The properties by which people and screen readers know the document before they read it."""
    about = document.core_properties
    about.title = holdable(f"{feedback.title}: {feedback.school}" if feedback.school else feedback.title)[:255]
    about.author = about.last_modified_by = holdable(settings.authority)
    about.subject, about.language, about.comments = "Feedback on an online safety self-audit", "en-GB", ""
    about.created = about.modified = _STAMP
    about.revision, about.version = 1, VERSION


def _fixed(document: WordDocument) -> bytes:
    """The finished file without the time of writing in it."""
    raw = io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source:
        return archive((name, source.read(name)) for name in source.namelist())
