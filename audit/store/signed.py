"""Sign-offs: a signed audit is read-only, its content is kept as it was, and reopening keeps what was signed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from audit import database, signing
from audit.model import Audit, Criteria, Signature
from audit.signing import Signed
from audit.store import rows
from audit.store.connection import Database
from audit.store.errors import ChangedMeanwhile, SignedOff


class SignOffs:
    """The signed versions of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def sign(self, audit_id: str, signature: Signature, *, seen: Audit, criteria: Criteria, role: str = "") -> Audit:
        """Signs an audit off, or countersigns it; returns the audit as it is then.

        Args:
            audit_id: which audit.
            signature: of the role whose turn it is.
            seen: the audit as this person saw it: nobody signs what they have not seen.
            criteria: the criteria that it answers.
            role: who works the tool, as a role.

        Raises:
            ChangedMeanwhile: the stored audit is not the one that the person saw.
            ValueError: it is another role's turn.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            if current(connection, audit_id) != seen:
                raise ChangedMeanwhile(audit_id)
            signed = signing.sign(seen, criteria, signature)
            assert signed.signed is not None
            kept = content(connection, audit_id, signed.signed.version)
            own = criteria.of(seen.frameworks) if kept is None else kept.criteria
            made = signing.as_json(Signed(audit=signed, criteria=own))
            rows.put_sign_off(connection, audit_id, signed.signed, made)
            self._describe(connection, audit_id, signed)
            words = f": {signature.statement}" if signature.statement else ""
            version = signed.signed.version
            rows.note(
                connection, audit_id, role, f"Version {version} signed by the {signature.role}, {signature.on}{words}"
            )
            return signed

    def reopen(self, audit_id: str, *, on: dt.date, because: str = "", role: str = "") -> None:
        """Opens a signed audit for changes; the signed version stays as it was.

        Raises:
            ValueError: the audit is not signed.
            NotSaved: the database refused.
        """
        with self._db.writing() as connection:
            row = rows.head(connection, audit_id)
            if row is None:
                raise ValueError("there is no such audit")
            audit = signing.reopen(rows.audit_of(connection, row), on=on, because=because)
            rows.put_sign_off(connection, audit_id, audit.sign_offs[-1], None)
            self._describe(connection, audit_id, audit)
            rows.note(connection, audit_id, role, f"Version {audit.sign_offs[-1].version} reopened: {because}")

    def take(self, audit_id: str, given: Signed, *, role: str = "") -> None:
        """Puts an audit that was signed elsewhere in place of the stored one, whose answers stay in the history.

        Args:
            audit_id: which audit; of the same school and year.
            given: what was signed, as an intact workbook brings it.
            role: who brings it, as a role.

        Raises:
            SignedOff: another content is signed here already, or this one by as many roles.
            NotSaved: the database refused.
        """
        sign_off = given.audit.signed
        assert sign_off is not None
        with self._db.writing() as connection:
            stored = current(connection, audit_id)
            here = stored.signed if stored else None
            if here is not None and (
                here.content != sign_off.content or len(here.signatures) >= len(sign_off.signatures)
            ):
                raise SignedOff(audit_id)
            rows.put_whole(connection, audit_id, given.audit, role=role)
            rows.put_sign_off(connection, audit_id, sign_off, signing.as_json(given))
            rows.note(connection, audit_id, role, f"Version {sign_off.version} taken from a signed workbook")

    def version(self, audit_id: str, number: int) -> Signed | None:
        """A signed version as it was when it was signed; None if its content is not kept here.

        Raises:
            NotIntact: what is kept is not what was signed.
        """
        with self._db.reading() as connection:
            return content(connection, audit_id, number)

    def _describe(self, connection: sa.Connection, audit_id: str, audit: Audit) -> None:
        values = {"completed_on": audit.completed_on, "touched_at": rows.now()}
        connection.execute(database.audits.update().where(database.audits.c.id == audit_id).values(**values))


def content(connection: sa.Connection, audit_id: str, number: int) -> Signed | None:
    """A signed version as it was when it was signed; None if its content is not kept here."""
    table = database.sign_offs
    here = (table.c.audit == audit_id) & (table.c.version == number)
    data = connection.scalar(sa.select(table.c.content).where(here))
    return None if data is None else signing.from_json(data)


def current(connection: sa.Connection, audit_id: str) -> Audit | None:
    """A whole audit; None if there is no such audit. A signed one is as it was when it was signed."""
    row = rows.head(connection, audit_id)
    if row is None:
        return None
    audit = rows.audit_of(connection, row)
    kept = content(connection, audit_id, audit.signed.version) if audit.signed else None
    return kept.audit if kept else audit
