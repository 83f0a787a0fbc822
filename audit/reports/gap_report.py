"""The gap report of one audit as one HTML file, which holds its charts, opens offline and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit import theme
from audit.exhibits.school import school_exhibits, unwritten
from audit.identifiers import authority_name
from audit.reports.templates import TEMPLATES
from audit.school import outcome
from audit.school.governors_view import whose_word
from audit.school.outcome import both_answers
from audit.version import MADE_BY

if TYPE_CHECKING:
    from audit.school.outcome import Outcome


def gap_report(result: Outcome) -> str:
    """The report as the text of an HTML file; it loads nothing from elsewhere."""
    school = result.audit.school
    return TEMPLATES.get_template("gap_report.html").render(
        result=result,
        school=school,
        phase=result.criteria.phases[school.phase],
        authority=authority_name(school.local_authority),
        states=theme.STATES,
        coverage=outcome.coverage_range(result.overall),
        figures=list(_figures(result)),
        gaps=list(_gaps(result)),
        unwritten=unwritten(result),
        set_aside=[(result.criteria[row["statement"]].statement, row) for _, row in result.set_aside.iterrows()],
        self_reported=whose_word(result.audit),
        made_by=MADE_BY,
        signed_by=outcome.signed_in_words(result.audit, result.criteria),
    )


def _figures(result: Outcome) -> Iterator[dict[str, object]]:
    """Each exhibit with its chart as HTML; every exhibit of one audit has a chart."""
    from audit.charts.style import as_html  # with plotly, for which the terminal's other jobs need not wait

    drawn = ((exhibit, exhibit.figure()) for exhibit in school_exhibits(result) if exhibit.figure is not None)
    for number, (exhibit, figure) in enumerate(drawn):
        yield {"exhibit": exhibit, "chart": as_html(figure, number)}


def _gaps(result: Outcome) -> Iterator[dict[str, object]]:
    """Each gap with its answers, the role to ask, and how the statement is read today."""
    for _, gap in result.gaps.iterrows():
        written, practice = both_answers(gap, result.criteria)
        yield {
            "row": gap,
            "state": theme.STATES[gap["kind"]],
            "written": written,
            "practice": practice,
            "role": result.criteria.roles.get(gap["asked_of"], gap["asked_of"]),
            "today": result.criteria[gap["statement"]].statement.today,
        }
