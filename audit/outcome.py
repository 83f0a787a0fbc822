"""One audit worked out once: the tables and sentences that pages, sheets and documents show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from audit import findings
from audit.gaps import gaps
from audit.model import Audit, Criteria
from audit.scoring import counting, scores, summary
from audit.tables import COUNTED


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one audit says.

    Attributes:
        criteria: the framework editions that the audit answers and that are at hand.
        scores: SCORES of this audit.
        gaps: GAPS of this audit, most urgent first.
        summary: SUMMARY of this audit.
        overall: the overall row of SUMMARY.
        questions: the rows of SUMMARY for questions with recommended statements, in source order,
            with their ``title`` and ``topic``.
        areas: the rows of SUMMARY for areas with recommended statements, with their ``title``.
        two_by_two: rows written and not written, columns done and not done: counts; what is not
            known is in neither.
        set_aside: the rows of SCORES, recommended or not, that are not applicable, with the reason.
        unwritten: the rows of SCORES for recommended statements that the policy does not fully say.
        headline: the outcome in one sentence.
        range_note: one sentence on the range of K coverage.
        band: the framework's word for the coverage, or empty.
    """

    audit: Audit
    criteria: Criteria
    scores: pd.DataFrame
    gaps: pd.DataFrame
    summary: pd.DataFrame
    overall: pd.Series
    questions: pd.DataFrame
    areas: pd.DataFrame
    two_by_two: pd.DataFrame
    set_aside: pd.DataFrame
    unwritten: pd.DataFrame
    headline: str
    range_note: str
    band: str


def outcome(audit: Audit, criteria: Criteria) -> Outcome:
    """The outcome of an audit.

    Raises:
        ValueError: none of the frameworks that the audit answers is at hand; check it on reading.
    """
    own = criteria.of(audit.frameworks)
    table = scores([audit], own)
    if table.empty:
        raise ValueError("the audit asks no statement of the criteria at hand")
    rows = summary(table)
    overall = rows[rows["level"] == "overall"].iloc[0]
    counted = rows[rows["recommended"] > 0]
    titles = {(c.framework.id, c.question.id): c.question for c in own}
    areas_by_id = {(c.framework.id, c.area.id): c.area.title for c in own}
    questions = counted[counted["level"] == "question"].reset_index(drop=True)
    keys = list(zip(questions["framework"], questions["question"], strict=True))
    questions = questions.assign(
        title=[titles[key].title for key in keys], topic=[f"{key[1]} {titles[key].topic}" for key in keys]
    )
    areas = counted[counted["level"] == "area"].reset_index(drop=True)
    keys = list(zip(areas["framework"], areas["area"], strict=True))
    areas = areas.assign(title=[f"{key[1]} {areas_by_id[key]}" for key in keys])
    return Outcome(
        audit=audit,
        criteria=own,
        scores=table,
        gaps=gaps(table, own),
        summary=rows,
        overall=overall,
        questions=questions,
        areas=areas,
        two_by_two=_two_by_two(overall),
        set_aside=table[table["kind"] == "not_applicable"],
        unwritten=counting(table)[counting(table)["written"].isin(["partly", "no"])],
        headline=findings.headline(audit, overall),
        range_note=findings.range_note(overall),
        band="" if audit.basis == "desk review" else findings.band(own.frameworks[0].bands, overall),
    )


def _two_by_two(overall: pd.Series) -> pd.DataFrame:
    cells = {kind: int(overall[kind]) for kind in COUNTED}
    return pd.DataFrame(
        {
            "Done": [cells["met"], cells["not_written"]],
            "Not done": [cells["not_done"], cells["neither"]],
        },
        index=pd.Index(["Written", "Not fully written"], name="In the policy"),
    )
