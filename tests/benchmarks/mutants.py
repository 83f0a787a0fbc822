"""How strong the tests are on the rules that matter: mutants of each module, and how many of them a test kills.

Run ``pip install mutmut==3.8.1``, then ``nice python -m tests.benchmarks.mutants``. mutmut writes a copy of the
repository to ``mutants/`` and changes one place of the code at a time there; the modules, and the tests that have to
notice, are in ``[tool.mutmut]`` of ``pyproject.toml``. The same sample of each module is taken every time;
``mutmut show NAME`` shows a mutant that survived. mutmut leaves functions with a decorator as they are.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

_SEED = 11
_NOTICED = {"killed", "timeout"}
"""A mutant that runs far longer than the code, in a loop without end, is noticed too."""


def _modules() -> list[Path]:
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    return [Path(path) for path in settings["tool"]["mutmut"]["only_mutate"]]


def sample(path: Path, most: int) -> list[str]:
    """Names of the mutants of a module, at most so many, the same ones every time."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
    names = sorted(get_mutant_name(path, name) for name in made.mutant_names)
    return random.Random(_SEED).sample(names, min(most, len(names)))


def noticed(path: Path, names: Sequence[str]) -> list[bool]:
    """By mutant of a module: whether the last run noticed it."""
    from mutmut.stats import status_by_exit_code

    kept = json.loads((Path("mutants") / f"{path}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
    return [status_by_exit_code[kept[name]] in _NOTICED for name in names]


def main() -> None:
    """Runs the samples one mutant at a time, and prints a table with the names of the survivors below it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("modules", nargs="*", type=Path, help="such as audit/school/scoring.py; all if none is named")
    parser.add_argument("--most", type=int, default=60, help="how many mutants of a module (default: %(default)s)")
    asked = parser.parse_args()
    samples = {path: sample(path, asked.most) for path in asked.modules or _modules()}
    names = [name for taken in samples.values() for name in taken]
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names], check=True)
    survived: list[str] = []
    print("| module | mutants | killed | survived |\n|---|---|---|---|")
    for path, taken in samples.items():
        found = noticed(path, taken)
        print(f"| {path.stem} | {len(taken)} | {found.count(True)} | {found.count(False)} |")
        survived += [name for name, is_noticed in zip(taken, found, strict=True) if not is_noticed]
    print("\n".join(survived))


if __name__ == "__main__":
    main()
