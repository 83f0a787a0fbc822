"""What the tests of criteria files share: the words of the practice levels, one change of a text, and the faults of loading."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.criteria.load import load
from audit.problems import UnusableFile

LEVELS = """\
practice_levels:
  - {level: 0, label: "Not in place", means: "Nothing."}
  - {level: 1, label: "Planned", means: "Agreed."}
  - {level: 2, label: "Partly in place", means: "Some."}
  - {level: 3, label: "In place", means: "All."}
  - {level: 4, label: "Embedded", means: "Reviewed."}
bands:
  - {from_percent: 0, label: "Weak"}
"""


def changed(text: str, old: str, new: str) -> str:
    """A text with a part of it replaced; the part must be there."""
    assert old in text
    return text.replace(old, new)


def faults_in(root: Path) -> list[str]:
    """Every fault that loading reports, as ``place: fact remedy``; each has all three."""
    with pytest.raises(UnusableFile) as caught:
        load(root)
    assert [problem for problem in caught.value.problems if not (problem.where and problem.what and problem.fix)] == []
    return [str(problem) for problem in caught.value.problems]
