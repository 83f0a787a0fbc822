"""Whether a governors' pack is what was made of a signed audit: it is made again from what it carries, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from audit.model import Criteria
from audit.problems import Problem
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, pack
from audit.reports.pack_inputs import PackInputs, inputs_from, made_here
from audit.signing import NotIntact, Signed, from_json
from audit.verdict import Difference, Standing, Verdict
from audit.verifying.other_pack import differences_of_another_version, notes_of_another_version
from audit.verifying.pdf import AGAIN, Pdf, read_pdf
from audit.version import VERSION, is_other


def verify_pack(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether a pack is what was made of the signed audit that it carries and, if not, what differs.

    Args:
        data: the bytes of the file, which is hostile until read.
        name: how problems call it.
        criteria: the criteria at hand; the pack is made again with those that it was signed with.
    """
    found = read_pdf(data, name)
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
        problem = Problem(where=f"{name}, the files inside", what=str(error), fix=AGAIN)
        return Verdict(file=name, standing="differs", problems=(problem,))
    return _compared(data, name, found, signed, inputs, criteria)


def _compared(data: bytes, name: str, found: Pdf, signed: Signed, inputs: PackInputs, criteria: Criteria) -> Verdict:
    """The verdict on a pack whose signed content is intact."""
    sign_off = signed.audit.sign_offs[-1]
    notes = tuple(_notes(inputs, signed, criteria))
    known = Verdict(file=name, standing="as signed", audit=signed.audit, sign_off=sign_off, notes=notes)
    try:
        made = pack(inputs)
    except Exception:  # whoever forges content can give it a hash that fits, and it may be anything
        problem = Problem(where=name, what="No pack can be made of what the file carries.", fix=AGAIN)
        return replace(known, standing="differs", problems=(problem,))
    if made == data:
        return known
    expected = read_pdf(made, name)
    assert isinstance(expected, Pdf)
    same_release = inputs.version == VERSION
    if _is_of_another_version(inputs, found):
        told = differences_of_another_version(expected, found, inputs)
        about = notes_of_another_version(expected, found, inputs, same_release=same_release)
        standing: Standing = "differs" if told else "as signed"
        return replace(known, standing=standing, differences=told, notes=(*notes, *about))
    return replace(known, standing="differs", differences=tuple(_differences(expected, found)))


def _is_of_another_version(inputs: PackInputs, found: Pdf) -> bool:
    """Whether another version, or another build of this one, made a pack, as far as what it says of it agrees."""
    if inputs.version == VERSION:
        return inputs.made_with != made_here()
    return is_other(inputs.version) and (bool(inputs.version) or not found.keywords)


def _notes(inputs: PackInputs, signed: Signed, criteria: Criteria) -> Iterator[str]:
    if criteria.of(signed.audit.frameworks).frameworks != signed.criteria.frameworks:
        yield "The criteria have changed since; the pack was checked with those that it was signed with."
    if inputs.before is not None and not inputs.is_before_signed_too:
        yield "Last year's figures come from last year's own audit, which is not part of what was signed."
    if inputs.benchmark is not None:
        yield "The figures of other schools come from the authority's benchmark file, which is not part of what was signed."


def _differences(expected: Pdf, found: Pdf) -> Iterator[Difference]:
    """Every line that differs; where all say the same, which page is drawn otherwise, or that the file was saved again."""
    pages = max(len(expected.lines), len(found.lines))
    lines = [one for number in range(pages) for one in _lines(number, expected.lines, found.lines)]
    inside = [*_inside(expected, found, but=PACK_INPUTS if lines else "")]  # which holds the digests of the pages
    seen = [*lines, *_drawn(expected, found), *inside]
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


def _drawn(expected: Pdf, found: Pdf) -> Iterator[Difference]:
    """Pages that say the same and look different, or have something laid over them."""
    for number, (before, after) in enumerate(zip(expected.drawings, found.drawings, strict=False)):
        where = f"page {number + 1}"
        if expected.lines[number] == found.lines[number] and before != after:
            yield Difference(where=where, signed="drawn as the tool draws it", found="the same words, drawn otherwise")
        if found.overlaid[number] != expected.overlaid[number]:
            yield Difference(where=where, signed="", found="a note, link or form field laid over the page")


def _inside(expected: Pdf, found: Pdf, *, but: str) -> Iterator[Difference]:
    """Files inside that are not those of the pack."""
    for name in sorted(expected.files.keys() | found.files.keys()):
        if name != but and expected.files.get(name) != found.files.get(name):
            there = "written otherwise" if name in found.files else ""
            expects = "as the tool writes it" if name in expected.files else ""
            yield Difference(where=f"file inside, {name}", signed=expects, found=there)
