"""Builds the workbooks of this folder and the returns in ``returns/``: same input, same bytes.

The workbooks come from the readable files in ``source/``; the returns are invented by `audit.sample`, and
the two desk reviews stand among them.

Run from the top of the repository: ``python sample_data/build.py``
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from audit.criteria.load import load  # noqa: E402  # the repository is not installed as a package
from audit.model import Action, Audit, Carried, Criteria, FrameworkRef, Response, School, Signature  # noqa: E402
from audit.sample.believable import HELD_TODAY, LAST, returns  # noqa: E402
from audit.sample.damage import Sound  # noqa: E402
from audit.sample.folder import DAMAGES, path_of  # noqa: E402
from audit.sample.schools import invented, register, successors  # noqa: E402
from audit.school.proposals import start_from  # noqa: E402
from audit.school.signing import sign  # noqa: E402
from audit.workbook.write import write  # noqa: E402

SEED = 1
PRIMARY = ("900101", "900104", "900105", "900106", "900108", "900109", "900111")
SECONDARY = ("900103", "900110", "900117", "900134", "900141")
"""The schools whose returns count: enough of two phases for figures to be shown of each."""
DAMAGED = {"900106": "no-answer-words", "900112": "password"}
"""The one return with a fault that still counts, and the one that cannot be opened."""
LAST_YEAR = ("900101", "900104", "900106", "900108", "900109", "970111")
"""Whose return of the year before is there too; 970111 is 900111 now."""
SILENT = ("900107", "900113", "900114")
CLOSED = ("900115", "900116")


def audit_of(source: dict[str, Any], criteria: Criteria) -> Audit:
    """A source file's audit.

    Raises:
        ValueError: it answers a statement that does not exist.
    """
    unknown = [statement for statement in source["responses"] if statement not in criteria]
    if unknown:
        raise ValueError(f"not among the criteria: {', '.join(unknown)}")
    before = _audit_in(source["begun_with"], criteria) if "begun_with" in source else None
    audit = Audit(
        school=School(**source["school"]),
        year=source["year"],
        frameworks=_editions(source["frameworks"], criteria) if "frameworks" in source else criteria.usual,
        scope=source["scope"],
        as_printed=source.get("as_printed", source["year"] < HELD_TODAY),
        basis=source["basis"],
        policy_read=source.get("policy_read", ""),
        completed_on=source.get("completed_on"),
        responses={statement: Response(**given) for statement, given in source["responses"].items()},
        actions=tuple(Action(**action) for action in source.get("actions", [])),
        carried_from=before.year if before else "",
    )
    if before is not None:
        audit = replace(audit, carried=_carried(before, audit, criteria))
    for signature in source.get("signed", []):
        audit = sign(audit, criteria, Signature(**signature))
    return audit


def _carried(before: Audit, audit: Audit, criteria: Criteria) -> Mapping[str, Carried]:
    """The answers that an audit began with: those to what it no longer asks only if law or guidance has overtaken it."""
    carried = start_from(before, criteria, year=audit.year).carried
    if before.scope == audit.scope:
        return carried
    now = {c.id for c in criteria if audit.asks(c) or audit.leaves_out(c.statement)}
    return {statement: answer for statement, answer in carried.items() if statement in now}


def _editions(ids: Sequence[str], criteria: Criteria) -> tuple[FrameworkRef, ...]:
    """The editions of the frameworks of these ids, in the order of the criteria.

    Raises:
        ValueError: there is no such framework.
    """
    if unknown := set(ids) - {ref.id for ref in criteria.refs}:
        raise ValueError(f"not among the frameworks: {', '.join(sorted(unknown))}")
    return tuple(ref for ref in criteria.refs if ref.id in ids)


def _audit_in(name: str, criteria: Criteria) -> Audit:
    """The audit of the source file of a name."""
    path = HERE / "source" / f"{name}.yaml"
    return audit_of(yaml.safe_load(path.read_text(encoding="utf-8")), criteria)


def build(target: Path = HERE) -> tuple[Path, ...]:
    """Writes one workbook for each source file into ``target``; returns their paths."""
    criteria = load()
    written = []
    for path in sorted((HERE / "source").glob("*.yaml")):
        audit = _audit_in(path.stem, criteria)
        written.append(target / f"{path.stem}.xlsx")
        written[-1].write_bytes(write(audit, criteria))
    return tuple(written)


def build_returns(target: Path = HERE / "returns") -> tuple[Path, ...]:
    """Writes the returns of thirteen schools, two desk reviews, and a register with three schools more.

    Returns:
        The paths of all files.
    """
    every = load()
    criteria = every.of(every.usual)
    files: dict[Path, bytes] = {}
    for path in sorted((HERE / "source").glob("*.yaml")):
        audit = _audit_in(path.stem, every)
        if audit.basis == "desk review":
            files[path_of(audit).with_name(f"{path.stem}.xlsx")] = write(audit, every)
    schools = {one.school.urn: one for one in islice(invented("886"), 50)}
    sent = {*PRIMARY, *SECONDARY, *DAMAGED}
    for audit in returns(criteria, schools=len(schools), years=2, seed=SEED):
        urn, sound = audit.school.urn, Sound(audit=audit, other=audit, dfe_number="", criteria=criteria)
        if audit.year == LAST and urn in sent:
            files[path_of(audit)] = DAMAGES[DAMAGED[urn]].make(sound) if urn in DAMAGED else sound.data
        elif audit.year != LAST and urn in LAST_YEAR:
            files[path_of(audit)] = sound.data
    expected = [one for urn, one in schools.items() if urn in {*sent, *SILENT}]
    files[Path("register.csv")] = register(expected, closed=[schools[urn] for urn in CLOSED])
    files[Path("successors.csv")] = successors(expected)
    for path, data in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return tuple(target / path for path in files)


if __name__ == "__main__":
    for path in (*build(), *build_returns()):
        print(f"Wrote {path}")
