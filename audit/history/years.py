"""How a school's figures went over the years, and over the statements that all of these years have in common."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from audit.history.changed import asked_by, signed_hash
from audit.model import Audit
from audit.outcome import Outcome
from audit.scoring import summary
from audit.tables import SUMMARY, Column, Schema, typed

OVER = ("all", "common")
_UNKNOWN = "nothing applies, or a desk review cannot know it"
_FIGURES = [f"{measure}_{end}" for measure in ("coverage", "written", "practice") for end in ("lowest", "highest")]
TREND: Schema = {
    "year": SUMMARY["year"],
    "over": Column(
        dtype=OVER, means="what is counted: all that the audit asks, or what all years ask in the same meaning"
    ),
    "basis": Column(dtype="str", means="self-audit or desk review"),
    "editions": Column(dtype="str", means="the framework editions by which the audit is read, comma between"),
    "signed": Column(dtype="str", means="SHA-256 of what was signed of the audit", blank="not signed"),
    "recommended": SUMMARY["recommended"],
    "no_counterpart": Column(
        dtype="Int32", means="recommended statements that not every year asks in this meaning; the same in both rows"
    ),
    **{name: SUMMARY[name] for name in ("not_applicable", "applicable", "met", "not_known", "can_be_met")},
    **{name: Column(dtype="Float64", means=SUMMARY[name].means, blank=_UNKNOWN) for name in _FIGURES},
}
"""Two rows per audit, the earliest first: over ``all`` that it asks, and over what is ``common`` to all audits given.

``lowest`` is the figure as it is known, everything unknown taken for a no; ``highest`` takes it for a yes.
"""


def trend(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """TREND of a school's audits, each scored with the criteria of its own edition.

    Figures over ``all`` are those that each audit says of itself. Where an edition asks other statements than
    another, they cannot be held against each other; the ones over ``common`` can.
    """
    ordered = sorted(outcomes, key=lambda one: (one.audit.year, one.audit.basis))
    asked = [{(name, one.revision) for name, one in asked_by(result).items()} for result in ordered]
    common = set.intersection(*asked) if asked else set()
    rows = []
    for result, own in zip(ordered, asked, strict=True):
        for over in OVER:
            rows.append(
                {
                    **_figures(result, {name for name, _ in (own if over == "all" else common)}),
                    **_about(result.audit),
                    "over": over,
                    "no_counterpart": len(own - common),
                }
            )
    return typed(pd.DataFrame(rows, columns=list(TREND)), TREND)


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of TREND that can be held against each other: over what is common if the years do not all ask the same."""
    over = "common" if table["no_counterpart"].any() else "all"
    return table[table["over"] == over].reset_index(drop=True)


def _about(audit: Audit) -> dict[str, str | None]:
    editions = ", ".join(map(str, audit.frameworks))
    return {"year": audit.year, "basis": audit.basis, "editions": editions, "signed": signed_hash(audit)}


def _figures(result: Outcome, statements: set[str]) -> dict[str, object]:
    """The overall row of SUMMARY over some statements; what a desk review cannot know is blank."""
    rows = summary(result.scores[result.scores["statement"].isin(statements)])
    names = ["recommended", "not_applicable", "applicable", "met", "not_known", "can_be_met"]
    if rows.empty:
        return dict.fromkeys(names, 0) | dict.fromkeys(_FIGURES)
    overall = rows.iloc[0]
    unread = ("coverage", "practice") if result.audit.basis == "desk review" else ()
    figures = {name: None if name.startswith(unread) else overall[name] for name in _FIGURES}
    return {name: overall[name] for name in names} | figures
