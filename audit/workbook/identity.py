"""The *School* sheet: which school, year and framework a workbook is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from audit.identifiers import plain, read_local_authority, read_urn, read_year
from audit.model import Basis, Criteria, FrameworkRef, Phase, School, Scope, is_academic_year
from audit.problems import Problem
from audit.workbook import layout
from audit.workbook.dates import read_date, read_moment
from audit.workbook.sheets import Sheet, as_text, in_order, text_fault

_ROWS, _COLUMNS = 60, 10
"""Labels are looked for in the upper left of a sheet."""
_BESIDE = 4
"""Columns to the right of the labels in which the values may stand, if some were inserted."""
_ENOUGH_LABELS, _FEWEST_LABELS = 5, 3
"""Labels by which the sheet is known at once, and without which no sheet is taken for it."""
_LONGEST = 1_000  # characters of what is no free text; far more than any of it needs
_DFE_NUMBER = re.compile(r"([0-9]{3})[\s/\\-]*([0-9]{4})")


@dataclass(frozen=True)
class _Labels:
    """The labels found in a sheet: the row and column of each, by name."""

    sheet: Sheet
    found: Mapping[str, tuple[int, int]]


@dataclass
class About:
    """What a workbook says of its school, while it is read.

    Attributes:
        file: how problems call the file.
        texts: what stands beside each label; a label that is not there has none.
        places: the cell of each.
        problems: what is wrong with them.
        formulas: values that are formulas; what they last showed is used.
    """

    file: str
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    formulas: list[Problem] = field(default_factory=list)

    def where(self, name: str) -> str:
        """The cell that a value stands in, or its sheet if there is none."""
        return self.places.get(name, f"{self.file}, sheet {layout.SCHOOL}")

    def short(self, name: str) -> str:
        """A value that is no free text."""
        return self.texts.get(name, "")[:_LONGEST]

    def note(self, name: str, what: str, fix: str) -> None:
        """Notes what is wrong with a value."""
        self.problems.append(Problem(where=self.where(name), what=what, fix=fix))

    def usable(self, value: str | Problem) -> str:
        """A value, or nothing where there is a problem with it, which is noted."""
        if isinstance(value, Problem):
            self.problems.append(value)
            return ""
        return value

    def held(self, name: str) -> str:
        """A free text, or nothing where it cannot be held, which is noted."""
        text = self.texts.get(name, "")
        if text and (fault := text_fault(text)):
            self.note(name, fault, "Type it again.")
            return ""
        return text


def find_about(file: str, sheets: Mapping[str, Sheet]) -> About:
    """What stands beside the labels of the *School* sheet, wherever it is and whatever it is called."""
    about = About(file)
    best: _Labels | None = None
    for title in in_order(list(sheets), layout.SCHOOL):
        labels = _labels(sheets[title])
        if best is None or len(labels.found) > len(best.found):
            best = labels
        if len(best.found) >= _ENOUGH_LABELS:
            break
    if best is not None and len(best.found) >= _FEWEST_LABELS:
        _fill(about, best)
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


def _fill(about: About, labels: _Labels) -> None:
    """Takes the values from the first column right of the labels that holds any."""
    rows = labels.sheet.rows
    width = len(rows[0]) if rows else 0
    beside = next(
        (
            step
            for step in range(1, _BESIDE + 1)
            if any(column + step < width and rows[row][column + step] != "" for row, column in labels.found.values())
        ),
        1,
    )
    for name, (row, column) in labels.found.items():
        about.texts[name] = as_text(rows[row][column + beside]) if column + beside < width else ""
        about.places[name] = labels.sheet.where(row, column + beside)
        if problem := labels.sheet.formula_problem((row, column + beside)):
            about.formulas.append(problem)


def named_frameworks(about: About) -> tuple[FrameworkRef, ...]:
    """The editions of frameworks that a workbook names, whether or not they are at hand."""
    found = re.findall(r"([\w.-]+) \(edition ([^)]+)\)", about.short("frameworks"))
    return tuple(FrameworkRef(*one) for one in found)


def read_about(
    about: About, criteria: Criteria, urns: Mapping[str, str], *, any_edition: bool = False
) -> dict[str, Any]:
    """The fields of `Audit` that the *School* sheet gives; one that cannot be used is a problem, and empty.

    Args:
        about: what the sheet says; problems are noted in it.
        criteria: the criteria at hand.
        urns: the URN by DfE number, without its stroke.
        any_edition: whether another edition of a framework at hand will do.
    """
    given = plain(about.short("format"))
    if given and given not in layout.FORMATS:
        about.note(
            "format",
            f'The workbook has format "{given[:20]}", which this version does not know.',
            "Use a blank form of this version, or a newer version of the tool.",
        )
    return {
        "school": _read_school(about, criteria, urns),
        "year": about.usable(read_year(about.short("year"), about.where("year"))),
        "frameworks": _read_frameworks(about, criteria, any_edition=any_edition),
        "scope": _word(about.short("scope"), layout.SCOPE_WORDS, "recommended"),
        "basis": _word(about.short("basis"), layout.BASIS_WORDS, "self-audit"),
        "policy_read": about.held("policy_read"),
        "completed_on": read_date(about.short("completed_on"), about.where("completed_on"), about.problems),
        "first_answer_at": _moment(about, "first_answer_at"),
        "last_answer_at": _moment(about, "last_answer_at"),
        "carried_from": _carried_from(about),
    }


def _carried_from(about: About) -> str:
    """The year whose answers the audit began with; of one that is none, the person is warned."""
    typed = plain(about.short("carried_from"))
    if typed and not is_academic_year(typed):
        what, fix = f'"{typed[:40]}" is not an academic year.', "Leave this cell as the tool wrote it."
        about.problems.append(Problem(where=about.where("carried_from"), what=what, fix=fix, severity="warning"))
        return ""
    return typed


def _moment(about: About, name: str) -> dt.datetime | None:
    return read_moment(about.short(name), about.where(name), about.problems)


def _read_school(about: About, criteria: Criteria, urns: Mapping[str, str]) -> School:
    name = about.held("name")
    if not about.texts.get("name", "").strip():
        about.note("name", "The school name is missing.", "Type it in this cell.")
    phases: dict[str, Phase] = {layout.same(title): phase for phase, title in criteria.phases.items()}
    phases |= {layout.same(phase): phase for phase in criteria.phases}
    phase = phases.get(layout.same(about.short("phase")).removesuffix(" school"))
    if phase is None:
        given = plain(about.short("phase"))[:40]
        what = f'"{given}" is not a phase.' if given else "The phase is missing."
        about.note("phase", what, f"Choose one of {', '.join(criteria.phases.values())}.")
    where = about.where("local_authority")
    return School(
        urn=_read_urn(about, urns),
        name=name,
        phase=phase or "primary",
        local_authority=about.usable(read_local_authority(about.short("local_authority"), where)),
    )


def _read_urn(about: About, urns: Mapping[str, str]) -> str:
    """The URN, or the one that the register gives for the DfE number that was typed in its place."""
    typed = plain(about.short("urn"))
    number = _DFE_NUMBER.fullmatch(typed)
    urn = urns.get(number[1] + number[2]) if number else None
    if urn is None:
        return about.usable(read_urn(typed, about.where("urn")))
    about.problems.append(
        Problem(
            where=about.where("urn"),
            what=f'"{typed}" is the DfE number; by the register, the school\'s URN is {urn}, which was used.',
            fix=f"Type the URN, {urn}, in this cell.",
            severity="warning",
        )
    )
    return urn


def _word(text: str, words: Mapping[Any, str], default: Scope | Basis) -> Any:
    """The value whose word a cell spells; the default if it spells none."""
    return next((value for value, word in words.items() if layout.same(word) == layout.same(text)), default)


def _read_frameworks(about: About, criteria: Criteria, *, any_edition: bool) -> tuple[FrameworkRef, ...]:
    refs = named_frameworks(about)
    known = "; ".join(map(str, criteria.refs))
    if not refs:
        given = plain(about.short("frameworks"))[:60]
        what = f'"{given}" names no framework with its edition.' if given else "The framework is missing."
        about.note("frameworks", what, f"Write one of: {known}.")
    for ref in refs:
        if ref in criteria.refs:
            continue
        what = f'The workbook answers "{ref}", which is not among the criteria at hand.'
        if any_edition and ref.id in {one.id for one in criteria.refs}:
            fix = f"Nothing needs mending: its answers are taken as answers to {known}, where that asks the same."
            where = about.where("frameworks")
            about.problems.append(Problem(where=where, what=what, fix=fix, severity="warning"))
        else:
            about.note("frameworks", what, f"Use a blank form for one of: {known}.")
    return refs


def other_schools(about: About, sheets: Mapping[str, Sheet], urn: str) -> Iterator[Problem]:
    """A warning for each further sheet that names another school, which then has no return in the file.

    Args:
        about: what the workbook says of the school whose return it is.
        sheets: the sheets that may name one.
        urn: the URN of that school.
    """
    for sheet in sheets.values():
        if is_about(about, sheet):
            continue
        labels = _labels(sheet)
        if len(labels.found) < _FEWEST_LABELS:
            continue
        other = About(about.file)
        _fill(other, labels)
        named = plain(other.short("urn"))
        number = read_urn(named, "")
        who = f"URN {number}" if isinstance(number, str) else other.short("name")[:60].strip()
        if not who or number == urn:
            continue
        yield Problem(
            where=other.where("urn") if named else other.where("name"),
            what=f"The sheet {sheet.title} names {who}, whose school has no return in this file: "
            "a workbook holds the return of one school.",
            fix="Send one workbook for each school.",
            severity="warning",
        )


def is_about(about: About, sheet: Sheet) -> bool:
    """Whether a sheet is the one that says which school the workbook is about."""
    return next(iter(about.places.values()), "").startswith(f"{sheet.file}, sheet {sheet.title}, cell ")


def is_label(text: str) -> bool:
    """Whether a text is one of the labels of the sheet *School*, or its title."""
    return layout.same(text) in _KNOWN


_KNOWN = {layout.same(word) for line in layout.SCHOOL_LABELS for word in (line.label, *line.also, layout.SCHOOL)}
