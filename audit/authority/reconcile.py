"""What only shows when all files lie side by side, and beside the register: wrong URNs, wrong years, copies.

Each finding is a warning to the school, and where the adviser should know more than the school is
told (the name of another school, say), a note for the tracker. Returns of other years are history:
nobody is asked to mend them, so only those of the year asked for are looked at.

Which return of each school and year counts, what became of every file, and who is still awaited.

The rules, in their order:

1. A school that changed its URN is one school, under its newest.
2. Of several returns of one school and year one counts: see `which_counts`.
3. The year asked for is the one given, else the one that is being collected: see `year_asked`.

The order in which the files come never changes the result.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.lists import differ_much, files_table, last_name, problems_table
from audit.authority.register_columns import UNREAD
from audit.authority.returns import Return, Returns, collect
from audit.authority.tracker import history, is_completed_late, tracker, year_asked
from audit.authority.which_counts import Contest, contest, copies, reason
from audit.english import plural
from audit.identifiers import authority_name
from audit.model import Criteria, academic_year
from audit.problems import Problem

if TYPE_CHECKING:
    from audit.authority.register import Register

ALL_THE_SAME = "All its answers are the same as in another school's return."
"""Said of a copy; it is for a talk with the school, and no letter says it."""
_MOST_NAMED = 5
"""Files that are named in one sentence."""


@dataclass(frozen=True)
class Oddities:
    """What was found.

    Attributes:
        problems: by the place of the return among those looked at.
        notes: for the adviser, by the URN of the school that each is about.
    """

    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a return is looked at beside.

    Attributes:
        items: every file taken in.
        counted: the places of those that count, in order.
        rivals: for each return that is set aside, the place of the one that counts in its stead.
        undecided: the places of different returns of one school and year of which nothing tells the newest.
        old_urns: the URN that a file carries, by its place, where the school has a newer one.
        year: the academic year asked for.
    """

    items: Sequence[Return]
    counted: Sequence[int]
    rivals: Mapping[int, int]
    undecided: Sequence[Sequence[int]]
    old_urns: Mapping[int, str]
    year: str
    register: Register | None
    criteria: Criteria


def oddities(setting: Setting) -> Oddities:
    """Everything odd about the returns that count, in their order."""
    found = Oddities()
    _check_years(setting, found)
    current = [place for place in setting.counted if setting.items[place].head.year == setting.year]
    _note_old_urns(setting, found)
    for place in current:
        _check_urn(setting, place, found)
    for place, rival in setting.rivals.items():
        _check_rival(setting, place, rival, found)
    for places in setting.undecided:
        _ask_which(setting, places, found)
    _note_others(setting, found)
    _check_copies(setting, current, found)
    return found


def _warn(found: Oddities, setting: Setting, place: int, what: str, fix: str) -> None:
    problem = Problem(where=setting.items[place].file, what=what, fix=fix, severity="warning")
    if problem not in found.problems[place]:
        found.problems[place].append(problem)


def _check_years(setting: Setting, found: Oddities) -> None:
    """A year that has not begun, and an earlier year's return that came in place of the one awaited."""
    this_year = max(setting.year, academic_year(dt.date.today()))
    sent = {(setting.items[place].urn, setting.items[place].head.year): place for place in setting.counted}
    kept = history(sent.keys(), setting.year)
    latest = {urn: place for (urn, _), place in sorted(sent.items())}
    for place in setting.counted:
        one = setting.items[place]
        year = one.head.year
        is_history = year in kept and not is_completed_late(one, setting.year)
        if year > this_year:
            fix = "Correct the academic year on the School sheet and send it again."
            _warn(found, setting, place, f"It is a return for {year}, a year that has not begun.", fix)
        elif year < setting.year and latest[one.urn] == place and not is_history and _is_expected(setting, one.urn):
            what = f"It is a return for {year}; the one for {setting.year} is still awaited."
            fix = f"Send the return for {setting.year}. If this is it, correct the academic year on the School sheet."
            _warn(found, setting, place, what, fix)


def _is_expected(setting: Setting, urn: str) -> bool:
    known = setting.register.schools.get(urn) if setting.register else None
    return setting.register is None or (known is not None and known.expected)


def _note_old_urns(setting: Setting, found: Oddities) -> None:
    for place, old in setting.old_urns.items():
        one = setting.items[place]
        if one.read_head is None or one.read_head.year == setting.year:
            found.notes[one.urn].append(f"{last_name(one.file)} came under its old URN {old}.")


def _check_urn(setting: Setting, place: int, found: Oddities) -> None:
    """Whether URN, name, phase and authority are those of one school in the register."""
    one = setting.items[place]
    if one.head.basis == "desk review":
        found.notes[one.urn].append("A desk review, compared on what is written only.")
    if place in setting.old_urns:
        old = setting.old_urns[place]
        fix = f"Write {one.urn} on the School sheet next time; this return was counted under it."
        _warn(found, setting, place, f"The school's URN is now {one.urn}; {old} is its old one.", fix)
    if setting.register is None:
        return
    known, other = setting.register.schools.get(one.urn), setting.register.elsewhere.get(one.urn)
    if known is None or not known.is_open:
        what = f"The register has URN {one.urn} under {other}." if other else f"URN {one.urn} is not in the register."
        if known is not None:
            what = f"The register does not have URN {one.urn} ({known.name}) as an open school."
        fix = "Check the URN. If it is right, tell the authority, so that its register can be brought up to date."
        if other:
            fix = "Check the URN. If it is right, this return is meant for that authority."
        _warn(found, setting, place, what, _suggestion(setting, one, found) or fix)
        return
    if differ_much(one.name, known.name):
        what = f'The register has "{known.name}" under URN {one.urn}, but the file names "{one.name}".'
        fix = "Check that the URN and the name are those of one school."
        found.notes[one.urn].append(f'{last_name(one.file)} names "{one.name}".')
        _warn(found, setting, place, what, _suggestion(setting, one, found) or fix)
    _check_phase_and_authority(setting, place, found)


def _suggestion(setting: Setting, one: Return, found: Oddities) -> str:
    """The URN that the register has under the name in the file; empty if it does not have exactly one."""
    named = setting.register.called(one.name) if setting.register else None
    if named is None or named.urn == one.urn:
        return ""
    found.notes[one.urn].append(f"The register has {named.name} as URN {named.urn}.")
    found.notes[named.urn].append(f"{last_name(one.file)} came with this school's name, but URN {one.urn}.")
    return f"Check the URN. The register has {named.name} as URN {named.urn}."


def _check_phase_and_authority(setting: Setting, place: int, found: Oddities) -> None:
    one = setting.items[place]
    known = setting.register.schools.get(one.urn) if setting.register else None
    if one.read_head is None or known is None:
        return
    titles, given = setting.criteria.phases, one.read_head.school.phase
    if known.phase is not None and known.phase in titles and known.phase != given:
        what = f"The file gives the phase as {titles.get(given, given)}; the register has {titles[known.phase]}."
        fix = "Check the phase on the School sheet: it decides which statements are asked."
        _warn(found, setting, place, what, fix)
    if one.read_head.school.local_authority and known.local_authority not in (
        "",
        UNREAD,
        one.read_head.school.local_authority,
    ):
        names = [
            f"{code} {authority_name(code, setting.register.names)}" if setting.register else code
            for code in (one.read_head.school.local_authority, known.local_authority)
        ]
        what = f"The file gives the local authority as {names[0]}; the register has {names[1]}."
        _warn(found, setting, place, what, "Correct it on the School sheet.")


def _check_rival(setting: Setting, place: int, rival: int, found: Oddities) -> None:
    """Two schools under one URN: the one that is set aside would otherwise be lost without a word."""
    one, other = setting.items[place], setting.items[rival]
    if one.head.year != setting.year or not differ_much(one.name, other.name):
        return
    found.notes[one.urn].append(f'{last_name(one.file)}, which is set aside, has the same URN but names "{one.name}".')
    fix = _suggestion(setting, one, found) or "Check that the URN and the name are those of one school."
    what = f"Another file has URN {one.urn} too, with the name of another school."
    _warn(found, setting, place, what, fix)
    _warn(found, setting, rival, what, "Check that the URN and the name are those of one school.")


def _ask_which(setting: Setting, places: Sequence[int], found: Oddities) -> None:
    """Different returns of which nothing tells the newest: one counts for now, and the school is asked."""
    if setting.items[places[0]].head.year != setting.year:
        return
    files = sorted({last_name(setting.items[place].file) for place in places})
    more = [plural(len(files) - _MOST_NAMED, "other file")] if len(files) > _MOST_NAMED else []
    shown = ", ".join([*files[:_MOST_NAMED], *more])
    found.notes[setting.items[places[0]].urn].append(f"Which counts? Nothing tells which is newer: {shown}.")
    what = f"Different returns came for {setting.year}, and nothing tells which is newer: {shown}."
    for place in places:
        _warn(found, setting, place, what, "Tell us which of them counts, or send it once more.")


def _note_others(setting: Setting, found: Oddities) -> None:
    """Two schools in one workbook: the answers of the second are not read, so that it must send its own."""
    for place in (*setting.counted, *(place for place, one in enumerate(setting.items) if one.read_head is None)):
        one = setting.items[place]
        if one.read_head is not None and one.read_head.year != setting.year:
            continue
        for number, name in one.others:
            named = None if number or setting.register is None else setting.register.called(name)
            urn = number or (named.urn if named else "")
            whose = f"{one.name} ({one.urn})" if one.name and one.urn else one.name or one.urn or "another school"
            if urn:
                found.notes[urn].append(
                    f"Its return may be inside the workbook of {whose}, {last_name(one.file)}, where it is not read: "
                    "ask for a workbook of its own."
                )
            if one.urn:
                known = f"{name} ({urn})" if name and urn else name or f"URN {urn}"
                found.notes[one.urn].append(f"{last_name(one.file)} names {known} too, whose answers were not read.")


def _check_copies(setting: Setting, current: Collection[int], found: Oddities) -> None:
    """Returns of different schools that are the same throughout; those of every year are compared with."""
    looked_at = set(current)
    for group in copies(setting.items, setting.counted):
        first = {setting.items[place].urn: place for place in reversed(group)}
        urns = sorted(first, key=first.__getitem__)
        for place in (place for place in group if place in looked_at):
            urn = setting.items[place].urn
            other = setting.items[first[urns[1] if urn == urns[0] else urns[0]]]
            more = f" and {plural(len(urns) - 2, 'other school')}" if len(urns) > 2 else ""
            found.notes[urn].append(f"The same answers throughout as {other.name} ({other.urn}){more}.")
            fix = "Check that it is the school's own: each school answers for itself, even where two work together."
            _warn(found, setting, place, ALL_THE_SAME, fix)


_MOST_REASONS = 3
"""Files set aside of which the tracker tells why; the list of files tells all."""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Everything that came of the files taken in.

    Attributes:
        year: the academic year asked for, or found.
        files: FILES, one row per file.
        problems: PROBLEMS, those of the files and those that show only when all lie side by side.
        tracker: TRACKER of the year.
        returns: those that count, of every year.
    """

    criteria: Criteria
    year: str
    files: pd.DataFrame
    problems: pd.DataFrame
    tracker: pd.DataFrame
    returns: Returns


def settle(
    found: Iterable[Return],
    criteria: Criteria,
    *,
    year: str | None = None,
    register: Register | None = None,
    successors: Mapping[str, str] = {},
    chosen: Collection[str] = (),
) -> Intake:
    """Which returns count, with every file's verdict and the tracker of the year.

    Args:
        found: every file taken in, refused ones too.
        criteria: the criteria with which they were packed.
        year: the academic year asked for; None to tell it from the returns.
        register: the schools that are expected; without it none can be missing.
        successors: new URN by old.
        chosen: digests of files that an adviser made count.
    """
    given = sorted(found, key=lambda one: (one.file, one.digest))
    items = [_under_new_urn(one, successors) for one in given]
    contests = _contests(items, chosen)
    winners = {key: one.winner for key, one in contests.items()}
    setting = Setting(
        items=items,
        counted=sorted(winners.values()),
        rivals={
            place: winners[one.urn, one.head.year]
            for place, one in enumerate(items)
            if one.read_head is not None and winners[one.urn, one.read_head.year] != place
        },
        undecided=[one.left for one in contests.values() if one.is_open],
        old_urns={place: one.urn for place, one in enumerate(given) if one.urn != items[place].urn},
        year=year or year_asked(sent_for for _, sent_for in winners),
        register=register.renewed(successors) if register else None,
        criteria=criteria,
    )
    return _intake(setting, chosen)


def _intake(setting: Setting, chosen: Collection[str]) -> Intake:
    """The tables, with what is odd about the returns among their problems."""
    odd, counted, register = oddities(setting), setting.counted, setting.register
    items = [one.with_problems(*odd.problems.get(place, ())) for place, one in enumerate(setting.items)]
    set_aside = {place: reason(items[place], items[rival], chosen) for place, rival in setting.rivals.items()}
    counting = [items[place] for place in counted]
    notes = _with_reasons(setting, odd.notes, set_aside)
    refused = [one for one in items if one.read_head is None]
    return Intake(
        criteria=setting.criteria,
        year=setting.year,
        files=files_table(items, counted=counted, set_aside=set_aside),
        problems=problems_table(items),
        tracker=tracker(counting, refused, year=setting.year, register=register, notes=notes),
        returns=collect(counting, setting.criteria, register.types if register else None),
    )


def _with_reasons(
    setting: Setting, notes: Mapping[str, Sequence[str]], set_aside: Mapping[int, str]
) -> dict[str, list[str]]:
    """The notes for the tracker, and for each school that sent several returns of the year why one of them counts."""
    found = {urn: list(said) for urn, said in notes.items()}
    by_school: dict[str, list[str]] = defaultdict(list)
    for place, why in set_aside.items():
        one, counts = setting.items[place], setting.items[setting.rivals[place]]
        names = (last_name(one.file), last_name(counts.file))
        if names[0] == names[1]:
            names = (one.file, counts.file)
        if one.head.year == setting.year:
            by_school[one.urn].append(f"{names[0]} is set aside. {why.replace(counts.file, names[1], 1)}")
    for urn, reasons in by_school.items():
        more = len(reasons) - _MOST_REASONS
        told = [*reasons[:_MOST_REASONS], f"{plural(more, 'more file')} set aside."] if more > 0 else reasons
        found.setdefault(urn, []).extend(told)
    return found


def _under_new_urn(one: Return, successors: Mapping[str, str]) -> Return:
    urn = successors.get(one.urn)
    if urn is None:
        return one
    return replace(
        one, urn=urn, read_head=one.read_head and replace(one.read_head, school=replace(one.read_head.school, urn=urn))
    )


def _contests(items: Sequence[Return], chosen: Collection[str]) -> dict[tuple[str, str], Contest]:
    """Which return counts, by URN and year."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(items):
        if one.read_head is not None:
            places[one.urn, one.read_head.year].append(place)
    return {key: contest(items, found, chosen) for key, found in places.items()}
