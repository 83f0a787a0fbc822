"""The *School* sheet: which school, year and framework a workbook is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from audit.identifiers import plain, read_local_authority, read_urn, read_year
from audit.model import Basis, Criteria, FrameworkRef, Phase, School, Scope
from audit.problems import Problem, errors
from audit.text import fault_of, tidy
from audit.workbook import layout

Rows = Sequence[Sequence[Any]]


def as_text(value: Any) -> str:
    """A cell's value as the text that was meant: numbers without ``.0``, dates as day/month/year."""
    if value == "":
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M") if value.time() != dt.time() else value.strftime("%d/%m/%Y")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def read_school(
    file: str, sheets: Mapping[str, Rows], criteria: Criteria, problems: list[Problem]
) -> dict[str, Any] | None:
    """The fields of `Audit` that the *School* sheet gives; None if any that is needed cannot be used."""
    labels = {layout.same(line.label): line.name for line in layout.SCHOOL_LABELS}
    texts: dict[str, str] = {}
    places: dict[str, str] = {}
    for sheet in sorted(sheets, key=lambda title: layout.same(title) != layout.same(layout.SCHOOL)):
        for number, row in enumerate(sheets[sheet][:60]):
            for column, value in enumerate(row[:10]):
                named = labels.get(layout.same(value)) if isinstance(value, str) and value else None
                if named is not None and named not in texts:
                    texts[named] = as_text(row[column + 1]) if column + 1 < len(row) else ""
                    places[named] = f"{file}, sheet {sheet}, cell {get_column_letter(column + 2)}{number + 1}"
        if "urn" in texts:
            break
    found: list[Problem] = []
    read_format = texts.get("format", "")
    if read_format and read_format != layout.FORMAT:
        found.append(
            Problem(
                where=places["format"],
                what=f'The workbook has format "{read_format[:20]}", which this version does not know.',
                fix="Use a blank form of this version, or a newer version of the tool.",
            )
        )
    school = _read_identity(texts, lambda name: places.get(name, f"{file}, sheet {layout.SCHOOL}"), criteria, found)
    problems += found
    return None if errors(found) else school


def _read_identity(
    texts: Mapping[str, str], place: Callable[[str], str], criteria: Criteria, problems: list[Problem]
) -> dict[str, Any]:
    def usable(value: str | Problem) -> str:
        if isinstance(value, Problem):
            problems.append(value)
            return ""
        return value

    name = texts.get("name", "")
    if not name.strip():
        problems.append(Problem(where=place("name"), what="The school name is missing.", fix="Type it in this cell."))
    elif fault := fault_of(name):
        problems.append(Problem(where=place("name"), what=fault, fix="Type the name again."))
        name = ""
    policy_read = texts.get("policy_read", "")
    if fault := fault_of(policy_read):
        problems.append(Problem(where=place("policy_read"), what=fault, fix="Type it again."))
        policy_read = ""
    phases: dict[str, Phase] = {layout.same(title): phase for phase, title in criteria.phases.items()}
    phases |= {layout.same(phase): phase for phase in criteria.phases}
    phase = phases.get(layout.same(texts.get("phase", "")))
    if phase is None:
        given = plain(texts.get("phase", ""))[:40]
        problems.append(
            Problem(
                where=place("phase"),
                what=f'"{given}" is not a phase.' if given else "The phase is missing.",
                fix=f"Choose one of {', '.join(criteria.phases.values())}.",
            )
        )
    return {
        "school": School(
            urn=usable(read_urn(texts.get("urn", ""), place("urn"))),
            name=name,
            phase=phase or "primary",
            local_authority=usable(read_local_authority(texts.get("local_authority", ""), place("local_authority"))),
        ),
        "year": usable(read_year(texts.get("year", ""), place("year"))),
        "frameworks": _read_frameworks(texts.get("frameworks", ""), place("frameworks"), criteria, problems),
        "scope": _word(texts.get("scope", ""), layout.SCOPE_WORDS, "recommended"),
        "basis": _word(texts.get("basis", ""), layout.BASIS_WORDS, "self-audit"),
        "policy_read": policy_read,
        "completed_on": read_date(texts.get("completed_on", ""), place("completed_on"), problems),
    }


def _word(text: str, words: Mapping[Any, str], default: Scope | Basis) -> Any:
    """The value whose word a cell spells; the default if it spells none."""
    return next((value for value, word in words.items() if layout.same(word) == layout.same(text)), default)


def _read_frameworks(text: str, where: str, criteria: Criteria, problems: list[Problem]) -> tuple[FrameworkRef, ...]:
    refs = tuple(FrameworkRef(*found) for found in re.findall(r"([\w.-]+) \(edition ([^)]+)\)", text))
    known = [str(ref) for ref in criteria.refs]
    if not refs:
        problems.append(
            Problem(where=where, what="The framework is missing.", fix=f"Write one of: {'; '.join(known)}.")
        )
    for ref in refs:
        if ref not in criteria.refs:
            problems.append(
                Problem(
                    where=where,
                    what=f'The workbook answers "{ref}", which is not among the criteria at hand.',
                    fix=f"Use a blank form for one of: {'; '.join(known)}.",
                )
            )
    return refs


def read_date(text: str, where: str, problems: list[Problem]) -> dt.date | None:
    """The day that a person typed, in any of the usual ways; None if empty or not a date, which is a problem."""
    typed = plain(text).split(" ")[0]
    if not typed:
        return None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"):
        try:
            return dt.datetime.strptime(typed, pattern).date()
        except ValueError:
            continue
    problems.append(
        Problem(
            where=where,
            what=f'"{plain(text)[:40]}" is not a date.',
            fix="Write day, month and year, such as 31/03/2027.",
        )
    )
    return None
