"""The *Read me* sheet: what the workbook is, and how to fill it in."""

from __future__ import annotations

from openpyxl import Workbook

from audit import theme
from audit.model import Audit, Criteria
from audit.workbook import cells, layout
from audit.workbook.print_form import is_blank


def add_read_me(book: Workbook, audit: Audit, criteria: Criteria, asked_of: str | None) -> None:
    """What a person reads first.

    Args:
        book: the workbook.
        audit: the audit that it is written for.
        criteria: those that the audit answers.
        asked_of: the role whose part it is; None if it is the whole.
    """
    sheet = book.create_sheet(layout.READ_ME)
    cells.set_widths(sheet, [24, 84])
    lines: list[tuple[str, str]] = []
    if audit.basis == "desk review":
        lines.append(
            (
                "What this is",
                f"A reading of a published text ({audit.policy_read}): what it puts in writing, statement by statement. "
                "It is no judgement on the school. A policy does not show practice, so practice is not answered.",
            )
        )
    else:
        lines.append(
            (
                "What this is",
                "Your school's online safety self-audit for one academic year: the form, the report and what you send "
                f"to the local authority. {theme.SELF_REPORTED}",
            )
        )
    if audit.signed:
        lines.append(
            (
                "Signed",
                "The audit is signed, so every cell is locked: what is changed all the same counts as not signed. "
                "To change it, open the audit again in the tool. The sheet Sign-off says who signed, and when.",
            )
        )
    if asked_of is not None:
        role = criteria.roles.get(asked_of, asked_of)
        lines.append(("Whose part this is", f"Only the statements that are asked of: {role}."))
    lines += [
        ("1. School", "Check the sheet School: name, URN, phase, local authority, academic year."),
        (
            "2. Answers",
            "On the sheet Answers, fill in the yellow cells. Each statement has two answers: is it written in your "
            "policy, and is it done? Say Unknown rather than guess. You may sort and filter: rows are known by their id.",
        ),
        *_of_last_year(audit),
        *_on_paper(audit),
        (
            "Is it written?",
            "Yes: your policy says all of it. Partly: it says some of it, or says it more weakly. No: it does not say it. "
            "Unknown: you need to find out.",
        ),
        *(
            (f"Done: {level.practice_label}" if level.level == 0 else level.practice_label, level.means)
            for level in criteria.practice_levels
        ),
        (
            "Not applicable",
            "If a statement cannot apply to your school, write the reason under Not applicable because, and leave both "
            "answers empty or choose Not applicable. It then counts neither for you nor against you.",
        ),
        (
            "Recommended",
            "K marks what the source recommends to every school; only these count in the scores. Optional statements "
            "never count against you.",
        ),
        ("No pupil data", f"{theme.NO_PUPIL_DATA} This holds for evidence, comments, reasons and the action plan."),
        (
            "3. Send it",
            "Save the file as .xlsx and send it, or upload it into the audit tool, which shows every change before it "
            "applies any. Summary, Gaps and Action plan show what was known when the file was written.",
        ),
        ("Source", "; ".join(f"{f.title} ({f.ref}). {f.source}" for f in criteria.frameworks)),
    ]
    cells.put_title(sheet, 1, "Online safety self-audit: read me")
    for row, (name, text) in enumerate(lines, 2):
        cells.put(sheet, row, 1, name).font = cells.BOLD
        cells.put(sheet, row, 2, text)
        cells.fit_height(sheet, row, (name, text))
    cells.set_page(sheet, landscape=False)


def _on_paper(audit: Audit) -> list[tuple[str, str]]:
    """How the form is filled in by hand, where there is one."""
    if not is_blank(audit):
        return []
    text = (
        "Print the sheet Print and ring the answers. Type them into the sheet Answers afterwards: only these are read."
    )
    return [("On paper", text)]


def _of_last_year(audit: Audit) -> list[tuple[str, str]]:
    """How last year's answers are confirmed, where there are any."""
    if not audit.carried:
        return []
    return [
        (
            "Still as last year?",
            f"The audit began with the answers of {audit.carried_from}: they stand on the sheet Last year. Where such an "
            "answer still holds, choose Yes under Still as last year? and leave the other cells empty. Where it does "
            "not, answer anew. Until you do one or the other, the statement counts as not known.",
        )
    ]
