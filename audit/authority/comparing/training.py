"""TRAINING: which topics to train, for which roles, and which schools need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import topic_of
from audit.authority.returns import Flags
from audit.authority.tables import ALL, TRAINING, TRAINING_SCHOOLS
from audit.model import Criterion
from audit.tables import KINDS, typed

_NOT_DONE, _NEITHER = KINDS.index("not_done"), KINDS.index("neither")


def training(selection: Selection) -> pd.DataFrame:
    """TRAINING of a selection: one row per topic and role that at least one school needs.

    A topic is a question, a role the one that its statements are asked of. A school needs the training if at least
    one of these statements is not in place there, whether it is written or not: training mends what is not done,
    and writing mends the rest. What is not known is not called a need.

    Priority: topics with a statement that protects a child directly, then those that most schools need, then the
    source.
    """
    rows = [about | {"schools": needs.sum()} for about, needs in _needed(selection)]
    return typed(pd.DataFrame(rows, columns=list(TRAINING)), TRAINING)


def training_schools(selection: Selection) -> pd.DataFrame:
    """TRAINING_SCHOOLS of a selection: one row per training and school that needs it, by name within a training."""
    needed = list(_needed(selection))
    schools = selection.whole.returns.table[["urn", "school", "phase"]]
    rows = [schools[needs].assign(**{name: about[name] for name in _NAMED}) for about, needs in needed]
    return typed(pd.concat(rows) if rows else pd.DataFrame(columns=list(TRAINING_SCHOOLS)), TRAINING_SCHOOLS)


_NAMED = ("priority", "topic", "role", "statements")
"""What says which training it is."""


def _needed(selection: Selection) -> Iterator[tuple[dict[str, Any], Flags]]:
    """Each training in the order of priority: what it is, and by return of the year whether its school needs it."""
    whole, members = selection.whole, selection.members(ALL) & selection.self_audits
    not_done = ((whole.kinds == _NOT_DONE) | (whole.kinds == _NEITHER)) & members[:, None]
    found = []
    for statements in _by_topic_and_role(selection):
        needs = not_done[:, statements].any(axis=1)
        if needs.any():
            about = _about([whole.statements[place] for place in statements])
            of = (whole.applicable[:, statements].any(axis=1) & members).sum()
            found.append((about | {"of": of}, needs))
    found.sort(key=lambda one: (not one[0]["directly"], -int(one[1].sum())))
    for priority, (about, needs) in enumerate(found, 1):
        yield {"priority": priority, **about}, needs


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
