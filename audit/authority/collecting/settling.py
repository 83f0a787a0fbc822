"""Which return of each school and year counts, what became of every file, and who is still awaited.

The rules, in their order:

1. A school that changed its URN is one school, under its newest.
2. Of several returns of one school and year, the one that an adviser chose counts; without a choice a
   school's own audit before a desk review of its policy, then a signed one before one that is not (the
   later version, then the one with more signatures), then the one completed last (an open one is earlier
   than any), then the one with more answers, then the last by the path of its file.
3. The year asked for is the one given, else the one that is being collected: see `year_asked`.

The order in which the files come never changes the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from audit.authority.collecting.collected_years import year_asked
from audit.authority.collecting.oddities import Setting, oddities
from audit.authority.collecting.register import Register
from audit.authority.collecting.tracker import tracker
from audit.authority.collecting.verdicts import files_table, problems_table
from audit.authority.returns import NOT_ASKED, Return, Returns, collect
from audit.model import Criteria


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
    winners = _winners(items, chosen)
    setting = Setting(
        items=items,
        counted=sorted(winners.values()),
        rivals={
            place: winners[one.urn, one.year]
            for place, one in enumerate(items)
            if one.school is not None and winners[one.urn, one.year] != place
        },
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
    set_aside = {place: _reason(items[place], items[rival], chosen) for place, rival in setting.rivals.items()}
    counting = [items[place] for place in counted]
    refused = [one for one in items if one.school is None]
    return Intake(
        criteria=setting.criteria,
        year=setting.year,
        files=files_table(items, counted=counted, set_aside=set_aside),
        problems=problems_table(items),
        tracker=tracker(counting, refused, year=setting.year, register=register, notes=odd.notes),
        returns=collect(counting, setting.criteria, register.types if register else None),
    )


def _under_new_urn(one: Return, successors: Mapping[str, str]) -> Return:
    urn = successors.get(one.urn)
    if urn is None:
        return one
    return replace(one, urn=urn, school=replace(one.school, urn=urn) if one.school else None)


def _winners(items: Sequence[Return], chosen: Collection[str]) -> dict[tuple[str, str], int]:
    """The place of the return that counts, by URN and year."""
    winners: dict[tuple[str, str], int] = {}
    for place, one in enumerate(items):  # in the order of their path, so of equals the last one counts
        before = winners.get((one.urn, one.year))
        if one.school is not None and (before is None or _rank(one, chosen) >= _rank(items[before], chosen)):
            winners[one.urn, one.year] = place
    return winners


def _rank(one: Return, chosen: Collection[str]) -> tuple[bool, bool, tuple[int, int], dt.date, int]:
    """What decides between two returns of one school and year; the higher counts."""
    signed = (one.sign_off.version, len(one.sign_off.signatures)) if one.sign_off else (0, 0)
    completed = one.completed_on or dt.date.min
    return (one.digest in chosen, one.basis == "self-audit", signed, completed, _answered(one))


def _answered(one: Return) -> int:
    return len(one.answers) - one.answers.count(0) - one.answers.count(NOT_ASKED)


def _reason(one: Return, counts: Return, chosen: Collection[str]) -> str:
    """Why a return is set aside, naming the one that counts."""
    if one.digest == counts.digest:
        return f"The same file twice; {counts.file} counts."
    own, its = _rank(one, chosen), _rank(counts, chosen)
    if its[0] != own[0]:
        return f"The adviser chose {counts.file}."
    if its[1] != own[1]:
        return f"{counts.file} counts: it is the school's own audit, this one a desk review."
    if its[2] != own[2]:
        return f"{counts.file} counts: {_signed_reason(own[2], its[2])}."
    if its[3] != own[3]:
        this = f"this one on {one.completed_on:%d/%m/%Y}" if one.completed_on else "this one is still open"
        return f"{counts.file} counts: it was completed on {counts.completed_on:%d/%m/%Y}, {this}."
    if its[4] != own[4]:
        return f"{counts.file} counts: it has {its[4]} answers, this one {own[4]}."
    return f"{counts.file} counts: nothing tells which is newer, and it is the last by name."


def _signed_reason(own: tuple[int, int], its: tuple[int, int]) -> str:
    """Why one counts before the other, by version and number of signatures."""
    if own == (0, 0):
        return "it is signed off, this one is not"
    if its[0] != own[0]:
        return f"it is version {its[0]} of what was signed, this one version {own[0]}"
    return "the chair of governors has signed it too"
