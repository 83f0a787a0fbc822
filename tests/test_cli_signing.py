"""Review, sign, reopen and verify from a terminal, on real files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from audit.model import Audit, Criteria, Response, School, Signature
from audit.school import signing
from audit.store.audits import Store
from audit.workbook.read import read
from audit.workbook.write import write
from tests.terminal import audit as run

FIRST, SECOND = "kcc-2.1-k1", "kcc-2.1-k2"
TODAY = dt.date.today()
MAY, JUNE = dt.date(2026, 5, 4), dt.date(2026, 6, 5)


def hilltop(criteria: Criteria, *, year: str = "2025/26", level: int = 3) -> Audit:
    """An audit of two answers, one of which a reviewer would ask about."""
    answers = {
        FIRST: Response(written="yes", practice=level, evidence="Job description of the DSL, duty 6"),  # type: ignore[arg-type]
        SECOND: Response(written="yes", practice=level, evidence="See policy"),  # type: ignore[arg-type]
    }
    school = School(urn="900401", name="Hilltop", phase="primary")
    return Audit(school=school, year=year, frameworks=criteria.refs, responses=answers)


@pytest.fixture
def file(tmp_path: Path, shipped: Criteria) -> Path:
    """Its workbook."""
    path = tmp_path / "hilltop.xlsx"
    path.write_bytes(write(hilltop(shipped), shipped))
    return path


@pytest.fixture
def signed(tmp_path: Path, shipped: Criteria) -> Path:
    """The workbook that both roles signed."""
    audit = signing.sign(hilltop(shipped), shipped, Signature(role="headteacher", on=MAY, statement="We know."))
    path = tmp_path / "signed.xlsx"
    path.write_bytes(write(signing.sign(audit, shipped, Signature(role="chair of governors", on=JUNE)), shipped))
    return path


def audit_in(path: Path, criteria: Criteria) -> Audit:
    """The audit that a workbook holds."""
    audit = read(path.read_bytes(), path.name, criteria).audit
    assert audit is not None
    return audit


def test_a_review_tells_place_reason_and_quote(file: Path) -> None:
    """Each remark stands under its check; remarks are no fault, so the exit status is 0."""
    done = run("review", file)
    assert done.status == 0
    assert done.out[0] == "Hilltop (URN 900401), 2025/26"
    assert done.out[-3:] == [
        "Evidence that shows little: 1",
        "  2.1 K2 (kcc-2.1-k2): It names “policy”, but not which one, who has it, where it is or from when. [See policy]",
        "52 points that a reviewer may ask about; nothing here stops the signing.",
    ]


def test_a_review_holds_last_years_evidence_against_this_years(tmp_path: Path, shipped: Criteria) -> None:
    """With last year's workbook the words of last year are found again."""
    last, this = tmp_path / "last.xlsx", tmp_path / "this.xlsx"
    last.write_bytes(write(hilltop(shipped, year="2024/25"), shipped))
    this.write_bytes(write(hilltop(shipped, level=4), shipped))
    done = run("review", this, "--before", last)
    assert "Embedded, with last year's evidence word for word: 2" in done.out


def test_a_file_that_is_no_workbook_cannot_be_reviewed(tmp_path: Path) -> None:
    """What cannot be read is told, with exit status 1."""
    (tmp_path / "notes.xlsx").write_text("Dear governors", encoding="utf-8")
    done = run("review", tmp_path / "notes.xlsx")
    assert (done.status, done.out, len(done.err)) == (1, [], 1)


def test_headteacher_and_chair_sign_one_after_the_other(file: Path, tmp_path: Path, shipped: Criteria) -> None:
    """Each writes a workbook; the second holds both signatures over the same content, and is what was signed."""
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    head = run(
        "sign", file, "--role", "headteacher", "--date", "2026-05-04", "--statement", "We know our gaps.", "--out", one
    )
    chair = run("sign", one, "--role", "chair of governors", "--date", "05/06/2026", "--out", two)
    audit = audit_in(two, shipped)
    assert (head.status, chair.status) == (0, 0)
    assert audit.signed is not None
    assert audit.signed.signatures == (
        Signature(role="headteacher", on=MAY, statement="We know our gaps."),
        Signature(role="chair of governors", on=JUNE),
    )
    assert chair.out[-3:] == [
        "Version 1, signed by the headteacher on 4 May 2026 and the chair of governors on 5 June 2026. "
        "Signed with 51 of 53 not answered.",
        f"SHA-256 of what was signed: {audit.signed.content}",
        f"Wrote {two}.",
    ]
    assert signing.is_intact(audit)


REFUSED = {
    "not answered and no reason": (
        ("--role", "headteacher", "--statement", "ok"),
        "Statement: 51 of 53 statements are not answered, not known or not confirmed yet. Answer them first",
    ),
    "out of turn": (("--role", "chair of governors"), "Role: It is not for the chair of governors to sign now."),
    "a day to come": (("--role", "headteacher", "--date", "2999-01-01"), "Date: 1 January 2999 is still to come."),
    "a day before": (("--role", "headteacher", "--date", "2020-01-01"), "Date: 1 January 2020 is before"),
    "a control character": (
        ("--role", "headteacher", "--statement", "bell\x07"),
        "Statement: Character 5 is a control",
    ),
}


@pytest.mark.parametrize(("options", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_signed_is_told(file: Path, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """A wrong role, date or text: the reason, exit status 1, and nothing written."""
    out = tmp_path / "out.xlsx"
    done = run("sign", file, *options, "--out", out)
    assert (done.status, done.out, out.exists()) == (1, [], False)
    assert done.err[0].startswith(said)


def test_a_role_or_date_that_is_none_is_wrong_usage(file: Path, tmp_path: Path) -> None:
    """Only the two roles sign, and a date is a date: exit status 2."""
    for options in (("--role", "caretaker"), ("--role", "headteacher", "--date", "May")):
        assert run("sign", file, *options, "--out", tmp_path / "out.xlsx").status == 2


def test_reopening_keeps_the_version_and_its_reason(signed: Path, tmp_path: Path, shipped: Criteria) -> None:
    """The workbook can be changed and signed again as version 2; version 1 stays in its history."""
    again, anew = tmp_path / "again.xlsx", tmp_path / "anew.xlsx"
    done = run("reopen", signed, "--because", "A slip in 2.1.", "--out", again)
    opened = audit_in(again, shipped)
    assert done.out == [f"Opened again. Version 1 stays as it was signed; keep {signed}.", f"Wrote {again}."]
    assert (opened.signed, opened.sign_offs[0].reopened_because) == (None, "A slip in 2.1.")
    assert run("sign", again, "--role", "headteacher", "--statement", "We know our gaps.", "--out", anew).status == 0
    assert [(one.version, one.reopened_on) for one in audit_in(anew, shipped).sign_offs] == [(1, TODAY), (2, None)]


def test_only_a_signed_workbook_is_reopened_and_only_with_a_reason(file: Path, signed: Path, tmp_path: Path) -> None:
    """Each of the two is told with its remedy, and nothing is written."""
    out = tmp_path / "out.xlsx"
    assert run("reopen", file, "--because", "A slip.", "--out", out) == (
        1,
        [],
        [f"{file}: It is not signed. It can be changed as it is."],
    )
    assert run("reopen", signed, "--because", "  ", "--out", out) == (
        1,
        [],
        ["Reason: It is empty. Say in a few words why it is opened again."],
    )
    assert not out.exists()


def test_verify_tells_what_is_as_it_was_signed(signed: Path, shipped: Criteria) -> None:
    """As signed: exit status 0, with school, sign-off and SHA-256."""
    done = run("verify", signed)
    audit = audit_in(signed, shipped)
    assert audit.signed is not None
    assert (done.status, done.err) == (0, [])
    assert done.out[:5] == [
        "signed.xlsx is what was signed.",
        "  Hilltop (URN 900401), 2025/26",
        "  Version 1, signed by the headteacher on 4 May 2026 and the chair of governors on 5 June 2026.",
        "  Signed with 51 of 53 not answered.",
        f"  SHA-256 of what was signed: {audit.signed.content}",
    ]


def test_verify_names_a_single_changed_character(signed: Path) -> None:
    """One letter of evidence changed in a spreadsheet program: exit status 1, with sheet, cell and both texts."""
    book = openpyxl.load_workbook(signed)
    [cell] = [
        cell
        for row in book["Answers"].iter_rows()
        for cell in row
        if cell.value == "Job description of the DSL, duty 6"
    ]
    cell.value = "Job description of the DSL, duty 7"
    book.save(signed)
    book.close()
    done = run("verify", signed)
    assert done.status == 1
    assert done.out[0] == "signed.xlsx is not what was signed: it differs in 1 place."
    texts = 'signed "Job description of the DSL, duty 6", now "Job description of the DSL, duty 7"'
    assert [line for line in done.out if texts in line and cell.coordinate in line] == [done.out[-1]]


def test_verify_tells_each_of_several_files(signed: Path, file: Path, tmp_path: Path) -> None:
    """One that is not signed, is no workbook, or is not there makes the exit status 1 and stops no other."""
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7 nothing")
    done = run("verify", file, tmp_path / "notes.pdf", tmp_path / "nowhere.xlsx", signed)
    assert done.status == 1
    assert [line for line in done.out if not line.startswith(" ")] == [
        "hilltop.xlsx is not signed.",
        "notes.pdf cannot be verified.",
        f"{tmp_path / 'nowhere.xlsx'} cannot be verified.",
        "signed.xlsx is what was signed.",
    ]


def test_verify_holds_a_file_against_the_store(
    signed: Path, tmp_path: Path, shipped: Criteria, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store of this computer tells whether it knows the same sign-off, another one, or none."""
    url = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    said = [run("verify", "--store", signed).out[-1]]
    store = Store(url)
    other = signing.sign(hilltop(shipped, level=4), shipped, Signature(role="headteacher", on=MAY))
    store.add(other, criteria=shipped)
    store.close()
    said.append(run("verify", "--store", signed).out[-1])
    assert other.signed is not None
    assert said == [
        "  The store does not hold this audit.",
        f"  Version 1 in the store has another content: its SHA-256 is {other.signed.content}. "
        "Find out which of the two was signed.",
    ]


def test_a_signed_workbook_is_imported_with_its_sign_off(
    signed: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store holds it as signed, gives it back as it was, and takes no answers into it."""
    url = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    assert run("import", signed).out == ["Imported 2 answers as a new audit."]
    assert run("verify", "--store", signed).out[-1] == "  The store holds this version too."
    out = tmp_path / "out.xlsx"
    assert run("export", "--urn", "900401", "--year", "2025/26", "--out", out).status == 0
    assert out.read_bytes() == signed.read_bytes()
    refused = run("import", file)
    assert (refused.status, refused.out) == (1, [])
    assert refused.err == [
        "hilltop.xlsx: The audit in the store is signed, so nothing of it changes. "
        "Open it again in the browser, on the page Check and sign."
    ]


def test_a_countersigned_workbook_takes_the_place_of_the_one_with_one_signature(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the chair signed on another computer comes back into the store with both signatures."""
    url = f"sqlite:///{tmp_path / 'audits.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    run("sign", file, "--role", "headteacher", "--statement", "We know our gaps.", "--out", one)
    run("sign", one, "--role", "chair of governors", "--out", two)
    assert [run("import", path).status for path in (one, two)] == [0, 0]
    assert run("import", one).err == [
        "one.xlsx: It holds no signature that the store lacks, or lacks one that it has; nothing was imported. "
        "See how the two stand: verify the file with --store."
    ]
    assert run("verify", "--store", two).out[-1] == "  The store holds this version too."
    assert run("verify", "--store", one).out[-1] == "  The store holds this version with 2 signatures."
