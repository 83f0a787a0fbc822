"""Schools in groups: how many in each band of K coverage, what they say in total, and how groups meet each question."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import percent_of, topic_of
from audit.english import plural
from audit.phases import SHORT
from audit.tables import COUNTED

_WIDTH = 10
BANDS = (*(f"{least} to {least + _WIDTH - 1}%" for least in range(0, 90, _WIDTH)), "90 to 100%")
"""The bands of K coverage, lowest first."""
_BANDS = "bands of K coverage"
Shares = npt.NDArray[np.float64]


def is_shown(overview: pd.Series) -> bool:
    """Whether there are figures over a group: anything applies to one of its schools.

    Args:
        overview: its row of OVERVIEW.
    """
    return not pd.isna(overview["schools"])


def _band_of(coverage: Shares) -> npt.NDArray[np.intp]:
    """The place in `BANDS` of each K coverage."""
    places: npt.NDArray[np.intp] = (coverage // _WIDTH).astype(np.intp)
    return np.minimum(places, len(BANDS) - 1)


def distribution(comparison: Comparison) -> pd.DataFrame:
    """How many schools lie in each band of K coverage, as ``band`` and ``schools``; no row where nothing applies.

    Schools without a K coverage, such as desk reviews, are not counted.
    """
    coverage = comparison.schools["coverage_percent"].dropna().to_numpy(dtype=float)
    table = pd.DataFrame({"band": BANDS, "schools": np.bincount(_band_of(coverage), minlength=len(BANDS))})
    return table if is_shown(comparison.overall) else table.iloc[:0]


def kinds_by_year(comparison: Comparison) -> pd.DataFrame:
    """The states of all statements of all schools this year, then of those with both years in each of the two.

    Shape: one row each, with ``year``, ``which`` schools in words, ``schools``, ``applicable`` and a column for each
    state; the first alone where there is no earlier year, no second one where all schools have both years, and none
    where nothing applies.
    """
    names = ["schools", "applicable", *COUNTED]
    rows: list[dict[Hashable, Any]] = []
    if is_shown(comparison.overall):
        of = plural(int(comparison.overall["schools"]), "school")
        rows.append({"year": comparison.year, "which": f"All {of}", **comparison.overall[names].to_dict()})
        if comparison.both_years is not None:
            now, before = comparison.both_years.to_dict("records")
            if now["schools"] != rows[0]["schools"]:
                rows.append({"year": comparison.year, "which": f"The {now['schools']:,} with both years", **now})
            rows.append({"year": comparison.before, "which": f"The same {now['schools']:,}", **before})
    return pd.DataFrame(rows, columns=["year", "which", *names])


@dataclass(frozen=True, kw_only=True)
class GroupedShares:
    """Groups of schools by questions.

    Attributes:
        kind: what the groups are, as *phases*.
        groups: in a word or two, in their own order.
        sizes: how many schools are in each.
        topics: the questions, in source order.
        shares: the mean percent that a school of the group meets, 0 to 100, by group and question; not a number
            where nothing applies.
    """

    kind: str
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    topics: tuple[str, ...]
    shares: Shares


def by_phase(comparison: Comparison) -> GroupedShares:
    """How the schools of each phase meet each question."""
    selection = comparison.selection
    shares = _shares(selection)
    names, sizes, rows = [], [], []
    for group in comparison.by_phase.loc[comparison.by_phase["schools"].notna(), "group"]:
        members = selection.members(group) & selection.self_audits
        names.append(SHORT.get(group) or comparison.criteria.phases.get(group, group))
        sizes.append(int(members.sum()))
        rows.append(_means(shares[members]))
    return _grouped(selection, "phases", names, sizes, rows)


def by_coverage(comparison: Comparison) -> GroupedShares:
    """How the schools of each band of K coverage meet each question; a band without a school is left out."""
    selection = comparison.selection
    coverage = percent_of(selection.whole.totals["met"], selection.whole.totals["applicable"])
    placed = selection.rows & selection.self_audits & ~np.isnan(coverage)
    codes, shares = _band_of(coverage[placed]), _shares(selection)[placed]
    bands = np.unique(codes).tolist()
    rows = [_means(shares[codes == band]) for band in bands]
    sizes = [int((codes == band).sum()) for band in bands]
    return _grouped(selection, _BANDS, [BANDS[band] for band in bands], sizes, rows)


def _shares(selection: Selection) -> Shares:
    """By return of the year and question: met of applicable, 0 to 100."""
    counts = selection.whole.by_question
    return percent_of(counts["met"], counts["applicable"])


def _means(shares: Shares) -> Shares:
    """By question: the mean over the schools that have a share; not a number where none has."""
    some = ~np.isnan(shares).all(axis=0)
    means = np.full(shares.shape[1], np.nan)
    means[some] = np.nanmean(shares[:, some], axis=0)
    return means


def _grouped(
    selection: Selection, kind: str, names: Sequence[str], sizes: Sequence[int], rows: Sequence[Shares]
) -> GroupedShares:
    topics = tuple(topic_of(criterion) for criterion in selection.whole.questions)
    shares = np.array(rows, dtype=np.float64).reshape(len(rows), len(topics))
    return GroupedShares(kind=kind, groups=tuple(names), sizes=tuple(sizes), topics=topics, shares=shares)
