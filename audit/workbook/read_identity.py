"""Reads the *School* sheet: which school, year and framework a workbook is about.

Only the URN must be there. Any other value that is missing or unclear is taken from the register, from the rest of the
workbook or from a default. What was taken instead of a typed value is a warning; only *Statements asked* and *Kind of
audit*, which the product fills in, get their default without one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from audit.identifiers import (
    FORMER,
    authority_name,
    doubt_about_authority,
    doubt_about_urn,
    is_half_a_year,
    phase_by_words,
    read_local_authority,
    read_urn,
    read_year,
)
from audit.model import (
    AuditHead,
    Basis,
    Criteria,
    FrameworkRef,
    KnownSchool,
    Phase,
    School,
    Scope,
    academic_year,
    is_academic_year,
)
from audit.problems import Problem
from audit.text import plain
from audit.workbook import layout
from audit.workbook.own_words import read_date, read_moment
from audit.workbook.sheets import Sheet, as_text, text_fault, titles_in_order

_ROWS, _COLUMNS = 60, 10
"""The rows and columns, from the upper left, in which labels are looked for."""
_BESIDE = 4
"""How many columns to the right of the labels the values may be, if columns were inserted."""
_ENOUGH_LABELS, _FEWEST_LABELS = 5, 3
"""With so many labels a sheet is taken at once; with fewer than the second number it is never taken."""
_LONGEST = 1_000  # characters of a value that is no free text; far more than any needs
_DFE_NUMBER = re.compile(r"(?<![0-9])([0-9]{3})[\s/\\-]*([0-9]{4})(?![0-9])")


@dataclass(frozen=True)
class _Labels:
    """The labels of a sheet: the row and column of each, by name."""

    sheet: Sheet
    places: Mapping[str, tuple[int, int]]


@dataclass
class About:
    """What a workbook says of its school, while it is read.

    Attributes:
        file: the name of the file in problems.
        texts: by label, the text to its right; a label that is not on the sheet is left out.
        places: by label, the cell of that text.
        problems: the problems with the texts.
        formulas: the problems with values that are formulas; their last result is used.
    """

    file: str
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    formulas: list[Problem] = field(default_factory=list)

    def where(self, name: str) -> str:
        """The cell of a value, or the sheet if there is no such cell."""
        return self.places.get(name, f"{self.file}, sheet {layout.SCHOOL}")

    def short(self, name: str) -> str:
        """A value that is no free text."""
        return self.texts.get(name, "")[:_LONGEST]

    def note(self, name: str, what: str, fix: str) -> None:
        """Notes an error in a value."""
        self.problems.append(Problem(where=self.where(name), what=what, fix=fix))

    def warn(self, name: str, what: str, fix: str) -> None:
        """Notes, as a warning, how a value was read or what was taken instead of it."""
        self.problems.append(Problem(where=self.where(name), what=what, fix=fix, severity="warning"))

    def date(self, name: str) -> dt.date | None:
        """A date; None if there is none, or with a warning if it cannot be read."""
        problems: list[Problem] = []
        day = read_date(self.short(name), self.where(name), problems)
        self.problems += [replace(each, what=f"{each.what} It was left open.", severity="warning") for each in problems]
        return day

    def usable(self, value: str | Problem) -> str:
        """The value; if it is a problem, this is noted and the value is empty."""
        if isinstance(value, Problem):
            self.problems.append(value)
            return ""
        return value

    def held(self, name: str) -> str:
        """A free text; if it cannot be stored, this is noted and the text is empty."""
        text = self.texts.get(name, "")
        if text and (fault := text_fault(text)):
            self.note(name, fault, "Type it again.")
            return ""
        return text


def find_about(file: str, sheets: Mapping[str, Sheet]) -> About:
    """What the *School* sheet says, wherever it is and whatever it is called."""
    about = About(file)
    best: _Labels | None = None
    for title in titles_in_order(list(sheets), layout.SCHOOL):
        labels = _labels(sheets[title])
        if best is None or len(labels.places) > len(best.places):
            best = labels
        if len(best.places) >= _ENOUGH_LABELS:
            break
    if best is not None and len(best.places) >= _FEWEST_LABELS:
        _fill(about, _with_those_by_place(best))
    return about


def _labels(sheet: Sheet) -> _Labels:
    known = {layout.same(line.label): line.name for line in layout.SCHOOL_LABELS}
    also = {layout.same(word): line.name for line in layout.SCHOOL_LABELS for word in line.also}
    exact: dict[str, tuple[int, int]] = {}
    other: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(sheet.rows[:_ROWS]):
        for column, value in enumerate(row[:_COLUMNS]):
            word = layout.same(value) if isinstance(value, str) and value else ""
            if word in known:
                exact.setdefault(known[word], (number, column))
            elif word in also:
                other.setdefault(also[word], (number, column))
    return _Labels(sheet, other | exact)


def _with_those_by_place(labels: _Labels) -> _Labels:
    """The labels, with those that were overwritten: a line next to a known label is taken for its neighbour."""
    order = [line.name for line in layout.SCHOOL_LABELS if line.name not in layout.WHERE_THERE_IS_ANY]
    places = dict(labels.places)
    for place, name in enumerate(order):
        near = [(other, step) for step in (-1, 1) if 0 <= place + step < len(order) and (other := order[place + step])]
        for other, step in near:
            if name in places or other not in labels.places:
                continue
            row, column = labels.places[other]
            if 0 <= row - step < len(labels.sheet.rows) and (row - step, column) not in places.values():
                places[name] = (row - step, column)
    return _Labels(labels.sheet, places)


def _fill(about: About, labels: _Labels) -> None:
    """Takes the values from the first column to the right of the labels that holds any."""
    rows = labels.sheet.rows
    width = len(rows[0]) if rows else 0
    beside = next(
        (
            step
            for step in range(1, _BESIDE + 1)
            if any(column + step < width and rows[row][column + step] != "" for row, column in labels.places.values())
        ),
        1,
    )
    for name, (row, column) in labels.places.items():
        about.texts[name] = as_text(rows[row][column + beside]) if column + beside < width else ""
        about.places[name] = labels.sheet.where(row, column + beside)
        if problem := labels.sheet.formula_problem((row, column + beside)):
            about.formulas.append(problem)


def named_frameworks(about: About) -> tuple[FrameworkRef, ...]:
    """The editions of frameworks that a workbook names, whether or not this installation holds them."""
    pairs = re.findall(r"([\w.-]+) \(edition ([^)]+)\)", about.short("frameworks"))
    return tuple(FrameworkRef(*pair) for pair in pairs)


def read_about(
    about: About,
    criteria: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool],
    *,
    any_edition: bool = False,
    held: Callable[[], tuple[FrameworkRef, ...]] = tuple,
) -> tuple[AuditHead, str]:
    """The head of the audit, by the *School* sheet, and the year from which its answers were carried forward.

    Only the URN must be there: without it nobody knows whose answers these are. Any other value is taken if it can only
    mean one thing. If not, the register is asked. If that does not help, the answers are read all the same, with a
    warning that says what was taken instead.

    Args:
        about: what the sheet says; problems are noted in it.
        criteria: the criteria that this installation holds.
        urns: the URN by DfE number, without its slash.
        schools: from a register, what is known of each school by its URN.
        any_edition: whether another edition of a framework in the criteria is accepted.
        held: finds the frameworks of which the sheet of answers has rows; called only if no framework is named.
    """
    file_format = plain(about.short("format"))
    if file_format and file_format not in layout.FORMATS:
        about.warn(
            "format",
            f'The workbook has format "{file_format[:20]}", which this version does not know; it was read as format {layout.FORMAT}.',
            "Compare what was read; if something is missing, use a blank form of this version.",
        )
    completed_on = about.date("completed_on")
    moments = {name: _moment(about, name) for name in ("first_answer_at", "last_answer_at")}
    carried_from = _carried_from(about)
    head = AuditHead(
        school=_read_school(about, criteria, urns, schools),
        year=_read_year(about, carried_from, (completed_on, *reversed(moments.values()))),
        frameworks=_read_frameworks(about, criteria, held, any_edition=any_edition),
        scope=_word(about, "scope", layout.SCOPE_WORDS, "recommended"),
        basis=_word(about, "basis", layout.BASIS_WORDS, "self-audit"),
        policy_read=about.held("policy_read"),
        completed_on=completed_on,
        as_printed=_word(about, "as_printed", layout.AS_PRINTED_WORDS, True),
        **moments,
    )
    return head, carried_from


def _read_year(about: About, carried_from: str, days: Iterable[dt.date | None]) -> str:
    """The academic year, else the one after the year carried forward, else that of a date in the file, else today's."""
    typed = about.short("year")
    year = read_year(typed, about.where("year"))
    if isinstance(year, str):
        if is_half_a_year(typed):
            what = f'"{plain(typed)}" was read as {year}, the academic year that begins then.'
            about.warn("year", what, "Write both years of it if another one is meant.")
        return year
    day = next((each for each in days if each is not None), None)
    if carried_from:
        year, how = f"{int(carried_from[:4]) + 1}/{(int(carried_from[:4]) + 2) % 100:02d}", "the one after last year's"
    elif day is not None:
        year, how = academic_year(day), "that of the day of its answers"
    else:
        year, how = academic_year(dt.date.today()), "the present one"
    typed = plain(typed)[:40]
    what = f'"{typed}" is not an academic year' if typed else "The academic year is missing"
    about.warn("year", f"{what}; {year} was taken, {how}.", "Write the two years of it, such as 2026/27.")
    return year


def _carried_from(about: About) -> str:
    """The year from which answers were carried forward; empty if there is none, or with a warning if it is no year."""
    typed = plain(about.short("carried_from"))
    if typed and not is_academic_year(typed):
        about.warn("carried_from", f'"{typed[:40]}" is not an academic year.', "Leave this cell as the tool wrote it.")
        return ""
    return typed


def _moment(about: About, name: str) -> dt.datetime | None:
    return read_moment(about.short(name), about.where(name), about.problems)


def _read_school(
    about: About, criteria: Criteria, urns: Mapping[str, str], schools: Mapping[str, KnownSchool]
) -> School:
    urn = _read_urn(about, urns, schools)
    known = schools.get(urn)
    return School(
        urn=urn,
        name=_read_name(about, urn, known),
        phase=_read_phase(about, criteria, known),
        local_authority=_read_authority(about, known),
    )


def _read_name(about: About, urn: str, known: KnownSchool | None) -> str:
    name = about.texts.get("name", "")
    fault = text_fault(name) if name.strip() else "The school name is missing."
    if fault is None:
        return name
    if not urn:
        about.note("name", fault, "Type it in this cell.")
        return ""
    taken = known.name if known else f"School with URN {urn}"
    about.warn("name", f'{fault} "{taken}" was taken in its place.', "Type the name in this cell.")
    return taken


def _read_phase(about: About, criteria: Criteria, known: KnownSchool | None) -> Phase:
    """The phase by its title, else by another word for it, else by the register, else the one asked everything."""
    exact: dict[str, Phase] = {layout.same(title): phase for phase, title in criteria.phases.items()}
    exact |= {layout.same(phase): phase for phase in criteria.phases}
    typed = plain(about.short("phase"))[:40]
    if phase := exact.get(layout.same(about.short("phase")).removesuffix(" school")):
        return phase
    read_as, fix = phase_by_words(typed), f"Choose one of {', '.join(criteria.phases.values())}."
    if read_as and read_as in criteria.phases:
        about.warn("phase", f'"{typed}" was read as {criteria.phases[read_as]}.', fix)
        return read_as
    what = f'"{typed}" is not a phase' if typed else "The phase is missing"
    if known and known.phase:
        title = criteria.phases.get(known.phase, known.phase)
        about.warn("phase", f"{what}; by the register the school is {title}, which was taken.", fix)
        return known.phase
    widest = "all-through" if "all-through" in criteria.phases else next(iter(criteria.phases))
    title = criteria.phases[widest]
    about.warn("phase", f"{what}. It was read as {title}, which is asked every statement.", fix)
    return widest


def _read_authority(about: About, known: KnownSchool | None) -> str:
    """The code of the local authority, else the one in the register; empty if neither has one."""
    where, taken = about.where("local_authority"), known.local_authority if known else ""
    names = {taken: known.authority_name or taken} if known and taken and taken not in FORMER else {}
    code = read_local_authority(about.short("local_authority"), where, names, unknown=True)
    name = authority_name(taken, names)
    if isinstance(code, str):
        doubt = doubt_about_authority(code, where, names)
        if doubt and taken not in ("", code):
            about.warn(
                "local_authority",
                f"{doubt.what.split(';')[0]}; by the register it is {name}, which was taken.",
                doubt.fix,
            )
            return taken
        if doubt:
            about.problems.append(doubt)
        return code or taken
    instead = f"By the register it is {name}, which was taken." if taken else "It was left blank."
    about.warn("local_authority", f"{code.what} {instead}", code.fix)
    return taken


def _read_urn(about: About, urns: Mapping[str, str], schools: Mapping[str, KnownSchool]) -> str:
    """The URN, or the one that the register gives for a DfE number that was typed instead."""
    typed = plain(about.short("urn"))
    urn = read_urn(typed, about.where("urn"))
    number = _DFE_NUMBER.search(typed) if isinstance(urn, Problem) else None
    by_number = urns.get(number[1] + number[2]) if number else None
    if isinstance(urn, str) and urn not in schools and doubt_about_urn(urn):  # 886123 for 886/0123
        by_number = urns.get(f"{urn[:3]}{urn[3:]:0>4}")
    if by_number is not None:
        what = f'"{typed}" is the DfE number; by the register, the school\'s URN is {by_number}, which was used.'
        about.warn("urn", what, f"Type the URN, {by_number}, in this cell.")
        return by_number
    if isinstance(urn, str) and (doubt := doubt_about_urn(urn, about.where("urn"))):
        about.problems.append(doubt)
    return about.usable(urn)


def _word(about: About, name: str, words: Mapping[Any, str], default: Scope | Basis | bool) -> Any:
    """The value whose word a line holds; the default if it holds nothing, or with a warning if it holds another word."""
    typed = about.short(name)
    value = next((value for value, word in words.items() if layout.same(word) == layout.same(typed)), None)
    if value is None and plain(typed):
        what = f'"{plain(typed)[:40]}" is not one of the answers to this; "{words[default]}" was taken.'
        about.warn(name, what, f"Write one of: {'; '.join(words.values())}.")
    return default if value is None else value


def _read_frameworks(
    about: About, criteria: Criteria, held: Callable[[], tuple[FrameworkRef, ...]], *, any_edition: bool
) -> tuple[FrameworkRef, ...]:
    """The frameworks that the line names, in any spelling; if it names none, those of the rows, else the usual ones."""
    refs = named_frameworks(about)
    known, typed, ids = "; ".join(map(str, criteria.refs)), plain(about.short("frameworks")), {ref.id for ref in refs}
    words, typed = f" {_only_words(typed)} ", typed[:60]
    misspelt = tuple(ref for ref in criteria.refs if ref.id not in ids and f" {_only_words(ref.id)} " in words)
    if not (refs or misspelt):
        taken = held() or criteria.usual
        what = f'"{typed}" names no framework with its edition' if typed else "The framework is missing"
        read_as = "; ".join(map(str, taken))
        about.warn("frameworks", f"{what}; it was read as {read_as}.", f"Write one of: {known}.")
        return taken
    if misspelt:
        read_as = "; ".join(map(str, misspelt))
        about.warn("frameworks", f'"{typed}" was read as naming {read_as}.', f"Write it so: {read_as}.")
    for ref in refs:
        if ref in criteria.refs:
            continue
        what = f'The workbook answers "{ref}", which is not among the criteria of this program.'
        if any_edition and ref.id in {known_ref.id for known_ref in criteria.refs}:
            fix = f"Nothing needs mending: its answers are taken as answers to {known}, where that asks the same."
            where = about.where("frameworks")
            about.problems.append(Problem(where=where, what=what, fix=fix, severity="warning"))
        else:
            about.note("frameworks", what, f"Use a blank form for one of: {known}.")
    return (*refs, *misspelt)


def _only_words(text: str) -> str:
    return " ".join(re.findall("[a-z0-9]+", text.casefold()))


@dataclass(frozen=True)
class OtherSchool:
    """Another school that a workbook names: its URN and name, empty if not given, and a warning that says where."""

    urn: str
    name: str
    problem: Problem


def other_schools(about: About, sheets: Mapping[str, Sheet], urn: str) -> Iterator[OtherSchool]:
    """Each further school that a sheet names. Its answers are not read: a workbook holds the return of one school.

    Args:
        about: what the workbook says of the school whose return it is.
        sheets: the sheets that may name another school.
        urn: the URN of that school.
    """
    for sheet in sheets.values():
        if is_about(about, sheet):
            continue
        labels = _labels(sheet)
        if len(labels.places) < _FEWEST_LABELS:
            continue
        other = About(about.file)
        _fill(other, labels)
        named = plain(other.short("urn"))
        number = read_urn(named, "")
        other_urn = number if isinstance(number, str) else ""
        name = " ".join(other.short("name")[:80].split())
        if layout.same(name) == layout.same(about.short("name")):
            name = ""
        if not (other_urn or name) or other_urn == urn:
            continue
        who = (
            f"{name} (URN {other_urn}), which" if name and other_urn else f"{name or f'URN {other_urn}'}, whose school"
        )
        problem = Problem(
            where=other.where("urn") if named else other.where("name"),
            what=f"The sheet {sheet.title} names {who} has no return in this file: a workbook holds the return of one school.",
            fix="Send one workbook for each school.",
            severity="warning",
        )
        yield OtherSchool(urn=other_urn, name=name, problem=problem)


def is_about(about: About, sheet: Sheet) -> bool:
    """Whether a sheet is the one that was read as the *School* sheet."""
    return next(iter(about.places.values()), "").startswith(f"{sheet.file}, sheet {sheet.title}, cell ")


def is_label(text: str) -> bool:
    """Whether a text is a label of the *School* sheet, or its title."""
    return layout.same(text) in _KNOWN


_KNOWN = {layout.same(word) for line in layout.SCHOOL_LABELS for word in (line.label, *line.also, layout.SCHOOL)}
