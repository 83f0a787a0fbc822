"""The terminal's job for governors: a pack from a workbook, and a plain reason where none can be made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from audit.model import Audit, Criteria, Response, School, Signature
from audit.school.signing import sign
from audit.verify import verify
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.pdf import page_texts, reader_of
from tests.terminal import Run, audit

SIGNED_ON = dt.date(2027, 2, 1)
MET = Response(written="yes", practice=3, evidence="Log, 3 May 2026.")


@pytest.fixture
def hilltop(shipped: Criteria) -> Audit:
    """An audit signed by its headteacher."""
    begun = audit_of(shipped, {"kcc-2.1-k1": Response(written="yes", practice=3, evidence="Policy, page 2.")})
    return sign(begun, shipped, Signature(role="headteacher", on=SIGNED_ON))


def saved(folder: Path, made: Audit, criteria: Criteria, *, name: str = "Hilltop.xlsx") -> Path:
    """The workbook of an audit as a file."""
    path = folder / name
    path.write_bytes(write(made, criteria))
    return path


def test_a_signed_workbook_gives_a_pack_that_can_be_verified(tmp_path: Path, hilltop: Audit, shipped: Criteria) -> None:
    """The pack is of what was signed, names the meeting, and is the same whenever it is made again that day."""
    assert hilltop.signed is not None
    workbook, out, again = saved(tmp_path, hilltop, shipped), tmp_path / "new/pack.pdf", tmp_path / "again.pdf"
    meeting = ("--meeting-date", "2027-03-09", "--presenter", "Deputy head")
    assert audit("pack", workbook, "--out", out, *meeting) == Run(
        0,
        ["Hilltop (URN 900001), 2026/27", f"Signed content, SHA-256: {hilltop.signed.content}", f"Wrote {out}."],
        [],
    )
    assert verify(out.read_bytes(), "pack.pdf", shipped).standing == "as signed"
    assert "Meeting 9 March 2027 Presented by Deputy head" in page_texts(out.read_bytes())[0]
    audit("pack", workbook, "--out", again, *meeting)
    assert again.read_bytes() == out.read_bytes()


def test_last_years_workbook_is_held_beside_it(tmp_path: Path, hilltop: Audit, shipped: Criteria) -> None:
    """With ``--before`` the pack says what changed since that year."""
    workbook = saved(tmp_path, hilltop, shipped)
    last = audit_of(shipped, {"kcc-2.1-k1": Response(written="no", practice=3)}, year="2025/26")
    before, out = saved(tmp_path, last, shipped, name="last.xlsx"), tmp_path / "pack.pdf"
    assert audit("pack", workbook, "--before", before, "--out", out).status == 0
    assert "Since 2025/26, 1 gap has been closed" in " ".join(page_texts(out.read_bytes()))


@pytest.mark.parametrize(
    ("school", "year", "what"),
    [
        ("900002", "2025/26", "It is of URN 900002, and the audit of URN 900001."),
        ("900001", "2026/27", "It is of 2026/27, which is not before 2026/27."),
    ],
)
def test_another_schools_or_years_workbook_is_refused(
    tmp_path: Path, hilltop: Audit, shipped: Criteria, school: str, year: str, what: str
) -> None:
    """What cannot be held against this year's audit is refused in words, and nothing is written."""
    other = audit_of(shipped, {}, year=year, school=School(urn=school, name="Hilltop", phase="primary"))
    before, out = saved(tmp_path, other, shipped, name="other.xlsx"), tmp_path / "pack.pdf"
    fix = "Choose the workbook of an earlier year of the same school, or leave --before out."
    assert audit("pack", saved(tmp_path, hilltop, shipped), "--before", before, "--out", out) == Run(
        1, [], [f"{before}: {what} {fix}"]
    )
    assert not out.exists()


def test_a_workbook_that_is_not_signed_gives_a_draft(tmp_path: Path, shipped: Criteria) -> None:
    """The terminal and the pack say that it is one."""
    out = tmp_path / "pack.pdf"
    done = audit("pack", saved(tmp_path, audit_of(shipped, {}), shipped), "--out", out)
    assert done.out[1] == "Not signed: the pack is a draft."
    assert list(reader_of(out.read_bytes()).attachments) == []


def test_a_file_that_cannot_be_used_is_told_in_words(tmp_path: Path, hilltop: Audit, shipped: Criteria) -> None:
    """A missing workbook and a benchmark that is none each end with a reason."""
    missing, out, none = tmp_path / "none.xlsx", tmp_path / "pack.pdf", tmp_path / "none.json"
    assert audit("pack", missing, "--out", out) == Run(
        1, [], [f"{missing}: The file cannot be opened: No such file or directory. Check the name and the folder."]
    )
    none.write_text("[]")
    assert audit("pack", saved(tmp_path, hilltop, shipped), "--benchmark", none, "--out", out) == Run(
        1, [], ["none.json: This is not a benchmark file. Choose the benchmark file (.json) that the authority sent."]
    )


def test_the_pack_has_a_part_for_each_framework(tmp_path: Path, every_framework: Criteria) -> None:
    """A signed workbook that answers two frameworks gives one pack of both, which can be verified."""
    refs = tuple(ref for ref in every_framework.refs if ref.id in ("kcc-2010", "england-2026"))
    begun = audit_of(every_framework, {"kcc-2.1-k2": MET, "eng-2.1-1": MET}, frameworks=refs, as_printed=False)
    signed = sign(begun, every_framework, Signature(role="headteacher", on=SIGNED_ON))
    last = audit_of(every_framework, {"kcc-2.1-k2": MET}, year="2025/26", frameworks=refs[:1])
    workbook, out = saved(tmp_path, signed, every_framework), tmp_path / "pack.pdf"
    before = saved(tmp_path, last, every_framework, name="last.xlsx")
    assert audit("pack", workbook, "--before", before, "--out", out).status == 0
    text = " ".join(page_texts(out.read_bytes()))
    assert "recommended statements of the Kent template" in text
    assert "recommended statements of today's duties" in text
    assert verify(out.read_bytes(), "pack.pdf", every_framework).standing == "as signed"
