"""Files of another version: what was signed is found whole, whatever the wording has become, and every change of it is named."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from audit.model import Audit, Criteria, Signature
from audit.reports.html import gap_report
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, governors_pack
from audit.reports.pack_inputs import PackInputs, inputs_from
from audit.school import signing
from audit.school.outcome import outcome
from audit.school.signing import Verdict
from audit.verify import verify
from audit.version import VERSION, code_digest, is_other, version_in_words
from audit.workbook.read import read
from audit.workbook.read_book import Reading
from audit.workbook.write import write
from tests.test_verifying_pack import edited, inside, redrawn

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
EARLIER = ROOT / "tests" / "files" / "0.3.0"
AN_ANSWER = "kcc-2.1-k1"
EDITS = {
    "version.py": [(f'VERSION = "{VERSION}"', 'VERSION = "0.9.1"')],
    "theme.py": [("#0072b2", "#0a62a2"), ('"Not written"', '"In practice, not in policy"')],
    "workbook/layout.py": [
        ('heading="Who is likely to know"', 'heading="Suggested lead"'),
        ('label="Written by version"', 'label="Program version", also=("Written by version",)'),
    ],
    "workbook/write_results.py": [
        ("Whether a copy holds what was signed", "Whether any copy holds what was signed"),
        ("In the order in which to close them", "To be closed in this order"),
    ],
    "reports/pack.typ": [("Where the school stands", "How the school stands"), ("#0072b2", "#0a62a2")],
    "reports/pack.py": [("The audit was received and discussed.", "The audit was received and talked about.")],
}
"""A later version: a label, a colour and a template are others."""
VERIFY = """
import json, sys
from pathlib import Path
from audit.criteria.load import load
from audit.verify import verify
from audit.workbook.read import read
criteria = load()
told = {}
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    verdict = verify(data, Path(name).name, criteria)
    intact = name.endswith("xlsx") and read(data, name, criteria).intact
    told[Path(name).name] = [verdict.standing, [one.where for one in verdict.differences], list(verdict.notes), intact]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def before(shipped: Criteria) -> Reading:
    """The signed workbook of the release before, as it is read."""
    return read((EARLIER / "signed.xlsx").read_bytes(), "signed.xlsx", shipped)


@pytest.fixture(scope="module")
def workbook(before: Reading) -> bytes:
    """The same as this version writes it."""
    assert before.audit is not None
    assert before.criteria is not None
    return write(before.audit, before.criteria)


@pytest.fixture(scope="module")
def inputs() -> PackInputs:
    """What a pack of this version is made of, with that audit."""
    files = PdfReader(EARLIER / "pack.pdf").attachments
    kept = inputs_from(files[PACK_INPUTS][0], signing.from_json(files[SIGNED_CONTENT][0]))
    return PackInputs(parts=kept.parts, today=kept.today, meeting=kept.meeting)


@pytest.fixture(scope="module")
def paper(inputs: PackInputs) -> bytes:
    """The pack of this version."""
    return governors_pack(inputs)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product of a later version, in a folder of its own."""
    root = tmp_path_factory.mktemp("later")
    shutil.copytree(ROOT / "audit", root / "audit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "criteria", root / "criteria")
    for name, changes in EDITS.items():
        path = root / "audit" / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the product that stands in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def changed(data: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """A workbook after somebody edited and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], object]:
    """An edit that puts a value into a cell."""
    return lambda book: book[sheet].__setitem__(cell, value)


def cell_of(data: bytes, sheet: str, text: str) -> str:
    """The first cell of a sheet that says something."""
    rows = openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows()
    return next(cell.coordinate for row in rows for cell in row if cell.value == text)


def test_a_later_version_finds_untouched_files_as_signed(
    later: Path, workbook: bytes, paper: bytes, tmp_path: Path
) -> None:
    """New words, colours and templates make no signed file doubtful: exit code 0, and a note on what was not compared."""
    for name, data in (("book.xlsx", workbook), ("pack.pdf", paper)):
        path = tmp_path / name
        path.write_bytes(data)
        found = run(later, "-m", "audit", "verify", str(path))
        assert (found.returncode, found.stderr) == (0, "")
        assert f"{name} is what was signed." in found.stdout
        assert f"by the earlier version {VERSION} of the audit tool" in found.stdout


def test_a_later_version_finds_what_was_changed(
    later: Path, workbook: bytes, paper: bytes, shipped: Criteria, tmp_path: Path
) -> None:
    """One changed answer, action, signature or criterion is named by its cell, and a changed page by its number."""
    statement = shipped[AN_ANSWER].statement.statement
    files = {
        "book.xlsx": workbook,
        "answer.xlsx": changed(workbook, put("Answers", "H2", "No")),
        "action.xlsx": changed(workbook, put("Action plan", "E2", "Something else")),
        "signature.xlsx": changed(workbook, put("Sign-off", "C5", dt.date(2026, 11, 22))),
        "criterion.xlsx": changed(workbook, put("Answers", "D2", f"{statement[:-1]} or not.")),
        "version.xlsx": changed(workbook, put("School", cell_of(workbook, "School", VERSION), "0.9.0")),
        "page.pdf": edited(paper, redrawn(b" scn", b"  scn")),
        "inside.pdf": edited(paper, inside(SIGNED_CONTENT, b'"written":"no"', b'"written":"yes"')),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = run(later, "-c", VERIFY, *(str(tmp_path / name) for name in files))
    assert found.stderr == ""
    told = json.loads(found.stdout)
    assert {name: (standing, places, intact) for name, (standing, places, _, intact) in told.items()} == {
        "book.xlsx": ("as signed", [], True),
        "answer.xlsx": ("differs", [f"sheet Answers, cell H2, row {AN_ANSWER}"], False),
        "action.xlsx": ("differs", ["sheet Action plan, cell E2, row 1"], False),
        "signature.xlsx": ("differs", ["sheet Sign-off, cell C5, row 1"], False),
        "criterion.xlsx": ("differs", [f"sheet Answers, cell D2, row {AN_ANSWER}"], True),
        "version.xlsx": ("differs", [f"sheet School, cell {cell_of(workbook, 'School', VERSION)}"], True),
        "page.pdf": ("differs", ["page 1"], False),
        "inside.pdf": ("differs", [], False),
    }


def test_this_version_finds_files_of_a_later_one_as_signed(
    later: Path, before: Reading, shipped: Criteria, tmp_path: Path
) -> None:
    """An authority that has not upgraded yet doubts no school that has."""
    script = (
        "import sys; from pathlib import Path; from audit.criteria.load import load; "
        "from audit.workbook.read import read; from audit.workbook.write import write; criteria = load(); "
        "one = read(Path(sys.argv[1]).read_bytes(), 'x', criteria); "
        "Path(sys.argv[2]).write_bytes(write(one.audit, one.criteria))"
    )
    made = run(later, "-c", script, str(EARLIER / "signed.xlsx"), str(tmp_path / "later.xlsx"))
    assert made.stderr == ""
    data = (tmp_path / "later.xlsx").read_bytes()
    verdict = verify(data, "later.xlsx", shipped)
    assert (verdict.standing, verdict.differences, verdict.audit) == ("as signed", (), before.audit)
    assert "The file was written by the later version 0.9.1 of the audit tool." in verdict.notes[1]
    assert read(data, "later.xlsx", shipped).intact


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (put("School", "B3", "Another School"), "sheet School, cell B3, row School name"),
        (put("School", "B4", "900009"), "sheet School, cell B4, row URN"),
        (put("School", "B5", "Prim?"), "sheet School, cell B5, row Phase"),
        (put("School", "B6", "887 Medway"), "sheet School, cell B6, row Local authority"),
        (put("School", "B7", "next year"), "sheet School, cell B7, row Academic year"),
        (put("School", "B8", None), "sheet School, cell B8, row Completed on"),
        (put("School", "B10", "Some audit"), "sheet School, cell B10, row Kind of audit"),
        (put("Answers", "I2", "0 Not in place"), "sheet Answers, cell I2"),
        (put("Answers", "K2", "Another evidence."), "sheet Answers, cell K2"),
        (put("Answers", "B2", "2.1 Another question"), "sheet Answers, cell B2"),
        (put("Answers", "C2", "Optional"), "sheet Answers, cell C2"),
        (put("Answers", "E2", "Governors"), "sheet Answers, cell E2"),
        (put("Answers", "F2", "No; 0 Not in place"), "sheet Answers, cell F2"),
        (put("Action plan", "G2", dt.date(2027, 1, 2)), "sheet Action plan, cell G2"),
        (put("Action plan", "H2", "Done"), "sheet Action plan, cell H2"),
        (put("Sign-off", "B6", "Headteacher"), "sheet Sign-off, cell B6"),
        (put("Sign-off", "D5", "All is well."), "sheet Sign-off, cell D5"),
        (put("Last year", "C2", "No"), "sheet Last year, cell C2"),
        (put("Gaps", "C4", "Another statement."), "sheet Gaps, cell C4"),
        (put("Summary", "A5", "=1+1"), "sheet Summary, cell A5"),
        (lambda book: book["Answers"].delete_rows(5), "sheet Answers, row kcc-"),
        (
            lambda book: setattr(book.copy_worksheet(book["Answers"]), "title", "Answers (final)"),
            "sheet Answers (final)",
        ),
        (
            lambda book: setattr(book["Answers"]["A2"], "comment", Comment("Not so.", "Office")),
            "a chart, a footer, or what lies over the cells",
        ),
    ],
)
def test_every_change_in_a_workbook_of_an_earlier_release_is_named(
    shipped: Criteria, edit: Callable[[Workbook], object], where: str
) -> None:
    """Answers, evidence, actions, signatures, last year's answers and the words of the criteria, wherever they stand."""
    data = (EARLIER / "signed.xlsx").read_bytes()
    verdict = verify(changed(data, edit), "signed.xlsx", shipped)
    assert verdict.standing == "differs"
    assert any(one.where.startswith(where) for one in verdict.differences), verdict.differences


def test_saving_a_workbook_of_an_earlier_release_changes_nothing(shipped: Criteria) -> None:
    """Another program's copy of it is still what was signed."""
    data = changed((EARLIER / "signed.xlsx").read_bytes(), lambda _: None)
    assert verify(data, "signed.xlsx", shipped).standing == "as signed"


def test_a_forged_figure_in_a_file_of_another_version_is_pointed_at(shipped: Criteria) -> None:
    """Figures are not what was signed; the note says where they are not what this version works out."""
    data = (EARLIER / "signed.xlsx").read_bytes()
    cell = cell_of(data, "Summary", "2.1 Policy")
    verdict = verify(changed(data, put("Summary", f"C{cell[1:]}", 1)), "signed.xlsx", shipped)
    assert verdict.standing == "as signed"
    said = f"1 figure in it is not what this version works out of the signed answers. sheet Summary, cell C{cell[1:]}"
    assert any(said in note for note in verdict.notes)


@pytest.mark.parametrize("said", ["0.3.0", "0.0.1", "99.0.0", "soon", None])
def test_no_version_is_a_way_round(workbook: bytes, shipped: Criteria, said: str | None) -> None:
    """A file of this version that claims another one in a cell is compared whole, and the claim is named."""
    place = cell_of(workbook, "School", VERSION)

    def edit(book: Workbook) -> None:
        book["School"][place] = said
        book["Summary"]["A2"] = "All is well."

    places = [one.where for one in verify(changed(workbook, edit), "book.xlsx", shipped).differences]
    assert [one.split(", row")[0] for one in places] == [f"sheet School, cell {place}", "sheet Summary, cell A2"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda writer: writer.add_annotation(0, FreeText(text="All met.", rect=(50, 550, 200, 650))), "page 1"),
        (lambda writer: writer.remove_page(3), ""),
        (inside(SIGNED_CONTENT, b'"written":"no"', b'"written":"yes"'), None),
    ],
    ids=["laid over", "page gone", "content"],
)
def test_a_changed_pack_of_an_earlier_release_is_found(
    shipped: Criteria, change: Callable[[PdfWriter], None], where: str | None
) -> None:
    """What is laid over a page, the days and signatures that are gone, and the content inside."""
    verdict = verify(edited((EARLIER / "pack.pdf").read_bytes(), change), "pack.pdf", shipped)
    if where == "":
        assert any("signatures" not in one for one in verdict.notes)
    else:
        assert verdict.standing == "differs"


def signed_by(inputs: PackInputs, *signatures: Signature) -> bytes:
    """The pack of an audit with other content or other signatures than were signed."""
    audit, criteria = replace(inputs.audit, sign_offs=()), inputs.criteria
    for signature in signatures:
        audit = signing.sign(audit, criteria, signature)
    return governors_pack(replace(inputs, parts=(replace(inputs.parts[0], now=outcome(audit, criteria)),)))


def about(inputs: PackInputs, audit: Audit) -> PackInputs:
    """The same, about another audit."""
    (part,) = inputs.parts
    return replace(inputs, parts=(replace(part, now=replace(part.now, audit=audit)),))


def with_genuine_content(forged: bytes) -> bytes:
    """A pack with the files inside of the one that was signed with the release before."""
    genuine = PdfReader(EARLIER / "pack.pdf").attachments

    def swap(writer: PdfWriter) -> None:
        names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
        for name in (SIGNED_CONTENT, PACK_INPUTS):
            stream = names[names.index(name) + 1].get_object()["/EF"]["/F"].get_object()
            stream.set_data(genuine[name][0])
        writer.metadata = None

    return edited(forged, swap)


def test_pages_of_other_answers_are_found_in_a_pack_of_an_earlier_release(
    inputs: PackInputs, shipped: Criteria
) -> None:
    """Pages made of another audit, with the genuine content put inside, count otherwise than what was signed."""
    audit = inputs.audit
    responses = {**audit.responses, AN_ANSWER: replace(audit.responses[AN_ANSWER], written="no")}
    other = about(inputs, replace(audit, responses=responses))
    verdict = verify(with_genuine_content(signed_by(other, *audit.sign_offs[-1].signatures)), "pack.pdf", shipped)
    assert verdict.standing == "differs"
    assert any("37 of the 52" in one.signed and "36 of the 52" in one.found for one in verdict.differences)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: replace(one, statement="We know all our gaps; the plan is agreed."), "We know all our gaps;"),
        (lambda one: replace(one, on=dt.date(2026, 11, 20)), "on 20 November 2026"),
    ],
    ids=["statement", "day"],
)
def test_pages_with_another_signature_are_found_in_a_pack_of_an_earlier_release(
    inputs: PackInputs, shipped: Criteria, change: Callable[[Signature], Signature], words: str
) -> None:
    """What a role said, and the day on which it signed, are held against the signature inside."""
    first, second = inputs.audit.sign_offs[-1].signatures
    verdict = verify(with_genuine_content(signed_by(inputs, change(first), second)), "pack.pdf", shipped)
    assert verdict.standing == "differs"
    assert any(words in one.found for one in verdict.differences), verdict.differences


def test_a_changed_action_on_the_pages_is_found_in_a_pack_of_an_earlier_release(
    inputs: PackInputs, shipped: Criteria
) -> None:
    """The words of an action stand on the pages as they were signed, wherever they do."""
    audit = inputs.audit
    actions = tuple(replace(one, what=one.what.replace("video calls", "phone calls")) for one in audit.actions)
    changed_plan = about(inputs, replace(audit, actions=actions))
    verdict = verify(
        with_genuine_content(signed_by(changed_plan, *audit.sign_offs[-1].signatures)), "pack.pdf", shipped
    )
    assert any("phone calls" in one.found and "video calls" in one.signed for one in verdict.differences)


def test_versions_are_told_in_words() -> None:
    """Files without a version are of an earlier release; a release that wrote none cannot be claimed."""
    assert [is_other(one) for one in ("", "0.4.1", "1.0.0", VERSION, "0.3.0", "x", "0.4")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert (version_in_words(""), version_in_words("9.0.0")) == ("an earlier release", "the later version 9.0.0")
    assert len(code_digest()) == 64


def test_what_a_verdict_keeps(before: Reading, shipped: Criteria) -> None:
    """The verdict on a file of an earlier release carries the signed audit, as any does."""
    verdict: Verdict = verify((EARLIER / "signed.xlsx").read_bytes(), "signed.xlsx", shipped)
    assert (verdict.audit, verdict.problems) == (before.audit, ())


def test_written_files_carry_the_version(before: Reading, workbook: bytes, paper: bytes, shipped: Criteria) -> None:
    """Workbook, pack and report name the version that wrote them, where a person finds it and where a program does."""
    assert before.audit is not None
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    lines = {row[0].value: row[1].value for row in book["School"].iter_rows(max_col=2)}
    assert (lines["Written by version"], book.properties.version) == (VERSION, VERSION)
    pdf = PdfReader(io.BytesIO(paper))
    assert pdf.metadata is not None
    assert pdf.metadata["/Keywords"] == f"Online safety self-audit {VERSION}"
    assert json.loads(pdf.attachments[PACK_INPUTS][0])["version"] == VERSION
    report = gap_report(outcome(before.audit, shipped))
    assert f'<meta name="generator" content="Online safety self-audit {VERSION}">' in report
