"""Every wording in one place: each output says what its golden file says."""

from __future__ import annotations

import pytest

from tests.golden.outputs import FOLDER, OUTPUTS, written


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_says_what_its_golden_file_says(name: str) -> None:
    """A change of wording is a change of its golden file, written by ``python -m tests.golden`` and read as a diff."""
    assert written(OUTPUTS[name]()).decode() == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_file_is_compared() -> None:
    """No file is left over from an output that is gone."""
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(OUTPUTS)
