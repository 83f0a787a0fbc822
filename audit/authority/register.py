"""Which schools a local authority expects a return from: the national register, or any list of URN and name.

The national register is *Get Information About Schools*, whose public CSV has some 140 columns. Those
that are needed are found by their headings and may each be absent. Nothing else in a row is looked
at: it names head teachers, and no person's name belongs here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice

from audit.authority.csv_file import HEAD, Row, first_problems, read_rows, text_of
from audit.authority.lists import school_name_key
from audit.authority.register_columns import (
    ASKED_BY_DEFAULT,
    PLACES,
    UNREAD,
    authority_name_of,
    authority_of,
    columns_of,
    dfe_number_of,
    expected_place,
    is_open_school,
    is_urn,
    phase_of,
    type_of,
)
from audit.identifiers import authority_name, authority_title, local_authorities, read_urn
from audit.model import KnownSchool, Phase
from audit.problems import Problem, UnusableFile

_NO_AUTHORITY = frozenset({"", UNREAD, "000"})
"""What stands where a school has none: the register's own code for *Does not apply* is 000."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredSchool:
    """One school of the register.

    Attributes:
        local_authority: three-digit code; empty if the list does not say, `UNREAD` if it cannot be told.
        dfe_number: seven digits, authority and establishment; empty likewise.
        phase: None if the register tells it neither by phase nor by type.
        type: the group of its type in plain words, such as *Academy*; empty if the list does not say.
        expected: whether a return is expected of it: it is open, and its kind of place is asked.
        place: the kind of place in `PLACES`, if it is open and of one that is asked only as the authority chooses.
    """

    urn: str
    name: str
    local_authority: str = ""
    dfe_number: str = ""
    phase: Phase | None = None
    type: str = ""
    expected: bool = True
    place: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the register has it as open, whether or not a return is expected of it."""
        return self.expected or bool(self.place)


@dataclass(frozen=True)
class Register:
    """The schools known, by URN, in the order of the list.

    Attributes:
        names: name by code of the authorities that the list names and this program does not know.
        elsewhere: by URN the authority, in words, of the schools that the list has and that are another authority's.
    """

    schools: Mapping[str, RegisteredSchool]
    names: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def urns(self) -> Mapping[str, str]:
        """URN by DfE number. A school that closed and its successor may share one; the open school has it."""
        closed_first = sorted(self.schools.values(), key=lambda school: (school.is_open, school.expected))
        return {school.dfe_number: school.urn for school in closed_first if school.dfe_number}

    @cached_property
    def known(self) -> Mapping[str, KnownSchool]:
        """What is known of each school, by its URN."""
        return {
            urn: KnownSchool(
                name=one.name,
                phase=one.phase,
                local_authority=(code := "" if one.local_authority == UNREAD else one.local_authority),
                authority_name=self.names.get(code, ""),
            )
            for urn, one in self.schools.items()
        }

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Type by URN, of the schools whose type is known."""
        return {school.urn: school.type for school in self.schools.values() if school.type}

    @cached_property
    def authorities(self) -> Mapping[str, str]:
        """Name by code of the local authorities that have a school here, in the order of their names."""
        codes = {school.local_authority for school in self.schools.values()} - _NO_AUTHORITY
        names = {code: authority_name(code, self.names) for code in codes}
        return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))

    @cached_property
    def _by_name(self) -> Mapping[frozenset[str], RegisteredSchool | None]:
        found: dict[frozenset[str], RegisteredSchool | None] = {}
        for school in self.schools.values():
            if school.expected and (key := school_name_key(school.name)):
                found[key] = None if key in found else school
        return found

    def of(self, authority: str) -> Register:
        """Only the schools of one local authority, by its code, and those whose authority the list does not say."""
        own = (authority, "")
        schools = {urn: school for urn, school in self.schools.items() if school.local_authority in own}
        codes = {urn: school.local_authority for urn, school in self.schools.items() if urn not in schools}
        unread = "an authority that cannot be read"
        elsewhere = {
            urn: unread if code in _NO_AUTHORITY else authority_title(code, self.names) for urn, code in codes.items()
        }
        return replace(self, schools=schools, elsewhere=elsewhere)

    def asking(self, places: Collection[str]) -> Register:
        """The register with a return expected of these kinds of place, and of no other that is asked by choice.

        Args:
            places: keys of `PLACES`.
        """
        schools = {
            urn: replace(one, expected=one.place in places) if one.place else one for urn, one in self.schools.items()
        }
        return replace(self, schools=schools)

    @cached_property
    def places(self) -> Mapping[str, Sequence[RegisteredSchool]]:
        """The schools of each kind of place that is asked only as the authority chooses, in the order of `PLACES`."""
        found: dict[str, list[RegisteredSchool]] = {place: [] for place in PLACES}
        for one in self.schools.values():
            if one.place:
                found[one.place].append(one)
        return {place: schools for place, schools in found.items() if schools}

    def called(self, name: str) -> RegisteredSchool | None:
        """The one expected school of that name, compared loosely; None if there is none or more than one."""
        return self._by_name.get(school_name_key(name))

    def renewed(self, successors: Mapping[str, str]) -> Register:
        """The register after schools changed their URN, in case it is older than the change.

        Args:
            successors: new URN by old, as `read_successors` gives it.
        """
        schools = {urn: school for urn, school in self.schools.items() if urn not in successors}
        for old, new in successors.items():
            if old in self.schools:
                schools.setdefault(new, replace(self.schools[old], urn=new))
        return replace(self, schools=schools)


def read_register(data: bytes, file: str) -> tuple[Register | None, tuple[Problem, ...]]:
    """The schools of a register or list, with every row that could not be used.

    Args:
        data: the CSV of the national register, or a list of URN and name with or without headings.
        file: how problems call it.

    Returns:
        The register, None if no school could be read from the file; and the problems by file and line.
    """
    try:
        columns, rows = _table(read_rows(data, file, lambda cells: bool(columns_of(cells))), file)
        schools, names, problems = _read_schools(rows, columns, file)
    except UnusableFile as error:
        return None, error.problems
    if not schools and not problems:
        fix = "Choose a list with schools in it."
        problems.append(Problem(where=file, what="The list has headings, but no school.", fix=fix))
    return Register(schools, names) if schools else None, first_problems(problems, file)


def _table(rows: Iterator[Row], file: str) -> tuple[Mapping[str, int], Iterator[Row]]:
    """The place of each column, and the rows of schools.

    Raises:
        UnusableFile: neither headings nor a URN beside a name are there.
    """
    head = list(islice(rows, HEAD))
    start, columns = next(((n, found) for n, (_, cells) in enumerate(head) if (found := columns_of(cells))), (0, {}))
    if "name" not in columns:
        missing = "EstablishmentName" if columns else "URN"
        what = f"This is no register of schools: it has no column headed {missing}, and is no list of URN and name."
        fix = "Choose the national register's CSV, or a list of URN and name."
        raise UnusableFile([Problem(where=file, what=what, fix=fix)])
    if not is_urn(head[start][1][columns["urn"]]):
        return columns, chain(head[start + 1 :], rows)
    above = [row for row in head[:start] if _is_meant_as_school(row[1], columns)]
    return columns, chain(above, head[start:], rows)


def _by_column(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {column: row[place] for column, place in columns.items() if place < len(row)}


def _is_meant_as_school(row: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether a row above the first URN is a school with a fault, not a heading: it has a number and a name."""
    cells = _by_column(row, columns)
    return _has_digit([cells.get("urn", "")]) and bool(cells.get("name", "").strip())


def _has_digit(cells: Iterable[str]) -> bool:
    return any(re.search("[0-9]", cell) for cell in cells)


def _read_schools(
    rows: Iterable[Row], columns: Mapping[str, int], file: str
) -> tuple[dict[str, RegisteredSchool], dict[str, str], list[Problem]]:
    """The schools by URN, the new authorities' names, and a problem for each row that is not one.

    Of a URN that stands twice the first counts.
    """
    schools: dict[str, RegisteredSchool] = {}
    names: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for line, row in rows:
        where = f"{file}, line {line}"
        cells = _by_column(row, columns)
        urn, name = read_urn(cells.get("urn", ""), where), text_of(cells.get("name", ""))
        if isinstance(urn, Problem):
            problems.append(urn)
        elif not name:
            problems.append(Problem(where=where, what=f"URN {urn} has no name.", fix="Add the school's name."))
        elif urn in schools:
            what = f"URN {urn} stands in line {lines[urn]} too; that line was used, this one was not."
            problems.append(Problem(where=where, what=what, fix="Delete one of the two lines."))
        else:
            lines[urn] = line
            schools[urn] = one = _school(urn, name, cells, where, problems)
            if one.local_authority not in names and one.local_authority not in local_authorities():
                names[one.local_authority] = authority_name_of(cells)
    return schools, {code: name for code, name in names.items() if name and code not in _NO_AUTHORITY}, problems


def _school(urn: str, name: str, cells: Mapping[str, str], where: str, problems: list[Problem]) -> RegisteredSchool:
    """One school; where its authority or status cannot be told, a problem is added and it is nobody's, or open."""
    authority, there = authority_of(cells), is_open_school(cells)
    if isinstance(authority, Problem):
        problems.append(_unread(authority, where))
        authority = UNREAD
    if there is None:
        what = f'"{text_of(cells["status"])[:40]}" is not a status of the register; the school was taken as open.'
        fix = "Write Open, Closed, or Proposed to open."
        problems.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    place = expected_place(cells) if there is not False else ""
    return RegisteredSchool(
        urn=urn,
        name=name,
        local_authority=authority,
        dfe_number=dfe_number_of(cells, authority),
        phase=phase_of(cells),
        type=type_of(cells),
        expected=there is not False and (not place or place in ASKED_BY_DEFAULT),
        place=place,
    )


def _unread(problem: Problem, where: str) -> Problem:
    what = f"{problem.what} The school counts for no authority: it is left out wherever one is chosen."
    return replace(problem, where=where, what=what, fix="Write the authority's three-digit code, such as 886.")


def read_successors(data: bytes, file: str) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The newest URN of schools that changed it, with every row that could not be used.

    Args:
        data: a list of old URN and new URN, in this order, with or without headings. A school that
            changed twice has two rows.
        file: how problems call it.

    Returns:
        New URN by old, followed to the end where the new one changed again; and the problems.
    """
    following: dict[str, str] = {}
    problems: list[Problem] = []
    try:
        for line, cells in read_rows(data, file, lambda cells: all(map(is_urn, (*cells, "", "")[:2]))):
            if _has_digit(cells[:2]):  # otherwise these are the headings
                _read_change(cells, f"{file}, line {line}", following, problems)
    except UnusableFile as error:
        return {}, error.problems
    if not following and not problems:
        what = "No change of a URN was found: no row begins with an old and a new URN."
        problems.append(Problem(where=file, what=what, fix="Write the old URN and the new one, in this order."))
    return _followed(following, file, problems), first_problems(problems, file)


def _read_change(cells: Sequence[str], where: str, following: dict[str, str], problems: list[Problem]) -> None:
    old, new = (read_urn(cell, where) for cell in (*cells, "", "")[:2])
    if isinstance(old, Problem) or isinstance(new, Problem):
        problems += [one for one in (old, new) if isinstance(one, Problem)]
    elif old == new:
        what = f"URN {old} stands as its own successor."
        problems.append(
            Problem(where=where, what=what, fix="Write the new URN, or delete the row.", severity="warning")
        )
    elif following.setdefault(old, new) != new:
        what = f"URN {old} has two new URNs; {following[old]} was used, {new} was not."
        problems.append(Problem(where=where, what=what, fix="Keep the row that is right."))


def _followed(following: Mapping[str, str], file: str, problems: list[Problem]) -> dict[str, str]:
    """Each old URN with the last of its chain; those whose chain leads round in a circle are left out."""
    ends: dict[str, str] = {}
    for first in following:
        urn, passed = first, dict[str, None]()
        while urn in following and urn not in ends and urn not in passed:
            passed[urn] = None
            urn = following[urn]
        if urn in passed:
            circle = list(passed)[list(passed).index(urn) :]
            what = f"URN {urn} leads back to itself by way of {', '.join(circle[1:6])}; none of these was used."
            problems.append(Problem(where=file, what=what, fix="Delete the row that is wrong."))
            ends |= dict.fromkeys(passed, "")
        ends |= dict.fromkeys(passed, ends.get(urn, urn))
    return {old: new for old, new in ends.items() if new}
