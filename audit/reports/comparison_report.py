"""The comparison of many schools, and a release of it for sharing, each as one HTML file.

Both open offline and print on A4. The comparison is for the authority alone and holds charts; the release holds tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from audit import theme
from audit.authority import question_matrix
from audit.authority.compare.release_tables import about_release
from audit.authority.returns import framework_named
from audit.exhibits.authority import Knowledge, authority_exhibits
from audit.exhibits.release import release_exhibits
from audit.reports.html import TEMPLATES
from audit.version import MADE_BY

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.authority.compare.release import Release
    from audit.exhibits.exhibit import Exhibit


def comparison_report(comparison: Comparison, beside: Knowledge | None = None) -> str:
    """The report as the text of an HTML file for the authority alone; it loads nothing from elsewhere.

    Args:
        comparison: the comparison.
        beside: what the adviser knows besides.
    """
    from audit.charts.style import as_html  # with plotly, for which the terminal's other jobs need not wait

    numbers = count()
    sections = [
        {
            "exhibit": exhibit,
            "charts": [as_html(exhibit.figure(), next(numbers))] if exhibit.figure is not None else [],
            "tables": list(_tables(exhibit)),
        }
        for exhibit in authority_exhibits(comparison, beside)
    ]
    return TEMPLATES.get_template("comparison_report.html").render(
        comparison=comparison,
        framework=framework_named(comparison.framework),
        sections=sections,
        notes=comparison.notes,
        styles={
            _style_of(step): step for step in (question_matrix.EMPTY, *question_matrix.STEPS, *question_matrix.TENTHS)
        },
        for_the_authority=theme.FOR_THE_AUTHORITY,
        self_reported=theme.SELF_REPORTED_BY_SCHOOLS,
        made_by=MADE_BY,
    )


def release_report(release: Release, *, authority: str = "", named: bool = True) -> str:
    """The release as the text of an HTML file; it loads nothing from elsewhere.

    Args:
        release: the release, with its number.
        authority: who releases it; may be empty.
        named: also list the schools counted, by name, without figures.
    """
    sections = [
        {
            "key": exhibit.key,
            "title": exhibit.title,
            "headings": [str(name) for name in exhibit.table.columns],
            "rows": exhibit.texts.to_numpy().tolist(),
            "folded": exhibit.layout.folded,
        }
        for exhibit in release_exhibits(release, named=named)
    ]
    return TEMPLATES.get_template("release_report.html").render(
        release=release, authority=authority, sections=sections, about=about_release(release), made_by=MADE_BY
    )


@dataclass(frozen=True, kw_only=True)
class _Table:
    """A table for the template.

    Attributes:
        caption: its title.
        headings: the headings of its columns.
        rows: the texts of its cells; the first of a row is the row's heading.
        steps: by row, the style of each cell of a heat map, an empty text where a cell has none; empty for other tables.
        folded: whether it is closed until the reader opens it.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    steps: Sequence[Sequence[str]] = ()
    folded: bool = False


def _tables(exhibit: Exhibit) -> Iterator[_Table]:
    """The table of an exhibit; before it, its first rows as an open table if the layout asks for that."""
    texts, first = exhibit.texts, exhibit.layout.first
    headings, rows = [str(name) for name in texts.columns], texts.to_numpy().tolist()
    is_long = first is not None and len(rows) > first
    if is_long:
        yield _Table(caption=f"{exhibit.title}: the first {first}", headings=headings, rows=rows[:first])
    yield _Table(
        caption=exhibit.title,
        headings=headings,
        rows=rows,
        steps=_steps(exhibit),
        folded=is_long or exhibit.layout.folded,
    )


def _steps(exhibit: Exhibit) -> list[list[str]]:
    """By row of a heat map, the style of each cell; empty for other tables."""
    painted = exhibit.layout.painted
    if painted is None:
        return []
    uncoloured = [""] * (len(exhibit.table.columns) - painted.shares.shape[1])
    return [
        [*uncoloured, *(_style_of(question_matrix.step_at(place, painted.steps)) for place in row)]
        for row in question_matrix.steps_of(painted.shares, painted.steps)
    ]


def _style_of(step: question_matrix.ScaleStep) -> str:
    """The name of the style of a step: its colour, which no other step has."""
    return f"c{step.fill.removeprefix('#')}"
