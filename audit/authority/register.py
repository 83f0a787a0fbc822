"""Which schools a local authority expects a return from: the national register, or any list of URN and name.

The national register is *Get Information About Schools*, whose public CSV has some 140 columns. The columns that are
needed are found by their headings, and each may be absent. Nothing else in a row is read: it names head teachers, and
no person's name belongs in this program.

`differ_much` and `school_name_key` tell whether two names mean the same school: people shorten, extend and misspell
them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, islice

from audit.authority.csv_file import HEAD, Row, first_problems, read_rows, text_of
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
"""Codes of a school without an authority; in the register, 000 means *Does not apply*."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredSchool:
    """One school of the register.

    Attributes:
        local_authority: three-digit code; empty if the list does not say, `UNREAD` if it cannot be read.
        dfe_number: seven digits, authority and establishment; empty if not known.
        phase: None if neither phase nor type in the register tells it.
        type: the group of its type in plain words, such as *Academy*; empty if the list does not say.
        expected: whether a return is expected: the school is open, and its kind of place is asked.
        place: the key in `PLACES` if the place is open and is asked only if the authority chooses; else empty.
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
    """The schools of a register or list, by URN, in the order of the list.

    Attributes:
        names: name by code, for authorities that the list names and this program does not know.
        elsewhere: by URN, the authority in words, for schools of the list that belong to another authority.
    """

    schools: Mapping[str, RegisteredSchool]
    names: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def urns(self) -> Mapping[str, str]:
        """URN by DfE number. A closed school and its successor may share a number; it belongs to the open one."""
        closed_first = sorted(self.schools.values(), key=lambda school: (school.is_open, school.expected))
        return {school.dfe_number: school.urn for school in closed_first if school.dfe_number}

    @cached_property
    def known(self) -> Mapping[str, KnownSchool]:
        """What is known of each school, by its URN."""
        return {
            urn: KnownSchool(
                name=school.name,
                phase=school.phase,
                local_authority=(code := "" if school.local_authority == UNREAD else school.local_authority),
                authority_name=self.names.get(code, ""),
            )
            for urn, school in self.schools.items()
        }

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Type by URN, for schools whose type is known."""
        return {school.urn: school.type for school in self.schools.values() if school.type}

    @cached_property
    def authorities(self) -> Mapping[str, str]:
        """Name by code of the local authorities that have a school in the list, in the order of their names."""
        codes = {school.local_authority for school in self.schools.values()} - _NO_AUTHORITY
        names = {code: authority_name(code, self.names) for code in codes}
        return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))

    @cached_property
    def _by_name(self) -> Mapping[frozenset[str], RegisteredSchool | None]:
        by_key: dict[frozenset[str], RegisteredSchool | None] = {}
        for school in self.schools.values():
            if school.expected and (key := school_name_key(school.name)):
                by_key[key] = None if key in by_key else school
        return by_key

    def of(self, authority: str) -> Register:
        """Only the schools of one local authority, by its code, and those for which the list gives no authority."""
        its_codes = (authority, "")
        schools = {urn: school for urn, school in self.schools.items() if school.local_authority in its_codes}
        codes = {urn: school.local_authority for urn, school in self.schools.items() if urn not in schools}
        unread = "an authority that cannot be read"
        elsewhere = {
            urn: unread if code in _NO_AUTHORITY else authority_title(code, self.names) for urn, code in codes.items()
        }
        return replace(self, schools=schools, elsewhere=elsewhere)

    def asking(self, places: Collection[str]) -> Register:
        """The register with returns expected from these kinds of place, and from no other optional kind.

        Args:
            places: keys of `PLACES`.
        """
        schools = {
            urn: replace(school, expected=school.place in places) if school.place else school
            for urn, school in self.schools.items()
        }
        return replace(self, schools=schools)

    @cached_property
    def places(self) -> Mapping[str, Sequence[RegisteredSchool]]:
        """The schools of each kind of place that is asked only if the authority chooses, in the order of `PLACES`."""
        by_place: dict[str, list[RegisteredSchool]] = {place: [] for place in PLACES}
        for school in self.schools.values():
            if school.place:
                by_place[school.place].append(school)
        return {place: of_place for place, of_place in by_place.items() if of_place}

    def called(self, name: str) -> RegisteredSchool | None:
        """The expected school of that name, compared loosely; None if there is none, or more than one."""
        return self._by_name.get(school_name_key(name))

    def renewed(self, successors: Mapping[str, str]) -> Register:
        """The register with new URNs for the schools that changed theirs, in case it is older than the change.

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
        file: the name that problems give it.

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
        UnusableFile: no row holds headings, or a URN and a name.
    """
    head = list(islice(rows, HEAD))
    start, columns = next(
        ((number, named) for number, (_, cells) in enumerate(head) if (named := columns_of(cells))), (0, {})
    )
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
    """The schools by URN, names of authorities that the program does not know, and a problem for each unusable row.

    If a URN occurs twice, the first row counts.
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
            schools[urn] = school = _school(urn, name, cells, where, problems)
            if school.local_authority not in names and school.local_authority not in local_authorities():
                names[school.local_authority] = authority_name_of(cells)
    return schools, {code: name for code, name in names.items() if name and code not in _NO_AUTHORITY}, problems


def _school(urn: str, name: str, cells: Mapping[str, str], where: str, problems: list[Problem]) -> RegisteredSchool:
    """One school. If its authority or status cannot be read, a problem is added; it belongs to no authority, or is open."""
    authority, is_open = authority_of(cells), is_open_school(cells)
    if isinstance(authority, Problem):
        problems.append(_unread(authority, where))
        authority = UNREAD
    if is_open is None:
        what = f'"{text_of(cells["status"])[:40]}" is not a status of the register; the school was taken as open.'
        fix = "Write Open, Closed, or Proposed to open."
        problems.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    place = expected_place(cells) if is_open is not False else ""
    return RegisteredSchool(
        urn=urn,
        name=name,
        local_authority=authority,
        dfe_number=dfe_number_of(cells, authority),
        phase=phase_of(cells),
        type=type_of(cells),
        expected=is_open is not False and (not place or place in ASKED_BY_DEFAULT),
        place=place,
    )


def _unread(problem: Problem, where: str) -> Problem:
    what = f"{problem.what} The school counts for no authority: it is left out wherever one is chosen."
    return replace(problem, where=where, what=what, fix="Write the authority's three-digit code, such as 886.")


def read_successors(data: bytes, file: str) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The newest URN of schools that changed it, with every row that could not be used.

    Args:
        data: a list of old URN and new URN, in this order, with or without headings. A school that
            changed its URN twice has two rows.
        file: the name that problems give it.

    Returns:
        New URN by old, the last one if it changed several times; and the problems.
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
        problems += [urn for urn in (old, new) if isinstance(urn, Problem)]
    elif old == new:
        what = f"URN {old} stands as its own successor."
        problems.append(
            Problem(where=where, what=what, fix="Write the new URN, or delete the row.", severity="warning")
        )
    elif following.setdefault(old, new) != new:
        what = f"URN {old} has two new URNs; {following[old]} was used, {new} was not."
        problems.append(Problem(where=where, what=what, fix="Keep the row that is right."))


def _followed(following: Mapping[str, str], file: str, problems: list[Problem]) -> dict[str, str]:
    """Each old URN with the last URN of its chain; URNs whose chain is a circle are left out."""
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


_LONGEST = 120
"""Characters of a name that are compared. A longer text is no name, and comparing it would take long."""
_ALIKE = 0.85
"""Words with at least this ratio of matching letters are misspellings of each other; found by trying."""


def _words(name: str) -> list[str]:
    """The words of a name in one spelling, however they are typed: ``St. Mary's C of E`` is st, marys, ce."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter) and letter not in "'’‘`´")
    text = re.sub(r"\bchurch of england\b|\bc\W{0,2}(?:of\W{0,2})?e\b", " ce ", text)
    text = re.sub(r"\broman catholic\b|\br\W?c\b", " catholic ", text)
    return ["st" if word == "saint" else word for word in re.findall(r"[^\W_]+", text)]


_FILLERS = frozenset(_words("the of and at for in a school schools academy"))
"""Words that may be added or dropped in the name of one school: many schools became academies and kept their name."""
_COMMON = _FILLERS | frozenset(
    _words(
        "st primary secondary junior juniors infant infants nursery college high grammar upper lower middle first "
        "community ce catholic voluntary aided controlled free special federation trust foundation girls boys sixth "
        "form all through pre prep preparatory centre pupil referral unit alternative provision studio technical example"
    )
)
"""Words that tell the kind of school, not which school it is; every invented school is an *example*."""


def school_name_key(name: str) -> frozenset[str]:
    """The words of a name that distinguish schools, in no order: names with equal keys are the same name."""
    return frozenset(_words(name[:_LONGEST])) - _FILLERS


def differ_much(name: str, other_name: str) -> bool:
    """Whether two names have nothing in common that could mean one school.

    One common word that tells more than the kind of school is enough, and so are initials or a misspelt word.
    A name without any such word tells nothing, so it differs from none.
    """
    words, other_words = _telling(name), _telling(other_name)
    if (
        not words
        or not other_words
        or words & other_words
        or _initials(name) & other_words
        or _initials(other_name) & words
    ):
        return False
    matcher = SequenceMatcher(a="".join(sorted(words)), b="".join(sorted(other_words)), autojunk=False)
    return matcher.ratio() < _ALIKE


def _telling(name: str) -> set[str]:
    return {word for word in school_name_key(name) - _COMMON if not word.isdigit()}


def _initials(name: str) -> set[str]:
    """The first letters of all words together, with and without the small words: ``QEGS``."""
    words = _words(name[:_LONGEST])
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in ("the", "of", "and"))}
