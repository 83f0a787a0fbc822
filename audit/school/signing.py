"""Signing an audit off: what is signed, its SHA-256, and the verdict on whether something is what was signed.

The whole audit is signed, with its earlier sign-offs and the criteria that it answers. It is written as JSON in one
canonical way (keys sorted, no spaces, every letter beyond ASCII escaped), so that the same content gives the same
SHA-256 on every computer. Values that equal their default are left out, so that a field which a later version of the
product adds does not change an earlier SHA-256.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from audit.english import agree, day, local, plural
from audit.model import SIGNING_ROLES, Audit, Criteria, Framework, Signature, SigningRole, SignOff, first_day
from audit.problems import Problem
from audit.school.proposals import asked_once
from audit.text import fault_of, says_nothing
from audit.version import UNMARKED

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_SHORTEST_REASON = 8  # letters; a shorter text says nothing
_LONGEST = 20_000_000
"""The most bytes of signed content that are unpacked; an audit of 143 long answers has less than a fiftieth of this."""
_Frameworks, _Signatures = tuple[Framework, ...], tuple[Signature, ...]
_UNREADABLE = "The signed content cannot be read; part of it is missing or was changed."


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signed version: the audit with the sign-off in force, and the criteria that it was signed with.

    Attributes:
        program: in a workbook, the version of the product that wrote the file; empty elsewhere, and in files of releases
            that did not write their version.
    """

    audit: Audit
    criteria: Criteria
    program: str = UNMARKED


class NotIntact(Exception):
    """Something claims to be signed content and is not, or is not what was signed; the message says why."""


def canonical(value: object) -> bytes:
    """A JSON value in the one form in which it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What turns a type of the model into JSON and back; loaded only for signed files, because loading is slow."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _plain(kind: Any, value: object) -> Any:
    """A value of the model as JSON holds it, without values that equal their default."""
    return _adapter(kind).dump_python(value, mode="json", exclude_defaults=True)


def criteria_hash(criteria: Criteria) -> str:
    """SHA-256 of criteria, with every word in them."""
    return _sha256(_plain(_Frameworks, criteria.frameworks))


def content_hash(audit: Audit, criteria_sha256: str) -> str:
    """SHA-256 of what is signed: everything in the audit except the sign-off in force, and the hash of its criteria."""
    earlier = audit.sign_offs[:-1] if audit.signed else audit.sign_offs
    return _sha256({"audit": _plain(Audit, replace(audit, sign_offs=earlier)), "criteria": criteria_sha256})


def seal_of(content: str, signatures: Iterable[Signature]) -> str:
    """SHA-256 of the content hash and the signatures, so that a change of either is seen."""
    return _sha256({"content": content, "signatures": _plain(_Signatures, tuple(signatures))})


def next_role(audit: Audit) -> SigningRole | None:
    """Who signs next; None once all have."""
    signatures = audit.signed.signatures if audit.signed else ()
    return next((role for role in SIGNING_ROLES if role not in {signature.role for signature in signatures}), None)


def signature_of(
    audit: Audit,
    role: SigningRole,
    *,
    on: dt.date,
    statement: str,
    today: dt.date,
    criteria: Criteria | None = None,
) -> Signature | Problem:
    """The signature that a person entered, or the problem with it.

    Args:
        audit: the current audit.
        role: who signs.
        on: the day of signing; not in the future, and not before the last answer or event that is signed.
        statement: what the role says about it. It may be empty if every statement is answered; otherwise whoever signs
            first must say why the audit is signed all the same.
        today: the current day.
        criteria: the criteria that the audit answers; without them, unanswered statements are not checked.
    """
    turn, (first, why) = next_role(audit), _first_day(audit, today)
    if audit.basis == "desk review":
        return Problem(
            where="Sign-off",
            what="A desk review reads a published text, and no school answers for it.",
            fix="Sign an audit that the school itself has answered.",
        )
    if audit.signed and not is_intact(audit):
        return Problem(
            where="Sign-off", what="The audit is not what was signed.", fix="Open it again, and sign it again."
        )
    if role != turn:
        fix = f"It is for the {turn} to sign." if turn else "Open the audit again first, if something has to change."
        return Problem(where="Role", what=f"It is not for the {role} to sign now.", fix=fix)
    if on > today:
        return Problem(
            where="Date", what=f"{day(on)} is still to come.", fix="Sign with today's date, or an earlier one."
        )
    if on < first:
        return Problem(where="Date", what=f"{day(on)} is before {why} ({day(first)}).", fix="Correct the date.")
    if statement and (fault := fault_of(statement)):
        return Problem(where="Statement", what=fault, fix="")
    left, of = (0, 0) if criteria is None or audit.signed else not_answered(audit, criteria)
    if left and (says_nothing(statement) or len(re.findall(r"[^\W\d_]", statement)) < _SHORTEST_REASON):
        what = still_open(left, of)
        fix = f"Answer them first, or say in the statement of the {role} why the audit is signed all the same."
        return Problem(where="Statement", what=what, fix=fix)
    return Signature(role=role, on=on, statement=statement.strip())


def still_open(left: int, of: int) -> str:
    """The sentence that an audit would be signed with answers missing.

    Args:
        left: how many of the recommended statements that apply are not known.
        of: how many apply.
    """
    return f"{left} of {of} statements {agree(left)} not answered, not known or not confirmed yet."


def not_answered(audit: Audit, criteria: Criteria) -> tuple[int, int]:
    """How many of the recommended statements that apply are not known, and how many apply; an equal pair is one.

    A statement that is not applicable is answered and does not apply. An answer carried forward that nobody confirmed does
    not count.
    """
    once = asked_once(audit, criteria)
    counted = [c for c in criteria.of(audit.frameworks) if audit.counts(c.statement) and c.id not in once]
    applicable = [response for criterion in counted if not (response := audit.response(criterion.id)).not_applicable]
    unanswered = [
        response
        for response in applicable
        if response.written in (None, "unknown") or response.practice in (None, "unknown")
    ]
    return len(unanswered), len(applicable)


def not_answered_in_words(left: int, of: int) -> str:
    """The sentence that a signed audit is not fully answered; empty if it is."""
    return f"Signed with {left} of {of} not answered." if left else ""


def _first_day(audit: Audit, today: dt.date) -> tuple[dt.date, str]:
    """The earliest day on which an audit can be signed, and what happened on that day."""
    days = [(first_day(audit.year), "the academic year began")]
    if audit.last_answer_at:  # the clock of the computer that saved it may be ahead of ours
        days.append((min(local(audit.last_answer_at).date(), today), "the last answer was given"))
    for sign_off in audit.sign_offs:
        days.extend((signature.on, f"the {signature.role} signed") for signature in sign_off.signatures)
        days.extend([(sign_off.reopened_on, "the audit was opened again")] if sign_off.reopened_on else [])
    return max(days, key=lambda signature: signature[0])


def sign(audit: Audit, criteria: Criteria, signature: Signature) -> Audit:
    """The audit with one more signature; the first one makes it read-only, and complete if it was not.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        signature: of the role whose turn it is.

    Raises:
        ValueError: it is another role's turn, the audit has changed since the first role signed, or the criteria have
            none of its frameworks.
    """
    if signature.role != next_role(audit):
        raise ValueError(f"it is not for the {signature.role} to sign now")
    if audit.signed and not is_intact(audit):
        raise ValueError("the audit is not what was signed")
    current = audit.signed
    if current is None:
        answered = criteria.of(audit.frameworks)
        if not answered.frameworks:
            raise ValueError("the criteria of the audit are not loaded")
        audit = replace(audit, completed_on=audit.completed_on or signature.on)
        criteria_sha256 = criteria_hash(answered)
        version, content, earlier = len(audit.sign_offs) + 1, content_hash(audit, criteria_sha256), audit.sign_offs
    else:
        criteria_sha256, version, content, earlier = (
            current.criteria,
            current.version,
            current.content,
            audit.sign_offs[:-1],
        )
    signatures = (*(current.signatures if current else ()), signature)
    sign_off = SignOff(
        version=version,
        content=content,
        criteria=criteria_sha256,
        signatures=signatures,
        seal=seal_of(content, signatures),
    )
    return replace(audit, sign_offs=(*earlier, sign_off))


def reopen(audit: Audit, *, on: dt.date, because: str) -> Audit:
    """The audit, open for changes again; the signed version stays in its history.

    Raises:
        ValueError: it is not signed.
    """
    if audit.signed is None:
        raise ValueError("the audit is not signed")
    closed = replace(audit.signed, reopened_on=on, reopened_because=because)
    return replace(audit, completed_on=None, sign_offs=(*audit.sign_offs[:-1], closed))


def is_intact(audit: Audit) -> bool:
    """Whether content and signatures of a signed audit are what was signed; False for an audit that is not signed."""
    current = audit.signed
    return (
        current is not None
        and (current.version, current.reopened_because) == (len(audit.sign_offs), "")
        and content_hash(audit, current.criteria) == current.content
        and seal_of(current.content, current.signatures) == current.seal
    )


def as_json(signed: Signed) -> bytes:
    """A signed version as JSON, which `from_json` reads back."""
    return canonical(
        {
            "audit": _plain(Audit, signed.audit),
            "frameworks": _plain(_Frameworks, signed.criteria.frameworks),
            **({"program": signed.program} if signed.program else {}),
        }
    )


def from_json(data: bytes) -> Signed:
    """The signed version in JSON.

    Raises:
        NotIntact: there is none, or it is not what was signed.
    """
    try:
        content: Mapping[str, Any] = json.loads(data)
        audit = _adapter(Audit).validate_python(content["audit"])
        criteria = Criteria(_adapter(_Frameworks).validate_python(content["frameworks"]))
        program = str(content.get("program", UNMARKED))
    except (ValueError, KeyError, TypeError, RecursionError) as error:  # pydantic's ValidationError is a ValueError
        raise NotIntact(_UNREADABLE) from error
    if audit.signed is None:
        raise NotIntact("The content is not signed.")
    if criteria_hash(criteria) != audit.signed.criteria:
        raise NotIntact("The criteria in the signed content are not those that the audit was signed with.")
    if not is_intact(audit):
        raise NotIntact("The signed content was changed: its SHA-256 is not the one that was signed.")
    signed = Signed(audit=audit, criteria=criteria, program=program)
    if as_json(signed) != data:
        raise NotIntact("The signed content holds more than what was signed, or is written in another way.")
    return signed


def packed_json(data: bytes) -> str:
    """JSON as a short text of letters and digits, for a cell of a workbook."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def unpacked_json(text: str) -> bytes:
    """The JSON that `packed_json` packed.

    Raises:
        NotIntact: the text is no packed JSON, or far too long.
    """
    try:
        packed = base64.b64decode(text, validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, _LONGEST)
    except (zlib.error, ValueError) as error:
        raise NotIntact(_UNREADABLE) from error
    if not unpacker.eof or unpacker.unused_data or base64.b64encode(packed).decode("ascii") != text:
        raise NotIntact(_UNREADABLE)
    return data


Standing = Literal["as signed", "differs", "not signed", "unreadable"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it was signed.

    Attributes:
        where: the place, as exactly as it is known: sheet and cell, or page, and what it holds.
        signed: what was signed; empty for nothing.
        found: what the file has there now.
    """

    where: str
    signed: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The result of verifying one file.

    Attributes:
        standing: ``as signed``; ``differs`` (see ``differences``, or ``problems`` for why); ``not signed``; ``unreadable``.
        audit: what was signed, if all of it could be read.
        criteria: those that it was signed with.
        sign_off: the sign-off that the file names, whether or not it is what was signed.
        differences: what differs, in the order of the file.
        problems: why something could not be read or compared.
        notes: anything else to know, such as that only one role has signed.
    """

    file: str
    standing: Standing
    audit: Audit | None = None
    criteria: Criteria | None = field(default=None, compare=False)
    sign_off: SignOff | None = None
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def open_when_signed(verdict: Verdict) -> str:
    """The sentence that the signed audit is not fully answered, by the criteria it was signed with; empty if it is."""
    if verdict.audit is None or verdict.criteria is None:
        return ""
    return not_answered_in_words(*not_answered(verdict.audit, verdict.criteria))


def verdict_in_words(verdict: Verdict) -> str:
    """A verdict in one sentence."""
    if verdict.standing == "as signed":
        return f"{verdict.file} is what was signed."
    if verdict.standing == "not signed":
        return f"{verdict.file} is not signed."
    if verdict.standing == "unreadable":
        return f"{verdict.file} cannot be verified."
    places = f" in {plural(len(verdict.differences), 'place')}" if verdict.differences else ""
    return f"{verdict.file} is not what was signed: it differs{places}."


def copy_verdict(sign_off: SignOff, kept: Audit) -> str:
    """How a sign-off compares with the audit in the store, in one sentence.

    Args:
        sign_off: the sign-off in a file.
        kept: the same audit in the store.
    """
    match = next((stored for stored in kept.sign_offs if stored.version == sign_off.version), None)
    if match is None:
        return f"The audit in the store has no version {sign_off.version}."
    if match.content != sign_off.content:
        return (
            f"Version {sign_off.version} in the store has another content: its SHA-256 is {match.content}. "
            "Find out which of the two was signed."
        )
    if match.reopened_on is not None:
        return f"The store holds this version too, and the audit was opened again on {day(match.reopened_on)}."
    if len(match.signatures) != len(sign_off.signatures):
        return f"The store holds this version with {plural(len(match.signatures), 'signature')}."
    return "The store holds this version too."
