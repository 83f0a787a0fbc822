"""What verifying a file says: whether it is what was signed and, if not, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
