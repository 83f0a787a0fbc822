"""Whether a file is what was signed: a workbook or a governors' pack (PDF).

A signed file carries its signed content. The product makes the file again from that content and compares the two: a
workbook cell by cell, a pack page by page. A file that another version of the product wrote is compared by
`audit.verify_other_version`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from audit.english import day_in_figures
from audit.problems import Problem, UnusableFile
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, governors_pack
from audit.reports.pack_inputs import PackInputs, inputs_from, made_here
from audit.school.signing import Difference, NotIntact, Signed, Standing, Verdict, from_json
from audit.verify_other_version import (
    AGAIN,
    Pdf,
    differences_of_another_version,
    notes_of_another_version,
    of_another_version,
    read_pdf,
)
from audit.version import VERSION, is_other
from audit.workbook import layout, safety
from audit.workbook.cell_diff import (
    differences,
    differences_besides,
    is_of_another_version,
    is_reordered,
    sheets_as_signed,
    written,
)
from audit.workbook.read import read
from audit.workbook.read_book import Book, book_of
from audit.workbook.signed import signed_content

if TYPE_CHECKING:
    from audit.model import Audit, Criteria, SignOff


def verify(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether a file is what was signed and, if not, what differs.

    Args:
        data: the bytes of any file.
        name: the file name that the verdict shows.
        criteria: the current criteria; a signed file is compared using the criteria that it was signed with.
    """
    if data.lstrip().startswith(b"%PDF"):
        return verify_pack(data, name, criteria)
    return verify_workbook(data, name, criteria)


def verify_pack(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether a pack is what the tool made from the signed audit in it and, if not, what differs.

    Args:
        data: the bytes of the file; they may be hostile.
        name: the file name that problems show.
        criteria: the current criteria; the pack is made again with the criteria that it was signed with.
    """
    pdf = read_pdf(data, name)
    if isinstance(pdf, Problem):
        return Verdict(file=name, standing="unreadable", problems=(pdf,))
    if SIGNED_CONTENT not in pdf.files:
        note = (
            "The file carries no signed audit. A pack of an audit that is not signed carries none, "
            "nor does a pack that was printed to a file or saved without its attachments."
        )
        return Verdict(file=name, standing="not signed", notes=(note,))
    try:
        signed = from_json(pdf.files[SIGNED_CONTENT])
        inputs = inputs_from(pdf.files.get(PACK_INPUTS, b""), signed)
    except NotIntact as error:
        problem = Problem(where=f"{name}, the files inside", what=str(error), fix=AGAIN)
        return Verdict(file=name, standing="differs", problems=(problem,))
    return _pack_compared(data, name, pdf, signed, inputs, criteria)


def _pack_compared(
    data: bytes, name: str, found: Pdf, signed: Signed, inputs: PackInputs, criteria: Criteria
) -> Verdict:
    """The verdict on a pack whose signed content is intact: it is made again and compared."""
    sign_off = signed.audit.sign_offs[-1]
    notes = tuple(_pack_notes(inputs, signed, criteria))
    verdict = Verdict(
        file=name, standing="as signed", audit=signed.audit, criteria=signed.criteria, sign_off=sign_off, notes=notes
    )
    try:
        remade = governors_pack(inputs)
    except Exception:  # a forger can give any content a hash that fits, so anything may be raised
        problem = Problem(where=name, what="No pack can be made of what the file carries.", fix=AGAIN)
        return replace(verdict, standing="differs", problems=(problem,))
    if remade == data:
        return verdict
    expected = read_pdf(remade, name)
    assert isinstance(expected, Pdf)
    same_release = inputs.version == VERSION
    if _is_of_another_version(inputs, found):
        differences = differences_of_another_version(expected, found, inputs)
        about = notes_of_another_version(expected, found, inputs, same_release=same_release)
        standing: Standing = "differs" if differences else "as signed"
        return replace(verdict, standing=standing, differences=differences, notes=(*notes, *about))
    return replace(verdict, standing="differs", differences=tuple(_pack_differences(expected, found)))


def _is_of_another_version(inputs: PackInputs, found: Pdf) -> bool:
    """Whether a pack says, without contradiction, that another version or another build of this version made it."""
    if inputs.version == VERSION:
        return inputs.made_with != made_here()
    return is_other(inputs.version) and (bool(inputs.version) or not found.keywords)


def _pack_notes(inputs: PackInputs, signed: Signed, criteria: Criteria) -> Iterator[str]:
    if criteria.of(signed.audit.frameworks).frameworks != signed.criteria.frameworks:
        yield "The criteria have changed since; the pack was checked with those that it was signed with."
    if inputs.has_other_audit:
        yield "Last year's figures come from last year's own audit, which is not part of what was signed."
    if inputs.has_moved:
        yield (
            "Where last year's other criteria went comes from last year's answers and from the criteria, which are not "
            "part of what was signed."
        )
    if inputs.benchmark is not None:
        yield "The figures of other schools come from the authority's benchmark file, which is not part of what was signed."


def _pack_differences(expected: Pdf, found: Pdf) -> Iterator[Difference]:
    """Every line that differs, every page that is drawn differently and every file inside that differs.

    If there is none of these, the file was saved again.
    """
    pages = max(len(expected.lines), len(found.lines))
    lines = [difference for number in range(pages) for difference in _lines(number, expected.lines, found.lines)]
    # PACK_INPUTS holds the digests of the pages, so it differs whenever a line does
    inside = [*_inside(expected, found, but=PACK_INPUTS if lines else "")]
    everything = [*lines, *_drawn(expected, found), *inside]
    saved = "saved again by another program, or changed where no page shows it"
    yield from everything or [Difference(where="the file as a whole", signed="as the tool made it", found=saved)]


def _lines(
    number: int, expected: tuple[tuple[str, ...], ...], found: tuple[tuple[str, ...], ...]
) -> Iterator[Difference]:
    """What differs between the lines of a page; lines are counted from 1 as in the file that is verified."""
    before, after = (pages[number] if number < len(pages) else () for pages in (expected, found))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        for step in range(max(end - start, last - first)):
            signed = before[start + step] if start + step < end else ""
            yield Difference(
                where=f"page {number + 1}, line {first + step + 1}",
                signed=signed,
                found=after[first + step] if first + step < last else "",
            )


def _drawn(expected: Pdf, found: Pdf) -> Iterator[Difference]:
    """Pages with the same words that look different, and pages with something laid over them."""
    for number, (before, after) in enumerate(zip(expected.drawings, found.drawings, strict=False)):
        where = f"page {number + 1}"
        if expected.lines[number] == found.lines[number] and before != after:
            yield Difference(where=where, signed="drawn as the tool draws it", found="the same words, drawn otherwise")
        if found.overlaid[number] != expected.overlaid[number]:
            yield Difference(where=where, signed="", found="a note, link or form field laid over the page")


def _inside(expected: Pdf, found: Pdf, *, but: str) -> Iterator[Difference]:
    """Files inside the PDF that are not those of the pack."""
    for name in sorted(expected.files.keys() | found.files.keys()):
        if name != but and expected.files.get(name) != found.files.get(name):
            now = "written otherwise" if name in found.files else ""
            signed = "as the tool writes it" if name in expected.files else ""
            yield Difference(where=f"file inside, {name}", signed=signed, found=now)


_ASK_FOR_WORKBOOK = "Ask the school for the workbook as the audit tool made it."
_COMPARE = "Compare the SHA-256 with the one in the minutes: only that tells this signing from another one."


def verify_workbook(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether every cell of a workbook shows what was signed, even if a spreadsheet program saved it again.

    Args:
        data: the bytes of the file; they may be hostile.
        name: the file name that the verdict shows.
        criteria: the current criteria; the workbook is written again with the criteria that it was signed with.
    """
    try:
        book = book_of(safety.look(data, name, list), name)
    except UnusableFile as error:
        return Verdict(file=name, standing="unreadable", problems=error.problems)
    last = book.sign_offs[-1] if book.sign_offs else None
    if not (book.about.short("content") or layout.SIGNED_CONTENT in book.sheets or (last and not last.reopened_on)):
        return _not_signed(data, name, criteria, last)
    try:
        kept = signed_content(data, name)
        rewritten = written(kept)
        if rewritten == data:
            return _as_signed(kept, name)
        if is_of_another_version(book.about, kept):
            return of_another_version(book, data, kept, rewritten, _as_signed(kept, name))
        signed = sheets_as_signed(rewritten, list)
        changes = (*differences(book.sheets, signed), *differences_besides(data, rewritten, name))
        audit = read(data, name, kept.criteria).audit
        return _workbook_compared(book, kept, audit, changes, is_reordered=is_reordered(book.sheets, signed))
    except UnusableFile as error:
        return Verdict(file=name, standing="unreadable", sign_off=last, problems=error.problems)
    except NotIntact as error:
        problem = Problem(where=f"{name}, sheet {layout.SIGNED_CONTENT}", what=str(error), fix=_ASK_FOR_WORKBOOK)
        return Verdict(file=name, standing="differs", sign_off=last, problems=(problem,))


def _not_signed(data: bytes, name: str, criteria: Criteria, last: SignOff | None) -> Verdict:
    reading = read(data, name, criteria, any_edition=True)
    if reading.audit is None:
        return Verdict(file=name, standing="unreadable", problems=reading.problems)
    notes = ["The workbook is not signed."]
    if last is not None and last.reopened_on is not None:
        notes.append(f"Version {last.version} was signed, and opened again on {day_in_figures(last.reopened_on)}.")
    return Verdict(file=name, standing="not signed", sign_off=last, notes=tuple(notes))


def _as_signed(kept: Signed, name: str) -> Verdict:
    return Verdict(
        file=name,
        standing="as signed",
        audit=kept.audit,
        criteria=kept.criteria,
        sign_off=kept.audit.signed,
        notes=(_COMPARE,),
    )


def _workbook_compared(
    book: Book, kept: Signed, audit: Audit | None, changes: tuple[Difference, ...], *, is_reordered: bool
) -> Verdict:
    """The verdict on a workbook that was saved again after it was written.

    Args:
        book: its sheets.
        kept: the signed content.
        audit: what the sheets hold.
        changes: the cells and other parts that do not show what was signed.
        is_reordered: whether the rows of the answers are in another order.
    """
    verdict = _as_signed(kept, book.file)
    notes = list(verdict.notes)
    if is_reordered:
        notes.append(f"The rows of the sheet {layout.ANSWERS} stand in another order, which changes nothing.")
    if changes and audit == kept.audit:
        notes.append(
            "Every answer, action and signature is as it was signed. What differs are words or figures around them: "
            "somebody changed them, or another version of the tool wrote them."
        )
    problems = tuple(book.faults.values())
    if not changes and not problems and audit != kept.audit:
        problems = (
            Problem(where=book.file, what="What the sheets hold is not what was signed.", fix=_ASK_FOR_WORKBOOK),
        )
    as_signed = not changes and not problems
    return replace(
        verdict,
        standing="as signed" if as_signed else "differs",
        differences=changes,
        problems=problems,
        notes=tuple(notes),
    )
