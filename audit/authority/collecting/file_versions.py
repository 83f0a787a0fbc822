"""What the names of two files of one school tell about which of them is the later version.

People and programs mark a later version in a few ways: ``(1)`` by browsers and mail, ``- Copy`` by Windows, ``copy`` by
macOS, the computer's name by OneDrive, and ``v2``, ``corrected`` or ``final`` by hand. Numbers and dates within the
names are compared as such, so that 10 comes after 9. Where two names say opposite things, they tell nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUFFIX = re.compile(r"\.[a-z]{3,4}(?=$| \(\d+\)$)")
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("copy", r"[ -]+(?:copy|duplicate)(?: (?P<number>\d{1,3}))?$"),
        ("version", r"[ -]+(?:v|ver|version|rev|revision)[ .]?(?P<number>\d{1,4}(?:[.-]\d{1,4}){0,2})$"),
        (
            "corrected",
            r"[ -]+(?:re)?(?:corrected|correction|corrections|amended|amendment|revised|updated|update|resubmitted|"
            r"resubmission|resent|resend|new|newest|latest|mended|fixed|edited|with corrections|with changes)(?: version)?[ ]?(?P<number>\d{1,2})?$",
        ),
        ("final", r"[ -]+(?:finished|final|finalised|completed?)(?: version)?[ ]?(?P<number>\d{1,2})?$"),
        ("number", r"(?:[ ]?\((?P<number>\d{1,3})\)|[ -](?P<after>\d{1,2}))$"),
        ("early", r"[ -]+(?:draft|old|older|original|superseded|incomplete|unfinished|do not use)$"),
    )
)
"""How the end of a name marks a version, by kind of mark."""
_AT_THE_START = re.compile(
    r"^(?:re)?(?P<word>corrected|amended|revised|updated|new|final|draft|old|copy|duplicate)(?: \((?P<number>\d{1,3})\))?"
    r"(?: of)?(?: version)?[ -]+(?=\S)"
)
_MARK_OF_WORD = {"final": "final", "draft": "early", "old": "early", "copy": "copy", "duplicate": "copy"}
_GLUED = re.compile(r"(?<=[a-z])(?<!\b[Rr]e)(FINAL|Final|CORRECTED|Corrected|COPY|Copy|DRAFT|Draft|[Vv](?=\d))")
"""A mark that is written without a space: ``HilltopFINAL``."""
_COMPUTER = re.compile(
    r"-(?:[A-Z0-9][A-Z0-9-]{2,14}|(?=[A-Za-z0-9-]{3,15}$)[A-Za-z0-9-]*(?i:PC|Laptop|Desktop|Surface|MacBook)[A-Za-z0-9-]*)$"
)
"""The name of a Windows computer, at most 15 characters, as OneDrive puts it behind the name of a file in conflict."""
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)})[a-z]*\b(?: (20\d\d))?")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([ ./-])(\d{1,2})\2((?:20)?\d\d)(?!\d)")
_LIKE_URN = re.compile(r"[1-9]\d{5}")


@dataclass(frozen=True)
class Version:
    """A name taken apart.

    Attributes:
        words: the name without its numbers and marks, in small letters.
        numbers: the numbers in it, in their order; dates with the year or month first.
        marks: for each kind of mark how far it goes, 0 where the name does not have it; ``early`` counts downwards.
        computer: what may be the name of a computer at its end; empty if nothing may.
    """

    words: str
    numbers: tuple[int, ...]
    marks: tuple[tuple[int, ...], ...]
    computer: str = ""


def is_later(one: str, other: str) -> bool | None:
    """Whether a file's name says that it is a later version than the other; None if the names do not tell.

    Args:
        one: the last part of a file's path.
        other: that of another file of the same school.
    """
    own, its = _version(one), _version(other)
    if (own.words, len(own.numbers)) != (its.words, len(its.numbers)):
        return _by_computer(one, other)
    pairs = zip(own.numbers, its.numbers, strict=True)
    if any(a != b and _LIKE_URN.fullmatch(str(a)) and _LIKE_URN.fullmatch(str(b)) for a, b in pairs):
        return None  # two schools' numbers, or days in a form that cannot be told from one
    more = own.numbers > its.numbers or any(a > b for a, b in zip(own.marks, its.marks, strict=True))
    less = own.numbers < its.numbers or any(a < b for a, b in zip(own.marks, its.marks, strict=True))
    return None if more == less else more


def _by_computer(one: str, other: str) -> bool | None:
    """OneDrive keeps what one computer could not upload beside the file, under the name of that computer."""
    stems = [_SUFFIX.sub("", re.sub(r"(?i)\.xls[xm]?", lambda m: m[0].lower(), name)) for name in (one, other)]
    for place, stem in enumerate(stems):
        found = _COMPUTER.search(stem)
        if found and stem[: found.start()] == stems[1 - place]:
            return place == 0
    return None


def _version(name: str) -> Version:
    text = _GLUED.sub(r" \1", unicodedata.normalize("NFKC", name)).casefold()
    text = " ".join(re.sub(r"[_\s–—]+", lambda m: " " if m[0] not in "–—" else " - ", text).split())
    text = _SUFFIX.sub("", text)
    text = _DAY_FIRST.sub(lambda m: f" {m[4][-2:]}/{m[3]}/{m[1]} ", text)
    text = _DAY_MONTH.sub(lambda m: f" {m[3] or 0}/{_MONTHS.index(m[2]) + 1}/{m[1]} ", text)
    text = re.sub(r"\[(\d{1,3})\]", r"(\1)", re.sub(r"\([^()]*conflicted copy[^()]*\)", " - copy", text))
    text = re.sub(r"[(\[]([^()\[\]]*[a-z][^()\[\]]*)[)\]]", r" - \1", text)
    text = re.sub(r"\.(?!\d)|(?<!\d)\.", " ", text)
    marks: dict[str, list[int]] = {kind: [] for kind, _ in _MARKS}
    text = " ".join(text.split())
    if found := _AT_THE_START.match(text):
        marks[_MARK_OF_WORD.get(found["word"], "corrected")].append(int(found["number"] or 1))
        text = text[found.end() :]
    text = _without_marks(text, marks)
    numbers = tuple(int(number) for number in re.findall(r"\d{1,18}", text))
    words = " ".join(re.sub(r"\d+", "#", text).replace("-", " ").split())
    return Version(words=words, numbers=numbers, marks=tuple(_extent(kind, found) for kind, found in marks.items()))


def _without_marks(text: str, marks: dict[str, list[int]]) -> str:
    """The name without the marks at its end, which are noted by their kind."""
    while True:
        for kind, pattern in _MARKS:
            found = pattern.search(text)
            if found and found.start() > 0:
                number = next((said for said in found.groupdict().values() if said), "1")
                marks[kind].extend(map(int, re.split("[.-]", number)))
                text = text[: found.start()].rstrip(" -.")
                break
        else:
            return text


def _extent(kind: str, found: list[int]) -> tuple[int, ...]:
    if kind == "version":
        return tuple(found)
    return (-len(found),) if kind == "early" else (sum(found),)
