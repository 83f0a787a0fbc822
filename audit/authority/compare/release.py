"""A release: every figure that may leave the desk, checked with all that was released before, and what was held back.

What a release is made from: by statement and measure, the schools that it would be over and what each says.

Codes in place of schools' names, for a screen that others see too.

Codes keep no answer from being worked out, so what is shared is made as a release, which has no row of a school.

A code is made of the URN with a key (HMAC-SHA256). URNs are public and few, so without a key anyone could try them
all; with one, only who holds it can. The same key gives the same code in every year.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from audit.authority.compare.counts import Tally, areas_of, percent_of, quartiles_of
from audit.authority.compare.disclosure import (
    LEAST_COUNTS,
    LEAST_QUARTILES,
    TOO_ALIKE,
    Figure,
    Kind,
    Member,
    fits,
    put_together,
    reason_against,
)
from audit.authority.returns import ANSWERS, Flags, Returns
from audit.authority.tables import ALL
from audit.model import PHASES, Criteria
from audit.tables import GAP_KINDS, KINDS

_MEASURES = {"coverage": "met", "written": "written_yes", "practice": "practice_in_place"}
_FEWEST_STATEMENTS = 2
"""A question or area of fewer recommended statements has no quartiles: its share is a single answer."""
_SAID = [
    *("not applicable" if one.not_applicable else f"{one.written} {one.practice}" for one in ANSWERS),
    "not asked",
]
"""What each code says, in words that never change: versions are told apart by them for good."""


@dataclass(frozen=True)
class Counted:
    """The self-audits of one academic year.

    Attributes:
        tally: their counts; no desk review is among them.
    """

    tally: Tally

    @cached_property
    def urns(self) -> list[str]:
        """The URN by school."""
        urns: list[str] = self.tally.returns.table["urn"].tolist()
        return urns

    @cached_property
    def phases(self) -> list[str]:
        """The phase by school."""
        return [str(phase) for phase in self.tally.returns.table["phase"]]

    @cached_property
    def missed(self) -> Flags:
        """By school and recommended statement: whether it is known not to be met."""
        return np.isin(self.tally.kinds, [KINDS.index(kind) for kind in GAP_KINDS if kind != "not_known"])

    @cached_property
    def asked(self) -> Flags:
        """By school and recommended statement: whether the statement is meant for its phase, answered or not."""
        meant = {
            phase: [phase in criterion.statement.phases for criterion in self.tally.statements]
            for phase in set(self.phases)
        }
        return np.array([meant[phase] for phase in self.phases], dtype=bool).reshape(self.tally.codes.shape)

    @cached_property
    def members(self) -> list[Member]:
        """By school: its URN, and the digest of the answers that are counted."""
        ids = [criterion.id for criterion in self.tally.statements]
        found = []
        for urn, codes in zip(self.urns, self.tally.codes.tolist(), strict=True):
            said = "\n".join(sorted(f"{name}: {_SAID[code]}" for name, code in zip(ids, codes, strict=True)))
            found.append((urn, hashlib.sha256(said.encode()).hexdigest()[:16]))
        return found

    def measures(self) -> Iterator[tuple[str, Flags, npt.NDArray[np.float64]]]:
        """By measure of which quartiles can be shown: its name, which schools it concerns, and the percent of each.

        Which schools it concerns follows from their phases alone; where nothing applies, the percent is not a number.
        """
        tally, statements = self.tally, self.tally.statements
        of = tally.totals["applicable"]
        for name, count in _MEASURES.items():
            yield name, self.asked.sum(axis=1) >= _FEWEST_STATEMENTS, percent_of(tally.totals[count], of)
        met, applicable = (tally.by_question[name] for name in ("met", "applicable"))
        pages = np.array([criterion.page for criterion in statements])
        asked = np.array([self.asked[:, pages == one.page].sum(axis=1) for one in tally.questions])
        for places in areas_of(tally):
            first = tally.questions[places[0]]
            share = percent_of(met[:, places].sum(axis=1), applicable[:, places].sum(axis=1))
            yield f"area {first.framework.id} {first.area.id}", asked[places].sum(axis=0) >= _FEWEST_STATEMENTS, share
        shares = percent_of(met, applicable)
        for place, criterion in enumerate(tally.questions):
            yield (
                f"question {criterion.framework.id} {criterion.question.id}",
                asked[place] >= _FEWEST_STATEMENTS,
                shares[:, place],
            )


def counted(returns: Returns, year: str) -> Counted:
    """The self-audits of a year among the returns that count; a desk review is in no figure of a release."""
    own = (returns.table["year"] == year) & (returns.table["basis"] == "self-audit")
    return Counted(Tally(returns.where(own.to_numpy(dtype=bool))))


def places_of_both_years(now: Counted, before: Counted) -> Mapping[int, int]:
    """The places of the schools with self-audits of both years: by place now, the place before."""
    places = {urn: place for place, urn in enumerate(before.urns)}
    return {place: places[urn] for place, urn in enumerate(now.urns) if urn in places}


ALPHABET = "23456789CDFHJKMNPQRTVWXY"
"""No letter that is read or heard as another letter or figure (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and no vowels,
so that no code spells a word."""
LENGTH = 5
"""Letters of a code: of 400 schools, all codes differ in 99 cases of 100."""
SHORTEST_KEY = 16
"""Characters of a key; a shorter one can be guessed by trying."""


def new_key() -> str:
    """A key that nobody can guess: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def codes(urns: Iterable[str], key: str) -> Mapping[str, str]:
    """A code such as ``School 4F7KP`` by URN, no two the same, whatever the order of the schools.

    Schools whose first letters are the same have as many more as tell them apart. So give all schools of the
    authority, not only those in view: then a code does not depend on what is in view.

    Raises:
        ValueError: the key is too short to keep the codes from being looked up.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has {len(key)} characters, fewer than {SHORTEST_KEY}")
    letters = {urn: _letters(urn, key) for urn in urns}
    found: dict[str, str] = {}
    length = LENGTH
    while len(found) < len(letters):
        alike = Counter(whole[:length] for whole in letters.values())
        for urn, whole in letters.items():
            if urn not in found and alike[whole[:length]] == 1:
                found[urn] = f"School {whole[:length]}"
        length += 1
    return {urn: found[urn] for urn in letters}


def _letters(urn: str, key: str) -> str:
    """Fifty letters of the alphabet that only the key can tell from chance."""
    number = int.from_bytes(hmac.digest(key.encode(), urn.encode(), hashlib.sha256))
    letters = []
    for _ in range(50):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


_Make: TypeAlias = Callable[[str], list[Figure]]
"""Gives the figures of a group that stand or fall together."""
BY_PHASE = "phases"
"""The group of a figure that is shown for all schools together, and not by phase."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A figure that was held back.

    Attributes:
        kind: ``missed``, ``now`` (which stands for the change) or ``quartiles``.
        of: id of the statement, or name of the measure.
        group: the phases of the schools, plus between, or ``all``.
        why: as half a sentence.
    """

    kind: Kind
    of: str
    group: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """What leaves the authority's desk, as one set.

    Attributes:
        criteria: the criteria at hand.
        year: the academic year that it is about.
        before: the earlier year of *change*; None if there is none.
        schools: name by URN of the schools counted, without any figure.
        figures: what is shown.
        held: what is not, and why.
        number: its number among all releases; 0 until it is kept.
        is_moderated: whether the adviser's readings stand in place of the schools' answers where there are any.
    """

    criteria: Criteria
    year: str
    before: str | None
    schools: Mapping[str, str]
    figures: tuple[Figure, ...]
    held: tuple[Held, ...] = ()
    number: int = 0
    is_moderated: bool = False

    @cached_property
    def by_kind(self) -> Mapping[Kind, Mapping[tuple[str, str], Figure]]:
        """The figures by kind, and then by what they are of and group."""
        found: dict[Kind, dict[tuple[str, str], Figure]] = {"missed": {}, "before": {}, "now": {}, "quartiles": {}}
        for one in self.figures:
            found[one.kind][one.of, one.group] = one
        return found

    def numbered(self, number: int) -> Release:
        """The same under the number with which it is kept."""
        return replace(self, number=number)


def prepare(
    returns: Returns,
    *,
    year: str,
    earlier: Sequence[Figure] = (),
    successors: Mapping[str, str] | None = None,
) -> Release:
    """What may be released of a year: always of all its schools.

    Args:
        returns: the returns that count, of every year.
        year: the academic year.
        earlier: the figures of every earlier release.
        successors: new URN by old, so that a school that changed its URN is known again.
    """
    before = max((other for other in returns.years if other < year), default=None)
    now = counted(returns, year)
    then = None if before is None else counted(returns, before)
    urns = {*now.urns, *(then.urns if then is not None else ())}
    desk = _Desk([_renewed(one, successors or {}) for one in earlier], urns)
    _missed(desk, now, year)
    _quartiles(desk, now, year)
    if then is not None and before is not None:
        _change(desk, (now, year), (then, before))
    names = dict(zip(now.urns, now.tally.returns.table["school"].tolist(), strict=True))
    return Release(
        criteria=returns.criteria,
        year=year,
        before=before,
        schools=names,
        figures=tuple(desk.shown),
        held=tuple(desk.held),
        is_moderated=returns.is_moderated,
    )


class _Desk:
    """What was shown before, what this release shows so far, and what it holds back."""

    def __init__(self, earlier: Sequence[Figure], urns: set[str]) -> None:
        self.shown: list[Figure] = []
        self.held: list[Held] = []
        self._known: dict[tuple[str, str], list[Figure]] = {}
        self._settled: dict[tuple[Kind, str, str], list[str]] = {}
        ours = {members: any(urn in urns for urn, _ in members) for members in {one.members for one in earlier}}
        for one in earlier:
            self._known.setdefault((one.of, one.year), []).append(one)
            if ours[one.members] and one.group not in self._settled.setdefault((one.kind, one.of, one.year), []):
                self._settled[one.kind, one.of, one.year].append(one.group)

    def series(self, kind: Kind, of: str, year: str, phases: Mapping[str, int], make: _Make) -> None:
        """Shows what may be shown of one statement or measure, group by group, and notes what may not.

        All groups of phases are shown, or else those that an earlier release has shown, each by itself; where there are
        none, all schools together.

        Args:
            kind: the kind of the figures, the last of those that stand or fall together.
            of: the statement or measure.
            year: academic year of its answers.
            phases: number of schools by phase.
            make: the figures of a group that stand or fall together, such as *before* and *now*.
        """
        groups = _groups(phases, LEAST_QUARTILES if kind == "quartiles" else LEAST_COUNTS)
        fine, held = self._checked(of, groups, make)
        if held and len(groups) > 1:
            whys = {one.why for one in held}
            settled = self._settled.get((kind, of, year), [ALL])
            fine, rest = self._checked(of, [one for one in settled if _has(one, phases)], make)
            if {one.group for one in fine} == {ALL}:
                rest = [replace(held[0], group=BY_PHASE, why=whys.pop() if len(whys) == 1 else TOO_ALIKE)]
            held = rest
        self.shown += fine
        self.held += held
        for one in fine:
            self._known.setdefault((one.of, one.year), []).append(one)

    def _checked(self, of: str, groups: Sequence[str], make: _Make) -> tuple[list[Figure], list[Held]]:
        """The figures of some groups that may be shown beside each other, and what may not."""
        fine: list[Figure] = []
        held: list[Held] = []
        for group in groups:
            figures = make(group)
            why = self._against(figures, fine)
            if why:
                held.append(Held(kind=figures[-1].kind, of=of, group=group, why=why))
            else:
                fine += figures
        return fine, held

    def _against(self, figures: Sequence[Figure], fine: Sequence[Figure]) -> str:
        """Why figures that stand or fall together may not be shown; empty if they may, or there is no school."""
        beside = list(fine)
        for one in figures:
            own = [other for other in beside if (other.of, other.year) == (one.of, one.year)]
            if why := reason_against(one, [*self._known.get((one.of, one.year), []), *own]):
                return why
            beside.append(one)
        return ""


def _groups(phases: Mapping[str, int], least: int) -> list[str]:
    """The phases as groups that are large enough, named by their phases with plus between, and all schools together."""
    own = put_together(list(phases.values()), least)
    groups = ["+".join(phase for phase, at in zip(phases, own, strict=True) if at == one) for one in sorted(set(own))]
    return [*groups, ALL] if len(groups) > 1 else [ALL]


def _has(group: str, phases: Mapping[str, int]) -> bool:
    """Whether a group has any school."""
    return any(fits(group, phase) for phase in phases)


def _sizes(schools: Counted, concerned: Flags) -> dict[str, int]:
    """Number of schools by phase, in the order of the phases, of those that are concerned."""
    own = [phase for phase, is_in in zip(schools.phases, concerned.tolist(), strict=True) if is_in]
    return {phase: own.count(phase) for phase in PHASES if phase in own}


def _within(schools: Counted, concerned: Flags, group: str) -> list[int]:
    """The places of the schools of a group that are concerned."""
    return [place for place in np.flatnonzero(concerned).tolist() if fits(group, schools.phases[place])]


def _missed(desk: _Desk, now: Counted, year: str) -> None:
    """How many schools miss each statement."""
    for place, criterion in enumerate(now.tally.statements):
        asked, missed = now.asked[:, place], now.missed[:, place]

        def make(group: str, of: str = criterion.id, asked: Flags = asked, missed: Flags = missed) -> list[Figure]:
            return [_count("missed", of, year, group, now, _within(now, asked, group), missed)]

        if asked.any():
            desk.series("missed", criterion.id, year, _sizes(now, asked), make)


def _count(
    kind: Kind, of: str, year: str, group: str, schools: Counted, places: Sequence[int], missed: Flags
) -> Figure:
    members = frozenset(schools.members[place] for place in places)
    return Figure(kind=kind, of=of, year=year, group=group, members=members, values=(int(missed[list(places)].sum()),))


def _change(desk: _Desk, now: tuple[Counted, str], then: tuple[Counted, str]) -> None:
    """How many schools missed each statement before, and miss it now, of those with both years."""
    (schools, year), (earlier, before) = now, then
    pairs = places_of_both_years(schools, earlier)
    has_both = np.array([place in pairs for place in range(len(schools.urns))], dtype=bool)
    for place, criterion in enumerate(schools.tally.statements):
        in_both = has_both & schools.asked[:, place]
        in_both[in_both] = [earlier.asked[pairs[own], place] for own in np.flatnonzero(in_both).tolist()]

        def make(group: str, of: str = criterion.id, place: int = place, in_both: Flags = in_both) -> list[Figure]:
            own = _within(schools, in_both, group)
            was = [pairs[one] for one in own]
            return [
                _count("before", of, before, group, earlier, was, earlier.missed[:, place]),
                _count("now", of, year, group, schools, own, schools.missed[:, place]),
            ]

        if in_both.any():
            desk.series("now", criterion.id, year, _sizes(schools, in_both), make)


def _quartiles(desk: _Desk, now: Counted, year: str) -> None:
    """How the schools are spread, to whole percent."""
    for name, concerned, shares in now.measures():

        def make(
            group: str, of: str = name, concerned: Flags = concerned, shares: npt.NDArray[np.float64] = shares
        ) -> list[Figure]:
            places = _within(now, concerned, group)
            count, *quartiles = quartiles_of(shares[None, places])[:, 0].tolist()
            values = tuple(int(one + 0.5) for one in quartiles) if count >= LEAST_QUARTILES else (0, 0, 0)
            members = frozenset(now.members[place] for place in places)
            return [Figure(kind="quartiles", of=of, year=year, group=group, members=members, values=values)]

        if concerned.any():
            desk.series("quartiles", name, year, _sizes(now, concerned), make)


def _renewed(figure: Figure, successors: Mapping[str, str]) -> Figure:
    """The figure with schools under their newest URN."""
    if not any(urn in successors for urn, _ in figure.members):
        return figure
    return replace(figure, members=frozenset((successors.get(urn, urn), said) for urn, said in figure.members))
