"""Whether a pack that another version made is what was signed, as far as its pages can be held against signed answers.

The signed content inside is compared whole. A pack says by the digests that it carries whether its pages are those that
were made; one of a release before 0.4.0 carries none. Of the pages themselves those things are compared that every
version takes word for word from what was signed, and the figures of a sentence that this version words alike.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from audit.english import agree, day, plural
from audit.outcome import Outcome
from audit.reports.pack_inputs import PackInputs
from audit.tables import COUNTED
from audit.verdict import Difference
from audit.verifying.pdf import Pdf, compact, one_line
from audit.version import PROGRAM, in_words

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
    maker = "another build of this version" if same_release else in_words(inputs.version)
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
