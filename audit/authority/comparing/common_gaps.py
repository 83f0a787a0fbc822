"""COMMON_GAPS: how many schools miss each recommended statement, and in which way."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import percent_of, topic_of
from audit.authority.tables import COMMON_GAPS
from audit.tables import COUNTED, KINDS, typed


def common_gaps(selection: Selection) -> pd.DataFrame:
    """COMMON_GAPS of a selection: for all and for each phase, the most often missed first.

    Desk reviews are left out, since a gap has two sides and they know one. Order within a group: share missing,
    then number missing, then statements that protect a child directly, then the source; statements that
    apply to no school come last. A statement that nobody in the group is asked has no row.
    """
    groups = list(selection.groups)
    counts = np.stack([selection.kinds[selection.groups[group]].sum(axis=0)[:, : len(KINDS)] for group in groups])
    applicable = counts[..., : len(COUNTED)].sum(axis=-1)
    missing = applicable - counts[..., KINDS.index("met")]
    figures: dict[str, npt.NDArray[Any]] = {
        "schools": applicable,
        **{kind: counts[..., KINDS.index(kind)] for kind in COUNTED},
        "missing": missing,
        "share_missing": percent_of(missing, applicable),
    }
    about = _about(selection)
    group, place = np.nonzero(counts.any(axis=-1))
    keys = [-figures[name][group, place] for name in ("missing", "share_missing")]
    order = np.lexsort((place, about["protects"].to_numpy()[place] != "directly", *keys, group))
    group, place = group[order], place[order]
    rows = {name: values[group, place] for name, values in figures.items()}
    texts = about.iloc[place].reset_index(drop=True)
    return typed(texts.assign(group=np.array(groups)[group], **rows), COMMON_GAPS)


def _about(selection: Selection) -> pd.DataFrame:
    """By statement: what identifies and explains it."""
    statements = selection.whole.statements
    return pd.DataFrame(
        {
            "statement": [c.id for c in statements],
            "reference": [c.statement.reference for c in statements],
            "area": [c.area.id for c in statements],
            "question": [c.question.id for c in statements],
            "topic": [topic_of(c) for c in statements],
            "statement_text": [c.statement.statement for c in statements],
            "asked_of": [c.statement.asked_of for c in statements],
            "protects": [c.statement.protects for c in statements],
        }
    )
