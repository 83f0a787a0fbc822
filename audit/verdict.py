"""What verifying a file says: whether it is what was signed and, if not, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.english import day, plural
from audit.model import Audit, SignOff
from audit.problems import Problem

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


def in_words(verdict: Verdict) -> str:
    """What a verdict says of its file, in one sentence."""
    if verdict.standing == "as signed":
        return f"{verdict.file} is what was signed."
    if verdict.standing == "not signed":
        return f"{verdict.file} is not signed."
    if verdict.standing == "unreadable":
        return f"{verdict.file} cannot be verified."
    places = f" in {plural(len(verdict.differences), 'place')}" if verdict.differences else ""
    return f"{verdict.file} is not what was signed: it differs{places}."


def beside(sign_off: SignOff, kept: Audit) -> str:
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
