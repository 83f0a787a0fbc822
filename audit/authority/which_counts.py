"""What the names of two files of one school tell about which of them is the later version.

People and programs mark a later version in a few ways: ``(1)`` by browsers and mail, ``- Copy`` by Windows, ``copy`` by
macOS, the computer's name by OneDrive, and ``v2``, ``corrected`` or ``final`` by hand. Numbers and dates within the
names are compared as such, so that 10 comes after 9. Where two names say opposite things, they tell nothing.

Which of several returns of one school and year counts, and why, in words.

Each rule leaves only the best of those that the rules before it left:

1. the one that an adviser chose;
2. a school's own audit before a desk review of its policy;
3. a signed return before one that is not, then the later version, then the one with more signatures;
4. the one whose last answer was saved last, by what the workbook says;
5. the one that was changed last, by the time of change inside the workbook (never that of the file system);
6. the one whose file name says that it is the later version: see `file_versions`;
7. the one completed last, where an open one is earlier than any.

A return that does not say when it was saved is neither earlier nor later by rules 4 and 5. Where different returns are
left after all of that, the one with more answers counts, then the last by the path of its file, and a person is asked.

Which returns of different schools are the same throughout, beyond what chance or a good school explains.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from audit.authority.lists import last_name
from audit.authority.returns import NOT_ASKED, Return
from audit.english import apart, day_in_figures

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


_Worth: TypeAlias = Callable[[Return], Any]
_MOST_NAMES = 100
"""Returns of one school and year whose names are compared, each with every other; nobody sends so many."""


@dataclass(frozen=True)
class Contest:
    """Several returns of one school and year, and the one that counts.

    Attributes:
        winner: the place of the one that counts.
        is_open: whether nothing tells which of the different returns left is the newest, so that a person is asked.
        left: the places of those among which nothing tells.
    """

    winner: int
    is_open: bool = False
    left: tuple[int, ...] = ()


def contest(items: Sequence[Return], places: Sequence[int], chosen: Collection[str]) -> Contest:
    """Which of some returns of one school and year counts.

    Args:
        items: every file taken in, in the order of path.
        places: those that can count, in that order; at least one.
        chosen: digests of files that an adviser made count.
    """
    left = list(places)
    for worth in (lambda one: one.digest in chosen, _own, signed):
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


def reason(one: Return, counts: Return, chosen: Collection[str]) -> str:
    """Why another return counts in place of this one, as one sentence that begins with the name of the other."""
    if one.digest == counts.digest:
        return f"The same file twice; {counts.file} counts."
    if same_return(one, counts) and signed(one) == signed(counts):
        return f"The same return twice; {counts.file} counts."
    if (counts.digest in chosen) != (one.digest in chosen):
        return f"The adviser chose {counts.file}."
    if _own(one) != _own(counts):
        return f"{counts.file} counts: it is the school's own audit, this one a desk review."
    if signed(one) != signed(counts):
        return f"{counts.file} counts: {_signed_reason(signed(one), signed(counts))}."
    for moment, verb in ((_saved, "Saved"), (changed, "Changed")):
        own, its = moment(one), moment(counts)
        if own and its and own < its:
            return f"{counts.file} counts. {verb} later: {apart(its, own)}."
    if _named_later(counts, one):
        return f'{counts.file} counts: by its name it is a later version than "{last_name(one.file)}".'
    if _completed(one) < _completed(counts):
        completed = one.head.completed_on
        this = f"this one on {day_in_figures(completed)}" if completed else "this one is still open"
        return f"{counts.file} counts: it was completed on {day_in_figures(_completed(counts))}, {this}."
    if _answered(one) != _answered(counts):
        said = f"it has {_answered(counts)} answers, this one {_answered(one)}"
        return f"{counts.file} counts: nothing tells which is newer, and {said}."
    return f"{counts.file} counts: nothing tells which is newer, and it is the last by name."


def same_return(one: Return, other: Return) -> bool:
    """Whether two files say the same of the same school and year, whatever their names and times."""
    return _content(one) == _content(other)


def _content(one: Return) -> tuple[Any, ...]:
    without_times = replace(one.head, first_answer_at=None, last_answer_at=None)
    return (without_times, one.answers, dict(one.texts), one.actions)


def _own(one: Return) -> bool:
    return one.head.basis == "self-audit"


def signed(one: Return) -> tuple[int, int]:
    """The version that is signed and by how many; zeros if none is."""
    return (one.sign_off.version, len(one.sign_off.signatures)) if one.sign_off else (0, 0)


def _saved(one: Return) -> dt.datetime | None:
    return one.head.last_answer_at


def changed(one: Return) -> dt.datetime | None:
    """When the workbook was changed last (UTC): no earlier than its last answer, whatever the program wrote that saved it."""
    known: Iterable[dt.datetime] = [at for at in (one.modified_at, one.head.last_answer_at) if at]
    return max(known, default=None)


def _named_later(one: Return, other: Return) -> bool:
    return is_later(last_name(one.file), last_name(other.file)) is True


def _completed(one: Return) -> dt.date:
    return one.head.completed_on or dt.date.min


def _answered(one: Return) -> int:
    return len(one.answers) - one.answers.count(0) - one.answers.count(NOT_ASKED)


def _signed_reason(own: tuple[int, int], its: tuple[int, int]) -> str:
    """Why one counts before the other, by version and number of signatures."""
    if own == (0, 0):
        return "it is signed off, this one is not"
    if its[0] != own[0]:
        return f"it is version {its[0]} of what was signed, this one version {own[0]}"
    return "the chair of governors has signed it too"


MANY_ANSWERS = 20
"""So many answers are enough to tell a copy, if they vary."""
VARIED = 0.25
"""How large a share of them has to differ from the most frequent one.

Two schools may honestly have everything in place, or all but the same few things. They do not agree
in every one of many departures from that.
"""
DIFFERENT_TEXTS = 3
"""So many different texts, the same in the same places, tell a copy whatever the answers beside them."""


def copies(items: Sequence[Return], places: Iterable[int]) -> Iterator[Sequence[int]]:
    """Groups of two or more schools' returns with all answers the same, and telling ones.

    The answers are telling if there are `MANY_ANSWERS` and they are `VARIED`; if they are not, the
    evidence and comments have to be the same as well, with `DIFFERENT_TEXTS` among them. Desk reviews
    are left out: two schools may honestly have published one text.

    Args:
        items: returns.
        places: which of them to compare, all years together.

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
        different = {text for _, said in texts for text in said if text.strip()}
        if len(different) >= DIFFERENT_TEXTS and _of_several_schools(items, same):
            yield same


def _of_several_schools(items: Sequence[Return], group: Iterable[int]) -> bool:
    return len({items[place].urn for place in group}) > 1


def _is_telling(answers: bytes) -> bool:
    given = Counter(code for code in answers if code not in (0, NOT_ASKED))
    return given.total() >= MANY_ANSWERS and max(given.values()) <= (1 - VARIED) * given.total()
