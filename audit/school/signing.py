"""Signing an audit off: what is signed, its SHA-256, and whether something is what was signed.

What is signed is the whole audit, its earlier sign-offs included, and the criteria that it was answered
with. It is written as JSON in one canonical way: keys sorted, no spaces, every letter beyond ASCII
escaped, so that the same content gives the same SHA-256 on every computer. What has its default is left
out, so that a field which a later version of the product adds changes no SHA-256 of before.

What verifying a file says: whether it is what was signed and, if not, what differs.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from audit.english import agree, day, local, plural
from audit.model import SIGNING_ROLES, Audit, Criteria, Framework, Signature, SigningRole, SignOff
from audit.problems import Problem
from audit.text import fault_of, says_nothing
from audit.version import UNMARKED

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_SHORTEST_REASON = 8  # letters: fewer say nothing
_LONGEST = 20_000_000
"""Bytes of signed content that are unpacked; an audit of 143 long answers has less than a fiftieth."""
_Frameworks, _Signatures = tuple[Framework, ...], tuple[Signature, ...]
_UNREADABLE = "The signed content cannot be read; part of it is missing or was changed."


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signed version as it was: the audit, its sign-off in force then, and the criteria of that day.

    Attributes:
        program: in a workbook, the version of the product that wrote the file; elsewhere, and in files of the releases
            before the first that says so, empty.
    """

    audit: Audit
    criteria: Criteria
    program: str = UNMARKED


class NotIntact(Exception):
    """What claims to be signed content is none, or is not what was signed; the text says why."""


def canonical(value: object) -> bytes:
    """A value of JSON in the one way in which it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What turns a type of the model into JSON and back; loaded for signed files alone, since it takes its time."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _plain(kind: Any, value: object) -> Any:
    """A value of the model as JSON holds it, without what has its default."""
    return _adapter(kind).dump_python(value, mode="json", exclude_defaults=True)


def criteria_hash(criteria: Criteria) -> str:
    """SHA-256 of criteria, every word of them included."""
    return _sha256(_plain(_Frameworks, criteria.frameworks))


def content_hash(audit: Audit, criteria_sha256: str) -> str:
    """SHA-256 of what is signed: all that the audit holds but the sign-off in force, and its criteria."""
    earlier = audit.sign_offs[:-1] if audit.signed else audit.sign_offs
    return _sha256({"audit": _plain(Audit, replace(audit, sign_offs=earlier)), "criteria": criteria_sha256})


def seal_of(content: str, signatures: Iterable[Signature]) -> str:
    """SHA-256 over the content's own and the signatures, so that neither changes unseen."""
    return _sha256({"content": content, "signatures": _plain(_Signatures, tuple(signatures))})


def next_role(audit: Audit) -> SigningRole | None:
    """Who signs next; None once all have."""
    signed = audit.signed.signatures if audit.signed else ()
    return next((role for role in SIGNING_ROLES if role not in {s.role for s in signed}), None)


def signature_of(
    audit: Audit,
    role: SigningRole,
    *,
    on: dt.date,
    statement: str,
    today: dt.date,
    criteria: Criteria | None = None,
) -> Signature | Problem:
    """What a person entered to sign, as a signature; or why it cannot be one.

    Args:
        audit: the audit as it is now.
        role: who signs.
        on: the day of signing, which is neither to come nor before what is signed.
        statement: what the role has to say with it; it may be empty if every statement is answered, else whoever signs
            first says why the audit is signed all the same.
        today: the last day that is not to come.
        criteria: those that the audit answers; without them nobody asks how much is answered.
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
            where="Sign-off", what="The audit is not what was signed.", fix="Open it again, and sign it anew."
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
    """That an audit would be signed without all answers, as a sentence.

    Args:
        left: how many of the recommended statements that apply are not known.
        of: how many apply.
    """
    return f"{left} of {of} statements {agree(left)} not answered, not known or not confirmed yet."


def not_answered(audit: Audit, criteria: Criteria) -> tuple[int, int]:
    """How many of the recommended statements that apply are not known, and how many apply.

    One that is not applicable is answered, and does not apply; an answer carried forward that nobody confirmed is none.
    """
    counted = [c for c in criteria.of(audit.frameworks) if c.statement.counts_in(audit.school.phase)]
    given = [one for c in counted if not (one := audit.response(c.id)).not_applicable]
    left = [one for one in given if one.written in (None, "unknown") or one.practice in (None, "unknown")]
    return len(left), len(given)


def not_answered_in_words(left: int, of: int) -> str:
    """That a signed audit is not fully answered, as a sentence; empty if it is."""
    return f"Signed with {left} of {of} not answered." if left else ""


def _first_day(audit: Audit, today: dt.date) -> tuple[dt.date, str]:
    """The earliest day on which an audit can be signed, and what that day is."""
    days = [(dt.date(int(audit.year[:4]), 9, 1), "the academic year began")]
    if audit.last_answer_at:  # given on a computer whose day may be ahead of this one's
        days.append((min(local(audit.last_answer_at).date(), today), "the last answer was given"))
    for sign_off in audit.sign_offs:
        days.extend((one.on, f"the {one.role} signed") for one in sign_off.signatures)
        days.extend([(sign_off.reopened_on, "the audit was opened again")] if sign_off.reopened_on else [])
    return max(days, key=lambda one: one[0])


def sign(audit: Audit, criteria: Criteria, signature: Signature) -> Audit:
    """The audit with one signature more; the first one makes it read-only, and complete if it was not yet called so.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        signature: of the role whose turn it is.

    Raises:
        ValueError: it is another role's turn, what the first one signed has been altered, or the criteria hold none
            of its frameworks.
    """
    if signature.role != next_role(audit):
        raise ValueError(f"it is not for the {signature.role} to sign now")
    if audit.signed and not is_intact(audit):
        raise ValueError("the audit is not what was signed")
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
        and (now.version, now.reopened_because) == (len(audit.sign_offs), "")
        and content_hash(audit, now.criteria) == now.content
        and seal_of(now.content, now.signatures) == now.seal
    )


def as_json(signed: Signed) -> bytes:
    """A signed version as JSON, from which `from_json` makes the same again."""
    return canonical(
        {
            "audit": _plain(Audit, signed.audit),
            "frameworks": _plain(_Frameworks, signed.criteria.frameworks),
            **({"program": signed.program} if signed.program else {}),
        }
    )


def from_json(data: bytes) -> Signed:
    """The signed version that JSON holds.

    Raises:
        NotIntact: it holds none, or not what was signed.
    """
    try:
        found: Mapping[str, Any] = json.loads(data)
        audit = _adapter(Audit).validate_python(found["audit"])
        criteria = Criteria(_adapter(_Frameworks).validate_python(found["frameworks"]))
        program = str(found.get("program", UNMARKED))
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
    """What `pack` made a text of.

    Raises:
        NotIntact: the text is no such thing, or far too long.
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
        where: the place, as exact as it is known: sheet and cell, or page, and what stands there.
        signed: what was signed; empty for nothing.
        found: what stands there now.
    """

    where: str
    signed: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of one file.

    Attributes:
        standing: ``as signed``; ``differs`` (see ``differences``, or why in ``problems``); ``not signed``; ``unreadable``.
        audit: what was signed, if that could be read whole.
        sign_off: the sign-off that the file names, whether or not it is what was signed.
        differences: what differs, in the order of the file.
        problems: why something could not be read or compared.
        notes: what else to know, such as that the audit was signed by one role only.
    """

    file: str
    standing: Standing
    audit: Audit | None = None
    sign_off: SignOff | None = None
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def verdict_in_words(verdict: Verdict) -> str:
    """What a verdict says of its file, in one sentence."""
    if verdict.standing == "as signed":
        return f"{verdict.file} is what was signed."
    if verdict.standing == "not signed":
        return f"{verdict.file} is not signed."
    if verdict.standing == "unreadable":
        return f"{verdict.file} cannot be verified."
    places = f" in {plural(len(verdict.differences), 'place')}" if verdict.differences else ""
    return f"{verdict.file} is not what was signed: it differs{places}."


def copy_verdict(sign_off: SignOff, kept: Audit) -> str:
    """How a sign-off stands to the same audit as it is kept elsewhere, in one sentence."""
    same = next((one for one in kept.sign_offs if one.version == sign_off.version), None)
    if same is None:
        return f"The audit in the store has no version {sign_off.version}."
    if same.content != sign_off.content:
        return (
            f"Version {sign_off.version} in the store has another content: its SHA-256 is {same.content}. "
            "Find out which of the two was signed."
        )
    if same.reopened_on is not None:
        return f"The store holds this version too, and the audit was opened again on {day(same.reopened_on)}."
    if len(same.signatures) != len(sign_off.signatures):
        return f"The store holds this version with {plural(len(same.signatures), 'signature')}."
    return "The store holds this version too."
