"""The exhibits of a release: the figures that an authority may share, what it holds back, and what is no longer asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.compare.release_tables import change, held_back, quartiles, released_common_gaps, released_schools
from audit.exhibits.exhibit import Exhibit, Layout
from audit.exhibits.school import overtaken_table

if TYPE_CHECKING:
    from audit.authority.compare.release import Release


def release_exhibits(release: Release, *, named: bool = True) -> tuple[Exhibit, ...]:
    """The exhibits of a release that have a row; each is a table without a chart.

    Args:
        release: the release.
        named: also list the schools counted, by name, without figures.
    """
    return tuple(exhibit for exhibit in _exhibits(release, named=named) if len(exhibit.table))


def _exhibits(release: Release, *, named: bool) -> Iterator[Exhibit]:
    yield _table("Common gaps", released_common_gaps(release))
    yield _table("Change", change(release))
    yield _table("Quartiles", quartiles(release))
    overtaken = overtaken_table(criterion.statement for criterion in release.overtaken)
    yield _table("No longer asked", overtaken, folded=True)
    yield _table("Held back", held_back(release), folded=True)
    if named:
        yield _table("Schools counted", released_schools(release), folded=True)


def _table(title: str, table: pd.DataFrame, *, folded: bool = False) -> Exhibit:
    key = title.lower().replace(" ", "-")
    return Exhibit(key=key, title=title, finding=title, table=table, layout=Layout(folded=folded))
