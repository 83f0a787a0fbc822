"""A release as one HTML file for sharing, which opens offline and prints on A4."""

from __future__ import annotations

from audit.authority.releasing.release import Release
from audit.authority.releasing.tables import about_release
from audit.exhibits.release import release_exhibits
from audit.reports.templates import TEMPLATES
from audit.version import MADE_BY


def release_report(release: Release, *, authority: str = "", named: bool = True) -> str:
    """The release as the text of an HTML file; nothing in it is fetched from anywhere.

    Args:
        release: the release, under its number.
        authority: who releases it; may be empty.
        named: also list the schools counted, by name and without any figure.
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
