"""Evidence, comments and reasons as schools might write them: documents, dates and roles, never a person or a pupil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from audit import english
from audit.model import Criterion, Response

_DOCUMENTS: Mapping[str, Sequence[str]] = {
    "2.1": ("Online safety policy", "Job description of the online safety lead", "Staffing structure", "Policy review sheet"),
    "2.2": ("Computing scheme of work", "Curriculum map", "Lesson plans", "Subject leads' file", "Book scrutiny notes"),
    "2.3": ("Filtering report", "Network settings sheet", "Support contract", "Security report", "Website checklist",
            "Device register", "Provider's annual statement"),
    "2.4": ("Acceptable use agreement", "Risk assessment", "Anti-bullying policy", "Complaints procedure", "Incident log",
            "Consent forms", "Account list"),
    "2.5": ("Induction checklist", "Staff handbook", "Newsletter", "Assembly plan", "Training register", "Parents' page"),
}  # fmt: skip
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
"""What a school means to do, by whether only the writing is missing."""


class Words:
    """Texts of one school in one academic year, drawn by a generator of random numbers."""

    def __init__(self, rng: np.random.Generator, year: str, roles: Mapping[str, str]) -> None:
        self._rng = rng
        self._first = dt.date(int(year[:4]), 9, 1)
        self._roles = roles

    def evidence(self, criterion: Criterion) -> str:
        """What would show it, and where it is."""
        return self._filled(_EVIDENCE, criterion)

    def comment(self, criterion: Criterion, response: Response) -> str:
        """A remark that suits the two answers."""
        if "unknown" in (response.written, response.practice):
            return self._filled(_UNKNOWN, criterion)
        if isinstance(response.practice, int) and response.practice < 3:
            return self._filled(_UNDONE, criterion)
        return self._filled(_GENERAL if response.written == "yes" else _UNWRITTEN, criterion)

    def action(self, criterion: Criterion, *, written_only: bool) -> str:
        """What the school means to do about a gap."""
        return self._filled(_ACTIONS[written_only], criterion)

    def one_of(self, texts: Sequence[str]) -> str:
        """Any of the texts."""
        return texts[int(self._rng.integers(len(texts)))]

    def day(self, *, earliest: int, latest: int) -> dt.date:
        """A working day, so many days after 1 September; audits are completed from the 150th day on."""
        day = self._first + dt.timedelta(days=int(self._rng.integers(earliest, latest)))
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def role(self, criterion: Criterion) -> str:
        """The role that is likely to know, as within a sentence."""
        title = self._roles[criterion.statement.asked_of]
        return title if title[:2].isupper() else title[0].lower() + title[1:]

    def _filled(self, patterns: Sequence[str], criterion: Criterion) -> str:
        whole = int(self._rng.integers(8, 60))
        day, earlier, later = (self.day(earliest=at, latest=at + 105) for at in (3, 3, 366))
        text = self.one_of(patterns).format(
            document=self.one_of((*_DOCUMENTS.get(criterion.area.id, ()), *_ANY_DOCUMENT)),
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
