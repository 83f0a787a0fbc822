"""Writes the golden files again."""

from tests.golden.outputs import FOLDER, OUTPUTS, written

for name, make in OUTPUTS.items():
    (FOLDER / f"{name}.txt").write_bytes(written(make()))
    print(f"{name}.txt")
