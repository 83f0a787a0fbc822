"""The list of audits: what a card of each shows, asked of the database all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter

from audit import database
from audit.database import Card
from audit.model import Audit, Criteria, Framework, FrameworkRef
from audit.signing import NotIntact, Signed
from audit.store import rows
from audit.store.signed import currents

_FRAMEWORK = TypeAdapter(Framework)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One audit of the list.

    Attributes:
        audit: the whole audit; a signed one as it was when it was signed. None if it is not what was signed.
        criteria: those that it was signed with, else the ones in use, else the edition once kept.
        fault: why there is no audit; empty if there is one.
    """

    card: Card
    audit: Audit | None
    criteria: Criteria
    fault: str = ""


def heads(connection: sa.Connection) -> list[sa.RowMapping]:
    """The rows of every audit that is not in the bin, the one last touched first."""
    table = database.audits
    query = sa.select(table).where(rows.NOT_DELETED).order_by(table.c.touched_at.desc(), table.c.id)
    return list(connection.execute(query).mappings())


def listed(connection: sa.Connection, in_use: Criteria) -> tuple[Listed, ...]:
    """Every audit that is not in the bin, the one last touched first, by a number of SQL statements that never grows.

    Args:
        connection: one that reads.
        in_use: the criteria that come with the product.
    """
    own_rows = heads(connection)
    states = currents(connection, own_rows)
    wanted = {state.frameworks for state in states.values() if isinstance(state, Audit)}
    criteria = criteria_of(connection, wanted, in_use)
    return tuple(_listed(database.card_of(row), states[row["id"]], criteria) for row in own_rows)


def _listed(
    card: Card, state: Audit | Signed | NotIntact, criteria: Mapping[tuple[FrameworkRef, ...], Criteria]
) -> Listed:
    if isinstance(state, NotIntact):
        return Listed(card=card, audit=None, criteria=Criteria(()), fault=str(state))
    if isinstance(state, Signed):
        return Listed(card=card, audit=state.audit, criteria=state.criteria)
    return Listed(card=card, audit=state, criteria=criteria[state.frameworks])


def criteria_of(
    connection: sa.Connection, wanted: Collection[tuple[FrameworkRef, ...]], in_use: Criteria
) -> dict[tuple[FrameworkRef, ...], Criteria]:
    """By the editions that an audit answers: those in use, then the ones once kept; without one that is nowhere.

    Args:
        connection: one that reads; it is asked once, and only if an edition is not in use.
        wanted: the editions of each audit.
        in_use: the criteria that come with the product.
    """
    kept = _kept(connection, {ref for refs in wanted for ref in refs} - set(in_use.refs))
    return {refs: _criteria(refs, in_use.of(refs), kept) for refs in wanted}


def _criteria(refs: tuple[FrameworkRef, ...], in_use: Criteria, kept: Mapping[FrameworkRef, Framework]) -> Criteria:
    missing = tuple(kept[ref] for ref in refs if ref in kept)
    return Criteria((*in_use.frameworks, *missing)) if missing else in_use


def _kept(connection: sa.Connection, refs: Collection[FrameworkRef]) -> dict[FrameworkRef, Framework]:
    """The wording of editions that are not in use any more, as far as it was kept."""
    if not refs:
        return {}
    table = database.editions
    query = sa.select(table).where(table.c.id.in_({ref.id for ref in refs}))
    return {
        ref: _FRAMEWORK.validate_json(row["content"])
        for row in connection.execute(query).mappings()
        if (ref := FrameworkRef(row["id"], row["edition"])) in refs
    }
