"""What one school does well: the questions that it fully meets, or meets better than most of its peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from audit.english import agree, plural
from audit.findings import meaning_first

_MOST = 4


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One question: how many of its recommended statements the school meets, and what its peers do.

    Attributes:
        met: met, or for a desk review written.
        median: the share that half of its peers meet or less; as high as the school's own where it is not released.
        upper: the upper quartile of its peers, likewise.
    """

    topic: str
    of: int
    met: int
    share: float
    median: float
    upper: float

    @property
    def is_full(self) -> bool:
        return self.met == self.of

    @property
    def is_above_most(self) -> bool:
        return self.share > self.upper

    @property
    def merit(self) -> tuple[bool, bool, float, float, int]:
        return self.is_full, self.is_above_most, self.share - self.median, self.share, self.of


def strengths(overall: pd.Series, questions: pd.DataFrame, spread: pd.DataFrame, *, desk: bool) -> tuple[str, ...]:
    """Up to five sentences, the greatest strength first; none where nothing is met, written or done.

    Questions that are fully met come first, those that its peers meet least before others; with them those that
    the school meets better than most of its peers. Where there are too few, the questions that it meets best
    follow, then what it does without having written it.

    Args:
        overall: the school's overall row of SUMMARY.
        questions: the school's rows of QUESTIONS.
        spread: the rows of SPREAD for questions and for the group of its peers, as they were released.
        desk: whether it is a desk review, which reads what is written and nothing else.
    """
    rows = sorted(_met(questions, {} if desk else _peers(spread), desk=desk), key=lambda row: row.merit, reverse=True)
    chosen = [row for row in rows if row.is_full or row.is_above_most][:_MOST]
    if len(chosen) < 2:
        chosen = rows[:2]
    done = "written" if desk else "met"
    said = [_sentence(row, done) for row in chosen]
    if further := sum(row.is_full for row in rows) - sum(row.is_full for row in chosen):
        said.append(f"{plural(further, 'further question is', 'further questions are')} fully {done} too.")
    unwritten = int(overall["not_written"])
    if len(said) < 2 and unwritten and not desk:
        statements = plural(unwritten, "recommended statement is", "recommended statements are")
        closes = agree(unwritten, "writing it down closes that gap", "writing them down closes those gaps")
        said.append(f"{statements} done although the policy does not fully say so: {closes}.")
    return tuple(said)


def _met(questions: pd.DataFrame, peers: Mapping[str, tuple[float, float]], *, desk: bool) -> Iterator[_Question]:
    """The questions of which the school meets anything."""
    columns = ("question", "topic", "applicable", "written_yes" if desk else "met")
    for question, topic, of, met in zip(*(questions[name].tolist() for name in columns), strict=True):
        if met:
            share = 100 * met / of
            median, upper = peers.get(question, (share, share))
            yield _Question(topic=meaning_first(topic), of=of, met=met, share=share, median=median, upper=upper)


def _peers(spread: pd.DataFrame) -> Mapping[str, tuple[float, float]]:
    """Median and upper quartile by question, where they are released."""
    shown = spread[spread["median"].notna()]
    columns = (shown[name].tolist() for name in ("question", "median", "upper"))
    return {question: (median, upper) for question, median, upper in zip(*columns, strict=True)}


def _sentence(row: _Question, done: str) -> str:
    if row.is_full:
        counts = {1: "the one recommended statement is", 2: "both recommended statements are"}
        said = f"{row.topic}: {counts.get(row.of, f'all {row.of} recommended statements are')} {done}"
    else:
        said = f"{row.topic}: {row.met} of {row.of} recommended statements {agree(row.met)} {done}"
    if row.share <= row.median:
        return f"{said}."
    who = "most schools" if row.is_above_most else "half or more of the schools"
    return f"{said}, which {who} of your phase do not reach."
