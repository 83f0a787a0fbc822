"""Whether a file that another version of the product wrote is what was signed: a workbook or a governors' pack (PDF).

Another version may word, colour and place things differently, so its words and figures prove nothing.

Workbook: every answer, action, signature and criterion is compared. The verdict says what was not compared, and where
words and figures are not those of this version.

Pack: the signed content inside is compared whole. The digests in a pack show whether its pages are those that were made
with it; a pack of a release before 0.4.0 has none. From the pages, two things are compared: what every version copies
word for word from the signed content, and the figures of sentences that this version words the same way.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pypdf import PageObject, PdfReader

from audit.english import agree, day, plural
from audit.problems import Problem
from audit.reports.pack import drawing
from audit.school.signing import Difference, Signed, Verdict
from audit.tables import COUNTED
from audit.version import PROGRAM, version_in_words
from audit.workbook import layout, safety
from audit.workbook.cell_diff import differences, differences_besides, is_reordered, version_difference
from audit.workbook.read_book import Book, book_of, reading_of
from audit.workbook.sheets import as_text
from audit.workbook.signed import signed_diff

if TYPE_CHECKING:
    from audit.model import Audit
    from audit.reports.pack_inputs import PackInputs

_NAMED, _LONGEST = 5, 80
"""How many cells or sentences a note names, and how many characters it quotes of each."""
_FIGURE_IN_CELL = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ELSEWHERE = (layout.SCHOOL, layout.ANSWERS, layout.LAST_YEAR, layout.SIGNED_CONTENT, layout.LISTS)


def of_another_version(book: Book, data: bytes, kept: Signed, made: bytes, known: Verdict) -> Verdict:
    """The verdict on a workbook that another version wrote.

    Args:
        book: its sheets.
        data: its bytes.
        kept: the signed content that it carries.
        made: the workbook that this version writes from that content.
        known: the verdict if nothing differs.

    Raises:
        UnusableFile: a part of the file cannot be unpacked or parsed within the limits.
    """
    as_signed = book_of(safety.look(made, "as signed", list), "as signed")
    content_diff = signed_diff(book, as_signed, kept, reading_of(book, kept.criteria, {}, {}))
    changes = (
        *version_difference(book.about, kept),
        *content_diff.differences,
        *differences_besides(data, made, book.file, of_another_version=True),
    )
    problems = (*book.faults.values(), *content_diff.problems)
    differs = bool(changes or problems)
    return replace(
        known,
        standing="differs" if differs else "as signed",
        differences=changes,
        problems=problems,
        notes=(*known.notes, *_workbook_notes(book, as_signed, kept)),
    )


def _workbook_notes(book: Book, as_signed: Book, kept: Signed) -> Iterator[str]:
    """What was compared and what was not, and what this version would write differently."""
    if is_reordered(book.sheets, as_signed.sheets):
        yield f"The rows of the sheet {layout.ANSWERS} stand in another order, which changes nothing."
    yield (
        f"The file was written by {version_in_words(kept.program)} of the audit tool. Every answer, action, signature and "
        "criterion in it was compared with what was signed. Not compared were the words, figures, charts and colours "
        "around them, which another version may write otherwise."
    )
    added = [title for title in book.sheets if title not in as_signed.sheets]
    if added:
        yield f"It has sheets that this version does not write and that were not compared: {', '.join(added)}."
    columns = [f"{title} ({', '.join(names)})" for title, names in _columns_added(book, as_signed)]
    if columns:
        yield f"It has columns that this version does not write and that were not compared: {'; '.join(columns)}."
    remaining = [
        difference for difference in differences(book.sheets, as_signed.sheets) if not _is_elsewhere(difference)
    ]
    figures = [difference for difference in remaining if _is_other_figure(difference)]
    if figures:
        yield (
            f"{plural(len(figures), 'figure')} in it {agree(len(figures))} not what this version works out of the signed answers. "
            f"{_named(figures)}. Trust the signed answers, and make the workbook again from them."
        )
    words = [difference for difference in remaining if not _is_other_figure(difference)]
    if words:
        yield f"In {plural(len(words), 'cell')} the words are not those of this version. {_named(words)}."


def _columns_added(book: Book, as_signed: Book) -> Iterator[tuple[str, list[str]]]:
    """Headings that this version does not know in the tables that are read back, by sheet."""
    for title, head in ((layout.ANSWERS, 0), (layout.ACTIONS, 0), (layout.LAST_YEAR, 0)):
        if title in book.sheets and title in as_signed.sheets:
            rows, ours = (workbook.sheets[title].rows[head : head + 1] for workbook in (book, as_signed))
            headings = {as_text(value) for row in ours for value in row}
            names = [as_text(value)[:_LONGEST] for row in rows for value in row if as_text(value)]
            if added := [name for name in names if name not in headings]:
                yield title, added


def _named(cells: list[Difference]) -> str:
    """The first cells that differ, with what they say and what this version would say."""
    quotes = (f'{cell.where}: "{cell.found[:_LONGEST]}", not "{cell.signed[:_LONGEST]}"' for cell in cells[:_NAMED])
    return "; ".join(quotes) + (" …" if len(cells) > _NAMED else "")


def _is_elsewhere(difference: Difference) -> bool:
    """Whether a cell was already compared, or says nothing about this school."""
    return difference.where.startswith(tuple(f"sheet {title}," for title in _ELSEWHERE))


def _is_other_figure(difference: Difference) -> bool:
    """Whether a cell has the same words with other numbers."""
    found, signed = difference.found, difference.signed
    return found != signed and _FIGURE_IN_CELL.sub("#", found) == _FIGURE_IN_CELL.sub("#", signed)


logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about a damaged file are not meant for people
_LARGEST, _MOST_PAGES = 20_000_000, 20
AGAIN = "Ask the school for the pack as the audit tool made it."
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """The parts of a PDF file that are compared.

    Attributes:
        lines: the lines of each page.
        drawings: the drawing instructions of each page.
        overlaid: how many notes, links and form fields lie over each page.
        notes: how many of these are not links.
        files: the files inside, by name; the first one if a name occurs more than once.
        twice: names that occur more than once.
        keywords: the keywords of the file, which name the program that made it.
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
    """A text without line breaks and without the invisible characters that mark where a word may be broken."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def compact(text: str) -> str:
    """A text without any space, because each version breaks lines in other places, even within a word."""
    return "".join(one_line(text).split())


def read_pdf(data: bytes, name: str) -> Pdf | Problem:
    """The content of a PDF file, or why it cannot be read. A damaged or hostile file does no harm."""
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
            files={inside: versions[0] for inside, versions in attached.items()},
            twice=tuple(inside for inside, versions in attached.items() if len(versions) > 1),
            keywords=str(reader.metadata.get("/Keywords", "") if reader.metadata else ""),
        )
    except Exception:  # a damaged or hostile PDF makes the library raise almost anything
        what = "The file cannot be read as a PDF; it may be damaged, or locked with a password."
        return Problem(where=name, what=what, fix=AGAIN)


def _notes_over(page: PageObject) -> int:
    """How many notes and form fields lie over a page; links do not count."""
    return sum(annotation.get_object().get("/Subtype") != "/Link" for annotation in page.get("/Annots") or ())


_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_FIGURE = re.compile(r"[0-9]+")
_OUTCOME_BEGINS = re.compile(r"The school reports that [0-9]+ of the [0-9]+\b")
"""How every version so far begins the sentence about the outcome."""
_SENTENCE_ENDS = re.compile(r"(?<=[.?!:;])\s+")
_ALIKE = 0.7
"""The lowest ratio of `SequenceMatcher` at which two texts are almost the same."""
_FEWEST_WORDS = 5
"""A shorter text may appear on a page by chance, in other words."""


def differences_of_another_version(made: Pdf, found: Pdf, inputs: PackInputs) -> tuple[Difference, ...]:
    """What in a pack of another version is not what was signed.

    Args:
        made: the pack that this version makes from the same content.
        found: the pack that is verified.
        inputs: what the pack says it was made from.
    """
    audit = inputs.audit
    assert audit.signed is not None
    program = f"{PROGRAM} {inputs.version}" if inputs.version else ""
    places = () if found.keywords == program else ("properties of the file, keywords",)
    return (
        *(Difference(where=where, signed=program, found=found.keywords) for where in places),
        *_pages_as_made(found, inputs.pages),
        *_laid_over(found),
        *_hashes(found, audit.signed.content),
        *_identity(found, audit),
        *_areas(made, found, inputs),
        *_sentences(made, found, is_alone=len(inputs.parts) == 1),
        *_texts(made, found, inputs),
    )


def notes_of_another_version(made: Pdf, found: Pdf, inputs: PackInputs, *, same_release: bool) -> Iterator[str]:
    """What was compared and what was not, and how the pages differ from those of this version."""
    maker = "another build of this version" if same_release else version_in_words(inputs.version)
    compared = (
        "The signed content inside is whole. That its pages are those that were made with it was compared too."
        if inputs.pages
        else "The signed content inside is whole. Its pages were not compared word by word and mark by mark."
    )
    yield (
        f"The pack was made by {maker} of the audit tool, which may word, draw and choose otherwise. {compared} "
        "Of what they say, only the school, the SHA-256, the days of signing, the statements, actions and counts were "
        "compared, where they stand there in words known to this version."
    )
    changed = [*_other_sentences(made, found)]
    if changed:
        yield (
            f"{plural(len(changed), 'sentence')} on its pages {agree(len(changed))} not as this "
            f"version writes: {'; '.join(changed[:_NAMED])}{' …' if len(changed) > _NAMED else ''}. Where it matters, make "
            "the pack again from the signed workbook."
        )


def _other_sentences(made: Pdf, found: Pdf) -> Iterator[str]:
    """Sentences on the pages that this version does not write, wherever their lines are broken."""
    ours = compact(_everything(made))
    for number in range(len(found.lines)):
        for sentence in _SENTENCE_ENDS.split(found.text(number)):
            if compact(sentence) not in ours:
                yield f'page {number + 1}: "{sentence[:_LONGEST]}"'


def _pages_as_made(found: Pdf, digests: tuple[str, ...]) -> Iterator[Difference]:
    """Pages that are drawn differently from when the pack was made."""
    if not digests:
        return
    for number in range(max(len(digests), len(found.drawings))):
        digest = hashlib.sha256(found.drawings[number]).hexdigest() if number < len(found.drawings) else ""
        expected = digests[number] if number < len(digests) else ""
        if digest != expected:
            change = "drawn otherwise" if digest and expected else "" if expected else "a page more"
            yield Difference(
                where=f"page {number + 1}", signed="drawn as the tool drew it" if expected else "", found=change
            )


def _laid_over(found: Pdf) -> Iterator[Difference]:
    """Notes and form fields over a page, and names that occur more than once among the files inside."""
    for number, notes in enumerate(found.notes):
        if notes:
            yield Difference(where=f"page {number + 1}", signed="", found="a note or form field laid over the page")
    for name in found.twice:
        yield Difference(where=f"file inside, {name}", signed="one file", found="more than one of this name")


def _hashes(found: Pdf, content: str) -> Iterator[Difference]:
    """Pages that name the SHA-256 of other signed content, and content whose SHA-256 no page names."""
    named = {number: set(_SHA256.findall(found.text(number))) for number in range(len(found.lines))}
    for number, hashes in named.items():
        for other in sorted(hashes - {content}):
            yield Difference(where=f"page {number + 1}, SHA-256", signed=content, found=other)
    if content not in compact(_everything(found)):
        yield Difference(where="every page, SHA-256", signed=content, found="")


def _identity(found: Pdf, audit: Audit) -> Iterator[Difference]:
    """The school, the year and the days of signing, which every version states, where no page has them."""
    everything = _everything(found)
    signed = audit.signed
    for label, text in (("URN", audit.school.urn), ("academic year", audit.year)):
        if text not in compact(everything):
            yield Difference(where=f"every page, {label}", signed=text, found="")
    for signature in signed.signatures if signed else ():
        month = f"(?:{signature.on:%B}|{signature.on:%b}|0?{signature.on.month})"
        written_out = rf"\b0?{signature.on.day}(?:st|nd|rd|th)?[ ./-]{month}[ ./-]{signature.on.year}\b"
        if not re.search(rf"{written_out}|\b{signature.on.isoformat()}\b", everything, re.IGNORECASE):
            yield Difference(
                where=f"every page, day on which the {signature.role} signed", signed=day(signature.on), found=""
            )


def _everything(pdf: Pdf) -> str:
    """The text of all pages on one line."""
    return " ".join(pdf.text(number) for number in range(len(pdf.lines)))


def _areas(made: Pdf, found: Pdf, inputs: PackInputs) -> Iterator[Difference]:
    """Lines with an area and other counts than its own; only lines with as many figures as a line of this version."""
    areas: dict[str, list[list[int]]] = {}
    for part in inputs.parts:  # areas of two frameworks may have the same title
        for _, area in part.now.areas.iterrows():
            counts = [int(area[name]) for name in (*COUNTED, "applicable")]
            areas.setdefault(one_line(str(area["title"])), []).append(counts)
    for title, known in areas.items():
        lengths = {len(figures) for _, _, figures in _counted(made, title)}
        for page, line, figures in _counted(found, title):
            zeros = Counter({0: len(figures)})
            if len(figures) in lengths and all(Counter(figures) - Counter(counts) - zeros for counts in known):
                shown = " or ".join(", ".join(map(str, counts)) for counts in known)
                where = f"page {page + 1}, line {line + 1}"
                yield Difference(where=where, signed=f"{title}: {shown}", found=one_line(found.lines[page][line]))


def _counted(pdf: Pdf, title: str) -> Iterator[tuple[int, int, list[int]]]:
    """Each line that holds an area's title and only figures: its page, its number and the figures."""
    for page, lines in enumerate(pdf.lines):
        for number, line in enumerate(lines):
            rest = one_line(line).removeprefix(title).split()
            if one_line(line).startswith(f"{title} ") and rest and all(_FIGURE.fullmatch(figure) for figure in rest):
                yield page, number, [int(figure) for figure in rest]


def _sentences(made: Pdf, found: Pdf, *, is_alone: bool) -> Iterator[Difference]:
    """Sentences about the outcome with the same words and other figures: how many are met, and who signed when.

    Args:
        made: the pack that this version makes from the same content.
        found: the pack that is verified.
        is_alone: whether the audit answers one framework only, so that every count of met statements is of that one.
    """
    for sentence in re.findall(r"[^.]*?(?:reports that|, signed by the)[^.]*\.", made.text(0) if made.lines else ""):
        ours = sentence.strip()
        begins = _OUTCOME_BEGINS.match(ours)
        others = [*_with_other_figures(ours, found)]
        if not others and is_alone and begins:  # an earlier release ends the sentence in other words
            others = [*_with_other_figures(begins[0], found)]
        yield from others


def _with_other_figures(ours: str, found: Pdf) -> Iterator[Difference]:
    """Each place of a pack that has these words with other figures."""
    masked = r"([0-9]+)".join(map(re.escape, _FIGURE.split(ours)))
    for number in range(len(found.lines)):
        for match in re.finditer(masked, found.text(number)):
            if match[0] != ours:
                yield Difference(where=f"page {number + 1}", signed=ours, found=match[0])


def _texts(made: Pdf, found: Pdf, inputs: PackInputs) -> Iterator[Difference]:
    """Signed texts that this version shows on a page, and that a page of the pack shows almost, but not exactly."""
    ours, everything = compact(_everything(made)), compact(_everything(found))
    theirs = [found.text(number).split() for number in range(len(found.lines))]
    signed = inputs.audit.signed
    statements = [criterion.statement for criterion in inputs.criteria]
    texts = [text for item in statements for text in (item.statement, item.governors_ask, item.evidence)]
    texts += [action.what for action in inputs.audit.actions]
    texts += [signature.statement for signature in signed.signatures] if signed else []
    for text in dict.fromkeys(map(one_line, texts)):
        words = text.split()
        if len(words) < _FEWEST_WORDS or ours.count(compact(text)) <= everything.count(compact(text)):
            continue
        for number, page in enumerate(theirs):
            near = _near(words, page)
            if near:
                yield Difference(where=f"page {number + 1}", signed=text, found=near)
                break


def _near(words: list[str], page: list[str]) -> str:
    """The words of a page that are almost those of a text, from beginning to end; empty if there are none."""
    length, best = len(words), (0.0, "")
    for start in range(len(page)):
        if page[start] != words[0] and page[start + 1 : start + 2] != words[1:2]:
            continue
        for end in range(start + length - 2, min(start + length + 3, len(page) + 1)):
            window = page[start:end]
            ends_alike = window[-1:] == words[-1:] or window[-2:-1] == words[-2:-1]
            if (
                len(window) >= _FEWEST_WORDS - 1
                and ends_alike
                and compact(" ".join(words)) not in compact(" ".join(window))
            ):
                best = max(best, (SequenceMatcher(None, words, window, autojunk=False).ratio(), " ".join(window)))
    return best[1] if best[0] >= _ALIKE else ""
