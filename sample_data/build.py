"""Builds the workbooks of this folder from the readable files in ``source/``: same input, same bytes.

Run from the top of the repository: ``python sample_data/build.py``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from audit.framework import load  # noqa: E402  # the repository is not installed as a package
from audit.model import Action, Audit, Criteria, Response, School  # noqa: E402
from audit.workbook import write  # noqa: E402


def audit_of(source: dict[str, Any], criteria: Criteria) -> Audit:
    """A source file's audit.

    Raises:
        ValueError: it answers a statement that does not exist.
    """
    unknown = [statement for statement in source["responses"] if statement not in criteria]
    if unknown:
        raise ValueError(f"not among the criteria: {', '.join(unknown)}")
    return Audit(
        school=School(**source["school"]),
        year=source["year"],
        frameworks=criteria.refs,
        scope=source["scope"],
        basis=source["basis"],
        policy_read=source.get("policy_read", ""),
        completed_on=source.get("completed_on"),
        responses={statement: Response(**given) for statement, given in source["responses"].items()},
        actions=tuple(Action(**action) for action in source.get("actions", [])),
    )


def build(target: Path = HERE) -> tuple[Path, ...]:
    """Writes one workbook for each source file into ``target``; returns their paths."""
    criteria = load()
    written = []
    for path in sorted((HERE / "source").glob("*.yaml")):
        audit = audit_of(yaml.safe_load(path.read_text(encoding="utf-8")), criteria)
        written.append(target / f"{path.stem}.xlsx")
        written[-1].write_bytes(write(audit, criteria))
    return tuple(written)


if __name__ == "__main__":
    for path in build():
        print(f"Wrote {path}")
