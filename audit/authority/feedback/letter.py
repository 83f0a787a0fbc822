"""Letters of a local authority to its schools: the text of each, as whole sentences and small tables.

`correspondence` gives a letter to each school that sent a return, and to those whose file could not be used. A letter
has no looks and no sender here. Each part of it is made from what is known of the school; the part is None if there is
nothing to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

import pandas as pd

from audit import theme
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.feedback.case import Case, among_peers, cases, since_last_year, strengths
from audit.authority.reconcile import ALL_THE_SAME, Intake
from audit.authority.tracker import last_name
from audit.english import agree, day, first_capital, listed, moment, plural
from audit.school.outcome import both_answers, headline, meaning_first, range_note
from audit.school.scoring import kind_of
from audit.tables import COUNTED

if TYPE_CHECKING:
    from audit.authority.compare.release import Release
    from audit.authority.returns import Return
    from audit.model import Audit, Criteria, Criterion


@dataclass(frozen=True, kw_only=True)
class LetterTable:
    """A small table of texts; a line break in a cell begins a paragraph.

    Attributes:
        caption: what the table holds, for people who cannot see it.
        widths: the widths of its columns, as shares of the page.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a letter under its heading: paragraphs, then points, then a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: LetterTable | None = None


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """Everything that a letter to a school says, except who sends it.

    Attributes:
        on: what the letter answers.
        urn: the URN of the school; empty if it could not be read, in a file that was refused.
        school: the name of the school; empty if it could not be read.
        thanks: the first paragraph.
        sections: the sections; none of them is empty.
        version: which version of the return the letter answers; empty if it answers no return.
    """

    on: Literal["self-audit", "desk review", "refused file"]
    urn: str
    school: str
    year: str
    title: str
    thanks: str
    sections: tuple[Section, ...]
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """A letter whose text is made later.

    Attributes:
        urn: the URN of the school; empty if it could not be read.
        to: URN and name of the school, or its file if neither could be read.
        compose: makes the text.
    """

    urn: str
    to: str
    compose: Callable[[], Feedback]


_MOST_GAPS = 5
_MOST_FAULTS = 8
_MOST_TRAINING = 4
_LONGEST_NOTE = 300
_NO_BREAK = "\u00a0"
"""Between the parts of a reference, so that it stays on one line."""


def correspondence(intake: Intake, release: Release | None = None) -> tuple[Addressed, ...]:
    """A letter to every school with a return that counts for the year, and to every school with only refused files.

    The school's figures come from what it sent, without filters or readings of the adviser. Figures of other schools come
    only from a release.

    Args:
        intake: the result for all files.
        release: the latest release of the year; None if there is none: then letters say nothing about other schools.
    """
    comparison = compare(intake.returns, year=intake.year)

    @cache  # computed for all schools at once, when the first letter is made
    def case_by_urn() -> Mapping[str, Case]:
        by_school = cases(comparison.returns.items, comparison, problems=intake.problems, release=release)
        return {case.audit.school.urn: case for case in by_school}

    def compose(urn: str) -> Feedback:
        return _feedback(case_by_urn()[urn])

    letters = [
        Addressed(urn=item.urn, to=f"{item.urn} {item.name}", compose=partial(compose, item.urn))
        for item in comparison.returns.items
    ]
    refused = _refused(intake, {letter.urn for letter in letters})
    for _, files in refused.groupby(refused["urn"].where(refused["urn"] != "", refused["file"]), sort=False):
        urn, school = files["urn"].iloc[0], files["school"].max()
        to = f"{urn} {school}".strip() or f"Unknown school {last_name(files['file'].iloc[0]).rsplit('.', 1)[0]}"
        answer = partial(refused_feedback, files, year=intake.year, problems=intake.problems)
        letters.append(Addressed(urn=urn, to=to, compose=answer))
    return tuple(letters)


def _refused(intake: Intake, heard: set[str]) -> pd.DataFrame:
    """The rows of FILES that were refused and whose school sent nothing that counts.

    If the file does not tell its school, the tracker may know it.
    """
    files = intake.files[intake.files["verdict"] == "refused"]
    tracked = intake.tracker[intake.tracker["file"].isin(files["file"])].set_index("file")
    files = files.assign(
        **{
            name: files[name].where(files[name] != "", [tracked[name].get(file, "") for file in files["file"]])
            for name in ("urn", "school")
        }
    )
    return files[~files["urn"].isin(heard)]


def feedback(
    item: Return, comparison: Comparison, *, problems: pd.DataFrame, release: Release | None = None
) -> Feedback:
    """What to write back to the school of a return that counts.

    Args:
        item: the return as the school sent it.
        comparison: the comparison of its year; best with all schools, without filters.
        problems: PROBLEMS; those of other files are left out.
        release: where figures of other schools come from; None for none.
    """
    return _feedback(next(cases([item], comparison, problems=problems, release=release)))


def _feedback(case: Case) -> Feedback:
    audit = case.audit
    parts = (
        outcome_section(case),
        standing(case),
        strong(case),
        to_close(case),
        training_section(case),
        to_mend(case),
        overtaken_section(case),
        about_the_letter(case),
    )
    return Feedback(
        on=audit.basis,
        urn=audit.school.urn,
        school=audit.school.name,
        year=audit.year,
        title=f"What we read in your online safety policy, {audit.year}"
        if case.is_desk_review
        else f"Our feedback on your online safety self-audit {audit.year}",
        thanks=thanks(audit),
        version="" if case.is_desk_review else version_read(case),
        sections=tuple(part for part in parts if part is not None),
    )


def refused_feedback(files: pd.DataFrame, *, year: str, problems: pd.DataFrame) -> Feedback:
    """What to write to a school if none of its files could be used.

    Args:
        files: its rows of FILES, one or more.
        year: the academic year of the collection.
        problems: PROBLEMS; those of other files are left out.
    """
    names = [last_name(file) for file in files["file"]]
    urn, school = files["urn"].max(), files["school"].max()  # the first file may not tell them
    wrong = faults(
        problems[problems["file"].isin(files["file"])],
        title="What is wrong, and how to mend it",
        introduction="We could not use what you sent for the following reasons.",
    )
    send = Section(
        title="What to send us",
        points=(
            "The audit workbook itself, saved as an Excel workbook (.xlsx), without a password and without macros.",
            f"With the school's name, its six-digit URN and the academic year {year} filled in on the sheet School.",
            "If the file cannot be mended, ask us for a blank form and copy your answers into it.",
        ),
    )
    sent = f"the file {names[0]}" if len(names) == 1 else f"any of the files {listed(names)}"
    return Feedback(
        on="refused file",
        urn=urn,
        school=school,
        year=year,
        title=f"Your online safety self-audit {year}: please send it again",
        thanks=f"Thank you for sending the online safety self-audit{f' of {school}' if school else ''}. Unfortunately we "
        f"could not use {sent}, so it is not counted yet. Nothing is lost: your own copy is as it was.",
        sections=(send,) if wrong is None else (wrong, send),
    )


def thanks(audit: Audit) -> str:
    """The first paragraph."""
    name = audit.school.name
    if audit.basis == "desk review":
        read = f" ({audit.policy_read})" if audit.policy_read else ""
        return (
            f"We have read a published text of {name}{read} beside the recommended statements on online safety. "
            "Thank you for making it public."
        )
    sent = f"Thank you for sending the online safety self-audit of {name} for {audit.year}"
    if audit.completed_on is None:
        return (
            f"{sent}. It does not say on which day it was completed, so we read it as it stands. If it is not finished, "
            "please send it again when it is."
        )
    return f"{sent}, completed on {day(audit.completed_on)}."


def version_read(case: Case) -> str:
    """Which version of the school's return the letter answers: the file, and when its last answer was saved."""
    saved = case.audit.last_answer_at
    when = f", whose last answer was saved on {moment(saved)}" if saved else ""
    return f"This letter answers the file {last_name(case.file)}{when}."


def outcome_section(case: Case) -> Section:
    """The outcome in one sentence, and the counts behind it."""
    summary = headline(case.audit, case.overall)
    if case.is_desk_review:
        return Section(title="What the text says", paragraphs=(summary,))
    if not case.overall["applicable"]:
        return Section(title="Your outcome", paragraphs=(summary,))
    called = case.comparison.coverage
    meaning = f"{first_capital(called)} is the share of these statements that are met: written in the policy, and done."
    note = f" {range_note(case.overall, called)}" if case.overall["not_known"] else ""
    table = None if case.overall["met"] == case.overall["applicable"] else _counts(case.overall)
    forces = _by_force(case)
    paragraphs = (summary, meaning + note, forces) if forces else (summary, meaning + note)
    return Section(title="Your outcome", paragraphs=paragraphs, table=table)


def _counts(overall: pd.Series) -> LetterTable:
    return LetterTable(
        caption="The recommended statements that apply, by what you answered",
        headings=("State", "What it means", "Statements"),
        rows=tuple((theme.STATES[kind].word, theme.STATES[kind].means, str(overall[kind])) for kind in COUNTED),
        widths=(20, 62, 18),
    )


def standing(case: Case) -> Section | None:
    """Where the school stands among its peers, and what changed since the year before."""
    if case.compared is None:
        return None
    peers = among_peers(case.compared, case.comparison.criteria, case.release)
    change = since_last_year(
        case.compared,
        case.changes,
        case.comparison.before,
        coverage=case.comparison.coverage,
        asked_once=case.comparison.asked_once_of(case.audit.school.urn),
    )
    paragraphs = tuple(" ".join(part) for part in (peers, change) if part)
    return Section(title="Where you stand", paragraphs=paragraphs) if paragraphs else None


def strong(case: Case) -> Section | None:
    """What the school does well."""
    peers = case.peers
    points = strengths(case.overall, case.questions, peers, desk=case.is_desk_review)
    return Section(title="What is strong", points=points) if points else None


def to_close(case: Case) -> Section | None:
    """The gaps that matter most and what closes them; if there is none, how to keep it so."""
    if case.is_desk_review:
        return _unwritten(case)
    if case.gaps.empty:
        return _KEEP if case.overall["applicable"] else None
    first = case.gaps.head(_MOST_GAPS)
    summary = f"There {agree(len(case.gaps))} {plural(len(case.gaps), 'gap')}."
    order = _order(len(first), len(case.gaps), by_force=case.comparison.framework.has_forces)
    title = "What matters most now"
    table = LetterTable(
        caption=title,
        headings=("Statement, and your answers", "What closes it"),
        rows=tuple(_gap(row, case.comparison.criteria) for _, row in first.iterrows()),
        widths=(46, 54),
    )
    return Section(title=title, paragraphs=(f"{summary} {order}".strip(),), table=table)


def _order(shown: int, there_are: int, *, by_force: bool) -> str:
    if there_are == 1:
        return ""
    which = "They stand" if shown == there_are else f"The {shown} that matter most stand"
    then = ", then what has most force" if by_force else ""
    return f"{which} here in the order in which to close them: what exposes a child directly comes first{then}."


def _unwritten(case: Case) -> Section | None:
    gaps = case.gaps[case.gaps["written"].isin(["partly", "no"])]
    if gaps.empty:
        return None
    first = gaps.head(_MOST_GAPS)
    count = plural(len(gaps), "recommended statement is", "recommended statements are")
    order = _order(len(first), len(gaps), by_force=case.comparison.framework.has_forces)
    summary = f"{count} not fully in the text. {order}".strip()
    table = LetterTable(
        caption="What the text does not fully say",
        headings=("Statement", "Written", "Where, and what is missing"),
        rows=tuple(
            (
                _statement(row),
                theme.WRITTEN_WORDS[row["written"]],
                shorten(row["evidence"], _LONGEST_NOTE, placeholder=" […]") or "Not noted.",
            )
            for _, row in first.iterrows()
        ),
        widths=(50, 12, 38),
    )
    close = "Writing them fully into the policy closes them, once they are what the school does."
    return Section(title=table.caption, paragraphs=(summary, close), table=table)


_KEEP = Section(
    title="How to keep it so",
    paragraphs=(
        "No gap is left among the recommended statements that apply. Look again at each of them when staff, systems or "
        "the way pupils go online change, and keep a note of where it can be seen that it is done: that makes next year's "
        "audit quick.",
    ),
)


def _gap(gap: pd.Series, criteria: Criteria) -> tuple[str, str]:
    written, done = both_answers(gap, criteria)
    closes = f"{gap['closes']} {gap['improve']}".strip()
    if gap["kind"] == "not_known":  # the text that closes it says to ask a role
        closes += f"\nMost likely to know: {criteria.roles.get(gap['asked_of'], gap['asked_of'])}"
    answers = f"{theme.STATES[gap['kind']].word}. Written: {written}. Done: {done}."
    if force := _force(criteria[gap["statement"]]):
        answers = f"{force}. {answers}"
    return f"{_statement(gap)}\n{answers}", closes


def _force(criterion: Criterion) -> str:
    """The title of a statement's force; empty in a framework whose marks tell no forces apart."""
    mark = criterion.framework.mark_of(criterion.statement) if criterion.framework.has_forces else None
    return mark.title if mark else ""


def _by_force(case: Case) -> str:
    """How many statements of each force that apply are met, the weightiest first; empty if none has a force."""
    counts: dict[str, list[int]] = {
        mark.title: [0, 0] for framework in case.comparison.criteria.frameworks for mark in framework.marks
    }
    for criterion in case.comparison.criteria:
        response = case.audit.response(criterion.id)
        if (force := _force(criterion)) and case.audit.counts(criterion.statement) and not response.not_applicable:
            counts[force][0] += kind_of(response) == "met"
            counts[force][1] += 1
    parts = [f"{title.lower()}, {met} of {of}" for title, (met, of) in counts.items() if of]
    return f"Met by what stands behind them: {'; '.join(parts)}." if parts else ""


def _statement(gap: pd.Series) -> str:
    reference = gap["reference"].replace(" ", _NO_BREAK)
    return f"{gap['statement_text']} ({reference})"


def overtaken_section(case: Case) -> Section | None:
    """The recommended statements that the return leaves out, because law or guidance has overtaken them."""
    audit, criteria = case.audit, case.comparison.criteria
    left_out = [
        statement
        for statement in (criterion.statement for criterion in criteria)
        if statement.recommended and audit.school.phase in statement.phases and audit.leaves_out(statement)
    ]
    if not left_out:
        return None
    number = len(left_out)
    return Section(
        title="No longer asked",
        paragraphs=(
            f"{plural(number, 'recommended statement')} of {criteria.frameworks[0].called} {agree(number)} no longer asked, and "
            f"not counted here: law or guidance has overtaken {agree(number, 'it', 'them')}.",
        ),
        table=LetterTable(
            caption="Statements that are no longer asked",
            headings=("Statement", "Since", "What holds instead", "Why"),
            rows=tuple(
                (
                    f"{statement.statement} ({statement.reference.replace(' ', _NO_BREAK)})",
                    day(dt.date.fromisoformat(statement.superseded.since)),
                    ", ".join(statement.superseded.by) or "Nothing",
                    statement.superseded.because,
                )
                for statement in left_out
                if statement.superseded is not None
            ),
            widths=(36, 14, 15, 35),
        ),
    )


def to_mend(case: Case) -> Section | None:
    """The faults in the file; none for a desk review, which is not the school's file."""
    if case.is_desk_review:
        return None
    return faults(
        case.problems,
        title="To mend in your file",
        introduction="Your file was read and counts. Please mend this in your copy; if an answer changes, send it again.",
    )


def faults(problems: pd.DataFrame, *, title: str, introduction: str) -> Section | None:
    """What is wrong in the file, where, and how to mend it. A letter does not say that answers may be copied.

    Args:
        problems: the rows of PROBLEMS for the file or files.
        title: the title of the section.
        introduction: what the faults mean for the school.
    """
    problems = problems[problems["what"] != ALL_THE_SAME]
    if problems.empty:
        return None
    first = problems.head(_MOST_FAULTS)
    rest = len(problems) - len(first)
    several = problems["file"].nunique() > 1
    more = f" These are the first {len(first)} of {len(problems):,}; we hold the whole list for you." if rest else ""
    table = LetterTable(
        caption=title,
        headings=("Where", "What we found", "How to mend it"),
        rows=tuple((_place(row, several=several), row["what"], row["fix"]) for _, row in first.iterrows()),
        widths=(22, 42, 36),
    )
    return Section(title=title, paragraphs=(introduction + more,), table=table)


def _place(problem: pd.Series, *, several: bool) -> str:
    sheet, cell = problem["sheet"], problem["cell"]
    file = last_name(problem["file"]) if several else "The file"
    named = f"{f'{file}, sheet' if several else 'Sheet'} {sheet}" if sheet else file
    return f"{named}, cell {cell}" if cell else named


def training_section(case: Case) -> Section | None:
    """The training in the authority's plan that is about statements not done in this school."""
    not_done = set(case.gaps.loc[case.gaps["kind"].isin(["not_done", "neither"]), "reference"])
    # sorted differently from the plan, whose order by need would tell about other schools
    training = case.comparison.training.sort_values(["directly", "topic"], ascending=[False, True], kind="stable")
    plan = (training[name].tolist() for name in ("topic", "role", "statements"))
    rows = []
    for topic, role, statements in zip(*plan, strict=True):
        if matching := [reference for reference in statements.split(", ") if reference in not_done]:
            rows.append((meaning_first(topic), role, ", ".join(matching)))
    if not rows:
        return None
    return Section(
        title="Training that fits",
        paragraphs=(
            "These topics of our training plan are about statements that are not done, or not fully, in your school.",
        ),
        table=LetterTable(
            caption="Training that fits your gaps",
            headings=("Topic", "For", "Your gaps that it is about"),
            rows=tuple(rows[:_MOST_TRAINING]),
            widths=(34, 36, 30),
        ),
    )


def about_the_letter(case: Case) -> Section:
    """On whose answers the letter is based, and what it does not say."""
    if case.is_desk_review:
        text = (
            "This is a reading of one published text, and no judgement on the school. It is about what is written only: "
            "what is done in practice cannot be read from a policy, and your school may have put things in writing "
            "elsewhere. Your own self-audit would show both. We gladly send you the form."
        )
    else:
        text = (
            f"{theme.SELF_REPORTED} This letter sorts what you told us; it does not say that a law, a duty or a standard is "
            f"met.{'' if case.gaps.empty else ' The sheet Gaps of your workbook lists every gap by the same references.'}"
        )
    return Section(title="About this letter", paragraphs=(text,))
