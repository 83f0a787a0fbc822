"""Who answers for what: the statements by the role that they ask, over all frameworks, one table a role.

It is made to be put beside a job description or a staff handbook. Page, workbook and Word document iterate over
`role_exhibits`, and all say `about_roles` first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from audit.english import agree, listed, plural
from audit.exhibits.exhibit import Exhibit
from audit.model import AuditHead, Criteria, Criterion, Phase, School
from audit.theme import then_how_sure

WHO_ANSWERS = "Who answers for what"
_FRAMEWORK = "Criteria"
_LONGEST_TITLE = 31


def role_exhibits(criteria: Criteria, *, phase: Phase, year: str, roles: Collection[str] = ()) -> tuple[Exhibit, ...]:
    """One exhibit for each role that has a statement, in the order of the roles.

    Its table has one row for each statement: by framework, recommended ones first, the weightiest mark first.

    Args:
        criteria: the frameworks to show.
        phase: the phase of the school.
        year: the academic year; what law or guidance had overtaken when it began is left out.
        roles: only these; none for all.
    """
    head = AuditHead(school=School(urn="", name="", phase=phase), year=year, frameworks=criteria.refs, as_printed=False)
    made = []
    for role, title in criteria.roles.items():
        asked = [c for c in criteria if c.statement.asked_of == role and phase in c.statement.phases]
        shown = [c for c in asked if head.is_for(c.statement)]
        if asked and (not roles or role in roles):
            made.append(_exhibit(role, title, criteria, shown, left_out=len(asked) - len(shown)))
    return tuple(made)


def _exhibit(role: str, title: str, criteria: Criteria, shown: Sequence[Criterion], *, left_out: int) -> Exhibit:
    counts = {f.called: sum(c.statement.recommended for c in shown if c.framework == f) for f in criteria.frameworks}
    parts = [f"{count} of {name}" for name, count in counts.items() if count]
    optional = any(not c.statement.recommended for c in shown)
    sentences = ["Optional statements stand below the recommended ones of the same criteria."] if optional else []
    if left_out:
        sentences.append(
            f"{plural(left_out, 'statement')} {agree(left_out)} left out, because law or guidance has overtaken "
            f"{agree(left_out, 'it', 'them')}."
        )
    places = {framework.id: place for place, framework in enumerate(criteria.frameworks)}
    ordered = sorted(
        shown,
        key=lambda c: (
            places[c.framework.id],
            not c.statement.recommended,
            c.framework.mark_rank(c.statement),
            c.order,
        ),
    )
    return Exhibit(
        key=role,
        title=title,
        finding=f"Recommended statements: {listed(parts) or 'none'}",
        means=" ".join(sentences),
        table=pd.DataFrame(
            [_row(criterion) for criterion in ordered],
            columns=[_FRAMEWORK, "Reference", "Statement", "Mark", "Source"],
            dtype="str",
        ),
    )


def _row(criterion: Criterion) -> tuple[str, ...]:
    """Framework, reference, statement with the line that says how it is read today, mark, and source with how sure it is."""
    statement = criterion.statement
    return (
        criterion.framework.title,
        statement.reference,
        statement.with_today,
        criterion.mark_in_words,
        f"{statement.provenance}{then_how_sure(statement.sureness)}",
    )


def role_parts(exhibit: Exhibit) -> tuple[tuple[str, pd.DataFrame], ...]:
    """The table of a role as texts, split by framework: the title of each, and its rows without that column."""
    parts = exhibit.texts.groupby(_FRAMEWORK, sort=False)
    return tuple((str(title), rows.drop(columns=_FRAMEWORK)) for title, rows in parts)


def role_sheets(exhibits: Sequence[Exhibit]) -> dict[str, pd.DataFrame]:
    """The tables of the roles by the title of their sheet, which has at most 31 characters."""
    return {exhibit.title[:_LONGEST_TITLE]: exhibit.table for exhibit in exhibits}


def role_findings(exhibits: Sequence[Exhibit]) -> list[str]:
    """What the table of each role holds, as one paragraph a role."""
    return [f"{exhibit.title}: {exhibit.finding}. {exhibit.means}".strip() for exhibit in exhibits]


def about_roles(criteria: Criteria, *, phase: Phase, year: str) -> tuple[str, ...]:
    """What the tables are, in paragraphs, and what the marks of each framework mean."""
    return (
        "Each table lists what one role would be asked in an online safety audit. Put it beside a job description or "
        "the staff handbook. The criteria name the role that is most likely to answer; your school may share the work "
        "out differently.",
        f"For: {criteria.phases[phase]}, academic year {year}. Criteria: {listed(f.title for f in criteria.frameworks)}.",
        *(f"{f.title}: {f.about_marks}" for f in criteria.frameworks if f.about_marks),
    )
