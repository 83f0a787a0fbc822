"""Whether a pack that another version made is what was signed, as far as its pages can be held against signed answers.

The signed content inside is compared whole. A pack says by the digests that it carries whether its pages are those that
were made; one of a release before 0.4.0 carries none. Of the pages themselves those things are compared that every
version takes word for word from what was signed, and the figures of a sentence that this version words alike.

Whether a workbook that another version wrote is what was signed: every answer, action, signature and criterion of it.

Another version may word, colour and place things otherwise, so its words and figures are no proof of anything; the
verdict says that they were not compared, and where they are not those of this version.

What of a PDF file is compared, read so that a damaged or hostile one does no harm.
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
from audit.workbook.signed_diff import signed_diff

if TYPE_CHECKING:
    from audit.reports.pack_inputs import PackInputs
    from audit.school.outcome import Outcome

_NAMED, _LONGEST = 5, 80
"""Cells that a note names, and characters that it quotes of each."""
_FIGURE_IN_CELL = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ELSEWHERE = (layout.SCHOOL, layout.ANSWERS, layout.LAST_YEAR, layout.SIGNED_CONTENT, layout.LISTS)


def of_another_version(book: Book, data: bytes, kept: Signed, made: bytes, known: Verdict) -> Verdict:
    """The verdict on a workbook that another version wrote.

    Args:
        book: its sheets.
        data: its bytes.
        kept: the signed content that it carries.
        made: the workbook that this version writes of it.
        known: the verdict if nothing differs.

    Raises:
        UnusableFile: a part of it cannot be unpacked or parsed within the bounds.
    """
    as_signed = book_of(safety.look(made, "as signed", list), "as signed")
    found = signed_diff(book, as_signed, kept, reading_of(book, kept.criteria, {}, {}))
    told = (
        *version_difference(book.about, kept),
        *found.differences,
        *differences_besides(data, made, book.file, of_another_version=True),
    )
    problems = (*book.faults.values(), *found.problems)
    differs = bool(told or problems)
    return replace(
        known,
        standing="differs" if differs else "as signed",
        differences=told,
        problems=problems,
        notes=(*known.notes, *_notes(book, as_signed, kept)),
    )


def _notes(book: Book, as_signed: Book, kept: Signed) -> Iterator[str]:
    """What was compared and what was not, and what looks other than this version would write it."""
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
    others = [one for one in differences(book.sheets, as_signed.sheets) if not _is_elsewhere(one)]
    figures = [one for one in others if _is_other_figure(one)]
    if figures:
        yield (
            f"{plural(len(figures), 'figure')} in it {agree(len(figures))} not what this version works out of the signed answers. "
            f"{_named(figures)}. Trust the signed answers, and make the workbook again from them."
        )
    words = [one for one in others if not _is_other_figure(one)]
    if words:
        yield f"In {plural(len(words), 'cell')} the words are not those of this version. {_named(words)}."


def _columns_added(book: Book, as_signed: Book) -> Iterator[tuple[str, list[str]]]:
    """Headings of the tables that are read back which this version does not know, by sheet."""
    for title, head in ((layout.ANSWERS, 0), (layout.ACTIONS, 0), (layout.LAST_YEAR, 0)):
        if title in book.sheets and title in as_signed.sheets:
            rows, ours = (one.sheets[title].rows[head : head + 1] for one in (book, as_signed))
            known = {as_text(value) for row in ours for value in row}
            names = [as_text(value)[:_LONGEST] for row in rows for value in row if as_text(value)]
            if added := [name for name in names if name not in known]:
                yield title, added


def _named(found: list[Difference]) -> str:
    """The first cells of some, with what they say and what this version would."""
    told = (f'{one.where}: "{one.found[:_LONGEST]}", not "{one.signed[:_LONGEST]}"' for one in found[:_NAMED])
    return "; ".join(told) + (" …" if len(found) > _NAMED else "")


def _is_elsewhere(one: Difference) -> bool:
    """Whether a cell has been compared already, or says nothing of this school."""
    return one.where.startswith(tuple(f"sheet {title}," for title in _ELSEWHERE))


def _is_other_figure(one: Difference) -> bool:
    """Whether a cell says the same with other numbers."""
    return one.found != one.signed and _FIGURE_IN_CELL.sub("#", one.found) == _FIGURE_IN_CELL.sub("#", one.signed)


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


def compact(text: str) -> str:
    """A text without any space: where its lines are broken differs from version to version, also within a word."""
    return "".join(one_line(text).split())


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


_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_FIGURE = re.compile(r"[0-9]+")
_SENTENCE_ENDS = re.compile(r"(?<=[.?!:;])\s+")
_ALIKE = 0.7
_FEWEST_WORDS = 5
"""A text of fewer words may stand on a page by chance, in other words."""
_NAMED, _LONGEST = 5, 80
"""Sentences that a note names, and characters that it quotes of each."""


def differences_of_another_version(made: Pdf, found: Pdf, inputs: PackInputs) -> tuple[Difference, ...]:
    """What of a pack is not what was signed, whichever version made it.

    Args:
        made: the pack that this version makes of the same.
        found: the pack at hand.
        inputs: what it was made of, as it says itself.
    """
    result = inputs.result
    assert result.audit.signed is not None
    program = f"{PROGRAM} {inputs.version}" if inputs.version else ""
    named = () if found.keywords == program else ("properties of the file, keywords",)
    return (
        *(Difference(where=where, signed=program, found=found.keywords) for where in named),
        *_pages_as_made(found, inputs.pages),
        *_laid_over(found),
        *_hashes(found, result.audit.signed.content),
        *_identity(found, result),
        *_areas(made, found, result),
        *_sentences(made, found),
        *_texts(made, found, result),
    )


def notes_of_another_version(made: Pdf, found: Pdf, inputs: PackInputs, *, same_release: bool) -> Iterator[str]:
    """What was compared and what was not, and how the pages stand to those of this version."""
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
    """What the pages say that this version does not, however their lines are broken."""
    ours = compact(_everything(made))
    for number in range(len(found.lines)):
        for sentence in _SENTENCE_ENDS.split(found.text(number)):
            if compact(sentence) not in ours:
                yield f'page {number + 1}: "{sentence[:_LONGEST]}"'


def _pages_as_made(found: Pdf, digests: tuple[str, ...]) -> Iterator[Difference]:
    """Pages that are not drawn as they were when the pack was made."""
    if not digests:
        return
    for number in range(max(len(digests), len(found.drawings))):
        is_now = hashlib.sha256(found.drawings[number]).hexdigest() if number < len(found.drawings) else ""
        should_be = digests[number] if number < len(digests) else ""
        if is_now != should_be:
            told = "drawn otherwise" if is_now and should_be else "" if should_be else "a page more"
            yield Difference(
                where=f"page {number + 1}", signed="drawn as the tool drew it" if should_be else "", found=told
            )


def _laid_over(found: Pdf) -> Iterator[Difference]:
    for number, notes in enumerate(found.notes):
        if notes:
            yield Difference(where=f"page {number + 1}", signed="", found="a note or form field laid over the page")
    for name in found.twice:
        yield Difference(where=f"file inside, {name}", signed="one file", found="more than one of this name")


def _hashes(found: Pdf, content: str) -> Iterator[Difference]:
    """Pages that name another signed content than the one inside, or none."""
    named = {number: set(_SHA256.findall(found.text(number))) for number in range(len(found.lines))}
    for number, hashes in named.items():
        for other in sorted(hashes - {content}):
            yield Difference(where=f"page {number + 1}, SHA-256", signed=content, found=other)
    if content not in compact(_everything(found)):
        yield Difference(where="every page, SHA-256", signed=content, found="")


def _identity(found: Pdf, result: Outcome) -> Iterator[Difference]:
    """The school, its year and the days of signing, which every version states."""
    everything, audit = _everything(found), result.audit
    signed = audit.signed
    for label, text in (("URN", audit.school.urn), ("academic year", audit.year)):
        if text not in compact(everything):
            yield Difference(where=f"every page, {label}", signed=text, found="")
    for one in signed.signatures if signed else ():
        month = f"(?:{one.on:%B}|{one.on:%b}|0?{one.on.month})"
        written_out = rf"\b0?{one.on.day}(?:st|nd|rd|th)?[ ./-]{month}[ ./-]{one.on.year}\b"
        if not re.search(rf"{written_out}|\b{one.on.isoformat()}\b", everything, re.IGNORECASE):
            yield Difference(where=f"every page, day on which the {one.role} signed", signed=day(one.on), found="")


def _everything(pdf: Pdf) -> str:
    return " ".join(pdf.text(number) for number in range(len(pdf.lines)))


def _areas(made: Pdf, found: Pdf, result: Outcome) -> Iterator[Difference]:
    """Lines of an area with its counts, where this version has a line of as many, that count otherwise."""
    for _, area in result.areas.iterrows():
        title = one_line(str(area["title"]))
        counts = Counter(int(area[name]) for name in (*COUNTED, "applicable"))
        lengths = {len(figures) for _, _, figures in _counted(made, title)}
        for page, line, figures in _counted(found, title):
            if len(figures) in lengths and Counter(figures) - counts - Counter({0: len(figures)}):
                shown = ", ".join(f"{int(area[name])}" for name in (*COUNTED, "applicable"))
                where = f"page {page + 1}, line {line + 1}"
                yield Difference(where=where, signed=f"{title}: {shown}", found=one_line(found.lines[page][line]))


def _counted(pdf: Pdf, title: str) -> Iterator[tuple[int, int, list[int]]]:
    """Each line that is an area's title and figures: its page, its number and the figures."""
    for page, lines in enumerate(pdf.lines):
        for number, line in enumerate(lines):
            rest = one_line(line).removeprefix(title).split()
            if one_line(line).startswith(f"{title} ") and rest and all(_FIGURE.fullmatch(one) for one in rest):
                yield page, number, [int(one) for one in rest]


def _sentences(made: Pdf, found: Pdf) -> Iterator[Difference]:
    """Sentences about the outcome that say the same with other figures: how many are met, and who signed when."""
    theirs = [found.text(number) for number in range(len(found.lines))]
    for sentence in re.findall(r"[^.]*?(?:reports that|, signed by the)[^.]*\.", made.text(0) if made.lines else ""):
        ours = sentence.strip()
        masked = r"([0-9]+)".join(map(re.escape, _FIGURE.split(ours)))
        for number, text in enumerate(theirs):
            for same in re.finditer(masked, text):
                if same[0] != ours:
                    yield Difference(where=f"page {number + 1}", signed=ours, found=same[0])


def _texts(made: Pdf, found: Pdf, result: Outcome) -> Iterator[Difference]:
    """Texts that were signed and stand on a page of this version, and nearly so on a page of the pack at hand."""
    ours, everything = compact(_everything(made)), compact(_everything(found))
    theirs = [found.text(number).split() for number in range(len(found.lines))]
    signed = result.audit.signed
    stated = [criterion.statement for criterion in result.criteria]
    texts = [text for one in stated for text in (one.statement, one.governors_ask, one.evidence)]
    texts += [action.what for action in result.audit.actions]
    texts += [one.statement for one in signed.signatures] if signed else []
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
    """What a page says nearly as a text does, from its beginning to its end; empty if nothing."""
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
