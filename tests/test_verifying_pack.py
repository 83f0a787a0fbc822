"""Verifying a governors' pack: whatever was changed in it is found, and nothing that is unchanged is accused."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import NameObject, StreamObject

from audit.model import Audit, Carried, Criteria, Response, Signature
from audit.problems import Problem
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, governors_pack
from audit.reports.pack_inputs import Meeting, PackInputs, inputs_from, inputs_json
from audit.school.moves import Compared, compare_each
from audit.school.outcome import outcome, outcomes
from audit.school.signing import Difference, Signed, Verdict, as_json, from_json, sign
from audit.verify import verify_pack
from tests.conftest import audit_of

AGAIN = "Ask the school for the pack as the audit tool made it."
TITLE = "Online safety audit 2026/27: report to governors"


@pytest.fixture(scope="module")
def signed(toy: Criteria) -> Audit:
    """An audit that began with last year's answers, signed by both roles."""
    audit = audit_of(
        toy,
        {"toy-1.1-k1": Response(written="yes", practice=3, evidence="Log of May.")},
        carried_from="2025/26",
        carried={"toy-1.1-k1": Carried(response=Response(written="no", practice=0))},
    )
    audit = sign(audit, toy, Signature(role="headteacher", on=dt.date(2027, 2, 1)))
    return sign(audit, toy, Signature(role="chair of governors", on=dt.date(2027, 2, 8)))


@pytest.fixture(scope="module")
def inputs(signed: Audit, toy: Criteria) -> PackInputs:
    """What the pack of it is made of."""
    result = outcome(signed, toy)
    meeting = Meeting(on=dt.date(2027, 3, 9), presenter="Head")
    return PackInputs(parts=compare_each([result], ()), today=dt.date(2027, 3, 1), meeting=meeting)


@pytest.fixture(scope="module")
def made(inputs: PackInputs) -> bytes:
    """The pack."""
    return governors_pack(inputs)


def edited(data: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The file as another program saves it after a change."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def redrawn(old: bytes, new: bytes) -> Callable[[PdfWriter], None]:
    """Puts other bytes in place of the first such in the drawing of the first page."""

    def change(writer: PdfWriter) -> None:
        contents = writer.pages[0].get_contents()
        assert contents is not None
        assert old in contents.get_data()
        stream = StreamObject()
        stream.set_data(contents.get_data().replace(old, new, 1))
        writer.pages[0][NameObject("/Contents")] = stream

    return change


def inside(name: str, old: bytes, new: bytes) -> Callable[[PdfWriter], None]:
    """Puts other bytes into a file inside."""

    def change(writer: PdfWriter) -> None:
        names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
        stream = names[names.index(name) + 1].get_object()["/EF"]["/F"].get_object()
        assert old in stream.get_data()
        stream.set_data(stream.get_data().replace(old, new, 1))

    return change


def test_a_pack_is_as_signed(made: bytes, signed: Audit, toy: Criteria) -> None:
    """The pack as it was made is what was signed; who signed is said."""
    assert signed.signed is not None
    assert verify_pack(made, "pack.pdf", toy) == Verdict(
        file="pack.pdf", standing="as signed", audit=signed, sign_off=signed.signed
    )


def test_a_changed_character_on_a_page_is_found(made: bytes, toy: Criteria) -> None:
    """One letter drawn in place of another is named by page and line."""
    verdict = verify_pack(edited(made, redrawn(rb"\000\001\000\002", rb"\000\001\000\003")), "pack.pdf", toy)
    assert (verdict.standing, verdict.differences) == (
        "differs",
        (Difference(where="page 1, line 1", signed=TITLE, found=TITLE.replace("n", "l", 1)),),
    )


def test_a_changed_drawing_is_found(made: bytes, toy: Criteria) -> None:
    """A page that is drawn otherwise may say something else in the same words."""
    verdict = verify_pack(edited(made, redrawn(b"0.69803923 scn", b"0.19803923 scn")), "pack.pdf", toy)
    assert verdict.differences == (
        Difference(where="page 1", signed="drawn as the tool draws it", found="the same words, drawn otherwise"),
    )


def test_a_page_that_is_missing_is_found(made: bytes, toy: Criteria) -> None:
    """Every line of a page that was taken out differs."""
    last = len(PdfReader(io.BytesIO(made)).pages)

    def change(writer: PdfWriter) -> None:
        writer.remove_page(last - 1)

    verdict = verify_pack(edited(made, change), "pack.pdf", toy)
    assert verdict.standing == "differs"
    assert {(one.where.split(",")[0], one.found) for one in verdict.differences} == {(f"page {last}", "")}


def test_a_note_laid_over_a_page_is_found(made: bytes, toy: Criteria) -> None:
    """What is laid over a page is no part of its drawing, and still changes what a reader sees."""

    def change(writer: PdfWriter) -> None:
        writer.add_annotation(0, FreeText(text="All met.", rect=(50, 550, 200, 650)))

    assert verify_pack(edited(made, change), "pack.pdf", toy).differences == (
        Difference(where="page 1", signed="", found="a note, link or form field laid over the page"),
    )


def test_a_file_that_was_only_saved_again_is_told_apart(made: bytes, toy: Criteria) -> None:
    """Another program's copy is not as signed, and no page is accused."""
    verdict = verify_pack(edited(made, lambda _: None), "pack.pdf", toy)
    assert (verdict.standing, verdict.differences) == (
        "differs",
        (
            Difference(
                where="the file as a whole",
                signed="as the tool made it",
                found="saved again by another program, or changed where no page shows it",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (
            SIGNED_CONTENT,
            b'"Log of May."',
            b'"Log of Jun."',
            "The signed content was changed: its SHA-256 is not the one that was signed.",
        ),
        (
            SIGNED_CONTENT,
            b'"Statement 1.1 K 1 holds."',
            b'"Statement 1.1 K 1 rules."',
            "The criteria in the signed content are not those that the audit was signed with.",
        ),
        (
            PACK_INPUTS,
            b'"2027-03-01"',
            b'"2027-03-99"',
            "What the pack was made of cannot be read; part of it is missing or was changed.",
        ),
    ],
)
def test_changed_content_inside_is_found(
    made: bytes, toy: Criteria, name: str, old: bytes, new: bytes, what: str
) -> None:
    """The content inside is what was signed, or the pack is not."""
    verdict = verify_pack(edited(made, inside(name, old, new)), "pack.pdf", toy)
    assert (verdict.standing, verdict.problems) == (
        "differs",
        (Problem(where="pack.pdf, the files inside", what=what, fix=AGAIN),),
    )


def test_the_pages_belong_to_the_content_inside(made: bytes, toy: Criteria) -> None:
    """Another presenter inside does not fit the page that names the first."""
    verdict = verify_pack(edited(made, inside(PACK_INPUTS, b'"presenter":"Head"', b'"presenter":"Hand"')), "p", toy)
    assert [(one.signed, one.found) for one in verdict.differences] == [("Hand", "Head")]


def test_another_build_of_the_tool_is_not_taken_for_a_forger(inputs: PackInputs, toy: Criteria) -> None:
    """The same pages are what was signed; a page that is not drawn as it was made is told by the digest in the file."""
    other = governors_pack(replace(inputs, made_with="Typst 0.1, code 0123456789abcdef"))
    assert verify_pack(other, "pack.pdf", toy).standing == "as signed"
    verdict = verify_pack(edited(other, redrawn(rb"\000\001\000\002", rb"\000\001\000\003")), "pack.pdf", toy)
    assert (verdict.standing, verdict.differences, verdict.problems) == (
        "differs",
        (Difference(where="page 1", signed="drawn as the tool drew it", found="drawn otherwise"),),
        (),
    )


def test_what_was_not_signed_is_said(inputs: PackInputs, signed: Audit, toy: Criteria) -> None:
    """Figures from elsewhere and criteria that have changed are told, and accuse nobody."""
    head = sign(
        audit_of(toy, signed.responses), toy, Signature(role="headteacher", on=dt.date(2027, 2, 1), statement="Fair.")
    )
    last = outcome(audit_of(toy, {}, year="2025/26"), toy)
    data = governors_pack(replace(inputs, parts=(Compared(now=outcome(head, toy), before=last),)))
    changed = Criteria((replace(toy.frameworks[0], title="Another title"),))
    verdict = verify_pack(data, "pack.pdf", changed)
    assert (verdict.standing, verdict.notes) == (
        "as signed",
        (
            "The criteria have changed since; the pack was checked with those that it was signed with.",
            "Last year's figures come from last year's own audit, which is not part of what was signed.",
        ),
    )


def test_a_draft_is_not_signed(toy: Criteria) -> None:
    """A pack of an open audit, or one whose content was taken out, claims nothing that could be checked."""
    draft = governors_pack(
        PackInputs(parts=compare_each([outcome(audit_of(toy, {}), toy)], ()), today=dt.date(2027, 3, 1))
    )
    verdict = verify_pack(draft, "pack.pdf", toy)
    assert (verdict.standing, verdict.sign_off, verdict.problems) == ("not signed", None, ())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_what_is_no_pdf_is_unreadable(data: bytes, toy: Criteria) -> None:
    """Whatever the file is, it is told in words."""
    what = "The file cannot be read as a PDF; it may be damaged, or locked with a password."
    assert verify_pack(data, "pack.pdf", toy) == Verdict(
        file="pack.pdf", standing="unreadable", problems=(Problem(where="pack.pdf", what=what, fix=AGAIN),)
    )


def test_no_changed_byte_goes_unseen(made: bytes, toy: Criteria) -> None:
    """Wherever one bit of the file is turned, it is not as signed any more, and nothing breaks."""
    step = len(made) // 16
    for place in range(0, len(made), step):
        changed = bytearray(made)
        changed[place] ^= 1
        assert verify_pack(bytes(changed), "pack.pdf", toy).standing != "as signed", place


def test_content_that_fits_its_own_hash_and_means_nothing_is_refused(made: bytes, inputs: PackInputs) -> None:
    """Who forges content can give it a hash that fits; what no audit can be is told in words, not as an error."""
    toy = inputs.criteria
    forged = replace(inputs.audit, year="never", sign_offs=())
    forged = sign(forged, toy, Signature(role="headteacher", on=dt.date(2027, 2, 1)))

    def change(writer: PdfWriter) -> None:
        names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
        stream = names[names.index(SIGNED_CONTENT) + 1].get_object()["/EF"]["/F"].get_object()
        stream.set_data(as_json(Signed(audit=forged, criteria=toy)))

    verdict = verify_pack(edited(made, change), "pack.pdf", toy)
    assert verdict.standing == "differs"


def test_a_pack_of_two_frameworks_is_verified_with_last_years_of_each(two: Criteria) -> None:
    """The parts and what each is compared with are kept in the pack; a changed figure of either is seen."""
    audit = sign(
        audit_of(two, {"toy-1.1-k1": Response(written="yes", practice=3)}, as_printed=False),
        two,
        Signature(role="headteacher", on=dt.date(2027, 2, 1)),
    )
    last = audit_of(two, {"toy-1.1-k1": Response(written="no", practice=3)}, year="2025/26", frameworks=two.refs[:1])
    older = audit_of(two, {"duty-1.1-1": Response(written="yes", practice=3)}, year="2024/25")
    earlier = [*outcomes(last, two), *outcomes(older, two)]
    made = PackInputs(parts=compare_each(outcomes(audit, two), earlier), today=dt.date(2027, 3, 1))
    data = governors_pack(made)
    files = PdfReader(io.BytesIO(data)).attachments
    kept = inputs_from(files[PACK_INPUTS][0], from_json(files[SIGNED_CONTENT][0]))
    assert [part.before.audit for part in kept.parts if part.before] == [last, older]
    assert verify_pack(data, "pack.pdf", two).standing == "as signed"
    fewer = replace(made, parts=made.parts[:1])
    with pytest.raises(ValueError, match="not those that the audit was signed with"):
        governors_pack(fewer)


def test_a_pack_of_an_earlier_release_has_no_further_parts(inputs: PackInputs, signed: Audit, toy: Criteria) -> None:
    """What an earlier release kept is read as it is, and a pack of one framework keeps nothing that it could not read."""
    kept = json.loads(inputs_json(inputs))
    assert "before_others" not in kept
    read = inputs_from(json.dumps(kept).encode(), Signed(audit=signed, criteria=toy))
    assert [part.before.audit.year for part in read.parts if part.before] == ["2025/26"]
