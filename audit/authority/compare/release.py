"""A release: every figure that may leave the authority, checked against all earlier releases, and what was held back.

- `counted` and `Counted` give what a release is made from: by statement and measure, the schools that a figure would be
  over, and what each school answered.
- `prepare` makes the release. The rule is in `audit.authority.compare.disclosure`.
- `codes` gives codes to show instead of schools' names, for a screen that other people see too. Codes do not keep
  anybody from working out an answer, so what is shared is made as a release, which has no row of a school.

A code is made of the URN with a key (HMAC-SHA256). URNs are public and few, so without a key anyone could try them
all; with a key, only its holder can. The same key gives the same code in every year.
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
from audit.model import PHASES, Criteria, Criterion
from audit.tables import GAP_KINDS, KINDS

_MEASURES = {"coverage": "met", "written": "written_yes", "practice": "practice_in_place"}
_FEWEST_STATEMENTS = 2
"""A question or area with fewer recommended statements has no quartiles, since its share would be a single answer."""
_SAID = [
    *("not applicable" if answer.not_applicable else f"{answer.written} {answer.practice}" for answer in ANSWERS),
    "not asked",
]
"""The meaning of each code, in words that must never change: they tell versions of answers apart, also in old releases."""


@dataclass(frozen=True)
class Counted:
    """The self-audits of one academic year.

    Attributes:
        tally: the counts of the self-audits; there is no desk review among them.
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
        """By school and recommended statement: whether the statement is meant for its phase, answered or not.

        A statement that law or guidance has overtaken is shown for no school, so that nobody is told which schools
        answered it as printed.
        """
        returns = self.tally.returns
        overtaken: Flags = np.any(returns.left_out[:, returns.recommended], axis=0)
        meant = {
            phase: [
                phase in criterion.statement.phases and not left_out
                for criterion, left_out in zip(self.tally.statements, overtaken.tolist(), strict=True)
            ]
            for phase in set(self.phases)
        }
        return np.array([meant[phase] for phase in self.phases], dtype=bool).reshape(self.tally.codes.shape)

    @cached_property
    def members(self) -> list[Member]:
        """By school: its URN, and the digest of the answers that are counted."""
        ids = [criterion.id for criterion in self.tally.statements]
        pairs = []
        for urn, codes in zip(self.urns, self.tally.codes.tolist(), strict=True):
            text = "\n".join(sorted(f"{name}: {_SAID[code]}" for name, code in zip(ids, codes, strict=True)))
            pairs.append((urn, hashlib.sha256(text.encode()).hexdigest()[:16]))
        return pairs

    def measures(self) -> Iterator[tuple[str, Flags, npt.NDArray[np.float64]]]:
        """By measure that can have quartiles: its name, which schools it concerns, and the percent of each school.

        Which schools it concerns follows from their phases alone; if nothing applies, the percent is not a number.
        """
        tally, statements = self.tally, self.tally.statements
        of = tally.totals["applicable"]
        for name, count in _MEASURES.items():
            yield name, self.asked.sum(axis=1) >= _FEWEST_STATEMENTS, percent_of(tally.totals[count], of)
        met, applicable = (tally.by_question[name] for name in ("met", "applicable"))
        pages = np.array([criterion.page for criterion in statements])
        asked = np.array([self.asked[:, pages == question.page].sum(axis=1) for question in tally.questions])
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
    chosen = (returns.table["year"] == year) & (returns.table["basis"] == "self-audit")
    return Counted(Tally(returns.where(chosen.to_numpy(dtype=bool))))


def places_of_both_years(now: Counted, before: Counted) -> Mapping[int, int]:
    """The places of the schools with self-audits of both years: by place now, the place before."""
    places = {urn: place for place, urn in enumerate(before.urns)}
    return {place: places[urn] for place, urn in enumerate(now.urns) if urn in places}


ALPHABET = "23456789CDFHJKMNPQRTVWXY"
"""No letter that can be read or heard as another letter or digit (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and no vowels,
so that no code is a word."""
LENGTH = 5
"""Letters of a code: with 400 schools, all codes differ in 99 of 100 cases."""
SHORTEST_KEY = 16
"""Characters of a key; a shorter one can be guessed by trying."""


def new_key() -> str:
    """A key that nobody can guess: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def codes(urns: Iterable[str], key: str) -> Mapping[str, str]:
    """A code such as ``School 4F7KP`` by URN; all codes differ, and do not depend on the order of the schools.

    If codes of several schools begin alike, they get as many more letters as distinguish them. So pass all schools of
    the authority, not only those on the screen: then a code does not depend on what the screen shows.

    Raises:
        ValueError: the key is too short to keep the codes from being looked up.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has {len(key)} characters, fewer than {SHORTEST_KEY}")
    letters = {urn: _letters(urn, key) for urn in urns}
    by_urn: dict[str, str] = {}
    length = LENGTH
    while len(by_urn) < len(letters):
        equal = Counter(whole[:length] for whole in letters.values())
        for urn, whole in letters.items():
            if urn not in by_urn and equal[whole[:length]] == 1:
                by_urn[urn] = f"School {whole[:length]}"
        length += 1
    return {urn: by_urn[urn] for urn in letters}


def _letters(urn: str, key: str) -> str:
    """Fifty letters of the alphabet that look random without the key."""
    number = int.from_bytes(hmac.digest(key.encode(), urn.encode(), hashlib.sha256))
    letters = []
    for _ in range(50):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


_Make: TypeAlias = Callable[[str], list[Figure]]
"""Gives the figures of a group that are shown together or not at all."""
BY_PHASE = "phases"
"""The group of a figure that is shown for all schools together, and not by phase."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A figure that was held back.

    Attributes:
        kind: ``missed``, ``now`` (which stands for the change) or ``quartiles``.
        of: id of the statement, or name of the measure.
        group: the phases of the schools, plus between, or ``all``.
        why: the reason, as half a sentence.
    """

    kind: Kind
    of: str
    group: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """Everything that leaves the authority at one time.

    Attributes:
        criteria: the criteria that are compared, of one framework.
        year: the academic year of the release.
        before: the earlier year of *change*; None if there is none.
        schools: name by URN of the counted schools, without any figure.
        figures: the figures that are shown.
        held: the figures that are not shown, and why.
        number: its number among all releases; 0 until it is kept.
        is_moderated: whether readings of the adviser replace answers of schools.
    """

    criteria: Criteria
    year: str
    before: str | None
    schools: Mapping[str, str]
    figures: tuple[Figure, ...]
    held: tuple[Held, ...] = ()
    number: int = 0
    is_moderated: bool = False

    @property
    def framework(self) -> str:
        """The id of its framework; a release is of one."""
        return self.criteria.frameworks[0].id

    @cached_property
    def by_kind(self) -> Mapping[Kind, Mapping[tuple[str, str], Figure]]:
        """The figures by kind, then by statement or measure and group."""
        figures: dict[Kind, dict[tuple[str, str], Figure]] = {"missed": {}, "before": {}, "now": {}, "quartiles": {}}
        for figure in self.figures:
            figures[figure.kind][figure.of, figure.group] = figure
        return figures

    @property
    def overtaken(self) -> tuple[Criterion, ...]:
        """The recommended statements that law or guidance had overtaken when the year began."""
        return tuple(
            criterion
            for criterion in self.criteria
            if criterion.statement.recommended and criterion.statement.is_overtaken_in(self.year)
        )

    def numbered(self, number: int) -> Release:
        """The same release with the number under which it is kept."""
        return replace(self, number=number)


def prepare(
    returns: Returns,
    *,
    year: str,
    earlier: Sequence[Figure] = (),
    successors: Mapping[str, str] | None = None,
) -> Release:
    """What may be released for a year, always over all its schools.

    Args:
        returns: the returns that count, of all years.
        year: the academic year.
        earlier: the figures of every earlier release.
        successors: new URN by old, so that a school that changed its URN is recognised.
    """
    before = max((earlier_year for earlier_year in returns.years if earlier_year < year), default=None)
    now = counted(returns, year)
    counted_before = None if before is None else counted(returns, before)
    urns = {*now.urns, *(counted_before.urns if counted_before is not None else ())}
    desk = _Desk([_renewed(figure, successors or {}) for figure in earlier], urns)
    _missed(desk, now, year)
    _quartiles(desk, now, year)
    if counted_before is not None and before is not None:
        _change(desk, (now, year), (counted_before, before))
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
        ours = {members: any(urn in urns for urn, _ in members) for members in {figure.members for figure in earlier}}
        for figure in earlier:
            self._known.setdefault((figure.of, figure.year), []).append(figure)
            if ours[figure.members] and figure.group not in self._settled.setdefault(
                (figure.kind, figure.of, figure.year), []
            ):
                self._settled[figure.kind, figure.of, figure.year].append(figure.group)

    def series(self, kind: Kind, of: str, year: str, phases: Mapping[str, int], make: _Make) -> None:
        """Shows the figures of one statement or measure that may be shown, group by group, and notes what may not.

        All groups of phases are shown if all may be. Otherwise each group that an earlier release has shown is tried
        separately; if there is none, all schools together.

        Args:
            kind: the kind of the figures; of figures that are shown together, the kind of the last.
            of: the statement or measure.
            year: the academic year of the answers.
            phases: number of schools by phase.
            make: gives the figures of a group that are shown together or not at all, such as *before* and *now*.
        """
        groups = _groups(phases, LEAST_QUARTILES if kind == "quartiles" else LEAST_COUNTS)
        fine, held = self._checked(of, groups, make)
        if held and len(groups) > 1:
            whys = {figure.why for figure in held}
            settled = self._settled.get((kind, of, year), [ALL])
            fine, rest = self._checked(of, [group for group in settled if _has(group, phases)], make)
            if {figure.group for figure in fine} == {ALL}:
                rest = [replace(held[0], group=BY_PHASE, why=whys.pop() if len(whys) == 1 else TOO_ALIKE)]
            held = rest
        self.shown += fine
        self.held += held
        for figure in fine:
            self._known.setdefault((figure.of, figure.year), []).append(figure)

    def _checked(self, of: str, groups: Sequence[str], make: _Make) -> tuple[list[Figure], list[Held]]:
        """The figures of some groups that may all be shown together, and what may not be shown."""
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
        """Why figures that belong together may not be shown; empty if they may."""
        shown_together = list(fine)
        for figure in figures:
            linked = [other for other in shown_together if (other.of, other.year) == (figure.of, figure.year)]
            if why := reason_against(figure, [*self._known.get((figure.of, figure.year), []), *linked]):
                return why
            shown_together.append(figure)
        return ""


def _groups(phases: Mapping[str, int], least: int) -> list[str]:
    """Groups of phases that are large enough, named by their phases with plus between, and then all schools together."""
    blocks = put_together(list(phases.values()), least)
    groups = [
        "+".join(phase for phase, of_phase in zip(phases, blocks, strict=True) if of_phase == block)
        for block in sorted(set(blocks))
    ]
    return [*groups, ALL] if len(groups) > 1 else [ALL]


def _has(group: str, phases: Mapping[str, int]) -> bool:
    """Whether a group has any school."""
    return any(fits(group, phase) for phase in phases)


def _sizes(schools: Counted, concerned: Flags) -> dict[str, int]:
    """Number of the concerned schools by phase, in the order of the phases."""
    phases = [phase for phase, is_in in zip(schools.phases, concerned.tolist(), strict=True) if is_in]
    return {phase: phases.count(phase) for phase in PHASES if phase in phases}


def _within(schools: Counted, concerned: Flags, group: str) -> list[int]:
    """The places of the concerned schools of a group."""
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
    """Of the schools with both years, how many missed each statement before, and how many miss it now."""
    (schools, year), (earlier, before) = now, then
    pairs = places_of_both_years(schools, earlier)
    has_both = np.array([place in pairs for place in range(len(schools.urns))], dtype=bool)
    for place, criterion in enumerate(schools.tally.statements):
        in_both = has_both & schools.asked[:, place]
        in_both[in_both] = [earlier.asked[pairs[school], place] for school in np.flatnonzero(in_both).tolist()]

        def make(group: str, of: str = criterion.id, place: int = place, in_both: Flags = in_both) -> list[Figure]:
            places_now = _within(schools, in_both, group)
            places_before = [pairs[school] for school in places_now]
            return [
                _count("before", of, before, group, earlier, places_before, earlier.missed[:, place]),
                _count("now", of, year, group, schools, places_now, schools.missed[:, place]),
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
            values = tuple(int(quartile + 0.5) for quartile in quartiles) if count >= LEAST_QUARTILES else (0, 0, 0)
            members = frozenset(now.members[place] for place in places)
            return [Figure(kind="quartiles", of=of, year=year, group=group, members=members, values=values)]

        if concerned.any():
            desk.series("quartiles", name, year, _sizes(now, concerned), make)


def _renewed(figure: Figure, successors: Mapping[str, str]) -> Figure:
    """The figure with schools under their newest URN."""
    if not any(urn in successors for urn, _ in figure.members):
        return figure
    return replace(figure, members=frozenset((successors.get(urn, urn), version) for urn, version in figure.members))
