"""The two charts of the governors' pack: their lengths in percent, and what they show in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

import pandas as pd

from audit.authority.replying.benchmark import Benchmark, middle_half, middle_half_in_words
from audit.english import percent, whole_percent
from audit.governing import GovernorsView
from audit.model import Phase


class Beside:
    """The middle half of other schools, as a benchmark gives it for a school's phase; nothing without a benchmark."""

    def __init__(self, benchmark: Benchmark | None, phase: Phase, title: str) -> None:
        self._benchmark, self._phase, self._title = benchmark, phase, title

    def _rows(self, measure: Literal["coverage", "area"]) -> pd.DataFrame:
        assert self._benchmark is not None
        return middle_half(self._benchmark, self._phase, measure).dropna(subset=["lower", "median", "upper"])

    def halves(self, measure: Literal["coverage", "area"]) -> dict[str, list[float]]:
        """Lower quartile, median and upper quartile in percent, by area; the coverage stands under an empty text."""
        if self._benchmark is None:
            return {}
        rows = self._rows(measure)
        quartiles = rows[["lower", "median", "upper"]].astype("float64").to_numpy().tolist()
        return dict(zip(rows["question"], quartiles, strict=True))

    def words(self, measure: Literal["coverage", "area"]) -> str:
        """Whose middle half it is, in one sentence; empty where there is none."""
        if self._benchmark is None or (rows := self._rows(measure)).empty:
            return ""
        return middle_half_in_words(self._benchmark, rows, self._title)


def strip(view: GovernorsView, beside: Beside) -> dict[str, Any]:
    """The bar of the coverage from 0 to 100%: this year's, last year's, and the middle half of other schools."""
    now, last, half = view.coverage, view.last_year, beside.halves("coverage").get("")
    key = ["Solid blue: in the policy, and done."]
    alt = [f"A bar from 0 to 100%. {now.year}: {now.words} of what is recommended is in the policy and done."]
    if now.can_be_met > now.met:
        key.append("Striped: not known yet; it counts if it turns out well.")
    if last is not None:
        key.append(f"Black line: {last.year}, {percent(last.met, last.applicable)}.")
        alt.append(f"{last.year}: {last.words}.")
    if half is not None:
        lower, median, upper = map(whole_percent, half)
        said = f"{beside.words('coverage')} It reaches from {lower} to {upper}; the median is {median}."
        key.append(f"Bracket, with the median as a diamond: {said[0].lower()}{said[1:]}")
        alt.append(said)
    return {
        "lowest": _share(now.met, now.applicable),
        "highest": _share(now.can_be_met, now.applicable),
        "last": None if last is None else _share(last.met, last.applicable),
        "half": half,
        "key": " ".join(key),
        "alt": " ".join(alt),
    }


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def by_area(view: GovernorsView, beside: Beside) -> dict[str, Any]:
    """One bar for each area, divided by state, over a bracket for the middle half of other schools."""
    halves = beside.halves("area")
    words = [f"{area.title}: {area.met} of {area.applicable} met" for area in view.areas]
    words += [
        f"middle half of schools in {area.title}: {whole_percent(halves[area.id][0])} to {whole_percent(halves[area.id][2])} met"
        for area in view.areas
        if area.id in halves
    ]
    said = beside.words("area") if halves else ""
    return {
        "rows": [{**asdict(area), "half": halves.get(area.id)} for area in view.areas],
        "alt": f"One bar for each area, divided by state. {'; '.join(words)}. The table below holds every count.",
        "key": f"Brackets under the bars, with the median as a diamond: {said[0].lower()}{said[1:]}" if said else "",
    }
