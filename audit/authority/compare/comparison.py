"""The comparison of many schools: every table, made from the returns that count, and its sentences.

The sentences are the headline, and the notes that go with every output of a comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.compare import tables
from audit.authority.compare.counts import Selection, Tally, spread
from audit.authority.compare.tables import (
    YearChange,
    both_years,
    common_gaps,
    overview,
    questions,
    training,
    training_schools,
)
from audit.authority.tables import ALL, CHANGES
from audit.english import agree, first_capital, plural
from audit.school.outcome import coverage_range, no_longer_asked_title
from audit.tables import typed

if TYPE_CHECKING:
    from audit.authority.returns import Returns
    from audit.model import Criteria, Criterion, Framework

MODERATED = "The adviser's readings stand in place of the schools' answers, wherever there are any."
"""The note for a comparison of moderated answers."""
UNDER_CODES = "Codes stand in place of names on this screen. What is to be shared is made as a release."
"""The note for a comparison with codes instead of names."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The schools of one academic year compared, for the authority alone. Each table is made when it is first needed.

    Nothing is suppressed, since the authority holds every return. What leaves the authority is made by
    `audit.authority.compare.release`.

    A desk review is compared on *written* only: it has a row in COMPARISON and QUESTIONS, but it is in no figure over
    several schools, not even over what is written, since it was not the school that answered.

    Attributes:
        criteria: the criteria that are compared, of one framework: figures of several are never added up.
        year: the academic year; empty if there is no return.
        before: the latest earlier year that has returns, usually the year directly before; None if there is none.
        selection: the returns of the year, and which of them are chosen.
        earlier: the same for the earlier year.
        names: by URN, the code to show instead of the school's name; None if names are shown.
    """

    criteria: Criteria
    year: str
    before: str | None
    selection: Selection
    earlier: Selection | None
    names: Mapping[str, str] | None = None

    @property
    def framework(self) -> Framework:
        """The framework by which the schools are compared."""
        return self.criteria.frameworks[0]

    @property
    def coverage(self) -> str:
        """What its coverage is called within a sentence: ``K coverage``."""
        return self.framework.coverage_called

    @property
    def coverage_title(self) -> str:
        """The same as a sentence or a heading begins with it."""
        return first_capital(self.coverage)

    @cached_property
    def overtaken(self) -> tuple[Criterion, ...]:
        """The recommended statements that law or guidance had overtaken when the year began, for the phases of its schools.

        A return neither asks nor counts them, unless it was begun as printed.
        """
        phases = set(self.returns.table["phase"])
        return tuple(
            criterion
            for criterion in self.criteria
            if criterion.statement.recommended
            and phases.intersection(criterion.statement.phases)
            and criterion.statement.is_overtaken_in(self.year)
        )

    @property
    def as_printed(self) -> int:
        """How many of the chosen returns were begun as printed, so that they still count what has been overtaken."""
        return sum(item.head.as_printed for item in self.returns.items) if self.overtaken else 0

    @cached_property
    def asked_once(self) -> int:
        """How many recommended statements only one of the two years asks, since law or guidance has overtaken them."""
        once = None if self._change is None else self._change.asked_once[self.selection.rows]
        return 0 if once is None else int(once.any(axis=0).sum())

    def asked_once_of(self, urn: str) -> int:
        """The same for one school; 0 for a school without both years.

        Args:
            urn: its URN.
        """
        if not self.asked_once or self._change is None:
            return 0
        of_school = (self.selection.whole.returns.table["urn"] == urn).to_numpy(dtype=bool)
        return int(self._change.asked_once[of_school].sum())

    @property
    def overtaken_title(self) -> str:
        """How many recommended statements are no longer asked; empty if none is."""
        return no_longer_asked_title(len(self.overtaken), self.year) if self.overtaken else ""

    @property
    def break_note(self) -> str:
        """That the two years do not ask the same, and what is counted therefore; empty if they do."""
        if not self.asked_once:
            return ""
        return (
            f"Between {self.before} and {self.year} what is asked changes: only one of the two years asks "
            f"{plural(self.asked_once, 'recommended statement')}, since law or guidance has overtaken "
            f"{agree(self.asked_once, 'it', 'them')}. Every change counts only what both years ask of a school."
        )

    @cached_property
    def _change(self) -> YearChange | None:
        return None if self.earlier is None else YearChange(self.selection.whole, self.earlier.whole)

    @cached_property
    def returns(self) -> Returns:
        """The chosen returns of the year, ordered by name; they have their names even if the tables show codes."""
        return self.selection.whole.returns.where(self.selection.rows)

    @cached_property
    def schools(self) -> pd.DataFrame:
        """COMPARISON: one row per chosen return, by name, or by code if names are hidden."""
        rows = tables.comparison_of_schools(self.selection.whole, self._change)[self.selection.rows]
        return self._named(rows.reset_index(drop=True))

    @cached_property
    def questions(self) -> pd.DataFrame:
        """QUESTIONS of the chosen returns."""
        return self._named(questions(self.selection))

    @cached_property
    def common_gaps(self) -> pd.DataFrame:
        """COMMON_GAPS of the chosen returns."""
        return common_gaps(self.selection)

    @cached_property
    def training(self) -> pd.DataFrame:
        """TRAINING for the chosen returns."""
        return training(self.selection)

    @cached_property
    def training_schools(self) -> pd.DataFrame:
        """TRAINING_SCHOOLS of the chosen returns, in the order of the trainings."""
        return self._named(training_schools(self.selection)).sort_values("priority", kind="stable", ignore_index=True)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """CHANGES of the chosen returns since the earlier year; no rows if there is none."""
        if self._change is None:
            return typed({name: [] for name in CHANGES}, CHANGES)
        return self._named(self._change.changes(self.selection.rows))

    @cached_property
    def spread(self) -> pd.DataFrame:
        """SPREAD of the chosen returns."""
        return spread(self.selection)

    @cached_property
    def _overview(self) -> pd.DataFrame:
        return overview(self.selection, self._change)

    @property
    def overall(self) -> pd.Series:
        """The row of OVERVIEW for all chosen returns; its figures are blank if nothing applies."""
        return self._overview.iloc[0]

    @cached_property
    def both_years(self) -> pd.DataFrame | None:
        """The sums over the chosen schools with self-audits of both years: a row for this year, then for the earlier one.

        None if there is no earlier year, or no such school.
        """
        return None if self._change is None else both_years(self.selection, self._change, ALL)

    @property
    def by_phase(self) -> pd.DataFrame:
        """The rows of OVERVIEW for each phase that has a chosen return."""
        return self._overview[self._overview["group"] != ALL].reset_index(drop=True)

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        return comparison_headline(self.overall, year=self.year, before=self.before)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know: what is left out, and what is compared with what."""
        sentences = notes(self.overall, year=self.year, before=self.before, coverage=self.coverage)
        sentences = (*sentences, *filter(None, (self._overtaken_note, self.break_note)))
        if self.returns.is_moderated:
            sentences = (MODERATED, *sentences)
        if self.names is None:
            return sentences
        return (UNDER_CODES, *sentences)

    @property
    def _overtaken_note(self) -> str:
        """What is no longer asked, and how many returns count it all the same; empty if nothing has been overtaken."""
        if not self.overtaken:
            return ""
        printed, every = self.as_printed, len(self.returns.items)
        them = agree(len(self.overtaken), "it", "them")
        still = (
            f"No return counts {them}."
            if not printed
            else f"Every return was begun as printed, and counts {them} all the same."
            if printed == every
            else f"{printed:,} of {plural(every, 'return')} {agree(printed, 'was', 'were')} begun as printed, and "
            f"{agree(printed, 'counts', 'count')} {them} all the same."
        )
        return f"{self.overtaken_title}: law or guidance has overtaken {them}. {still}"

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with the names or codes to show."""
        if self.names is None:
            return table
        codes = table["urn"].map(self.names)
        return table.assign(urn=codes, school=codes).sort_values("urn", kind="stable", ignore_index=True)


def compare(
    returns: Returns,
    *,
    year: str | None = None,
    phases: Collection[str] = (),
    types: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Compares the schools of one academic year.

    Args:
        returns: the returns that count, of all years, packed by the criteria of one framework.
        year: the academic year; the latest one if not given.
        phases: only schools of these phases; all if none is named.
        types: only schools of these types of the register; all if none is named.
        names: for every URN, the code to show instead of name and URN; if not given, names are shown.

    Raises:
        ValueError: the returns are packed by the criteria of several frameworks.
    """
    if len(returns.criteria.frameworks) != 1:
        raise ValueError("a comparison is of one framework")
    years = returns.years
    chosen = year if year is not None else years[-1] if years else ""
    before = max((earlier_year for earlier_year in years if earlier_year < chosen), default=None)

    def select(of_year: str) -> Selection:
        whole = Tally(returns.of_year(of_year))
        return Selection(whole=whole, phases=frozenset(phases), types=frozenset(types))

    return Comparison(
        criteria=returns.criteria,
        year=chosen,
        before=before,
        selection=select(chosen),
        earlier=None if before is None else select(before),
        names=names,
    )


def comparison_headline(overall: pd.Series, *, year: str, before: str | None) -> str:
    """The outcome of all schools in one complete sentence.

    Args:
        overall: the row of OVERVIEW for all.
        year: the academic year.
        before: the earlier year, if there is one.
    """
    returns = int(overall["returns"])
    if not returns:
        return "There is no return to compare."
    if returns == overall["desk_reviews"]:
        return f"{plural(returns, 'desk review')} for {year}: what is done in practice is not known."
    if pd.isna(overall["schools"]):
        return f"{plural(returns, 'return')} for {year}: no recommended statement applies."
    return (
        f"{plural(int(overall['schools']), 'school')} together: {overall['met']:,} of the {overall['applicable']:,} "
        f"recommended statements that apply are met ({coverage_range(overall)}) in {year}{_since(overall, before)}."
    )


def _since(overall: pd.Series, before: str | None) -> str:
    """How coverage differs from the earlier year, only in the schools with a return of both years."""
    if pd.isna(overall["change"]) or before is None:
        return ""
    difference = points_since(overall["change"], before)
    if overall["compared"] == overall["schools"]:
        return f", {difference}"
    return f"; in the {overall['compared']:,} schools with both years, {difference}"


def points_since(points: float, before: str, *, what: str = "") -> str:
    """A difference of percentages in words, as ``6.5 percentage points more than in 2024/25``.

    Args:
        points: percentage points; rounded to a tenth.
        before: the earlier year.
        what: what is more or less, such as ``met``, if the sentence has not said it before.
    """
    than = f"{f' {what}' if what else ''} than in {before}"
    size = f"{abs(points):.1f}".removesuffix(".0")
    if size == "0":
        return f"as much{than.replace(' than', ' as')}"
    return f"{size} percentage point{'' if size == '1' else 's'} {'more' if points > 0 else 'less'}{than}"


def notes(overall: pd.Series, *, year: str, before: str | None, coverage: str = "coverage") -> tuple[str, ...]:
    """What a reader has to know in addition to the figures, one or two sentences each.

    Args:
        overall: the row of OVERVIEW for all.
        year: the academic year.
        before: the earlier year, if there is one.
        coverage: what the framework calls its coverage.
    """
    return tuple(_notes(overall, year, before, coverage)) if overall["returns"] else ()


def _notes(overall: pd.Series, year: str, before: str | None, coverage: str) -> Iterator[str]:
    desk = int(overall["desk_reviews"])
    if desk:
        yield (
            f"{plural(desk, 'desk review')} of a published policy: compared on what is written only, "
            "and in no figure over several schools."
        )
    if before is not None:
        if before != _year_before(year):
            yield f"There is no return of {_year_before(year)}: the earlier year is {before}."
        yield (
            f"A school rose since {before} if more is met of the statements that apply in both years, and fell if "
            f"less is. Its {coverage} can change for another reason: other statements apply."
        )


def _year_before(year: str) -> str:
    return f"{int(year[:4]) - 1}/{year[2:4]}"
