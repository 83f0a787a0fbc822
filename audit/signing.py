"""Signing an audit off: what is signed, its SHA-256, and whether something is what was signed.

What is signed is the whole audit, its earlier sign-offs included, and the criteria that it was answered
with. It is written as JSON in one canonical way: keys sorted, no spaces, every letter beyond ASCII
escaped, so that the same content gives the same SHA-256 on every computer.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from audit.model import SIGNING_ROLES, Audit, Criteria, Framework, Signature, SigningRole, SignOff

_LONGEST = 20_000_000
"""Bytes of signed content that are unpacked; an audit of 143 long answers has less than a fiftieth."""
_AUDIT = TypeAdapter(Audit)
_FRAMEWORKS = TypeAdapter(tuple[Framework, ...])


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signed version as it was: the audit, its sign-off in force then, and the criteria of that day."""

    audit: Audit
    criteria: Criteria


class NotIntact(Exception):
    """What claims to be signed content is none, or is not what was signed; the text says why."""


def canonical(value: object) -> bytes:
    """A value of JSON in the one way in which it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def criteria_hash(criteria: Criteria) -> str:
    """SHA-256 of criteria, every word of them included."""
    return _sha256(_FRAMEWORKS.dump_python(criteria.frameworks, mode="json"))


def content_hash(audit: Audit, criteria_sha256: str) -> str:
    """SHA-256 of what is signed: all that the audit holds but the sign-off in force, and its criteria."""
    earlier = audit.sign_offs[:-1] if audit.signed else audit.sign_offs
    content = _AUDIT.dump_python(replace(audit, sign_offs=earlier), mode="json")
    return _sha256({"audit": content, "criteria": criteria_sha256})


def seal_of(content: str, signatures: Iterable[Signature]) -> str:
    """SHA-256 over the content's own and the signatures, so that neither changes unseen."""
    signed = [asdict(s) | {"on": s.on.isoformat()} for s in signatures]
    return _sha256({"content": content, "signatures": signed})


def next_role(audit: Audit) -> SigningRole | None:
    """Who signs next; None once all have."""
    signed = audit.signed.signatures if audit.signed else ()
    return next((role for role in SIGNING_ROLES if role not in {s.role for s in signed}), None)


def sign(audit: Audit, criteria: Criteria, signature: Signature) -> Audit:
    """The audit with one signature more; the first one makes it read-only, and complete if it was not yet called so.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        signature: of the role whose turn it is.

    Raises:
        ValueError: it is another role's turn, or the criteria hold none of its frameworks.
    """
    if signature.role != next_role(audit):
        raise ValueError(f"it is not for the {signature.role} to sign now")
    now = audit.signed
    if now is None:
        own = criteria.of(audit.frameworks)
        if not own.frameworks:
            raise ValueError("the criteria of the audit are not at hand")
        audit = replace(audit, completed_on=audit.completed_on or signature.on)
        own_hash = criteria_hash(own)
        version, content, earlier = len(audit.sign_offs) + 1, content_hash(audit, own_hash), audit.sign_offs
    else:
        own_hash, version, content, earlier = now.criteria, now.version, now.content, audit.sign_offs[:-1]
    signatures = (*(now.signatures if now else ()), signature)
    made = SignOff(
        version=version, content=content, criteria=own_hash, signatures=signatures, seal=seal_of(content, signatures)
    )
    return replace(audit, sign_offs=(*earlier, made))


def reopen(audit: Audit, *, on: dt.date, because: str) -> Audit:
    """The audit open for changes again; the version that was signed stays in its history.

    Raises:
        ValueError: it is not signed.
    """
    if audit.signed is None:
        raise ValueError("the audit is not signed")
    closed = replace(audit.signed, reopened_on=on, reopened_because=because)
    return replace(audit, completed_on=None, sign_offs=(*audit.sign_offs[:-1], closed))


def is_intact(audit: Audit) -> bool:
    """Whether a signed audit holds what was signed, by whom it was signed; False for one that is not signed."""
    now = audit.signed
    return (
        now is not None
        and content_hash(audit, now.criteria) == now.content
        and seal_of(now.content, now.signatures) == now.seal
    )


def as_json(signed: Signed) -> bytes:
    """A signed version as JSON, from which `from_json` makes the same again."""
    return canonical(
        {
            "audit": _AUDIT.dump_python(signed.audit, mode="json"),
            "frameworks": _FRAMEWORKS.dump_python(signed.criteria.frameworks, mode="json"),
        }
    )


def from_json(data: bytes) -> Signed:
    """The signed version that JSON holds.

    Raises:
        NotIntact: it holds none, or not what was signed.
    """
    try:
        found: Mapping[str, Any] = json.loads(data)
        audit = _AUDIT.validate_python(found["audit"])
        criteria = Criteria(_FRAMEWORKS.validate_python(found["frameworks"]))
    except (ValueError, ValidationError, KeyError, TypeError, RecursionError) as error:
        raise NotIntact("The signed content cannot be read; part of it is missing or was changed.") from error
    if audit.signed is None:
        raise NotIntact("The content is not signed.")
    if criteria_hash(criteria) != audit.signed.criteria:
        raise NotIntact("The criteria in the signed content are not those that the audit was signed with.")
    if not is_intact(audit):
        raise NotIntact("The signed content was changed: its SHA-256 is not the one that was signed.")
    return Signed(audit=audit, criteria=criteria)


def pack(data: bytes) -> str:
    """JSON as a short text of letters and digits, for a cell of a workbook."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def unpack(text: str) -> bytes:
    """What `pack` made a text of.

    Raises:
        NotIntact: the text is no such thing, or far too long.
    """
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), _LONGEST)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NotIntact("The signed content cannot be read; part of it is missing or was changed.") from error
    if not unpacker.eof:
        raise NotIntact("The signed content cannot be read; part of it is missing or was changed.")
    return data
