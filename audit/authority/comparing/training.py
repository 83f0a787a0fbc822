"""TRAINING: which topics to train, for which roles, and how many schools need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np
import pandas as pd

from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import topic_of
from audit.authority.tables import ALL, TRAINING
from audit.model import Criterion
from audit.tables import KINDS, typed

_NOT_DONE, _NEITHER = KINDS.index("not_done"), KINDS.index("neither")


def training(selection: Selection, names: Sequence[str]) -> pd.DataFrame:
    """TRAINING of a selection: one row per topic and role that at least one school needs.

    A topic is a question, a role the one that its statements are asked of. A school needs the training if at least
    one of these statements is not in place there, whether it is written or not: training mends what is not done,
    and writing mends the rest. What is not known is not called a need.

    Priority: topics with a statement that protects a child directly, then those that most schools need, then the
    source.

    Args:
        selection: the schools.
        names: by return of the year: the name or code of its school.
    """
    whole = selection.whole
    members = np.flatnonzero(selection.members(ALL) & selection.self_audits)
    kinds, who = whole.kinds[members], [names[place] for place in members.tolist()]
    applicable, not_done = whole.applicable[members], (kinds == _NOT_DONE) | (kinds == _NEITHER)
    rows = []
    for statements in _by_topic_and_role(selection):
        needs = not_done[:, statements].any(axis=1)
        if needs.any():
            rows.append(
                {
                    **_about([whole.statements[place] for place in statements]),
                    "schools": needs.sum(),
                    "of": applicable[:, statements].any(axis=1).sum(),
                    "names": "; ".join(compress(who, needs.tolist())),
                }
            )
    table = pd.DataFrame(rows, columns=[name for name in TRAINING if name != "priority"])
    table = table.sort_values(["directly", "schools"], ascending=False, kind="stable", ignore_index=True)
    return typed(table.assign(priority=range(1, len(table) + 1)), TRAINING)


def _by_topic_and_role(selection: Selection) -> Iterable[list[int]]:
    """The places of the statements of each question and role."""
    topics: dict[tuple[str, str], list[int]] = {}
    for place, criterion in enumerate(selection.whole.statements):
        topics.setdefault((criterion.page, criterion.statement.asked_of), []).append(place)
    return topics.values()


def _about(criteria: Sequence[Criterion]) -> dict[str, object]:
    """What the training is about and for whom."""
    first = criteria[0]
    statements = [criterion.statement for criterion in criteria]
    return {
        "topic": topic_of(first),
        "role": first.framework.roles.get(first.statement.asked_of, first.statement.asked_of),
        "statements": ", ".join(statement.reference for statement in statements),
        "content": " ".join(statement.improve for statement in statements),
        "directly": any(statement.protects == "directly" for statement in statements),
    }
