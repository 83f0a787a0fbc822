"""Which of several returns of one school and year counts, and why, in words; and which returns are copies.

Each rule keeps only the best of the returns that the rules before it left:

1. the one that an adviser chose;
2. a school's own audit before a desk review of its policy;
3. a signed return before one that is not, then the later version, then the one with more signatures;
4. the one whose last answer was saved last, as the workbook says;
5. the one that was changed last, by the time of change inside the workbook (never that of the file system);
6. the one whose file name says that it is the later version: see `is_later`;
7. the one completed last, where an open one is earlier than any.

By rules 4 and 5, a return that does not say when it was saved is neither earlier nor later. If different returns are
left after all rules, the one with more answers counts, then the last by the path of its file, and a person is asked.

People and programs mark a later version of a file in a few ways: ``(1)`` by browsers and mail, ``- Copy`` by Windows,
``copy`` by macOS, the computer's name by OneDrive, and ``v2``, ``corrected`` or ``final`` by hand. Numbers and dates
within names are compared as numbers and dates, so that 10 comes after 9. If two names contradict each other, they tell
nothing.

`copies` finds returns of different schools with all answers the same, beyond what chance or a good school explains.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from audit.authority.returns import NOT_ASKED, Return
from audit.authority.tracker import last_name
from audit.english import apart, day_in_figures

_Worth: TypeAlias = Callable[[Return], Any]
_MOST_NAMES = 100
"""The most returns of one school and year whose names are compared, each with every other; nobody sends so many."""


@dataclass(frozen=True)
class Contest:
    """Several returns of one school and year, and the one that counts.

    Attributes:
        winner: the place of the return that counts.
        is_open: whether different returns are left and nothing tells which is newest, so that a person is asked.
        left: the places of these returns; empty if the contest is decided.
    """

    winner: int
    is_open: bool = False
    left: tuple[int, ...] = ()


def contest(items: Sequence[Return], places: Sequence[int], chosen: Collection[str]) -> Contest:
    """Which of several returns of one school and year counts.

    Args:
        items: every file, in the order of its path.
        places: the places of the returns that can count, in that order; at least one.
        chosen: digests of files that an adviser made count.
    """
    left = list(places)
    for worth in (lambda item: item.digest in chosen, _is_self_audit, signed):
        best = max(worth(items[place]) for place in left)
        left = [place for place in left if worth(items[place]) == best]
    for moment in (_saved, changed):
        left = _latest(items, left, moment)
    if 1 < len(left) <= _MOST_NAMES:
        left = [place for place in left if not any(_named_later(items[other], items[place]) for other in left)] or left
    done = max(_completed(items[place]) for place in left)
    left = [place for place in left if _completed(items[place]) == done]
    winner = max(left, key=lambda place: (_answered(items[place]), place))
    differ = any(not same_return(items[place], items[winner]) for place in left)
    return Contest(winner=winner, is_open=differ, left=tuple(left) if differ else ())


def _latest(items: Sequence[Return], left: list[int], moment: _Worth) -> list[int]:
    known = [at for place in left if (at := moment(items[place]))]
    return [place for place in left if moment(items[place]) in (None, max(known))] if known else left


def reason(item: Return, counts: Return, chosen: Collection[str]) -> str:
    """Why another return counts in place of this one, as one sentence that begins with the name of the other."""
    if item.digest == counts.digest:
        return f"The same file twice; {counts.file} counts."
    if same_return(item, counts) and signed(item) == signed(counts):
        return f"The same return twice; {counts.file} counts."
    if (counts.digest in chosen) != (item.digest in chosen):
        return f"The adviser chose {counts.file}."
    if _is_self_audit(item) != _is_self_audit(counts):
        return f"{counts.file} counts: it is the school's own audit, this one a desk review."
    if signed(item) != signed(counts):
        return f"{counts.file} counts: {_signed_reason(signed(item), signed(counts))}."
    for moment, verb in ((_saved, "Saved"), (changed, "Changed")):
        this_at, other_at = moment(item), moment(counts)
        if this_at and other_at and this_at < other_at:
            return f"{counts.file} counts. {verb} later: {apart(other_at, this_at)}."
    if _named_later(counts, item):
        return f'{counts.file} counts: by its name it is a later version than "{last_name(item.file)}".'
    if _completed(item) < _completed(counts):
        completed = item.head.completed_on
        this = f"this one on {day_in_figures(completed)}" if completed else "this one is still open"
        return f"{counts.file} counts: it was completed on {day_in_figures(_completed(counts))}, {this}."
    if _answered(item) != _answered(counts):
        numbers = f"it has {_answered(counts)} answers, this one {_answered(item)}"
        return f"{counts.file} counts: nothing tells which is newer, and {numbers}."
    return f"{counts.file} counts: nothing tells which is newer, and it is the last by name."


def same_return(item: Return, other: Return) -> bool:
    """Whether two files say the same about the same school and year; their names and times may differ."""
    return _content(item) == _content(other)


def _content(item: Return) -> tuple[Any, ...]:
    without_times = replace(item.head, first_answer_at=None, last_answer_at=None)
    return (without_times, item.answers, dict(item.texts), item.actions)


def _is_self_audit(item: Return) -> bool:
    return item.head.basis == "self-audit"


def signed(item: Return) -> tuple[int, int]:
    """The signed version and the number of its signatures; zeros if none is signed."""
    return (item.sign_off.version, len(item.sign_off.signatures)) if item.sign_off else (0, 0)


def _signed_reason(this: tuple[int, int], other: tuple[int, int]) -> str:
    """Why one return counts before the other, by version and number of signatures."""
    if this == (0, 0):
        return "it is signed off, this one is not"
    if other[0] != this[0]:
        return f"it is version {other[0]} of what was signed, this one version {this[0]}"
    return "the chair of governors has signed it too"


def _saved(item: Return) -> dt.datetime | None:
    return item.head.last_answer_at


def changed(item: Return) -> dt.datetime | None:
    """When the workbook was last changed (UTC). It is never before the last answer, whatever the saving program wrote."""
    known: Iterable[dt.datetime] = [at for at in (item.modified_at, item.head.last_answer_at) if at]
    return max(known, default=None)


def _named_later(item: Return, other: Return) -> bool:
    return is_later(last_name(item.file), last_name(other.file)) is True


def _completed(item: Return) -> dt.date:
    return item.head.completed_on or dt.date.min


def _answered(item: Return) -> int:
    return len(item.answers) - item.answers.count(0) - item.answers.count(NOT_ASKED)


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
"""Patterns of marks at the end of a name, by kind of mark."""
_AT_THE_START = re.compile(
    r"^(?:re)?(?P<word>corrected|amended|revised|updated|new|final|draft|old|copy|duplicate)(?: \((?P<number>\d{1,3})\))?"
    r"(?: of)?(?: version)?[ -]+(?=\S)"
)
_MARK_OF_WORD = {"final": "final", "draft": "early", "old": "early", "copy": "copy", "duplicate": "copy"}
_GLUED = re.compile(r"(?<=[a-z])(?<!\b[Rr]e)(FINAL|Final|CORRECTED|Corrected|COPY|Copy|DRAFT|Draft|[Vv](?=\d))")
"""A mark written without a space: ``HilltopFINAL``."""
_COMPUTER = re.compile(
    r"-(?:[A-Z0-9][A-Z0-9-]{2,14}|(?=[A-Za-z0-9-]{3,15}$)[A-Za-z0-9-]*(?i:PC|Laptop|Desktop|Surface|MacBook)[A-Za-z0-9-]*)$"
)
"""The name of a Windows computer, at most 15 characters, as OneDrive appends it to the name of a file in conflict."""
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)})[a-z]*\b(?: (20\d\d))?")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([ ./-])(\d{1,2})\2((?:20)?\d\d)(?!\d)")
_LIKE_URN = re.compile(r"[1-9]\d{5}")


@dataclass(frozen=True)
class Version:
    """The parts of a file name.

    Attributes:
        words: the name without numbers and marks, in small letters.
        numbers: the numbers in the name, in their order; dates with the year or month first.
        marks: for each kind of mark its number, 0 if the name does not have it; ``early`` counts downwards.
        computer: what may be the name of a computer at the end; empty if nothing may be.
    """

    words: str
    numbers: tuple[int, ...]
    marks: tuple[tuple[int, ...], ...]
    computer: str = ""


def is_later(name: str, other_name: str) -> bool | None:
    """Whether a file's name says that it is a later version than another file; None if the names do not tell.

    Args:
        name: the last part of a file's path.
        other_name: the last part of the path of another file of the same school.
    """
    version, other_version = _version(name), _version(other_name)
    if (version.words, len(version.numbers)) != (other_version.words, len(other_version.numbers)):
        return _by_computer(name, other_name)
    pairs = zip(version.numbers, other_version.numbers, strict=True)
    if any(a != b and _LIKE_URN.fullmatch(str(a)) and _LIKE_URN.fullmatch(str(b)) for a, b in pairs):
        return None  # two schools' numbers, or days in a form that cannot be told from one
    more = version.numbers > other_version.numbers or any(
        a > b for a, b in zip(version.marks, other_version.marks, strict=True)
    )
    less = version.numbers < other_version.numbers or any(
        a < b for a, b in zip(version.marks, other_version.marks, strict=True)
    )
    return None if more == less else more


def _by_computer(name: str, other_name: str) -> bool | None:
    """Which file is later by a computer's name: OneDrive saves a version that it could not upload under that name."""
    stems = [
        _SUFFIX.sub("", re.sub(r"(?i)\.xls[xm]?", lambda m: m[0].lower(), file_name))
        for file_name in (name, other_name)
    ]
    for place, stem in enumerate(stems):
        match = _COMPUTER.search(stem)
        if match and stem[: match.start()] == stems[1 - place]:
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
    if match := _AT_THE_START.match(text):
        marks[_MARK_OF_WORD.get(match["word"], "corrected")].append(int(match["number"] or 1))
        text = text[match.end() :]
    text = _without_marks(text, marks)
    numbers = tuple(int(number) for number in re.findall(r"\d{1,18}", text))
    words = " ".join(re.sub(r"\d+", "#", text).replace("-", " ").split())
    return Version(
        words=words,
        numbers=numbers,
        marks=tuple(_extent(kind, numbers_of_mark) for kind, numbers_of_mark in marks.items()),
    )


def _without_marks(text: str, marks: dict[str, list[int]]) -> str:
    """The name without the marks at its end; they are added to ``marks`` by kind."""
    while True:
        for kind, pattern in _MARKS:
            match = pattern.search(text)
            if match and match.start() > 0:
                number = next((digits for digits in match.groupdict().values() if digits), "1")
                marks[kind].extend(map(int, re.split("[.-]", number)))
                text = text[: match.start()].rstrip(" -.")
                break
        else:
            return text


def _extent(kind: str, numbers: list[int]) -> tuple[int, ...]:
    if kind == "version":
        return tuple(numbers)
    return (-len(numbers),) if kind == "early" else (sum(numbers),)


MANY_ANSWERS = 20
"""The fewest answers that show a copy, if they vary."""
VARIED = 0.25
"""The least share of the answers that has to differ from the most frequent answer.

Two schools may honestly have everything in place, or all but the same few things. They do not agree
in every one of many departures from that.
"""
DIFFERENT_TEXTS = 3
"""The fewest different texts, equal in the same places, that show a copy, also if the answers do not."""


def copies(items: Sequence[Return], places: Iterable[int]) -> Iterator[Sequence[int]]:
    """Groups of returns of two or more schools, with all answers the same and enough of them to show a copy.

    The answers show a copy if there are `MANY_ANSWERS` and they are `VARIED`. Otherwise the evidence and comments
    have to be the same too, with `DIFFERENT_TEXTS` among them. Desk reviews
    are left out: two schools may honestly have published one text.

    Args:
        items: returns.
        places: the places of the returns to compare, all years together.

    Returns:
        The places of each group, in their order.
    """
    by_answers: dict[bytes, list[int]] = defaultdict(list)
    for place in places:
        if items[place].head.basis == "self-audit":
            by_answers[items[place].answers].append(place)
    for answers, group in by_answers.items():
        if _of_several_schools(items, group):
            yield from [group] if _is_telling(answers) else _same_texts(items, group)


def _same_texts(items: Sequence[Return], group: Iterable[int]) -> Iterator[Sequence[int]]:
    by_texts: dict[frozenset[tuple[int, tuple[str, str, str]]], list[int]] = defaultdict(list)
    for place in group:
        by_texts[frozenset(items[place].texts.items())].append(place)
    for texts, same in by_texts.items():
        different = {text for _, parts in texts for text in parts if text.strip()}
        if len(different) >= DIFFERENT_TEXTS and _of_several_schools(items, same):
            yield same


def _of_several_schools(items: Sequence[Return], group: Iterable[int]) -> bool:
    return len({items[place].urn for place in group}) > 1


def _is_telling(answers: bytes) -> bool:
    frequencies = Counter(code for code in answers if code not in (0, NOT_ASKED))
    return frequencies.total() >= MANY_ANSWERS and max(frequencies.values()) <= (1 - VARIED) * frequencies.total()
