"""What of a PDF file is compared, read so that a damaged or hostile one does no harm."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from dataclasses import dataclass

from pypdf import PageObject, PdfReader

from audit.problems import Problem
from audit.reports.pack import drawing

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a damaged file is no message to people
_LARGEST, _MOST_PAGES = 20_000_000, 20
AGAIN = "Ask the school for the pack as the audit tool made it."
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """What of a PDF file is compared.

    Attributes:
        lines: the lines of each page.
        drawings: what draws each page.
        overlaid: how many things lie over each page: notes, links, form fields.
        notes: how many of them are no links.
        files: the files inside, by name; of one that is there more than once, the first.
        twice: names of files that are there more than once.
        keywords: those of the file, which name the program that made it.
    """

    lines: tuple[tuple[str, ...], ...]
    drawings: tuple[bytes, ...]
    overlaid: tuple[int, ...]
    notes: tuple[int, ...]
    files: dict[str, bytes]
    twice: tuple[str, ...]
    keywords: str

    def text(self, page: int) -> str:
        """What a page says, on one line."""
        return one_line(" ".join(self.lines[page]))


def one_line(text: str) -> str:
    """A text without breaks, and without what only tells where a word may be broken."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def read_pdf(data: bytes, name: str) -> Pdf | Problem:
    """What is in a file, or why it cannot be read."""
    if len(data) > _LARGEST:
        what = f"The file has {len(data):,} bytes; a pack has far less than {_LARGEST:,}."
        return Problem(where=name, what=what, fix=AGAIN)
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [reader.pages[number] for number in range(min(len(reader.pages), _MOST_PAGES))]
        attached = reader.attachments
        return Pdf(
            lines=tuple(tuple(page.extract_text().splitlines()) for page in pages),
            drawings=tuple(drawing(page) for page in pages),
            overlaid=tuple(len(page.get("/Annots") or ()) for page in pages),
            notes=tuple(map(_notes_over, pages)),
            files={one: versions[0] for one, versions in attached.items()},
            twice=tuple(one for one, versions in attached.items() if len(versions) > 1),
            keywords=str(reader.metadata.get("/Keywords", "") if reader.metadata else ""),
        )
    except Exception:  # a damaged or hostile PDF makes the library raise almost anything
        what = "The file cannot be read as a PDF; it may be damaged, or locked with a password."
        return Problem(where=name, what=what, fix=AGAIN)


def _notes_over(page: PageObject) -> int:
    return sum(one.get_object().get("/Subtype") != "/Link" for one in page.get("/Annots") or ())
