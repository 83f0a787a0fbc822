"""What became of each file, and who has sent a return for a year, who has faults to mend, and who is still awaited.

The academic year is the one that is being collected: see `year_asked`. Returns of other years are history if they were
collected too (see `history`), otherwise strays.

`files_table` says what became of each file, and `problems_table` lists every problem by file, sheet and cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.register_columns import PLACES
from audit.authority.tables import ALL, FILES, PROBLEMS, STANDINGS, TRACKER
from audit.english import agree, day_in_figures, percent, plural
from audit.model import PHASES, academic_year
from audit.problems import errors
from audit.tables import Column, Schema, checked, typed

if TYPE_CHECKING:
    from audit.authority.register import Register
    from audit.authority.returns import Return

_PLACE = re.compile(
    r"(?:, sheet (?P<sheet>.+?))?"
    r"(?:, cell (?P<cell>[A-Z]{1,3}[0-9]{1,7}(?: to [A-Z]{1,3}[0-9]{1,7})?))?"
    r"(?:, (?P<rest>(?:row|column|line) [^,]+))?",
    re.DOTALL,
)
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


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a file a problem is.

    Attributes:
        sheet: the name of the sheet; empty if the whole file is meant.
        cell: one cell, or two with *to* between; empty if the whole sheet is meant.
        rest: what else the place says, such as a row; usually empty.
    """

    sheet: str = ""
    cell: str = ""
    rest: str = ""

    def __str__(self) -> str:
        parts = [f"sheet {self.sheet}" * bool(self.sheet), f"cell {self.cell}" * bool(self.cell), self.rest]
        return ", ".join(part for part in parts if part)


def last_name(file: str) -> str:
    """The name of a file without its folders or its zip."""
    return re.split(r"[/\\]", file)[-1]


def problem_place(where: str, file: str) -> Place:
    """The place that a problem names, without its file.

    Names of files and sheets may hold commas. The file's name is known, and the cell comes last in what follows.

    Args:
        where: `Problem.where`, as ``Hilltop.xlsx, sheet Answers, cell E14``.
        file: the file with the problem; ``where`` may have only its last name.
    """
    names = (file, last_name(file))
    rest = next((where.removeprefix(name) for name in names if where.startswith(name)), f", {where}")
    match = _PLACE.fullmatch(rest)
    if match is None:
        return Place(rest=rest.removeprefix(", "))
    return Place(**{name: text or "" for name, text in match.groupdict().items()})


def sentence(place: Place, what: str) -> str:
    """A fact with its place: ``Sheet Answers, cell E14: "Yess" is not …``."""
    where = str(place)
    return f"{where[0].upper()}{where[1:]}: {what}" if where else what


def first_problem(item: Return) -> str:
    """The first problem of a file as one sentence, an error before a warning; empty if it has none."""
    first = next(iter(errors(item.problems) or item.problems), None)
    return sentence(problem_place(first.where, item.file), first.what) if first else ""


def version_signed_by(item: Return) -> str:
    """Which version is signed, and by which roles: ``Version 1: headteacher, chair of governors``; empty if none.

    If some statements were not answered, the text ends with ``signed with 12 of 53 not answered``.
    """
    if item.sign_off is None:
        return ""
    left, of = item.not_answered
    roles = ", ".join(signature.role for signature in item.sign_off.signatures)
    return f"Version {item.sign_off.version}: {roles}{f'; signed with {left} of {of} not answered' if left else ''}"


def files_table(items: Sequence[Return], *, counted: Collection[int], set_aside: Mapping[int, str]) -> pd.DataFrame:
    """FILES: one row for each file taken in.

    Args:
        items: all files, in the order of their path.
        counted: the places of the files that count.
        set_aside: by the place of a file that does not count, why another file counts instead.
    """
    counting = set(counted)
    used = [item.read_head is not None for item in items]
    faults = [len(errors(item.problems)) for item in items]
    completed = [item.read_head.completed_on if item.read_head else None for item in items]
    return typed(
        {
            "file": [item.file for item in items],
            "verdict": [item.verdict for item in items],
            "counts": [place in counting for place in range(len(items))],
            "set_aside": [set_aside.get(place, "") for place in range(len(items))],
            "urn": [item.urn for item in items],
            "school": [item.name for item in items],
            "year": [item.read_head.year if item.read_head else "" for item in items],
            "completed_on": pd.to_datetime(pd.Series(completed, dtype=object)),
            "last_answer_at": _moments(item.read_head.last_answer_at if item.read_head else None for item in items),
            "modified_at": _moments(item.modified_at for item in items),
            "signed": [version_signed_by(item) if use else "" for item, use in zip(items, used, strict=True)],
            "faults": faults,
            "warnings": [len(item.problems) - errors for item, errors in zip(items, faults, strict=True)],
            "first_problem": [first_problem(item) for item in items],
            "digest": [item.digest for item in items],
        },
        FILES,
    )


def _moments(known: Iterable[dt.datetime | None]) -> pd.Series:
    return pd.to_datetime(pd.Series(list(known), dtype=object))


def problems_table(items: Sequence[Return]) -> pd.DataFrame:
    """PROBLEMS of all files, in the order of the files, then of their sheets and cells."""
    rows = []
    for item in items:
        placed = [(problem_place(problem.where, item.file), problem) for problem in item.problems]
        sheets = list(dict.fromkeys(["", *(place.sheet for place, _ in placed)]))
        for place, problem in sorted(placed, key=lambda pair: (sheets.index(pair[0].sheet), *_row_and_column(pair[0]))):
            what = sentence(Place(rest=place.rest), problem.what)
            rows.append((item.file, item.urn, item.name, place.sheet, place.cell, problem.severity, what, problem.fix))
    return typed(pd.DataFrame(rows, columns=list(PROBLEMS)), PROBLEMS)


def _row_and_column(place: Place) -> tuple[int, int, str]:
    cell = place.cell.split(" ")[0]
    column = cell.rstrip("0123456789")
    return int(cell[len(column) :] or 0), len(column), column
