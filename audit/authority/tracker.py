"""Who has sent a return for an academic year, who has faults to mend, and who is still awaited.

The academic year is the one that is being collected: see `year_asked`. Returns of other years are history if they were
collected too (see `history`), otherwise strays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.lists import Place, first_problem, last_name, sentence
from audit.authority.register_columns import PLACES
from audit.authority.tables import ALL, STANDINGS, TRACKER
from audit.english import agree, day_in_figures, percent, plural
from audit.model import PHASES, academic_year
from audit.problems import errors
from audit.tables import Column, Schema, checked, typed

if TYPE_CHECKING:
    from audit.authority.register import Register
    from audit.authority.returns import Return

ENOUGH = 0.1
"""The share of another year's returns that a year needs to be a collection and not a few strays."""


def year_asked(years: Iterable[str]) -> str:
    """The academic year that is being collected; the current one if there is no return.

    It is the latest year that has begun and has enough returns, compared with the year that has most. The year with
    most returns is not always the one: if last year's returns are in the folder too, more schools have sent those. A few
    files with a wrong year do not choose it either.

    Args:
        years: the academic year of each return that counts.
    """
    counts, today = Counter(years), academic_year(dt.date.today())
    begun = {year: count for year, count in counts.items() if year <= today} or counts
    fullest = max(begun.values(), default=0)
    return max((year for year, count in begun.items() if count >= ENOUGH * fullest), default=today)


def history(sent: Collection[tuple[str, str]], year: str) -> frozenset[str]:
    """The other years that were collected too: with enough returns, from schools that also sent one for this year.

    A return of any other year was sent instead of this year's return.

    Args:
        sent: URN and academic year of each return that counts.
        year: the academic year asked for.
    """
    counts = Counter(other for _, other in sent)
    now = {urn for urn, other in sent if other == year}
    of_the_same = {other for urn, other in sent if urn in now and other != year}
    return frozenset(other for other in of_the_same if counts[other] >= ENOUGH * counts[year])


def is_completed_late(item: Return, year: str) -> bool:
    """Whether a return for an earlier year was completed in this year or later, so that it may belong to this year."""
    head = item.head
    return head.year < year and head.completed_on is not None and academic_year(head.completed_on) >= year


RECEIVED, FAULTY, AWAITED, UNEXPECTED = STANDINGS
NOT_KNOWN = "not known"
_NO_REGISTER = "no register says who is expected"
_MOST_FAULTS = 20
"""Faults that a school is asked to mend in one letter."""

TALLY: Schema = {
    "phase": Column(dtype=(*PHASES, NOT_KNOWN, ALL), means="the schools of a phase, or all"),
    "expected": Column(dtype="Int32", means="schools expected to send a return", blank=_NO_REGISTER),
    **{standing: Column(dtype="Int32", means=f"schools that are {standing}") for standing in STANDINGS},
    "percent": Column(
        dtype="Float64",
        means="received, with faults or without, of expected, 0 to 100",
        blank=f"none is expected, or {_NO_REGISTER}",
    ),
}
"""One row per phase that has a school, then one for all."""
CHASE: Schema = {
    **{name: TRACKER[name] for name in ("urn", "school", "phase", "type", "standing", "file")},
    "ask": Column(dtype="str", means="what to ask the school for, ready to send"),
    "remark": TRACKER["remark"],
}
"""One row per school to write to, in the order of TRACKER."""


@dataclass(kw_only=True)
class _Sent:
    """What one school sent: the return that counts, files that cannot be used, and returns of other years."""

    counted: Return | None = None
    refused: list[Return] = field(default_factory=list)
    others: list[Return] = field(default_factory=list)

    @property
    def shown(self) -> Return | None:
        """The file that the tracker shows for the school."""
        return self.counted or next(iter(self.refused), None)


def tracker(
    counted: Iterable[Return],
    refused: Iterable[Return],
    *,
    year: str,
    register: Register | None = None,
    notes: Mapping[str, Sequence[str]] = {},
) -> pd.DataFrame:
    """TRACKER of an academic year.

    A file that cannot be used still shows that its school sent something. The school is known
    by the URN in the file; otherwise by the URN of an expected school in the file's name, or by its name in the file.

    Args:
        counted: the returns that count, of all years; each school and year once.
        refused: the files that cannot be used, in the order of their path.
        year: the academic year.
        register: the known schools; without it every school that sent a file is listed, and none can be missing.
        notes: further remarks by URN.
    """
    schools = register.schools if register else {}
    sent = {urn: _Sent() for urn, school in schools.items() if school.expected}
    earlier_or_later = []
    for item in counted:
        if item.head.year == year:
            sent.setdefault(item.urn, _Sent()).counted = item
        else:
            earlier_or_later.append(item)
    for item in refused:
        if urn := _sender(item, register):
            sent.setdefault(urn, _Sent()).refused.append(item)
    for item in earlier_or_later:
        if item.urn in sent:
            sent[item.urn].others.append(item)
    rows = [_row(urn, files, year, register, notes.get(urn, ())) for urn, files in sent.items()]
    rows.sort(key=lambda row: (STANDINGS.index(str(row[4])), str(row[1]).casefold(), row[0]))
    return typed(pd.DataFrame(rows, columns=list(TRACKER)), TRACKER)


def _sender(item: Return, register: Register | None) -> str:
    """The URN of the school that sent a file that cannot be used; empty if nothing tells."""
    if item.urn or register is None:
        return item.urn
    numbers: set[str] = set(re.findall(r"(?<![0-9])[1-9][0-9]{5}(?![0-9])", last_name(item.file)))
    urns = [urn for urn in numbers if urn in register.schools and register.schools[urn].expected]
    if len(urns) == 1:
        return urns[0]
    named = register.called(item.name)
    return named.urn if named else ""


def _row(
    urn: str, sent: _Sent, year: str, register: Register | None, notes: Sequence[str]
) -> tuple[str, str, str | None, str | None, str, str, str]:
    school, shown = register.schools.get(urn) if register else None, sent.shown
    standing = _standing(sent, register is None or (school is not None and school.expected))
    remarks = [*_remarks(sent, year, standing), *notes]
    if standing == UNEXPECTED:
        remarks.insert(0, _not_expected(urn, register))
    return (
        urn,
        school.name if school else shown.name if shown else "",
        (school.phase if school else None) or (shown.read_head.school.phase if shown and shown.read_head else None),
        school.type if school else None,
        standing,
        shown.file if shown else "",
        " ".join(remarks),
    )


def _not_expected(urn: str, register: Register | None) -> str:
    """Why no return is expected of a school that sent one."""
    school = register.schools.get(urn) if register else None
    if school is None:
        authority = register.elsewhere.get(urn) if register else None
        return f"The register has it under {authority}." if authority else "It is not in the register."
    if school.is_open:
        return f"Returns are not asked of {PLACES[school.place].casefold()}."
    return "The register does not have it as open."


def _standing(sent: _Sent, expected: bool) -> str:
    if not expected:
        return UNEXPECTED
    if sent.shown is None:
        return AWAITED
    return FAULTY if sent.counted is None or errors(sent.counted.problems) else RECEIVED


def _remarks(sent: _Sent, year: str, standing: str) -> Iterator[str]:
    if sent.counted and (faults := len(errors(sent.counted.problems))):
        yield f"{plural(faults, 'fault')} to mend{', the first' * (faults > 1)}: {first_problem(sent.counted)}"
    for item in sent.refused[:1]:
        yield f"{last_name(item.file)} cannot be used: {first_problem(item)}"
    if len(sent.refused) > 1:
        yield f"{plural(len(sent.refused) - 1, 'more file')} cannot be used."
    if standing == AWAITED and sent.others:
        latest = max(sent.others, key=lambda item: item.head.year)
        completed = latest.head.completed_on if is_completed_late(latest, year) else None
        asked = f", completed on {day_in_figures(completed)}: is the year in it right?" if completed else "."
        yield f"A return for {latest.head.year} came ({last_name(latest.file)}){asked}"


def tally(table: pd.DataFrame) -> pd.DataFrame:
    """TALLY of TRACKER: the schools of each phase by standing, and how many of the expected schools have sent a return."""
    checked(table, TRACKER)
    phases = table["phase"].astype("str").fillna(NOT_KNOWN)
    by_phase = pd.crosstab(phases, table["standing"], dropna=False).reindex(columns=list(STANDINGS), fill_value=0)
    counts = by_phase.reindex([phase for phase in (*PHASES, NOT_KNOWN) if phase in by_phase.index])
    counts.loc[ALL] = counts.sum()
    expected = counts[[RECEIVED, FAULTY, AWAITED]].sum(axis=1).astype("Int32")
    expected = expected if _has_register(table) else expected.mask(expected >= 0)
    share = 100 * counts[[RECEIVED, FAULTY]].sum(axis=1) / expected.astype("Float64").mask(expected == 0)
    return typed(counts.assign(phase=counts.index, expected=expected, percent=share).reset_index(drop=True), TALLY)


def _has_register(table: pd.DataFrame) -> bool:
    """Whether there was a register: without one, no school has a type, and none is awaited or unexpected."""
    return bool(table["type"].notna().any() or table["standing"].isin([AWAITED, UNEXPECTED]).any())


def chase_list(table: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """CHASE of TRACKER: the schools that sent nothing, or a return with faults, and what to ask each of them for.

    Args:
        table: TRACKER.
        problems: PROBLEMS of the files.
    """
    chased = table[table["standing"].isin([FAULTY, AWAITED])].reset_index(drop=True)
    to_mend = _to_mend(problems)
    asks = [_ask(file, remark, to_mend) for file, remark in zip(chased["file"], chased["remark"], strict=True)]
    return typed(chased.assign(ask=pd.Series(asks, dtype="str")), CHASE)


def _ask(file: str, remark: str, to_mend: Mapping[str, Sequence[str]]) -> str:
    if not file:
        return f"Please send this year's return. {remark}".rstrip()
    faults = list(to_mend.get(file, [remark]))
    if len(faults) > _MOST_FAULTS:
        faults[_MOST_FAULTS:] = [f"There are {len(faults) - _MOST_FAULTS} more; the list of problems has them all."]
    return "\n".join([f"Please mend this in {last_name(file)}, and send it again:", *faults])


def _to_mend(problems: pd.DataFrame) -> Mapping[str, Sequence[str]]:
    """The faults of each file that has any, with place and fix."""
    faults: dict[str, list[str]] = defaultdict(list)
    rows = problems[problems["severity"] == "error"]
    for file, sheet, cell, what, fix in zip(
        *(rows[name] for name in ("file", "sheet", "cell", "what", "fix")), strict=True
    ):
        faults[file].append(f"{sentence(Place(sheet=sheet, cell=cell), what)} {fix}")
    return faults


def tracker_headline(table: pd.DataFrame, year: str) -> str:
    """How far the collection is, in one sentence."""
    total = tally(table).iloc[-1]
    received, faulty, unexpected = int(total[RECEIVED] + total[FAULTY]), int(total[FAULTY]), int(total[UNEXPECTED])
    mending = f"{faulty:,} of them {agree(faulty, 'needs', 'need')} mending" if faulty else ""
    have = agree(received, "has", "have")
    if pd.isna(total["expected"]):
        sent = f"{plural(received, 'school')} {have} sent a return for {year}"
        parts = [sent, mending, "without a register, nobody is known to be missing"]
    else:
        expected = int(total["expected"])
        sent = f"{received:,} of {plural(expected, 'school')} expected {have} sent a return for {year}"
        more = f"{plural(unexpected, 'school')} not expected sent one too" if unexpected else ""
        parts = [f"{sent} ({percent(received, expected)})", mending, more]
    return f"{'; '.join(part for part in parts if part)}."
