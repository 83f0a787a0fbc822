"""The tables of a comparison, from the counts of the returns.

- COMPARISON: one row per school, with its rank among the schools of its phase.
- QUESTIONS: each school's figures for each question, the numbers of the heat map.
- OVERVIEW: what all schools say together, and those of each phase.
- COMMON_GAPS: how many schools miss each recommended statement, and in which way.
- TRAINING: which topics to train, for which roles, and which schools need it.
- CHANGES: what became of each school between two years: whether it rose or fell, and statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.compare.counts import MEASURES, Numbers, Selection, Tally, percent_of, topic_of
from audit.authority.returns import NO_KIND, Flags
from audit.authority.tables import (
    ALL,
    CHANGE_STATES,
    CHANGES,
    COMMON_GAPS,
    COMPARISON,
    OVERVIEW,
    QUESTIONS,
    TRAINING,
    TRAINING_SCHOOLS,
)
from audit.school.transition import became
from audit.tables import COUNTED, KINDS, typed

if TYPE_CHECKING:
    from audit.model import Criterion

_MET, _SET_ASIDE = KINDS.index("met"), KINDS.index("not_applicable")
STILL, ROSE, FELL, NOT_COMPARED = 0, 1, -1, -2
_MOVED = {STILL: "stood still", ROSE: "rose", FELL: "fell"}


def state_of(before: int, after: int) -> str:
    """What became of a statement, by its kinds before and after, as places in `KINDS`; empty if it was not applicable in both years."""
    state = became(KINDS[before], KINDS[after])
    return "" if state == "still not applicable" else state


_STATE = np.array(
    [
        [CHANGE_STATES.index(state) if (state := state_of(before, after)) else -1 for after in range(len(KINDS))]
        for before in range(len(KINDS))
    ]
)


@dataclass(frozen=True)
class YearChange:
    """The returns of a year compared with those of an earlier year, school by school.

    Only a school with a self-audit in both years is compared: a desk review says nothing about practice. Figures of both
    years count only the statements that both years ask of the school: what law or guidance has overtaken between them
    is in neither.

    Attributes:
        now: the counts of the year.
        before: the counts of the earlier year.
    """

    now: Tally
    before: Tally

    @cached_property
    def _pairs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """The places of the compared schools in each of the two years."""
        now, before = self.now.returns.table, self.before.returns.table
        places_before = pd.Index(before["urn"]).get_indexer(pd.Index(now["urn"]))
        audited = (before["basis"] == "self-audit").to_numpy(dtype=bool)
        compared = (now["basis"] == "self-audit").to_numpy(dtype=bool) & (places_before >= 0)
        compared[compared] = audited[places_before[compared]]
        return np.flatnonzero(compared), places_before[compared]

    @cached_property
    def asked_once(self) -> Flags:
        """By return of the year and recommended statement: whether one year counts it, and in the other it is overtaken."""
        now, before = self._pairs
        wanted, once = self.now.returns.recommended, np.zeros(self.now.codes.shape, dtype=bool)
        if self.now.returns.leaves_out or self.before.returns.leaves_out:
            left_out = self.now.returns.left_out[now], self.before.returns.left_out[before]
            counted = self.now.returns.counted[now] | self.before.returns.counted[before]  # not one for another phase
            once[now] = ((left_out[0] != left_out[1]) & counted)[:, wanted]
        return once

    @cached_property
    def _totals(self) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers]]:
        """By measure: the numbers of the compared schools in each of the two years, of what both years ask of them."""
        now, before = self._pairs
        if not self.asked_once.any():
            return (
                {name: counts[now] for name, counts in self.now.totals.items()},
                {name: counts[before] for name, counts in self.before.totals.items()},
            )
        once = self.asked_once[now]
        tallies = Tally(self.now.returns.where(now), once), Tally(self.before.returns.where(before), once)
        return tallies[0].totals, tallies[1].totals

    def _coverage(self, totals: Mapping[str, Numbers]) -> npt.NDArray[np.float64]:
        """By return of the year: met of applicable, 0 to 100; not a number for a school that is not compared."""
        coverage = np.full(len(self.now.returns.table), np.nan)
        coverage[self._pairs[0]] = percent_of(totals["met"], totals["applicable"])
        return coverage

    @cached_property
    def coverage_before(self) -> npt.NDArray[np.float64]:
        """By return of the year: coverage in the earlier year; not a number if there is none."""
        return self._coverage(self._totals[1])

    @cached_property
    def change(self) -> npt.NDArray[np.float64]:
        """By return of the year: by how many percentage points coverage differs from the earlier year."""
        return self._coverage(self._totals[0]) - self.coverage_before

    @cached_property
    def moved(self) -> npt.NDArray[np.int8]:
        """By return of the year: `ROSE`, `STILL`, `FELL` or `NOT_COMPARED`.

        Only statements that apply in both years count: a school rises if it meets more of them than before. So no
        school rises by calling a gap not applicable, or falls because a statement now applies.
        """
        moved = np.full(len(self.now.returns.table), NOT_COMPARED, dtype=np.int8)
        now, before = self._pairs
        both = self.now.applicable[now] & self.before.applicable[before]
        met = ((self.now.kinds[now] == _MET) & both).sum(axis=1, dtype=np.int32)
        met -= ((self.before.kinds[before] == _MET) & both).sum(axis=1, dtype=np.int32)
        moved[now] = np.where(both.any(axis=1), np.sign(met), NOT_COMPARED)
        return moved

    @cached_property
    def moved_words(self) -> list[str | None]:
        """By return of the year: ``moved`` in the words of COMPARISON."""
        return [_MOVED.get(sign) for sign in self.moved.tolist()]

    def totals(self, measure: str) -> npt.NDArray[np.int32]:
        """By year, this year first, and return of this year: a number of statements; 0 for a school that is not compared.

        So the sums of both years are over the same schools, with the phase and type that they have now.

        Args:
            measure: one of `audit.authority.compare.counts.MEASURES`.
        """
        sums = np.zeros((2, len(self.now.returns.table)), dtype=np.int32)
        now = self._pairs[0]
        compared = self.moved[now] != NOT_COMPARED
        for year, totals in enumerate(self._totals):
            sums[year, now[compared]] = totals[measure][compared]
        return sums

    def changes(self, rows: Flags) -> pd.DataFrame:
        """CHANGES of some schools: one row per statement counted in both years, in source order within a school.

        A statement that was not applicable in both years has no row, since nothing can have changed.

        Args:
            rows: by return of the year, whether it is wanted.
        """
        now, before = (places[rows[self._pairs[0]]] for places in self._pairs)
        after_kinds, before_kinds = self.now.kinds[now], self.before.kinds[before]
        counted = (after_kinds != NO_KIND) & (before_kinds != NO_KIND)
        counted &= (after_kinds != _SET_ASIDE) | (before_kinds != _SET_ASIDE)
        schools, places = np.nonzero(counted)
        table_rows = self.now.returns.table.iloc[now[schools]].reset_index(drop=True)
        rows_of_text = [(c.id, c.statement.reference, topic_of(c), c.statement.statement) for c in self.now.statements]
        texts = pd.DataFrame(rows_of_text, columns=["statement", "reference", "topic", "statement_text"], dtype="str")
        table = pd.concat([table_rows[["urn", "school", "phase"]], texts.iloc[places].reset_index(drop=True)], axis=1)
        table["before"] = _category(before_kinds[counted], KINDS)
        table["after"] = _category(after_kinds[counted], KINDS)
        table["change"] = _category(_STATE[before_kinds[counted], after_kinds[counted]], CHANGE_STATES)
        return typed(table, CHANGES)


def _category(places: npt.NDArray[np.integer[Any]], words: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(places, categories=pd.Index(words), ordered=True)


_SCHOOL = ["urn", "school", "phase", "type", "year", "basis"]


def comparison_of_schools(tally: Tally, change: YearChange | None) -> pd.DataFrame:
    """COMPARISON of all returns of a year: one row per return, in their order.

    The peers of a school are all schools of its phase in the authority that have a coverage. A filter by type does
    not change them, so that a school has only one rank. A desk review is no peer, since it only tells what is written.

    Args:
        tally: the counts of the returns.
        change: the comparison with an earlier year, if there is one.
    """
    table, totals = tally.returns.table, tally.totals
    is_self_audit = (table["basis"] == "self-audit").to_numpy(dtype=bool)
    of = totals["applicable"]
    practised = np.where(is_self_audit, of, 0)  # a desk review has no figure about practice
    coverage = percent_of(totals["met"], practised)
    nothing = np.full(len(table), np.nan)
    columns: dict[str, Any] = {
        **{name: totals[name] for name in MEASURES},
        "coverage_percent": coverage,
        "coverage_lowest": coverage,
        "coverage_highest": percent_of(totals["can_be_met"], practised),
        "written_percent": percent_of(totals["written_yes"], of),
        "practice_percent": percent_of(totals["practice_in_place"], practised),
        "promise": percent_of(totals["not_done"] - totals["not_written"], practised),
        **places(coverage, np.asarray(table["phase"].cat.codes)),
        "coverage_before": change.coverage_before if change else nothing,
        "change": change.change if change else nothing,
        "moved": change.moved_words if change else None,
    }
    return typed({**{name: table[name] for name in _SCHOOL}, **columns}, COMPARISON)


def places(coverage: npt.NDArray[np.float64], phases: npt.NDArray[np.integer[Any]]) -> dict[str, pd.Series]:
    """By school: its rank among the schools of its phase, their number, and its quarter of the ranks.

    The highest coverage has rank 1. Schools with equal coverage share the first of their ranks, and are in the quarter
    of the middle of their ranks, or in the higher quarter if the middle lies between two. So no school is in the highest
    quarter because it is one of many at the bottom. Blank without a coverage.
    """
    rank, peers, quartile = np.zeros((3, len(coverage)), dtype=np.int32)
    for phase in np.unique(phases):
        members = np.flatnonzero((phases == phase) & ~np.isnan(coverage))
        ordered, of_phase = np.sort(coverage[members]), coverage[members]
        lower, upper = (np.searchsorted(ordered, of_phase, side=side) for side in ("left", "right"))
        peers[members] = len(members)
        rank[members] = 1 + len(members) - upper
        quartile[members] = 1 + (2 * (lower + upper)) // max(len(members), 1)
    shown = peers > 0
    figures = {"rank": rank, "peers": peers, "quartile": quartile}
    return {name: pd.Series(values, dtype="Int32").where(shown) for name, values in figures.items()}


_SCHOOL_COLUMNS = ["urn", "school", "phase", "type", "year"]


def questions(selection: Selection) -> pd.DataFrame:
    """QUESTIONS of a selection: one row per school and question, in source order within a school.

    The share of a desk review is written of applicable, since it says nothing about what is done. If nothing of a
    question applies to a school, the counts are 0 and there is no share.
    """
    whole, rows = selection.whole, np.flatnonzero(selection.rows)
    counts = {name: whole.by_question[name][rows] for name in MEASURES}
    audited = selection.self_audits[rows][:, None]
    share = percent_of(np.where(audited, counts["met"], counts["written_yes"]), counts["applicable"])
    width = len(whole.questions)
    about = pd.DataFrame(
        [(c.framework.id, c.area.id, c.question.id, topic_of(c)) for c in whole.questions],
        columns=["framework", "area", "question", "topic"],
        dtype="str",
    )
    schools = whole.returns.table[_SCHOOL_COLUMNS].take(np.repeat(rows, width)).reset_index(drop=True)
    topics = about.take(np.tile(np.arange(width), len(rows))).reset_index(drop=True)
    figures = pd.DataFrame({**{name: values.ravel() for name, values in counts.items()}, "share": share.ravel()})
    return typed(pd.concat([schools, topics, figures], axis=1), QUESTIONS)


def common_gaps(selection: Selection) -> pd.DataFrame:
    """COMMON_GAPS of a selection: for all and for each phase, the most often missed first.

    Desk reviews are left out, since a gap has two sides and they know only one. Order within a group: share missing,
    then number missing, then statements that protect a child directly, then the source; statements that
    apply to no school come last. A statement that no school of the group is asked has no row.
    """
    groups = list(selection.groups)
    counts = np.stack([selection.kinds[selection.groups[group]].sum(axis=0)[:, : len(KINDS)] for group in groups])
    applicable = counts[..., : len(COUNTED)].sum(axis=-1)
    missing = applicable - counts[..., KINDS.index("met")]
    figures: dict[str, npt.NDArray[Any]] = {
        "schools": applicable,
        **{kind: counts[..., KINDS.index(kind)] for kind in COUNTED},
        "missing": missing,
        "share_missing": percent_of(missing, applicable),
    }
    about = _about(selection)
    group, place = np.nonzero(counts.any(axis=-1))
    keys = [-figures[name][group, place] for name in ("missing", "share_missing")]
    order = np.lexsort((place, about["protects"].to_numpy()[place] != "directly", *keys, group))
    group, place = group[order], place[order]
    rows = {name: values[group, place] for name, values in figures.items()}
    texts = about.iloc[place].reset_index(drop=True)
    return typed(texts.assign(group=np.array(groups)[group], **rows), COMMON_GAPS)


def _about(selection: Selection) -> pd.DataFrame:
    """By statement: what identifies and explains it."""
    statements = selection.whole.statements
    return pd.DataFrame(
        {
            "statement": [c.id for c in statements],
            "reference": [c.statement.reference for c in statements],
            "area": [c.area.id for c in statements],
            "question": [c.question.id for c in statements],
            "topic": [topic_of(c) for c in statements],
            "statement_text": [c.statement.statement for c in statements],
            "asked_of": [c.statement.asked_of for c in statements],
            "protects": [c.statement.protects for c in statements],
        }
    )


_MOVED_COUNTS: Mapping[str, int] = {"rose": ROSE, "stood_still": STILL, "fell": FELL}


def overview(selection: Selection, change: YearChange | None) -> pd.DataFrame:
    """OVERVIEW of a selection: all, then each phase that has a return.

    Args:
        selection: the schools.
        change: the comparison with an earlier year, if there is one.
    """
    table = pd.DataFrame(_rows(selection), columns=list(OVERVIEW))
    if change is not None:
        moves = selection.sums(np.array([change.moved == sign for sign in _MOVED_COUNTS.values()]))
        for place, group in enumerate(table["group"]):
            if (both := both_years(selection, change, group)) is not None:
                counts = moves[:, selection.groups[group]].sum(axis=1)
                now, before = percent_of(both["met"], both["applicable"])
                moved = {"compared": counts.sum(), **dict(zip(_MOVED_COUNTS, counts, strict=True))}
                covered = {"coverage_compared": now, "coverage_before": before, "change": now - before}
                for name, value in (moved | covered).items():
                    table.loc[place, name] = value
    return typed(table, OVERVIEW)


def both_years(selection: Selection, change: YearChange, group: str) -> pd.DataFrame | None:
    """The sums over the schools of a group with self-audits of both years, for each of the two years.

    Shape: two rows, this year and the earlier one, with ``schools`` and a column for each measure; None if there are
    no such schools.

    Args:
        selection: the schools.
        change: the comparison of the two years.
        group: ``all``, or a phase.
    """
    compared = selection.sums(change.moved[None] != NOT_COMPARED)
    chosen = selection.groups[group]
    if not compared[:, chosen].sum():
        return None
    sums = {name: selection.sums(change.totals(name))[:, chosen].sum(axis=1) for name in MEASURES}
    return pd.DataFrame({"schools": compared[:, chosen].sum(), **sums})


def _rows(selection: Selection) -> list[dict[str, Any]]:
    """By group: the number of its returns, and their sums if anything applies."""
    totals = selection.whole.totals
    flags = [totals["applicable"] > 0, np.ones(len(selection.cells), dtype=bool)]
    sums = dict(zip(MEASURES, selection.sums(np.array([totals[name] for name in MEASURES])), strict=True))
    with_figures, audits = selection.sums(np.array(flags))
    rows = []
    for group, chosen in selection.groups.items():
        returns = selection.members(group).sum()
        row = {"group": group, "returns": returns, "desk_reviews": returns - audits[chosen].sum()}
        if with_figures[chosen].any():
            group_sums = {name: cells[chosen].sum() for name, cells in sums.items()}
            row |= {"schools": with_figures[chosen].sum(), **group_sums, **_percents(group_sums)}
        rows.append(row)
    return rows


def _percents(sums: Mapping[str, int]) -> dict[str, float]:
    """The percentages of a group from its sums; at least one statement applies."""
    parts = {
        "coverage_percent": "met",
        "coverage_lowest": "met",
        "coverage_highest": "can_be_met",
        "written_percent": "written_yes",
        "practice_percent": "practice_in_place",
    }
    return {name: 100 * sums[part] / sums["applicable"] for name, part in parts.items()}


_NOT_DONE, _NEITHER = KINDS.index("not_done"), KINDS.index("neither")


def training(selection: Selection) -> pd.DataFrame:
    """TRAINING of a selection: one row per topic and role that at least one school needs.

    A topic is a question; the role is the one that its statements are asked of. A school needs the training if at least
    one of these statements is not in place there, whether it is written or not: training helps if something is not
    done, and writing closes the other gaps. What is not known is not a need.

    Priority: topics with a statement that protects a child directly, then those that most schools need, then the
    source.
    """
    rows = [about | {"schools": needs.sum()} for about, needs in _needed(selection)]
    return typed(pd.DataFrame(rows, columns=list(TRAINING)), TRAINING)


def training_schools(selection: Selection) -> pd.DataFrame:
    """TRAINING_SCHOOLS of a selection: one row per training and school that needs it, by name within a training."""
    needed = list(_needed(selection))
    schools = selection.whole.returns.table[["urn", "school", "phase"]]
    rows = [schools[needs].assign(**{name: about[name] for name in _NAMED}) for about, needs in needed]
    return typed(pd.concat(rows) if rows else pd.DataFrame(columns=list(TRAINING_SCHOOLS)), TRAINING_SCHOOLS)


_NAMED = ("priority", "topic", "role", "statements")
"""The columns that identify a training."""


def _needed(selection: Selection) -> Iterator[tuple[dict[str, Any], Flags]]:
    """Each training in the order of priority: what it is, and by return of the year whether its school needs it."""
    whole, members = selection.whole, selection.members(ALL) & selection.self_audits
    not_done = ((whole.kinds == _NOT_DONE) | (whole.kinds == _NEITHER)) & members[:, None]
    trainings = []
    for statements in _by_topic_and_role(selection):
        needs = not_done[:, statements].any(axis=1)
        if needs.any():
            about = _about_training([whole.statements[place] for place in statements])
            of = (whole.applicable[:, statements].any(axis=1) & members).sum()
            trainings.append((about | {"of": of}, needs))
    trainings.sort(key=lambda pair: (not pair[0]["directly"], -int(pair[1].sum())))
    for priority, (about, needs) in enumerate(trainings, 1):
        yield {"priority": priority, **about}, needs


def _by_topic_and_role(selection: Selection) -> Iterable[list[int]]:
    """The places of the statements of each question and role."""
    topics: dict[tuple[str, str], list[int]] = {}
    for place, criterion in enumerate(selection.whole.statements):
        topics.setdefault((criterion.page, criterion.statement.asked_of), []).append(place)
    return topics.values()


def _about_training(criteria: Sequence[Criterion]) -> dict[str, object]:
    """What the training is about and for whom."""
    first = criteria[0]
    statements = [criterion.statement for criterion in criteria]
    return {
        "topic": topic_of(first),
        "role": first.framework.roles.get(first.statement.asked_of, first.statement.asked_of),
        "statements": ", ".join(statement.reference for statement in statements),
        "content": " ".join(statement.improve for statement in statements),
        "directly": any(statement.protects == "directly" for statement in statements),
    }
