"""What is known of one school that sent a return: its rows of each table, gathered for a letter to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.releasing import tables
from audit.authority.releasing.release import Release
from audit.authority.returns import Return, unpack
from audit.authority.tables import SPREAD
from audit.gaps import gaps
from audit.model import Audit
from audit.scoring import scores, summary
from audit.tables import SUMMARY, typed

_NOTHING_ASKED = pd.Series(0, index=list(SUMMARY))
"""The counts of a school to whose phase no statement is put; it has no row in SUMMARY."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of one school that sent a return: its rows of each table.

    Attributes:
        file: the file that its answers came in.
        overall: its overall row of SUMMARY.
        gaps: its rows of GAPS, most urgent first.
        compared: its row of COMPARISON; None if the comparison leaves it out.
        questions: its rows of QUESTIONS.
        changes: its rows of CHANGES.
        problems: the rows of PROBLEMS for its file.
        peers: the rows of SPREAD for questions and its phase, as they were released; none without a release.
        release: the release that the letter takes all figures of other schools from; None if there is none yet.
    """

    audit: Audit
    file: str
    overall: pd.Series
    gaps: pd.DataFrame
    compared: pd.Series | None
    questions: pd.DataFrame
    changes: pd.DataFrame
    problems: pd.DataFrame
    comparison: Comparison
    peers: pd.DataFrame
    release: Release | None = None

    @property
    def is_desk_review(self) -> bool:
        """Whether it only says what a published text puts in writing."""
        return self.audit.basis == "desk review"


def cases(
    returns: Iterable[Return], comparison: Comparison, *, problems: pd.DataFrame, release: Release | None = None
) -> Iterator[Case]:
    """What is known of each school; worked out for all at once, which is much quicker than one by one.

    Args:
        returns: those to write back to, each as its school sent it.
        comparison: of the year of the returns; best of all schools, without filters.
        problems: PROBLEMS of their files, and of any others.
        release: where figures of other schools come from; None for none.
    """
    if comparison.names is not None:
        comparison = replace(comparison, names=None)  # a school is written to by its own name
    returns = list(returns)
    audits = [unpack(one, comparison.criteria) for one in returns]
    table = scores(audits, comparison.criteria)
    rows = summary(table)
    overall = {row["urn"]: row for _, row in rows[rows["level"] == "overall"].iterrows()}
    compared = {row["urn"]: row for _, row in comparison.schools.iterrows()}
    gaps_of = _by(gaps(table, comparison.criteria), "urn")
    questions_of, changes_of = _by(comparison.questions, "urn"), _by(comparison.changes, "urn")
    problems_of = _by(problems, "file")
    spread = typed({name: [] for name in SPREAD}, SPREAD) if release is None else tables.spread(release)
    peers_of = _by(spread[spread["measure"] == "question"], "group")
    for one, audit in zip(returns, audits, strict=True):
        yield Case(
            audit=audit,
            file=one.file,
            overall=overall.get(audit.school.urn, _NOTHING_ASKED),
            gaps=gaps_of(audit.school.urn),
            compared=compared.get(audit.school.urn),
            questions=questions_of(audit.school.urn),
            changes=changes_of(audit.school.urn),
            problems=problems_of(one.file),
            comparison=comparison,
            peers=peers_of(audit.school.phase),
            release=release,
        )


def _by(frame: pd.DataFrame, key: str) -> Callable[[str], pd.DataFrame]:
    """The rows of a table by the value of a column; none of them for a value that it does not have."""
    places = frame.groupby(key, sort=False, observed=True).indices
    return lambda value: frame.iloc[places.get(value, [])]
