"""Practice levels as people read and write them."""

from __future__ import annotations

from audit.model import PRACTICE, Criteria, practice_labels


def test_each_practice_answer_has_one_label(toy: Criteria) -> None:
    """Number and word for a level, and *Unknown*, in the order in which they are offered."""
    labels = practice_labels(toy.practice_levels)
    assert tuple(labels) == PRACTICE
    assert list(labels.values())[2:] == ["2 Partly in place", "3 In place", "4 Embedded", "Unknown"]
    assert [level.practice_label for level in toy.practice_levels] == list(labels.values())[:5]
