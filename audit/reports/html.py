"""The gap report of one audit as one HTML file, which holds its charts, opens offline and prints on A4.

Its template, like those of all HTML reports, is built on `report_base.html` and filled by `TEMPLATES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit import theme
from audit.english import agree, day_in_figures
from audit.exhibits.school import school_exhibits, unwritten
from audit.identifiers import authority_name
from audit.model import Criteria
from audit.school import outcome
from audit.school.governors_view import whose_word
from audit.school.outcome import both_answers
from audit.version import MADE_BY

if TYPE_CHECKING:
    from audit.school.outcome import Outcome

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # everything that people typed is shown as text, never run
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(agree=agree, day_in_figures=day_in_figures)
_MOST_CHARTS = 100
"""More charts than one framework has; the charts of a report are numbered."""


def gap_report(*results: Outcome) -> str:
    """The report as the text of an HTML file; it loads nothing from elsewhere.

    Args:
        results: the outcome of the audit for each framework that the report is about.
    """
    audit = results[0].audit
    criteria = Criteria(tuple(result.framework for result in results))
    return TEMPLATES.get_template("gap_report.html").render(
        parts=[_part(result, place) for place, result in enumerate(results)],
        audit=audit,
        school=audit.school,
        phase=criteria.phases[audit.school.phase],
        authority=authority_name(audit.school.local_authority),
        states=theme.STATES,
        then_how_sure=theme.then_how_sure,
        self_reported=whose_word(audit),
        made_by=MADE_BY,
        signed_by=outcome.signed_in_words(audit, criteria),
    )


def _part(result: Outcome, place: int) -> dict[str, object]:
    """What the report says about one framework; ``place`` counts these, from 0."""
    return {
        "result": result,
        "coverage": outcome.coverage_range(result.overall),
        "figures": list(_figures(result, place * _MOST_CHARTS)),
        "gaps": list(_gaps(result)),
        "unwritten": unwritten(result),
        "set_aside": [(result.criteria[row["statement"]].statement, row) for _, row in result.set_aside.iterrows()],
    }


def _figures(result: Outcome, first: int) -> Iterator[dict[str, object]]:
    """Each exhibit with its chart as HTML; a list of statements has none. ``first`` is the number of the first chart."""
    from audit.charts.style import as_html  # with plotly, for which the terminal's other jobs need not wait

    for number, exhibit in enumerate(school_exhibits(result), first):
        yield {"exhibit": exhibit, "chart": as_html(exhibit.figure(), number) if exhibit.figure else ""}


def _gaps(result: Outcome) -> Iterator[dict[str, object]]:
    """Each gap with its answers, the role to ask, and how the statement is read today."""
    for _, gap in result.gaps.iterrows():
        written, practice = both_answers(gap, result.criteria)
        criterion = result.criteria[gap["statement"]]
        mark = result.framework.mark_of(criterion.statement)
        yield {
            "row": gap,
            "state": theme.STATES[gap["kind"]],
            "written": written,
            "practice": practice,
            "role": result.criteria.roles.get(gap["asked_of"], gap["asked_of"]),
            "statement": criterion.statement,
            "force": mark.title if mark and result.framework.has_forces else "",
        }
