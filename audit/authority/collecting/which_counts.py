"""Which of several returns of one school and year counts, and why, in words.

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
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from audit.authority.collecting.file_versions import is_later
from audit.authority.collecting.verdicts import last_name
from audit.authority.returns import NOT_ASKED, Return
from audit.english import apart, day_in_figures

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
