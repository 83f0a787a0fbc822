"""The job that says whether files are what was signed: verify."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit import findings
from audit.cli.terminal import FILE, criteria_at_hand, fail, main, name_of, read_file, say, shown, tell
from audit.model import Audit, Criteria, SignOff
from audit.problems import Problem
from audit.signing import NotIntact, not_answered, not_answered_in_words
from audit.verdict import Verdict, beside, in_words

if TYPE_CHECKING:
    from audit.store import Store


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--store", "with_store", is_flag=True, help="Hold each against the store of this computer too.")
def verify(files: tuple[Path, ...], with_store: bool) -> None:
    """Say of each FILE, a workbook or a pack, whether it is what was signed and, if not, what differs."""
    own = criteria_at_hand()
    store = None
    if with_store:
        from audit.cli.stored import open_store

        store = open_store()
    verdicts = [_verdict(path, own) for path in files]
    for verdict in verdicts:
        for line in _lines(verdict, own):
            say(line)
        if store is not None and verdict.audit is not None and verdict.sign_off is not None:
            say(f"  {_in_store(store, verdict.audit, verdict.sign_off)}")
        tell(verdict.problems)
    if store is not None:
        store.close()
    sys.exit(0 if all(verdict.standing == "as signed" for verdict in verdicts) else 1)


def _verdict(path: Path, criteria: Criteria) -> Verdict:
    from audit.verifying import verify as verify_file

    data = read_file(path)
    if isinstance(data, Problem):
        return Verdict(file=shown(path), standing="unreadable", problems=(data,))
    return verify_file(data, name_of(path), criteria)


def _lines(verdict: Verdict, criteria: Criteria) -> Iterator[str]:
    yield in_words(verdict)
    if verdict.audit is not None:
        yield f"  {verdict.audit.school.name} (URN {verdict.audit.school.urn}), {verdict.audit.year}"
    if verdict.sign_off is not None and verdict.standing != "not signed":
        yield f"  {findings.signed_by(verdict.sign_off)}"
        if verdict.audit is not None and (left := not_answered(verdict.audit, criteria))[0]:
            yield f"  {not_answered_in_words(*left)}"
        yield f"  SHA-256 of what was signed: {verdict.sign_off.content}"
    yield from (f"  {note}" for note in verdict.notes)
    for one in verdict.differences:
        yield f'  {one.where}: signed "{one.signed}", now "{one.found}"'


def _in_store(store: Store, audit: Audit, sign_off: SignOff) -> str:
    """How a sign-off stands to the same audit in the store, in one sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from audit.cli.stored import store_problem

    try:
        audit_id = store.find(audit.school.urn, audit.year)
        kept = None if audit_id is None else store.load(audit_id)
    except NotIntact as error:
        return f"The audit in the store is not what was signed. {error}"
    except SQLAlchemyError as error:
        fail([store_problem(error)])
    return "The store does not hold this audit." if kept is None else beside(sign_off, kept)
