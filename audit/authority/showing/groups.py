"""Schools in groups: how many in each band of K coverage, what they say in total, and how groups meet each question."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.comparing.disclosure import FEWEST, put_together
from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import percent_of, topic_of
from audit.findings import plural
from audit.phases import SHORT
from audit.tables import COUNTED

_WIDTH = 10
BANDS = (*(f"{least} to {least + _WIDTH - 1}%" for least in range(0, 90, _WIDTH)), "90 to 100%")
"""The bands of K coverage, lowest first."""
_BANDS = "bands of K coverage"
Shares = npt.NDArray[np.float64]


def is_shown(overview: pd.Series) -> bool:
    """Whether figures over a group may be shown.

    Args:
        overview: its row of OVERVIEW.
    """
    return not pd.isna(overview["schools"])


def _band_of(coverage: Shares) -> npt.NDArray[np.intp]:
    """The place in `BANDS` of each K coverage."""
    places: npt.NDArray[np.intp] = (coverage // _WIDTH).astype(np.intp)
    return np.minimum(places, len(BANDS) - 1)


def distribution(comparison: Comparison) -> pd.DataFrame:
    """How many schools lie in each band of K coverage, as ``band`` and ``schools``; no row where it may not be shown.

    Schools without a K coverage, such as desk reviews, are not counted.
    """
    coverage = comparison.schools["coverage_percent"].dropna().to_numpy(dtype=float)
    table = pd.DataFrame({"band": BANDS, "schools": np.bincount(_band_of(coverage), minlength=len(BANDS))})
    return table if is_shown(comparison.overall) else table.iloc[:0]


def kinds_by_year(comparison: Comparison) -> pd.DataFrame:
    """The states of all statements of all schools this year, then of those with both years in each of the two.

    Shape: one row each, with ``year``, ``which`` schools in words, ``schools``, ``applicable`` and a column for each
    state; the first alone where there is no earlier year, no second one where all schools have both years, and none
    where nothing may be shown.
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
            where it may not be shown.
    """

    kind: str
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    topics: tuple[str, ...]
    shares: Shares


def by_phase(comparison: Comparison) -> GroupedShares:
    """How the schools of each phase meet each question; shown where its quartiles in SPREAD are."""
    selection, spread = comparison.selection, comparison.spread
    shares = _shares(selection)
    names, sizes, rows = [], [], []
    for group in comparison.by_phase.loc[comparison.by_phase["schools"].notna(), "group"]:
        members = selection.members(group) & selection.self_audits
        quartiles = spread[(spread["group"] == group) & (spread["measure"] == "question")]
        names.append(SHORT.get(group) or comparison.criteria.phases.get(group, group))
        sizes.append(int(members.sum()))
        rows.append(_means(shares[members], quartiles["schools"].notna().to_numpy(dtype=bool)))
    return _grouped(selection, "phases", names, sizes, rows)


def by_coverage(comparison: Comparison) -> GroupedShares:
    """How the schools of each band of K coverage meet each question; bands of too few schools join the next.

    For the adviser, who sees each school's own figures anyway: two such tables made with different filters can tell
    of single schools, which tables by phase never do.
    """
    selection = comparison.selection
    if not is_shown(comparison.overall):
        return _grouped(selection, _BANDS, [], [], [])
    coverage = percent_of(selection.whole.totals["met"], selection.whole.totals["applicable"])
    placed = selection.rows & selection.self_audits & ~np.isnan(coverage)
    names, codes = _joined_bands(coverage[placed])
    shares = _shares(selection)[placed]
    counts = np.array([(~np.isnan(shares[codes == place])).sum(axis=0) for place in range(len(names))])
    shown = np.array([_alone(column) for column in counts.T.tolist()]).T & (counts >= FEWEST)
    rows = [_means(shares[codes == place], shown[place]) for place in range(len(names))]
    return _grouped(selection, _BANDS, names, np.bincount(codes, minlength=len(names)).tolist(), rows)


def _alone(sizes: Sequence[int]) -> list[bool]:
    """By group: whether it need not be put together with others, lest one of them is given away."""
    own = put_together(sizes)
    return [own.count(place) == 1 for place in own]


def _shares(selection: Selection) -> Shares:
    """By return of the year and question: met of applicable, 0 to 100."""
    counts = selection.whole.by_question
    return percent_of(counts["met"], counts["applicable"])


def _means(shares: Shares, shown: npt.NDArray[np.bool_]) -> Shares:
    """By question: the mean over the schools that have a share; not a number where it may not be shown."""
    means = np.full(shares.shape[1], np.nan)
    means[shown] = np.nanmean(shares[:, shown], axis=0)
    return means


def _grouped(
    selection: Selection, kind: str, names: Sequence[str], sizes: Sequence[int], rows: Sequence[Shares]
) -> GroupedShares:
    topics = tuple(topic_of(criterion) for criterion in selection.whole.questions)
    shares = np.array(rows, dtype=np.float64).reshape(len(rows), len(topics))
    return GroupedShares(kind=kind, groups=tuple(names), sizes=tuple(sizes), topics=topics, shares=shares)


def _joined_bands(coverage: Shares) -> tuple[list[str], npt.NDArray[np.intp]]:
    """The bands, each of at least `FEWEST` schools with its neighbours, and the band of each school."""
    codes = _band_of(coverage)
    sizes = np.bincount(codes, minlength=len(BANDS))
    firsts, held = [0], 0
    for place, size in enumerate(sizes):
        if held >= FEWEST and sizes[place:].sum() >= FEWEST:
            firsts, held = [*firsts, place], 0
        held += size
    own = np.searchsorted(firsts, codes, side="right") - 1
    held_by = [codes[own == place] for place in range(len(firsts))] if len(codes) else []
    return [f"{_WIDTH * band.min()} to {BANDS[band.max()].split(' to ')[1]}" for band in held_by], own
