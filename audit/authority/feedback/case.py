"""What is known of one school that sent a return, for a letter to it.

- `cases` gathers the rows of each table that are about the school.
- `among_peers` and `since_last_year` say in sentences where it stands among its peers and since the year before.
- `strengths` says what it does well: the questions that it fully meets, or meets better than most of its peers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority.compare import release_tables
from audit.authority.compare.disclosure import Figure, fits
from audit.authority.compare.release_tables import released_group_title
from audit.authority.returns import Return, unpack_return
from audit.authority.tables import ALL, SPREAD
from audit.english import agree, listed, plural, whole_percent
from audit.school.outcome import meaning_first
from audit.school.scoring import gaps, scores, summary
from audit.tables import SUMMARY, typed

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.authority.compare.release import Release
    from audit.model import Audit, Criteria

_NOTHING_ASKED = pd.Series(0, index=list(SUMMARY))
"""The counts of a school whose phase is asked no statement; it has no row in SUMMARY."""
_MOVED = {
    "rose": "Of the statements that apply in both years, more are met than before.",
    "stood still": "Of the statements that apply in both years, as many are met as before.",
    "fell": "Of the statements that apply in both years, fewer are met than before.",
}
_BECAME = (
    ("closed", "gap is closed", "gaps are closed"),
    ("opened", "gap is new", "gaps are new"),
    ("no longer known", "statement is no longer known", "statements are no longer known"),
)
_MOST = 4


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of one school that sent a return: its rows of each table.

    Attributes:
        file: the file with its answers.
        overall: its overall row of SUMMARY.
        gaps: its rows of GAPS, most urgent first.
        compared: its row of COMPARISON; None if the comparison leaves it out.
        questions: its rows of QUESTIONS.
        changes: its rows of CHANGES.
        problems: the rows of PROBLEMS for its file.
        peers: the released rows of SPREAD for questions and its phase; none without a release.
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
        """Whether it is a desk review, which only says what a published text puts in writing."""
        return self.audit.basis == "desk review"


def cases(
    returns: Iterable[Return], comparison: Comparison, *, problems: pd.DataFrame, release: Release | None = None
) -> Iterator[Case]:
    """What is known of each school. It is computed for all schools at once, which is much quicker than one by one.

    Args:
        returns: the returns to answer, each as its school sent it.
        comparison: the comparison of their year; best with all schools, without filters.
        problems: PROBLEMS of their files; other files may be in it too.
        release: where figures of other schools come from; None for none.
    """
    if comparison.names is not None:
        comparison = replace(comparison, names=None)  # a school is written to by its own name
    returns = list(returns)
    audits = [unpack_return(item, comparison.criteria) for item in returns]
    table = scores(audits, comparison.criteria)
    rows = summary(table)
    overall = {row["urn"]: row for _, row in rows[rows["level"] == "overall"].iterrows()}
    compared = {row["urn"]: row for _, row in comparison.schools.iterrows()}
    gaps_of = _by(gaps(table, comparison.criteria), "urn")
    questions_of, changes_of = _by(comparison.questions, "urn"), _by(comparison.changes, "urn")
    problems_of = _by(problems, "file")
    spread = (
        typed({name: [] for name in SPREAD}, SPREAD) if release is None else release_tables.released_spread(release)
    )
    peers_of = _by(spread[spread["measure"] == "question"], "group")
    for item, audit in zip(returns, audits, strict=True):
        yield Case(
            audit=audit,
            file=item.file,
            overall=overall.get(audit.school.urn, _NOTHING_ASKED),
            gaps=gaps_of(audit.school.urn),
            compared=compared.get(audit.school.urn),
            questions=questions_of(audit.school.urn),
            changes=changes_of(audit.school.urn),
            problems=problems_of(item.file),
            comparison=comparison,
            peers=peers_of(audit.school.phase),
            release=release,
        )


def _by(frame: pd.DataFrame, key: str) -> Callable[[str], pd.DataFrame]:
    """The rows of a table by the value of a column; no rows for a value that is not in it."""
    places = frame.groupby(key, sort=False, observed=True).indices
    return lambda value: frame.iloc[places.get(value, [])]


def among_peers(school: pd.Series, criteria: Criteria, release: Release | None) -> tuple[str, ...]:
    """Where its coverage lies among the figures of a release, in words; nothing if these have no figure for its phase.

    Args:
        school: the school's row of COMPARISON.
        criteria: the criteria that are compared, which name coverage and phases.
        release: the release that the letter is based on; None if there is none yet.
    """
    if school["basis"] == "desk review":
        return ("A reading of a published text is not compared with what other schools say of themselves.",)
    if pd.isna(school["coverage_percent"]):
        return ("No recommended statement applies, so there is nothing to compare.",)
    peers = None if release is None else _peers(release, str(school["phase"]))
    if release is None or peers is None:
        return ()
    lower, median, upper = peers.values
    coverage = float(school["coverage_percent"])
    where = (
        "above the upper figure"
        if coverage > upper
        else "in the middle half"
        if coverage >= lower
        else "below the lower figure"
    )
    whose = released_group_title(peers.group, criteria)
    of = "all our schools" if peers.group == ALL else f"the schools of your phase ({whose})"
    return (
        f"In the {peers.schools:,} self-audits of {of}, {criteria.frameworks[0].coverage_called} is below {lower}% in a "
        f"quarter, below {median}% in half, and above {upper}% in a quarter (our release {release.number} of figures). Yours, "
        f"{whole_percent(coverage)}, is {where}.",
        "Every school rates itself, so a school that is strict with itself stands lower than one that is not.",
    )


def _peers(release: Release, phase: str) -> Figure | None:
    """The quartiles of coverage of a phase, or of all schools; None if neither is released."""
    quartiles = release.by_kind["quartiles"]
    fitting = [figure for (of, group), figure in quartiles.items() if of == "coverage" and fits(group, phase)]
    return min(fitting, key=lambda figure: figure.group == ALL, default=None)


def since_last_year(
    school: pd.Series, changes: pd.DataFrame, before: str | None, *, coverage: str, asked_once: int = 0
) -> tuple[str, ...]:
    """How coverage and the gaps changed; nothing if there is no return of the year before.

    Args:
        school: the school's row of COMPARISON.
        changes: the school's rows of CHANGES.
        before: the year before.
        coverage: what the framework calls its coverage.
        asked_once: how many statements only one of the two years asks, since law or guidance has overtaken them.
    """
    if pd.isna(school["moved"]) or pd.isna(school["coverage_before"]) or before is None:
        return ()
    this_year = school["coverage_before"] + school["change"] if asked_once else school["coverage_percent"]
    now, then = whole_percent(this_year), whole_percent(school["coverage_before"])
    sentences = [
        f"Your {coverage} was {then} in {before} and is {now} now."
        if now != then
        else f"Your {coverage} is {now}, as in {before}.",
        _MOVED[school["moved"]],
    ]
    if asked_once:
        sentences.insert(
            0,
            f"Law or guidance has overtaken {plural(asked_once, 'statement')}, which only one of the two years asks. So what "
            "follows counts only what both years ask.",
        )
    parts = [
        plural(int(count), singular, several)
        for state, singular, several in _BECAME
        if (count := (changes["change"] == state).sum())
    ]
    return (*sentences, f"{listed(parts)}.") if parts else tuple(sentences)


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One question: how many of its recommended statements the school meets, and what its peers do.

    Attributes:
        met: how many are met, or for a desk review written.
        median: the median share of its peers; the school's own share if it is not released.
        upper: the upper quartile of its peers; the school's own share if it is not released.
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
    """Up to five sentences, the greatest strength first; none if nothing is met, written or done.

    Questions that are fully met come first, and among them those that its peers meet least; then questions that the
    school meets better than most of its peers. If there are too few, the questions that it meets best follow, then what
    it does without having written it.

    Args:
        overall: the school's overall row of SUMMARY.
        questions: the school's rows of QUESTIONS.
        spread: the released rows of SPREAD for questions and for the group of its peers.
        desk: whether it is a desk review, which only reads what is written.
    """
    rows = sorted(
        _met(questions, {} if desk else _peers_by_question(spread), desk=desk), key=lambda row: row.merit, reverse=True
    )
    chosen = [row for row in rows if row.is_full or row.is_above_most][:_MOST]
    if len(chosen) < 2:
        chosen = rows[:2]
    done = "written" if desk else "met"
    sentences = [_sentence(row, done) for row in chosen]
    if further := sum(row.is_full for row in rows) - sum(row.is_full for row in chosen):
        sentences.append(f"{plural(further, 'further question is', 'further questions are')} fully {done} too.")
    unwritten = int(overall["not_written"])
    if len(sentences) < 2 and unwritten and not desk:
        statements = plural(unwritten, "recommended statement is", "recommended statements are")
        closes = agree(unwritten, "writing it down closes that gap", "writing them down closes those gaps")
        sentences.append(f"{statements} done although the policy does not fully say so: {closes}.")
    return tuple(sentences)


def _met(questions: pd.DataFrame, peers: Mapping[str, tuple[float, float]], *, desk: bool) -> Iterator[_Question]:
    """The questions of which the school meets at least one statement."""
    columns = ("question", "topic", "applicable", "written_yes" if desk else "met")
    for question, topic, of, met in zip(*(questions[name].tolist() for name in columns), strict=True):
        if met:
            share = 100 * met / of
            median, upper = peers.get(question, (share, share))
            yield _Question(topic=meaning_first(topic), of=of, met=met, share=share, median=median, upper=upper)


def _peers_by_question(spread: pd.DataFrame) -> Mapping[str, tuple[float, float]]:
    """Median and upper quartile by question, if they are released."""
    shown = spread[spread["median"].notna()]
    columns = (shown[name].tolist() for name in ("question", "median", "upper"))
    return {question: (median, upper) for question, median, upper in zip(*columns, strict=True)}


def _sentence(row: _Question, done: str) -> str:
    if row.is_full:
        counts = {1: "the one recommended statement is", 2: "both recommended statements are"}
        text = f"{row.topic}: {counts.get(row.of, f'all {row.of} recommended statements are')} {done}"
    else:
        text = f"{row.topic}: {row.met} of {row.of} recommended statements {agree(row.met)} {done}"
    if row.share <= row.median:
        return f"{text}."
    who = "most schools" if row.is_above_most else "half or more of the schools"
    return f"{text}, which {who} of your phase do not reach."
