"""Who has sent a return for an academic year, who has faults to mend, and who is still awaited.

Which academic years the returns are of: the one being collected, earlier ones kept as history, and strays.
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
"""How many returns a year needs, as a share of those of another, to be a collection and not a few strays."""


def year_asked(years: Iterable[str]) -> str:
    """The academic year that is being collected; the current one if there is no return.

    It is the latest that has begun and has enough returns beside the fullest. Where last year's
    returns lie beside this year's, more schools have sent last year's, so the fullest is not the one;
    nor do a few files with a wrong year in them choose it.

    Args:
        years: of each return that counts.
    """
    counts, today = Counter(years), academic_year(dt.date.today())
    begun = {year: count for year, count in counts.items() if year <= today} or counts
    fullest = max(begun.values(), default=0)
    return max((year for year, count in begun.items() if count >= ENOUGH * fullest), default=today)


def history(sent: Collection[tuple[str, str]], year: str) -> frozenset[str]:
    """The other years that were collected too: with enough returns, and of schools that also sent the year's.

    A return of a year that is neither was sent in place of the year's own.

    Args:
        sent: URN and academic year of each return that counts.
        year: the academic year asked for.
    """
    counts = Counter(other for _, other in sent)
    now = {urn for urn, other in sent if other == year}
    of_the_same = {other for urn, other in sent if urn in now and other != year}
    return frozenset(other for other in of_the_same if counts[other] >= ENOUGH * counts[year])


def is_completed_late(one: Return, year: str) -> bool:
    """Whether a return for an earlier year was completed in a given year, so that it may be that year's."""
    head = one.head
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
class _Heard:
    """What came from one school: the return that counts, files that cannot be used, and returns of other years."""

    counted: Return | None = None
    refused: list[Return] = field(default_factory=list)
    others: list[Return] = field(default_factory=list)

    @property
    def stands(self) -> Return | None:
        """The file that stands for the school."""
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

    A file that cannot be used still shows that its school sent something. It is known by the URN in
    it; failing that, by the URN of an expected school in the file's name, or by its name in the file.

    Args:
        counted: the returns that count, of every year; each school and year once.
        refused: the files that cannot be used, in the order of their path.
        year: the academic year.
        register: the schools known; without it every school heard from is listed, and none can be missing.
        notes: what else to remark, by URN.
    """
    schools = register.schools if register else {}
    heard = {urn: _Heard() for urn, school in schools.items() if school.expected}
    earlier_or_later = []
    for one in counted:
        if one.head.year == year:
            heard.setdefault(one.urn, _Heard()).counted = one
        else:
            earlier_or_later.append(one)
    for one in refused:
        if urn := _sender(one, register):
            heard.setdefault(urn, _Heard()).refused.append(one)
    for one in earlier_or_later:
        if one.urn in heard:
            heard[one.urn].others.append(one)
    rows = [_row(urn, one, year, register, notes.get(urn, ())) for urn, one in heard.items()]
    rows.sort(key=lambda row: (STANDINGS.index(str(row[4])), str(row[1]).casefold(), row[0]))
    return typed(pd.DataFrame(rows, columns=list(TRACKER)), TRACKER)


def _sender(one: Return, register: Register | None) -> str:
    """The URN of the school that sent a file that cannot be used; empty if nothing tells."""
    if one.urn or register is None:
        return one.urn
    numbers: set[str] = set(re.findall(r"(?<![0-9])[1-9][0-9]{5}(?![0-9])", last_name(one.file)))
    known = [urn for urn in numbers if urn in register.schools and register.schools[urn].expected]
    if len(known) == 1:
        return known[0]
    named = register.called(one.name)
    return named.urn if named else ""


def _row(
    urn: str, heard: _Heard, year: str, register: Register | None, notes: Sequence[str]
) -> tuple[str, str, str | None, str | None, str, str, str]:
    known, stands = register.schools.get(urn) if register else None, heard.stands
    standing = _standing(heard, register is None or (known is not None and known.expected))
    remarks = [*_remarks(heard, year, standing), *notes]
    if standing == UNEXPECTED:
        remarks.insert(0, _not_expected(urn, register))
    return (
        urn,
        known.name if known else stands.name if stands else "",
        (known.phase if known else None) or (stands.read_head.school.phase if stands and stands.read_head else None),
        known.type if known else None,
        standing,
        stands.file if stands else "",
        " ".join(remarks),
    )


def _not_expected(urn: str, register: Register | None) -> str:
    """Why no return is expected of a school that sent one."""
    known = register.schools.get(urn) if register else None
    if known is None:
        other = register.elsewhere.get(urn) if register else None
        return f"The register has it under {other}." if other else "It is not in the register."
    if known.is_open:
        return f"Returns are not asked of {PLACES[known.place].casefold()}."
    return "The register does not have it as open."


def _standing(heard: _Heard, expected: bool) -> str:
    if not expected:
        return UNEXPECTED
    if heard.stands is None:
        return AWAITED
    return FAULTY if heard.counted is None or errors(heard.counted.problems) else RECEIVED


def _remarks(heard: _Heard, year: str, standing: str) -> Iterator[str]:
    if heard.counted and (faults := len(errors(heard.counted.problems))):
        yield f"{plural(faults, 'fault')} to mend{', the first' * (faults > 1)}: {first_problem(heard.counted)}"
    for one in heard.refused[:1]:
        yield f"{last_name(one.file)} cannot be used: {first_problem(one)}"
    if len(heard.refused) > 1:
        yield f"{plural(len(heard.refused) - 1, 'more file')} cannot be used."
    if standing == AWAITED and heard.others:
        latest = max(heard.others, key=lambda one: one.head.year)
        completed = latest.head.completed_on if is_completed_late(latest, year) else None
        asked = f", completed on {day_in_figures(completed)}: is the year in it right?" if completed else "."
        yield f"A return for {latest.head.year} came ({last_name(latest.file)}){asked}"


def tally(table: pd.DataFrame) -> pd.DataFrame:
    """TALLY of TRACKER: the schools of each phase by standing, and how many of those expected have sent a return."""
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
    """Whether a register was at hand: without one, no school has a type and none is awaited or unexpected."""
    return bool(table["type"].notna().any() or table["standing"].isin([AWAITED, UNEXPECTED]).any())


def chase_list(table: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """CHASE of TRACKER: the schools that have sent nothing, or something with faults, and what to ask each for.

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
    """The faults of each file that has any, with place and remedy."""
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
