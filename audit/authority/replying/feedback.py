"""What a local authority writes back: to each school that sent a return, and to those whose file could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

import pandas as pd

from audit.authority.collecting.settling import Intake
from audit.authority.collecting.verdicts import last_name
from audit.authority.comparing.comparison import Comparison, compare
from audit.authority.releasing.release import Release
from audit.authority.replying import sections
from audit.authority.replying.case import Case, cases
from audit.authority.replying.letter_text import Addressed, Feedback, Section, Table
from audit.authority.returns import Return
from audit.english import listed

__all__ = ["Addressed", "Feedback", "Section", "Table", "correspondence", "feedback", "refused_feedback"]


def correspondence(intake: Intake, release: Release | None = None) -> tuple[Addressed, ...]:
    """A letter to every school of which a return counts for the year asked for, or nothing but refused files came.

    A letter has the school's own figures from what the school sent, whatever an adviser has filtered or read otherwise,
    and figures of other schools from a release alone.

    Args:
        intake: what came of the files.
        release: the latest release of the year; None if there is none, so that letters say nothing of other schools.
    """
    comparison = compare(intake.returns, year=intake.year)

    @cache  # all at once, and not before the first letter is wanted
    def known() -> Mapping[str, Case]:
        found = cases(comparison.returns.items, comparison, problems=intake.problems, release=release)
        return {case.audit.school.urn: case for case in found}

    def compose(urn: str) -> Feedback:
        return _feedback(known()[urn])

    letters = [
        Addressed(urn=one.urn, to=f"{one.urn} {one.name}", compose=partial(compose, one.urn))
        for one in comparison.returns.items
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

    Where the file itself does not tell its school, the tracker may have found it.
    """
    files = intake.files[intake.files["verdict"] == "refused"]
    found = intake.tracker[intake.tracker["file"].isin(files["file"])].set_index("file")
    files = files.assign(
        **{
            name: files[name].where(files[name] != "", [found[name].get(file, "") for file in files["file"]])
            for name in ("urn", "school")
        }
    )
    return files[~files["urn"].isin(heard)]


def feedback(
    one: Return, comparison: Comparison, *, problems: pd.DataFrame, release: Release | None = None
) -> Feedback:
    """What to write back to the school of a return that counts.

    Args:
        one: the return as the school sent it.
        comparison: of the year of the return; best of all schools, without filters.
        problems: PROBLEMS; those of other files are left out.
        release: where figures of other schools come from; None for none.
    """
    return _feedback(next(cases([one], comparison, problems=problems, release=release)))


def _feedback(case: Case) -> Feedback:
    audit = case.audit
    parts = (
        sections.outcome(case),
        sections.standing(case),
        sections.strong(case),
        sections.to_close(case),
        sections.training(case),
        sections.to_mend(case),
        sections.about(case),
    )
    return Feedback(
        on=audit.basis,
        urn=audit.school.urn,
        school=audit.school.name,
        year=audit.year,
        title=f"What we read in your online safety policy, {audit.year}"
        if case.is_desk_review
        else f"Our feedback on your online safety self-audit {audit.year}",
        thanks=sections.thanks(audit),
        version="" if case.is_desk_review else sections.version_read(case),
        sections=tuple(part for part in parts if part is not None),
    )


def refused_feedback(files: pd.DataFrame, *, year: str, problems: pd.DataFrame) -> Feedback:
    """What to write to a school of which no file could be used.

    Args:
        files: the rows of FILES for what it sent: one or more.
        year: the academic year of which returns are collected.
        problems: PROBLEMS; those of other files are left out.
    """
    names = [last_name(file) for file in files["file"]]
    urn, school = files["urn"].max(), files["school"].max()  # the first of them may not tell
    wrong = sections.faults(
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
