"""SCORES to GAPS: which recommended statements are not met, in the order in which to close them."""

from __future__ import annotations

import pandas as pd

from audit.model import Criteria
from audit.scoring import counting
from audit.tables import GAP_KINDS, GAPS, SCORES, check, typed
from audit.theme import STATES

_AUDIT = ["urn", "year"]


def gaps(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """GAPS of SCORES: one row per gap, most urgent first within each school and year.

    Priority (design, section 3): statements whose failure exposes a child directly; then neither,
    not done, not written, not known; then the lowest practice level, unknown ones last; then the
    order of the source. Optional statements are never gaps.
    """
    check(table, SCORES)
    counted = counting(table)
    found = counted[counted["kind"].isin(GAP_KINDS)].copy()
    found["_kind"] = found["kind"].map({kind: rank for rank, kind in enumerate(GAP_KINDS)}).astype("int8")
    found["_level"] = found["practice"].cat.codes.replace({-1: 99})
    found["_protects"] = found["protects"].cat.codes
    found = found.sort_values([*_AUDIT, "_protects", "_kind", "_level", "order"], kind="stable")
    statements = [criteria[statement_id].statement for statement_id in found["statement"]]
    found["priority"] = found.groupby(_AUDIT, sort=False).cumcount() + 1
    found["reference"] = [statement.reference for statement in statements]
    found["statement_text"] = [statement.statement for statement in statements]
    found["closes"] = [STATES[kind].closes for kind in found["kind"]]
    found["improve"] = [statement.improve for statement in statements]
    found["evidence_to_look_for"] = [statement.evidence for statement in statements]
    found["governors_ask"] = [statement.governors_ask for statement in statements]
    return typed(found.reset_index(drop=True), GAPS)
