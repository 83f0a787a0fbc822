"""What the figures over many schools say: chart titles as sentences, and the few rows that a chart names.

A title names no school. A chart names the most common gaps, the schools that moved most and the schools that stand out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.compare.comparison import Comparison, points_since
from audit.authority.question_matrix import GroupedShares, HeatMap, is_shown
from audit.english import agree, listed, plural, whole_percent
from audit.school.outcome import meaning_first
from audit.tables import GAP_KINDS
from audit.theme import STATES

NO_FIGURES = "No figures: nothing applies to these schools"


def overview_title(comparison: Comparison) -> str:
    """How much is written, how much is done, and how much is both."""
    overall = comparison.overall
    if not is_shown(overall):
        return NO_FIGURES
    written, done, met = (overall[f"{name}_percent"] for name in ("written", "practice", "coverage"))
    return f"{whole_percent(written)} is written, {whole_percent(done)} is done, and {whole_percent(met)} is both"


def distribution_title(comparison: Comparison) -> str:
    """The median coverage."""
    if not is_shown(comparison.overall):
        return NO_FIGURES
    coverage = comparison.schools["coverage_percent"].dropna()
    median = whole_percent(coverage.median())
    return f"In half of the {len(coverage):,} schools, {comparison.coverage} is {median} or more"


def kinds_title(years: pd.DataFrame) -> str:
    """Which kind of gap is the largest, and whether the schools with both years meet more than a year earlier.

    Args:
        years: what `audit.authority.question_matrix.kinds_by_year` gives.
    """
    if years.empty:
        return NO_FIGURES
    now = years.iloc[0]
    gaps = int(now["applicable"] - now["met"])
    if not gaps:
        return "Every recommended statement that applies is met in every school"
    kind = max(GAP_KINDS, key=lambda name: int(now[name]))
    largest = f"{STATES[kind].word} is the largest kind of gap: {int(now[kind]):,} of {plural(gaps, 'gap')}"
    if len(years) == 1:
        return largest
    share, before = (100 * row["met"] / row["applicable"] for _, row in years.tail(2).iterrows())
    whose = f"in the {years.iloc[1]['schools']:,} schools with both years, " if len(years) == 3 else ""
    return f"{largest}; {whose}{points_since(share - before, years.iloc[-1]['year'], what='met')}"


def by_force_title(forces: pd.DataFrame) -> str:
    """What share of each force is met, the weightiest first.

    Args:
        forces: what `audit.authority.question_matrix.forces` gives.
    """
    shares = [
        f"{whole_percent(100 * met / of)} of {title.lower()}"
        for title, met, of in zip(*(forces[name] for name in ("title", "met", "applicable")), strict=True)
    ]
    return f"Met by force: {listed(shares)}"


def common_gaps_title(rows: pd.DataFrame) -> str:
    """The statement that most schools miss.

    Args:
        rows: what `audit.authority.findings.top_gaps` gives.
    """
    if rows.empty:
        return "No statement is missed"
    first = rows.iloc[0]
    what = meaning_first(first["topic"], first["reference"])
    return f"{what} is missed most, by {first['missing']:,} of {first['schools']:,} schools"


def written_done_title(comparison: Comparison) -> str:
    """In how many schools the policy promises more than is done, and the reverse."""
    promise = comparison.schools["promise"].dropna()
    if not is_shown(comparison.overall):
        return "Written in the policy, and done"
    more, less = int((promise > 0).sum()), int((promise < 0).sum())
    if not more and not less:
        return f"Policy and practice go together in all {len(promise):,} schools"
    return (
        f"Of {len(promise):,} schools, {more:,} {agree(more, 'promises', 'promise')} more than is done, "
        f"and {less:,} {agree(less, 'does', 'do')} more than the policy says"
    )


def movement_title(comparison: Comparison) -> str:
    """How many schools rose, stood still and fell."""
    overall = comparison.overall
    if comparison.before is None:
        return "There is no return of an earlier year"
    if pd.isna(overall["compared"]):
        return f"{comparison.coverage_title} in {comparison.before} and {comparison.year}"
    return (
        f"Of {overall['compared']:,} schools with both years, {overall['rose']:,} rose, "
        f"{overall['stood_still']:,} stood still and {overall['fell']:,} fell"
    )


def heat_title(cells: HeatMap) -> str:
    """The question with the lowest mean share, and among how many schools; desk reviews are left out."""
    shares = cells.shares[(cells.schools["basis"] == "self-audit").to_numpy(dtype=bool)]
    if not len(shares):
        return "How far each school meets each question"
    return _least(shares, cells.topics, f"these {len(shares):,} schools")


def grouped_heat_title(grouped: GroupedShares) -> str:
    """The question that is met least in most of the groups."""
    rows = grouped.shares[~np.isnan(grouped.shares).all(axis=1)]
    if not len(rows):
        return "Nothing applies to these schools"
    lowest = np.nanmin(rows, axis=1, keepdims=True)
    same_for_all = (lowest == np.nanmax(rows, axis=1, keepdims=True)).ravel()
    if same_for_all.all():
        return f"Every question is met alike in each of the {grouped.kind}"
    if len(rows) == 1:
        return f"{meaning_first(grouped.topics[int(np.nanargmin(rows))])} is met least"
    counts = (rows == lowest)[~same_for_all].sum(axis=0)
    return f"{meaning_first(grouped.topics[int(counts.argmax())])} is met least in {counts.max()} of {len(rows)} {grouped.kind}"


def _least(shares: npt.NDArray[np.float64], topics: Sequence[str], among: str) -> str:
    """The topics with the lowest mean, in words."""
    known = ~np.isnan(shares).all(axis=0)
    if not known.any():
        return NO_FIGURES
    means = np.nanmean(shares[:, known], axis=0)
    lowest = means.min()
    if lowest == means.max():
        return f"Every question is {'fully met' if lowest == 100 else 'met alike'} among {among}"
    first, *others = [
        meaning_first(topic) for topic, mean in zip(np.array(topics)[known], means, strict=True) if mean == lowest
    ]
    also = f" and {plural(len(others), 'other')}" if others else ""
    return f"{first}{also} {agree(1 + len(others))} met least among {among}"


def agreement_title(agreement: pd.DataFrame) -> str:
    """Whether schools rate their practice higher or lower than the adviser does."""
    overall = agreement[(agreement["statement"] == "all") & (agreement["answer"] == "practice")]
    bias = overall["bias"].dropna()
    if bias.empty:
        return "Too few readings to say how far schools and adviser agree"
    step = float(bias.iloc[0])
    if abs(step) < 0.05:
        return "On the whole, schools rate their practice as the adviser does"
    way = "higher" if step > 0 else "lower"
    return f"Schools rate their practice {abs(step):.1f} steps {way} than the adviser does"


def training_title(training: pd.DataFrame) -> str:
    """What training is needed first.

    Args:
        training: TRAINING.
    """
    if training.empty:
        return "No training need can be shown"
    first = training.iloc[0]
    return f"Train {meaning_first(first['topic'])} first: {first['schools']:,} of {first['of']:,} schools need it"


def change_title(by_statement: pd.DataFrame) -> str:
    """Which statement was closed and which opened most often.

    Args:
        by_statement: what `audit.authority.comparison_in_words.change_by_statement` gives.
    """
    parts = []
    for state in ("Closed", "Opened"):
        if by_statement[state].any():
            most = by_statement.iloc[int(by_statement[state].argmax())]
            what = meaning_first(most["Question"], most["Reference"])
            parts.append(f"{what} was {state.lower()} in {plural(int(most[state]), 'school')}")
    return f"Most often, {listed(parts)}" if parts else "No statement changed"


def tally_title(tally: pd.DataFrame) -> str:
    """How many of the expected returns have been received.

    Args:
        tally: what `audit.authority.comparison_in_words.tally_in_words` gives.
    """
    everyone = tally.iloc[-1]
    come = int(everyone["Received"] + everyone["Received with faults"])
    if pd.isna(everyone["Expected"]):
        return f"{plural(come, 'return')} received; no register says how many are expected"
    return f"{come:,} of {everyone['Expected']:,} expected returns have come"


def top_gaps(common_gaps: pd.DataFrame, group: str, *, most: int = 15) -> pd.DataFrame:
    """The statements that most schools of a group miss: the first rows of COMMON_GAPS."""
    rows = common_gaps[(common_gaps["group"] == group) & common_gaps["missing"].gt(0).fillna(False)]
    return rows.head(most).reset_index(drop=True)


def outliers(schools: pd.DataFrame, *, most: int = 3, least: float = 20, apart: float = 6) -> pd.DataFrame:
    """The schools whose policy and practice differ most, in both directions, the largest difference first.

    Args:
        schools: COMPARISON.
        most: how many schools in each direction.
        least: percentage points between written and done below which no school stands out.
        apart: the least distance between two chosen schools, so that there is room for a name next to each: so many
            percentage points of what is done, or six times as many of what is written.
    """
    placed = schools[schools["promise"].notna()].sort_values("promise", kind="stable")
    promised, done = placed[placed["promise"] >= least].iloc[::-1], placed[placed["promise"] <= -least]
    return pd.concat([_apart(rows, apart).head(most) for rows in (promised, done)])


def _apart(rows: pd.DataFrame, apart: float) -> pd.DataFrame:
    """The rows that are far enough from every earlier row that was kept."""
    chosen: list[tuple[float, float]] = []
    kept = []
    for point in zip(rows["written_percent"], rows["practice_percent"], strict=True):
        free = all(abs(point[1] - y) >= apart or abs(point[0] - x) >= 6 * apart for x, y in chosen)
        kept.append(free)
        if free:
            chosen.append(point)
    return rows[kept]


def movers(schools: pd.DataFrame, *, most: int = 12) -> pd.DataFrame:
    """The schools that rose or fell most since a year earlier: those that rose first, the largest change first in both.

    Schools whose coverage went the other way, because other statements apply now, are left out.
    """
    placed = schools[schools["change"].notna()].sort_values("change", ascending=False, kind="stable")
    rose = placed[(placed["moved"] == "rose") & (placed["change"] > 0)]
    fell = placed[(placed["moved"] == "fell") & (placed["change"] < 0)]
    return pd.concat([rose.head(most), fell.tail(most).iloc[::-1]])
