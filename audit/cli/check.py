"""The jobs that only look: criteria, check."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import click

from audit import findings
from audit.cli.terminal import FILE, criteria_at_hand, main, read_workbook, say, shown, tell
from audit.model import PHASES, Phase
from audit.problems import errors
from audit.workbook.reading import Reading

_CRITERION_FIELDS = ("id", "framework", "question", "recommended", "mark", "ordinal", "phases", "asked_of", "statement")


@main.command()
@click.option("--recommended", is_flag=True, help="Only the statements that the source recommends (K).")
@click.option("--phase", type=click.Choice(PHASES), help="Only the statements for this phase.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def criteria(recommended: bool, phase: Phase | None, form: str) -> None:
    """List the criteria, in the order of their source."""
    rows = [
        {
            "id": c.id,
            "framework": c.framework.id,
            "question": c.question.id,
            "recommended": c.statement.recommended,
            "mark": c.statement.marked,
            "ordinal": c.statement.ordinal,
            "phases": list(c.statement.phases),
            "asked_of": c.statement.asked_of,
            "statement": c.statement.statement,
        }
        for c in criteria_at_hand()
        if (not recommended or c.statement.recommended) and (phase is None or phase in c.statement.phases)
    ]
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        text = io.StringIO()
        out = csv.DictWriter(text, _CRITERION_FIELDS, lineterminator="\r\n")
        out.writeheader()
        for row in rows:
            out.writerow(
                {**row, "recommended": str(row["recommended"]).lower(), "phases": " ".join(_texts(row["phases"]))}
            )
        click.echo(text.getvalue().encode("utf-8-sig"), nl=False)
    else:
        for row in rows:
            mark = "K" if row["recommended"] else " "
            click.echo(f"{row['id']:<16} {mark}  {row['statement']}")
        click.echo(f"{findings.plural(len(rows), 'statement')}.")


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value]


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Say of each FILE whether it is a readable return."""
    own = criteria_at_hand()
    faulty = 0
    with click.progressbar(files, label="Checking", file=sys.stderr, hidden=len(files) < 20) as paths:
        for path in paths:
            reading = read_workbook(path, own)
            tell(reading.problems)
            faulty += not reading.is_sound
            say(f"{shown(path)}: {_verdict(reading)}")
    sys.exit(1 if faulty else 0)


def _verdict(reading: Reading) -> str:
    count = len(errors(reading.problems))
    if reading.audit is None:
        return f"cannot be used; {findings.plural(count, 'fault')}."
    audit = reading.audit
    about = f"{audit.school.name} (URN {audit.school.urn}), {audit.year}, {findings.answered(audit)}"
    return f"readable. {about}." if not count else f"readable with {findings.plural(count, 'fault')}. {about}."
