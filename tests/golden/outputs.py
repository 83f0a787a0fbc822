"""The outputs that have a golden file: each is made of the shipped samples or of the toy framework, on a fixed day."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import docx
import pandas as pd

from audit.authority.compare.comparison import compare
from audit.authority.feedback.letter import Feedback, feedback
from audit.authority.tables import PROBLEMS
from audit.criteria.load import load
from audit.exhibits.authority import authority_exhibits
from audit.model import Action, Audit, Event, Response, School, Signature, action_state
from audit.reports.comparison_report import comparison_report
from audit.reports.html import gap_report
from audit.reports.letter import LetterSettings, letter
from audit.reports.pack import governors_pack
from audit.reports.pack_inputs import PackInputs
from audit.school.history_words import event_words
from audit.school.moves import compare_each
from audit.school.outcome import outcome, outcomes
from audit.school.review import TITLES, review
from audit.school.signing import sign
from audit.tables import typed
from audit.version import VERSION
from audit.workbook.read import read
from tests.compared import ANSWERS, STATEMENTS, six_schools
from tests.conftest import audit_of, returned, returns_of, toy_criteria
from tests.pdf import page_texts
from tests.terminal import ROOT, audit

FOLDER = Path(__file__).parent
SAMPLES = ROOT / "sample_data"
NOW, LAST = SAMPLES / "example-primary-2025-26.xlsx", SAMPLES / "example-primary-2024-25.xlsx"
TODAY = dt.date(2026, 7, 10)


def written(text: str) -> bytes:
    """A golden file: UTF-8, lines without blanks at their ends, the version of the product left open."""
    lines = (line.rstrip() for line in text.replace(VERSION, "VERSION").strip().splitlines())
    return ("\n".join(lines) + "\n").encode()


class _Text(HTMLParser):
    """The words of a page, a line for each paragraph, heading, item and row; what is only drawn is left out."""

    LINES = frozenset({"p", "h1", "h2", "h3", "h4", "li", "tr", "caption", "summary", "dt", "div", "section", "title"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines = [""]
        self._drawn = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("script", "style", "svg"):
            self._drawn += 1
        elif tag in self.LINES:
            self.lines.append({"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}.get(tag, ""))
        elif tag in ("td", "th"):
            self.lines[-1] += " | "
        elif tag in ("br", "span", "small"):
            self.lines[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "svg"):
            self._drawn -= 1
        elif tag in self.LINES:
            self.lines.append("")
        elif tag in ("span", "small"):
            self.lines[-1] += " "

    def handle_data(self, data: str) -> None:
        if not self._drawn:
            self.lines[-1] += re.sub(r"\s+", " ", data)

    def text(self) -> str:
        """The words, line by line."""
        return "\n".join(line for line in (" ".join(one.split()) for one in self.lines) if line not in ("", "-"))


def sample(path: Path) -> Audit:
    """The audit of a sample's workbook."""
    found = read(path.read_bytes(), path.name, load()).audit
    assert found is not None
    return found


def signed_sample() -> Audit:
    """This year's sample, signed by both roles."""
    criteria = load()
    head = sign(sample(NOW), criteria, Signature(role="headteacher", on=dt.date(2026, 7, 3)))
    return sign(
        head, criteria, Signature(role="chair of governors", on=dt.date(2026, 7, 9), statement="Read with care.")
    )


def the_gap_report() -> str:
    """The gap report of a signed audit."""
    return _Text(gap_report(outcome(signed_sample(), load()))).text()


def the_gap_report_of_a_desk_review() -> str:
    """The gap report of a policy that somebody read."""
    criteria = toy_criteria()
    responses = {"toy-1.1-k1": Response(written="partly"), "toy-1.1-k2": Response(written="yes")}
    audit = audit_of(criteria, responses, basis="desk review", policy_read="A policy of 2017")
    return _Text(gap_report(outcome(audit, criteria))).text()


def the_comparison_report() -> str:
    """The authority's report over six schools and two years."""
    return _Text(comparison_report(six_schools(toy_criteria()))).text()


def the_views() -> str:
    """What each view of the comparison says."""
    return "\n".join(
        f"{view.key}: {view.title}\n    {view.finding}" for view in authority_exhibits(six_schools(toy_criteria()))
    )


def the_pack() -> str:
    """The governors' pack of a signed audit with last year's at hand."""
    parts = compare_each(outcomes(signed_sample(), load()), outcomes(sample(LAST), load()))
    data = governors_pack(PackInputs(parts=parts, today=TODAY))
    pages = (re.sub(r"(?<=[.?!:”]) (?=[A-Z0-9▲▼△✕✎•“])", "\n", text) for text in page_texts(data))
    return "\n\n".join(f"Page {number}\n{text}" for number, text in enumerate(pages, 1))


def _words_of(made: Feedback) -> str:
    """A letter's paragraphs and tables, in their order in the document."""
    settings = LetterSettings(
        authority="Example County Council",
        sender_role="Online safety adviser",
        opening="First paragraph.\n\nSecond paragraph.",
        dated=TODAY,
    )
    document = docx.Document(io.BytesIO(letter(made, settings)))
    lines = []
    for part in document.iter_inner_content():
        if isinstance(part, docx.text.paragraph.Paragraph):
            lines.append(part.text)
        else:
            lines += [" | ".join(cell.text.replace("\n", " / ") for cell in row.cells) for row in part.rows]
    return "\n".join(lines)


def the_letter() -> str:
    """The letter to a school with every kind of gap, that others are compared with."""
    criteria = toy_criteria()
    schools = [
        audit_of(
            criteria,
            {one: ANSWERS[state] for one, state in zip(STATEMENTS, states, strict=True)},
            school=School(urn=f"{900000 + number}", name=f"Example School {number}", phase="primary"),
            completed_on=dt.date(2026, 7, 3),
        )
        for number, states in enumerate(("mndw", "mmmm", "mm-?"), 1)
    ]
    compared = compare(returns_of(criteria, *schools), year="2026/27")
    return _words_of(
        feedback(
            returned(schools[0], criteria), compared, problems=typed(pd.DataFrame(columns=list(PROBLEMS)), PROBLEMS)
        )
    )


def the_review() -> str:
    """What a reviewer would ask about the sample, with last year's at hand."""
    found = review(sample(NOW), load(), others=[sample(LAST)])
    return "\n".join(
        f"{TITLES[one.check]}: {one.criterion.id}\n    {one.reason}" + (f'\n    "{one.quote}"' if one.quote else "")
        for one in found
    )


AT = dt.datetime(2026, 11, 27, 9)
ACTION = Action(what="Train; and more → all", role="Head", due=dt.date(2027, 1, 9), status="Done", note="a; b → c")
SCHOOL = {"name": "Hill", "urn": "900001", "phase": "primary", "local_authority": ""}
MOVED = {"name": "Top", "urn": "900002", "phase": "secondary", "local_authority": "886"}
EVENTS = (
    Event(at=AT, role="", kind="begun"),
    Event(at=AT, role="", kind="begun", after={"carried_from": "2025/26"}),
    Event(at=AT, role="", kind="action added", after=action_state(ACTION)),
    Event(at=AT, role="", kind="action changed", before={"words": "As it was"}, after={"what": "Train"}),
    Event(at=AT, role="", kind="action replaced", before={"what": "Train", "status": "Done"}),
    Event(at=AT, role="", kind="signed", subject="2", after={"role": "headteacher", "on": "2027-05-03"}),
    Event(at=AT, role="", kind="reopened", subject="1", after={"because": "A slip."}),
    Event(at=AT, role="", kind="school changed", before=SCHOOL, after=MOVED),
    Event(at=AT, role="", kind="school changed", before={"name": "Hill"}, after={"name": "Top"}),
    Event(at=AT, role="", kind="taken", subject="1"),
    Event(at=AT, role="", kind="label changed", before={"name": "Hill", "urn": ""}, after={"name": "Top"}),
    Event(at=AT, role="", kind="answer put back", subject="toy-1.1-k1"),
)
"""One event of each kind, and of kinds for which nobody has words."""


def the_events() -> str:
    """What happened to an audit, a line for each kind of event."""
    return "\n".join(f"{event.kind}: {event_words(event)}" for event in EVENTS)


def the_terminal() -> str:
    """What each job that looks at the samples says in a terminal, with its exit status."""
    now, last, returns = (path.relative_to(ROOT).as_posix() for path in (NOW, LAST, SAMPLES / "returns"))
    with tempfile.TemporaryDirectory() as folder:
        jobs: tuple[tuple[str, ...], ...] = (
            ("check", now, f"{returns}/2025-26/900112 Acornleigh Example Primary School.xlsx", "missing.xlsx"),
            ("review", now, "--before", last),
            ("changes", last, now),
            ("history", last, now),
            ("verify", now),
            ("report", now, "--out", folder),
            ("plan", now, "--date", f"{TODAY:%d/%m/%Y}", "--out", folder),
            (
                "compare",
                f"{returns}/2025-26",
                f"{returns}/2024-25",
                "--register",
                f"{returns}/register.csv",
                "--out",
                folder,
            ),
        )
        told = []
        for job in jobs:
            run = audit(*job, database=f"sqlite:///{folder}/audits.sqlite3")
            lines = [f"$ python -m audit {' '.join(job)}", *run.out, *(f"stderr: {line}" for line in run.err)]
            told.append("\n".join([*lines, f"(status {run.status})"]).replace(folder, "OUT"))
    return "\n\n".join(told)


OUTPUTS: Mapping[str, Callable[[], str]] = {
    "gap-report": the_gap_report,
    "gap-report-of-a-desk-review": the_gap_report_of_a_desk_review,
    "comparison-report": the_comparison_report,
    "views": the_views,
    "governors-pack": the_pack,
    "letter": the_letter,
    "review": the_review,
    "event-words": the_events,
    "terminal": the_terminal,
}
"""By the name of the golden file: what makes its text."""
