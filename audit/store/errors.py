"""What a store refuses, and why."""

from __future__ import annotations


class AlreadyThere(Exception):
    """There is an audit of this school and year already; ``audit_id`` says which, ``in_bin`` whether it was deleted."""

    def __init__(self, audit_id: str, *, in_bin: bool = False) -> None:
        self.audit_id = audit_id
        self.in_bin = in_bin
        super().__init__("It is in the bin: put it back, or delete it for good." if in_bin else audit_id)


class NotSaved(Exception):
    """The database refused; nothing of what was given was stored."""


class SignedOff(Exception):
    """The audit is signed, so nothing of it changes; open it again first, which makes a new version."""


class Gone(Exception):
    """There is no such audit any more, as after a backup from before it was begun was restored; nothing was stored."""

    def __init__(self, audit_id: str) -> None:
        self.audit_id = audit_id
        super().__init__("This audit is not there any more.")


class ChangedMeanwhile(Exception):
    """Somebody changed the audit after this person looked at it; nothing was stored."""
