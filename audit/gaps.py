"""SCORES to GAPS: which recommended statements are not met, in the order in which to close them."""

from __future__ import annotations

import pandas as pd

from audit.model import IN_PLACE, PRACTICE, Criteria, Kind
from audit.scoring import counting
from audit.tables import GAP_KINDS, GAPS, SCORES, check, typed
from audit.theme import STATES

_AUDIT = ["urn", "year"]
_LEVELS = {str(level) for level in PRACTICE if level != "unknown"}


def closes(kind: Kind, written: str | None, practice: str | None) -> str:
    """What closes a gap: by its kind, and where one of the two answers is known to fail, that too.

    Args:
        kind: the kind of gap.
        written: the answer, or blank.
        practice: the level as text, ``unknown``, or blank.
    """
    if kind != "not_known":
        return STATES[kind].closes
    written_known = written in ("yes", "partly", "no")
    practice_known = practice in _LEVELS
    if written_known and not practice_known:
        find_out = "find out whether it is done: ask the role named."
        return find_out.capitalize() if written == "yes" else f"Write it fully into the policy, and {find_out}"
    if practice_known and not written_known:
        find_out = "find out whether the policy says it."
        return find_out.capitalize() if int(str(practice)) >= IN_PLACE else f"Do it, and {find_out}"
    return STATES[kind].closes


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
    found["closes"] = [
        closes(kind, written, practice)
        for kind, written, practice in zip(found["kind"], found["written"], found["practice"], strict=True)
    ]
    found["improve"] = [statement.improve for statement in statements]
    found["evidence_to_look_for"] = [statement.evidence for statement in statements]
    found["governors_ask"] = [statement.governors_ask for statement in statements]
    return typed(found.reset_index(drop=True), GAPS)
