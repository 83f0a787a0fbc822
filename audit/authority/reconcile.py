"""All files of a collection together: which return of each school and year counts, and what only shows when they are compared.

`settle` decides which return counts, what became of every file, and who is still awaited. Its rules, in this order:

1. A school that changed its URN is one school, under its newest URN.
2. Of several returns of one school and year, one counts: see `audit.authority.which_counts`.
3. The year asked for is the one given, otherwise the one that is being collected: see `year_asked` in
   `audit.authority.tracker`.

The order in which the files come never changes the result.

`oddities` compares the files with each other and with the register: wrong URNs, wrong years, copies. Each is a
warning to the school. Where the adviser should know more than the school is told (the name of another school, say), it
is also a note for the tracker. Returns of other years are history: nobody is asked to mend them, so only those of the
year asked for are checked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.register import differ_much
from audit.authority.register_columns import UNREAD
from audit.authority.returns import Return, Returns, collect
from audit.authority.tracker import (
    files_table,
    history,
    is_completed_late,
    last_name,
    problems_table,
    tracker,
    year_asked,
)
from audit.authority.which_counts import Contest, contest, copies, reason
from audit.english import plural
from audit.identifiers import authority_name
from audit.model import Criteria, academic_year
from audit.problems import Problem

if TYPE_CHECKING:
    from audit.authority.register import Register

ALL_THE_SAME = "All its answers are the same as in another school's return."
"""The text about a copy. It is for a talk with the school, and no letter says it."""
_MOST_NAMED = 5
"""Files that are named in one sentence."""
_MOST_REASONS = 3
"""Files set aside for which the tracker gives the reason; the list of files gives all reasons."""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The result for all files.

    Attributes:
        year: the academic year asked for, or the one that the returns tell.
        files: FILES, one row per file.
        problems: PROBLEMS, those of single files and those that show only when all are compared.
        tracker: TRACKER of the year.
        returns: the returns that count, of every year.
    """

    criteria: Criteria
    year: str
    files: pd.DataFrame
    problems: pd.DataFrame
    tracker: pd.DataFrame
    returns: Returns


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a return is compared with.

    Attributes:
        items: every file.
        counted: the places of the files that count, in order.
        rivals: for each return that is set aside, the place of the return that counts instead.
        undecided: groups of places: different returns of one school and year, where nothing tells which is newest.
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


@dataclass(frozen=True)
class Oddities:
    """What is odd about the returns.

    Attributes:
        problems: by the place of the return among all files.
        notes: for the adviser, by the URN of the school that each note is about.
    """

    problems: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def settle(
    files: Iterable[Return],
    criteria: Criteria,
    *,
    year: str | None = None,
    register: Register | None = None,
    successors: Mapping[str, str] = {},
    chosen: Collection[str] = (),
) -> Intake:
    """Which returns count, with every file's verdict and the tracker of the year.

    Args:
        files: every file, also refused ones.
        criteria: the criteria with which the files were packed.
        year: the academic year asked for; None to find it from the returns.
        register: the schools that are expected; without it no school can be missing.
        successors: new URN by old.
        chosen: digests of files that an adviser made count.
    """
    in_order = sorted(files, key=lambda item: (item.file, item.digest))
    items = [_under_new_urn(item, successors) for item in in_order]
    contests = _contests(items, chosen)
    winners = {key: contested.winner for key, contested in contests.items()}
    setting = Setting(
        items=items,
        counted=sorted(winners.values()),
        rivals={
            place: winners[item.urn, item.head.year]
            for place, item in enumerate(items)
            if item.read_head is not None and winners[item.urn, item.read_head.year] != place
        },
        undecided=[contested.left for contested in contests.values() if contested.is_open],
        old_urns={place: item.urn for place, item in enumerate(in_order) if item.urn != items[place].urn},
        year=year or year_asked(sent_for for _, sent_for in winners),
        register=register.renewed(successors) if register else None,
        criteria=criteria,
    )
    return _intake(setting, chosen)


def _under_new_urn(item: Return, successors: Mapping[str, str]) -> Return:
    urn = successors.get(item.urn)
    if urn is None:
        return item
    return replace(
        item,
        urn=urn,
        read_head=item.read_head and replace(item.read_head, school=replace(item.read_head.school, urn=urn)),
    )


def _contests(items: Sequence[Return], chosen: Collection[str]) -> dict[tuple[str, str], Contest]:
    """Which return counts, by URN and year."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.read_head is not None:
            places[item.urn, item.read_head.year].append(place)
    return {key: contest(items, rivals, chosen) for key, rivals in places.items()}


def _intake(setting: Setting, chosen: Collection[str]) -> Intake:
    """The tables, with what is odd about the returns among their problems."""
    odd, counted, register = oddities(setting), setting.counted, setting.register
    items = [item.with_problems(*odd.problems.get(place, ())) for place, item in enumerate(setting.items)]
    set_aside = {place: reason(items[place], items[rival], chosen) for place, rival in setting.rivals.items()}
    counting = [items[place] for place in counted]
    notes = _with_reasons(setting, odd.notes, set_aside)
    refused = [item for item in items if item.read_head is None]
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
    """The notes for the tracker. A school that sent several returns of the year also has why one of them counts."""
    by_urn = {urn: list(texts) for urn, texts in notes.items()}
    by_school: dict[str, list[str]] = defaultdict(list)
    for place, why in set_aside.items():
        item, counts = setting.items[place], setting.items[setting.rivals[place]]
        names = (last_name(item.file), last_name(counts.file))
        if names[0] == names[1]:
            names = (item.file, counts.file)
        if item.head.year == setting.year:
            by_school[item.urn].append(f"{names[0]} is set aside. {why.replace(counts.file, names[1], 1)}")
    for urn, reasons in by_school.items():
        more = len(reasons) - _MOST_REASONS
        named = [*reasons[:_MOST_REASONS], f"{plural(more, 'more file')} set aside."] if more > 0 else reasons
        by_urn.setdefault(urn, []).extend(named)
    return by_urn


def oddities(setting: Setting) -> Oddities:
    """Everything odd about the returns that count, in their order."""
    odd = Oddities()
    _check_years(setting, odd)
    current = [place for place in setting.counted if setting.items[place].head.year == setting.year]
    _note_old_urns(setting, odd)
    for place in current:
        _check_urn(setting, place, odd)
    for place, rival in setting.rivals.items():
        _check_rival(setting, place, rival, odd)
    for places in setting.undecided:
        _ask_which(setting, places, odd)
    _note_others(setting, odd)
    _check_copies(setting, current, odd)
    return odd


def _warn(odd: Oddities, setting: Setting, place: int, what: str, fix: str) -> None:
    problem = Problem(where=setting.items[place].file, what=what, fix=fix, severity="warning")
    if problem not in odd.problems[place]:
        odd.problems[place].append(problem)


def _check_years(setting: Setting, odd: Oddities) -> None:
    """Finds returns of a year that has not begun, and returns of an earlier year sent instead of the awaited one."""
    this_year = max(setting.year, academic_year(dt.date.today()))
    sent = {(setting.items[place].urn, setting.items[place].head.year): place for place in setting.counted}
    kept = history(sent.keys(), setting.year)
    latest = {urn: place for (urn, _), place in sorted(sent.items())}
    for place in setting.counted:
        item = setting.items[place]
        year = item.head.year
        is_history = year in kept and not is_completed_late(item, setting.year)
        if year > this_year:
            fix = "Correct the academic year on the School sheet and send it again."
            _warn(odd, setting, place, f"It is a return for {year}, a year that has not begun.", fix)
        elif year < setting.year and latest[item.urn] == place and not is_history and _is_expected(setting, item.urn):
            what = f"It is a return for {year}; the one for {setting.year} is still awaited."
            fix = f"Send the return for {setting.year}. If this is it, correct the academic year on the School sheet."
            _warn(odd, setting, place, what, fix)


def _is_expected(setting: Setting, urn: str) -> bool:
    school = setting.register.schools.get(urn) if setting.register else None
    return setting.register is None or (school is not None and school.expected)


def _note_old_urns(setting: Setting, odd: Oddities) -> None:
    for place, old in setting.old_urns.items():
        item = setting.items[place]
        if item.read_head is None or item.read_head.year == setting.year:
            odd.notes[item.urn].append(f"{last_name(item.file)} came under its old URN {old}.")


def _check_urn(setting: Setting, place: int, odd: Oddities) -> None:
    """Checks that URN, name, phase and authority are those of one school in the register."""
    item = setting.items[place]
    if item.head.basis == "desk review":
        odd.notes[item.urn].append("A desk review, compared on what is written only.")
    if place in setting.old_urns:
        old = setting.old_urns[place]
        fix = f"Write {item.urn} on the School sheet next time; this return was counted under it."
        _warn(odd, setting, place, f"The school's URN is now {item.urn}; {old} is its old one.", fix)
    if setting.register is None:
        return
    school, other_authority = setting.register.schools.get(item.urn), setting.register.elsewhere.get(item.urn)
    if school is None or not school.is_open:
        what = (
            f"The register has URN {item.urn} under {other_authority}."
            if other_authority
            else f"URN {item.urn} is not in the register."
        )
        if school is not None:
            what = f"The register does not have URN {item.urn} ({school.name}) as an open school."
        fix = "Check the URN. If it is right, tell the authority, so that its register can be brought up to date."
        if other_authority:
            fix = "Check the URN. If it is right, this return is meant for that authority."
        _warn(odd, setting, place, what, _suggestion(setting, item, odd) or fix)
        return
    if differ_much(item.name, school.name):
        what = f'The register has "{school.name}" under URN {item.urn}, but the file names "{item.name}".'
        fix = "Check that the URN and the name are those of one school."
        odd.notes[item.urn].append(f'{last_name(item.file)} names "{item.name}".')
        _warn(odd, setting, place, what, _suggestion(setting, item, odd) or fix)
    _check_phase_and_authority(setting, place, odd)


def _suggestion(setting: Setting, item: Return, odd: Oddities) -> str:
    """The URN that the register has under the name in the file; empty if it does not have exactly one."""
    named = setting.register.called(item.name) if setting.register else None
    if named is None or named.urn == item.urn:
        return ""
    odd.notes[item.urn].append(f"The register has {named.name} as URN {named.urn}.")
    odd.notes[named.urn].append(f"{last_name(item.file)} came with this school's name, but URN {item.urn}.")
    return f"Check the URN. The register has {named.name} as URN {named.urn}."


def _check_phase_and_authority(setting: Setting, place: int, odd: Oddities) -> None:
    item = setting.items[place]
    school = setting.register.schools.get(item.urn) if setting.register else None
    if item.read_head is None or school is None:
        return
    titles, phase = setting.criteria.phases, item.read_head.school.phase
    if school.phase is not None and school.phase in titles and school.phase != phase:
        what = f"The file gives the phase as {titles.get(phase, phase)}; the register has {titles[school.phase]}."
        fix = "Check the phase on the School sheet: it decides which statements are asked."
        _warn(odd, setting, place, what, fix)
    if item.read_head.school.local_authority and school.local_authority not in (
        "",
        UNREAD,
        item.read_head.school.local_authority,
    ):
        names = [
            f"{code} {authority_name(code, setting.register.names)}" if setting.register else code
            for code in (item.read_head.school.local_authority, school.local_authority)
        ]
        what = f"The file gives the local authority as {names[0]}; the register has {names[1]}."
        _warn(odd, setting, place, what, "Correct it on the School sheet.")


def _check_rival(setting: Setting, place: int, rival: int, odd: Oddities) -> None:
    """Reports two schools under one URN: otherwise the one that is set aside would be lost silently."""
    item, other = setting.items[place], setting.items[rival]
    if item.head.year != setting.year or not differ_much(item.name, other.name):
        return
    odd.notes[item.urn].append(f'{last_name(item.file)}, which is set aside, has the same URN but names "{item.name}".')
    fix = _suggestion(setting, item, odd) or "Check that the URN and the name are those of one school."
    what = f"Another file has URN {item.urn} too, with the name of another school."
    _warn(odd, setting, place, what, fix)
    _warn(odd, setting, rival, what, "Check that the URN and the name are those of one school.")


def _ask_which(setting: Setting, places: Sequence[int], odd: Oddities) -> None:
    """Asks the school which return counts if nothing tells which is newest; until then one of them counts."""
    if setting.items[places[0]].head.year != setting.year:
        return
    files = sorted({last_name(setting.items[place].file) for place in places})
    more = [plural(len(files) - _MOST_NAMED, "other file")] if len(files) > _MOST_NAMED else []
    shown = ", ".join([*files[:_MOST_NAMED], *more])
    odd.notes[setting.items[places[0]].urn].append(f"Which counts? Nothing tells which is newer: {shown}.")
    what = f"Different returns came for {setting.year}, and nothing tells which is newer: {shown}."
    for place in places:
        _warn(odd, setting, place, what, "Tell us which of them counts, or send it once more.")


def _note_others(setting: Setting, odd: Oddities) -> None:
    """Notes two schools in one workbook: the answers of the second are not read, so it must send its own workbook."""
    for place in (*setting.counted, *(place for place, item in enumerate(setting.items) if item.read_head is None)):
        item = setting.items[place]
        if item.read_head is not None and item.read_head.year != setting.year:
            continue
        for number, name in item.others:
            named = None if number or setting.register is None else setting.register.called(name)
            urn = number or (named.urn if named else "")
            whose = f"{item.name} ({item.urn})" if item.name and item.urn else item.name or item.urn or "another school"
            if urn:
                odd.notes[urn].append(
                    f"Its return may be inside the workbook of {whose}, {last_name(item.file)}, where it is not read: "
                    "ask for a workbook of its own."
                )
            if item.urn:
                known = f"{name} ({urn})" if name and urn else name or f"URN {urn}"
                odd.notes[item.urn].append(f"{last_name(item.file)} names {known} too, whose answers were not read.")


def _check_copies(setting: Setting, current: Collection[int], odd: Oddities) -> None:
    """Reports returns of different schools with all answers the same, compared over all years."""
    looked_at = set(current)
    for group in copies(setting.items, setting.counted):
        first = {setting.items[place].urn: place for place in reversed(group)}
        urns = sorted(first, key=first.__getitem__)
        for place in (place for place in group if place in looked_at):
            urn = setting.items[place].urn
            other = setting.items[first[urns[1] if urn == urns[0] else urns[0]]]
            more = f" and {plural(len(urns) - 2, 'other school')}" if len(urns) > 2 else ""
            odd.notes[urn].append(f"The same answers throughout as {other.name} ({other.urn}){more}.")
            fix = "Check that it is the school's own: each school answers for itself, even where two work together."
            _warn(odd, setting, place, ALL_THE_SAME, fix)
