"""Where one school stands, in sentences: among its peers, and since the year before."""

from __future__ import annotations

import pandas as pd

from audit.authority.releasing.disclosure import Figure, fits
from audit.authority.releasing.release import Release
from audit.authority.releasing.tables import group_title
from audit.authority.tables import ALL
from audit.english import listed, plural, whole_percent
from audit.model import Criteria

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


def among_peers(school: pd.Series, criteria: Criteria, release: Release | None) -> tuple[str, ...]:
    """Where its K coverage lies among the figures of a release, in words; nothing where these say nothing of its phase.

    Args:
        school: the school's row of COMPARISON, which is its own.
        criteria: the criteria at hand, which name the phases.
        release: the release that the letter rests on; None if there is none yet.
    """
    if school["basis"] == "desk review":
        return ("A reading of a published text is not compared with what other schools say of themselves.",)
    if pd.isna(school["coverage_percent"]):
        return ("No recommended statement applies, so there is nothing to compare.",)
    peers = None if release is None else _peers(release, str(school["phase"]))
    if release is None or peers is None:
        return ()
    lower, median, upper = peers.values
    own = float(school["coverage_percent"])
    where = (
        "above the upper figure" if own > upper else "in the middle half" if own >= lower else "below the lower figure"
    )
    whose = group_title(peers.group, criteria)
    of = "all our schools" if peers.group == ALL else f"the schools of your phase ({whose})"
    return (
        f"Of the {peers.schools:,} self-audits of {of}, a quarter have a K coverage below {lower}%, half below {median}%, and "
        f"a quarter above {upper}% (our release {release.number} of figures). Yours, {whole_percent(own)}, is {where}.",
        "Every school rates itself, so a school that is strict with itself stands lower than one that is not.",
    )


def _peers(release: Release, phase: str) -> Figure | None:
    """The quartiles of K coverage of a phase, or of all schools; None if neither is released."""
    found = release.by_kind["quartiles"]
    own = [one for (of, group), one in found.items() if of == "coverage" and fits(group, phase)]
    return min(own, key=lambda one: one.group == ALL, default=None)


def since_last_year(school: pd.Series, changes: pd.DataFrame, before: str | None) -> tuple[str, ...]:
    """What became of K coverage and of the gaps; nothing where there is no return of the year before.

    Args:
        school: the school's row of COMPARISON.
        changes: the school's rows of CHANGES.
        before: the year before.
    """
    if pd.isna(school["moved"]) or pd.isna(school["coverage_before"]) or before is None:
        return ()
    now, then = whole_percent(school["coverage_percent"]), whole_percent(school["coverage_before"])
    sentences = [
        f"Your K coverage was {then} in {before} and is {now} now."
        if now != then
        else f"Your K coverage is {now}, as in {before}.",
        _MOVED[school["moved"]],
    ]
    parts = [
        plural(int(count), one, many) for state, one, many in _BECAME if (count := (changes["change"] == state).sum())
    ]
    return (*sentences, f"{listed(parts)}.") if parts else tuple(sentences)
