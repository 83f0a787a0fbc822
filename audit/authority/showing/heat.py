"""The heat map as numbers: schools by questions, and how many recommended statements each meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.worded import DASH


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the scale: its word, the least share that reaches it, its colour and the ink that reads on it.

    The colours are one blue from pale to dark, so that they differ in lightness alone and read without any
    sight of colour; ink on fill has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3).
    """

    word: str
    least: float
    fill: str
    ink: str


_DARK, _WHITE = "#14171a", "#ffffff"
STEPS: tuple[Step, ...] = (
    Step(word="None", least=0, fill="#eef4f9", ink=_DARK),
    Step(word="Under half", least=np.nextafter(0, 1), fill="#c3dbec", ink=_DARK),
    Step(word="Half or more", least=50, fill="#82b5d8", ink=_DARK),
    Step(word="Three quarters or more", least=75, fill="#0072b2", ink=_WHITE),
    Step(word="All", least=100, fill="#003a5d", ink=_WHITE),
)
"""For a school, which meets one of a few statements: from none to all."""
TENTHS: tuple[Step, ...] = tuple(
    Step(word=f"{least}–{100 if least == 90 else least + 9}%", least=least, fill=fill, ink=ink)
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
"""For the mean of many schools, which lie closer together: tenths."""
NO_STEP = -1
EMPTY = Step(word="Does not apply", least=0, fill="#ececed", ink=_DARK)
"""How a cell without a share looks; it holds `DASH`."""
NOTHING_APPLIES = "No recommended statement applies"
WRITTEN_ONLY = "written only"
"""What marks a desk review, whose cells count what is written and say nothing of practice."""


def steps_of(shares: npt.ArrayLike, steps: Sequence[Step] = STEPS) -> npt.NDArray[np.int8]:
    """The place in ``steps`` of each share (0 to 100); `NO_STEP` where there is none."""
    found = np.asarray(shares, dtype=float)
    places = np.searchsorted([step.least for step in steps], found, side="right") - 1
    return np.where(np.isnan(found), NO_STEP, places).astype(np.int8)


def step_at(place: int, steps: Sequence[Step] = STEPS) -> Step:
    """The step at a place that `steps_of` gave."""
    return EMPTY if place == NO_STEP else steps[place]


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """Schools by questions.

    Attributes:
        schools: the rows of COMPARISON, in the order they were given.
        topics: the questions, in source order.
        counts: statements met (for a desk review: written) by school and question.
        applicable: statements that apply, likewise; 0 where the cell is empty.
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
        schools: COMPARISON, or some of its rows in any order: it is the order of the rows.
        questions: QUESTIONS; schools that are not asked for are left out.
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
