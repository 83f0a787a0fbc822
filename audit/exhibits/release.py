"""The exhibits of a release: what an authority may share, and what it holds back and why."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit.authority.releasing.release import Release
from audit.authority.releasing.tables import change, common_gaps, held_back, quartiles, schools
from audit.exhibits.exhibit import Exhibit, Layout


def release_exhibits(release: Release, *, named: bool = True) -> tuple[Exhibit, ...]:
    """The exhibits of a release that have a row, each a table alone.

    Args:
        release: the release.
        named: also list the schools counted, by name and without any figure.
    """
    return tuple(exhibit for exhibit in _exhibits(release, named=named) if len(exhibit.table))


def _exhibits(release: Release, *, named: bool) -> Iterator[Exhibit]:
    yield _table("Common gaps", common_gaps(release))
    yield _table("Change", change(release))
    yield _table("Quartiles", quartiles(release))
    yield _table("Held back", held_back(release), folded=True)
    if named:
        yield _table("Schools counted", schools(release), folded=True)


def _table(title: str, table: pd.DataFrame, *, folded: bool = False) -> Exhibit:
    key = title.lower().replace(" ", "-")
    return Exhibit(key=key, title=title, finding=title, table=table, layout=Layout(folded=folded))
