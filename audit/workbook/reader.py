"""A workbook as an audit, or the problems with it: never an exception for what a file holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from audit.model import NO_RESPONSE, Action, Audit, Criteria, Response
from audit.problems import Problem, UnusableFile, errors
from audit.workbook import actions, answers, layout, safety
from audit.workbook.identity import find_about, read_about
from audit.workbook.sheets import Sheet, Table, find_tables, read_sheets

MOST_PROBLEMS = 500
"""The most that are told of one file; a return with a fault in every answer has fewer."""
_OURS = (layout.SCHOOL, layout.ANSWERS, layout.ACTIONS)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read of one workbook.

    Attributes:
        audit: the audit as far as it could be read; None if the file or its school cannot be used.
        problems: every fault, errors and warnings, in the order of the file.
        urn: the URN that could be read, even if the audit could not; empty if none.
        name: the school's name that could be read, likewise.
        untyped: whether a value that is read was typed by nobody: it is a formula, comes from another file, or is
            longer than any cell can hold. None is run; a school is told of each, and an authority takes no such file.
        rows: the response of each statement that has a row without an error, empty ones too; a row
            that could be read in part only is in the audit, and must never overwrite what is stored.
        marks: for each of them the fingerprint of what the workbook held when it was written.
    """

    audit: Audit | None
    problems: tuple[Problem, ...]
    urn: str = ""
    name: str = ""
    untyped: bool = False
    rows: Mapping[str, Response] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether everything in the file could be used."""
        return self.audit is not None and not errors(self.problems)


def read(data: bytes, name: str, criteria: Criteria, *, urns: Mapping[str, str] | None = None) -> Reading:
    """The audit that a workbook holds, with every problem by file, sheet and cell.

    Args:
        data: the bytes of the file, whatever it is.
        name: how problems call it.
        criteria: the criteria at hand.
        urns: the URN by DfE number (seven digits) from a register, for a school that typed its DfE
            number where the URN belongs.
    """
    try:
        looked = safety.look(data, name, _to_read)
    except UnusableFile as error:
        return Reading(audit=None, problems=error.problems)
    sheets, faults = read_sheets(looked, name)
    about = find_about(name, sheets)
    fields = read_about(about, criteria, urns or {})
    school_problems = (*about.problems, *about.formulas) if about.texts else _no_school(name, faults)
    known = {"urn": fields["school"].urn, "name": fields["school"].name}
    table = next(find_tables(sheets, layout.ANSWERS, layout.ANSWER_FIELDS, answers.NEEDED), None)
    if table is None:
        why = (*(faults.values() or [_no_answers(name)]), *(school_problems if about.texts else ()))
        return Reading(audit=None, problems=_capped(why, name), **known)
    found = answers.read_answers(table, criteria)
    table.add_formulas(layout.ANSWER_FIELDS)
    plan = _find_plan(sheets, table)
    planned = _read_plan(plan, criteria) if plan else ()
    audit = None
    if about.texts and not errors(about.problems):
        given = {statement: response for statement, response in found.responses.items() if response != NO_RESPONSE}
        audit = Audit(**fields, responses=given, actions=planned)
    problems = chain(
        school_problems,
        table.problems,
        _missing(audit, found, table, criteria),
        _copies(sheets, table),
        plan.problems if plan else (),
        _left_out(faults),
    )
    sound = {statement: response for statement, response in found.responses.items() if statement not in found.faulty}
    untyped = bool(about.formulas) or table.untyped or (plan is not None and plan.untyped)
    return Reading(
        audit=audit, problems=_capped(problems, name), untyped=untyped, rows=sound, marks=found.marks, **known
    )


def _to_read(titles: Collection[str]) -> list[str]:
    """The sheets to read: all but those that only the product fills, if the others have kept their names."""
    unread: Collection[str] = layout.UNREAD if {layout.SCHOOL, layout.ANSWERS} <= set(titles) else ()
    return [title for title in titles if title not in unread]


def _no_answers(file: str) -> Problem:
    headings = ", ".join(f'"{f.heading}"' for f in layout.ANSWER_FIELDS if f.name in answers.NEEDED)
    return Problem(
        where=f"{file}, sheet {layout.ANSWERS}",
        what=f"No sheet has the columns {headings}, so there are no answers to read.",
        fix="Restore the headings, or copy the answers into a fresh blank form.",
    )


def _no_school(file: str, faults: Mapping[str, Problem]) -> tuple[Problem, ...]:
    """Why it is not known whose answers these are, unless the fault in a sheet says so already."""
    if layout.SCHOOL in faults:
        return ()
    return (
        Problem(
            where=f"{file}, sheet {layout.SCHOOL}",
            what="No sheet has the lines School name, URN and Phase, so it is not known whose answers these are.",
            fix="Copy the answers into a fresh blank form, and fill in its sheet School.",
        ),
    )


def _find_plan(sheets: Mapping[str, Sheet], table: Table) -> Table | None:
    """The action plan, wherever it is."""
    others = {title: sheet for title, sheet in sheets.items() if sheet is not table.sheet}
    return next(find_tables(others, layout.ACTIONS, layout.ACTION_FIELDS, actions.NEEDED), None)


def _read_plan(plan: Table, criteria: Criteria) -> tuple[Action, ...]:
    """The actions; problems are noted in the table."""
    found = actions.read_actions(plan, criteria)
    plan.add_formulas(layout.ACTION_FIELDS)
    return found


def _missing(audit: Audit | None, found: answers.Answers, table: Table, criteria: Criteria) -> Iterator[Problem]:
    """The warning that statements have no row, if there are such."""
    if audit is None:
        return
    problem = answers.missing_rows(
        found,
        criteria,
        where=f"{table.sheet.file}, sheet {table.sheet.title}",
        phase=audit.school.phase,
        scope=audit.scope,
        frameworks=frozenset(ref.id for ref in audit.frameworks),
    )
    if problem is not None:
        yield problem


def _copies(sheets: Mapping[str, Sheet], table: Table) -> Iterator[Problem]:
    """A warning for each further sheet that could be the answers too."""
    others = {
        title: sheet
        for title, sheet in sheets.items()
        if sheet is not table.sheet and title not in (layout.SCHOOL, layout.ACTIONS)
    }
    for copy in find_tables(others, layout.ANSWERS, layout.ANSWER_FIELDS, answers.NEEDED):
        yield Problem(
            where=f"{copy.sheet.file}, sheet {copy.sheet.title}",
            what=f"This sheet has the headings of the answers too; only the sheet {table.sheet.title} was read.",
            fix="Delete the sheet whose answers do not count.",
            severity="warning",
        )


def _left_out(faults: Mapping[str, Problem]) -> Iterator[Problem]:
    """The problem with each sheet that was not read; only a warning where the sheet is the school's own."""
    for title, fault in faults.items():
        yield fault if title in _OURS else replace(fault, severity="warning")


def _capped(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    found = tuple(problems)
    if len(found) <= MOST_PROBLEMS:
        return found
    more = Problem(
        where=file,
        what=f"There are {len(found) - MOST_PROBLEMS:,} further problems in this file.",
        fix="Start from a fresh blank form.",
    )
    return (*found[:MOST_PROBLEMS], more)
