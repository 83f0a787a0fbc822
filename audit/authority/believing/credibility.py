"""Can it be believed? What the checks found about each school, and which schools leave most to ask about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from audit.authority.believing import checks
from audit.authority.returns import Returns
from audit.authority.tables import CREDIBILITY, DOUBTS
from audit.tables import typed
from audit.thin_evidence import EMBEDDED


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing to look for.

    Attributes:
        id: its permanent id.
        title: it in a few words.
        rule: when it finds something, as one sentence.
        weight: how much it weighs against belief: 1 a habit of writing; 2 a claim that nothing in the return
            supports; 3 what hardly comes about if each statement is considered for itself.
        find: the returns about which it finds something.
    """

    id: str
    title: str
    rule: str
    weight: int
    find: Callable[[checks.Seen], checks.Findings]


CHECKS = (
    Check(
        id="no-evidence",
        title="High levels without evidence",
        rule=f"At least {checks.MANY} statements are at practice level 3 or 4, and three in four of them or more have "
        "no evidence.",
        weight=2,
        find=checks.without_evidence,
    ),
    Check(
        id="thin-evidence",
        title="Evidence that shows little",
        rule=f"At least {checks.MANY} statements at practice level 3 or 4 have evidence, and three in four of these "
        "texts or more do not name what shows it, such as a log or a form, with who, where or when.",
        weight=1,
        find=checks.thin_evidence,
    ),
    Check(
        id="same-evidence",
        title="The same evidence everywhere",
        rule=f"At least {checks.MANY} statements at practice level 3 or 4 have evidence, and three in four of these "
        "texts or more are one and the same.",
        weight=2,
        find=checks.same_evidence,
    ),
    Check(
        id="same-answers",
        title="Every answer the same",
        rule=f"At least {checks.MANY} statements are answered, all of them with the same known answers for what is "
        "written and for practice.",
        weight=3,
        find=checks.same_answers,
    ),
    Check(
        id="minutes",
        title="Nearly all met, in minutes",
        rule=f"Nine in ten statements or more are met, of at least {checks.MANY}, in fewer than {checks.SECONDS_EACH} "
        "seconds a statement from the first answer to the last. Nothing is said where the times are not known.",
        weight=2,
        find=checks.in_minutes,
    ),
    Check(
        id="embedded-unwritten",
        title="Embedded, but not written",
        rule=f"At least {checks.SOME_EMBEDDED} statements are at practice level {EMBEDDED} although the policy "
        "does not say them.",
        weight=2,
        find=checks.embedded_unwritten,
    ),
    Check(
        id="shared-evidence",
        title="Evidence like another school's",
        rule=f"At least {checks.SHARED} different evidence texts of {checks.WORDY} letters or more are the same as "
        f"another school's. Case and spaces are passed over, and so is a text that more than {checks.COMMON} schools use.",
        weight=3,
        find=checks.shared_evidence,
    ),
)
"""Every check, in the order in which its findings are told."""


def credibility(returns: Returns, *, year: str) -> pd.DataFrame:
    """CREDIBILITY of the self-audits of one academic year: one row per school and check that found something.

    A desk review is left out: it is the work of whoever read the policy, not of the school. This is the adviser's own
    working paper. It names schools even where a comparison shows codes, and is not for sharing.

    Args:
        returns: the returns that count, of any years.
        year: the academic year to look at; a school's texts are never compared with its own of another year.
    """
    self_audits = (returns.table["year"] == year) & (returns.table["basis"] == "self-audit")
    looked_at = returns.where(self_audits.to_numpy(dtype=bool))
    schools = list(zip(*(looked_at.table[name] for name in ("urn", "school", "phase")), strict=True))
    seen = checks.Seen(looked_at)
    rows = [
        (*schools[row], check.id, check.title, finding, check.weight)
        for check in CHECKS
        for row, finding in check.find(seen)
    ]
    return typed(_by_doubt(pd.DataFrame(rows, columns=list(CREDIBILITY))), CREDIBILITY)


def _by_doubt(found: pd.DataFrame) -> pd.DataFrame:
    """Schools of the greatest total weight first, equals by name; within a school the weightiest check first."""
    keys = pd.DataFrame(
        {
            "total": -found.groupby("urn")["weight"].transform("sum"),
            "name": found["school"].map(str.casefold),
            "urn": found["urn"],
            "weight": -found["weight"],
        }
    )
    order = keys.sort_values(["total", "name", "urn", "weight"], kind="stable").index
    return found.loc[order].reset_index(drop=True)


def doubts(found: pd.DataFrame) -> pd.DataFrame:
    """DOUBTS of CREDIBILITY: one row per school about which a check found something, in the same order."""
    by_school = found.groupby("urn", sort=False).agg(
        school=("school", "first"),
        phase=("phase", "first"),
        checks=("check", "size"),
        weight=("weight", "sum"),
        titles=("title", "; ".join),
    )
    return typed(by_school.reset_index(), DOUBTS)
