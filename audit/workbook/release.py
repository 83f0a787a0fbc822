"""A release as a workbook for sharing: what it is, the figures that it shows, and what was held back and why."""

from __future__ import annotations

from audit.authority.releasing.release import Release
from audit.authority.releasing.tables import about_release
from audit.english import plural
from audit.exhibits.release import release_exhibits
from audit.workbook.tables import write_tables


def write_release(release: Release, *, authority: str = "", named: bool = True) -> bytes:
    """The release as the bytes of an .xlsx file; the same release gives the same bytes.

    Args:
        release: the release, under its number.
        authority: who releases it; may be empty.
        named: also list the schools counted, by name and without any figure.
    """
    about = (
        f"Online safety self-audits of {plural(len(release.schools), 'school')}, {release.year}. "
        f"Release {release.number}{f' of {authority}' if authority else ''}, for sharing.",
        *about_release(release),
        *(f"{framework.title} ({framework.ref}). {framework.source}" for framework in release.criteria.frameworks),
    )
    exhibits = release_exhibits(release, named=named)
    return write_tables({exhibit.title: exhibit.table for exhibit in exhibits}, about=about)
