"""What the product says, one file of plain text an output, so that a change of wording is read as one diff.

``python -m tests.golden`` writes the files again. `tests/test_golden.py` compares; other tests state rules, not wording.
"""
