"""Questions by schools: which school meets which question, from the heat map of all schools down to one answer.

- The heat map as numbers: schools by questions, and how many recommended statements each school meets.
- Schools in groups: how many lie in each band of coverage, what they say in total, by force too, and how each group
  meets each question.
- Details: one question at every school or at one, and the schools behind a common gap.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.compare.counts import Selection, percent_of, topic_of
from audit.authority.returns import ANSWERS, KIND, NOT_ASKED
from audit.authority.tables import ALL
from audit.english import DASH, plural
from audit.identifiers import SHORT
from audit.model import PHASES, Audit, Criteria, Criterion, practice_labels
from audit.school.scoring import kind_of
from audit.tables import COUNTED, GAP_KINDS, KINDS
from audit.theme import NOT_ANSWERED, WRITTEN_WORDS, words

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison


@dataclass(frozen=True, kw_only=True)
class ScaleStep:
    """One step of the scale: its word, the lowest share that belongs to it, its colour, and a legible ink on that colour.

    The colours are one blue from pale to dark. They differ only in lightness, so people who see no colours can tell
    them apart. Ink on fill has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3).
    """

    word: str
    least: float
    fill: str
    ink: str


_DARK, _WHITE = "#14171a", "#ffffff"
STEPS: tuple[ScaleStep, ...] = (
    ScaleStep(word="None", least=0, fill="#eef4f9", ink=_DARK),
    ScaleStep(word="Under half", least=np.nextafter(0, 1), fill="#c3dbec", ink=_DARK),
    ScaleStep(word="Half or more", least=50, fill="#82b5d8", ink=_DARK),
    ScaleStep(word="Three quarters or more", least=75, fill="#0072b2", ink=_WHITE),
    ScaleStep(word="All", least=100, fill="#003a5d", ink=_WHITE),
)
"""The steps for one school, whose questions have few statements: from none to all."""
TENTHS: tuple[ScaleStep, ...] = tuple(
    ScaleStep(word=f"{least}–{100 if least == 90 else least + 9}%", least=least, fill=fill, ink=ink)
    for least, fill, ink in (
        (0, "#eef4f9", _DARK),
        (10, "#dbe9f3", _DARK),
        (20, "#c8deed", _DARK),
        (30, "#adcee5", _DARK),
        (40, "#90bddc", _DARK),
        (50, "#65a6d0", _DARK),
        (60, "#2b88bf", _DARK),
        (70, "#006ca9", _WHITE),
        (80, "#005383", _WHITE),
        (90, "#003a5d", _WHITE),
    )
)
"""The steps for means over many schools, which lie closer together: tenths."""
NO_STEP = -1
EMPTY = ScaleStep(word="Does not apply", least=0, fill="#ececed", ink=_DARK)
"""How a cell without a share looks; it holds `DASH`."""
NOTHING_APPLIES = "No recommended statement applies"
WRITTEN_ONLY = "written only"
"""The mark of a desk review, whose cells count what is written and say nothing about practice."""


def steps_of(shares: npt.ArrayLike, steps: Sequence[ScaleStep] = STEPS) -> npt.NDArray[np.int8]:
    """The place in ``steps`` of each share (0 to 100); `NO_STEP` where there is none."""
    values = np.asarray(shares, dtype=float)
    places = np.searchsorted([step.least for step in steps], values, side="right") - 1
    return np.where(np.isnan(values), NO_STEP, places).astype(np.int8)


def step_at(place: int, steps: Sequence[ScaleStep] = STEPS) -> ScaleStep:
    """The step at a place that `steps_of` gave."""
    return EMPTY if place == NO_STEP else steps[place]


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """Schools by questions.

    Attributes:
        schools: rows of COMPARISON, in the order in which the map shows them.
        topics: the questions, in source order.
        counts: by school and question, the statements met (for a desk review: written).
        applicable: by school and question, the statements that apply; 0 where the cell is empty.
    """

    schools: pd.DataFrame
    topics: tuple[str, ...]
    counts: npt.NDArray[np.int32]
    applicable: npt.NDArray[np.int32]

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """Percent of the applicable statements, 0 to 100; not a number where none applies."""
        of = np.where(self.applicable == 0, np.nan, self.applicable)
        return np.asarray(100 * self.counts / of, dtype=np.float64)

    @property
    def labels(self) -> list[str]:
        """The schools' names; a desk review is marked."""
        pairs = zip(self.schools["school"], self.schools["basis"], strict=True)
        return [name if basis == "self-audit" else f"{name} ({WRITTEN_ONLY})" for name, basis in pairs]

    def texts(self) -> Iterator[list[str]]:
        """By school: what is written in each cell, as ``3/4``, or `DASH`."""
        for counts, applicable in zip(self.counts.tolist(), self.applicable.tolist(), strict=True):
            yield [f"{count}/{of}" if of else DASH for count, of in zip(counts, applicable, strict=True)]


def heat_map(schools: pd.DataFrame, questions: pd.DataFrame) -> HeatMap:
    """The heat map of these schools.

    Args:
        schools: COMPARISON, or some of its rows; the map keeps their order.
        questions: QUESTIONS; schools that are not in ``schools`` are left out.
    """
    rows = pd.Index(schools["urn"]).get_indexer(pd.Index(questions["urn"]))
    rows, wanted = rows[rows >= 0], questions[rows >= 0]
    columns = wanted.groupby(["framework", "question"], sort=False).ngroup().to_numpy()
    topics = wanted.drop_duplicates(["framework", "question"])["topic"]
    desk = (schools["basis"] == "desk review").to_numpy(dtype=bool)[rows]
    counts, applicable = np.zeros((2, len(schools), len(topics)), dtype=np.int32)
    counts[rows, columns] = np.where(desk, wanted["written_yes"], wanted["met"])
    applicable[rows, columns] = wanted["applicable"]
    return HeatMap(schools=schools, topics=tuple(topics), counts=counts, applicable=applicable)


ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "school": "Name",
        "lowest": "Coverage, lowest first",
        "highest": "Coverage, highest first",
        "phase": "Phase, then coverage",
    }
)
"""The orders in which schools can be listed, with their titles."""


def schools_in_order(schools: pd.DataFrame, order: str) -> pd.DataFrame:
    """The schools in one of `ORDERS`; those without a coverage, such as desk reviews, come last.

    Args:
        schools: COMPARISON.
        order: a key of `ORDERS`.
    """
    by = {
        "school": ["_name"],
        "lowest": ["coverage_percent", "_name"],
        "highest": ["coverage_percent", "_name"],
        "phase": ["_phase", "coverage_percent", "_name"],
    }[order]
    places = {phase: place for place, phase in enumerate(PHASES)}
    keys = schools.assign(
        _name=schools["school"].str.casefold(), _phase=schools["phase"].astype("str").map(places).astype("Float64")
    )
    ascending = [not (order == "highest" and name == "coverage_percent") for name in by]
    order_of_rows = keys.sort_values(by, ascending=ascending, kind="stable", na_position="last").index
    return schools.loc[order_of_rows].reset_index(drop=True)


_WIDTH = 10
BANDS = (*(f"{least} to {least + _WIDTH - 1}%" for least in range(0, 90, _WIDTH)), "90 to 100%")
"""The bands of coverage, lowest first."""
_BANDS = "bands of coverage"
Shares = npt.NDArray[np.float64]


def is_shown(overview: pd.Series) -> bool:
    """Whether there are figures for a group, which needs a school to which a statement applies.

    Args:
        overview: the row of the group in OVERVIEW.
    """
    return not pd.isna(overview["schools"])


def schools_by_band(comparison: Comparison) -> pd.DataFrame:
    """How many schools lie in each band of coverage, as ``band`` and ``schools``; no row where nothing applies.

    Schools without a coverage, such as desk reviews, are not counted.
    """
    coverage = comparison.schools["coverage_percent"].dropna().to_numpy(dtype=float)
    table = pd.DataFrame({"band": BANDS, "schools": np.bincount(_band_of(coverage), minlength=len(BANDS))})
    return table if is_shown(comparison.overall) else table.iloc[:0]


def _band_of(coverage: Shares) -> npt.NDArray[np.intp]:
    """The place in `BANDS` of each coverage."""
    places: npt.NDArray[np.intp] = (coverage // _WIDTH).astype(np.intp)
    return np.minimum(places, len(BANDS) - 1)


def kinds_by_year(comparison: Comparison) -> pd.DataFrame:
    """The states of all statements: of all schools this year, then of the schools with both years, for each of the two.

    Shape: up to three rows, with ``year``, ``which`` schools in words, ``schools``, ``applicable`` and a column for each
    state. Without an earlier year there is only the first row; if all schools have both years and these ask the same,
    the second row is left out; if nothing applies, there is no row.
    """
    names = ["schools", "applicable", *COUNTED]
    rows: list[dict[Hashable, Any]] = []
    if is_shown(comparison.overall):
        of = plural(int(comparison.overall["schools"]), "school")
        rows.append({"year": comparison.year, "which": f"All {of}", **comparison.overall[names].to_dict()})
        if comparison.both_years is not None:
            now, before = comparison.both_years.to_dict("records")
            if any(now[name] != rows[0][name] for name in ("schools", "applicable")):
                rows.append({"year": comparison.year, "which": f"The {now['schools']:,} with both years", **now})
            rows.append({"year": comparison.before, "which": f"The same {now['schools']:,}", **before})
    return pd.DataFrame(rows, columns=["year", "which", *names])


def forces(comparison: Comparison) -> pd.DataFrame:
    """What becomes of the recommended statements of each force, over the chosen self-audits.

    Shape: one row per mark of the framework to which a recommended statement belongs that applies to a school, the
    weightiest first, with its ``title``, ``applicable`` and a column for each state; no row in a framework whose marks
    tell no forces apart.
    """
    selection, framework = comparison.selection, comparison.framework
    counts = selection.kinds[selection.chosen].sum(axis=0)
    marked = np.array([criterion.statement.marked for criterion in selection.whole.statements])
    rows: list[dict[str, Any]] = []
    for mark in framework.marks if framework.has_forces else ():
        of_mark = counts[marked == mark.id].sum(axis=0)
        kinds: dict[str, int] = {kind: int(of_mark[KINDS.index(kind)]) for kind in COUNTED}
        if applicable := sum(kinds.values()):
            rows.append({"title": mark.title, "applicable": applicable, **kinds})
    return pd.DataFrame(rows, columns=["title", "applicable", *COUNTED])


@dataclass(frozen=True, kw_only=True)
class GroupedShares:
    """Groups of schools by questions.

    Attributes:
        kind: what the groups are, as *phases*.
        groups: the name of each group in a word or two, in order, such as lowest band first.
        sizes: how many schools are in each group.
        topics: the questions, in source order.
        shares: by group and question, the mean percent that a school of the group meets, 0 to 100; not a number
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
    """How the schools of each band of coverage meet each question; a band without a school is left out."""
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


_STATES = np.array([*(words(kind_of(answer)) for answer in ANSWERS), DASH], dtype=object)
"""By code of an answer (`ANSWERS`): the state in words."""
_WRITTEN = np.array(
    [
        *(
            words("not_applicable")
            if answer.not_applicable
            else f"Written: {WRITTEN_WORDS[answer.written or 'unknown']}"
            for answer in ANSWERS
        ),
        DASH,
    ],
    dtype=object,
)
"""By code of an answer: what a desk review says, which is only what is written."""


def questions_compared(comparison: Comparison) -> dict[str, Criterion]:
    """By page of the question, the first recommended criterion of each question that has one; in source order."""
    by_page: dict[str, Criterion] = {}
    for criterion in comparison.criteria:
        if criterion.statement.recommended:
            by_page.setdefault(criterion.page, criterion)
    return by_page


def missed_by(comparison: Comparison, statement: str, group: str = ALL) -> pd.DataFrame:
    """The schools behind a common gap: each that misses a statement, with its URN and the state in words.

    Shape: one row per self-audit, by name, with ``urn``, ``school``, ``phase`` and ``state``.

    Args:
        comparison: the schools.
        statement: the permanent id of the statement.
        group: ``all``, or a phase.
    """
    returns, names = comparison.returns, comparison.names
    place = [criterion.id for criterion in comparison.criteria].index(statement)
    kinds = KIND[np.where(returns.counted[:, place], returns.codes[:, place], NOT_ASKED)]
    missed = np.isin(kinds, [KINDS.index(kind) for kind in GAP_KINDS])
    table = returns.table
    rows = missed & (table["basis"] == "self-audit").to_numpy(dtype=bool)
    if group != ALL:
        rows &= (table["phase"] == group).to_numpy(dtype=bool)
    schools = table.loc[rows, ["urn", "school", "phase"]]
    states = [words(KINDS[kind]) for kind in kinds[rows].tolist()]
    if names is not None:
        schools = schools.assign(urn=schools["urn"].map(names), school=schools["urn"].map(names))
    schools = schools.assign(state=pd.Series(states, index=schools.index, dtype="str"))
    return schools.sort_values("school", key=lambda name: name.str.casefold(), kind="stable").reset_index(drop=True)


def answers_to(audit: Audit, criteria: Criteria, page: str) -> pd.DataFrame:
    """What one school answers to the recommended statements of a question that it is asked, in words.

    Args:
        audit: its audit.
        criteria: the criteria in use.
        page: the page of the question.
    """
    labels = practice_labels(criteria.practice_levels)
    rows = []
    for criterion in criteria:
        statement = criterion.statement
        if criterion.page == page and audit.counts(statement):
            response = audit.response(criterion.id)
            rows.append(
                {
                    "Statement": f"{statement.statement} ({statement.reference})",
                    "State": words(kind_of(response)),
                    "Written": WRITTEN_WORDS.get(response.written or "", NOT_ANSWERED),
                    "Done": NOT_ANSWERED if response.practice is None else labels[response.practice],
                    "Evidence": response.evidence or response.not_applicable or DASH,
                    "Comment": response.comment or DASH,
                }
            )
    return pd.DataFrame(rows, columns=["Statement", "State", "Written", "Done", "Evidence", "Comment"], dtype="str")


def statements_across(comparison: Comparison, page: str) -> pd.DataFrame:
    """One row per school: its state for each recommended statement of a question, in words.

    A desk review says only what is written; a statement that is not put to the school has `DASH`.

    Args:
        comparison: the schools.
        page: the page of the question.
    """
    returns, names = comparison.returns, comparison.names
    table = returns.table
    shown = table["school"] if names is None else table["urn"].map(names)
    desk = (table["basis"] == "desk review").to_numpy(dtype=bool)
    columns = {"School": shown.astype("str").to_numpy()}
    for place, criterion in enumerate(comparison.criteria):
        if criterion.page == page and criterion.statement.recommended:
            codes = np.where(returns.counted[:, place], returns.codes[:, place], NOT_ASKED)
            columns[criterion.statement.reference] = np.where(desk, _WRITTEN[codes], _STATES[codes])
    return pd.DataFrame(columns).sort_values("School", key=lambda name: name.str.casefold()).reset_index(drop=True)
