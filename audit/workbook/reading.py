"""The sheets of a workbook as an audit, with every problem by file, sheet and cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from audit.model import NO_RESPONSE, Audit, AuditHead, Criteria, KnownSchool, Response, SignOff
from audit.problems import Problem, errors
from audit.workbook import actions, answers, carried, layout, safety, signed
from audit.workbook.beside_cells import Unread
from audit.workbook.identity import About, find_about, other_schools, read_about
from audit.workbook.sheets import Sheet, Table, find_sheet, find_tables, read_sheets
from audit.workbook.untaken import untaken

MOST_PROBLEMS = 500
"""The most that are told of one file; a return with a fault in every answer has fewer."""
_OURS = (layout.SCHOOL, layout.ANSWERS, layout.ACTIONS, layout.LAST_YEAR, layout.SIGN_OFF)


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
        criteria: those that it was signed with, if it is what was signed; they may be of another day, or another
            edition, than those at hand. None if it is not signed.
        intact: whether it is signed, and what was signed. What was altered since counts as not signed.
        others: URN and name, as far as they are given, of each further school that the workbook names.
        modified_at: when the workbook was changed last, by what it says itself (UTC); None if it does not say.
    """

    audit: Audit | None
    problems: tuple[Problem, ...]
    urn: str = ""
    name: str = ""
    untyped: bool = False
    rows: Mapping[str, Response] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    criteria: Criteria | None = None
    intact: bool = False
    others: tuple[tuple[str, str], ...] = ()
    modified_at: dt.datetime | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything in the file could be used."""
        return self.audit is not None and not errors(self.problems)


@dataclass(frozen=True, kw_only=True)
class Book:
    """The sheets of a workbook, and what can be told of them without criteria.

    Attributes:
        faults: why a sheet could not be read, by its title.
        sign_offs: every version that was signed, as the workbook says.
        sign_off_table: where it says so.
        unread: what somebody wrote on the sheets that only the product fills.
    """

    file: str
    sheets: Mapping[str, Sheet]
    faults: Mapping[str, Problem]
    about: About
    sign_offs: tuple[SignOff, ...]
    sign_off_table: Table | None
    unread: Mapping[str, Unread] = field(default_factory=dict)


def book_of(looked: safety.Looked, file: str) -> Book:
    """The sheets that may be read."""
    sheets, faults = read_sheets(looked, file)
    about = find_about(file, sheets)
    table = _find(sheets, layout.SIGN_OFF, layout.SIGN_OFF_FIELDS, signed.NEEDED, anywhere=bool(about.short("content")))
    return Book(
        file=file,
        sheets=sheets,
        faults=faults,
        about=about,
        sign_offs=signed.read_sign_offs(table) if table else (),
        sign_off_table=table,
        unread=looked.unread,
    )


def reading_of(
    book: Book,
    criteria: Criteria,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool],
    *,
    any_edition: bool = False,
) -> Reading:
    """The audit that the sheets hold, whether or not it is what was signed.

    Args:
        book: the sheets.
        criteria: those with which the rows are read.
        urns: the URN by DfE number.
        schools: what a register tells of each school, by its URN.
        any_edition: whether answers to another edition of a framework are taken too.
    """
    about, name = book.about, book.file
    head, carried_from = read_about(about, criteria, urns, schools, any_edition=any_edition)
    school_problems = (*about.problems, *about.formulas) if about.texts else _no_school(name, book.faults)
    school = head.school
    table = next(find_tables(book.sheets, layout.ANSWERS, answers.FIELDS, answers.NEEDED), None)
    if table is None:
        why = (*(book.faults.values() or [_no_answers(name)]), *(school_problems if about.texts else ()))
        return Reading(audit=None, problems=capped(why, name), urn=school.urn, name=school.name)
    others = {title: sheet for title, sheet in book.sheets.items() if sheet is not table.sheet}
    asked = bool(about.short("carried_from"))
    before = _find(others, layout.LAST_YEAR, layout.LAST_YEAR_FIELDS, carried.NEEDED, anywhere=asked)
    practices = layout.practice_by_word(criteria.practice_levels)
    begun_with = carried.read_carried(before, practices, any_edition=any_edition) if before else {}
    table.leave_out_struck(answers.FIELDS)
    is_signed = bool(about.short("content"))  # of what was signed no note is a part
    found = answers.read_answers(table, criteria, begun_with, any_edition=any_edition, takes_notes=not is_signed)
    table.add_formulas(answers.FIELDS)
    plan = next(find_tables(others, layout.ACTIONS, layout.ACTION_FIELDS, actions.NEEDED), None)
    if plan:
        plan.leave_out_struck(layout.ACTION_FIELDS)
    planned = actions.read_actions(plan, criteria, any_edition=any_edition) if plan else ()
    if plan:
        plan.add_formulas(layout.ACTION_FIELDS)
    audit = None
    if about.texts and not errors(about.problems):
        more = {"carried_from": carried_from, "carried": begun_with, "sign_offs": book.sign_offs}
        audit = _audit(head, found, actions=planned, **more)
    others_read = [part for part in (plan, before, book.sign_off_table) if part is not None]
    used = {id(part.sheet) for part in (table, *others_read)}
    unused = {title: sheet for title, sheet in book.sheets.items() if id(sheet) not in used}
    strangers = tuple(other_schools(about, unused, school.urn))
    twice = (*_copies(others, table), *(stranger.problem for stranger in strangers))
    problems = chain(
        school_problems,
        table.problems,
        _missing(audit, found, table, criteria),
        twice,
        chain.from_iterable(part.problems for part in others_read),
        untaken(about, _but(book.sheets, twice), [table, *others_read], found, book.unread),
        _left_out(book.faults),
    )
    return Reading(
        audit=audit,
        problems=capped(problems, name),
        untyped=bool(about.formulas) or table.untyped or any(part.untyped for part in others_read),
        rows={statement: given for statement, given in found.responses.items() if statement not in found.faulty},
        marks=found.marks,
        others=tuple(dict.fromkeys((stranger.urn, stranger.name) for stranger in strangers)),
        urn=school.urn,
        name=school.name,
    )


def _audit(head: AuditHead, found: answers.Answers, **more: Any) -> Audit:
    given = {statement: response for statement, response in found.responses.items() if response != NO_RESPONSE}
    revisions = {
        statement: number for statement, number in found.revisions.items() if statement in given and number != 1
    }
    return Audit(**vars(head), responses=given, revisions=revisions, **more)


def _find(
    sheets: Mapping[str, Sheet],
    wanted: str,
    fields: tuple[layout.Field, ...],
    needed: tuple[str, ...],
    *,
    anywhere: bool,
) -> Table | None:
    """The table on the sheet of a name; ``anywhere`` if the sheet must be there, so that it has been renamed."""
    sheet = find_sheet(sheets, wanted)
    within = {sheet.title: sheet} if sheet else sheets if anywhere else {}
    return next(find_tables(within, wanted, fields, needed), None)


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


def _missing(audit: Audit | None, found: answers.Answers, table: Table, criteria: Criteria) -> Iterator[Problem]:
    """The warning that statements have no row, if there are such."""
    if audit is None:
        return
    problem = answers.missing_rows(
        found,
        criteria,
        where=f"{table.sheet.file}, sheet {table.sheet.title}",
        asks=audit.asks,
        frameworks=frozenset(ref.id for ref in audit.frameworks if ref in criteria.refs),
    )
    if problem is not None:
        yield problem


def _copies(others: Mapping[str, Sheet], table: Table) -> Iterator[Problem]:
    """A warning for each further sheet that could be the answers too."""
    unknown = {title: sheet for title, sheet in others.items() if title not in _OURS}
    for copy in find_tables(unknown, layout.ANSWERS, layout.ANSWER_FIELDS, answers.NEEDED):
        yield Problem(
            where=f"{copy.sheet.file}, sheet {copy.sheet.title}",
            what=f"This sheet has the headings of the answers too; only the sheet {table.sheet.title} was read.",
            fix="Delete the sheet whose answers do not count.",
            severity="warning",
        )


def _but(sheets: Mapping[str, Sheet], told: Collection[Problem]) -> dict[str, Sheet]:
    """The sheets without those of which a problem tells already."""
    places = [f"{problem.where}," for problem in told]
    return {
        title: sheet
        for title, sheet in sheets.items()
        if not any(place.startswith(f"{sheet.file}, sheet {title},") for place in places)
    }


def _left_out(faults: Mapping[str, Problem]) -> Iterator[Problem]:
    """The problem with each sheet that was not read; only a warning where the sheet is the school's own."""
    for title, fault in faults.items():
        yield fault if title in _OURS else replace(fault, severity="warning")


def capped(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """The problems of a file, of which only so many are told."""
    found = tuple(problems)
    if len(found) <= MOST_PROBLEMS:
        return found
    more = Problem(
        where=file,
        what=f"There are {len(found) - MOST_PROBLEMS:,} further problems in this file.",
        fix="Start from a fresh blank form.",
    )
    return (*found[:MOST_PROBLEMS], more)
