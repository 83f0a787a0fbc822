"""Whether a governors' pack is what was made of a signed audit: it is made again from what it carries, and compared."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pypdf import PageObject, PdfReader

from audit.model import Criteria
from audit.problems import Problem
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, pack
from audit.reports.pack_inputs import PackInputs, inputs_from, made_here
from audit.signing import NotIntact, Signed, from_json
from audit.verdict import Difference, Verdict

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a damaged file is no message to people
_LARGEST, _MOST_PAGES = 20_000_000, 20
_AGAIN = "Ask the school for the pack as the audit tool made it."


@dataclass(frozen=True, kw_only=True)
class _Pdf:
    """What of a PDF file is compared: of each page its lines, its drawing and what lies over it; and the files inside."""

    lines: tuple[tuple[str, ...], ...]
    drawings: tuple[bytes, ...]
    overlaid: tuple[int, ...]
    files: dict[str, bytes]


def verify_pack(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether a pack is what was made of the signed audit that it carries and, if not, what differs.

    Args:
        data: the bytes of the file, which is hostile until read.
        name: how problems call it.
        criteria: the criteria at hand; the pack is made again with those that it was signed with.
    """
    found = _read(data, name)
    if isinstance(found, Problem):
        return Verdict(file=name, standing="unreadable", problems=(found,))
    if SIGNED_CONTENT not in found.files:
        note = (
            "The file carries no signed audit. A pack of an audit that is not signed carries none, "
            "nor does a pack that was printed to a file or saved without its attachments."
        )
        return Verdict(file=name, standing="not signed", notes=(note,))
    try:
        signed = from_json(found.files[SIGNED_CONTENT])
        inputs = inputs_from(found.files.get(PACK_INPUTS, b""), signed)
    except NotIntact as error:
        problem = Problem(where=f"{name}, the files inside", what=str(error), fix=_AGAIN)
        return Verdict(file=name, standing="differs", problems=(problem,))
    return _compared(data, name, found, signed, inputs, criteria)


def _compared(data: bytes, name: str, found: _Pdf, signed: Signed, inputs: PackInputs, criteria: Criteria) -> Verdict:
    """The verdict on a pack whose signed content is intact."""
    sign_off = signed.audit.sign_offs[-1]
    notes = tuple(_notes(inputs, signed, criteria))
    known = Verdict(file=name, standing="as signed", audit=signed.audit, sign_off=sign_off, notes=notes)
    try:
        made = pack(inputs)
    except Exception:  # whoever forges content can give it a hash that fits, and it may be anything
        problem = Problem(where=name, what="No pack can be made of what the file carries.", fix=_AGAIN)
        return replace(known, standing="differs", problems=(problem,))
    if made == data:
        return known
    if inputs.made_with != made_here():
        what = (
            "Another version of the audit tool made this pack, so its pages cannot be compared with the signed answers."
        )
        fix = "Make the pack again from the signed workbook, or verify this one with the version that made it."
        return replace(known, standing="unreadable", problems=(Problem(where=name, what=what, fix=fix),))
    expected = _read(made, name)
    assert isinstance(expected, _Pdf)
    return replace(known, standing="differs", differences=tuple(_differences(expected, found)))


def _read(data: bytes, name: str) -> _Pdf | Problem:
    """What is in a file, or why it cannot be read."""
    if len(data) > _LARGEST:
        what = f"The file has {len(data):,} bytes; a pack has far less than {_LARGEST:,}."
        return Problem(where=name, what=what, fix=_AGAIN)
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [reader.pages[number] for number in range(min(len(reader.pages), _MOST_PAGES))]
        return _Pdf(
            lines=tuple(tuple(page.extract_text().splitlines()) for page in pages),
            drawings=tuple(_drawing(page) for page in pages),
            overlaid=tuple(len(page.get("/Annots") or ()) for page in pages),
            files={one: versions[0] for one, versions in reader.attachments.items()},
        )
    except Exception:  # a damaged or hostile PDF makes the library raise almost anything
        what = "The file cannot be read as a PDF; it may be damaged, or locked with a password."
        return Problem(where=name, what=what, fix=_AGAIN)


def _drawing(page: PageObject) -> bytes:
    contents = page.get_contents()
    return b"" if contents is None else contents.get_data()


def _notes(inputs: PackInputs, signed: Signed, criteria: Criteria) -> Iterator[str]:
    if criteria.of(signed.audit.frameworks).frameworks != signed.criteria.frameworks:
        yield "The criteria have changed since; the pack was checked with those that it was signed with."
    if inputs.before is not None and not inputs.is_before_signed_too:
        yield "Last year's figures come from last year's own audit, which is not part of what was signed."
    if inputs.benchmark is not None:
        yield "The figures of other schools come from the authority's benchmark file, which is not part of what was signed."


def _differences(expected: _Pdf, found: _Pdf) -> Iterator[Difference]:
    """Every line that differs; where all say the same, which page is drawn otherwise, or that the file was saved again."""
    pages = max(len(expected.lines), len(found.lines))
    seen = [one for number in range(pages) for one in _lines(number, expected.lines, found.lines)]
    seen += [*_drawn(expected, found), *_inside(expected, found)]
    saved = "saved again by another program, or changed where no page shows it"
    yield from seen or [Difference(where="the file as a whole", signed="as the tool made it", found=saved)]


def _lines(
    number: int, expected: tuple[tuple[str, ...], ...], found: tuple[tuple[str, ...], ...]
) -> Iterator[Difference]:
    """What differs between the lines of a page, counted from 1 as they stand in the file at hand."""
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


def _drawn(expected: _Pdf, found: _Pdf) -> Iterator[Difference]:
    """Pages that say the same and look different, or have something laid over them."""
    for number, (before, after) in enumerate(zip(expected.drawings, found.drawings, strict=False)):
        where = f"page {number + 1}"
        if expected.lines[number] == found.lines[number] and before != after:
            yield Difference(where=where, signed="drawn as the tool draws it", found="the same words, drawn otherwise")
        if found.overlaid[number] != expected.overlaid[number]:
            yield Difference(where=where, signed="", found="a note, link or form field laid over the page")


def _inside(expected: _Pdf, found: _Pdf) -> Iterator[Difference]:
    """Files inside that are not those of the pack."""
    for name in sorted(expected.files.keys() | found.files.keys()):
        if expected.files.get(name) != found.files.get(name):
            there = "written otherwise" if name in found.files else ""
            expects = "as the tool writes it" if name in expected.files else ""
            yield Difference(where=f"file inside, {name}", signed=expects, found=there)
