"""Which return of each school and year counts, what became of every file, and who is still awaited.

The rules, in their order:

1. A school that changed its URN is one school, under its newest.
2. Of several returns of one school and year one counts: see `which_counts`.
3. The year asked for is the one given, else the one that is being collected: see `year_asked`.

The order in which the files come never changes the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from audit.authority.collecting.collected_years import year_asked
from audit.authority.collecting.oddities import Setting, oddities
from audit.authority.collecting.register import Register
from audit.authority.collecting.tracker import tracker
from audit.authority.collecting.verdicts import files_table, last_name, problems_table
from audit.authority.collecting.which_counts import Contest, contest, reason
from audit.authority.returns import Return, Returns, collect
from audit.english import plural
from audit.model import Criteria

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
