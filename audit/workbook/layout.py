"""The contract of the workbook: its sheets, headings, columns, labels and words.

Writer and reader both use this module, so that they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from audit.model import SIGNING_ROLES, WRITTEN, Practice, PracticeLevel, Response, SigningRole, Written
from audit.text import plain

FORMAT = "2"
"""The version of this layout."""
FORMATS = ("1", FORMAT)
"""Every version that was ever written; the reader knows them all. Version 1 had no last year and no sign-off."""

READ_ME, SCHOOL, ANSWERS = "Read me", "School", "Answers"
SUMMARY, GAPS, ACTIONS, LISTS = "Summary", "Gaps", "Action plan", "Lists"
LAST_YEAR, SIGN_OFF, SIGNED_CONTENT = "Last year", "Sign-off", "Signed content"
PRINT = "Print"
UNREAD = frozenset({READ_ME, PRINT, SUMMARY, GAPS, LISTS, SIGNED_CONTENT})
"""Sheets that only the product fills. They are never read back, except signed content to check a signature."""
LONGEST_PIECE = 8_000
"""The most characters of signed content in one cell, so that it is not by far the longest text of a workbook."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a table that is read back.

    Attributes:
        name: the field's name in the code.
        heading: the heading of the column. Columns are found by heading, wherever they are.
        also: other headings that are read as this one.
        width: in characters.
        kind: who fills it: the product (*given*), the school (*answer*), or the product, out of sight (*hidden*).
        prompt: what Excel shows when a cell of the column is selected.
    """

    name: str
    heading: str
    width: int
    kind: Literal["given", "answer", "hidden"] = "given"
    prompt: str = ""
    also: tuple[str, ...] = ()


_NO_PUPILS = "Write no pupil's name or details. Name people by role."
ANSWER_FIELDS = (
    Field(name="id", heading="Statement id", width=15, also=("Id", "Statement no", "Statement number")),
    Field(name="question", heading="Question", width=24),
    Field(name="mark", heading="Recommended", width=15),
    Field(name="statement", heading="Statement", width=58),
    Field(name="asked_of", heading="Who is likely to know", width=18),
    Field(
        name="written",
        heading="Is it written?",
        width=14,
        kind="answer",
        prompt="Does the school's own policy say it? Choose from the list.",
        also=("Written", "In policy", "Is it in the policy", "Is it written in the policy", "Is it written down"),
    ),
    Field(
        name="practice",
        heading="Is it done?",
        width=19,
        kind="answer",
        prompt="What is really done, from 0 Not in place to 4 Embedded? Choose from the list; Read me explains each level.",
        also=("Done", "Practice", "In practice", "Is it in practice", "Is it being done"),
    ),
    Field(
        name="not_applicable",
        heading="Not applicable because",
        width=26,
        kind="answer",
        prompt="Only if the statement cannot apply to your school: give the reason, and leave both answers empty.",
        also=("Not applicable", "Not applicable reason", "Reason not applicable", "N/A because"),
    ),
    Field(
        name="evidence",
        heading="Evidence (no pupil details)",
        width=40,
        kind="answer",
        prompt=f"What would show it, and where is it? {_NO_PUPILS}",
        also=("Evidence",),
    ),
    Field(
        name="comment",
        heading="Comment (no pupil details)",
        width=30,
        kind="answer",
        prompt=f"Optional. {_NO_PUPILS}",
        also=("Comment", "Comments"),
    ),
    Field(name="mark_as_sent", heading="As sent", width=18, kind="hidden"),
    Field(name="revision", heading="Revision", width=9, kind="hidden"),
)
"""The columns of *Answers*: one row per statement. Rows are matched by id, never by position."""
CARRIED_FIELDS = (
    Field(name="last_year", heading="Last year's answer", width=22, also=("Answer proposed",)),
    Field(
        name="still",
        heading="Still as last year?",
        width=12,
        kind="answer",
        prompt="Choose Yes if last year's answer is still true, and leave the other cells empty. If it is not, answer again.",
        also=("Same as last year", "As last year", "Accept what is proposed"),
    ),
)
"""Two more columns of *Answers*, left of the answers, in an audit that began with last year's answers."""
_PROPOSED = {"last_year": "Answer proposed", "still": "Accept what is proposed?"}
"""The headings of the two columns where nothing is carried forward, and only other editions propose something."""
_ACCEPT = "Choose Yes to accept what the cell to the left proposes. Answer in the other cells what it does not propose."


def answer_fields(*, carried: bool, proposed: bool = False) -> tuple[Field, ...]:
    """The columns of *Answers* from left to right.

    Args:
        carried: whether the audit began with last year's answers.
        proposed: whether answers to other editions propose something.
    """
    first = next(number for number, field in enumerate(ANSWER_FIELDS) if field.kind == "answer")
    last, still = CARRIED_FIELDS
    if proposed:
        last, still = replace(last, width=34), replace(still, prompt=_ACCEPT)
    if not carried:
        last, still = (replace(field, heading=_PROPOSED[field.name]) for field in (last, still))
    return (*ANSWER_FIELDS[:first], *((last, still) if carried or proposed else ()), *ANSWER_FIELDS[first:])


FROM = " – from "
"""What stands between the words of a proposal and where it comes from."""


def proposed_words(response: Response, labels: Mapping[Practice, str]) -> str:
    """A proposed answer in few words: ``Yes; 3 In place``, or ``Only done: 3 In place`` where it is a part of one."""
    if response.not_applicable:
        return NOT_APPLICABLE
    written = "" if response.written is None else WRITTEN_LABELS[response.written]
    practice = "" if response.practice is None else labels[response.practice]
    if written and practice:
        return f"{written}; {practice}"
    return f"Only written: {written}" if written else f"Only done: {practice}"


def words_proposed(text: str) -> str:
    """The words of the proposal that a cell shows, as `same` compares them; empty if it shows none."""
    line = next((line for line in text[:_LONGEST_CELL].splitlines() if FROM in line), "")
    return same(line.partition(FROM)[0])


LAST_YEAR_FIELDS = (
    Field(name="id", heading="Statement id", width=15),
    Field(name="text", heading="What it says", width=58),
    Field(name="written", heading="Last year: written", width=14),
    Field(name="practice", heading="Last year: done", width=19),
    Field(name="not_applicable", heading="Last year: not applicable because", width=26),
    Field(name="evidence", heading="Last year: evidence", width=40),
    Field(name="comment", heading="Last year: comment", width=30),
    Field(name="revision", heading="Revision answered", width=10),
)
"""The columns of *Last year*: one row per answer carried forward from last year. The sheet never changes."""

ACTION_FIELDS = (
    Field(name="statement", heading="Statement id", width=15),
    Field(name="gap", heading="Gap", width=48),
    Field(name="kind", heading="Kind of gap", width=14),
    Field(name="suggestion", heading="What would close it", width=44),
    Field(
        name="what", heading="What we will do", width=40, kind="answer", prompt=_NO_PUPILS, also=("What will we do",)
    ),
    Field(
        name="role",
        heading="Role responsible",
        width=20,
        kind="answer",
        prompt="A role, not a name.",
        also=("Role", "Responsible"),
    ),
    Field(name="due", heading="Due", width=12, kind="answer", prompt="A date, such as 31/03/2027.", also=("Due date",)),
    Field(name="status", heading="Status", width=14, kind="answer", prompt="Choose from the list."),
    Field(
        name="note",
        heading="Note (no pupil details)",
        width=30,
        kind="answer",
        prompt=_NO_PUPILS,
        also=("Note", "Notes"),
    ),
    Field(name="id", heading="Action id", width=14, kind="hidden"),
    Field(name="since", heading="Planned since", width=10, kind="hidden"),
)
"""The columns of *Action plan*. A row is an action if the school has filled any of its cells."""

SIGN_OFF_FIELDS = (
    Field(name="version", heading="Version", width=9),
    Field(name="role", heading="Signed by", width=20),
    Field(name="on", heading="Signed on", width=12),
    Field(name="said", heading="What was said on signing", width=44),
    Field(name="content", heading="Signed content (SHA-256)", width=34),
    Field(name="criteria", heading="Criteria (SHA-256)", width=34),
    Field(name="seal", heading="Content and signatures (SHA-256)", width=34),
    Field(name="reopened_on", heading="Opened again on", width=12),
    Field(name="reopened_because", heading="Opened again because", width=40),
)
"""The columns of *Sign-off*: one row per signature, the oldest version first."""
ROLE_WORDS: dict[SigningRole, str] = {role: role.capitalize() for role in SIGNING_ROLES}


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line of the *School* sheet: its label, other labels that are read as it, and who fills the cell to its right."""

    name: str
    label: str
    kind: Literal["given", "answer"] = "answer"
    also: tuple[str, ...] = ()


SCHOOL_LABELS = (
    Label(name="name", label="School name", also=("Name of school",)),
    Label(name="urn", label="URN", also=("School URN", "Unique reference number", "Unique reference number (URN)")),
    Label(name="phase", label="Phase", also=("Phase of education", "School phase")),
    Label(name="local_authority", label="Local authority", also=("Authority", "LA")),
    Label(name="year", label="Academic year", also=("School year", "Year")),
    Label(name="completed_on", label="Completed on", also=("Date completed", "Date of completion")),
    Label(name="scope", label="Statements asked", kind="given"),
    Label(name="basis", label="Kind of audit", kind="given"),
    Label(name="policy_read", label="Policy read", kind="given"),
    Label(name="frameworks", label="Framework", kind="given"),
    Label(name="format", label="Workbook format", kind="given"),
    Label(name="version", label="Written by version", kind="given"),
    Label(name="first_answer_at", label="First answer saved", kind="given"),
    Label(name="last_answer_at", label="Last answer saved", kind="given"),
    Label(name="carried_from", label="Answers carried from", kind="given"),
    Label(name="as_printed", label="Overtaken statements", kind="given"),
    Label(name="content", label="Signed content (SHA-256)", kind="given"),
)
WHERE_THERE_IS_ANY = frozenset({"as_printed", "carried_from", "content"})
"""Lines of *School* that are written only if they have a value."""
MOMENT = "%Y-%m-%d %H:%M"
"""The format in which *School* says when an answer was saved (UTC)."""
SCOPE_WORDS = {"recommended": "Recommended statements", "all": "All statements"}
AS_PRINTED_WORDS = {False: "Left out", True: "Asked, as printed"}
"""Whether an audit asks what law or guidance has overtaken. A workbook without the line asks it, as earlier releases did."""
BASIS_WORDS = {"self-audit": "Self-audit", "desk review": "Desk review of a published policy"}
WRITTEN_LABELS: dict[Written, str] = {value: value.capitalize() for value in WRITTEN}
NOT_APPLICABLE = "Not applicable"


_LONGEST_WORD = 100
_LONGEST_CELL = 2_000


def same(text: str) -> str:
    """A heading, label or answer in the form in which it is compared: words in lower case, without punctuation.

    Empty if the text is too long to be any of them.
    """
    return _same(text) if len(text) <= _LONGEST_WORD else ""


@lru_cache(maxsize=4096)
def _same(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", plain(text).casefold()).strip()


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: ``A``, ``Z``, ``AA``."""
    before, last = divmod(column, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)


_WRITTEN_WORDS: Mapping[Written, tuple[str, ...]] = {
    "yes": ("y", "fully", "yes fully", "fully written", "written", "true"),
    "partly": ("partially", "partial", "part", "in part", "yes partly", "yes partially", "partly written"),
    "no": ("n", "not written", "not at all", "no not at all", "false"),
    "unknown": ("don t know", "dont know", "do not know", "not known", "not sure", "unsure"),
}
WRITTEN_BY_WORD: Mapping[str, Written] = {
    word: value for value, words in _WRITTEN_WORDS.items() for word in (value, *words)
}
"""The answer to *written*, by the text of a cell as `same` returns it."""
NOT_APPLICABLE_WORDS = {"not applicable", "n a", "na", "does not apply", "not relevant"}


@lru_cache(maxsize=32)
def practice_by_word(levels: tuple[PracticeLevel, ...]) -> Mapping[str, Practice]:
    """The practice answer, by the text of a cell as `same` returns it: the number of a level, its label, or both."""
    words: dict[str, Practice] = dict.fromkeys(("unknown", *_WRITTEN_WORDS["unknown"]), "unknown")
    for level in levels:
        label, number = same(level.label), str(level.level)
        labels = {label, label.replace("partly", "partially")}
        numbers = (number, f"{number} 0", f"level {number}", f"l{number}")
        both = (f"{a} {b}" for word in labels for number in numbers for a, b in ((number, word), (word, number)))
        words |= dict.fromkeys((*numbers, *labels, *both), level.level)
    return words
