"""The gap report as one HTML file: whole, offline, and harmless."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from audit.model import Criteria, Response, Signature
from audit.reports.html import gap_report
from audit.school.outcome import outcome
from audit.school.signing import sign
from tests.conftest import audit_of

RESPONSES = {
    "toy-1.1-k1": Response(written="yes", practice=4, evidence="Minutes"),
    "toy-1.1-k2": Response(written="no", practice=1, comment="<script>alert(1)</script>"),
    "toy-1.2-k1": Response(not_applicable="We have <b>none</b>."),
}


@pytest.fixture(scope="module")
def page(toy: Criteria) -> str:
    """The report of a half-finished audit with harmful text in it."""
    return gap_report(outcome(audit_of(toy, RESPONSES), toy))


def test_it_fetches_nothing(page: str) -> None:
    """No script, style, font or picture comes from elsewhere, so the file opens offline."""
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](?!data:)[^\"']+", page) == []


def test_what_people_typed_is_text(page: str) -> None:
    """Markup in a comment or reason is shown, not run."""
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "We have &lt;b&gt;none&lt;/b&gt;." in page


def test_it_says_the_outcome_and_that_it_is_self_reported(page: str) -> None:
    """One sentence of outcome, the range, and on whose word it rests."""
    assert "1 of the 3 recommended statements that apply is met so far (33%)" in page
    assert "K coverage: 33% to 67%" in page
    assert "Self-reported by the school" in page


def test_every_chart_has_its_table_and_every_gap_its_place(page: str) -> None:
    """Four charts with four captions, and the gaps in priority order with reference and remedy."""
    assert page.count("<caption>") == 4
    assert re.findall(r"<h3>(\d+)\. Statement ([\d.]+ K \d) holds", page) == [("1", "1.1 K 2"), ("2", "2.1 K 1")]
    assert "Do it, and write it into the policy." in page


def test_a_desk_review_says_what_it_is(toy: Criteria) -> None:
    """It names the text that was read, lists what that does not fully say, and judges nobody."""
    audit = audit_of(
        toy, {"toy-1.1-k1": Response(written="partly")}, basis="desk review", policy_read="A policy of 2017"
    )
    page = gap_report(outcome(audit, toy))
    assert "Desk review of a published text: A policy of 2017" in page
    assert "no judgement on the school" in page
    assert "What the text does not fully say: 1 recommended statement" in page


def test_a_signed_report_says_who_signed_what(toy: Criteria) -> None:
    """Who signed, when, and the SHA-256 of it; a report of an open audit speaks of neither."""
    signed = sign(audit_of(toy, RESPONSES), toy, Signature(role="headteacher", on=dt.date(2026, 7, 3)))
    assert signed.signed is not None
    page = gap_report(outcome(signed, toy))
    assert "Version 1, signed by the headteacher on 3 July 2026. The chair of governors has not signed yet." in page
    assert f"<code>{signed.signed.content}</code>" in page
    assert "SHA-256 of what was signed" not in gap_report(outcome(audit_of(toy, RESPONSES), toy))
