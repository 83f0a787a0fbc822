"""A school's second year from a terminal: next, answer in the workbook, report, plan, review, sign, pack, verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.offline import confirmed, with_another_letter
from tests.terminal import audit

pytestmark = pytest.mark.slow
SAMPLES = Path(__file__).parent.parent / "sample_data"


def test_a_school_goes_through_its_second_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the example school's last workbook to a signed one, its pack, and the proof that one letter was changed."""
    last = SAMPLES / "example-primary-2025-26.xlsx"
    mine, head, both = (tmp_path / name for name in ("audit.xlsx", "head.xlsx", "signed.xlsx"))
    pack, forged, copy = tmp_path / "pack.pdf", tmp_path / "forged.xlsx", tmp_path / "copy.xlsx"
    assert audit("next", last, "--as-printed", "--out", mine).status == 0
    assert audit("report", mine, "--out", tmp_path / "before").out[1] == (
        "None of the 53 recommended statements that apply has both answers yet."
    )
    mine.write_bytes(confirmed(mine.read_bytes()))
    assert (
        audit("report", mine, "--out", tmp_path / "after").out[1]
        == audit("report", last, "--out", tmp_path / "x").out[1]
    )
    assert audit("changes", last, mine).out[2] == (
        "Since 2025/26, 0 gaps were closed and 0 opened; 17 are still open, and 36 still met."
    )
    assert audit("plan", mine, "--out", tmp_path / "plan").status == 0
    assert (tmp_path / "plan" / "actions.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == 7
    assert audit("review", mine).status == 0
    why = ("--statement", "What is not known yet is in the plan.")
    assert audit("sign", mine, "--role", "headteacher", *why, "--date", "2026-11-16", "--out", head).status == 0
    assert audit("sign", head, "--role", "chair", "--date", "2026-11-20", "--out", both).status == 0
    assert audit("pack", both, "--before", last, "--meeting-date", "2026-12-01", "--out", pack).status == 0
    assert audit("verify", both, pack).status == 0
    forged.write_bytes(with_another_letter(both.read_bytes()))
    refused = audit("verify", forged)
    assert (refused.status, "sheet Answers, cell " in "\n".join(refused.out)) == (1, True)
    monkeypatch.setenv("AUDIT_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite3'}")
    assert audit("import", both).status == 0
    assert audit("export", "--urn", "900001", "--year", "2026/27", "--out", copy).status == 0
    assert copy.read_bytes() == both.read_bytes()
    assert audit("reopen", both, "--because", "A complaint came late.", "--out", mine, "--force").status == 0
    assert audit("verify", mine).status == 1
