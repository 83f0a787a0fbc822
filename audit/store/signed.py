"""Signs audits off in the database, reads audits as they were signed, and lists all audits.

A signed audit is read-only. The content of each signed version is kept, and reopening an audit keeps it too.

The list of audits reads what every card shows with a fixed number of SQL statements, however many audits there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import TypeAdapter

from audit.model import Audit, Criteria, Framework, FrameworkRef, Signature, SignOff
from audit.school import signing
from audit.school.signing import NotIntact, Signed
from audit.store import rows, schema
from audit.store.schema import Card, ChangedMeanwhile, Gone, SignedOff

if TYPE_CHECKING:
    from audit.store.connection import Database

_FRAMEWORK = TypeAdapter(Framework)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One audit of the list.

    Attributes:
        audit: the whole audit; a signed one as it was when it was signed. None if it is signed and its content is not
            what was signed.
        criteria: the ones it was signed with; else the ones in use; else the edition kept here.
        fault: why ``audit`` is None; empty if it is not.
    """

    card: Card
    audit: Audit | None
    criteria: Criteria
    fault: str = ""


class SignOffs:
    """The signed versions of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def sign(self, audit_id: str, signature: Signature, *, seen: Audit, criteria: Criteria, role: str = "") -> Audit:
        """Signs an audit off, or countersigns it; returns the signed audit.

        Args:
            audit_id: which audit.
            signature: the signature of the role whose turn it is.
            seen: the audit as this person saw it. Nobody signs what they have not seen.
            criteria: the criteria that the audit answers.
            role: who uses the tool, as a role.

        Raises:
            Gone: there is no such audit any more.
            ChangedMeanwhile: the stored audit is not the one that the person saw.
            ValueError: it is another role's turn.
            NotIntact: the audit is already signed, and its content is not what was signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            rows.refuse_if_gone(connection, audit_id)
            if current(connection, audit_id) != seen:
                raise ChangedMeanwhile(audit_id)
            signed = signing.sign(seen, criteria, signature)
            assert signed.signed is not None
            kept = content(connection, audit_id, signed.signed.version)
            signed_criteria = criteria if kept is None else kept.criteria
            rows.put_sign_off(connection, audit_id, signed.signed, content_of(signed, signed_criteria))
            self._describe(connection, audit_id, signed)
            version = str(signed.signed.version)
            rows.note(connection, audit_id, role, kind="signed", subject=version, after=_state(signature))
            return signed

    def reopen(self, audit_id: str, *, on: dt.date, because: str = "", role: str = "") -> None:
        """Opens a signed audit for changes; the signed version is kept unchanged.

        Raises:
            Gone: there is no such audit any more.
            ValueError: the audit is not signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            row = rows.head(connection, audit_id)
            if row is None:
                raise Gone(audit_id)
            audit = signing.reopen(rows.audit_of(connection, row), on=on, because=because)
            rows.put_sign_off(connection, audit_id, audit.sign_offs[-1], None)
            self._describe(connection, audit_id, audit)
            version, after = str(audit.sign_offs[-1].version), {"on": on.isoformat(), "because": because}
            rows.note(connection, audit_id, role, kind="reopened", subject=version, after=after)

    def answering(self, framework: str) -> tuple[str, ...]:
        """Who answers a framework, each in words: every audit, signed or open, and every collection that compares by it.

        Audits in the bin are among them, since they can be put back.
        """
        audits, signed, held = schema.audits, schema.sign_offs, schema.collections
        with self._db.reading() as connection:
            versions = connection.execute(sa.select(signed.c.audit, signed.c.sign_off).order_by(signed.c.version)).all()
            in_force = {audit for audit, last in dict(map(tuple, versions)).items() if last["reopened_on"] is None}
            binned = set(connection.scalars(sa.select(schema.bin_.c.audit)))
            found = connection.execute(sa.select(audits).order_by(audits.c.name, audits.c.year)).mappings().all()
            collections = connection.execute(sa.select(held).order_by(held.c.title)).mappings().all()
        return (
            *(
                f"{row['name']} (URN {row['urn']}), {row['year']}, {'signed' if row['id'] in in_force else 'open'}"
                f"{', in the bin' if row['id'] in binned else ''}"
                for row in found
                if framework in [ref["id"] for ref in row["frameworks"]]
            ),
            *(
                f"the authority's collection “{row['title']}”, which compares by it"
                for row in collections
                if row["settings"].get("framework") == framework
            ),
        )

    def take(self, audit_id: str, given: Signed, *, role: str = "") -> None:
        """Replaces the stored audit with one that was signed elsewhere; the old answers stay in the history.

        Args:
            audit_id: which audit; it is of the same school and year.
            given: what was signed, from an intact workbook.
            role: who brings the workbook, as a role.

        Raises:
            Gone: there is no such audit any more.
            SignedOff: the workbook lacks a version that was signed here, or holds no signature that is not here already.
            NotSaved: the database refused.
        """
        sign_off = given.audit.signed
        assert sign_off is not None, "what was signed has a sign-off in force"
        with self._db.writing() as connection:
            stored = current(connection, audit_id)
            if stored is None:
                raise Gone(audit_id)
            if not _follows(given.audit, stored):
                raise SignedOff(audit_id)
            rows.put_whole(connection, audit_id, given.audit, role=role)
            rows.put_sign_off(connection, audit_id, sign_off, signing.as_json(given))
            rows.note(connection, audit_id, role, kind="taken", subject=str(sign_off.version))

    def version(self, audit_id: str, number: int) -> Signed | None:
        """A signed version as it was when it was signed; None if its content is not kept here.

        Raises:
            NotIntact: the kept content is not what was signed.
        """
        with self._db.reading() as connection:
            return content(connection, audit_id, number)

    def _describe(self, connection: sa.Connection, audit_id: str, audit: Audit) -> None:
        values = {"completed_on": audit.completed_on, "touched_at": rows.now()}
        connection.execute(schema.audits.update().where(schema.audits.c.id == audit_id).values(**values))


def _state(signature: Signature) -> dict[str, str]:
    """A signature as an event holds it."""
    statement = {"statement": signature.statement} if signature.statement else {}
    return {"role": signature.role, "on": signature.on.isoformat(), **statement}


def _follows(signed: Audit, stored: Audit) -> bool:
    """Whether a signed audit can replace the stored one: it holds every version signed here, and at least one signature more."""
    old, new = stored.sign_offs, signed.sign_offs
    countersigned = stored.signed is not None and len(new[-1].signatures) > len(stored.signed.signatures)
    has_more = len(new) > len(old) or (len(new) == len(old) and countersigned)
    return has_more and all(_is_same_version(*both) for both in zip(new, old, strict=False))


def _is_same_version(later: SignOff, earlier: SignOff) -> bool:
    """Whether two sign-offs are of the same version; the later one may be countersigned or reopened since."""
    signatures = later.signatures[: len(earlier.signatures)]
    return (later.version, later.content, signatures) == (earlier.version, earlier.content, earlier.signatures)


def audits_listed(connection: sa.Connection, in_use: Criteria) -> tuple[Listed, ...]:
    """Every audit that is not in the bin, the most recently changed first, with a fixed number of SQL statements.

    Args:
        connection: a connection that reads.
        in_use: the criteria that come with the product.
    """
    audit_rows = heads(connection)
    states = currents(connection, audit_rows)
    wanted = {state.frameworks for state in states.values() if isinstance(state, Audit)}
    criteria = criteria_of(connection, wanted, in_use)
    return tuple(_listed(schema.card_of(row), states[row["id"]], criteria) for row in audit_rows)


def heads(connection: sa.Connection) -> list[sa.RowMapping]:
    """The row of every audit that is not in the bin, the most recently changed first."""
    table = schema.audits
    query = sa.select(table).where(rows.NOT_DELETED).order_by(table.c.touched_at.desc(), table.c.id)
    return list(connection.execute(query).mappings())


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
    """The criteria by the editions that an audit answers: editions in use, then editions kept here.

    An edition that is in neither place is left out.

    Args:
        connection: a connection that reads. It is used once, and only if an edition is not in use.
        wanted: the editions of each audit.
        in_use: the criteria that come with the product.
    """
    kept = _kept(connection, {ref for refs in wanted for ref in refs} - set(in_use.refs))
    return {refs: _criteria(refs, in_use.of(refs), kept) for refs in wanted}


def _criteria(refs: tuple[FrameworkRef, ...], in_use: Criteria, kept: Mapping[FrameworkRef, Framework]) -> Criteria:
    missing = tuple(kept[ref] for ref in refs if ref in kept)
    return Criteria((*in_use.frameworks, *missing), in_use.crosswalks, in_use.beyond) if missing else in_use


def _kept(connection: sa.Connection, refs: Collection[FrameworkRef]) -> dict[FrameworkRef, Framework]:
    """The kept wording of editions that are not in use any more; an edition that was not kept is left out."""
    if not refs:
        return {}
    table = schema.editions
    query = sa.select(table).where(table.c.id.in_({ref.id for ref in refs}))
    return {
        ref: _FRAMEWORK.validate_json(row["content"])
        for row in connection.execute(query).mappings()
        if (ref := FrameworkRef(row["id"], row["edition"])) in refs
    }


def content_of(audit: Audit, criteria: Criteria) -> bytes | None:
    """The content that is kept of a signed audit; None unless the audit and the criteria are what was signed."""
    signed_criteria = criteria.of(audit.frameworks)
    if audit.signed is None or not signing.is_intact(audit):
        return None
    if signing.criteria_hash(signed_criteria) != audit.signed.criteria:
        return None
    return signing.as_json(Signed(audit=audit, criteria=signed_criteria))


def content(connection: sa.Connection, audit_id: str, number: int) -> Signed | None:
    """A signed version as it was when it was signed; None if its content is not kept here.

    Raises:
        NotIntact: the kept content is not what was signed.
    """
    table = schema.sign_offs
    this_version = (table.c.audit == audit_id) & (table.c.version == number) & schema.is_there(table.c.audit)
    data = connection.scalar(sa.select(table.c.content).where(this_version))
    return None if data is None else signing.from_json(data)


def current(connection: sa.Connection, audit_id: str) -> Audit | None:
    """A whole audit; None if there is no such audit. A signed one is as it was when it was signed.

    Raises:
        NotIntact: it is signed, and neither the kept content nor its rows are what was signed.
    """
    row = rows.head(connection, audit_id)
    if row is None:
        return None
    state = currents(connection, [row])[audit_id]
    if isinstance(state, NotIntact):
        raise state
    return state if isinstance(state, Audit) else state.audit


def currents(connection: sa.Connection, heads: Sequence[sa.RowMapping]) -> dict[str, Audit | Signed | NotIntact]:
    """Whole audits by id, read with as many SQL statements for many audits as for one.

    For a signed audit this is what was signed, if its content is kept here and intact. Else it is what its rows say.
    If neither is what was signed, it is the reason.

    Args:
        connection: a connection that reads.
        heads: the rows of these audits in the table of audits.
    """
    sign_offs = rows.sign_offs_of(connection, [row["id"] for row in heads])
    in_force = {audit_id: versions[-1] for audit_id, versions in sign_offs.items() if versions[-1].reopened_on is None}
    signed, faults = _kept_of(connection, {audit_id: last.version for audit_id, last in in_force.items()})
    audits = rows.audits_of(connection, [row for row in heads if row["id"] not in signed], sign_offs)
    changed = {audit_id: fault for audit_id, fault in faults.items() if not signing.is_intact(audits[audit_id])}
    states: dict[str, Audit | Signed | NotIntact] = {**audits, **signed, **changed}
    return {row["id"]: states[row["id"]] for row in heads}


def _kept_of(connection: sa.Connection, versions: Mapping[str, int]) -> tuple[dict[str, Signed], dict[str, NotIntact]]:
    """By audit, the version of this number as it was signed, if its content is kept; or why that content is not intact."""
    signed: dict[str, Signed] = {}
    faults: dict[str, NotIntact] = {}
    if not versions:
        return signed, faults
    table = schema.sign_offs
    query = sa.select(table.c.audit, table.c.version, table.c.content).where(
        table.c.audit.in_(versions), table.c.version.in_(set(versions.values())), table.c.content.is_not(None)
    )
    for audit_id, version, data in connection.execute(query):
        if version == versions[audit_id]:
            try:
                signed[audit_id] = signing.from_json(data)
            except NotIntact as fault:
                faults[audit_id] = fault
    return signed, faults
