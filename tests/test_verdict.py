"""What verifying says of a file, in words."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.model import Audit, Criteria, Response, Signature
from audit.school import signing
from audit.school.signing import (
    Difference,
    Standing,
    Verdict,
    copy_verdict,
    not_answered,
    not_answered_in_words,
    open_when_signed,
    verdict_in_words,
)
from tests.conftest import audit_of

HEAD = Signature(role="headteacher", on=dt.date(2027, 5, 3))
CHAIR = Signature(role="chair of governors", on=dt.date(2027, 6, 4))
ONE = Difference(where="sheet Answers, cell H4", signed="Log, page 3", found="Log, page 4")


@pytest.mark.parametrize(
    ("standing", "differences", "words"),
    [
        ("as signed", (), "hilltop.xlsx is what was signed."),
        ("differs", (ONE,), "hilltop.xlsx is not what was signed: it differs in 1 place."),
        ("differs", (ONE, ONE), "hilltop.xlsx is not what was signed: it differs in 2 places."),
        ("differs", (), "hilltop.xlsx is not what was signed: it differs."),
        ("not signed", (), "hilltop.xlsx is not signed."),
        ("unreadable", (), "hilltop.xlsx cannot be verified."),
    ],
)
def test_each_verdict_has_its_sentence(standing: Standing, differences: tuple[Difference, ...], words: str) -> None:
    """One sentence says how a file stands."""
    assert verdict_in_words(Verdict(file="hilltop.xlsx", standing=standing, differences=differences)) == words


def test_a_sign_off_beside_the_same_audit_in_the_store(toy: Criteria) -> None:
    """The store may hold the same version, with fewer signatures, opened again, with another content, or not at all."""
    audit = audit_of(toy, {})
    one = signing.sign(audit, toy, HEAD)
    both = signing.sign(one, toy, CHAIR)
    again = signing.reopen(both, on=dt.date(2027, 7, 5), because="A slip.")
    other = signing.sign(audit_of(toy, {"toy-1.1-k1": Response(written="yes")}), toy, HEAD)
    kept: list[Audit] = [both, one, again, other, audit]
    assert [copy_verdict(both.sign_offs[0], stored) for stored in kept] == [
        "The store holds this version too.",
        "The store holds this version with 1 signature.",
        "The store holds this version too, and the audit was opened again on 5 July 2027.",
        f"Version 1 in the store has another content: its SHA-256 is {other.sign_offs[0].content}. "
        "Find out which of the two was signed.",
        "The audit in the store has no version 1.",
    ]


def test_what_was_open_when_signed_is_counted_by_the_criteria_of_then(toy: Criteria) -> None:
    """An edition that this installation does not have changes nothing about what is said."""
    audit = audit_of(toy, {})
    later = Criteria(())
    counted = not_answered_in_words(*not_answered(audit, toy))
    assert not_answered_in_words(*not_answered(audit, later)) == ""
    assert open_when_signed(Verdict(file="a.xlsx", standing="as signed", audit=audit, criteria=toy)) == counted
    assert counted.startswith("Signed with")
