"""Invents schools, the register that lists them, and the texts that they write in their audits.

Nobody can take the names of the schools for real ones. Their phases are in proportion, their types are those of the
national register, and the invented register has the shape of the national one.

Evidence, comments and actions read as schools might write them: they name documents, dates and roles, but never a person
or a pupil.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from audit import english
from audit.identifiers import local_authorities
from audit.model import Criterion, Phase, Response, School

FIRST_URN = 900_101
"""Real URNs end far below 900001, and those up to 900100 are used in the examples."""
_FORMER = 70_000
"""A former URN is the present URN plus this number."""

SHARES: Mapping[Phase, float] = {
    "primary": 0.725,
    "secondary": 0.145,
    "special": 0.05,
    "nursery": 0.025,
    "pru": 0.02,
    "sixteen-plus": 0.02,
    "all-through": 0.015,
}
"""The share of each phase, about as in England; see the national register."""

_KINDS: Mapping[Phase, str] = {
    "primary": "Primary School",
    "secondary": "High School",
    "special": "Special School",
    "nursery": "Nursery School",
    "pru": "Alternative Provision",
    "sixteen-plus": "Sixth Form College",
    "all-through": "All-through School",
}
_FIRST_HALVES = (
    "Acorn", "Biscuit", "Button", "Crumpet", "Custard", "Feather", "Gherkin", "Lantern", "Marzipan", "Muffin",
    "Pancake", "Pebble", "Pickle", "Pocket", "Porridge", "Puddle", "Pumpkin", "Ribbon", "Rhubarb", "Ripple",
    "Slipper", "Soufflé", "Teapot", "Thistle", "Trumpet", "Tumble", "Turnip", "Twinkle", "Umbrella", "Waffle",
    "Whisker", "Whistle", "Wobble",
)  # fmt: skip
_SECOND_HALVES = ("bourne", "by", "combe", "croft", "dale", "field", "ford", "gate", "ham", "holt", "hurst", "leigh",
                  "marsh", "mere", "minster", "moor", "stead", "thorpe", "wick", "worth")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SchoolKind:
    """A type of establishment, with its code and its group in the register."""

    code: str
    name: str
    group: str


_ACADEMY = SchoolKind(code="34", name="Academy converter", group="Academies")
_MAINTAINED = (
    SchoolKind(code="01", name="Community school", group="Local authority maintained schools"),
    _ACADEMY,
    SchoolKind(code="03", name="Voluntary controlled school", group="Local authority maintained schools"),
    SchoolKind(code="02", name="Voluntary aided school", group="Local authority maintained schools"),
)
KINDS: Mapping[Phase, tuple[SchoolKind, ...]] = {
    "primary": _MAINTAINED,
    "secondary": (_ACADEMY, SchoolKind(code="28", name="Academy sponsor led", group="Academies"), _MAINTAINED[0]),
    "special": (
        SchoolKind(code="07", name="Community special school", group="Special schools"),
        SchoolKind(code="44", name="Academy special converter", group="Academies"),
    ),
    "nursery": (
        SchoolKind(code="15", name="Local authority nursery school", group="Local authority maintained schools"),
    ),
    "pru": (
        SchoolKind(code="14", name="Pupil referral unit", group="Local authority maintained schools"),
        SchoolKind(code="42", name="Academy alternative provision converter", group="Academies"),
    ),
    "sixteen-plus": (SchoolKind(code="18", name="Further education", group="Colleges"),),
    "all-through": (_ACADEMY,),
}  # fmt: skip
"""The types that an invented school of a phase can have; its place decides which one."""


@dataclass(frozen=True, kw_only=True)
class Invented:
    """An invented school and what a register says about it.

    Attributes:
        place: counted from 0, in the order of the URNs.
        former_urn: the URN under which it sent its returns until a year ago; empty if it never changed.
        dfe_number: seven digits, the last four of them the school's; empty when the authority has no four digits left.
    """

    place: int
    school: School
    kind: SchoolKind
    former_urn: str
    dfe_number: str


def invented(local_authority: str) -> Iterator[Invented]:
    """Invents schools without end; the first ones are always the same, however many are taken."""
    for place, phase in enumerate(_phases()):
        urn = FIRST_URN + place
        yield Invented(
            place=place,
            school=School(urn=str(urn), name=_name(place, phase), phase=phase, local_authority=local_authority),
            kind=KINDS[phase][place % len(KINDS[phase])],
            former_urn=str(urn + _FORMER) if place % 200 == 10 else "",
            dfe_number=f"{local_authority}{place + 1:04d}" if place < 9_999 else "",
        )


def _phases() -> Iterator[Phase]:
    """The phase of each school: the one that is furthest below its share, so that any number of schools is in proportion."""
    so_far: Counter[Phase] = Counter()
    for number in count(1):
        phase = max(SHARES, key=lambda phase: SHARES[phase] * number - so_far[phase])
        so_far[phase] += 1
        yield phase


def _name(place: int, phase: Phase) -> str:
    """The name of a school, which says that it is an example; no two places have the same name."""
    names = len(_FIRST_HALVES) * len(_SECOND_HALVES)
    turn, at = divmod(place, names)
    first, second = divmod(at * 301 % names, len(_SECOND_HALVES))  # 301 has no common factor with the number of names
    town = _FIRST_HALVES[first] + _SECOND_HALVES[second]
    return f"{town} Example {_KINDS[phase]}{f' {turn + 1}' if turn else ''}"


_PHASES: Mapping[Phase, tuple[str, str]] = {
    "nursery": ("1", "Nursery"),
    "primary": ("2", "Primary"),
    "secondary": ("4", "Secondary"),
    "sixteen-plus": ("6", "16 plus"),
    "all-through": ("7", "All-through"),
    "special": ("0", "Not applicable"),
    "pru": ("0", "Not applicable"),
}
_OPEN, _CLOSED, _CLOSING = ("1", "Open"), ("2", "Closed"), ("3", "Open, but proposed to close")
"""Source: columns ``EstablishmentStatus (code)`` and ``(name)`` of the public CSV of Get Information About Schools."""


def register(schools: Iterable[Invented], *, closed: Iterable[Invented] = ()) -> bytes:
    """The register as a CSV file in Windows-1252, with columns that the product does not need, as in the national one.

    Args:
        schools: the open schools; one in a hundred of them is proposed to close.
        closed: the closed schools; the former URNs of open schools are added to them.
    """
    rows = []
    for example in schools:
        rows.append(_row(example, _CLOSING if example.place % 100 == 5 else _OPEN))
        if example.former_urn:
            rows.append(_row(example, _CLOSED) | {"URN": example.former_urn})
    rows += [_row(example, _CLOSED) for example in closed]
    return _csv(sorted(rows, key=lambda row: row["URN"])).encode("cp1252")


def successors(schools: Iterable[Invented]) -> bytes:
    """The old and new URN of the schools that changed it, as a CSV file."""
    changed = (
        {"Old URN": example.former_urn, "New URN": example.school.urn} for example in schools if example.former_urn
    )
    return _csv([*changed], ("Old URN", "New URN")).encode("ascii")


def _row(example: Invented, status: tuple[str, str]) -> dict[str, str]:
    authority, phase = example.school.local_authority, _PHASES[example.school.phase]
    is_closed = status is _CLOSED
    return {
        "URN": example.school.urn,
        "LA (code)": authority,
        "LA (name)": local_authorities()[authority],
        "EstablishmentNumber": example.dfe_number[3:],
        "EstablishmentName": example.school.name,
        "TypeOfEstablishment (code)": example.kind.code,
        "TypeOfEstablishment (name)": example.kind.name,
        "EstablishmentTypeGroup (name)": example.kind.group,
        "EstablishmentStatus (code)": status[0],
        "EstablishmentStatus (name)": status[1],
        "OpenDate": "01-09-1975",
        "CloseDate": "31-08-2025" if is_closed else "",
        "PhaseOfEducation (code)": phase[0],
        "PhaseOfEducation (name)": phase[1],
        "Boarders (name)": "No boarders",
        "SchoolCapacity": str(60 + example.place * 37 % 900),
        "Town": example.school.name.split(" Example ")[0],
    }


def _csv(rows: list[dict[str, str]], columns: Iterable[str] = ()) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns) or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_DOCUMENTS: Mapping[str, Sequence[str]] = {
    "policy decisions": (
        "Acceptable use agreement", "Risk assessment", "Anti-bullying policy", "Complaints procedure", "Incident log",
        "Consent forms", "Account list"),
    "communicating": (
        "Induction checklist", "Staff handbook", "Newsletter", "Assembly plan", "Training register", "Parents' page"),
    "managing information": (
        "Filtering report", "Network settings sheet", "Support contract", "Security report", "Website checklist",
        "Device register", "Provider's annual statement"),
    "teaching|learning|curriculum": (
        "Computing scheme of work", "Curriculum map", "Lesson plans", "Subject leads' file", "Book scrutiny notes"),
    "filtering|monitoring": (
        "Filtering report", "Record of filter tests", "Monitoring plan", "Summary of alerts", "Provider's annual statement"),
    "artificial|intelligence": ("List of AI tools", "Guidance on AI for staff", "Supplier's safety statement", "Risk assessment"),
    "data": ("Record of processing", "Impact assessment", "Privacy notices", "Record of breaches", "Supplier contracts"),
    "security|system|account": (
        "Network settings sheet", "Support contract", "Security report", "Device register", "Account list", "Backup log"),
    "phone|device": ("Phone policy", "Device register", "Search record", "Loan agreements"),
    "image|picture|website|email|social": (
        "Image policy", "Consent forms", "Website checklist", "List of approved channels", "Contact rules for staff"),
    "incident|reporting|harm": (
        "Incident log", "Reporting procedure", "Child protection policy", "List of outside contacts", "Debrief notes"),
    "parent|visitor": ("Newsletter", "Parents' page", "Visitors' leaflet", "Acceptable use agreement", "Survey of parents"),
    "staff": ("Induction checklist", "Staff handbook", "Training register", "Code of conduct", "Quiz results"),
    "policy|leading|leadership": (
        "Online safety policy", "Job description of the online safety lead", "Staffing structure", "Policy review sheet"),
}  # fmt: skip
"""Words of the title of an area, and the documents that a school shows for it; the first that the title has count."""
_ANY_DOCUMENT = ("Online safety policy", "Safeguarding folder", "Governors' papers", "Development plan")
_MEETINGS = ("senior leadership team", "governing body", "safeguarding group", "staff meeting", "school council")
_EVIDENCE = (
    "{document}, section {few}, page {many}, as of {day}.",
    "{document}, page {many}; the {role} has the copy signed on {day}.",
    "{document} of {day}, filed by the school office under {many}.{few}.",
    "Checked by the {role} on {day}: {part} of {whole} as they should be.",
    "Minutes of the {meeting}, {day}, item {few}, page {many}.",
    "{document}; {part} of {whole} adults asked in {month} knew it.",
    "Log kept by the {role}: {many} entries from {day} on.",
    "Learning walk by the {role}, {day}: seen in {part} of {whole} lessons.",
    "{document}, revised {month}, and notes of the {meeting} of {day}.",
    "Test by the {role} on {day}: {many} addresses tried with {few} log-ins.",
    "{document}; display in the entrance hall renewed on {day}, {many} leaflets given out.",
    "Returned slips for {part} of {whole} families by {day}.",
    "Supplier's report of {day}, {many} pages, read by the {role}.",
    "{document}, version {few} of {day}; the {role} shows it to visitors.",
    "Survey of {day}, {many} replies, summary in the {meeting} minutes.",
)
_UNWRITTEN = (
    "We do this, but the policy does not say so yet.",
    "The wording is older than what we do; to be mended at the next review.",
    "The {role} will bring a sentence for the policy to the {meeting}.",
    "Written in the staff handbook only.",
)
_UNDONE = (
    "Begun in {few} classes; the rest follow next term.",
    "Lapsed when the {role} changed post in {month}.",
    "Planned with the {role} for {later}.",
    "Not looked at since {month}.",
    "Depends on who is in on the day.",
)
_UNKNOWN = (
    "The {role} is finding out.",
    "Asked the support company in {month}; no answer yet.",
    "Nobody at the table knew.",
)
_GENERAL = (
    "Discussed by the {meeting} in {month}.",
    "Same as last year.",
    "We would welcome an example from another school.",
    "See also the answer above.",
)
_ACTIONS: Mapping[bool, Sequence[str]] = {
    True: ("Put it into the policy at the next review.", "Draft a paragraph and take it to governors.",
           "Add what we already do to the policy."),
    False: ("Agree who does it, and begin.", "Plan a session for all staff, and repeat it each year.",
            "Do it in every class, and check after a term.", "Ask the provider for a date, and test it."),
}  # fmt: skip
"""What a school plans to do about a gap, by whether only the policy lacks it."""


def _documents(title: str) -> Sequence[str]:
    """The documents that a school shows for an area with this title."""
    return next((shown for words, shown in _DOCUMENTS.items() if re.search(words, title, re.IGNORECASE)), ())


class Words:
    """The texts of one school in one academic year, chosen with random numbers."""

    def __init__(self, rng: np.random.Generator, year: str, roles: Mapping[str, str]) -> None:
        self._rng = rng
        self._first = dt.date(int(year[:4]), 9, 1)
        self._roles = roles

    def evidence(self, criterion: Criterion) -> str:
        """The evidence for a statement, and where it is kept."""
        return self._filled(_EVIDENCE, criterion)

    def comment(self, criterion: Criterion, response: Response) -> str:
        """A remark that suits the two answers."""
        if "unknown" in (response.written, response.practice):
            return self._filled(_UNKNOWN, criterion)
        if isinstance(response.practice, int) and response.practice < 3:
            return self._filled(_UNDONE, criterion)
        return self._filled(_GENERAL if response.written == "yes" else _UNWRITTEN, criterion)

    def action(self, criterion: Criterion, *, written_only: bool) -> str:
        """What the school plans to do about a gap."""
        return self._filled(_ACTIONS[written_only], criterion)

    def one_of(self, texts: Sequence[str]) -> str:
        """One of the texts, chosen at random."""
        return texts[int(self._rng.integers(len(texts)))]

    def day(self, *, earliest: int, latest: int) -> dt.date:
        """A working day between so many days after 1 September; audits are completed from the 150th day on."""
        day = self._first + dt.timedelta(days=int(self._rng.integers(earliest, latest)))
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def role(self, criterion: Criterion) -> str:
        """The role that is likely to know the answer, as it is written within a sentence."""
        title = self._roles[criterion.statement.asked_of]
        return title if title[:2].isupper() else title[0].lower() + title[1:]

    def _filled(self, patterns: Sequence[str], criterion: Criterion) -> str:
        whole = int(self._rng.integers(8, 60))
        day, earlier, later = (self.day(earliest=at, latest=at + 105) for at in (3, 3, 366))
        text = self.one_of(patterns).format(
            document=self.one_of((*_documents(criterion.area.title), *_ANY_DOCUMENT)),
            meeting=self.one_of(_MEETINGS),
            role=self.role(criterion),
            day=english.day(day),
            month=f"{earlier:%B %Y}",
            later=f"{later:%B %Y}",
            few=int(self._rng.integers(2, 9)),
            many=int(self._rng.integers(9, 90)),
            part=whole - int(self._rng.integers(0, whole // 4)),
            whole=whole,
        )
        return text[0].upper() + text[1:]
